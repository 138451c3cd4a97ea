package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

var filedAt = time.Date(2026, 11, 22, 18, 59, 59, 999_000_000, time.UTC)

// registry is a table of filings.
type registry struct {
	*store.Filings
	t    *testing.T
	db   *dynamodb.Client
	name string
}

const (
	ownerID  = "acc-1"
	ownerKey = "key-1"
)

func newRegistry(t *testing.T) registry {
	t.Helper()
	db, name := engine.ForTest(t)
	return registry{store.NewFilings(db, name(schema.Filings)), t, db, name(schema.Filings)}
}

func id(n int) string { return fmt.Sprintf("0193f0c0-0000-7000-8000-%012d", n) }

func section(code, value string) filing.Section {
	return filing.Section{Code: code, Value: []byte(value)}
}

func attached(n int) filing.Attachment {
	return filing.Attachment{Document: filing.Document{ID: id(900 + n), Role: "main_claim", Name: "a.pdf", Size: 1, SHA256: "aa", MediaType: "application/pdf"}}
}

// draft creates filing n with one section.
func (r registry) draft(n int) filing.Filing {
	r.t.Helper()
	f, err := r.Create(r.t.Context(), filing.Filing{
		Envelope: filing.Envelope{ID: id(n), AccountID: ownerID, Kind: filing.KindClaim, Head: filing.Head{Court: "almaty-medeu", Lang: locale.KK}},
		Sections: []filing.Section{section("court", `{"lang":"kk"}`)},
	}, filedAt)
	if err != nil {
		r.t.Fatal(err)
	}
	return f
}

// frozen puts filing n out for signature by the filer and others. What is signed names the manifest.
func (r registry) frozen(n int, manifest string, others ...string) filing.Frozen {
	r.t.Helper()
	h, err := r.Envelope(r.t.Context(), id(n), ownerID, filedAt)
	if err != nil {
		r.t.Fatal(err)
	}
	f := filing.Frozen{
		Filing: h, Document: []byte(manifest), Seats: 1 + len(others), Pins: filing.Pins{"aa": "version of aa"}, SealBy: filedAt.Add(time.Hour),
	}
	for seat, who := range append([]string{ownerKey}, others...) {
		f.Places = append(f.Places, place(who, seat, f.Seats))
	}
	if err := r.Freeze(r.t.Context(), f, filedAt); err != nil {
		r.t.Fatal(err)
	}
	return f
}

// place is that of someone who may sign for one seat.
func place(who string, seat, seats int) filing.Place {
	p := filing.Place{Person: who, Seats: make([]byte, seats)}
	p.Seats[seat] = 1
	return p
}

func signature(p filing.Place, at time.Time) filing.Signature {
	return filing.Signature{Place: p, CMS: []byte("cms of " + p.Person), JudgedAt: at, Entry: []byte(`"` + p.Person + `"`)}
}

func sealing(n int, manifest string) filing.Seal {
	return filing.Seal{
		FilingID: id(n), Account: ownerID, CourtCode: "almaty-medeu", Kind: filing.KindClaim, Manifest: filing.Sum([]byte(manifest)),
		Signature: signature(place(ownerKey, 0, 1), filedAt), SentAt: filedAt, TicketNo: "T", Receipt: []byte("receipt of " + manifest),
	}
}

func (r registry) read(n int) filing.Filing {
	r.t.Helper()
	f, err := r.Filing(r.t.Context(), id(n), ownerID, filedAt)
	if err != nil {
		r.t.Fatal(err)
	}
	return f
}

// items are all there are in the table.
func (r registry) items() []map[string]types.AttributeValue {
	r.t.Helper()
	out, err := r.db.Scan(r.t.Context(), &dynamodb.ScanInput{TableName: &r.name, ConsistentRead: aws.Bool(true)})
	if err != nil {
		r.t.Fatal(err)
	}
	return out.Items
}

