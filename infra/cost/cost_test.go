package cost_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/cost"
	"github.com/courtoffice/courtoffice/infra/night"
)

// TestBillsAddUp: what is printed has every line and the sum of it, and no amount is nothing.
func TestBillsAddUp(t *testing.T) {
	var out strings.Builder
	cost.Print(&out)
	for _, bill := range [][]cost.Line{cost.Idle(), cost.Million(), cost.Keeping(), cost.Routes()} {
		var sum float64
		for _, l := range bill {
			sum += l.Amount * l.Price.USD
			if l.Amount <= 0 || l.Price.USD <= 0 || !strings.Contains(out.String(), l.Name) {
				t.Errorf("%s: %v %s at %v", l.Name, l.Amount, l.Unit, l.Price.USD)
			}
		}
		if total := cost.Total(bill); math.Abs(total-sum) > 1e-9 || !strings.Contains(out.String(), fmt.Sprintf(": %.2f\n", sum)) {
			t.Errorf("total %v, the lines are %v", total, sum)
		}
	}
}

// TestAmountsAreCounted: one more write unit of the seal is on the bill, and so is a mail, a route and a
// schedule's run.
func TestAmountsAreCounted(t *testing.T) {
	amount := func(lines []cost.Line, p cost.Price) (sum float64) {
		for _, l := range lines {
			if l.Price == p {
				sum += l.Amount
			}
		}
		return sum
	}
	seal := &night.Acts[0]
	for i := range night.Acts {
		if night.Acts[i].Name == "seal" {
			seal = &night.Acts[i]
		}
	}
	before := amount(cost.Million(), cost.TableWrites)
	seal.Uses[0].Writes++
	if more := amount(cost.Million(), cost.TableWrites) - before; math.Abs(more-seal.Often-seal.Whole) > 1e-9 {
		t.Errorf("a write unit more of each seal is %v million more for a million", more)
	}
	seal.Uses[0].Writes--
	if mails := amount(cost.Million(), cost.Mails); mails < 1 {
		t.Errorf("%v mails a filing", mails)
	}
	if n := amount(cost.Routes(), cost.Metric); n < 5*50 {
		t.Errorf("%v metrics of routes", n)
	}
	var runs float64
	for _, f := range slices.Concat(functions.All, functions.Outside) {
		for _, s := range f.Schedules {
			runs += 30 * 24 * 60 / s.Every.Minutes()
		}
	}
	if got := amount(cost.Idle(), cost.LambdaRequests) * 1e6; math.Abs(got-runs) > 1e-6 {
		t.Errorf("%v runs of schedules a month, want %v", got, runs)
	}
}
