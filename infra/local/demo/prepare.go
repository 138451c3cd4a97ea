package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/receipt"
)

// Prepared is a filing that lacks nothing but its seal.
type Prepared struct {
	ID      string
	Account string // its holder's id
	Person  int    // whose it is: filings of one number have one holder
	Seal    []byte // body of the request that seals it
	CMS     string // the signature in it, PEM
}

// perPerson is how many filings one person prepares: the office lets nobody ask for more than some
// hundred documents to sign an hour.
const perPerson = 250

// Prepare has as many new people as it takes register and write n filings, and signs what the office
// hands out for each. Every tenth has a document.
func Prepare(ctx context.Context, o Options, n int) ([]Prepared, error) {
	o.Out = io.Discard
	out := make([]Prepared, n)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for first := 0; first < n; first += perPerson {
		group.Go(func() error {
			w, err := newWalk(o)
			if err != nil {
				return err
			}
			w.run += fmt.Sprint("-", first/perPerson)
			if err := w.enrolled(ctx); err != nil {
				return fmt.Errorf("prepare: %w", err)
			}
			for i := first; i < min(first+perPerson, n); i++ {
				out[i], err = w.prepared(ctx, i%10 == 0)
				for tries := 1; err != nil && tries < 3 && ctx.Err() == nil; tries++ { // another one in its place
					out[i], err = w.prepared(ctx, i%10 == 0)
				}
				if err != nil {
					return fmt.Errorf("prepare filing %d: %w", i, err)
				}
				out[i].Person = first / perPerson
			}
			return nil
		})
	}
	return out, group.Wait()
}

// enrolled registers the walk's person, who tells nobody else of filings.
func (w *walk) enrolled(ctx context.Context) error {
	if err := w.agreement(ctx); err != nil {
		return err
	}
	f := w.form()
	f.NotificationContacts = []contact{} // invitations to one address are limited
	var err error
	if f.Subject, err = holder(w.key); err != nil {
		return err
	}
	w.account, _, err = act[account](ctx, w.office, w.key, "/api/registration", map[string]any{"form": f}, signed{Password: password})
	return err
}

func (w *walk) prepared(ctx context.Context, document bool) (p Prepared, err error) {
	if _, err = w.draft(ctx); err != nil {
		return p, err
	}
	if w.files = nil; document {
		original := w.originals[0]
		w.files = append(w.files, newFile(original.Name, original.Role, original.data))
	}
	if _, err = w.uploadAll(ctx); err != nil {
		return p, err
	}
	if w.manifest, err = w.askManifest(ctx); err != nil {
		return p, err
	}
	if p.CMS, err = signWith(w.key, w.manifest.Document); err != nil {
		return p, err
	}
	p.ID, p.Account = w.filing.ID, w.account.ID
	p.Seal, err = json.Marshal(signed{Token: w.manifest.Token, Signature: p.CMS})
	return p, err
}

// ReceiptKeys are what verifies an office's receipts, as it publishes them.
func ReceiptKeys(ctx context.Context, url string) (receipt.Published, error) {
	keys, _, err := call[receipt.Published](ctx, newOffice(url), http.MethodGet, "/keys.json", nil)
	return keys, err
}
