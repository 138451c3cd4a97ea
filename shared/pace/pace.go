// Package pace keeps a service that takes so many messages a second from being asked for more.
package pace

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Pacer lets callers through evenly.
type Pacer struct {
	rate float64
	mu   sync.Mutex
	next time.Time
}

// New returns a pacer of rate callers a second, all callers of Wait together.
func New(rate float64) *Pacer { return &Pacer{rate: rate} }

// Wait returns when it is the caller's turn.
//
// Errors: ctx's, and one for a rate that is not above 0.
func (p *Pacer) Wait(ctx context.Context) error {
	if p.rate <= 0 {
		return errors.New("pace: no rate")
	}
	p.mu.Lock()
	now := time.Now()
	if p.next.Before(now) {
		p.next = now
	}
	wait := p.next.Sub(now)
	p.next = p.next.Add(time.Duration(float64(time.Second) / p.rate))
	p.mu.Unlock()
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
