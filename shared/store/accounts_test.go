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
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

var noon = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)

var indexKey = []byte("01234567890123456789012345678901")

// people is a fresh engine with the accounts' store on it.
type people struct {
	*testing.T
	db    *dynamodb.Client
	table string
	n     int

	accounts      *store.Accounts
	acceptances   *store.Acceptances
	registrations *store.Registrations
	sessions      *store.Sessions
	credentials   *store.Credentials
	contacts      *store.Contacts
	trusted       *store.Representatives
	leavings      *store.Leavings
	notices       *store.AccountNotices
}

func newPeople(t *testing.T) *people {
	db, name := engine.ForTest(t)
	table := name(schema.Accounts)
	p := &people{T: t, table: table}
	p.with(db)
	return p
}

// with has the store talk to the engine through db.
func (p *people) with(db *dynamodb.Client) {
	p.db = db
	p.accounts, p.acceptances, p.registrations = store.NewAccounts(db, p.table), store.NewAcceptances(db, p.table), store.NewRegistrations(db, p.table)
	p.sessions, p.credentials, p.contacts = store.NewSessions(db, p.table), store.NewCredentials(db, p.table), store.NewContacts(db, p.table)
	p.trusted, p.leavings, p.notices = store.NewRepresentatives(db, p.table), store.NewLeavings(db, p.table), store.NewAccountNotices(db, p.table)
}

// challenge makes a checked challenge nobody has used.
func (p *people) challenge() challenge.Challenge {
	p.n++
	return challenge.Challenge{Nonce: fmt.Sprintf("%032x", p.n), NotAfter: noon.Add(challenge.Life)}
}

func aigul(t testing.TB) account.Subject {
	iin, err := kzid.ParseIIN("900101300126")
	if err != nil {
		t.Fatal(err)
	}
	return account.Subject{Kind: account.Natural, IIN: iin, Name: "СЕЙІТОВА АЙГҮЛ"}
}

func (p *people) acceptance(s account.Subject, version string, c challenge.Challenge) account.Acceptance {
	return account.Acceptance{
		Subject: s.Key(indexKey), Version: version, SHA256: "aa", Lang: locale.KK, At: noon,
		Evidence: account.Evidence{CMS: []byte("cms " + version), Nonce: c.Nonce, Address: "192.0.2.1", UserAgent: "test"},
	}
}

func (p *people) accept(s account.Subject, version string) {
	p.Helper()
	c := p.challenge()
	if _, _, first, err := p.acceptances.Accept(p.Context(), p.acceptance(s, version, c), c); err != nil || !first {
		p.Fatalf("Accept(%s) first %v, %v", version, first, err)
	}
}

func (p *people) registration(s account.Subject, id string, c challenge.Challenge) account.Registration {
	return account.Registration{
		Account: account.Account{
			ID: id, Key: s.Key(indexKey), Status: account.Active, Subject: s, Email: "aigul@example.kz", EmailFrom: noon, Mobile: "+77011234567",
			Lang: locale.KK, CreatedAt: noon,
		},
		Version: "v1", PasswordHash: "$hash", Evidence: account.Evidence{CMS: []byte("form"), Nonce: c.Nonce},
		Codes: []account.Code{account.NewCode(indexKey, account.Email, id, "registration", "aigul@example.kz", [4]byte{0, 1, 2, 3}, noon)},
	}
}

func newSession(id, accountID string) session.Session {
	return session.Session{ID: strings.Repeat(id, 64)[:64], AccountID: accountID, CreatedAt: noon, SeenAt: noon}
}

func (p *people) register(s account.Subject, id string) account.Account {
	p.Helper()
	c := p.challenge()
	a, err := p.registrations.Register(p.Context(), p.registration(s, id, c), c, newSession("a", id))
	if err != nil {
		p.Fatal(err)
	}
	return a
}

