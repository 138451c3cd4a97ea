// Package acceptagreement shows the user agreement and records who accepted it (agreement, 1.3,
// 1.4 and 2).
//
// An acceptance names the version, the language and the hash of the text, and is signed with the
// person's EDS: it can be checked without our database. Read Service.Accept first.
package acceptagreement

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/entry"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Service serves the agreement's routes.
type Service struct {
	Acts          signer.Acts
	Acceptances   *store.Acceptances
	Registrations *store.Registrations
	Agreements    Agreements
	IndexKey      []byte // 32 bytes
}

// Agreements holds the published versions.
type Agreements interface {
	// Agreements may be a few minutes old, FreshAgreements is not. Neither holds the texts.
	Agreements(ctx context.Context, at time.Time) ([]agreement.Version, error)
	FreshAgreements(ctx context.Context, at time.Time) ([]agreement.Version, error)
	// AgreementText fails with agreement.ErrNotInForce for an unknown version.
	AgreementText(ctx context.Context, id string, lang locale.Lang) (agreement.Text, error)
}

// Current is the agreement as it stands.
type Current struct {
	InForce Edition  `json:"inForce"`
	Coming  *Edition `json:"coming"` // published, not yet in force; or null
}

// Edition is one version in one language.
type Edition struct {
	ID          string      `json:"id"`
	PublishedAt time.Time   `json:"publishedAt"`
	EffectiveAt time.Time   `json:"effectiveAt"`
	Lang        locale.Lang `json:"lang"`
	SHA256      string      `json:"sha256"` // hex, of the bytes of text
	Text        string      `json:"text"`   // Markdown
}

// Current shows the version in force and the coming one in the language of the request. Before
// the first version is published there is nothing to find.
func (s *Service) Current(ctx context.Context, _ struct{}) (Current, error) {
	at := httpapi.ReceivedAt(ctx)
	versions, err := s.Agreements.Agreements(ctx, at)
	if err != nil {
		return Current{}, err
	}
	inForce, ok := agreement.InForce(versions, at)
	if !ok {
		return Current{}, &httpapi.Problem{Slug: "not-found"}
	}
	var out Current
	if out.InForce, err = s.edition(ctx, inForce); err != nil {
		return Current{}, err
	}
	if v, ok := agreement.Coming(versions, at); ok {
		coming, err := s.edition(ctx, v)
		if err != nil {
			return Current{}, err
		}
		out.Coming = &coming
	}
	return out, nil
}

func (s *Service) edition(ctx context.Context, v agreement.Version) (Edition, error) {
	lang := httpapi.Lang(ctx)
	text, err := s.Agreements.AgreementText(ctx, v.ID, lang)
	return Edition{v.ID, v.PublishedAt, v.EffectiveAt, lang, text.SHA256, text.Markdown}, err
}

// DocumentRequest asks for the document whose signature accepts a version.
type DocumentRequest struct {
	Agreement string      `json:"agreement"`
	Lang      locale.Lang `json:"lang"` // of the text accepted; "" means that of the answer
}

// Document makes the document to sign. The browser gets a device cookie if it has none: by it an
// acceptance that is repeated, because its answer was lost, is known to come from where it came
// from first.
//
// Errors: agreement.ErrNotInForce for a version neither in force nor coming.
func (s *Service) Document(ctx context.Context, r DocumentRequest) (httpapi.Reply, error) {
	if r.Lang == "" {
		r.Lang = httpapi.Lang(ctx)
	}
	if !slices.Contains(locale.Langs[:], r.Lang) {
		return httpapi.Reply{}, defect.List{{Pointer: "/lang", Code: "unknown-value"}}
	}
	v, err := s.acceptable(ctx, r.Agreement)
	if err != nil {
		return httpapi.Reply{}, err
	}
	var nonce [16]byte
	rand.Read(nonce[:])
	document, err := s.Acts.Document(act.Document{
		Act: act.AcceptAgreement, Lang: r.Lang, Agreement: &act.Agreement{ID: v.ID, SHA256: v.Texts[r.Lang].SHA256},
	}, nonce, httpapi.ReceivedAt(ctx))
	if err != nil {
		return httpapi.Reply{}, err
	}
	_, cookies := entry.Device(ctx)
	return httpapi.Reply{Cookies: cookies, Body: document}, nil
}