func TestDraftsOfOneAccount(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	f := r.draft(1)
	if f.Revision != 1 || f.Status != filing.Draft || f.Sections[0].Version != 1 {
		t.Fatalf("Create = %+v", f)
	}
	f.Sections = nil
	if again, err := r.Create(ctx, f, filedAt.Add(time.Hour)); err != nil || !again.CreatedAt.Equal(filedAt) || len(again.Sections) != 1 {
		t.Errorf("a repeat = %+v, %v; want the first draft", again, err)
	}
	motion := f
	motion.Kind = "motion"
	if _, err := r.Create(ctx, motion, filedAt); !errors.Is(err, filing.ErrVersion) {
		t.Errorf("same id, other kind: %v", err)
	}
	f.AccountID = "acc-2"
	if _, err := r.Create(ctx, f, filedAt); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("someone else's id: %v", err)
	}
	if _, err := r.Filing(ctx, id(1), "acc-2", filedAt); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("someone else reads: %v", err)
	}
	if _, err := r.Filing(ctx, id(1), ownerID, filedAt.Add(filing.DraftLife+time.Hour)); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("an expired draft that is still stored: %v", err)
	}
}

// TestSectionHeads: what a section says for lists is in the head, whatever its attribute is called.
func TestSectionHeads(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	court, lang, about, of, opposite, tiyn := "almaty-medeu", "ru", "order_objection", "7514-26-00-2/31", "Үлгі", int64(500)
	all := store.Heading{Court: &court, Lang: &lang, About: &about, Case: &of, Opposite: &opposite, Tiyn: &tiyn}
	if _, err := r.SaveSection(ctx, r.draft(1).Envelope, section("case", "{}"), all, filedAt); err != nil {
		t.Fatal(err)
	}
	h := r.read(1).Envelope
	if h.Court != court || string(h.Lang) != lang || h.About != about || h.Case != of || h.Opposite != opposite || h.Tiyn != tiyn {
		t.Errorf("head %+v", h)
	}
}

func TestSectionsAreSavedAlone(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	h := r.draft(1).Envelope
	party := strings.Repeat("ә", 400)
	saved, err := r.SaveSection(ctx, h, section("parties", `{"a":"нарушено <право> & ещё"}`), store.Heading{Opposite: &party}, filedAt.Add(time.Minute))
	if err != nil || saved.Version != 1 {
		t.Fatalf("SaveSection = %+v, %v", saved, err)
	}
	court := section("court", `{"lang":"ru"}`)
	court.Version = 1
	if saved, err = r.SaveSection(ctx, h, court, store.Heading{}, filedAt.Add(time.Hour)); err != nil || saved.Version != 2 {
		t.Fatalf("the other section, with a head read before = %+v, %v", saved, err)
	}
	if _, err := r.SaveSection(ctx, h, court, store.Heading{}, filedAt); !errors.Is(err, filing.ErrVersion) {
		t.Errorf("saving over a newer version: %v", err)
	}
	if _, err := r.SaveSection(ctx, h, section("court", "{}"), store.Heading{}, filedAt); !errors.Is(err, filing.ErrVersion) {
		t.Errorf("as if it were the first: %v", err)
	}
	stranger := h
	stranger.AccountID = "acc-2"
	if _, err := r.SaveSection(ctx, stranger, section("x", "{}"), store.Heading{}, filedAt); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("someone else saves: %v", err)
	}
	f := r.read(1)
	if got, want := string(filing.FormOf(f.Sections)), `{"court":{"lang":"ru"},"parties":{"a":"нарушено <право> & ещё"}}`; got != want || f.Revision != 3 {
		t.Errorf("form %s, revision %d", got, f.Revision)
	}
	if !strings.HasPrefix(party, strings.TrimSuffix(f.Opposite, "…")) || len(f.Opposite) > filing.MaxOpposite || f.Court != "almaty-medeu" {
		t.Errorf("summary %+v", f.Envelope)
	}
	if one, err := r.Section(ctx, id(1), "parties", filedAt); err != nil || one.Version != 1 || !cmp.Equal(one, f.Sections[1]) {
		t.Errorf("Section = %+v, %v", one, err)
	}
	if one, err := r.Section(ctx, id(1), "nothing", filedAt); err != nil || one.Version != 0 || string(one.Value) != "{}" {
		t.Errorf("a section that was never saved = %+v, %v", one, err)
	}
}

