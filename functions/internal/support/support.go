// Package support takes requests to support and shows what became of them (agreement, 5.3).
//
// Whoever can't register or sign in needs it most, so it needs neither a session nor an acceptance,
// and no maintenance stops it. A request made within a session is its account's: its answer goes
// where the account's notices go, and its holder sees it here. Read Service.Request first.
package support

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/indexkey"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/support"
)

// Limits, in fixed windows. An office or a mobile network shares an address.
const (
	Window              = time.Hour
	RequestsOfAccount   = 5
	RequestsFromAddress = 60
	LooksFromAddress    = 300
)

// Service serves the support routes.
type Service struct {
	Gate       Gate
	Tickets    Tickets
	Agreements Agreements
	Attempts   Attempts
	IndexKey   []byte // 32 bytes
}

// Gate finds the request's session and its account (package gate). Errors: session.ErrNone.
type Gate interface {
	Session(ctx context.Context) (account.Account, session.Session, error)
}

// Tickets keeps requests. What is not found, or is too old, is support.ErrNotFound.
type Tickets interface {
	// Open keeps the ticket and has support and the holder told, both or neither. Of requests with
	// one id it keeps the first, also of those made at once, and returns that one's ticket.
	Open(ctx context.Context, t support.Ticket) (kept support.Ticket, first bool, err error)
	OfRequest(ctx context.Context, id string, at time.Time) (support.Ticket, error)
	Ticket(ctx context.Context, number string, at time.Time) (support.Ticket, error)
	// Of lists an account's, latest first.
	Of(ctx context.Context, accountID string, at time.Time) ([]support.Ticket, error)
}

// Agreements lists the published versions.
type Agreements interface {
	Agreements(ctx context.Context, at time.Time) ([]agreement.Version, error)
}

// Attempts counts attempts exactly, also those made at once.
type Attempts interface {
	// Count counts one and returns zero, or counts none and returns how long to wait.
	Count(ctx context.Context, counter string, limit int, window time.Duration, at time.Time) (time.Duration, error)
}

// State is what whoever knows a ticket's number sees of it.
type State struct {
	Ticket     string        `json:"ticket"`
	State      support.State `json:"state"`
	ReceivedAt time.Time     `json:"receivedAt"`
	AnswerBy   calendar.Date `json:"answerBy"` // day by whose end it is answered: "2026-11-24"
	StartedAt  *time.Time    `json:"startedAt"`
	AnsweredAt *time.Time    `json:"answeredAt"`
	ClosedAt   *time.Time    `json:"closedAt"`
}

func state(t support.Ticket) State {
	return State{
		Ticket: t.Number, State: t.State, ReceivedAt: t.ReceivedAt, AnswerBy: t.AnswerBy(),
		StartedAt: moment(t.StartedAt), AnsweredAt: moment(t.AnsweredAt), ClosedAt: moment(t.ClosedAt),
	}
}

// moment is null for an instant that never was.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Taken is a request's ticket, and whom its answer will reach.
type Taken struct {
	State
	AnswerTo support.Recipient `json:"answerTo"`
}

// Ticket is what the account's holder sees of one.
type Ticket struct {
	State
	Topic      support.Topic `json:"topic"`
	Reference  string        `json:"reference"`
	Problem    string        `json:"problem"`
	HappenedAt *time.Time    `json:"happenedAt"`
	Page       string        `json:"page"`
	Filing     string        `json:"filing"`
	Answer     string        `json:"answer"`
}

// Problems are the codes a request may name: those of the API's answers, and the pages' own.
func Problems() []string { return append(httpapi.Slugs(), support.PageProblems...) }

