package admin

import (
	"cmp"
	"context"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/mandate"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/breach"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/signer"
)

// Breaches keeps breach cases with their evidence, and the audit entries of what is done to them.
type Breaches interface {
	Open(ctx context.Context, c breach.Case, e audit.Entry) (breach.Case, error)
	// Close fails with breach.ErrClosed.
	Close(ctx context.Context, c breach.Case, e audit.Entry) error
	// Case fails with breach.ErrNotFound.
	Case(ctx context.Context, id string) (breach.Case, error)
	List(ctx context.Context, after string) (list []breach.Case, next string, err error)
}

// Breach is a breach case as administrators see it.
type Breach struct {
	ID       string        `json:"id"`
	Account  string        `json:"account"`
	Act      string        `json:"act"` // reference of the request or filing it is about, or ""
	Origin   breach.Origin `json:"origin"`
	Reason   string        `json:"reason"`   // "" of an objection
	Withheld string        `json:"withheld"` // why the person is not told, or ""
	OpenedAt time.Time     `json:"openedAt"`
	Held     int           `json:"held"`   // pieces of evidence
	SHA256   string        `json:"sha256"` // over all of them
	Log      *BreachLog    `json:"log"`    // null until the log was looked through
	ClosedAt *time.Time    `json:"closedAt"`
	Closing  string        `json:"closing"` // the reason, "" while it is open
	Own      bool          `json:"own"`     // on the administrator's own account, where another deals with it
}

// BreachLog is what is held of the log of requests.
type BreachLog struct {
	Lines  int    `json:"lines"`
	SHA256 string `json:"sha256"` // over all of them
	More   bool   `json:"more"`   // there are older ones, which are not held
	Final  bool   `json:"final"`  // else lines that came late are still to be added
}

func breachOf(c breach.Case, by audit.Actor) Breach {
	out := Breach{
		ID: c.ID, Account: c.Account, Act: c.Act, Origin: c.Origin, Reason: c.Reason, Withheld: c.Withheld,
		OpenedAt: c.OpenedAt, Held: c.Held, SHA256: c.SHA256, Own: c.Account == by.Account,
	}
	if !c.Log.At.IsZero() {
		out.Log = &BreachLog{c.Log.Lines, c.Log.SHA256, c.Log.More, c.Log.Final}
	}
	if c.Closed() {
		out.ClosedAt, out.Closing, out.Withheld = &c.Closing.At, c.Closing.Reason, c.Closing.Withheld
	}
	return out
}

// BreachesRequest names a place in the list.
type BreachesRequest struct {
	After string `query:"after" json:"-"` // BreachList.Next of the list before
}

// BreachList is part of all breach cases, latest first.
type BreachList struct {
	Breaches []Breach `json:"breaches"`
	Next     string   `json:"next"` // "" at the end
}

