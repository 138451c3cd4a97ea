package filing

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Seal is a signed manifest with the receipt to be issued for it: what makes a filing sent.
type Seal struct {
	Manifest       Manifest
	ManifestSHA256 string            // hex, of the bytes that were signed
	Subject        string            // look-up key of the signer (account.Subject.Key)
	CMS            []byte            // the signature as received, DER; it carries the manifest
	Stored         map[string]string // bucket version of each document by its SHA-256, hex
	SentAt         time.Time
	TicketNo       string
	Receipt        []byte
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
	Kind      string `json:"kind,omitempty"` // one of Kinds; "" in old events means KindClaim
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
	return SentEvent{
		V: 1, Type: EventSent, FilingID: s.Manifest.ID, AccountID: s.Manifest.Account, TicketNo: s.TicketNo,
		CourtCode: s.Manifest.CourtCode, SentAt: s.SentAt.UTC().Format(time.RFC3339Nano), Kind: s.Manifest.Kind,
	}
}
