package waiver_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
	"github.com/courtoffice/courtoffice/shared/filing/waiver"
)

func TestRules(t *testing.T) {
	filingtest.Run(t, waiver.Kind, []filingtest.Case{
		{Name: "the claimant knows it is final", Set: map[string]any{"/waiver/final": nil}, Want: []string{"/waiver/final required CPC 278(2)"}},
		{Name: "a part is named", Set: map[string]any{"/waiver/demands": nil}, Want: []string{"/waiver/demands/text required CPC 170"}},
		{Name: "the whole is a power of its own", Set: map[string]any{"/waiver/extent": "full", "/waiver/demands": nil}, Want: []string{"/representatives/items/0/powers power-missing CPC 60(3)"}},
		{Name: "that can be named", Set: map[string]any{"/waiver/extent": "full", "/waiver/demands": nil, "/representatives/items/0/powers": []any{"waive_claim_full"}}},
		{Name: "no extent", Set: map[string]any{"/waiver/extent": nil}, Want: []string{"/representatives/items/0/powers power-missing CPC 60(3)", "/waiver/extent required CPC 48(1)", "/waiver/demands/text not-allowed CPC 170"}},
	})
}
