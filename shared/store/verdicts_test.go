package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/verdict"
)

func TestVerdicts(t *testing.T) {
	db, name := engine.ForTest(t)
	s := store.NewVerdicts(db, name(schema.Filings))
	ctx, at := t.Context(), time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	const mine, other = "0193f0c0-0000-7000-8000-000000000001", "0193f0c0-0000-7000-8000-000000000002"
	doc := func(n int, mediaType string) filing.Document {
		return filing.Document{SHA256: fmt.Sprintf("%064d", n), MediaType: mediaType}
	}
	sound := verdict.Verdict{Version: 1, Found: verdict.KindPDF, Pages: 3}
	bad := verdict.Verdict{Version: 1, Found: verdict.KindPDF, Findings: []verdict.Code{verdict.Encrypted, verdict.Damaged}}
	for _, put := range []struct {
		filing string
		n      int
		v      verdict.Verdict
	}{{mine, 1, bad}, {mine, 1, sound}, {mine, 2, bad}, {other, 3, bad}} {
		if err := s.Put(ctx, put.filing, doc(put.n, "").SHA256, put.v, at); err != nil {
			t.Fatal(err)
		}
	}
	docs := []filing.Document{doc(2, "application/pdf"), doc(1, "application/pdf"), doc(1, "image/png"), doc(3, "application/pdf"), doc(4, "image/png")}
	got, err := s.Of(ctx, mine, docs, at)
	if err != nil {
		t.Fatal(err)
	}
	want := []verdict.Verdict{
		bad, sound, sound.Add(verdict.Mislabelled),
		verdict.Missing, // found in another's filing: what is stored there need not be what is here
		verdict.Missing,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if late, err := s.Of(ctx, mine, docs[:1], at.Add(store.VerdictLife)); err != nil || !late[0].Has(verdict.NotInspected) {
		t.Errorf("after its life: %+v, %v", late, err)
	}
	if none, err := s.Of(ctx, mine, nil, at); err != nil || len(none) != 0 {
		t.Errorf("of nothing: %+v, %v", none, err)
	}
	hundred := make([]filing.Document, filing.MaxDocuments)
	for i := range hundred {
		hundred[i] = filing.Document{SHA256: strings.Repeat("a", 60) + fmt.Sprintf("%04d", i)}
	}
	if all, err := s.Of(ctx, mine, hundred, at); err != nil || len(all) != len(hundred) {
		t.Errorf("of %d: %d, %v", len(hundred), len(all), err)
	}
}
