package wire

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// cosigned is an office whose filings ask the holder of the recorded account to sign, and someone who has
// none.
type cosigned struct {
	*expiring
	done map[string]bool // entries of the outbox that were told
}

func newAsking(t *testing.T) *cosigned {
	e := newExpiring(t)
	if _, err := e.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: ptr(e.name(schema.Accounts)), Item: map[string]types.AttributeValue{
		"PK": text("SUBJECT#1.ulan"), "SK": text("SUBJECT"), "account": text(recordedAccount),
	}}); err != nil {
		t.Fatal(err)
	}
	return &cosigned{e, map[string]bool{}}
}

// events are what is in the outbox of filings that asked or were sent, by their keys.
func (a *cosigned) events(t *testing.T) map[string]outbox.Entry {
	t.Helper()
	out, err := a.db.Scan(t.Context(), &dynamodb.ScanInput{TableName: ptr(a.name(schema.Filings))})
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]outbox.Entry{}
	for _, it := range out.Items {
		entry, ok, err := store.OutboxEntry(it)
		if err != nil {
			t.Fatal(err)
		}
		if ok && slices.Contains([]string{filing.EventAwaits, filing.EventUnasked, filing.EventSent}, entry.Type) {
			list[entry.PK+entry.SK] = entry
		}
	}
	return list
}

// put puts filing id out as a manifest of that name.
func (a *cosigned) put(t *testing.T, id, manifest string, at time.Time) filing.Frozen {
	t.Helper()
	h, err := a.filings.Envelope(t.Context(), id, "acc-1", at)
	if err != nil {
		t.Fatal(err)
	}
	f := filing.Frozen{
		Filing: h, Document: []byte(manifest), Seats: 2, SealBy: at.Add(72 * time.Hour), Asked: []string{"1.ulan", "1.nobody"},
		Places: []filing.Place{{Person: "own", Seats: []byte{1, 0}}, {Person: "ulan", Seats: []byte{0, 1}}},
	}
	if err := a.filings.Freeze(t.Context(), f, at); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestOneNoticeAManifest: whatever is put out, changed, signed, sent or deleted, and in whatever order and
// how often its events come, who is asked is told once that a manifest waits, once that it no longer
// does, and never the one without the other; who has no account leaves nothing to be seen.
func TestOneNoticeAManifest(t *testing.T) {
	a := newAsking(t)
	handle := a.app(t, "notify").Notify()
	rnd := rand.New(rand.NewPCG(9, 1))
	now := time.Now().UTC().Truncate(time.Millisecond)
	tell := func(entry outbox.Entry) {
		t.Helper()
		q := schema.Notices
		if entry.Type == filing.EventSent {
			q = schema.Receipts
		}
		for range 1 + rnd.IntN(2) {
			res, err := handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{message(t, q, entry)}})
			if err != nil || len(res.BatchItemFailures) != 0 {
				t.Fatalf("%s: %+v, %v", entry.SK, res, err)
			}
		}
	}
	told := func() map[string]int { // by subject
		n := map[string]int{}
		for _, m := range a.sink.Messages() {
			if m.To[0] == "ulan@example.kz" && !strings.Contains(m.Text, "билет") {
				n[m.Subject]++
			}
		}
		return n
	}
	if _, err := a.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: ptr(a.name(schema.Accounts)), Item: map[string]types.AttributeValue{
		"PK": text("ACCOUNT#acc-1"), "SK": text("ACCOUNT"), "id": text("acc-1"), "status": text("active"), "subject": text("-"), "kind": text("natural"), "iin": text("900101300126"),
		"name": text("ӨТІНІШ БЕРУШІ"), "email": text("anna@example.kz"), "lang": text("ru"), "created": text("2026-11-22T07:00:00.000Z"), "verified": text("2026-11-22T07:00:00.000Z"),
	}}); err != nil {
		t.Fatal(err)
	}
	manifests := 0
	for n := range 12 {
		id := fmt.Sprintf("01993a5e-0000-7000-8000-0000000009%02d", n)
		f, err := a.filings.Create(t.Context(), filing.Filing{Envelope: filing.Envelope{ID: id, AccountID: "acc-1", Kind: filing.KindClaim}, Sections: []filing.Section{{Code: "court", Value: []byte("{}")}}}, now)
		if err != nil {
			t.Fatal(err)
		}
		section := f.Sections[0]
		for step := 0; step < 8; step++ {
			now = now.Add(time.Millisecond)
			h, err := a.filings.Envelope(t.Context(), id, "acc-1", now)
			if err != nil {
				t.Fatal(err)
			}
			switch act := rnd.IntN(8); {
			case act < 3:
				manifests++
				a.put(t, id, fmt.Sprint("manifest ", manifests), now)
			case act < 5:
				h.Asked, h.Manifest = false, "" // as one reads it before somebody puts it out
				saved, err := a.filings.SaveSection(t.Context(), h, section, store.Heading{}, now)
				if err != nil {
					t.Fatal(err)
				}
				section.Version = saved.Version
			case act < 7:
				for _, key := range slices.Sorted(maps.Keys(a.events(t))) {
					if rnd.IntN(2) == 0 {
						tell(a.events(t)[key])
					}
				}
			case h.Status == filing.AwaitingSignatures:
				if rnd.IntN(2) == 0 {
					if err := a.filings.Delete(t.Context(), id, "acc-1", now); err != nil {
						t.Fatal(err)
					}
				} else {
					own := filing.Signature{Place: filing.Place{Person: "own", Seats: []byte{1, 0}}, CMS: []byte("x"), JudgedAt: now, Entry: []byte(`"own"`)}
					if _, _, err := a.filings.Sign(t.Context(), id, "acc-1", h.Manifest, own); err != nil {
						t.Fatal(err)
					}
					last := filing.Signature{Place: filing.Place{Person: "ulan", Seats: []byte{0, 1}}, CMS: []byte("y"), JudgedAt: now, Entry: []byte(`"ulan"`)}
					if _, err := a.filings.Seal(t.Context(), filing.Seal{
						FilingID: id, Account: "acc-1", CourtCode: "almaty-medeu", Kind: filing.KindClaim, Manifest: h.Manifest, Signature: last, Seats: []int{1},
						SentAt: now, TicketNo: recordedTicket, Receipt: []byte("{}"),
					}); err != nil {
						t.Fatal(err)
					}
				}
				step = 8
			}
		}
	}
	for range 2 {
		for _, entry := range a.events(t) {
			tell(entry)
		}
	}
	n := told()
	awaits, over := 0, 0
	for subject, times := range n {
		if strings.Contains(subject, "мерзімі") {
			awaits += times
		} else {
			over += times
		}
	}
	if awaits == 0 || awaits > manifests || over > awaits || over == 0 {
		t.Errorf("of %d manifests, told %d times that one waits, %d that it does not: %v", manifests, awaits, over, n)
	}
	out, err := a.db.Scan(t.Context(), &dynamodb.ScanInput{TableName: ptr(a.name(schema.Filings))})
	if err != nil {
		t.Fatal(err)
	}
	recorded := 0
	for _, it := range out.Items {
		sk := it["SK"].(*types.AttributeValueMemberS).Value
		if strings.HasPrefix(sk, "NOTICE#filing.awaits#") {
			recorded++
		}
		if strings.Contains(sk, "1.nobody") || strings.HasPrefix(it["PK"].(*types.AttributeValueMemberS).Value, "EVENT#") && strings.Contains(sk, "ask") {
			t.Errorf("%s tells who has an account", sk)
		}
	}
	if recorded != awaits { // one a manifest and person
		t.Errorf("%d notices that a manifest waits, of %d manifests that were told of", awaits, recorded)
	}
}

