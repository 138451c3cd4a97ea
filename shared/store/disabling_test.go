package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
)

// decided does a decision of an administrator, so long after noon.
func (a *archive) decided(by string, from, to account.Status, d account.Decision, after time.Duration) error {
	return a.decision(by, from, to, d, after)()
}

// decision is decided, made now and done later.
func (a *archive) decision(by string, from, to account.Status, d account.Decision, after time.Duration) func() error {
	e := a.entry(audit.AccountDisabled, by, "a1")
	e.At = noon.Add(after)
	return func() error { return a.decisions.Become(a.Context(), "a1", from, to, d, e) }
}

// signInAfter opens a session so long after noon.
func (a *archive) signInAfter(id string, after time.Duration) error {
	n := newSession(id, "a1")
	n.CreatedAt = noon.Add(after)
	n.SeenAt = n.CreatedAt
	return a.sessions.SignIn(a.Context(), a.challenge(), n)
}

// TestSuspension: one administrator stops access for a day, once in seven, and it ends by itself.
func TestSuspension(t *testing.T) {
	a := newArchive(t)
	a.registered()
	if err := a.decided("first", account.Active, account.Disabled, account.Suspends, 0); err != nil {
		t.Fatal(err)
	}
	if err := a.signInAfter("b", account.AloneFor-time.Millisecond); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("signing in in the day's last moment: %v", err)
	}
	if err := a.signInAfter("c", account.AloneFor); err != nil {
		t.Errorf("signing in a day later: %v", err)
	}
	if got, err := a.accounts.Account(t.Context(), "a1"); err != nil || got.Status != account.Active || !got.DisabledUntil.IsZero() || !got.AloneAt.Equal(noon) {
		t.Errorf("account %s until %v, alone at %v, %v", got.Status, got.DisabledUntil, got.AloneAt, err)
	}
	// The proposal waits seven days for another; nobody stops it alone before that.
	if err := a.decided("second", account.Active, account.Disabled, account.Suspends, account.AloneOnce-time.Second); !errors.Is(err, account.ErrChanged) {
		t.Errorf("again within seven days: %v", err)
	}
	if err := a.decided("second", account.Active, account.Disabled, account.Suspends, account.AloneOnce); err != nil {
		t.Errorf("again after seven days: %v", err)
	}
	if list, err := a.decisions.Proposals(t.Context(), "a1", noon.Add(account.AloneOnce)); err != nil || len(list) != 1 || list[0].By != actor("second") || list[0].Status != account.Disabled {
		t.Errorf("proposals %+v, %v", list, err)
	}
	if list, err := a.decisions.Proposals(t.Context(), "a1", noon.Add(account.AloneOnce+account.ProposalLife)); err != nil || len(list) > 0 {
		t.Errorf("proposals that have lapsed %+v, %v", list, err)
	}
	// Another makes it last, and one is enough to open access again.
	if err := a.decided("second", account.Disabled, account.Disabled, account.Agrees, account.AloneOnce); !errors.Is(err, account.ErrChanged) {
		t.Errorf("one's own proposal: %v", err)
	}
	if err := a.decided("first", account.Disabled, account.Disabled, account.Agrees, account.AloneOnce); err != nil {
		t.Fatal(err)
	}
	if err := a.signInAfter("d", 100*account.AloneOnce); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("signing in to what two stopped: %v", err)
	}
	if err := a.decided("first", account.Disabled, account.Active, account.Does, account.AloneOnce); err != nil {
		t.Fatal(err)
	}
	if err := a.signInAfter("e", account.AloneOnce); err != nil {
		t.Error(err)
	}
}

// TestClosingTakesTwo: of two who propose at once one does, and of two who agree at once one does.
func TestClosingTakesTwo(t *testing.T) {
	a := newArchive(t)
	a.registered()
	propose := func(by string) func() error {
		return a.decision(by, account.Active, account.Closed, account.Proposes, 0)
	}
	agree := func(by string) func() error {
		return a.decision(by, account.Active, account.Closed, account.Agrees, time.Second)
	}
	if err := agree("first")(); !errors.Is(err, account.ErrChanged) {
		t.Errorf("agreeing to nothing: %v", err)
	}
	one, other := race(propose("first"), propose("second"))
	if (one == nil) == (other == nil) || !errors.Is(errors.Join(one, other), account.ErrChanged) {
		t.Fatalf("proposing at once: %v, %v", one, other)
	}
	proposer, another := "first", "second"
	if one != nil {
		proposer, another = another, proposer
	}
	if got, err := a.accounts.Account(t.Context(), "a1"); err != nil || got.Status != account.Active {
		t.Fatalf("a proposal made the account %s, %v", got.Status, err)
	}
	if err := agree(proposer)(); !errors.Is(err, account.ErrChanged) {
		t.Errorf("one's own proposal: %v", err)
	}
	one, other = race(agree(another), agree("third"))
	if (one == nil) == (other == nil) || !errors.Is(errors.Join(one, other), account.ErrChanged) {
		t.Fatalf("agreeing at once: %v, %v", one, other)
	}
	if got, err := a.accounts.Account(t.Context(), "a1"); err != nil || got.Status != account.Closed {
		t.Errorf("account %s, %v", got.Status, err)
	}
}
