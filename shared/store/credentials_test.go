package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/session"
)

// Sessions of who acts for a company, opened with a certificate that ends in a month.
func byPerson(id, person string) session.Session {
	n := newSession(id, "one")
	n.By, n.Certificate, n.NotAfter = session.ByEDS, []byte("certificate of "+person), noon.AddDate(0, 1, 0)
	n.Person = session.Person{Key: "key of " + person, ID: person, Name: person, Role: "signer", Number: "********0811"}
	return n
}

// companyOf is a company registered by its head, who has the first password; another signs in.
func companyOf(p *people) (first, others session.Session) {
	p.Helper()
	s := company(p.T)
	p.accept(s, "v1")
	c := p.challenge()
	first, others = byPerson("a", "head"), byPerson("b", "signer")
	if _, err := p.registrations.Register(p.Context(), p.registration(s, "one", c), c, first); err != nil {
		p.Fatal(err)
	}
	if err := p.sessions.SignIn(p.Context(), p.challenge(), others); err != nil {
		p.Fatal(err)
	}
	return first, others
}

func (p *people) reset(person, hash string) {
	p.Helper()
	c := p.challenge()
	reset := account.Reset{To: "aigul@example.kz", MAC: "mac", Change: account.PasswordChange{
		AccountID: "one", Person: account.Acting{ID: person}, ID: c.Nonce, To: hash, By: "eds", At: noon,
	}}
	if err := p.credentials.AskReset(p.Context(), reset, c); err != nil {
		p.Fatal(err)
	}
	change, err := p.credentials.TryReset(p.Context(), "one", person, c.Nonce, func(string) string { return "mac" }, noon)
	if err != nil {
		p.Fatal(err)
	}
	if err := p.credentials.ResetPassword(p.Context(), change); err != nil {
		p.Fatal(err)
	}
}

// TestPasswordOfPerson: a password is its person's. What one does with theirs leaves the other's
// password and sessions as they were.
func TestPasswordOfPerson(t *testing.T) {
	p := newPeople(t)
	ctx := t.Context()
	head, other := companyOf(p)
	if hash, err := p.password("one", "signer"); hash != "" || err != nil {
		t.Fatalf("the signer has the password %q, %v", hash, err)
	}
	if err := p.sessions.SignInByPassword(ctx, "$hash", byPerson("c", "signer")); !errors.Is(err, account.ErrPassword) {
		t.Errorf("with the head's password: %v", err)
	}
	p.reset("signer", "signer's")
	if p.alive(other.ID) || !p.alive(head.ID) {
		t.Error("resetting one's password did not end one's own sessions, or ended another's")
	}
	for person, hash := range map[string]string{"head": "$hash", "signer": "signer's"} {
		c, err := p.credentials.Credential(ctx, "one", person)
		if err != nil || c.Hash != hash || string(c.Person.Certificate) != "certificate of "+person || !c.Person.NotAfter.Equal(noon.AddDate(0, 1, 0)) {
			t.Errorf("credential of %s: %q, %+v, %v", person, c.Hash, c.Person, err)
		}
	}
	again := byPerson("d", "signer")
	if err := p.sessions.SignInByPassword(ctx, "signer's", again); err != nil || !p.alive(again.ID) {
		t.Fatalf("with one's own: %v", err)
	}
	change := account.PasswordChange{AccountID: "one", Person: account.Acting{ID: "signer"}, ID: "1", From: "signer's", To: "new", By: "password", Keep: again.ID, At: noon}
	if err := p.credentials.ChangePassword(ctx, change); err != nil || !p.alive(again.ID) || !p.alive(head.ID) {
		t.Errorf("change: %v, or a session that stays has ended", err)
	}
	if err := p.sessions.EndOthers(ctx, again, false); err != nil || !p.alive(again.ID) || !p.alive(head.ID) {
		t.Errorf("ending one's own others: %v, or a session that stays has ended", err)
	}
	if err := p.sessions.EndOthers(ctx, head, true); err != nil || p.alive(again.ID) || !p.alive(head.ID) {
		t.Errorf("ending everyone's others: %v, or not", err)
	}
	p.check()
}

