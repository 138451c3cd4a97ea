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
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/support"
)

// ticket is the n-th ticket, received n minutes after noon.
func ticket(n int, accountID string) support.Ticket {
	at := noon.Add(time.Duration(n) * time.Minute)
	return support.Ticket{
		Number: filing.Ticket([7]byte{5: byte(n >> 8), 6: byte(n)}), RequestID: fmt.Sprintf("019a8f2c-1b00-7c44-8d2e-%012d", n), AccountID: accountID,
		Lang: locale.RU, Topic: "signature", Reference: "JKJaXmPLvHcESHA=", Problem: "throttled", Page: "/ru/help",
		FilingID: "019a8f2c-1b00-7c44-8d2e-5f60718293a4", Portal: "aB3_-x9Zq1Rt", NCALayer: "1.4", Browser: "Firefox 132.0",
		Agreement: "v1", State: support.Received, HappenedAt: at.Add(-time.Second), ReceivedAt: at,
	}
}

// waiting lists the events of a ticket that wait in the table.
func waiting(a *archive, number string) []string {
	a.Helper()
	var found []string
	for _, k := range a.items() {
		if rest, ok := strings.CutPrefix(k, "SUPPORT#"+number+" OUTBOX#"); ok {
			found = append(found, rest)
		}
	}
	return found
}

func TestSupportTicket(t *testing.T) {
	a, ctx := newArchive(t), t.Context()
	s := store.NewSupport(a.db, a.table)
	want := ticket(1, "a1")
	if _, err := s.Ticket(ctx, want.Number, noon); !errors.Is(err, support.ErrNotFound) {
		t.Errorf("no ticket yet: %v", err)
	}
	got, first, err := s.Open(ctx, want)
	if diff := cmp.Diff(want, got); diff != "" || !first || err != nil {
		t.Fatalf("Open: first %t, %v\n%s", first, err, diff)
	}
	again := ticket(2, "a1")
	again.RequestID = want.RequestID
	got, first, err = s.Open(ctx, again)
	if diff := cmp.Diff(want, got); diff != "" || first || err != nil {
		t.Errorf("repeated: first %t, %v\n%s", first, err, diff)
	}
	taken := ticket(3, "a1")
	taken.Number = want.Number
	if _, _, err := s.Open(ctx, taken); err == nil || !strings.Contains(err.Error(), "number is taken") {
		t.Errorf("a number that is taken: %v", err)
	}
	if got := waiting(a, want.Number); !slices.Equal(got, []string{"support.requested"}) {
		t.Errorf("events %q", got)
	}
	for _, find := range []func() (support.Ticket, error){
		func() (support.Ticket, error) { return s.Ticket(ctx, want.Number, noon) },
		func() (support.Ticket, error) { return s.OfRequest(ctx, want.RequestID, noon) },
	} {
		got, err := find()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("found: %v\n%s", err, diff)
		}
	}

	// Each state with its instant; a step taken twice is taken once.
	for i, to := range []support.State{support.InProgress, support.Answered, support.Closed} {
		from := want.State
		answer := map[support.State]string{support.Answered: "Restart NCALayer."}[to]
		if want, err = want.Become(to, answer, noon.Add(time.Duration(i+1)*time.Hour)); err != nil {
			t.Fatal(err)
		}
		e := a.entry(audit.SupportAnswered, "admin", want.Number).Of("a1", string(from), string(to))
		if err := s.Become(ctx, a.audit, want, from, e); err != nil {
			t.Fatal(err)
		}
		if err := s.Become(ctx, a.audit, want, from, a.entry(audit.SupportAnswered, "admin", want.Number)); !errors.Is(err, support.ErrState) {
			t.Errorf("to %s again: %v", to, err)
		}
		got, err := s.Ticket(ctx, want.Number, noon)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", to, err, diff)
		}
	}
	if got := waiting(a, want.Number); !slices.Equal(got, []string{"support.answered", "support.requested"}) {
		t.Errorf("events %q", got)
	}
	if n := len(a.month()); n != 3 {
		t.Errorf("%d audit entries", n)
	}
	own, err := store.NewAudited(a.db, a.table).Of(ctx, "a1")
	if err != nil || len(own) != 3 {
		t.Errorf("the holder sees %d entries, %v", len(own), err)
	}
}

