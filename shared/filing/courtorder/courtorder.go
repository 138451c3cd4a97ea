// Package courtorder is the application for a court order on an undisputed demand (CPC 134-138).
package courtorder

import (
	"strconv"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/duty"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:    "court_order_application",
	Article: "CPC 136",
	Form:    form.Form{Version: 1, Sections: sections},
	Zero:    Application{},
	Documents: paper.Slots("CPC 136(2)5",
		paper.DutySlot(form.Cond{Path: "demand.ground", In: []string{"alimony"}}),
		filing.Slot{Role: "duty_deferral_motion", Article: "CPC 149(1)2"},
		filing.Slot{Role: "exemption_proof", Article: "TAX 668"},
		filing.Slot{Role: "evidence", Need: form.Recommended, Article: "CPC 138(1)3"},
		filing.Slot{Role: "value_proof", Need: form.Recommended, Article: "CPC 136(3)", When: form.When("demand.subject", "movables")},
		filing.Slot{Role: "conciliation_proof", Need: form.Recommended, Article: "CPC 135", When: form.When("demand.ground", agreements...)},
		filing.Slot{Role: "calculation", Article: "CPC 136(2)4"},
	),
	Rules: filing.Rules(rules),
	Duty:  filing.DutyOf(Application.DutyOf),
	Head: filing.HeadOf(func(a Application) filing.Head {
		h := filing.Head{Court: a.Court.Code, Lang: a.Court.Lang, Tiyn: a.Demand.AmountTiyn}
		if len(a.Defendants.Parties) > 0 {
			h.Opposite = a.Defendants.Parties[0].FullName()
		}
		return h
	}),
	Seats: filing.SeatsOf(func(a Application) []filing.Seat { return a.side().Seats() }),
}

// Application is the form's content.
type Application struct {
	Court           paper.Court           `json:"court,omitzero"`
	Claimant        party.Party           `json:"claimant,omitzero"`
	Representatives paper.Representatives `json:"representatives,omitzero"`
	Defendants      paper.Parties         `json:"defendants,omitzero"`
	Demand          Demand                `json:"demand,omitzero"`
	Duty            paper.Duty            `json:"duty,omitzero"`
}

// Demand is what the order is asked for (136(2)4, 136(3)).
type Demand struct {
	Ground        string          `json:"ground,omitempty"`  // item of article 135
	Subject       string          `json:"subject,omitempty"` // "money" or "movables"
	Request       paper.Statement `json:"request,omitzero"`
	Circumstances paper.Statement `json:"circumstances,omitzero"`
	AmountTiyn    int64           `json:"amountTiyn,omitempty"` // of money, or the value of movables
	PenaltyTiyn   int64           `json:"penaltyTiyn,omitempty"`
	PenaltyFrom   string          `json:"penaltyFrom,omitempty"`
	PenaltyTo     string          `json:"penaltyTo,omitempty"`
	AgreedOn      string          `json:"agreedOn,omitempty"` // when the agreement to be executed was made
	Children      []Child         `json:"children,omitempty"`
	Workplace     string          `json:"workplace,omitempty"` // of the defendant, if known: it goes into the order (140(1)4)
}

// Child is whom alimony is for (140(2)).
type Child struct {
	Name      string `json:"name,omitempty"`
	BirthDate string `json:"birthDate,omitempty"`
}

// grounds are the demands of article 135, edition of 2025-03-13, by what they are; agreements are
// those made in pre-trial settlement.
var (
	agreements = []string{"mediation", "business", "insurance_loan", "consumer", "intellectual_property", "family", "refutation", "other_agreement"}
	grounds    = append([]string{
		"taxes", "alimony", "search_costs", "military_contract", "cadets", "grants", "young_specialists", "adoption_payment", "state_rent",
	}, agreements...)
)

