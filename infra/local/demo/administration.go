package demo

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// editions is what administrators see of the agreement's versions.
type editions struct {
	Published []struct {
		ID string `json:"id"`
	} `json:"published"`
}

type proposal struct {
	Digest string `json:"digest"`
}

// comings is the agreement with the version to come.
type comings struct {
	InForce struct {
		ID string `json:"id"`
	} `json:"inForce"`
	Coming *struct {
		ID          string    `json:"id"`
		PublishedAt time.Time `json:"publishedAt"`
		EffectiveAt time.Time `json:"effectiveAt"`
	} `json:"coming"`
}

// reason is what administrators give as theirs.
const reason = "көрсетілім: өтініш хат бойынша"

// administration has an administrator act on an account, whose holder sees it, and a new version of
// the agreement published by two and in force 72 hours later. It leaves the clock as it was. An
// office that has a second version already is left alone: it is not only ours.
func (w *walk) administration(ctx context.Context) error {
	if !w.local {
		return nil
	}
	s := &stop{walk: w}
	var first, second, user *office
	mail := w.address("paidalanushy")
	step := func(what string, do func() (string, error)) error { return w.report.step(what, do) }

	w.report.heading("Administrators and a new version of the agreement")
	var number string
	if err := step("two administrators and a user sign in", func() (_ string, err error) {
		if first, err = s.administrator(ctx, w.address("akimshi-1")); err != nil {
			return "", err
		}
		if second, err = s.administrator(ctx, w.address("akimshi-2")); err != nil {
			return "", err
		}
		k, err := newcomer(w.options.Authority)
		if err != nil {
			return "", err
		}
		who, err := holder(k)
		if err != nil {
			return "", err
		}
		number = who.IIN
		if err := w.accept(ctx, k); err != nil {
			return "", err
		}
		if err := w.enrol(ctx, k, password, func(f *form) { f.Email, f.NotificationContacts = mail, []contact{} }); err != nil {
			return "", err
		}
		user = newOffice(w.office.url)
		_, _, err = act[account](ctx, user, k, "/api/sign-in", map[string]string{"lang": "kk"}, signed{})
		return "", err
	}); err != nil {
		return err
	}
	if err := step("an administrator disables the account: it is closed at once, and the holder is told why", func() (string, error) {
		found, _, err := call[account](ctx, first, http.MethodPost, "/api/admin/accounts/search", map[string]string{"number": number, "reason": reason})
		if err != nil {
			return "", err
		}
		path := "/api/admin/accounts/" + found.ID + "/status"
		if _, err := first.send(ctx, http.MethodPost, path, map[string]string{"from": "active", "to": "disabled", "reason": reason}); err != nil {
			return "", err
		}
		_, err = user.send(ctx, http.MethodGet, "/api/session", nil)
		if err := expect(err, http.StatusUnauthorized, "unauthenticated"); err != nil {
			return "", err
		}
		if _, err := second.send(ctx, http.MethodPost, path, map[string]string{"from": "disabled", "to": "active", "reason": reason}); err != nil {
			return "", err
		}
		return "", waitForMail(ctx, w.options.Inbox, reason, []string{mail})
	}); err != nil {
		return err
	}
	if err := w.prepare(ctx, first, reason); err != nil {
		return err
	}

	list, _, err := call[editions](ctx, first, http.MethodGet, "/api/admin/agreements", nil)
	if err != nil || len(list.Published) != 1 {
		return err
	}
	const id = "v2"
	if err := step("one administrator proposes a version, the other publishes it: 72 hours to force, everyone is told", func() (string, error) {
		approval, err := w.propose(ctx, first, id)
		if err != nil {
			return "", err
		}
		_, err = first.send(ctx, http.MethodPost, "/api/admin/agreements/"+id+"/approval", approval)
		if err := expect(err, http.StatusForbidden, "second-administrator"); err != nil {
			return "", err
		}
		if _, err := second.send(ctx, http.MethodPost, "/api/admin/agreements/"+id+"/approval", approval); err != nil {
			return "", err
		}
		begin := time.Now()
		if err := w.post(ctx, "/_local/shift", map[string]string{"shift": "1m"}); err != nil { // the next minute's tick
			return "", err
		}
		err = waitForMail(ctx, w.options.Inbox, "келісімінің "+id+" нұсқасы", []string{mail})
		return fmt.Sprintf("%.1f s", time.Since(begin).Seconds()), err
	}); err != nil {
		return err
	}
	return step("72 hours later the new version binds, the old one has lapsed", func() (_ string, err error) {
		defer func() {
			if back := w.post(ctx, "/_local/shift", map[string]string{"shift": "0s"}); err == nil {
				err = back
			}
		}()
		if err := w.post(ctx, "/_local/shift", map[string]string{"shift": "71h59m0s"}); err != nil {
			return "", err
		}
		before, _, err := call[comings](ctx, newOffice(w.office.url), http.MethodGet, "/api/agreement", nil)
		if err != nil {
			return "", err
		}
		if before.InForce.ID == id || before.Coming == nil || before.Coming.ID != id || before.Coming.EffectiveAt.Sub(before.Coming.PublishedAt) != 72*time.Hour {
			return "", fmt.Errorf("%w: before it takes force: %+v", errAnswer, before)
		}
		if err := w.post(ctx, "/_local/shift", map[string]string{"shift": "72h1m0s"}); err != nil {
			return "", err
		}
		after, _, err := call[comings](ctx, newOffice(w.office.url), http.MethodGet, "/api/agreement", nil)
		if err == nil && (after.InForce.ID != id || after.Coming != nil) {
			err = fmt.Errorf("%w: in force %s", errAnswer, after.InForce.ID)
		}
		return before.InForce.ID + ", then " + id, err
	})
}
