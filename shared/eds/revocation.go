package eds

import (
	"crypto/sha256"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
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
		if stale != nil {
			if e, ok := stale.Entries.Find(cert.Serial); ok && e.Reason != crl.CertificateHold && v.revokedAt(e, t) {
				return revocation(stale, e, IsRevoked)
			}
		}
		return Revocation{Status: StatusUnknown}
	}
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
	if !applies || !v.counts(d, cert, t) || rev.Delta != "" && !d.ThisUpdate.After(rev.ThisUpdate) {
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
	if status != Good {
		r.RevokedAt, r.Reason = e.RevokedAt, e.Reason.String()
	}
	return r
}
