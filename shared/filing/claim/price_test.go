package claim_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/filing/claim"
	"github.com/courtoffice/courtoffice/shared/filing/filingtest"
)

func TestFormulas(t *testing.T) {
	if len(claim.Formulas) != 14 {
		t.Errorf("%d formulas", len(claim.Formulas))
	}
	for _, tt := range []struct {
		code            string
		monthly, months int64
		want            int64
		ok              bool
	}{
		{"alimony", 50_000_00, 0, 600_000_00, true}, // a year, whatever is left
		{"alimony", 50_000_00, 120, 600_000_00, true},
		{"periodic", 10_000_00, 24, 240_000_00, true},
		{"periodic", 10_000_00, 36, 360_000_00, true},
		{"periodic", 10_000_00, 37, 360_000_00, true},
		{"lifelong", 10_000_00, 480, 360_000_00, true},
		{"change_of_payments", 5_000_00, 13, 60_000_00, true},
		{"end_of_payments", 5_000_00, 7, 35_000_00, true},
		{"lease", 100_000_00, 60, 3_600_000_00, true},
		{"money", 10_000_00, 3, 0, false},
		{"several", 10_000_00, 3, 0, false},
	} {
		f, found := claim.FormulaOf(tt.code)
		got, ok := f.Periodic(tt.monthly, tt.months)
		if !found || got != tt.want || ok != tt.ok {
			t.Errorf("%s of %d for %d months = %d, %v, want %d, %v", tt.code, tt.monthly, tt.months, got, ok, tt.want, tt.ok)
		}
	}
	if _, found := claim.FormulaOf("guess"); found {
		t.Error("a formula of no article")
	}
}

