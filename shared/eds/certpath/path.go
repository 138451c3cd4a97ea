package certpath

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
)

// Reason says why there is no path.
type Reason string

// Reasons, from the least to the most that was found. When several candidates fail, the path error
// carries the one that came furthest.
const (
	NoIssuer         Reason = "no-issuer"          // nobody known has the issuer's name and key identifier
	BadSignature     Reason = "bad-signature"      // the issuers known did not sign the certificate
	AlgorithmRefused Reason = "algorithm"          // signed with an algorithm that is not allowed
	NotAuthority     Reason = "not-authority"      // the issuer may not issue: basicConstraints, keyCertSign, pathLen
	UnknownExtension Reason = "critical-extension" // an extension that binds and is not understood
	OutsideValidity  Reason = "validity"           // an authority's certificate is not valid at that time
	Exhausted        Reason = "exhausted"          // the search was not allowed to go on
)

// rank is how far a search came before it stopped for this reason.
func (r Reason) rank() int {
	return slices.Index([]Reason{NoIssuer, BadSignature, AlgorithmRefused, NotAuthority, UnknownExtension, OutsideValidity, Exhausted}, r)
}

// PathError is returned when no path to an anchor stands up to the checks.
type PathError struct {
	Reason Reason
	At     *Certificate // the certificate at which the search stopped
}

func (e *PathError) Error() string {
	return fmt.Sprintf("certpath: no path from %q: %s", NameString(e.At.RawSubject), e.Reason)
}

// Pool holds trust anchors and the certificates between them and users. Fill it first, then use it
// from any number of goroutines.
type Pool struct {
	anchors  map[string][]*Certificate
	between  map[string][]*Certificate
	keys     map[string]string // NameKey by DER of the subjects in the pool, the names asked for most
	verified pairs
}

// AddAnchor makes c a trust anchor: a path may end there.
func (p *Pool) AddAnchor(c *Certificate) { p.anchors = p.add(p.anchors, c) }

// AddIntermediate makes c a candidate for the middle of a path.
func (p *Pool) AddIntermediate(c *Certificate) { p.between = p.add(p.between, c) }

func (p *Pool) add(m map[string][]*Certificate, c *Certificate) map[string][]*Certificate {
	if m == nil {
		m = make(map[string][]*Certificate)
	}
	if p.keys == nil {
		p.keys = make(map[string]string)
	}
	key := NameKey(c.RawSubject)
	p.keys[string(c.RawSubject)] = key
	for _, have := range m[key] {
		if have.Equal(c) {
			return m
		}
	}
	m[key] = append(m[key], c)
	return m
}

// NameKey is NameKey, without work for the names of the pool.
func (p *Pool) NameKey(name []byte) string {
	if key, ok := p.keys[string(name)]; ok {
		return key
	}
	return NameKey(name)
}

// Named returns the certificates of the pool, anchors first, whose subject is that DER Name.
func (p *Pool) Named(name []byte) []*Certificate {
	key := p.NameKey(name)
	return slices.Concat(p.anchors[key], p.between[key])
}

// Anchors returns the trust anchors, in no order.
func (p *Pool) Anchors() []*Certificate {
	var all []*Certificate
	for _, list := range p.anchors {
		all = append(all, list...)
	}
	return all
}

// Intermediates returns the other certificates of the pool, in no order.
func (p *Pool) Intermediates() []*Certificate {
	var all []*Certificate
	for _, list := range p.between {
		all = append(all, list...)
	}
	return all
}

// IsAnchor reports whether c is a trust anchor of the pool, byte for byte.
func (p *Pool) IsAnchor(c *Certificate) bool {
	key, known := p.keys[string(c.RawSubject)]
	return known && slices.ContainsFunc(p.anchors[key], c.Equal)
}

// Options of Build.
type Options struct {
	At       time.Time      // when every certificate above the first must be valid
	Extra    []*Certificate // hints that came with a message
	Allowed  func(algorithm.Signature, *algorithm.Key) bool
	MaxDepth int // certificates in a path, default 6
	// Spend is asked before the signature of a certificate is checked, which what is known already
	// does not need; false ends the search with Exhausted. A message may bring many certificates of
	// one name. Without Spend there are 24 checks.
	Spend func(*Certificate) bool
}

// maxChecks bounds the signatures checked for one path where the caller does not.
const maxChecks = 24

// Build returns a path that starts with leaf and ends with an anchor of the pool, in which every
// certificate is signed by the next one, every issuer is an authority (basicConstraints with cA,
// keyCertSign, pathLen: RFC 5280, section 6.1.4) valid at o.At, and no certificate has a restriction
// that is not understood. The validity of leaf itself, its key usage and revocation are the caller's to judge.
// The path of a leaf that is an anchor is that one certificate.
//
// Error: *PathError.
func (p *Pool) Build(leaf *Certificate, o Options) ([]*Certificate, error) {
	if o.MaxDepth == 0 {
		o.MaxDepth = 6
	}
	if o.Spend == nil {
		left := maxChecks
		o.Spend = func(*Certificate) bool {
			left--
			return left >= 0
		}
	}
	s := search{pool: p, o: o, err: &PathError{NoIssuer, leaf}}
	if len(leaf.Restrictions) > 0 {
		s.err.Reason = UnknownExtension
		return nil, s.err
	}
	if p.IsAnchor(leaf) {
		return []*Certificate{leaf}, nil
	}
	if path := s.from([]*Certificate{leaf}); path != nil {
		return path, nil
	}
	return nil, s.err
}

