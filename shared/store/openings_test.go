package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
)

func opening(s account.Subject, token string) account.Opening {
	return account.Opening{ID: session.ID(token), Key: s.Key(indexKey), Device: session.ID("browser"), At: noon, Subject: s}
}

// begin has s accept v1 for the first time and opens a registration.
func (p *people) begin(s account.Subject, token string) (account.Opening, challenge.Challenge) {
	p.Helper()
	c := p.challenge()
	a := p.acceptance(s, "v1", c)
	a.Opening = opening(s, token)
	if _, _, first, err := p.acceptances.Accept(p.Context(), a, c); err != nil || !first {
		p.Fatalf("Accept: first %v, %v", first, err)
	}
	return a.Opening, c
}

// again is the registration with that token, at noon.
func (p *people) again(token string) (account.Opening, account.Standing, account.Draft, error) {
	return p.registrations.Opening(p.Context(), session.ID(token), noon)
}

func typed(email string) account.Typed {
	return account.Typed{Email: email, Lang: locale.RU, NotificationContacts: []account.Contact{{Name: "Ерл"}}}
}

func company(t testing.TB) account.Subject {
	bin, err := kzid.ParseBIN("120340001230")
	if err != nil {
		t.Fatal(err)
	}
	s := aigul(t)
	s.Kind, s.BIN, s.Organisation, s.Role = account.Legal, bin, `"БҰЛАҚ" ЖШС`, account.RoleHead
	return s
}

func TestAcceptanceOpensARegistration(t *testing.T) {
	for _, s := range []account.Subject{aigul(t), company(t)} {
		p := newPeople(t)
		o, _ := p.begin(s, "one")
		got, standing, draft, err := p.again("one")
		want := o
		want.Device = "" // of the challenge's use, not of the registration
		if err != nil || !reflect.DeepEqual(got, want) || draft.Version != 0 || standing.Account != "" || !slices.Equal(standing.Accepted, []string{"v1"}) {
			t.Errorf("Opening = %#v, %+v, %+v, %v\nwant %#v", got, standing, draft, err, want)
		}
		if _, _, _, err := p.again("two"); !errors.Is(err, account.ErrNotOpen) {
			t.Errorf("of an unknown token: %v", err)
		}
		if _, _, _, err := p.registrations.Opening(t.Context(), o.ID, o.EndsAt()); !errors.Is(err, account.ErrNotOpen) {
			t.Errorf("after its life: %v", err)
		}
		p.check()

		// The account takes the place of it all.
		if _, err := p.registrations.SaveForm(t.Context(), o, 0, typed("aig"), noon); err != nil {
			t.Fatal(err)
		}
		p.register(s, "account")
		p.check()
		got, standing, draft, err = p.again("one")
		if err != nil || draft.Version != 0 {
			t.Errorf("after registration: %+v, %v", draft, err)
		}
		if _, err := got.Step(standing, "v1", noon); !errors.Is(err, account.ErrNotOpen) {
			t.Errorf("after registration the registration is open: %v", err)
		}
		if _, err := p.registrations.SaveForm(t.Context(), o, 0, typed("late"), noon); !errors.Is(err, account.ErrNotOpen) {
			t.Errorf("typed after registration: %v", err)
		}
		p.check()
	}
}

