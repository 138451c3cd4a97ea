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
	person, account := client.New(s.Office, lang), ""
	r := Report{Results: map[string]outage.Result{}, Why: map[string]error{}}
	tries := map[string]func(context.Context) error{
		"pages":   s.pages,
		"notices": func(ctx context.Context) error { return s.notices(ctx, due) },
		"sign-in": func(ctx context.Context) (err error) {
			account, err = s.signIn(ctx, person)
			return err
		},
		"drafts": func(ctx context.Context) error {
			if r.Results["sign-in"] != outage.Up {
				return fmt.Errorf("%w: not signed in", errOwn)
			}
			return drafts(ctx, person, account, due)
		},
		"sending": func(ctx context.Context) error { return sending(ctx, person, due) },
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

// pages reads the first page in each language.
func (s *Service) pages(ctx context.Context) error {
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
	return nil
}

// signIn opens a session with the probe's key and returns its account.
func (s *Service) signIn(ctx context.Context, person *client.Client) (account string, err error) {
	sign, err := s.Key(ctx)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errOwn, err)
	}
	in, err := person.SignInWith(ctx, sign)
	return in.ID, err
}

// drafts saves a text in a draft and reads it again, then ends the session. An hour has one draft, so that a
// day of them is far from the quota of an account; the next hour deletes it.
func drafts(ctx context.Context, person *client.Client, account string, due time.Time) error {
	id, text := draftOf(account, due), due.UTC().Format(time.RFC3339)
	draft, err := person.FilingsCreate(ctx, id, client.FilingsCreateRequest{Kind: "letter"})
	if err != nil {
		return err
	}
	value, err := json.Marshal(map[string]string{"subject": "Сырттан тексеру", "text": text})
	if err != nil {
		return err
	}
	saved, err := person.FilingsSaveSection(ctx, id, "letter", client.FilingsSectionRequest{Version: draft.Sections["letter"].Version, Value: value})
	if err != nil {
		return err
	}
	read, err := person.FilingsGet(ctx, id)
	if err != nil {
		return err
	}
	if now := read.Sections["letter"]; now.Version != saved.Version || !bytes.Contains(now.Value, []byte(text)) {
		return fmt.Errorf("the draft was saved as version %d and is read as %d", saved.Version, now.Version)
	}
	err = person.FilingsDeleteFiling(ctx, draftOf(account, due.Add(-time.Hour)))
	if gone, ok := errors.AsType[*client.Problem](err); ok && gone.Slug() == "not-found" {
		err = nil
	}
	if err != nil {
		return err
	}
	return person.SigninSignOut(ctx)
}

// draftOf is the id of an account's draft of an hour: a UUID (RFC 9562, version 8) made of both.
func draftOf(account string, at time.Time) string {
	sum := sha256.Sum256([]byte(account + " " + at.UTC().Format("2006-01-02T15")))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// sending asks the function that seals what only it can say: which keys sign receipts, and what became of a
// manifest by a token that nobody was given. That leaves out the seal itself, which would leave a filing
// behind each minute that nobody may delete.
func sending(ctx context.Context, person *client.Client, due time.Time) error {
	keys, err := person.FileclaimPublicKeys(ctx)
	if err != nil {
		return err
	}
	if len(keys.Roots) == 0 {
		return errors.New("no root of signing keys is published")
	}
	_, err = person.FileclaimOutcome(ctx, draftOf("", due), client.FileclaimOutcomeRequest{Token: strings.Repeat("A", 152)})
	if refused, ok := errors.AsType[*client.Problem](err); ok && refused.Slug() == "manifest-void" {
		return nil
	}
	if err == nil {
		return errors.New("a token that nobody was given was taken")
	}
	return err
}