// TestEverythingWithinTheLimitsIsKept: however large a section, no item comes near 400 KB, and what
// comes back are the bytes that were kept.
func TestEverythingWithinTheLimitsIsKept(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	h := r.draft(1).Envelope
	noise := make([]byte, 0, 1_200_000) // deflates to nothing much less
	for x := uint64(1); len(noise) < cap(noise); x = x*6364136223846793005 + 1442695040888963407 {
		noise = append(noise, "0123456789abcdef"[x>>60], "ghijklmnopqrstuv"[x>>56&15])
	}
	for version, value := range []string{`{"a":"` + string(noise) + `"}`, `{"a":"` + string(noise[:900_000]) + `"}`, `{"a":"` + strings.Repeat("ә", 60_000) + `"}`} {
		s := section("prose", value)
		s.Version = version
		if _, err := r.SaveSection(ctx, h, s, store.Heading{}, filedAt); err != nil {
			t.Fatal(err)
		}
		one, err := r.Section(ctx, id(1), "prose", filedAt)
		if err != nil || string(one.Value) != value || string(r.read(1).Sections[1].Value) != value {
			t.Errorf("version %d came back with %d bytes of %d, %v", version+1, len(one.Value), len(value), err)
		}
	}
	for _, it := range r.items() {
		size, _ := it["data"].(*types.AttributeValueMemberB)
		if size != nil && len(size.Value) > 350<<10 {
			t.Errorf("%v takes %d bytes", it["SK"], len(size.Value))
		}
	}
}

func TestAttachments(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	h := r.draft(1).Envelope
	first, err := r.SaveAttachment(ctx, h, attached(1), filedAt.Add(time.Second))
	if err != nil || first.Version != 1 {
		t.Fatalf("SaveAttachment = %+v, %v", first, err)
	}
	if _, err := r.SaveAttachment(ctx, h, attached(2), filedAt); err != nil {
		t.Fatal(err)
	}
	first.Role = "evidence"
	if first, err = r.SaveAttachment(ctx, h, first, filedAt.Add(time.Hour)); err != nil || first.Version != 2 {
		t.Fatalf("SaveAttachment again = %+v, %v", first, err)
	}
	if _, err := r.SaveAttachment(ctx, h, attached(1), filedAt); !errors.Is(err, filing.ErrVersion) {
		t.Errorf("as if it were new: %v", err)
	}
	if f := r.read(1); len(f.Attached) != 2 || f.Attached[1].Role != "evidence" || f.Attachments != 2 {
		t.Errorf("attachments %+v of %d", f.Attached, f.Attachments)
	}
	if err := r.DropAttachment(ctx, h, id(901), 1, filedAt); !errors.Is(err, filing.ErrVersion) {
		t.Errorf("dropping an old version: %v", err)
	}
	if err := r.DropAttachment(ctx, h, id(901), 2, filedAt); err != nil {
		t.Error(err)
	}
	if err := r.DropAttachment(ctx, h, id(901), 2, filedAt); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("dropping it again: %v", err)
	}
	for n := 2; n <= filing.MaxDocuments; n++ {
		if _, err := r.SaveAttachment(ctx, h, attached(100+n), filedAt); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.SaveAttachment(ctx, h, attached(99), filedAt); !errors.Is(err, filing.ErrTooMany) {
		t.Errorf("document %d: %v", filing.MaxDocuments+1, err)
	}
}

func TestDeleteADraft(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	r.draft(1)
	if err := r.Delete(ctx, id(1), "acc-2", filedAt); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("someone else: %v", err)
	}
	if err := r.Delete(ctx, id(1), ownerID, filedAt); err != nil {
		t.Fatal(err)
	}
	if left := r.items(); len(left) != 0 {
		t.Errorf("%d items are left: %v", len(left), left)
	}
	if err := r.Delete(ctx, id(1), ownerID, filedAt); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("again: %v", err)
	}
	r.draft(2)
	r.frozen(2, "m1")
	if _, err := r.Seal(ctx, sealing(2, "m1")); err != nil {
		t.Fatal(err)
	}
	if err := r.Delete(ctx, id(2), ownerID, filedAt); !errors.Is(err, filing.ErrVersion) {
		t.Errorf("what was sent: %v", err)
	}
}

