// Package profile serves an account to its holder: what the office keeps of it, its sessions and
// its password (agreement, sections 3 and 6).
//
// Reading and protecting one's own account needs a session, not an acceptance: whoever has not
// accepted a new version may still end a stranger's session. Read Service.Profile first.
package profile

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Limits of guessing the password from within a session, in fixed windows.
const (
	Window    = 15 * time.Minute
	Passwords = 5 // of one account
)

// Service serves the account routes.
type Service struct {
	Acts          signer.Acts
	Gate          Gate
	Accounts      *store.Accounts
	Audited       *store.Audited
	Acceptances   *store.Acceptances
	Registrations *store.Registrations
	Leavings      *store.Leavings
	Contacts      *store.Contacts
	Trusted       *store.Representatives
	Hooks         *store.Webhooks
	Credentials   *store.Credentials
	Sessions      *store.Sessions
	Attempts      Attempts
	Filings       *store.Filings
	Documents     *documents.Store
	Tickets       Tickets
	Breaches      *store.Breaches
	IndexKey      []byte // 32 bytes
}

// Gate finds the request's session and its account (package gate). Errors: session.ErrNone.
type Gate interface {
	// Actor also fails with agreement.ErrNotAccepted.
	Actor(ctx context.Context) (account.Account, string, error)
	Session(ctx context.Context) (account.Account, session.Session, error)
	// Acting is Actor with the session.
	Acting(ctx context.Context) (account.Account, session.Session, error)
}

// Attempts counts attempts exactly, also those made at once.
type Attempts interface {
	// Count counts one and returns zero, or counts none and returns how long to wait.
	Count(ctx context.Context, counter string, limit int, window time.Duration, at time.Time) (time.Duration, error)
	Forget(ctx context.Context, counter string, window time.Duration, at time.Time) error
}

// byEDS fails unless the session was opened with the EDS: a password's is for reading and drafting, and
// does not change where court notices go or who gets them.
func byEDS(s session.Session) error {
	if s.By != session.ByEDS {
		return &httpapi.Problem{Slug: "eds-needed", Article: "agreement 6"}
	}
	return nil
}

// Profile is what the office keeps of an account, for its holder.
type Profile struct {
	ID           string          `json:"id"`
	Kind         account.Kind    `json:"kind"`
	Name         string          `json:"name"`
	Organisation string          `json:"organisation"`
	Number       string          `json:"number"` // masked
	Email        string          `json:"email"`
	Verified     bool            `json:"verified"`    // Email was shown to be the holder's
	Failed       *time.Time      `json:"emailFailed"` // since when Email takes nothing: it refused a message for good, or called one spam; else null
	Addresses    []Address       `json:"addresses"`
	Mobile       string          `json:"mobile"`         // E.164, or ""
	MobileTexts  bool            `json:"mobileVerified"` // Mobile was shown to be the holder's: it takes text messages
	MobileFailed *time.Time      `json:"mobileFailed"`   // as emailFailed
	Numbers      []Number        `json:"numbers"`
	Lang         locale.Lang     `json:"lang"` // of notices
	Rights       []account.Right `json:"rights"`
	CreatedAt    time.Time       `json:"createdAt"`
	Acceptances  []Acceptance    `json:"acceptances"`
	Acting       []Acting        `json:"acting"` // latest first; none for a natural person
}

// Address is an e-mail address that took the account's notices, or takes them.
type Address struct {
	Email      string     `json:"email"`
	From       time.Time  `json:"from"`
	Until      *time.Time `json:"until"`      // null for the one that takes them
	VerifiedAt *time.Time `json:"verifiedAt"` // null if its code was never typed
	Object     bool       `json:"object"`     // that another took its place can be objected to
}

// Number is a mobile number that took the account's text messages, or takes them.
type Number struct {
	Mobile     string     `json:"mobile"` // E.164
	From       time.Time  `json:"from"`
	Until      *time.Time `json:"until"`      // null for the one that takes them
	VerifiedAt *time.Time `json:"verifiedAt"` // when its code was typed last
}

// Acceptance is one agreement version the holder accepted with a signature.
type Acceptance struct {
	Version    string      `json:"version"`
	SHA256     string      `json:"sha256"` // hex, of the text
	Lang       locale.Lang `json:"lang"`
	AcceptedAt time.Time   `json:"acceptedAt"`
}

// Profile shows the account.
func (s *Service) Profile(ctx context.Context, _ struct{}) (Profile, error) {
	a, current, err := s.Gate.Session(ctx)
	if err != nil {
		return Profile{}, err
	}
	return s.profile(ctx, a, current)
}

