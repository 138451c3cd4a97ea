// Package webhooks is the function by which an organisation's head has the office tell the organisation's own
// program what it tells the organisation by mail.
//
// To add an address is an act that the head signs with the EDS: from then on somebody else's machine learns of
// each event. To pause one, to resume, to try and to remove takes the head's session alone.
package webhooks

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/webhook"
)

// Service serves the routes. The fields are set once, before use.
type Service struct {
	Gate     Gate
	Hooks    *store.Webhooks
	Attempts *store.Attempts
	Acts     signer.Acts
	Queue    Queue
	IndexKey []byte // 32 bytes
}

// Gate says who is asking (gate.Gate).
type Gate interface {
	Session(ctx context.Context) (account.Account, session.Session, error)
	Acting(ctx context.Context) (account.Account, session.Session, error)
}

// Queue takes what is to be posted (queue.Queue).
type Queue interface {
	Send(ctx context.Context, bodies []string) map[int]error
}

// Webhook is an address of the organisation.
type Webhook struct {
	ID         string       `json:"id"`
	Address    string       `json:"address"`
	AddedAt    time.Time    `json:"addedAt"`
	AddedBy    string       `json:"addedBy"`      // name of the head who signed for it
	PausedAt   *time.Time   `json:"pausedAt"`     // null while it is in force
	PausedBy   webhook.By   `json:"pausedBy"`     // "" likewise
	FailsSince *time.Time   `json:"failingSince"` // since when nothing was taken, or null
	Deliveries []WebhookTry `json:"deliveries"`   // of the last events, the latest first
}

// WebhookTry is what became of an event at an address. Of the answer there is its status alone.
type WebhookTry struct {
	Event  string          `json:"event"` // webhook-id
	Type   string          `json:"type"`
	At     string          `json:"at"` // of the event, RFC 3339
	State  webhook.State   `json:"state"`
	Tries  int             `json:"tries"`
	LastAt time.Time       `json:"lastAt"` // of the last try
	Last   webhook.Outcome `json:"last"`
	Status int             `json:"status"` // HTTP, of the last try; 0 for no answer
}

