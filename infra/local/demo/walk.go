package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/gowebpki/jcs"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/receipt"
)

// password is the same in every run, so that the office knows it when the demo comes again.
const password = "алма ағашы 17 бұтақ"

// walk is one run's state, in the order the steps fill it.
type walk struct {
	options    Options
	report     *report
	office     *office
	second     *office // another device of the same person
	key        *edstest.Key
	means      string         // why the key signs in where others use their password; "" where it does not
	stranger   *edstest.Key   // of someone who never registers
	local      bool           // the office runs on the local host, whose clock can be shifted
	ahead      *time.Duration // of the office's clock before this one
	run        string         // makes this run's addresses its own
	texts      string         // where text messages are read, "" where nobody plays their service
	programKey *edstest.Key   // of whom a program acts for
	number     string         // mobile of the registration form, "" without texts
	claim      json.RawMessage
	originals  []file // the two documents
	files      []file // those of the filing at hand

	version   string // of the agreement in force
	subject   subject
	account   account
	fresh     bool // this run registered the person
	filing    filing
	manifest  toSign
	signature string
	receipt   []byte
	ticket    string
	sealed    time.Time
	receiptBy receipt.Published
}

// file is one document to upload.
type file struct {
	document
	data []byte
}

func newWalk(o Options) (*walk, error) {
	w := &walk{options: o, report: &report{out: o.Out}, office: newOffice(o.URL), key: o.Key, ahead: new(time.Duration), run: uuid.NewString()[:8]}
	var err error
	if w.key == nil {
		if w.key, err = newcomer(o.Authority); err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		if w.stranger, err = newcomer(o.Authority); err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
	}
	if w.local = o.Inbox == ""; w.local {
		w.options.Inbox = w.office.url + "/_local/mail.json"
	}
	if w.texts = textsOf(w.options.Inbox); w.texts != "" {
		w.number = freshNumber()
	}
	if w.claim, err = os.ReadFile(filepath.Join(o.Claim, "form.json")); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	for _, d := range []struct{ name, role string }{{"claim.pdf", "main_claim"}, {"contract.pdf", "evidence"}} {
		data, err := os.ReadFile(filepath.Join(o.Claim, d.name))
		if err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		w.originals = append(w.originals, newFile(d.name, d.role, data))
	}
	w.files = w.originals
	return w, nil
}

func newFile(name, role string, data []byte) file {
	return file{data: data, document: document{
		ID: newID(), Role: role, Name: name, Size: int64(len(data)), SHA256: hexSHA256(data), MediaType: "application/pdf",
	}}
}

// newID makes an id as a client does: UUIDs of version 7 sort by time.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

func hexSHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// address is an e-mail address nobody else's run has.
func (w *walk) address(name string) string { return name + "." + w.run + "@example.kz" }

// signWith signs a document as NCALayer returns it: attached, PEM.
func signWith(k *edstest.Key, content []byte) (string, error) {
	der, err := k.SignCMS(content, edstest.Attached)
	if err != nil {
		return "", err
	}
	return string(edstest.PEM(der)), nil
}

// act asks for a document, looks at it, signs it and hands the signature in.
func act[T any](ctx context.Context, o *office, k *edstest.Key, path string, ask any, extra signed) (T, answer, error) {
	var none T
	doc, _, err := call[toSign](ctx, o, http.MethodPost, path+"/document", ask)
	if err != nil {
		return none, answer{}, err
	}
	if err := readable(doc.Document); err != nil {
		return none, answer{}, err
	}
	if extra.Signature, err = signWith(k, doc.Document); err != nil {
		return none, answer{}, err
	}
	return call[T](ctx, o, http.MethodPost, path, extra)
}

// readable checks what a careful person checks before signing: the document is canonical JSON
// and says in words what it is.
func readable(doc []byte) error {
	canonical, err := jcs.Transform(doc)
	if err != nil {
		return fmt.Errorf("document to sign: %w", err)
	}
	var words struct {
		Act       string `json:"act"`
		Statement string `json:"statement"`
	}
	if err := json.Unmarshal(doc, &words); err != nil {
		return fmt.Errorf("document to sign: %w", err)
	}
	if !bytes.Equal(canonical, doc) || words.Act == "" || words.Statement == "" {
		return fmt.Errorf("document to sign is not canonical or has no statement: %.300s", doc)
	}
	return nil
}

