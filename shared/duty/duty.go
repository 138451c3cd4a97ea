// Package duty computes the state duty of a filing and explains it step by step.
//
// Read the example of Due first. Rates and the monthly calculation index (MRP) are dated rows with
// their sources; for a day without a row nothing is computed. Money is tiyn (1/100 tenge); where a
// percentage leaves a part of a tiyn it is rounded half up, as a step of its own: the code names no
// rule.
package duty

import (
	"fmt"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

// Kind is what the duty is for.
type Kind string

const (
	Claim            Kind = "claim" // also a counterclaim and the claim of a third party
	Order            Kind = "order" // application for a court order
	Special          Kind = "special"
	Appeal           Kind = "appeal"
	PrivateComplaint Kind = "private-complaint"
	Paper            Kind = "paper" // responses, motions, letters
)

// Nature of a demand, as far as the rates tell demands apart.
type Nature string

const (
	Property    Nature = "property"
	NonProperty Nature = "non_property"
	Moral       Nature = "moral"   // money for moral harm
	Honour      Nature = "honour"  // money for harm done by spreading defamatory statements
	Divorce     Nature = "divorce" // the marriage itself; the division of property is Property
)

// Demand is one demand with its price.
type Demand struct {
	Nature Nature
	Tiyn   int64 // of Property and Honour
}

// Payer is a claimant or applicant.
type Payer struct {
	Party    string // id in the form
	Legal    bool   // an organisation; a sole proprietor is a natural person
	PartTiyn int64  // the part of the price that this one demands; when nobody's is given, all demand equally
}

// Relief is why less than the whole is paid with the filing.
type Relief struct {
	Exempt    string // code of an Exemption
	Deferred  string // code of a Deferral
	Uncertain bool   // the price can't be told yet: the judge sets the duty for the time being (CPC 105(1))
}

// Status says how the duty stands before anything is paid.
type Status string

const (
	NotDue   Status = "not_due" // no duty is charged on such a paper
	Payable  Status = "due"
	Exempt   Status = "exempt"
	Deferred Status = "deferred"
	ByJudge  Status = "set_by_judge"
)

// Duty is what is due for a filing.
type Duty struct {
	Status  Status
	Tiyn    int64 // the whole duty; of ByJudge the part that can be told
	NowTiyn int64 // to be paid with the filing
	MRPTiyn int64 // the index it was computed with, 0 when none was needed
	Steps   []Step
	Shares  []Share // of several payers, in their order; they sum up to NowTiyn
}

// Share is what one payer bears.
type Share struct {
	Party string
	Tiyn  int64
}

// NoRateError says that there is no row for the day of payment, so nothing is computed.
type NoRateError struct {
	What string // "mrp" or the nature of a demand
	On   calendar.Date
}

func (e *NoRateError) Error() string { return fmt.Sprintf("duty: no %s for %s", e.What, e.On) }

// Due returns the duty of a filing that is paid on a day, with the rule behind each step.
//
// payers has at least one. Percentages are taken of what people and organisations demand apart,
// since their rates differ; a cap and a fixed duty hold once for the filing. Demands that carry a
// price and others are charged both (Tax Code, 665(4)).
//
// Error: *NoRateError.
func Due(kind Kind, demands []Demand, payers []Payer, relief Relief, on calendar.Date) (Duty, error) {
	if free, ok := freeOf(kind, relief); ok {
		return free, nil
	}
	mrp, ok := mrpOn(on)
	if !ok {
		return Duty{}, &NoRateError{"mrp", on}
	}
	c := computation{kind: kind, mrp: mrp, on: on, payers: payers, shares: make([]int64, len(payers))}
	c.duty = Duty{Status: Payable, MRPTiyn: mrp.Tiyn}
	if err := c.demands(demands, relief.Uncertain); err != nil {
		return Duty{}, err
	}
	return c.settle(relief), nil
}

// freeOf answers for papers without duty and for those who are exempt.
func freeOf(kind Kind, relief Relief) (Duty, bool) {
	switch kind {
	case Appeal, Paper:
		return Duty{Status: NotDue, Steps: []Step{{Code: "not-listed", Article: "TAX 665(1)"}}}, true
	case PrivateComplaint:
		return Duty{Status: NotDue, Steps: []Step{{Code: "not-listed", Article: "TAX 668:15"}}}, true
	}
	if e, ok := ExemptionOf(relief.Exempt); ok {
		return Duty{Status: Exempt, Steps: []Step{{Code: "exempt", Article: e.Article}}}, true
	}
	return Duty{}, false
}