func TestEndActing(t *testing.T) {
	p := newPeople(t)
	ctx := t.Context()
	head, other := companyOf(p)
	p.reset("head", "head's")
	p.reset("signer", "signer's")
	for _, n := range []*session.Session{&head, &other} {
		n.ID = "e" + n.ID[1:]
		if err := p.sessions.SignIn(ctx, p.challenge(), *n); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.credentials.EndActing(ctx, "one", "signer"); err != nil || p.alive(other.ID) || !p.alive(head.ID) {
		t.Fatalf("EndActing: %v, or the wrong sessions", err)
	}
	if err := p.sessions.SignInByPassword(ctx, "signer's", byPerson("c", "signer")); !errors.Is(err, account.ErrPassword) {
		t.Errorf("with the password taken away: %v", err)
	}
	list, err := p.credentials.Acting(ctx, "one")
	if err != nil || len(list) != 2 {
		t.Fatalf("Acting = %+v, %v", list, err)
	}
	for _, one := range list {
		if one.PasswordAt.IsZero() != (one.ID == "signer") {
			t.Errorf("%s has a password since %v", one.ID, one.PasswordAt)
		}
	}
	// Who has the right to act signs in again, and ends anew.
	for round := range 3 {
		n := byPerson(fmt.Sprint(round), "signer")
		if err := p.sessions.SignIn(ctx, p.challenge(), n); err != nil || !p.alive(n.ID) {
			t.Fatalf("signing in again: %v", err)
		}
		if err := p.credentials.EndActing(ctx, "one", "signer"); err != nil || p.alive(n.ID) || !p.alive(head.ID) {
			t.Fatalf("ending again: %v, or the wrong sessions", err)
		}
	}
	if err := p.credentials.EndActing(ctx, "two", "signer"); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("in no account: %v", err)
	}
	p.check()
}

// TestEndActingWhileSigningIn: a session opened while its person's access is taken away is over, or was
// opened after; none was opened with the password. Another's lives through it.
func TestEndActingWhileSigningIn(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	ctx := context.Background()
	head, _ := companyOf(p)
	before, after := 0, 0
	for round := range raceTimes {
		p.reset("signer", "signer's")
		n, byPassword := byPerson("x", "signer"), byPerson("x", "signer")
		n.ID, byPassword.ID = sessionID("n", round), sessionID("p", round)
		results := make(chan error, 1)
		go func() { results <- p.sessions.SignInByPassword(ctx, "signer's", byPassword) }()
		ended, opened := race(
			func() error { return p.credentials.EndActing(ctx, "one", "signer") },
			func() error {
				return p.sessions.SignIn(ctx, challenge.Challenge{Nonce: fmt.Sprintf("f%031x", round), NotAfter: noon}, n)
			})
		if err := <-results; ended != nil || opened != nil || err != nil && !errors.Is(err, account.ErrPassword) {
			t.Fatalf("round %d: end %v, sign-in %v, by password %v", round, ended, opened, err)
		}
		if p.alive(byPassword.ID) || !p.alive(head.ID) {
			t.Fatalf("round %d: the password's session lives, or another's has ended", round)
		}
		if p.alive(n.ID) {
			after++
		} else {
			before++
		}
	}
	t.Logf("%d signed in before the end, %d after it", before, after)
}

// The certificate of a natural person is kept where another one was used, and costs nothing where not.
func TestCertificateOfNaturalPerson(t *testing.T) {
	p := newPeople(t)
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	for i, certificate := range []string{"first", "first", "second"} {
		n := newSession(fmt.Sprint(i), "one")
		n.Certificate, n.NotAfter = []byte(certificate), noon.Add(time.Duration(i+1)*time.Hour)
		if err := p.sessions.SignIn(t.Context(), p.challenge(), n); err != nil {
			t.Fatal(err)
		}
		c, err := p.credentials.Credential(t.Context(), "one", "")
		if err != nil || string(c.Person.Certificate) != certificate || c.Hash != "$hash" {
			t.Errorf("credential %q, %+v, %v", c.Hash, c.Person, err)
		}
	}
	if list, err := p.credentials.Acting(t.Context(), "one"); err != nil || len(list) > 0 {
		t.Errorf("Acting = %v, %v", list, err)
	}
}
