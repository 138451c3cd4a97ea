// Package protest is the prosecutor's paper against an act: an appellate petition on a judgment, a
// petition on a ruling, and the Prosecutor General's protest in cassation, where alone the word
// survives (CPC 401, 429, 435).
package protest

import (
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:    "protest",
	Article: "CPC 401",
	Form:    form.Form{Version: 1, Sections: sections},
	Zero:    Protest{},
	Documents: paper.PlainSlots("CPC 404",
		filing.Slot{Role: "court_act", Article: "CPC 404"},
		filing.Slot{Role: "sending_proof", Need: form.Recommended, Article: "CPC 440", When: form.When("act.petition", "cassation")},
		filing.Slot{Role: "reason_proof", Or: []string{"outage_certificate"}, Need: form.Recommended, Article: "CPC 126(5)", When: form.When("grounds.restore")},
		filing.Slot{Role: "outage_certificate", Article: "CPC 126(5)"},
	),
	Rules: filing.Rules(rules),
	Head:  filing.HeadOf(func(p Protest) filing.Head { return p.Case.Head(p.Others.Parties, 0) }),
	Seats: filing.SeatsOf(func(p Protest) []filing.Seat { return p.side().Seats() }),
}

// Protest is the form's content.
type Protest struct {
	Case       paper.Case    `json:"case,omitzero"`
	Prosecutor Prosecutor    `json:"prosecutor,omitzero"`
	Others     paper.Parties `json:"others,omitzero"`
	Act        Act           `json:"act,omitzero"`
	Grounds    Grounds       `json:"grounds,omitzero"`
}

// Prosecutor is the prosecution body and who signs for it.
type Prosecutor struct {
	party.Party
	Officer    string `json:"officer,omitempty"` // name and office
	TookPart   bool   `json:"tookPart,omitempty"`
	OnPetition bool   `json:"onPetition,omitempty"` // of a party, to the Prosecutor General
}

// Act is what is attacked.
type Act struct {
	Petition string `json:"petition,omitempty"` // "appellate", "ruling" or "cassation"
	On       string `json:"on,omitempty"`
	FinalOn  string `json:"finalOn,omitempty"`
	ForceOn  string `json:"forceOn,omitempty"` // cassation: when the appeal court's act took force
}

// Grounds are the breaches of law and what is asked for.
type Grounds struct {
	Breach  paper.Statement `json:"breach,omitzero"`
	Request paper.Statement `json:"request,omitzero"`
	Restore bool            `json:"restore,omitempty"`
	Reason  string          `json:"reason,omitempty"`
}

var sections = form.Keyed("protest", []form.Section{
	paper.CaseSection("CPC 404", form.Required),
	{Code: "prosecutor", Fields: append(party.Rows(party.Role{Article: "CPC 401", FromCert: true, Numbers: form.Required}),
		form.Field{Path: "officer", Type: form.Text, Max: paper.MaxShort, Need: form.Recommended, Article: "CPC 404"},
		form.Field{Path: "tookPart", Type: form.Flag, Article: "CPC 401"},
		form.Field{Path: "onPetition", Type: form.Flag, Article: "CPC 435", When: form.When("/act.petition", "cassation")},
	)},
	paper.PartiesSection("others", party.Role{Article: "CPC 404", Address: form.Recommended}, form.Recommended),
	{Code: "act", Fields: []form.Field{
		{Path: "petition", Type: form.Code, Codes: []string{"appellate", "ruling", "cassation"}, Need: form.Required, Article: "CPC 401"},
		{Path: "on", Type: form.Date, Need: form.Required, Article: "CPC 404", Key: "appeal.act.on"},
		{Path: "finalOn", Type: form.Date, Need: form.Recommended, Article: "CPC 403(3)", When: form.When("petition", "appellate", "ruling"), Key: "appeal.act.finalOn"},
		{Path: "forceOn", Type: form.Date, Need: form.Recommended, Article: "CPC 436(1)", When: form.When("petition", "cassation")},
	}},
	{Code: "grounds", Fields: append(append(
		paper.StatementRows("breach.", paper.MaxLong, form.Required, "CPC 404"),
		paper.StatementRows("request.", paper.MaxDemand, form.Required, "CPC 404")...),
		form.Field{Path: "restore", Type: form.Flag, Article: "CPC 126(2)", Key: "appeal.grounds.restore"},
		form.Field{Path: "reason", Type: form.Prose, Max: paper.MaxDemand, Need: form.Recommended, Article: "CPC 126(2)", When: form.When("restore"), Key: "appeal.grounds.reason"},
	)},
})

func (p Protest) side() paper.Side {
	return paper.Side{Parties: []party.Party{p.Prosecutor.Party}}
}

func rules(p Protest, facts filing.Facts) (l defect.List) {
	l = append(l, p.side().Check(facts)...)
	if p.Prosecutor.Type != "" && p.Prosecutor.Type != party.StateBody {
		l.Add("/prosecutor/type", "not-a-prosecutor", "CPC 401")
	}
	rule, from, pointer := "appeal", p.Act.FinalOn, "/act/finalOn"
	switch p.Act.Petition {
	case "ruling":
		rule = "private-complaint"
	case "cassation":
		rule, from, pointer = "cassation", p.Act.ForceOn, "/act/forceOn"
	}
	if p.Act.Petition != "cassation" {
		l = append(l, p.Case.Check(facts)...)
	}
	if term := paper.CheckTerm(pointer, rule, from, facts.On); len(term) > 0 && (term[0].Code != "term-passed" || !p.Grounds.Restore) {
		l = append(l, term...)
	}
	return l
}
