package duty_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/duty"
	"github.com/courtoffice/courtoffice/shared/locale"
)

var (
	in2026  = calendar.Date{Year: 2026, Month: 11, Day: 22}
	natural = []duty.Payer{{Party: "p1"}}
	legal   = []duty.Payer{{Party: "p1", Legal: true}}
)

func money(tenge int64) []duty.Demand { return []duty.Demand{{duty.Property, tenge * 100}} }

func TestDue(t *testing.T) {
	for _, tt := range []struct {
		name    string
		kind    duty.Kind
		demands []duty.Demand
		payers  []duty.Payer
		want    int64 // tiyn
	}{
		{"a person, five million", duty.Claim, money(5_000_000), natural, 50_000_00},
		{"an organisation, five million", duty.Claim, money(5_000_000), legal, 150_000_00},
		{"a person's cap is 10,000 MRP", duty.Claim, money(100_000_000_000), natural, 43_250_000_00},
		{"exactly at it", duty.Claim, money(4_325_000_000), natural, 43_250_000_00},
		{"a tenge below it", duty.Claim, money(4_324_999_900), natural, 43_249_999_00},
		{"an organisation's is 20,000", duty.Claim, money(100_000_000_000), legal, 86_500_000_00},
		{"a divorce", duty.Claim, []duty.Demand{{Nature: duty.Divorce}}, natural, 1_297_50},
		{"a divorce with a division of property", duty.Claim, append(money(1_000_000), duty.Demand{Nature: duty.Divorce}), natural, 10_000_00 + 1_297_50},
		{"not assessable", duty.Claim, []duty.Demand{{Nature: duty.NonProperty}}, natural, 2_162_50},
		{"three that are not assessable are one claim", duty.Claim, []duty.Demand{{Nature: duty.NonProperty}, {Nature: duty.NonProperty}, {Nature: duty.Moral, Tiyn: 500}}, legal, 2_162_50},
		{"both are charged", duty.Claim, append(money(1_000_000), duty.Demand{Nature: duty.NonProperty}), natural, 10_000_00 + 2_162_50},
		{"honour, a person", duty.Claim, []duty.Demand{{duty.Honour, 1_000_000_00}}, natural, 10_000_00},
		{"honour has no cap", duty.Claim, []duty.Demand{{duty.Honour, 10_000_000_000_00}}, legal, 300_000_000_00},
		{"an order, a person", duty.Order, money(5_000_000), natural, 25_000_00},
		{"an order, an organisation", duty.Order, money(5_000_000), legal, 75_000_00},
		{"an order's cap is half", duty.Order, money(100_000_000_000), natural, 21_625_000_00},
		{"special proceedings", duty.Special, nil, natural, 2_162_50},
		{"an appeal", duty.Appeal, money(5_000_000), natural, 0},
		{"a private complaint", duty.PrivateComplaint, nil, natural, 0},
		{"a motion", duty.Paper, nil, legal, 0},
		{"a part of a tiyn is rounded half up", duty.Claim, []duty.Demand{{duty.Property, 150}}, natural, 2},
		{"or down", duty.Claim, []duty.Demand{{duty.Property, 149}}, natural, 1},
		{"fifty demands of the largest sum", duty.Claim, func() (d []duty.Demand) {
			for range 50 {
				d = append(d, duty.Demand{duty.Property, 1_000_000_000_000_000})
			}
			return d
		}(), legal, 86_500_000_00},
	} {
		got, err := duty.Due(tt.kind, tt.demands, tt.payers, duty.Relief{}, in2026)
		if err != nil || got.Tiyn != tt.want || got.NowTiyn != tt.want || len(got.Steps) == 0 {
			t.Errorf("%s: %d tiyn, now %d, %d steps, %v, want %d", tt.name, got.Tiyn, got.NowTiyn, len(got.Steps), err, tt.want)
		}
		for _, s := range got.Steps {
			if s.Article == "" && s.Code != "rounding" {
				t.Errorf("%s: step %s without a rule", tt.name, s.Code)
			}
		}
	}
}

func TestRelief(t *testing.T) {
	exempt, err := duty.Due(duty.Claim, money(5_000_000), natural, duty.Relief{Exempt: "alimony"}, in2026)
	if err != nil || exempt.Status != duty.Exempt || exempt.Tiyn != 0 || exempt.Steps[0].Article != "TAX 668:4" {
		t.Errorf("alimony: %+v, %v", exempt, err)
	}
	later, err := duty.Due(duty.Claim, money(5_000_000), natural, duty.Relief{Deferred: "consumer"}, in2026)
	if err != nil || later.Status != duty.Deferred || later.Tiyn != 50_000_00 || later.NowTiyn != 0 {
		t.Errorf("consumer: %+v, %v", later, err)
	}
	mixed := append(money(5_000_000), duty.Demand{Nature: duty.NonProperty})
	judge, err := duty.Due(duty.Claim, mixed, natural, duty.Relief{Uncertain: true}, in2026)
	if err != nil || judge.Status != duty.ByJudge || judge.NowTiyn != 2_162_50 {
		t.Errorf("price not known: %+v, %v", judge, err)
	}
}

