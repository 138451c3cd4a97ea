// Package crl reads certificate revocation lists (RFC 5280, section 5) of the NCA, of which the
// full one has some 422,000 entries, and answers from a compact index.
//
// crypto/x509 refuses the NCA's current list, because the algorithm identifiers inside and outside
// differ by a NULL. This parser allows that and no other difference.
package crl

import (
	"bytes"
	"errors"
	"math/big"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/internal/armor"
	"github.com/courtoffice/courtoffice/shared/eds/internal/transport"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// ErrSyntax means that bytes are not exactly one DER CertificateList.
var ErrSyntax = errors.New("crl: malformed list")

// Reason is a CRLReason (RFC 5280, section 5.3.1).
type Reason uint8

// Reasons. NoReason is an entry without the extension, as the NCA wrote them until 2025.
const (
	Unspecified          Reason = 0
	KeyCompromise        Reason = 1
	CACompromise         Reason = 2
	AffiliationChanged   Reason = 3
	Superseded           Reason = 4
	CessationOfOperation Reason = 5
	CertificateHold      Reason = 6
	RemoveFromCRL        Reason = 8
	PrivilegeWithdrawn   Reason = 9
	AACompromise         Reason = 10
	NoReason             Reason = 255
)

func (r Reason) String() string {
	switch r {
	case Unspecified:
		return "unspecified"
	case KeyCompromise:
		return "keyCompromise"
	case CACompromise:
		return "cACompromise"
	case AffiliationChanged:
		return "affiliationChanged"
	case Superseded:
		return "superseded"
	case CessationOfOperation:
		return "cessationOfOperation"
	case CertificateHold:
		return "certificateHold"
	case RemoveFromCRL:
		return "removeFromCRL"
	case PrivilegeWithdrawn:
		return "privilegeWithdrawn"
	case AACompromise:
		return "aACompromise"
	}
	return ""
}

// Entry is a revoked certificate of a list.
type Entry struct {
	RevokedAt time.Time // UTC, to the second
	Reason    Reason
}

// List is a parsed list. It holds on to the input until Release is called.
type List struct {
	RawIssuer      []byte // DER Name
	AuthorityKeyID []byte // nil if absent
	Algorithm      cms.AlgorithmIdentifier
	ThisUpdate     time.Time
	NextUpdate     time.Time // zero if absent
	// Number is the cRLNumber, nil if absent. Base is the number of the full list that a delta
	// amends, nil for a full list.
	Number, Base *big.Int
	// Unusable names a critical extension that limits the list or is not known, "" if there is
	// none. Such a list proves nothing.
	Unusable oid.ID
	Entries  *Index

	tbs, signature []byte
}

// Decode takes PEM (X509 CRL, CRL) or base64 wrapping off a list and parses it. Text and other blocks
// around a PEM block are left alone. Error: ErrSyntax.
func Decode(data []byte) (*List, error) {
	if len(data) > 0 && data[0] == 0x30 {
		return Parse(data)
	}
	der, ok := armor.Decode(transport.Unwrap(data), labels...)
	if !ok {
		return nil, ErrSyntax
	}
	return Parse(der)
}

var labels = []string{"X509 CRL", "CRL"}

// DecodeAll is Decode for one list or, in PEM, several. Error: ErrSyntax if one of them cannot be read.
func DecodeAll(data []byte) ([]*List, error) {
	var blocks [][]byte
	isPEM := false
	if len(data) > 0 && data[0] != 0x30 {
		data = transport.Unwrap(data)
		blocks, isPEM = armor.Blocks(data, labels...)
	}
	if !isPEM {
		l, err := Decode(data)
		if err != nil {
			return nil, err
		}
		return []*List{l}, nil
	}
	var all []*List
	for _, der := range blocks {
		l, err := Parse(der)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	if len(all) == 0 {
		return nil, ErrSyntax
	}
	return all, nil
}

// Parse reads exactly one DER CertificateList, version 2 or 1. der must not change until
// Release was called. Error: ErrSyntax.
func Parse(der []byte) (*List, error) {
	in := cryptobyte.String(der)
	var list, tbs, alg cryptobyte.String
	l := new(List)
	if !in.ReadASN1(&list, asn1.SEQUENCE) || !in.Empty() ||
		!list.ReadASN1Element(&tbs, asn1.SEQUENCE) || !list.ReadASN1Element(&alg, asn1.SEQUENCE) ||
		!list.ReadASN1BitStringAsBytes(&l.signature) || !list.Empty() {
		return nil, ErrSyntax
	}
	l.tbs = tbs
	outer, err := cms.ParseAlgorithm(alg)
	if err != nil {
		return nil, ErrSyntax
	}
	// The fields kept after the signature is checked are copied, so that a list of 20 MB does not
	// stay in memory for the sake of its name.
	l.Algorithm = cms.AlgorithmIdentifier{Algorithm: outer.Algorithm, Parameters: bytes.Clone(outer.Parameters)}
	if !l.parseTBS(tbs) {
		return nil, ErrSyntax
	}
	return l, nil
}

func (l *List) parseTBS(in cryptobyte.String) bool {
	var tbs, alg, issuer, revoked, exts cryptobyte.String
	hasRevoked, hasExts := false, false
	if !in.ReadASN1(&tbs, asn1.SEQUENCE) {
		return false
	}
	version := int64(0)
	if tbs.PeekASN1Tag(asn1.INTEGER) && (!tbs.ReadASN1Integer(&version) || version != 1) {
		return false
	}
	if !tbs.ReadASN1Element(&alg, asn1.SEQUENCE) || !tbs.ReadASN1Element(&issuer, asn1.SEQUENCE) ||
		!readTime(&tbs, &l.ThisUpdate) {
		return false
	}
	if inner, err := cms.ParseAlgorithm(alg); err != nil || !certpath.SameAlgorithm(inner, l.Algorithm) {
		return false
	}
	l.RawIssuer = bytes.Clone(issuer)
	if (tbs.PeekASN1Tag(asn1.UTCTime) || tbs.PeekASN1Tag(asn1.GeneralizedTime)) && !readTime(&tbs, &l.NextUpdate) {
		return false
	}
	if !tbs.ReadOptionalASN1(&revoked, &hasRevoked, asn1.SEQUENCE) ||
		!tbs.ReadOptionalASN1(&exts, &hasExts, asn1.Tag(0).Constructed().ContextSpecific()) || !tbs.Empty() {
		return false
	}
	b := newBuilder(len(revoked) / 36)
	for !revoked.Empty() {
		if !l.parseEntry(&revoked, b) {
			return false
		}
	}
	l.Entries = b.index()
	return !hasExts || version == 1 && l.parseExtensions(exts)
}

func readTime(in *cryptobyte.String, t *time.Time) bool {
	if in.PeekASN1Tag(asn1.UTCTime) {
		var s cryptobyte.String
		if !in.ReadASN1(&s, asn1.UTCTime) {
			return false
		}
		return utcTime(s, t)
	}
	return in.ReadASN1GeneralizedTime(t)
}

// utcTime reads YYMMDDHHMMSSZ, the only form RFC 5280 allows, far faster than package time: a full
// list has half a million of them.
func utcTime(s []byte, t *time.Time) bool {
	if len(s) != 13 || s[12] != 'Z' {
		return false
	}
	var f [6]int
	for i := range f {
		a, b := s[2*i]-'0', s[2*i+1]-'0'
		if a > 9 || b > 9 {
			return false
		}
		f[i] = int(a)*10 + int(b)
	}
	year := 2000 + f[0]
	if f[0] >= 50 {
		year = 1900 + f[0]
	}
	if f[1] < 1 || f[1] > 12 || f[2] < 1 || f[3] > 23 || f[4] > 59 || f[5] > 59 {
		return false
	}
	*t = time.Date(year, time.Month(f[1]), f[2], f[3], f[4], f[5], 0, time.UTC)
	return t.Day() == f[2]
}

// plainReason is how nearly every entry ends: extensions with nothing but a reason, whose octet
// follows.
var plainReason = []byte("\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x0a\x01")

func validReason(code int) bool { return code >= 0 && code <= 10 && code != 7 }

func (l *List) parseEntry(in *cryptobyte.String, b *builder) bool {
	var entry, serial, exts cryptobyte.String
	var at time.Time
	if !in.ReadASN1(&entry, asn1.SEQUENCE) || !entry.ReadASN1(&serial, asn1.INTEGER) || len(serial) == 0 ||
		!readTime(&entry, &at) {
		return false
	}
	reason := NoReason
	if rest := []byte(entry); len(rest) == len(plainReason)+1 && bytes.HasPrefix(rest, plainReason) && validReason(int(rest[len(plainReason)])) {
		reason = Reason(rest[len(plainReason)])
	} else if len(rest) > 0 {
		if !entry.ReadASN1(&exts, asn1.SEQUENCE) || !entry.Empty() {
			return false
		}
		for !exts.Empty() {
			id, critical, value, ok := certpath.ReadExtension(&exts)
			if !ok {
				return false
			}
			switch id {
			case oid.ReasonCode:
				v := cryptobyte.String(value)
				code := 0
				if !v.ReadASN1Enum(&code) || !v.Empty() || !validReason(code) {
					return false
				}
				reason = Reason(code)
			case oid.InvalidityDate:
			default:
				if critical {
					l.Unusable = id
				}
			}
		}
	}
	b.add(serial, at, reason)
	return true
}

func (l *List) parseExtensions(in cryptobyte.String) bool {
	var list cryptobyte.String
	if !in.ReadASN1(&list, asn1.SEQUENCE) || !in.Empty() {
		return false
	}
	for !list.Empty() {
		id, critical, value, ok := certpath.ReadExtension(&list)
		if !ok {
			return false
		}
		v := cryptobyte.String(value)
		switch id {
		case oid.CRLNumber, oid.DeltaCRLIndicator:
			n := new(big.Int)
			if len(value) > 22 || !v.ReadASN1Integer(n) || !v.Empty() || n.Sign() < 0 {
				return false
			}
			if id == oid.CRLNumber {
				l.Number = n
			} else {
				l.Base = n
			}
		case oid.AuthorityKeyID:
			key, ok := certpath.ParseAuthorityKeyID(value)
			if !ok {
				return false
			}
			l.AuthorityKeyID = bytes.Clone(key)
		case oid.IssuingDistributionPoint: // a list of some certificates only: not one of the NCA's
			l.Unusable = id
		default:
			if critical {
				l.Unusable = id
			}
		}
	}
	return true
}

// IsDelta reports whether the list only amends another one.
func (l *List) IsDelta() bool { return l.Base != nil }

// CheckSignature reports whether key, the current key of the issuer, signed the list. trusted is as
// for algorithm.Key.VerifyTrusted. Errors: those of certpath.CheckSignature.
func (l *List) CheckSignature(key *algorithm.Key, trusted bool) error {
	return certpath.CheckSignature(key, trusted, l.Algorithm, l.tbs, l.signature)
}

// Release lets go of the bytes the list was parsed from, 20 MB for a full list; call it when the
// signature was found good. CheckSignature fails afterwards.
func (l *List) Release() { l.tbs, l.signature = nil, nil }

// Covers reports whether t lies between ThisUpdate and NextUpdate, both included. A list without
// NextUpdate covers nothing: the NCA's always have one.
func (l *List) Covers(t time.Time) bool {
	return !t.Before(l.ThisUpdate) && !l.NextUpdate.IsZero() && !t.After(l.NextUpdate)
}

// AppliesTo reports whether delta l may amend full: same issuer and key identifier, base at most the
// number of full, and not older. strict tells that RFC 5280, section 5.2.4 holds as well, by which
// the number of the delta exceeds that of the full list. The NCA counts its deltas apart, so this
// fails for genuine ones; without it revocations of the delta count and removals do not.
func (l *List) AppliesTo(full *List) (applies, strict bool) {
	if l.Base == nil || full.Base != nil || full.Number == nil || !certpath.SameName(l.RawIssuer, full.RawIssuer) ||
		!bytes.Equal(l.AuthorityKeyID, full.AuthorityKeyID) ||
		l.Base.Cmp(full.Number) > 0 || l.ThisUpdate.Before(full.ThisUpdate) {
		return false, false
	}
	return true, l.Number != nil && full.Number.Cmp(l.Number) < 0
}
