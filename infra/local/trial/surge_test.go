package trial

import (
	"crypto/ed25519"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/infra/local/demo"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestArrivals: the rate is held on average, stage by stage, and what is due depends on nothing else.
func TestArrivals(t *testing.T) {
	due := arrivals([]stage{{100, 20 * time.Second}, {1000, 20 * time.Second}})
	if !slices.IsSorted(due) {
		t.Error("not in order")
	}
	first := 0
	for first < len(due) && due[first] < 20*time.Second {
		first++
	}
	// Six standard deviations of a Poisson count.
	if n := first; n < 2000-270 || n > 2000+270 {
		t.Errorf("%d in the first stage, want about 2000", n)
	}
	if n := len(due) - first; n < 20000-850 || n > 20000+850 {
		t.Errorf("%d in the second stage, want about 20000", n)
	}
}

// TestFigures: time counts from when a request was due, and what is held from when receipts came.
func TestFigures(t *testing.T) {
	answered := func(due, took time.Duration, refused ...int) shot {
		return shot{due: due, took: took, tries: 1 + len(refused), refused: refused, receipt: []byte("{}")}
	}
	f := between([]shot{
		answered(0, time.Second),
		answered(1*time.Second, 10*time.Millisecond), answered(2*time.Second, 20*time.Millisecond, 503, 0), answered(3*time.Second, 8*time.Second),
		{due: 4 * time.Second, tries: 3, refused: []int{503, 503, 422}},
		answered(5*time.Second, time.Second),
	}, time.Second, 5*time.Second)
	if f.asked != 1 || f.held != 0.3 || f.tries != 8 || f.without != 1 || f.at(.5) != 20*time.Millisecond || f.at(1) != 8*time.Second {
		t.Errorf("%+v", f)
	}
	if want := map[int]int{0: 1, 503: 3, 422: 1}; !maps.Equal(f.refused, want) {
		t.Errorf("refused %v, want %v", f.refused, want)
	}
}

// books is a table with two filings of which one is sealed, and what people know of them.
type books struct {
	items    map[string]map[string]types.AttributeValue // by PK and SK
	shots    []shot
	subjects []string
	records  map[string][]string
}

// TestReconcile: what is lost, double or not as it should be is found, whatever it is.
func TestReconcile(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	issue := func(id, ticket string) []byte {
		b, err := receipt.Issue(receipt.Key{Private: key}, receipt.Receipt{FilingID: id, TicketNo: ticket, SentAt: "2026-11-22T19:00:00.123+05:00"})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	of := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	put := func(b *books, pk, sk string, more ...any) {
		it := map[string]types.AttributeValue{schema.PK: of(pk), schema.SK: of(sk)}
		for i := 0; i < len(more); i += 2 {
			switch v := more[i+1].(type) {
			case string:
				it[more[i].(string)] = of(v)
			case []string:
				it[more[i].(string)] = &types.AttributeValueMemberSS{Value: v}
			case []byte:
				it[more[i].(string)] = &types.AttributeValueMemberB{Value: v}
			}
		}
		b.items[pk+" "+sk] = it
	}
	const ticket = "7F3K-92QH-X4TC"
	for _, test := range []struct {
		name string
		do   func(*books)
		want string // of the error, "" for none
	}{
		{"as it should be", func(*books) {}, ""},
		{"a receipt that is not in the table", func(b *books) { delete(b.items, "SEAL#f1 SEAL") }, "0 seals"},
		{"another receipt in the table", func(b *books) { put(b, "SEAL#f1", "SEAL", "receipt", issue("f1", "AAAA-BBBB-CCCC")) }, "not the one in the table"},
		{"someone else's receipt", func(b *books) {
			put(b, "SEAL#f1", "SEAL", "receipt", issue("f2", ticket))
			b.shots[0].receipt = issue("f2", ticket)
		}, "its receipt is of f2"},
		{"two receipts", func(b *books) { put(b, "SEAL#f1", "SEAL#2", "receipt", issue("f1", ticket)) }, "2 seals"},
		{"no record among the evidence", func(b *books) { delete(b.records, "f1") }, "these records of it: []"},
		{"a record of what was not sent", func(b *books) { b.records["f2"] = []string{"sealed"} }, "among the evidence and not sealed"},
		{"two events", func(b *books) { put(b, "EVENT#f1", "2026-11-22T14:00:01.000Z#sent") }, "2 events"},
		{"no event", func(b *books) { delete(b.items, "EVENT#f1 2026-11-22T14:00:00.000Z#sent") }, "0 events"},
		{"still a draft", func(b *books) { put(b, "FILING#f1", "FILING", "status", "sent") }, "status sent"},
		{"nothing in the outbox", func(b *books) { delete(b.items, "FILING#f1 OUTBOX#filing.sent") }, "in the outbox map[filing.received:1]"},
		{"untold", func(b *books) {
			put(b, "FILING#f1", "OUTBOX#filing.sent", "type", "filing.sent", "awaits", []string{"receipts", "verifications"}, schema.GSI1PK, "OUTBOX#1")
		}, "untold [filing.sent]"},
		{"waiting for word from since it signed", func(b *books) {
			put(b, "FILING#f1", "OUTBOX#filing.sent", "type", "filing.sent", "awaits", []string{"verifications"}, schema.GSI1PK, "OUTBOX#1")
		}, ""},
		{"no notice", func(b *books) { delete(b.items, "FILING#f1 NOTICE#filing.sent#holder") }, "notices map[filing.received:1]"},
		{"no evidence", func(b *books) { delete(b.items, "EVENT#f1 2026-11-22T14:00:05.000Z#kept") }, "0 copies"},
		{"no mail", func(b *books) { b.subjects = nil }, "has 0 mails"},
		{"a repeat that got another", func(b *books) { b.shots[0].again = true }, "another receipt"},
		{"a seal nobody asked for", func(b *books) { put(b, "SEAL#f3", "SEAL", "receipt", issue("f3", "AAAA-BBBB-CCCC")) }, "nobody asked for it"},
		{"a draft that was sent", func(b *books) { put(b, "FILING#f2", "OUTBOX#filing.sent", "type", "filing.sent") }, "was not sent and is not as it was"},
		{"sealed without an answer", func(b *books) { b.shots[0].receipt = nil }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := &books{items: map[string]map[string]types.AttributeValue{}, subjects: []string{"№ " + ticket, "№ " + ticket}, records: map[string][]string{"f1": {"sealed", "verified-000"}}}
			put(b, "FILING#f1", "FILING", "status", "received")
			put(b, "SEAL#f1", "SEAL", "receipt", issue("f1", ticket))
			put(b, "EVENT#f1", "2026-11-22T14:00:00.000Z#sent")
			put(b, "EVENT#f1", "2026-11-22T14:00:05.000Z#kept")
			for _, typ := range []string{filing.EventSent, filing.EventReceived} {
				put(b, "FILING#f1", "OUTBOX#"+typ, "type", typ)
				put(b, "FILING#f1", "NOTICE#"+typ+"#holder")
			}
			put(b, "FILING#f2", "FILING", "status", "awaiting_signatures")
			b.shots = []shot{{filing: demo.Prepared{ID: "f1"}, receipt: issue("f1", ticket)}}
			test.do(b)
			db, name := engine.ForTest(t)
			table := name(schema.Filings)
			for _, it := range b.items {
				if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: it}); err != nil {
					t.Fatal(err)
				}
			}
			_, err := reconcile(t.Context(), db, table, b.shots, []demo.Prepared{{ID: "f2"}}, receipt.Published{Version: 1, Keys: []receipt.Earlier{receipt.NewEarlier(receipt.ForReceipts, key.Public().(ed25519.PublicKey))}}, b.subjects, b.records)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("found %v, want %q", err, test.want)
			}
		})
	}
}
