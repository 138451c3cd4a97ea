package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"

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
		body, err := json.Marshal(map[string]string{"queue": q.Name})
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/_local/redrive", bytes.NewReader(body))
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		said, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			return err
		}
		var out struct{ Messages int }
		if res.StatusCode != http.StatusOK || json.Unmarshal(said, &out) != nil {
			return fmt.Errorf("%s: %s", q.Name, strings.TrimSpace(string(said)))
		}
		fmt.Printf("%-24s %d messages back to where they came from\n", q.Name, out.Messages)
	}
	return nil
}
