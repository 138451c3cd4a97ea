// Package receipt makes and checks what the office certifies: the receipt of a filing, that is what
// was filed, by whom and when, and the certificate of an interruption. Both are signed with Ed25519
// (RFC 8032) over canonical JSON (RFC 8785), checkable offline with what the office published alone.
//
// The key that signs lives for days and is made by a machine; the document carries its Certificate, by
// which a root vouches for it. Roots change rarely and are Published with the time in which they
// certified. So a document verifies for ever: its key was in force at the instant the document names,
// and its root when it certified the key.
package receipt

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gowebpki/jcs"
)

// Version of the receipt's format that is issued. Fields are added, never re-meant; what was issued
// under an older version verifies for ever.
const Version = 2

// ErrSignature: the document was altered, or signed with another key.
var ErrSignature = errors.New("receipt: the signature does not match")

// Receipt is what the office certifies. In version 2 the filed documents are named by the manifest
// that every signer signed; version 1, which had one signer, listed them.
type Receipt struct {
	Version         int      `json:"receiptVersion"`
	FilingID        string   `json:"filingId"`
	TicketNo        string   `json:"ticketNo"`
	CheckCode       string   `json:"checkCode,omitempty"` // opens the receipt's facts to whoever has it and the ticket number
	ManifestSHA256  string   `json:"manifestSha256"`      // hex, of the signed document's bytes
	FormSHA256      string   `json:"formSha256"`          // hex, of the form's canonical JSON
	StatementSHA256 string   `json:"statementSha256,omitempty"`
	Signers         []Signer `json:"signers,omitempty"` // in the order they signed
	SentAt          string   `json:"sentAt"`            // see Time: the instant that counts (CPC 123(5), (7))
	SentAtSource    string   `json:"sentAtSource"`      // "gateway": when the gateway had the whole request
	Agreement       string   `json:"agreement"`         // version of the user agreement the manifest was made under
	CourtCode       string   `json:"courtCode"`
	Lang            string   `json:"lang"` // of the document that was signed

	Files      []File      `json:"files,omitempty"`      // version 1
	Signer     *Signer     `json:"signer,omitempty"`     // version 1
	Revocation *Revocation `json:"revocation,omitempty"` // version 1; since then of each signer
}

