// Command night prints on which evenings the office is made ready, what each night of package night asks
// for and what there is, and exits 1 when something is short.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/courtoffice/courtoffice/infra/night"
	"github.com/courtoffice/courtoffice/shared/calendar"
)

func main() {
	night.Plan(os.Stdout, calendar.DateOf(time.Now()))
	fmt.Println()
	if short := night.Print(os.Stdout); short > 0 {
		fmt.Fprintf(os.Stderr, "night: %d lines are short\n", short)
		os.Exit(1)
	}
}
