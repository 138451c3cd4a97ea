package demo

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"time"
)

// text is a statement as forms have it.
func text(words string) map[string]any { return map[string]any{"text": words} }

// toCase files the sample of a kind, as change has it, as a paper of a case, with the documents given or else the
// sample's, and has the court register it and the judge take it up.
func (w *walk) toCase(ctx context.Context, t *trial, c docketed, kind string, change func(map[string]map[string]any), documents ...file) error {
	folder := filepath.Join(filepath.Dir(w.options.Claim), kind)
	sections, err := w.sample(folder)
	if err == nil && change == nil {
		w.files, err = w.attachments(folder)
	}
	if err != nil {
		return err
	}
	sections["case"]["number"], sections["case"]["court"] = c.Number, t.code
	if change != nil {
		change(sections)
		w.files = documents
	}
	return w.hand(ctx, t, kind, sections)
}

// hand sends a filing with the documents of w.files, and has the court register it and the judge take it up.
func (w *walk) hand(ctx context.Context, t *trial, kind string, sections map[string]map[string]any) (err error) {
	if w.filing, _, err = call[filing](ctx, w.office, http.MethodPut, "/api/filings/"+newID(), map[string]any{"kind": kind, "sections": sections}); err != nil {
		return err
	}
	for _, do := range []func(context.Context) (string, error){w.uploadAll, w.readManifest, w.seal, w.checkReceipt} {
		if _, err := do(ctx); err != nil {
			return err
		}
	}
	if _, err := w.waitReceived(ctx, w.path(""), "received"); err != nil {
		return err
	}
	_, err = w.registered(ctx, t.clerk, t.judge, t.code)
	return err
}

// answered has the judge answer w's paper: who filed it sees the status that the act leads to and, of a ruling,
// the ruling.
func (w *walk) answered(ctx context.Context, t *trial, step, status string, more map[string]any) (string, error) {
	ask := map[string]any{"act": newID(), "step": step}
	for k, v := range more {
		ask[k] = v
	}
	after, _, err := call[queued](ctx, t.judge, http.MethodPost, "/api/registry/filings/"+w.filing.ID+"/acts", ask)
	if err != nil {
		return "", err
	}
	own, _, err := call[queued](ctx, w.office, http.MethodGet, w.path(""), nil)
	if err == nil && (after.Status != status || own.Status != status || (own.Ruling == nil) != (after.Ruling == nil) || own.Ruling != nil && *own.Ruling != *after.Ruling) {
		err = fmt.Errorf("%w: after %s the judge sees %+v, who filed it %+v", errAnswer, step, after, own)
	}
	return w.ticket, err
}

// hears waits for mail to w about its own paper: what the court did with it.
func (w *walk) hears(ctx context.Context, happened string) error {
	return waitForMail(ctx, w.options.Inbox, happened+", талон нөмірі "+w.ticket, []string{w.account.Email})
}

// told waits until w, a party, sees what the court did with the paper of another, has heard of it by mail and,
// of a ruling, can read it.
func (w *walk) told(ctx context.Context, c docketed, paper, status, happened string) error {
	got, err := w.waitCase(ctx, w.office, c.ID, func(c docketed) bool { return c.paper(paper).Status == status })
	if err != nil {
		return err
	}
	if err := waitForMail(ctx, w.options.Inbox, c.Number+" нөмірлі сот ісі: "+happened, []string{w.account.Email}); err != nil {
		return err
	}
	for _, r := range got.paper(paper).Rulings {
		a, err := w.office.send(ctx, http.MethodGet, "/api/cases/"+c.ID+"/papers/"+paper+"/files/"+r.ID, nil)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(a.body, []byte("%PDF-")) {
			return fmt.Errorf("%w: the ruling is %.100s", errAnswer, a.body)
		}
	}
	return nil
}

// waitCase waits until who may see a case sees it so: papers come to it when relay gets there.
func (w *walk) waitCase(ctx context.Context, o *office, id string, so func(docketed) bool) (docketed, error) {
	ctx, cancel := context.WithTimeout(ctx, noticePatience)
	defer cancel()
	for {
		c, _, err := call[docketed](ctx, o, http.MethodGet, "/api/cases/"+id, nil)
		p, ok := err.(*problem)
		switch {
		case err == nil && so(c):
			return c, nil
		case err != nil && (!ok || p.Status != http.StatusNotFound):
			return c, err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return c, fmt.Errorf("%w: case %s is %s with papers %+v after %v", errAnswer, id, c.Status, c.Papers, noticePatience)
		}
	}
}
