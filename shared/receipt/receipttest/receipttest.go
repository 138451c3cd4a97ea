// Package receipttest has roots and keys that certify and sign in tests.
package receipttest

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/receipt"
)

// Root is a root in memory.
type Root struct {
	key  *ecdsa.PrivateKey
	SPKI []byte // of its public half, DER
}

// NewRoot makes a root.
func NewRoot(t testing.TB) *Root {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return &Root{key, spki}
}

// Sign signs as the key service does: ECDSA over SHA-256, DER.
func (r *Root) Sign(message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	return ecdsa.SignASN1(rand.Reader, r.key, digest[:])
}

// Public describes the root, which certifies from an instant on.
func (r *Root) Public(t testing.TB, from time.Time) receipt.Root {
	t.Helper()
	root, err := receipt.NewRoot(r.SPKI, from)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// Key is a certified key made of a seed byte.
func (r *Root) Key(t testing.TB, seed byte, purpose receipt.Purpose, from, to time.Time) receipt.Key {
	t.Helper()
	private := Private(seed)
	certificate, err := receipt.Certify(receipt.Certificate{
		Purpose: purpose, Root: receipt.RootID(r.SPKI), Serial: uint64(seed), NotBefore: from, NotAfter: to, Key: private.Public().(ed25519.PublicKey),
	}, r.Sign)
	if err != nil {
		t.Fatal(err)
	}
	return receipt.Key{Private: private, Certificate: certificate}
}

// Private is the private key made of a seed byte.
func Private(seed byte) ed25519.PrivateKey {
	var all [ed25519.SeedSize]byte
	for i := range all {
		all[i] = seed
	}
	return ed25519.NewKeyFromSeed(all[:])
}

// Office returns a key for a purpose that is in force for three days around an instant, and what its
// office publishes.
func Office(t testing.TB, purpose receipt.Purpose, at time.Time) (receipt.Key, receipt.Published) {
	t.Helper()
	root, from := NewRoot(t), at.Truncate(time.Second).Add(-24*time.Hour)
	published := receipt.Published{Version: receipt.PublishedVersion, Roots: []receipt.Root{root.Public(t, from)}}
	return root.Key(t, 1, purpose, from, from.Add(72*time.Hour)), published
}
