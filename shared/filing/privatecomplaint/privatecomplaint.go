// Package privatecomplaint is the complaint against a ruling of a court of first instance (CPC
// 429). It has the form of an appeal.
package privatecomplaint

import (
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/duty"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/appeal"
	"github.com/courtoffice/courtoffice/shared/form"
)

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:      "private_complaint",
	Article:   "CPC 429",
	Form:      form.Form{Version: 1, Sections: sections},
	Zero:      Complaint{},
	Documents: appeal.Documents,
	Rules:     filing.Rules(rules),
	Duty: func(_ form.Value, facts filing.Facts) (duty.Duty, error) {
		return duty.Due(duty.PrivateComplaint, nil, nil, duty.Relief{}, facts.On)
	},
	Head:  filing.HeadOf(func(c Complaint) filing.Head { return c.Case.Head(c.Others.Parties, 0) }),
	Seats: filing.SeatsOf(func(c Complaint) []filing.Seat { return c.Side().Seats() }),
}

// Complaint is the form's content.
type Complaint struct {
	appeal.Parts
	Act Ruling `json:"act,omitzero"`
}

// Ruling is the act that is attacked.
type Ruling struct {
	Ruling    string `json:"ruling,omitempty"`
	On        string `json:"on,omitempty"`
	FinalOn   string `json:"finalOn,omitempty"`
	Unheard   bool   `json:"unheard,omitempty"`   // made without notice to the one who complains (161(2))
	LearnedOn string `json:"learnedOn,omitempty"` // when that one learned of it
}

// Rulings are those the code names a complaint against, and any that bars the case from going on.
var Rulings = []string{
	"refusal", "return", "order_refused", "order_not_cancelled", "security", "waiver_accepted", "settlement_approved",
	"slips", "no_additional_judgment", "explanation", "deferral", "indexation", "duplicate_writ", "immediate_execution",
	"reversal", "private_ruling", "suspension", "termination", "left_unconsidered", "securing_evidence", "costs",
	"term_not_restored", "transfer", "bars_the_case",
}

var sections = form.Keyed("private_complaint", appeal.Sections(form.Section{Code: "act", Fields: []form.Field{
	{Path: "ruling", Type: form.Code, Codes: Rulings, Need: form.Recommended, Article: "CPC 429(1)"},
	{Path: "on", Type: form.Date, Need: form.Required, Article: "CPC 429(5)"},
	{Path: "finalOn", Type: form.Date, Need: form.Recommended, Article: "CPC 429(1)", Instead: []string{"learnedOn"}},
	{Path: "unheard", Type: form.Flag, Article: "CPC 161(2)", When: form.When("ruling", "security")},
	{Path: "learnedOn", Type: form.Date, Need: form.Recommended, Article: "CPC 161(2)", When: form.When("unheard")},
}}, appeal.GroundsSection("set_aside_return", "new_decision", "change")))

func rules(c Complaint, facts filing.Facts) (l defect.List) {
	if c.Act.Unheard {
		return c.Check("private-complaint.interim", c.Act.LearnedOn, "/act/learnedOn", facts)
	}
	return c.Check("private-complaint", c.Act.FinalOn, "/act/finalOn", facts)
}