// items returns the table's keys, "PK SK" each, sorted.
func (p *people) items() []string {
	p.Helper()
	out, err := p.db.Scan(p.Context(), &dynamodb.ScanInput{TableName: &p.table})
	if err != nil {
		p.Fatal(err)
	}
	var keys []string
	for _, it := range out.Items {
		keys = append(keys, it["PK"].(*types.AttributeValueMemberS).Value+" "+it["SK"].(*types.AttributeValueMemberS).Value)
	}
	slices.Sort(keys)
	return keys
}

// check is the invariant of the accounts table: every subject that names an account is named by
// it, and an account has accepted exactly what its subject has an acceptance of. Who has an account has no
// unfinished form.
func (p *people) check() {
	p.Helper()
	var items []map[string]types.AttributeValue
	pages := dynamodb.NewScanPaginator(p.db, &dynamodb.ScanInput{TableName: &p.table})
	for pages.HasMorePages() {
		page, err := pages.NextPage(p.Context())
		if err != nil {
			p.Fatal(err)
		}
		items = append(items, page.Items...)
	}
	text := func(v types.AttributeValue) string {
		if s, ok := v.(*types.AttributeValueMemberS); ok {
			return s.Value
		}
		return ""
	}
	set := func(v types.AttributeValue) []string {
		if s, ok := v.(*types.AttributeValueMemberSS); ok {
			return slices.Sorted(slices.Values(s.Value))
		}
		return nil
	}
	kept := map[string][]string{}      // subject -> versions with an acceptance item
	bySubject := map[string][]string{} // subject -> versions its item lists
	accountOf := map[string]string{}
	subjectOf := map[string]string{}
	byAccount := map[string][]string{}
	var drafts []string // subjects with an unfinished form
	for _, it := range items {
		pk, sk := text(it["PK"]), text(it["SK"])
		key, isSubject := strings.CutPrefix(pk, "SUBJECT#")
		id, isAccount := strings.CutPrefix(pk, "ACCOUNT#")
		version, isAcceptance := strings.CutPrefix(sk, "ACCEPTANCE#")
		switch {
		case isSubject && isAcceptance:
			kept[key] = append(kept[key], version)
		case isSubject && sk == "FORM":
			drafts = append(drafts, key)
		case isSubject:
			bySubject[key] = set(it["accepted"])
			if a := text(it["account"]); a != "" {
				accountOf[key] = a
			}
		case isAccount && sk == "ACCOUNT":
			subjectOf[id] = text(it["subject"])
			byAccount[id] = set(it["accepted"])
		}
		for _, private := range []string{"900101300126", "120340001230", "@", "192.0.2.1", "АЙГҮЛ"} {
			if strings.Contains(pk+sk+text(it["GSI1PK"])+text(it["GSI1SK"]), private) {
				p.Errorf("%s in the key %s %s", private, pk, sk)
			}
		}
	}
	for _, key := range drafts {
		if id := accountOf[key]; id != "" {
			p.Errorf("subject %s has an unfinished form beside its account %s", key, id)
		}
	}
	for key, id := range accountOf {
		if subjectOf[id] != key {
			p.Errorf("subject %s names account %s, which belongs to %q", key, id, subjectOf[id])
		}
		if !slices.Equal(byAccount[id], bySubject[key]) {
			p.Errorf("account %s has accepted %v, its subject %v", id, byAccount[id], bySubject[key])
		}
	}
	if len(accountOf) != len(subjectOf) {
		p.Errorf("%d subjects name accounts, there are %d accounts", len(accountOf), len(subjectOf))
	}
	for key, versions := range bySubject {
		slices.Sort(kept[key])
		if !slices.Equal(versions, kept[key]) {
			p.Errorf("subject %s lists %v, acceptances are %v", key, versions, kept[key])
		}
	}
}

