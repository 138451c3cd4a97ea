// Package tsp reads time-stamp tokens and responses (RFC 3161), as the NCA's authority makes them.
// It reads and nothing more; package eds decides whether a token is to be believed.
package tsp

import (
	"errors"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// ErrSyntax means that bytes are not exactly one token or response.
var ErrSyntax = errors.New("tsp: malformed time stamp")

// Token is a TimeStampToken: a SignedData over a TSTInfo.
type Token struct {
	Signed *cms.SignedData
	Info   Info
}

// Info is a TSTInfo (RFC 3161, section 2.4.2). Its slices lie in the token.
type Info struct {
	Policy oid.ID
	// ImprintAlgorithm and Imprint are the digest of what was stamped.
	ImprintAlgorithm cms.AlgorithmIdentifier
	Imprint          []byte
	Serial           []byte    // content octets of the INTEGER
	Time             time.Time // genTime in UTC, with fractions of a second if the authority gives them
	// Nonce is the content of the INTEGER, nil if absent. The NCA echoes eight random octets as
	// they are, so the number may be negative.
	Nonce []byte
}

// Parse reads a TimeStampToken, DER or BER. Errors: ErrSyntax, and those of cms.Parse.
func Parse(token []byte) (*Token, error) { return ParseWithin(token, cms.Limits{}) }

// ParseWithin is Parse with limits of the caller's.
func ParseWithin(token []byte, limits cms.Limits) (*Token, error) {
	sd, err := cms.Parse(token, limits)
	if err != nil {
		return nil, err
	}
	if sd.ContentType != oid.TSTInfo || !sd.Attached {
		return nil, ErrSyntax
	}
	info, err := ParseInfo(sd.Content())
	if err != nil {
		return nil, err
	}
	return &Token{sd, info}, nil
}

// ParseInfo reads exactly one DER TSTInfo of version 1. Error: ErrSyntax.
func ParseInfo(der []byte) (info Info, err error) {
	in := cryptobyte.String(der)
	var seq, policy, imprint, alg, digest, serial, nonce cryptobyte.String
	version := 0
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !in.Empty() ||
		!seq.ReadASN1Integer(&version) || version != 1 ||
		!seq.ReadASN1(&policy, asn1.OBJECT_IDENTIFIER) ||
		!seq.ReadASN1(&imprint, asn1.SEQUENCE) ||
		!imprint.ReadASN1Element(&alg, asn1.SEQUENCE) ||
		!imprint.ReadASN1(&digest, asn1.OCTET_STRING) || !imprint.Empty() ||
		!seq.ReadASN1(&serial, asn1.INTEGER) || len(serial) == 0 ||
		!readGenTime(&seq, &info.Time) ||
		!seq.SkipOptionalASN1(asn1.SEQUENCE) || !seq.SkipOptionalASN1(asn1.BOOLEAN) {
		return Info{}, ErrSyntax
	}
	if seq.PeekASN1Tag(asn1.INTEGER) {
		if !seq.ReadASN1(&nonce, asn1.INTEGER) || len(nonce) == 0 {
			return Info{}, ErrSyntax
		}
		info.Nonce = nonce
	}
	if !seq.SkipOptionalASN1(asn1.Tag(0).Constructed().ContextSpecific()) ||
		!seq.SkipOptionalASN1(asn1.Tag(1).Constructed().ContextSpecific()) || !seq.Empty() {
		return Info{}, ErrSyntax
	}
	if info.ImprintAlgorithm, err = cms.ParseAlgorithm(alg); err != nil {
		return Info{}, ErrSyntax
	}
	info.Policy, info.Imprint, info.Serial = oid.ID(policy), digest, serial
	return info, nil
}

// readGenTime reads a GeneralizedTime with optional fractions of a second (section 2.4.2).
func readGenTime(in *cryptobyte.String, t *time.Time) bool {
	var s cryptobyte.String
	if !in.ReadASN1(&s, asn1.GeneralizedTime) || len(s) > 32 {
		return false
	}
	text := string(s)
	v, err := time.Parse("20060102150405Z", text)
	*t = v
	if err != nil || len(text) < 15 {
		return false
	}
	return len(text) == 15 || text[len(text)-2] != '0' && text[len(text)-2] != '.'
}

// Response is a TimeStampResp (RFC 3161, section 2.4.2).
type Response struct {
	// Status is the PKIStatus: 0 granted, 1 granted with modifications, else refused.
	Status int
	Token  []byte // DER of the token, nil if there is none
}

// Granted reports whether the response carries a token.
func (r Response) Granted() bool { return (r.Status == 0 || r.Status == 1) && r.Token != nil }

// ParseResponse reads exactly one DER TimeStampResp. The token in it is not parsed.
// Error: ErrSyntax.
func ParseResponse(der []byte) (r Response, err error) {
	in := cryptobyte.String(der)
	var seq, status cryptobyte.String
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !in.Empty() || !seq.ReadASN1(&status, asn1.SEQUENCE) ||
		!status.ReadASN1Integer(&r.Status) || r.Status < 0 {
		return Response{}, ErrSyntax
	}
	if !seq.Empty() {
		var token cryptobyte.String
		if !seq.ReadASN1Element(&token, asn1.SEQUENCE) || !seq.Empty() {
			return Response{}, ErrSyntax
		}
		r.Token = token
	}
	return r, nil
}
