package protest_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/filing/protest"
)

func TestRules(t *testing.T) {
	cassation := func(force string) map[string]any {
		return map[string]any{"/act/petition": "cassation", "/act/finalOn": nil, "/act/forceOn": force}
	}
	filingtest.Run(t, protest.Kind, []filingtest.Case{
		{Name: "which paper", Set: map[string]any{"/act/petition": nil, "/act/finalOn": nil}, Want: []string{"/act/petition required CPC 401"}},
		{Name: "a judgment: one month", Set: map[string]any{"/act/finalOn": "2026-10-22"}, On: "2026-11-23"},
		{Name: "and a day", Set: map[string]any{"/act/finalOn": "2026-10-22"}, On: "2026-11-24", Want: []string{"/act/finalOn term-passed CPC 403(3) ?"}},
		{Name: "a ruling: ten working days", Set: map[string]any{"/act/petition": "ruling", "/act/finalOn": "2026-11-09"}, On: "2026-11-24", Want: []string{"/act/finalOn term-passed CPC 429(1) ?"}},
		{Name: "cassation: six months, with proof of sending", Set: cassation("2026-05-23"), On: "2026-11-23", Want: []string{"/documents attachment-recommended CPC 440 ?"}},
		{Name: "and a day", Set: cassation("2026-05-23"), Add: []string{"sending_proof"}, On: "2026-11-24", Want: []string{"/act/forceOn term-passed CPC 436(1) ?"}},
		{Name: "restoration is asked for", Set: map[string]any{"/act/finalOn": "2026-10-22", "/grounds/restore": true, "/grounds/reason": "x"}, Add: []string{"reason_proof"}, On: "2026-11-24"},
		{Name: "a company is no prosecutor", Set: map[string]any{"/prosecutor/type": "legal"}, Want: []string{"/prosecutor/type not-a-prosecutor CPC 401"}},
	})
}
