package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

var filedAt = time.Date(2026, 11, 22, 18, 59, 59, 999_000_000, time.UTC)

// registry is a table of filings with one account that may seal.
type registry struct {
	*store.Filings
	db       *dynamodb.Client
	filings  string
	accounts string
}

const (
	ownerID  = "acc-1"
	ownerKey = "key-1"
)

func newRegistry(t *testing.T) registry {
	t.Helper()
	db, name := engine.ForTest(t)
	r := registry{store.NewFilings(db, name(schema.Filings), name(schema.Accounts)), db, name(schema.Filings), name(schema.Accounts)}
	r.putAccount(t, "active", "v1")
	return r
}

func (r registry) putAccount(t *testing.T, status string, accepted ...string) {
	t.Helper()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	_, err := r.db.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: &r.accounts, Item: map[string]types.AttributeValue{
		"PK": text("ACCOUNT#" + ownerID), "SK": text("ACCOUNT"), "subject": text(ownerKey), "status": text(status),
		"accepted": &types.AttributeValueMemberSS{Value: accepted},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

func id(n int) string { return fmt.Sprintf("0193f0c0-0000-7000-8000-%012d", n) }

// awaiting creates filing n with one document and a manifest out for signature.
func (r registry) awaiting(t *testing.T, n int, manifest string) filing.Filing {
	t.Helper()
	ctx := context.Background()
	f, err := r.Create(ctx, filing.Filing{ID: id(n), AccountID: ownerID, Kind: filing.KindClaim, Claim: filing.Claim{Lang: locale.KK, CourtCode: "almaty-medeu"}}, filedAt)
	if err != nil {
		t.Fatal(err)
	}
	f.Documents = []filing.Document{{ID: id(900 + n), Role: "main_claim", Name: "a.pdf", Size: 1, SHA256: "aa", MediaType: "application/pdf"}}
	if f, err = r.SaveDraft(ctx, f, filedAt); err != nil {
		t.Fatal(err)
	}
	if f, err = r.AwaitSignature(ctx, f, manifest, filedAt); err != nil {
		t.Fatal(err)
	}
	return f
}

func seal(n int, manifest string) filing.Seal {
	return filing.Seal{
		Manifest:       filing.Manifest{ID: id(n), Account: ownerID, Agreement: "v1", CourtCode: "almaty-medeu"},
		ManifestSHA256: manifest, Subject: ownerKey, CMS: []byte("cms"), Stored: map[string]string{id(900 + n): "ver"},
		SentAt: filedAt, TicketNo: "T", Receipt: []byte("receipt of " + manifest),
	}
}

func TestDraftsOfOneAccount(t *testing.T) {
	r, ctx := newRegistry(t), context.Background()
	claim := filing.Claim{Lang: locale.RU, Breach: "нарушено <право> \u2028 & ещё"}
	f, err := r.Create(ctx, filing.Filing{ID: id(1), AccountID: ownerID, Kind: filing.KindClaim, Claim: claim}, filedAt)
	if err != nil || f.Version != 1 || f.Status != filing.Draft {
		t.Fatalf("Create = %+v, %v", f, err)
	}
	if again, err := r.Create(ctx, filing.Filing{ID: id(1), AccountID: ownerID, Kind: filing.KindClaim, Claim: claim}, filedAt.Add(time.Hour)); err != nil || !again.CreatedAt.Equal(filedAt) {
		t.Errorf("a repeat = %+v, %v; want the first draft", again, err)
	}
	if _, err := r.Create(ctx, filing.Filing{ID: id(1), AccountID: ownerID, Kind: filing.KindClaim}, filedAt); !errors.Is(err, filing.ErrVersion) {
		t.Errorf("same id, other claim: %v", err)
	}
	if _, err := r.Create(ctx, filing.Filing{ID: id(1), AccountID: "acc-2", Kind: filing.KindClaim, Claim: claim}, filedAt); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("someone else's id: %v", err)
	}
	if _, err := r.Filing(ctx, id(1), "acc-2", filedAt); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("someone else reads: %v", err)
	}
	got, err := r.Filing(ctx, id(1), ownerID, filedAt)
	if err != nil || got.Claim.Breach != claim.Breach {
		t.Errorf("Filing = %+v, %v", got, err)
	}
	if _, err := r.Filing(ctx, id(1), ownerID, filedAt.Add(filing.DraftLife+time.Hour)); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("an expired draft that is still stored: %v", err)
	}

	stale := f
	f.Claim.Breach = "second"
	if f, err = r.SaveDraft(ctx, f, filedAt.Add(time.Minute)); err != nil || f.Version != 2 {
		t.Fatalf("SaveDraft = %+v, %v", f, err)
	}
	if _, err := r.SaveDraft(ctx, stale, filedAt); !errors.Is(err, filing.ErrVersion) {
		t.Errorf("saving over a newer version: %v", err)
	}
	list, err := r.ByAccount(ctx, ownerID, filedAt)
	if err != nil || len(list) != 1 || list[0].Claim.Breach != "second" {
		t.Errorf("ByAccount = %+v, %v", list, err)
	}
	if list, err := r.ByAccount(ctx, "acc-2", filedAt); err != nil || len(list) != 0 {
		t.Errorf("ByAccount of someone else = %+v, %v", list, err)
	}
}