func TestNothingIsComputedWithoutARow(t *testing.T) {
	for _, on := range []calendar.Date{{Year: 2025, Month: 12, Day: 31}, {Year: 2027, Month: 1, Day: 1}} {
		got, err := duty.Due(duty.Claim, money(5_000_000), natural, duty.Relief{}, on)
		if missing, ok := errors.AsType[*duty.NoRateError](err); !ok || missing.On != on || missing.What != "mrp" || got.Tiyn != 0 {
			t.Errorf("on %s: %+v, %v", on, got, err)
		}
	}
	for _, on := range []calendar.Date{{Year: 2026, Month: 1, Day: 1}, {Year: 2026, Month: 12, Day: 31}} {
		if _, err := duty.Due(duty.Claim, money(1), natural, duty.Relief{}, on); err != nil {
			t.Errorf("on %s: %v", on, err)
		}
	}
	if _, err := duty.Due(duty.Order, []duty.Demand{{Nature: duty.Divorce}}, natural, duty.Relief{}, in2026); err == nil {
		t.Error("no order is made on a divorce")
	}
	// Who is exempt owes nothing whatever the index is.
	if got, err := duty.Due(duty.Claim, money(1), natural, duty.Relief{Exempt: "labour"}, calendar.Date{Year: 2027, Month: 3, Day: 1}); err != nil || got.Status != duty.Exempt {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestShares(t *testing.T) {
	for _, tt := range []struct {
		name   string
		demand []duty.Demand
		payers []duty.Payer
		want   []int64
	}{
		{"as stated", money(5_000_000), []duty.Payer{{"a", false, 4_000_000_00}, {"b", false, 1_000_000_00}}, []int64{40_000_00, 10_000_00}},
		{"equally", money(5_000_000), []duty.Payer{{Party: "a"}, {Party: "b"}}, []int64{25_000_00, 25_000_00}},
		{"parts that do not make up the sum are not taken", money(5_000_000), []duty.Payer{{"a", false, 1}, {"b", false, 1}}, []int64{25_000_00, 25_000_00}},
		{"each by the own rate", money(2_000_000), []duty.Payer{{"a", false, 1_000_000_00}, {"b", true, 1_000_000_00}}, []int64{10_000_00, 30_000_00}},
		{"the cap is shared", money(10_000_000_000), []duty.Payer{{Party: "a"}, {Party: "b"}}, []int64{21_625_000_00, 21_625_000_00}},
		{"a tiyn that is left", []duty.Demand{{Nature: duty.NonProperty}}, []duty.Payer{{Party: "a"}, {Party: "b"}, {Party: "c"}}, []int64{72_084, 72_083, 72_083}},
	} {
		d, err := duty.Due(duty.Claim, tt.demand, tt.payers, duty.Relief{}, in2026)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, s := range d.Shares {
			got = append(got, s.Tiyn)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// Shares sum up to the duty, whatever is divided by whom.
func TestSharesSumUp(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var payers []duty.Payer
		var sum int64
		for i := range 2 + rnd.IntN(20) {
			p := duty.Payer{fmt.Sprint(i), rnd.IntN(2) == 0, rnd.Int64N(1_000_000_000)}
			sum += p.PartTiyn
			payers = append(payers, p)
		}
		demands := []duty.Demand{{duty.Property, sum + int64(rnd.IntN(2))}, {Nature: duty.NonProperty}}
		d, err := duty.Due(duty.Claim, demands, payers, duty.Relief{}, in2026)
		if err != nil {
			t.Fatal(err)
		}
		var total int64
		for _, s := range d.Shares {
			total += s.Tiyn
		}
		if total != d.NowTiyn {
			t.Fatalf("shares of %d payers come to %d of %d", len(payers), total, d.NowTiyn)
		}
	}
}

func TestTextsOfRows(t *testing.T) {
	for _, e := range duty.Exemptions {
		if !locale.Has("code.exemption." + e.Code) {
			t.Errorf("code.exemption.%s has no text", e.Code)
		}
	}
	for _, d := range duty.Deferrals {
		if !locale.Has("code.deferral." + d.Code) {
			t.Errorf("code.deferral.%s has no text", d.Code)
		}
	}
	for _, code := range []string{"percent", "cap", "rounding", "mrp", "exempt", "deferred", "by-judge", "not-listed"} {
		if !locale.Has("duty.step." + code) {
			t.Errorf("duty.step.%s has no text", code)
		}
	}
}

func ExampleDue() {
	d, err := duty.Due(duty.Claim, []duty.Demand{{duty.Property, 5_000_000_00}}, []duty.Payer{{Party: "p1", Legal: true}}, duty.Relief{}, in2026)
	if err != nil {
		panic(err)
	}
	for _, s := range d.Steps {
		fmt.Println(s.Text(locale.EN), "|", s.Article)
	}
	// Output: 3% of ₸5,000,000.00 is ₸150,000.00 | TAX 665(1)1
}
