package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/webhook"
)

// organisation is an account with nothing but an id, and its hooks.
func organisation(t *testing.T) (*store.Webhooks, *store.Accounts, func() (events int)) {
	t.Helper()
	db, name := engine.ForTest(t)
	s := func(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
	if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(name(schema.Accounts)), Item: map[string]types.AttributeValue{
		"PK": s("ACCOUNT#a"), "SK": s("ACCOUNT"), "id": s("a"), "status": s("active"), "kind": s("legal"), "email": s("a@example.kz"), "lang": s("kk"), "created": s("2026-11-22T07:00:00.000Z"),
	}}); err != nil {
		t.Fatal(err)
	}
	return store.NewWebhooks(db, name(schema.Accounts)), store.NewAccounts(db, name(schema.Accounts)), func() int {
		out, err := db.Query(t.Context(), &dynamodb.QueryInput{
			TableName: aws.String(name(schema.Accounts)), KeyConditionExpression: aws.String("PK = :pk AND begins_with(SK, :sk)"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":pk": s("ACCOUNT#a"), ":sk": s("OUTBOX#webhook.paused")},
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.Items)
	}
}

var hookedAt = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)

func hook(n int) webhook.Hook {
	return webhook.Hook{ID: fmt.Sprintf("h%d", n), AccountID: "a", Address: fmt.Sprintf("https://h%d.example.kz/", n), AddedAt: hookedAt, AddedBy: "АЙГҮЛ"}
}

// TestWebhooksAtOnce: of many that are added at once as many are as there may be, each challenge serves once, and
// the account names those in force.
func TestWebhooksAtOnce(t *testing.T) {
	hooks, accounts, _ := organisation(t)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			errs[i] = hooks.Add(t.Context(), hook(i), account.Evidence{CMS: []byte{1}}, challenge.Challenge{Nonce: fmt.Sprint(i), NotAfter: hookedAt})
		})
	}
	wg.Wait()
	added := 0
	for i, err := range errs {
		switch {
		case err == nil:
			added++
		case !errors.Is(err, webhook.ErrTooMany):
			t.Errorf("%d: %v", i, err)
		}
	}
	list, err := hooks.Of(t.Context(), "a")
	a, err2 := accounts.Account(t.Context(), "a")
	if err != nil || err2 != nil || added != webhook.Most || len(list) != webhook.Most || len(a.Webhooks) != webhook.Most || a.WebhookCount != webhook.Most {
		t.Fatalf("%d added, %d listed, account %v %d; %v, %v", added, len(list), a.Webhooks, a.WebhookCount, err, err2)
	}
	first := list[0]
	if err := hooks.Add(t.Context(), hook(9), account.Evidence{}, challenge.Challenge{Nonce: first.ID[1:], NotAfter: hookedAt}); !errors.Is(err, challenge.ErrUsed) {
		t.Errorf("a challenge used twice: %v", err)
	}
	for range 2 {
		wg.Go(func() {
			if err := hooks.Remove(t.Context(), first); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if a, err = accounts.Account(t.Context(), "a"); err != nil || a.WebhookCount != webhook.Most-1 || slices.Contains(a.Webhooks, first.ID) {
		t.Errorf("removed twice: %v %d, %v", a.Webhooks, a.WebhookCount, err)
	}
	if _, err := hooks.Get(t.Context(), "a", first.ID); !errors.Is(err, webhook.ErrNone) {
		t.Errorf("removed: %v", err)
	}
	if err := hooks.Set(t.Context(), first.Resumed()); !errors.Is(err, webhook.ErrNone) { // it does not come back by that
		t.Errorf("resumed after it was removed: %v", err)
	}
	if err := hooks.Add(t.Context(), first, account.Evidence{}, challenge.Challenge{Nonce: "x", NotAfter: hookedAt}); !errors.Is(err, webhook.ErrExists) { // nor under its id
		t.Errorf("added again under the same id: %v", err)
	}
}

// TestWebhookPausedOnce: of two that find a hook dead at once one pauses it and has its holder told; what is known
// of a hook that was removed or paused meanwhile changes nothing.
func TestWebhookPausedOnce(t *testing.T) {
	hooks, accounts, paused := organisation(t)
	h := hook(1)
	if err := hooks.Add(t.Context(), h, account.Evidence{}, challenge.Challenge{Nonce: "1", NotAfter: hookedAt}); err != nil {
		t.Fatal(err)
	}
	failing, _ := h.Tried(webhook.Closed, hookedAt)
	d := webhook.Delivery{ID: "e1", Type: "filing.sent", At: "2026-11-22T07:00:00Z", State: webhook.Trying, Tries: 1, LastAt: hookedAt, Last: webhook.Closed}
	if err := hooks.Tried(t.Context(), h, failing, d, false); err != nil {
		t.Fatal(err)
	}
	kept, err := hooks.Get(t.Context(), "a", h.ID)
	if err != nil || kept != failing {
		t.Errorf("kept %+v, want %+v, %v", kept, failing, err)
	}
	if got, ok, err := hooks.Delivery(t.Context(), h.ID, "e1", hookedAt); err != nil || !ok || got != d {
		t.Errorf("delivery %+v %v, %v", got, ok, err)
	}
	dead, is := failing.Tried(webhook.Closed, hookedAt.Add(webhook.Dead))
	if !is {
		t.Fatal("not dead")
	}
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			at := dead
			at.PausedAt = at.PausedAt.Add(time.Duration(n) * time.Second) // each by its own clock
			if err := hooks.Tried(t.Context(), failing, at, webhook.Delivery{ID: fmt.Sprint("d", n), LastAt: hookedAt, State: webhook.GivenUp}, true); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	a, err := accounts.Account(t.Context(), "a")
	if err != nil || len(a.Webhooks) != 0 || a.WebhookCount != 1 || paused() != 1 {
		t.Errorf("told %d times, account %v %d, %v", paused(), a.Webhooks, a.WebhookCount, err)
	}
	taken, _ := failing.Tried(webhook.Taken, hookedAt)
	if err := hooks.Tried(t.Context(), failing, taken, d, false); err != nil {
		t.Fatal(err)
	}
	if kept, err = hooks.Get(t.Context(), "a", h.ID); err != nil || kept.InForce() || kept.Failures == 0 {
		t.Errorf("a late success put it in force: %+v, %v", kept, err)
	}
	if list, err := hooks.Deliveries(t.Context(), h.ID, 3, hookedAt); err != nil || len(list) != 3 || list[0].ID != "e1" || list[1].ID != "d3" {
		t.Errorf("deliveries %+v, %v", list, err)
	}
	if list, err := hooks.Deliveries(t.Context(), h.ID, 3, hookedAt.Add(webhook.Keep+time.Second)); err != nil || len(list) != 0 {
		t.Errorf("after their time %+v, %v", list, err)
	}
	if err := hooks.Set(t.Context(), kept.Resumed()); err != nil {
		t.Fatal(err)
	}
	if a, err = accounts.Account(t.Context(), "a"); err != nil || !slices.Equal(a.Webhooks, []string{h.ID}) {
		t.Errorf("resumed: %v, %v", a.Webhooks, err)
	}
}
