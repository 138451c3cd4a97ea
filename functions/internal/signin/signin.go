// Package signin opens, shows and ends sessions (agreement, section 6).
//
// An EDS signature over a fresh challenge opens one, or a number with the password. A session
// lets its holder read and draft; every legal act is signed by itself. Read Service.SignIn first.
package signin

import (
	"cmp"
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
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/indexkey"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Limits of password sign-in. They count attempts of any outcome in fixed windows and touch
// nothing signed with an EDS: whoever is locked out here signs in with the key.
const (
	Window           = 15 * time.Minute
	AttemptsByNumber = 10  // a success forgets them
	AttemptsByOrigin = 100 // one address, or one IPv6 /64: an office or a mobile network shares it
)

// Service serves the sign-in routes.
type Service struct {
	Acts        signer.Acts // with a policy that takes keys for signing in too
	Gate        Gate
	Accounts    *store.Accounts
	Credentials *store.Credentials
	Known       Certificates
	Sessions    *store.Sessions
	Attempts    Attempts
	Agreements  Agreements
	IndexKey    []byte // 32 bytes
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
	Forget(ctx context.Context, counter string, window time.Duration, at time.Time) error
}

// Agreements lists the published versions.
type Agreements interface {
	Agreements(ctx context.Context, at time.Time) ([]agreement.Version, error)
}

// DocumentRequest asks for a document to sign.
type DocumentRequest struct {
	Lang locale.Lang `json:"lang"` // of the statement; "" means that of the answer
}

// Document makes the document whose signature signs in.
func (s *Service) Document(ctx context.Context, r DocumentRequest) (signer.Unsigned, error) {
	if r.Lang == "" {
		r.Lang = httpapi.Lang(ctx)
	}
	if !slices.Contains(locale.Langs[:], r.Lang) {
		return signer.Unsigned{}, defect.List{{Pointer: "/lang", Code: "unknown-value"}}
	}
	var nonce [16]byte
	rand.Read(nonce[:])
	return s.Acts.Document(act.Document{Act: act.SignIn, Lang: r.Lang}, nonce, httpapi.ReceivedAt(ctx))
}

// Request is a signed sign-in document.
type Request struct {
	Signature signer.Signature `json:"signature"`
}

// SignIn opens a session for the signer's account: one conditional write that also uses up the
// challenge, so a signature that was seen once opens nothing.
func (s *Service) SignIn(ctx context.Context, r Request) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	signed, err := s.Acts.Read(r.Signature, act.SignIn, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	a, err := s.Accounts.BySubject(ctx, signed.Subject.Key(s.IndexKey))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := a.Opens(at); err != nil {
		return httpapi.Reply{}, err
	}
	opened, cookies := entry.ByEDS(ctx, a.ID, signed, s.IndexKey)
	if err := s.Sessions.SignIn(ctx, signed.Challenge, opened); err != nil {
		return httpapi.Reply{}, err
	}
	evidence := known(signed.Report.Signers[0].Revocation)
	httpapi.Log(ctx, slog.String("revocation", evidence.Status), slog.Time("lists", evidence.ThisUpdate))
	return s.reply(ctx, a, cookies, opened, &evidence)
}

// SignedIn is the answer to a sign-in.
type SignedIn struct {
	account.View
	Revocation *Revocation `json:"revocation,omitempty"` // of a sign-in by EDS
}

// Revocation says what was known of the certificate's revocation when its holder signed in.
type Revocation struct {
	Status     string    `json:"status"` // "good", or "stale": the newest list had ended at NextUpdate
	Source     string    `json:"source"` // "crl" or "ocsp"
	Number     string    `json:"number,omitempty"`
	ThisUpdate time.Time `json:"thisUpdate"`
	NextUpdate time.Time `json:"nextUpdate,omitzero"`
}

func known(r eds.Revocation) Revocation {
	return Revocation{string(r.Status), r.Source, r.Number, r.ThisUpdate, r.NextUpdate}
}

// PasswordRequest is a number with the password of who signs in.
type PasswordRequest struct {
	Number   account.Number   `json:"number"` // IIN, or BIN of a legal person
	Person   account.Number   `json:"person"` // IIN of who acts for the legal person; "" beside an IIN
	Password account.Password `json:"password"`
}

// check says what is wrong with the numbers, and who signs in as far as they tell.
func (r PasswordRequest) check() (who account.Subject, err error) {
	var list defect.List
	number, person := string(r.Number), string(r.Person)
	if bin, err := kzid.ParseBINForm(number); err != nil {
		list.Add("/number", "number-invalid", "")
	} else if who = (account.Subject{Kind: account.Natural}); kzid.LooksLikeBIN(number) {
		who.Kind, who.BIN = account.Legal, bin
		if person == "" {
			list.Add("/person", "required", "agreement 6")
		}
	} else if person != "" {
		list.Add("/person", "not-allowed", "")
	} else {
		person = number
	}
	if iin, err := kzid.ParseIINForm(person); err == nil {
		who.IIN = iin
	} else if len(list) == 0 {
		list.Add("/person", "number-invalid", "")
	}
	return who, list.Err()
}

// Password opens a session by number and password: for a legal person with the number and the
// password of who acts. It answers the same, after the same work, for a number nobody registered,
// for a person without a password and for a wrong password. A password whose person's certificate has
// ended opens nothing; one that is found revoked is taken away with all their sessions.
func (s *Service) Password(ctx context.Context, r PasswordRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	who, err := r.check()
	if err != nil {
		return httpapi.Reply{}, err
	}
	byNumber, byAddress := s.counter("number", string(r.Number)+string(r.Person)), s.AddressCounter(httpapi.Address(ctx))
	for _, c := range []struct {
		counter string
		limit   int
	}{{byAddress, AttemptsByOrigin}, {byNumber, AttemptsByNumber}} {
		if wait, err := s.Attempts.Count(ctx, c.counter, c.limit, Window, at); err != nil {
			return httpapi.Reply{}, err
		} else if wait > 0 {
			return httpapi.Reply{}, &httpapi.Problem{Slug: "throttled", Wait: wait}
		}
	}
	a, err := s.Accounts.ByNumber(ctx, account.NumberKeys(s.IndexKey, string(r.Number)))
	if err != nil && !errors.Is(err, account.ErrNotRegistered) {
		return httpapi.Reply{}, err
	}
	own, err := s.Credentials.Credential(ctx, cmp.Or(a.ID, "nobody"), who.PersonID(s.IndexKey, a.ID))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if a.StatusAt(at) != account.Active {
		own.Hash = ""
	}
	right, err := r.Password.Matches(own.Hash)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !right {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "wrong-credentials"}
	}
	if err := s.counts(ctx, a.ID, own); err != nil {
		return httpapi.Reply{}, err
	}
	who.Name, who.Role = own.Person.Name, own.Person.Role
	opened, cookies := entry.Open(ctx, a.ID, session.ByPassword, entry.Person(who, s.IndexKey, a.ID), own.Person.NotAfter)
	if err := s.Sessions.SignInByPassword(ctx, own.Hash, opened); err != nil {
		return httpapi.Reply{}, err
	}
	// Behind one address may be a whole court's building: what succeeds is not held against it. It was
	// counted first all the same, so that a thousand guesses at once don't pass as none.
	if err := errors.Join(s.Attempts.Forget(ctx, byNumber, Window, at), s.Attempts.Take(ctx, byAddress, Window, at)); err != nil {
		return httpapi.Reply{}, err
	}
	return s.reply(ctx, a, cookies, opened, nil)
}

