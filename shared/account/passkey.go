package account

import (
	"errors"
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/indexkey"
)

// Limits of passkeys.
const (
	MaxPasskeys    = 5  // of one person in one account
	MaxPasskeyName = 60 // characters
)

var (
	// ErrNoPasskey: there is no such passkey, or it is not as it was read.
	ErrNoPasskey = errors.New("account: no such passkey")
	// ErrPasskeys: the person has MaxPasskeys already.
	ErrPasskeys = errors.New("account: too many passkeys")
	// ErrPasskeyKnown: the person has that passkey already.
	ErrPasskeyKnown = errors.New("account: the passkey is there already")
	// ErrPasskeyCopied: the passkey's count did not grow, so that there may be a copy of it.
	ErrPasskeyCopied = errors.New("account: a passkey's count went back")
)

// Passkey opens reading and drafting for the person who added it with their EDS, as their password does
// and no longer than that would (see Credential.Lapsed).
type Passkey struct {
	ID       []byte // the credential's, as the authenticator made it
	Name     string // what the person calls it
	Key      []byte // COSE_Key (RFC 9052, section 7)
	Count    uint32 // signatures, as the authenticator counted them last; 0 for one that does not count
	Eligible bool   // it may be copied to the person's other devices by who keeps it; never changes
	Backed   bool   // it was when it was used last
	AddedAt  time.Time
	UsedAt   time.Time // zero until it opens a session
}

// LogValue implements slog.LogValuer.
func (p Passkey) LogValue() slog.Value { return slog.StringValue("[passkey]") }

// String keeps %v from showing the name.
func (p Passkey) String() string { return "[passkey]" }

// PasskeyHolder is who has passkeys in an account.
type PasskeyHolder struct {
	Key      string // Subject.PersonKey
	Person   Acting // of a natural person the certificate only
	Passkeys []Passkey
}

// Find returns the passkey with that ID.
func (h PasskeyHolder) Find(id []byte) (Passkey, bool) {
	for _, p := range h.Passkeys {
		if string(p.ID) == string(id) {
			return p, true
		}
	}
	return Passkey{}, false
}

// Lapsed reports whether the person's passkeys open nothing any more: by the rule of passwords.
func (h PasskeyHolder) Lapsed(at time.Time, revoked bool) bool {
	return Credential{Person: h.Person}.Lapsed(at, revoked)
}

// PasskeyHandle is the 32 bytes under which an authenticator keeps a person's passkeys of one account
// (WebAuthn, "user handle"). person is Subject.PersonID. It says nothing to who has no index key, and is
// the same each time, so that a device has one passkey of a person and not several.
func PasskeyHandle(indexKey []byte, accountID, person string) []byte {
	return indexkey.MAC(indexKey, indexkey.Passkeys, accountID, person)
}

// PasskeyName reads the name a person gives a passkey.
func PasskeyName(pointer, typed string) (string, error) {
	var l defect.List
	name := strings.Join(strings.Fields(typed), " ")
	switch {
	case name == "":
		l.Add(pointer, "required", "")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		l.Add(pointer, "format", "")
	case utf8.RuneCountInString(name) > MaxPasskeyName:
		l.Add(pointer, "too-long", "")
	}
	return name, l.Err()
}
