package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
)

// refusal is one bad input and the problem the office must answer with.
type refusal struct {
	what string
	slug string
	try  func(ctx context.Context) error
}

// refusals hands in what must be refused, each with its own problem type, and sees that nothing
// of it was kept. The walk is signed in.
func (w *walk) refusals(ctx context.Context) error {
	w.report.heading("What the office must refuse")
	for _, list := range [][]refusal{w.badRequests(), w.badSignatures(), w.badForms(), w.badFilings()} {
		for _, r := range list {
			if r.slug == "challenge-expired" && !w.local {
				continue // only the local host's clock can be moved
			}
			if err := w.report.step(r.what, func() (string, error) {
				return r.slug, expect(r.try(ctx), 0, r.slug)
			}); err != nil {
				return err
			}
		}
	}
	return w.report.step("nothing of it was kept", func() (string, error) { return w.unchanged(ctx) })
}

// post hands body in without the walk's session.
func (w *walk) post(ctx context.Context, path string, body any) error {
	_, err := newOffice(w.office.url).send(ctx, http.MethodPost, path, body)
	return err
}

func (w *walk) badRequests() []refusal {
	return []refusal{
		{"malformed JSON", "malformed-json", func(ctx context.Context) error {
			return w.post(ctx, "/api/sign-in", []byte(`{"signature":`))
		}},
		{"an unknown field", "unknown-field", func(ctx context.Context) error {
			return w.post(ctx, "/api/sign-in", []byte(`{"signature":"","admin":true}`))
		}},
		{"a body of more than a megabyte", "body-too-large", func(ctx context.Context) error {
			return w.post(ctx, "/api/sign-in", signed{Signature: strings.Repeat("A", 2<<20)})
		}},
		{"a signature that is not base64", "malformed-base64", func(ctx context.Context) error {
			return w.post(ctx, "/api/sign-in", signed{Signature: "қолтаңба"})
		}},
		{"base64 that is not a CMS", "malformed-signature", func(ctx context.Context) error {
			return w.post(ctx, "/api/sign-in", signed{Signature: "AAAAAAAA"})
		}},
		{"reading filings without a session", "unauthenticated", func(ctx context.Context) error {
			_, err := newOffice(w.office.url).send(ctx, http.MethodGet, "/api/filings", nil)
			return err
		}},
		{"a wrong password", "wrong-credentials", func(ctx context.Context) error {
			return w.post(ctx, "/api/sign-in/password", map[string]string{"number": w.subject.number(), "password": "not the password"})
		}},
	}
}

// signInWith signs a sign-in document with k, changes the CMS and hands it in.
func (w *walk) signInWith(ctx context.Context, k *edstest.Key, change func(doc, cms []byte) []byte) error {
	o := newOffice(w.office.url)
	doc, _, err := call[toSign](ctx, o, http.MethodPost, "/api/sign-in/document", map[string]string{"lang": "kk"})
	if err != nil {
		return err
	}
	cms, err := k.SignCMS(doc.Document, edstest.Attached)
	if err != nil {
		return err
	}
	if change != nil {
		cms = change(doc.Document, cms)
	}
	return w.post(ctx, "/api/sign-in", signed{Signature: string(edstest.PEM(cms))})
}

// accept signs the agreement's acceptance with k, without the walk's session.
func (w *walk) accept(ctx context.Context, k *edstest.Key) error {
	_, _, err := act[acceptance](ctx, newOffice(w.office.url), k, "/api/agreement/acceptance", map[string]string{"agreement": w.version, "lang": "kk"}, signed{})
	return err
}

// enrol signs a registration form with k, without the walk's session. change spoils the form.
func (w *walk) enrol(ctx context.Context, k *edstest.Key, password string, change func(*form)) error {
	f := w.form()
	var err error
	if f.Subject, err = holder(k); err != nil {
		return err
	}
	if change != nil {
		change(&f)
	}
	_, _, err = act[account](ctx, newOffice(w.office.url), k, "/api/registration", map[string]any{"form": f}, signed{Password: password})
	return err
}

