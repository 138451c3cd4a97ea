package gost3410

import (
	"crypto"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"

	"github.com/courtoffice/courtoffice/shared/gost/internal/nonce"
)

// ErrPrivateKey means that bytes are not the encoding of a number in [1, q).
var ErrPrivateKey = errors.New("gost3410: invalid private key")

// ErrDigest means that a digest to sign is not DigestSize bytes long.
var ErrDigest = errors.New("gost3410: digest is not 64 bytes long")

// PrivateKey is a signing key. Signing takes the same steps and touches the same
// memory whatever the key, the nonce and the digest: the base point is multiplied
// with a regular comb that reads every candidate of its table, numbers modulo q
// are limbs with masked carries, and no branch or address depends on a secret.
// This holds for the Go source; no compiled binary was examined. Methods may be
// called concurrently.
type PrivateKey struct {
	d      scalar
	public PublicKey
}

// NewPrivateKey decodes the little-endian number d. It returns ErrPrivateKey
// unless d is PrivateKeySize bytes long and 0 < d < q. b is not retained.
func NewPrivateKey(b []byte) (*PrivateKey, error) {
	var k PrivateKey
	if len(b) != PrivateKeySize || !k.d.setBytes(b) || k.d.isZero() == 1 {
		return nil, ErrPrivateKey
	}
	k.public.point.baseMult(&k.d)
	return &k, nil
}

// GenerateKey makes a key from bytes of rand, crypto/rand.Reader if it is nil. It
// fails only if reading does.
func GenerateKey(random io.Reader) (*PrivateKey, error) {
	if random == nil {
		random = rand.Reader
	}
	var b [PrivateKeySize]byte
	for {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return nil, fmt.Errorf("gost3410: generate key: %w", err)
		}
		if k, err := NewPrivateKey(b[:]); err == nil {
			return k, nil
		}
	}
}

// Public returns the key that verifies what k signs.
func (k *PrivateKey) Public() *PublicKey {
	public := k.public
	return &public
}

// Bytes returns the little-endian number that NewPrivateKey reads.
func (k *PrivateKey) Bytes() []byte { return k.d.appendBytes(make([]byte, 0, PrivateKeySize)) }

// Equal reports whether x is a *PrivateKey with the same number, in constant time.
func (k *PrivateKey) Equal(x crypto.PrivateKey) bool {
	o, ok := x.(*PrivateKey)
	return ok && subtle.ConstantTimeCompare(k.Bytes(), o.Bytes()) == 1
}

// Sign returns a signature r || s of digest (RFC 7091, section 6.1), which is
// DigestSize bytes long, else the error is ErrDigest. The nonce depends on the
// key, the digest and 32 bytes of crypto/rand, so that neither a weak generator
// nor a fault repeated on one digest discloses the key.
func (k *PrivateKey) Sign(digest []byte) ([]byte, error) {
	var random [32]byte
	rand.Read(random[:])
	return k.sign(digest, random[:])
}

// SignDeterministic is Sign with a nonce that depends on key and digest only: the
// generator of RFC 6979, section 3.2, with HMAC-SHA-512 and little-endian numbers.
// It suits test corpora that must come out the same every time.
func (k *PrivateKey) SignDeterministic(digest []byte) ([]byte, error) {
	return k.sign(digest, nil)
}

func (k *PrivateKey) sign(digest, extra []byte) ([]byte, error) {
	if len(digest) != DigestSize {
		return nil, ErrDigest
	}
	var e, k1, r, s, t scalar
	e.setDigest(digest)
	candidates := nonce.New(k.d.appendBytes(nil), e.appendBytes(nil), extra)
	for {
		var b [64]byte
		candidates.Next(b[:])
		var c jacobian
		if !k1.setBytes(b[:]) || k1.isZero() == 1 || !c.baseMult(&k1) {
			continue
		}
		// r is the x of k1*G modulo q.
		var zz element
		zz.Inverse(&c.z)
		zz.Sqr(&zz)
		zz.Mul(&zz, &c.x)
		r = zz.Reduced()
		r.reduce(0)
		s.mul(&r, &k.d)
		t.mul(&k1, &e)
		s.add(&s, &t)
		if r.isZero()|s.isZero() == 0 {
			return s.appendBytes(r.appendBytes(make([]byte, 0, SignatureSize))), nil
		}
	}
}

// baseMult sets z to k*G for 0 < k < q.
func (z *affine) baseMult(k *scalar) {
	var c jacobian
	if !c.baseMult(k) {
		// k is one of two numbers everybody knows; see jacobian.baseMult.
		var g affine
		g.gPoint(0, 0)
		c.linearVar(k, &g, &scalar{})
	}
	var inv, sq element
	inv.Inverse(&c.z)
	sq.Sqr(&inv)
	z.x.Mul(&c.x, &sq)
	sq.Mul(&sq, &inv)
	z.y.Mul(&c.y, &sq)
}

// baseMult sets c to k*G for 0 < k < q and reports success. It fails, which may
// be told by timing, for 15*2^481 and q minus that.
//
// With k odd, k is the sum of d[j]*16^j for 128 odd digits between -15 and 15:
// that sum is 2b - (2^512-1) for b = k>>1 + 2^511, so d[j] is twice a nibble of b
// minus 15. An even k is replaced by q - k and the result negated. Digit 8i+c is
// looked up in tooth i, 2^(32i)*G, and added before the last 4c doublings.
//
// Additions never meet infinity or equal or opposite points, but for the two
// numbers above. Let the sum so far be m*G and the next point n*G. Before the last
// column m is smaller than q/2, and m = ±n is impossible as integers: in tooth 15 or,
// at its turn, the sum with ±n, is a non-zero multiple of 2^480 which the lower teeth
// cannot make up for. In the last column m -+ n may also be q. Then k is less than
// 2^485 below q, its upper digits are 15, and going through the teeth leaves only a
// digit -15 in tooth 15, at the last addition.
func (c *jacobian) baseMult(k *scalar) bool {
	var odd, minus scalar
	minus.neg(k)
	even := k[0]&1 ^ 1
	for i := range odd {
		odd[i] = k[i] ^ -even&(k[i]^minus[i])
	}
	var b scalar
	for i := range 7 {
		b[i] = odd[i]>>1 | odd[i+1]<<63
	}
	b[7] = odd[7]>>1 | 1<<63

	var p affine
	for col := 7; col >= 0; col-- {
		for tooth := range combTeeth {
			j := 8*tooth + col
			p.selectBase(tooth, b[j/16]>>(4*(j%16))&15)
			if col == 7 && tooth == 0 {
				c.setAffine(&p)
			} else {
				c.addDistinct(&p)
			}
		}
		if col > 0 {
			for range 4 {
				c.double()
			}
		}
	}
	var neg element
	neg.Neg(&c.y)
	c.y.Select(&neg, &c.y, even)
	return c.z.IsZero() == 0
}

// selectBase sets z to (2*nibble-15) * 2^(32*tooth) * G, reading all eight
// points it may be made of.
func (z *affine) selectBase(tooth int, nibble uint64) {
	negative := nibble>>3 ^ 1
	index := (nibble ^ -negative) & 7
	var p affine
	*z = affine{}
	for j := range uint64(8) {
		p.gPoint(tooth, int(j))
		mask := -(((j ^ index) - 1) >> 63) // all ones if j is index
		for i := range p.x {
			z.x[i] |= p.x[i] & mask
			z.y[i] |= p.y[i] & mask
		}
	}
	var neg element
	neg.Neg(&z.y)
	z.y.Select(&neg, &z.y, negative)
}
