package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// representative is someone the account "one" names at an instant.
func representative(id string, at time.Time) account.Representative {
	return account.NewRepresentative(account.Representative{
		ID: id, AccountID: "one", Name: "Ерлан", Email: id + "@example.kz", Lang: locale.RU, Scope: account.ScopeAll, Months: 6,
	}, at, account.Evidence{Nonce: "form", Address: "192.0.2.1", UserAgent: "hers"})
}

// told lists the events about representatives of the account "one".
func (p *people) told() []string {
	p.Helper()
	out, err := p.db.Scan(p.Context(), &dynamodb.ScanInput{TableName: &p.table})
	if err != nil {
		p.Fatal(err)
	}
	list := []string{}
	for _, it := range out.Items {
		if e, ok := accountEvent(p, it); ok && e.Representative != "" {
			list = append(list, strings.TrimSpace(strings.TrimPrefix(string(e.Type), "representative.")+" "+e.ID+" "+e.To))
		}
	}
	slices.Sort(list)
	return list
}

func TestRepresentatives(t *testing.T) {
	p := newPeople(t)
	ctx := t.Context()
	p.accept(aigul(t), "v1")
	c := p.challenge()
	registration := p.registration(aigul(t), "one", c)
	registration.Named = []account.Representative{representative("r1", noon), representative("r2", noon)}
	if a, err := p.registrations.Register(ctx, registration, c, newSession("a", "one")); err != nil || a.Representatives != 2 {
		t.Fatalf("Register: %d named, %v", a.Representatives, err)
	}
	if got, want := p.told(), []string{"invited r1.1", "invited r2.1"}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}

	later := noon.Add(time.Hour)
	evidence := account.Evidence{Address: "198.51.100.7", UserAgent: "his"}
	agreed, err := p.trusted.Agree(ctx, "one", "r1", later, evidence)
	if err != nil || agreed.Status != account.Consented {
		t.Fatalf("Agree = %s, %v", agreed, err)
	}
	if again, err := p.trusted.Agree(ctx, "one", "r1", later.Add(time.Hour), account.Evidence{}); err != nil || !again.ConsentedAt.Equal(later) {
		t.Errorf("agreed again at %v, %v", again.ConsentedAt, err)
	}
	kept, err := p.trusted.Get(ctx, "one", "r1", later)
	if err != nil || kept.Consent.Address != "198.51.100.7" ||
		kept.Naming.Nonce != "form" || kept.Naming.UserAgent != "hers" || kept.Consent.UserAgent != "his" || !kept.Until.Equal(agreed.Until) ||
		kept.Name != "Ерлан" || kept.Email != "r1@example.kz" || kept.Lang != locale.RU || kept.Scope != account.ScopeAll || kept.Months != 6 {
		t.Errorf("kept %+v, %v", kept, err)
	}

	third := representative("r3", later)
	third.Scope, third.Kinds = account.ScopeKinds, []string{"claim"}
	if got, first, err := p.trusted.Name(ctx, third); err != nil || !first || got.ID != "r3" {
		t.Fatalf("Name = %s, first %t, %v", got, first, err)
	}
	other := third
	other.Email = "other@example.kz"
	if got, first, err := p.trusted.Name(ctx, other); err != nil || first || got.Email != third.Email {
		t.Errorf("named again: %q, first %t, %v", got.Email, first, err)
	}
	twin := representative("r4", later)
	twin.Email = strings.ToUpper(third.Email)
	if _, _, err := p.trusted.Name(ctx, twin); !errors.Is(err, account.ErrRepresentativeNamed) {
		t.Errorf("the same address: %v", err)
	}
	stranger := representative("r4", later)
	stranger.AccountID = "nobody"
	if _, _, err := p.trusted.Name(ctx, stranger); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("named by nobody: %v", err)
	}
	if again, err := p.trusted.Invite(ctx, "one", "r3", later.Add(time.Hour)); err != nil || again.Invitations != 2 || !slices.Equal(again.Kinds, third.Kinds) {
		t.Errorf("Invite = %+v, %v", again, err)
	}
	if _, err := p.trusted.Invite(ctx, "one", "r1", later); !errors.Is(err, account.ErrRepresentativeOver) {
		t.Errorf("inviting one who agreed: %v", err)
	}
	if got, err := p.trusted.Refuse(ctx, "one", "r1", later, evidence); err != nil || got.Status != account.Withdrawn || got.Ending.UserAgent != "his" {
		t.Errorf("Refuse = %s, %v", got, err)
	}
	if got, err := p.trusted.Refuse(ctx, "one", "r2", later, evidence); err != nil || got.Status != account.Declined {
		t.Errorf("Refuse = %s, %v", got, err)
	}
	for range 2 { // the second changes nothing
		if got, err := p.trusted.End(ctx, "one", "r3", later, account.Evidence{}); err != nil || got.Status != account.Ended {
			t.Errorf("EndRepresentative = %s, %v", got, err)
		}
	}
	if got, want := p.told(), []string{
		"consented r1", "declined r2", "invited r1.1", "invited r2.1", "invited r3.1", "invited r3.2", "withdrawn r1",
	}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
	for _, missing := range [][2]string{{"one", "r9"}, {"two", "r1"}} {
		if _, err := p.trusted.Agree(ctx, missing[0], missing[1], later, evidence); !errors.Is(err, account.ErrNoRepresentative) {
			t.Errorf("%v agrees: %v", missing, err)
		}
	}
	// Three years after the end the record is no more, whenever DynamoDB drops it.
	for _, tt := range []struct {
		at   time.Time
		want int
	}{{later.AddDate(3, 0, 0).Add(-time.Second), 3}, {later.AddDate(3, 0, 0), 0}} {
		list, err := p.trusted.Of(ctx, "one", tt.at)
		if err != nil || len(list) != tt.want {
			t.Errorf("%d records at %v, %v, want %d", len(list), tt.at, err, tt.want)
		}
	}
	p.check()
}

