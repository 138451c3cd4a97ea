package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/courtoffice/courtoffice/shared/client"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/receipt"
)

// program has programs do what people did: with the client that is generated from the API's document one
// registers a newcomer and files a claim, another reads it for the court.
func (w *walk) program(ctx context.Context) error {
	w.report.heading("Programs, with the client made of the API's document")
	var filer *client.Client
	var filed client.FilingsView
	for _, s := range []struct {
		what string
		do   func() (string, error)
	}{
		{"a program accepts the agreement, registers its holder and signs in", func() (_ string, err error) {
			k, err := newcomer(w.options.Authority)
			if err == nil {
				filer, err = w.enlist(ctx, k, "bagdarlama")
			}
			return "", err
		}},
		{"it writes a claim by sections and uploads two documents", func() (_ string, err error) {
			filed, err = w.compose(ctx, filer)
			return fmt.Sprintf("filing %s, %d sections", filed.ID, len(filed.Sections)), err
		}},
		{"it asks for the manifest, signs, seals and checks the receipt", func() (_ string, err error) {
			ticket, err := w.submit(ctx, filer, filed.ID)
			return "ticket " + ticket, err
		}},
		{"a clerk's program finds the filing in the court's queue and reads it", func() (string, error) {
			if !w.local {
				return "left out: nobody grants posts here", nil
			}
			return w.readForCourt(ctx, filer, filed)
		}},
	} {
		if err := w.report.step(s.what, s.do); err != nil {
			return err
		}
	}
	return nil
}

// signer signs with a key as NCALayer does, after it read the document.
func signer(k *edstest.Key) client.Signer {
	return func(document []byte) (string, error) {
		if err := readable(document); err != nil {
			return "", err
		}
		return signWith(k, document)
	}
}

// enlist makes a newcomer a holder of an account who is signed in by EDS.
func (w *walk) enlist(ctx context.Context, k *edstest.Key, name string) (*client.Client, error) {
	c, sign := client.New(w.office.url, "kk"), signer(k)
	now, err := c.AcceptagreementCurrent(ctx)
	if err != nil {
		return nil, err
	}
	asked, err := c.AcceptagreementDocument(ctx, client.AcceptagreementDocumentRequest{Agreement: now.InForce.ID, Lang: "kk"})
	if err != nil {
		return nil, err
	}
	signature, err := sign(asked.Document)
	if err != nil {
		return nil, err
	}
	accepted, err := c.AcceptagreementAccept(ctx, client.AcceptagreementRequest{Signature: signature})
	if err != nil {
		return nil, err
	}
	who := accepted.Subject
	asked, err = c.RegisterDocument(ctx, client.RegisterDocumentRequest{Form: client.AccountForm{
		Agreement: now.InForce.ID, Email: w.address(name), Lang: "kk", Declaration: true, NotificationContacts: []client.AccountContactGiven{},
		Subject: client.AccountFormSubject{Kind: who.Kind, IIN: who.IIN, BIN: who.BIN, Name: who.Name, Organisation: who.Organisation},
	}})
	if err != nil {
		return nil, err
	}
	if signature, err = sign(asked.Document); err != nil {
		return nil, err
	}
	made, err := c.RegisterRegister(ctx, client.RegisterRequest{Signature: signature, Password: password})
	if err != nil {
		return nil, err
	}
	in, err := c.SignInWith(ctx, sign)
	if err == nil && in.ID != made.ID {
		err = fmt.Errorf("%w: registered %s, signed in %s", errAnswer, made.ID, in.ID)
	}
	w.programKey = k
	return c, err
}

