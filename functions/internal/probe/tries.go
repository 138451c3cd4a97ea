package probe

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/client"
	"github.com/courtoffice/courtoffice/shared/outage"
)

// lang is that of the probe's session.
const lang = "kk"

// errOwn means that the probe could not try: that says nothing about the office.
var errOwn = errors.New("probe: could not try")

// own are the refusals that are about the probe's own key and account: the office is there, and whether it
// would serve anyone else can't be seen. An operator is told (alarm probe-blind).
var own = []string{
	"not-registered", "account-disabled", "role-not-allowed", "agreement-not-accepted", "throttled", "quota",
	"certificate-revoked", "certificate-suspended", "certificate-expired", "certificate-not-yet-valid",
}

// judge says what an attempt showed.
func judge(err error) outage.Result {
	problem, refused := errors.AsType[*client.Problem](err)
	switch {
	case err == nil:
		return outage.Up
	case errors.Is(err, errOwn), refused && slices.Contains(own, problem.Slug()):
		return outage.Unknown
	case refused && problem.Slug() == "maintenance":
		return outage.Stopped
	}
	return outage.Down
}

// try tries every probe as of the minute due, one after the other, each within its time.
func (s *Service) try(ctx context.Context, due time.Time) Report {
	person := client.New(s.Office, lang)
	var (
		sign    client.Signer
		account string
		void    *client.FileclaimRequest // what drafts leaves for sending
	)
	r := Report{Results: map[string]outage.Result{}, Why: map[string]error{}}
	tries := map[string]func(context.Context) error{
		"pages":   func(ctx context.Context) error { return s.pages(ctx, due) },
		"notices": func(ctx context.Context) error { return s.notices(ctx, due) },
		"sign-in": func(ctx context.Context) (err error) {
			if sign, err = s.Key(ctx); err != nil {
				return fmt.Errorf("%w: %w", errOwn, err)
			}
			in, err := person.SignInWith(ctx, sign)
			account = in.ID
			return err
		},
		"drafts": func(ctx context.Context) (err error) {
			if r.Results["sign-in"] != outage.Up {
				return fmt.Errorf("%w: not signed in", errOwn)
			}
			void, err = drafts(ctx, person, sign, account, due)
			return err
		},
		"sending": func(ctx context.Context) error { return sending(ctx, person, draftOf(account, due), void) },
	}
	for _, p := range outage.Probes {
		within, cancel := context.WithTimeout(ctx, p.Within)
		err := tries[p.Name](within)
		cancel()
		if r.Results[p.Name] = judge(err); err != nil {
			r.Why[p.Name] = err
		}
	}
	return r
}

// most is how many bytes an answer may have.
const most = 4 << 20

// get reads an address of the office's.
func (s *Service) get(ctx context.Context, path, mediaType string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Office+path, nil)
	if err != nil {
		return nil, err
	}
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, most))
	if err != nil {
		return nil, err
	}
	if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || !strings.HasPrefix(got, mediaType) {
		return nil, fmt.Errorf("GET %s: %d %s", path, res.StatusCode, got)
	}
	return body, nil
}

// pages reads the first page in each language, and a page of a filing, which no bucket has.
func (s *Service) pages(ctx context.Context, due time.Time) error {
	if _, err := s.get(ctx, "/"+lang+"/filings/"+draftOf("", due)+"/tasks", "text/html"); err != nil {
		return err
	}
	for _, lang := range []string{"kk", "ru", "en"} {
		body, err := s.get(ctx, "/"+lang+"/", "text/html")
		if err != nil {
			return err
		}
		if !bytes.Contains(body, []byte(`lang="`+lang+`"`)) || !bytes.Contains(body, []byte("</html>")) {
			return fmt.Errorf("GET /%s/: no page in that language", lang)
		}
	}
	return nil
}

// stale is how old what is announced may be: the office writes it anew each minute.
const stale = 10 * time.Minute

// notices reads what is there for when no function answers. It is old when no schedule runs.
func (s *Service) notices(ctx context.Context, due time.Time) error {
	if _, err := s.get(ctx, "/status", "text/html"); err != nil {
		return err
	}
	body, err := s.get(ctx, "/maintenance.json", "application/json")
	if err != nil {
		return err
	}
	var announced map[string]struct {
		Now time.Time `json:"now"`
	}
	if err := json.Unmarshal(body, &announced); err != nil {
		return fmt.Errorf("GET /maintenance.json: %w", err)
	}
	if age := due.Sub(announced[lang].Now); age > stale {
		return fmt.Errorf("GET /maintenance.json: of %s ago", age)
	}
	if body, err = s.get(ctx, "/keys.json", "application/json"); err != nil {
		return err
	}
	var keys struct {
		Roots []json.RawMessage `json:"roots"`
	}
	if err := json.Unmarshal(body, &keys); err != nil {
		return fmt.Errorf("GET /keys.json: %w", err)
	}
	if len(keys.Roots) == 0 {
		return errors.New("GET /keys.json: no root of signing keys is published")
	}
	return nil
}

