package edstest

import (
	"bytes"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// build runs f on a new builder. Only lengths beyond 4 GB could fail.
func build(f func(*cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	f(&b)
	return b.BytesOrPanic()
}

func seq(b *cryptobyte.Builder, f func(*cryptobyte.Builder)) { b.AddASN1(asn1.SEQUENCE, f) }

func context(n uint8) asn1.Tag { return asn1.Tag(n).Constructed().ContextSpecific() }

func addOID(b *cryptobyte.Builder, id oid.ID) {
	b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte(id)) })
}

// algorithmID is an AlgorithmIdentifier with NULL parameters, as the NCA writes all of them.
func algorithmID(id oid.ID) []byte {
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			addOID(b, id)
			b.AddASN1NULL()
		})
	})
}

func addInteger(b *cryptobyte.Builder, content []byte) {
	b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(content) })
}

// addTime writes UTCTime up to 2049 and GeneralizedTime from 2050 (RFC 5280, section 4.1.2.5).
func addTime(b *cryptobyte.Builder, t time.Time) {
	t = t.UTC()
	if t.Year() >= 2050 {
		b.AddASN1GeneralizedTime(t)
		return
	}
	b.AddASN1UTCTime(t)
}

// addSet writes members as a DER SET OF under tag.
func addSet(b *cryptobyte.Builder, tag asn1.Tag, members [][]byte) {
	members = slices.Clone(members)
	slices.SortFunc(members, bytes.Compare)
	b.AddASN1(tag, func(b *cryptobyte.Builder) {
		for _, m := range members {
			b.AddBytes(m)
		}
	})
}

// Extension is a certificate or CRL extension.
type Extension struct {
	ID       oid.ID
	Critical bool
	Value    []byte
}

func (e Extension) add(b *cryptobyte.Builder) {
	seq(b, func(b *cryptobyte.Builder) {
		addOID(b, e.ID)
		if e.Critical {
			b.AddASN1Boolean(true)
		}
		b.AddASN1OctetString(e.Value)
	})
}

// Name encodes attributes as the NCA does: one attribute in each RDN, UTF8String except for country
// and serial number.
func Name(attrs ...Attribute) []byte {
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			for _, a := range attrs {
				b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
					seq(b, func(b *cryptobyte.Builder) {
						addOID(b, a.Type)
						tag := asn1.UTF8String
						if a.Type == oid.Country || a.Type == oid.SerialNumber {
							tag = asn1.PrintableString
						}
						b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte(a.Value)) })
					})
				})
			}
		})
	})
}

// Attribute is one attribute of a name.
type Attribute struct {
	Type  oid.ID
	Value string
}
