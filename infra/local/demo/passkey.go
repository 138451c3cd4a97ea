package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/courtoffice/courtoffice/shared/passkey/passkeytest"
)

// passkey adds one with the EDS from a second device, opens the office with it, tries what it may not, and takes it
// away: the sessions it opened are over.
func (w *walk) passkey(ctx context.Context) (string, error) {
	if _, _, err := act[account](ctx, w.second, w.key, "/api/sign-in", map[string]string{"lang": "kk"}, signed{}); err != nil {
		return "", err
	}
	asked, _, err := call[struct {
		Document, Challenge, Handle []byte
		Domain                      string
	}](ctx, w.second, http.MethodPost, "/api/passkeys/document", map[string]string{"lang": "kk"})
	if expect(err, http.StatusConflict, "passkeys-impossible") == nil {
		return "the office's address is a number", nil
	}
	if err != nil {
		return "", err
	}
	var document struct {
		Office string `json:"office"` // where its pages are; the API may be elsewhere
	}
	if err := json.Unmarshal(asked.Document, &document); err != nil {
		return "", err
	}
	device, err := passkeytest.New(passkeytest.ES256, asked.Domain, document.Office, asked.Handle)
	if err != nil {
		return "", err
	}
	device.Count = 1
	made, err := device.Create(asked.Challenge)
	if err != nil {
		return "", err
	}
	signature, err := signWith(w.key, asked.Document)
	if err != nil {
		return "", err
	}
	added, _, err := call[struct{ ID string }](ctx, w.second, http.MethodPost, "/api/passkeys", struct {
		passkeytest.Made
		Signature string `json:"signature"`
		Name      string `json:"name"`
	}{made, signature, "Телефон"})
	if err != nil {
		return "", err
	}
	if err := waitForMail(ctx, w.options.Inbox, "жаңа кіру кілті қосылды", []string{w.account.Email}); err != nil {
		return "", err
	}

	device.Count = 2
	phone := newOffice(w.office.url)
	challenge, _, err := call[struct{ Challenge []byte }](ctx, phone, http.MethodPost, "/api/sign-in/passkey/challenge", struct{}{})
	if err != nil {
		return "", err
	}
	used, err := device.Get(challenge.Challenge)
	if err != nil {
		return "", err
	}
	if got, _, err := call[account](ctx, phone, http.MethodPost, "/api/sign-in/passkey", used); err != nil || got.ID != w.account.ID {
		return "", errors.Join(err, fmt.Errorf("%w: opened %q", errAnswer, got.ID))
	}
	if _, _, err := call[json.RawMessage](ctx, phone, http.MethodGet, "/api/filings", nil); err != nil {
		return "", err
	}
	_, err = phone.send(ctx, http.MethodGet, "/api/account/export", nil)
	if err := expect(err, http.StatusForbidden, "eds-needed"); err != nil {
		return "", err
	}
	_, err = phone.send(ctx, http.MethodPost, "/api/sign-in/passkey", used)
	if err := expect(err, http.StatusConflict, "challenge-used"); err != nil {
		return "", fmt.Errorf("once more: %w", err)
	}
	if _, err := w.office.send(ctx, http.MethodDelete, "/api/passkeys/"+added.ID, nil); err != nil {
		return "", err
	}
	_, err = phone.send(ctx, http.MethodGet, "/api/session", nil)
	return "on " + asked.Domain, expect(err, http.StatusUnauthorized, "unauthenticated")
}
