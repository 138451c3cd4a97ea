package night

import (
	"fmt"
	"io"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/calendar"
)

// Print writes the lines of every night as a table and returns how many are short.
func Print(out io.Writer) (short int) {
	for _, n := range Nights {
		fmt.Fprintf(out, "%s: %.0f seals a second, %.0f in the busiest; %.0f%% of the filers also write their filing then, one account has %.1f%%\n\n",
			n.Name, n.Rate(), n.Peak(), n.Whole*100, n.Busiest*100)
		fmt.Fprintf(out, "%-9s %-62s %12s %12s %5s  %s\n", "", "", "asked", "there is", "", "")
		for _, l := range n.Lines() {
			note := ""
			switch {
			case l.Short():
				short++
				note = "SHORT: " + l.Advice
			case l.Ask > 0:
				note = fmt.Sprintf("request %.0f", l.Ask)
			}
			fmt.Fprintf(out, "%-9s %-62s %12.1f %12.0f %4.0f%%  %-16s %s\n", l.Kind, l.Name, l.Asked, l.Has, 100*l.Asked/l.Has, l.Unit, note)
		}
		fmt.Fprintln(out)
	}
	return short
}

// Plan prints the evenings of the year that begins today, as far as days off are known, and what is kept
// ready then.
func Plan(out io.Writer, today calendar.Date) {
	for _, r := range functions.Ready {
		fmt.Fprintf(out, "environments of %s kept ready: %d; from 17:00 to 00:30 of these days %d\n\n", r.Function, r.Calm, r.Rush)
	}
	for _, r := range functions.Rushes(today, today.Add(365)) {
		fmt.Fprintf(out, "%s  %s\n", r.Day, r.Why)
	}
}
