// Package response is the response to a claim (CPC 166, in simplified proceedings 267-3).
package response

import (
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:    "response",
	Article: "CPC 166",
	Form:    form.Form{Version: 1, Sections: sections},
	Zero:    Response{},
	Documents: paper.Slots("CPC 166",
		filing.Slot{Role: "rebuttal", Or: []string{"evidence", "main_claim"}, Need: form.Recommended, Article: "CPC 166", When: form.When("position.stance", "object", "partly")},
		filing.Slot{Role: "sending_proof", Article: "CPC 166"},
		filing.Slot{Role: "calculation", Article: "CPC 166"},
	),
	Rules: filing.Rules(rules),
	Head:  filing.HeadOf(func(r Response) filing.Head { return r.Case.Head(r.Claimants.Parties, 0) }),
	Seats: filing.SeatsOf(func(r Response) []filing.Seat { return r.side().Seats() }),
}

// Response is the form's content.
type Response struct {
	Case            paper.Case            `json:"case,omitzero"`
	Respondent      party.Party           `json:"respondent,omitzero"`
	Representatives paper.Representatives `json:"representatives,omitzero"`
	Claimants       paper.Parties         `json:"claimants,omitzero"`
	Position        Position              `json:"position,omitzero"`
	Evidence        paper.Evidence        `json:"evidence,omitzero"`
}

// Position is what the respondent says to the claim.
type Position struct {
	Stance       string          `json:"stance,omitempty"` // "object", "partly" or "admit"; admitting is a motion of its own (171)
	Arguments    paper.Statement `json:"arguments,omitzero"`
	ReceivedOn   string          `json:"receivedOn,omitempty"` // copy of the claim, or notice of simplified proceedings
	Simplified   bool            `json:"simplified,omitempty"`
	ObjectsToWay bool            `json:"objectsToWay,omitempty"` // asks for the ordinary way (267-3(3))
}

var sections = form.Keyed("response", []form.Section{
	paper.CaseSection("CPC 166", form.Required),
	paper.PartySection("respondent", paper.Filer("CPC 166")),
	paper.RepresentativesSection(),
	paper.PartiesSection("claimants", party.Role{Article: "CPC 166", Address: form.Recommended}, form.Required),
	{Code: "position", Fields: append(append([]form.Field{
		{Path: "stance", Type: form.Code, Codes: []string{"object", "partly", "admit"}, Need: form.Recommended, Article: "CPC 166"}},
		paper.StatementRows("arguments.", paper.MaxLong, form.Required, "CPC 166")...),
		form.Field{Path: "receivedOn", Type: form.Date, Need: form.Recommended, Article: "CPC 166(2)"},
		form.Field{Path: "simplified", Type: form.Flag, Article: "CPC 267-3(3)"},
		form.Field{Path: "objectsToWay", Type: form.Flag, Article: "CPC 267-3(3)", When: form.When("simplified")},
	)},
	paper.EvidenceSection(form.Recommended, "CPC 166"),
})

func (r Response) side() paper.Side {
	return paper.Side{Parties: []party.Party{r.Respondent}, Representatives: r.Representatives, Law: true}
}

func rules(r Response, facts filing.Facts) (l defect.List) {
	own := []paper.At{{Pointer: "/respondent", Party: r.Respondent}}
	l = append(r.Case.Check(facts), paper.CheckParties(own, r.Claimants.List("claimants"), facts.On)...)
	l = append(l, paper.CheckCertified(own[0], facts.Filer)...)
	l = append(l, r.side().Check(facts)...)
	rule := "response"
	if r.Position.Simplified {
		rule = "simplified.response"
	}
	return append(l, paper.CheckTerm("/position/receivedOn", rule, r.Position.ReceivedOn, facts.On)...)
}
