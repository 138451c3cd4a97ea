package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/courtoffice/courtoffice/infra/local/trial"
)

// surge plays a deadline night on an office of its own.
func surge(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("surge", flag.ContinueOnError)
	t := trial.Surge{Out: os.Stdout}
	seconds := flags.Float64("seconds", 20, "how long the peak lasts")
	flags.Float64Var(&t.Rate, "rate", 0, "seals a second at the peak (default 60 % of what the engine alone does)")
	flags.IntVar(&t.Filings, "filings", 1500, "filings to prepare where no rate is given")
	flags.BoolVar(&t.Faults, "faults", false, "disturb stores and mail, and kill processes")
	flags.BoolVar(&t.Later, "later", false, "have what follows a seal wait until the night is over (implied where no rate is given)")
	flags.DurationVar(&t.Every, "every", 300*time.Millisecond, "mean time between two kills")
	if err := flags.Parse(args); err != nil {
		return err
	}
	whole := t.Rate == 0
	t.Later = t.Later || whole && !t.Faults
	t.Peak = time.Duration(*seconds * float64(time.Second))
	_, o, err := walker(os.Stdout)
	if err != nil {
		return err
	}
	if t.Binary, err = os.Executable(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "courtoffice-surge-")
	if err != nil {
		return err
	}
	night, err := t.Run(ctx, dir, o)
	night.Print(os.Stdout)
	if err != nil {
		return fmt.Errorf("%w\neverything is left in %s", err, dir)
	}
	os.RemoveAll(dir)
	if whole && !t.Faults && night.Ratio() < trial.Share {
		return errors.New("the office holds less than it should of what the engine alone does")
	}
	return nil
}
