package certpath

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Attribute is one attribute of a distinguished name, decoded to UTF-8.
type Attribute struct {
	Type  oid.ID
	Value string
}

// ParseName reads a DER Name (RFC 5280, section 4.1.2.4) into its attributes in the order they are
// stored, which differs between certificates of the same person. Error: ErrSyntax, also for text
// that is not what its string type says.
func ParseName(der []byte) ([]Attribute, error) {
	in := cryptobyte.String(der)
	var rdns cryptobyte.String
	if !in.ReadASN1(&rdns, asn1.SEQUENCE) || !in.Empty() {
		return nil, ErrSyntax
	}
	var attrs []Attribute
	for !rdns.Empty() {
		var rdn cryptobyte.String
		if !rdns.ReadASN1(&rdn, asn1.SET) || rdn.Empty() {
			return nil, ErrSyntax
		}
		for !rdn.Empty() {
			var atv, id, value cryptobyte.String
			var tag asn1.Tag
			if !rdn.ReadASN1(&atv, asn1.SEQUENCE) || !atv.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) ||
				!atv.ReadAnyASN1(&value, &tag) || !atv.Empty() {
				return nil, ErrSyntax
			}
			text, ok := decodeString(tag, value)
			if !ok {
				return nil, ErrSyntax
			}
			attrs = append(attrs, Attribute{oid.ID(id), text})
		}
	}
	return attrs, nil
}

const bmpString = asn1.Tag(30)

func decodeString(tag asn1.Tag, value []byte) (string, bool) {
	switch tag {
	case asn1.UTF8String:
		return string(value), utf8.Valid(value)
	case asn1.PrintableString, asn1.IA5String, asn1.Tag(18): // and NumericString
		for _, b := range value {
			if b >= 0x80 {
				return "", false
			}
		}
		return string(value), true
	case asn1.T61String: // read as ISO 8859-1, as everyone does
		var s strings.Builder
		for _, b := range value {
			s.WriteRune(rune(b))
		}
		return s.String(), true
	case bmpString:
		if len(value)%2 != 0 {
			return "", false
		}
		units := make([]uint16, len(value)/2)
		for i := range units {
			units[i] = uint16(value[2*i])<<8 | uint16(value[2*i+1])
		}
		return string(utf16.Decode(units)), true
	}
	return "", false
}

// shortName is how people write an attribute type, "" for the rarer ones.
func shortName(id oid.ID) string {
	switch id {
	case oid.CommonName:
		return "CN"
	case oid.Surname:
		return "SN"
	case oid.SerialNumber:
		return "SERIALNUMBER"
	case oid.Country:
		return "C"
	case oid.Locality:
		return "L"
	case oid.Province:
		return "ST"
	case oid.Organization:
		return "O"
	case oid.OrganizationalUnit:
		return "OU"
	case oid.BusinessCategory:
		return "businessCategory"
	case oid.GivenName:
		return "GN"
	case oid.UserID:
		return "UID"
	case oid.DomainComponent:
		return "DC"
	case oid.EmailAddress:
		return "E"
	}
	return ""
}

// NameString returns a DER Name as text in stored order, with the special characters of RFC 4514
// escaped; or "" if it is malformed. It is for people: compare names by their DER.
func NameString(der []byte) string {
	attrs, err := ParseName(der)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for i, a := range attrs {
		if i > 0 {
			b.WriteByte(',')
		}
		name := shortName(a.Type)
		if name == "" {
			name = a.Type.String()
		}
		b.WriteString(name)
		b.WriteByte('=')
		for _, r := range a.Value {
			if strings.ContainsRune(`,+;<>\`, r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}