// Who accepted before opens a registration with each new signature, on each device, and finds the
// one form; a signature used before opens none, except in the browser that used it.
func TestOpenAgain(t *testing.T) {
	p := newPeople(t)
	ctx, s := t.Context(), aigul(t)
	first, c := p.begin(s, "one")
	if _, err := p.registrations.SaveForm(ctx, first, 0, typed("aigul@"), noon); err != nil {
		t.Fatal(err)
	}
	elsewhere := opening(s, "two")
	elsewhere.Device = session.ID("another browser")
	if err := p.registrations.Open(ctx, elsewhere, c); !errors.Is(err, challenge.ErrUsed) {
		t.Errorf("a signature seen by another browser: %v", err)
	}
	elsewhere.Device = ""
	if err := p.registrations.Open(ctx, elsewhere, c); !errors.Is(err, challenge.ErrUsed) {
		t.Errorf("a signature seen by a program: %v", err)
	}
	if _, _, _, err := p.again("two"); !errors.Is(err, account.ErrNotOpen) {
		t.Errorf("it opened: %v", err)
	}
	lost := opening(s, "three")
	lost.Before = first.ID
	if err := p.registrations.Open(ctx, lost, c); err != nil {
		t.Errorf("the answer was lost: %v", err)
	}
	if _, _, _, err := p.again("one"); !errors.Is(err, account.ErrNotOpen) {
		t.Errorf("the browser's former token: %v", err)
	}
	fresh := opening(s, "four")
	fresh.Device = session.ID("another browser")
	if err := p.registrations.Open(ctx, fresh, p.challenge()); err != nil {
		t.Errorf("signed again elsewhere: %v", err)
	}
	for _, token := range []string{"three", "four"} {
		if _, _, draft, err := p.again(token); err != nil || draft.Version != 1 || draft.Form.Email != "aigul@" {
			t.Errorf("with token %s: %+v, %v", token, draft, err)
		}
	}
	p.register(s, "account")
	if err := p.registrations.Open(ctx, opening(s, "five"), p.challenge()); !errors.Is(err, account.ErrRegistered) {
		t.Errorf("of a registered subject: %v", err)
	}
	p.check()
}

func TestSaveForm(t *testing.T) {
	p := newPeople(t)
	ctx := t.Context()
	o, _ := p.begin(aigul(t), "one")
	one, err := p.registrations.SaveForm(ctx, o, 0, typed("a"), noon)
	if err != nil || one.Version != 1 {
		t.Fatalf("first: %+v, %v", one, err)
	}
	if again, err := p.registrations.SaveForm(ctx, o, 0, typed("a"), noon.Add(time.Second)); err != nil || !reflect.DeepEqual(again, one) {
		t.Errorf("repeat: %+v, %v; want %+v", again, err, one)
	}
	if _, err := p.registrations.SaveForm(ctx, o, 0, typed("b"), noon); !errors.Is(err, account.ErrVersion) {
		t.Errorf("another window over it: %v", err)
	}
	two, err := p.registrations.SaveForm(ctx, o, 1, typed("ab"), noon.Add(time.Minute))
	if err != nil || two.Version != 2 {
		t.Fatalf("second: %+v, %v", two, err)
	}
	for _, version := range []int64{-1, 1, 3} {
		if _, err := p.registrations.SaveForm(ctx, o, version, typed("c"), noon); !errors.Is(err, account.ErrVersion) {
			t.Errorf("over version %d: %v", version, err)
		}
	}
	if _, _, draft, err := p.again("one"); err != nil || !reflect.DeepEqual(draft, two) {
		t.Errorf("kept %+v, %v; want %+v", draft, err, two)
	}

	// An expired form is none, whether DynamoDB has taken it away or not.
	later := noon.Add(time.Minute + account.DraftLife)
	last, err := p.registrations.SaveForm(ctx, o, 0, typed("late"), later.Add(-time.Second))
	if !errors.Is(err, account.ErrVersion) {
		t.Errorf("in the last second: %+v, %v", last, err)
	}
	if last, err = p.registrations.SaveForm(ctx, o, 0, typed("anew"), later); err != nil || last.Version != 1 {
		t.Errorf("after thirty days: %+v, %v", last, err)
	}
}

