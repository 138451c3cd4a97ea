package receipt

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// Purpose is what a key may sign. A key of one purpose proves nothing of another.
type Purpose string

// Purposes.
const (
	ForReceipts      Purpose = "receipt"
	ForInterruptions Purpose = "interruption"
	ForWebhooks      Purpose = "webhook"
)

// Purposes has every purpose; its place, counted from one, is how a certificate writes it. It is only
// added to.
var Purposes = []Purpose{ForReceipts, ForInterruptions, ForWebhooks}

// Certificate is a root's word that a key signs documents of one purpose whose instant is from
// NotBefore on and before NotAfter.
//
// Its encoding has 133 bytes, integers with the highest byte first:
//
//	 0   4  "SKC1"
//	 4   1  purpose: its place in Purposes, from one
//	 5   8  root: see RootID
//	13   8  serial: of two keys of a day the higher was made later
//	21   8  NotBefore, seconds since 1970 UTC
//	29   8  NotAfter, likewise
//	37  32  the key's public half, Ed25519 (RFC 8032)
//	69  64  r and s of the root's signature over the 69 bytes before: ECDSA, P-256, SHA-256;
//	        s is in the lower half, so that there is one signature and not two
//
// A certificate has this one encoding.
type Certificate struct {
	Purpose             Purpose
	Root                string // see RootID
	Serial              uint64
	NotBefore, NotAfter time.Time // whole seconds
	Key                 ed25519.PublicKey

	signature [signatureSize]byte
}

const (
	magic         = "SKC1"
	bodySize      = len(magic) + 1 + 8 + 8 + 8 + 8 + ed25519.PublicKeySize
	signatureSize = 64
	// CertificateSize is the length of a certificate's encoding in bytes.
	CertificateSize = bodySize + signatureSize

	lastSecond = 253_402_300_799 // of the year 9999, the last that Time writes
)

// Why a document is refused. Each is ErrSignature too.
var (
	// ErrCertificate: the certificate of the key is no certificate, or was altered.
	ErrCertificate = fmt.Errorf("%w: the certificate of its key was altered", ErrSignature)
	// ErrRoot: the key was certified by somebody else.
	ErrRoot = fmt.Errorf("%w: its key is certified by no root that the office published", ErrSignature)
	// ErrRootEnded: the key was certified outside the time in which its root certified keys.
	ErrRootEnded = fmt.Errorf("%w: its key was certified when the root was not in force", ErrSignature)
	// ErrPurpose: the key signs documents of another kind.
	ErrPurpose = fmt.Errorf("%w: its key is certified for another purpose", ErrSignature)
	// ErrNotInForce: the instant that the document names is outside the time of its key.
	ErrNotInForce = fmt.Errorf("%w: its key was not in force at the instant it names", ErrSignature)
	// ErrUnknownKey: the document brings no certificate, and its key is none of those of before.
	ErrUnknownKey = fmt.Errorf("%w: its key is none that the office published", ErrSignature)
	// ErrVersion: the office signed it in a format that this program does not know.
	ErrVersion = fmt.Errorf("%w: its version is none that this program knows", ErrSignature)
)

// ErrEncoding: Certify was given what no certificate can say.
var ErrEncoding = errors.New("receipt: no such certificate can be made")

// In reports whether the key is in force at an instant.
func (c Certificate) In(at time.Time) bool { return !at.Before(c.NotBefore) && at.Before(c.NotAfter) }

// body is what the root signs.
//
// Errors: ErrEncoding.
func (c Certificate) body() ([]byte, error) {
	place := 0
	for i, p := range Purposes {
		if p == c.Purpose {
			place = i + 1
		}
	}
	root, err := hex.DecodeString(c.Root)
	from, to := c.NotBefore.Unix(), c.NotAfter.Unix()
	if place == 0 || err != nil || len(root) != 8 || hex.EncodeToString(root) != c.Root || len(c.Key) != ed25519.PublicKeySize ||
		from < 0 || to > lastSecond || from >= to || c.NotBefore.Nanosecond() != 0 || c.NotAfter.Nanosecond() != 0 {
		return nil, ErrEncoding
	}
	out := append(make([]byte, 0, CertificateSize), magic...)
	out = append(append(out, byte(place)), root...)
	for _, n := range []uint64{c.Serial, uint64(from), uint64(to)} {
		out = binary.BigEndian.AppendUint64(out, n)
	}
	return append(out, c.Key...), nil
}

// Certify has a root sign c and returns the certificate's encoding. sign is given the bytes to sign and
// returns the DER signature as crypto/ecdsa and KMS make it.
//
// Errors: ErrEncoding, ErrCertificate for an answer that is no signature, those of sign.
func Certify(c Certificate, sign func(message []byte) ([]byte, error)) ([]byte, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	der, err := sign(body)
	if err != nil {
		return nil, fmt.Errorf("certify a key: %w", err)
	}
	var sig struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &sig)
	order := elliptic.P256().Params().N
	if err != nil || len(rest) > 0 || sig.R.Sign() <= 0 || sig.S.Sign() <= 0 || sig.R.Cmp(order) >= 0 || sig.S.Cmp(order) >= 0 {
		return nil, ErrCertificate
	}
	if sig.S.Cmp(new(big.Int).Rsh(order, 1)) > 0 {
		sig.S.Sub(order, sig.S)
	}
	out := append(body, make([]byte, signatureSize)...)
	sig.R.FillBytes(out[bodySize : bodySize+32])
	sig.S.FillBytes(out[bodySize+32:])
	return out, nil
}

