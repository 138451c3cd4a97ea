// Package registry is the court's side of filings: the queue of a court, what was filed on one screen, and
// the acts of clerks and judges on it.
//
// A filing is worked on by one clerk at a time, who takes it in hand for filing.LeaseLife; what clerks and
// judges read is in the audit that the filer sees, and what they do is in the filing's own timeline. To
// whom a filing is none of their business it does not exist: a clerk of another court, a judge it was not
// given to, and staff whose own it is. To who is a party of it, or acts for an organisation that is, it is
// refused. Read Service.reach first.
package registry

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Service serves the function's routes.
type Service struct {
	Gate      Gate
	Filings   *store.Filings
	Cases     *store.Cases
	Traces    *store.Traces
	Attempts  *store.Attempts // of searches, in the filings table
	Documents *documents.Store
	Verdicts  *store.Verdicts
	Accounts  *store.Accounts
	People    *store.Credentials // who acts for organisations
	Posts     *store.Staff
	Audit     *store.Audit
	Acts      signer.Acts // reads what judges sign
	IndexKey  []byte      // 32 bytes
}

// Gate says which of a court's staff asks. Errors: session.ErrNone, agreement.ErrNotAccepted,
// gate.ErrForbidden.
type Gate interface {
	Staff(ctx context.Context) (account.Account, audit.Actor, error)
}

// staff is who asks. The gate has seen that an EDS opened the session, in which every right counts.
type staff struct {
	account.Account
	by            audit.Actor
	clerk, judges []string // courts
}

func (s *Service) staff(ctx context.Context) (staff, error) {
	a, by, err := s.Gate.Staff(ctx)
	return staff{a, by, a.PostsIn(account.Clerk, true), a.PostsIn(account.Judge, true)}, err
}

// may reports in what quality who asks has to do with a filing.
func (w staff) may(e filing.Envelope) (clerk, judge bool) {
	if e.AccountID == w.ID {
		return false, false
	}
	return slices.Contains(w.clerk, e.Court), e.Judge == w.ID && slices.Contains(w.judges, e.Court)
}

// as is the quality in which who asks takes a step on a filing: as its judge before as a clerk. ok is false for
// who may not.
func (w staff) as(e filing.Envelope, step filing.Step) (by filing.By, ok bool) {
	clerk, judge := w.may(e)
	switch {
	case judge && slices.Contains(step.By, filing.ByJudge):
		return filing.ByJudge, true
	case clerk && slices.Contains(step.By, filing.ByClerk):
		return filing.ByClerk, true
	}
	return "", false
}

// reach returns a filing that is the business of who asks.
//
// Errors: those of Gate, filing.ErrNotFound, docket.ErrOwn.
func (s *Service) reach(ctx context.Context, id string) (staff, store.Sealed, error) {
	w, err := s.staff(ctx)
	if err != nil {
		return staff{}, store.Sealed{}, err
	}
	if !filing.IsID(id) {
		return staff{}, store.Sealed{}, filing.ErrNotFound
	}
	sealed, err := s.Filings.Sealed(ctx, id)
	if err != nil {
		return staff{}, store.Sealed{}, err
	}
	clerk, judge := w.may(sealed.Envelope)
	if sealed.Envelope.Status == filing.Sent || !clerk && !judge {
		return staff{}, store.Sealed{}, filing.ErrNotFound
	}
	own, err := s.concerns(ctx, w.Account, sealed)
	if err == nil && own {
		err = cmp.Or(s.seen(ctx, w, audit.FilingRecused, sealed.Envelope, ""), error(docket.ErrOwn))
	}
	return w, sealed, err
}

// seen keeps that staff read what the holder of an account filed.
func (s *Service) seen(ctx context.Context, w staff, act audit.Act, e filing.Envelope, what string) error {
	var random [8]byte
	rand.Read(random[:])
	return s.Audit.Append(ctx, audit.New(act, w.by, e.ID, "", httpapi.ReceivedAt(ctx), random).Of(e.AccountID, "", what))
}

// Entry is a filing in a queue.
type Entry struct {
	ID        string        `json:"id"`
	CourtCode string        `json:"courtCode"`
	Kind      string        `json:"kind"`
	Status    filing.Status `json:"status"`
	TicketNo  string        `json:"ticketNo"`
	Lang      string        `json:"lang"` // of the proceedings
	Documents int           `json:"documentCount"`
	Replaces  string        `json:"replaces"` // id of the filing it corrects, or ""
	SentAt    time.Time     `json:"sentAt"`
	Due       calendar.Date `json:"due"`
	Urgency   string        `json:"urgency"` // "late", "today", "soon", "later"; "" once the court has answered
	Number    string        `json:"number"`
	Judge     string        `json:"judge"`  // name
	Lease     *Lease        `json:"lease"`  // null where nobody has it in hand
	Handed    string        `json:"handed"` // why the head of the court gave it to who has it, or ""
}

// Lease says who has a filing in hand.
type Lease struct {
	Name  string    `json:"name"`
	Mine  bool      `json:"mine"`
	Until time.Time `json:"until"`
}