func (s *Service) profile(ctx context.Context, a account.Account, current session.Session) (Profile, error) {
	accepted, err := s.Acceptances.Of(ctx, a.Key)
	if err != nil {
		return Profile{}, err
	}
	addresses, err := s.Contacts.Addresses(ctx, a.ID, account.Email)
	if err != nil {
		return Profile{}, err
	}
	numbers, err := s.Contacts.Addresses(ctx, a.ID, account.Mobile)
	if err != nil {
		return Profile{}, err
	}
	p := Profile{
		ID: a.ID, Kind: a.Subject.Kind, Name: a.Subject.Name, Organisation: a.Subject.Organisation,
		Number: a.Subject.Masked(), Email: a.Email, Mobile: a.Mobile, Lang: a.Lang,
		Verified: !a.Verified.IsZero(), Failed: moment(a.EmailFailed), MobileFailed: moment(a.MobileFailed), Addresses: []Address{}, MobileTexts: a.Mobile != "" && !a.MobileFrom.IsZero(), Numbers: []Number{},
		Rights: append([]account.Right{}, a.Rights...), CreatedAt: a.CreatedAt, Acceptances: []Acceptance{},
	}
	for _, c := range addresses {
		p.Addresses = append(p.Addresses, Address{
			Email: c.To, From: c.From, Until: moment(c.Until), VerifiedAt: moment(c.VerifiedAt), Object: c.MayObject(httpapi.ReceivedAt(ctx)),
		})
	}
	slices.Reverse(p.Addresses) // latest first
	for _, c := range numbers {
		p.Numbers = append(p.Numbers, Number{Mobile: c.To, From: c.From, Until: moment(c.Until), VerifiedAt: moment(c.VerifiedAt)})
	}
	slices.Reverse(p.Numbers)
	for _, c := range accepted {
		p.Acceptances = append(p.Acceptances, Acceptance{Version: c.Version, SHA256: c.SHA256, Lang: c.Lang, AcceptedAt: c.At})
	}
	slices.SortFunc(p.Acceptances, func(a, b Acceptance) int { return b.AcceptedAt.Compare(a.AcceptedAt) })
	p.Acting, err = s.acting(ctx, a, current)
	return p, err
}

// moment is null for an instant that never was.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// SessionList are an account's sessions, latest first.
type SessionList struct {
	Sessions []Session `json:"sessions"`
}

// Session is one of them.
type Session struct {
	ID        string        `json:"id"` // a hash: it opens nothing
	Current   bool          `json:"current"`
	By        session.Means `json:"by"`
	Agent     string        `json:"agent"`  // the program, as it named itself
	Person    string        `json:"person"` // name of who opened it for a legal person, or ""
	CreatedAt time.Time     `json:"createdAt"`
	SeenAt    time.Time     `json:"seenAt"` // to the minute
	EndsAt    time.Time     `json:"endsAt"` // if it is not used again
}

// List shows the account's sessions (agreement 6.2). Whoever acts for a legal person sees their own,
// its head everyone's.
func (s *Service) List(ctx context.Context, _ struct{}) (SessionList, error) {
	a, current, err := s.Gate.Session(ctx)
	if err != nil {
		return SessionList{}, err
	}
	found, err := s.Sessions.Of(ctx, a, httpapi.ReceivedAt(ctx))
	if err != nil {
		return SessionList{}, err
	}
	list := SessionList{Sessions: []Session{}}
	for _, n := range found {
		if !governs(current, n.Person.ID) {
			continue
		}
		list.Sessions = append(list.Sessions, Session{
			ID: n.ID, Current: n.ID == current.ID, By: n.By, Agent: n.Agent, Person: n.Person.Name,
			CreatedAt: n.CreatedAt, SeenAt: n.SeenAt, EndsAt: n.EndsAt(),
		})
	}
	return list, nil
}

// EndRequest names a session.
type EndRequest struct {
	Session string `json:"-" path:"session"`
}

// End ends one of the sessions that List shows, perhaps the request's own. Any other is not there.
func (s *Service) End(ctx context.Context, r EndRequest) (httpapi.Reply, error) {
	a, current, err := s.Gate.Session(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !isHash(r.Session) {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "not-found"}
	}
	if err := s.mayEnd(ctx, r.Session, current); err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.Sessions.EndOf(ctx, a.ID, r.Session); errors.Is(err, session.ErrNone) {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "not-found"}
	} else if err != nil {
		return httpapi.Reply{}, err
	}
	reply := httpapi.Reply{Status: http.StatusNoContent}
	if r.Session == current.ID {
		reply.Cookies = []*http.Cookie{httpapi.Cookie(ctx, "", time.Time{})}
	}
	return reply, nil
}

