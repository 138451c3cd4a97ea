package account

import (
	"crypto/hmac"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/base64url"
)

// Whoever took an account over would first move the address that court notices go to (CPC 127(4)(2)).
// So for some days the address before hears of everything too, and may object.

const (
	// BothFor is how long court notices go to the address before as well.
	BothFor = 72 * time.Hour
	// ObjectFor is how long the holder of the address before may object: mail is not read every day.
	ObjectFor = 30 * 24 * time.Hour
)

// Former are the addresses of a channel's history that take court notices beside the one that stands,
// to, at the instant at. One that was never shown to be the holder's may be a stranger's, mistyped.
func Former(history []Address, to string, at time.Time) []Address {
	var list []Address
	for _, a := range history {
		if a.replaced() && a.To != to && at.Before(a.Until.Add(BothFor)) {
			list = append(list, a)
		}
	}
	return list
}

// replaced reports whether a was shown to be the holder's and no longer stands.
func (a Address) replaced() bool { return !a.Until.IsZero() && !a.VerifiedAt.IsZero() }

// MayObject reports whether the holder of a, an address of the history, may object at the instant at
// that another took its place.
func (a Address) MayObject(at time.Time) bool {
	return a.replaced() && !at.Before(a.Until) && at.Before(a.Until.Add(ObjectFor))
}

const linkObjection LinkPurpose = "contact-objection"

// Objection makes the token of the link by which the holder of the address that took an account's
// notices from since on objects that another took its place, without a session: 64 characters of
// base64url, as Representative.Link, with the instant in the place of the id. It fails for an id that
// NewID did not make.
func Objection(key []byte, accountID string, since time.Time) (string, error) {
	owner, ok := binaryID(accountID)
	if !ok {
		return "", fmt.Errorf("account: link of %s: not a UUID", accountID)
	}
	raw := binary.BigEndian.AppendUint64(append(owner[:], make([]byte, 8)...), uint64(since.UnixMilli()))
	return base64url.Encode(append(raw, macOfLink(key, linkObjection, raw)...)), nil
}

// ParseObjection reads the token of an objection.
//
// Errors: ErrLink.
func ParseObjection(key []byte, token string) (accountID string, since time.Time, err error) {
	raw, err := base64url.Decode(token)
	if err != nil || len(raw) != 32+linkMAC || !hmac.Equal(raw[32:], macOfLink(key, linkObjection, raw[:32])) {
		return "", time.Time{}, ErrLink
	}
	return textID([16]byte(raw[:16])), time.UnixMilli(int64(binary.BigEndian.Uint64(raw[24:32]))).UTC(), nil
}
