// Package session holds the rules of a signed-in session: how long it lives and how its token
// is kept (agreement, clause 6.2). It does no I/O.
package session

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/courtoffice/courtoffice/shared/base64url"
)

const (
	// Idle ends a session that was not used for this long.
	Idle = 15 * time.Minute
	// Absolute ends any session this long after sign-in.
	Absolute = 12 * time.Hour
	// Touch is how stale SeenAt may get before it is written again, so that reading pages
	// doesn't cost a write each.
	Touch = time.Minute
)

// ErrNone: there is no session, or it has ended.
var ErrNone = errors.New("session: none, or ended")

// Means is how a session was opened.
type Means string

const (
	ByEDS      Means = "eds"      // with a signature: what an administrator must have
	ByPassword Means = "password" // with a number and a password
	ByPasskey  Means = "passkey"  // with a passkey: it opens what a password does
)

// Session is one signed-in session.
type Session struct {
	ID        string // hex SHA-256 of the token; the token itself is kept nowhere
	AccountID string
	By        Means  // how its holder signed in
	Epoch     int64  // account.Account.EpochOf its person when it was opened; another one there ends it
	Device    string // ID of the device cookie's token, or ""
	Agent     string // the program it was opened with, as it named itself
	Person    Person // who opened it, as their certificate has them
	CreatedAt time.Time
	SeenAt    time.Time
	NotAfter  time.Time // when the certificate of who opened it ends, and the session with it; zero where none is known

	Certificate []byte // DER, of one opened by EDS; kept with the person, not with the session
}

// Person is who acts in a session, as the certificate has them. The account of a legal person is
// nobody's alone: several people open sessions of it.
type Person struct {
	Key    string // account.Subject.PersonKey: the same in every account; shown to nobody
	ID     string // opaque, tells the people of a legal person's account apart; the rest is set with it
	Name   string
	Role   string // account.Role
	Number string // masked IIN
}

// EndsAt returns the instant s ends if it is not used again.
func (s Session) EndsAt() time.Time {
	idle, absolute := s.SeenAt.Add(Idle), s.CreatedAt.Add(Absolute)
	if !s.NotAfter.IsZero() && s.NotAfter.Before(absolute) {
		absolute = s.NotAfter
	}
	if idle.Before(absolute) {
		return idle
	}
	return absolute
}

// Alive reports whether s may still be used at the instant at.
func (s Session) Alive(at time.Time) bool { return at.Before(s.EndsAt()) }

// DeviceLife is how long a browser is known to an account it signed in to.
const DeviceLife = 365 * 24 * time.Hour

// Token makes the cookie's value of 32 random bytes (from crypto/rand) and the session's ID.
func Token(random [32]byte) (token, id string) {
	token = base64url.Encode(random[:])
	return token, ID(token)
}

// ID returns the look-up key of a token.
func ID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
