package support

import "time"

// EventType names what happened to a ticket.
type EventType string

const (
	EventRequested EventType = "support.requested" // support is told, and the account's holder that it arrived
	EventAnswered  EventType = "support.answered"  // whoever asked is told the answer
)

// Event is written to the outbox in the transaction of what happened and read from the stream. It
// names nobody and says nothing: the ticket has both. Fields are added, never re-meant.
type Event struct {
	V      int       `dynamodbav:"v"`
	Type   EventType `dynamodbav:"type"`
	Ticket string    `dynamodbav:"ticket"`
	At     string    `dynamodbav:"at"` // RFC 3339, UTC
}

// NewEvent makes an event of the ticket of that number at the instant at.
func NewEvent(t EventType, ticket string, at time.Time) Event {
	return Event{V: 1, Type: t, Ticket: ticket, At: at.UTC().Format(time.RFC3339Nano)}
}
