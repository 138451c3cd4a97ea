// Package admin is what administrators do (agreement, 1.1): find an account, prepare one for
// someone, disable, enable and delete it, change its rights, publish the agreement, answer requests
// to support, read the audit.
//
// Every act takes a reason and leaves an entry in the audit in the same transaction; reading
// another's data is an act too (agreement, 6.1). Nobody acts on the own account, and making an
// administrator or publishing the agreement takes two. An account that an administrator prepares
// opens to nobody until its holder registers: an account stands on a form signed with the holder's
// EDS. Read Service.Account first.
package admin

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/mandate"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Service serves the administrators' routes.
type Service struct {
	Gate       Gate
	Accounts   *store.Accounts
	Decisions  *store.Decisions
	Audit      *store.Audit
	Audited    *store.Audited
	Agreements Agreements
	Support    Support
	Breaches   Breaches
	Mandate    mandate.Reader
	IndexKey   []byte // 32 bytes
}

// Gate says which administrator asks. Errors: session.ErrNone, agreement.ErrNotAccepted,
// gate.ErrForbidden.
type Gate interface {
	Admin(ctx context.Context) (audit.Actor, error)
}

// Proposal is a right, or a status, that waits for a second administrator.
type Proposal struct {
	Right  account.Right  `json:"right,omitempty"`
	Status account.Status `json:"status,omitempty"`
	By     string         `json:"by"`   // account id of the administrator who proposed it
	Mine   bool           `json:"mine"` // the reader's own, or it is not known to be another's
	At     time.Time      `json:"at"`
	Reason string         `json:"reason"`
}

// Account is what an administrator sees of one: what tells it apart, nothing it filed.
type Account struct {
	ID           string          `json:"id"`
	Kind         account.Kind    `json:"kind"`
	Name         string          `json:"name"`
	Organisation string          `json:"organisation"`
	Number       string          `json:"number"` // masked
	Email        string          `json:"email"`  // masked: "a…@example.kz"
	Lang         locale.Lang     `json:"lang"`
	Status       account.Status  `json:"status"`
	Rights       []account.Right `json:"rights"`
	Accepted     []string        `json:"accepted"` // agreement versions
	CreatedAt    time.Time       `json:"createdAt"`
	Proposals    []Proposal      `json:"proposals"`
	Audit        []Line          `json:"audit"`         // latest first, this look not among them
	Until        *time.Time      `json:"disabledUntil"` // when access that one administrator stopped opens by itself
	Own          bool            `json:"own"`           // the administrator's own, on which nothing can be done
}

// entry makes the entry of an act at the request's instant.
func entry(ctx context.Context, act audit.Act, by audit.Actor, target, reason string) audit.Entry {
	var random [8]byte
	rand.Read(random[:])
	return audit.New(act, by, target, reason, httpapi.ReceivedAt(ctx), random)
}

// Search is a number to look an account up by, in the body so that no log or address has it.
type Search struct {
	Number account.Number `json:"number"`
	Reason string         `json:"reason"`
}

// Found names the account found.
type Found struct {
	ID string `json:"id"`
}

// Find looks an account up by its IIN or BIN. A look that finds nobody is kept too.
//
// Errors: account.ErrNotRegistered, defect.List.
func (s *Service) Find(ctx context.Context, r Search) (Found, error) {
	by, err := s.Gate.Admin(ctx)
	if err != nil {
		return Found{}, err
	}
	list := audit.CheckReason(r.Reason, "/reason")
	if _, err := kzid.ParseIINForm(string(r.Number)); err != nil {
		list.Add("/number", "format", "")
	}
	if err := list.Err(); err != nil {
		return Found{}, err
	}
	a, err := s.Accounts.ByNumber(ctx, account.NumberKeys(s.IndexKey, string(r.Number)))
	e := entry(ctx, audit.AccountFound, by, a.ID, r.Reason)
	switch {
	case errors.Is(err, account.ErrNotRegistered):
		e.Target = "nobody"
		if err := s.Audit.Append(ctx, e); err != nil {
			return Found{}, err
		}
		return Found{}, account.ErrNotRegistered
	case err != nil:
		return Found{}, err
	}
	return Found{a.ID}, s.Audit.Append(ctx, e.Of(a.ID, "", ""))
}

