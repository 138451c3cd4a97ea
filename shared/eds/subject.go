package eds

import (
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/kzid"
)

// Role is what the NCA says a certificate's holder may do, from its extended key usages.
type Role string

// Roles, from the object identifiers that root.gov.kz registers. RoleNone is a certificate without a user role.
const (
	RoleNone             Role = ""
	RoleIndividual       Role = "individual"
	RoleHead             Role = "head"         // of an organisation, full right to sign
	RoleSignRight        Role = "signright"    // employee with the right to sign
	RoleFinanceRight     Role = "finsignright" // employee who signs financial documents
	RoleHR               Role = "hr"
	RoleEmployee         Role = "employee"
	RoleSystem           Role = "infosystem" // information system of an organisation
	RoleIndividualSystem Role = "individual-infosystem"
	RoleTreasury         Role = "treasury"
)

// Subject is the holder of a certificate in the terms of the NCA.
type Subject struct {
	// IIN is the person's number, BIN the organisation's; zero if absent. Numbers in test
	// certificates have wrong check digits.
	IIN kzid.IIN
	BIN kzid.BIN
	// CommonName is "SURNAME GIVEN-NAME", or the name of a system.
	CommonName string
	// GivenName is taken from CommonName, because the NCA puts the patronymic into the attribute
	// of that name. Each may be empty.
	Surname, GivenName, Patronymic string
	// Organisation is the name of the organisation; several are separated by "; ".
	Organisation string
	// SerialNumber is an attribute of that name that is neither IIN nor BIN, such as the number of a
	// foreigner's passport. Nothing is concluded from it.
	SerialNumber string
	Role         Role
}

// errSubject means that a name holds two numbers of one kind, or one that is not twelve digits, or that it
// is not plain text.
var errSubject = errors.New("subject cannot be read without doubt")

// readSubject reads the subject by attribute type; the order of attributes differs between issues.
func readSubject(c *certpath.Certificate) (s Subject, err error) {
	s.Role = readRole(c)
	attrs, err := certpath.ParseName(c.RawSubject)
	if err != nil {
		return s, err
	}
	for _, a := range attrs {
		if !oneLine(a.Value) {
			return s, errSubject
		}
		var field *string
		switch a.Type {
		case oid.CommonName:
			field = &s.CommonName
		case oid.Surname:
			field = &s.Surname
		case oid.GivenName:
			field = &s.Patronymic
		case oid.Organization:
			if s.Organisation != "" {
				a.Value = s.Organisation + "; " + a.Value
				s.Organisation = ""
			}
			field = &s.Organisation
		case oid.SerialNumber, oid.OrganizationalUnit:
			if err := s.readNumber(a); err != nil {
				return s, err
			}
			continue
		default:
			continue
		}
		if *field != "" {
			return s, errSubject
		}
		*field = a.Value
	}
	if given, ok := strings.CutPrefix(s.CommonName, s.Surname+" "); ok && s.Surname != "" {
		s.GivenName = given
	}
	return s, nil
}

// oneLine reports whether a name stays on its line and reads in one direction wherever it is shown: in a
// receipt, a page, a mail. No authority writes control characters or marks of direction into a name.
func oneLine(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) || r == 0xFEFF
	})
}

func (s *Subject) readNumber(a certpath.Attribute) error {
	if digits, ok := strings.CutPrefix(a.Value, "IIN"); ok && a.Type == oid.SerialNumber {
		n, err := kzid.ParseIINForm(digits)
		if err != nil || !s.IIN.IsZero() && s.IIN != n {
			return errSubject
		}
		s.IIN = n
		return nil
	}
	if _, isBIN := strings.CutPrefix(a.Value, "BIN"); a.Type == oid.SerialNumber && !isBIN {
		s.SerialNumber = a.Value
	}
	// Some service certificates have the BIN in SERIALNUMBER; an OU without the prefix is a
	// department.
	if digits, ok := strings.CutPrefix(a.Value, "BIN"); ok {
		n, err := kzid.ParseBINForm(digits)
		if err != nil || !s.BIN.IsZero() && s.BIN != n {
			return errSubject
		}
		s.BIN = n
	}
	return nil
}

func readRole(c *certpath.Certificate) Role {
	legal := c.HasExtKeyUsage(oid.RoleLegal)
	for _, id := range c.ExtKeyUsage {
		switch {
		case id.Under(oid.RoleTreasury):
			return RoleTreasury
		case id == oid.RoleHead:
			return RoleHead
		case id == oid.RoleSignRight:
			return RoleSignRight
		case id == oid.RoleFinanceRight:
			return RoleFinanceRight
		case id == oid.RoleHR:
			return RoleHR
		case id == oid.RoleEmployee:
			return RoleEmployee
		case id.Under(oid.RoleSystem):
			return RoleSystem
		case id == oid.RoleIndividualSystem:
			return RoleIndividualSystem
		case id == oid.RoleIndividual:
			return RoleIndividual
		}
	}
	// Systems of 2023 and 2024 have the legal entity's usage and nothing else.
	if legal && !c.HasExtKeyUsage(oid.EmailProtection) && !c.HasExtKeyUsage(oid.ClientAuth) {
		return RoleSystem
	}
	return RoleNone
}

// MarshalJSON writes the subject with its numbers in full: a report is made for someone who may see
// them. Logs get LogValue.
func (s Subject) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		IIN          string `json:"iin,omitempty"`
		BIN          string `json:"bin,omitempty"`
		CommonName   string `json:"commonName,omitempty"`
		Surname      string `json:"surname,omitempty"`
		GivenName    string `json:"givenName,omitempty"`
		Patronymic   string `json:"patronymic,omitempty"`
		Organisation string `json:"organisation,omitempty"`
		SerialNumber string `json:"serialNumber,omitempty"`
		Role         Role   `json:"role,omitempty"`
	}{s.IIN.Reveal(), s.BIN.Reveal(), s.CommonName, s.Surname, s.GivenName, s.Patronymic, s.Organisation, s.SerialNumber, s.Role})
}

// LogValue gives the role only.
func (s Subject) LogValue() slog.Value { return slog.GroupValue(slog.String("role", string(s.Role))) }
