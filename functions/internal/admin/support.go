package admin

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/support"
)

// Support keeps requests to support.
type Support interface {
	// Month lists those that arrived in the month the instant month falls in, latest first.
	Month(ctx context.Context, month time.Time, after string, at time.Time) (list []support.Ticket, next string, err error)
	// Ticket fails with support.ErrNotFound.
	Ticket(ctx context.Context, number string, at time.Time) (support.Ticket, error)
	// Become keeps the ticket with its audit entry and has an answer sent, all or nothing. It
	// fails with support.ErrState when the ticket is no longer in the state from.
	Become(ctx context.Context, t support.Ticket, from support.State, e audit.Entry) error
}

// Ticket is a request to support as administrators see it. The address for the answer is not
// shown: the answer goes through the office.
type Ticket struct {
	Number     string            `json:"ticket"`
	State      support.State     `json:"state"`
	Topic      support.Topic     `json:"topic"`
	Reference  string            `json:"reference"`
	Problem    string            `json:"problem"`
	Page       string            `json:"page"`
	Filing     string            `json:"filing"`
	Portal     string            `json:"portal"`
	NCALayer   string            `json:"ncalayer"`
	Browser    string            `json:"browser"`
	Agreement  string            `json:"agreement"`
	Lang       locale.Lang       `json:"lang"` // the answer is read in
	Account    string            `json:"account"`
	AnswerTo   support.Recipient `json:"answerTo"`
	HappenedAt *time.Time        `json:"happenedAt"`
	ReceivedAt time.Time         `json:"receivedAt"`
	AnswerBy   calendar.Date     `json:"answerBy"`
	Overdue    bool              `json:"overdue"` // AnswerBy is over and there is no answer
	StartedAt  *time.Time        `json:"startedAt"`
	AnsweredAt *time.Time        `json:"answeredAt"`
	ClosedAt   *time.Time        `json:"closedAt"`
	Answer     string            `json:"answer"`
	Own        bool              `json:"own"` // the administrator's own, which another deals with
}

func ticket(t support.Ticket, by audit.Actor, at time.Time) Ticket {
	moment := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	return Ticket{
		Number: t.Number, State: t.State, Topic: t.Topic, Reference: t.Reference, Problem: t.Problem, Page: t.Page,
		Filing: t.FilingID, Portal: t.Portal, NCALayer: t.NCALayer, Browser: t.Browser, Agreement: t.Agreement, Lang: t.Lang,
		Account: t.AccountID, AnswerTo: t.AnswerTo(), HappenedAt: moment(t.HappenedAt), ReceivedAt: t.ReceivedAt, AnswerBy: t.AnswerBy(),
		Overdue: t.Overdue(at), StartedAt: moment(t.StartedAt), AnsweredAt: moment(t.AnsweredAt), ClosedAt: moment(t.ClosedAt),
		Answer: t.Answer, Own: t.AccountID == by.Account,
	}
}

// TicketsRequest names a month and a place in its list.
type TicketsRequest struct {
	Month string `query:"month" json:"-"` // "2026-11", UTC; "" is that of the request
	After string `query:"after" json:"-"` // TicketList.Next of the list before
}

// TicketList is part of a month's requests, latest first.
type TicketList struct {
	Month   string   `json:"month"`
	Tickets []Ticket `json:"tickets"`
	Next    string   `json:"next"` // "" at the end
}

// Tickets shows the requests to support that arrived in a month.
//
// Errors: defect.List.
func (s *Service) Tickets(ctx context.Context, r TicketsRequest) (TicketList, error) {
	by, err := s.Gate.Admin(ctx)
	if err != nil {
		return TicketList{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	month, err := monthOf(r.Month, at)
	if err != nil {
		return TicketList{}, err
	}
	if _, number, _ := strings.Cut(r.After, "#"); r.After != "" && !filing.IsTicket(number) {
		return TicketList{}, defect.List{{Pointer: "/after", Code: "unknown-value"}}
	}
	list, next, err := s.Support.Month(ctx, month, r.After, at)
	if err != nil {
		return TicketList{}, err
	}
	out := TicketList{month.UTC().Format("2006-01"), []Ticket{}, next}
	for _, t := range list {
		out.Tickets = append(out.Tickets, ticket(t, by, at))
	}
	return out, s.Audit.Append(ctx, entry(ctx, audit.SupportRead, by, out.Month, ""))
}

// Step takes a ticket to its next state. Answer comes with "answered" alone and is sent to whoever
// asked.
type Step struct {
	Number string        `path:"ticket" json:"-"`
	State  support.State `json:"state"`
	Answer string        `json:"answer"`
}

// Step looks into, answers or closes a request. A repeat changes nothing and gets the ticket as it
// is.
//
// Errors: defect.List, account.ErrOwnAccount, support.ErrNotFound, support.ErrState.
func (s *Service) Step(ctx context.Context, r Step) (Ticket, error) {
	by, err := s.Gate.Admin(ctx)
	if err != nil {
		return Ticket{}, err
	}
	if !filing.IsTicket(r.Number) {
		return Ticket{}, support.ErrNotFound
	}
	at := httpapi.ReceivedAt(ctx)
	before, err := s.Support.Ticket(ctx, r.Number, at)
	if err != nil {
		return Ticket{}, err
	}
	if before.AccountID == by.Account {
		return Ticket{}, account.ErrOwnAccount
	}
	if before.Is(r.State, r.Answer) {
		return ticket(before, by, at), nil
	}
	after, err := before.Become(r.State, r.Answer, at)
	if err != nil {
		return Ticket{}, err
	}
	act := map[support.State]audit.Act{
		support.InProgress: audit.SupportStarted, support.Answered: audit.SupportAnswered, support.Closed: audit.SupportClosed,
	}[after.State]
	e := entry(ctx, act, by, after.Number, "").Of(after.AccountID, string(before.State), string(after.State))
	if err := s.Support.Become(ctx, after, before.State, e); err != nil {
		return Ticket{}, err
	}
	httpapi.Log(ctx, slog.String("act", string(act)), slog.String("target", after.Number))
	return ticket(after, by, at), nil
}
