package main

import (
	"context"
	"flag"
	"io"
	"os"
	"time"

	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/infra/local/trial"
)

// notices tries the telling of filings with its functions killed at work, on an office of its own.
func notices(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("notices", flag.ContinueOnError)
	var t trial.Notices
	flags.IntVar(&t.Filings, "filings", 30, "filings to seal")
	flags.DurationVar(&t.Every, "every", 250*time.Millisecond, "mean time between two kills")
	flags.IntVar(&t.Refusals, "refusals", 10, "messages the mail service refuses, from the first seal on")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, o, err := walker(io.Discard)
	if err != nil {
		return err
	}
	h, stop, err := fresh(ctx, func(c *host.Config) { c.Root, c.Log, c.Getenv = root, nil, nil }) // what is killed is meant to fail
	if err != nil {
		return err
	}
	defer stop()
	told, err := t.Run(ctx, h, o)
	told.Print(os.Stdout)
	return err
}
