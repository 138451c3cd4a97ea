// Package returnrequest is the claimant's request to have the own claim back (CPC 152(1)9, 165(14),
// 279(8)): the claim may be filed again. To give the claim up for good is another paper, package
// waiver.
package returnrequest

import (
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:      "return_request",
	Article:   "CPC 152(1)9",
	Form:      form.Form{Version: 1, Sections: sections},
	Zero:      Request{},
	Documents: paper.Slots("CPC 152(1)9"),
	Rules:     filing.Rules(rules),
	Head:      filing.HeadOf(func(r Request) filing.Head { return r.Case.Head(r.Defendants.Parties, 0) }),
	Seats:     filing.SeatsOf(func(r Request) []filing.Seat { return r.side().Seats() }),
}

// Request is the form's content.
type Request struct {
	Case            paper.Case            `json:"case,omitzero"`
	Claimant        party.Party           `json:"claimant,omitzero"`
	Representatives paper.Representatives `json:"representatives,omitzero"`
	Defendants      paper.Parties         `json:"defendants,omitzero"`
	Request         Return                `json:"request,omitzero"`
}

// Return is what is asked back.
type Return struct {
	Ticket string `json:"ticket,omitempty"` // of the filing, before it has a case number
	Stage  string `json:"stage,omitempty"`  // "before_acceptance", "preparation" or "later"
	Reason string `json:"reason,omitempty"`
}

var sections = form.Keyed("return_request", []form.Section{
	paper.CaseSection("CPC 152(1)9", form.Optional),
	paper.PartySection("claimant", paper.Filer("CPC 152(1)9")),
	paper.RepresentativesSection(),
	paper.PartiesSection("defendants", paper.Other("CPC 152(1)9"), form.Recommended),
	{Code: "request", Fields: []form.Field{
		{Path: "ticket", Type: form.Text, Max: 50, Article: "CPC 152(1)9"},
		{Path: "stage", Type: form.Code, Codes: []string{"before_acceptance", "preparation", "later"}, Need: form.Recommended, Article: "CPC 279"},
		{Path: "reason", Type: form.Prose, Max: paper.MaxDemand},
	}},
})

func (r Request) side() paper.Side {
	return paper.Side{Parties: []party.Party{r.Claimant}, Representatives: r.Representatives}
}

// rules ask which filing is meant, and warn that after acceptance the claim is left without
// consideration rather than returned: the costs of the other side are then the claimant's (115(3)).
func rules(r Request, facts filing.Facts) (l defect.List) {
	own := paper.At{Pointer: "/claimant", Party: r.Claimant}
	l = append(r.Case.Check(facts), paper.CheckParties([]paper.At{own}, r.Defendants.List("defendants"), facts.On)...)
	l = append(l, paper.CheckCertified(own, facts.Filer)...)
	l = append(l, r.side().Check(facts)...)
	if r.Case.Number == "" && r.Request.Ticket == "" {
		l.Add("/request/ticket", "filing-unnamed", "CPC 152(1)9")
	}
	if r.Request.Stage == "later" {
		l.Warn("/request/stage", "return-after-acceptance", "CPC 279")
	}
	return l
}