func TestItemAmount(t *testing.T) {
	for _, tt := range []struct {
		name string
		item claim.Item
		want int64
		ok   bool
	}{
		{"a sum", claim.Item{BaseTiyn: 100}, 100, true},
		{"a part, once", claim.Item{BaseTiyn: 500_000_000, RatePPM: 100_000, Per: "once"}, 50_000_000, true},
		{"0.1 % for each of 183 days", claim.Item{BaseTiyn: 450_000_000, RatePPM: 1_000, Per: "day", From: "2026-04-01", To: "2026-09-30"}, 82_350_000, true},
		{"one day", claim.Item{BaseTiyn: 450_000_000, RatePPM: 1_000, Per: "day", From: "2026-04-01", To: "2026-04-01"}, 450_000, true},
		{"12 % a year", claim.Item{BaseTiyn: 100_000_000, RatePPM: 120_000, Per: "year", From: "2026-01-01", To: "2026-12-31"}, 12_000_000, true},
		{"12 % for 73 days", claim.Item{BaseTiyn: 100_000_000, RatePPM: 120_000, Per: "year", From: "2026-01-01", To: "2026-03-14"}, 2_400_000, true},
		{"rounded half up", claim.Item{BaseTiyn: 5, RatePPM: 100_000, Per: "once"}, 1, true},
		{"or down", claim.Item{BaseTiyn: 4, RatePPM: 100_000, Per: "once"}, 0, true},
		{"the days in the wrong order", claim.Item{BaseTiyn: 1, RatePPM: 1, Per: "day", From: "2026-04-02", To: "2026-04-01"}, 0, false},
		{"no days", claim.Item{BaseTiyn: 1, RatePPM: 1, Per: "day"}, 0, false},
		{"nothing", claim.Item{}, 0, false},
		{"more than a form holds", claim.Item{BaseTiyn: 1_000_000_000_000_000, RatePPM: 10_000_000, Per: "day", From: "1900-01-01", To: "2100-01-01"}, 0, false},
	} {
		if got, ok := tt.item.Amount(); ok != tt.ok || ok && got != tt.want {
			t.Errorf("%s: %d, %v, want %d, %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

func TestPrice(t *testing.T) {
	filingtest.Run(t, claim.Kind, []filingtest.Case{
		{Name: "no price", Set: map[string]any{"/price/totalTiyn": nil, "/price/items": nil},
			Want: []string{"/price/items calculation-missing CPC 148(2)7 ?", "/price/totalTiyn price-missing CPC 148(2)7 ?"}},
		{Name: "the calculation is a document", Set: map[string]any{"/price/items": nil, "/price/itemsIn": "added-0"}, Add: []string{"calculation"}},
		{Name: "a tiyn off the demands", Set: map[string]any{"/price/totalTiyn": 500_000_001},
			Want: []string{"/price/totalTiyn price-demands CPC 104(1)14 ?", "/price/totalTiyn calculation-sum CPC 148(2)7 ?"}},
		{Name: "with a reason", Set: map[string]any{"/price/totalTiyn": 500_000_001, "/price/reason": "x", "/price/items/0/amountTiyn": 450_000_001}},
		{Name: "a row that does not follow from its figures", Set: map[string]any{"/price/items/1/ratePpm": 1_000},
			Want: []string{"/price/items/1/amountTiyn calculation-row CPC 148(2)7 ?"}},
		{Name: "a tenge may be rounded away", Set: map[string]any{"/price/items/0/baseTiyn": 450_000_100}},
		{Name: "no more", Set: map[string]any{"/price/items/0/baseTiyn": 450_000_101}, Want: []string{"/price/items/0/amountTiyn calculation-row CPC 148(2)7 ?"}},
		{Name: "the period is turned round", Set: map[string]any{"/price/items/0/from": "2026-02-01", "/price/items/0/to": "2026-01-31"},
			Want: []string{"/price/items/0/to date-order CPC 148(2)7 ?"}},
		{Name: "money for moral harm has no price", Set: map[string]any{"/demands/items/2": map[string]any{"text": "x", "nature": "moral", "amountTiyn": 100_00, "against": []any{"d1"}},
			"/duty/payments/0/amountTiyn": 5_216_250}},
		{Name: "alimony is a year", Set: map[string]any{"/price/formula": "alimony", "/price/monthlyTiyn": 1_000_000},
			Want: []string{"/price/totalTiyn price-formula CPC 104(1)5 ?"}},
		{Name: "parts of the claimants", Set: map[string]any{"/price/shares": []any{map[string]any{"party": "c1", "amountTiyn": 499_999_999}}},
			Want: []string{"/price/shares price-shares TAX 665(1) ?"}},
	})
}

func TestDuty(t *testing.T) {
	filingtest.Run(t, claim.Kind, []filingtest.Case{
		{Name: "nothing paid", Set: map[string]any{"/duty": nil},
			Want: []string{"/duty/payments duty-unpaid CPC 149(1)2 ?", "/documents attachment-recommended CPC 149(1)2 ?"}},
		{Name: "a tiyn short", Set: map[string]any{"/duty/payments/0/amountTiyn": 4_999_999}, Want: []string{"/duty/payments duty-short TAX 665(1) ?"}},
		{Name: "a tiyn over", Set: map[string]any{"/duty/payments/0/amountTiyn": 5_000_001}, Want: []string{"/duty/payments duty-over CPC 107 ?"}},
		{Name: "a document instead of a number", Set: map[string]any{"/duty/payments/0/receipt": nil, "/duty/payments/0/document": "added-0"}, Add: []string{"duty_proof"}},
		{Name: "a consumer's claim waits for the judgment", Set: map[string]any{"/duty": map[string]any{"deferral": "consumer"}}},
		{Name: "a motion to defer stands for the proof", Set: map[string]any{"/duty": map[string]any{"deferral": "motion"}}, Add: []string{"duty_deferral_motion"}},
		{Name: "and has to be there", Set: map[string]any{"/duty": map[string]any{"deferral": "motion"}}, Want: []string{"/documents attachment-recommended CPC 149(1)2 ?"}},
		{Name: "an exemption has its proof", Set: map[string]any{"/duty": map[string]any{"exemption": "veterans-disability"}}, Want: []string{"/documents attachment-recommended TAX 668 ?"}},
		{Name: "both at once", Set: map[string]any{"/duty": map[string]any{"exemption": "labour", "deferral": "consumer"}}, Add: []string{"exemption_proof"},
			Want: []string{"/duty/deferral duty-relief-twice CPC 106(1) ?"}},
		{Name: "paid in a year without an index", Set: map[string]any{"/duty/payments/0/paidOn": "2027-01-04"}, On: "2027-01-05",
			Want: []string{"/duty duty-rate-unknown TAX 664(2) ?"}},
		{Name: "paid in 2026, sent in 2027", Set: map[string]any{"/duty/payments/0/paidOn": "2026-12-31"}, On: "2027-01-05"},
		{Name: "paid tomorrow", Set: map[string]any{"/duty/payments/0/paidOn": "2026-11-23"}, Want: []string{"/duty/payments/0/paidOn date-future CPC 103 ?"}},
		{Name: "by a judge", Set: map[string]any{"/duty": map[string]any{"uncertain": true}, "/price/totalTiyn": nil, "/price/items": nil, "/price/itemsIn": "added-0"}, Add: []string{"calculation", "duty_proof"}},
	})
}
