package filing

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Seal is what makes a filing sent: the last signature that was missing, and the receipt for all.
type Seal struct {
	FilingID  string
	Account   string // id of the filing account
	CourtCode string
	Kind      string
	Manifest  string // hex SHA-256 of the document that was signed
	Signature Signature
	Seats     []int     // that it is for, where there are several
	SentAt    time.Time // Signature.JudgedAt: when the gateway received the last signature
	TicketNo  string
	Receipt   []byte
}

// EventSent is the type of SentEvent.
const EventSent = "filing.sent"

// SentEvent tells that a filing was sent: written to the outbox in the transaction of the seal. It
// carries opaque ids only; names and addresses are read when a notice is made. Fields are added,
// never re-meant.
type SentEvent struct {
	V         int    `json:"-"`
	Type      string `json:"-"` // EventSent
	FilingID  string `json:"-"`
	SentAt    string `json:"-"` // RFC 3339, UTC
	AccountID string `json:"account"`
	TicketNo  string `json:"ticket"`
	CourtCode string `json:"court"`
	Kind      string `json:"kind,omitempty"`     // filing.Kind.Code; "" in old events means KindClaim
	Manifest  string `json:"manifest,omitempty"` // hex, where it has several seats
	Act       string `json:"act,omitempty"`      // id of an act, where a filing may have several events of the type
}

// Name is what the event is called in its filing's outbox, and in the records of who was told.
func (e SentEvent) Name() string {
	if e.Act == "" {
		return e.Type
	}
	return e.Type + "#" + e.Act
}

// Outbox is e in its envelope.
func (e SentEvent) Outbox() outbox.Event { return outbox.New(e.V, e.Type, e.FilingID, e.SentAt, e) }

// SentEventOf reads e, of type EventSent, out of its envelope.
func SentEventOf(e outbox.Event) (SentEvent, error) {
	out := SentEvent{V: e.V, Type: e.Type, FilingID: e.Of, SentAt: e.At}
	return out, e.Decode(&out)
}

// Event returns the event of s.
func (s Seal) Event() SentEvent {
	e := SentEvent{
		V: 1, Type: EventSent, FilingID: s.FilingID, AccountID: s.Account, TicketNo: s.TicketNo,
		CourtCode: s.CourtCode, SentAt: s.SentAt.UTC().Format(time.RFC3339Nano), Kind: s.Kind,
	}
	if len(s.Signature.Seats) > 1 {
		e.Manifest = s.Manifest
	}
	return e
}
