package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/courtoffice/courtoffice/infra/local/host"
)

// rebuild makes filings and documents that are lost anew from the evidence bucket. It works on the office
// that runs at PORT or, where there is none, on the state at rest.
func rebuild(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("rebuild", flag.ContinueOnError)
	state := flags.String("state", "", "folder of everything kept, where no office runs (default .local)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	url, ok := running(ctx)
	if !ok {
		h, err := host.Start(ctx, host.Config{State: *state, Address: "127.0.0.1:0", Log: console()})
		if err != nil {
			return err
		}
		defer h.Stop()
		url = h.URL
	}
	var out struct{ Filings, Failed int }
	if err := post(ctx, url+"/_local/rebuild", nil, &out); err != nil {
		return err
	}
	fmt.Printf("%d filings are there, %d could not be made\n", out.Filings, out.Failed)
	if out.Failed > 0 {
		return errors.New("some filings could not be made: see the office's log")
	}
	return nil
}