// AccountRequest names an account.
type AccountRequest struct {
	ID string `path:"id" json:"-"`
}

// Account shows an account and what administrators did to it.
//
// Errors: account.ErrNotRegistered.
func (s *Service) Account(ctx context.Context, r AccountRequest) (Account, error) {
	by, err := s.Gate.Admin(ctx)
	if err != nil {
		return Account{}, err
	}
	a, err := s.Accounts.Account(ctx, r.ID)
	if err != nil {
		return Account{}, err
	}
	view, err := s.view(ctx, a, by)
	if err != nil {
		return Account{}, err
	}
	return view, s.Audit.Append(ctx, entry(ctx, audit.AccountRead, by, a.ID, "").Of(a.ID, "", ""))
}

func (s *Service) view(ctx context.Context, a account.Account, by audit.Actor) (Account, error) {
	at := httpapi.ReceivedAt(ctx)
	waiting, err := s.Decisions.Proposals(ctx, a.ID, at)
	if err != nil {
		return Account{}, err
	}
	proposals := []Proposal{}
	for _, p := range waiting {
		proposals = append(proposals, Proposal{p.Right, p.Status, p.By.Account, !by.Other(p.By), p.At, p.Reason})
	}
	var until *time.Time
	if a.StatusAt(at) == account.Disabled && !a.DisabledUntil.IsZero() {
		until = &a.DisabledUntil
	}
	list, err := s.Audited.Of(ctx, a.ID)
	if err != nil {
		return Account{}, err
	}
	lines, err := s.told(ctx, list)
	return Account{
		ID: a.ID, Kind: a.Subject.Kind, Name: a.Subject.Name, Organisation: a.Subject.Organisation,
		Number: a.Subject.Masked(), Email: account.MaskedEmail(a.Email), Lang: a.Lang, Status: a.StatusAt(at), Until: until,
		Rights: append([]account.Right{}, a.Rights...), Accepted: append([]string{}, a.Accepted...),
		CreatedAt: a.CreatedAt, Proposals: proposals, Audit: lines, Own: s.own(a, by),
	}, err
}

// own reports whether an account is the administrator's: also one they had before.
func (s *Service) own(a account.Account, by audit.Actor) bool {
	return a.ID == by.Account || a.Subject.Kind == account.Natural && a.Subject.PersonKey(s.IndexKey) == by.Person
}

// other is the gate for acts on an account other than the administrator's own.
func (s *Service) other(ctx context.Context, id string) (by audit.Actor, a account.Account, err error) {
	if by, err = s.Gate.Admin(ctx); err != nil {
		return audit.Actor{}, account.Account{}, err
	}
	a, err = s.Accounts.Account(ctx, id)
	switch {
	case err != nil:
		return audit.Actor{}, account.Account{}, err
	case s.own(a, by):
		return audit.Actor{}, account.Account{}, account.ErrOwnAccount
	}
	return by, a, nil
}

// after shows the account as an act left it.
func (s *Service) after(ctx context.Context, id string, by audit.Actor, act audit.Act) (Account, error) {
	httpapi.Log(ctx, slog.String("act", string(act)), slog.String("target", id))
	a, err := s.Accounts.Account(ctx, id)
	if err != nil {
		return Account{}, err
	}
	return s.view(ctx, a, by)
}

// StatusRequest changes an account's status. From is what the administrator saw.
type StatusRequest struct {
	ID     string         `path:"id" json:"-"`
	From   account.Status `json:"from"`
	To     account.Status `json:"to"`
	Reason string         `json:"reason"`

	Signature signer.Signature `json:"signature"` // "" asks for the document to sign, here and below
}

