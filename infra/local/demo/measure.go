package demo

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/shared/receipt"
)

// passwords is how many sign-ins by password are measured at most: one address may try 100 times in a
// while, and the walk has tried some.
const passwords = 60

// measure repeats registrations, sign-ins and whole filings and prints what the office's answers took,
// seen from this client: gateway, function and stores included.
func (w *walk) measure(ctx context.Context) error {
	if w.options.Repeat == 0 {
		return nil
	}
	w.report.heading(fmt.Sprintf("Figures of %d repetitions", w.options.Repeat))
	var registrations, byEDS, byPassword, manifests, seals []time.Duration
	var tickets []string
	for range w.options.Repeat {
		k, err := newcomer(w.options.Authority)
		if err != nil {
			return err
		}
		if err := w.accept(ctx, k); err != nil {
			return fmt.Errorf("measure registration: %w", err)
		}
		f := w.form()
		f.NotificationContacts = []contact{} // invitations to one address are limited
		if f.Subject, err = holder(k); err != nil {
			return err
		}
		_, a, err := act[account](ctx, newOffice(w.office.url), k, "/api/registration", map[string]any{"form": f}, signed{Password: password})
		if err != nil {
			return fmt.Errorf("measure registration: %w", err)
		}
		registrations = append(registrations, a.took)
		if _, a, err = act[account](ctx, newOffice(w.office.url), k, "/api/sign-in", map[string]string{"lang": "kk"}, signed{}); err != nil {
			return fmt.Errorf("measure sign-in by EDS: %w", err)
		}
		byEDS = append(byEDS, a.took)
		if len(byPassword) == passwords {
			continue
		}
		if a, err = newOffice(w.office.url).send(ctx, http.MethodPost, "/api/sign-in/password", map[string]string{"number": f.Subject.IIN, "password": password}); err != nil {
			return fmt.Errorf("measure sign-in by password: %w", err)
		}
		byPassword = append(byPassword, a.took)
	}
	for range w.options.Repeat {
		manifest, seal, err := w.sealOne(ctx)
		if err != nil {
			return err
		}
		manifests, seals, tickets = append(manifests, manifest), append(seals, seal), append(tickets, w.ticket)
		if w.options.Sealed != nil {
			w.options.Sealed(w.ticket)
		}
	}
	for _, ticket := range tickets { // none of the notices may be lost either
		if err := waitForMail(ctx, w.options.Inbox, ticket, []string{w.account.Email}); err != nil {
			return err
		}
	}
	for _, f := range []struct {
		what string
		took []time.Duration
	}{
		{"registration", registrations}, {"sign-in by EDS", byEDS}, {"sign-in by password", byPassword},
		{"manifest", manifests}, {"seal", seals},
	} {
		w.report.figures(f.what, f.took)
		if w.options.Figures != nil {
			w.options.Figures(f.what, f.took)
		}
	}
	if !w.options.Waits {
		return nil
	}
	return w.measureReceived(ctx, w.options.Repeat)
}

// sealOne files the walk's claim anew and returns what the manifest and the seal took.
func (w *walk) sealOne(ctx context.Context) (manifest, seal time.Duration, err error) {
	w.files = nil
	for _, f := range w.originals {
		w.files = append(w.files, newFile(f.Name, f.Role, f.data))
	}
	if _, err := w.draft(ctx); err != nil {
		return 0, 0, fmt.Errorf("measure draft: %w", err)
	}
	if _, err := w.uploadAll(ctx); err != nil {
		return 0, 0, fmt.Errorf("measure upload: %w", err)
	}
	begin := time.Now()
	if _, err := w.readManifest(ctx); err != nil {
		return 0, 0, fmt.Errorf("measure manifest: %w", err)
	}
	manifest = time.Since(begin)
	signature, err := signWith(w.key, w.manifest.Document)
	if err != nil {
		return 0, 0, err
	}
	a, err := w.office.send(ctx, http.MethodPost, w.path("/seal"), signed{Token: w.manifest.Token, Signature: signature})
	if err != nil {
		return 0, 0, fmt.Errorf("measure seal: %w", err)
	}
	r, err := receipt.Verify(w.receiptBy, a.body)
	if err != nil {
		return 0, 0, fmt.Errorf("measure seal: %w", err)
	}
	w.ticket = r.TicketNo
	return manifest, a.took, nil
}
