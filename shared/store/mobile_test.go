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

// verifyMobile asks for a code of a number at the instant at and types it right.
func (p *people) verifyMobile(accountID, id, number string, at time.Time) {
	p.Helper()
	c := account.NewCode(indexKey, account.Mobile, accountID, id, number, [4]byte{1, 2, 3, 4}, at)
	err := p.contacts.AskCode(p.Context(), c)
	if err == nil {
		c, err = p.contacts.TryCode(p.Context(), accountID, account.Mobile, func(to string) string {
			return account.CodeMAC(indexKey, accountID, to, c.Digits)
		}, at)
	}
	if err == nil {
		err = p.contacts.Verify(p.Context(), c, account.Evidence{Address: "192.0.2.1", UserAgent: "test"})
	}
	if err != nil {
		p.Fatal(err)
	}
}

const (
	firstNumber  = "+77011234567" // of registration
	secondNumber = "+77077654321"
)

// TestMobile: a number of the form takes nothing before its code is typed; then each number has
// its time, and the history says which.
func TestMobile(t *testing.T) {
	p := newPeople(t)
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	stands := func(number string, from time.Time, history ...account.Address) {
		t.Helper()
		a, err := p.accounts.Account(t.Context(), "one")
		if err != nil || a.Mobile != number || !a.MobileFrom.Equal(from) {
			t.Errorf("number %q since %v, want %q since %v, %v", a.Mobile, a.MobileFrom, number, from, err)
		}
		if _, ok := a.Texts(); ok != !from.IsZero() {
			t.Errorf("takes text messages: %t", ok)
		}
		list, err := p.contacts.Addresses(t.Context(), "one", account.Mobile)
		if err != nil || !slices.Equal(list, history) {
			t.Errorf("history %+v, want %+v, %v", list, history, err)
		}
	}
	stands(firstNumber, time.Time{})

	// The code of mail is another: neither opens the other's address.
	if err := p.contacts.AskCode(t.Context(), account.NewCode(indexKey, account.Email, "one", "mail", "new@example.kz", [4]byte{1, 2, 3, 4}, at(0))); err != nil {
		t.Fatal(err)
	}
	p.verifyMobile("one", "1", firstNumber, at(1))
	stands(firstNumber, at(1), account.Address{To: firstNumber, From: at(1), VerifiedAt: at(1)})
	if _, err := p.contacts.TryCode(t.Context(), "one", account.Mobile, func(string) string { return "" }, at(1)); !errors.Is(err, account.ErrCodeGone) {
		t.Errorf("a used code: %v", err)
	}
	if !slices.Contains(p.items(), "ACCOUNT#one CODE") {
		t.Error("the code of mail went with the number's")
	}

	p.verifyMobile("one", "2", firstNumber, at(2)) // once more: it stands since it first did
	stands(firstNumber, at(1), account.Address{To: firstNumber, From: at(1), VerifiedAt: at(2)})

	p.verifyMobile("one", "3", secondNumber, at(3))
	stands(secondNumber, at(3),
		account.Address{To: firstNumber, From: at(1), Until: at(3), VerifiedAt: at(2)},
		account.Address{To: secondNumber, From: at(3), VerifiedAt: at(3)})

	for range 2 { // the second time there is nothing to remove
		if err := p.contacts.RemoveMobile(t.Context(), "one", "4", at(4)); err != nil {
			t.Fatal(err)
		}
	}
	gone := []account.Address{
		{To: firstNumber, From: at(1), Until: at(3), VerifiedAt: at(2)},
		{To: secondNumber, From: at(3), Until: at(4), VerifiedAt: at(3)},
	}
	stands("", time.Time{}, gone...)

	// A clock that goes back writes over no earlier time.
	p.verifyMobile("one", "5", firstNumber, at(3))
	back := at(3).Add(time.Millisecond)
	stands(firstNumber, back, gone[0], gone[1], account.Address{To: firstNumber, From: back, VerifiedAt: at(3)})

	want := []string{
		"account.welcome ", "contact.code ", "mobile.code ", "mobile.code ", "mobile.code ", "mobile.code ",
		"mobile.removed ", "mobile.replaced ", "mobile.verified ", "mobile.verified ", "mobile.verified ", "mobile.verified ",
	}
	if got := p.events("one"); !slices.Equal(got, want) {
		t.Errorf("events %q", got)
	}
	if err := p.contacts.RemoveMobile(t.Context(), "two", "1", noon); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("removing nobody's number: %v", err)
	}
}