var sections = form.Keyed("court_order_application", []form.Section{
	{Code: "court", Fields: paper.CourtRows("CPC 136(2)1")},
	paper.PartySection("claimant", party.Role{
		Article: "CPC 136(2)2", FromCert: true, Numbers: form.Recommended, BirthDate: form.Recommended, Address: form.Recommended, Bank: form.Recommended,
	}),
	paper.RepresentativesSection(),
	paper.PartiesSection("defendants", party.Role{Article: "CPC 136(2)3", BirthDate: form.Recommended, Address: form.Recommended}, form.Required),
	{Code: "demand", Fields: concat(
		[]form.Field{
			{Path: "ground", Type: form.Code, Codes: grounds, Need: form.Required, Article: "CPC 135"},
			{Path: "subject", Type: form.Code, Codes: []string{"money", "movables"}, Need: form.Recommended, Article: "CPC 134(1)"},
		},
		paper.StatementRows("request.", paper.MaxDemand, form.Required, "CPC 136(2)4"),
		paper.StatementRows("circumstances.", paper.MaxText, form.Required, "CPC 136(2)4"),
		[]form.Field{
			{Path: "amountTiyn", Type: form.Amount, Need: form.Recommended, Article: "CPC 136(3)"},
			{Path: "penaltyTiyn", Type: form.Amount, Article: "CPC 140(1)7"},
			{Path: "penaltyFrom", Type: form.Date, Need: form.Recommended, Article: "CPC 140(1)7", When: form.When("penaltyTiyn")},
			{Path: "penaltyTo", Type: form.Date, Need: form.Recommended, Article: "CPC 140(1)7", When: form.When("penaltyTiyn")},
			{Path: "agreedOn", Type: form.Date, Need: form.Recommended, Article: "CPC 135", When: form.When("ground", agreements...)},
			{Path: "children", Type: form.List, Max: 20, Need: form.Recommended, Article: "CPC 140(2)", When: form.When("ground", "alimony")},
			{Path: "children[].name", Type: form.Text, Max: 200, Need: form.Recommended, Article: "CPC 140(2)"},
			{Path: "children[].birthDate", Type: form.Date, Need: form.Recommended, Article: "CPC 140(2)"},
			{Path: "workplace", Type: form.Text, Max: paper.MaxShort, Article: "CPC 140(1)4"},
		},
	)},
	paper.DutySection(),
})

func concat(rows ...[]form.Field) (out []form.Field) {
	for _, r := range rows {
		out = append(out, r...)
	}
	return out
}

func (a Application) side() paper.Side {
	return paper.Side{Parties: []party.Party{a.Claimant}, Representatives: a.Representatives, Power: party.SignClaim}
}

// DutyOf computes the duty: half of a claim's; alimony is free (Tax Code, 668).
func (a Application) DutyOf(facts filing.Facts) (duty.Duty, error) {
	relief := a.Duty.Relief()
	if a.Demand.Ground == "alimony" && relief.Exempt == "" {
		relief.Exempt = "alimony"
	}
	demands := []duty.Demand{{Nature: duty.Property, Tiyn: a.Demand.AmountTiyn + a.Demand.PenaltyTiyn}}
	return duty.Due(duty.Order, demands, paper.Payers([]party.Party{a.Claimant}, nil), relief, a.Duty.PaidOn(facts.On))
}

func rules(a Application, facts filing.Facts) (l defect.List) {
	own := []paper.At{{Pointer: "/claimant", Party: a.Claimant}}
	l = paper.CheckParties(own, a.Defendants.List("defendants"), facts.On)
	l = append(l, paper.CheckCertified(own[0], facts.Filer)...)
	l = append(l, paper.CheckCourt("/court/code", a.Court.Code, a.Court.Region, "CPC 136(2)1", facts)...)
	l = append(l, a.side().Check(facts)...)
	for i, d := range a.Defendants.Parties {
		at := "/defendants/parties/" + strconv.Itoa(i)
		if d.Address.Country != "" {
			l.Warn(at+"/address/country", "order-abroad", "CPC 138(1)2")
		}
		if d.WhereaboutsUnknown {
			l.Warn(at+"/whereaboutsUnknown", "order-whereabouts", "CPC 138(1)2")
		}
	}
	if paper.After(a.Demand.PenaltyFrom, a.Demand.PenaltyTo) {
		l.Warn("/demand/penaltyTo", "date-order", "CPC 140(1)7")
	}
	due, err := a.DutyOf(facts)
	return append(l, a.Duty.Check(due, err, facts.On)...)
}