// TestListsToTheEnd: a thousand filings on pages, each once, while every one of them changes.
func TestListsToTheEnd(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	const all = 1000
	for n := range all {
		if _, err := r.Create(ctx, filing.Filing{Envelope: filing.Envelope{ID: id(n), AccountID: ownerID, Kind: filing.KindClaim,
			Head: filing.Head{Opposite: strings.Repeat("жауапкер ", 40)}}}, filedAt.Add(time.Duration(n/3)*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]int{}
	pages := 0
	for cursor := ""; ; pages++ {
		list, next, err := r.ByAccount(ctx, ownerID, cursor, 73, nil, filedAt)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range list {
			seen[h.ID]++
			if _, err := r.SaveSection(ctx, h, section("court", `{}`), store.Heading{}, filedAt.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if next == "" {
			break
		}
		cursor = next
	}
	for n := range all {
		if seen[id(n)] != 1 {
			t.Fatalf("filing %d was listed %d times on %d pages", n, seen[id(n)], pages)
		}
	}
	some, _, err := r.ByAccount(ctx, ownerID, "", 5, func(h filing.Envelope) bool { return h.ID < id(10) }, filedAt)
	if err != nil || len(some) != 5 || some[0].ID != id(9) {
		t.Errorf("a search found %d, %v", len(some), err)
	}
	if list, next, err := r.ByAccount(ctx, "acc-2", "", 5, nil, filedAt); err != nil || len(list) != 0 || next != "" {
		t.Errorf("someone else's: %v, %v", list, err)
	}
	if _, _, err := r.ByAccount(ctx, ownerID, "x", 5, nil, filedAt); !errors.Is(err, filing.ErrCursor) {
		t.Errorf("a cursor of one's own making: %v", err)
	}
}

func TestSeal(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	h := r.draft(1).Envelope
	r.frozen(1, "m1")
	got, err := r.Seal(ctx, sealing(1, "m1"))
	if err != nil || !got.First || string(got.Receipt) != "receipt of m1" {
		t.Fatalf("Seal = %+v, %v", got, err)
	}
	again := sealing(1, "m1")
	again.Receipt, again.SentAt = []byte("a later receipt"), filedAt.Add(time.Hour)
	if got, err = r.Seal(ctx, again); err != nil || got.First || string(got.Receipt) != "receipt of m1" {
		t.Errorf("the same seal again = %+v, %v; want the first receipt", got, err)
	}
	f, err := r.Filing(ctx, id(1), ownerID, filedAt.Add(365*24*time.Hour-time.Minute))
	if err != nil || f.Status != filing.Sent || !f.SentAt.Equal(filedAt) || f.TicketNo != "T" {
		t.Errorf("filing = %+v, %v", f, err)
	}
	if h, err := r.Envelope(ctx, id(1), ownerID, filedAt.Add(10*365*24*time.Hour)); err != nil || h.Status != filing.Sent {
		t.Errorf("ten years later: %+v, %v", h, err)
	}
	events, err := r.Events(ctx, f.Envelope)
	if err != nil || len(events) != 2 || events[1].Type != filing.EventSealed || !events[1].At.Equal(filedAt) {
		t.Errorf("events = %+v, %v", events, err)
	}
	if kept, err := r.Receipt(ctx, id(1)); err != nil || string(kept) != "receipt of m1" {
		t.Errorf("Receipt = %q, %v", kept, err)
	}
	if pins, err := r.Pins(ctx, id(1)); err != nil || pins["aa"] != "version of aa" {
		t.Errorf("Pins = %v, %v", pins, err)
	}
	if signed, err := r.Signatures(ctx, id(1)); err != nil || len(signed) != 1 || string(signed[0].CMS) != "cms of key-1" {
		t.Errorf("Signatures = %+v, %v", signed, err)
	}
	if _, err := r.SaveSection(ctx, h, section("x", "{}"), store.Heading{}, filedAt); !errors.Is(err, filing.ErrVersion) {
		t.Errorf("editing what was sent: %v", err)
	}
}

func TestSealRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*testing.T, registry, *filing.Seal)
		want error
	}{
		{"no such filing", func(_ *testing.T, _ registry, s *filing.Seal) { s.FilingID = id(99) }, filing.ErrNotFound},
		{"edited after the manifest", func(t *testing.T, r registry, _ *filing.Seal) {
			if _, err := r.SaveSection(t.Context(), r.read(1).Envelope, section("x", "{}"), store.Heading{}, filedAt); err != nil {
				t.Fatal(err)
			}
		}, filing.ErrManifestVoid},
		{"a document added", func(t *testing.T, r registry, _ *filing.Seal) {
			if _, err := r.SaveAttachment(t.Context(), r.read(1).Envelope, attached(1), filedAt); err != nil {
				t.Fatal(err)
			}
		}, filing.ErrManifestVoid},
		{"taken back", func(t *testing.T, r registry, _ *filing.Seal) {
			if err := r.Void(t.Context(), r.read(1).Envelope, filedAt); err != nil {
				t.Fatal(err)
			}
		}, filing.ErrManifestVoid},
		{"another manifest", func(_ *testing.T, _ registry, s *filing.Seal) { s.Manifest = filing.Sum([]byte("m2")) }, filing.ErrManifestVoid},
		{"someone else", func(_ *testing.T, _ registry, s *filing.Seal) { s.Signature.Person = "key-2" }, filing.ErrManifestVoid},
		{"sealed with another manifest", func(t *testing.T, r registry, s *filing.Seal) {
			if _, err := r.Seal(t.Context(), *s); err != nil {
				t.Fatal(err)
			}
			s.Manifest = filing.Sum([]byte("m2"))
		}, filing.ErrSealed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRegistry(t)
			r.draft(1)
			r.frozen(1, "m1")
			s := sealing(1, "m1")
			tt.edit(t, r, &s)
			before := len(r.items())
			if _, err := r.Seal(t.Context(), s); !errors.Is(err, tt.want) {
				t.Errorf("Seal: %v, want %v", err, tt.want)
			}
			if after := len(r.items()); after != before {
				t.Errorf("a refused seal wrote: %d items, then %d", before, after)
			}
		})
	}
}

