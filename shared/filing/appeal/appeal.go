// Package appeal is the appeal against a judgment that is not in force yet (CPC 401-411). The
// private complaint against a ruling has the same form (429(5)): package privatecomplaint uses it.
package appeal

import (
	"strings"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/duty"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:      "appeal",
	Article:   "CPC 404",
	Form:      form.Form{Version: 1, Sections: sections},
	Zero:      Appeal{},
	Documents: Documents,
	Rules:     filing.Rules(rules),
	Duty: func(_ form.Value, facts filing.Facts) (duty.Duty, error) {
		return duty.Due(duty.Appeal, nil, nil, duty.Relief{}, facts.On)
	},
	Head:  filing.HeadOf(func(a Appeal) filing.Head { return a.Case.Head(a.Others.Parties, 0) }),
	Seats: filing.SeatsOf(func(a Appeal) []filing.Seat { return a.Side().Seats() }),
}

// Documents are the attachments of an appeal or a private complaint. The law asks for no proof of
// duty: none is charged.
var Documents = paper.Slots("CPC 404",
	filing.Slot{Role: "court_act", Article: "CPC 404"},
	filing.Slot{Role: "superior_consent", Need: form.Recommended, Article: "CPC 401(2)", When: form.When("appellant.type", party.StateBody)},
	filing.Slot{Role: "reason_proof", Or: []string{"outage_certificate"}, Need: form.Recommended, Article: "CPC 126(5)", When: form.When("grounds.restore")},
	filing.Slot{Role: "outage_certificate", Article: "CPC 126(5)"},
	filing.Slot{Role: "sending_proof", Article: "CPC 404"},
)

// Appeal is the form's content.
type Appeal struct {
	Parts
	Act Act `json:"act,omitzero"`
}

// Parts are the sections that an appeal and a private complaint share.
type Parts struct {
	Case            paper.Case            `json:"case,omitzero"`
	Appellant       party.Party           `json:"appellant,omitzero"`
	Representatives paper.Representatives `json:"representatives,omitzero"`
	Others          paper.Parties         `json:"others,omitzero"`
	Grounds         Grounds               `json:"grounds,omitzero"`
	Evidence        paper.Evidence        `json:"evidence,omitzero"`
}

// Act is the judgment that is attacked.
type Act struct {
	Kind       string `json:"judgment,omitempty"` // "judgment", "additional_judgment" or "simplified_judgment"
	On         string `json:"on,omitempty"`
	FinalOn    string `json:"finalOn,omitempty"` // when it was made in final form
	Absent     bool   `json:"absent,omitempty"`  // the appellant was not at the hearing: the term is counted from the sending
	CopySentOn string `json:"copySentOn,omitempty"`
	RefusedOn  string `json:"refusedOn,omitempty"` // ruling that refused to set a simplified judgment aside (267-4(4))
}

// Grounds are what is wrong with the act and what is asked for.
type Grounds struct {
	Part        string          `json:"part,omitempty"` // what part of the act, when not the whole
	Unlawful    paper.Statement `json:"unlawful,omitzero"`
	Ask         string          `json:"ask,omitempty"`
	Request     paper.Statement `json:"request,omitzero"`
	NewEvidence string          `json:"newEvidence,omitempty"` // why new evidence was not shown below (404(2))
	Restore     bool            `json:"restore,omitempty"`     // asks to restore the term
	Reason      string          `json:"reason,omitempty"`      // why it was missed
}

// GroundsSection returns the section "grounds" with the outcomes that can be asked for.
func GroundsSection(asks ...string) form.Section {
	rows := []form.Field{{Path: "part", Type: form.Prose, Max: paper.MaxDemand, Article: "CPC 404"}}
	rows = append(rows, paper.StatementRows("unlawful.", paper.MaxLong, form.Required, "CPC 404")...)
	rows = append(rows, form.Field{Path: "ask", Type: form.Code, Codes: asks, Need: form.Recommended, Article: "CPC 424"})
	rows = append(rows, paper.StatementRows("request.", paper.MaxDemand, form.Required, "CPC 404")...)
	return form.Section{Code: "grounds", Fields: append(rows,
		form.Field{Path: "newEvidence", Type: form.Prose, Max: paper.MaxDemand, Article: "CPC 404(2)"},
		form.Field{Path: "restore", Type: form.Flag, Article: "CPC 126(2)"},
		form.Field{Path: "reason", Type: form.Prose, Max: paper.MaxDemand, Need: form.Recommended, Article: "CPC 126(2)", When: form.When("restore")},
	)}
}

