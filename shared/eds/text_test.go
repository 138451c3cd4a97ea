package eds_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/courtoffice/courtoffice/shared/eds"
)

// declaredCodes reads the constants of type Code out of check.go.
func declaredCodes(t *testing.T) map[string]eds.Code {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "check.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := make(map[string]eds.Code)
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if ok && len(v.Values) == 1 && strings.HasPrefix(v.Names[0].Name, "Code") {
			if lit, ok := v.Values[0].(*ast.BasicLit); ok {
				codes[v.Names[0].Name] = eds.Code(strings.Trim(lit.Value, `"`))
			}
		}
		return true
	})
	return codes
}

func TestEveryCodeHasRuleAndText(t *testing.T) {
	declared := declaredCodes(t)
	ruled := eds.Codes()
	if len(declared) < 30 || len(declared) != len(ruled) {
		t.Errorf("%d codes declared, %d with a rule", len(declared), len(ruled))
	}
	for name, code := range declared {
		if !slices.Contains(ruled, code) {
			t.Errorf("%s has no rule", name)
		}
		if !eds.HasText(code) {
			t.Errorf("%s has no text", name)
		}
		seen := map[string]bool{}
		for _, lang := range []string{"kk", "ru", "en"} {
			title, next := eds.Text(code, lang)
			for _, s := range []string{title, next} {
				first, _ := firstRune(s)
				if !unicode.IsUpper(first) || !strings.HasSuffix(s, ".") || seen[s] {
					t.Errorf("%s in %s: %q", name, lang, s)
				}
				seen[s] = true
				if latin := strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz"); latin && lang != "en" && !strings.Contains(s, "NCALayer") {
					t.Errorf("%s in %s holds Latin letters: %q", name, lang, s)
				}
			}
		}
		if kk, _ := eds.Text(code, ""); kk != first2(eds.Text(code, "kk")) {
			t.Errorf("%s: the language of no choice is not Kazakh: %q", name, kk)
		}
	}
}

func first2(a, _ string) string { return a }

func firstRune(s string) (rune, bool) {
	for _, r := range s {
		return r, true
	}
	return 0, false
}

func TestChecksPageListsEveryCode(t *testing.T) {
	page, err := os.ReadFile("CHECKS.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range eds.Codes() {
		if n := strings.Count(string(page), "| `"+string(code)+"` |"); n != 1 {
			t.Errorf("CHECKS.md has %d rows for %s", n, code)
		}
	}
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		code, _, _ := strings.Cut(strings.TrimPrefix(line, "| `"), "`")
		if !slices.Contains(eds.Codes(), eds.Code(code)) {
			t.Errorf("CHECKS.md has a row for %s, which is no code", code)
		}
	}
}
