// Package deliverwebhooks is the function that posts events to the addresses of organisations.
//
// An event is tried until it is taken, again after a pause that grows, for about a day; then it is given up,
// which its organisation sees. An address that took nothing for webhook.Dead is paused, and its holder told.
package deliverwebhooks

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/webhook"
)

// Service posts events. The fields are set once, before use.
type Service struct {
	Hooks  *store.Webhooks
	Keys   Keys
	Poster Poster
	Now    func() time.Time
}

// Keys has the key for an instant (keyring.Ring).
type Keys interface {
	At(ctx context.Context, at time.Time) (receipt.Key, error)
}

// Poster posts a message (webhook.Poster).
type Poster interface {
	Post(ctx context.Context, address string, header http.Header, body []byte) (o webhook.Outcome, status int)
}

// ErrAgain: the receiver has not taken it. It is to be tried again; nothing is wrong with the office.
var ErrAgain = errors.New("deliverwebhooks: not taken yet")

// Deliver posts an event to its hook, unless that was done or the hook is none any more. last says that it will
// not come again: what fails now is given up.
//
// Errors: ErrAgain.
func (s *Service) Deliver(ctx context.Context, t webhook.Task, last bool) error {
	of := t.Event.Data
	hook, err := s.Hooks.Get(ctx, of.Account, of.Hook)
	if errors.Is(err, webhook.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	now := s.Now().UTC().Truncate(time.Millisecond)
	d, _, err := s.Hooks.Delivery(ctx, hook.ID, t.ID, now)
	if err != nil || d.State == webhook.Delivered || d.State == webhook.GivenUp {
		return err
	}
	d.ID, d.Type, d.At = t.ID, t.Event.Type, t.Event.At
	if !hook.InForce() {
		d.State, d.Last, d.Status, d.LastAt = webhook.GivenUp, webhook.Paused, 0, now
		return s.Hooks.Tried(ctx, hook, hook, d, false)
	}
	if hook.Wait(now) > 0 && !last && t.Event.Type != webhook.TypePing {
		return ErrAgain
	}
	key, err := s.Keys.At(ctx, now)
	if err != nil {
		return err
	}
	body := t.Body()
	d.Last, d.Status = s.Poster.Post(ctx, hook.Address, webhook.Sign(key, t.ID, body, now), body)
	if ctx.Err() != nil {
		return ctx.Err() // ours, not the receiver's
	}
	after, dead := hook.Tried(d.Last, now)
	d.Tries++
	d.LastAt, d.State = now, webhook.Trying
	switch {
	case d.Last == webhook.Taken:
		d.State = webhook.Delivered
	case last, dead, t.Event.Type == webhook.TypePing: // who pings looks at what comes of it
		d.State = webhook.GivenUp
	}
	if err := s.Hooks.Tried(ctx, hook, after, d, dead); err != nil {
		return err
	}
	if d.State == webhook.Trying {
		return ErrAgain
	}
	return nil
}
