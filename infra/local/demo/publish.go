package demo

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
)

// Publish has two newcomers become administrators and publish version id of the agreement, whose
// texts lie in testdata/agreement. Just before its approval, prepare is called with the id of an
// account that a third newcomer registered. o needs URL, Claim and Authority; the office must run on
// the local host.
func Publish(ctx context.Context, o Options, id string, prepare func(accountID string) error) error {
	w, err := newWalk(o)
	if err != nil {
		return err
	}
	a, _, err := call[agreement](ctx, w.office, http.MethodGet, "/api/agreement?lang=kk", nil)
	if err != nil {
		return err
	}
	w.version = a.InForce.ID
	if err := w.accept(ctx, w.key); err != nil {
		return err
	}
	f := w.form()
	if f.Subject, err = holder(w.key); err != nil {
		return err
	}
	user, _, err := act[account](ctx, w.office, w.key, "/api/registration", map[string]any{"form": f}, signed{Password: password})
	if err != nil {
		return err
	}
	s := &stop{walk: w, mail: w.address("akimshi")}
	if _, err := s.administrators(ctx); err != nil {
		return err
	}
	approval, err := w.propose(ctx, s.author, id)
	if err != nil {
		return err
	}
	if err := prepare(user.ID); err != nil {
		return err
	}
	_, err = s.second.send(ctx, http.MethodPost, "/api/admin/agreements/"+id+"/approval", approval)
	return err
}

// propose has an administrator propose version id, and returns what another one approves it with.
func (w *walk) propose(ctx context.Context, by *office, id string) (approval map[string]string, err error) {
	texts := map[string]string{}
	for _, lang := range []string{"kk", "ru", "en"} {
		text, err := os.ReadFile(filepath.Join(w.options.Claim, "..", "..", "agreement", id, lang+".md"))
		if err != nil {
			return nil, err
		}
		texts[lang] = string(text)
	}
	p, _, err := call[proposal](ctx, by, http.MethodPost, "/api/admin/agreements", map[string]any{"id": id, "texts": texts, "reason": reason})
	return map[string]string{"digest": p.Digest, "reason": reason}, err
}
