package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/infra/local/trial"
)

// announcement tries the announcement of an agreement version with functions killed at work, on an
// office of its own.
func announcement(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("announcement", flag.ContinueOnError)
	var t trial.Announcement
	flags.IntVar(&t.Accounts, "accounts", 10_000, "accounts to tell")
	flags.DurationVar(&t.Every, "every", 250*time.Millisecond, "mean time between two kills; 0 kills nothing")
	rate := flags.Float64("rate", 200, "MAIL_RATE, messages a second")
	kills := flags.Int("kills", 0, "fail with fewer kills")
	if err := flags.Parse(args); err != nil {
		return err
	}
	t.Lanes = max(1, int(math.Ceil(*rate/10))) // package announce: 100 ms for each
	root, o, err := walker(os.Stdout)
	if err != nil {
		return err
	}
	h, stop, err := fresh(ctx, func(c *host.Config) {
		c.Root, c.Functions, c.MailRate = root, trial.Unfed(), *rate
		c.Log, c.Getenv = nil, nil // what is killed is meant to fail
	})
	if err != nil {
		return err
	}
	defer stop()
	o.URL = h.URL
	result, err := t.Run(ctx, h, o)
	result.Print(os.Stdout)
	if result.Kills < *kills {
		err = errors.Join(err, fmt.Errorf("%d kills, want at least %d", result.Kills, *kills))
	}
	return err
}
