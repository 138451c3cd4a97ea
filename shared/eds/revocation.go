package eds

import (
	"crypto/sha256"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
)

// signedBy reports whether issuer signed the list. The answer is kept, because a full list is large
// and the bytes that were hashed are let go of.
func (e *crlEntry) signedBy(issuer *certpath.Certificate) bool {
	fp := sha256.Sum256(issuer.RawSPKI)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.found {
		return e.signer == fp
	}
	if !issuer.HasKeyUsage || issuer.KeyUsage&certpath.CRLSign == 0 {
		return false
	}
	if e.list.CheckSignature(issuer.Key, true) != nil {
		return false
	}
	e.list.Release()
	e.signer, e.found = fp, true
	return true
}

// askLists looks cert up in the newest list that says something about time t, and in the newest
// delta of that list.
//
// A list counts for t when t lies between thisUpdate and nextUpdate, or when it was issued after t
// and before cert expired: revocations are dated and do not go away, but entries of expired
// certificates do. A list that is out of date cannot show that a certificate is good; it still
// shows that it was revoked.
func (v *Verifier) askLists(lists []*crlEntry, cert, issuer *certpath.Certificate, t time.Time) Revocation {
	var full, stale *crl.List
	for _, e := range lists {
		l := e.list
		if l.IsDelta() || l.Unusable != "" || !e.signedBy(issuer) {
			continue
		}
		if v.counts(l, cert, t) {
			full = newer(full, l)
		} else {
			stale = newer(stale, l)
		}
	}
	if full == nil {
		return v.fromEnded(lists, stale, cert, issuer, t)
	}
	return v.fromLists(lists, full, cert, issuer, t)
}

// fromLists looks cert up in a full list and its deltas.
func (v *Verifier) fromLists(lists []*crlEntry, full *crl.List, cert, issuer *certpath.Certificate, t time.Time) Revocation {
	rev := v.fromFull(full, cert, t)
	for _, e := range lists {
		if d := e.list; d.IsDelta() && d.Unusable == "" && e.signedBy(issuer) {
			rev = v.amend(rev, full, d, cert, t)
		}
	}
	return rev
}

func newer(a, b *crl.List) *crl.List {
	if a == nil || b.ThisUpdate.After(a.ThisUpdate) {
		return b
	}
	return a
}

func (v *Verifier) counts(l *crl.List, cert *certpath.Certificate, t time.Time) bool {
	return l.Covers(t) || l.ThisUpdate.After(t) && !l.ThisUpdate.After(cert.NotAfter)
}

// revokedAt reports whether an entry speaks against a signature made at t: it was in force then, or
// its reason reaches back.
func (v *Verifier) revokedAt(e crl.Entry, t time.Time) bool {
	return !e.RevokedAt.After(t) || v.Policy.retroactive(e.Reason)
}

func (v *Verifier) fromFull(l *crl.List, cert *certpath.Certificate, t time.Time) Revocation {
	e, ok := l.Entries.Find(cert.Serial)
	switch {
	case !ok || e.Reason == crl.RemoveFromCRL || !v.revokedAt(e, t):
		return revocation(l, crl.Entry{Reason: crl.NoReason}, Good)
	case e.Reason == crl.CertificateHold:
		return revocation(l, e, Suspended)
	}
	return revocation(l, e, IsRevoked)
}

// amend applies a delta. Its revocations count whenever it may belong to the list; a removal, which
// is to the signer's advantage, only under the strict rule of RFC 5280, and only of a hold.
func (v *Verifier) amend(rev Revocation, full, d *crl.List, cert *certpath.Certificate, t time.Time) Revocation {
	applies, strict := d.AppliesTo(full)
	if !applies {
		return rev
	}
	if !v.counts(d, cert, t) {
		return v.amendByEnded(rev, full, d, cert, t)
	}
	if rev.Delta != "" && !d.ThisUpdate.After(rev.ThisUpdate) {
		return rev
	}
	base := rev.Number
	if e, ok := d.Entries.Find(cert.Serial); ok {
		switch {
		case e.Reason == crl.RemoveFromCRL:
			if strict && rev.Status == Suspended {
				rev = revocation(full, crl.Entry{Reason: crl.NoReason}, Good)
			}
		case !v.revokedAt(e, t):
		case e.Reason == crl.CertificateHold:
			if rev.Status == Good {
				rev = revocation(full, e, Suspended)
			}
		default:
			rev = revocation(full, e, IsRevoked)
		}
	}
	rev.Number, rev.ThisUpdate, rev.NextUpdate = base, d.ThisUpdate, d.NextUpdate
	if d.Number != nil {
		rev.Delta = d.Number.String()
	}
	return rev
}

