package registry

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// MostOverseen is how many filings of a queue the head of a court sees at once.
const MostOverseen = 1000

// OverviewRequest names a court of whose the asker is the head.
type OverviewRequest struct {
	Court string `query:"court" json:"-"` // "" is the first of theirs
}

// Overview is the whole of what waits at a court, for its head.
type Overview struct {
	Courts  []string       `json:"courts"` // whose head asks
	Court   string         `json:"court"`
	Counts  map[string]int `json:"counts"`  // by Urgency, of Filings
	Ages    map[string]int `json:"ages"`    // by Age, of Filings
	Clerks  []Load         `json:"clerks"`  // everyone with the post, by name
	Judges  []Load         `json:"judges"`  // likewise
	Nobody  int            `json:"nobody"`  // in nobody's hands, of what clerks work on
	Filings []Overseen     `json:"filings"` // what ends first first
	More    bool           `json:"more"`    // there are more than MostOverseen
}

// Load is what somebody who works at the court has.
type Load struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count"`
	Late  int    `json:"late"`  // of them overdue
	Today int    `json:"today"` // of them that end today
}

// Overseen is a filing with who has it. It names no party.
type Overseen struct {
	Entry
	Age     string `json:"age"`
	Clerk   string `json:"clerk"`   // account id of who has it in hand, or ""
	JudgeID string `json:"judgeId"` // account id of the judge before whom it is, or ""
}

// ages are how long a filing has waited, in days since it was sent: the least of each.
var ages = []struct {
	name string
	from int
}{{"week", 8}, {"days", 4}, {"some", 2}, {"fresh", 0}}

// age says how long ago a filing was sent.
func age(sent, at time.Time) string {
	days := calendar.DateOf(sent).DaysTo(calendar.DateOf(at))
	i := slices.IndexFunc(ages, func(a struct {
		name string
		from int
	}) bool {
		return days >= a.from
	})
	return ages[max(i, 0)].name
}

// Overview shows the head of a court its whole queue: how old, how near its end, in whose hands.
//
// Errors: filing.ErrNotFound for a court of which the asker is not the head.
func (s *Service) Overview(ctx context.Context, r OverviewRequest) (Overview, error) {
	w, err := s.staff(ctx)
	if err != nil {
		return Overview{}, err
	}
	heads := w.PostsIn(account.Head, true)
	if r.Court == "" && len(heads) > 0 {
		r.Court = heads[0]
	}
	if !slices.Contains(heads, r.Court) {
		return Overview{}, filing.ErrNotFound
	}
	clerks, err := s.Posts.Of(ctx, account.Clerk.At(r.Court))
	if err != nil {
		return Overview{}, err
	}
	judges, err := s.Posts.Of(ctx, account.Judge.At(r.Court))
	if err != nil {
		return Overview{}, err
	}
	list, next, err := s.Filings.Queue(ctx, r.Court, "", MostOverseen)
	if err != nil {
		return Overview{}, err
	}
	out := Overview{
		Courts: heads, Court: r.Court, Counts: map[string]int{}, Ages: map[string]int{}, Clerks: []Load{}, Judges: []Load{}, Filings: []Overseen{}, More: next != "",
	}
	at := httpapi.ReceivedAt(ctx)
	for _, a := range clerks {
		out.Clerks = append(out.Clerks, Load{ID: a.ID, Name: a.Subject.Name})
	}
	for _, q := range list {
		out.add(Overseen{Entry: entry(q, w, at), Clerk: q.Lease.At(at).Holder}, at)
	}
	for i, a := range judges {
		out.Judges = append(out.Judges, Load{ID: a.ID, Name: a.Subject.Name})
		before, err := s.Filings.BeforeJudge(ctx, a.ID)
		if err != nil {
			return Overview{}, err
		}
		for _, q := range before {
			if q.Court == r.Court {
				e := Overseen{Entry: entry(q, w, at), JudgeID: a.ID}
				out.Judges[i].take(e)
				out.add(e, at)
			}
		}
	}
	slices.SortStableFunc(out.Filings, func(a, b Overseen) int { return a.Due.Compare(b.Due) })
	return out, nil
}

