package agreement_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// shown writes a diff as "clause" or, where it changed, "[-removed-]" and "{+added+}".
func shown(d []agreement.Clause) string {
	var b strings.Builder
	for _, c := range d {
		for _, p := range c.Pieces {
			switch p.Op {
			case agreement.Removed:
				b.WriteString("[-" + p.Text + "-]")
			case agreement.Added:
				b.WriteString("{+" + p.Text + "+}")
			default:
				b.WriteString(p.Text)
			}
		}
		b.WriteString("|")
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	for _, tt := range []struct{ name, older, newer, want string }{
		{"equal", "# A\n\n1.1. One.\n", "# A\n\n1.1. One.\n", "# A|1.1. One.|"},
		{"a word", "6.2. Idle 15 minutes, then out.", "6.2. Idle 10 minutes, then out.", "6.2. Idle [-15-]{+10+} minutes, then out.|"},
		{"words together", "a b c d e f", "a x y d e f", "a [-b c-]{+x y+} d e f|"},
		{"a clause more", "1. One.\n\n3. Three.", "1. One.\n\n2. Two and more.\n\n3. Three.", "1. One.|{+2. Two and more.+}|3. Three.|"},
		{"a clause less", "1. One.\n2. Two.\n3. Three.", "1. One.\n3. Three.", "1. One.|[-2. Two.-]|3. Three.|"},
		{"nothing alike", "Сот кабинеті", "Something else altogether", "[-Сот кабинеті-]|{+Something else altogether+}|"},
		{"Kazakh", "Мерзімі он екі айдан аспайды.", "Мерзімі жиырма төрт айдан аспайды.", "Мерзімі [-он екі-]{+жиырма төрт+} айдан аспайды.|"},
		{"from nothing", "", "1. One.", "{+1. One.+}|"},
		{"line ends and blanks do not count", "1. One. \r\n\r\n\r\n2. Two.", "1. One.\n2. Two.", "1. One.|2. Two.|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := shown(agreement.Diff(tt.older, tt.newer)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// sides puts the two versions together again.
func sides(d []agreement.Clause) (older, newer string) {
	for _, c := range d {
		var a, b string
		for _, p := range c.Pieces {
			if p.Op != agreement.Added {
				a += p.Text
			}
			if p.Op != agreement.Removed {
				b += p.Text
			}
		}
		if c.Op != agreement.Added {
			older += a + "\n"
		}
		if c.Op != agreement.Removed {
			newer += b + "\n"
		}
	}
	return older, newer
}

func plain(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, " \t\r\n"); line != "" {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// TestDiffOfTheAgreement: the two texts of testdata differ in three clauses, in every language,
// and nothing of either is lost.
func TestDiffOfTheAgreement(t *testing.T) {
	for _, lang := range locale.Langs {
		var texts [2]string
		for i, v := range []string{"v1", "v2"} {
			raw, err := os.ReadFile(filepath.Join("..", "..", "testdata", "agreement", v, string(lang)+".md"))
			if err != nil {
				t.Fatal(err)
			}
			texts[i] = string(raw)
		}
		d := agreement.Diff(texts[0], texts[1])
		changed := map[agreement.Op]int{}
		for _, c := range d {
			changed[c.Op]++
		}
		if changed[agreement.Changed] != 3 || changed[agreement.Added]+changed[agreement.Removed] != 0 {
			t.Errorf("%s: %v clauses", lang, changed)
		}
		older, newer := sides(d)
		if older != plain(texts[0]) || newer != plain(texts[1]) {
			t.Errorf("%s: the diff does not put the texts together again", lang)
		}
	}
}

func FuzzDiff(f *testing.F) {
	f.Add("1. One.\n2. Two.", "1. One.\n2. Three, and more.")
	f.Add("а б в", "а  в г\n\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 2000 || len(b) > 2000 {
			return
		}
		older, newer := sides(agreement.Diff(a, b))
		if older != plain(a) || newer != plain(b) {
			t.Errorf("Diff(%q, %q) loses text: %q, %q", a, b, older, newer)
		}
	})
}

// TestDiffIsBounded: texts as long as allowed with nothing in common take no noticeable time.
func TestDiffIsBounded(t *testing.T) {
	a := strings.Repeat("а б в г д\n", agreement.MaxText/14)
	b := strings.Repeat("x y z\n", agreement.MaxText/6)
	begin := time.Now()
	d := agreement.Diff(a, b)
	if took := time.Since(begin); took > 2*time.Second || len(d) == 0 {
		t.Errorf("%d clauses in %v", len(d), took)
	}
}
