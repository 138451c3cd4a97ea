package account

import (
	"log/slog"
	"time"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// EventType names what happened to an account.
type EventType string

const (
	EventNewDevice       EventType = "account.new-device"       // signed in from a browser not seen before
	EventPasswordChanged EventType = "account.password-changed" // By "password" with the old one, "eds" by reset
	EventAudit           EventType = "account.audit"            // an administrator did Act, for Reason
	EventContactCode     EventType = "contact.code"             // a code on its way to To
	EventContactVerified EventType = "contact.verified"         // To takes the notices from now on
	EventLeft            EventType = "account.left"             // refused the agreement; To is the address it had
	EventContactReplaced EventType = "contact.replaced"         // To took them until now
	EventInvited         EventType = "account.invited"          // an administrator prepared it; To may be the holder's
	EventWelcome         EventType = "account.welcome"          // the first address of a channel, To, was verified; ID is the Channel
	EventMobileCode      EventType = "mobile.code"              // a code on its way to the number To
	EventMobileVerified  EventType = "mobile.verified"          // the number To takes text messages from now on
	EventMobileReplaced  EventType = "mobile.replaced"          // the number To took them until now, another does
	EventMobileRemoved   EventType = "mobile.removed"           // the number To took them until now, none does

	EventRepresentativeInvited   EventType = "representative.invited"   // told to the Representative
	EventRepresentativeConsented EventType = "representative.consented" // told to the holder, as are the next two
	EventRepresentativeDeclined  EventType = "representative.declined"
	EventRepresentativeWithdrawn EventType = "representative.withdrawn"
	EventRepresentativeEnded     EventType = "representative.ended" // the holder's doing: told to the Representative at To
)

// Event tells the holder of something in the life of the account: written to the outbox in the
// transaction of what happened, read from the stream. It names nobody: addresses are read when a
// notice is made. Fields are added, never re-meant.
type Event struct {
	V         int       `dynamodbav:"v"`
	Type      EventType `dynamodbav:"type"`
	ID        string    `dynamodbav:"event"` // tells events of one type and account apart
	AccountID string    `dynamodbav:"account"`
	At        string    `dynamodbav:"at"`               // RFC 3339, UTC
	By        string    `dynamodbav:"by,omitempty"`     // "eds" or "password": how it was done
	Act       string    `dynamodbav:"act,omitempty"`    // audit.Act, of EventAudit
	Reason    string    `dynamodbav:"reason,omitempty"` // of EventAudit, in the administrator's words
	To        string    `dynamodbav:"to,omitempty"`     // address of the notice where it is not the account's own; a number in events of mobiles
	Code      string    `dynamodbav:"code,omitempty"`   // six digits, worthless after CodeLife

	Representative string      `dynamodbav:"representative,omitempty"` // id, where one is concerned
	Lang           locale.Lang `dynamodbav:"lang,omitempty"`           // of To, where it is not the holder's
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
