package edstest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Mode tells whether a message carries its content.
type Mode bool

// Modes.
const (
	Attached Mode = true
	Detached Mode = false
)

// Option changes how SignCMS signs.
type Option func(*signing)

// At sets the claimed signing time; without it the clock of the machine is used.
func At(t time.Time) Option { return func(s *signing) { s.time = t } }

// WithChain puts the certificates above the signer's into the message too.
func WithChain() Option { return func(s *signing) { s.chain = true } }

// WithStamp puts the time-stamp token that f makes over the signature into the unsigned attributes.
func WithStamp(f func(signature []byte) ([]byte, error)) Option {
	return func(s *signing) { s.stamp = f }
}

// WithUnsigned puts the DER Attributes that f makes over the signature among the unsigned ones.
func WithUnsigned(f func(signature []byte) ([][]byte, error)) Option {
	return func(s *signing) { s.unsigned = f }
}

type signing struct {
	time     time.Time
	chain    bool
	stamp    func([]byte) ([]byte, error)
	unsigned func([]byte) ([][]byte, error)
}

// SignCMS signs content and returns a CMS message in DER, as NCALayer's createCAdES makes it:
// SignedData of version 1 with the signer's certificate, and contentType, signingTime, messageDigest
// and signingCertificateV2 signed. With At it is the same every time.
func (k *Key) SignCMS(content []byte, mode Mode, options ...Option) ([]byte, error) {
	d, err := algorithm.FindDigest(k.Private.Algorithm().Digest)
	if err != nil {
		return nil, fmt.Errorf("edstest: sign: %w", err)
	}
	h := d.New()
	h.Write(content)
	if mode == Detached {
		content = nil
	} else if content == nil {
		content = []byte{}
	}
	return k.signCMS(h.Sum(nil), content, options)
}

// SignDetached is SignCMS with Detached over a stream.
func (k *Key) SignDetached(content io.Reader, options ...Option) ([]byte, error) {
	d, err := algorithm.FindDigest(k.Private.Algorithm().Digest)
	if err != nil {
		return nil, fmt.Errorf("edstest: sign: %w", err)
	}
	h := d.New()
	if _, err := io.Copy(h, content); err != nil {
		return nil, fmt.Errorf("edstest: read content: %w", err)
	}
	return k.signCMS(h.Sum(nil), nil, options)
}

func (k *Key) signCMS(sum, content []byte, options []Option) ([]byte, error) {
	s := signing{time: time.Now()}
	for _, o := range options {
		o(&s)
	}
	si, err := k.signerInfo(sum, s)
	if err != nil {
		return nil, err
	}
	certs := [][]byte{k.Certificate}
	if s.chain {
		certs = append(certs, k.Chain...)
	}
	return Message{
		Digests: []oid.ID{k.Private.Algorithm().Digest}, Content: content, Certificates: certs, Signers: [][]byte{si},
	}.Marshal(), nil
}

// SignerInfo returns the DER SignerInfo over a content with that digest, for messages of several
// signers.
func (k *Key) SignerInfo(sum []byte, options ...Option) ([]byte, error) {
	s := signing{time: time.Now()}
	for _, o := range options {
		o(&s)
	}
	return k.signerInfo(sum, s)
}

func (k *Key) signerInfo(sum []byte, s signing) ([]byte, error) {
	attrs := append(BasicAttributes(sum, s.time), ESSAttribute(k.Certificate))
	return SignerTemplate{Key: k, Attributes: attrs, Stamp: s.stamp, UnsignedOver: s.unsigned}.Marshal()
}

// BasicAttributes are contentType, signingTime and messageDigest, in that order.
func BasicAttributes(sum []byte, at time.Time) [][]byte {
	return [][]byte{
		ContentTypeAttribute(oid.Data),
		SignedAttribute(oid.SigningTimeAttr, build(func(b *cryptobyte.Builder) { addTime(b, at) })),
		SignedAttribute(oid.MessageDigestAttr, build(func(b *cryptobyte.Builder) { b.AddASN1OctetString(sum) })),
	}
}

// ContentTypeAttribute is the contentType attribute.
func ContentTypeAttribute(id oid.ID) []byte {
	return SignedAttribute(oid.ContentTypeAttr, build(func(b *cryptobyte.Builder) { addOID(b, id) }))
}

// ESSAttribute is signingCertificateV2 with the SHA-256 of a certificate.
func ESSAttribute(certificate []byte) []byte {
	return SignedAttribute(oid.SigningCertificateV2Attr, essCertificate(sha256Sum(certificate)))
}

// ESSAttributeWith is ESSAttribute with another digest than SHA-256.
func ESSAttributeWith(id oid.ID, certificate []byte) ([]byte, error) {
	sum, err := digest(id, certificate)
	if err != nil {
		return nil, err
	}
	return SignedAttribute(oid.SigningCertificateV2Attr, build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			seq(b, func(b *cryptobyte.Builder) {
				seq(b, func(b *cryptobyte.Builder) {
					b.AddBytes(algorithmID(id))
					b.AddASN1OctetString(sum)
				})
			})
		})
	})), nil
}

// Countersignature returns the unsigned attribute with a signature by k over another signature (RFC
// 5652, section 11.4).
func (k *Key) Countersignature(signature []byte, at time.Time) ([]byte, error) {
	sum, err := digest(k.Private.Algorithm().Digest, signature)
	if err != nil {
		return nil, err
	}
	si, err := SignerTemplate{Key: k, Attributes: append(BasicAttributes(sum, at)[1:], ESSAttribute(k.Certificate))}.Marshal()
	if err != nil {
		return nil, err
	}
	return SignedAttribute(oid.CountersignatureAttr, si), nil
}

