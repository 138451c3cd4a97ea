package certpath

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
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
	attrs := make([]Attribute, 0, 8) // people in companies have seven
	if !eachRDN(der, func(rdn []Attribute) { attrs = append(attrs, rdn...) }) {
		return nil, ErrSyntax
	}
	return attrs, nil
}

// eachRDN calls f with the attributes of each relative name, which it must not keep. ok is false if
// the name is malformed; f may have been called then.
func eachRDN(der []byte, f func([]Attribute)) (ok bool) {
	in := cryptobyte.String(der)
	var rdns cryptobyte.String
	if !in.ReadASN1(&rdns, asn1.SEQUENCE) || !in.Empty() {
		return false
	}
	var attrs [4]Attribute // an RDN of the NCA has one
	for !rdns.Empty() {
		var rdn cryptobyte.String
		if !rdns.ReadASN1(&rdn, asn1.SET) || rdn.Empty() {
			return false
		}
		list := attrs[:0]
		for !rdn.Empty() {
			var atv, id, value cryptobyte.String
			var tag asn1.Tag
			if !rdn.ReadASN1(&atv, asn1.SEQUENCE) || !atv.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) || len(id) == 0 ||
				!atv.ReadAnyASN1(&value, &tag) || !atv.Empty() {
				return false
			}
			text, ok := decodeString(tag, value)
			if !ok {
				return false
			}
			list = append(list, Attribute{oid.ID(id), text})
		}
		f(list)
	}
	return true
}

// SameName reports whether two DER Names are the same (RFC 5280, section 7.1): the same relative
// names in the same order, each with the same attributes in any order, whose text differs in letter
// case, in the width of white space and in the string type at most. Unicode text is not normalised
// beyond that. A name that cannot be read equals itself alone. Which key signed is never concluded
// from a name.
func SameName(a, b []byte) bool { return bytes.Equal(a, b) || NameKey(a) == NameKey(b) }

// NameKey returns a string that two DER Names share exactly when SameName says that they are the same.
func NameKey(der []byte) string {
	key := make([]byte, 0, len(der))
	ok := eachRDN(der, func(rdn []Attribute) {
		slices.SortFunc(rdn, func(a, b Attribute) int {
			return cmp.Or(strings.Compare(string(a.Type), string(b.Type)), strings.Compare(fold(a.Value), fold(b.Value)))
		})
		for _, a := range rdn {
			text := fold(a.Value)
			key = binary.AppendUvarint(key, uint64(len(a.Type))) // at least 1: a zero ends the RDN
			key = append(key, a.Type...)
			key = binary.AppendUvarint(key, uint64(len(text)))
			key = append(key, text...)
		}
		key = append(key, 0)
	})
	if !ok {
		return "\x00" + string(der) // which no well-formed name starts with
	}
	return string(key)
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

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
// escaped; or "" if it is malformed. It is for people: compare names with SameName.
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
