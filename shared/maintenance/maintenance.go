// Package maintenance holds the rules of announced stops (agreement, section 7): how long ahead a
// window must be published, when it needs a second administrator, whom it stops at an instant, and
// what people must be told when.
//
// Read Plan and Stops first. A window goes from proposed to published to cancelled or over; it is
// never deleted. The package does no I/O and asks no clock.
package maintenance

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Lead is how long before its start a window must be published. Section 7 says "in advance"; the
// hours are the office's own promise.
const Lead = 24 * time.Hour

// MaxText is the most characters a text may have in one language.
const MaxText = 1000

var (
	// ErrNotFound: there is no window of that id.
	ErrNotFound = errors.New("maintenance: no such window")
	// ErrVersion: the window was changed since it was read, or the id belongs to another window.
	ErrVersion = errors.New("maintenance: version conflict")
	// ErrOver: the window is over or cancelled, so nothing about it can change.
	ErrOver = errors.New("maintenance: window is over")
	// ErrSecond: who proposed a window can't be its second administrator.
	ErrSecond = errors.New("maintenance: approval needs another administrator")
)

// Digest is the SHA-256 in hex of everything that p plans, which an administrator's signature names.
func (p Plan) Digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d %t %q", p.From.UnixMilli(), p.To.UnixMilli(), p.Emergency, p.Affects)
	for _, lang := range locale.Langs {
		fmt.Fprintf(h, " %q", p.Texts[lang])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Plan is what an administrator writes.
type Plan struct {
	From, To  time.Time // the window is [From, To), UTC
	Affects   []string  // names of the functions whose writes stop; empty means all that may stop
	Texts     map[locale.Lang]string
	Emergency bool // less than Lead ahead, or longer than announced: counts as outage, excuses nothing
}

// State of a window.
type State string

const (
	Proposed  State = "proposed" // waits for a second administrator; users don't see it
	Published State = "published"
	Cancelled State = "cancelled"
)

// Window is a stop of the service.
type Window struct {
	ID      string // UUID
	Version int    // grows with each act
	Plan
	State       State
	Author      audit.Actor // who wrote the plan
	Approver    audit.Actor // the second administrator, or zero
	PublishedAt time.Time   // zero until published
	WarnedAt    time.Time   // since when users have been told of a stop at least this long
	ChangedAt   time.Time   // of the last act
	CancelledAt time.Time   // zero unless cancelled
	Told        []Kind      // reminders given
}

// check lists what is wrong with the plan's form at the instant at. stoppable are the names of
// the functions that a window may stop.
func (p Plan) check(stoppable []string, at time.Time) (l defect.List) {
	if p.From.IsZero() {
		l.Add("/from", "required", "agreement 7")
	}
	if !p.To.After(p.From) || !p.To.After(at) {
		l.Add("/to", "window-order", "agreement 7")
	}
	seen := map[string]bool{}
	for i, name := range p.Affects {
		pointer := fmt.Sprintf("/affects/%d", i)
		if !slices.Contains(stoppable, name) {
			l.Add(pointer, "unknown-value", "")
		} else if seen[name] {
			l.Add(pointer, "duplicate", "")
		}
		seen[name] = true
	}
	for _, lang := range locale.Langs {
		pointer := "/texts/" + string(lang)
		if text := p.Texts[lang]; strings.TrimSpace(text) == "" {
			l.Add(pointer, "required", "agreement 7")
		} else if utf8.RuneCountInString(text) > MaxText {
			l.Add(pointer, "too-long", "")
		}
	}
	return l
}

// late reports whether a warning given at the instant at would come too late for the plan.
func (p Plan) late(at time.Time) bool { return !p.Emergency && p.From.Before(at.Add(Lead)) }

// Propose makes a window of a plan: published at once, unless it needs a second administrator beside
// the windows there are.
//
// Errors: defect.List.
func Propose(id string, p Plan, author audit.Actor, stoppable []string, windows []Window, at time.Time) (Window, error) {
	l := p.check(stoppable, at)
	if len(l) == 0 && p.late(at) {
		l.Add("/from", "lead-time", "agreement 7")
	}
	if err := l.Err(); err != nil {
		return Window{}, err
	}
	w := Window{ID: id, Version: 1, Plan: p, State: Proposed, Author: author, ChangedAt: at}
	if !p.NeedsSecond(without(windows, id)) {
		w.publish(at)
	}
	return w, nil
}

func (w *Window) publish(at time.Time) { w.State, w.PublishedAt, w.WarnedAt = Published, at, at }

// Approve publishes a proposed window. Lead counts from here.
//
// Errors: ErrOver unless it is proposed, ErrSecond for its author, defect.List when it is too late.
func (w Window) Approve(by audit.Actor, at time.Time) (Window, error) {
	if w.State != Proposed || !at.Before(w.To) {
		return Window{}, ErrOver
	}
	if !by.Other(w.Author) {
		return Window{}, ErrSecond
	}
	if w.late(at) {
		var l defect.List
		l.Add("/from", "lead-time", "agreement 7")
		return Window{}, l
	}
	w.publish(at)
	w.Version, w.Approver, w.ChangedAt = w.Version+1, by, at
	return w, nil
}

// Change gives the window another plan. A proposal may change freely and waits for approval
// anew. What users were told may shrink at any time: start later, end earlier, stop less, be put
// in other words. It may grow only like a new window: Lead ahead, or as an emergency; where that
// would need a second administrator, another window is to be published. A window under way keeps
// its start. An emergency stays one.
//
// Errors: ErrOver, defect.List.
func (w Window) Change(p Plan, by audit.Actor, stoppable []string, windows []Window, at time.Time) (Window, error) {
	if w.State == Cancelled || !at.Before(w.To) {
		return Window{}, ErrOver
	}
	if w.State == Proposed {
		next, err := Propose(w.ID, p, by, stoppable, windows, at)
		next.Version = w.Version + 1
		return next, err
	}
	l := p.check(stoppable, at)
	grows := p.From.Before(w.From) || p.To.After(w.To) || !within(p.Affects, w.Affects)
	switch {
	case len(l) > 0:
	case w.Emergency && !p.Emergency:
		l.Add("/emergency", "not-allowed", "agreement 7")
	case !at.Before(w.From) && !p.From.Equal(w.From):
		l.Add("/from", "window-started", "agreement 7")
	case grows && p.late(at):
		l.Add("/from", "lead-time", "agreement 7")
	case grows && p.NeedsSecond(without(windows, w.ID)):
		l.Add("/to", "second-administrator", "agreement 7")
	}
	if err := l.Err(); err != nil {
		return Window{}, err
	}
	if grows {
		w.WarnedAt = at
	}
	if !p.From.Equal(w.From) {
		w.Told = nil
	}
	w.Plan, w.Version, w.ChangedAt = p, w.Version+1, at
	return w, nil
}

// within reports whether stopping a stops nothing that b does not stop.
func within(a, b []string) bool {
	if len(b) == 0 {
		return true
	}
	return len(a) > 0 && !slices.ContainsFunc(a, func(name string) bool { return !slices.Contains(b, name) })
}

// Cancel ends the window, or keeps it from beginning.
//
// Errors: ErrOver.
func (w Window) Cancel(at time.Time) (Window, error) {
	if w.State == Cancelled || !at.Before(w.To) {
		return Window{}, ErrOver
	}
	w.State, w.CancelledAt, w.ChangedAt, w.Version = Cancelled, at, at, w.Version+1
	return w, nil
}

// Same reports whether two plans say the same.
func (p Plan) Same(q Plan) bool {
	return p.From.Equal(q.From) && p.To.Equal(q.To) && p.Emergency == q.Emergency &&
		slices.Equal(p.Affects, q.Affects) && maps.Equal(p.Texts, q.Texts)
}

// Start is when the window begins to bind: never before it was published.
func (w Window) Start() time.Time {
	if w.PublishedAt.After(w.From) {
		return w.PublishedAt
	}
	return w.From
}

// End is when the window ends or ended.
func (w Window) End() time.Time {
	if w.State == Cancelled && w.CancelledAt.Before(w.To) {
		return w.CancelledAt
	}
	return w.To
}

// Phase is what a window is at an instant.
type Phase string

const (
	Hidden  Phase = "proposed" // users never learnt of it
	Coming  Phase = "coming"
	InForce Phase = "in-force"
	Over    Phase = "over"
	Off     Phase = "cancelled" // before it began
)

// Phase returns what w is at the instant at.
func (w Window) Phase(at time.Time) Phase {
	switch {
	case w.PublishedAt.IsZero() || at.Before(w.PublishedAt):
		return Hidden
	case w.State == Cancelled && !w.CancelledAt.After(w.Start()):
		return Off
	case at.Before(w.Start()):
		return Coming
	case at.Before(w.End()):
		return InForce
	}
	return Over
}

// Stops returns the window in force at the instant at that stops function fn, and until when: the
// end of windows that follow or overlap without a gap. ok is false when nothing stops fn.
func Stops(schedule []Window, fn string, at time.Time) (w Window, until time.Time, ok bool) {
	for until = at; ; {
		grown := false
		for _, c := range schedule {
			if c.Phase(until) == InForce && (len(c.Affects) == 0 || slices.Contains(c.Affects, fn)) && c.End().After(until) {
				if !ok {
					w, ok = c, true
				}
				until, grown = c.End(), true
			}
		}
		if !grown {
			return w, until, ok
		}
	}
}

// ClosedError says that a window stops what was asked for.
type ClosedError struct {
	Window Window
	Until  time.Time     // when to try again
	Wait   time.Duration // from the request to Until
}

func (e *ClosedError) Error() string { return "maintenance: closed by window " + e.Window.ID }

// At returns what people must see at the instant at: the window in force that ends last, or else
// the coming one that begins first.
func At(schedule []Window, at time.Time) (w Window, ok bool) {
	for _, c := range schedule {
		switch phase := c.Phase(at); {
		case phase != InForce && phase != Coming:
		case !ok, phase == InForce && (w.Phase(at) != InForce || c.End().After(w.End())),
			phase == Coming && w.Phase(at) == Coming && c.From.Before(w.From):
			w, ok = c, true
		}
	}
	return w, ok
}
