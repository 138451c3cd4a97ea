package filing

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Warnings are how many days before a draft goes its holder is told so, the most first.
var Warnings = []int{14, 3}

const day = 24 * time.Hour

// FirstLook is when to look first whether the holder of a draft that goes at expires is to be told.
func FirstLook(expires time.Time) time.Time { return expires.Add(-time.Duration(Warnings[0]) * day) }

// WarningDue says what is due at the instant at for a draft that goes at expires if it stays untouched:
// within is the one of Warnings that its holder is to be told of, 0 if none is due yet; next is when to
// look again. A look that comes late tells the nearest warning alone.
func WarningDue(expires, at time.Time) (within int, next time.Time) {
	next = expires
	for i := len(Warnings) - 1; i >= 0; i-- {
		from := expires.Add(-time.Duration(Warnings[i]) * day)
		if !at.Before(from) {
			return Warnings[i], next
		}
		next = from
	}
	return 0, next
}

// EventExpiring is the type of ExpiringEvent.
const EventExpiring = "filing.expiring"

// ExpiringEvent tells that a draft goes soon unless something in it is changed.
type ExpiringEvent struct {
	V         int    `json:"-"`
	FilingID  string `json:"-"`
	At        string `json:"-"` // RFC 3339, UTC: when the office looked
	AccountID string `json:"account"`
	Kind      string `json:"kind"`
	Expires   string `json:"expires"` // RFC 3339, UTC
	Within    int    `json:"within"`  // one of Warnings
	Last      bool   `json:"last"`    // the draft goes by DraftMost: no change keeps it
}

// Expiring is the event that the draft goes at ExpiresAt, as was seen at the instant at.
func (e Envelope) Expiring(within int, at time.Time) ExpiringEvent {
	expires := ExpiresAt(e.CreatedAt, e.UpdatedAt)
	return ExpiringEvent{
		V: 1, FilingID: e.ID, At: at.UTC().Format(time.RFC3339Nano), AccountID: e.AccountID, Kind: e.Kind,
		Expires: expires.UTC().Format(time.RFC3339Nano), Within: within, Last: expires.Equal(e.CreatedAt.Add(DraftMost)),
	}
}

// Outbox is e in its envelope.
func (e ExpiringEvent) Outbox() outbox.Event {
	return outbox.New(e.V, EventExpiring, e.FilingID, e.At, e)
}

// ExpiringEventOf reads e, of type EventExpiring, out of its envelope.
func ExpiringEventOf(e outbox.Event) (ExpiringEvent, error) {
	out := ExpiringEvent{V: e.V, FilingID: e.Of, At: e.At}
	return out, e.Decode(&out)
}

// Outdates reports whether e is no news any more: the draft was changed since, sent, or is gone.
func (e Envelope) Outdates(x ExpiringEvent, at time.Time) bool {
	expires := ExpiresAt(e.CreatedAt, e.UpdatedAt)
	return !e.Status.May("expire") || !at.Before(expires) || expires.UTC().Format(time.RFC3339Nano) != x.Expires
}
