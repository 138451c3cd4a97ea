// Package waiver is the claimant's waiver of the claim, wholly or in part (CPC 48, 170, 277): the
// case is terminated and the claim can never be filed again. To have the claim back is another
// paper, package returnrequest.
package waiver

import (
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:      "waiver",
	Article:   "CPC 170",
	Form:      form.Form{Version: 1, Sections: sections},
	Zero:      Waiver{},
	Documents: paper.Slots("CPC 170"),
	Rules:     filing.Rules(rules),
	Head:      filing.HeadOf(func(w Waiver) filing.Head { return w.Case.Head(w.Defendants.Parties, w.Waiver.AmountTiyn) }),
	Seats:     filing.SeatsOf(func(w Waiver) []filing.Seat { return w.side().Seats() }),
}

// Waiver is the form's content.
type Waiver struct {
	Case            paper.Case            `json:"case,omitzero"`
	Claimant        party.Party           `json:"claimant,omitzero"`
	Representatives paper.Representatives `json:"representatives,omitzero"`
	Defendants      paper.Parties         `json:"defendants,omitzero"`
	Waiver          Extent                `json:"waiver,omitzero"`
}

// Extent is what is waived.
type Extent struct {
	Extent     string          `json:"extent,omitempty"` // "full" or "part"
	Demands    paper.Statement `json:"demands,omitzero"` // of a part: which demands
	AmountTiyn int64           `json:"amountTiyn,omitempty"`
	Satisfied  bool            `json:"satisfied,omitempty"` // the defendant did what was demanded after the claim was filed (115(1))
	Reason     string          `json:"reason,omitempty"`
	Final      bool            `json:"final,omitempty"` // the claimant knows that the claim can't be filed again (278(2))
}

var sections = form.Keyed("waiver", []form.Section{
	paper.CaseSection("CPC 170", form.Required),
	paper.PartySection("claimant", paper.Filer("CPC 170")),
	paper.RepresentativesSection(),
	paper.PartiesSection("defendants", paper.Other("CPC 170"), form.Recommended),
	{Code: "waiver", Fields: append(append([]form.Field{
		{Path: "extent", Type: form.Code, Codes: []string{"full", "part"}, Need: form.Required, Article: "CPC 48(1)"}},
		form.Under("", paper.StatementRows("demands.", paper.MaxText, form.Required, "CPC 170"), form.Cond{Path: "extent", In: []string{"part"}})...),
		form.Field{Path: "amountTiyn", Type: form.Amount, Article: "CPC 170"},
		form.Field{Path: "satisfied", Type: form.Flag, Article: "CPC 115(1)"},
		form.Field{Path: "reason", Type: form.Prose, Max: paper.MaxDemand},
		form.Field{Path: "final", Type: form.Flag, Need: form.Required, Article: "CPC 278(2)"},
	)},
})

// side names the power that a waiver needs: of the whole or of a part (60(1)).
func (w Waiver) side() paper.Side {
	power := "waive_claim_full"
	if w.Waiver.Extent == "part" {
		power = "waive_claim_part"
	}
	return paper.Side{Parties: []party.Party{w.Claimant}, Representatives: w.Representatives, Power: power}
}

func rules(w Waiver, facts filing.Facts) (l defect.List) {
	own := paper.At{Pointer: "/claimant", Party: w.Claimant}
	l = append(w.Case.Check(facts), paper.CheckParties([]paper.At{own}, w.Defendants.List("defendants"), facts.On)...)
	l = append(l, paper.CheckCertified(own, facts.Filer)...)
	return append(l, w.side().Check(facts)...)
}