var breachPosition = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[0-9a-f]{16}$`)

// ListBreaches shows breach cases. One on the administrator's own account that they must not be told of
// is not there.
//
// Errors: defect.List.
func (s *Service) ListBreaches(ctx context.Context, r BreachesRequest) (BreachList, error) {
	by, err := s.Gate.Admin(ctx)
	if err != nil {
		return BreachList{}, err
	}
	if r.After != "" && !breachPosition.MatchString(r.After) {
		return BreachList{}, defect.List{{Pointer: "/after", Code: "unknown-value"}}
	}
	list, next, err := s.Breaches.List(ctx, r.After)
	if err != nil {
		return BreachList{}, err
	}
	out := BreachList{[]Breach{}, next}
	for _, c := range list {
		if b := breachOf(c, by); !b.Own || c.Told() {
			out.Breaches = append(out.Breaches, b)
		}
	}
	return out, s.Audit.Append(ctx, entry(ctx, audit.BreachRead, by, "breaches", ""))
}

// BreachRequest opens a breach case.
type BreachRequest struct {
	Account  string `json:"account"`  // id
	Act      string `json:"act"`      // reference of the request or filing, or ""
	Reason   string `json:"reason"`   // shown to the person
	Withheld string `json:"withheld"` // why the person is not told and which law forbids it; "" tells them

	Signature signer.Signature `json:"signature"`
}

// OpenBreach opens a breach case on an account, signed, and holds what the office has on it as evidence
// (agreement, 8.2 and 8.3). The holder is told, unless that is withheld.
//
// Errors: those of mandate.Reader.Take, account.ErrOwnAccount, account.ErrNotRegistered, defect.List.
func (s *Service) OpenBreach(ctx context.Context, r BreachRequest) (httpapi.Reply, error) {
	by, a, err := s.other(ctx, r.Account)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := breach.Check(r.Act, r.Reason, r.Withheld).Err(); err != nil {
		return httpapi.Reply{}, err
	}
	signed, ask, err := s.ofBreach(ctx, r.Signature, by, audit.BreachOpened, a, cmp.Or(r.Act, "–"), r.Reason, r.Withheld)
	if err != nil || ask != nil {
		return asked(ask), err
	}
	e := entry(ctx, audit.BreachOpened, by, a.ID, r.Reason).SignedBy(signed)
	c := breach.Case{
		ID: e.ID, Account: a.ID, Act: r.Act, Origin: breach.ByAdministrator, Reason: e.Reason,
		Withheld: strings.TrimSpace(r.Withheld), OpenedAt: e.At, By: by,
	}
	c, err = s.Breaches.Open(ctx, c, concerning(e, c))
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusCreated, Body: breachOf(c, by)}, nil
}

// concerning has the holder see the entry of an act on a case that they are told of.
func concerning(e audit.Entry, c breach.Case) audit.Entry {
	if c.Told() {
		return e.Of(c.Account, "", "")
	}
	return e
}

// ofBreach takes the administrator's signature over an act on a breach case.
func (s *Service) ofBreach(ctx context.Context, sent signer.Signature, by audit.Actor, what audit.Act, a account.Account, detail, reason, withheld string) (audit.Signed, *httpapi.Reply, error) {
	return s.Mandate.Take(ctx, sent, by, act.Administration{
		Act: what, Detail: detail, Of: mandate.Of(a), Reason: reason, Target: a.ID, Withheld: strings.TrimSpace(withheld),
	})
}

// ClosingRequest closes a breach case. Withheld is as that of BreachRequest, from now on.
type ClosingRequest struct {
	ID       string `path:"breach" json:"-"`
	Reason   string `json:"reason"`
	Withheld string `json:"withheld"`

	Signature signer.Signature `json:"signature"`
}

// CloseBreach closes a breach case for a signed reason. Nothing else does. Its evidence stays.
//
// Errors: those of mandate.Reader.Take, account.ErrOwnAccount, breach.ErrNotFound, breach.ErrClosed, defect.List.
func (s *Service) CloseBreach(ctx context.Context, r ClosingRequest) (httpapi.Reply, error) {
	by, err := s.Gate.Admin(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !breach.IsID(r.ID) {
		return httpapi.Reply{}, breach.ErrNotFound
	}
	c, err := s.Breaches.Case(ctx, r.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	_, a, err := s.other(ctx, c.Account)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := breach.Check("", r.Reason, r.Withheld).Err(); err != nil {
		return httpapi.Reply{}, err
	}
	e := entry(ctx, audit.BreachClosed, by, a.ID, r.Reason)
	closed, err := c.Close(breach.Closing{At: e.At, Reason: r.Reason, Withheld: r.Withheld, By: by})
	if err != nil {
		return httpapi.Reply{}, err
	}
	signed, ask, err := s.ofBreach(ctx, r.Signature, by, audit.BreachClosed, a, c.ID, r.Reason, r.Withheld)
	if err != nil || ask != nil {
		return asked(ask), err
	}
	return httpapi.Reply{Body: breachOf(closed, by)}, s.Breaches.Close(ctx, closed, concerning(e.SignedBy(signed), closed))
}