func (w *walk) badSignatures() []refusal {
	list := []refusal{
		{"a CMS without any signature", "unsigned", func(ctx context.Context) error {
			return w.signInWith(ctx, w.key, func(doc, _ []byte) []byte { return edstest.Message{Content: doc}.Marshal() })
		}},
		{"content changed after signing: no document of the office", "challenge-invalid", func(ctx context.Context) error {
			return w.signInWith(ctx, w.key, func(doc, cms []byte) []byte {
				changed := bytes.Replace(doc, []byte(`"lang":"kk"`), []byte(`"lang":"ru"`), 1)
				return bytes.Replace(cms, doc, changed, 1)
			})
		}},
		{"a signature by another key than the certificate's", "signature-invalid", func(ctx context.Context) error {
			return w.signInWith(ctx, w.key, func(_, cms []byte) []byte {
				cms[len(cms)-1] ^= 1 // the signature value ends the message
				return cms
			})
		}},
	}
	for _, c := range []struct{ key, slug string }{
		{"revoked", "certificate-revoked"},
		{"suspended", "certificate-suspended"},
		{"expired", "certificate-expired"},
		{"not-yet-valid", "certificate-not-yet-valid"},
		{"untrusted", "certificate-untrusted"},
		{"auth-only", "certificate-not-for-signing"},
	} {
		list = append(list, refusal{"a signature of the key " + c.key, c.slug, func(ctx context.Context) error {
			return w.accept(ctx, w.options.Keys[c.key])
		}})
	}
	return append(list,
		refusal{"a sign-in signature handed in twice", "challenge-used", func(ctx context.Context) error {
			doc, _, err := call[toSign](ctx, w.office, http.MethodPost, "/api/sign-in/document", map[string]string{"lang": "kk"})
			if err != nil {
				return err
			}
			signature, err := signWith(w.key, doc.Document)
			if err != nil {
				return err
			}
			if err := w.post(ctx, "/api/sign-in", signed{Signature: signature}); err != nil {
				return fmt.Errorf("the first time: %w", err)
			}
			return w.post(ctx, "/api/sign-in", signed{Signature: signature})
		}},
		refusal{"a challenge the office never gave", "challenge-invalid", func(ctx context.Context) error {
			doc, _, err := call[toSign](ctx, w.office, http.MethodPost, "/api/sign-in/document", map[string]string{"lang": "kk"})
			if err != nil {
				return err
			}
			signature, err := signWith(w.key, forgeChallenge(doc.Document))
			if err != nil {
				return err
			}
			return w.post(ctx, "/api/sign-in", signed{Signature: signature})
		}},
		refusal{"a signature that comes after five minutes", "challenge-expired", func(ctx context.Context) error {
			doc, _, err := call[toSign](ctx, w.office, http.MethodPost, "/api/sign-in/document", map[string]string{"lang": "kk"})
			if err != nil {
				return err
			}
			signature, err := signWith(w.key, doc.Document)
			if err != nil {
				return err
			}
			return w.later(ctx, 6*time.Minute, func() error { return w.post(ctx, "/api/sign-in", signed{Signature: signature}) })
		}},
		refusal{"a sign-in signature used to accept the agreement", "challenge-invalid", func(ctx context.Context) error {
			doc, _, err := call[toSign](ctx, w.office, http.MethodPost, "/api/sign-in/document", map[string]string{"lang": "kk"})
			if err != nil {
				return err
			}
			signature, err := signWith(w.key, doc.Document)
			if err != nil {
				return err
			}
			return w.post(ctx, "/api/agreement/acceptance", signed{Signature: signature})
		}},
		refusal{"signing in with a key that never registered", "not-registered", func(ctx context.Context) error {
			return w.signInWith(ctx, w.stranger, nil)
		}},
	)
}

// later runs f with the office's clock ahead by d.
func (w *walk) later(ctx context.Context, d time.Duration, f func() error) error {
	if err := w.shift(ctx, d); err != nil {
		return err
	}
	err := f()
	if back := w.shift(ctx, 0); back != nil {
		return back
	}
	return err
}

