package eds

import (
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/ocsp"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// inquiry asks lists and OCSP responses about the certificates of one path.
type inquiry struct {
	v       *verification
	trust   *Trust
	carried *carried // nil to leave responses and the message out
	path    []*certpath.Certificate
	at      time.Time // the instant in question
	now     time.Time // when the evidence was at hand: what claims to be from later says nothing good
	allowed []oid.ID  // signature algorithms
	nested  bool      // the question is about a signer of lists
}

// status tells about the certificate at index i of the path, which is not its last.
func (q *inquiry) status(i int) Revocation {
	cert, issuer := q.path[i], q.path[i+1]
	rev := q.askLists(cert, issuer)
	if q.carried == nil {
		return rev
	}
	for _, r := range q.v.responses() {
		if answer, ok := q.askResponse(r, cert, issuer); ok {
			rev = q.weightier(rev, answer)
		}
	}
	_, responses := q.carried.evidence()
	for _, r := range responses {
		if _, found := r.Find(issuer, cert.Serial); !found || !q.v.work.signature() {
			continue
		}
		if answer, ok := q.askResponse(r, cert, issuer); ok {
			rev = q.weightier(rev, answer)
		}
	}
	return rev
}

// allows reports whether the policy allows evidence signed with that algorithm and key.
func (q *inquiry) allows(id oid.ID, key *algorithm.Key) bool {
	alg, err := algorithm.FindSignature(id)
	return err == nil && q.v.Policy.allows(q.allowed, alg, key)
}

// signedBy reports whether issuer signed the list. The answer is kept, because a full list is large
// and the bytes that were hashed are let go of.
func (e *crlEntry) signedBy(issuer *certpath.Certificate) bool {
	if !issuer.HasKeyUsage || issuer.KeyUsage&certpath.CRLSign == 0 || issuer.Key == nil {
		return false
	}
	fp := sha256.Sum256(issuer.RawSPKI)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.found {
		return e.signer == fp
	}
	if e.others[fp] {
		return false
	}
	if e.list.CheckSignature(issuer.Key, true) != nil {
		if e.others == nil {
			e.others = make(map[[32]byte]bool)
		}
		e.others[fp] = true
		return false
	}
	e.list.Release()
	e.signer, e.found = fp, true
	return true
}

// trusts reports whether the authority signed the list: with the key that issued the certificate in
// question, or with another key of its own, whose certificate is in the trust folder, leads to the
// same anchor and is not revoked (RFC 5280, section 6.3.3, step f).
func (q *inquiry) trusts(e *crlEntry, issuer *certpath.Certificate) bool {
	if q.allows(e.list.Algorithm.Algorithm, issuer.Key) && e.signedBy(issuer) {
		return true
	}
	if q.nested {
		return false
	}
	anchor := q.path[len(q.path)-1]
	for _, c := range q.trust.pool.Named(issuer.RawSubject) {
		if c.Equal(issuer) || !q.allows(e.list.Algorithm.Algorithm, c.Key) {
			continue
		}
		// Both are the caller's own and cost the message nothing.
		path, err := q.trust.pool.Build(c, certpath.Options{At: q.at, MaxDepth: int(q.v.work.limits.Path),
			Allowed: func(a algorithm.Signature, k *algorithm.Key) bool { return q.v.Policy.allows(q.allowed, a, k) }})
		if err != nil || !path[len(path)-1].Equal(anchor) || !c.ValidAt(q.at) || !e.signedBy(c) {
			continue
		}
		if len(path) == 1 {
			return true
		}
		own := *q
		own.path, own.nested = path, true
		switch own.status(0).Status {
		case IsRevoked, Suspended, NotIssued:
		default:
			return true
		}
	}
	return false
}

// askLists looks cert up in the list in force at the instant in question and in the newest one issued
// since, each with its newest delta; the worse answer counts.
//
// A list says that cert was good at that instant when the instant lies between thisUpdate and
// nextUpdate, or when the list was issued later and before cert expired: revocations are dated and do
// not go away, but entries of expired certificates do. The later one does not replace the one in
// force, which alone knows of a suspension that ended since. A list that is out of date, or that
// claims to be from the future, cannot show that a certificate is good; it still shows that it was
// revoked.
func (q *inquiry) askLists(cert, issuer *certpath.Certificate) Revocation {
	var inForce, later, ended *crl.List
	proof := Revocation{Status: StatusUnknown}
	var deltas []*crl.List
	for _, e := range q.listsOf(issuer) {
		l := e.list
		if l.Unusable != "" || !q.trusts(e, issuer) {
			continue
		}
		if x, ok := l.Entries.Find(cert.Serial); ok && x.Reason != crl.CertificateHold && x.Reason != crl.RemoveFromCRL && q.revokedAt(x) {
			proof = q.weightier(proof, revocation(l, x, IsRevoked))
		}
		switch {
		case q.fromFuture(l.ThisUpdate):
		case l.IsDelta():
			deltas = append(deltas, l)
		case l.Covers(q.at):
			inForce = newer(inForce, l)
		case q.since(l.ThisUpdate, cert):
			later = newer(later, l)
		default:
			ended = newer(ended, l)
		}
	}
	rev := Revocation{Status: StatusUnknown}
	for _, full := range []*crl.List{inForce, later} {
		if full == nil {
			continue
		}
		r := q.fromFull(full, cert)
		for _, d := range deltas {
			r = q.amend(r, full, d, cert)
		}
		rev = worse(rev, r)
	}
	if proof.Status == IsRevoked && rev.Status != IsRevoked {
		return proof
	}
	if rev.Status == StatusUnknown && ended != nil {
		return q.fromEnded(ended, deltas, cert)
	}
	return rev
}

// listsOf returns the lists of the trust folder and of the message that bear the issuer's name.
func (q *inquiry) listsOf(issuer *certpath.Certificate) []*crlEntry {
	lists := q.trust.crls[q.trust.pool.NameKey(issuer.RawSubject)]
	if q.carried == nil {
		return lists
	}
	carried, _ := q.carried.evidence()
	for _, e := range carried {
		if certpath.SameName(e.list.RawIssuer, issuer.RawSubject) && q.v.work.signature() {
			lists = append(lists[:len(lists):len(lists)], e)
		}
	}
	return lists
}

// worse returns b unless it is no worse than a: anything is worse than unknown, a suspension than
// good, a revocation than a suspension.
func worse(a, b Revocation) Revocation {
	order := []RevocationStatus{StatusUnknown, Good, Suspended, IsRevoked}
	if slices.Index(order, b.Status) > slices.Index(order, a.Status) {
		return b
	}
	return a
}

// fromFuture reports whether evidence of that thisUpdate is from after the check.
func (q *inquiry) fromFuture(thisUpdate time.Time) bool {
	return thisUpdate.After(q.now.Add(q.v.Policy.Skew))
}

// since reports whether evidence was issued after the instant in question and while the authority
// still kept entries about cert.
func (q *inquiry) since(thisUpdate time.Time, cert *certpath.Certificate) bool {
	return thisUpdate.After(q.at) && !thisUpdate.After(cert.NotAfter)
}

func newer(a, b *crl.List) *crl.List {
	if a == nil || b.ThisUpdate.After(a.ThisUpdate) {
		return b
	}
	return a
}

// revokedAt reports whether an entry speaks against a signature made at the instant in question: it
// was in force then, or its reason reaches back.
func (q *inquiry) revokedAt(e crl.Entry) bool {
	return !e.RevokedAt.After(q.at) || q.v.Policy.retroactive(e.Reason)
}

func (q *inquiry) fromFull(l *crl.List, cert *certpath.Certificate) Revocation {
	e, ok := l.Entries.Find(cert.Serial)
	switch {
	case !ok || e.Reason == crl.RemoveFromCRL || !q.revokedAt(e):
		return revocation(l, crl.Entry{Reason: crl.NoReason}, Good)
	case e.Reason == crl.CertificateHold:
		return revocation(l, e, Suspended)
	}
	return revocation(l, e, IsRevoked)
}

// amend applies a delta. Its revocations count whenever it may belong to the list; a removal, which
// is to the signer's advantage, only under the strict rule of RFC 5280, and only of a hold.
func (q *inquiry) amend(rev Revocation, full, d *crl.List, cert *certpath.Certificate) Revocation {
	applies, strict := d.AppliesTo(full)
	if !applies || !d.Covers(q.at) && !q.since(d.ThisUpdate, cert) || rev.Delta != "" && !d.ThisUpdate.After(rev.ThisUpdate) {
		return rev
	}
	base := rev.Number
	if e, ok := d.Entries.Find(cert.Serial); ok {
		switch {
		case e.Reason == crl.RemoveFromCRL:
			if strict && rev.Status == Suspended {
				rev = revocation(full, crl.Entry{Reason: crl.NoReason}, Good)
			}
		case !q.revokedAt(e):
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
// of issuer, not about cert, or says nothing about the instant in question, being too old or from
// after the check. The NCA's responses have no nextUpdate, so the policy says how long one holds.
func (q *inquiry) askResponse(r *ocsp.Response, cert, issuer *certpath.Certificate) (rev Revocation, ok bool) {
	single, found := r.Find(issuer, cert.Serial)
	if !found || single.Status == ocsp.Unknown {
		return rev, false
	}
	if _, err := q.responder(r, issuer, cert); err != nil {
		return rev, false
	}
	p := &q.v.Policy
	until := single.NextUpdate
	if until.IsZero() {
		until = single.ThisUpdate.Add(p.OCSPMaxAge)
	}
	rev = Revocation{Source: "ocsp", ThisUpdate: single.ThisUpdate, NextUpdate: single.NextUpdate}
	fresh := !q.fromFuture(single.ThisUpdate) &&
		(!q.at.Before(single.ThisUpdate.Add(-p.Skew)) && !q.at.After(until) || q.since(single.ThisUpdate, cert))
	e := crl.Entry{RevokedAt: single.RevokedAt, Reason: single.Reason}
	switch {
	case single.NotIssued():
		rev.Status = NotIssued
		return rev, fresh
	case single.Status == ocsp.Good || !q.revokedAt(e):
		rev.Status = Good
		return rev, fresh
	case e.Reason == crl.CertificateHold:
		rev.Status, rev.RevokedAt, rev.Reason = Suspended, e.RevokedAt, e.Reason.String()
		return rev, fresh
	}
	rev.Status, rev.RevokedAt, rev.Reason = IsRevoked, e.RevokedAt, e.Reason.String()
	return rev, true // a revocation stays, however old the answer
}

// responder returns who signed the response, if that is allowed, with an algorithm and a key that are.
// A responder other than the issuer must carry id-pkix-ocsp-nocheck: nothing else would say whether it
// was revoked itself.
func (q *inquiry) responder(r *ocsp.Response, issuer, subject *certpath.Certificate) (*certpath.Certificate, error) {
	c, err := r.Signer(issuer, subject, q.now, q.trust.services)
	if err != nil {
		return nil, err
	}
	delegated := !c.Equal(issuer)
	if delegated && !c.OCSPNoCheck {
		return nil, ocsp.ErrResponder
	}
	if !q.allows(r.Algorithm.Algorithm, c.Key) || delegated && !q.allows(c.Algorithm.Algorithm, issuer.Key) {
		return nil, errWeakEvidence
	}
	return c, nil
}

// errWeakEvidence means that evidence is signed with an algorithm or a key that the policy refuses.
var errWeakEvidence = errors.New("eds: algorithm or key of the evidence is not allowed")

// weightier picks between two answers: a revocation for good before anything, then "never issued", then
// a suspension before a good answer made since the instant in question or the other way round, then
// the newer one. An answer beats none.
func (q *inquiry) weightier(a, b Revocation) Revocation {
	rank := func(r Revocation) int {
		switch r.Status {
		case IsRevoked:
			return 5
		case NotIssued:
			return 4
		case Suspended:
			if a.ThisUpdate.After(q.at) || b.ThisUpdate.After(q.at) {
				return 3
			}
			return 2
		case Good:
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
