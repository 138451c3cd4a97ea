package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
)

// TestLeaveWhileSigningIn: whoever signs in while leaving has no session afterwards, and the same
// person registers again.
func TestLeaveWhileSigningIn(t *testing.T) {
	p := newPeople(t)
	ctx := context.Background()
	s := aigul(t)
	p.accept(s, "v1")
	for round := range raceTimes / 10 {
		id := fmt.Sprintf("account %d", round)
		c := p.challenge()
		if _, err := p.accounts.Register(ctx, p.registration(s, id, c), c, withID(newSession("x", id), sessionID("r", round))); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		leaving, signing := p.challenge(), p.challenge()
		n := withID(newSession("x", id), sessionID("l", round))
		left, opened := race(
			func() error {
				return p.accounts.Leave(ctx, account.Leaving{AccountID: id, At: noon, Evidence: account.Evidence{Nonce: leaving.Nonce}}, leaving)
			},
			func() error { return p.accounts.SignIn(ctx, signing, n) })
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
		if err := p.accounts.Leave(ctx, account.Leaving{AccountID: id, At: noon}, challenge.Challenge{Nonce: "again"}); !errors.Is(err, account.ErrNotRegistered) {
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
			return p.accounts.Leave(ctx, account.Leaving{AccountID: "one", At: noon, Evidence: account.Evidence{Nonce: c.Nonce}}, c)
		}
	}
	one, two := race(leave(a), leave(b))
	if (one == nil) == (two == nil) || !errors.Is(errors.Join(one, two), account.ErrNotRegistered) {
		t.Errorf("%v and %v", one, two)
	}
}
