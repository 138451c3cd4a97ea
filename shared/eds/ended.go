package eds

import (
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
)

// fromEnded looks cert up in ended, the newest of the lists that have ended, and its deltas, when nothing
// newer is to be had. Within the policy's grace it still says that cert was not revoked, under the
// name "stale", or that it was on hold; that it was revoked, askLists has found out before.
func (q *inquiry) fromEnded(ended *crl.List, deltas []*crl.List, cert *certpath.Certificate) Revocation {
	grace := q.v.Policy.ListGrace
	if grace <= 0 || q.at.Before(ended.ThisUpdate) || ended.NextUpdate.IsZero() || q.at.After(ended.NextUpdate.Add(grace)) {
		return Revocation{Status: StatusUnknown}
	}
	rev := q.fromFull(ended, cert)
	for _, d := range deltas {
		e, ok := d.Entries.Find(cert.Serial)
		if applies, _ := d.AppliesTo(ended); applies && ok && e.Reason == crl.CertificateHold && q.revokedAt(e) && rev.Status == Good {
			rev = revocation(ended, e, Suspended)
		}
	}
	if rev.Status == Good {
		rev.Status = Stale
	}
	return rev
}

// asked puts the answer of Verifier.Ask in place of rev, when rev has no fresh evidence, or none from
// since the instant in question although that lies back, and everything else about the signature
// holds: a stranger's message must not make anyone ask.
func (s *signer) asked(q *inquiry, rev Revocation) Revocation {
	before := rev.Status == Good && q.now.After(q.at) && rev.ThisUpdate.Before(q.at)
	if s.v.Ask == nil || rev.Status != StatusUnknown && rev.Status != Stale && !before {
		return rev
	}
	for _, c := range s.c {
		if c.Status == Failed || c.Status == Unknown {
			return rev
		}
	}
	r, err := ocsp.Decode(s.v.Ask(q.path[0], q.path[1]))
	if err != nil {
		return rev
	}
	if answer, ok := q.askResponse(r, q.path[0], q.path[1]); ok {
		return q.weightier(rev, answer)
	}
	return rev
}
