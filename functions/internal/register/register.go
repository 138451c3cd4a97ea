// Package register opens accounts (agreement, section 3): a form signed with the person's own
// EDS, after the agreement was accepted with it, and a password of their own. Until it is signed
// the form is kept as it is typed (form.go), so that a closed browser loses nothing.
//
// Read Service.Register first.
package register

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/entry"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Service serves the registration routes.
type Service struct {
	Acts          signer.Acts
	Accounts      *store.Accounts
	Registrations *store.Registrations
	Agreements    Agreements
	Attempts      Attempts
	Sessions      *store.Sessions
	IndexKey      []byte // 32 bytes
}

// Attempts counts attempts exactly, also those made at once.
type Attempts interface {
	// Count counts one and returns zero, or counts none and returns how long to wait.
	Count(ctx context.Context, counter string, limit int, window time.Duration, at time.Time) (time.Duration, error)
}

// Agreements lists the published versions.
type Agreements interface {
	Agreements(ctx context.Context, at time.Time) ([]agreement.Version, error)
}

// DocumentRequest is the form as filled in.
type DocumentRequest struct {
	Form account.Form `json:"form"`
}

// Document checks the form and makes the document to sign.
//
// Errors: defect.List, agreement.ErrNotInForce when the form names another version than the one
// in force.
func (s *Service) Document(ctx context.Context, r DocumentRequest) (signer.Unsigned, error) {
	if r.Form.NotificationContacts == nil {
		r.Form.NotificationContacts = []account.Contact{}
	}
	if err := r.Form.Validate("/form").Err(); err != nil {
		return signer.Unsigned{}, err
	}
	inForce, err := s.inForce(ctx)
	if err != nil {
		return signer.Unsigned{}, err
	}
	if r.Form.Agreement != inForce {
		return signer.Unsigned{}, agreement.ErrNotInForce
	}
	var nonce [16]byte
	rand.Read(nonce[:])
	return s.Acts.Document(act.Document{Act: act.Register, Lang: httpapi.Lang(ctx), Form: &r.Form},
		nonce, httpapi.ReceivedAt(ctx))
}

func (s *Service) inForce(ctx context.Context) (string, error) {
	at := httpapi.ReceivedAt(ctx)
	versions, err := s.Agreements.Agreements(ctx, at)
	if err != nil {
		return "", err
	}
	v, ok := agreement.InForce(versions, at)
	if !ok {
		return "", agreement.ErrNotInForce
	}
	return v.ID, nil
}

// Request is the signed form and the password, which is nobody else's to see and so not part of
// what is signed.
type Request struct {
	Signature signer.Signature `json:"signature"`
	Password  account.Password `json:"password"`
}

