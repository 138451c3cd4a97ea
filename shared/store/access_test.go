package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
)

// alive says what a reader of a request's cookie would: the session is there and of the
// epoch of an open account.
func (p *people) alive(id string) bool {
	p.Helper()
	n, err := p.sessions.Get(p.Context(), id, noon)
	if errors.Is(err, session.ErrNone) {
		return false
	}
	if err != nil {
		p.Fatal(err)
	}
	a, err := p.accounts.Account(p.Context(), n.AccountID)
	if err != nil {
		p.Fatal(err)
	}
	return a.EpochOf(n.Person.ID) == n.Epoch && a.Status == account.Active
}

// kept is the session that stays when the others of an account end.
func kept(accountID, id string) session.Session { return session.Session{ID: id, AccountID: accountID} }

// password returns the hash of a person's password.
func (p *people) password(accountID, person string) (string, error) {
	c, err := p.credentials.Credential(p.Context(), accountID, person)
	return c.Hash, err
}

// events returns the types of an account's outbox since registration, sorted.
func (p *people) events(id string) []string {
	p.Helper()
	out, err := p.db.Scan(p.Context(), &dynamodb.ScanInput{TableName: &p.table, ConsistentRead: aws.Bool(true)})
	if err != nil {
		p.Fatal(err)
	}
	var types []string
	for _, it := range out.Items {
		e, ok := accountEvent(p, it)
		if ok && e.AccountID == id && e.ID != "registration" {
			types = append(types, string(e.Type)+" "+e.By)
		}
	}
	slices.Sort(types)
	return types
}

func TestNewDevice(t *testing.T) {
	p := newPeople(t)
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one") // from device ""
	open := func(id, device string, at time.Time) {
		t.Helper()
		n := newSession(id, "one")
		n.Device, n.By, n.CreatedAt, n.SeenAt = device, session.ByEDS, at, at
		if err := p.sessions.SignIn(t.Context(), p.challenge(), n); err != nil {
			t.Fatal(err)
		}
	}
	open("b", "", noon)
	if got := p.events("one"); len(got) != 0 {
		t.Errorf("the device of registration is news: %q", got)
	}
	open("c", "phone", noon)
	open("d", "phone", noon.Add(session.DeviceLife/2))
	if got := p.events("one"); len(got) != 1 || got[0] != "account.new-device eds" {
		t.Errorf("events %q, want one of a new device", got)
	}
	open("e", "phone", noon.Add(session.DeviceLife+time.Second))
	if got := p.events("one"); len(got) != 2 {
		t.Errorf("events %q, want another: the office forgets a device after a year", got)
	}
}