// acceptable finds the version. One that a remembered list does not know may be minutes old.
func (s *Service) acceptable(ctx context.Context, id string) (agreement.Version, error) {
	at := httpapi.ReceivedAt(ctx)
	versions, err := s.Agreements.Agreements(ctx, at)
	if err != nil {
		return agreement.Version{}, err
	}
	v, err := agreement.Acceptable(versions, id, at)
	if !errors.Is(err, agreement.ErrNotInForce) {
		return v, err
	}
	if versions, err = s.Agreements.FreshAgreements(ctx, at); err != nil {
		return agreement.Version{}, err
	}
	return agreement.Acceptable(versions, id, at)
}

// Request is a signed acceptance.
type Request struct {
	Signature signer.Signature `json:"signature"`
}

// Accepted says which acceptance counts and for whom.
type Accepted struct {
	Agreement  string           `json:"agreement"`
	SHA256     string           `json:"sha256"`
	Lang       locale.Lang      `json:"lang"`
	AcceptedAt time.Time        `json:"acceptedAt"`
	Subject    account.Identity `json:"subject"`
	Registered bool             `json:"registered"` // the subject has an account
}

// Accept records a signed acceptance of the version in force or the coming one. Repeating it, or
// accepting a version again, records nothing and returns the first acceptance with 200.
//
// For a subject without an account it opens a registration in the browser, the first time and
// every other: that is how a person who returns, perhaps on another device, finds the form again.
func (s *Service) Accept(ctx context.Context, r Request) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	signed, err := s.Acts.Read(r.Signature, act.AcceptAgreement, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	who := signed.Subject
	d := signed.Document
	v, err := s.acceptable(ctx, d.Agreement.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if v.Texts[d.Lang].SHA256 != d.Agreement.SHA256 {
		return httpapi.Reply{}, signer.ErrDocument
	}
	opening, cookie := entry.Registration(ctx, who, s.IndexKey)
	kept, accountID, first, err := s.Acceptances.Accept(ctx, account.Acceptance{
		Subject: opening.Key, Version: v.ID, SHA256: d.Agreement.SHA256, Lang: d.Lang, At: at, Opening: opening,
		Evidence: account.Evidence{
			CMS: signed.CMS, Nonce: signed.Challenge.Nonce, Address: httpapi.Address(ctx), UserAgent: httpapi.UserAgent(ctx),
		},
	}, signed.Challenge)
	if err != nil {
		return httpapi.Reply{}, err
	}
	httpapi.Log(ctx, slog.String("agreement", v.ID), slog.Bool("first", first))
	registered, cookies := accountID != "", []*http.Cookie{cookie}
	if !registered && !first {
		err = s.Registrations.Open(ctx, opening, signed.Challenge)
		registered = errors.Is(err, account.ErrRegistered) // since we looked
		if err != nil && !registered && !errors.Is(err, challenge.ErrUsed) {
			return httpapi.Reply{}, err
		}
	}
	if registered || err != nil { // a signature used before shows nobody else the form
		cookies = nil
	}
	shown := who.Identity()
	if cookies == nil { // nor the number: who saw the signature may be the one who sends it again
		shown = who.MaskedIdentity()
	}
	status := http.StatusOK
	if first {
		status = http.StatusCreated
	}
	return httpapi.Reply{Status: status, Cookies: cookies, Body: Accepted{
		Agreement: kept.Version, SHA256: kept.SHA256, Lang: kept.Lang, AcceptedAt: kept.At,
		Subject:    shown,
		Registered: registered,
	}}, nil
}