// What a draft says: a letter to a court that never gets it.
const (
	court  = `{"lang":"kk","region":"almaty","court":"almaty-medeu"}`
	letter = `{"subject":"Сырттан тексеру","text":%q}`
	first  = "Кабинеттің жұмысын автоматты тексеру. Жауап қажет емес."
)

// drafts does all that comes before the seal: it writes a draft, has the manifest made and signs it. Then it
// changes the text, which voids the manifest for good, reads the draft again and returns what would have
// sealed it. An hour has one draft, so that a day of them is far from the quota of an account; the next hour
// deletes it.
func drafts(ctx context.Context, person *client.Client, sign client.Signer, account string, due time.Time) (*client.FileclaimRequest, error) {
	id := draftOf(account, due)
	draft, err := person.FilingsCreate(ctx, id, client.FilingsCreateRequest{Kind: "letter", Sections: map[string]json.RawMessage{"case": json.RawMessage(court)}})
	if err != nil {
		return nil, err
	}
	save := func(version int64, text string) (client.FilingsSectionReply, error) {
		return person.FilingsSaveSection(ctx, id, "letter", client.FilingsSectionRequest{Version: version, Value: fmt.Appendf(nil, letter, text)})
	}
	saved, err := save(draft.Sections["letter"].Version, first)
	if err != nil {
		return nil, err
	}
	if draft, err = person.FilingsGet(ctx, id); err != nil {
		return nil, err
	}
	manifest, err := person.FilingsManifest(ctx, id, client.FilingsManifestRequest{Revision: draft.Revision})
	if err != nil {
		return nil, err
	}
	signature, err := sign(manifest.Document)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errOwn, err)
	}
	last := due.UTC().Format(time.RFC3339)
	if saved, err = save(saved.Version, last); err != nil {
		return nil, err
	}
	if !saved.Voided {
		return nil, errors.New("a manifest was out for signature, and a change did not void it")
	}
	if draft, err = person.FilingsGet(ctx, id); err != nil {
		return nil, err
	}
	if now := draft.Sections["letter"]; now.Version != saved.Version || !bytes.Contains(now.Value, []byte(last)) {
		return nil, fmt.Errorf("the draft was saved as version %d and is read as %d", saved.Version, now.Version)
	}
	err = person.FilingsDeleteFiling(ctx, draftOf(account, due.Add(-time.Hour)))
	if gone, ok := errors.AsType[*client.Problem](err); ok && gone.Slug() == "not-found" {
		err = nil
	}
	if err == nil {
		err = person.SigninSignOut(ctx)
	}
	return &client.FileclaimRequest{Token: manifest.Token, Signature: signature}, err
}

// draftOf is the id of an account's draft of an hour: a UUID (RFC 9562, version 8) made of both.
func draftOf(account string, at time.Time) string {
	sum := sha256.Sum256([]byte(account + " " + at.UTC().Format("2006-01-02T15")))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// sending asks the function that seals what became of a manifest by a token that nobody was given. Then it sends a good signature of a manifest that is void: the signature is verified, the
// receipt signed and the transaction of a seal tried, which refuses it. So all of a seal is tried each minute
// and no court is sent anything, nor a filing left behind that nobody may delete: what stays of a minute is
// what stays of any manifest that was withdrawn, under half a KB in the table and two objects, which all go. Without a session, void is
// nil, and the rest alone is tried.
func sending(ctx context.Context, person *client.Client, id string, void *client.FileclaimRequest) error {
	_, err := person.FileclaimOutcome(ctx, id, client.FileclaimOutcomeRequest{Token: strings.Repeat("A", 152)})
	if err = isVoid(err); err != nil || void == nil {
		return err
	}
	_, err = person.FileclaimFile(ctx, id, *void)
	return isVoid(err)
}

// isVoid is nil for the refusal of what seals nothing.
func isVoid(err error) error {
	if err == nil {
		return errors.New("what seals nothing was taken")
	}
	if refused, ok := errors.AsType[*client.Problem](err); ok && refused.Slug() == "manifest-void" {
		return nil
	}
	return err
}