func TestRegister(t *testing.T) {
	p := newPeople(t)
	ctx, s := t.Context(), aigul(t)
	c := p.challenge()

	if _, err := p.registrations.Register(ctx, p.registration(s, "one", c), c, newSession("a", "one")); !errors.Is(err, agreement.ErrNotAccepted) {
		t.Fatalf("before acceptance: %v, want ErrNotAccepted", err)
	}
	if got := p.items(); len(got) != 0 {
		t.Fatalf("a refused registration left %q", got)
	}
	if _, err := p.accounts.BySubject(ctx, s.Key(indexKey)); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("BySubject before registration: %v", err)
	}

	p.accept(s, "v1")
	p.accept(s, "v2")
	p.check()
	want := p.registration(s, "one", c).Account
	want.Accepted, want.Latest = []string{"v1", "v2"}, "v1"
	made, err := p.registrations.Register(ctx, p.registration(s, "one", c), c, newSession("a", "one"))
	if err != nil || !reflect.DeepEqual(made, want) {
		t.Fatalf("Register = %#v, %v\nwant %#v", made, err, want)
	}
	p.check()
	read, err := p.accounts.BySubject(ctx, s.Key(indexKey))
	if err != nil || !reflect.DeepEqual(read, want) {
		t.Errorf("BySubject = %#v, %v\nwant %#v", read, err, want)
	}
	if _, err := p.sessions.Get(ctx, newSession("a", "one").ID, noon); err != nil {
		t.Errorf("first session: %v", err)
	}
	byNumber, err := p.accounts.ByNumber(ctx, account.NumberKeys(indexKey, "900101300126"))
	if err != nil || byNumber.ID != "one" {
		t.Errorf("ByNumber = %v, %v", byNumber, err)
	}
	if _, err := p.accounts.ByNumber(ctx, account.NumberKeys(indexKey, "900101300811")); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("ByNumber of a stranger: %v", err)
	}
	for accountID, want := range map[string]string{"one": "$hash", "nobody": ""} {
		if hash, err := p.password(accountID, ""); hash != want || err != nil {
			t.Errorf("password of %s = %q, %v", accountID, hash, err)
		}
	}

	before := p.items()
	for _, tt := range []struct {
		name string
		c    challenge.Challenge
	}{{"the same challenge", c}, {"another challenge", p.challenge()}} {
		if _, err := p.registrations.Register(ctx, p.registration(s, "two", tt.c), tt.c, newSession("b", "two")); !errors.Is(err, account.ErrRegistered) {
			t.Errorf("second registration with %s: %v, want ErrRegistered", tt.name, err)
		}
	}
	if got := p.items(); !slices.Equal(got, before) {
		t.Errorf("second registrations wrote: %q, before %q", got, before)
	}
	if used, hash, err := p.registrations.UsedFor(ctx, "one", "", c); err != nil || !used || hash != "$hash" {
		t.Errorf("UsedFor its challenge = %v, %q, %v", used, hash, err)
	}
	if used, _, err := p.registrations.UsedFor(ctx, "two", "", c); err != nil || used {
		t.Errorf("UsedFor another account = %v, %v", used, err)
	}
	if used, _, err := p.registrations.UsedFor(ctx, "one", "", p.challenge()); err != nil || used {
		t.Errorf("UsedFor an unused challenge = %v, %v", used, err)
	}
}

func TestRegisterWithUsedChallengeWritesNothing(t *testing.T) {
	p := newPeople(t)
	s, c := aigul(t), p.challenge()
	if _, _, _, err := p.acceptances.Accept(t.Context(), p.acceptance(s, "v1", c), c); err != nil {
		t.Fatal(err)
	}
	before := p.items()
	if _, err := p.registrations.Register(t.Context(), p.registration(s, "one", c), c, newSession("a", "one")); !errors.Is(err, challenge.ErrUsed) {
		t.Errorf("Register = %v, want ErrUsed", err)
	}
	if got := p.items(); !slices.Equal(got, before) {
		t.Errorf("wrote %q, before %q", got, before)
	}
}

