package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
)

func TestAddresses(t *testing.T) {
	p := newPeople(t)
	ctx := t.Context()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	right := func(digits string) func(string) string {
		return func(email string) string { return account.CodeMAC(indexKey, "one", email, digits) }
	}
	if _, err := p.contacts.TryCode(ctx, "two", account.Email, right("000000"), noon); !errors.Is(err, account.ErrCodeGone) {
		t.Errorf("code of an account without one: %v", err)
	}
	c := account.NewCode(indexKey, account.Email, "one", "1", "new@example.kz", [4]byte{9, 9, 9, 9}, noon)
	if err := p.contacts.AskCode(ctx, c); err != nil {
		t.Fatal(err)
	}
	later := noon.Add(time.Minute)
	got, err := p.contacts.TryCode(ctx, "one", account.Email, right(c.Digits), later)
	if err != nil || got.To != "new@example.kz" {
		t.Fatalf("TryCode = %q, %v", got.To, err)
	}
	if err := p.contacts.Verify(ctx, got, account.Evidence{Address: "192.0.2.1"}); err != nil {
		t.Fatal(err)
	}
	list, err := p.contacts.Addresses(ctx, "one", account.Email)
	if err != nil || len(list) != 2 || list[0].To != "aigul@example.kz" || !list[0].Until.Equal(later) || !list[0].VerifiedAt.IsZero() ||
		list[1] != (account.Address{To: "new@example.kz", From: later, VerifiedAt: later}) {
		t.Errorf("Addresses = %+v, %v", list, err)
	}
	a, err := p.accounts.Account(ctx, "one")
	if err != nil || a.Email != "new@example.kz" || !a.Verified.Equal(later) || !a.EmailFrom.Equal(later) {
		t.Errorf("account %q since %v, %v", a.Email, a.EmailFrom, err)
	}
	if got := p.events("one"); !slices.Equal(got, []string{"account.welcome ", "contact.code ", "contact.replaced "}) {
		t.Errorf("events %q", got)
	}
}

// TestVerifyAtOnce: of two that type the same code one verifies, and a code asked for meanwhile
// is neither used up nor brought back.
func TestVerifyAtOnce(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	ctx := context.Background()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	for round := range raceTimes {
		ask := func(id string) account.Code {
			at := noon.Add(time.Duration(round) * time.Second)
			return account.NewCode(indexKey, account.Email, "one", fmt.Sprintf("%d-%s", round, id), fmt.Sprintf("%d@example.kz", round), [4]byte{1}, at)
		}
		c := ask("a")
		if err := p.contacts.AskCode(ctx, c); err != nil {
			t.Fatal(err)
		}
		one, two := race(
			func() error { return p.contacts.Verify(ctx, c, account.Evidence{}) },
			func() error {
				if round%2 == 0 {
					return p.contacts.Verify(ctx, c, account.Evidence{})
				}
				return p.contacts.AskCode(ctx, ask("b"))
			})
		a, err := p.accounts.Account(ctx, "one")
		if err != nil {
			t.Fatal(err)
		}
		verified := a.Email == c.To
		if round%2 == 0 {
			if (one == nil) == (two == nil) || !verified || !errors.Is(errors.Join(one, two), account.ErrCodeGone) {
				t.Fatalf("round %d: %v and %v, verified %t", round, one, two, verified)
			}
			continue
		}
		if two != nil || (one == nil) != verified || one != nil && !errors.Is(one, account.ErrCodeGone) {
			t.Fatalf("round %d: verify %v, ask %v, verified %t", round, one, two, verified)
		}
		if _, err := p.contacts.TryCode(ctx, "one", account.Email, func(string) string { return ask("b").MAC }, ask("b").At); err != nil {
			t.Fatalf("round %d: the code asked for meanwhile: %v", round, err)
		}
	}
	list, err := p.contacts.Addresses(ctx, "one", account.Email)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range list[1:] {
		if !list[i].Until.Equal(a.From) {
			t.Fatalf("address %d ends %v, the next begins %v", i, list[i].Until, a.From)
		}
	}
}