func TestSessionsOfAnAccount(t *testing.T) {
	p := newPeople(t)
	ctx := t.Context()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	for i, id := range []string{"b", "c", "d"} {
		n := newSession(id, "one")
		n.Agent, n.CreatedAt = "browser "+id, noon.Add(time.Duration(i+1)*time.Second)
		n.SeenAt = n.CreatedAt
		if err := p.sessions.SignIn(ctx, p.challenge(), n); err != nil {
			t.Fatal(err)
		}
	}
	list := func() string {
		t.Helper()
		a, err := p.accounts.Account(ctx, "one")
		if err != nil {
			t.Fatal(err)
		}
		found, err := p.sessions.Of(ctx, a, noon.Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		ids := ""
		for _, n := range found {
			ids += n.ID[:1]
		}
		return ids
	}
	if got := list(); got != "dcba" {
		t.Errorf("sessions %s, want dcba", got)
	}
	if err := p.sessions.EndOf(ctx, "two", newSession("b", "").ID); !errors.Is(err, session.ErrNone) {
		t.Errorf("another's session: %v", err)
	}
	if err := p.sessions.EndOf(ctx, "one", newSession("b", "").ID); err != nil {
		t.Fatal(err)
	}
	if got := list(); got != "dca" {
		t.Errorf("after one ended: %s, want dca", got)
	}
	keep := newSession("c", "").ID
	for range 2 { // again and again: the kept one goes along
		if err := p.sessions.EndOthers(ctx, kept("one", keep), true); err != nil {
			t.Fatal(err)
		}
		if got := list(); got != "c" || !p.alive(keep) {
			t.Errorf("after the others ended: %s, want c", got)
		}
	}
	for _, ended := range []string{"a", "b"} {
		if err := p.sessions.EndOthers(ctx, kept("one", newSession(ended, "").ID), true); !errors.Is(err, session.ErrNone) {
			t.Errorf("session %s, which has ended, ends others: %v", ended, err)
		}
	}
	if !p.alive(keep) {
		t.Error("what was refused had an effect")
	}
}

func TestPasswordChange(t *testing.T) {
	p := newPeople(t)
	ctx := t.Context()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	old, err := p.password("one", "")
	if err != nil || old == "" {
		t.Fatalf("Password = %q, %v", old, err)
	}
	if err := p.sessions.SignInByPassword(ctx, old, newSession("b", "one")); err != nil {
		t.Fatal(err)
	}
	change := account.PasswordChange{
		AccountID: "one", ID: "1", From: "another", To: "new", By: "password", Keep: newSession("a", "").ID, At: noon,
	}
	if err := p.credentials.ChangePassword(ctx, change); !errors.Is(err, account.ErrPassword) {
		t.Errorf("change from another hash: %v", err)
	}
	if !p.alive(newSession("b", "").ID) || len(p.events("one")) != 0 {
		t.Error("a refused change had an effect")
	}
	change.From = old
	if err := p.credentials.ChangePassword(ctx, change); err != nil {
		t.Fatal(err)
	}
	if hash, err := p.password("one", ""); hash != "new" || err != nil {
		t.Errorf("Password = %q, %v", hash, err)
	}
	if !p.alive(newSession("a", "").ID) || p.alive(newSession("b", "").ID) {
		t.Error("the change should end the other sessions and keep its own")
	}
	if err := p.sessions.SignInByPassword(ctx, old, newSession("c", "one")); !errors.Is(err, account.ErrPassword) {
		t.Errorf("sign-in with the old one: %v", err)
	}
	c := p.challenge()
	reset := account.Reset{To: "aigul@example.kz", MAC: "mac", Change: account.PasswordChange{AccountID: "one", ID: "2", To: "newer", By: "eds", At: noon}}
	if err := p.credentials.AskReset(ctx, reset, c); err != nil {
		t.Fatal(err)
	}
	if err := p.credentials.AskReset(ctx, reset, c); !errors.Is(err, challenge.ErrUsed) {
		t.Errorf("asked again by the same signature: %v", err)
	}
	if hash, err := p.password("one", ""); hash != "new" || err != nil || !p.alive(newSession("a", "").ID) {
		t.Errorf("before the code: Password = %q, %v", hash, err)
	}
	typed := func(id, mac string, at time.Time) error {
		_, err := p.credentials.TryReset(ctx, "one", "", id, func(string) string { return mac }, at)
		return err
	}
	if err := typed("another", "mac", noon); !errors.Is(err, account.ErrCodeGone) {
		t.Errorf("the code of another reset: %v", err)
	}
	if err := typed("2", "another", noon); !errors.Is(err, account.ErrCodeWrong) {
		t.Errorf("a wrong code: %v", err)
	}
	if err := typed("2", "mac", noon.Add(account.CodeLife)); !errors.Is(err, account.ErrCodeGone) {
		t.Errorf("a code that is too old: %v", err)
	}
	change, err = p.credentials.TryReset(ctx, "one", "", "2", func(string) string { return "mac" }, noon.Add(account.CodeLife-time.Millisecond))
	if err != nil || change.To != "newer" {
		t.Fatalf("TryReset = %q, %v", change.To, err)
	}
	if err := p.credentials.ResetPassword(ctx, change); err != nil {
		t.Fatal(err)
	}
	if p.alive(newSession("a", "").ID) {
		t.Error("a session survived the reset")
	}
	if err := p.credentials.ResetPassword(ctx, change); !errors.Is(err, account.ErrCodeGone) {
		t.Errorf("reset again by the same code: %v", err)
	}
	if got := p.events("one"); !slices.Equal(got, []string{"account.password-changed eds", "account.password-changed password", "account.reset-code "}) {
		t.Errorf("events %q", got)
	}
	if err := p.credentials.ResetPassword(ctx, account.PasswordChange{AccountID: "nobody", ID: "3", At: noon}); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("reset of nobody's: %v", err)
	}
}

