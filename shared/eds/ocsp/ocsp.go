// Package ocsp reads and asks for certificate statuses (RFC 6960) as the NCA's responder gives them.
//
// What is special there: requests may name the issuer by SHA-1 or SHA-256, responses have no
// nextUpdate, and a serial number that was never issued is answered "revoked" in 1970 (section 2.2,
// "extended revoked"); Single.NotIssued tells it apart. This package checks signatures and who may
// sign; whether an answer is fresh enough is for package eds to say.
package ocsp

import (
	"bytes"
	"errors"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/internal/armor"
	"github.com/courtoffice/courtoffice/shared/eds/internal/transport"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Errors.
var (
	// ErrSyntax means that bytes are not exactly one OCSPResponse with a basic response, or one
	// that says why there is none.
	ErrSyntax = errors.New("ocsp: malformed response")
	// ErrSignature means that the response was not signed by the key it should be.
	ErrSignature = errors.New("ocsp: signature does not verify")
	// ErrResponder means that the one who signed may not answer for the issuer.
	ErrResponder = errors.New("ocsp: responder is not authorised by the issuer")
)

// ResponseStatus is an OCSPResponseStatus (section 4.2.1).
type ResponseStatus int

// Response statuses. Only Successful comes with answers.
const (
	Successful       ResponseStatus = 0
	MalformedRequest ResponseStatus = 1
	InternalError    ResponseStatus = 2
	TryLater         ResponseStatus = 3
	SigRequired      ResponseStatus = 5
	Unauthorized     ResponseStatus = 6
)

func (s ResponseStatus) String() string {
	switch s {
	case Successful:
		return "successful"
	case MalformedRequest:
		return "malformedRequest"
	case InternalError:
		return "internalError"
	case TryLater:
		return "tryLater"
	case SigRequired:
		return "sigRequired"
	case Unauthorized:
		return "unauthorized"
	}
	return "unknown status"
}

// Response is a parsed response. Its slices lie in the input.
type Response struct {
	Status ResponseStatus
	// ResponderName or ResponderKey tells who answers; the other is nil.
	ResponderName, ResponderKey []byte
	ProducedAt                  time.Time
	Singles                     []Single
	Certificates                [][]byte
	// Nonce is the content of the extension's OCTET STRING, nil if absent. The NCA sends back what
	// it got, so compare it with the bytes that were sent.
	Nonce []byte

	// Algorithm is what the response is signed with.
	Algorithm cms.AlgorithmIdentifier

	tbs, signature []byte
}

// CertStatus is an answer.
type CertStatus int

// Answers.
const (
	Good CertStatus = iota
	Revoked
	Unknown
)

// Single is the answer about one certificate (section 4.2.1).
type Single struct {
	ID         CertID
	Status     CertStatus
	RevokedAt  time.Time  // of Revoked
	Reason     crl.Reason // of Revoked, crl.NoReason if not given
	ThisUpdate time.Time
	NextUpdate time.Time // zero if absent
}

// NotIssued reports the answer "revoked on 1970-01-01, on hold", which means that the authority
// never issued such a certificate (section 2.2).
func (s Single) NotIssued() bool {
	return s.Status == Revoked && s.RevokedAt.Equal(time.Unix(0, 0)) && s.Reason == crl.CertificateHold
}

// CertID names a certificate (section 4.1.1).
type CertID struct {
	Hash              oid.ID
	NameHash, KeyHash []byte
	Serial            []byte // content octets of the INTEGER
}

// NewCertID names a certificate by its issuer and serial number, with SHA-1 or SHA-256.
// Error: algorithm.ErrUnknown for another hash.
func NewCertID(hash oid.ID, issuer *certpath.Certificate, serial []byte) (CertID, error) {
	d, err := algorithm.FindDigest(hash)
	if err != nil || hash != oid.SHA1 && hash != oid.SHA256 {
		return CertID{}, algorithm.ErrUnknown
	}
	name, key := d.New(), d.New()
	name.Write(issuer.RawSubject)
	key.Write(issuer.KeyBits) // for GOST keys with the header of the inner OCTET STRING
	return CertID{hash, name.Sum(nil), key.Sum(nil), serial}, nil
}

// Names reports whether id is that of a certificate with this serial number by issuer.
func (id CertID) Names(issuer *certpath.Certificate, serial []byte) bool {
	if !bytes.Equal(id.Serial, serial) { // costs nothing, and a response may name thousands
		return false
	}
	want, err := NewCertID(id.Hash, issuer, serial)
	return err == nil && bytes.Equal(id.NameHash, want.NameHash) && bytes.Equal(id.KeyHash, want.KeyHash)
}

// Decode takes PEM (OCSP RESPONSE) or base64 wrapping off a response and parses it. Text around a PEM
// block is left alone. Error: ErrSyntax.
func Decode(data []byte) (*Response, error) {
	if len(data) > 0 && data[0] == 0x30 {
		return Parse(data)
	}
	der, ok := armor.Decode(transport.Unwrap(data), "OCSP RESPONSE")
	if !ok {
		return nil, ErrSyntax
	}
	return Parse(der)
}

// Parse reads exactly one DER OCSPResponse. One whose status is not Successful has no answers and is
// not an error. der must not change while the result is used. Error: ErrSyntax.
func Parse(der []byte) (*Response, error) {
	in := cryptobyte.String(der)
	var resp, wrap, body, typ, octets cryptobyte.String
	status := 0
	if !in.ReadASN1(&resp, asn1.SEQUENCE) || !in.Empty() || !resp.ReadASN1Enum(&status) || status < 0 || status > 6 || status == 4 {
		return nil, ErrSyntax
	}
	r := &Response{Status: ResponseStatus(status)}
	if r.Status != Successful {
		if !resp.Empty() {
			return nil, ErrSyntax
		}
		return r, nil
	}
	if !resp.ReadASN1(&wrap, asn1.Tag(0).Constructed().ContextSpecific()) || !resp.Empty() ||
		!wrap.ReadASN1(&body, asn1.SEQUENCE) || !wrap.Empty() ||
		!body.ReadASN1(&typ, asn1.OBJECT_IDENTIFIER) || oid.ID(typ) != oid.OCSPBasic ||
		!body.ReadASN1(&octets, asn1.OCTET_STRING) || !body.Empty() || !r.parseBasic(octets) {
		return nil, ErrSyntax
	}
	return r, nil
}

func (r *Response) parseBasic(in cryptobyte.String) bool {
	var basic, tbs, alg, certs cryptobyte.String
	if !in.ReadASN1(&basic, asn1.SEQUENCE) || !in.Empty() || !basic.ReadASN1Element(&tbs, asn1.SEQUENCE) ||
		!basic.ReadASN1Element(&alg, asn1.SEQUENCE) || !basic.ReadASN1BitStringAsBytes(&r.signature) {
		return false
	}
	r.tbs = tbs
	var err error
	if r.Algorithm, err = cms.ParseAlgorithm(alg); err != nil {
		return false
	}
	has := false
	if !basic.ReadOptionalASN1(&certs, &has, asn1.Tag(0).Constructed().ContextSpecific()) || !basic.Empty() {
		return false
	}
	if has {
		var list cryptobyte.String
		if !certs.ReadASN1(&list, asn1.SEQUENCE) || !certs.Empty() {
			return false
		}
		for !list.Empty() && len(r.Certificates) < 8 {
			var c cryptobyte.String
			if !list.ReadASN1Element(&c, asn1.SEQUENCE) {
				return false
			}
			r.Certificates = append(r.Certificates, c)
		}
	}
	return r.parseData(tbs)
}

func (r *Response) parseData(in cryptobyte.String) bool {
	var data, singles cryptobyte.String
	if !in.ReadASN1(&data, asn1.SEQUENCE) || !data.SkipOptionalASN1(asn1.Tag(0).Constructed().ContextSpecific()) ||
		!r.parseResponder(&data) || !data.ReadASN1GeneralizedTime(&r.ProducedAt) || !data.ReadASN1(&singles, asn1.SEQUENCE) {
		return false
	}
	for !singles.Empty() {
		s, ok := parseSingle(&singles)
		if !ok {
			return false
		}
		r.Singles = append(r.Singles, s)
	}
	return r.parseExtensions(data)
}

func (r *Response) parseResponder(in *cryptobyte.String) bool {
	var id cryptobyte.String
	switch {
	case in.PeekASN1Tag(asn1.Tag(1).Constructed().ContextSpecific()):
		var name cryptobyte.String
		if !in.ReadASN1(&id, asn1.Tag(1).Constructed().ContextSpecific()) || !id.ReadASN1Element(&name, asn1.SEQUENCE) {
			return false
		}
		r.ResponderName = name
	default:
		var key cryptobyte.String
		if !in.ReadASN1(&id, asn1.Tag(2).Constructed().ContextSpecific()) || !id.ReadASN1(&key, asn1.OCTET_STRING) {
			return false
		}
		r.ResponderKey = key
	}
	return id.Empty()
}

func (r *Response) parseExtensions(in cryptobyte.String) bool {
	var exts, list cryptobyte.String
	has := false
	if !in.ReadOptionalASN1(&exts, &has, asn1.Tag(1).Constructed().ContextSpecific()) || !in.Empty() {
		return false
	}
	if !has {
		return true
	}
	if !exts.ReadASN1(&list, asn1.SEQUENCE) || !exts.Empty() {
		return false
	}
	for !list.Empty() {
		id, critical, value, ok := certpath.ReadExtension(&list)
		switch {
		case !ok:
			return false
		case id == oid.OCSPNonce:
			r.Nonce = value
		case id == oid.OCSPExtendedRevoke:
		case critical:
			return false
		}
	}
	return true
}

func parseSingle(in *cryptobyte.String) (s Single, ok bool) {
	var single, id, alg, name, key, serial cryptobyte.String
	if !in.ReadASN1(&single, asn1.SEQUENCE) || !single.ReadASN1(&id, asn1.SEQUENCE) || !id.ReadASN1Element(&alg, asn1.SEQUENCE) ||
		!id.ReadASN1(&name, asn1.OCTET_STRING) || !id.ReadASN1(&key, asn1.OCTET_STRING) || !id.ReadASN1(&serial, asn1.INTEGER) || !id.Empty() {
		return s, false
	}
	hash, err := cms.ParseAlgorithm(alg)
	if err != nil {
		return s, false
	}
	s.ID = CertID{hash.Algorithm, name, key, serial}
	if !parseStatus(&single, &s) || !single.ReadASN1GeneralizedTime(&s.ThisUpdate) {
		return s, false
	}
	var next, exts cryptobyte.String
	has := false
	if !single.ReadOptionalASN1(&next, &has, asn1.Tag(0).Constructed().ContextSpecific()) ||
		has && (!next.ReadASN1GeneralizedTime(&s.NextUpdate) || !next.Empty()) ||
		!single.ReadOptionalASN1(&exts, &has, asn1.Tag(1).Constructed().ContextSpecific()) || !single.Empty() {
		return s, false
	}
	if has {
		var list cryptobyte.String
		if !exts.ReadASN1(&list, asn1.SEQUENCE) || !exts.Empty() {
			return s, false
		}
		for !list.Empty() {
			if _, critical, _, ok := certpath.ReadExtension(&list); !ok || critical {
				return s, false
			}
		}
	}
	return s, true
}

func parseStatus(in *cryptobyte.String, s *Single) bool {
	good, revoked, unknown := asn1.Tag(0).ContextSpecific(), asn1.Tag(1).Constructed().ContextSpecific(), asn1.Tag(2).ContextSpecific()
	var v cryptobyte.String
	switch {
	case in.PeekASN1Tag(good):
		s.Status = Good
		return in.ReadASN1(&v, good) && v.Empty()
	case in.PeekASN1Tag(unknown):
		s.Status = Unknown
		return in.ReadASN1(&v, unknown) && v.Empty()
	}
	s.Status, s.Reason = Revoked, crl.NoReason
	if !in.ReadASN1(&v, revoked) || !v.ReadASN1GeneralizedTime(&s.RevokedAt) {
		return false
	}
	if v.Empty() {
		return true
	}
	var reason cryptobyte.String
	code := 0
	if !v.ReadASN1(&reason, asn1.Tag(0).Constructed().ContextSpecific()) || !v.Empty() ||
		!reason.ReadASN1Enum(&code) || !reason.Empty() || code < 0 || code > 10 || code == 7 {
		return false
	}
	s.Reason = crl.Reason(code)
	return true
}

// Find returns the answer about the certificate with that serial number by issuer. If there are
// several, the worst one counts.
func (r *Response) Find(issuer *certpath.Certificate, serial []byte) (s Single, ok bool) {
	for _, x := range r.Singles {
		if x.ID.Names(issuer, serial) && (!ok || x.Status == Revoked || s.Status == Good) {
			s, ok = x, true
		}
	}
	return s, ok
}

// Signer returns the certificate that signed r, after checking that it may answer for issuer
// (section 4.2.2.2): issuer itself, or a certificate in the response that issuer itself signed for
// OCSPSigning. Such a responder must be valid at the instant at, when the response was received, and
// not only at producedAt, which whoever holds the key can set back. subject is the certificate asked
// about; it cannot vouch for itself. Of several certificates with the responder's name one that may
// answer is enough. cache keeps the keys of responders found authorised; it may be nil.
// Errors: ErrResponder, ErrSignature.
func (r *Response) Signer(issuer, subject *certpath.Certificate, at time.Time, cache *algorithm.Cache) (*certpath.Certificate, error) {
	if r.Status != Successful {
		return nil, ErrResponder
	}
	err := ErrResponder
	if r.isResponder(issuer) {
		if certpath.CheckSignature(issuer.Key, true, r.Algorithm, r.tbs, r.signature) == nil {
			return issuer, nil
		}
		err = ErrSignature
	}
	for _, der := range r.Certificates {
		c, parseErr := certpath.Parse(der)
		if parseErr != nil || !r.isResponder(c) || subject != nil && c.Equal(subject) ||
			!c.ValidAt(r.ProducedAt) || !c.ValidAt(at) || !authorised(c, issuer) {
			continue
		}
		key, trusted := c.Key, false
		if kept := cache.Get(c.RawSPKI); kept != nil {
			key, trusted = kept, true
		}
		if certpath.CheckSignature(key, trusted, r.Algorithm, r.tbs, r.signature) != nil {
			err = ErrSignature
			continue
		}
		cache.Put(c.RawSPKI, c.Key)
		return c, nil
	}
	return nil, err
}

// isResponder compares with the responder identifier: the name, or SHA-1 of the key (section 4.2.1).
func (r *Response) isResponder(c *certpath.Certificate) bool {
	if r.ResponderName != nil {
		return certpath.SameName(r.ResponderName, c.RawSubject)
	}
	d, err := algorithm.FindDigest(oid.SHA1)
	if err != nil {
		return false
	}
	h := d.New()
	h.Write(c.KeyBits)
	return bytes.Equal(r.ResponderKey, h.Sum(nil))
}

func authorised(c, issuer *certpath.Certificate) bool {
	return certpath.SameName(c.RawIssuer, issuer.RawSubject) && c.HasExtKeyUsage(oid.OCSPSigning) && !c.IsCA &&
		len(c.Restrictions) == 0 &&
		(!c.HasKeyUsage || c.KeyUsage&(certpath.DigitalSignature|certpath.NonRepudiation) != 0) &&
		(len(c.AuthorityKeyID) == 0 || len(issuer.SubjectKeyID) == 0 || bytes.Equal(c.AuthorityKeyID, issuer.SubjectKeyID)) &&
		c.CheckSignature(issuer.Key, true) == nil
}

// NewRequest returns the DER OCSPRequest about one certificate (section 4.1), with the nonce, if it
// is not nil, in the form of RFC 8954: an OCTET STRING inside the extension.
func NewRequest(id CertID, nonce []byte) []byte {
	var b cryptobyte.Builder
	seq := func(b *cryptobyte.Builder, f func(*cryptobyte.Builder)) { b.AddASN1(asn1.SEQUENCE, f) }
	seq(&b, func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			seq(b, func(b *cryptobyte.Builder) {
				seq(b, func(b *cryptobyte.Builder) { seq(b, id.add) })
			})
			if nonce == nil {
				return
			}
			b.AddASN1(asn1.Tag(2).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) {
				seq(b, func(b *cryptobyte.Builder) {
					seq(b, func(b *cryptobyte.Builder) {
						b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte(oid.OCSPNonce)) })
						b.AddASN1OctetString(NonceValue(nonce))
					})
				})
			})
		})
	})
	return b.BytesOrPanic()
}

func (id CertID) add(b *cryptobyte.Builder) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte(id.Hash)) })
		b.AddASN1NULL()
	})
	b.AddASN1OctetString(id.NameHash)
	b.AddASN1OctetString(id.KeyHash)
	b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(id.Serial) })
}

// NonceValue is the value of the nonce extension for a nonce: what Response.Nonce must equal.
func NonceValue(nonce []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1OctetString(nonce)
	return b.BytesOrPanic()
}