// Sections returns the sections of an appeal or a private complaint around those on the act and the
// grounds.
func Sections(act, grounds form.Section) []form.Section {
	return form.Keyed("appeal", []form.Section{
		paper.CaseSection("CPC 404", form.Required),
		paper.PartySection("appellant", paper.Filer("CPC 404")),
		paper.RepresentativesSection(),
		paper.PartiesSection("others", party.Role{Article: "CPC 404", Address: form.Recommended}, form.Recommended),
		act, grounds,
		paper.EvidenceSection(form.Optional, "CPC 404(2)"),
	})
}

var sections = Sections(form.Section{Code: "act", Fields: []form.Field{
	{Path: "judgment", Type: form.Code, Codes: []string{"judgment", "additional_judgment", "simplified_judgment"}, Need: form.Recommended, Article: "CPC 401"},
	{Path: "on", Type: form.Date, Need: form.Required, Article: "CPC 404"},
	{Path: "finalOn", Type: form.Date, Need: form.Recommended, Article: "CPC 403(3)"},
	{Path: "absent", Type: form.Flag, Article: "CPC 403(3)"},
	{Path: "copySentOn", Type: form.Date, Need: form.Recommended, Article: "CPC 403(3)", When: form.When("absent")},
	{Path: "refusedOn", Type: form.Date, Article: "CPC 267-4(4)", When: form.When("judgment", "simplified_judgment")},
}}, GroundsSection("change", "set_aside", "new_decision", "terminate", "leave_unconsidered"))

// Side returns the appellant and who acts for it: the power to appeal has to be named (60(1)).
func (p Parts) Side() paper.Side {
	return paper.Side{Parties: []party.Party{p.Appellant}, Representatives: p.Representatives, Power: "appeal"}
}

// term returns the rule that counts and the day it counts from (403(3), 267-4(4)).
func (a Act) term() (rule, from, pointer string) {
	switch {
	case a.RefusedOn != "":
		return "appeal.set-aside-refused", a.RefusedOn, "/act/refusedOn"
	case a.Absent:
		return "appeal.absent", a.CopySentOn, "/act/copySentOn"
	}
	return "appeal", a.FinalOn, "/act/finalOn"
}

func rules(a Appeal, facts filing.Facts) (l defect.List) {
	rule, from, pointer := a.Act.term()
	l = a.Parts.Check(rule, from, pointer, facts)
	if paper.After(a.Act.On, a.Act.FinalOn) {
		l.Warn("/act/finalOn", "date-order", "CPC 223")
	}
	return l
}

// Check applies the rules that an appeal and a private complaint share. A term that has passed is
// warned of unless its restoration is asked for; one that has not needs none.
func (p Parts) Check(rule, from, pointer string, facts filing.Facts) (l defect.List) {
	own := []paper.At{{Pointer: "/appellant", Party: p.Appellant}}
	l = append(p.Case.Check(facts), paper.CheckParties(own, p.Others.List("others"), facts.On)...)
	l = append(l, paper.CheckCertified(own[0], facts.Filer)...)
	l = append(l, p.Side().Check(facts)...)
	term := paper.CheckTerm(pointer, rule, from, facts.On)
	switch {
	case len(term) > 0 && (term[0].Code != "term-passed" || !p.Grounds.Restore):
		l = append(l, term...)
	case len(term) == 0 && p.Grounds.Restore && from != "":
		l.Warn("/grounds/restore", "term-not-missed", "CPC 126(2)")
	}
	if len(p.Evidence.Items) > 0 && strings.TrimSpace(p.Grounds.NewEvidence) == "" {
		l.Warn("/grounds/newEvidence", "new-evidence", "CPC 404(2)")
	}
	return l
}