// race runs both at once and returns what each came to.
func race(first, second func() error) (a, b error) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	wg.Go(func() { <-start; a = first() })
	wg.Go(func() { <-start; b = second() })
	close(start)
	wg.Wait()
	return a, b
}

// sessionID makes a session id of its own for a round of a race.
func sessionID(kind string, round int) string {
	return (strings.Repeat(kind, 8) + fmt.Sprintf("%056d", round))[:64]
}

// withID is the session n under another id.
func withID(n session.Session, id string) session.Session {
	n.ID = id
	return n
}

// TestEndWhileInUse: a session that is ended while it is used stays ended.
func TestEndWhileInUse(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	ctx := context.Background()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	for round := range raceTimes {
		n := newSession("x", "one")
		n.ID = sessionID("u", round)
		if err := p.sessions.SignIn(ctx, challenge.Challenge{Nonce: fmt.Sprintf("e%031x", round), NotAfter: noon}, n); err != nil {
			t.Fatal(err)
		}
		ended, used := race(
			func() error { return p.sessions.EndOf(ctx, "one", n.ID) },
			func() error { _, err := p.sessions.Touch(ctx, n, noon.Add(2*session.Touch)); return err })
		if ended != nil || used != nil && !errors.Is(used, session.ErrNone) {
			t.Fatalf("round %d: end %v, use %v", round, ended, used)
		}
		if p.alive(n.ID) {
			t.Fatalf("round %d: the session is alive again", round)
		}
	}
}

// TestEndOthersWhileSigningIn: a session opened while the others are ended is over, or of the
// new epoch; the kept one lives. Nothing is half done.
func TestEndOthersWhileSigningIn(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	ctx := context.Background()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	keep, before, after := newSession("a", "").ID, 0, 0
	for round := range raceTimes {
		n := newSession("x", "one")
		n.ID = sessionID("n", round)
		ended, opened := race(
			func() error { return p.sessions.EndOthers(ctx, kept("one", keep), true) },
			func() error {
				return p.sessions.SignIn(ctx, challenge.Challenge{Nonce: fmt.Sprintf("f%031x", round), NotAfter: noon}, n)
			})
		if ended != nil || opened != nil {
			t.Fatalf("round %d: end %v, sign-in %v", round, ended, opened)
		}
		if !p.alive(keep) {
			t.Fatalf("round %d: the kept session has ended", round)
		}
		if p.alive(n.ID) {
			after++
			if err := p.sessions.EndOthers(ctx, kept("one", keep), true); err != nil || p.alive(n.ID) {
				t.Fatalf("round %d: %v, or not ended", round, err)
			}
		} else {
			before++
		}
	}
	t.Logf("%d signed in before the end, %d after it", before, after)
}

// TestPasswordChangeWhileSigningIn: no session opened with the old password outlives its change.
func TestPasswordChangeWhileSigningIn(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	ctx := context.Background()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	hash, err := p.password("one", "")
	if err != nil {
		t.Fatal(err)
	}
	keep := newSession("a", "").ID
	for round := range raceTimes {
		n, next := newSession("x", "one"), fmt.Sprintf("hash %d", round)
		n.ID = sessionID("p", round)
		changed, opened := race(
			func() error {
				return p.credentials.ChangePassword(ctx, account.PasswordChange{
					AccountID: "one", ID: fmt.Sprint(round), From: hash, To: next, By: "password", Keep: keep, At: noon,
				})
			},
			func() error { return p.sessions.SignInByPassword(ctx, hash, n) })
		if changed != nil || opened != nil && !errors.Is(opened, account.ErrPassword) {
			t.Fatalf("round %d: change %v, sign-in %v", round, changed, opened)
		}
		if p.alive(n.ID) || !p.alive(keep) {
			t.Fatalf("round %d: the old password's session lives, or the kept one does not", round)
		}
		hash = next
	}
}

// accountEvent reads the event of an account out of its outbox item.
func accountEvent(t testing.TB, it map[string]types.AttributeValue) (account.Event, bool) {
	t.Helper()
	o, ok, err := store.OutboxEntry(it)
	if err != nil {
		t.Fatal(err)
	}
	if !ok || !strings.HasPrefix(o.PK, "ACCOUNT#") {
		return account.Event{}, false
	}
	e, err := account.EventOf(o.Event)
	if err != nil {
		t.Fatal(err)
	}
	return e, true
}
