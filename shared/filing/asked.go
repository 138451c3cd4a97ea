package filing

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Types of AskedEvent.
const (
	EventAwaits  = "filing.awaits"  // a manifest was put out that others than the filing's account have to sign too
	EventUnasked = "filing.unasked" // it was taken back: an edit, another manifest, or the draft was deleted
)

// NoticeAllSigned names the notice that a manifest was signed by everybody. It is no event of its own:
// EventSent tells of it.
const NoticeAllSigned = "filing.all-signed"

// AskedEvent tells that a manifest waits for the signatures of others, or no longer does. Whom it asks is
// kept with the filing; whether they have an account is known to the office alone.
type AskedEvent struct {
	V        int    `json:"-"`
	Type     string `json:"-"`
	FilingID string `json:"-"`
	At       string `json:"-"`                // RFC 3339, UTC
	Manifest string `json:"manifest"`         // hex SHA-256
	SealBy   string `json:"sealBy,omitempty"` // RFC 3339, UTC: until when it may be signed; of EventAwaits
}

// Outbox is e in its envelope.
func (e AskedEvent) Outbox() outbox.Event { return outbox.New(e.V, e.Type, e.FilingID, e.At, e) }

// AskedEventOf reads e out of its envelope.
func AskedEventOf(e outbox.Event) (AskedEvent, error) {
	out := AskedEvent{V: e.V, Type: e.Type, FilingID: e.Of, At: e.At}
	return out, e.Decode(&out)
}

// Awaits is the event that f was put out at the instant at.
func (f Frozen) Awaits(at time.Time) AskedEvent {
	return AskedEvent{
		V: 1, Type: EventAwaits, FilingID: f.Filing.ID, At: at.UTC().Format(time.RFC3339Nano), Manifest: f.SHA256(), SealBy: f.SealBy.UTC().Format(time.RFC3339Nano),
	}
}

// Unasked is the event that the manifest that is out was taken back at the instant at.
func (e Envelope) Unasked(at time.Time) AskedEvent {
	return AskedEvent{V: 1, Type: EventUnasked, FilingID: e.ID, At: at.UTC().Format(time.RFC3339Nano), Manifest: e.Manifest}
}

// AllSigned is the notice of e to those whom its manifest asked. ok is false where it asked nobody else.
func (e SentEvent) AllSigned() (a AskedEvent, ok bool) {
	return AskedEvent{V: e.V, Type: NoticeAllSigned, FilingID: e.FilingID, At: e.SentAt, Manifest: e.Manifest}, e.Manifest != ""
}
