// Package receipt makes and checks the receipt of a filing: what was filed, by whom and when,
// signed by the office with Ed25519 over canonical JSON (RFC 8785), checkable offline with the
// office's public key alone.
package receipt

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gowebpki/jcs"
)

// Version of the receipt's format. Fields are added, never re-meant.
const Version = 1

// ErrSignature: the receipt was altered, or signed with another key.
var ErrSignature = errors.New("receipt: the signature does not match")

// Receipt is what the office certifies.
type Receipt struct {
	Version        int        `json:"receiptVersion"`
	FilingID       string     `json:"filingId"`
	TicketNo       string     `json:"ticketNo"`
	ManifestSHA256 string     `json:"manifestSha256"` // hex, of the signed document's bytes
	FormSHA256     string     `json:"formSha256"`     // hex, of the claim's canonical JSON
	Files          []File     `json:"files"`
	Signer         Signer     `json:"signer"`
	Revocation     Revocation `json:"revocation"`
	SentAt         string     `json:"sentAt"`       // see Time: the instant that counts (CPC 123(5), (7))
	SentAtSource   string     `json:"sentAtSource"` // "gateway": when the gateway had the whole request
	Agreement      string     `json:"agreement"`    // version of the user agreement in force
	CourtCode      string     `json:"courtCode"`
	Lang           string     `json:"lang"`
}

// File is one filed document.
type File struct {
	Role   string `json:"role"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Signer is who signed, as the certificate says. Number is masked.
type Signer struct {
	Kind       string `json:"kind"`   // "natural" or "legal"
	Number     string `json:"number"` // last four digits of the IIN or BIN
	Name       string `json:"name"`
	CertSerial string `json:"certSerial"` // hex
	Issuer     string `json:"issuer"`     // distinguished name
	Role       string `json:"role"`
}

// Revocation says what was known of the certificate's revocation when the receipt was made.
type Revocation struct {
	Status     string `json:"status"`              // "good", or "deferred": no fresh evidence was at hand, it is checked later
	CRLNumber  string `json:"crlNumber,omitempty"` // hex
	ThisUpdate string `json:"thisUpdate,omitempty"`
}

// Signed is the document a filer keeps.
type Signed struct {
	Receipt   Receipt `json:"receipt"`
	KeyID     string  `json:"keyId"`     // see KeyID
	Signature []byte  `json:"signature"` // Ed25519 over the canonical JSON of Receipt
}

// zone is Kazakhstan's time: UTC+5 in the whole country since 1 March 2024.
var zone = time.FixedZone("+05:00", 5*60*60)

// Time writes an instant as receipts do: RFC 3339 at +05:00 with milliseconds.
func Time(t time.Time) string { return t.In(zone).Format("2006-01-02T15:04:05.000Z07:00") }

// KeyID names a public key: the first 16 hex digits of its SHA-256.
func KeyID(pub ed25519.PublicKey) string {
	sum := sha256.Sum256(pub)
	return hex.EncodeToString(sum[:8])
}

// Issue signs r and returns the signed receipt as canonical JSON. It sets r.Version.
func Issue(key ed25519.PrivateKey, r Receipt) ([]byte, error) {
	r.Version = Version
	body, err := canonical(r)
	if err != nil {
		return nil, err
	}
	return canonical(Signed{
		Receipt:   r,
		KeyID:     KeyID(key.Public().(ed25519.PublicKey)),
		Signature: ed25519.Sign(key, body),
	})
}

// Verify checks a signed receipt against the office's public key and returns its content.
//
// data is what Issue returned, in any JSON formatting. Members beside the receipt are not
// certified and not returned.
//
// Errors: ErrSignature, also for another key or format version; a JSON error otherwise.
func Verify(pub ed25519.PublicKey, data []byte) (Receipt, error) {
	var raw struct {
		Receipt   json.RawMessage `json:"receipt"`
		KeyID     string          `json:"keyId"`
		Signature []byte          `json:"signature"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	// The signature covers the receipt's members as sent, known to this reader or not.
	body, err := jcs.Transform(raw.Receipt)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	if raw.KeyID != KeyID(pub) || !ed25519.Verify(pub, body, raw.Signature) {
		return Receipt{}, ErrSignature
	}
	var r Receipt
	if err := json.Unmarshal(body, &r); err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	if r.Version != Version {
		return Receipt{}, ErrSignature
	}
	return r, nil
}

func canonical(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	out, err := jcs.Transform(raw)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	return out, nil
}