// Status disables, enables or deletes an account, signed. Disabling for more than a day and deleting
// take two administrators (account.Account.Decide): what the first asks for waits (202), and is done
// when another asks for the same.
//
// Errors: those of mandate.Reader.Take, account.ErrOwnAccount, account.ErrNotRegistered, account.ErrChanged, defect.List.
func (s *Service) Status(ctx context.Context, r StatusRequest) (httpapi.Reply, error) {
	by, a, err := s.other(ctx, r.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	list := audit.CheckReason(r.Reason, "/reason")
	if !account.MayBecome(r.From, r.To) && (r.From != account.Disabled || r.To != account.Disabled) { // which makes a day's last
		list.Add("/to", "unknown-value", "agreement 1.1")
	}
	if err := list.Err(); err != nil {
		return httpapi.Reply{}, err
	}
	decision, err := s.decide(ctx, a, r, by)
	if err != nil {
		return httpapi.Reply{}, err
	}
	act, status := became(r.To, decision), http.StatusOK
	if decision == account.Proposes {
		status = http.StatusAccepted
	}
	signed, ask, err := s.take(ctx, r.Signature, by, act, a, string(r.From), r.Reason)
	if err != nil || ask != nil {
		return asked(ask), err
	}
	if err := s.Decisions.Become(ctx, r.ID, r.From, r.To, decision, entry(ctx, act, by, r.ID, r.Reason).SignedBy(signed)); err != nil {
		return httpapi.Reply{}, err
	}
	view, err := s.after(ctx, r.ID, by, act)
	return httpapi.Reply{Status: status, Body: view}, err
}

// decide says what the administrator's word does, as the account is now.
func (s *Service) decide(ctx context.Context, a account.Account, r StatusRequest, by audit.Actor) (account.Decision, error) {
	at := httpapi.ReceivedAt(ctx)
	if a.StatusAt(at) != r.From {
		return "", account.ErrChanged
	}
	proposals, err := s.Decisions.Proposals(ctx, a.ID, at)
	if err != nil {
		return "", err
	}
	waits := account.NothingWaits
	for _, p := range proposals {
		switch {
		case p.Status != r.To:
		case by.Other(p.By):
			waits = account.AnothersDoes
		default:
			waits = account.OwnWaits
		}
	}
	return a.Decide(r.To, waits, at)
}

// became is what the audit calls a decision to take an account to a status.
func became(to account.Status, d account.Decision) audit.Act {
	switch {
	case d == account.Suspends:
		return audit.AccountSuspended
	case d == account.Proposes && to == account.Closed:
		return audit.AccountCloseAsked
	case d == account.Proposes:
		return audit.AccountStopAsked
	case to == account.Closed:
		return audit.AccountDeleted
	case to == account.Disabled:
		return audit.AccountDisabled
	}
	return audit.AccountEnabled
}

// take takes the administrator's signature over an act on an account.
func (s *Service) take(ctx context.Context, sent signer.Signature, by audit.Actor, what audit.Act, a account.Account, detail, reason string) (audit.Signed, *httpapi.Reply, error) {
	return s.Mandate.Take(ctx, sent, by, act.Administration{Act: what, Detail: detail, Of: mandate.Of(a), Reason: reason, Target: a.ID})
}

// asked is the answer to a request that has no signature yet.
func asked(ask *httpapi.Reply) httpapi.Reply {
	if ask == nil {
		return httpapi.Reply{}
	}
	return *ask
}

// RightRequest names a right of an account.
type RightRequest struct {
	ID     string        `path:"id" json:"-"`
	Right  account.Right `path:"right" json:"-"`
	Reason string        `json:"reason"`

	Signature signer.Signature `json:"signature"`
}

func (r RightRequest) check() error {
	if !r.Right.Grantable(isCourt) {
		return &httpapi.Problem{Slug: "not-found"}
	}
	return audit.CheckReason(r.Reason, "/reason").Err()
}

func isCourt(code string) bool {
	_, ok := court.ByCode(code)
	return ok
}

// Grant proposes a right for an account, signed: it waits (202) for another administrator, because a
// right opens what others filed.
//
// Errors: account.ErrOwnAccount, account.ErrNotRegistered, account.ErrChanged, defect.List, those of
// mandate.Reader.Take.
func (s *Service) Grant(ctx context.Context, r RightRequest) (httpapi.Reply, error) {
	return s.right(ctx, r, audit.RightProposed, http.StatusAccepted, func(e audit.Entry) error {
		return s.Decisions.Propose(ctx, r.ID, r.Right, e)
	})
}

// Approve gives an account the right another administrator proposed, signed.
//
// Errors: account.ErrOwnAccount, account.ErrNoProposal, account.ErrSecondPerson,
// account.ErrChanged, defect.List, those of mandate.Reader.Take.
func (s *Service) Approve(ctx context.Context, r RightRequest) (httpapi.Reply, error) {
	return s.right(ctx, r, audit.RightGranted, http.StatusOK, func(e audit.Entry) error {
		_, err := s.Decisions.Approve(ctx, r.ID, r.Right, e)
		return err
	})
}

// Withdraw takes a right, or the proposal of it, away, signed. One administrator is enough for that.
//
// Errors: account.ErrOwnAccount, account.ErrNotRegistered, account.ErrChanged, defect.List, those of
// mandate.Reader.Take.
func (s *Service) Withdraw(ctx context.Context, r RightRequest) (httpapi.Reply, error) {
	return s.right(ctx, r, audit.RightWithdrawn, http.StatusOK, func(e audit.Entry) error {
		_, err := s.Decisions.Withdraw(ctx, r.ID, r.Right, e)
		return err
	})
}

// right does a signed act on a right of another's account and shows the account as it is then.
func (s *Service) right(ctx context.Context, r RightRequest, act audit.Act, status int, change func(audit.Entry) error) (httpapi.Reply, error) {
	by, a, err := s.other(ctx, r.ID)
	if err == nil {
		err = r.check()
	}
	if err != nil {
		return httpapi.Reply{}, err
	}
	signed, ask, err := s.take(ctx, r.Signature, by, act, a, string(r.Right), r.Reason)
	if err != nil || ask != nil {
		return asked(ask), err
	}
	if err := change(entry(ctx, act, by, r.ID, r.Reason).SignedBy(signed)); err != nil {
		return httpapi.Reply{}, err
	}
	view, err := s.after(ctx, r.ID, by, act)
	return httpapi.Reply{Status: status, Body: view}, err
}

// AuditRequest names a month and a place in its list.
type AuditRequest struct {
	Month string `query:"month" json:"-"` // "2026-11", UTC; "" is that of the request
	After string `query:"after" json:"-"` // AuditList.Next of the list before
}

// AuditList is part of a month's entries, latest first.
type AuditList struct {
	Month   string `json:"month"`
	Entries []Line `json:"entries"`
	Next    string `json:"next"` // "" at the end
}

// List shows what administrators did in a month. Looking is an act as well.
func (s *Service) List(ctx context.Context, r AuditRequest) (AuditList, error) {
	by, err := s.Gate.Admin(ctx)
	if err != nil {
		return AuditList{}, err
	}
	month, err := monthOf(r.Month, httpapi.ReceivedAt(ctx))
	if err != nil {
		return AuditList{}, err
	}
	list, next, err := s.Audit.Month(ctx, month, r.After)
	if err != nil {
		return AuditList{}, err
	}
	lines, err := s.told(ctx, list)
	if err != nil {
		return AuditList{}, err
	}
	name := month.UTC().Format("2006-01")
	return AuditList{name, lines, next}, s.Audit.Append(ctx, entry(ctx, audit.AuditRead, by, name, ""))
}

// monthOf is the month that a query names ("2026-11", UTC), or that of the instant at.
func monthOf(name string, at time.Time) (time.Time, error) {
	if name == "" {
		return at, nil
	}
	month, err := time.Parse("2006-01", name)
	if err != nil {
		return time.Time{}, defect.List{{Pointer: "/month", Code: "unknown-value"}}
	}
	return month, nil
}
