// Package passkey lets a person open their office with a passkey, to read and to draft: a second way beside the
// EDS and the password, which never signs (agreement, section 6).
//
// It is added with the EDS and lapses as the password does. Read Service.SignIn first, then Service.Add.
package passkey

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/entry"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/base64url"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/indexkey"
	ceremony "github.com/courtoffice/courtoffice/shared/passkey"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Limits of signing in with passkeys, in fixed windows. The counter is that of signing in with passwords: an
// address has one number of tries for both, and what succeeds is not held against it.
const (
	Window           = 15 * time.Minute
	AttemptsByOrigin = 100 // one address, or one IPv6 /64
)

// purpose of the challenges that sign in, as package challenge binds them. Those that add are of act.AddPasskey.
const purpose = "passkey"

// Service serves the routes of passkeys.
type Service struct {
	Acts       signer.Acts
	Gate       Gate
	Known      Certificates
	Accounts   *store.Accounts
	Sessions   *store.Sessions
	Passkeys   *store.Passkeys
	Access     *store.Credentials
	Attempts   Attempts
	Agreements Agreements
	Check      ceremony.Checker
	Office     ceremony.Office // zero where the office's address is no domain
}

// Gate finds the request's session and its account, and keeps the session from idling (package
// gate). Errors: session.ErrNone.
type Gate interface {
	Session(ctx context.Context) (account.Account, session.Session, error)
}

// Certificates knows which certificates were revoked.
type Certificates interface {
	// Revoked says so of a certificate in DER, as far as is known at the instant at.
	Revoked(der []byte, at time.Time) bool
}

// Attempts counts attempts exactly, also those made at once.
type Attempts interface {
	// Count counts one and returns zero, or counts none and returns how long to wait.
	Count(ctx context.Context, counter string, limit int, window time.Duration, at time.Time) (time.Duration, error)
	Take(ctx context.Context, counter string, window time.Duration, at time.Time) error
}

// Agreements lists the published versions.
type Agreements interface {
	Agreements(ctx context.Context, at time.Time) ([]agreement.Version, error)
}

// Asked is what a browser is to ask its passkeys.
type Asked struct {
	Challenge []byte    `json:"challenge"` // base64; to be signed once
	Domain    string    `json:"domain"`    // the relying party's identifier
	ExpiresAt time.Time `json:"expiresAt"` // the answer must arrive by then
}

// Challenge gives a browser what to ask for a passkey with. It says nobody's number: the person chooses among
// those that their device has.
func (s *Service) Challenge(ctx context.Context, _ struct{}) (Asked, error) {
	if err := s.possible(); err != nil {
		return Asked{}, err
	}
	var nonce [16]byte
	rand.Read(nonce[:])
	token, until := challenge.Issue(s.Acts.ChallengeKey, purpose, s.Acts.Office, nonce, httpapi.ReceivedAt(ctx))
	raw, err := base64url.Decode(token)
	return Asked{raw, s.Office.Domain, until}, err
}

func (s *Service) possible() error {
	if s.Office.Domain == "" {
		return &httpapi.Problem{Slug: "passkeys-impossible"}
	}
	return nil
}

// SignInRequest is what the browser answered: AuthenticatorAssertionResponse of Web Authentication, binary in base64.
type SignInRequest struct {
	Credential []byte `json:"credential"` // rawId
	ClientData []byte `json:"clientData"` // clientDataJSON
	Data       []byte `json:"data"`       // authenticatorData
	Signature  []byte `json:"signature"`
	Handle     []byte `json:"handle"` // userHandle
}

