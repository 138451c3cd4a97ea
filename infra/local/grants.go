package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/demo"
	"github.com/courtoffice/courtoffice/infra/local/host"
)

// grants walks through an office of its own and fails for what a function called without its row granting it:
// nothing here refuses that, and AWS would.
func grants(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("grants", flag.ContinueOnError)
	all := flags.Bool("all", false, "print every call, with the partitions of tables")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, o, err := walker(io.Discard)
	if err != nil {
		return err
	}
	h, stop, err := fresh(ctx, func(c *host.Config) { c.Root, c.Calls = root, true })
	if err != nil {
		return err
	}
	defer stop()
	o.URL = h.URL
	if err := demo.Run(ctx, o); err != nil {
		return err
	}
	calls := h.Calls()
	if *all {
		printCalls(os.Stdout, calls)
	}
	return refused(functions.All, calls)
}

func printCalls(w io.Writer, calls map[string]map[functions.Grant]map[string]int) {
	for _, fn := range slices.Sorted(maps.Keys(calls)) {
		var lines []string
		for g, keys := range calls[fn] {
			lines = append(lines, fmt.Sprintf("  %-32s %-12s %s", g.Action, g.On, strings.Join(slices.Sorted(maps.Keys(keys)), " ")))
		}
		slices.Sort(lines)
		fmt.Fprintf(w, "%s\n%s\n", fn, strings.Join(lines, "\n"))
	}
}

// refused lists the calls that rows do not grant: on AWS they fail.
func refused(rows []functions.Function, calls map[string]map[functions.Grant]map[string]int) error {
	var wrong []error
	for _, row := range rows {
		granted := row.Granted()
		for g, words := range calls[row.Name] {
			if !slices.Contains(granted, g) {
				wrong = append(wrong, fmt.Errorf("%s calls %s on %q, which its row does not grant", row.Name, g.Action, g.On))
			}
			for _, t := range row.Tables {
				for word := range words {
					if t.Table.Name == g.On && !slices.Contains(row.Partitions(t), word) {
						wrong = append(wrong, fmt.Errorf("%s comes to %s of %s, which its row does not grant", row.Name, word, g.On))
					}
				}
			}
		}
	}
	return errors.Join(wrong...)
}