// TestFreezeNeedsWhatWasRead: a manifest of what is no longer so is not put out.
func TestFreezeNeedsWhatWasRead(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	h := r.draft(1).Envelope
	if _, err := r.SaveSection(ctx, h, section("x", "{}"), store.Heading{}, filedAt); err != nil {
		t.Fatal(err)
	}
	err := r.Freeze(ctx, filing.Frozen{Filing: h, Document: []byte("m1"), Places: []filing.Place{place(ownerKey, 0, 1)}, Seats: 1, SealBy: filedAt}, filedAt)
	if !errors.Is(err, filing.ErrVersion) {
		t.Errorf("Freeze: %v", err)
	}
}

// TestTwoSealsAtOnce: of many equal seals one is first and all get its receipt.
func TestTwoSealsAtOnce(t *testing.T) {
	r, ctx := newRegistry(t), context.Background()
	for n := range 50 {
		r.draft(n)
		r.frozen(n, "m1")
		var wg sync.WaitGroup
		got := make([]store.Signed, 4)
		for i := range got {
			wg.Go(func() {
				s := sealing(n, "m1")
				s.Receipt = fmt.Appendf(nil, "receipt %d", i)
				var err error
				if got[i], err = r.Seal(ctx, s); err != nil {
					t.Errorf("seal %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		winners := 0
		for _, one := range got {
			if one.First {
				winners++
			}
			if string(one.Receipt) != string(got[0].Receipt) {
				t.Errorf("filing %d has two receipts: %q, %q", n, one.Receipt, got[0].Receipt)
			}
		}
		if winners != 1 {
			t.Errorf("filing %d: %d first seals", n, winners)
		}
	}
}

// TestKeptFollowsSent: the bucket tells whole seconds, so a copy of what was just sent seems older.
func TestKeptFollowsSent(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	r.draft(1)
	r.frozen(1, "m1")
	s := sealing(1, "m1")
	if _, err := r.Seal(ctx, s); err != nil {
		t.Fatal(err)
	}
	if err := r.RecordKept(ctx, id(1), s.SentAt.Add(-900*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	events, err := r.Events(ctx, r.read(1).Envelope)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, e.Type)
	}
	if want := []string{filing.EventCreated, filing.EventSealed, filing.EventKept}; !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
}

func TestDeliveries(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	e := sealing(1, "m").Event()
	h := r.draft(1).Envelope
	if done, err := r.Delivered(ctx, e, ""); err != nil || done {
		t.Fatalf("Delivered = %v, %v", done, err)
	}
	for range 2 { // a repeat is harmless
		if err := r.RecordDelivery(ctx, e, "", "msg", filedAt); err != nil {
			t.Fatal(err)
		}
	}
	if done, err := r.Delivered(ctx, e, ""); err != nil || !done {
		t.Errorf("Delivered = %v, %v", done, err)
	}
	if done, err := r.Delivered(ctx, e, "r-1"); err != nil || done {
		t.Errorf("the second recipient: Delivered = %v, %v", done, err)
	}
	if err := r.RecordDelivery(ctx, e, "r-1", "msg", filedAt); err != nil {
		t.Fatal(err)
	}
	for _, messageID := range []string{"", "sms"} { // one that its number refused is no event
		if err := r.RecordText(ctx, e, messageID, filedAt); err != nil {
			t.Fatal(err)
		}
		if done, err := r.Texted(ctx, e); err != nil || !done {
			t.Errorf("Texted = %v, %v", done, err)
		}
	}
	events, err := r.Events(ctx, h)
	told := map[string]int{}
	for _, e := range events {
		if strings.HasPrefix(e.Type, "notified") {
			told[e.Type]++
		}
	}
	want := map[string]int{filing.ToldHolder: 1, filing.ToldHolderByText: 1, filing.ToldRepresentative: 1}
	if diff := cmp.Diff(want, told); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestOutboxEventRoundTrip(t *testing.T) {
	r := newRegistry(t)
	r.draft(1)
	r.frozen(1, "m1")
	if _, err := r.Seal(t.Context(), sealing(1, "m1")); err != nil {
		t.Fatal(err)
	}
	var got []filing.SentEvent
	for _, it := range r.items() {
		entry, ok, err := store.OutboxEntry(it)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			continue
		}
		e, err := filing.SentEventOf(entry.Event)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e)
	}
	if len(got) != 1 || got[0] != sealing(1, "m1").Event() {
		t.Errorf("outbox = %+v", got)
	}
}

// TestPinsEnd: what a manifest names goes some time after it could be sealed, unless it was: once what was sent is
// verified its pins, and no others, stay for ever, as they were.
func TestPinsEnd(t *testing.T) {
	r, ctx := newRegistry(t), t.Context()
	ends := func(n int, manifest string) string {
		t.Helper()
		out, err := r.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &r.name, ConsistentRead: aws.Bool(true), Key: map[string]types.AttributeValue{
			"PK": &types.AttributeValueMemberS{Value: "SEAL#" + id(n)}, "SK": &types.AttributeValueMemberS{Value: "PINS#" + filing.Sum([]byte(manifest))},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if pins, ok := out.Item["pins"].(*types.AttributeValueMemberM); !ok || len(pins.Value) != 1 {
			t.Fatalf("pins of %s: %v", manifest, out.Item)
		}
		end, _ := out.Item[schema.TTL].(*types.AttributeValueMemberN)
		if end == nil {
			return "never"
		}
		return end.Value
	}
	r.draft(1)
	r.frozen(1, "void")
	r.frozen(1, "m1")
	want := fmt.Sprint(filedAt.Add(time.Hour+time.Second-1).AddDate(0, 0, schema.UnsealedDays).Unix())
	if got := ends(1, "m1"); got != want {
		t.Errorf("out for signature they go at %s, want %s", got, want)
	}
	if _, err := r.Seal(ctx, sealing(1, "m1")); err != nil {
		t.Fatal(err)
	}
	sealed, err := r.Sealed(ctx, id(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Enter(ctx, sealed.Envelope); err != nil {
		t.Fatal(err)
	}
	for n, v := range []filing.Verification{{V: 1, At: filedAt.Add(time.Minute), Step: "receive"}, {V: 1, At: filedAt.Add(2 * time.Minute), Step: "receive"}} {
		if done, err := r.Verify(ctx, sealed.Envelope, v); err != nil || done != (n == 0) {
			t.Fatal(done, err)
		}
	}
	if got, void := ends(1, "m1"), ends(1, "void"); got != "never" || void != want {
		t.Errorf("of what was sent they go at %s, of what was voided at %s", got, void)
	}
	if pins, err := r.Pins(ctx, id(1)); err != nil || pins["aa"] != "version of aa" {
		t.Errorf("pins %v, %v", pins, err)
	}
}