// List is the organisation's addresses, the oldest first.
type List struct {
	Webhooks []Webhook `json:"webhooks"`
	Most     int       `json:"most"` // at a time
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func view(h webhook.Hook, deliveries []webhook.Delivery) Webhook {
	out := Webhook{
		ID: h.ID, Address: h.Address, AddedAt: h.AddedAt, AddedBy: h.AddedBy, PausedAt: moment(h.PausedAt), PausedBy: h.PausedBy,
		FailsSince: moment(h.Since), Deliveries: []WebhookTry{},
	}
	for _, d := range deliveries {
		out.Deliveries = append(out.Deliveries, WebhookTry{
			Event: d.ID, Type: d.Type, At: d.At, State: d.State, Tries: d.Tries, LastAt: d.LastAt, Last: d.Last, Status: d.Status,
		})
	}
	return out
}

// head returns the organisation whose head asks, signed in with the EDS.
func head(a account.Account, s session.Session, err error) (account.Account, error) {
	if err != nil {
		return account.Account{}, err
	}
	if a.Subject.Kind != account.Legal || !slices.Contains(account.Role(s.Person.Role).Powers(), account.PowerPeople) {
		return account.Account{}, &httpapi.Problem{Slug: "forbidden"}
	}
	if s.By != session.ByEDS {
		return account.Account{}, &httpapi.Problem{Slug: "eds-needed"}
	}
	return a, nil
}

// List shows the organisation's addresses and how the last deliveries went, to its head.
func (s *Service) List(ctx context.Context, _ struct{}) (List, error) {
	a, err := head(s.Gate.Session(ctx))
	if err != nil {
		return List{}, err
	}
	hooks, err := s.Hooks.Of(ctx, a.ID)
	if err != nil {
		return List{}, err
	}
	out := List{Webhooks: []Webhook{}, Most: webhook.Most}
	for _, h := range hooks {
		deliveries, err := s.Hooks.Deliveries(ctx, h.ID, webhook.Shown, httpapi.ReceivedAt(ctx))
		if err != nil {
			return List{}, err
		}
		out.Webhooks = append(out.Webhooks, view(h, deliveries))
	}
	return out, nil
}

// AddRequest names an address, and has the head's signature over the act when it was made.
type AddRequest struct {
	ID        string           `json:"id"`        // UUID of the client's choice
	Address   string           `json:"address"`   // https, a public name, no port
	Signature signer.Signature `json:"signature"` // "" for the document to sign
}

// Add has events posted to an address (201). Without a signature it answers with the document that the head is to
// sign (200): the same request with the signature does the act.
func (s *Service) Add(ctx context.Context, r AddRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	a, err := head(s.Gate.Acting(ctx))
	if err != nil {
		return httpapi.Reply{}, err
	}
	var faults defect.List
	if !account.IsID(r.ID) {
		faults.Add("/id", "format", "")
	}
	address, err := webhook.ParseAddress(r.Address)
	if err != nil {
		faults.Add("/address", "webhook-address", "")
	}
	have, err := s.Hooks.Of(ctx, a.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	for _, h := range have {
		if h.ID == r.ID && h.Address == address {
			return httpapi.Reply{Body: view(h, nil)}, nil // a repeat
		}
		if h.ID == r.ID || h.Address == address {
			faults.Add("/address", "duplicate", "")
		}
	}
	if len(have) >= webhook.Most {
		faults.Add("/address", "webhooks-full", "")
	}
	if err := faults.Err(); err != nil {
		return httpapi.Reply{}, err
	}
	want := act.Webhook{Address: address, ID: r.ID}
	if r.Signature == "" {
		var nonce [16]byte
		rand.Read(nonce[:])
		unsigned, err := s.Acts.Document(act.Document{Act: act.AddWebhook, Lang: httpapi.Lang(ctx), Webhook: &want}, nonce, at)
		return httpapi.Reply{Body: unsigned}, err
	}
	signed, err := s.Acts.Read(r.Signature, act.AddWebhook, at)
	switch {
	case err != nil:
		return httpapi.Reply{}, err
	case signed.Subject.Key(s.IndexKey) != a.Key || !slices.Contains(signed.Subject.Role.Powers(), account.PowerPeople):
		return httpapi.Reply{}, &httpapi.Problem{Slug: "wrong-signer"}
	case *signed.Document.Webhook != want:
		return httpapi.Reply{}, signer.ErrDocument
	}
	if wait, err := s.Attempts.Count(ctx, "webhooks-of-"+a.ID, webhook.AddedADay, 24*time.Hour, at); err != nil {
		return httpapi.Reply{}, err
	} else if wait > 0 {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "quota", Wait: wait}
	}
	h := webhook.Hook{ID: r.ID, AccountID: a.ID, Address: address, AddedAt: at, AddedBy: signed.Subject.Name}
	err = s.Hooks.Add(ctx, h, account.Evidence{
		CMS: signed.CMS, Nonce: signed.Challenge.Nonce, Address: httpapi.Address(ctx), UserAgent: httpapi.UserAgent(ctx),
	}, signed.Challenge)
	switch {
	case errors.Is(err, webhook.ErrExists):
		err = defect.List{{Pointer: "/id", Code: "duplicate"}}
	case errors.Is(err, webhook.ErrTooMany):
		err = defect.List{{Pointer: "/address", Code: "webhooks-full"}}
	}
	return httpapi.Reply{Status: http.StatusCreated, Body: view(h, nil)}, err
}

// Request names one of the organisation's addresses.
type Request struct {
	ID string `json:"-" path:"webhook"`
}

// one returns the hook that a request of a head names.
func (s *Service) one(ctx context.Context, r Request) (webhook.Hook, error) {
	a, err := head(s.Gate.Session(ctx))
	if err != nil {
		return webhook.Hook{}, err
	}
	if !account.IsID(r.ID) {
		return webhook.Hook{}, &httpapi.Problem{Slug: "not-found", Cause: webhook.ErrNone}
	}
	h, err := s.Hooks.Get(ctx, a.ID, r.ID)
	if errors.Is(err, webhook.ErrNone) {
		err = &httpapi.Problem{Slug: "not-found", Cause: err}
	}
	return h, err
}

// Remove has nothing posted to an address any more (204). One that is gone is done.
func (s *Service) Remove(ctx context.Context, r Request) (httpapi.Reply, error) {
	h, err := s.one(ctx, r)
	switch {
	case errors.Is(err, webhook.ErrNone):
		err = nil
	case err == nil:
		err = s.Hooks.Remove(ctx, h)
	}
	return httpapi.Reply{Status: http.StatusNoContent}, err
}

// Pause has nothing posted to an address until it is resumed. What happens meanwhile is not sent later: the
// API has it.
func (s *Service) Pause(ctx context.Context, r Request) (Webhook, error) {
	h, err := s.one(ctx, r)
	if err != nil {
		return Webhook{}, err
	}
	if h.InForce() {
		h.PausedAt, h.PausedBy = httpapi.ReceivedAt(ctx), webhook.ByHolder
		err = s.Hooks.Set(ctx, h)
	}
	return view(h, nil), err
}

// Resume has events posted to an address again, those from now on.
func (s *Service) Resume(ctx context.Context, r Request) (Webhook, error) {
	h, err := s.one(ctx, r)
	if err != nil {
		return Webhook{}, err
	}
	if !h.InForce() {
		h = h.Resumed()
		err = s.Hooks.Set(ctx, h)
	}
	return view(h, nil), err
}

// Ping has an event "webhook.ping" posted to an address, once, so that its program can be tried (202). What came
// of it is among the deliveries some seconds later.
func (s *Service) Ping(ctx context.Context, r Request) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	h, err := s.one(ctx, r)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if wait, err := s.Attempts.Count(ctx, "pings-of-"+h.AccountID, webhook.PingsADay, 24*time.Hour, at); err != nil {
		return httpapi.Reply{}, err
	} else if wait > 0 {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "quota", Wait: wait}
	}
	var random [8]byte
	rand.Read(random[:])
	tasks, err := webhook.Ping(h.AccountID, at).Tasks(string(random[:]), []string{h.ID})
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusAccepted}, s.Queue.Send(ctx, []string{tasks[0].Encode()})[0]
}
