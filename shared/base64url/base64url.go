// Package base64url writes and reads tokens: base64url without padding (RFC 4648 section 5), in its one
// canonical form. Package base64 skips line breaks wherever they stand and by itself lets the last
// character's unused bits be anything, so that several texts would be one token.
package base64url

import (
	"encoding/base64"
	"strings"
)

// Encode returns raw as text of the alphabet A-Z, a-z, 0-9, "-", "_".
func Encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// Decode returns what Encode made text of. For any text it accepts, Encode gives that text back.
//
// Errors: base64.CorruptInputError, at a line break too.
func Decode(text string) ([]byte, error) {
	if i := strings.IndexAny(text, "\r\n"); i >= 0 {
		return nil, base64.CorruptInputError(i)
	}
	return base64.RawURLEncoding.Strict().DecodeString(text)
}
