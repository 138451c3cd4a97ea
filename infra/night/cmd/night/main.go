// Command night prints what each night of package night asks for and what there is, and exits 1 when
// something is short.
package main

import (
	"fmt"
	"os"

	"github.com/courtoffice/courtoffice/infra/night"
)

func main() {
	if short := night.Print(os.Stdout); short > 0 {
		fmt.Fprintf(os.Stderr, "night: %d lines are short\n", short)
		os.Exit(1)
	}
}
