package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"

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
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/_local/rebuild", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	var out struct{ Filings, Failed int }
	if err == nil && (res.StatusCode != http.StatusOK || json.Unmarshal(said, &out) != nil) {
		err = errors.New(strings.TrimSpace(string(said)))
	}
	if err != nil {
		return err
	}
	fmt.Printf("%d filings are there, %d could not be made\n", out.Filings, out.Failed)
	if out.Failed > 0 {
		return errors.New("some filings could not be made: see the office's log")
	}
	return nil
}