func TestAccept(t *testing.T) {
	p := newPeople(t)
	ctx, s := t.Context(), aigul(t)
	c1 := p.challenge()
	a1 := p.acceptance(s, "v1", c1)
	for i, want := range []bool{true, false} {
		kept, id, first, err := p.acceptances.Accept(ctx, a1, c1)
		if err != nil || first != want || id != "" || !reflect.DeepEqual(kept, a1) {
			t.Fatalf("call %d: %#v, %q, %v, %v", i, kept, id, first, err)
		}
	}
	c2 := p.challenge()
	again := p.acceptance(s, "v1", c2)
	again.At, again.SHA256 = noon.Add(time.Hour), "bb"
	if kept, _, first, err := p.acceptances.Accept(ctx, again, c2); err != nil || first || !reflect.DeepEqual(kept, a1) {
		t.Errorf("accepted again with another challenge: %#v, %v, %v; want the first", kept, first, err)
	}
	if _, _, _, err := p.acceptances.Accept(ctx, p.acceptance(s, "v2", c1), c1); !errors.Is(err, challenge.ErrUsed) {
		t.Errorf("a used challenge for another version: %v, want ErrUsed", err)
	}
	p.check()

	p.register(s, "one")
	c3 := p.challenge()
	if _, id, first, err := p.acceptances.Accept(ctx, p.acceptance(s, "v2", c3), c3); err != nil || id != "one" || !first {
		t.Errorf("accept v2 with an account: %q, %v, %v", id, first, err)
	}
	p.check()
	got, err := p.accounts.Account(ctx, "one")
	if err != nil || !slices.Equal(got.Accepted, []string{"v1", "v2"}) || got.Latest != "v2" {
		t.Errorf("account has accepted %v, latest %q, %v", got.Accepted, got.Latest, err)
	}
}

func TestSignIn(t *testing.T) {
	p := newPeople(t)
	ctx, s := t.Context(), aigul(t)
	p.accept(s, "v1")
	p.register(s, "one")
	c := p.challenge()
	if err := p.sessions.SignIn(ctx, c, newSession("b", "one")); err != nil {
		t.Fatal(err)
	}
	if err := p.sessions.SignIn(ctx, c, newSession("c", "one")); !errors.Is(err, challenge.ErrUsed) {
		t.Errorf("with a used challenge: %v", err)
	}
	if err := p.sessions.SignIn(ctx, p.challenge(), newSession("d", "nobody")); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("to no account: %v", err)
	}
	for id, want := range map[string]error{"a": nil, "b": nil, "c": session.ErrNone, "d": session.ErrNone} {
		if _, err := p.sessions.Get(ctx, newSession(id, "").ID, noon); !errors.Is(err, want) {
			t.Errorf("session %s: %v, want %v", id, err, want)
		}
	}
}

