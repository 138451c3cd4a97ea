package agreement_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/locale"
)

func texts(s string) map[locale.Lang]string {
	return map[locale.Lang]string{locale.KK: s + " kk", locale.RU: s + " ru", locale.EN: s + " en"}
}

var first = audit.Actor{Account: "a1", Person: "first"}

func TestPropose(t *testing.T) {
	at := time.Date(2026, 11, 22, 18, 59, 59, 999_000_000, time.UTC)
	long := texts("a")
	long[locale.RU] = strings.Repeat("а", agreement.MaxText/2) // and the line end
	missing := texts("a")
	missing[locale.KK] = " \r\n "
	broken := texts("a")
	broken[locale.EN] = "\xff"
	for _, tt := range []struct {
		name, id string
		texts    map[locale.Lang]string
		want     string // pointer and code
	}{
		{"right", "v2", texts("# A"), ""},
		{"no id", "", texts("a"), "/id format"},
		{"an id of another form", "v02", texts("a"), "/id format"},
		{"path in the id", "v2/..", texts("a"), "/id format"},
		{"no Kazakh text", "v2", missing, "/texts/kk required"},
		{"too long", "v2", long, "/texts/ru too-long"},
		{"no text at all", "v2", broken, "/texts/en format"},
		{"a fourth language", "v2", map[locale.Lang]string{"kk": "a", "ru": "a", "en": "a", "de": "a"}, "/texts/de unknown-value"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := agreement.Propose(tt.id, tt.texts, first, "", at)
			got := ""
			if list, ok := errors.AsType[defect.List](err); ok {
				got = list[0].Pointer + " " + list[0].Code
			}
			if got != tt.want || (err != nil) != (tt.want != "") {
				t.Errorf("Propose: %v, want %q", err, tt.want)
			}
		})
	}
}

func TestPublishProposal(t *testing.T) {
	at := time.Date(2028, 2, 27, 18, 59, 59, 999_000_000, time.UTC) // 23:59:59.999 in Almaty, before a leap day
	p, err := agreement.Propose("v2", map[locale.Lang]string{"kk": "a\r\nb", "ru": "c\n", "en": "d"}, first, "", at)
	if err != nil {
		t.Fatal(err)
	}
	if p.Texts[locale.KK].Markdown != "a\nb\n" || p.Texts[locale.KK].SHA256 != agreement.Hash("a\nb\n") {
		t.Errorf("text %q", p.Texts[locale.KK].Markdown)
	}
	if _, err := p.Publish(audit.Actor{Account: "another account", Person: first.Person}, at, false); !errors.Is(err, agreement.ErrSecondPerson) {
		t.Errorf("published by one person: %v", err)
	}
	v, err := p.Publish(audit.Actor{Account: "a2", Person: "second"}, at, false)
	if want := time.Date(2028, 3, 1, 18, 59, 59, 999_000_000, time.UTC); err != nil || !v.EffectiveAt.Equal(want) {
		t.Errorf("takes force at %v, want %v (%v)", v.EffectiveAt, want, err)
	}
	q := p
	q.Texts = map[locale.Lang]agreement.Text{locale.KK: p.Texts[locale.RU], locale.RU: p.Texts[locale.KK], locale.EN: p.Texts[locale.EN]}
	r := p
	r.ID = "v3"
	if p.Digest() == q.Digest() || p.Digest() == r.Digest() || len(p.Digest()) != 64 {
		t.Error("the digest does not name the texts in their languages and the id")
	}
}