// counts fails where the right password opens nothing any more.
func (s *Service) counts(ctx context.Context, accountID string, own account.Credential) error {
	at, certificate := httpapi.ReceivedAt(ctx), own.Person.Certificate
	revoked := len(certificate) > 0 && s.Known.Revoked(certificate, at)
	if !own.Lapsed(at, revoked) {
		return nil
	}
	if revoked {
		if err := s.Credentials.EndActing(ctx, accountID, own.Person.ID); err != nil {
			return err
		}
	}
	return &httpapi.Problem{Slug: "password-lapsed", Article: "agreement 6"}
}

// Session shows the account of the request's session and keeps the session from idling.
func (s *Service) Session(ctx context.Context, _ struct{}) (account.View, error) {
	a, current, err := s.Gate.Session(ctx)
	if err != nil {
		return account.View{}, err
	}
	return s.view(ctx, a, current)
}

// SignOut ends the request's session, if there is one, and takes the cookie away.
func (s *Service) SignOut(ctx context.Context, _ struct{}) (httpapi.Reply, error) {
	if token := httpapi.SessionToken(ctx); token != "" {
		if err := s.Sessions.End(ctx, session.ID(token)); err != nil {
			return httpapi.Reply{}, err
		}
	}
	return httpapi.Reply{
		Status: http.StatusNoContent, Cookies: []*http.Cookie{httpapi.Cookie(ctx, "", time.Time{})},
	}, nil
}

// reply shows the account to whoever opened a session of it. The one that the browser had before is
// over: nobody could end it any more, as its cookie is replaced.
func (s *Service) reply(ctx context.Context, a account.Account, cookies []*http.Cookie, opened session.Session, known *Revocation) (httpapi.Reply, error) {
	if before := httpapi.SessionToken(ctx); before != "" {
		if err := s.Sessions.End(ctx, session.ID(before)); err != nil {
			return httpapi.Reply{}, err
		}
	}
	view, err := s.view(ctx, a, opened)
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Cookies: cookies, Body: SignedIn{view, known}}, nil
}

func (s *Service) view(ctx context.Context, a account.Account, current session.Session) (account.View, error) {
	at := httpapi.ReceivedAt(ctx)
	versions, err := s.Agreements.Agreements(ctx, at)
	if err != nil {
		return account.View{}, err
	}
	httpapi.Log(ctx, slog.String("account", a.ID))
	return entry.View(a, current, versions, at), nil
}

// AddressCounter is the opaque key of the counter that a source IP address shares.
func (s *Service) AddressCounter(address string) string {
	return s.counter("address", httpapi.Network(address))
}

// counter names a counter without saying what it counts.
func (s *Service) counter(kind, value string) string {
	return indexkey.Key(s.IndexKey, indexkey.Attempts, kind, value)
}