// SignIn opens a session for the person of a passkey, to read and to draft, as their password would. Of a passkey
// that nobody has here, and of a signature that does not hold, the answer is the same; only who has the passkey
// in hand is told that it has lapsed, or of the account. One whose person's certificate is found revoked is taken
// away with all their sessions, and so is one whose count went back: there may be a copy of it.
func (s *Service) SignIn(ctx context.Context, r SignInRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	if err := s.possible(); err != nil {
		return httpapi.Reply{}, err
	}
	byAddress := indexkey.Key(s.Acts.IndexKey, indexkey.Attempts, "address", httpapi.Network(httpapi.Address(ctx)))
	if wait, err := s.Attempts.Count(ctx, byAddress, AttemptsByOrigin, Window, at); err != nil {
		return httpapi.Reply{}, err
	} else if wait > 0 {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "throttled", Wait: wait}
	}
	token := ceremony.Challenge(r.ClientData)
	once, err := challenge.Check(s.Acts.ChallengeKey, purpose, s.Acts.Office, token, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	accountID, holder, err := s.Passkeys.Holder(ctx, r.Handle)
	if err != nil {
		return httpapi.Reply{}, unknown(err)
	}
	was, ok := holder.Find(r.Credential)
	if !ok {
		return httpapi.Reply{}, unknown(account.ErrNoPasskey)
	}
	now, err := s.Check.Used(s.Office, token, was, ceremony.Used{ID: r.Credential, ClientData: r.ClientData, Data: r.Data, Signature: r.Signature, Handle: r.Handle})
	if errors.Is(err, account.ErrPasskeyCopied) {
		return httpapi.Reply{}, s.copied(ctx, once, accountID, holder.Person.ID, was)
	}
	if err != nil {
		return httpapi.Reply{}, unknown(err)
	}
	a, err := s.Accounts.Account(ctx, accountID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := a.Opens(at); err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.counts(ctx, a.ID, holder); err != nil {
		return httpapi.Reply{}, err
	}
	who := session.Person{Key: holder.Key}
	if p := holder.Person; p.ID != "" {
		who.ID, who.Name, who.Role, who.Number = p.ID, p.Name, string(p.Role), p.Number
	}
	opened, cookies := entry.Open(ctx, a.ID, session.ByPasskey, who, holder.Person.NotAfter)
	if err := s.Sessions.SignInByPasskey(ctx, once, was, now.Count, now.Backed, opened); err != nil {
		return httpapi.Reply{}, unknown(err)
	}
	if err := s.Attempts.Take(ctx, byAddress, Window, at); err != nil {
		return httpapi.Reply{}, err
	}
	if before := httpapi.SessionToken(ctx); before != "" { // nobody could end it any more, as its cookie is replaced
		if err := s.Sessions.End(ctx, session.ID(before)); err != nil {
			return httpapi.Reply{}, err
		}
	}
	versions, err := s.Agreements.Agreements(ctx, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	httpapi.Log(ctx, slog.String("account", a.ID))
	return httpapi.Reply{Cookies: cookies, Body: entry.View(a, opened, versions, at)}, nil
}

// unknown is the answer for a passkey that opens nothing here, whatever the reason.
func unknown(err error) error {
	if errors.Is(err, account.ErrNoPasskey) || errors.Is(err, ceremony.ErrAnswer) {
		return &httpapi.Problem{Slug: "passkey-unknown", Cause: err}
	}
	return err
}

// counts fails where a passkey that holds opens nothing any more.
func (s *Service) counts(ctx context.Context, accountID string, holder account.PasskeyHolder) error {
	at, certificate := httpapi.ReceivedAt(ctx), holder.Person.Certificate
	revoked := len(certificate) > 0 && s.Known.Revoked(certificate, at)
	if !holder.Lapsed(at, revoked) {
		return nil
	}
	if revoked {
		if err := s.Access.EndActing(ctx, accountID, holder.Person.ID); err != nil {
			return err
		}
	}
	return &httpapi.Problem{Slug: "passkey-lapsed", Article: "agreement 6"}
}

// copied takes a passkey away whose count went back, with all sessions of its person, and tells them. Whoever sends
// a signature twice is told that it was used.
func (s *Service) copied(ctx context.Context, once challenge.Challenge, accountID, person string, p account.Passkey) error {
	at := httpapi.ReceivedAt(ctx)
	e := account.NewEvent(account.EventPasskeyCopied, accountID, eventID(), at)
	err := s.Passkeys.RemoveCopied(ctx, once, accountID, person, store.PasskeyID(p.ID), e, at)
	if err != nil && !errors.Is(err, account.ErrNoPasskey) && !errors.Is(err, account.ErrNotRegistered) {
		return err
	}
	return &httpapi.Problem{Slug: "passkey-copied", Article: "agreement 6"}
}

func eventID() string {
	var random [8]byte
	rand.Read(random[:])
	return hex.EncodeToString(random[:])
}
