package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/shared/account"
)

// grant gives a registered person a right: the first administrator of an office, whom nobody in
// it could make. It works on the office that runs at PORT or, where there is none, on the state at
// rest.
func grant(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("grant", flag.ContinueOnError)
	right := flags.String("right", string(account.Admin), "admin or clerk")
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
	body, err := json.Marshal(map[string]string{"number": *number, "right": *right})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/_local/grant", bytes.NewReader(body))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s", strings.TrimSpace(string(answer)))
	}
	if err == nil {
		fmt.Println(strings.TrimSpace(string(answer)))
	}
	return err
}
