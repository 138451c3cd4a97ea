package portal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Facts are what a receipt's holder is told of the filing.
type Facts struct {
	TicketNo        string
	Kind            string // code
	CourtCode       string
	Status          filing.Status
	SentAt          time.Time // the instant that counts
	UpdatedAt       time.Time
	ManifestSHA256  string // hex, here and below
	FormSHA256      string
	StatementSHA256 string // "" for none
}

// factsView is the answer to the form of the page facts. What was typed is shown again with a problem.
type factsView struct {
	Ticket, Code string
	Problem      string // slug, or empty
	Rows         []row  // of the facts, or none
}

// maxFacts is more than any ticket number and check code take in a form's body.
const maxFacts = 4 << 10

// FactsPage answers the form of the page facts, in the language that the path names: with the facts that
// find gives for a ticket number and a check code as they were typed, or with its problem, whose slug is
// an httpapi.Problem's. It is served apart from Handler: what may look filings up is another function.
func (s *Service) FactsPage(find func(ctx context.Context, ticketNo, checkCode string) (Facts, error)) http.Handler {
	return s.secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang, ok := locale.Parse(r.PathValue("lang"))
		if !ok || string(lang) != r.PathValue("lang") {
			s.page(w, r, preferred(r), notFound)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxFacts)
		v := factsView{Ticket: r.PostFormValue("ticket"), Code: r.PostFormValue("code")}
		p := factsPage
		found, err := find(r.Context(), v.Ticket, v.Code)
		var problem *httpapi.Problem
		switch {
		case errors.As(err, &problem):
			v.Problem, p.status = problem.Slug, httpapi.Status(problem.Slug)
		case err != nil:
			httpapi.Log(r.Context(), slog.String("error", fmt.Sprintf("find facts: %v", err)))
			v.Problem, p.status = "unavailable", http.StatusServiceUnavailable
		default:
			v.Rows = found.rows(lang)
		}
		p.fill = func(_ *Service, _ *http.Request, of *view) error {
			of.Facts = v
			return nil
		}
		s.page(w, r, lang, p)
	}))
}

// fillFacts takes the ticket number from the address, as a receipt's QR code has it. The check code is
// never in one.
func fillFacts(_ *Service, r *http.Request, v *view) error {
	if ticket, ok := filing.TypedTicket(r.URL.Query().Get("ticket")); ok {
		v.Facts.Ticket = ticket
		v.Path += "?ticket=" + ticket
	}
	return nil
}

func (f Facts) rows(lang locale.Lang) []row {
	stamp := func(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
	out := []row{
		{Key: locale.T(lang, "receipt.ticket"), Value: f.TicketNo},
		{Key: locale.T(lang, "facts.kind"), Value: upper(locale.T(lang, "kind."+f.Kind))},
		{Key: locale.T(lang, "facts.court"), Value: court.Name(f.CourtCode, lang)},
		{Key: locale.T(lang, "receipt.sent"), Value: locale.Instant(lang, f.SentAt), Time: stamp(f.SentAt)},
		{Key: locale.T(lang, "facts.status"), Value: upper(locale.T(lang, "status."+string(f.Status)))},
		{Key: locale.T(lang, "facts.since"), Value: locale.Time(lang, f.UpdatedAt), Time: stamp(f.UpdatedAt)},
		{Key: locale.T(lang, "facts.manifest"), Value: f.ManifestSHA256, Code: true},
		{Key: locale.T(lang, "facts.form"), Value: f.FormSHA256, Code: true},
	}
	if f.StatementSHA256 != "" {
		out = append(out, row{Key: locale.T(lang, "facts.statement"), Value: f.StatementSHA256, Code: true})
	}
	return out
}
