package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

func edition(t *testing.T, id, text string, publishedAt time.Time, first bool) agreement.Version {
	t.Helper()
	v, err := agreement.New(id, map[locale.Lang]string{
		locale.KK: text + " қазақша", locale.RU: text + " по-русски", locale.EN: text + " in English",
	}, publishedAt, first)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAgreements(t *testing.T) {
	db, name := engine.ForTest(t)
	ctx := t.Context()
	site := store.NewSite(db, name(schema.Site))
	ids := func(s *store.Site, at time.Time) []string {
		t.Helper()
		versions, err := s.Agreements(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, v := range versions {
			out = append(out, v.ID)
		}
		slices.Sort(out)
		return out
	}
	if got := ids(site, noon); len(got) != 0 {
		t.Fatalf("nothing published, got %q", got)
	}
	v1 := edition(t, "v1", "one", noon, true)
	if err := site.PublishAgreement(ctx, v1); err != nil {
		t.Fatal(err)
	}
	if got := ids(site, noon); !slices.Equal(got, []string{"v1"}) {
		t.Errorf("an empty list was remembered: got %q", got)
	}
	// A text too long to share an item with others: 300 KB.
	v2 := edition(t, "v2", strings.Repeat("long ", 60<<10), noon.Add(time.Hour), false)
	if err := site.PublishAgreement(ctx, v2); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		at   time.Time
		want []string
	}{
		{"remembered", noon.Add(5*time.Minute - 1), []string{"v1"}},
		{"clock went back a little", noon.Add(-time.Minute), []string{"v1"}},
		{"too old", noon.Add(5 * time.Minute), []string{"v1", "v2"}},
	} {
		if got := ids(site, tt.at); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if versions, err := site.FreshAgreements(ctx, noon.Add(5*time.Minute)); err != nil || len(versions) != 2 {
		t.Errorf("fresh: %d versions, %v", len(versions), err)
	}
	back := store.NewSite(db, name(schema.Site))
	if got := ids(back, noon.Add(time.Hour)); !slices.Equal(got, []string{"v1", "v2"}) {
		t.Errorf("a new process reads %q", got)
	}
	versions, err := back.Agreements(ctx, noon.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := agreement.InForce(versions, noon.Add(time.Hour)); !ok || v.ID != "v1" || !v.PublishedAt.Equal(v1.PublishedAt) ||
		!v.EffectiveAt.Equal(v1.EffectiveAt) || v.Texts[locale.KK].SHA256 != v1.Texts[locale.KK].SHA256 {
		t.Errorf("in force %+v, want %+v", v, v1)
	}
	for _, lang := range locale.Langs {
		for range 2 { // the second from memory
			if got, err := back.AgreementText(ctx, "v2", lang); err != nil || got != v2.Texts[lang] {
				t.Errorf("text of v2 in %s: %d bytes, %v", lang, len(got.Markdown), err)
			}
		}
	}
	if _, err := back.AgreementText(ctx, "v9", locale.KK); !errors.Is(err, agreement.ErrNotInForce) {
		t.Errorf("text of no version: %v", err)
	}
}

func TestPublishedAgreementNeverChanges(t *testing.T) {
	db, name := engine.ForTest(t)
	site := store.NewSite(db, name(schema.Site))
	v := edition(t, "v1", "one", noon, true)
	for i := range 2 {
		if err := site.PublishAgreement(t.Context(), v); err != nil {
			t.Fatalf("publication %d: %v", i, err)
		}
	}
	for what, other := range map[string]agreement.Version{
		"another text":   edition(t, "v1", "two", noon, true),
		"another moment": edition(t, "v1", "one", noon.Add(time.Millisecond), true),
		"another delay":  edition(t, "v1", "one", noon, false),
	} {
		if err := site.PublishAgreement(t.Context(), other); !errors.Is(err, agreement.ErrPublished) {
			t.Errorf("%s under the same id: %v, want ErrPublished", what, err)
		}
	}
	if text, err := store.NewSite(db, name(schema.Site)).AgreementText(t.Context(), "v1", locale.EN); err != nil || text != v.Texts[locale.EN] {
		t.Errorf("text is now %+v, %v", text, err)
	}
}