func entry(q filing.Queued, w staff, at time.Time) Entry {
	urgency := ""
	if q.Status.Pending() {
		urgency = calendar.Urgency(q.Due, calendar.DateOf(at))
	}
	return Entry{
		ID: q.ID, CourtCode: q.Court, Kind: q.Kind, Status: q.Status, TicketNo: q.Ticket, Lang: q.Lang, Documents: q.Documents, Replaces: q.Replaces,
		SentAt: q.SentAt, Due: q.Due, Urgency: urgency, Number: q.Number, Judge: q.Judge, Lease: lease(q.Lease, w, at), Handed: q.Handed,
	}
}

func lease(l filing.Lease, w staff, at time.Time) *Lease {
	if l = l.At(at); l.Holder == "" {
		return nil
	}
	return &Lease{l.Name, l.Holder == w.ID, l.Until}
}

// QueueRequest names a court of who asks and a place in its queue.
type QueueRequest struct {
	Court  string `query:"court" json:"-"` // "" is the first of theirs
	Cursor string `query:"cursor" json:"-"`
}

// QueuePage is how many filings a page of the queue has.
const QueuePage = 50

// Post is a court at which who asks has a post.
type Post struct {
	Court string       `json:"court"`
	Post  account.Post `json:"post"`
}

// Queue is a page of a court's queue, what ends first first.
type Queue struct {
	Posts   []Post         `json:"posts"`
	Court   string         `json:"court"` // "" for who is no clerk
	Filings []Entry        `json:"filings"`
	Next    string         `json:"next"`   // cursor; "" on the last page
	Counts  map[string]int `json:"counts"` // by Urgency, on the first page; store.MostCounted and more a day are not told apart
	Before  []Entry        `json:"before"` // what the judge who asks has before them, on the first page
}

// Queue shows what waits at a court. It names no party, so it is no reading of what was filed.
//
// Errors: filing.ErrNotFound for another court, filing.ErrCursor.
func (s *Service) Queue(ctx context.Context, r QueueRequest) (Queue, error) {
	w, err := s.staff(ctx)
	if err != nil {
		return Queue{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	out := Queue{Posts: []Post{}, Court: r.Court, Filings: []Entry{}, Counts: map[string]int{}, Before: []Entry{}}
	for _, court := range w.clerk {
		out.Posts = append(out.Posts, Post{court, account.Clerk})
	}
	for _, court := range w.judges {
		out.Posts = append(out.Posts, Post{court, account.Judge})
	}
	for _, court := range w.PostsIn(account.Head, true) {
		out.Posts = append(out.Posts, Post{court, account.Head})
	}
	if out.Court == "" && len(w.clerk) > 0 {
		out.Court = w.clerk[0]
	}
	if out.Court != "" && !slices.Contains(w.clerk, out.Court) {
		return Queue{}, filing.ErrNotFound
	}
	if r.Cursor == "" && len(w.judges) > 0 {
		before, err := s.Filings.BeforeJudge(ctx, w.ID)
		if err != nil {
			return Queue{}, err
		}
		for _, q := range before {
			if slices.Contains(w.judges, q.Court) {
				out.Before = append(out.Before, entry(q, w, at))
			}
		}
	}
	if out.Court == "" {
		return out, nil
	}
	found, next, err := s.Filings.Queue(ctx, out.Court, r.Cursor, QueuePage)
	if err != nil {
		return Queue{}, err
	}
	out.Next = next
	for _, q := range found {
		out.Filings = append(out.Filings, entry(q, w, at))
	}
	if r.Cursor == "" {
		days, err := s.Filings.DueDays(ctx, out.Court, at)
		if err != nil {
			return Queue{}, err
		}
		for _, d := range days {
			out.Counts[calendar.Urgency(d.Day, calendar.DateOf(at))] += d.Count
		}
	}
	return out, nil
}

// FindRequest is what a filing is looked up by: its ticket number, or the number the court registered it
// under.
type FindRequest struct {
	Court string `query:"court" json:"-"`
	Words string `query:"q" json:"-"`
}

// Found names a filing, or a case that came on paper.
type Found struct {
	ID   string `json:"id"`   // "" of a case
	Case string `json:"case"` // ""
}

// Find looks a filing of the clerk's court up by one of its numbers, or a case that came on paper, which no filing
// has the number of.
//
// Errors: filing.ErrNotFound, defect.List.
func (s *Service) Find(ctx context.Context, r FindRequest) (Found, error) {
	w, err := s.staff(ctx)
	if err != nil {
		return Found{}, err
	}
	if !slices.Contains(w.clerk, r.Court) {
		return Found{}, filing.ErrNotFound
	}
	words := trimmed(r.Words)
	if words == "" || tooLong(words, filing.MaxNumber) {
		return Found{}, defect.List{{Pointer: "/q", Code: "format"}}
	}
	if filing.IsTicket(words) {
		id, err := s.Filings.ByTicket(ctx, r.Court, words)
		return Found{ID: id}, err
	}
	id, err := s.Filings.ByNumber(ctx, r.Court, words)
	if !errors.Is(err, filing.ErrNotFound) {
		return Found{ID: id}, err
	}
	of, err := s.Cases.ByNumber(ctx, r.Court, words)
	if errors.Is(err, docket.ErrNotFound) {
		err = filing.ErrNotFound
	}
	return Found{Case: of}, err
}
