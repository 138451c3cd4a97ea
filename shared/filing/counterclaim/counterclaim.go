// Package counterclaim is the defendant's claim in the same case (CPC 153-154): a claim by its
// content, that names the case and the link to it instead of choosing a court.
package counterclaim

import (
	"slices"
	"strings"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/duty"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/claim"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:      "counterclaim",
	Article:   "CPC 153",
	Form:      form.Form{Version: 1, Sections: sections},
	Zero:      Counterclaim{},
	Documents: documents,
	Rules:     filing.Rules(rules),
	Duty: filing.DutyOf(func(c Counterclaim, facts filing.Facts) (duty.Duty, error) {
		return c.content().DutyOf(facts)
	}),
	Head: filing.HeadOf(func(c Counterclaim) filing.Head {
		return c.Case.Head(c.Defendants.Parties, c.Price.TotalTiyn)
	}),
	Seats: filing.SeatsOf(func(c Counterclaim) []filing.Seat { return c.content().Side().Seats() }),
}

// documents are those of a claim, but for what belongs to the choice of a court and to a claim in
// another's interest.
var documents = slices.DeleteFunc(slices.Clone(claim.Kind.Documents), func(s filing.Slot) bool {
	return s.Role == "jurisdiction_agreement" || s.Role == "consent" || slices.ContainsFunc(s.When, func(c form.Cond) bool {
		return strings.HasPrefix(c.Path, "coclaimants.")
	})
})

// Counterclaim is the form's content. The claimant is the defendant of the case.
type Counterclaim struct {
	Case            paper.Case            `json:"case,omitzero"`
	Claimant        party.Party           `json:"claimant,omitzero"`
	Representatives paper.Representatives `json:"representatives,omitzero"`
	Defendants      paper.Parties         `json:"defendants,omitzero"`
	Link            Link                  `json:"link,omitzero"`
	Demands         claim.Demands         `json:"demands,omitzero"`
	Circumstances   claim.Circumstances   `json:"circumstances,omitzero"`
	Evidence        paper.Evidence        `json:"evidence,omitzero"`
	Pretrial        claim.Pretrial        `json:"pretrial,omitzero"`
	Conciliation    claim.Conciliation    `json:"conciliation,omitzero"`
	Price           claim.Price           `json:"price,omitzero"`
	Duty            paper.Duty            `json:"duty,omitzero"`
	Interim         claim.Interim         `json:"interim,omitzero"`
}

// Link is why the claims are heard together, and when the paper comes (153).
type Link struct {
	Link       string `json:"link,omitempty"` // "set_off", "excludes" or "connected"
	Reason     string `json:"reason,omitempty"`
	Stage      string `json:"stage,omitempty"`      // "preparation" while it goes on, "trial" after it
	LateReason string `json:"lateReason,omitempty"` // why the defendant missed preparation
}

func sectionOf(code string) form.Section {
	s, _ := claim.Kind.Form.Section(code)
	return s
}

var sections = form.Keyed("counterclaim", []form.Section{
	paper.CaseSection("CPC 153(1)", form.Required),
	sectionOf("claimant"),
	paper.RepresentativesSection(),
	sectionOf("defendants"),
	{Code: "link", Fields: []form.Field{
		{Path: "link", Type: form.Code, Codes: []string{"set_off", "excludes", "connected"}, Need: form.Recommended, Article: "CPC 154"},
		{Path: "reason", Type: form.Prose, Max: paper.MaxDemand, Need: form.Recommended, Article: "CPC 154"},
		{Path: "stage", Type: form.Code, Codes: []string{"preparation", "trial"}, Need: form.Recommended, Article: "CPC 153(1)"},
		{Path: "lateReason", Type: form.Prose, Max: paper.MaxDemand, Article: "CPC 153(2)", When: form.When("stage", "trial")},
	}},
	sectionOf("demands"), sectionOf("circumstances"), sectionOf("evidence"), sectionOf("pretrial"),
	sectionOf("conciliation"), sectionOf("price"), sectionOf("duty"), sectionOf("interim"),
})

// content is the counterclaim as a claim.
func (c Counterclaim) content() claim.Claim {
	return claim.Claim{
		Claimant: c.Claimant, Representatives: c.Representatives, Defendants: c.Defendants, Demands: c.Demands,
		Circumstances: c.Circumstances, Evidence: c.Evidence, Pretrial: c.Pretrial, Conciliation: c.Conciliation,
		Price: c.Price, Duty: c.Duty, Interim: c.Interim,
	}
}

// rules add to those of a claim that one which comes after preparation says why: only a defendant
// who missed it for want of proper notice may bring it then (153(2)).
func rules(c Counterclaim, facts filing.Facts) (l defect.List) {
	l = append(c.Case.Check(facts), c.content().Content(facts)...)
	if c.Link.Stage == "trial" && strings.TrimSpace(c.Link.LateReason) == "" {
		l.Warn("/link/lateReason", "counterclaim-late", "CPC 153(2)")
	}
	return l
}
