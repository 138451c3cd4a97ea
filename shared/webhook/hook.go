package webhook

import (
	"errors"
	"net/url"
	"time"
)

// Bounds of what an organisation may have.
const (
	Most      = 3                   // addresses at a time
	AddedADay = 10                  // addresses an account may add in 24 hours
	PingsADay = 50                  // pings an account may ask for in 24 hours
	Shown     = 20                  // last deliveries that a hook shows
	Keep      = 30 * 24 * time.Hour // a delivery is kept after its event
)

// Dead is how long every delivery to a hook must have failed until the office pauses it.
const Dead = 24 * time.Hour

// Between two tries of one hook that fails lies at least a pause that doubles, whatever waits for it: a dead
// address takes no more of the office's time than that.
const (
	firstPause = 30 * time.Second
	lastPause  = time.Hour
)

// By is who paused a hook.
type By string

// Who pauses.
const (
	ByHolder By = "holder"
	ByOffice By = "office"
)

// Errors.
var (
	ErrNone    = errors.New("webhook: no such address")
	ErrTooMany = errors.New("webhook: the organisation has as many addresses as it may")
	ErrExists  = errors.New("webhook: the organisation has that address already")
)

// Hook is an address that an organisation's head registered.
type Hook struct {
	ID        string // UUID of the client's choice
	AccountID string
	Address   string // see ParseAddress
	AddedAt   time.Time
	AddedBy   string // the name of the head who signed for it

	PausedAt time.Time // zero while it is in force
	PausedBy By        // "" likewise
	Failures int       // in a row
	Since    time.Time // when the first of them was, or zero
	NextAt   time.Time // nothing is tried before it
}

// Host is the name in h's address.
func (h Hook) Host() string {
	u, err := url.Parse(h.Address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// InForce reports whether events are posted to h.
func (h Hook) InForce() bool { return h.PausedAt.IsZero() }

// Wait is how long nothing is to be posted to h after the instant at.
func (h Hook) Wait(at time.Time) time.Duration { return max(0, h.NextAt.Sub(at)) }

// Tried is h after a try at the instant at. dead is true when the office pauses it by that: the receiver said
// that nothing is to come any more, or has taken nothing for Dead.
func (h Hook) Tried(o Outcome, at time.Time) (after Hook, dead bool) {
	if o == Taken {
		h.Failures, h.Since, h.NextAt = 0, time.Time{}, time.Time{}
		return h, false
	}
	if h.Failures == 0 {
		h.Since = at
	}
	h.Failures++
	pause := lastPause
	if n := h.Failures - 1; n < 7 {
		pause = min(firstPause<<n, lastPause)
	}
	h.NextAt = at.Add(pause)
	if o == Gone || at.Sub(h.Since) >= Dead {
		h.PausedAt, h.PausedBy = at, ByOffice
		return h, true
	}
	return h, false
}

// Resumed is h in force again, as if nothing had failed.
func (h Hook) Resumed() Hook {
	h.PausedAt, h.PausedBy, h.Failures, h.Since, h.NextAt = time.Time{}, "", 0, time.Time{}, time.Time{}
	return h
}

// State is how far a delivery is.
type State string

// States.
const (
	Trying    State = "trying" // it is tried again
	Delivered State = "delivered"
	GivenUp   State = "given-up" // not again
)

// Delivery is what became of an event at a hook.
type Delivery struct {
	ID     string // of the event
	Type   string // of the event
	At     string // when the event was, RFC 3339
	State  State
	Tries  int
	LastAt time.Time // of the last try
	Last   Outcome
	Status int // HTTP, of the last try; 0 for no answer
}