// File is one filed document.
type File struct {
	Role   string `json:"role"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Signer is who signed, as the certificate says: the person, and the organisation they act for. Number
// is masked, the organisation's where there is one.
type Signer struct {
	Organisation string `json:"organisation,omitempty"`

	Kind       string      `json:"kind"`   // "natural" or "legal"
	Number     string      `json:"number"` // last four digits of the IIN or BIN
	Name       string      `json:"name"`
	CertSerial string      `json:"certSerial"`           // hex
	CertSHA256 string      `json:"certSha256,omitempty"` // hex, of the certificate
	Issuer     string      `json:"issuer"`               // distinguished name
	Role       string      `json:"role"`
	For        []Seat      `json:"for,omitempty"`
	JudgedAt   string      `json:"judgedAt,omitempty"` // when the gateway received the signature, whatever time stamp it brings
	Revocation *Revocation `json:"revocation,omitempty"`
}

// Seat is whom a signature is for, and in what capacity.
type Seat struct {
	Party    string `json:"party"` // its id in the form, "" for the filer
	Capacity string `json:"capacity"`
}

// Revocation says what was known of the certificate's revocation when the receipt was made.
type Revocation struct {
	Status     string `json:"status"`              // "good", or "deferred": no fresh evidence was at hand, it is checked later
	CRLNumber  string `json:"crlNumber,omitempty"` // hex
	ThisUpdate string `json:"thisUpdate,omitempty"`
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

// Key is a key that signs, with the certificate that it shows.
type Key struct {
	Private     ed25519.PrivateKey
	Certificate []byte // see Certificate; nil for a key of before there were any
}

// Issue signs r and returns what the filer keeps as canonical JSON: {"receipt": r, "keyId": see
// KeyID, "keyCertificate": see Certificate, base64, "signature": Ed25519 over the canonical JSON of
// r, base64}. It sets r.Version.
func Issue(key Key, r Receipt) ([]byte, error) {
	r.Version = Version
	return sign(key, "receipt", r)
}

// Verify checks a signed receipt against what the office published and returns its content.
//
// data is what Issue returned, with any white space and in any order. What Issue does not write refuses it:
// a member beside those four, a name that stands twice, of which one reader takes the first and another
// the last, base64 in another form.
//
// Errors: ErrSignature, also for another format version, and where its key is at fault one of those
// that say why; a JSON error otherwise.
func Verify(keys Published, data []byte) (Receipt, error) {
	var r Receipt
	if err := open(keys, ForReceipts, "receipt", data, &r, func() string { return r.SentAt }); err != nil {
		return Receipt{}, err
	}
	if r.Version < 1 || r.Version > Version {
		return Receipt{}, ErrSignature
	}
	return r, nil
}

// Read returns what a signed receipt says, for who has it from the office's own store: whether it is the
// office's is Verify's to say. It refuses what Verify refuses of the text.
//
// Errors: ErrSignature; a JSON error.
func Read(data []byte) (Receipt, error) {
	var r Receipt
	raw, err := members(data, "receipt")
	if err != nil {
		return Receipt{}, err
	}
	if err := json.Unmarshal(raw["receipt"], &r); err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	return r, nil
}

// members takes a signed document apart: the member of that name, and those that prove it.
//
// Errors: ErrSignature for what the office does not write; a JSON error.
func members(data []byte, member string) (map[string]json.RawMessage, error) {
	if _, err := jcs.Transform(data); err != nil { // it knows a name that stands twice, at any depth
		return nil, fmt.Errorf("receipt: %w", err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	for name := range raw {
		if name != member && name != "keyId" && name != "keyCertificate" && name != "signature" {
			return nil, ErrSignature
		}
	}
	if raw[member] == nil {
		return nil, ErrSignature
	}
	return raw, nil
}

// octets decodes base64 in the one form that sign writes: padded, without line breaks, the last character's
// unused bits zero. No text is nil.
func octets(raw json.RawMessage) ([]byte, error) {
	var text *string
	if raw == nil {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &text); err != nil || text == nil {
		return nil, ErrSignature
	}
	out, err := base64.StdEncoding.Strict().DecodeString(*text)
	if err != nil || strings.ContainsAny(*text, "\r\n") {
		return nil, ErrSignature
	}
	return out, nil
}

// sign makes the signed document that has body as its member of that name.
func sign(key Key, member string, body any) ([]byte, error) {
	signed, err := canonical(body)
	if err != nil {
		return nil, err
	}
	out := map[string]any{
		member:      json.RawMessage(signed),
		"keyId":     KeyID(key.Private.Public().(ed25519.PublicKey)),
		"signature": ed25519.Sign(key.Private, signed),
	}
	if key.Certificate != nil {
		out["keyCertificate"] = key.Certificate
	}
	return canonical(out)
}

// open decodes the member of that name of a signed document into v. at is the instant that v then names,
// see Time.
//
// Errors: ErrSignature and those that say why; a JSON error.
func open(keys Published, purpose Purpose, member string, data []byte, v any, at func() string) error {
	raw, err := members(data, member)
	if err != nil {
		return err
	}
	var keyID string
	if raw["keyId"] == nil || json.Unmarshal(raw["keyId"], &keyID) != nil {
		return ErrSignature
	}
	signature, err := octets(raw["signature"])
	if err != nil {
		return err
	}
	certificate, err := octets(raw["keyCertificate"])
	if err != nil {
		return ErrCertificate
	}
	pub, inForce, err := keys.signer(purpose, keyID, certificate)
	if err != nil {
		return err
	}
	// The signature covers the members as sent, known to this reader or not.
	body, err := jcs.Transform(raw[member])
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	if !ed25519.Verify(pub, body, signature) {
		return ErrSignature
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	instant, err := time.Parse(time.RFC3339, at())
	if err != nil || !inForce(instant) {
		return ErrNotInForce
	}
	return nil
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
