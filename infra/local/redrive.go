package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// redrive has the running office try its dead letters again.
func redrive(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("redrive", flag.ContinueOnError)
	if err := flags.Parse(args); err != nil {
		return err
	}
	url, ok := running(ctx)
	if !ok {
		return errors.New("no office runs at " + address())
	}
	for _, q := range schema.Queues {
		if q.Env != "" {
			continue
		}
		var out struct{ Messages int }
		if err := post(ctx, url+"/_local/redrive", map[string]string{"queue": q.Name}, &out); err != nil {
			return fmt.Errorf("%s: %w", q.Name, err)
		}
		fmt.Printf("%-24s %d messages back to where they came from\n", q.Name, out.Messages)
	}
	return nil
}
