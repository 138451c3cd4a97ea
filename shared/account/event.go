package account

import (
	"log/slog"
	"time"

	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/outbox"
)

// EventType names what happened to an account.
type EventType string

const (
	EventNewDevice       EventType = "account.new-device"       // signed in from a browser not seen before
	EventPasswordChanged EventType = "account.password-changed" // By "password" with the old one, "eds" by reset
	EventAudit           EventType = "account.audit"            // an administrator did Act, for Reason
	EventResetCode       EventType = "account.reset-code"       // a code on its way to To, the verified address, that confirms a reset
	EventContactCode     EventType = "contact.code"             // a code on its way to To
	EventContactVerified EventType = "contact.verified"         // To takes the notices from now on
	EventLeft            EventType = "account.left"             // refused the agreement; To is the address it had
	EventContactReplaced EventType = "contact.replaced"         // To took them from Since until now
	EventContactFailed   EventType = "contact.failed"           // the account's address of Channel takes nothing any more: told by the other
	EventContactObjected EventType = "contact.objected"         // the holder of an address before objects, which opened Case: told to support
	EventBreachOpened    EventType = "breach.opened"            // Case was opened on the account: its log lines are to be held, nobody is told
	EventInvited         EventType = "account.invited"          // an administrator prepared it; To may be the holder's
	EventWelcome         EventType = "account.welcome"          // the first address of a channel, To, was verified; ID is the Channel
	EventMobileCode      EventType = "mobile.code"              // a code on its way to the number To
	EventMobileVerified  EventType = "mobile.verified"          // the number To takes text messages from now on
	EventMobileReplaced  EventType = "mobile.replaced"          // the number To took them until now, another does
	EventMobileRemoved   EventType = "mobile.removed"           // the number To took them until now, none does

	EventWebhookAdded  EventType = "webhook.added"  // a head had events posted to the host Webhook from now on
	EventWebhookPaused EventType = "webhook.paused" // the office stopped posting to the host Webhook, which took nothing

	EventRepresentativeInvited   EventType = "representative.invited"   // told to the Representative
	EventRepresentativeConsented EventType = "representative.consented" // told to the holder, as are the next two
	EventRepresentativeDeclined  EventType = "representative.declined"
	EventRepresentativeWithdrawn EventType = "representative.withdrawn"
	EventRepresentativeEnded     EventType = "representative.ended" // the holder's doing: told to the Representative at To
)

// Event tells the holder of something in the life of the account: written to the outbox in the
// transaction of what happened. It names nobody: addresses are read when a
// notice is made. Fields are added, never re-meant.
type Event struct {
	V         int       `json:"-"`
	Type      EventType `json:"-"`
	AccountID string    `json:"-"`
	At        string    `json:"-"`                // RFC 3339, UTC
	ID        string    `json:"event"`            // tells events of one type and account apart
	By        string    `json:"by,omitempty"`     // "eds" or "password": how it was done
	Act       string    `json:"act,omitempty"`    // audit.Act, of EventAudit
	Reason    string    `json:"reason,omitempty"` // of EventAudit, in the administrator's words
	To        string    `json:"to,omitempty"`     // address of the notice where it is not the account's own; a number in events of mobiles
	Code      string    `json:"code,omitempty"`   // six digits, worthless after CodeLife
	Since     string    `json:"since,omitempty"`  // RFC 3339, milliseconds: from when an address before took notices, if it was verified
	Case      string    `json:"case,omitempty"`   // id of the breach case that an objection opened, or that was opened

	Channel        Channel     `json:"channel,omitempty"`        // of EventContactFailed
	Representative string      `json:"representative,omitempty"` // id, where one is concerned
	Webhook        string      `json:"webhook,omitempty"`        // host of an address, in events of webhooks
	Lang           locale.Lang `json:"lang,omitempty"`           // of To, where it is not the holder's
}

// Outbox is e in its envelope.
func (e Event) Outbox() outbox.Event { return outbox.New(e.V, string(e.Type), e.AccountID, e.At, e) }

// EventOf reads an event of an account out of its envelope.
func EventOf(e outbox.Event) (Event, error) {
	out := Event{V: e.V, Type: EventType(e.Type), AccountID: e.Of, At: e.At}
	return out, e.Decode(&out)
}

// LogValue implements slog.LogValuer: the type and the account only.
func (e Event) LogValue() slog.Value { return slog.StringValue(string(e.Type) + " " + e.AccountID) }

// String is what LogValue shows, so that %v keeps the code private.
func (e Event) String() string { return e.LogValue().String() }

// NewEvent makes an event of the account at the instant at. id must be its own: a session's, a
// challenge's.
func NewEvent(t EventType, accountID, id string, at time.Time) Event {
	return Event{V: 1, Type: t, ID: id, AccountID: accountID, At: at.UTC().Format(time.RFC3339Nano)}
}
