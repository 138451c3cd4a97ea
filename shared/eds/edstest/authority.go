package edstest

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"math/big"
	"math/bits"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Key is a private key with its certificate.
type Key struct {
	Private     *Private
	Certificate []byte // DER
	// Chain are the certificates above it, for messages that carry them.
	Chain [][]byte

	Name  string            // such as "individual-gost"
	Title map[string]string // by language: kk, ru, en
	Kind  string            // role as eds.Role
}

// Template is what a certificate says. Zero fields are left out.
type Template struct {
	Subject             []Attribute
	NotBefore, NotAfter time.Time
	// Serial is the content of the INTEGER; nil makes the NCA's: the key identifier with the top
	// bit cleared.
	Serial                 []byte
	CA                     bool
	PathLen                int // -1 for none
	KeyUsage               certpath.KeyUsage
	KeyUsageNotCritical    bool
	ExtKeyUsage            []oid.ID
	ExtKeyUsageCritical    bool
	CRLPoint, FreshestCRL  string
	OCSP                   string
	NoCheck                bool // id-pkix-ocsp-nocheck
	NoBasicConstraints     bool // a CA certificate without them
	Extra                  []Extension
	SubjectKeyID, IssuerID []byte // in place of the right ones
	IssuerName             []byte // DER Name, in place of the issuer's subject
	SPKI                   []byte // DER SubjectPublicKeyInfo, in place of the subject's key
}

// NewRoot makes a self-signed certificate: an anchor of trust.
func NewRoot(private *Private, t Template) (*Key, error) {
	t.CA = true
	return issue(private, t, Name(t.Subject...), private, nil)
}

// Issue makes a certificate for subject's key, signed by k.
func (k *Key) Issue(subject *Private, t Template) (*Key, error) {
	c, err := certpath.Parse(k.Certificate)
	if err != nil {
		return nil, fmt.Errorf("edstest: issuer: %w", err)
	}
	key, err := issue(k.Private, t, c.RawSubject, subject, c.SubjectKeyID)
	if err != nil {
		return nil, err
	}
	key.Chain = append([][]byte{k.Certificate}, k.Chain...)
	return key, nil
}

func issue(signer *Private, t Template, issuer []byte, subject *Private, issuerID []byte) (*Key, error) {
	spki := subject.SPKI()
	if t.SPKI != nil {
		spki = t.SPKI
	}
	id := t.SubjectKeyID
	if id == nil {
		id = keyID(spki)
	}
	if t.IssuerID != nil {
		issuerID = t.IssuerID
	}
	if issuerID == nil {
		issuerID = id
	}
	if t.IssuerName != nil {
		issuer = t.IssuerName
	}
	serial := t.Serial
	if serial == nil {
		serial = serialFromID(id)
	}
	tbs := build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			b.AddASN1(context(0), func(b *cryptobyte.Builder) { b.AddASN1Int64(2) })
			addInteger(b, serial)
			b.AddBytes(algorithmID(signer.Algorithm().OID))
			b.AddBytes(issuer)
			seq(b, func(b *cryptobyte.Builder) {
				addTime(b, t.NotBefore)
				addTime(b, t.NotAfter)
			})
			b.AddBytes(Name(t.Subject...))
			b.AddBytes(spki)
			b.AddASN1(context(3), func(b *cryptobyte.Builder) {
				seq(b, func(b *cryptobyte.Builder) {
					for _, e := range t.extensions(id, issuerID) {
						e.add(b)
					}
				})
			})
		})
	})
	der, err := signed(signer, tbs)
	if err != nil {
		return nil, err
	}
	return &Key{Private: subject, Certificate: der}, nil
}

// signed wraps tbs, a whole element, with algorithm and signature, as certificates, lists and OCSP
// responses are.
func signed(signer *Private, tbs []byte) ([]byte, error) {
	sig, err := signer.Sign(tbs)
	if err != nil {
		return nil, err
	}
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			b.AddBytes(tbs)
			b.AddBytes(algorithmID(signer.Algorithm().OID))
			b.AddASN1BitString(sig)
		})
	}), nil
}

