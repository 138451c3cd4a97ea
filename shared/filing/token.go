package filing

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"time"

	"github.com/courtoffice/courtoffice/shared/base64url"
	"github.com/courtoffice/courtoffice/shared/indexkey"
)

// ErrToken: no seal token this office made for that filing.
var ErrToken = errors.New("filing: seal token does not match")

// Token says, under the office's MAC, what one person was handed to sign: so the seal needs to
// read nothing, and what was not handed out is refused before a signature is looked at.
type Token struct {
	Manifest string    // hex SHA-256 of the document to sign
	Seats    []byte    // as in Place
	SealBy   time.Time // it may be signed before this instant; to the millisecond
	person   [32]byte
}

// NewToken makes the token of place p.
func NewToken(manifestSHA256 string, p Place, sealBy time.Time) Token {
	return Token{manifestSHA256, p.Seats, sealBy.UTC().Truncate(time.Millisecond), sha256.Sum256([]byte(p.Person))}
}

// Of returns which of the look-up keys the token was made for.
func (t Token) Of(persons ...string) (person string, ok bool) {
	for _, p := range persons {
		if t.person == sha256.Sum256([]byte(p)) {
			return p, true
		}
	}
	return "", false
}

const tokenFixed = 1 + 8 + 32 + 32

// Encode writes t for the filing of that id, base64url without padding of
//
//	1 || seal-by, Unix milliseconds, big-endian (8) || SHA-256 of the document (32) ||
//	SHA-256 of the person's look-up key (32) || seats (1 each) || HMAC-SHA256 (32)
//
// The MAC, under the key of indexkey.Seal, covers the filing's id and what stands before it.
func (t Token) Encode(indexKey []byte, filingID string) (string, error) {
	manifest, err := hex.DecodeString(t.Manifest)
	if err != nil || len(manifest) != 32 || len(t.Seats) == 0 || len(t.Seats) > MaxSeats {
		return "", ErrToken
	}
	raw := binary.BigEndian.AppendUint64([]byte{1}, uint64(t.SealBy.UnixMilli()))
	raw = bytes.Join([][]byte{raw, manifest, t.person[:], t.Seats}, nil)
	return base64url.Encode(append(raw, tokenMAC(indexKey, filingID, raw)...)), nil
}

// ParseToken reads what Encode wrote for the same filing under the same key. It costs two HMACs of
// about a hundred bytes, whatever was sent.
//
// Errors: ErrToken.
func ParseToken(indexKey []byte, filingID, token string) (Token, error) {
	const most = tokenFixed + MaxSeats + sha256.Size
	if n := len(token) * 3 / 4; n <= tokenFixed+sha256.Size || n > most {
		return Token{}, ErrToken
	}
	raw, err := base64url.Decode(token)
	if err != nil {
		return Token{}, ErrToken
	}
	body, mac := raw[:len(raw)-sha256.Size], raw[len(raw)-sha256.Size:]
	if !hmac.Equal(mac, tokenMAC(indexKey, filingID, body)) || body[0] != 1 {
		return Token{}, ErrToken
	}
	t := Token{
		SealBy:   time.UnixMilli(int64(binary.BigEndian.Uint64(body[1:]))).UTC(),
		Manifest: hex.EncodeToString(body[9:41]), Seats: body[tokenFixed:],
	}
	copy(t.person[:], body[41:])
	return t, nil
}

func tokenMAC(indexKey []byte, filingID string, raw []byte) []byte {
	return indexkey.MAC(indexKey, indexkey.Seal, filingID, string(raw))
}
