// Package phone is the rule of signing on a phone: a browser offers a document the office gave out, a
// phone with eGov Mobile fetches it, signs it and puts it back, and the browser that offered it takes
// the signature and sends it as it sends one of NCALayer's.
//
// Everything a party must know to go on is in a token under the office's MAC, so a stranger is turned
// away before anything is read or parsed. Nothing else is kept than the document, which phone opened
// it, and what came back, for five minutes.
//
// # Codes that are passed on
//
// The danger of a code on a screen is that it is shown to somebody else: a swindler begins signing in,
// sends the code or the link to a victim, the victim signs, and the swindler's browser is signed in as
// the victim. Five things stand against it, from the weakest to the strongest:
//
//   - a code lives five minutes, is opened by one phone and signed once;
//   - only documents that the office itself made can be offered, so the code can't be made to carry a
//     sentence of the swindler's own;
//   - the phone shows, before and beside the signature, the office's address and in words what the
//     signature does; the words are part of what is signed;
//   - signing in opens reading and drafts: each act that binds is signed for itself, with words of its own;
//   - the phone that opened the code shows four digits that the office told nobody else, with the warning to
//     type them into nothing but the page one opened oneself. Until they are typed where the code was
//     asked for, the signature stays with the office; after three wrong ones it stays for good. So
//     whoever holds the browser must also hear from whoever holds the phone.
package phone

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/base64url"
	"github.com/courtoffice/courtoffice/shared/indexkey"
)

const (
	// Life is how long a code serves at most: time to unlock a phone, open eGov Mobile and read.
	Life = 5 * time.Minute
	// Tries is how often the phone's digits may be typed.
	Tries = 3
)

var (
	// ErrOver: no such code, or its time is over, or it was given up, or the digits were wrong too often.
	ErrOver = errors.New("phone: no such code, or it is over")
	// ErrTaken: another phone opened the code.
	ErrTaken = errors.New("phone: opened by another phone")
	// ErrSigned: the code brought a signature already.
	ErrSigned = errors.New("phone: signed already")
	// ErrOther: what came back is not a signature over the document that was offered.
	ErrOther = errors.New("phone: another document came back")
	// ErrDigits: not the digits that the phone shows.
	ErrDigits = errors.New("phone: other digits")
	// ErrPermit: the document is none that the office gave out to be signed, or its time is over.
	ErrPermit = errors.New("phone: not a document of the office")
)

// Permit returns the token that goes with a document the office gives out to be signed before the
// instant until: who has both may offer the document to a phone.
//
// Format, base64url without padding: until, Unix milliseconds, big-endian (8) || HMAC-SHA256 (32), which
// covers those 8 bytes and the document's SHA-256.
func Permit(indexKey, document []byte, until time.Time) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(until.UnixMilli()))
	return base64url.Encode(append(raw, permitMAC(indexKey, raw, document)...))
}

// Permitted returns until when a document may be signed, as its permit says.
//
// Errors: ErrPermit.
func Permitted(indexKey, document []byte, permit string, at time.Time) (until time.Time, err error) {
	raw, err := base64url.Decode(permit)
	if err != nil || len(raw) != 8+sha256.Size || !hmac.Equal(raw[8:], permitMAC(indexKey, raw[:8], document)) {
		return time.Time{}, ErrPermit
	}
	until = time.UnixMilli(int64(binary.BigEndian.Uint64(raw))).UTC()
	if !at.Before(until) {
		return time.Time{}, ErrPermit
	}
	return until, nil
}

func permitMAC(indexKey, until, document []byte) []byte {
	sum := sha256.Sum256(document)
	return indexkey.MAC(indexKey, indexkey.Phone, "permit", string(until)+string(sum[:]))
}

// Code is what a QR code leads to: one request for one signature.
type Code struct {
	ID    string    // as it stands in addresses
	Key   string    // hex, under which its state is kept
	Until time.Time // to the millisecond
}

const (
	nonceLen = 16
	codeLen  = nonceLen + 8
	codeMAC  = 16 // a code lives five minutes; a shorter QR code is easier to catch
)

