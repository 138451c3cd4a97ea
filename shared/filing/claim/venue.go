package claim

import (
	"slices"

	"github.com/courtoffice/courtoffice/shared/party"
)

// Basis is a rule that makes a court the right one.
type Basis struct {
	Code      string // what Court.Basis holds: the article without the code's name
	Fact      string // answer of the guide that opens it; "" for the rule that needs none
	Exclusive bool   // it leaves no other choice (31)
}

// Article returns the basis as a citation.
func (b Basis) Article() string { return "CPC " + b.Code }

// venues are the bases in the order of the articles, edition of 2024-01-01. Where each leads (the
// claimant's residence, the place of the object) is said by its text.
var venues = []Basis{
	{Code: "29(1)"},
	{Code: "29(2)"},
	{Code: "30(1)", Fact: "whereabouts_unknown"},
	{Code: "30(2)", Fact: "property_elsewhere"},
	{Code: "30(3)", Fact: "branch"},
	{Code: "30(4)", Fact: "alimony_paternity"},
	{Code: "30(5)", Fact: "injury"},
	{Code: "30(6)", Fact: "place_of_performance"},
	{Code: "30(7)", Fact: "divorce_children"},
	{Code: "30(8)", Fact: "unlawful_prosecution"},
	{Code: "30(9)", Fact: "consumer"},
	{Code: "30(10)", Fact: "ships"},
	{Code: "30(11)", Fact: "insurance"},
	{Code: "30(12)", Fact: "several_defendants"},
	{Code: "31(1)", Fact: "real_estate", Exclusive: true},
	{Code: "31(2)", Fact: "estate_creditors", Exclusive: true},
	{Code: "31(3)", Fact: "inheritance", Exclusive: true},
	{Code: "31(4)", Fact: "carriage", Exclusive: true},
	{Code: "31(5)", Fact: "foreign_state", Exclusive: true},
	{Code: "32", Fact: "agreement"},
	{Code: "33(3)", Fact: "criminal_case"},
}

// VenueFacts returns the answers of the venue guide: what a claimant knows about the dispute.
func VenueFacts() (facts []string) {
	for _, b := range venues {
		if b.Fact != "" {
			facts = append(facts, b.Fact)
		}
	}
	return facts
}

// Bases returns the codes of all bases.
func Bases() (codes []string) {
	for _, b := range venues {
		codes = append(codes, b.Code)
	}
	return codes
}

// Venues returns the bases that facts about the dispute and its defendants allow, of which the
// claimant chooses one (30(13)).
//
// An exclusive one drives out all others: neither choice nor agreement changes it (30(13), 32). Of
// the general rule the part for people is given when a defendant is a person, the other when one is
// not; a defendant whose whereabouts are unknown opens 30(1), several open 30(12), without being
// asked.
func Venues(facts []string, defendants []party.Party) (out []Basis) {
	var person, organisation, unknown bool
	for _, d := range defendants {
		person, organisation = person || d.IsPerson(), organisation || !d.IsPerson() && d.Type != ""
		unknown = unknown || d.WhereaboutsUnknown
	}
	holds := map[string]bool{"29(1)": person, "29(2)": organisation, "30(1)": unknown, "30(12)": len(defendants) > 1}
	for _, b := range venues {
		if holds[b.Code] || b.Fact != "" && slices.Contains(facts, b.Fact) {
			out = append(out, b)
		}
	}
	if slices.ContainsFunc(out, func(b Basis) bool { return b.Exclusive }) {
		out = slices.DeleteFunc(out, func(b Basis) bool { return !b.Exclusive })
	}
	return out
}

// Economic reports whether the dispute belongs to a specialised inter-district economic court: all
// parties are organisations or people in business (27(1)). Whether the dispute comes of their
// business, and the exceptions by its subject, a form can't see.
func Economic(claimants, defendants []party.Party) bool {
	all := slices.Concat(claimants, defendants)
	return len(defendants) > 0 && !slices.ContainsFunc(all, func(p party.Party) bool { return !p.IsEntrepreneur() })
}