func (o *Overview) add(e Overseen, at time.Time) {
	e.Age = age(e.SentAt, at)
	o.Counts[e.Urgency]++
	o.Ages[e.Age]++
	i := slices.IndexFunc(o.Clerks, func(l Load) bool { return l.ID == e.Clerk })
	switch {
	case i >= 0:
		o.Clerks[i].take(e)
	case e.JudgeID == "" && e.Clerk == "":
		o.Nobody++
	}
	o.Filings = append(o.Filings, e)
}

func (l *Load) take(e Overseen) {
	l.Count++
	switch e.Urgency {
	case "late":
		l.Late++
	case "today":
		l.Today++
	}
}

// HandRequest gives a filing to another.
type HandRequest struct {
	ID     string       `path:"id" json:"-"`
	Act    string       `json:"act"`            // UUID chosen by the client: a repeat does nothing more
	Post   account.Post `json:"post"`           // account.Clerk or account.Judge: from whom to whom
	From   string       `json:"from,omitempty"` // account id; "" of a clerk where nobody has it
	To     string       `json:"to"`             // account id
	Reason string       `json:"reason"`
}

// Hand gives a filing of the court of whose the asker is the head from one clerk to another, or from one judge to
// another, for a reason. They may not take it themselves that way: who gives out work does not choose what to
// rule on.
//
// Errors: filing.ErrNotFound, filing.ErrElsewhere, defect.List.
func (s *Service) Hand(ctx context.Context, r HandRequest) (httpapi.Reply, error) {
	w, err := s.staff(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !filing.IsID(r.ID) {
		return httpapi.Reply{}, filing.ErrNotFound
	}
	sealed, err := s.Filings.Sealed(ctx, r.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	e := sealed.Envelope
	if !slices.Contains(w.PostsIn(account.Head, true), e.Court) || e.AccountID == w.ID || e.Status == filing.Sent {
		return httpapi.Reply{}, filing.ErrNotFound
	}
	h := filing.Handover{
		ID: r.Act, Filing: e.ID, Court: e.Court, Judge: r.Post == account.Judge, From: r.From, To: r.To, Reason: trimmed(r.Reason),
		Actor: w.ID, Person: w.by.Person, At: httpapi.ReceivedAt(ctx),
	}
	var list defect.List
	if !filing.IsID(r.Act) {
		list.Add("/act", "format", "")
	}
	if r.Post != account.Clerk && r.Post != account.Judge {
		list.Add("/post", "unknown-value", "")
		return httpapi.Reply{}, list.Err()
	}
	switch {
	case h.Reason == "":
		list.Add("/reason", "required", "")
	case tooLong(h.Reason, filing.MaxWords):
		list.Add("/reason", "too-long", "")
	}
	colleagues, err := s.Posts.Of(ctx, r.Post.At(e.Court))
	if err != nil {
		return httpapi.Reply{}, err
	}
	i := slices.IndexFunc(colleagues, func(a account.Account) bool { return a.ID == r.To })
	if i < 0 || r.To == e.AccountID || r.To == r.From || r.To == w.ID {
		list.Add("/to", "colleague-required", "")
	} else {
		h.Name = colleagues[i].Subject.Name
	}
	if h.Judge && strings.TrimSpace(r.From) == "" {
		list.Add("/from", "required", "")
	}
	if err := list.Err(); err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.Filings.Hand(ctx, h); err != nil {
		return httpapi.Reply{}, err
	}
	httpapi.Log(ctx, slog.String("act", h.Timeline()), slog.String("target", r.ID))
	return httpapi.Reply{Status: http.StatusNoContent}, nil
}
