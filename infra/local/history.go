package main

import (
	"context"
	"flag"
	"io"
	"os"

	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/infra/local/trial"
)

// history measures seals on two offices of its own, an empty and a full one.
func history(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("history", flag.ContinueOnError)
	var t trial.History
	flags.IntVar(&t.Filings, "filings", 100_000, "sealed filings in the tables")
	flags.IntVar(&t.Seals, "seals", 100, "seals to measure on either")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, o, err := walker(io.Discard)
	if err != nil {
		return err
	}
	var offices [2]*host.Host
	for i := range offices {
		h, stop, err := fresh(ctx, func(c *host.Config) { c.Root, c.Getenv = root, nil })
		if err != nil {
			return err
		}
		defer stop()
		offices[i] = h
	}
	cost, err := t.Run(ctx, offices[0], offices[1], o)
	cost.Print(os.Stdout, t.Filings)
	return err
}