// agreement reads the text in three languages and signs its acceptance.
func (w *walk) agreement(ctx context.Context) error {
	w.report.heading("A newcomer's path")
	hashes := map[string]string{}
	for _, lang := range []string{"kk", "ru", "en"} {
		if err := w.report.step("read the agreement, "+lang, func() (string, error) {
			a, _, err := call[agreement](ctx, w.office, http.MethodGet, "/api/agreement?lang="+lang, nil)
			if err != nil {
				return "", err
			}
			if a.InForce.Lang != lang || a.InForce.SHA256 != hexSHA256([]byte(a.InForce.Text)) {
				return "", fmt.Errorf("%w: text in %q with hash %s", errAnswer, a.InForce.Lang, a.InForce.SHA256)
			}
			w.version = a.InForce.ID
			hashes[lang] = a.InForce.SHA256
			return fmt.Sprintf("%s, %d bytes", a.InForce.ID, len(a.InForce.Text)), nil
		}); err != nil {
			return err
		}
	}
	return w.report.step("accept it with a signature", func() (string, error) {
		got, a, err := act[acceptance](ctx, w.office, w.key, "/api/agreement/acceptance", map[string]string{"agreement": w.version, "lang": "kk"}, signed{})
		if err != nil {
			return "", err
		}
		if got.SHA256 != hashes["kk"] || got.Agreement != w.version {
			return "", fmt.Errorf("%w: accepted %s %s", errAnswer, got.Agreement, got.SHA256)
		}
		w.subject = got.Subject
		w.subject.Role = ""
		return fmt.Sprintf("%d, %s %s", a.status, got.Subject.Kind, got.Subject.Name), nil
	})
}

func (w *walk) form() form {
	return form{
		Agreement: w.version, Subject: w.subject, Email: w.address("talapker"), Mobile: w.number, Lang: "kk", Declaration: true,
		NotificationContacts: []contact{{Name: "Сенімді өкіл", Email: w.address("okil"), Lang: "ru"}},
	}
}

func (w *walk) register(ctx context.Context) error {
	if err := w.report.step("register with a signed form and a password", func() (string, error) {
		got, a, err := act[account](ctx, w.office, w.key, "/api/registration", map[string]any{"form": w.form()}, signed{Password: password})
		if err != nil {
			return "", err
		}
		w.account, w.fresh = got, a.status == http.StatusCreated
		switch {
		case w.office.cookie == "":
			return "", fmt.Errorf("%w: no session", errAnswer)
		case w.fresh && got.Email != w.address("talapker"):
			return "", fmt.Errorf("%w: registered with %s", errAnswer, got.Email)
		case w.fresh:
			return "new account " + got.ID, nil
		}
		return "already registered, signed in to " + got.ID, nil
	}); err != nil {
		return err
	}
	return w.report.step("register again: signed in to the same account", func() (string, error) {
		got, a, err := act[account](ctx, w.office, w.key, "/api/registration", map[string]any{"form": w.form()}, signed{Password: password})
		if err == nil && (a.status != http.StatusOK || got.ID != w.account.ID || got.Email != w.account.Email) {
			err = fmt.Errorf("%w: %d, account %s", errAnswer, a.status, got.ID)
		}
		return "", err
	})
}

// signIn leaves and comes back, by signature and by password, and stays signed in.
func (w *walk) signIn(ctx context.Context) error {
	if err := w.report.step("sign out", func() (string, error) { return "", w.signOut(ctx) }); err != nil {
		return err
	}
	if err := w.report.step("sign in by signature", func() (string, error) {
		got, _, err := act[account](ctx, w.office, w.key, "/api/sign-in", map[string]string{"lang": "kk"}, signed{})
		if err == nil && got.ID != w.account.ID {
			err = fmt.Errorf("%w: account %s", errAnswer, got.ID)
		}
		return "", err
	}); err != nil {
		return err
	}
	if !w.fresh {
		return nil // the password is whatever was set at registration
	}
	return w.report.step("sign out and in again by password", func() (string, error) {
		if err := w.signOut(ctx); err != nil {
			return "", err
		}
		got, err := w.byPassword(ctx)
		if err == nil && got.ID != w.account.ID {
			err = fmt.Errorf("%w: account %s", errAnswer, got.ID)
		}
		return w.means, err
	})
}

