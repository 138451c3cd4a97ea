package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/client"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// webhooks has an organisation's program told: its head adds an address, and what arrives there is verified with
// nothing but the published roots. An address that fails is tried again; the head pauses and removes it.
func (w *walk) webhooks(ctx context.Context) error {
	w.report.heading("An organisation's own program is told")
	if !w.local {
		return w.report.step("an address is added", func() (string, error) { return "left out: nobody receives here", nil })
	}
	var c *client.Client
	var head *edstest.Key
	host := "uiym-" + w.run + ".test"
	hook := newID()
	add := func(id, address string) error {
		body := client.WebhooksAddRequest{ID: id, Address: address}
		raw, err := c.WebhooksAdd(ctx, body)
		if err != nil {
			return err
		}
		var asked struct{ Document []byte }
		if err := json.Unmarshal(raw, &asked); err != nil || !strings.Contains(string(asked.Document), address) {
			return fmt.Errorf("%w: to sign for %s: %s, %v", errAnswer, address, raw, err)
		}
		if body.Signature, err = signer(head)(asked.Document); err == nil {
			_, err = c.WebhooksAdd(ctx, body)
		}
		return err
	}
	for _, s := range []struct {
		what string
		do   func() (string, error)
	}{
		{"its head signs in with a program", func() (_ string, err error) {
			before := w.programKey
			defer func() { w.programKey = before }()
			if head, err = employee(w.options.Authority, "БАСШЫБАЕВ НҰР", `"ХАБАР" ЖШС`, freshBIN(), oid.RoleHead); err == nil {
				c, err = w.enlist(ctx, head, "khabar")
			}
			return "", err
		}},
		{"addresses of this machine, of numbers and without TLS are refused", func() (string, error) {
			refused := []string{"https://127.0.0.1/", "https://localhost/", "https://169.254.169.254/latest/", "http://" + host + "/", "https://" + host + ":8443/", "https://a:b@" + host + "/"}
			for _, address := range refused {
				if err := expectSlug(add(newID(), address), "invalid-fields"); err != nil {
					return "", fmt.Errorf("%s: %w", address, err)
				}
			}
			return fmt.Sprint(len(refused)), nil
		}},
		{"the head adds an address, signing for it", func() (string, error) {
			return host, add(hook, "https://"+host+"/court")
		}},
		{"the program is told of that, and verifies it with the published roots", func() (string, error) {
			n, _, err := w.posted(ctx, host, hook, "webhook.added")
			return n.ID, err
		}},
		{"it is told what the organisation is mailed, in ids alone", func() (string, error) {
			asked, err := c.SupportRequest(ctx, client.SupportRequest{ID: newID(), Topic: "other"})
			if err != nil {
				return "", err
			}
			n, _, err := w.posted(ctx, host, hook, "support.requested")
			if err == nil && n.Ticket != asked.Ticket {
				err = fmt.Errorf("%w: told of ticket %q, not %q", errAnswer, n.Ticket, asked.Ticket)
			}
			return n.Ticket, err
		}},
		{"an address that fails is shown to fail, and the rest goes on", func() (string, error) {
			failing, id := "nasharlaidy-"+w.run+".test", newID()
			if err := w.post(ctx, "/_local/receiver", map[string]any{"host": failing, "status": 503}); err != nil {
				return "", err
			}
			if err := add(id, "https://"+failing+"/"); err != nil {
				return "", err
			}
			return w.shown(ctx, c, id, func(h client.WebhooksWebhook) bool {
				return len(h.Deliveries) > 0 && h.Deliveries[0].Status == 503 && h.Deliveries[0].State != "delivered" && h.FailingSince != nil
			})
		}},
		{"it is tried with a ping", func() (string, error) {
			if err := c.WebhooksPing(ctx, hook, client.WebhooksRequest{}); err != nil {
				return "", err
			}
			n, _, err := w.posted(ctx, host, hook, "webhook.ping")
			return n.ID, err
		}},
		{"the head pauses it and takes it away", func() (string, error) {
			paused, err := c.WebhooksPause(ctx, hook, client.WebhooksRequest{})
			if err == nil && paused.PausedAt == nil {
				err = fmt.Errorf("%w: %+v", errAnswer, paused)
			}
			if err == nil {
				err = c.WebhooksRemove(ctx, hook)
			}
			if err != nil {
				return "", err
			}
			list, err := c.WebhooksList(ctx)
			if err == nil && len(list.Webhooks) != 1 {
				err = fmt.Errorf("%w: %d are left", errAnswer, len(list.Webhooks))
			}
			return "", err
		}},
	} {
		if err := w.report.step(s.what, s.do); err != nil {
			return err
		}
	}
	return nil
}

// expectSlug reports what else than that problem an error of the client is.
func expectSlug(err error, slug string) error {
	p, ok := err.(*client.Problem)
	if !ok || p.Slug() != slug {
		return fmt.Errorf("%w: %v, not %s", errAnswer, err, slug)
	}
	return nil
}

// posted waits for a notice of a type at a host of the receiver, verifies it and returns it with its body.
func (w *walk) posted(ctx context.Context, host, hook, typ string) (client.Notice, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, noticePatience)
	defer cancel()
	keys, err := newOffice(w.office.url).send(ctx, http.MethodGet, "/keys.json", nil)
	if err != nil {
		return client.Notice{}, nil, err
	}
	for {
		posts, _, err := call[[]struct {
			Host   string
			Header http.Header
			Body   []byte
		}](ctx, newOffice(w.office.url), http.MethodGet, "/_local/receiver", nil)
		if err != nil {
			return client.Notice{}, nil, err
		}
		for _, p := range posts {
			if p.Host != host {
				continue
			}
			n, err := client.ReadNotice(keys.body, hook, p.Header, p.Body, time.Now())
			if err != nil {
				return n, nil, fmt.Errorf("%s: %w", p.Body, err)
			}
			if n.Type == typ {
				return n, p.Body, nil
			}
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return client.Notice{}, nil, fmt.Errorf("%w: no %s at %s after %v", errAnswer, typ, host, noticePatience)
		}
	}
}

// shown waits until the list shows an address so.
func (w *walk) shown(ctx context.Context, c *client.Client, id string, so func(client.WebhooksWebhook) bool) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, noticePatience)
	defer cancel()
	for {
		list, err := c.WebhooksList(ctx)
		if err != nil {
			return "", err
		}
		for _, h := range list.Webhooks {
			if h.ID == id && so(h) {
				return fmt.Sprintf("%s, %d", h.Deliveries[0].State, h.Deliveries[0].Status), nil
			}
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return "", fmt.Errorf("%w: %+v after %v", errAnswer, list, noticePatience)
		}
	}
}
