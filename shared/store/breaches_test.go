package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/breach"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// partition returns the items of a partition of the accounts table by their sort keys.
func (p *people) partition(pk string) map[string]map[string]types.AttributeValue {
	p.Helper()
	out, err := p.db.Query(p.Context(), &dynamodb.QueryInput{
		TableName: &p.table, KeyConditionExpression: aws.String("PK = :pk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: pk}},
	})
	if err != nil {
		p.Fatal(err)
	}
	found := map[string]map[string]types.AttributeValue{}
	for _, it := range out.Items {
		found[it[schema.SK].(*types.AttributeValueMemberS).Value] = it
	}
	return found
}

// TestEvidenceIsHeld: what is there when a case is opened stays, whatever goes from the account
// afterwards; secrets are not copied, and nothing of a case has an end.
func TestEvidenceIsHeld(t *testing.T) {
	a := newArchive(t)
	ctx := t.Context()
	a.registered()
	if err := a.sessions.SignIn(ctx, a.challenge(), newSession("s", "a1")); err != nil {
		t.Fatal(err)
	}
	cases := store.NewBreaches(a.db, a.table, "test-"+schema.Filings.Name)
	c := breach.Case{
		ID: "0123456789abcdef", Account: "a1", Act: "JKJaXmPLvHcESHA=", Origin: breach.ByAdministrator, Reason: "asked by letter", OpenedAt: noon, By: actor("first"),
	}
	opened, err := cases.Open(ctx, a.audit, c, a.entry(audit.BreachOpened, "first", "a1").Of("a1", "", ""))
	if err != nil {
		t.Fatal(err)
	}
	before := a.partition("BREACH#" + c.ID)
	var copies []string
	for sk, it := range before {
		if it[schema.TTL] != nil {
			t.Errorf("%s goes by itself", sk)
		}
		if strings.HasPrefix(sk, "EVIDENCE#") {
			copies = append(copies, sk)
		}
	}
	if len(copies) != opened.Held || len(opened.SHA256) != 64 {
		t.Errorf("%d copies of %d: %q", len(copies), opened.Held, copies)
	}
	all := strings.Join(copies, "\n")
	for _, want := range []string{"ACCOUNT#a1 ACCOUNT", "ACCOUNT#a1 REGISTRATION", "ACCOUNT#a1 EMAIL#", "ACCEPTANCE#v1", "SESSION#"} {
		if !strings.Contains(all, want) {
			t.Errorf("no copy of %s in\n%s", want, all)
		}
	}
	for _, secret := range []string{"PASSWORD", "CODE", "OUTBOX"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s is copied:\n%s", secret, all)
		}
	}
	leaving := a.challenge()
	if err := a.leavings.Leave(ctx, account.Leaving{AccountID: "a1", At: noon.Add(time.Hour), Evidence: account.Evidence{Nonce: leaving.Nonce}}, leaving); err != nil {
		t.Fatal(err)
	}
	after := a.partition("BREACH#" + c.ID)
	for sk, it := range before {
		if after[sk] == nil || len(after[sk]) != len(it) {
			t.Errorf("closing the account took %s away", sk)
		}
	}
	email := after["EVIDENCE#ACCOUNT#a1 ACCOUNT"]["kept"].(*types.AttributeValueMemberM).Value["email"].(*types.AttributeValueMemberS).Value
	if email != "aigul@example.kz" {
		t.Errorf("the copy of a closed account has the address %q", email)
	}
	if list, err := cases.Of(ctx, "a1"); err != nil || len(list) != 1 || list[0] != opened {
		t.Errorf("cases of a closed account %+v, %v; opened %+v", list, err, opened)
	}
	if _, err := cases.Open(ctx, a.audit, c, a.entry(audit.BreachOpened, "first", "a1")); err == nil {
		t.Error("opened twice under one id")
	}
}