func revocation(l *crl.List, e crl.Entry, status RevocationStatus) Revocation {
	r := Revocation{Status: status, Source: "crl", ThisUpdate: l.ThisUpdate, NextUpdate: l.NextUpdate}
	if l.Number != nil {
		r.Number = l.Number.String()
	}
	if status != Good && status != Stale {
		r.RevokedAt, r.Reason = e.RevokedAt, e.Reason.String()
	}
	return r
}

// askResponse looks cert up in an OCSP response. ok is false when the response is not by a responder
// of issuer, not about cert, or too old to say anything about t. The NCA's responses have no
// nextUpdate, so the policy says how long one holds.
func (v *Verifier) askResponse(der []byte, cert, issuer *certpath.Certificate, t time.Time) (rev Revocation, ok bool) {
	r, err := ocsp.Parse(der)
	if err != nil {
		return rev, false
	}
	single, found := r.Find(issuer, cert.Serial)
	if !found || single.Status == ocsp.Unknown {
		return rev, false
	}
	if _, err := v.responder(r, issuer, cert); err != nil {
		return rev, false
	}
	until := single.NextUpdate
	if until.IsZero() {
		until = single.ThisUpdate.Add(v.Policy.OCSPMaxAge)
	}
	rev = Revocation{Source: "ocsp", ThisUpdate: single.ThisUpdate, NextUpdate: single.NextUpdate}
	fresh := !t.Before(single.ThisUpdate.Add(-v.Policy.Skew)) && !t.After(until) ||
		single.ThisUpdate.After(t) && !single.ThisUpdate.After(cert.NotAfter)
	e := crl.Entry{RevokedAt: single.RevokedAt, Reason: single.Reason}
	switch {
	case single.NotIssued():
		rev.Status = NotIssued
		return rev, fresh
	case single.Status == ocsp.Good || !v.revokedAt(e, t):
		rev.Status = Good
		return rev, fresh
	case e.Reason == crl.CertificateHold:
		rev.Status, rev.RevokedAt, rev.Reason = Suspended, e.RevokedAt, e.Reason.String()
		return rev, fresh
	}
	rev.Status, rev.RevokedAt, rev.Reason = IsRevoked, e.RevokedAt, e.Reason.String()
	return rev, true // a revocation stays, however old the answer
}

// responder returns who signed the response, if that is allowed. A responder other than the issuer
// must carry id-pkix-ocsp-nocheck: nothing else would say whether it was revoked itself.
func (v *Verifier) responder(r *ocsp.Response, issuer, subject *certpath.Certificate) (*certpath.Certificate, error) {
	c, err := r.Signer(issuer, subject, v.Trust.services)
	if err != nil {
		return nil, err
	}
	if !c.Equal(issuer) && !c.OCSPNoCheck {
		return nil, ocsp.ErrResponder
	}
	return c, nil
}

// weightier picks between two answers: a revocation for good before anything, then "never issued",
// then the newer one. An answer beats none.
func weightier(a, b Revocation) Revocation {
	rank := func(r Revocation) int {
		switch r.Status {
		case IsRevoked:
			return 4
		case NotIssued:
			return 3
		case Good, Suspended:
			return 2
		case Stale:
			return 1
		}
		return 0
	}
	switch ra, rb := rank(a), rank(b); {
	case rb > ra, ra == rb && b.ThisUpdate.After(a.ThisUpdate):
		return b
	}
	return a
}
