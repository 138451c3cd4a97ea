package filing

import "time"

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

// SentEvent tells that a filing was sent: written to the outbox in the transaction of the seal,
// read from the stream. It carries opaque ids only; names and addresses are read when a notice
// is made. Fields are added, never re-meant.
type SentEvent struct {
	V         int    `dynamodbav:"v"`
	Type      string `dynamodbav:"type"` // EventSent
	FilingID  string `dynamodbav:"filing"`
	AccountID string `dynamodbav:"account"`
	TicketNo  string `dynamodbav:"ticket"`
	CourtCode string `dynamodbav:"court"`
	SentAt    string `dynamodbav:"sent"`           // RFC 3339, UTC
	Kind      string `dynamodbav:"kind,omitempty"` // one of Kinds; "" in old events means KindClaim
}

// Event returns the event of s.
func (s Seal) Event() SentEvent {
	return SentEvent{
		V: 1, Type: EventSent, FilingID: s.Manifest.ID, AccountID: s.Manifest.Account, TicketNo: s.TicketNo,
		CourtCode: s.Manifest.CourtCode, SentAt: s.SentAt.UTC().Format(time.RFC3339Nano), Kind: s.Manifest.Kind,
	}
}