// AttributeSet is the DER SET that is signed.
func AttributeSet(attrs [][]byte) []byte {
	return build(func(b *cryptobyte.Builder) { addSet(b, asn1.SET, attrs) })
}

// SignedAttribute returns a DER Attribute with one value or several.
func SignedAttribute(id oid.ID, values ...[]byte) []byte {
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			addOID(b, id)
			addSet(b, asn1.SET, values)
		})
	})
}

// SignerTemplate is a SignerInfo as a test wants it, right or wrong.
type SignerTemplate struct {
	Key        *Key
	Attributes [][]byte // DER Attributes; sorted when signed and written
	// Digest and Signature replace the algorithms named, SignatureValue the signature.
	Digest, Signature oid.ID
	SignatureValue    []byte
	Identifier        []byte // in place of issuerAndSerialNumber
	Version           int64  // default 1
	Unsigned          [][]byte
	Stamp             func(signature []byte) ([]byte, error)
	// UnsignedOver makes more unsigned attributes from the signature.
	UnsignedOver func(signature []byte) ([][]byte, error)
}

// Marshal signs and returns the DER SignerInfo.
func (t SignerTemplate) Marshal() ([]byte, error) {
	alg := t.Key.Private.Algorithm()
	if t.Digest == "" {
		t.Digest = alg.Digest
	}
	if t.Signature == "" {
		t.Signature = alg.OID
	}
	if t.Version == 0 {
		t.Version = 1
	}
	if t.Identifier == nil {
		c, err := certpath.Parse(t.Key.Certificate)
		if err != nil {
			return nil, fmt.Errorf("edstest: signer: %w", err)
		}
		t.Identifier = build(func(b *cryptobyte.Builder) {
			seq(b, func(b *cryptobyte.Builder) {
				b.AddBytes(c.RawIssuer)
				addInteger(b, c.Serial)
			})
		})
	}
	if t.SignatureValue == nil {
		var err error
		if t.SignatureValue, err = t.Key.Private.Sign(AttributeSet(t.Attributes)); err != nil {
			return nil, err
		}
	}
	if t.Stamp != nil {
		token, err := t.Stamp(t.SignatureValue)
		if err != nil {
			return nil, err
		}
		t.Unsigned = append(t.Unsigned, SignedAttribute(oid.TimeStampTokenAttr, token))
	}
	if t.UnsignedOver != nil {
		more, err := t.UnsignedOver(t.SignatureValue)
		if err != nil {
			return nil, err
		}
		t.Unsigned = append(t.Unsigned, more...)
	}
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(t.Version)
			b.AddBytes(t.Identifier)
			b.AddBytes(algorithmID(t.Digest))
			if t.Attributes != nil {
				addSet(b, context(0), t.Attributes)
			}
			b.AddBytes(algorithmID(t.Signature))
			b.AddASN1OctetString(t.SignatureValue)
			if t.Unsigned != nil {
				addSet(b, context(1), t.Unsigned)
			}
		})
	}), nil
}

// Message is a SignedData as a test wants it.
type Message struct {
	Version       int64 // default 1
	Digests       []oid.ID
	ContentType   oid.ID // default id-data
	Content       []byte // nil for a detached message
	Certificates  [][]byte
	CRLs          [][]byte
	Signers       [][]byte
	OuterType     oid.ID // default id-signedData
	NoCertificate bool   // leaves the certificates field out
}

// Marshal returns the DER ContentInfo.
func (m Message) Marshal() []byte {
	if m.Version == 0 {
		m.Version = 1
	}
	if m.ContentType == "" {
		m.ContentType = oid.Data
	}
	if m.OuterType == "" {
		m.OuterType = oid.SignedData
	}
	var digests [][]byte
	for _, id := range m.Digests {
		digests = append(digests, algorithmID(id))
	}
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			addOID(b, m.OuterType)
			b.AddASN1(context(0), func(b *cryptobyte.Builder) {
				seq(b, func(b *cryptobyte.Builder) { m.add(b, digests) })
			})
		})
	})
}

func (m Message) add(b *cryptobyte.Builder, digests [][]byte) {
	b.AddASN1Int64(m.Version)
	addSet(b, asn1.SET, digests)
	seq(b, func(b *cryptobyte.Builder) {
		addOID(b, m.ContentType)
		if m.Content != nil {
			b.AddASN1(context(0), func(b *cryptobyte.Builder) { b.AddASN1OctetString(m.Content) })
		}
	})
	if !m.NoCertificate {
		addSet(b, context(0), m.Certificates)
	}
	if m.CRLs != nil {
		addSet(b, context(1), m.CRLs)
	}
	addSet(b, asn1.SET, m.Signers)
}

// PEM wraps a message as NCALayer returns it: the label CMS, lines of 64.
func PEM(der []byte) []byte {
	var out bytes.Buffer
	out.WriteString("-----BEGIN CMS-----\n")
	text := base64.StdEncoding.EncodeToString(der)
	for len(text) > 64 {
		out.WriteString(text[:64] + "\n")
		text = text[64:]
	}
	out.WriteString(text + "\n-----END CMS-----\n")
	return out.Bytes()
}
