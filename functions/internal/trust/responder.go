package trust

import (
	"context"
	"crypto/sha256"
	"net/url"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/online"
)

// What asking may cost a process.
const (
	askPatience = 2 * time.Second  // for one answer
	askFailures = 3                // in a row, and nobody is asked for
	askRest     = 30 * time.Second // so long
	askKept     = 256              // answers
)

// Bounds are what else asking may cost.
type Bounds struct {
	Memory time.Duration // an answer serves the same certificate so long
	Budget int           // questions a minute
}

// Bounds of those who ask.
var (
	SigningIn = Bounds{Memory: 5 * time.Minute, Budget: 60}
	// Verifying needs an answer from since the filing was sent.
	Verifying = Bounds{Budget: 1200}
)

// Responder asks an OCSP responder, within bounds of time and number, and remembers what it answered. It
// may be used by any number of goroutines.
type Responder struct {
	address string
	client  online.Client
	bounds  Bounds
	now     func() time.Time

	mu      sync.Mutex
	answers map[[32]byte]answer
	minute  time.Time // when the count below began
	asked   int
	rest    rest
}

// rest leaves a service alone that does not answer.
type rest struct {
	failures int // in a row
	till     time.Time
}

func (r *rest) over(now time.Time) bool { return !now.Before(r.till) }

func (r *rest) answered(now time.Time, err error) {
	if err == nil {
		r.failures = 0
		return
	}
	if r.failures++; r.failures >= askFailures {
		r.failures, r.till = 0, now.Add(askRest)
	}
}

type answer struct {
	der []byte
	at  time.Time
}

// NewResponder asks at address, an http or https URL. now is a clock such as time.Now.
func NewResponder(address string, bounds Bounds, now func() time.Time) *Responder {
	return &Responder{address: address, client: asking(address), bounds: bounds, now: now, answers: map[[32]byte]answer{}}
}

// asking is a client for that address and no other.
func asking(address string) online.Client {
	u, err := url.Parse(address)
	if err != nil {
		return online.Client{}
	}
	return online.Client{Hosts: []string{u.Host}, Timeout: askPatience}
}

// Ask returns a DER OCSP response about cert, or nil when none can be had within the bounds. It fits
// eds.Verifier.Ask, which decides what the response proves.
func (r *Responder) Ask(cert, issuer *certpath.Certificate) []byte {
	key := sha256.Sum256(cert.Raw)
	der, may := r.begin(key)
	if der != nil || !may {
		return der
	}
	ctx, cancel := context.WithTimeout(context.Background(), askPatience)
	defer cancel()
	der, err := r.client.OCSPAt(ctx, r.address, cert, issuer)
	r.end(key, der, err)
	return der
}

// begin returns an answer that is remembered, or whether one may be asked for.
func (r *Responder) begin(key [32]byte) (der []byte, may bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if a, ok := r.answers[key]; ok && now.Sub(a.at) < r.bounds.Memory {
		return a.der, false
	}
	if now.Sub(r.minute) >= time.Minute {
		r.minute, r.asked = now, 0
	}
	if !r.rest.over(now) || r.asked >= r.bounds.Budget {
		return nil, false
	}
	r.asked++
	return nil, true
}

func (r *Responder) end(key [32]byte, der []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rest.answered(r.now(), err)
	if err != nil || r.bounds.Memory == 0 {
		return
	}
	if len(r.answers) >= askKept { // a rare case: begin anew rather than keep an order
		clear(r.answers)
	}
	r.answers[key] = answer{der, r.now()}
}
