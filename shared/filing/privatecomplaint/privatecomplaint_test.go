package privatecomplaint_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/filing/privatecomplaint"
)

func TestRules(t *testing.T) {
	heard := func(final string) map[string]any {
		return map[string]any{"/act/ruling": "return", "/act/unheard": nil, "/act/learnedOn": nil, "/act/on": final, "/act/finalOn": final}
	}
	filingtest.Run(t, privatecomplaint.Kind, []filingtest.Case{
		{Name: "ten working days from the ruling", Set: heard("2026-11-09"), On: "2026-11-23"},
		{Name: "not eleven", Set: heard("2026-11-09"), On: "2026-11-24", Want: []string{"/act/finalOn term-passed CPC 429(1) ?"}},
		{Name: "unheard: from learning", Set: map[string]any{"/act/on": "2026-10-01", "/act/learnedOn": "2026-11-09"}, On: "2026-11-23"},
		{Name: "not eleven", Set: map[string]any{"/act/on": "2026-10-01", "/act/learnedOn": "2026-11-09"}, On: "2026-11-24", Want: []string{"/act/learnedOn term-passed CPC 161(2) ?"}},
		{Name: "only security is decided unheard", Set: map[string]any{"/act/ruling": "return"}, Want: []string{"/act/unheard not-allowed CPC 161(2)"}},
		{Name: "which ruling", Set: map[string]any{"/act/on": nil}, Want: []string{"/act/on required CPC 429(5)"}},
		{Name: "what may be asked", Set: map[string]any{"/grounds/ask": "terminate"}, Want: []string{"/grounds/ask unknown-value CPC 424"}},
	})
}
