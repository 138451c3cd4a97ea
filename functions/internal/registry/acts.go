package registry

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
)

func trimmed(s string) string            { return strings.Join(strings.Fields(s), " ") }
func tooLong(s string, letters int) bool { return utf8.RuneCountInString(s) > letters }

// Take gives the clerk the filing in hand, or for longer. Of two at once one has it; the other is told who,
// and until when.
//
// Errors: filing.ErrNotFound, the problem "leased".
func (s *Service) Take(ctx context.Context, r FilingRequest) (Entry, error) {
	w, sealed, err := s.reach(ctx, r.ID)
	if err != nil {
		return Entry{}, err
	}
	e, at := sealed.Envelope, httpapi.ReceivedAt(ctx)
	if clerk, _ := w.may(e); !clerk {
		return Entry{}, filing.ErrNotFound
	}
	until := at.Add(filing.LeaseLife)
	if place, err := s.Filings.Place(ctx, e.ID); err == nil && place.Lease.Holder == w.ID && place.Lease.Until.After(until) {
		until = place.Lease.Until // the head of the court gave it for longer
	}
	q, err := s.Filings.Take(ctx, e.ID, e.Court, filing.Lease{Holder: w.ID, Name: w.Subject.Name, Until: until}, at)
	shown := entry(q, w, at)
	if errors.Is(err, filing.ErrLeased) {
		return Entry{}, &httpapi.Problem{Slug: "leased", Stored: shown.Lease, Cause: err}
	}
	return shown, err
}

// PutBack ends the clerk's lease, if they have it.
//
// Errors: filing.ErrNotFound.
func (s *Service) PutBack(ctx context.Context, r FilingRequest) (httpapi.Reply, error) {
	w, sealed, err := s.reach(ctx, r.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusNoContent}, s.Filings.PutBack(ctx, sealed.Envelope.ID, w.ID)
}

// ActRequest is a step of filing.Steps with what it needs.
type ActRequest struct {
	ID   string `path:"id" json:"-"`
	Act  string `json:"act"` // UUID chosen by the client: a repeat does nothing more
	Step string `json:"step"`

	Number string `json:"number"` // "register"
	Judge  string `json:"judge"`  // "register": account id of a judge of the court
	Longer string `json:"longer"` // "register": one of filing.Extensions, or ""

	Code    string `json:"code"`    // "reject": one of filing.Faults
	Pointer string `json:"pointer"` // "reject": what is at fault, "/documents/<id>" or a field of the form
	Words   string `json:"words"`   // "reject": what the filer reads beside the code's text; filing.CorrectStep, filing.CorrectDay: what was wrong

	Grounds   []string         `json:"grounds"`   // of a ruling: codes of filing.Grounds
	Reasons   string           `json:"reasons"`   // of a ruling, in the judge's words
	Decision  string           `json:"decision"`  // likewise: what is granted or ordered
	On        *calendar.Date   `json:"on"`        // last day of the term that the act sets
	File      *filing.File     `json:"file"`      // of a ruling: the court's own PDF, uploaded before, in place of the one the office makes; it has the words
	Signature signer.Signature `json:"signature"` // of a ruling; "" asks for what there is to sign
}

