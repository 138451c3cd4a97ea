package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/challenge"
)

// TestLeaveWhileSigningIn: whoever signs in while leaving has no session afterwards, and the same
// person registers again.
func TestLeaveWhileSigningIn(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	ctx := context.Background()
	s := aigul(t)
	p.accept(s, "v1")
	for round := range raceTimes {
		id := fmt.Sprintf("account %d", round)
		c := p.challenge()
		if _, err := p.registrations.Register(ctx, p.registration(s, id, c), c, withID(newSession("x", id), sessionID("r", round))); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		leaving, signing := p.challenge(), p.challenge()
		n := withID(newSession("x", id), sessionID("l", round))
		left, opened := race(
			func() error {
				return p.leavings.Leave(ctx, account.Leaving{AccountID: id, At: noon, Evidence: account.Evidence{Nonce: leaving.Nonce}}, leaving)
			},
			func() error { return p.sessions.SignIn(ctx, signing, n) })
		if left != nil || opened != nil && !errors.Is(opened, account.ErrNotRegistered) {
			t.Fatalf("round %d: leave %v, sign in %v", round, left, opened)
		}
		for _, session := range []string{n.ID, sessionID("r", round)} {
			if p.alive(session) {
				t.Fatalf("round %d: a session outlives its account", round)
			}
		}
		if _, err := p.accounts.BySubject(ctx, s.Key(indexKey)); !errors.Is(err, account.ErrNotRegistered) {
			t.Fatalf("round %d: the subject's account: %v", round, err)
		}
		if err := p.leavings.Leave(ctx, account.Leaving{AccountID: id, At: noon}, challenge.Challenge{Nonce: "again"}); !errors.Is(err, account.ErrNotRegistered) {
			t.Fatalf("round %d: left twice: %v", round, err)
		}
	}
}

// TestLeaveTwice: of two signed refusals at once one closes the account.
func TestLeaveTwice(t *testing.T) {
	p := newPeople(t)
	ctx := context.Background()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	a, b := p.challenge(), p.challenge()
	leave := func(c challenge.Challenge) func() error {
		return func() error {
			return p.leavings.Leave(ctx, account.Leaving{AccountID: "one", At: noon, Evidence: account.Evidence{Nonce: c.Nonce}}, c)
		}
	}
	one, two := race(leave(a), leave(b))
	if (one == nil) == (two == nil) || !errors.Is(errors.Join(one, two), account.ErrNotRegistered) {
		t.Errorf("%v and %v", one, two)
	}
}

// TestClosing: whoever closes an account, the same goes and the same stays.
func TestClosing(t *testing.T) {
	for _, tt := range []struct {
		name string
		shut func(a *archive) error
	}{
		{"by its holder", func(a *archive) error {
			c := a.challenge()
			return a.leavings.Leave(a.Context(), account.Leaving{AccountID: "a1", At: noon, Evidence: account.Evidence{Nonce: c.Nonce}}, c)
		}},
		{"by an administrator", func(a *archive) error {
			return a.decisions.Become(a.Context(), "a1", account.Active, account.Closed, account.Does, a.entry(audit.AccountDeleted, "admin", "a1"))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := newArchive(t)
			holder := a.registered()
			a.verifyMobile("a1", "1", "+77011234567", noon.Add(-time.Hour))
			if err := a.contacts.AskCode(t.Context(), account.NewCode(indexKey, account.Mobile, "a1", "2", "+77077654321", [4]byte{}, noon)); err != nil {
				t.Fatal(err)
			}
			for _, sk := range []string{"CODE", "CODE#MOBILE"} {
				if !slices.Contains(a.items(), "ACCOUNT#a1 "+sk) {
					t.Fatalf("there is no %s", sk)
				}
			}
			if err := tt.shut(a); err != nil {
				t.Fatal(err)
			}
			closed, err := a.accounts.Account(t.Context(), "a1")
			if err != nil || closed.Status != account.Closed || closed.Email != "" || closed.Mobile != "" || !closed.MobileFrom.IsZero() || !closed.Verified.IsZero() ||
				len(closed.Rights) > 0 || closed.Epoch != holder.Epoch+1 {
				t.Errorf("closed account %+v, %v", closed, err)
			}
			keys := a.items()
			for _, gone := range []string{"ACCOUNT#a1 PASSWORD", "ACCOUNT#a1 CODE", "ACCOUNT#a1 CODE#MOBILE"} {
				if slices.Contains(keys, gone) {
					t.Errorf("%s is still there", gone)
				}
			}
			list, err := a.contacts.Addresses(t.Context(), "a1", account.Email)
			if err != nil || len(list) != 1 || list[0].To != holder.Email || !list[0].Until.Equal(noon) {
				t.Errorf("history %+v, %v", list, err)
			}
			list, err = a.contacts.Addresses(t.Context(), "a1", account.Mobile)
			if err != nil || len(list) != 1 || list[0].To != "+77011234567" || !list[0].Until.Equal(noon) {
				t.Errorf("history of numbers %+v, %v", list, err)
			}
			if _, err := a.accounts.BySubject(t.Context(), holder.Key); !errors.Is(err, account.ErrNotRegistered) {
				t.Errorf("the subject's account: %v", err)
			}
		})
	}
}
