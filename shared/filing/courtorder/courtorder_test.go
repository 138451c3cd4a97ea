package courtorder_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing/courtorder"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
)

func TestRules(t *testing.T) {
	movables := map[string]any{"/demand/subject": "movables"}
	filingtest.Run(t, courtorder.Kind, []filingtest.Case{
		{Name: "no ground of article 135", Set: map[string]any{"/demand/ground": nil, "/demand/children": nil}, Want: []string{
			"/demand/ground required CPC 135", "/duty/payments duty-unpaid CPC 149(1)2 ?", "/documents attachment-recommended CPC 149(1)2 ?"}},
		{Name: "a claim is no order", Set: map[string]any{"/demand/ground": "loan", "/demand/children": nil}, Want: []string{"/demand/ground unknown-value CPC 135",
			"/duty/payments duty-unpaid CPC 149(1)2 ?", "/documents attachment-recommended CPC 149(1)2 ?"}},
		{Name: "no demand", Set: map[string]any{"/demand/request": nil}, Want: []string{"/demand/request/text required CPC 136(2)4"}},
		{Name: "alimony is for somebody", Set: map[string]any{"/demand/children": nil}, Want: []string{"/demand/children recommended CPC 140(2) ?"}},
		{Name: "a child without a birthday", Set: map[string]any{"/demand/children/0/birthDate": nil}, Want: []string{"/demand/children/0/birthDate recommended CPC 140(2) ?"}},
		{Name: "no proof", Drop: []string{"evidence"}, Want: []string{"/documents attachment-recommended CPC 138(1)3 ?"}},
		{Name: "movables have a value, with proof", Set: movables, Want: []string{"/documents attachment-recommended CPC 136(3) ?"}},
		{Name: "the defendant is abroad", Set: map[string]any{"/defendants/parties/0/type": "foreign_natural", "/defendants/parties/0/address/country": "Германия"},
			Want: []string{"/defendants/parties/0/address/country order-abroad CPC 138(1)2 ?"}},
		{Name: "or nobody knows where", Set: map[string]any{"/defendants/parties/0/whereaboutsUnknown": true},
			Want: []string{"/defendants/parties/0/whereaboutsUnknown order-whereabouts CPC 138(1)2 ?"}},
		{Name: "the defendant's birthday is asked for", Set: map[string]any{"/defendants/parties/0/birthDate": nil}, Want: []string{"/defendants/parties/0/birthDate recommended CPC 136(2)3 ?"}},
		{Name: "the number is not", Set: map[string]any{"/defendants/parties/0/iin": nil}},
		{Name: "an agreement has its day, its proof and half the duty", Set: map[string]any{"/demand/ground": "consumer", "/demand/children": nil},
			Want: []string{"/demand/agreedOn recommended CPC 135 ?", "/duty/payments duty-unpaid CPC 149(1)2 ?",
				"/documents attachment-recommended CPC 149(1)2 ?", "/documents attachment-recommended CPC 135 ?"}},
		{Name: "paid in full", Set: map[string]any{"/demand/ground": "state_rent", "/demand/children": nil,
			"/duty/payments": []any{map[string]any{"amountTiyn": 600_000, "paidOn": "2026-11-20", "receipt": "1"}}}},
		{Name: "a penalty turned round", Set: map[string]any{"/demand/penaltyTiyn": 100, "/demand/penaltyFrom": "2026-02-01", "/demand/penaltyTo": "2026-01-01"},
			Want: []string{"/demand/penaltyTo date-order CPC 140(1)7 ?"}},
		{Name: "dates of no penalty", Set: map[string]any{"/demand/penaltyFrom": "2026-02-01"}, Want: []string{"/demand/penaltyFrom not-allowed CPC 140(1)7"}},
	})
}