func TestSeal(t *testing.T) {
	r, ctx := newRegistry(t), context.Background()
	f := r.awaiting(t, 1, "m1")
	receipt, first, err := r.Seal(ctx, seal(1, "m1"))
	if err != nil || !first || string(receipt) != "receipt of m1" {
		t.Fatalf("Seal = %q, %v, %v", receipt, first, err)
	}
	again := seal(1, "m1")
	again.Receipt, again.SentAt = []byte("a later receipt"), filedAt.Add(time.Hour)
	if receipt, first, err = r.Seal(ctx, again); err != nil || first || string(receipt) != "receipt of m1" {
		t.Errorf("the same seal again = %q, %v, %v; want the first receipt", receipt, first, err)
	}
	got, err := r.Filing(ctx, id(1), ownerID, filedAt.Add(10*365*24*time.Hour))
	if err != nil || got.Status != filing.Sent || !got.SentAt.Equal(filedAt) || got.TicketNo != "T" {
		t.Errorf("filing = %+v, %v", got, err)
	}
	events, err := r.Events(ctx, id(1))
	if err != nil || len(events) != 2 || events[1].Type != "sent" || !events[1].At.Equal(filedAt) {
		t.Errorf("events = %+v, %v", events, err)
	}
	if kept, err := r.Receipt(ctx, id(1), ownerID, filedAt); err != nil || string(kept) != "receipt of m1" {
		t.Errorf("Receipt = %q, %v", kept, err)
	}
	if _, err := r.Receipt(ctx, id(1), "acc-2", filedAt); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("someone else's receipt: %v", err)
	}
	f.Version++
	if _, err := r.SaveDraft(ctx, f, filedAt); !errors.Is(err, filing.ErrVersion) {
		t.Errorf("editing what was sent: %v", err)
	}
}

func TestSealRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*testing.T, registry, filing.Filing, *filing.Seal)
		want error
	}{
		{"no such filing", func(_ *testing.T, _ registry, _ filing.Filing, s *filing.Seal) { s.Manifest.ID = id(99) }, filing.ErrNotFound},
		{"edited after the manifest", func(t *testing.T, r registry, f filing.Filing, _ *filing.Seal) {
			f.Claim.Breach = "changed"
			if _, err := r.SaveDraft(context.Background(), f, filedAt); err != nil {
				t.Fatal(err)
			}
		}, filing.ErrManifestVoid},
		{"another manifest", func(_ *testing.T, _ registry, _ filing.Filing, s *filing.Seal) { s.ManifestSHA256 = "m2" }, filing.ErrManifestVoid},
		{"someone else", func(_ *testing.T, _ registry, _ filing.Filing, s *filing.Seal) { s.Subject = "key-2" }, filing.ErrWrongSigner},
		{"agreement not accepted", func(_ *testing.T, _ registry, _ filing.Filing, s *filing.Seal) { s.Manifest.Agreement = "v2" }, agreement.ErrNotAccepted},
		{"account closed", func(t *testing.T, r registry, _ filing.Filing, _ *filing.Seal) { r.putAccount(t, "closed", "v1") }, account.ErrNotRegistered},
		{"sealed with another manifest", func(t *testing.T, r registry, _ filing.Filing, s *filing.Seal) {
			if _, _, err := r.Seal(context.Background(), *s); err != nil {
				t.Fatal(err)
			}
			s.ManifestSHA256 = "m2"
		}, filing.ErrSealed},
		{"sealed, and someone else asks for the receipt", func(t *testing.T, r registry, _ filing.Filing, s *filing.Seal) {
			if _, _, err := r.Seal(context.Background(), *s); err != nil {
				t.Fatal(err)
			}
			s.Subject = "key-2"
		}, filing.ErrWrongSigner},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRegistry(t)
			f, s := r.awaiting(t, 1, "m1"), seal(1, "m1")
			tt.edit(t, r, f, &s)
			before := r.count(t)
			if _, _, err := r.Seal(context.Background(), s); !errors.Is(err, tt.want) {
				t.Errorf("Seal: %v, want %v", err, tt.want)
			}
			if after := r.count(t); after != before {
				t.Errorf("a refused seal wrote: %d items, then %d", before, after)
			}
		})
	}
}

// count returns how many items the filings table holds.
func (r registry) count(t *testing.T) int32 {
	t.Helper()
	out, err := r.db.Scan(context.Background(), &dynamodb.ScanInput{TableName: &r.filings, Select: types.SelectCount, ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	return out.Count
}

// TestTwoSealsAtOnce: of many equal seals one is first and all get its receipt.
func TestTwoSealsAtOnce(t *testing.T) {
	r, ctx := newRegistry(t), context.Background()
	for n := range 50 {
		r.awaiting(t, n, "m1")
		var wg sync.WaitGroup
		receipts, firsts := make([]string, 4), make([]bool, 4)
		for i := range receipts {
			wg.Go(func() {
				s := seal(n, "m1")
				s.Receipt = fmt.Appendf(nil, "receipt %d", i)
				receipt, first, err := r.Seal(ctx, s)
				if err != nil {
					t.Errorf("seal %d: %v", i, err)
				}
				receipts[i], firsts[i] = string(receipt), first
			})
		}
		wg.Wait()
		winners := 0
		for i, first := range firsts {
			if first {
				winners++
			}
			if receipts[i] != receipts[0] {
				t.Errorf("filing %d has two receipts: %q", n, receipts)
			}
		}
		if winners != 1 {
			t.Errorf("filing %d: %d first seals", n, winners)
		}
	}
}

func TestDeliveries(t *testing.T) {
	r, ctx := newRegistry(t), context.Background()
	e := seal(1, "m").Event()
	r.awaiting(t, 1, "m")
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
	events, err := r.Events(ctx, id(1))
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
	r, ctx := newRegistry(t), context.Background()
	r.awaiting(t, 1, "m1")
	if _, _, err := r.Seal(ctx, seal(1, "m1")); err != nil {
		t.Fatal(err)
	}
	out, err := r.db.Scan(ctx, &dynamodb.ScanInput{TableName: &r.filings})
	if err != nil {
		t.Fatal(err)
	}
	var got []filing.SentEvent
	for _, it := range out.Items {
		o, ok, err := store.OutboxEntry(it)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			continue
		}
		e, err := filing.SentEventOf(o.Event)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e)
	}
	if len(got) != 1 || got[0] != seal(1, "m1").Event() {
		t.Errorf("outbox = %+v", got)
	}
}
