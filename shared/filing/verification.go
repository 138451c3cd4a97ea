package filing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Verification is what was found out about a filing after it was sent, and about the rulings on it after they
// were signed: what neither could wait for.
// As JSON it is kept, and read for ever: members are added, never re-meant.
type Verification struct {
	V        int         `json:"v"`
	At       time.Time   `json:"at"`      // when, by the office's clock
	Step     string      `json:"step"`    // one of Steps that it led to: "receive", "reject", "doubt"; "settle" where the filing stays as it is
	Signers  []Verified  `json:"signers"` // who filed, in the order in which they signed; then the judges, one a ruling
	Rejected []Rejection `json:"rejected,omitempty"`
}

// Verified is what is known of one signature, as of the instant it was judged at.
type Verified struct {
	Signature  string    `json:"signature"`  // SHA-256 of the CMS, hex
	Revocation string    `json:"revocation"` // of the certificate: eds.RevocationStatus
	Source     string    `json:"source,omitempty"`
	Number     string    `json:"number,omitempty"` // of the list, Delta of the delta list used with it
	Delta      string    `json:"delta,omitempty"`
	ThisUpdate time.Time `json:"thisUpdate,omitzero"` // of the evidence
	RevokedAt  time.Time `json:"revokedAt,omitzero"`
	Reason     string    `json:"reason,omitempty"`
	OCSP       []byte    `json:"ocsp,omitempty"`  // DER of the response that was had, RFC 6960
	Stamp      []byte    `json:"stamp,omitempty"` // DER of a time-stamp token over the signature's value, RFC 3161
	StampedAt  time.Time `json:"stampedAt,omitzero"`

	Since bool `json:"since"` // the evidence was made since the signature: nothing can be learnt of later
}

// Rejection is one reason why a filing is rejected for technical reasons: its text is "defect." + Code.
type Rejection struct {
	Pointer string `json:"pointer"` // "/documents/<id>"
	Code    string `json:"code"`    // of package defect
	Found   string `json:"found,omitempty"`
	Words   string `json:"words,omitempty"` // of the clerk who found it
}

// Defect is what the reason says.
func (r Rejection) Defect() defect.Defect {
	d := defect.Defect{Pointer: r.Pointer, Code: r.Code}
	if r.Found != "" {
		d.Args = []any{"found", defect.Key("inspect.found." + r.Found)}
	}
	if r.Words != "" {
		d.Args = append(d.Args, "words", r.Words)
	}
	return d
}

// Revoked reports whether the certificate of a signer turned out to have been revoked or on hold when they
// signed. The seal did not know, so that is for people to judge.
func (v Verified) Revoked() bool {
	return slices.Contains([]string{"revoked", "suspended", "not-issued"}, v.Revocation)
}

// Settled reports whether nothing about the signatures is left to find out: of every certificate there is
// word from since it signed and, where stamps are made, every signature has its time stamp.
func (v Verification) Settled(stamps bool) bool {
	return !slices.ContainsFunc(v.Signers, func(s Verified) bool { return !s.Since && !s.Revoked() || stamps && s.Stamp == nil })
}

// Found is the latest that the verifications, oldest first, say of the signature with that SHA-256, hex.
func Found(list []Verification, signature string) (out Verified, ok bool) {
	for _, v := range list {
		for _, s := range v.Signers {
			if s.Signature == signature {
				out, ok = s, true
			}
		}
	}
	return out, ok
}

// Learned is equal, 64 letters, for two verifications that have of the same signatures the same time stamps and
// an answer or none.
func (v Verification) Learned() string {
	var b strings.Builder
	for _, s := range v.Signers {
		fmt.Fprintf(&b, "%s %t %t\n", s.Signature, s.Stamp != nil, s.Since || s.Revoked())
	}
	return Sum([]byte(b.String()))
}

// Next is the step of Steps that a verification leads a filing from Sent to. "" means that what is known
// does not suffice yet. A rejection comes before a doubt: it needs no clerk.
func (v Verification) Next() string {
	switch {
	case len(v.Rejected) > 0:
		return "reject"
	case slices.ContainsFunc(v.Signers, Verified.Revoked):
		return "doubt"
	case slices.ContainsFunc(v.Signers, func(s Verified) bool { return s.Revocation != "good" }):
		return ""
	}
	return "receive"
}

// Types of VerifiedEvent, by the step they tell of.
const (
	EventReceived = "filing.received"
	EventRejected = "filing.rejected"
	EventDoubted  = "filing.doubted" // told to nobody by mail: a clerk judges first
	EventSettled  = "filing.settled" // told to nobody: evidence that came later is kept
)

// verifications has the event and its type in the timeline of each step of a verification.
var verifications = map[string]struct{ outbox, timeline string }{
	"receive": {EventReceived, "received"}, "reject": {EventRejected, "rejected"}, "doubt": {EventDoubted, "doubted"}, "settle": {EventSettled, "settled"},
}

// Timeline is the type of the event by which the filer sees the verification.
func (v Verification) Timeline() string { return verifications[v.Step].timeline }

// VerifiedEvent tells what became of a filing that was sent. SentAt stays what it was.
type VerifiedEvent struct {
	SentEvent
	At       string      `json:"-"` // RFC 3339, UTC
	Sent     string      `json:"sent"`
	Rejected []Rejection `json:"rejected,omitempty"`
}

// Event is the event of a verification of that filing.
func (v Verification) Event(e Envelope) VerifiedEvent {
	sent := e.SentAt.UTC().Format(time.RFC3339Nano)
	return VerifiedEvent{
		SentEvent: SentEvent{V: 1, Type: verifications[v.Step].outbox, FilingID: e.ID, SentAt: sent, AccountID: e.AccountID, TicketNo: e.TicketNo, CourtCode: e.Court, Kind: e.Kind},
		At:        v.At.UTC().Format(time.RFC3339Nano), Sent: sent, Rejected: v.Rejected,
	}
}

// Outbox is e in its envelope.
func (e VerifiedEvent) Outbox() outbox.Event { return outbox.New(e.V, e.Type, e.FilingID, e.At, e) }

// VerifiedEventOf reads e, of a type of VerifiedEvent, out of its envelope.
func VerifiedEventOf(e outbox.Event) (VerifiedEvent, error) {
	out := VerifiedEvent{SentEvent: SentEvent{V: e.V, Type: e.Type, FilingID: e.Of}, At: e.At}
	err := e.Decode(&out)
	out.SentAt = out.Sent
	return out, err
}
