package account

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/indexkey"
)

// A signature over a reset of the password may have been got from the person on another page. So it
// changes nothing alone: a code goes to the verified address, and the password is another only when the
// code is typed.

// ErrUnverified: the account's address was never shown to be its holder's, so nothing can be confirmed
// through it. Whoever has the EDS signs in with it and verifies the address first.
var ErrUnverified = errors.New("account: the address is not verified")

// Reset is a reset of a password that was signed and is to be confirmed.
type Reset struct {
	Change PasswordChange
	To     string // the verified address
	Digits string // six; "" when read back
	MAC    string // hex, of the digits for this account, address and signature
}

// NewReset makes the reset p of a person in the account a with a code of four random bytes (from
// crypto/rand) and its MAC under the index key.
//
// Errors: ErrUnverified.
func NewReset(key []byte, a Account, p PasswordChange, random [4]byte) (Reset, error) {
	if a.Verified.IsZero() {
		return Reset{}, ErrUnverified
	}
	r := Reset{Change: p, To: a.Email, Digits: fmt.Sprintf("%06d", binary.BigEndian.Uint32(random[:])%1_000_000)}
	r.MAC = ResetMAC(key, r.Change.ID, r.To, r.Digits)
	return r, nil
}

// ResetMAC is that by which typed digits are compared with those sent for the reset with that id.
func ResetMAC(key []byte, id, to, digits string) string {
	return indexkey.Key(key, indexkey.Code, "reset", id, to, digits)
}

// Expires is when the code is worthless.
func (r Reset) Expires() time.Time { return r.Change.At.Add(CodeLife) }

// Event sends the code to its address.
func (r Reset) Event() Event {
	e := NewEvent(EventResetCode, r.Change.AccountID, r.Change.ID, r.Change.At)
	e.To, e.Code = r.To, r.Digits
	return e
}

// LogValue implements slog.LogValuer: nothing of a reset is logged.
func (r Reset) LogValue() slog.Value { return slog.StringValue("[reset]") }

// String keeps %v from showing the code.
func (r Reset) String() string { return "[reset]" }

// ResetName is a reset as the browser names it when the code is typed: the account, the person and the
// id of what was signed, which nobody else knows.
func (r Reset) ResetName() string {
	return r.Change.AccountID + "~" + r.Change.Person.ID + "~" + r.Change.ID
}

// ParseReset reads a reset's name. What it names is for the store to find.
//
// Errors: ErrCodeGone.
func ParseReset(name string) (accountID, person, id string, err error) {
	parts := strings.Split(name, "~")
	if len(name) > 256 || len(parts) != 3 || !IsID(parts[0]) || parts[2] == "" {
		return "", "", "", ErrCodeGone
	}
	return parts[0], parts[1], parts[2], nil
}

// MaskedEmail hides an address but for its first letter and its domain: "a…@example.kz".
func MaskedEmail(address string) string {
	user, domain, ok := strings.Cut(address, "@")
	if !ok || user == "" {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(user)
	return string(first) + "…@" + domain
}
