package eds

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
)

// What lists still say when they have ended because nothing newer is to be had: that a certificate was
// revoked, always; that it was not, within the policy's grace and under the name "stale".

// fromEnded looks cert up in stale, the newest of the lists that have ended, and its deltas. stale is
// nil where there is none.
func (v *Verifier) fromEnded(lists []*crlEntry, stale *crl.List, cert, issuer *certpath.Certificate, t time.Time) Revocation {
	if stale == nil {
		return Revocation{Status: StatusUnknown}
	}
	rev := v.fromLists(lists, stale, cert, issuer, t)
	grace := !t.Before(stale.ThisUpdate) && !t.After(stale.NextUpdate.Add(v.Policy.ListGrace)) && v.Policy.ListGrace > 0
	switch {
	case rev.Status == IsRevoked, grace && rev.Status == Suspended:
		return rev
	case grace && rev.Status == Good:
		rev.Status = Stale
		return rev
	}
	return Revocation{Status: StatusUnknown} // a hold may have been lifted since
}

// amendByEnded applies a delta that says nothing of t any more, or not yet. What it says was revoked, or put on
// hold as far as is known, does not become good again because the next delta failed to come.
func (v *Verifier) amendByEnded(rev Revocation, full, d *crl.List, cert *certpath.Certificate, t time.Time) Revocation {
	e, ok := d.Entries.Find(cert.Serial)
	if !ok || e.Reason == crl.RemoveFromCRL || !v.revokedAt(e, t) {
		return rev
	}
	status := IsRevoked
	if e.Reason == crl.CertificateHold {
		status = Suspended
	}
	if rev.Status != Good && !(rev.Status == Suspended && status == IsRevoked) {
		return rev
	}
	number := rev.Number
	rev = revocation(full, e, status)
	rev.Number = number
	if d.Number != nil {
		rev.Delta = d.Number.String()
	}
	rev.ThisUpdate, rev.NextUpdate = d.ThisUpdate, d.NextUpdate
	return rev
}

// asked puts the answer of Verifier.Ask in place of rev, when rev has no fresh evidence and everything
// else about the signature holds: a stranger's message must not make anyone ask.
func (s *signer) asked(rev Revocation, path []*certpath.Certificate) Revocation {
	if s.v.Ask == nil || rev.Status != StatusUnknown && rev.Status != Stale {
		return rev
	}
	for _, c := range s.c {
		if c.Status == Failed || c.Status == Unknown {
			return rev
		}
	}
	der := s.v.Ask(path[0], path[1])
	if der == nil {
		return rev
	}
	if answer, ok := s.v.askResponse(der, path[0], path[1], s.out.ReferenceTime); ok {
		return weightier(rev, answer)
	}
	return rev
}