// Request takes a request and answers with its ticket. A repeat, by the id the client chose, gets
// the first one's ticket with 200.
//
// Errors: defect.List, throttled.
func (s *Service) Request(ctx context.Context, r support.Request) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	holder, _, err := s.Gate.Session(ctx)
	if err != nil && !errors.Is(err, session.ErrNone) {
		return httpapi.Reply{}, err
	}
	var random [7]byte
	rand.Read(random[:])
	t, err := r.Open(support.Context{
		Ticket: filing.Ticket(random), AccountID: holder.ID, Agent: httpapi.UserAgent(ctx), Agreement: s.inForce(ctx),
		Lang: httpapi.Lang(ctx), At: at,
	}, Problems())
	if err != nil {
		return httpapi.Reply{}, err
	}
	switch kept, err := s.Tickets.OfRequest(ctx, r.ID, at); {
	case err == nil:
		return httpapi.Reply{Body: Taken{state(kept), kept.AnswerTo()}}, nil
	case !errors.Is(err, support.ErrNotFound):
		return httpapi.Reply{}, err
	}
	if err := s.count(ctx, "requests-address", httpapi.Network(httpapi.Address(ctx)), RequestsFromAddress); err != nil {
		return httpapi.Reply{}, err
	}
	if holder.ID != "" {
		if err := s.count(ctx, "requests-account", holder.ID, RequestsOfAccount); err != nil {
			return httpapi.Reply{}, err
		}
	}
	kept, first, err := s.Tickets.Open(ctx, t)
	if err != nil {
		return httpapi.Reply{}, err
	}
	httpapi.Log(ctx, slog.String("ticket", kept.Number), slog.String("topic", string(kept.Topic)))
	reply := httpapi.Reply{Body: Taken{state(kept), kept.AnswerTo()}}
	if first {
		reply.Status = http.StatusCreated
	}
	return reply, nil
}

// inForce is the agreement version in force. That it can't be read may be what a request is about:
// then it is left out.
func (s *Service) inForce(ctx context.Context) string {
	at := httpapi.ReceivedAt(ctx)
	versions, err := s.Agreements.Agreements(ctx, at)
	if err != nil {
		httpapi.Log(ctx, slog.String("agreements", err.Error()))
	}
	v, _ := agreement.InForce(versions, at)
	return v.ID
}

// count counts something done by a value, which the counter's key does not show.
func (s *Service) count(ctx context.Context, what, value string, limit int) error {
	key := "support-" + indexkey.Key(s.IndexKey, indexkey.Support, what, value)
	wait, err := s.Attempts.Count(ctx, key, limit, Window, httpapi.ReceivedAt(ctx))
	if err == nil && wait > 0 {
		err = &httpapi.Problem{Slug: "throttled", Wait: wait}
	}
	return err
}

// List are an account's tickets, latest first.
type List struct {
	Tickets []Ticket `json:"tickets"`
}

// List shows the holder's tickets with their answers.
//
// Errors: session.ErrNone.
func (s *Service) List(ctx context.Context, _ struct{}) (List, error) {
	holder, _, err := s.Gate.Session(ctx)
	if err != nil {
		return List{}, err
	}
	found, err := s.Tickets.Of(ctx, holder.ID, httpapi.ReceivedAt(ctx))
	if err != nil {
		return List{}, err
	}
	out := List{Tickets: slices.Grow([]Ticket{}, len(found))}
	for _, t := range found {
		out.Tickets = append(out.Tickets, Ticket{
			State: state(t), Topic: t.Topic, Reference: t.Reference, Problem: t.Problem, HappenedAt: moment(t.HappenedAt),
			Page: t.Page, Filing: t.FilingID, Answer: t.Answer,
		})
	}
	return out, nil
}

// StateRequest names a ticket as it was typed. It comes in a body: addresses of pages are kept in
// histories and logs.
type StateRequest struct {
	Ticket string `json:"ticket"`
}

// State shows how far a ticket is to whoever knows its number: no topic, no answer, no address.
//
// Errors: defect.List, support.ErrNotFound, throttled.
func (s *Service) State(ctx context.Context, r StateRequest) (State, error) {
	number, ok := filing.TypedTicket(r.Ticket)
	if !ok {
		return State{}, defect.List{{Pointer: "/ticket", Code: "ticket-number"}}
	}
	if err := s.count(ctx, "looks-address", httpapi.Network(httpapi.Address(ctx)), LooksFromAddress); err != nil {
		return State{}, err
	}
	t, err := s.Tickets.Ticket(ctx, number, httpapi.ReceivedAt(ctx))
	if err != nil {
		return State{}, err
	}
	return state(t), nil
}
