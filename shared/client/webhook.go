package client

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Notice is what the office posts to an address that an organisation registered: ids, no names and no texts.
// Of the ids from Filing on those are there that its type has.
type Notice struct {
	ID   string    // the same however often the notice comes: keep those of a week and take none twice
	Type string    // "filing.received"
	At   time.Time // when it happened, UTC

	Hook, Account                           string
	Filing, Case, Act, What, Ticket, Window string
}

// ErrNotice is wrapped by errors about posts that are no notice of the office, or are for another address.
var ErrNotice = errors.New("client: not a notice of the office for this address")

// ReadNotice reads a post that came to the address with the id hook, at the receiver's clock. keys is what the
// office has at /keys.json, as JSON: fetch it when an unknown root is named, not for each post. Answer 2xx once
// the notice is kept, within five seconds; another answer has it come again, for about a day.
//
// It uses nothing but the standard library, so that it can be read as how to do the same in another language:
//
//  1. webhook-certificate is base64 of 133 bytes: "SKC1", a byte that must be 3 (webhooks), 8 bytes of the
//     root's id, 8 of a serial, from when and until when the key signs (8 bytes each, seconds since 1970), the
//     Ed25519 key (32 bytes), and the root's signature over all that: r and s, ECDSA with P-256 and SHA-256.
//  2. The root is the one of keys.roots with that rootId, and from is within its own notBefore and notAfter.
//  3. webhook-signature is "v1a," and base64 of the Ed25519 signature over webhook-id, ".",
//     webhook-timestamp, ".", and the body as it came.
//  4. webhook-timestamp is within the certificate's time and no more than five minutes from now.
//  5. data.hook is the id of your own address: everybody's notices are signed with the same keys.
//
// Errors: ErrNotice, wrapped with the reason.
func ReadNotice(keys []byte, hook string, header http.Header, body []byte, now time.Time) (Notice, error) {
	refuse := func(why string) (Notice, error) { return Notice{}, fmt.Errorf("%w: %s", ErrNotice, why) }
	c, err := base64.StdEncoding.DecodeString(header.Get("Webhook-Certificate"))
	if err != nil || len(c) != 133 || string(c[:4]) != "SKC1" || c[4] != 3 {
		return refuse("no certificate of a key for webhooks")
	}
	from, until := int64(binary.BigEndian.Uint64(c[21:])), int64(binary.BigEndian.Uint64(c[29:]))
	root, err := rootOf(keys, hex.EncodeToString(c[5:13]), time.Unix(from, 0))
	if err != nil {
		return refuse(err.Error())
	}
	digest := sha256.Sum256(c[:69])
	if !ecdsa.Verify(root, digest[:], new(big.Int).SetBytes(c[69:101]), new(big.Int).SetBytes(c[101:])) {
		return refuse("the root did not certify the key")
	}
	id, timestamp := header.Get("Webhook-Id"), header.Get("Webhook-Timestamp")
	encoded, ok := strings.CutPrefix(header.Get("Webhook-Signature"), "v1a,")
	signature, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || !ed25519.Verify(c[37:69], []byte(id+"."+timestamp+"."+string(body)), signature) {
		return refuse("the signature does not hold")
	}
	sent, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || sent < from || sent >= until || now.Sub(time.Unix(sent, 0)).Abs() > 5*time.Minute {
		return refuse("it was not sent just now")
	}
	var n struct {
		Type string
		At   time.Time `json:"timestamp"`
		Data Notice
	}
	if err := json.Unmarshal(body, &n); err != nil {
		return refuse(err.Error())
	}
	if n.Data.Hook != hook {
		return refuse("it is for another address")
	}
	n.Data.ID, n.Data.Type, n.Data.At = id, n.Type, n.At
	return n.Data, nil
}

// rootOf is the key of the published root of an id that certified at an instant.
func rootOf(keys []byte, id string, at time.Time) (*ecdsa.PublicKey, error) {
	var published struct {
		Roots []struct {
			RootID    string
			PublicKey []byte // SubjectPublicKeyInfo, DER
			NotBefore time.Time
			NotAfter  *time.Time
		}
	}
	if err := json.Unmarshal(keys, &published); err != nil {
		return nil, err
	}
	for _, r := range published.Roots {
		if r.RootID != id || at.Before(r.NotBefore) || r.NotAfter != nil && !at.Before(*r.NotAfter) {
			continue
		}
		parsed, err := x509.ParsePKIXPublicKey(r.PublicKey)
		if key, ok := parsed.(*ecdsa.PublicKey); err == nil && ok && key.Curve == elliptic.P256() {
			return key, nil
		}
	}
	return nil, errors.New("no published root certified the key")
}
