package filing

import "time"

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
	Kind      string `dynamodbav:"kind,omitempty"` // filing.Kind.Code; "" in old events means KindClaim
}

// Event returns the event of s.
func (s Seal) Event() SentEvent {
	return SentEvent{
		V: 1, Type: EventSent, FilingID: s.FilingID, AccountID: s.Account, TicketNo: s.TicketNo,
		CourtCode: s.CourtCode, SentAt: s.SentAt.UTC().Format(time.RFC3339Nano), Kind: s.Kind,
	}
}