// byPassword signs in by password, which is a person's, also for a company. The NCA's test persons have
// numbers that are laid out as a company's, which nobody's are: they sign in by signature.
func (w *walk) byPassword(ctx context.Context) (account, error) {
	person, err := holder(w.key)
	if err != nil {
		return account{}, err
	}
	who := map[string]string{"number": person.IIN, "password": password}
	if w.subject.Kind == "legal" {
		who["number"], who["person"] = w.subject.BIN, person.IIN
	} else if kzid.LooksLikeBIN(person.IIN) {
		w.means = "by signature: no password opens a number like this"
		got, _, err := act[account](ctx, w.office, w.key, "/api/sign-in", map[string]string{"lang": "kk"}, signed{})
		return got, err
	}
	got, _, err := call[account](ctx, w.office, http.MethodPost, "/api/sign-in/password", who)
	return got, err
}

func (w *walk) signOut(ctx context.Context) error {
	if _, err := w.office.send(ctx, http.MethodDelete, "/api/session", nil); err != nil {
		return err
	}
	_, err := w.office.send(ctx, http.MethodGet, "/api/session", nil)
	return expect(err, http.StatusUnauthorized, "unauthenticated")
}

// file creates a claim, uploads its documents, signs and seals it and checks the receipt.
func (w *walk) file(ctx context.Context) error {
	for _, s := range []struct {
		what string
		do   func(context.Context) (string, error)
	}{
		{"write a claim", w.draft},
		{"upload two documents straight to S3", w.uploadAll},
		{"ask for the manifest and read it", w.readManifest},
		{"sign the manifest and seal the filing", w.seal},
		{"check the receipt with the office's published key", w.checkReceipt},
		{"seal again: the same receipt, byte for byte", w.sealAgain},
		{"see the filing sent, in its own page and in the list", w.seeSent},
	} {
		if err := w.report.step(s.what, func() (string, error) { return s.do(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) path(rest string) string { return "/api/filings/" + w.filing.ID + rest }

func (w *walk) draft(ctx context.Context) (string, error) {
	w.filing.ID = newID()
	f, _, err := call[filing](ctx, w.office, http.MethodPut, w.path(""), map[string]any{"kind": "claim", "sections": w.claim})
	w.filing = f
	return "filing " + f.ID, err
}

func (w *walk) uploadAll(ctx context.Context) (string, error) {
	total := 0
	for _, f := range w.files {
		g, err := w.grant(ctx, f)
		if err != nil {
			return "", err
		}
		status, err := w.office.upload(ctx, g, f.data)
		if err != nil || status != http.StatusOK && status != http.StatusPreconditionFailed {
			return "", fmt.Errorf("%w from S3 for %s: %d, %v", errAnswer, f.Name, status, err)
		}
		total += len(f.data)
	}
	got, _, err := call[filing](ctx, w.office, http.MethodGet, w.path(""), nil)
	if err != nil {
		return "", err
	}
	if len(got.Documents) != len(w.files) {
		return "", fmt.Errorf("%w: %d documents", errAnswer, len(got.Documents))
	}
	w.filing = got
	return fmt.Sprintf("%d bytes", total), nil
}

func (w *walk) grant(ctx context.Context, f file) (grant, error) {
	version := 0
	for _, d := range w.filing.Documents {
		if d.ID == f.ID {
			version = d.Version
		}
	}
	g, _, err := call[grant](ctx, w.office, http.MethodPut, w.path("/documents/"+f.ID), map[string]any{
		"version": version, "role": f.Role, "name": f.Name, "size": f.Size, "sha256": f.SHA256, "mediaType": f.MediaType,
	})
	return g, err
}

// askManifest asks for the manifest of the filing as it is now.
func (w *walk) askManifest(ctx context.Context) (toSign, error) {
	var err error
	if w.filing, _, err = call[filing](ctx, w.office, http.MethodGet, w.path(""), nil); err != nil {
		return toSign{}, err
	}
	m, _, err := call[toSign](ctx, w.office, http.MethodPost, w.path("/manifest"), map[string]int{"revision": w.filing.Revision})
	return m, err
}

// readManifest checks that what is to be signed names exactly this claim and these documents.
func (w *walk) readManifest(ctx context.Context) (string, error) {
	var err error
	if w.manifest, err = w.askManifest(ctx); err != nil {
		return "", err
	}
	if err := readable(w.manifest.Document); err != nil {
		return "", err
	}
	var got struct {
		Filing struct {
			ID        string     `json:"id"`
			Kind      string     `json:"kind"`
			Agreement string     `json:"agreement"`
			CourtCode string     `json:"courtCode"`
			Documents []document `json:"documents"`
			Form      struct {
				SHA256 string `json:"sha256"`
			} `json:"form"`
		} `json:"filing"`
	}
	if err := json.Unmarshal(w.manifest.Document, &got); err != nil {
		return "", err
	}
	form, err := w.filing.form()
	if err != nil {
		return "", err
	}
	m := got.Filing
	switch {
	case w.manifest.SHA256 != hexSHA256(w.manifest.Document):
		return "", fmt.Errorf("%w: the manifest's hash is not its own", errAnswer)
	case m.ID != w.filing.ID || m.Kind != w.filing.Kind || m.Agreement != w.version || m.CourtCode != w.filing.CourtCode || m.CourtCode == "":
		return "", fmt.Errorf("%w: the manifest is about something else: %s", errAnswer, w.manifest.Document)
	case m.Form.SHA256 != hexSHA256(form):
		return "", fmt.Errorf("%w: the manifest's form hash %s is not the claim's %s", errAnswer, m.Form.SHA256, hexSHA256(form))
	case len(m.Documents) != len(w.files):
		return "", fmt.Errorf("%w: %d documents in the manifest", errAnswer, len(m.Documents))
	}
	for i, f := range w.files {
		if m.Documents[i] != f.document {
			return "", fmt.Errorf("%w: document %d of the manifest is %+v", errAnswer, i, m.Documents[i])
		}
	}
	return fmt.Sprintf("%d bytes to sign", len(w.manifest.Document)), nil
}

func (w *walk) seal(ctx context.Context) (string, error) {
	var err error
	if w.signature, err = signWith(w.key, w.manifest.Document); err != nil {
		return "", err
	}
	a, err := w.office.send(ctx, http.MethodPost, w.path("/seal"), signed{Token: w.manifest.Token, Signature: w.signature})
	if err != nil {
		return "", err
	}
	if a.status != http.StatusCreated {
		return "", fmt.Errorf("%w: %d", errAnswer, a.status)
	}
	w.receipt, w.sealed = a.body, time.Now().Add(*w.ahead)
	return fmt.Sprintf("receipt in %.1f ms", ms(a.took)), nil
}

// checkReceipt holds the receipt against what this program did, with the keys the office
// publishes. Somebody who only has the receipt's file can do the same.
func (w *walk) checkReceipt(ctx context.Context) (string, error) {
	var err error
	if w.receiptBy, err = ReceiptKeys(ctx, w.office.url); err != nil {
		return "", err
	}
	r, err := receipt.Verify(w.receiptBy, w.receipt)
	if err != nil {
		return "", err
	}
	w.ticket = r.TicketNo
	sent, err := time.Parse(time.RFC3339, r.SentAt)
	if err != nil {
		return "", fmt.Errorf("sentAt: %w", err)
	}
	number := w.subject.IIN
	if w.subject.Kind == "legal" {
		number = w.subject.BIN
	}
	switch {
	case r.FilingID != w.filing.ID, r.ManifestSHA256 != w.manifest.SHA256, r.Agreement != w.version, r.TicketNo == "":
		return "", fmt.Errorf("%w: receipt is about something else: %s", errAnswer, w.receipt)
	case w.sealed.Sub(sent).Abs() > 10*time.Second:
		return "", fmt.Errorf("%w: sent at %s by the receipt, at %s by this clock", errAnswer, r.SentAt, w.sealed)
	case len(r.Signers) != 1 || r.Signers[0].JudgedAt != r.SentAt:
		return "", fmt.Errorf("%w: receipt names signers %+v", errAnswer, r.Signers)
	case r.Signers[0].Name != w.subject.Name || strings.Contains(r.Signers[0].Number, number) || !strings.HasSuffix(r.Signers[0].Number, number[8:]):
		return "", fmt.Errorf("%w: receipt names signer %+v", errAnswer, r.Signers[0])
	}
	forged := bytes.Replace(w.receipt, []byte(r.SentAt), []byte("2020"+r.SentAt[4:]), 1)
	if _, err := receipt.Verify(w.receiptBy, forged); err == nil {
		return "", fmt.Errorf("%w: a receipt with another instant passed", errAnswer)
	}
	return fmt.Sprintf("ticket %s, sent %s, revocation %s", r.TicketNo, r.SentAt, r.Signers[0].Revocation.Status), nil
}

func (w *walk) sealAgain(ctx context.Context) (string, error) {
	again, err := w.office.send(ctx, http.MethodPost, w.path("/seal"), signed{Token: w.manifest.Token, Signature: w.signature})
	if err != nil {
		return "", err
	}
	if again.status != http.StatusOK || !bytes.Equal(again.body, w.receipt) {
		return "", fmt.Errorf("%w: %d %.300s", errAnswer, again.status, again.body)
	}
	stored, err := w.office.send(ctx, http.MethodGet, w.path("/receipt"), nil)
	if err == nil && !bytes.Equal(stored.body, w.receipt) {
		err = fmt.Errorf("%w: stored receipt differs", errAnswer)
	}
	return "", err
}

func (w *walk) seeSent(ctx context.Context) (string, error) {
	own, _, err := call[filing](ctx, w.office, http.MethodGet, w.path(""), nil)
	if err != nil {
		return "", err
	}
	if own.Status != "sent" && own.Status != "received" || own.TicketNo != w.ticket { // verified by now, or about to be
		return "", fmt.Errorf("%w: status %s, ticket %s", errAnswer, own.Status, own.TicketNo)
	}
	list, _, err := call[struct {
		Filings []filing `json:"filings"`
	}](ctx, w.office, http.MethodGet, "/api/filings", nil)
	if err != nil {
		return "", err
	}
	for _, f := range list.Filings {
		if f.ID == w.filing.ID && f.TicketNo == w.ticket {
			var events []string
			for _, e := range own.Events {
				events = append(events, e.Type)
			}
			return strings.Join(events, ", "), nil
		}
	}
	return "", fmt.Errorf("%w: the list lacks the filing", errAnswer)
}

// notices finds the mail to the account and the copy for the representative who agreed.
func (w *walk) notices(ctx context.Context) error {
	recipients := []string{w.account.Email}
	if w.fresh {
		recipients = append(recipients, w.address("okil"))
	}
	return w.report.step("find the notices in the inbox", func() (string, error) {
		err := waitForMail(ctx, w.options.Inbox, w.ticket, recipients)
		return fmt.Sprintf("%s, %.1f s after the seal", strings.Join(recipients, " and "), time.Since(w.sealed).Seconds()), err
	})
}

// others has people with other kinds of key sign.
func (w *walk) others(ctx context.Context) error {
	return w.report.step("an RSA key, a head and an employee with the right to sign accept", func() (string, error) {
		for _, name := range []string{"individual-rsa", "head", "signright"} {
			if err := w.accept(ctx, w.options.Keys[name]); err != nil {
				return "", fmt.Errorf("%s: %w", name, err)
			}
		}
		return "", nil
	})
}

// expect reports an error unless err is the problem with that slug and status. status 0 is any.
func expect(err error, status int, slug string) error {
	p, ok := err.(*problem)
	switch {
	case err == nil:
		return fmt.Errorf("%w: accepted, want %s", errAnswer, slug)
	case !ok:
		return err
	case p.slug() != slug || status != 0 && p.Status != status:
		return fmt.Errorf("%w: %v, want %s", errAnswer, p, slug)
	}
	for _, text := range []string{p.Title, p.Detail, p.Next} {
		if text == "" || strings.HasPrefix(text, "problem.") {
			return fmt.Errorf("%w: %s without words for people: %+v", errAnswer, slug, p)
		}
	}
	return nil
}
