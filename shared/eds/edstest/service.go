package edstest

import (
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Answer is what an OCSP response says about one certificate.
type Answer struct {
	ID         ocsp.CertID
	Status     ocsp.CertStatus
	RevokedAt  time.Time
	Reason     crl.Reason
	ThisUpdate time.Time
	NextUpdate time.Time // zero for none, as the NCA has it
	Nonce      []byte    // as sent; nil for none
	// NoCertificate leaves the responder's certificate out of the response.
	NoCertificate bool
	// ProducedAt is ThisUpdate unless it is set.
	ProducedAt time.Time
	// Before are answers that stand before this one, Certificates those before the responder's own.
	Before       []Answer
	Certificates [][]byte
}

// OCSP returns a DER OCSPResponse signed by k, which names itself as the responder.
func (k *Key) OCSP(a Answer) ([]byte, error) {
	c, err := certpath.Parse(k.Certificate)
	if err != nil {
		return nil, fmt.Errorf("edstest: responder: %w", err)
	}
	data := build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			b.AddASN1(context(1), func(b *cryptobyte.Builder) { b.AddBytes(c.RawSubject) })
			produced := a.ProducedAt
			if produced.IsZero() {
				produced = a.ThisUpdate
			}
			b.AddASN1GeneralizedTime(produced)
			seq(b, func(b *cryptobyte.Builder) {
				for _, other := range append(a.Before, a) {
					seq(b, other.add)
				}
			})
			b.AddASN1(context(1), func(b *cryptobyte.Builder) {
				seq(b, func(b *cryptobyte.Builder) {
					Extension{oid.OCSPExtendedRevoke, false, []byte{5, 0}}.add(b)
					if a.Nonce != nil {
						Extension{oid.OCSPNonce, false, ocsp.NonceValue(a.Nonce)}.add(b)
					}
				})
			})
		})
	})
	sig, err := k.Private.Sign(data)
	if err != nil {
		return nil, err
	}
	basic := build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			b.AddBytes(data)
			b.AddBytes(algorithmID(k.Private.Algorithm().OID))
			b.AddASN1BitString(sig)
			if !a.NoCertificate {
				b.AddASN1(context(0), func(b *cryptobyte.Builder) {
					seq(b, func(b *cryptobyte.Builder) {
						for _, c := range append(a.Certificates, k.Certificate) {
							b.AddBytes(c)
						}
					})
				})
			}
		})
	})
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			b.AddASN1Enum(int64(ocsp.Successful))
			b.AddASN1(context(0), func(b *cryptobyte.Builder) {
				seq(b, func(b *cryptobyte.Builder) {
					addOID(b, oid.OCSPBasic)
					b.AddASN1OctetString(basic)
				})
			})
		})
	}), nil
}

func (a Answer) add(b *cryptobyte.Builder) {
	seq(b, func(b *cryptobyte.Builder) {
		b.AddBytes(algorithmID(a.ID.Hash))
		b.AddASN1OctetString(a.ID.NameHash)
		b.AddASN1OctetString(a.ID.KeyHash)
		addInteger(b, a.ID.Serial)
	})
	switch a.Status {
	case ocsp.Good:
		b.AddASN1(asn1.Tag(0).ContextSpecific(), func(*cryptobyte.Builder) {})
	case ocsp.Unknown:
		b.AddASN1(asn1.Tag(2).ContextSpecific(), func(*cryptobyte.Builder) {})
	default:
		b.AddASN1(context(1), func(b *cryptobyte.Builder) {
			b.AddASN1GeneralizedTime(a.RevokedAt)
			if a.Reason != crl.NoReason {
				b.AddASN1(context(0), func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(a.Reason)) })
			}
		})
	}
	b.AddASN1GeneralizedTime(a.ThisUpdate)
	if !a.NextUpdate.IsZero() {
		b.AddASN1(context(0), func(b *cryptobyte.Builder) { b.AddASN1GeneralizedTime(a.NextUpdate) })
	}
}

