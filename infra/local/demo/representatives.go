package demo

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// A trusted representative (agreement 5.2) is somebody without an account: all there is to them is
// their mail and the links in it.

// invitation is what a representative's page shows.
type invitation struct {
	Holder  string `json:"holder"`
	Email   string `json:"email"`
	Status  string `json:"status"`
	LastDay string `json:"lastDay"`
}

var (
	pageLink = regexp.MustCompile(`/ru/representative#([\w-]+)`)
	stopLink = regexp.MustCompile(`/api/representative/unsubscribe/[\w-]+`)
)

// findIn returns the first match of what in mail about text to an address.
func (w *walk) findIn(ctx context.Context, email, text string, what *regexp.Regexp) ([]string, error) {
	if err := waitForMail(ctx, w.options.Inbox, text, []string{email}); err != nil {
		return nil, err
	}
	mails, err := readInbox(ctx, w.options.Inbox)
	if err != nil {
		return nil, err
	}
	for _, m := range mails {
		if len(missingRecipients([]inboxMail{m}, text, []string{email})) > 0 {
			continue
		}
		if found := what.FindStringSubmatch(m.Text); found != nil {
			return found, nil
		}
	}
	return nil, fmt.Errorf("no %s in mail to %s", what, email)
}

// consents has the representative whom the registration form named agree through the invitation.
func (w *walk) consents(ctx context.Context) error {
	if !w.fresh {
		return nil // whom the person named before is not the demo's to ask
	}
	return w.report.step("the representative is invited, sees who asks and agrees", func() (string, error) {
		link, err := w.findIn(ctx, w.address("okil"), "доверенн", pageLink)
		if err != nil {
			return "", err
		}
		visitor, token := newOffice(w.office.url), map[string]string{"token": link[1]}
		seen, a, err := call[invitation](ctx, visitor, http.MethodPost, "/api/representative", token)
		if err != nil {
			return "", err
		}
		if seen.Holder != cmp.Or(w.subject.Organisation, w.subject.Name) || seen.Status != "invited" || strings.Contains(string(a.body), w.subject.number()) {
			return "", fmt.Errorf("%w: invitation %s", errAnswer, a.body)
		}
		agreed, _, err := call[invitation](ctx, visitor, http.MethodPost, "/api/representative/consent", token)
		if err != nil {
			return "", err
		}
		if agreed.Status != "consented" || agreed.Email != w.address("okil") {
			return "", fmt.Errorf("%w: consent %+v", errAnswer, agreed)
		}
		return "until " + agreed.LastDay, waitForMail(ctx, w.options.Inbox, "сенімді өкіл болуға келісті", []string{w.account.Email})
	})
}

// withdraws has the representative leave by the mail's own button, and files once more: the copy
// of the first filing was the last.
func (w *walk) withdraws(ctx context.Context) error {
	if !w.fresh {
		return nil
	}
	if err := w.report.step("the representative unsubscribes by one click in the mail, without a session", func() (string, error) {
		stop, err := w.findIn(ctx, w.address("okil"), w.ticket, stopLink)
		if err != nil && w.local {
			return "", err
		}
		if err != nil { // an inbox that does not show the header: by the page
			link, err := w.findIn(ctx, w.address("okil"), w.ticket, pageLink)
			if err != nil {
				return "", err
			}
			_, err = newOffice(w.office.url).send(ctx, http.MethodPost, "/api/representative/refusal", map[string]string{"token": link[1]})
			return "on the page", err
		}
		if err := w.look(ctx, stop[0]); err != nil {
			return "", err
		}
		if err := w.click(ctx, stop[0]); err != nil {
			return "", err
		}
		return "RFC 8058", w.click(ctx, stop[0]) // mail services repeat
	}); err != nil {
		return err
	}
	if err := w.report.step("the holder is told", func() (string, error) {
		return "", waitForMail(ctx, w.options.Inbox, "көшірмелерді алудан бас тартты", []string{w.account.Email})
	}); err != nil {
		return err
	}
	return w.report.step("file once more: the holder has a notice, the representative no copy", func() (string, error) {
		w.files = nil
		for _, f := range w.originals {
			w.files = append(w.files, newFile(f.Name, f.Role, f.data))
		}
		for _, do := range []func(context.Context) (string, error){w.draft, w.uploadAll, w.readManifest, w.seal, w.checkReceipt} {
			if _, err := do(ctx); err != nil {
				return "", err
			}
		}
		if err := waitForMail(ctx, w.options.Inbox, w.ticket, []string{w.account.Email}); err != nil {
			return "", err
		}
		time.Sleep(time.Second) // copies follow the notice at once
		mails, err := readInbox(ctx, w.options.Inbox)
		if err == nil && len(missingRecipients(mails, w.ticket, []string{w.address("okil")})) == 0 {
			err = fmt.Errorf("%w: a copy of %s was sent", errAnswer, w.ticket)
		}
		return w.ticket, err
	})
}

// look opens an address as a program does that looks behind the links of a mail. It must only be
// led on to a page.
func (w *walk) look(ctx context.Context, path string) error {
	client := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.office.url+path, nil)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.Contains(to, "/representative#stop=") {
		return fmt.Errorf("%w: %d to %q", errAnswer, res.StatusCode, to)
	}
	return nil
}

// click is the POST a mail service sends for the button (RFC 8058, section 3.2): a form, and
// nothing that says who asks.
func (w *walk) click(ctx context.Context, path string) error {
	form := url.Values{"List-Unsubscribe": {"One-Click"}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.office.url+path, strings.NewReader(form))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := w.office.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusNoContent {
		return fmt.Errorf("%w: %d %.200s", errAnswer, res.StatusCode, body)
	}
	return nil
}
