// Package special is the application in special proceedings: there is a right or a fact to be
// stated and no defendant (CPC 302-304, edition of 2020-07-07; the later list of kinds was not read).
package special

import (
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/duty"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/paper"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Kind is the row of package kinds.
var Kind = filing.Kind{
	Code:    "special_proceeding",
	Article: "CPC 304",
	Form:    form.Form{Version: 1, Sections: sections},
	Zero:    Application{},
	Documents: paper.Slots("CPC 149(1)4",
		paper.DutySlot(),
		filing.Slot{Role: "duty_deferral_motion", Article: "CPC 149(1)2"},
		filing.Slot{Role: "exemption_proof", Article: "TAX 668"},
		filing.Slot{Role: "refusal", Need: form.Recommended, Article: "CPC 306", When: form.When("matter.about", "legal_fact", "civil_record")},
		filing.Slot{Role: "publication_proof", Article: "CPC 317", When: form.When("matter.about", "missing", "dead")},
		filing.Slot{Role: "court_act", Article: "CPC 304"},
		filing.Slot{Role: "consent", Article: "CPC 310"},
	),
	Rules: filing.Rules(rules),
	Duty:  filing.DutyOf(Application.DutyOf),
	Head: filing.HeadOf(func(a Application) filing.Head {
		h := filing.Head{Court: a.Court.Code, Lang: a.Court.Lang, Opposite: a.Matter.Person}
		if len(a.Interested.Parties) > 0 {
			h.Opposite = a.Interested.Parties[0].FullName()
		}
		return h
	}),
	Seats: filing.SeatsOf(func(a Application) []filing.Seat { return a.side().Seats() }),
}

// Application is the form's content.
type Application struct {
	Court           paper.Court           `json:"court,omitzero"`
	Applicant       party.Party           `json:"applicant,omitzero"`
	Representatives paper.Representatives `json:"representatives,omitzero"`
	Interested      paper.Parties         `json:"interested,omitzero"`
	Matter          Matter                `json:"matter,omitzero"`
	Evidence        paper.Evidence        `json:"evidence,omitzero"`
	Duty            paper.Duty            `json:"duty,omitzero"`
}

// Matter is what the court is to state.
type Matter struct {
	About         string          `json:"about,omitempty"`
	Fact          string          `json:"fact,omitempty"` // of a legal fact (305)
	Request       paper.Statement `json:"request,omitzero"`
	Circumstances paper.Statement `json:"circumstances,omitzero"`
	Purpose       string          `json:"purpose,omitempty"`      // what the fact is needed for (306, 318)
	Unobtainable  string          `json:"unobtainable,omitempty"` // why the document can't be had or restored (306)
	Person        string          `json:"person,omitempty"`       // who is missing, dead, to be adopted or incapable
	PersonBorn    string          `json:"personBorn,omitempty"`
	LastPlace     string          `json:"lastPlace,omitempty"`
	LastNewsOn    string          `json:"lastNewsOn,omitempty"`
	Record        string          `json:"record,omitempty"` // what is wrong in which record (362)
	RefusedBy     string          `json:"refusedBy,omitempty"`
	RefusedOn     string          `json:"refusedOn,omitempty"`
	Act           string          `json:"act,omitempty"`       // notary act or refusal (364)
	LearnedOn     string          `json:"learnedOn,omitempty"` // 364(4): ten days from it
}

func about(codes ...string) []form.Cond { return form.When("about", codes...) }

var sections = form.Keyed("special_proceeding", []form.Section{
	{Code: "court", Fields: paper.CourtRows("CPC 148(2)1")},
	paper.PartySection("applicant", party.Role{
		Article: "CPC 148(2)2", FromCert: true, Numbers: form.Recommended, BirthDate: form.Recommended, Address: form.Recommended,
	}),
	paper.RepresentativesSection(),
	paper.PartiesSection("interested", party.Role{Article: "CPC 304(1)", Address: form.Recommended}, form.Recommended),
	{Code: "matter", Fields: append(append(append([]form.Field{
		{Path: "about", Type: form.Code, Codes: []string{"legal_fact", "missing", "dead", "adoption", "capacity", "civil_record", "notary_act", "other_special"}, Need: form.Required, Article: "CPC 302"},
		{Path: "fact", Type: form.Code, Codes: []string{
			"kinship", "dependency", "registration", "paternity", "title_document", "ownership", "accident", "death", "inheritance", "other_fact",
		}, Need: form.Recommended, Article: "CPC 305", When: about("legal_fact")}},
		paper.StatementRows("request.", paper.MaxDemand, form.Required, "CPC 148(2)4")...),
		paper.StatementRows("circumstances.", paper.MaxLong, form.Required, "CPC 148(2)5")...),
		form.Field{Path: "purpose", Type: form.Prose, Max: paper.MaxDemand, Need: form.Recommended, Article: "CPC 306", When: about("legal_fact", "missing", "dead")},
		form.Field{Path: "unobtainable", Type: form.Prose, Max: paper.MaxDemand, Need: form.Recommended, Article: "CPC 306", When: about("legal_fact")},
		form.Field{Path: "person", Type: form.Text, Max: paper.MaxShort, Need: form.Recommended, Article: "CPC 317", When: about("missing", "dead", "adoption", "capacity")},
		form.Field{Path: "personBorn", Type: form.Date, Article: "CPC 317", When: about("missing", "dead", "adoption", "capacity")},
		form.Field{Path: "lastPlace", Type: form.Text, Max: paper.MaxShort, Need: form.Recommended, Article: "CPC 317", When: about("missing", "dead")},
		form.Field{Path: "lastNewsOn", Type: form.Date, Need: form.Recommended, Article: "CPC 317", When: about("missing", "dead")},
		form.Field{Path: "record", Type: form.Prose, Max: paper.MaxDemand, Need: form.Recommended, Article: "CPC 362", When: about("civil_record")},
		form.Field{Path: "refusedBy", Type: form.Text, Max: paper.MaxShort, Need: form.Recommended, Article: "CPC 362", When: about("civil_record")},
		form.Field{Path: "refusedOn", Type: form.Date, Need: form.Recommended, Article: "CPC 362", When: about("civil_record")},
		form.Field{Path: "act", Type: form.Prose, Max: paper.MaxDemand, Need: form.Recommended, Article: "CPC 364", When: about("notary_act")},
		form.Field{Path: "learnedOn", Type: form.Date, Need: form.Recommended, Article: "CPC 364(4)", When: about("notary_act")},
	)},
	paper.EvidenceSection(form.Recommended, "CPC 148(2)5"),
	paper.DutySection(),
})

func (a Application) side() paper.Side {
	return paper.Side{Parties: []party.Party{a.Applicant}, Representatives: a.Representatives, Power: party.SignClaim}
}

// DutyOf computes the duty of special proceedings.
func (a Application) DutyOf(facts filing.Facts) (duty.Duty, error) {
	return duty.Due(duty.Special, nil, paper.Payers([]party.Party{a.Applicant}, nil), a.Duty.Relief(), a.Duty.PaidOn(facts.On))
}

func rules(a Application, facts filing.Facts) (l defect.List) {
	own := []paper.At{{Pointer: "/applicant", Party: a.Applicant}}
	l = paper.CheckParties(own, a.Interested.List("interested"), facts.On)
	l = append(l, paper.CheckCertified(own[0], facts.Filer)...)
	l = append(l, paper.CheckCourt("/court/code", a.Court.Code, a.Court.Region, "CPC 148(2)1", facts)...)
	l = append(l, a.side().Check(facts)...)
	l = append(l, paper.CheckTerm("/matter/learnedOn", "notary.complaint", a.Matter.LearnedOn, facts.On)...)
	for pointer, day := range map[string]string{"/matter/lastNewsOn": a.Matter.LastNewsOn, "/matter/refusedOn": a.Matter.RefusedOn} {
		if paper.After(day, facts.On.String()) {
			l.Warn(pointer, "date-future", "CPC 304")
		}
	}
	due, err := a.DutyOf(facts)
	return append(l, a.Duty.Check(due, err, facts.On)...)
}
