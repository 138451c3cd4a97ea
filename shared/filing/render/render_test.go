package render_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/filing/render"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/statement"
)

// texts are all there is to read in a statement.
func texts(d statement.Document) string {
	var out strings.Builder
	fmt.Fprintln(&out, d.Title, d.Head)
	for _, b := range d.Body {
		fmt.Fprintf(&out, "%v\n", b)
	}
	return out.String()
}

// TestEveryKindIsDrawn: the sample of each kind, with no value left out, no key without a text, and the same
// bytes each time.
func TestEveryKindIsDrawn(t *testing.T) {
	for _, k := range kinds.All {
		v, facts := filingtest.Sample(t, k)
		for i := range facts.Documents {
			facts.Documents[i].SHA256 = strings.Repeat("ab", 32)
		}
		d := render.Statement(k, v, facts.Documents, "0193f0c0-0000-7000-8000-000000000001")
		first, err := statement.Render(statement.Version, d)
		if err != nil {
			t.Errorf("%s: %v", k.Code, err)
			continue
		}
		again, err := statement.Render(statement.Version, render.Statement(k, v, facts.Documents, d.ID))
		if err != nil || filing.Sum(again) != filing.Sum(first) {
			t.Errorf("%s: other bytes the second time, %v", k.Code, err)
		}
		said := texts(d)
		for _, prefix := range []string{"field.", "section.", "code.", "kind.", "role.", "statement."} {
			if i := strings.Index(said, prefix); i >= 0 {
				t.Errorf("%s: a key without a text: %.60s", k.Code, said[i:])
			}
		}
		for _, s := range textsIn(map[string]any(v)) {
			if len(s) > 30 && !strings.Contains(said, s) && !strings.HasPrefix(s, "0193") {
				t.Errorf("%s: what was filled in is not in the statement: %.80q", k.Code, s)
			}
		}
	}
}

// TestCourtThatIsNotListed: the paper is addressed to the court as its filer names it.
func TestCourtThatIsNotListed(t *testing.T) {
	for kind, where := range map[string]map[string]any{
		"claim":  {"court": map[string]any{"code": court.Unlisted, "name": "Бурабай аудандық соты", "address": "Щучинск қаласы"}},
		"motion": {"case": map[string]any{"court": court.Unlisted, "courtName": "Бурабай аудандық соты", "courtAddress": "Щучинск қаласы"}},
	} {
		k, _ := kinds.Of(kind)
		d := render.Statement(k, form.Value(where), nil, "0193f0c0-0000-7000-8000-000000000001")
		if want := []string{"Бурабай аудандық соты", "Щучинск қаласы"}; !slices.Equal(d.Head[0].Lines, want) {
			t.Errorf("%s to %q, want %q", kind, d.Head[0].Lines, want)
		}
	}
}

// textsIn are all texts in a value.
func textsIn(x any) (out []string) {
	switch x := x.(type) {
	case string:
		return []string{x}
	case []any:
		for _, inner := range x {
			out = append(out, textsIn(inner)...)
		}
	case map[string]any:
		for _, inner := range x {
			out = append(out, textsIn(inner)...)
		}
	}
	return out
}

func BenchmarkStatement(b *testing.B) {
	for _, k := range kinds.All {
		v, facts := filingtest.Sample(b, k)
		b.Run(k.Code, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := statement.Render(statement.Version, render.Statement(k, v, facts.Documents, "0193f0c0-0000-7000-8000-000000000001")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