type search struct {
	pool *Pool
	o    Options
	err  *PathError
}

func (s *search) fail(r Reason, at *Certificate) {
	if r.rank() > s.err.Reason.rank() {
		s.err = &PathError{r, at}
	}
}

func (s *search) from(path []*Certificate) []*Certificate {
	if len(path) == s.o.MaxDepth || s.err.Reason == Exhausted {
		return nil
	}
	c := path[len(path)-1]
	issuer := s.pool.NameKey(c.RawIssuer)
	for _, a := range s.pool.anchors[issuer] {
		if s.issued(path, a, true) {
			return append(path, a)
		}
	}
	for _, i := range s.pool.between[issuer] {
		if s.issued(path, i, true) {
			if full := s.from(append(path, i)); full != nil {
				return full
			}
		}
	}
	for _, i := range s.o.Extra {
		if SameName(i.RawSubject, c.RawIssuer) && s.issued(path, i, false) {
			if full := s.from(append(path, i)); full != nil {
				return full
			}
		}
	}
	return nil
}

// issued reports whether issuer may stand above path. Cheap conditions come last, so that the
// reason reported is about the certificate that really signed.
func (s *search) issued(path []*Certificate, issuer *Certificate, pooled bool) bool {
	c := path[len(path)-1]
	if s.err.Reason == Exhausted || slices.ContainsFunc(path, issuer.Equal) {
		return false
	}
	if len(c.AuthorityKeyID) > 0 && len(issuer.SubjectKeyID) > 0 && !bytes.Equal(c.AuthorityKeyID, issuer.SubjectKeyID) {
		return false
	}
	if sig, err := algorithm.FindSignature(c.Algorithm.Algorithm); err != nil || issuer.Key == nil ||
		s.o.Allowed != nil && !s.o.Allowed(sig, issuer.Key) {
		s.fail(AlgorithmRefused, c)
		return false
	}
	switch signed, ok := s.signed(c, issuer, pooled); {
	case !ok:
		s.fail(Exhausted, c)
		return false
	case !signed:
		s.fail(BadSignature, c)
		return false
	}
	if !issuer.IsCA || !issuer.HasKeyUsage || issuer.KeyUsage&KeyCertSign == 0 ||
		issuer.PathLen >= 0 && authorities(path) > issuer.PathLen {
		s.fail(NotAuthority, issuer)
		return false
	}
	if len(issuer.Restrictions) > 0 {
		s.fail(UnknownExtension, issuer)
		return false
	}
	if !issuer.ValidAt(s.o.At) {
		s.fail(OutsideValidity, issuer)
		return false
	}
	return true
}

// authorities counts the certificates that pathLen limits: those between the issuer and the end
// that are not self-issued (RFC 5280, section 4.2.1.9).
func authorities(path []*Certificate) int {
	n := 0
	for _, c := range path[1:] {
		if !c.SelfIssued() {
			n++
		}
	}
	return n
}

// signed reports whether issuer signed c. ok is false when the caller allows no more checks. What an
// issuer of the pool was once found to have signed is known from then on.
func (s *search) signed(c, issuer *Certificate, pooled bool) (signed, ok bool) {
	var key pair
	if pooled {
		key = pair{c.SHA256(), issuer.SHA256()}
		if s.pool.verified.has(key) {
			return true, true
		}
	}
	if !s.o.Spend(c) {
		return false, false
	}
	if c.CheckSignature(issuer.Key, pooled) != nil {
		return false, true
	}
	if pooled {
		s.pool.verified.add(key)
	}
	return true, true
}

// pair are the fingerprints of a certificate and of the issuer in the pool that signed it.
type pair [2][sha256.Size]byte

// pairsSize is how many pairs one generation of pairs holds; with both they take a megabyte.
const pairsSize = 4096

// pairs remembers signatures of the pool's authorities, so that the path of somebody who signs again
// costs no signature check. Only an authority can add to it. When a generation is full the one before
// goes: what is used stays.
type pairs struct {
	mu       sync.Mutex
	now, old map[pair]bool
}

func (p *pairs) has(k pair) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now[k] {
		return true
	}
	if p.old[k] {
		p.put(k)
		return true
	}
	return false
}

func (p *pairs) add(k pair) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.put(k)
}

func (p *pairs) put(k pair) {
	if len(p.now) >= pairsSize || p.now == nil {
		p.now, p.old = make(map[pair]bool), p.now
	}
	p.now[k] = true
}

// Forget drops what the pool remembers of the signature of c, so that it is checked anew.
func (p *Pool) Forget(c *Certificate) {
	p.verified.mu.Lock()
	defer p.verified.mu.Unlock()
	sum := c.SHA256()
	for _, generation := range []map[pair]bool{p.verified.now, p.verified.old} {
		maps.DeleteFunc(generation, func(k pair, _ bool) bool { return k[0] == sum })
	}
}
