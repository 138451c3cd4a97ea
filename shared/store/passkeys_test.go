package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
)

// keyring is the passkeys of the company's people.
type keyring struct {
	*people
	passkeys *store.Passkeys
}

func newKeyring(t *testing.T) (k keyring, head, signer session.Session) {
	p := newPeople(t)
	head, signer = companyOf(p)
	return keyring{p, store.NewPasskeys(p.db, p.table)}, head, signer
}

func handleOf(person string) []byte { return []byte("handle of " + person) }

func passkeyNamed(name string) account.Passkey {
	return account.Passkey{ID: []byte("id of " + name), Name: name, Key: []byte("key of " + name), Count: 1, Eligible: true, AddedAt: noon}
}

func (k keyring) add(ctx context.Context, c challenge.Challenge, in session.Session, name string) error {
	by := account.Acting{ID: in.Person.ID, Name: in.Person.Name, Role: "signer", Number: in.Person.Number, Certificate: in.Certificate, NotAfter: in.NotAfter}
	return k.passkeys.Add(ctx, c, in, by, handleOf(in.Person.ID), passkeyNamed(name))
}

// names of a person's passkeys.
func (k keyring) names(person string) (names []string) {
	k.Helper()
	all, err := k.passkeys.Of(context.Background(), "one")
	if err != nil {
		k.Fatal(err)
	}
	for _, p := range all[person] {
		names = append(names, p.Name)
	}
	return names
}

func TestPasskeys(t *testing.T) {
	k, head, signer := newKeyring(t)
	ctx := t.Context()
	if _, _, err := k.passkeys.Holder(ctx, handleOf("signer")); !errors.Is(err, account.ErrNoPasskey) {
		t.Errorf("nobody's handle: %v", err)
	}
	used := k.challenge()
	if err := k.add(ctx, used, signer, "phone"); err != nil {
		t.Fatal(err)
	}
	if err := k.add(ctx, used, signer, "laptop"); !errors.Is(err, challenge.ErrUsed) {
		t.Errorf("with a challenge that was used: %v", err)
	}
	if err := k.add(ctx, k.challenge(), signer, "phone"); !errors.Is(err, account.ErrPasskeyKnown) {
		t.Errorf("once more: %v", err)
	}
	if err := errors.Join(k.add(ctx, k.challenge(), signer, "laptop"), k.add(ctx, k.challenge(), head, "phone")); err != nil {
		t.Fatal(err)
	}
	id, h, err := k.passkeys.Holder(ctx, handleOf("signer"))
	if err != nil || id != "one" || h.Person.ID != "signer" || h.Key != "key of signer" || h.Person.Role != "signer" || len(h.Passkeys) != 2 || h.Lapsed(noon, false) || !h.Lapsed(noon, true) {
		t.Fatalf("holder %q %+v, %v", id, h, err)
	}
	phone, ok := h.Find([]byte("id of phone"))
	if want := passkeyNamed("phone"); !ok || fmt.Sprintf("%#v", phone) != fmt.Sprintf("%#v", want) {
		t.Errorf("found %#v, want %#v", phone, want)
	}

	in := byPerson("c", "signer")
	in.By, in.Certificate, in.CreatedAt = session.ByPasskey, nil, noon.Add(time.Minute)
	if err := k.sessions.SignInByPasskey(ctx, k.challenge(), phone, 5, true, in); err != nil {
		t.Fatal(err)
	}
	if err := k.sessions.SignInByPasskey(ctx, k.challenge(), phone, 6, true, in); !errors.Is(err, account.ErrNoPasskey) {
		t.Errorf("as it was read before: %v", err)
	}
	_, h, _ = k.passkeys.Holder(ctx, handleOf("signer"))
	if p, _ := h.Find(phone.ID); p.Count != 5 || !p.Backed || !p.UsedAt.Equal(in.CreatedAt) || len(h.Person.Certificate) == 0 {
		t.Errorf("used %#v of %+v", p, h.Person)
	}

	removed := account.NewEvent(account.EventPasskeyRemoved, "one", "r", noon)
	if err := k.passkeys.Remove(ctx, "one", "signer", store.PasskeyID([]byte("nothing")), "", removed, noon); !errors.Is(err, account.ErrNoPasskey) {
		t.Errorf("removing none: %v", err)
	}
	if err := k.passkeys.Remove(ctx, "one", "signer", store.PasskeyID(phone.ID), in.ID, removed, noon); err != nil || !k.alive(in.ID) || k.alive(signer.ID) || !k.alive(head.ID) {
		t.Errorf("removing: %v, or the wrong sessions", err)
	}
	if got := k.names("signer"); !slices.Equal(got, []string{"laptop"}) {
		t.Errorf("left %v", got)
	}
	if err := k.add(ctx, k.challenge(), signer, "phone"); !errors.Is(err, session.ErrNone) {
		t.Errorf("in a session that is over: %v", err)
	}
	// A copy: a request that comes twice takes nothing away.
	copied := account.NewEvent(account.EventPasskeyCopied, "one", "c", noon)
	if err := k.passkeys.RemoveCopied(ctx, used, "one", "signer", store.PasskeyID([]byte("id of laptop")), copied, noon); !errors.Is(err, challenge.ErrUsed) || len(k.names("signer")) != 1 {
		t.Errorf("by a challenge that was used: %v", err)
	}
	if err := k.passkeys.RemoveCopied(ctx, k.challenge(), "one", "signer", store.PasskeyID([]byte("id of laptop")), copied, noon); err != nil || k.alive(in.ID) {
		t.Errorf("copied: %v, or its session lives", err)
	}
	if err := k.credentials.EndActing(ctx, "one", "head"); err != nil || k.names("head") != nil {
		t.Errorf("ending the head: %v, left %v", err, k.names("head"))
	}
	if _, _, err := k.passkeys.Holder(ctx, handleOf("head")); !errors.Is(err, account.ErrNoPasskey) {
		t.Errorf("the head's handle: %v", err)
	}
	k.check()
}

