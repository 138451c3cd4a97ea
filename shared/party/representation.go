package party

import (
	"slices"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/form"
)

// Kinds of representatives: by instruction (CPC 58(1)) and by law (CPC 62).
const (
	Advocate      = "advocate"      // 58(1)1: a warrant, and a power of attorney for each act of article 60(1)
	Employee      = "employee"      // 58(1)2: of the organisation
	UnionOfficer  = "union"         // 58(1)3
	Organisation  = "organisation"  // 58(1)4: of an organisation that protects the party's rights
	Coparticipant = "coparticipant" // 58(1)5: one of the claimants for the others
	Lawyer        = "lawyer"        // 58(1)6: with a degree in law, admitted by the court
	ByLaw         = "legal"         // 62: parent, adopter, guardian, trustee
)

// RepresentativeKinds lists the kinds in the order people are offered them.
var RepresentativeKinds = []string{Advocate, Employee, Lawyer, UnionOfficer, Organisation, Coparticipant, ByLaw}

// Powers that a representative by instruction has only when the power of attorney names them (CPC
// 60(1), (3)), in the order of the article.
var Powers = []string{
	"sign_claim", "to_arbitration", "settle", "mediation_agreement", "participative_agreement",
	"waive_claim_full", "waive_claim_part", "admit_claim", "change_amount", "change_subject_or_ground",
	"substitute", "appeal", "cassation", "new_circumstances", "enforce", "receive_award", "withdraw_appeal",
}

// SignClaim is the power without which a claim is returned (CPC 152(1)5).
const SignClaim = "sign_claim"

// Representation is someone who acts for one or more parties of the filing.
type Representation struct {
	ID         string   `json:"id,omitempty"`
	Kind       string   `json:"kind,omitempty"`
	Parties    []string `json:"parties,omitempty"` // ids
	Surname    string   `json:"surname,omitempty"`
	GivenName  string   `json:"givenName,omitempty"`
	Patronymic string   `json:"patronymic,omitempty"`
	IIN        string   `json:"iin,omitempty"` // by which the signature is matched
	Address    Address  `json:"address,omitzero"`
	Mobile     string   `json:"mobile,omitempty"`
	Email      string   `json:"email,omitempty"`
	Powers     []string `json:"powers,omitempty"`
	Document   string   `json:"document,omitempty"` // id of the power of attorney, or of the paper of a representative by law
	Warrant    string   `json:"warrant,omitempty"`  // id of an advocate's warrant
	ValidFrom  string   `json:"validFrom,omitempty"`
	ValidTo    string   `json:"validTo,omitempty"`
}

// MaySign reports whether the representative may do an act that the power is for: by law every act
// (62(4)), by instruction one that is named.
func (r Representation) MaySign(power string) bool {
	return r.Kind == ByLaw || slices.Contains(r.Powers, power)
}

// Days returns the days the authority is for; a zero one is open.
func (r Representation) Days() (from, to calendar.Date) {
	_ = from.UnmarshalText([]byte(r.ValidFrom)) // what is no date is a defect of the form
	_ = to.UnmarshalText([]byte(r.ValidTo))
	return from, to
}

// RepresentationRows returns the rows of a representative, to stand Under a prefix.
func RepresentationRows() []form.Field {
	instructed := form.When("kind", Advocate, Employee, Lawyer, UnionOfficer, Organisation, Coparticipant)
	rows := []form.Field{
		{Path: "id", Type: form.ID, Codes: []string{"representative"}},
		{Path: "kind", Type: form.Code, Codes: RepresentativeKinds, Need: form.Required, Article: "CPC 58"},
		{Path: "parties[]", Type: form.Ref, Codes: []string{"party"}, Max: 50, Need: form.Required, Article: "CPC 57"},
		{Path: "surname", Type: form.Text, Max: 100, Need: form.Required, Article: "CPC 148(2)2"},
		{Path: "givenName", Type: form.Text, Max: 100, Need: form.Recommended, Article: "CPC 148(2)2"},
		{Path: "patronymic", Type: form.Text, Max: 100, Article: "CPC 148(2)2"},
		{Path: "iin", Type: form.IIN, Need: form.Recommended, Article: "CPC 148(4)"},
	}
	rows = append(rows, form.Under("address.", AddressRows(form.Recommended, "CPC 148(2)2"))...)
	rows = append(rows,
		form.Field{Path: "mobile", Type: form.Phone, Article: "CPC 148(2)2"},
		form.Field{Path: "email", Type: form.Email, Article: "CPC 148(2)2"},
		form.Field{Path: "powers", Type: form.Codes, Codes: Powers, Article: "CPC 60(1)", When: instructed},
		form.Field{Path: "document", Type: form.Ref, Codes: []string{form.Document}, Need: form.Recommended, Article: "CPC 61"},
		form.Field{Path: "warrant", Type: form.Ref, Codes: []string{form.Document}, Need: form.Recommended, Article: "CPC 61(3)", When: form.When("kind", Advocate)},
		form.Field{Path: "validFrom", Type: form.Date, Article: "CPC 61"},
		form.Field{Path: "validTo", Type: form.Date, Article: "CPC 61"},
	)
	rows = keyed(rows)
	for i, r := range rows {
		switch r.Path {
		case "kind", "parties[]", "powers", "document", "warrant", "validFrom", "validTo":
			rows[i].Key = "representative." + r.Path
		}
	}
	return rows
}
