package cost

import (
	"fmt"
	"io"
)

// Print writes the bills.
func Print(w io.Writer) {
	fmt.Fprintf(w, "AWS's list prices as known on %s, US dollars of us-east-1, without free tiers and taxes; other regions cost\n"+
		"up to a fifth more. Text messages are left out: their price is the carrier's.\n", PricedOn)
	for _, bill := range []struct {
		title string
		lines []Line
	}{
		{"A month in which nobody files", Idle()},
		{"A million filings, written, signed and followed", Million()},
		{"Each month of keeping them", Keeping()},
		{"Each month of measuring by route, when every route is asked every hour", Routes()},
	} {
		fmt.Fprintf(w, "\n%s: %.2f\n", bill.title, Total(bill.lines))
		for _, l := range bill.lines {
			fmt.Fprintf(w, "  %-26s %12.2f %-10s at %-12.7g %10.2f\n", l.Name, l.Amount, l.Unit, l.Price.USD, l.USD())
		}
	}
}