func TestForgetForm(t *testing.T) {
	p := newPeople(t)
	ctx, s := t.Context(), aigul(t)
	before := func() []string {
		return slices.DeleteFunc(p.items(), func(k string) bool { return strings.HasPrefix(k, "CHALLENGE#") })
	}
	o, _ := p.begin(s, "one")
	if _, err := p.registrations.SaveForm(ctx, o, 0, typed("a"), noon); err != nil {
		t.Fatal(err)
	}
	for range 2 { // once more is no error
		if err := p.registrations.ForgetForm(ctx, o); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range before() {
		if strings.HasPrefix(k, "REGISTRATION#") || strings.HasSuffix(k, " FORM") {
			t.Errorf("%s is still there", k)
		}
	}
	if _, err := p.registrations.SaveForm(ctx, o, 0, typed("late"), noon); !errors.Is(err, account.ErrNotOpen) {
		t.Errorf("typed after it was given up: %v", err)
	}

	// What another browser forgets of a registration that is over touches nothing that came after.
	two := opening(s, "two")
	if err := p.registrations.Open(ctx, two, p.challenge()); err != nil {
		t.Fatal(err)
	}
	p.register(s, "account")
	c := p.challenge()
	if err := p.leavings.Leave(ctx, account.Leaving{AccountID: "account", Lang: locale.KK, At: noon, Evidence: account.Evidence{Nonce: c.Nonce}}, c); err != nil {
		t.Fatal(err)
	}
	three := opening(s, "three")
	if err := p.registrations.Open(ctx, three, p.challenge()); err != nil {
		t.Fatal(err)
	}
	three, _, _, err := p.again("three")
	if err != nil || three.Registrations != 1 {
		t.Fatalf("opened after leaving: %+v, %v", three.Registrations, err)
	}
	if _, err := p.registrations.SaveForm(ctx, three, 0, typed("new"), noon); err != nil {
		t.Fatal(err)
	}
	if err := p.registrations.ForgetForm(ctx, two); err != nil {
		t.Fatal(err)
	}
	if _, err := p.registrations.SaveForm(ctx, two, 1, typed("old"), noon); !errors.Is(err, account.ErrNotOpen) {
		t.Errorf("typed into the old one: %v", err)
	}
	if _, _, draft, err := p.again("three"); err != nil || draft.Form.Email != "new" {
		t.Errorf("the new one has %+v, %v", draft, err)
	}
}

// Two windows type at once: each version is one window's, whole.
func TestTwoWindowsType(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	o, _ := p.begin(aigul(t), "one")
	for round := range raceTimes {
		var errs [2]error
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = p.registrations.SaveForm(t.Context(), o, int64(round), typed(fmt.Sprint(i, " ", round)), noon)
			})
		}
		wg.Wait()
		won := slices.Index(errs[:], nil)
		if won < 0 || !errors.Is(errs[1-won], account.ErrVersion) {
			t.Fatalf("round %d: %v", round, errs)
		}
		if _, _, draft, err := p.again("one"); err != nil || draft.Version != int64(round)+1 || draft.Form.Email != fmt.Sprint(won, " ", round) {
			t.Fatalf("round %d: %+v, %v", round, draft, err)
		}
	}
}