// TestFilingIsHeld: a case about a filing of the account holds its items too; another's filing is not the
// case's.
func TestFilingIsHeld(t *testing.T) {
	a := newArchive(t)
	a.registered()
	const mine, others = "01993a5e-0000-7000-8000-000000000001", "01993a5e-0000-7000-8000-000000000002"
	table := "test-" + schema.Filings.Name
	for id, owner := range map[string]string{mine: "a1", others: "a2"} {
		for pk, sks := range map[string][]string{"FILING#" + id: {"FILING", "SECTION#demands", "OUTBOX#filing.sent"}, "SEAL#" + id: {"SEAL"}, "EVENT#" + id: {"2026-11-22T07:00:00.000Z#sent"}} {
			for _, sk := range sks {
				if _, err := a.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{
					schema.PK: &types.AttributeValueMemberS{Value: pk}, schema.SK: &types.AttributeValueMemberS{Value: sk},
					"account": &types.AttributeValueMemberS{Value: owner}, schema.TTL: &types.AttributeValueMemberN{Value: "1800000000"},
				}}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	cases := store.NewBreaches(a.db, a.table, table)
	for i, tt := range []struct {
		act  string
		want []string
	}{
		{mine, []string{"EVENT#" + mine + " 2026-11-22T07:00:00.000Z#sent", "FILING#" + mine + " FILING", "FILING#" + mine + " SECTION#demands", "SEAL#" + mine + " SEAL"}},
		{others, nil},
		{"JKJaXmPLvHcESHA=", nil},
	} {
		c := breach.Case{ID: strings.Repeat(string(rune('1'+i)), 16), Account: "a1", Act: tt.act, Origin: breach.ByAdministrator, Reason: "asked by letter", OpenedAt: noon, By: actor("first")}
		opened, err := cases.Open(t.Context(), a.audit, c, a.entry(audit.BreachOpened, "first", "a1"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		copies := 0
		for sk, it := range a.partition("BREACH#" + c.ID) {
			if of, ok := strings.CutPrefix(sk, "EVIDENCE#"); ok {
				copies++
				if !strings.HasPrefix(of, "ACCOUNT#") && !strings.HasPrefix(of, "SUBJECT#") && !strings.HasPrefix(of, "SESSION#") {
					got = append(got, of)
				}
				if it[schema.TTL] != nil {
					t.Errorf("%s goes by itself", of)
				}
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, tt.want) || copies != opened.Held {
			t.Errorf("about %s: %d of %d held, of filings %q, want %q", tt.act, copies, opened.Held, got, tt.want)
		}
	}
}

// TestCasesAreClosedOnce: two close at once, one does, and the list has all cases, latest first, in pages.
func TestCasesAreClosedOnce(t *testing.T) {
	a := newArchive(t)
	ctx := t.Context()
	a.registered()
	cases := store.NewBreaches(a.db, a.table, "test-"+schema.Filings.Name)
	if _, err := cases.Case(ctx, "0123456789abcdef"); !errors.Is(err, breach.ErrNotFound) {
		t.Errorf("a case that none opened: %v", err)
	}
	first, made, err := cases.Object(ctx, breach.Objection("a1", noon, noon))
	if err != nil || !made || first.Held == 0 {
		t.Fatalf("objection: %+v, first %t, %v", first, made, err)
	}
	again, made, err := cases.Object(ctx, breach.Objection("a1", noon, noon.Add(time.Hour)))
	if err != nil || made || again != first {
		t.Errorf("objected again: %+v, first %t, %v; was %+v", again, made, err, first)
	}
	for i := range store.MaxCases {
		if _, _, err := cases.Object(ctx, breach.Objection("a1", noon.Add(time.Duration(i+1)*time.Minute), noon.Add(time.Duration(i+1)*time.Minute))); err != nil {
			t.Fatal(err)
		}
	}
	list, next, err := cases.List(ctx, "")
	if err != nil || len(list) != store.MaxCases || next == "" || !list[0].OpenedAt.Equal(noon.Add(store.MaxCases*time.Minute)) {
		t.Fatalf("list of %d from %v, next %q, %v", len(list), list[0].OpenedAt, next, err)
	}
	rest, next, err := cases.List(ctx, next)
	if err != nil || len(rest) != 1 || rest[0] != first || next != "" {
		t.Errorf("rest %+v, next %q, %v", rest, next, err)
	}
	shut := func(by string) func() error {
		closed, err := first.Close(breach.Closing{At: noon.Add(time.Hour), Reason: "asked by letter", By: actor(by)})
		if err != nil {
			t.Fatal(err)
		}
		e := a.entry(audit.BreachClosed, by, "a1").Of("a1", "", "")
		return func() error { return cases.Close(ctx, a.audit, closed, e) }
	}
	one, two := race(shut("first"), shut("second"))
	if (one == nil) == (two == nil) || !errors.Is(errors.Join(one, two), breach.ErrClosed) {
		t.Errorf("closed at once: %v and %v", one, two)
	}
	got, err := cases.Case(ctx, first.ID)
	if err != nil || !got.Closed() || got.Closing.Reason != "asked by letter" {
		t.Errorf("closed case %+v, %v", got, err)
	}
}