// keyID is SHA-1 of the content of the BIT STRING, for GOST keys with the header of the OCTET STRING
// in it.
func keyID(spki []byte) []byte {
	in := cryptobyte.String(spki)
	var info, alg cryptobyte.String
	var key []byte
	if !in.ReadASN1(&info, asn1.SEQUENCE) || !info.ReadASN1(&alg, asn1.SEQUENCE) || !info.ReadASN1BitStringAsBytes(&key) {
		panic("edstest: malformed SubjectPublicKeyInfo")
	}
	sum := sha1.Sum(key)
	return sum[:]
}

// serialFromID clears the top bit of the key identifier and keeps the first nibble from being zero.
func serialFromID(id []byte) []byte {
	s := append([]byte(nil), id...)
	if s[0] &= 0x7f; s[0] < 0x10 {
		s[0] |= 0x10
	}
	return s
}

func (t *Template) extensions(id, issuerID []byte) []Extension {
	var list []Extension
	add := func(oid oid.ID, critical bool, f func(*cryptobyte.Builder)) {
		list = append(list, Extension{oid, critical, build(f)})
	}
	if t.CA && !t.NoBasicConstraints {
		add(oid.BasicConstraints, true, func(b *cryptobyte.Builder) {
			seq(b, func(b *cryptobyte.Builder) {
				b.AddASN1Boolean(true)
				if t.PathLen >= 0 {
					b.AddASN1Int64(int64(t.PathLen))
				}
			})
		})
	}
	if t.KeyUsage != 0 {
		add(oid.KeyUsage, !t.KeyUsageNotCritical, func(b *cryptobyte.Builder) { addKeyUsage(b, t.KeyUsage) })
	}
	if t.ExtKeyUsage != nil {
		add(oid.ExtKeyUsage, t.ExtKeyUsageCritical, func(b *cryptobyte.Builder) {
			seq(b, func(b *cryptobyte.Builder) {
				for _, id := range t.ExtKeyUsage {
					addOID(b, id)
				}
			})
		})
	}
	for _, p := range []struct {
		id  oid.ID
		uri string
	}{{oid.CRLDistributionPoints, t.CRLPoint}, {oid.FreshestCRL, t.FreshestCRL}} {
		if p.uri != "" {
			add(p.id, false, func(b *cryptobyte.Builder) { addPoint(b, p.uri) })
		}
	}
	if t.OCSP != "" {
		add(oid.AuthorityInfoAccess, false, func(b *cryptobyte.Builder) {
			seq(b, func(b *cryptobyte.Builder) {
				seq(b, func(b *cryptobyte.Builder) {
					addOID(b, oid.OCSPAccess)
					addURI(b, t.OCSP)
				})
			})
		})
	}
	if t.NoCheck {
		add(oid.OCSPNoCheck, false, func(b *cryptobyte.Builder) { b.AddASN1NULL() })
	}
	add(oid.CertificatePolicies, false, func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			seq(b, func(b *cryptobyte.Builder) { addOID(b, oid.PolicyNCA) })
		})
	})
	add(oid.SubjectKeyID, false, func(b *cryptobyte.Builder) { b.AddASN1OctetString(id) })
	list = append(list, authorityKeyID(issuerID))
	return append(list, t.Extra...)
}

func authorityKeyID(id []byte) Extension {
	return Extension{oid.AuthorityKeyID, false, build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.Tag(0).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(id) })
		})
	})}
}

func addKeyUsage(b *cryptobyte.Builder, u certpath.KeyUsage) {
	v := []byte{bits.Reverse8(uint8(u)), bits.Reverse8(uint8(u >> 8))}
	for len(v) > 1 && v[len(v)-1] == 0 {
		v = v[:len(v)-1]
	}
	unused := bits.TrailingZeros8(v[len(v)-1])
	b.AddASN1(asn1.BIT_STRING, func(b *cryptobyte.Builder) {
		b.AddUint8(uint8(unused))
		b.AddBytes(v)
	})
}

func addURI(b *cryptobyte.Builder, uri string) {
	b.AddASN1(asn1.Tag(6).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte(uri)) })
}