// Act takes a step. A clerk must have the filing in hand; a judge's ruling is signed: a request without a
// signature is answered with what there is to sign.
//
// Errors: filing.ErrNotFound, filing.ErrElsewhere, filing.ErrNoLease, filing.ErrNumber, challenge.ErrUsed,
// defect.List, those of signer.Acts.Read.
func (s *Service) Act(ctx context.Context, r ActRequest) (httpapi.Reply, error) {
	w, sealed, err := s.reach(ctx, r.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	act, draft, err := s.decide(ctx, w, sealed, r)
	if err != nil || draft != nil {
		return httpapi.Reply{Body: draft}, err
	}
	if err := s.Filings.Act(ctx, sealed.Envelope, act); err != nil {
		return httpapi.Reply{}, err
	}
	httpapi.Log(ctx, slog.String("act", r.Step), slog.String("target", r.ID))
	after, err := s.Filings.Sealed(ctx, r.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	view, err := s.view(ctx, w, after)
	return httpapi.Reply{Body: view}, err
}

// decide makes the act that a request asks for.
func (s *Service) decide(ctx context.Context, w staff, sealed store.Sealed, r ActRequest) (filing.CourtAct, *RulingDraft, error) {
	var list defect.List
	if !filing.IsID(r.Act) {
		list.Add("/act", "format", "")
	}
	if !filing.IsCourtAct(r.Step) {
		list.Add("/step", "unknown-value", "")
	}
	if err := list.Err(); err != nil {
		return filing.CourtAct{}, nil, err
	}
	e := sealed.Envelope
	if step := filing.StepOf(r.Step); !step.TakenOn(e.Matter()) {
		return filing.CourtAct{}, nil, defect.List{{Pointer: "/step", Code: "act-other-kind", Article: step.Article}}
	}
	if article, ok, err := s.fits(ctx, e, r.Step); err != nil {
		return filing.CourtAct{}, nil, err
	} else if !ok {
		return filing.CourtAct{}, nil, defect.List{{Pointer: "/step", Code: "act-other-case", Article: article}}
	}
	if filing.IsRuling(r.Step) {
		return s.rule(ctx, w, sealed, r)
	}
	a, err := s.read(ctx, w, sealed, r)
	return a, nil, err
}

// fits reports whether the act is one for the case that the filing says it belongs to; where not, article says for
// which it is. Of a case that the office does not have, begun on paper, it can't tell.
func (s *Service) fits(ctx context.Context, e filing.Envelope, step string) (article string, ok bool, err error) {
	if !docket.InSome(step, e.Kind, e.About) || e.Case == "" {
		return "", true, nil
	}
	c, err := s.caseOf(ctx, e.Court, e.Case)
	if errors.Is(err, docket.ErrNotFound) {
		return "", true, nil
	}
	if err != nil {
		return "", false, err
	}
	article, ok = c.Takes(step, e.Kind, e.About)
	return article, ok, nil
}

// number is what a registration number looks like: there is no one form of it.
var number = regexp.MustCompile(`^[\p{L}\p{Nd}][\p{L}\p{Nd} ./№-]*$`)

// read makes an act that is no ruling.
func (s *Service) read(ctx context.Context, w staff, sealed store.Sealed, r ActRequest) (filing.CourtAct, error) {
	e := sealed.Envelope
	a := filing.CourtAct{
		ID: r.Act, Filing: e.ID, Court: e.Court, Step: r.Step, By: filing.ByClerk, Actor: w.ID, Person: w.by.Person, At: httpapi.ReceivedAt(ctx),
	}
	var list defect.List
	if as, ok := w.as(e, filing.StepOf(r.Step)); ok {
		a.By = as
	} else {
		return a, filing.ErrNotFound
	}
	switch r.Step {
	case "register", filing.CorrectStep:
		if r.Step == filing.CorrectStep {
			wrong(&list, &a, r)
			if done, err := s.Filings.Did(ctx, e.ID, r.Act); err != nil {
				return a, err
			} else if !done && trimmed(r.Number) == e.Number && r.Judge == e.Judge {
				list.Add("/number", "nothing-corrected", "")
			}
		}
		a.Number, a.Judge, a.Extension = trimmed(r.Number), r.Judge, r.Longer
		if r.Longer != "" && !filing.MayExtend(e.Kind, r.Longer) {
			list.Add("/longer", "unknown-value", "CPC 150(1)")
		}
		if !number.MatchString(a.Number) || tooLong(a.Number, filing.MaxNumber) {
			list.Add("/number", "registration-number", "")
		}
		judges, err := s.Posts.Of(ctx, account.Judge.At(e.Court))
		if err != nil {
			return a, err
		}
		i := slices.IndexFunc(judges, func(j account.Account) bool { return j.ID == r.Judge })
		if i < 0 || judges[i].ID == e.AccountID {
			list.Add("/judge", "judge-required", "")
			break
		}
		if own, err := s.concerns(ctx, judges[i], sealed); err != nil {
			return a, err
		} else if own {
			list.Add("/judge", "judge-party", "CPC 38")
		}
		a.JudgeName = judges[i].Subject.Name
	case "review":
		if e.Judge == "" {
			return a, filing.ErrElsewhere
		}
	case "reject":
		fault := filing.Rejection{Pointer: r.Pointer, Code: r.Code, Words: trimmed(r.Words)}
		if !slices.Contains(filing.Faults, r.Code) {
			list.Add("/code", "fault-required", "")
		}
		if ok, err := s.names(sealed, r.Pointer); err != nil {
			return a, err
		} else if !ok {
			list.Add("/pointer", "unknown-value", "")
		}
		switch {
		case fault.Words == "":
			list.Add("/words", "required", "")
		case tooLong(fault.Words, filing.MaxWords):
			list.Add("/words", "too-long", "")
		}
		a.Rejected = []filing.Rejection{fault}
	case "copies":
		a.On, list = term(r, a.At)
	case filing.CorrectDay:
		a.On, list = term(r, a.At)
		wrong(&list, &a, r)
		if done, err := s.Filings.Did(ctx, e.ID, r.Act); err != nil {
			return a, err
		} else if !done && a.On == e.Until && len(list) == 0 {
			list.Add("/on", "nothing-corrected", "")
		}
	case "send-up":
		higher, ok := court.AppealOf(e.Court)
		switch {
		case !ok:
			list.Add("/step", "no-court-above", "CPC 405")
		case !e.Until.Before(calendar.DateOf(a.At)):
			list.Add("/step", "term-not-over", "CPC 405")
		}
		a.Higher = higher.Code
	}
	return a, list.Err()
}

// wrong reads what was wrong with what an act corrects.
func wrong(list *defect.List, a *filing.CourtAct, r ActRequest) {
	if a.Wrong = trimmed(r.Words); a.Wrong == "" {
		list.Add("/words", "required", "")
	} else if tooLong(a.Wrong, filing.MaxWords) {
		list.Add("/words", "too-long", "")
	}
}

// farthest is how many days ahead the last day of a term may lie that a judge sets.
const farthest = 180

// term is the last day of a term that a judge sets: it is ahead, and a working day (CPC 123(4)).
func term(r ActRequest, at time.Time) (on calendar.Date, list defect.List) {
	article, today := filing.StepOf(r.Step).Article, calendar.DateOf(at)
	switch {
	case r.On == nil:
		list.Add("/on", "required", article)
	case !today.Before(*r.On), today.Add(farthest).Before(*r.On), !r.On.Working():
		list.Add("/on", "term-day", article)
	default:
		on = *r.On
	}
	return on, list
}

// names reports whether a pointer names something of the filing: the whole, a document, or a section of
// its form with or without a field in it.
func (s *Service) names(sealed store.Sealed, pointer string) (bool, error) {
	if pointer == "" || len(pointer) > 200 {
		return pointer == "", nil
	}
	parts := strings.Split(pointer, "/")
	if parts[0] != "" || len(parts) < 2 {
		return false, nil
	}
	if parts[1] == "documents" {
		m, err := evidence.ReadManifest(sealed.Signatures[len(sealed.Signatures)-1].CMS, sealed.Envelope.Manifest)
		if err != nil {
			return false, err
		}
		return len(parts) == 3 && slices.ContainsFunc(m.Documents, func(d filing.Filed) bool { return d.ID == parts[2] }), nil
	}
	kind, ok := kinds.Of(sealed.Envelope.Kind)
	return ok && slices.ContainsFunc(kind.Form.Sections, func(sec form.Section) bool { return sec.Code == parts[1] }), nil
}
