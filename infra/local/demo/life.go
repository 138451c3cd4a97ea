package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"time"
)

// newPassword is what the walk changes its password to before it resets it.
const newPassword = "жусан иісі 23 дала"

// profile is what the office shows its holder.
type profile struct {
	Email       string `json:"email"`
	Verified    bool   `json:"verified"`
	Number      string `json:"number"`
	Acceptances []struct {
		Version string `json:"version"`
	} `json:"acceptances"`
}

type sessionList struct {
	Sessions []struct {
		ID      string `json:"id"`
		Current bool   `json:"current"`
		By      string `json:"by"`
	} `json:"sessions"`
}

// life looks after the account: its profile, its sessions, its password. It leaves the walk
// signed in, with the password it had.
func (w *walk) life(ctx context.Context) error {
	if !w.fresh {
		return nil // the password is whatever was set at registration
	}
	w.report.heading("The life of an account")
	for _, s := range []struct {
		what string
		do   func(context.Context) (string, error)
	}{
		{"see what the office keeps of the account", w.seeProfile},
		{"verify the e-mail address with the code of registration", w.verifyEmail},
		{"move notices to another address with its own code", w.moveEmail},
		{"sign in from a second device: the holder is told", w.secondDevice},
		{"see both sessions and end the other", w.endOthers},
		{"add a passkey with the EDS and read with it; it does no more", w.passkey},
		{"change the password: the holder is told", w.changePassword},
		{"reset a lost password with the EDS and sign in again", w.resetPassword},
		{"download everything the office keeps", w.export},
	} {
		if err := w.report.step(s.what, func() (string, error) { return s.do(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) seeProfile(ctx context.Context) (string, error) {
	p, _, err := call[profile](ctx, w.office, http.MethodGet, "/api/account", nil)
	if err == nil && (p.Email != w.account.Email || len(p.Acceptances) == 0 || p.Acceptances[0].Version != w.version) {
		err = fmt.Errorf("%w: profile %+v", errAnswer, p)
	}
	return p.Number, err
}

func (w *walk) secondDevice(ctx context.Context) (string, error) {
	w.second = newOffice(w.office.url)
	begin := time.Now()
	if _, _, err := act[account](ctx, w.second, w.key, "/api/sign-in", map[string]string{"lang": "kk"}, signed{}); err != nil {
		return "", err
	}
	err := waitForMail(ctx, w.options.Inbox, "жаңа құрылғыдан", []string{w.account.Email})
	return fmt.Sprintf("%.1f s", time.Since(begin).Seconds()), err
}

func (w *walk) endOthers(ctx context.Context) (string, error) {
	list, _, err := call[sessionList](ctx, w.office, http.MethodGet, "/api/account/sessions", nil)
	if err != nil {
		return "", err
	}
	if len(list.Sessions) < 2 {
		return "", fmt.Errorf("%w: sessions %+v", errAnswer, list.Sessions)
	}
	if _, err := w.office.send(ctx, http.MethodDelete, "/api/account/sessions", nil); err != nil {
		return "", err
	}
	if _, err := w.second.send(ctx, http.MethodGet, "/api/session", nil); err == nil {
		return "", fmt.Errorf("%w: the other session lives", errAnswer)
	} else if err := expect(err, http.StatusUnauthorized, "unauthenticated"); err != nil {
		return "", err
	}
	_, err = w.office.send(ctx, http.MethodGet, "/api/session", nil)
	return fmt.Sprintf("%d sessions, then one", len(list.Sessions)), err
}

func (w *walk) changePassword(ctx context.Context) (string, error) {
	wrong := map[string]string{"current": "мұндай құпия сөз жоқ 1", "password": newPassword}
	if _, err := w.office.send(ctx, http.MethodPost, "/api/account/password", wrong); expect(err, 0, "invalid-fields") != nil {
		return "", fmt.Errorf("with a wrong password: %w", expect(err, 0, "invalid-fields"))
	}
	right := map[string]string{"current": password, "password": newPassword}
	if _, err := w.office.send(ctx, http.MethodPost, "/api/account/password", right); err != nil {
		return "", err
	}
	return "", waitForMail(ctx, w.options.Inbox, "құпия сөзі өзгертілді", []string{w.account.Email})
}

func (w *walk) resetPassword(ctx context.Context) (string, error) {
	asked, _, err := act[struct{ Reset string }](ctx, w.second, w.key, "/api/account/password-reset", map[string]string{"lang": "kk"}, signed{Password: password})
	if err != nil {
		return "", err
	}
	if _, err := w.office.send(ctx, http.MethodGet, "/api/session", nil); err != nil {
		return "", fmt.Errorf("before the code: %w", err)
	}
	code, err := w.mailedCode(ctx, w.account.Email, "жаңа құпия сөзді растау коды")
	if err != nil {
		return "", err
	}
	if _, err := w.second.send(ctx, http.MethodPost, "/api/account/password-reset/confirmation", map[string]string{"reset": asked.Reset, "code": code}); err != nil {
		return "", err
	}
	_, err = w.office.send(ctx, http.MethodGet, "/api/session", nil)
	if err := expect(err, http.StatusUnauthorized, "unauthenticated"); err != nil {
		return "", err
	}
	_, err = w.byPassword(ctx)
	return w.means, err
}

// codePattern finds the code in its mail.
var codePattern = regexp.MustCompile(`: (\d{6})\b`)

// typeCode reads the latest code sent to an address and types it.
func (w *walk) typeCode(ctx context.Context, o *office, email string) error {
	code, err := w.mailedCode(ctx, email, "растау коды")
	if err != nil {
		return err
	}
	_, err = o.send(ctx, http.MethodPost, "/api/account/email/code", map[string]string{"code": code})
	return err
}

// mailedCode reads the code of the latest mail to an address with such a subject.
func (w *walk) mailedCode(ctx context.Context, email, subject string) (string, error) {
	if err := waitForMail(ctx, w.options.Inbox, subject, []string{email}); err != nil {
		return "", err
	}
	mails, err := readInbox(ctx, w.options.Inbox)
	if err != nil {
		return "", err
	}
	code := ""
	for _, m := range mails {
		if match := codePattern.FindStringSubmatch(m.Text); match != nil && len(missingRecipients([]inboxMail{m}, subject, []string{email})) == 0 {
			code = match[1]
		}
	}
	return code, nil
}

func (w *walk) verifyEmail(ctx context.Context) (string, error) {
	if err := w.typeCode(ctx, w.office, w.account.Email); err != nil {
		return "", err
	}
	p, _, err := call[profile](ctx, w.office, http.MethodGet, "/api/account", nil)
	if err == nil && !p.Verified {
		err = fmt.Errorf("%w: still unverified", errAnswer)
	}
	return p.Email, err
}

func (w *walk) moveEmail(ctx context.Context) (string, error) {
	before, after := w.account.Email, w.address("jana")
	if err := w.byEDS(ctx, http.MethodPost, "/api/account/email", map[string]string{"email": after}); err != nil {
		return "", err
	}
	if _, err := w.office.send(ctx, http.MethodPost, "/api/account/email", map[string]string{"email": after}); err != nil {
		return "", err
	}
	if err := w.typeCode(ctx, w.office, after); err != nil {
		return "", err
	}
	if err := waitForMail(ctx, w.options.Inbox, "басқа мекенжайға жіберіледі", []string{before}); err != nil {
		return "", fmt.Errorf("the old address hears nothing: %w", err)
	}
	p, _, err := call[profile](ctx, w.office, http.MethodGet, "/api/account", nil)
	if err == nil && p.Email != after {
		err = fmt.Errorf("%w: notices go to %s", errAnswer, p.Email)
	}
	w.account.Email = p.Email
	return after, err
}

// byEDS signs in with the EDS, after the password's session was refused what takes it.
func (w *walk) byEDS(ctx context.Context, method, path string, body any) error {
	if w.means != "" {
		return nil
	}
	_, err := w.office.send(ctx, method, path, body)
	if err := expect(err, http.StatusForbidden, "eds-needed"); err != nil {
		return fmt.Errorf("by password: %w", err)
	}
	_, _, err = act[account](ctx, w.office, w.key, "/api/sign-in", map[string]string{"lang": "kk"}, signed{})
	return err
}

func (w *walk) export(ctx context.Context) (string, error) {
	if err := w.byEDS(ctx, http.MethodGet, "/api/account/export", nil); err != nil {
		return "", err
	}
	got, a, err := call[struct {
		Registration struct {
			Signature []byte `json:"signature"`
		} `json:"registration"`
		Acceptances []struct {
			Signature []byte `json:"signature"`
		} `json:"acceptances"`
		Filings []struct {
			ID      string          `json:"id"`
			Receipt json.RawMessage `json:"receipt"`
		} `json:"filings"`
	}](ctx, w.office, http.MethodGet, "/api/account/export", nil)
	if err != nil {
		return "", err
	}
	if len(got.Registration.Signature) == 0 || len(got.Acceptances) == 0 || len(got.Filings) == 0 || got.Filings[0].ID != w.filing.ID ||
		!bytes.Contains(got.Filings[0].Receipt, []byte(w.ticket)) {
		return "", fmt.Errorf("%w: export %.300s", errAnswer, a.body)
	}
	return fmt.Sprintf("%d bytes", len(a.body)), nil
}

// leave closes the account with a signed refusal, after everything else, and registers the same
// person again.
func (w *walk) leave(ctx context.Context) error {
	if !w.fresh {
		return nil // it is not the demo's to close
	}
	w.report.heading("Leaving")
	if err := w.report.step("refuse the agreement with a signature: the account is closed", func() (string, error) {
		got, _, err := act[struct {
			Account string `json:"account"`
		}](ctx, w.office, w.key, "/api/account/leaving", map[string]string{"lang": "kk"}, signed{})
		if err != nil {
			return "", err
		}
		if got.Account != w.account.ID {
			return "", fmt.Errorf("%w: account %s", errAnswer, got.Account)
		}
		_, err = w.office.send(ctx, http.MethodGet, "/api/session", nil)
		if err := expect(err, http.StatusUnauthorized, "unauthenticated"); err != nil {
			return "", err
		}
		_, _, err = act[account](ctx, w.office, w.key, "/api/sign-in", map[string]string{"lang": "kk"}, signed{})
		if err := expect(err, http.StatusNotFound, "not-registered"); err != nil {
			return "", err
		}
		return "told " + w.account.Email, waitForMail(ctx, w.options.Inbox, "есептік жазбаңыз жабылды", []string{w.account.Email})
	}); err != nil {
		return err
	}
	return w.report.step("register again: a new account, without the old one's filings", func() (string, error) {
		got, a, err := act[account](ctx, w.office, w.key, "/api/registration", map[string]any{"form": w.form()}, signed{Password: password})
		if err != nil {
			return "", err
		}
		list, _, err := call[struct {
			Filings []json.RawMessage `json:"filings"`
		}](ctx, w.office, http.MethodGet, "/api/filings", nil)
		if err == nil && (a.status != http.StatusCreated || got.ID == w.account.ID || len(list.Filings) != 0) {
			err = fmt.Errorf("%w: %d, account %s, %d filings", errAnswer, a.status, got.ID, len(list.Filings))
		}
		return "new account " + got.ID, err
	})
}