func TestSessions(t *testing.T) {
	p := newPeople(t)
	ctx := t.Context()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one") // opens session a
	n := newSession("a", "one")
	get := func(at time.Time) (session.Session, error) { return p.sessions.Get(ctx, n.ID, at) }
	if got, err := get(noon); err != nil || !reflect.DeepEqual(got, n) {
		t.Fatalf("Get = %+v, %v; want %+v", got, err, n)
	}
	if _, err := get(noon.Add(session.Idle)); !errors.Is(err, session.ErrNone) {
		t.Errorf("after idling: %v", err)
	}
	if got, err := p.sessions.Touch(ctx, n, noon.Add(session.Touch-1)); err != nil || !reflect.DeepEqual(got, n) {
		t.Errorf("touched too soon: %+v, %v", got, err)
	}
	later := noon.Add(10 * time.Minute)
	touched, err := p.sessions.Touch(ctx, n, later)
	if err != nil || !touched.SeenAt.Equal(later) {
		t.Fatalf("Touch = %+v, %v", touched, err)
	}
	if got, err := get(noon.Add(20 * time.Minute)); err != nil || !reflect.DeepEqual(got, touched) {
		t.Errorf("Get after touch = %+v, %v", got, err)
	}
	if got, err := p.sessions.Touch(ctx, n, noon.Add(5*time.Minute)); err != nil || !got.SeenAt.Equal(later) {
		t.Errorf("an older touch: %+v, %v; want the newer one kept", got, err)
	}
	if err := p.sessions.End(ctx, n.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := p.sessions.Touch(ctx, touched, noon.Add(15*time.Minute)); !errors.Is(err, session.ErrNone) {
		t.Errorf("touch of an ended session: %v", err)
	}
	if got := strings.Join(p.items(), "\n"); strings.Contains(got, "SESSION#") {
		t.Errorf("an ended session left %q", got)
	}
}

func TestAttempts(t *testing.T) {
	p := newPeople(t)
	attempts := store.NewAttempts(p.db, p.table)
	const window = 15 * time.Minute
	count := func(name string, at time.Time) time.Duration {
		t.Helper()
		wait, err := attempts.Count(t.Context(), name, 3, window, at)
		if err != nil {
			t.Fatal(err)
		}
		return wait
	}
	start := noon.Truncate(window)
	for i := range 3 {
		if wait := count("x", start.Add(time.Minute)); wait != 0 {
			t.Errorf("attempt %d waits %v", i, wait)
		}
	}
	if wait := count("x", start.Add(5*time.Minute)); wait != 10*time.Minute {
		t.Errorf("fourth attempt waits %v, want 10m", wait)
	}
	if wait := count("y", start); wait != 0 {
		t.Errorf("another counter waits %v", wait)
	}
	if wait := count("x", start.Add(window)); wait != 0 {
		t.Errorf("the next window waits %v", wait)
	}
	if err := attempts.Forget(t.Context(), "x", window, start); err != nil {
		t.Fatal(err)
	}
	if wait := count("x", start); wait != 0 {
		t.Errorf("after Forget waits %v", wait)
	}
	// Several counted as one: all or none.
	for i, n := range []int{60, 41, 40, 1} {
		wait, err := attempts.CountMany(t.Context(), "bytes", n, 100, window, start)
		if full := i%2 == 1; err != nil || (wait > 0) != full {
			t.Errorf("%d more wait %v, %v", n, wait, err)
		}
	}
	// Many at once: exactly the limit gets through.
	var wg sync.WaitGroup
	var mu sync.Mutex
	passed := 0
	for range 16 {
		wg.Go(func() {
			wait, err := attempts.Count(t.Context(), "z", 3, window, start)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			} else if wait == 0 {
				passed++
			}
		})
	}
	wg.Wait()
	if passed != 3 {
		t.Errorf("%d of 16 passed, want 3", passed)
	}
}

// Two registrations of one person, and an acceptance beside them, started at once.
func TestRegisterRace(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	base := aigul(t)
	for round := range raceTimes {
		s := base
		s.Kind = account.Kind(fmt.Sprintf("natural-%d", round)) // a subject of its own per round
		p.accept(s, "v1")
		challenges := []challenge.Challenge{p.challenge(), p.challenge(), p.challenge()}
		errs := make([]error, 3)
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() {
				id := fmt.Sprintf("r%d-%d", round, i)
				_, errs[i] = p.registrations.Register(t.Context(), p.registration(s, id, challenges[i]), challenges[i], newSession(fmt.Sprintf("%d-%d-", round, i), id))
			})
		}
		wg.Go(func() {
			_, _, _, errs[2] = p.acceptances.Accept(t.Context(), p.acceptance(s, "v2", challenges[2]), challenges[2])
		})
		wg.Wait()
		if errs[2] != nil {
			t.Errorf("round %d: acceptance: %v", round, errs[2])
		}
		won := 0
		for _, err := range errs[:2] {
			if err == nil {
				won++
			} else if !errors.Is(err, account.ErrRegistered) {
				t.Errorf("round %d: %v", round, err)
			}
		}
		if won != 1 {
			t.Errorf("round %d: %d registrations won, want 1", round, won)
		}
	}
	p.check()
}

// One challenge used by two acts at once.
func TestChallengeRace(t *testing.T) {
	p := newPeople(t)
	s := aigul(t)
	p.accept(s, "v1")
	p.register(s, "one")
	for round := range raceTimes {
		c := p.challenge()
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() {
				errs[i] = p.sessions.SignIn(t.Context(), c, newSession(fmt.Sprintf("%d-%d-", round, i), "one"))
			})
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), challenge.ErrUsed) {
			t.Errorf("round %d: %v and %v, want one sign-in and ErrUsed", round, errs[0], errs[1])
		}
	}
}
