package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strings"

	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/shared/account"
)

// grant gives a registered person a right: the first administrator of an office, whom nobody in
// it could make. It works on the office that runs at PORT or, where there is none, on the state at
// rest.
func grant(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("grant", flag.ContinueOnError)
	right := flags.String("right", string(account.Admin), "admin, or a post at a court: clerk.almaty-medeu, judge.almaty-medeu")
	number := flags.String("number", "", "IIN or BIN of a registered account")
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
	var out json.RawMessage
	if err := post(ctx, url+"/_local/grant", map[string]string{"number": *number, "right": *right}, &out); err != nil {
		return err
	}
	fmt.Println(strings.TrimSpace(string(out)))
	return nil
}