// shift puts the office's clock ahead of the machine's by d.
func (w *walk) shift(ctx context.Context, d time.Duration) error {
	if err := w.post(ctx, "/_local/shift", map[string]string{"shift": d.String()}); err != nil {
		return fmt.Errorf("shift the office's clock by %v: %w", d, err)
	}
	*w.ahead = d
	return nil
}

// forgeChallenge changes one character in the middle of a document's challenge.
func forgeChallenge(doc []byte) []byte {
	const member = `"challenge":"`
	at := bytes.Index(doc, []byte(member)) + len(member) + 20
	forged := bytes.Clone(doc)
	forged[at] = map[bool]byte{true: 'B', false: 'A'}[forged[at] == 'A']
	return forged
}

func (w *walk) badForms() []refusal {
	stranger := w.stranger
	return []refusal{
		{"an agreement version that is not in force", "agreement-not-in-force", func(ctx context.Context) error {
			return w.post(ctx, "/api/agreement/acceptance/document", map[string]string{"agreement": "v999", "lang": "kk"})
		}},
		{"an employee without the right to sign accepts for the company", "role-not-allowed", func(ctx context.Context) error {
			return w.accept(ctx, w.options.Keys["employee"])
		}},
		{"a form with a bad address and no declaration", "invalid-fields", func(ctx context.Context) error {
			return w.enrol(ctx, stranger, password, func(f *form) { f.Email, f.Declaration = "not an address", false })
		}},
		{"a form about someone else than the signer", "certificate-mismatch", func(ctx context.Context) error {
			return w.enrol(ctx, stranger, password, func(f *form) { f.Subject.Name = "БАСҚА АДАМ" })
		}},
		{"a weak password", "password-weak", func(ctx context.Context) error {
			return w.enrol(ctx, stranger, "password1234", nil)
		}},
		{"registering without having accepted the agreement", "agreement-not-accepted", func(ctx context.Context) error {
			return w.enrol(ctx, stranger, password, nil)
		}},
	}
}

