// Package party is who takes part in a case: people and organisations, their addresses and bank
// details, and those who act for them. One shape and one set of rows serves every role in every
// kind of filing; a Role says what is asked of it.
//
// Read Rows first. The package holds what articles 57-62 and 148(2) 2)-3) of the Civil Procedure
// Code ask for, no more: whose number is not known is not asked twice.
package party

import (
	"slices"
	"strings"
)

// Types of a party.
const (
	Natural        = "natural"
	SoleProprietor = "sole_proprietor" // its IIN stands where organisations have a BIN
	Legal          = "legal"
	StateBody      = "state_body"
	ForeignNatural = "foreign_natural"
	ForeignLegal   = "foreign_legal"
)

// Types lists the types in the order people are offered them.
var Types = []string{Natural, SoleProprietor, Legal, StateBody, ForeignNatural, ForeignLegal}

var (
	people        = []string{Natural, SoleProprietor, ForeignNatural}
	organisations = []string{Legal, StateBody, ForeignLegal}
)

// Party is a person or an organisation in a role. Which members are asked for depends on Type.
type Party struct {
	ID                 string      `json:"id,omitempty"`
	Type               string      `json:"type,omitempty"`
	Surname            string      `json:"surname,omitempty"`
	GivenName          string      `json:"givenName,omitempty"`
	Patronymic         string      `json:"patronymic,omitempty"`
	BirthDate          string      `json:"birthDate,omitempty"`
	IIN                string      `json:"iin,omitempty"`
	Name               string      `json:"name,omitempty"` // of an organisation, in full
	BIN                string      `json:"bin,omitempty"`
	Address            Address     `json:"address,omitzero"`
	WhereaboutsUnknown bool        `json:"whereaboutsUnknown,omitempty"` // article 133; the address is the last known one
	Mobile             string      `json:"mobile,omitempty"`
	Phone              string      `json:"phone,omitempty"`
	Email              string      `json:"email,omitempty"`
	Bank               BankDetails `json:"bank,omitzero"`
}

// Address is a residence or a location. Text is for one that does not come in these parts.
type Address struct {
	Country  string `json:"country,omitempty"` // of a foreign party
	Region   string `json:"region,omitempty"`  // code of a court.Region
	District string `json:"district,omitempty"`
	Locality string `json:"locality,omitempty"`
	Street   string `json:"street,omitempty"`
	House    string `json:"house,omitempty"`
	Flat     string `json:"flat,omitempty"`
	Postal   string `json:"postal,omitempty"`
	Text     string `json:"text,omitempty"`
}

// BankDetails of an organisation (148(2) 2)).
type BankDetails struct {
	IBAN    string `json:"iban,omitempty"`
	Account string `json:"account,omitempty"` // of a foreign bank
	BIC     string `json:"bic,omitempty"`
	Bank    string `json:"bank,omitempty"`
}

// IsPerson reports whether the party has a surname and an IIN rather than a name and a BIN.
func (p Party) IsPerson() bool { return slices.Contains(people, p.Type) }

// IsEntrepreneur reports whether disputes of the party go to an economic court when the other side
// is one too (CPC 27(1)).
func (p Party) IsEntrepreneur() bool {
	return p.Type == SoleProprietor || p.Type == Legal || p.Type == ForeignLegal
}

// FullName returns what the party is called: surname, given name and patronymic, or its name.
func (p Party) FullName() string {
	if !p.IsPerson() {
		return p.Name
	}
	return strings.Join(slices.DeleteFunc([]string{p.Surname, p.GivenName, p.Patronymic}, func(s string) bool { return s == "" }), " ")
}

// Number returns the party's IIN or BIN, "" when it is not given.
func (p Party) Number() string {
	if p.IsPerson() {
		return p.IIN
	}
	return p.BIN
}
