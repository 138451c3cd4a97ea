package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// revoked has the NCA revoke somebody's certificate in the middle of the day: one run of the function
// revocation and one look at the lists later their key opens nothing, and says why. Then the NCA goes
// down, and everyone else signs in as before.
func (w *walk) revoked(ctx context.Context) error {
	if !w.local {
		return nil // the NCA of this office is not ours to move
	}
	h, err := w.health(ctx)
	if err != nil || h.NCA == "" {
		return err
	}
	w.report.heading("A certificate is revoked")
	key, err := newcomer(w.options.Authority)
	if err != nil {
		return err
	}
	if err := w.report.step("somebody registers and signs in: the answer says by which list", func() (string, error) {
		if err := w.accept(ctx, key); err != nil {
			return "", err
		}
		if err := w.enrol(ctx, key, password, func(f *form) { f.Email, f.NotificationContacts = w.address("qaitaru"), []contact{} }); err != nil {
			return "", err
		}
		return w.evidence(ctx, key, "good")
	}); err != nil {
		return err
	}
	if err := w.report.step("the NCA revokes the certificate: within one refresh the key is refused", func() (string, error) {
		begin := time.Now()
		if err := w.post(ctx, "/_local/nca/revocations", map[string]any{"certificate": key.Certificate, "reason": "keyCompromise"}); err != nil {
			return "", err
		}
		if err := w.fetchLists(ctx); err != nil {
			return "", err
		}
		for {
			err := w.enter(ctx, newOffice(w.office.url), key)
			if err != nil {
				return fmt.Sprintf("%.1f s after", time.Since(begin).Seconds()), expect(err, http.StatusUnprocessableEntity, "certificate-revoked")
			}
			if time.Since(begin) > 10*time.Second {
				return "", fmt.Errorf("%w: the revoked key still signs in", errAnswer)
			}
		}
	}); err != nil {
		return err
	}
	return w.report.step("the NCA goes down: the others sign in with the lists that are held", func() (string, error) {
		if err := w.post(ctx, "/_local/nca/down", map[string]bool{"down": true}); err != nil {
			return "", err
		}
		defer w.post(ctx, "/_local/nca/down", map[string]bool{"down": false})
		if err := w.fetchLists(ctx); err != nil {
			return "", err
		}
		if err := expect(w.enter(ctx, newOffice(w.office.url), key), http.StatusUnprocessableEntity, "certificate-revoked"); err != nil {
			return "", err
		}
		return w.evidence(ctx, w.key, "good")
	})
}

// evidence signs k in and returns what the answer says of its revocation.
func (w *walk) evidence(ctx context.Context, k *edstest.Key, status string) (string, error) {
	in, _, err := act[struct {
		Revocation struct {
			Status     string    `json:"status"`
			Source     string    `json:"source"`
			Number     string    `json:"number"`
			ThisUpdate time.Time `json:"thisUpdate"`
		} `json:"revocation"`
	}](ctx, newOffice(w.office.url), k, "/api/sign-in", map[string]string{"lang": "kk"}, signed{})
	if err != nil {
		return "", err
	}
	r := in.Revocation
	if r.Status != status || r.Source != "crl" || r.Number == "" || r.ThisUpdate.IsZero() {
		return "", fmt.Errorf("%w: evidence %+v", errAnswer, r)
	}
	return fmt.Sprintf("%s, list %s of %s", r.Status, r.Number, r.ThisUpdate.Format(time.RFC3339)), nil
}

// fetchLists runs the function revocation as its schedule does every five minutes.
func (w *walk) fetchLists(ctx context.Context) error {
	h, err := w.health(ctx)
	if err != nil {
		return err
	}
	return w.post(ctx, "/_local/lambda/2015-03-31/functions/revocation/invocations", map[string]any{"schedule": "revocation", "time": h.Now})
}

// health is what the local host says of itself: the address of its NCA, or "", and its clock.
func (w *walk) health(ctx context.Context) (h struct {
	NCA string    `json:"nca"`
	Now time.Time `json:"now"`
}, err error) {
	a, err := w.office.send(ctx, http.MethodGet, "/_local/health", nil)
	if err == nil {
		err = json.Unmarshal(a.body, &h)
	}
	return h, err
}
