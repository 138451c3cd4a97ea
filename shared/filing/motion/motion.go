// Package motion is a motion or application in a pending case: to restore a term (CPC 126), to
// secure the claim (155), to obtain evidence (73) and the like.
package motion

import (
	"strings"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/claim"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:    "motion",
	Article: "CPC 46(4)",
	Form:    form.Form{Version: 1, Sections: sections},
	Zero:    Motion{},
	Documents: paper.Slots("CPC 46(1)",
		// A request to restore a term comes with the act itself and a document on the reason (126(5)); a
		// certificate of an outage of the office is one.
		filing.Slot{Role: "late_act", Need: form.Recommended, Article: "CPC 126(5)", When: restoring},
		filing.Slot{Role: "reason_proof", Or: []string{"outage_certificate"}, Need: form.Recommended, Article: "CPC 126(5)", When: restoring},
		filing.Slot{Role: "outage_certificate", Article: "CPC 126(5)"},
		filing.Slot{Role: "court_act", Article: "CPC 46(1)"},
		filing.Slot{Role: "calculation", Article: "CPC 169"},
		filing.Slot{Role: "conciliation_proof", Article: "CPC 174"},
		filing.Slot{Role: "duty_proof", Need: form.Recommended, Article: "TAX 665(1)11", When: form.When("motion.about", "duplicate_writ")},
	),
	Rules: filing.Rules(rules),
	Head: filing.HeadOf(func(m Motion) filing.Head {
		h := m.Case.Head(m.Others.Parties, m.Motion.AmountTiyn)
		h.About = m.Motion.About
		return h
	}),
	Seats: filing.SeatsOf(func(m Motion) []filing.Seat { return m.side().Seats() }),
}

// Motion is the form's content.
type Motion struct {
	Case            paper.Case            `json:"case,omitzero"`
	Applicant       party.Party           `json:"applicant,omitzero"`
	Representatives paper.Representatives `json:"representatives,omitzero"`
	Others          paper.Parties         `json:"others,omitzero"`
	Motion          Request               `json:"motion,omitzero"`
	Interim         claim.Interim         `json:"interim,omitzero"`
	Evidence        paper.Evidence        `json:"evidence,omitzero"`
}

// Request is what is asked for.
type Request struct {
	About   string          `json:"about,omitempty"`
	Request paper.Statement `json:"request,omitzero"`
	Reason  paper.Statement `json:"reason,omitzero"`

	LateAct   string `json:"lateAct,omitempty"`   // restore_term: id of the rule whose term was missed
	StartedOn string `json:"startedOn,omitempty"` // the day that started the term
	LearnedOn string `json:"learnedOn,omitempty"` // restore_term: when the breach became known (126(4))

	Adds       string `json:"adds,omitempty"`    // addition: ticket number of the filing it adds to
	Witness    string `json:"witness,omitempty"` // witness: full name and where they live or work (80(2))
	Person     string `json:"person,omitempty"`  // third_party, replace_defendant, succession, recusal: who
	AmountTiyn int64  `json:"amountTiyn,omitempty"`
}

// terms are the rules of package calendar for motions that have a term of their own.
var terms = map[string]string{
	"order_objection": "order.objection", "simplified_set_aside": "simplified.set-aside", "costs": "costs",
	"protocol_remarks": "protocol.remarks", "new_circumstances": "new-circumstances",
}

// Lates are the acts whose missed term can be asked to be restored, as rules of package calendar.
var Lates = []string{"response", "order.objection", "simplified.set-aside", "appeal", "appeal.absent", "private-complaint", "cassation", "costs", "protocol.remarks"}

// Abouts are what a motion can be about, in the order people are offered them.
var Abouts = []string{
	"restore_term", "security", "interim_replace", "interim_lift", "evidence", "secure_evidence", "witness", "recusal",
	"absence", "remote", "third_party", "replace_defendant", "succession", "join_split", "format", "claim_change",
	"admission", "settlement", "conciliation", "order_objection", "simplified_set_aside", "costs", "protocol_remarks",
	"correction", "additional_judgment", "explanation", "deferral", "duplicate_writ", "new_circumstances", "addition", "other_motion",
}

func about(codes ...string) []form.Cond { return form.When("about", codes...) }

var (
	restoring = form.When("motion.about", "restore_term")
	timed     = []string{"restore_term", "order_objection", "simplified_set_aside", "costs", "protocol_remarks", "new_circumstances"}
	interim   = func() form.Section {
		s, _ := claim.Kind.Form.Section("interim")
		return form.Section{Code: s.Code, Fields: form.Under("", s.Fields, form.Cond{Path: "/motion.about", In: []string{"security", "interim_replace"}})}
	}()
)

