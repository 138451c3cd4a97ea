package gost3410

import (
	"encoding/binary"
	"math/bits"
)

// scalar is a number modulo q in eight limbs, lowest first, always below q.
// All operations but inverseVar take the same steps whatever the value.
type scalar [8]uint64

// order is q, the order of the curve (RFC 7836, appendix A.2).
var order = [8]uint64{
	0xcacdb1411f10b275, 0x9b4b38abfad2b85d, 0x6ff22b8d4e056060, 0x27e69532f48d8911,
	0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff,
}

// orderFold is 2^512 - q.
var orderFold = [4]uint64{
	0x35324ebee0ef4d8b, 0x64b4c754052d47a2, 0x900dd472b1fa9f9f, 0xd8196acd0b7276ee,
}

// setBytes sets z to the 64-byte little-endian number b and reports whether it
// was below q; if not, z is b modulo q.
func (z *scalar) setBytes(b []byte) bool {
	_ = b[63]
	for i := range z {
		z[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return z.reduce(0) == 0
}

// appendBytes appends the 64 bytes of z, lowest first, to dst.
func (z *scalar) appendBytes(dst []byte) []byte {
	for _, w := range z {
		dst = binary.LittleEndian.AppendUint64(dst, w)
	}
	return dst
}

// reduce subtracts q once from z + carry*2^512 if that is not below q already,
// and returns 1 if it did, else 0.
func (z *scalar) reduce(carry uint64) uint64 {
	var t scalar
	var b uint64
	for i := range t {
		t[i], b = bits.Sub64(z[i], order[i], b)
	}
	took := carry | (b ^ 1)
	for i := range z {
		z[i] ^= -took & (z[i] ^ t[i])
	}
	return took
}

// isZero returns 1 if z is 0, else 0.
func (z *scalar) isZero() uint64 {
	var w uint64
	for _, l := range z {
		w |= l
	}
	return 1 ^ (w|-w)>>63
}

// add sets z to x + y.
func (z *scalar) add(x, y *scalar) {
	var c uint64
	for i := range z {
		z[i], c = bits.Add64(x[i], y[i], c)
	}
	z.reduce(c)
}

// neg sets z to -x.
func (z *scalar) neg(x *scalar) {
	var b uint64
	keep := x.isZero() - 1 // all ones unless x is 0
	for i := range z {
		z[i], b = bits.Sub64(order[i], x[i], b)
		z[i] &= keep
	}
}

// mul sets z to x * y.
func (z *scalar) mul(x, y *scalar) {
	var t [16]uint64
	for i := range x {
		t[i+8] = mulAdd(t[i:i+8], y[:], x[i])
	}

	// Fold 2^512 = orderFold. The sum stays below 2^768: (2^512-1)(2^256-1)
	// plus 2^512-1 does.
	var u [12]uint64
	copy(u[:], t[:8])
	var c uint64
	for i, h := range t[8:] {
		top := mulAdd(u[i:i+4], orderFold[:], h)
		for j := i + 4; j < 12; j++ {
			u[j], top = bits.Add64(u[j], top, 0)
		}
	}
	// Once more: below 2^512 + 2^512 - 2^257.
	var v scalar
	copy(v[:], u[:8])
	c = 0
	for i, h := range u[8:] {
		top := mulAdd(v[i:i+4], orderFold[:], h)
		for j := i + 4; j < 8; j++ {
			v[j], top = bits.Add64(v[j], top, 0)
		}
		c |= top
	}
	// What is left after a carry is below 2^512 - 2^257, so it cannot repeat.
	mask := -c
	c = 0
	for i := range v {
		var f uint64
		if i < 4 {
			f = orderFold[i] & mask
		}
		v[i], c = bits.Add64(v[i], f, c)
	}
	v.reduce(0)
	*z = v
}

// mulAdd adds x*w to z and returns the limb that goes beyond. z and x have the
// same length.
func mulAdd(z, x []uint64, w uint64) (carry uint64) {
	for i := range z {
		h, l := bits.Mul64(x[i], w)
		l, c := bits.Add64(l, carry, 0)
		h += c
		z[i], c = bits.Add64(z[i], l, 0)
		carry = h + c
	}
	return carry
}
