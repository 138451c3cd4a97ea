package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// textMessage is one entry of the local host's list of text messages.
type textMessage struct {
	To       string `json:"to"`
	Text     string `json:"text"`
	Segments int    `json:"segments"`
}

// textsOf is where the texts lie beside an inbox of the local host; "" beside another's, which
// takes mail only.
func textsOf(inbox string) string {
	if host, ok := strings.CutSuffix(inbox, "/_local/mail.json"); ok {
		return host + "/_local/sms.json"
	}
	return ""
}

// freshNumber makes a mobile number, one of ten million.
func freshNumber() string { return fmt.Sprintf("+7701%07d", rand.IntN(10_000_000)) }

// waitForText polls until a text message to the number that has words came after the first n of
// them, and returns it.
func (w *walk) waitForText(ctx context.Context, number, words string, n int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, noticePatience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		list, err := w.readTexts(ctx, number)
		if err != nil && ctx.Err() == nil {
			return "", err
		}
		for _, m := range list[min(n, len(list)):] {
			if strings.Contains(m.Text, words) {
				if m.Segments > 2 {
					return "", fmt.Errorf("%w: a text message of %d segments: %s", errAnswer, m.Segments, m.Text)
				}
				return m.Text, nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return "", fmt.Errorf("no text message about %s after %v (messages there: %d)", words, noticePatience, len(list))
		}
	}
}

// readTexts fetches the text messages to a number, oldest first.
func (w *walk) readTexts(ctx context.Context, number string) ([]textMessage, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.texts, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var list []textMessage
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil {
		return nil, fmt.Errorf("text messages of %s: %w", w.texts, err)
	}
	return slices.DeleteFunc(list, func(m textMessage) bool { return m.To != number }), nil
}

// textCode finds the code in its text message.
var textCode = regexp.MustCompile(`\b\d{6}\b`)

// typeTextCode reads the code sent to a number after the first n of its messages and types it.
func (w *walk) typeTextCode(ctx context.Context, number string, n int) error {
	text, err := w.waitForText(ctx, number, "растау коды", n)
	if err == nil {
		_, err = w.office.send(ctx, http.MethodPost, "/api/account/mobile/code", map[string]string{"code": textCode.FindString(text)})
	}
	return err
}

// numbers is what the profile says of mobiles.
type numbers struct {
	Mobile   string `json:"mobile"`
	Verified bool   `json:"mobileVerified"`
	Numbers  []struct {
		Mobile string     `json:"mobile"`
		Until  *time.Time `json:"until"`
	} `json:"numbers"`
}

// mobile verifies the number of the registration form by its code, moves text messages to another
// number and back, and takes it away. It leaves the account with the number it had, verified.
func (w *walk) mobile(ctx context.Context) error {
	if !w.fresh || w.texts == "" {
		return nil // the account may have a number already, or nobody plays the SMS service
	}
	w.report.heading("The mobile number")
	first, second := w.number, freshNumber()
	profile := func() (numbers, error) {
		p, _, err := call[numbers](ctx, w.office, http.MethodGet, "/api/account", nil)
		return p, err
	}
	for _, s := range []struct {
		what string
		do   func() (string, error)
	}{
		{"verify the number of the registration form with its code", func() (string, error) {
			if err := w.typeTextCode(ctx, first, 0); err != nil {
				return "", err
			}
			p, err := profile()
			if err == nil && (p.Mobile != first || !p.Verified) {
				err = fmt.Errorf("%w: %+v", errAnswer, p)
			}
			if err != nil {
				return "", err
			}
			return w.waitForText(ctx, first, "қош келдіңіз", 0)
		}},
		{"move text messages to another number: the old one hears of it", func() (string, error) {
			if _, err := w.office.send(ctx, http.MethodPost, "/api/account/mobile", map[string]string{"mobile": second}); err != nil {
				return "", err
			}
			if err := w.typeTextCode(ctx, second, 0); err != nil {
				return "", err
			}
			text, err := w.waitForText(ctx, first, "басқа нөмірге", 0)
			if err == nil {
				err = waitForMail(ctx, w.options.Inbox, "нөмірге де жіберіледі", []string{w.account.Email})
			}
			return text, err
		}},
		{"take the number away: both channels hear of it, the history stays", func() (string, error) {
			if _, err := w.office.send(ctx, http.MethodDelete, "/api/account/mobile", nil); err != nil {
				return "", err
			}
			p, err := profile()
			if err == nil && (p.Mobile != "" || len(p.Numbers) != 2 || p.Numbers[0].Until == nil || p.Numbers[1].Until == nil) {
				err = fmt.Errorf("%w: %+v", errAnswer, p)
			}
			if err == nil {
				err = waitForMail(ctx, w.options.Inbox, "нөмірге жіберілмейді", []string{w.account.Email})
			}
			if err != nil {
				return "", err
			}
			return w.waitForText(ctx, second, "бұл нөмірге SMS жіберілмейді", 0)
		}},
		{"give the first number again; a fourth code in an hour is refused", func() (string, error) {
			before, err := w.readTexts(ctx, first)
			if err != nil {
				return "", err
			}
			if _, err := w.office.send(ctx, http.MethodPost, "/api/account/mobile", map[string]string{"mobile": first}); err != nil {
				return "", err
			}
			if err := w.typeTextCode(ctx, first, len(before)); err != nil {
				return "", err
			}
			for range 2 { // the registration's code counts for the number, not for the account
				_, err = w.office.send(ctx, http.MethodPost, "/api/account/mobile", map[string]string{"mobile": first})
			}
			return "", expect(err, http.StatusTooManyRequests, "throttled")
		}},
		{"sign in from another device: the number hears of it too", func() (string, error) {
			if _, _, err := act[account](ctx, newOffice(w.office.url), w.key, "/api/sign-in", map[string]string{"lang": "kk"}, signed{}); err != nil {
				return "", err
			}
			return w.waitForText(ctx, first, "жаңа құрылғыдан", 0)
		}},
	} {
		if err := w.report.step(s.what, s.do); err != nil {
			return err
		}
	}
	return nil
}
