package account

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/email"
	"github.com/courtoffice/courtoffice/shared/indexkey"
)

// A notice sent to an address given in the office is a proper notice (CPC 127(4)(2)), so the
// office keeps which address stood from when until when, and how it is known to be the holder's.

// Channel is a way notices reach the holder of an account.
type Channel string

const (
	Email  Channel = "email"
	Mobile Channel = "mobile" // text messages, beside mail and never in its place
)

// Address is an address of an account at some time.
type Address struct {
	To         string    // e-mail address, or number in E.164
	From       time.Time // it takes notices from then on
	Until      time.Time // to then; zero for the one that stands
	VerifiedAt time.Time // its code was typed in; zero if it never was
}

// Code is a code on its way to an address that is to be verified.
type Code struct {
	Channel   Channel
	AccountID string
	ID        string // of the event that sends it
	To        string // e-mail address, or number in E.164
	Digits    string // six; "" when read back: they are kept nowhere
	MAC       string // hex, of the digits for this account and address
	At        time.Time
}

// Limits of a code. A guess is right once in 200,000: five tries of a million.
const (
	CodeLife  = 15 * time.Minute
	CodeTries = 5
)

// Limits of codes by SMS, in fixed windows: nobody floods a phone through the office, and each
// message costs it money.
const (
	TextWindow     = time.Hour
	TextsOfAccount = 3
	TextsToNumber  = 3 // from whichever account
)

var (
	// ErrCodeWrong: the code that was typed is not the one that was sent.
	ErrCodeWrong = errors.New("account: wrong code")
	// ErrCodeGone: there is no code to be typed: none was asked for, or it was used, is too old or
	// was guessed at too often.
	ErrCodeGone = errors.New("account: no code")
)

// NewCode makes a code of four random bytes (from crypto/rand) and its MAC under the index key.
func NewCode(key []byte, channel Channel, accountID, id, to string, random [4]byte, at time.Time) Code {
	c := Code{
		Channel: channel, AccountID: accountID, ID: id, To: to, At: at,
		Digits: fmt.Sprintf("%06d", binary.BigEndian.Uint32(random[:])%1_000_000),
	}
	c.MAC = CodeMAC(key, accountID, to, c.Digits)
	return c
}

// CodeMAC is that by which typed digits are compared with those sent (indexkey.Code). No number is an
// e-mail address, so it needs no channel.
func CodeMAC(key []byte, accountID, to, digits string) string {
	return indexkey.Key(key, indexkey.Code, accountID, to, digits)
}

// CodeCounter names the counter of codes sent to an address, without saying which it is. However its
// host is written, it is one address.
func CodeCounter(key []byte, to string) string {
	return "codes-" + indexkey.Key(key, indexkey.Codes, strings.ToLower(email.ASCII(to)))
}

// Event sends the code to its address.
func (c Code) Event() Event {
	t := EventContactCode
	if c.Channel == Mobile {
		t = EventMobileCode
	}
	e := NewEvent(t, c.AccountID, c.ID, c.At)
	e.To, e.Code = c.To, c.Digits
	return e
}

// LogValue implements slog.LogValuer: nothing of a code is logged.
func (c Code) LogValue() slog.Value { return slog.StringValue("[code]") }

// String keeps %v from showing the code.
func (c Code) String() string { return "[code]" }