func (w *walk) badFilings() []refusal {
	sent, original := w.filing, w.originals[0]
	var first toSign // manifest of a filing that is changed afterwards
	put := func(ctx context.Context, version int, breach string) error {
		_, err := w.office.send(ctx, http.MethodPut, w.path("/sections/circumstances"), map[string]any{
			"version": version, "value": map[string]any{"breach": map[string]string{"text": breach}, "facts": map[string]string{"text": "Мән-жайлар."}},
		})
		return err
	}
	sealWith := func(ctx context.Context, k *edstest.Key, doc []byte) error {
		signature, err := signWith(k, doc)
		if err != nil {
			return err
		}
		_, err = w.office.send(ctx, http.MethodPost, w.path("/seal"), signed{Token: first.Token, Signature: signature})
		return err
	}
	replace := func(ctx context.Context, data []byte) error {
		f := newFile(original.Name, original.Role, data)
		f.ID = w.files[0].ID
		w.files = []file{f}
		_, err := w.uploadAll(ctx)
		return err
	}
	return []refusal{
		{"editing a filing that was sent", "already-sealed", func(ctx context.Context) error {
			w.filing = sent
			return put(ctx, 1, "Түзетілген.")
		}},
		{"somebody else's filing", "not-found", func(ctx context.Context) error {
			_, err := w.office.send(ctx, http.MethodGet, "/api/filings/"+newID(), nil)
			return err
		}},
		{"a manifest of an incomplete claim", "filing-incomplete", func(ctx context.Context) error {
			w.filing = filing{ID: newID()}
			if _, err := w.office.send(ctx, http.MethodPut, w.path(""), map[string]any{"kind": "claim", "sections": map[string]any{}}); err != nil {
				return fmt.Errorf("draft: %w", err)
			}
			_, err := w.askManifest(ctx)
			return err
		}},
		{"an edit of an older version", "version-conflict", func(ctx context.Context) error {
			if _, err := w.draft(ctx); err != nil {
				return fmt.Errorf("draft: %w", err)
			}
			if err := put(ctx, 1, "Түзетілген."); err != nil {
				return fmt.Errorf("edit: %w", err)
			}
			return put(ctx, 1, "Басқаша түзетілген.")
		}},
		{"a manifest when S3 refused other bytes than announced", "filing-incomplete", func(ctx context.Context) error {
			w.files = []file{newFile(original.Name, original.Role, original.data)}
			g, err := w.grant(ctx, w.files[0])
			if err != nil {
				return fmt.Errorf("grant: %w", err)
			}
			other := bytes.Clone(original.data)
			other[len(other)-1] ^= 1
			status, err := w.office.upload(ctx, g, other)
			if err != nil {
				return err
			}
			if status < 400 {
				return fmt.Errorf("%w: S3 took bytes with another hash: %d", errAnswer, status)
			}
			_, err = w.askManifest(ctx)
			return err
		}},
		{"a manifest signed by someone else than the claimant", "wrong-signer", func(ctx context.Context) error {
			if _, err := w.uploadAll(ctx); err != nil {
				return fmt.Errorf("upload: %w", err)
			}
			if _, err := w.readManifest(ctx); err != nil {
				return fmt.Errorf("manifest: %w", err)
			}
			first = w.manifest
			return sealWith(ctx, w.options.Keys["head"], first.Document)
		}},
		{"a manifest the office did not make", "manifest-void", func(ctx context.Context) error {
			form, err := w.filing.form()
			if err != nil {
				return err
			}
			return sealWith(ctx, w.key, bytes.Replace(first.Document, []byte(hexSHA256(form)), []byte(hexSHA256(nil)), 1))
		}},
		{"a document replaced after the manifest", "manifest-void", func(ctx context.Context) error {
			if err := replace(ctx, append(bytes.Clone(original.data), '\n')); err != nil {
				return fmt.Errorf("replace: %w", err)
			}
			return sealWith(ctx, w.key, first.Document)
		}},
		{"a claim edited after the manifest", "manifest-void", func(ctx context.Context) error {
			if err := replace(ctx, original.data); err != nil {
				return fmt.Errorf("replace: %w", err)
			}
			return sealWith(ctx, w.key, first.Document)
		}},
		{"another seal of a filing sealed ten times at once", "already-sealed", func(ctx context.Context) error {
			if err := put(ctx, 2, "Тағы да түзетілген."); err != nil {
				return fmt.Errorf("edit: %w", err)
			}
			if _, err := w.readManifest(ctx); err != nil {
				return fmt.Errorf("manifest: %w", err)
			}
			if err := w.sealAtOnce(ctx); err != nil {
				return fmt.Errorf("the right seal: %w", err)
			}
			return sealWith(ctx, w.key, first.Document)
		}},
	}
}

// sealAtOnce hands one signed manifest in ten times at the same moment, without a session: one
// of them seals, and all get its receipt.
func (w *walk) sealAtOnce(ctx context.Context) error {
	signature, err := signWith(w.key, w.manifest.Document)
	if err != nil {
		return err
	}
	const n = 10
	var answers [n]answer
	var errs [n]error
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			answers[i], errs[i] = newOffice(w.office.url).send(ctx, http.MethodPost, w.path("/seal"), signed{Token: w.manifest.Token, Signature: signature})
		})
	}
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	first := 0
	for _, a := range answers {
		if a.status == http.StatusCreated {
			first++
		}
		if !bytes.Equal(a.body, answers[0].body) {
			return fmt.Errorf("%w: two receipts for one filing", errAnswer)
		}
	}
	if first != 1 {
		return fmt.Errorf("%w: %d of %d seals at once were the first", errAnswer, first, n)
	}
	return nil
}

// unchanged reads back what the refusals could have spoilt.
func (w *walk) unchanged(ctx context.Context) (string, error) {
	got, _, err := call[account](ctx, w.office, http.MethodGet, "/api/session", nil)
	if err != nil {
		return "", err
	}
	if got.Email != w.account.Email || got.Name != w.subject.Name {
		return "", fmt.Errorf("%w: the account is now %+v", errAnswer, got)
	}
	list, _, err := call[struct {
		Filings []json.RawMessage `json:"filings"`
	}](ctx, w.office, http.MethodGet, "/api/filings", nil)
	return fmt.Sprintf("account as registered, filings: %d", len(list.Filings)), err
}