// TestRecordedAsking replays the messages that a manifest waits for a signature and that it was taken
// back: who is asked is told both, in their language, once, by mail and by text message that it waits.
func TestRecordedAsking(t *testing.T) {
	a := newAsking(t)
	const id, manifest = "01993a5e-0000-7000-8000-000000000009", "abababababababababababababababababababababababababababababababab"
	table := ptr(a.name(schema.Filings))
	for _, it := range []map[string]types.AttributeValue{
		{"SK": text("FILING"), "id": text(id), "account": text("acc-1"), "status": text("awaiting_signatures"), "manifest": text(manifest)},
		{"SK": text("ASKED#" + manifest), "keys": &types.AttributeValueMemberSS{Value: []string{"1.ulan", "1.nobody"}}},
	} {
		it["PK"] = text("FILING#" + id)
		if _, err := a.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: table, Item: it}); err != nil {
			t.Fatal(err)
		}
	}
	handle := a.app(t, "notify").Notify()
	for i, file := range []string{"notify/filing-awaits.json", "notify/filing-unasked.json"} {
		for range 2 {
			if res, err := handle(t.Context(), batch(t, file)); err != nil || len(res.BatchItemFailures) != 0 {
				t.Fatalf("%s: %+v, %v", file, res, err)
			}
		}
		got := a.sink.Messages()
		if len(got) != i+1 || got[i].To[0] != "ulan@example.kz" || got[i].Language != "kk" || strings.ContainsAny(got[i].Text+got[i].Subject, "{}") || strings.Contains(got[i].Text, id) {
			t.Errorf("%s: mail %+v", file, got)
		}
	}
}
