package filing

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/outbox"
)

// EventAccepted is the type of AcceptedEvent.
const EventAccepted = "filing.accepted"

// AcceptedEvent tells that a judge accepted a filing, which opens a case, or takes the filing into one.
// Fields are added, never re-meant.
type AcceptedEvent struct {
	V         int    `json:"-"`
	FilingID  string `json:"-"`
	At        string `json:"-"` // RFC 3339, UTC: of the ruling
	AccountID string `json:"account"`
	TicketNo  string `json:"ticket"`
	CourtCode string `json:"court"`
	Kind      string `json:"kind"`
	Number    string `json:"number"` // that the court gave it
	Judge     string `json:"judge"`  // account id
}

// Outbox is e in its envelope.
func (e AcceptedEvent) Outbox() outbox.Event {
	return outbox.New(1, EventAccepted, e.FilingID, e.At, e)
}

// AcceptedEventOf reads e, of type EventAccepted, out of its envelope.
func AcceptedEventOf(e outbox.Event) (AcceptedEvent, error) {
	out := AcceptedEvent{V: e.V, FilingID: e.Of, At: e.At}
	return out, e.Decode(&out)
}

// Accepted is the event of the judge's ruling on e at the instant at.
func (e Envelope) Accepted(number, judge string, at time.Time) AcceptedEvent {
	return AcceptedEvent{
		V: 1, FilingID: e.ID, At: at.UTC().Format(time.RFC3339Nano), AccountID: e.AccountID, TicketNo: e.TicketNo, CourtCode: e.Court, Kind: e.Kind,
		Number: number, Judge: judge,
	}
}
