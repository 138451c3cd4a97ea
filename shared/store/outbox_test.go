package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// overdue lists what someone should have been told of at the instant at.
func overdue(t *testing.T, box *store.Outbox, at time.Time) (all []outbox.Entry) {
	t.Helper()
	if err := box.Overdue(t.Context(), at, func(e outbox.Entry) error { all = append(all, e); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

// indexed reports whether an item stands in the index.
func indexed(t *testing.T, db *dynamodb.Client, table string, e outbox.Entry) bool {
	t.Helper()
	out, err := db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table, Key: map[string]types.AttributeValue{
		schema.PK: &types.AttributeValueMemberS{Value: e.PK}, schema.SK: &types.AttributeValueMemberS{Value: e.SK},
	}})
	if err != nil || out.Item == nil {
		t.Fatalf("%s is gone: %v", e.SK, err)
	}
	return out.Item[schema.GSI1PK] != nil
}

// TestOutboxUntilEveryoneHasDoneTheirs follows an event that two queues await.
func TestOutboxUntilEveryoneHasDoneTheirs(t *testing.T) {
	r := newRegistry(t)
	r.draft(1)
	r.frozen(1, "m1")
	sealed := sealing(1, "m1")
	if _, err := r.Seal(t.Context(), sealed); err != nil {
		t.Fatal(err)
	}
	box := store.NewOutbox(r.db, r.name)
	due := sealed.SentAt.Add(outbox.Patience)
	if early := overdue(t, box, due.Add(-time.Second)); len(early) != 0 {
		t.Errorf("overdue too early: %+v", early)
	}
	list := overdue(t, box, due)
	if len(list) != 1 || list[0].Type != filing.EventSent || list[0].Of != sealed.FilingID {
		t.Fatalf("overdue %+v", list)
	}
	e := list[0]
	row, _ := outbox.RowOf(filing.EventSent)
	var others []string // than receipts
	for _, q := range row.Queues {
		if q != schema.Receipts {
			others = append(others, q.Name)
		}
	}
	if got := slices.Sorted(slices.Values(e.Awaits)); !slices.Equal(got, slices.Sorted(slices.Values(append(others, "receipts")))) {
		t.Errorf("awaits %q", got)
	}
	if err := box.Postpone(t.Context(), e, due.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if again := overdue(t, box, due.Add(59*time.Minute)); len(again) != 0 {
		t.Errorf("overdue though sent again: %+v", again)
	}
	for range 2 { // delivery is at least once
		for _, q := range others {
			if err := box.Done(t.Context(), e, q); err != nil {
				t.Fatal(err)
			}
		}
	}
	if list = overdue(t, box, due.Add(time.Hour)); len(list) != 1 || !slices.Equal(list[0].Awaits, []string{"receipts"}) {
		t.Fatalf("after the others: %+v", list)
	}
	if err := box.Done(t.Context(), e, "receipts"); err != nil || indexed(t, r.db, r.name, e) {
		t.Errorf("done, and still in the index: %v", err)
	}
	// What comes late finds it done.
	for _, late := range []error{box.Done(t.Context(), e, "receipts"), box.Done(t.Context(), e, "locks"), box.Postpone(t.Context(), e, due)} {
		if late != nil {
			t.Error(late)
		}
	}
	if indexed(t, r.db, r.name, e) {
		t.Error("a late sweep put it back")
	}
	gone := e
	gone.SK = "OUTBOX#gone"
	if err := box.Done(t.Context(), gone, "receipts"); err != nil {
		t.Errorf("an entry that is gone: %v", err)
	}
}

// TestOutboxOfOneQueue: one write says that it is done, and what has expired is not overdue.
func TestOutboxOfOneQueue(t *testing.T) {
	a := newArchive(t)
	if _, _, err := store.NewSupport(a.db, a.table).Open(t.Context(), ticket(1, "a1")); err != nil {
		t.Fatal(err)
	}
	code := account.Code{ID: "c1", AccountID: "a1", Channel: account.Email, To: "a@mail.example", Digits: "123456", MAC: "m", At: noon}
	if err := store.NewContacts(a.db, a.table).AskCode(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	box := store.NewOutbox(a.db, a.table)
	list := overdue(t, box, noon.Add(2*time.Hour)) // the code's quarter of an hour is over
	if len(list) != 1 || list[0].Type != "support.requested" || !slices.Equal(list[0].Awaits, []string{"notices"}) {
		t.Fatalf("overdue %+v", list)
	}
	if err := box.Done(t.Context(), list[0], "notices"); err != nil || indexed(t, a.db, a.table, list[0]) {
		t.Errorf("done, and still in the index: %v", err)
	}
	if list = overdue(t, box, noon.Add(outbox.Keep)); len(list) != 0 {
		t.Errorf("overdue %+v", list)
	}
}
