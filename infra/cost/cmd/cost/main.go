// Command cost prints what the office costs.
package main

import (
	"os"

	"github.com/courtoffice/courtoffice/infra/cost"
)

func main() { cost.Print(os.Stdout) }
