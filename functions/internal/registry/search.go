package registry

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// Bounds of searching by party.
const (
	SearchPage     = 10
	SearchesAnHour = 120 // of one clerk: more is no work with papers
)

// SearchRequest is a party that is looked for among the filings and cases of a court. It is no query, so that no
// number and no name stands in an address.
type SearchRequest struct {
	Court  string `json:"court"`
	Party  string `json:"party"`            // an IIN or BIN, or beginnings of the words of a name
	Cursor string `json:"cursor,omitempty"` // Results.Next of the page before, or ""
}

// LogValue keeps what was typed out of logs.
func (r SearchRequest) LogValue() slog.Value { return slog.StringValue(r.Court) }

// String is what LogValue shows.
func (r SearchRequest) String() string { return r.Court }

// Results is a page of what was found, the latest first.
type Results struct {
	Found []Result `json:"found"`
	Next  string   `json:"next"` // cursor; "" on the last page; a page may be short, or empty, and not be the last
}

// Result is a filing, the case that came of it, or both.
type Result struct {
	Filing *Entry     `json:"filing"` // null of a case that no filing opened
	Case   *CaseFound `json:"case"`   // null before there is one
}

// CaseFound names a case.
type CaseFound struct {
	ID       string        `json:"id"`
	Number   string        `json:"number"`
	Status   docket.Status `json:"status"`
	Claimant string        `json:"claimant"`
	Opposite string        `json:"opposite"`
	OpenedAt time.Time     `json:"openedAt"`
}

// Search finds filings and cases of the clerk's court by a party. Whoever filed something that is shown finds
// that in their audit, and each case keeps who found it.
//
// Errors: filing.ErrNotFound for another court, defect.List, filing.ErrCursor, the problem "quota".
func (s *Service) Search(ctx context.Context, r SearchRequest) (Results, error) {
	w, err := s.staff(ctx)
	if err != nil {
		return Results{}, err
	}
	if !slices.Contains(w.clerk, r.Court) {
		return Results{}, filing.ErrNotFound
	}
	sought, ok := docket.Seek(r.Party, s.IndexKey)
	if !ok || tooLong(r.Party, docket.MaxName) {
		return Results{}, defect.List{{Pointer: "/party", Code: "party-sought"}}
	}
	if wait, err := s.Attempts.Count(ctx, "searches#"+w.ID, SearchesAnHour, time.Hour, httpapi.ReceivedAt(ctx)); err != nil {
		return Results{}, err
	} else if wait > 0 {
		return Results{}, &httpapi.Problem{Slug: "quota", Wait: wait}
	}
	ids, next, err := s.Traces.Find(ctx, r.Court, sought, r.Cursor, SearchPage)
	if err != nil {
		return Results{}, err
	}
	out := Results{Found: []Result{}, Next: next}
	for _, id := range ids {
		one, err := s.result(ctx, w, id)
		if err != nil {
			return Results{}, err
		}
		if one.Filing != nil || one.Case != nil {
			out.Found = append(out.Found, one)
		}
	}
	return out, nil
}

// result is what w may see of a filing and a case of that id, whose being shown is kept: neither, where it is
// their own.
func (s *Service) result(ctx context.Context, w staff, id string) (out Result, err error) {
	at := httpapi.ReceivedAt(ctx)
	sealed, err := s.Filings.Sealed(ctx, id)
	switch {
	case errors.Is(err, filing.ErrNotFound):
	case err != nil:
		return Result{}, err
	default:
		clerk, _ := w.may(sealed.Envelope)
		if !clerk || sealed.Envelope.Status == filing.Sent {
			return Result{}, nil
		}
		if own, err := s.concerns(ctx, w.Account, sealed); own || err != nil {
			return Result{}, err
		}
		e := sealed.Envelope
		q := filing.QueuedOf(e, e.Status)
		q.Number, q.Judge = e.Number, e.JudgeName
		shown := entry(q, w, at)
		out.Filing = &shown
		if err := s.seen(ctx, w, audit.FilingFound, e, ""); err != nil {
			return Result{}, err
		}
	}
	c, err := s.Cases.Case(ctx, id)
	if errors.Is(err, docket.ErrNotFound) {
		return out, nil
	}
	if err != nil {
		return Result{}, err
	}
	sight, ok := c.Sees(docket.Viewer{Account: w.ID, Key: w.Key, Signs: true, Clerk: w.clerk}, at)
	if !ok || sight.As != docket.AsClerk { // a party of it
		return Result{}, nil
	}
	out.Case = &CaseFound{c.ID, c.Number, c.Status, c.Claimant, c.Opposite, c.OpenedAt}
	var random [8]byte
	rand.Read(random[:])
	return out, s.Cases.Look(ctx, c.ID, docket.Event{
		At: at.UTC().Truncate(time.Millisecond), Type: docket.EventFound, By: docket.ByClerk, Account: w.ID, Name: w.Subject.Name,
	}, random)
}