// OCSPRevocationInfo wraps a response for Message.CRLs: OtherRevocationInfoFormat (RFC 5940).
func OCSPRevocationInfo(response []byte) []byte {
	return build(func(b *cryptobyte.Builder) {
		b.AddASN1(context(1), func(b *cryptobyte.Builder) {
			addOID(b, oid.OCSPResponseFormat)
			b.AddBytes(response)
		})
	})
}

// OCSPFailure returns a DER OCSPResponse without an answer, such as tryLater.
func OCSPFailure(s ocsp.ResponseStatus) []byte {
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(s)) })
	})
}

// StampTemplate is what a time stamp says.
type StampTemplate struct {
	Time    time.Time
	Imprint oid.ID // digest, default that of the authority's key
	// ImprintValue stands in place of the digest of the data, for an authority that is asked with
	// the digest alone.
	ImprintValue []byte
	Nonce        []byte // content of the INTEGER, nil for none
	Serial       []byte // default 1
	Policy       oid.ID // default that of the NCA
	// Chain puts the certificates above the authority's into the token.
	Chain bool
	// NoESS leaves signingCertificate out.
	NoESS bool
}

// Stamp returns the DER of a time-stamp token over data, made by k as the NCA's authority does:
// SignedData of version 3, signingCertificate with SHA-1.
func (k *Key) Stamp(data []byte, t StampTemplate) ([]byte, error) {
	alg := k.Private.Algorithm()
	if t.Imprint == "" {
		t.Imprint = alg.Digest
	}
	if t.Serial == nil {
		t.Serial = []byte{1}
	}
	if t.Policy == "" {
		t.Policy = oid.PolicyNCA
	}
	imprint, err := t.ImprintValue, error(nil)
	if imprint == nil {
		if imprint, err = digest(t.Imprint, data); err != nil {
			return nil, err
		}
	}
	info := build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(1)
			addOID(b, t.Policy)
			seq(b, func(b *cryptobyte.Builder) {
				b.AddBytes(algorithmID(t.Imprint))
				b.AddASN1OctetString(imprint)
			})
			addInteger(b, t.Serial)
			b.AddASN1GeneralizedTime(t.Time)
			if t.Nonce != nil {
				addInteger(b, t.Nonce)
			}
		})
	})
	sum, err := digest(alg.Digest, info)
	if err != nil {
		return nil, err
	}
	attrs := BasicAttributes(sum, t.Time)
	attrs[0] = ContentTypeAttribute(oid.TSTInfo)
	if !t.NoESS {
		fingerprint := sha1.Sum(k.Certificate)
		attrs = append(attrs, SignedAttribute(oid.SigningCertificateAttr, essCertificate(fingerprint[:])))
	}
	si, err := SignerTemplate{Key: k, Attributes: attrs}.Marshal()
	if err != nil {
		return nil, err
	}
	certs := [][]byte{k.Certificate}
	if t.Chain {
		certs = append(certs, k.Chain...)
	}
	return Message{Version: 3, Digests: []oid.ID{alg.Digest}, ContentType: oid.TSTInfo, Content: info,
		Certificates: certs, Signers: [][]byte{si}}.Marshal(), nil
}

// essCertificate is a SigningCertificate or SigningCertificateV2 with one hash and nothing else.
func essCertificate(hash []byte) []byte {
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			seq(b, func(b *cryptobyte.Builder) {
				seq(b, func(b *cryptobyte.Builder) { b.AddASN1OctetString(hash) })
			})
		})
	})
}

// Stamper returns what WithStamp takes: time stamps by k.
func (k *Key) Stamper(t StampTemplate) func([]byte) ([]byte, error) {
	return func(signature []byte) ([]byte, error) { return k.Stamp(signature, t) }
}

// StampResponse wraps a token in a DER TimeStampResp with status granted.
func StampResponse(token []byte) []byte {
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			seq(b, func(b *cryptobyte.Builder) { b.AddASN1Int64(0) })
			b.AddBytes(token)
		})
	})
}

func digest(id oid.ID, data []byte) ([]byte, error) {
	d, err := algorithm.FindDigest(id)
	if err != nil {
		return nil, fmt.Errorf("edstest: %w", err)
	}
	h := d.New()
	h.Write(data)
	return h.Sum(nil), nil
}

func sha256Sum(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}
