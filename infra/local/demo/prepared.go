package demo

import (
	"context"
	"fmt"
	"net/http"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// prepared is an account as an administrator sees it.
type prepared struct {
	ID     string   `json:"id"`
	Status string   `json:"status"`
	Rights []string `json:"rights"`
}

// deeds is what administrators did to an account, as its holder sees it.
type deeds struct {
	Entries []struct {
		Act    string `json:"act"`
		Reason string `json:"reason"`
		After  string `json:"after"`
	} `json:"entries"`
}

// prepare has an administrator prepare an account for somebody, who then registers and finds in it
// what the administrator did.
func (w *walk) prepare(ctx context.Context, administrator *office, reason string) error {
	key, err := newcomer(w.options.Authority)
	if err != nil {
		return err
	}
	who, err := holder(key)
	if err != nil {
		return err
	}
	var made prepared
	mail := w.address("shaqyru")
	if err := w.report.step("an administrator prepares an account and proposes a right for it: an invitation goes, and nobody can sign in to it", func() (string, error) {
		ask := map[string]string{"kind": "natural", "number": who.IIN, "email": mail, "lang": "kk", "reason": reason}
		if made, _, err = call[prepared](ctx, administrator, http.MethodPost, "/api/admin/accounts", ask); err != nil {
			return "", err
		}
		given, _, err := call[prepared](ctx, administrator, http.MethodPost, "/api/admin/accounts/"+made.ID+"/rights/clerk.almaty-medeu", map[string]string{"reason": reason})
		if err == nil && (given.Status != "prepared" || len(given.Rights) != 0) {
			err = fmt.Errorf("%w: prepared %+v", errAnswer, given)
		}
		if err != nil {
			return "", err
		}
		if err := expect(w.enter(ctx, newOffice(w.office.url), key), http.StatusNotFound, "not-registered"); err != nil {
			return "", err
		}
		return "", waitForMail(ctx, w.options.Inbox, "дайындады", []string{mail})
	}); err != nil {
		return err
	}
	return w.report.step("its holder registers with their own EDS: the account is theirs, and shows what administrators did", func() (string, error) {
		if err := w.accept(ctx, key); err != nil {
			return "", err
		}
		if err := w.enrol(ctx, key, password, func(f *form) { f.Email, f.NotificationContacts = mail, []contact{} }); err != nil {
			return "", err
		}
		own := newOffice(w.office.url)
		if err := w.enter(ctx, own, key); err != nil {
			return "", err
		}
		list, _, err := call[deeds](ctx, own, http.MethodGet, "/api/account/audit", nil)
		if err == nil && (len(list.Entries) != 2 || list.Entries[0].Act != "right.proposed" || list.Entries[0].After != "clerk.almaty-medeu" ||
			list.Entries[1].Act != "account.prepared" || list.Entries[1].Reason != reason) {
			err = fmt.Errorf("%w: the holder sees %+v", errAnswer, list)
		}
		return fmt.Sprintf("%d entries", len(list.Entries)), err
	})
}

// enter signs k in to o.
func (w *walk) enter(ctx context.Context, o *office, k *edstest.Key) error {
	_, _, err := act[account](ctx, o, k, "/api/sign-in", map[string]string{"lang": "kk"}, signed{})
	return err
}
