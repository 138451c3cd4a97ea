package support

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/outbox"
)

// EventType names what happened to a ticket.
type EventType string

const (
	EventRequested EventType = "support.requested" // support is told, and the account's holder that it arrived
	EventAnswered  EventType = "support.answered"  // whoever asked is told the answer
)

// Event is written to the outbox in the transaction of what happened. It names nobody and says
// nothing: the ticket has both. Fields are added, never re-meant.
type Event struct {
	V      int       `json:"-"`
	Type   EventType `json:"-"`
	Ticket string    `json:"-"` // number
	At     string    `json:"-"` // RFC 3339, UTC
}

// Outbox is e in its envelope, which has all of it.
func (e Event) Outbox() outbox.Event { return outbox.New(e.V, string(e.Type), e.Ticket, e.At, e) }

// EventOf reads an event of a ticket out of its envelope.
func EventOf(e outbox.Event) Event {
	return Event{V: e.V, Type: EventType(e.Type), Ticket: e.Of, At: e.At}
}

// NewEvent makes an event of the ticket of that number at the instant at.
func NewEvent(t EventType, ticket string, at time.Time) Event {
	return Event{V: 1, Type: t, Ticket: ticket, At: at.UTC().Format(time.RFC3339Nano)}
}
