package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/verdict"
)

func TestFindingsAreInOrder(t *testing.T) {
	v := verdict.Verdict{}.Add(verdict.TooComplex).Add(verdict.Encrypted).Add(verdict.TooComplex)
	if diff := cmp.Diff([]verdict.Code{verdict.Encrypted, verdict.TooComplex}, v.Findings); diff != "" || !v.Forbids() {
		t.Error(diff)
	}
	if (verdict.Verdict{Findings: []verdict.Code{verdict.Macros, verdict.Damaged}}).Forbids() {
		t.Error("a warning forbids")
	}
}

func TestFindingsHaveTexts(t *testing.T) {
	keys := []string{"defect.file-" + string(verdict.NotInspected)}
	for _, c := range verdict.Codes {
		keys = append(keys, "defect.file-"+string(c))
	}
	for _, k := range verdict.Kinds {
		keys = append(keys, "inspect.found."+string(k))
	}
	for _, lang := range locale.Langs {
		for _, key := range keys {
			if locale.T(lang, key, "found", "x") == key {
				t.Errorf("%s: no text %s", lang, key)
			}
		}
	}
}

// TestEveryMediaTypeHasAKind: what a document may be declared as can be found as such.
func TestEveryMediaTypeHasAKind(t *testing.T) {
	for _, mediaType := range filing.MediaTypes {
		held := 0
		for _, k := range verdict.Kinds {
			if v := (verdict.Verdict{Found: k}).Of(mediaType); !v.Has(verdict.Mislabelled) && k != verdict.KindExecutable && k != verdict.KindEmpty {
				held++
			}
		}
		if held != 1 {
			t.Errorf("%s is %d kinds", mediaType, held)
		}
	}
}
