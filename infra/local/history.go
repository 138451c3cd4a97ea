package main

import (
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"

	"github.com/courtoffice/courtoffice/infra/local/demo"
	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/infra/local/trial"
	"github.com/courtoffice/courtoffice/shared/store/engine"
)

// history measures seals on an office of its own, empty and full.
func history(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("history", flag.ContinueOnError)
	var t trial.History
	flags.IntVar(&t.Filings, "filings", 100_000, "sealed filings in the tables")
	flags.IntVar(&t.Seals, "seals", 100, "seals to measure before and after")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := engine.Root()
	if err != nil {
		return err
	}
	o := demo.Options{Out: io.Discard, Claim: filepath.Join(root, "testdata", "claims", "money")}
	if o.Authority, o.Keys, err = testPeople(filepath.Join(root, "testdata", "pki")); err != nil {
		return err
	}
	h, stop, err := fresh(ctx, func(c *host.Config) { c.Root, c.Getenv = root, nil })
	if err != nil {
		return err
	}
	defer stop()
	o.URL = h.URL
	cost, err := t.Run(ctx, h, o)
	cost.Print(os.Stdout, t.Filings)
	return err
}