// NewCode returns a code that ends Life after at, or at the instant until if that is earlier. nonce
// must be fresh from crypto/rand.
func NewCode(indexKey []byte, nonce [nonceLen]byte, at, until time.Time) Code {
	if end := at.Add(Life); end.Before(until) {
		until = end
	}
	raw := binary.BigEndian.AppendUint64(nonce[:], uint64(until.UnixMilli()))
	mac := indexkey.MAC(indexKey, indexkey.Phone, "code", string(raw))
	return code(base64url.Encode(append(raw, mac[:codeMAC]...)), raw)
}

// ParseCode reads the id of a code that NewCode made and that is not over at the instant at.
//
// Errors: ErrOver.
func ParseCode(indexKey []byte, id string, at time.Time) (Code, error) {
	raw, err := base64url.Decode(id)
	if err != nil || len(raw) != codeLen+codeMAC {
		return Code{}, ErrOver
	}
	mac := indexkey.MAC(indexKey, indexkey.Phone, "code", string(raw[:codeLen]))
	if !hmac.Equal(raw[codeLen:], mac[:codeMAC]) {
		return Code{}, ErrOver
	}
	c := code(id, raw)
	if !at.Before(c.Until) {
		return Code{}, ErrOver
	}
	return c, nil
}

func code(id string, raw []byte) Code {
	return Code{
		ID: id, Key: hex.EncodeToString(raw[:nonceLen]),
		Until: time.UnixMilli(int64(binary.BigEndian.Uint64(raw[nonceLen:codeLen]))).UTC(),
	}
}

// Browser returns the token of the browser that asked for c. It is not in the QR code: who only sees
// that can't take the signature.
func (c Code) Browser(indexKey []byte) string {
	return base64url.Encode(indexkey.MAC(indexKey, indexkey.Phone, "browser", c.ID))
}

// IsBrowser reports whether token is that of Browser.
func (c Code) IsBrowser(indexKey []byte, token string) bool {
	return hmac.Equal([]byte(token), []byte(c.Browser(indexKey)))
}

// Opening returns a token for a phone that has read c: nonce, fresh from crypto/rand, and its MAC. Each
// reading gives another; the first that comes for the document has opened the code.
func (c Code) Opening(indexKey []byte, nonce [nonceLen]byte) string {
	return base64url.Encode(append(nonce[:], c.openingMAC(indexKey, nonce[:])...))
}

// IsOpening reports whether token is one of Opening.
func (c Code) IsOpening(indexKey []byte, token string) bool {
	raw, err := base64url.Decode(token)
	return err == nil && len(raw) == nonceLen+sha256.Size && hmac.Equal(raw[nonceLen:], c.openingMAC(indexKey, raw[:nonceLen]))
}

func (c Code) openingMAC(indexKey, nonce []byte) []byte {
	return indexkey.MAC(indexKey, indexkey.Phone, "opening", c.ID+"."+string(nonce))
}

// Digits are the four that the phone with that opening shows. They are computed, not kept.
func (c Code) Digits(indexKey []byte, opening string) string {
	mac := indexkey.MAC(indexKey, indexkey.Phone, "digits", c.ID+"."+opening)
	return fmt.Sprintf("%04d", binary.BigEndian.Uint64(mac)%10_000)
}

// State is what is known of a code.
type State struct {
	Document  []byte // nil where it was not asked for
	Opening   string // of the phone that opened it, or ""
	Matched   bool   // the phone's digits were typed where the code was asked for
	Tries     int    // times digits were typed
	GivenUp   bool   // by the browser
	Signature []byte // DER, or nil
}

// Over reports whether the code can lead to nothing any more.
func (s State) Over() bool { return s.GivenUp || s.Tries >= Tries && !s.Matched }

// MayOpen says whether a phone with that opening may have the document.
//
// Errors: ErrOver, ErrTaken, ErrSigned.
func (s State) MayOpen(opening string) error {
	switch {
	case s.Over():
		return ErrOver
	case s.Opening != "" && s.Opening != opening:
		return ErrTaken
	case s.Signature != nil:
		return ErrSigned
	}
	return nil
}

// MaySign says whether a phone with that opening may bring that signature: it has opened the code, and
// brings the first or the same once more, since the answer to the first may have been lost.
//
// Errors: ErrOver, ErrTaken, ErrSigned.
func (s State) MaySign(opening string, signature []byte) error {
	switch {
	case s.Over(), s.Opening == "":
		return ErrOver
	case s.Opening != opening:
		return ErrTaken
	case s.Signature != nil && string(s.Signature) != string(signature):
		return ErrSigned
	}
	return nil
}
