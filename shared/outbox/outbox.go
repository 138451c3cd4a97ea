// Package outbox is the envelope of everything that is told to anyone: what happened, to what, when.
//
// An event is written in the transaction of what it tells of. The function relay copies it from the
// table's stream to the queues that its row names (see Rows), and the functions behind the queues
// do what follows: send mail, lock documents. Delivery is at least once and in no order.
package outbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Event tells that something happened. Fields of Data are added, never re-meant; V says which
// version of them it has.
type Event struct {
	V    int             `json:"v"`
	Type string          `json:"type"` // one of Rows: "filing.sent"
	Of   string          `json:"of"`   // id of what it happened to: a filing's, an account's
	At   string          `json:"at"`   // RFC 3339, UTC
	Data json.RawMessage `json:"data"` // an object, by Type

	Trace string `json:"trace,omitempty"` // root of what it belongs to (package trace): the outbox sets it
}

// New makes an event of version v. It panics when data is not a struct that JSON can hold, which
// is a mistake of the program.
func New(v int, typ, of, at string, data any) Event {
	raw, err := json.Marshal(data)
	if err != nil {
		panic("outbox: " + typ + ": " + err.Error())
	}
	return Event{V: v, Type: typ, Of: of, At: at, Data: raw}
}

// Decode reads Data into what data points to. Members it does not know are left out: they are
// newer than the reader.
func (e Event) Decode(data any) error {
	if err := json.Unmarshal(e.Data, data); err != nil {
		return fmt.Errorf("data of event %s: %w", e.Type, err)
	}
	return nil
}

// Instant is At as a time.
func (e Event) Instant() (time.Time, error) { return time.Parse(time.RFC3339, e.At) }

// Entry is an event with its place in the outbox, which is how those who did what followed say so.
// As JSON it is the body of a message.
type Entry struct {
	Event
	PK     string   `json:"pk"`
	SK     string   `json:"sk"`
	Try    int      `json:"try,omitempty"` // how often a notice of it bounced and is sent again
	Awaits []string `json:"-"`             // queues whose readers have not said so
}

// Told reports whether nobody is to be told of e any more, though its verification may still wait for
// word about a certificate from since it signed, which comes hours later.
func (e Entry) Told() bool {
	return !slices.ContainsFunc(e.Awaits, func(queue string) bool { return queue != schema.Verifications.Name })
}

// Keep is how long it is tried to tell someone of an event. A notice that did not get through by
// then is recorded as failed.
const Keep = 14 * 24 * time.Hour

// Until is the instant at which an outbox may forget an event of the instant at: some days after
// it was given up, so that the sweeper finds it as long as someone could still be told.
func Until(at time.Time) time.Time { return at.Add(Keep + 3*24*time.Hour) }

// The sweeper sends an event again that is not told Patience after it happened, and every Again
// from then on.
const (
	Patience = time.Hour
	Again    = 24 * time.Hour
)