// TestRemoveUnverifiedMobile: a number that was only written down leaves no history.
func TestRemoveUnverifiedMobile(t *testing.T) {
	p := newPeople(t)
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	before := p.events("one")
	if err := p.contacts.RemoveMobile(t.Context(), "one", "1", noon); err != nil {
		t.Fatal(err)
	}
	a, err := p.accounts.Account(t.Context(), "one")
	if err != nil || a.Mobile != "" {
		t.Errorf("number %q, %v", a.Mobile, err)
	}
	if list, err := p.contacts.Addresses(t.Context(), "one", account.Mobile); err != nil || len(list) != 0 {
		t.Errorf("history %+v, %v", list, err)
	}
	if got := p.events("one"); !slices.Equal(got, before) {
		t.Errorf("events %q, before %q", got, before)
	}
}

// TestVerifyWhileRemoving: a number is typed in while the one that stands is removed, or the
// account closed. One outcome: history and account agree, and a closed account has no number.
func TestVerifyWhileRemoving(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	ctx := context.Background()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	for round := range raceTimes / 5 {
		at := noon.Add(time.Duration(round) * time.Second)
		if round%2 == 0 {
			p.verifyMobile("one", fmt.Sprintf("%d-first", round), firstNumber, at)
		}
		c := account.NewCode(indexKey, account.Mobile, "one", fmt.Sprintf("%d-second", round), secondNumber, [4]byte{1}, at.Add(time.Millisecond))
		if err := p.contacts.AskCode(ctx, c); err != nil {
			t.Fatal(err)
		}
		typed, removed := race(
			func() error { return p.contacts.Verify(ctx, c, account.Evidence{}) },
			func() error {
				return p.contacts.RemoveMobile(ctx, "one", fmt.Sprint(round), at.Add(2*time.Millisecond))
			})
		// Removing first voids the code, when there was a number to remove.
		if removed != nil || typed != nil && !errors.Is(typed, account.ErrCodeGone) {
			t.Fatalf("round %d: verify %v, remove %v", round, typed, removed)
		}
		a, err := p.accounts.Account(ctx, "one")
		if err != nil {
			t.Fatal(err)
		}
		list, err := p.contacts.Addresses(ctx, "one", account.Mobile)
		if err != nil {
			t.Fatal(err)
		}
		open := slices.DeleteFunc(slices.Clone(list), func(x account.Address) bool { return !x.Until.IsZero() })
		if number, ok := a.Texts(); ok != (len(open) == 1) || len(open) > 1 || ok && open[0].To != number {
			t.Fatalf("round %d: account has %q, the history stands at %+v", round, number, open)
		}
		if err := p.contacts.RemoveMobile(ctx, "one", fmt.Sprintf("%d-end", round), at.Add(3*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTexts: what became of a text message is kept for its channel alone.
func TestTexts(t *testing.T) {
	p := newPeople(t)
	sent := account.NewEvent(account.EventNewDevice, "one", "s1", noon)
	refused := account.NewEvent(account.EventPasswordChanged, "one", "s2", noon)
	for e, id := range map[account.Event]string{sent: "m1", refused: ""} {
		if done, err := p.notices.Texted(t.Context(), e); err != nil || done {
			t.Errorf("%v before: %t, %v", e, done, err)
		}
		if err := p.notices.RecordText(t.Context(), e, id, noon); err != nil {
			t.Fatal(err)
		}
		if done, err := p.notices.Texted(t.Context(), e); err != nil || !done {
			t.Errorf("%v after: %t, %v", e, done, err)
		}
		if done, err := p.notices.Delivered(t.Context(), e); err != nil || done {
			t.Errorf("%v counts as mailed: %t, %v", e, done, err)
		}
	}
}
