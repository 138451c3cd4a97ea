package counterclaim_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing/counterclaim"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
)

func TestRules(t *testing.T) {
	filingtest.Run(t, counterclaim.Kind, []filingtest.Case{
		{Name: "no case", Set: map[string]any{"/case/number": nil}, Want: []string{"/case/number required CPC 153(1)"}},
		{Name: "no court", Set: map[string]any{"/case/court": nil}, Want: []string{"/case/court required CPC 153(1)"}},
		{Name: "no link", Set: map[string]any{"/link/link": nil}, Want: []string{"/link/link recommended CPC 154 ?"}},
		{Name: "an unknown one", Set: map[string]any{"/link/link": "because"}, Want: []string{"/link/link unknown-value CPC 154"}},
		{Name: "after preparation, without a reason", Set: map[string]any{"/link/stage": "trial"}, Want: []string{"/link/lateReason counterclaim-late CPC 153(2) ?"}},
		{Name: "with one", Set: map[string]any{"/link/stage": "trial", "/link/lateReason": "x"}},
		{Name: "a reason nobody asked for", Set: map[string]any{"/link/lateReason": "x"}, Want: []string{"/link/lateReason not-allowed CPC 153(2)"}},
		{Name: "nobody answers for themselves", Set: map[string]any{"/defendants/parties/0": map[string]any{"id": "d1", "type": "legal", "name": "x", "bin": "120340001230", "address": map[string]any{"text": "x"}}},
			Want: []string{"/defendants/parties/0/bin party-both-sides CPC 47"}},
		{Name: "the price is the sum of the demands", Set: map[string]any{"/demands/items/0/amountTiyn": 1}, Want: []string{"/price/totalTiyn price-demands CPC 104(1)14 ?", "/duty/payments duty-over CPC 107 ?"}},
		{Name: "the duty of a claim", Set: map[string]any{"/duty/payments/0/amountTiyn": 3_599_999}, Want: []string{"/duty/payments duty-short TAX 665(1) ?"}},
	})
}
