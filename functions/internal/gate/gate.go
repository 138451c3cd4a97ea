// Package gate says who is asking: the account behind a request's session, and whether it may
// act. Functions that read and draft stand behind it; a signed act needs no session.
package gate

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/session"
)

// ErrForbidden: the account hasn't the right, or not in this session.
var ErrForbidden = &httpapi.Problem{Slug: "forbidden"}

// Gate looks sessions and accounts up.
type Gate struct {
	Sessions   Sessions
	Accounts   Accounts
	Agreements Agreements
}

// Sessions finds sessions and keeps them from idling. Both fail with session.ErrNone.
type Sessions interface {
	Get(ctx context.Context, id string, at time.Time) (session.Session, error)
	Touch(ctx context.Context, s session.Session, at time.Time) (session.Session, error)
}

// Accounts finds accounts. It fails with account.ErrNotRegistered.
type Accounts interface {
	Account(ctx context.Context, id string) (account.Account, error)
}

// Agreements lists the published versions.
type Agreements interface {
	Agreements(ctx context.Context, at time.Time) ([]agreement.Version, error)
}

// Session returns the request's session, kept from idling, and its account.
//
// Errors: session.ErrNone, also when the account is no longer active or its sessions were ended.
func (g *Gate) Session(ctx context.Context) (account.Account, session.Session, error) {
	at, token := httpapi.ReceivedAt(ctx), httpapi.SessionToken(ctx)
	if token == "" {
		return account.Account{}, session.Session{}, session.ErrNone
	}
	s, err := g.Sessions.Get(ctx, session.ID(token), at)
	if err != nil {
		return account.Account{}, session.Session{}, err
	}
	if s, err = g.Sessions.Touch(ctx, s, at); err != nil {
		return account.Account{}, session.Session{}, err
	}
	a, err := g.Accounts.Account(ctx, s.AccountID)
	if errors.Is(err, account.ErrNotRegistered) || err == nil && (a.Status != account.Active || a.EpochOf(s.Person.ID) != s.Epoch) {
		return account.Account{}, session.Session{}, session.ErrNone
	}
	if err != nil {
		return account.Account{}, session.Session{}, err
	}
	httpapi.Log(ctx, slog.String("account", a.ID))
	return a, s, nil
}

// Holder returns the account of the request's session, which is what reading needs.
//
// Errors: session.ErrNone.
func (g *Gate) Holder(ctx context.Context) (account.Account, error) {
	a, _, err := g.Session(ctx)
	return a, err
}

// Admin is Actor for administrators: the account must have the right, and its holder must have
// signed in with an EDS.
//
// Errors: session.ErrNone, agreement.ErrNotAccepted, ErrForbidden.
func (g *Gate) Admin(ctx context.Context) (audit.Actor, error) {
	a, s, err := g.Session(ctx)
	if err != nil {
		return audit.Actor{}, err
	}
	if !slices.Contains(a.RightsIn(s.By == session.ByEDS), account.Admin) {
		return audit.Actor{}, ErrForbidden
	}
	if _, err := g.accepted(ctx, a); err != nil {
		return audit.Actor{}, err
	}
	return audit.Actor{Account: a.ID, Person: s.Person.Key}, nil
}

// Staff is Actor for those who have a post at a court: their holder must have signed in with an EDS. Which
// posts, the account says.
//
// Errors: session.ErrNone, agreement.ErrNotAccepted, ErrForbidden.
func (g *Gate) Staff(ctx context.Context) (account.Account, audit.Actor, error) {
	a, s, err := g.Session(ctx)
	if err != nil {
		return account.Account{}, audit.Actor{}, err
	}
	rights := a.RightsIn(s.By == session.ByEDS)
	if !slices.ContainsFunc(rights, func(r account.Right) bool { _, _, ok := r.Post(); return ok }) {
		return account.Account{}, audit.Actor{}, ErrForbidden
	}
	if _, err := g.accepted(ctx, a); err != nil {
		return account.Account{}, audit.Actor{}, err
	}
	return a, audit.Actor{Account: a.ID, Person: s.Person.Key}, nil
}

// Actor is Holder for acts: the account must have accepted the agreement version in force
// (agreement 1.3), whose id it returns too.
//
// Errors: session.ErrNone, agreement.ErrNotAccepted.
func (g *Gate) Actor(ctx context.Context) (holder account.Account, inForce string, err error) {
	if holder, err = g.Holder(ctx); err != nil {
		return account.Account{}, "", err
	}
	if inForce, err = g.accepted(ctx, holder); err != nil {
		return account.Account{}, "", err
	}
	return holder, inForce, nil
}

// Acting is Actor with the session, for acts that not every session may do.
//
// Errors: session.ErrNone, agreement.ErrNotAccepted.
func (g *Gate) Acting(ctx context.Context) (account.Account, session.Session, error) {
	a, s, err := g.Session(ctx)
	if err != nil {
		return account.Account{}, session.Session{}, err
	}
	_, err = g.accepted(ctx, a)
	return a, s, err
}

// accepted returns the id of the version in force if a has accepted it.
func (g *Gate) accepted(ctx context.Context, a account.Account) (inForce string, err error) {
	at := httpapi.ReceivedAt(ctx)
	versions, err := g.Agreements.Agreements(ctx, at)
	if err != nil {
		return "", err
	}
	v, ok := agreement.InForce(versions, at)
	if !ok || !a.HasAccepted(v.ID) {
		return "", agreement.ErrNotAccepted
	}
	return v.ID, nil
}
