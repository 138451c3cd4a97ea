package eds

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
)

// CheckList reads a revocation list, DER or PEM, that came from anywhere, and finds the authority of t
// that signed it: one with cRLSign and a path to an anchor that holds at the instant at. signer is the
// SHA-256 of its SubjectPublicKeyInfo. The algorithm must be one the policy Filing allows. Whether the
// list is any newer than another one, crl.Set decides. The list does not hold on to data.
//
// Errors: crl.ErrSyntax; certpath.ErrSignature if no such authority signed it.
func (t *Trust) CheckList(data []byte, at time.Time) (l *crl.List, signer [32]byte, err error) {
	if l, err = crl.Decode(data); err != nil {
		return nil, signer, err
	}
	p := Filing()
	allowed := func(s algorithm.Signature, k *algorithm.Key) bool { return p.allows(p.Signatures, s, k) }
	s, err := algorithm.FindSignature(l.Algorithm.Algorithm)
	if err != nil {
		return nil, signer, fmt.Errorf("%w: %w", certpath.ErrSignature, err)
	}
	for _, ca := range slices.Concat(t.pool.Intermediates(), t.pool.Anchors()) {
		if !certpath.SameName(ca.RawSubject, l.RawIssuer) || !allowed(s, ca.Key) {
			continue
		}
		if _, err := t.pool.Build(ca, certpath.Options{At: at, Allowed: allowed}); err != nil || !ca.ValidAt(at) {
			continue
		}
		if (&crlEntry{list: l}).signedBy(ca) {
			return l, sha256.Sum256(ca.RawSPKI), nil
		}
	}
	return nil, signer, certpath.ErrSignature
}

// Signs reports whether t has an authority whose SubjectPublicKeyInfo has that SHA-256.
func (t *Trust) Signs(signer [32]byte) bool {
	return slices.ContainsFunc(slices.Concat(t.pool.Intermediates(), t.pool.Anchors()), func(ca *certpath.Certificate) bool {
		return sha256.Sum256(ca.RawSPKI) == signer
	})
}

// WithLists returns a Trust with the authorities of t and the lists of set, which stand in place of t's
// lists of the same issuer that are not newer. The form of a set carries no signatures: it must come
// from storage that nobody else writes to. t does not change, and both may be in use at once; what they
// have found out about keys and paths they share.
func (t *Trust) WithLists(set *crl.Set) *Trust {
	n := &Trust{pool: t.pool, crls: maps.Clone(t.crls), services: t.services, skipped: t.skipped}
	for _, h := range set.Held {
		issuer := certpath.NameKey(h.Full.RawIssuer)
		kept := slices.DeleteFunc(slices.Clone(n.crls[issuer]), func(e *crlEntry) bool {
			return bytes.Equal(e.list.AuthorityKeyID, h.Full.AuthorityKeyID) && !e.list.ThisUpdate.After(h.Full.ThisUpdate)
		})
		for _, l := range []*crl.List{h.Full, h.Delta} {
			if l != nil {
				kept = append(kept, &crlEntry{list: l, signer: h.Signer, found: true})
			}
		}
		n.crls[issuer] = kept
	}
	return n
}
