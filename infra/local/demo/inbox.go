package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// noticePatience is how long a notice may take from the seal to the inbox.
const noticePatience = 60 * time.Second

// inboxMail is one message of an inbox. Both the local host's inbox (/_local/mail.json) and a
// LocalStack-compatible endpoint's (/_ministack/ses/messages) are read into it.
type inboxMail struct {
	To   []string
	Text string // everything else of the message, subject and body
}

// waitForMail polls the inbox until mail that contains text has come for each recipient.
func waitForMail(ctx context.Context, inbox, text string, recipients []string) error {
	ctx, cancel := context.WithTimeout(ctx, noticePatience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		mails, err := readInbox(ctx, inbox)
		if err != nil && ctx.Err() == nil {
			return err
		}
		missing := missingRecipients(mails, text, recipients)
		if len(missing) == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("no mail about %s for %s in %s after %v (mails there: %d)", text, strings.Join(missing, ", "), inbox, noticePatience, len(mails))
		}
	}
}

func missingRecipients(mails []inboxMail, text string, recipients []string) []string {
	var missing []string
	for _, want := range recipients {
		found := false
		for _, m := range mails {
			for _, to := range m.To {
				found = found || strings.Contains(strings.ToLower(to), strings.ToLower(want)) && strings.Contains(m.Text, text)
			}
		}
		if !found {
			missing = append(missing, want)
		}
	}
	return missing
}

// readInbox fetches all messages.
func readInbox(ctx context.Context, url string) ([]inboxMail, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w from inbox %s: %d", errAnswer, url, res.StatusCode)
	}
	mails, err := parseInbox(data)
	if err != nil {
		return nil, fmt.Errorf("inbox %s: %w", url, err)
	}
	return mails, nil
}

// parseInbox finds every object with recipients in an inbox's JSON, however it is nested: the
// two inboxes group their messages differently and name the members alike but for case.
func parseInbox(data []byte) ([]inboxMail, error) {
	var root any
	if err := json.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	var mails []inboxMail
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			var m inboxMail
			for name, member := range v {
				if strings.EqualFold(name, "to") {
					m.To = stringsIn(member)
				} else {
					m.Text += strings.Join(stringsIn(member), "\n") + "\n"
				}
			}
			if m.To != nil {
				mails = append(mails, m)
				return
			}
			for _, member := range v {
				walk(member)
			}
		}
	}
	walk(root)
	return mails, nil
}

// stringsIn collects every string of a JSON value.
func stringsIn(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, item := range v {
			out = append(out, stringsIn(item)...)
		}
		return out
	case map[string]any:
		var out []string
		for _, item := range v {
			out = append(out, stringsIn(item)...)
		}
		return out
	}
	return nil
}