// Register opens an account and a session for the signer (201). Who has an account already is
// signed in to it instead (200): the form and the password are then left aside. A request
// repeated because its answer was lost has the first one's outcome, for whoever knows the
// account's password.
func (s *Service) Register(ctx context.Context, r Request) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	signed, err := s.Acts.Read(r.Signature, act.Register, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	who := signed.Subject
	inForce, err := s.inForce(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	key := who.Key(s.IndexKey)
	for range 3 { // an administrator may prepare the account, or drop it, since we looked
		a, err := s.Accounts.BySubject(ctx, key)
		if err == nil {
			err = a.Opens(at)
		}
		if err == nil {
			return s.signIn(ctx, a, r, signed)
		}
		if !errors.Is(err, account.ErrNotRegistered) {
			return httpapi.Reply{}, err
		}
		prepared, _ := errors.AsType[*account.PreparedError](err)
		answer, err := s.open(ctx, r, signed, inForce, prepared)
		if !errors.Is(err, account.ErrRegistered) && !errors.Is(err, account.ErrChanged) {
			return answer, err
		}
	}
	return httpapi.Reply{}, account.ErrChanged
}

// open opens an account for who has none: the one prepared for them, or a new one.
//
// Errors: account.ErrRegistered and account.ErrChanged when that isn't so any more.
func (s *Service) open(ctx context.Context, r Request, signed signer.Act, inForce string, prepared *account.PreparedError) (httpapi.Reply, error) {
	at, who, form := httpapi.ReceivedAt(ctx), signed.Subject, *signed.Document.Form
	if err := s.check(form, who, r.Password); err != nil {
		return httpapi.Reply{}, err
	}
	if form.Agreement != inForce {
		return httpapi.Reply{}, agreement.ErrNotInForce
	}
	if err := s.invitations(ctx, form); err != nil {
		return httpapi.Reply{}, err
	}
	var salt [16]byte
	rand.Read(salt[:])
	var random [10]byte
	rand.Read(random[:])
	id := account.NewID(at, random)
	if prepared != nil {
		id = prepared.ID
	}
	evidence := account.Evidence{
		CMS: signed.CMS, Nonce: signed.Challenge.Nonce, Address: httpapi.Address(ctx), UserAgent: httpapi.UserAgent(ctx),
	}
	named := make([]account.Representative, len(form.NotificationContacts))
	for i, c := range form.NotificationContacts {
		rand.Read(random[:])
		named[i] = account.NewRepresentative(c.Representative(id, account.NewID(at, random)), at, evidence)
	}
	codes, err := s.codes(ctx, id, signed.Challenge.Nonce, form)
	if err != nil {
		return httpapi.Reply{}, err
	}
	opened, cookies := entry.ByEDS(ctx, id, signed, s.IndexKey)
	a, err := s.Registrations.Register(ctx, account.Registration{
		Account: account.Account{
			ID: id, Key: who.Key(s.IndexKey), Status: account.Active, Subject: who, Email: form.Email, EmailFrom: at, Mobile: form.Mobile,
			Lang: form.Lang, CreatedAt: at,
		},
		Prepared:     prepared != nil,
		Version:      inForce,
		Opening:      openingID(ctx),
		PasswordHash: r.Password.Hash(salt),
		Codes:        codes,
		Evidence:     evidence,
		Named:        named,
	}, signed.Challenge, opened)
	if err != nil {
		return httpapi.Reply{}, err
	}
	return s.reply(ctx, http.StatusCreated, a, cookies, opened)
}

// invitations counts the mail that the form's representatives will get, so that nobody floods a
// mailbox by registering.
func (s *Service) invitations(ctx context.Context, form account.Form) error {
	for i, c := range form.NotificationContacts {
		counter := account.InvitationCounter(s.IndexKey, c.Email)
		if wait, err := s.Attempts.Count(ctx, counter, account.InvitationsToAddress, account.InvitationWindow, httpapi.ReceivedAt(ctx)); err != nil {
			return err
		} else if wait > 0 {
			return &httpapi.Problem{Slug: "too-many-invitations", Pointer: "/form/notificationContacts/" + strconv.Itoa(i) + "/email", Wait: wait}
		}
	}
	return nil
}

// codes are those that verify the form's addresses. A number that had its share of codes for now
// gets none: that is no reason to refuse the form, and the account's page sends one later.
func (s *Service) codes(ctx context.Context, accountID, id string, form account.Form) ([]account.Code, error) {
	at := httpapi.ReceivedAt(ctx)
	code := func(channel account.Channel, to string) account.Code {
		var random [4]byte
		rand.Read(random[:])
		return account.NewCode(s.IndexKey, channel, accountID, id, to, random, at)
	}
	list := []account.Code{code(account.Email, form.Email)}
	if form.Mobile == "" {
		return list, nil
	}
	wait, err := s.Attempts.Count(ctx, account.CodeCounter(s.IndexKey, form.Mobile), account.TextsToNumber, account.TextWindow, at)
	if err == nil && wait == 0 {
		list = append(list, code(account.Mobile, form.Mobile))
	}
	return list, err
}

// check holds the form against the certificate and the rules, the password against its own.
func (s *Service) check(form account.Form, who account.Subject, password account.Password) error {
	if other := form.Match(who, "/form"); other.Err() != nil {
		return &httpapi.Problem{Slug: "certificate-mismatch", Pointer: other[0].Pointer, Article: other[0].Article, Cause: other}
	}
	if err := form.Validate("/form").Err(); err != nil {
		return err
	}
	if weak := password.Weak("/password", who.IIN.Reveal(), who.BIN.Reveal(), form.Email); weak.Err() != nil {
		return &httpapi.Problem{Slug: "password-weak", Pointer: "/password", Article: weak[0].Article, Cause: weak}
	}
	return nil
}

func (s *Service) signIn(ctx context.Context, a account.Account, r Request, signed signer.Act) (httpapi.Reply, error) {
	opened, cookies := entry.ByEDS(ctx, a.ID, signed, s.IndexKey)
	err := s.Sessions.SignIn(ctx, signed.Challenge, opened)
	if errors.Is(err, challenge.ErrUsed) {
		// A used challenge opens nothing, except to the one who used it for this account and
		// proves it by the password: someone who saw the signature on its way does not know it.
		used, hash, lookErr := s.Registrations.UsedFor(ctx, a.ID, opened.Person.ID, signed.Challenge)
		if lookErr != nil {
			return httpapi.Reply{}, lookErr
		}
		if used {
			right, hashErr := r.Password.Matches(hash)
			if hashErr != nil {
				return httpapi.Reply{}, hashErr
			}
			if right {
				err = s.Sessions.SignInByPassword(ctx, hash, opened)
			}
		}
	}
	if err != nil {
		return httpapi.Reply{}, err
	}
	return s.reply(ctx, http.StatusOK, a, cookies, opened)
}

func (s *Service) reply(ctx context.Context, status int, a account.Account, cookies []*http.Cookie, opened session.Session) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	versions, err := s.Agreements.Agreements(ctx, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if before := httpapi.SessionToken(ctx); before != "" { // its cookie is replaced: nobody could end it any more
		if err := s.Sessions.End(ctx, session.ID(before)); err != nil {
			return httpapi.Reply{}, err
		}
	}
	httpapi.Log(ctx, slog.String("account", a.ID))
	// Nothing is left to come back to.
	cookies = append(cookies, httpapi.RegistrationCookie("", 0))
	return httpapi.Reply{Status: status, Cookies: cookies, Body: entry.View(a, opened, versions, at)}, nil
}
