// Package webhook is how the office tells an organisation's own program of what it tells the organisation by
// mail: a small signed POST to an https address that the organisation's head registered.
//
// The message is that of the Standard Webhooks specification (standardwebhooks.com): the headers webhook-id,
// webhook-timestamp and webhook-signature with the asymmetric scheme "v1a". The key is one of a day and of its
// own purpose, and comes with the root's word for it (package receipt) in webhook-certificate, so a receiver
// needs no secret and nothing but the roots at /keys.json. RFC 9421 would cover the same bytes with more to
// parse and to get wrong, and there are fewer programs that read it.
//
// Whoever has an address registered is sent what verifies everywhere: a receiver must compare Data.Hook with
// the id of its own.
//
// Nothing here keeps anything; the addresses that may be reached are address.go's and post.go's to say.
package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/outbox"
)

// TypePing is the type of the event that a head has sent to try an address. All other types are those of the
// outbox.
const TypePing = "webhook.ping"

// Event is what is posted: what happened, when and to what, in ids alone. No name, no text and no number of
// anybody is in it; who may read more asks the API. Members are added, never re-meant.
type Event struct {
	Type string `json:"type"`      // of outbox.Rows: "filing.received"; or TypePing
	At   string `json:"timestamp"` // when it happened: RFC 3339, UTC
	Data Data   `json:"data"`
}

// Data is what an event happened to. Of the ids from Filing on those are there that its type has.
type Data struct {
	Hook    string `json:"hook"`    // id of the registered address that it is for: not yours, not for you
	Account string `json:"account"` // id of the organisation's account

	Filing string `json:"filing,omitempty"` // id: GET /api/filings/{id}
	Case   string `json:"case,omitempty"`   // id: GET /api/cases/{id}
	Act    string `json:"act,omitempty"`    // id, within the case, of the act that is told of
	What   string `json:"what,omitempty"`   // code of what was done: of a notice in a case "serve", of an answer to a filing its step
	Ticket string `json:"ticket,omitempty"` // number of a request to support
	Window string `json:"window,omitempty"` // id of a window of maintenance
}

// Members names the members of Data that events of a type have beside hook and account, by the first word of
// the type. Account events have none.
var Members = map[string][]string{
	"filing":      {"filing", "what"},
	"case":        {"case", "act", "what"},
	"support":     {"ticket"},
	"maintenance": {"window"},
}

// Of is the event that tells an account of an event of the outbox, without the hook it goes to.
func Of(e outbox.Event, accountID string) Event {
	out := Event{Type: e.Type, At: e.At, Data: Data{Account: accountID}}
	var data struct{ Notice, What, Step string }
	if e.Data != nil && e.Decode(&data) != nil {
		data.Notice, data.What, data.Step = "", "", "" // of another shape: it has no such member
	}
	word, _, _ := strings.Cut(e.Type, ".")
	switch word {
	case "filing":
		out.Data.Filing, out.Data.What = e.Of, data.Step
	case "case":
		out.Data.Case, out.Data.Act, out.Data.What = e.Of, data.Notice, data.What
	case "support":
		out.Data.Ticket = e.Of
	case "maintenance":
		out.Data.Window = e.Of
	}
	return out
}

// Ping is the event by which a head tries an address, at the instant at.
func Ping(accountID string, at time.Time) Event {
	return Event{Type: TypePing, At: at.UTC().Format(time.RFC3339Nano), Data: Data{Account: accountID}}
}

// ID names an event that an account is told of, the same however often and to however many addresses it is
// sent: 12 hex digits of the millisecond it happened, so that ids sort by it, and 20 of a hash of what of.
// place tells events of one type, instant and account apart.
func (e Event) ID(place string) (string, error) {
	at, err := time.Parse(time.RFC3339, e.At)
	if err != nil {
		return "", fmt.Errorf("event %s: %w", e.Type, err)
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{e.Type, e.At, e.Data.Account, place}, "\x00")))
	return fmt.Sprintf("%012x%s", at.UnixMilli(), hex.EncodeToString(sum[:10])), nil
}

// Task is one event to be posted to one address. As JSON it is the body of a message of the queue.
type Task struct {
	ID    string `json:"id"` // of the event, see Event.ID
	Event Event  `json:"event"`
}

// Tasks are those that tell an account of e at each of its hooks that are in force, by their ids.
func (e Event) Tasks(place string, hooks []string) ([]Task, error) {
	id, err := e.ID(place)
	if err != nil {
		return nil, err
	}
	var out []Task
	for _, hook := range hooks {
		one := e
		one.Data.Hook = hook
		out = append(out, Task{ID: id, Event: one})
	}
	return out, nil
}

// Encode is t as a message.
func (t Task) Encode() string {
	raw, err := json.Marshal(t)
	if err != nil {
		panic("webhook: " + err.Error()) // strings alone
	}
	return string(raw)
}

// ParseTask reads a message.
func ParseTask(body string) (Task, error) {
	var t Task
	err := json.Unmarshal([]byte(body), &t)
	if err == nil && (t.ID == "" || t.Event.Data.Hook == "" || t.Event.Data.Account == "") {
		err = fmt.Errorf("no event for a hook")
	}
	if err != nil {
		return Task{}, fmt.Errorf("webhook: %w", err)
	}
	return t, nil
}

// Body is what is posted, the same at each try.
func (t Task) Body() []byte {
	raw, err := json.Marshal(t.Event)
	if err != nil {
		panic("webhook: " + err.Error()) // strings alone
	}
	return raw
}