// compose writes the claim, a section at a time, and sends the documents.
func (w *walk) compose(ctx context.Context, c *client.Client) (none client.FilingsView, err error) {
	var sections map[string]json.RawMessage
	if err := json.Unmarshal(w.claim, &sections); err != nil {
		return none, err
	}
	id := newID()
	draft, err := c.FilingsCreate(ctx, id, client.FilingsCreateRequest{Kind: "claim"})
	if err != nil {
		return none, err
	}
	for code, value := range sections {
		saved, err := c.FilingsSaveSection(ctx, id, code, client.FilingsSectionRequest{Version: draft.Sections[code].Version, Value: value})
		if err != nil {
			return none, fmt.Errorf("section %s: %w", code, err)
		}
		if saved.Version != draft.Sections[code].Version+1 && saved.Version != draft.Sections[code].Version {
			return none, fmt.Errorf("%w: section %s is at %d", errAnswer, code, saved.Version)
		}
	}
	for _, f := range w.originals {
		granted, err := c.FilingsPutDocument(ctx, id, f.ID, client.FilingsDocumentRequest{
			Role: f.Role, Name: f.Name, Size: f.Size, SHA256: f.SHA256, MediaType: f.MediaType,
		})
		if err == nil {
			err = c.Send(ctx, granted.Upload.Grants, f.data)
		}
		if err != nil {
			return none, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return c.FilingsGet(ctx, id)
}

// submit signs what the office asks to sign, and returns the ticket of a receipt that holds.
func (w *walk) submit(ctx context.Context, c *client.Client, id string) (string, error) {
	checked, err := c.FilingsCheck(ctx, id)
	if err != nil {
		return "", err
	}
	if !checked.Complete {
		return "", fmt.Errorf("%w: the check says %+v", errAnswer, checked.Defects)
	}
	m, err := c.FilingsManifest(ctx, id, client.FilingsManifestRequest{Revision: checked.Revision})
	if err != nil {
		return "", err
	}
	signature, err := signer(w.programKey)(m.Document)
	if err != nil {
		return "", err
	}
	first, err := c.FileclaimFile(ctx, id, client.FileclaimRequest{Token: m.Token, Signature: signature})
	if err != nil {
		return "", err
	}
	key, err := c.FileclaimPublicKey(ctx)
	if err != nil {
		return "", err
	}
	r, err := receipt.Verify(key.PublicKey, first)
	if err != nil {
		return "", err
	}
	again, err := c.FilingsReceipt(ctx, id)
	if err == nil && (r.FilingID != id || r.ManifestSHA256 != m.SHA256 || string(again) != string(first)) {
		err = fmt.Errorf("%w: receipt %s, then %s", errAnswer, first, again)
	}
	return r.TicketNo, err
}

// readForCourt waits until the filing is received, and has a clerk find it, read it and fetch its statement.
func (w *walk) readForCourt(ctx context.Context, filer *client.Client, filed client.FilingsView) (string, error) {
	own, err := w.receivedBy(ctx, filer, filed.ID)
	if err != nil {
		return "", err
	}
	k, err := newcomer(w.options.Authority)
	if err != nil {
		return "", err
	}
	clerk, err := w.enlist(ctx, k, "kense-bagdarlama")
	if err != nil {
		return "", err
	}
	who, err := holder(k)
	if err != nil {
		return "", err
	}
	if err := w.post(ctx, "/_local/grant", map[string]string{"number": who.IIN, "right": "clerk." + own.CourtCode}); err != nil {
		return "", fmt.Errorf("grant: %w", err)
	}
	if _, err := clerk.SignInWith(ctx, signer(k)); err != nil {
		return "", err
	}
	queue, err := clerk.RegistryQueue(ctx, client.RegistryQueueQuery{Court: own.CourtCode})
	if err != nil {
		return "", err
	}
	found, err := clerk.RegistryFind(ctx, client.RegistryFindQuery{Court: own.CourtCode, Q: own.TicketNo})
	if err != nil {
		return "", err
	}
	seen, err := clerk.RegistryFiling(ctx, found.ID)
	if err != nil {
		return "", err
	}
	if seen.ID != filed.ID || seen.TicketNo != own.TicketNo || len(seen.Sections) < len(filed.Sections) || len(seen.Signatures) != 1 || len(queue.Filings) == 0 {
		return "", fmt.Errorf("%w: the clerk sees %s, %d sections, %d signatures, %d in the queue", errAnswer, seen.ID, len(seen.Sections), len(seen.Signatures), len(queue.Filings))
	}
	at, err := clerk.RegistryFile(ctx, found.ID, "statement")
	if err != nil {
		return "", err
	}
	if u, err := url.Parse(string(at)); err != nil || u.Host == "" {
		return "", fmt.Errorf("%w: the statement is at %q", errAnswer, at)
	}
	return fmt.Sprintf("%d sections, %d files", len(seen.Sections), len(seen.Files)), nil
}

// receivedBy waits until a filing is received.
func (w *walk) receivedBy(ctx context.Context, c *client.Client, id string) (client.FilingsView, error) {
	ctx, cancel := context.WithTimeout(ctx, noticePatience)
	defer cancel()
	for {
		own, err := c.FilingsGet(ctx, id)
		if err != nil || own.Status == "received" {
			return own, err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return own, fmt.Errorf("%w: filing %s is %s after %v", errAnswer, id, own.Status, noticePatience)
		}
	}
}