// mayEnd fails unless the session with that id is one that the holder of current governs.
func (s *Service) mayEnd(ctx context.Context, id string, current session.Session) error {
	n, err := s.Sessions.Get(ctx, id, httpapi.ReceivedAt(ctx))
	if errors.Is(err, session.ErrNone) || err == nil && !governs(current, n.Person.ID) {
		return &httpapi.Problem{Slug: "not-found"}
	}
	return err
}

func isHash(s string) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == 32
}

// EndOthers ends all sessions that List shows but the request's own.
func (s *Service) EndOthers(ctx context.Context, _ struct{}) (httpapi.Reply, error) {
	_, current, err := s.Gate.Session(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusNoContent}, s.Sessions.EndOthers(ctx, current, governsAll(current))
}

// PasswordRequest is the password and the one to take its place.
type PasswordRequest struct {
	Current  account.Password `json:"current"`
	Password account.Password `json:"password"`
}

// ChangePassword sets another password for who acts and ends their other sessions. Who does not know
// the current one resets it with the EDS.
func (s *Service) ChangePassword(ctx context.Context, r PasswordRequest) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	a, current, err := s.Gate.Session(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	counter := "password-change-" + a.ID + current.Person.ID
	if wait, err := s.Attempts.Count(ctx, counter, Passwords, Window, at); err != nil {
		return httpapi.Reply{}, err
	} else if wait > 0 {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "throttled", Wait: wait}
	}
	own, err := s.Credentials.Credential(ctx, a.ID, current.Person.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	from := own.Hash
	right, err := r.Current.Matches(from)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !right {
		return httpapi.Reply{}, wrongPassword()
	}
	if err := a.Opens(httpapi.ReceivedAt(ctx)); err != nil {
		return httpapi.Reply{}, err
	}
	to, err := hash(r.Password, a)
	if err != nil {
		return httpapi.Reply{}, err
	}
	err = s.Credentials.ChangePassword(ctx, account.PasswordChange{
		AccountID: a.ID, Person: account.Acting{ID: current.Person.ID}, ID: eventID(), From: from, To: to, By: string(session.ByPassword), Keep: current.ID, At: at,
	})
	if errors.Is(err, account.ErrPassword) { // changed since we looked
		return httpapi.Reply{}, wrongPassword()
	}
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusNoContent}, s.Attempts.Forget(ctx, counter, Window, at)
}

// wrongPassword says that the current password is another. It is a field at fault and not a
// refusal of the session, which goes on.
func wrongPassword() error {
	return defect.List{{Pointer: "/current", Code: "password-wrong", Article: "agreement 6.4"}}
}

// hash makes the hash of a password that is good enough.
func hash(p account.Password, a account.Account) (string, error) {
	if weak := p.Weak("/password", a.Subject.IIN.Reveal(), a.Subject.BIN.Reveal(), a.Email); weak.Err() != nil {
		return "", &httpapi.Problem{Slug: "password-weak", Pointer: "/password", Article: weak[0].Article, Cause: weak}
	}
	var salt [16]byte
	rand.Read(salt[:])
	return p.Hash(salt), nil
}

func eventID() string {
	var random [8]byte
	rand.Read(random[:])
	return hex.EncodeToString(random[:])
}

// DocumentRequest asks for a document to sign.
type DocumentRequest struct {
	Lang locale.Lang `json:"lang"` // of the statement; "" means that of the answer
}

// ResetDocument makes the document whose signature resets the password.
func (s *Service) ResetDocument(ctx context.Context, r DocumentRequest) (signer.Unsigned, error) {
	return s.document(ctx, act.Document{Act: act.ResetPassword, Lang: r.Lang})
}

func (s *Service) document(ctx context.Context, d act.Document) (signer.Unsigned, error) {
	if d.Lang == "" {
		d.Lang = httpapi.Lang(ctx)
	}
	if !slices.Contains(locale.Langs[:], d.Lang) {
		return signer.Unsigned{}, defect.List{{Pointer: "/lang", Code: "unknown-value"}}
	}
	var nonce [16]byte
	rand.Read(nonce[:])
	return s.Acts.Document(d, nonce, httpapi.ReceivedAt(ctx))
}
