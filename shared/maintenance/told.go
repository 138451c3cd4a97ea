package maintenance

import (
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Kind is an occasion on which people are told of a window.
type Kind string

const (
	Announced    Kind = "announced"
	Changed      Kind = "changed"
	Withdrawn    Kind = "cancelled"
	ReminderDay  Kind = "reminder-day"  // 24 hours before the start
	ReminderHour Kind = "reminder-hour" // one hour before
	Ended        Kind = "ended"
)

// endedFor is how long after its end a window's end is still news.
const endedFor = 24 * time.Hour

// Due returns what people must be told of w by the clock at the instant at and were not yet. A
// reminder that would come with the warning itself, or after the start, or together with a later
// one, is left out. Publication, change and cancellation are told by whoever does them.
func (w Window) Due(at time.Time) (Kind, bool) {
	if w.State != Published {
		return "", false
	}
	pending := func(k Kind, moment time.Time) bool {
		return !at.Before(moment) && w.WarnedAt.Before(moment) && !slices.Contains(w.Told, k)
	}
	switch {
	case !at.Before(w.To):
		return Ended, at.Before(w.To.Add(endedFor)) && pending(Ended, w.To)
	case !at.Before(w.From):
		return "", false
	case !at.Before(w.From.Add(-time.Hour)):
		return ReminderHour, pending(ReminderHour, w.From.Add(-time.Hour))
	}
	return ReminderDay, pending(ReminderDay, w.From.Add(-24*time.Hour))
}

// Event is what the outbox carries to those who send notices (schema version 1). Instants are RFC
// 3339 in UTC.
type Event struct {
	V         int               `json:"-"`
	Type      string            `json:"-"` // EventType and Kind
	WindowID  string            `json:"-"`
	At        string            `json:"-"`
	Kind      Kind              `json:"kind"`
	Version   int               `json:"version"` // of the window
	From      string            `json:"from"`
	To        string            `json:"to"`
	Emergency bool              `json:"emergency"`
	Texts     map[string]string `json:"texts"` // by language
}

// Outbox is e in its envelope.
func (e Event) Outbox() outbox.Event { return outbox.New(e.V, e.Type, e.WindowID, e.At, e) }

// EventOf reads an event of a window out of its envelope.
func EventOf(e outbox.Event) (Event, error) {
	out := Event{V: e.V, Type: e.Type, WindowID: e.Of, At: e.At}
	return out, e.Decode(&out)
}

// EventType begins the type of every event of this package.
const EventType = "maintenance."

// Event makes the event of kind k at the instant at.
func (w Window) Event(k Kind, at time.Time) Event {
	e := Event{
		V: 1, Type: EventType + string(k), Kind: k, WindowID: w.ID, Version: w.Version, Emergency: w.Emergency,
		From: rfc3339(w.Start()), To: rfc3339(w.End()), At: rfc3339(at), Texts: map[string]string{},
	}
	for lang, text := range w.Texts {
		e.Texts[string(lang)] = text
	}
	return e
}

// Outdates reports whether nobody should be told of e any more at the instant at: events come in no
// order and may come late. What has changed or was cancelled since has an event of its own, and a
// reminder of what has begun reminds of nothing.
func (w Window) Outdates(e Event, at time.Time) bool {
	switch e.Kind {
	case Withdrawn, Ended:
		return false
	case ReminderDay, ReminderHour:
		if !at.Before(w.From) {
			return true
		}
	}
	return w.Version > e.Version && w.State != Proposed
}

func rfc3339(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