// TestPasskeysAtOnce: of many that are added at once five are.
func TestPasskeysAtOnce(t *testing.T) {
	k, head, _ := newKeyring(t)
	results := make(chan error)
	var all sync.WaitGroup
	for n := range account.MaxPasskeys + 3 {
		c := k.challenge()
		all.Go(func() { results <- k.add(context.Background(), c, head, fmt.Sprint(n)) })
	}
	go func() { all.Wait(); close(results) }()
	added := 0
	for err := range results {
		if err == nil {
			added++
		}
	}
	for len(k.names("head")) < account.MaxPasskeys { // whoever lost every try may try again
		if err := k.add(t.Context(), k.challenge(), head, fmt.Sprint("again ", added)); err != nil {
			t.Fatal(err)
		}
		added++
	}
	if err := k.add(t.Context(), k.challenge(), head, "one more"); !errors.Is(err, account.ErrPasskeys) || added != account.MaxPasskeys || len(k.names("head")) != added {
		t.Errorf("added %d, have %v, one more: %v", added, k.names("head"), err)
	}
}

// TestAddPasskeyWhileEnded: whose access is taken away has no passkey after it, whichever comes first.
func TestAddPasskeyWhileEnded(t *testing.T) {
	t.Parallel()
	k, _, _ := newKeyring(t)
	ctx := context.Background()
	first, late := 0, 0
	for round := range raceTimes {
		n := byPerson("x", "signer")
		n.ID = sessionID("n", round)
		if err := k.sessions.SignIn(ctx, k.challenge(), n); err != nil {
			t.Fatal(err)
		}
		current, err := k.sessions.Get(ctx, n.ID, noon)
		if err != nil {
			t.Fatal(err)
		}
		current.Certificate, current.NotAfter = n.Certificate, n.NotAfter
		c := k.challenge()
		ended, added := race(
			func() error { return k.credentials.EndActing(ctx, "one", "signer") },
			func() error { return k.add(ctx, c, current, "phone") })
		switch {
		case ended != nil || added != nil && !errors.Is(added, session.ErrNone):
			t.Fatalf("round %d: end %v, add %v", round, ended, added)
		case added == nil:
			first++
		default:
			late++
		}
		if left := k.names("signer"); left != nil {
			t.Fatalf("round %d: %v is left, add %v", round, left, added)
		}
	}
	t.Logf("added first %d times, ended first %d times", first, late)
}

// TestSignInWhilePasskeyRemoved: a session is over or was not opened; and of two signatures that count alike one opens.
func TestSignInWhilePasskeyRemoved(t *testing.T) {
	t.Parallel()
	k, head, _ := newKeyring(t)
	ctx := context.Background()
	for round := range raceTimes {
		name := fmt.Sprint(round)
		if round > 0 { // the head's session was ended with the passkey of the round before
			head.ID = sessionID("h", round)
			if err := k.sessions.SignIn(ctx, k.challenge(), head); err != nil {
				t.Fatal(err)
			}
		}
		current, err := k.sessions.Get(ctx, head.ID, noon)
		if err != nil {
			t.Fatal(err)
		}
		current.Certificate, current.NotAfter = head.Certificate, head.NotAfter
		if err := k.add(ctx, k.challenge(), current, name); err != nil {
			t.Fatal(err)
		}
		p := passkeyNamed(name)
		n, m := byPerson("x", "head"), byPerson("x", "head")
		n.ID, m.ID, n.Certificate, m.Certificate = sessionID("n", round), sessionID("m", round), nil, nil
		one, two, three := k.challenge(), k.challenge(), account.NewEvent(account.EventPasskeyRemoved, "one", name, noon)
		opened, again := race(
			func() error { return k.sessions.SignInByPasskey(ctx, one, p, 2, false, n) },
			func() error { return k.sessions.SignInByPasskey(ctx, two, p, 2, false, m) })
		if (opened == nil) == (again == nil) || opened != nil && !errors.Is(opened, account.ErrNoPasskey) || again != nil && !errors.Is(again, account.ErrNoPasskey) {
			t.Fatalf("round %d: two signatures of one count: %v, %v", round, opened, again)
		}
		p.Count = 2
		n.ID = sessionID("o", round)
		c := k.challenge()
		removed, opened := race(
			func() error { return k.passkeys.Remove(ctx, "one", "head", store.PasskeyID(p.ID), "", three, noon) },
			func() error { return k.sessions.SignInByPasskey(ctx, c, p, 3, false, n) })
		if removed != nil || opened != nil && !errors.Is(opened, account.ErrNoPasskey) {
			t.Fatalf("round %d: remove %v, sign in %v", round, removed, opened)
		}
		if k.alive(n.ID) || len(k.names("head")) != 0 {
			t.Fatalf("round %d: the session lives (%v), or %v is left", round, opened, k.names("head"))
		}
	}
}
