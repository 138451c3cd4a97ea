// Package challenge makes and checks the random word a signature must contain, so that a
// signed document can't be replayed, prepared ahead or made for another site.
//
// A challenge is stateless: the office remembers nothing until one is used. Using one up is
// the store's part: it writes the nonce under a condition in the transaction of the act.
//
// Format, base64url without padding of 56 bytes:
//
//	nonce (16) || not-after, Unix milliseconds, big-endian (8) || HMAC-SHA256 (32)
//
// The MAC covers purpose, 0x00, origin, 0x00 and the first 24 bytes.
package challenge

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"time"

	"github.com/courtoffice/courtoffice/shared/base64url"
)

// Life is how long a challenge may be used: time to choose a key and type its password, no more.
const Life = 5 * time.Minute

var (
	// ErrInvalid: not made by this office, for this purpose, or for this origin.
	ErrInvalid = errors.New("challenge: not ours, or for another purpose or origin")
	// ErrExpired: older than Life.
	ErrExpired = errors.New("challenge: expired")
	// ErrUsed: already used. Returned by the store, which keeps the used nonces.
	ErrUsed = errors.New("challenge: already used")
)

// Challenge is a checked challenge.
type Challenge struct {
	Nonce    string    // 32 hex digits, the key under which its use is recorded
	NotAfter time.Time // UTC; a record of its use may be dropped after this instant
}

// Issue returns a challenge for purpose and origin (the address of the office), valid for
// Life from at. nonce must be fresh from crypto/rand; key is 32 bytes.
func Issue(key []byte, purpose, origin string, nonce [16]byte, at time.Time) (token string, notAfter time.Time) {
	notAfter = at.Add(Life).UTC().Truncate(time.Millisecond)
	raw := make([]byte, 24, 56)
	copy(raw, nonce[:])
	binary.BigEndian.PutUint64(raw[16:], uint64(notAfter.UnixMilli()))
	return base64url.Encode(append(raw, mac(key, purpose, origin, raw)...)), notAfter
}

// Check verifies token at the instant at. It says nothing about earlier use.
//
// Errors: ErrInvalid, ErrExpired.
func Check(key []byte, purpose, origin, token string, at time.Time) (Challenge, error) {
	raw, err := base64url.Decode(token)
	if err != nil || len(raw) != 56 {
		return Challenge{}, ErrInvalid
	}
	if !hmac.Equal(raw[24:], mac(key, purpose, origin, raw[:24])) {
		return Challenge{}, ErrInvalid
	}
	c := Challenge{
		Nonce:    hex.EncodeToString(raw[:16]),
		NotAfter: time.UnixMilli(int64(binary.BigEndian.Uint64(raw[16:24]))).UTC(),
	}
	if at.After(c.NotAfter) {
		return Challenge{}, ErrExpired
	}
	return c, nil
}

func mac(key []byte, purpose, origin string, raw []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(purpose))
	m.Write([]byte{0})
	m.Write([]byte(origin))
	m.Write([]byte{0})
	m.Write(raw)
	return m.Sum(nil)
}
