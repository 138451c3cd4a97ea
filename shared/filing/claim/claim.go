// Package claim is the statement of claim: its form, attachments and rules (CPC 29-32, 57-62,
// 103-106, 148, 149).
//
// form.go has the rows a lawyer may want to read, rules.go what the rows can't say, venue.go which
// courts are eligible, price.go how the price is set.
package claim

import (
	"github.com/courtoffice/courtoffice/shared/duty"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:      "claim",
	Article:   "CPC 148",
	Form:      current,
	Zero:      Claim{},
	Documents: documents,
	Rules:     filing.Rules(rules),
	Duty:      filing.DutyOf(Claim.DutyOf),
	Upgrade:   upgrade,
	Head:      filing.HeadOf(head),
	Seats:     filing.SeatsOf(seats),
}

// current is the form new claims are made by. Version 1 was the flat filing.Claim.
var current = form.Form{Version: 2, Sections: sections}

// Claim is the form's content. Its JSON members are the rows of Kind.Form.
type Claim struct {
	Court           Court                 `json:"court,omitzero"`
	Claimant        party.Party           `json:"claimant,omitzero"`
	Coclaimants     paper.Parties         `json:"coclaimants,omitzero"`
	Representatives paper.Representatives `json:"representatives,omitzero"`
	Defendants      paper.Parties         `json:"defendants,omitzero"`
	ThirdParties    ThirdParties          `json:"thirdParties,omitzero"`
	Demands         Demands               `json:"demands,omitzero"`
	Circumstances   Circumstances         `json:"circumstances,omitzero"`
	Evidence        paper.Evidence        `json:"evidence,omitzero"`
	Pretrial        Pretrial              `json:"pretrial,omitzero"`
	Conciliation    Conciliation          `json:"conciliation,omitzero"`
	Price           Price                 `json:"price,omitzero"`
	Duty            paper.Duty            `json:"duty,omitzero"`
	Interim         Interim               `json:"interim,omitzero"`
	Interest        Interest              `json:"interest,omitzero"`
}

// Court is where the claim goes (148(2)1) and why there (29-32).
type Court struct {
	paper.Court
	Facts []string `json:"facts,omitempty"` // answers of the venue guide: codes of VenueFacts
	Basis string   `json:"basis,omitempty"` // one of the bases the facts allow
}

// ThirdParties are those whose rights the judgment may touch (51-52).
type ThirdParties struct {
	Parties []ThirdParty `json:"parties,omitempty"`
}

// ThirdParty is one of them.
type ThirdParty struct {
	party.Party
	Demand string `json:"demand,omitempty"` // "own" (51) or "none" (52)
	Side   string `json:"side,omitempty"`   // on whose side one without an own demand stands
	Reason string `json:"reason,omitempty"` // how the judgment may touch the party's rights
}

// Demands is what the court is asked for (148(2)4).
type Demands struct {
	Items []Demand `json:"items,omitempty"`
}

// Demand is one of them.
type Demand struct {
	paper.Statement
	Nature     string   `json:"nature,omitempty"`
	AmountTiyn int64    `json:"amountTiyn,omitempty"`
	Against    []string `json:"against,omitempty"` // ids of defendants
}

// Circumstances hold the breach (148(2)4) and the facts the demands rest on (148(2)5).
type Circumstances struct {
	Breach paper.Statement `json:"breach,omitzero"`
	Facts  paper.Statement `json:"facts,omitzero"`
}

// Pretrial is the order of settling the dispute before court, where there is one (148(2)6).
type Pretrial struct {
	Required string `json:"required,omitempty"` // "law", "contract" or "none"
	Rule     string `json:"rule,omitempty"`     // the norm or the clause that asks for it
	Steps    []Step `json:"steps,omitempty"`
}

// Step is one thing that was done to settle the dispute.
type Step struct {
	On       string `json:"on,omitempty"`
	What     string `json:"what,omitempty"`
	Answer   string `json:"answer,omitempty"`
	Document string `json:"document,omitempty"`
}

// Conciliation is what was done to be reconciled, if anything (148(2)6-1).
type Conciliation struct {
	Steps []ConciliationStep `json:"steps,omitempty"`
}

// ConciliationStep is one procedure.
type ConciliationStep struct {
	Procedure string `json:"procedure,omitempty"`
	On        string `json:"on,omitempty"`
	Outcome   string `json:"outcome,omitempty"`
	Document  string `json:"document,omitempty"`
}

// Interim is a request to secure the claim that goes with it (155-156).
type Interim struct {
	Measures []Measure `json:"measures,omitempty"`
}

// Measure is one measure of article 156(1).
type Measure struct {
	Measure    string   `json:"measure,omitempty"`
	What       string   `json:"what,omitempty"` // property, act or person it concerns
	Against    []string `json:"against,omitempty"`
	AmountTiyn int64    `json:"amountTiyn,omitempty"`
	Reason     string   `json:"reason,omitempty"` // why execution would be hard or impossible without it
}

// Interest says that the claim protects somebody else's or the public's interest (54-56, 148(3)).
type Interest struct {
	Body      string `json:"body,omitempty"` // who brings it: "prosecutor", "state_body", "organisation"
	Reason    string `json:"reason,omitempty"`
	Incapable bool   `json:"incapable,omitempty"` // for a minor or an incapable person: no consent is needed
	Consent   string `json:"consent,omitempty"`   // id of the document
}

func head(c Claim) filing.Head {
	h := filing.Head{Court: c.Court.Code, Lang: c.Court.Lang, Tiyn: c.Price.TotalTiyn}
	if len(c.Defendants.Parties) > 0 {
		h.Opposite = c.Defendants.Parties[0].FullName()
	}
	return h
}

func seats(c Claim) []filing.Seat { return c.Side().Seats() }

// Claimants returns the claimant and the co-claimants.
func (c Claim) Claimants() []party.Party {
	return append([]party.Party{c.Claimant}, c.Coclaimants.Parties...)
}

// Side returns the claimants and who acts for them.
func (c Claim) Side() paper.Side {
	return paper.Side{Parties: c.Claimants(), Representatives: c.Representatives, Power: party.SignClaim, Law: true}
}

// DutyOf computes the state duty of the claim as of a day; see duty.Due.
//
// Error: *duty.NoRateError.
func (c Claim) DutyOf(facts filing.Facts) (duty.Duty, error) {
	var natures []string
	var sums []int64
	for _, d := range c.Demands.Items {
		natures, sums = append(natures, d.Nature), append(sums, d.AmountTiyn)
	}
	return duty.Due(duty.Claim, paper.Demands(natures, sums), paper.Payers(c.Claimants(), c.Price.parts()), c.Duty.Relief(), c.Duty.PaidOn(facts.On))
}