// TestClosingEndsRepresentatives: who is invited or has agreed ends with the account, and their names
// and addresses go; who had agreed is told.
func TestClosingEndsRepresentatives(t *testing.T) {
	p := newPeople(t)
	ctx := t.Context()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	for _, id := range []string{"agreed", "invited", "declined"} {
		if _, _, err := p.trusted.Name(ctx, representative(id, noon)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.trusted.Agree(ctx, "one", "agreed", noon, account.Evidence{}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.trusted.Refuse(ctx, "one", "declined", noon, account.Evidence{}); err != nil {
		t.Fatal(err)
	}
	c := p.challenge()
	leaving := account.Leaving{AccountID: "one", At: noon.Add(time.Hour), Evidence: account.Evidence{Nonce: c.Nonce, CMS: []byte("signed")}}
	if err := p.leavings.Leave(ctx, leaving, c); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"agreed": "ended holder  ", "invited": "ended holder  ", "declined": "declined representative Ерлан declined@example.kz"} {
		r, err := p.trusted.Get(ctx, "one", id, noon)
		if got := fmt.Sprintf("%s %s %s %s", r.Status, r.EndedBy, r.Name, r.Email); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", id, got, err, want)
		}
	}
	if told := p.told(); !slices.Contains(told, "ended agreed agreed@example.kz") || slices.Contains(told, "ended invited invited@example.kz") {
		t.Errorf("told %q", told)
	}
	if _, _, err := p.trusted.Name(ctx, representative("late", noon)); !errors.Is(err, account.ErrNotRegistered) {
		t.Errorf("naming for a closed account: %v", err)
	}
}

// forget removes the representatives of a round, so that the next begins without them.
func (p *people) forget(ids ...string) {
	p.Helper()
	for _, id := range ids {
		if _, err := p.db.DeleteItem(context.Background(), &dynamodb.DeleteItemInput{TableName: &p.table, Key: map[string]types.AttributeValue{
			"PK": &types.AttributeValueMemberS{Value: "ACCOUNT#one"}, "SK": &types.AttributeValueMemberS{Value: "REPRESENTATIVE#" + id},
		}}); err != nil {
			p.Fatal(err)
		}
	}
}

// TestConsentRaces: consent while the holder ends it, while it is refused and while it is given
// elsewhere come to one outcome, and each side is told of what happened once.
func TestConsentRaces(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	ctx := context.Background()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	for round := range raceTimes {
		id := fmt.Sprintf("r%d", round)
		if _, _, err := p.trusted.Name(ctx, representative(id, noon)); err != nil {
			t.Fatal(err)
		}
		first, second := account.Evidence{UserAgent: "first"}, account.Evidence{UserAgent: "second"}
		agree := func(e account.Evidence) func() error {
			return func() error { _, err := p.trusted.Agree(ctx, "one", id, noon, e); return err }
		}
		others := []func() error{
			agree(second),
			func() error { _, err := p.trusted.Refuse(ctx, "one", id, noon, second); return err },
			func() error { _, err := p.trusted.End(ctx, "one", id, noon, second); return err },
		}
		consent, other := race(agree(first), others[round%3])
		got, err := p.trusted.Get(ctx, "one", id, noon)
		if err != nil || other != nil {
			t.Fatalf("round %d: %v, %v", round, other, err)
		}
		agreed := !got.ConsentedAt.IsZero()
		switch {
		case round%3 == 0:
			if consent != nil || got.Status != account.Consented || got.Consent.UserAgent == "" {
				t.Fatalf("round %d: two consents: %v, %s", round, consent, got)
			}
		case agreed != (consent == nil) || !agreed && !errors.Is(consent, account.ErrRepresentativeOver):
			t.Fatalf("round %d: consent %v, %s", round, consent, got)
		case round%3 == 1:
			if want := map[bool]account.RepresentativeStatus{true: account.Withdrawn, false: account.Declined}[agreed]; got.Status != want {
				t.Fatalf("round %d: %s, want %s", round, got, want)
			}
		case got.Status != account.Ended || got.Ending.UserAgent != "second":
			t.Fatalf("round %d: %s", round, got)
		}
		p.forget(id)
	}
	// One event for each of what happened, and none of what did not.
	count := map[string]int{}
	for _, e := range p.told() {
		kind, _, _ := strings.Cut(e, " ")
		count[kind]++
	}
	if count["invited"] != raceTimes || count["consented"] != (raceTimes+2)/3+count["withdrawn"]+count["ended"] || count["declined"]+count["withdrawn"] != raceTimes/3 {
		t.Errorf("told %v", count)
	}
}

// TestSixthRepresentativeRace: of two named at once where one place is left, one is.
func TestSixthRepresentativeRace(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	ctx := context.Background()
	p.accept(aigul(t), "v1")
	p.register(aigul(t), "one")
	for n := range account.MaxContacts - 1 {
		if _, _, err := p.trusted.Name(ctx, representative(fmt.Sprintf("early%d", n), noon)); err != nil {
			t.Fatal(err)
		}
	}
	for round := range raceTimes {
		a, b := fmt.Sprintf("a%d", round), fmt.Sprintf("b%d", round)
		name := func(id string) func() error {
			return func() error { _, _, err := p.trusted.Name(ctx, representative(id, noon)); return err }
		}
		one, two := race(name(a), name(b))
		if (one == nil) == (two == nil) || !errors.Is(errors.Join(one, two), account.ErrTooManyRepresentatives) {
			t.Fatalf("round %d: %v and %v", round, one, two)
		}
		p.forget(a, b)
	}
}

// TestNameWhileLeaving: nobody stays invited by an account that is closed.
func TestNameWhileLeaving(t *testing.T) {
	p := newPeople(t)
	ctx := context.Background()
	s := aigul(t)
	p.accept(s, "v1")
	for round := range raceTimes / 10 {
		id := fmt.Sprintf("account %d", round)
		c := p.challenge()
		if _, err := p.registrations.Register(ctx, p.registration(s, id, c), c, withID(newSession("x", id), sessionID("r", round))); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		leaving := p.challenge()
		r := representative("late", noon)
		r.AccountID = id
		left, named := race(
			func() error {
				return p.leavings.Leave(ctx, account.Leaving{AccountID: id, At: noon, Evidence: account.Evidence{Nonce: leaving.Nonce}}, leaving)
			},
			func() error { _, _, err := p.trusted.Name(ctx, r); return err })
		if left != nil || named != nil && !errors.Is(named, account.ErrNotRegistered) {
			t.Fatalf("round %d: leave %v, name %v", round, left, named)
		}
		list, err := p.trusted.Of(ctx, id, noon)
		if err != nil || len(list) > 0 != (named == nil) || len(list) > 0 && (list[0].Status != account.Ended || list[0].Email != "") {
			t.Fatalf("round %d: %v, %v", round, list, err)
		}
	}
}
