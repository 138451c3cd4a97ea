// Package letter is a paper to a court that no other kind is for: a question, information, a
// document that was asked for.
package letter

import (
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:      "letter",
	Article:   "CPC 46(4)",
	Form:      form.Form{Version: 1, Sections: sections},
	Zero:      Letter{},
	Documents: paper.Slots("CPC 46(4)", filing.Slot{Role: "court_act", Article: "CPC 46(4)"}),
	Rules:     filing.Rules(rules),
	Head: filing.HeadOf(func(l Letter) filing.Head {
		h := l.Case.Head(nil, 0)
		h.Opposite = l.Letter.Subject
		return h
	}),
	Seats: filing.SeatsOf(func(l Letter) []filing.Seat { return l.side().Seats() }),
}

// Letter is the form's content.
type Letter struct {
	Case            paper.Case            `json:"case,omitzero"`
	Sender          party.Party           `json:"sender,omitzero"`
	Representatives paper.Representatives `json:"representatives,omitzero"`
	Letter          Body                  `json:"letter,omitzero"`
}

// Body is what it says.
type Body struct {
	Subject string `json:"subject,omitempty"`
	paper.Statement
}

var sections = form.Keyed("letter", []form.Section{
	paper.CaseSection("CPC 46(4)", form.Optional),
	paper.PartySection("sender", paper.Filer("CPC 46(4)")),
	paper.RepresentativesSection(),
	{Code: "letter", Fields: append([]form.Field{
		{Path: "subject", Type: form.Text, Max: paper.MaxShort, Need: form.Required, Article: "CPC 46(4)"}},
		paper.StatementRows("", paper.MaxText, form.Required, "CPC 46(4)")...,
	)},
})

func (l Letter) side() paper.Side {
	return paper.Side{Parties: []party.Party{l.Sender}, Representatives: l.Representatives}
}

func rules(x Letter, facts filing.Facts) (l defect.List) {
	own := paper.At{Pointer: "/sender", Party: x.Sender}
	l = append(paper.CheckParties([]paper.At{own}, nil, facts.On), paper.CheckCertified(own, facts.Filer)...)
	return append(l, x.side().Check(facts)...)
}
