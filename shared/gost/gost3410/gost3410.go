// Package gost3410 makes and verifies signatures of GOST R 34.10-2012 (RFC 7091)
// with 512-bit keys on the curve id-tc26-gost-3410-12-512-paramSetA (RFC 7836,
// appendix A.2). Kazakhstan's ST RK GOST R 34.10-2015 is the same scheme on the
// same curve, and this package speaks the encoding of its National Certification
// Authority (NCA).
//
// # Encoding
//
// All numbers are little-endian and 64 bytes long.
//
//   - A public key is x || y: the content of the OCTET STRING inside the BIT
//     STRING of subjectPublicKey, as in RFC 9215, section 4.3.
//   - A digest is the 64 bytes of Streebog-512 in their usual order. They are
//     read as a little-endian number.
//   - A signature is r || s. RFC 9215, section 4.2, and with it OpenSSL's GOST
//     engine, has s || r with both big-endian: the same 128 bytes reversed as a
//     whole. No other order is accepted here, because taking several would give
//     one signature several forms.
//
// # Timing
//
// Verification handles public data and takes variable time. Signing goes another
// way and takes the same steps whatever the key; see PrivateKey.
package gost3410

import (
	"crypto"
	"errors"

	"github.com/courtoffice/courtoffice/shared/gost/internal/field512"
)

const (
	// PublicKeySize is the length of an encoded public key in bytes.
	PublicKeySize = 128
	// PrivateKeySize is the length of an encoded private key in bytes.
	PrivateKeySize = 64
	// SignatureSize is the length of a signature in bytes.
	SignatureSize = 128
	// DigestSize is the length of the digest that is signed in bytes.
	DigestSize = 64
)

// ErrPublicKey means that bytes are not the encoding of a point of the curve.
var ErrPublicKey = errors.New("gost3410: invalid public key")

// PublicKey is a point of the curve other than infinity. Its methods may be
// called concurrently. The zero value is no key and verifies nothing.
type PublicKey struct{ point affine }

// NewPublicKey decodes x || y, both little-endian. It returns ErrPublicKey if b is
// not PublicKeySize long, a coordinate is not below p, or the point is not on the
// curve. The curve has a prime order, so that every point on it is a sound key;
// infinity has no encoding. b is not retained.
func NewPublicKey(b []byte) (*PublicKey, error) {
	if len(b) != PublicKeySize {
		return nil, ErrPublicKey
	}
	var k PublicKey
	if k.point.x.SetBytes(b[:field512.Size]) != nil ||
		k.point.y.SetBytes(b[field512.Size:]) != nil ||
		!k.point.onCurve() {
		return nil, ErrPublicKey
	}
	return &k, nil
}

// Bytes returns the encoding that NewPublicKey reads.
func (k *PublicKey) Bytes() []byte {
	return k.point.y.Bytes(k.point.x.Bytes(make([]byte, 0, PublicKeySize)))
}

// Equal reports whether x is a *PublicKey with the same point.
func (k *PublicKey) Equal(x crypto.PublicKey) bool {
	o, ok := x.(*PublicKey)
	return ok && k.point.x.Equal(&o.point.x)&k.point.y.Equal(&o.point.y) == 1
}

// Verify reports whether sig is a signature of digest by the holder of k
// (RFC 7091, section 6.2). digest is DigestSize bytes, sig is SignatureSize bytes,
// r || s, both little-endian with 0 < r, s < q; anything else is not a signature.
// It does not allocate. For a key that verifies many signatures see HotKey.
func (k *PublicKey) Verify(digest, sig []byte) bool {
	var z1, z2, r scalar
	if !k.valid() || !splitVar(&z1, &z2, &r, digest, sig) {
		return false
	}
	var c jacobian
	c.linearVar(&z1, &k.point, &z2)
	return c.hasXVar(&r)
}

// valid tells a key from the zero value: no point of the curve has y = 0.
func (k *PublicKey) valid() bool { return k.point.y.IsZero() == 0 }

// splitVar computes the numbers of steps 1 to 5 of RFC 7091, section 6.2: the
// signature is valid if the x of z1*G + z2*Q is r modulo q. It reports whether
// digest and sig have the right form.
func splitVar(z1, z2, r *scalar, digest, sig []byte) bool {
	if len(digest) != DigestSize || len(sig) != SignatureSize {
		return false
	}
	var s, e, v scalar
	if !r.setBytes(sig[:64]) || !s.setBytes(sig[64:]) || r.isZero()|s.isZero() == 1 {
		return false
	}
	e.setDigest(digest)
	v.inverseVar(&e)
	z1.mul(&s, &v)
	z2.mul(r, &v)
	z2.neg(z2)
	return true
}

// setDigest sets z to the digest as a number modulo q, or 1 where that is 0
// (RFC 7091, section 6.1, step 2).
func (z *scalar) setDigest(digest []byte) {
	z.setBytes(digest)
	z[0] |= z.isZero()
}

// coldWidth is the width of the recoding for a key without a table.
const coldWidth = 5

// linearVar sets c to z1*G + z2*Q in variable time.
func (c *jacobian) linearVar(z1 *scalar, q *affine, z2 *scalar) {
	var table [1 << (coldWidth - 2)]affine
	oddMultiples(table[:], q)
	var d1, d2 [513]int16
	n := max(naf(&d1, z1, gWidth), naf(&d2, z2, coldWidth))
	*c = jacobian{}
	for i := n - 1; i >= 0; i-- {
		c.double()
		if d2[i] != 0 {
			c.addSignedVar(table[:], d2[i])
		}
		if d1[i] != 0 {
			c.addSignedBaseVar(0, d1[i])
		}
	}
}

// hasXVar reports whether c is a finite point whose x is r modulo q.
func (c *jacobian) hasXVar(r *scalar) bool {
	if c.z.IsZero() == 1 {
		return false
	}
	// x = X/Z^2 is below p and p is above q, so x is r or, if that is below p,
	// r + q. Multiplying by Z^2 spares an inversion.
	var zz, x element
	zz.Sqr(&c.z)
	x.Mul(&zz, (*element)(r))
	if x.Equal(&c.x) == 1 {
		return true
	}
	rq, ok := plusOrder(r)
	if !ok {
		return false
	}
	x.Mul(&zz, &rq)
	return x.Equal(&c.x) == 1
}
