// Package demo walks a newcomer's whole path through a running office over HTTP: it reads the
// agreement, signs its acceptance, registers, signs in both ways, files a claim with two
// documents, checks the receipt and finds the notices; then it hands in everything the office
// must refuse. Start with Run.
//
// It is a client like any other: it knows the API's wire and test keys, and nothing of the
// functions.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// Options say which office and whose key.
type Options struct {
	URL   string    // of the office, such as http://127.0.0.1:8080
	Inbox string    // JSON of the inbox; "" is URL/_local/mail.json
	Claim string    // folder with claim.json and its two PDF documents
	Out   io.Writer // one line per step

	// Authority issues certificates to the people of the run: one whom the office trusts. Keys
	// are the test keys by name, for what a newcomer's key can't show.
	Authority *edstest.Key
	Keys      map[string]*edstest.Key

	// Key is the claimant's own key. With it Authority and Keys are not needed, bad inputs and
	// measurements are left out, and the person may be registered already.
	Key *edstest.Key

	Repeat  int                                     // after the walk, measure so many registrations, sign-ins and seals
	Alone   bool                                    // walk no more than the measurements need
	Waits   bool                                    // measure how long filings wait to be received too, which takes minutes
	Figures func(what string, took []time.Duration) // is given what was measured; nil for nobody
	Sealed  func(ticket string)                     // is told of each measured seal; nil for nobody
}

// RefusedError says that the office refused the claimant's key itself: the certificate is
// revoked, suspended, expired or the like. It is what the office should do with such a key, so
// callers tell it apart from a failed step.
type RefusedError struct {
	Slug, Title, Detail, Check string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("the office refuses this key: %s (%s). %s", e.Title, e.Slug, e.Detail)
}

// Run does every step and stops at the first that fails.
//
// Errors: *RefusedError if the key given in o.Key may not be used at all; otherwise an error
// that names the step and carries what came back.
func Run(ctx context.Context, o Options) error {
	w, err := newWalk(o)
	if err != nil {
		return err
	}
	parts := []func(context.Context) error{w.agreement, w.register, w.signIn, w.consents, w.file, w.notices, w.received, w.withdraws, w.life, w.mobile, w.reports}
	switch {
	case o.Alone:
		parts = []func(context.Context) error{w.agreement, w.register, w.signIn, w.consents, w.file, w.measure}
	case o.Key == nil:
		parts = append(parts, w.kinds, w.unfinished, w.company, w.others, w.refusals, w.revoked, w.support, w.court, w.program, w.webhooks, w.maintenance, w.administration, w.measure, w.leave)
	}
	for _, part := range parts {
		if err := part(ctx); err != nil {
			if o.Key != nil {
				err = refused(err)
			}
			return err
		}
	}
	return nil
}

// refused turns a refusal of the claimant's certificate into a *RefusedError.
func refused(err error) error {
	p, ok := errors.AsType[*problem](err)
	if !ok {
		return err
	}
	switch p.slug() {
	case "certificate-revoked", "certificate-suspended", "certificate-expired", "certificate-not-yet-valid",
		"certificate-untrusted", "certificate-not-for-signing", "role-not-allowed":
		return &RefusedError{Slug: p.slug(), Title: p.Title, Detail: p.Detail, Check: p.Check}
	}
	return err
}