func addPoint(b *cryptobyte.Builder, uri string) {
	seq(b, func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			b.AddASN1(context(0), func(b *cryptobyte.Builder) {
				b.AddASN1(context(0), func(b *cryptobyte.Builder) { addURI(b, uri) })
			})
		})
	})
}

// RevokedCertificate is an entry of a list.
type RevokedCertificate struct {
	Serial []byte
	At     time.Time
	Reason crl.Reason
}

// Revocations are n certificates that nobody has, for lists of the NCA's size: serial numbers of 20 octets,
// no two alike, superseded at the instant at.
func Revocations(n int, at time.Time) []RevokedCertificate {
	out := make([]RevokedCertificate, n)
	for i := range out {
		serial := make([]byte, 20)
		serial[0] = 0x10
		binary.BigEndian.PutUint64(serial[4:], uint64(i)*0x9e3779b97f4a7c15)
		out[i] = RevokedCertificate{Serial: serial, At: at, Reason: crl.Superseded}
	}
	return out
}

// ListTemplate is what a CRL says.
type ListTemplate struct {
	Number, Base           int64 // Base above 0 makes a delta
	ThisUpdate, NextUpdate time.Time
	Revoked                []RevokedCertificate
	Extra                  []Extension
	// InnerAbsent leaves the parameters out of the inner algorithm identifier, as the NCA's newest
	// list does.
	InnerAbsent bool
}

// CRL makes a revocation list signed by k, as DER.
func (k *Key) CRL(t ListTemplate) ([]byte, error) {
	c, err := certpath.Parse(k.Certificate)
	if err != nil {
		return nil, fmt.Errorf("edstest: issuer: %w", err)
	}
	alg := k.Private.Algorithm().OID
	tbs := build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(1)
			if t.InnerAbsent {
				seq(b, func(b *cryptobyte.Builder) { addOID(b, alg) })
			} else {
				b.AddBytes(algorithmID(alg))
			}
			b.AddBytes(c.RawSubject)
			addTime(b, t.ThisUpdate)
			if !t.NextUpdate.IsZero() {
				addTime(b, t.NextUpdate)
			}
			if len(t.Revoked) > 0 {
				seq(b, func(b *cryptobyte.Builder) {
					for _, r := range t.Revoked {
						addRevoked(b, r)
					}
				})
			}
			b.AddASN1(context(0), func(b *cryptobyte.Builder) {
				seq(b, func(b *cryptobyte.Builder) {
					authorityKeyID(c.SubjectKeyID).add(b)
					Extension{oid.CRLNumber, false, integer(t.Number)}.add(b)
					if t.Base > 0 {
						Extension{oid.DeltaCRLIndicator, true, integer(t.Base)}.add(b)
					}
					for _, e := range t.Extra {
						e.add(b)
					}
				})
			})
		})
	})
	return signed(k.Private, tbs)
}

func integer(n int64) []byte {
	return build(func(b *cryptobyte.Builder) { b.AddASN1BigInt(big.NewInt(n)) })
}

func addRevoked(b *cryptobyte.Builder, r RevokedCertificate) {
	seq(b, func(b *cryptobyte.Builder) {
		addInteger(b, r.Serial)
		addTime(b, r.At)
		if r.Reason == crl.NoReason {
			return
		}
		seq(b, func(b *cryptobyte.Builder) {
			Extension{oid.ReasonCode, false, build(func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(r.Reason)) })}.add(b)
		})
	})
}

// Serial returns the content octets of the serial number of the key's certificate.
func (k *Key) Serial() []byte {
	c, err := certpath.Parse(k.Certificate)
	if err != nil {
		panic(err) // Issue made it
	}
	return c.Serial
}

// ReplaceKey changes a bit of the public key in a certificate with a GOST key, which takes the point
// off the curve. The signature of the certificate no longer fits.
func ReplaceKey(certificate []byte) ([]byte, error) {
	c, err := certpath.Parse(certificate)
	if err != nil {
		return nil, fmt.Errorf("edstest: %w", err)
	}
	at := bytes.Index(certificate, c.KeyBits)
	out := bytes.Clone(certificate)
	out[at+len(c.KeyBits)-64] ^= 1
	return out, nil
}