// TestSupportLists: an account's own, a month's, and none that is over a year old.
func TestSupportLists(t *testing.T) {
	a, ctx := newArchive(t), t.Context()
	s := store.NewSupport(a.db, a.table)
	if list, err := s.Of(ctx, "a1", noon); err != nil || len(list) != 0 {
		t.Errorf("nobody's tickets: %d, %v", len(list), err)
	}
	var numbers []string
	for i := range 3 {
		one := ticket(i, []string{"a1", "", "a1"}[i])
		one.ReplyTo = []string{"", "aigul@example.kz", ""}[i]
		if _, _, err := s.Open(ctx, one); err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, one.Number)
	}
	of := func(list []support.Ticket) (out []string) {
		for _, t := range list {
			out = append(out, t.Number)
		}
		return out
	}
	own, err := s.Of(ctx, "a1", noon)
	if got := of(own); !slices.Equal(got, []string{numbers[2], numbers[0]}) || err != nil {
		t.Errorf("own %q, %v", got, err)
	}
	month, next, err := s.Month(ctx, noon, "", noon)
	if got := of(month); !slices.Equal(got, []string{numbers[2], numbers[1], numbers[0]}) || next != "" || err != nil {
		t.Errorf("month %q, next %q, %v", got, next, err)
	}
	rest, _, err := s.Month(ctx, noon, month[0].ReceivedAt.Format("2006-01-02T15:04:05.000Z")+"#"+month[0].Number, noon)
	if got := of(rest); !slices.Equal(got, []string{numbers[1], numbers[0]}) || err != nil {
		t.Errorf("after the first: %q, %v", got, err)
	}
	if list, _, err := s.Month(ctx, noon.AddDate(0, 1, 0), "", noon); err != nil || len(list) != 0 {
		t.Errorf("the month after: %d, %v", len(list), err)
	}

	// A year later they are gone, though the engine holds them still: one by one.
	later := noon.AddDate(1, 0, 0).Add(time.Minute)
	own, err = s.Of(ctx, "a1", later)
	if got := of(own); !slices.Equal(got, []string{numbers[2]}) || err != nil {
		t.Errorf("own a year later %q, %v", got, err)
	}
	month, _, err = s.Month(ctx, noon, "", later)
	if got := of(month); !slices.Equal(got, []string{numbers[2]}) || err != nil {
		t.Errorf("month a year later %q, %v", got, err)
	}
	if _, err := s.Ticket(ctx, numbers[1], later); !errors.Is(err, support.ErrNotFound) {
		t.Errorf("a ticket of a year ago: %v", err)
	}

	// The address for the answer is in the ticket and nowhere else, and all of it goes by itself.
	out, err := a.db.Scan(ctx, &dynamodb.ScanInput{TableName: &a.table})
	if err != nil {
		t.Fatal(err)
	}
	with := 0
	for _, it := range out.Items {
		if _, ok := it[schema.TTL].(*types.AttributeValueMemberN); !ok {
			t.Errorf("%v stays for ever", it["SK"])
		}
		if strings.Contains(fmt.Sprint(plain(it)), "aigul@") {
			with++
		}
	}
	if with != 1 {
		t.Errorf("%d items have the address", with)
	}
}

// plain is an item's strings.
func plain(it map[string]types.AttributeValue) (out []string) {
	for _, v := range it {
		if s, ok := v.(*types.AttributeValueMemberS); ok {
			out = append(out, s.Value)
		}
	}
	return out
}

// TestSupportAtOnce: the same request sent twice at once is one ticket, and of two that answer it
// one does.
func TestSupportAtOnce(t *testing.T) {
	t.Parallel()
	a, ctx := newArchive(t), context.Background()
	s := store.NewSupport(a.db, a.table)
	for round := range raceTimes {
		one, two := ticket(2*round, "a1"), ticket(2*round+1, "a1")
		two.RequestID = one.RequestID
		var kept [2]support.Ticket
		var first [2]bool
		x, y := race(
			func() (err error) { kept[0], first[0], err = s.Open(ctx, one); return err },
			func() (err error) { kept[1], first[1], err = s.Open(ctx, two); return err })
		if x != nil || y != nil || first[0] == first[1] || kept[0].Number != kept[1].Number {
			t.Fatalf("round %d: %v, %v, first %v, %s and %s", round, x, y, first, kept[0].Number, kept[1].Number)
		}
		answer := func(text string) error {
			next, err := kept[0].Become(support.Answered, text, noon.Add(time.Hour))
			if err != nil {
				return err
			}
			e := audit.New(audit.SupportAnswered, actor("admin"), next.Number, "", noon, [8]byte{byte(round >> 8), byte(round), text[0]})
			return s.Become(ctx, a.audit, next, support.Received, e)
		}
		x, y = race(func() error { return answer("one") }, func() error { return answer("two") })
		if (x == nil) == (y == nil) || !errors.Is(errors.Join(x, y), support.ErrState) {
			t.Fatalf("round %d: %v and %v", round, x, y)
		}
		got, err := s.Ticket(ctx, kept[0].Number, noon)
		if want := map[bool]string{true: "one", false: "two"}[x == nil]; err != nil || got.Answer != want {
			t.Fatalf("round %d: answer %q, want %q, %v", round, got.Answer, want, err)
		}
	}
}

func TestSupportDeliveries(t *testing.T) {
	a, ctx := newArchive(t), t.Context()
	s := store.NewSupport(a.db, a.table)
	e := support.NewEvent(support.EventRequested, ticket(1, "").Number, noon)
	for range 2 {
		if err := s.RecordDelivery(ctx, e, 0, "m1", noon, noon.AddDate(1, 0, 0)); err != nil {
			t.Fatal(err)
		}
	}
	other := e
	other.Type = support.EventAnswered
	for _, tt := range []struct {
		event support.Event
		n     int
		want  bool
	}{{e, 0, true}, {e, 1, false}, {other, 0, false}} {
		if got, err := s.Delivered(ctx, tt.event, tt.n); got != tt.want || err != nil {
			t.Errorf("%s to %d: %t, %v", tt.event.Type, tt.n, got, err)
		}
	}
}

// TestSupportEvents reads the outbox as the stream gives it.
func TestSupportEvents(t *testing.T) {
	a, ctx := newArchive(t), t.Context()
	s := store.NewSupport(a.db, a.table)
	one := ticket(1, "a1")
	if _, _, err := s.Open(ctx, one); err != nil {
		t.Fatal(err)
	}
	out, err := a.db.Scan(ctx, &dynamodb.ScanInput{TableName: &a.table})
	if err != nil {
		t.Fatal(err)
	}
	var found []support.Event
	for _, it := range out.Items {
		if o, ok, err := store.OutboxEntry(it); err != nil {
			t.Error(err)
		} else if ok {
			found = append(found, support.EventOf(o.Event))
		}
	}
	want := []support.Event{{V: 1, Type: support.EventRequested, Ticket: one.Number, At: "2026-11-22T07:01:00Z"}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
}