// Typing, registering and giving up at once: in the end there is either an account and no form, or
// neither of them.
func TestTypingWhileRegistering(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	for round := range raceTimes {
		s, token := aigul(t), fmt.Sprint("token ", round)
		s.IIN = person(t, round)
		o, _ := p.begin(s, token)
		c, id := p.challenge(), fmt.Sprint("account-", round)
		first := newSession(fmt.Sprint(round, "-"), id)
		var registered, saved, forgotten error
		var wg sync.WaitGroup
		wg.Go(func() { _, registered = p.registrations.Register(t.Context(), p.registration(s, id, c), c, first) })
		wg.Go(func() { _, saved = p.registrations.SaveForm(t.Context(), o, 0, typed("a"), noon) })
		if round%2 == 0 {
			wg.Go(func() { forgotten = p.registrations.ForgetForm(t.Context(), o) })
		}
		wg.Wait()
		if registered != nil || forgotten != nil || saved != nil && !errors.Is(saved, account.ErrNotOpen) {
			t.Fatalf("round %d: registered %v, saved %v, forgotten %v", round, registered, saved, forgotten)
		}
		if got, standing, draft, err := p.again(token); err == nil {
			if _, err := got.Step(standing, "v1", noon); draft.Version != 0 || !errors.Is(err, account.ErrNotOpen) {
				t.Fatalf("round %d: form %+v beside the account, %v", round, draft, err)
			}
		} else if !errors.Is(err, account.ErrNotOpen) {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	p.check()
}

// person is somebody's number of the right form, another one each round.
func person(t testing.TB, round int) kzid.IIN {
	t.Helper()
	iin, err := kzid.ParseIINForm(fmt.Sprintf("9001013%05d", round))
	if err != nil {
		t.Fatal(err)
	}
	return iin
}

func TestActing(t *testing.T) {
	p := newPeople(t)
	ctx, s := t.Context(), company(t)
	p.accept(s, "v1")
	c := p.challenge()
	first := newSession("a", "one")
	first.Person = session.Person{ID: "head", Name: "СЕЙІТОВА АЙГҮЛ", Role: "head", Number: "********0126"}
	if _, err := p.registrations.Register(ctx, p.registration(s, "one", c), c, first); err != nil {
		t.Fatal(err)
	}
	signIn := func(id string, after time.Duration, person session.Person) {
		t.Helper()
		n := newSession(id, "one")
		n.Person, n.CreatedAt = person, noon.Add(after)
		n.SeenAt = n.CreatedAt
		if err := p.sessions.SignIn(ctx, p.challenge(), n); err != nil {
			t.Fatal(err)
		}
		if kept, err := p.sessions.Get(ctx, n.ID, n.CreatedAt); err != nil || kept.Person != person {
			t.Errorf("session of %+v: %+v, %v", person, kept.Person, err)
		}
	}
	signIn("b", time.Minute, session.Person{ID: "signer", Name: "ОМАРОВ ЕРЛАН", Role: "signer", Number: "********0811"})
	signIn("c", 2*time.Minute, session.Person{ID: "head", Name: "СЕЙІТОВА АЙГҮЛ", Role: "signer", Number: "********0126"}) // no longer the head
	signIn("d", 3*time.Minute, session.Person{ID: "signer", Name: "ОМАРОВ ЕРЛАН", Role: "signer", Number: "********0811"})
	want := []account.Acting{
		{ID: "signer", Name: "ОМАРОВ ЕРЛАН", Role: account.RoleSigner, Number: "********0811", FirstAt: noon.Add(time.Minute), LastAt: noon.Add(3 * time.Minute)},
		{ID: "head", Name: "СЕЙІТОВА АЙГҮЛ", Role: account.RoleSigner, Number: "********0126", FirstAt: noon, LastAt: noon.Add(2 * time.Minute), PasswordAt: noon},
	}
	if got, err := p.credentials.Acting(ctx, "one"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Acting = %#v, %v\nwant %#v", got, err, want)
	}
	if got, err := p.credentials.Acting(ctx, "two"); err != nil || len(got) != 0 {
		t.Errorf("of another account: %v, %v", got, err)
	}
	p.check()
}

// A transaction that DynamoDB cancels for being in another's way opens the registration after all.
func TestOpeningInConflict(t *testing.T) {
	const conflict = `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"cancelled","CancellationReasons":[` +
		`{"Code":"TransactionConflict","Message":"in conflict"},{"Code":"None"},{"Code":"None"},{"Code":"None"}]}`
	p := newPeople(t)
	f := &faulty{operation: "TransactWriteItems", status: 400, bodies: []string{conflict}}
	p.through(f)
	p.begin(aigul(t), "one")
	if _, _, _, err := store.NewRegistrations(dynamodb.New(p.db.Options()), p.table).Opening(t.Context(), session.ID("one"), noon); err != nil || f.asked != 2 {
		t.Errorf("%v after %d transactions", err, f.asked)
	}
}
