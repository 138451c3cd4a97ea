// Package gost34310 makes and verifies signatures of GOST 34.310-2004, the former
// standard of Kazakhstan's National Certification Authority (NCA): the scheme of
// GOST R 34.10-2001 (RFC 5832) with 256 bits on the curve
// id-GostR3410-2001-CryptoPro-A-ParamSet (RFC 4357, section 11.4). The NCA issued
// such certificates until about 2025, and documents signed with them remain.
//
// Digests are those of package gost341194. All numbers are little-endian and 32
// bytes long: a public key is x || y, the content of the OCTET STRING inside the
// BIT STRING of subjectPublicKey; a signature is r || s. No other order is
// accepted.
//
// The code is short rather than fast and computes with math/big, in variable time
// when signing too: sign with it nothing but test data.
package gost34310

import (
	"crypto"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"

	"github.com/courtoffice/courtoffice/shared/gost/internal/nonce"
)

const (
	// PublicKeySize is the length of an encoded public key in bytes.
	PublicKeySize = 64
	// PrivateKeySize is the length of an encoded private key in bytes.
	PrivateKeySize = 32
	// SignatureSize is the length of a signature in bytes.
	SignatureSize = 64
	// DigestSize is the length of the digest that is signed in bytes.
	DigestSize = 32
)

var (
	// ErrPublicKey means that bytes are not the encoding of a point of the curve.
	ErrPublicKey = errors.New("gost34310: invalid public key")
	// ErrPrivateKey means that bytes are not the encoding of a number in [1, q).
	ErrPrivateKey = errors.New("gost34310: invalid private key")
	// ErrDigest means that a digest to sign is not DigestSize bytes long.
	ErrDigest = errors.New("gost34310: digest is not 32 bytes long")
)

// PublicKey is a point of the curve other than infinity. Its methods may be called
// concurrently. The zero value is no key: it verifies nothing and has no Bytes.
type PublicKey struct{ x, y *big.Int }

// NewPublicKey decodes x || y, both little-endian. It returns ErrPublicKey if b is
// not PublicKeySize long, a coordinate is not below p, or the point is not on the
// curve, whose order is prime. b is not retained.
func NewPublicKey(b []byte) (*PublicKey, error) {
	if len(b) != PublicKeySize {
		return nil, ErrPublicKey
	}
	c := curveA()
	k := &PublicKey{decode(b[:32]), decode(b[32:])}
	if k.x.Cmp(c.p) >= 0 || k.y.Cmp(c.p) >= 0 || !c.contains(k.x, k.y) {
		return nil, ErrPublicKey
	}
	return k, nil
}

// Bytes returns the encoding that NewPublicKey reads.
func (k *PublicKey) Bytes() []byte { return append(encode(k.x), encode(k.y)...) }

// Equal reports whether x is a *PublicKey with the same point.
func (k *PublicKey) Equal(x crypto.PublicKey) bool {
	o, ok := x.(*PublicKey)
	return ok && k.x.Cmp(o.x) == 0 && k.y.Cmp(o.y) == 0
}

// Verify reports whether sig is a signature of digest by the holder of k
// (RFC 5832, section 6.2). digest is DigestSize bytes, sig is SignatureSize bytes,
// r || s, both little-endian with 0 < r, s < q; anything else is not a signature.
func (k *PublicKey) Verify(digest, sig []byte) bool {
	if k.x == nil || len(digest) != DigestSize || len(sig) != SignatureSize {
		return false
	}
	c := curveA()
	r, s := decode(sig[:32]), decode(sig[32:])
	if r.Sign() == 0 || r.Cmp(c.q) >= 0 || s.Sign() == 0 || s.Cmp(c.q) >= 0 {
		return false
	}
	v := new(big.Int).ModInverse(c.number(digest), c.q)
	z1 := new(big.Int).Mul(s, v)
	z1.Mod(z1, c.q)
	z2 := new(big.Int).Mul(r, v)
	z2.Neg(z2).Mod(z2, c.q)
	x, _, ok := c.linear(z1, z2, k.x, k.y)
	return ok && x.Mod(x, c.q).Cmp(r) == 0
}

// number reads a digest: the number modulo q, or 1 where that is 0 (RFC 5832,
// section 6.1, step 2).
func (c *curve) number(digest []byte) *big.Int {
	e := decode(digest)
	if e.Mod(e, c.q).Sign() == 0 {
		e.SetInt64(1)
	}
	return e
}

// PrivateKey is a signing key for test data; see the package comment.
type PrivateKey struct {
	d      *big.Int
	public PublicKey
}

// NewPrivateKey decodes the little-endian number d. It returns ErrPrivateKey unless
// d is PrivateKeySize bytes long and 0 < d < q. b is not retained.
func NewPrivateKey(b []byte) (*PrivateKey, error) {
	if len(b) != PrivateKeySize {
		return nil, ErrPrivateKey
	}
	c := curveA()
	k := &PrivateKey{d: decode(b)}
	if k.d.Sign() == 0 || k.d.Cmp(c.q) >= 0 {
		return nil, ErrPrivateKey
	}
	k.public.x, k.public.y, _ = c.linear(k.d, new(big.Int), c.gx, c.gy)
	return k, nil
}

// GenerateKey makes a key from bytes of random, crypto/rand.Reader if it is nil. It
// fails only if reading does.
func GenerateKey(random io.Reader) (*PrivateKey, error) {
	if random == nil {
		random = rand.Reader
	}
	var b [PrivateKeySize]byte
	for {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return nil, fmt.Errorf("gost34310: generate key: %w", err)
		}
		if k, err := NewPrivateKey(b[:]); err == nil {
			return k, nil
		}
	}
}

// Public returns the key that verifies what k signs.
func (k *PrivateKey) Public() *PublicKey { return &k.public }

// Bytes returns the little-endian number that NewPrivateKey reads.
func (k *PrivateKey) Bytes() []byte { return encode(k.d) }

// Sign returns a signature r || s of digest (RFC 5832, section 6.1), which is
// DigestSize bytes long, else the error is ErrDigest. The nonce depends on the key,
// the digest and 32 bytes of crypto/rand.
func (k *PrivateKey) Sign(digest []byte) ([]byte, error) {
	var random [32]byte
	rand.Read(random[:])
	return k.sign(digest, random[:])
}

// SignDeterministic is Sign with a nonce that depends on key and digest only, in
// the way of RFC 6979 with HMAC-SHA-512 and little-endian numbers.
func (k *PrivateKey) SignDeterministic(digest []byte) ([]byte, error) {
	return k.sign(digest, nil)
}

func (k *PrivateKey) sign(digest, extra []byte) ([]byte, error) {
	if len(digest) != DigestSize {
		return nil, ErrDigest
	}
	c := curveA()
	e := c.number(digest)
	candidates := nonce.New(k.Bytes(), encode(e), extra)
	for {
		var b [32]byte
		candidates.Next(b[:])
		k1 := decode(b[:])
		if k1.Sign() == 0 || k1.Cmp(c.q) >= 0 {
			continue
		}
		r, _, _ := c.linear(k1, new(big.Int), c.gx, c.gy)
		r.Mod(r, c.q)
		s := new(big.Int).Mul(r, k.d)
		s.Add(s, k1.Mul(k1, e)).Mod(s, c.q)
		if r.Sign() != 0 && s.Sign() != 0 {
			return append(encode(r), encode(s)...), nil
		}
	}
}

// decode reads a little-endian number.
func decode(b []byte) *big.Int {
	b = slices.Clone(b)
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

// encode writes v as 32 bytes, lowest first.
func encode(v *big.Int) []byte {
	b := v.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	return b
}