// ParseCertificate decodes a certificate. Whether a root signed it is Root.Certified's to say.
//
// Errors: ErrCertificate.
func ParseCertificate(data []byte) (Certificate, error) {
	if len(data) != CertificateSize || string(data[:len(magic)]) != magic {
		return Certificate{}, ErrCertificate
	}
	place, rest := int(data[4]), data[5:]
	if place < 1 || place > len(Purposes) {
		return Certificate{}, ErrCertificate
	}
	number := func(at int) uint64 { return binary.BigEndian.Uint64(rest[at:]) }
	if number(16) > lastSecond || number(24) > lastSecond {
		return Certificate{}, ErrCertificate
	}
	c := Certificate{
		Purpose: Purposes[place-1], Root: hex.EncodeToString(rest[:8]), Serial: number(8),
		NotBefore: time.Unix(int64(number(16)), 0).UTC(), NotAfter: time.Unix(int64(number(24)), 0).UTC(),
		Key: append(ed25519.PublicKey{}, rest[32:64]...), signature: [signatureSize]byte(rest[64:]),
	}
	if !c.NotBefore.Before(c.NotAfter) {
		return Certificate{}, ErrCertificate
	}
	return c, nil
}

// Encode returns the encoding that was parsed.
func (c Certificate) Encode() []byte {
	body, err := c.body()
	if err != nil {
		return nil // it was parsed from none
	}
	return append(body, c.signature[:]...)
}

// Root is a key that certifies keys. It never leaves the key service.
type Root struct {
	ID        string `json:"rootId"`             // see RootID
	Algorithm string `json:"algorithm"`          // "ECDSA-P256-SHA256"
	PublicKey []byte `json:"publicKey"`          // base64; SubjectPublicKeyInfo, DER
	NotBefore string `json:"notBefore"`          // see Time: certificates it made begin from here on
	NotAfter  string `json:"notAfter,omitempty"` // and before; "" while it certifies
}

// RootAlgorithm is what roots sign with.
const RootAlgorithm = "ECDSA-P256-SHA256"

// RootID names a root: the first 16 hex digits of the SHA-256 of its SubjectPublicKeyInfo, DER.
func RootID(spki []byte) string {
	sum := sha256.Sum256(spki)
	return hex.EncodeToString(sum[:8])
}

// NewRoot describes a root by its SubjectPublicKeyInfo, DER, of P-256.
//
// Errors: ErrRoot for what is none.
func NewRoot(spki []byte, notBefore time.Time) (Root, error) {
	if _, err := rootKey(spki); err != nil {
		return Root{}, err
	}
	return Root{ID: RootID(spki), Algorithm: RootAlgorithm, PublicKey: spki, NotBefore: Time(notBefore)}, nil
}

func rootKey(spki []byte) (*ecdsa.PublicKey, error) {
	parsed, err := x509.ParsePKIXPublicKey(spki)
	key, ok := parsed.(*ecdsa.PublicKey)
	if err != nil || !ok || key.Curve != elliptic.P256() {
		return nil, ErrRoot
	}
	return key, nil
}

// Certified checks that the root made c, and at a time at which it certified keys.
//
// Errors: ErrRoot, ErrCertificate, ErrRootEnded.
func (r Root) Certified(c Certificate) error {
	if r.ID != c.Root || r.ID != RootID(r.PublicKey) || r.Algorithm != RootAlgorithm {
		return ErrRoot
	}
	key, err := rootKey(r.PublicKey)
	if err != nil {
		return err
	}
	body, err := c.body()
	if err != nil {
		return ErrCertificate
	}
	digest := sha256.Sum256(body)
	x, s := new(big.Int).SetBytes(c.signature[:32]), new(big.Int).SetBytes(c.signature[32:])
	if s.Cmp(new(big.Int).Rsh(elliptic.P256().Params().N, 1)) > 0 || !ecdsa.Verify(key, digest[:], x, s) {
		return ErrCertificate
	}
	if in, err := within(c.NotBefore, r.NotBefore, r.NotAfter); err != nil || !in {
		return ErrRootEnded
	}
	return nil
}

// within reports whether an instant is from one on and before the other, which may be "" for no end.
func within(at time.Time, from, to string) (bool, error) {
	begin, err := time.Parse(time.RFC3339, from)
	if err != nil {
		return false, err
	}
	if to == "" {
		return !at.Before(begin), nil
	}
	end, err := time.Parse(time.RFC3339, to)
	return err == nil && !at.Before(begin) && at.Before(end), err
}