// caseRows are those of the case. What adds to a filing that is no case yet names the filing instead.
var caseRows = func() []form.Field {
	rows := paper.CaseSection("CPC 46(4)", form.Required).Fields
	for i := range rows {
		if rows[i].Path == "number" {
			rows[i].Instead = []string{"/motion.adds"}
		}
	}
	return rows
}()

var sections = form.Keyed("motion", []form.Section{
	form.Section{Code: "case", Fields: caseRows},
	paper.PartySection("applicant", paper.Filer("CPC 46(4)")),
	paper.RepresentativesSection(),
	paper.PartiesSection("others", paper.Other("CPC 43"), form.Recommended),
	{Code: "motion", Fields: append(append(append([]form.Field{
		{Path: "about", Type: form.Code, Codes: Abouts, Need: form.Required, Article: "CPC 46(1)"}},
		paper.StatementRows("request.", paper.MaxDemand, form.Required, "CPC 46(4)")...),
		paper.StatementRows("reason.", paper.MaxText, form.Recommended, "CPC 46(4)")...),
		form.Field{Path: "lateAct", Type: form.Code, Codes: Lates, Need: form.Required, Article: "CPC 126(2)", When: about("restore_term")},
		form.Field{Path: "startedOn", Type: form.Date, Need: form.Recommended, Article: "CPC 122(2)", When: about(timed...)},
		form.Field{Path: "learnedOn", Type: form.Date, Need: form.Recommended, Article: "CPC 126(4)", When: about("restore_term")},
		form.Field{Path: "adds", Type: form.Text, Max: 50, Need: form.Required, Article: "CPC 46(4)", When: about("addition")},
		form.Field{Path: "witness", Type: form.Prose, Max: paper.MaxLine, Need: form.Recommended, Article: "CPC 80(2)", When: about("witness")},
		form.Field{Path: "person", Type: form.Prose, Max: paper.MaxLine, Need: form.Recommended, Article: "CPC 46(1)", When: about("third_party", "replace_defendant", "succession", "recusal")},
		form.Field{Path: "amountTiyn", Type: form.Amount, Need: form.Recommended, Article: "CPC 113", When: about("costs", "claim_change")},
	)},
	interim,
	paper.EvidenceSection(form.Optional, "CPC 73"),
})

// powers are those of article 60(1) that motions of some kinds need.
var powers = map[string]string{
	"settlement": "settle", "admission": "admit_claim", "claim_change": "change_subject_or_ground", "new_circumstances": "new_circumstances",
}

func (m Motion) side() paper.Side {
	return paper.Side{Parties: []party.Party{m.Applicant}, Representatives: m.Representatives, Power: powers[m.Motion.About]}
}

func rules(m Motion, facts filing.Facts) (l defect.List) {
	own := []paper.At{{Pointer: "/applicant", Party: m.Applicant}}
	l = append(m.Case.Check(facts), paper.CheckParties(own, m.Others.List("others"), facts.On)...)
	l = append(l, paper.CheckCertified(own[0], facts.Filer)...)
	l = append(l, m.side().Check(facts)...)
	if rule, ok := terms[m.Motion.About]; ok {
		l = append(l, paper.CheckTerm("/motion/startedOn", rule, m.Motion.StartedOn, facts.On)...)
	}
	if m.Motion.About == "restore_term" {
		l = append(l, m.restoration(facts)...)
	}
	switch m.Motion.About {
	case "security", "interim_replace":
		if len(m.Interim.Measures) == 0 {
			l.Warn("/interim/measures", "measure-missing", "CPC 156(1)")
		}
	case "evidence", "secure_evidence":
		if len(m.Evidence.Items) == 0 {
			l.Warn("/evidence/items", "recommended", "CPC 73")
		}
	}
	return l
}

// restoration checks a request to restore a term: that it was missed at all, that the request
// itself is in time, and that the reason is said (126).
func (m Motion) restoration(facts filing.Facts) (l defect.List) {
	missed := paper.CheckTerm("/motion/startedOn", m.Motion.LateAct, m.Motion.StartedOn, facts.On)
	switch {
	case len(missed) == 0 && m.Motion.StartedOn != "" && m.Motion.LateAct != "":
		l.Warn("/motion/startedOn", "term-not-missed", "CPC 126(2)")
	case len(missed) > 0 && missed[0].Code != "term-passed":
		l = append(l, missed...)
	}
	l = append(l, paper.CheckTerm("/motion/learnedOn", "restore-term", m.Motion.LearnedOn, facts.On)...)
	if strings.TrimSpace(m.Motion.Reason.Text) == "" && m.Motion.Reason.TextIn == "" {
		l.Warn("/motion/reason/text", "reason-missing", "CPC 126(2)")
	}
	return l
}
