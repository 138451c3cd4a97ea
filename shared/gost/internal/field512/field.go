// Package field512 is the prime field of the curve id-tc26-gost-3410-12-512-paramSetA
// (RFC 7836, appendix A.2): integers modulo p = 2^512 - 569.
//
// An Element holds any value in [0, 2^512): p and the 568 numbers above it have
// two forms each. Operations accept either; Bytes, Equal, IsZero and IsOdd look
// at the reduced value. Every method takes the same steps whatever the values,
// but for InverseVar, whose name says so, and results may share storage with
// arguments.
package field512

import (
	"encoding/binary"
	"errors"
	"math/bits"

	"github.com/courtoffice/courtoffice/shared/gost/internal/modinv"
)

// Size is the length of an encoded element in bytes.
const Size = 64

// fold is 2^512 modulo p.
const fold = 569

// Element is a residue modulo p in eight limbs, lowest first. The zero value is
// zero.
type Element [8]uint64

// One is the multiplicative identity.
var One = Element{1}

var errRange = errors.New("field512: encoding is not a reduced element of 64 bytes")

// SetBytes sets z to the little-endian number b. It fails, leaving z alone, if b
// is not 64 bytes long or the number is not below p.
func (z *Element) SetBytes(b []byte) error {
	if len(b) != Size {
		return errRange
	}
	var e Element
	for i := range e {
		e[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	if r := e; r.reduce() != 0 {
		return errRange
	}
	*z = e
	return nil
}

// SetUnreduced sets z to the little-endian number b modulo p. b is 64 bytes long.
func (z *Element) SetUnreduced(b []byte) *Element {
	_ = b[Size-1]
	z[0] = binary.LittleEndian.Uint64(b[0:])
	z[1] = binary.LittleEndian.Uint64(b[8:])
	z[2] = binary.LittleEndian.Uint64(b[16:])
	z[3] = binary.LittleEndian.Uint64(b[24:])
	z[4] = binary.LittleEndian.Uint64(b[32:])
	z[5] = binary.LittleEndian.Uint64(b[40:])
	z[6] = binary.LittleEndian.Uint64(b[48:])
	z[7] = binary.LittleEndian.Uint64(b[56:])
	return z
}

// Bytes appends the 64 bytes of the reduced z, lowest first, to dst.
func (z *Element) Bytes(dst []byte) []byte {
	r := *z
	r.reduce()
	for _, w := range r {
		dst = binary.LittleEndian.AppendUint64(dst, w)
	}
	return dst
}

// Reduced returns the limbs of z in [0, p).
func (z *Element) Reduced() [8]uint64 {
	r := *z
	r.reduce()
	return r
}

// reduce brings z into [0, p) and returns 1 if it was not there, else 0.
func (z *Element) reduce() uint64 {
	// z + 569 overflows exactly when z >= p, and is then z - p.
	var t Element
	var c uint64
	t[0], c = bits.Add64(z[0], fold, 0)
	for i := 1; i < 8; i++ {
		t[i], c = bits.Add64(z[i], 0, c)
	}
	z.Select(&t, z, c)
	return c
}

// Select sets z to x if cond is 1 and to y if cond is 0.
func (z *Element) Select(x, y *Element, cond uint64) *Element {
	mask := -cond
	for i := range z {
		z[i] = y[i] ^ mask&(x[i]^y[i])
	}
	return z
}

// IsZero returns 1 if z is 0 modulo p, else 0.
func (z *Element) IsZero() uint64 {
	var zero, p uint64
	p = z[0] ^ (1<<64 - fold)
	zero = z[0]
	for _, w := range z[1:] {
		zero |= w
		p |= ^w
	}
	return isZero(zero) | isZero(p)
}

// isZero returns 1 if w is 0, else 0.
func isZero(w uint64) uint64 { return 1 ^ (w|-w)>>63 }

// Equal returns 1 if x and z are the same residue, else 0.
func (z *Element) Equal(x *Element) uint64 {
	var d Element
	return d.Sub(z, x).IsZero()
}

// Add sets z to x + y.
func (z *Element) Add(x, y *Element) *Element {
	t0, c := bits.Add64(x[0], y[0], 0)
	t1, c := bits.Add64(x[1], y[1], c)
	t2, c := bits.Add64(x[2], y[2], c)
	t3, c := bits.Add64(x[3], y[3], c)
	t4, c := bits.Add64(x[4], y[4], c)
	t5, c := bits.Add64(x[5], y[5], c)
	t6, c := bits.Add64(x[6], y[6], c)
	t7, c := bits.Add64(x[7], y[7], c)
	t0, c = bits.Add64(t0, -c&fold, 0)
	t1, c = bits.Add64(t1, 0, c)
	t2, c = bits.Add64(t2, 0, c)
	t3, c = bits.Add64(t3, 0, c)
	t4, c = bits.Add64(t4, 0, c)
	t5, c = bits.Add64(t5, 0, c)
	t6, c = bits.Add64(t6, 0, c)
	t7, c = bits.Add64(t7, 0, c)
	// A second carry leaves less than 569 in t0 and zero elsewhere.
	t0 += -c & fold
	z[0], z[1], z[2], z[3], z[4], z[5], z[6], z[7] = t0, t1, t2, t3, t4, t5, t6, t7
	return z
}

// Sub sets z to x - y.
func (z *Element) Sub(x, y *Element) *Element {
	t0, b := bits.Sub64(x[0], y[0], 0)
	t1, b := bits.Sub64(x[1], y[1], b)
	t2, b := bits.Sub64(x[2], y[2], b)
	t3, b := bits.Sub64(x[3], y[3], b)
	t4, b := bits.Sub64(x[4], y[4], b)
	t5, b := bits.Sub64(x[5], y[5], b)
	t6, b := bits.Sub64(x[6], y[6], b)
	t7, b := bits.Sub64(x[7], y[7], b)
	t0, b = bits.Sub64(t0, -b&fold, 0)
	t1, b = bits.Sub64(t1, 0, b)
	t2, b = bits.Sub64(t2, 0, b)
	t3, b = bits.Sub64(t3, 0, b)
	t4, b = bits.Sub64(t4, 0, b)
	t5, b = bits.Sub64(t5, 0, b)
	t6, b = bits.Sub64(t6, 0, b)
	t7, b = bits.Sub64(t7, 0, b)
	// A second borrow leaves more than 2^64-570 in t0.
	t0 -= -b & fold
	z[0], z[1], z[2], z[3], z[4], z[5], z[6], z[7] = t0, t1, t2, t3, t4, t5, t6, t7
	return z
}

// Neg sets z to -x.
func (z *Element) Neg(x *Element) *Element {
	var zero Element
	return z.Sub(&zero, x)
}

// ThreeHalves sets z to 3/2 * x.
func (z *Element) ThreeHalves(x *Element) *Element {
	// x/2 is (x + p)/2 for an odd x; x + p is x - 569 + 2^512.
	odd := x[0] & 1
	t0, b := bits.Sub64(x[0], -odd&fold, 0)
	t1, b := bits.Sub64(x[1], 0, b)
	t2, b := bits.Sub64(x[2], 0, b)
	t3, b := bits.Sub64(x[3], 0, b)
	t4, b := bits.Sub64(x[4], 0, b)
	t5, b := bits.Sub64(x[5], 0, b)
	t6, b := bits.Sub64(x[6], 0, b)
	t7, b := bits.Sub64(x[7], 0, b)
	t0 = t0>>1 | t1<<63
	t1 = t1>>1 | t2<<63
	t2 = t2>>1 | t3<<63
	t3 = t3>>1 | t4<<63
	t4 = t4>>1 | t5<<63
	t5 = t5>>1 | t6<<63
	t6 = t6>>1 | t7<<63
	t7 = t7>>1 | (odd-b)<<63
	t0, c := bits.Add64(t0, x[0], 0)
	t1, c = bits.Add64(t1, x[1], c)
	t2, c = bits.Add64(t2, x[2], c)
	t3, c = bits.Add64(t3, x[3], c)
	t4, c = bits.Add64(t4, x[4], c)
	t5, c = bits.Add64(t5, x[5], c)
	t6, c = bits.Add64(t6, x[6], c)
	t7, c = bits.Add64(t7, x[7], c)
	t0, c = bits.Add64(t0, -c&fold, 0)
	t1, c = bits.Add64(t1, 0, c)
	t2, c = bits.Add64(t2, 0, c)
	t3, c = bits.Add64(t3, 0, c)
	t4, c = bits.Add64(t4, 0, c)
	t5, c = bits.Add64(t5, 0, c)
	t6, c = bits.Add64(t6, 0, c)
	t7, c = bits.Add64(t7, 0, c)
	t0 += -c & fold
	z[0], z[1], z[2], z[3], z[4], z[5], z[6], z[7] = t0, t1, t2, t3, t4, t5, t6, t7
	return z
}

//go:generate go run gen_mul.go

// Mul sets z to x * y.
func (z *Element) Mul(x, y *Element) *Element {
	mul(z, x, y)
	return z
}

// Sqr sets z to x * x.
func (z *Element) Sqr(x *Element) *Element {
	sqr(z, x)
	return z
}

// modulus is p.
var modulus = [8]uint64{1<<64 - fold, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1}

// InverseVar sets z to 1/x, and to 0 if x is 0, in variable time.
func (z *Element) InverseVar(x *Element) *Element {
	r := x.Reduced()
	*z = modinv.Inverse(&r, &modulus)
	return z
}

// Inverse sets z to 1/x by Fermat's theorem, and to 0 if x is 0.
func (z *Element) Inverse(x *Element) *Element {
	// p - 2 = 2^512 - 571: 502 ones, then 0111000101 below them.
	var x2, x4, x8, x16, t Element
	ones := func(z, a *Element, n int, b *Element) { // z = a^(2^n) * b
		t = *a
		for range n {
			t.Sqr(&t)
		}
		z.Mul(&t, b)
	}
	e := *x
	ones(&x2, &e, 1, &e)
	ones(&x4, &x2, 2, &x2)
	ones(&x8, &x4, 4, &x4)
	ones(&x16, &x8, 8, &x8)
	var r Element
	ones(&r, &x16, 16, &x16) // 32
	y := r
	ones(&y, &y, 32, &r) // 64
	x64 := y
	ones(&y, &y, 64, &x64) // 128
	x128 := y
	ones(&y, &y, 128, &x128) // 256
	ones(&y, &y, 128, &x128) // 384
	ones(&y, &y, 64, &x64)   // 448
	ones(&y, &y, 32, &r)     // 480
	ones(&y, &y, 16, &x16)   // 496
	ones(&y, &y, 4, &x4)     // 500
	ones(&y, &y, 2, &x2)     // 502
	for i := 9; i >= 0; i-- {
		y.Sqr(&y)
		if (1024-571)>>i&1 == 1 {
			y.Mul(&y, &e)
		}
	}
	*z = y
	return z
}
