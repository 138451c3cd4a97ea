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
	askMemory   = 5 * time.Minute  // an answer serves the same certificate so long
	askBudget   = 60               // questions a minute
	askFailures = 3                // in a row, and nobody is asked for
	askRest     = 30 * time.Second // so long
	askKept     = 256              // answers
)

// Responder asks an OCSP responder, within bounds of time and number, and remembers what it answered. It
// may be used by any number of goroutines.
type Responder struct {
	address string
	client  online.Client
	now     func() time.Time

	mu       sync.Mutex
	answers  map[[32]byte]answer
	minute   time.Time // when the count below began
	asked    int
	failures int
	restTill time.Time
}

type answer struct {
	der []byte
	at  time.Time
}

// NewResponder asks at address, an http or https URL. now is a clock such as time.Now.
func NewResponder(address string, now func() time.Time) *Responder {
	r := &Responder{address: address, now: now, answers: map[[32]byte]answer{}}
	if u, err := url.Parse(address); err == nil {
		r.client = online.Client{Hosts: []string{u.Host}, Timeout: askPatience}
	}
	return r
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
	if a, ok := r.answers[key]; ok && now.Sub(a.at) < askMemory {
		return a.der, false
	}
	if now.Sub(r.minute) >= time.Minute {
		r.minute, r.asked = now, 0
	}
	if now.Before(r.restTill) || r.asked >= askBudget {
		return nil, false
	}
	r.asked++
	return nil, true
}

func (r *Responder) end(key [32]byte, der []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		if r.failures++; r.failures >= askFailures {
			r.failures, r.restTill = 0, r.now().Add(askRest)
		}
		return
	}
	r.failures = 0
	if len(r.answers) >= askKept { // a rare case: begin anew rather than keep an order
		clear(r.answers)
	}
	r.answers[key] = answer{der, r.now()}
}
