package field512

import "math/bits"

// mul4 returns the 512-bit product of two 256-bit numbers, lowest limb first.
// Arguments and results all travel in registers.
func mul4(x0, x1, x2, x3, y0, y1, y2, y3 uint64) (z0, z1, z2, z3, z4, z5, z6, z7 uint64) {
	var c, h0, h1, h2, h3, l0, l1, l2, l3 uint64

	h0, l0 = bits.Mul64(x0, y0)
	h1, l1 = bits.Mul64(x0, y1)
	h2, l2 = bits.Mul64(x0, y2)
	h3, l3 = bits.Mul64(x0, y3)
	z0 = l0
	z1, c = bits.Add64(l1, h0, 0)
	z2, c = bits.Add64(l2, h1, c)
	z3, c = bits.Add64(l3, h2, c)
	z4 = h3 + c

	h0, l0 = bits.Mul64(x1, y0)
	h1, l1 = bits.Mul64(x1, y1)
	h2, l2 = bits.Mul64(x1, y2)
	h3, l3 = bits.Mul64(x1, y3)
	l1, c = bits.Add64(l1, h0, 0)
	l2, c = bits.Add64(l2, h1, c)
	l3, c = bits.Add64(l3, h2, c)
	h3 += c
	z1, c = bits.Add64(z1, l0, 0)
	z2, c = bits.Add64(z2, l1, c)
	z3, c = bits.Add64(z3, l2, c)
	z4, c = bits.Add64(z4, l3, c)
	z5 = h3 + c

	h0, l0 = bits.Mul64(x2, y0)
	h1, l1 = bits.Mul64(x2, y1)
	h2, l2 = bits.Mul64(x2, y2)
	h3, l3 = bits.Mul64(x2, y3)
	l1, c = bits.Add64(l1, h0, 0)
	l2, c = bits.Add64(l2, h1, c)
	l3, c = bits.Add64(l3, h2, c)
	h3 += c
	z2, c = bits.Add64(z2, l0, 0)
	z3, c = bits.Add64(z3, l1, c)
	z4, c = bits.Add64(z4, l2, c)
	z5, c = bits.Add64(z5, l3, c)
	z6 = h3 + c

	h0, l0 = bits.Mul64(x3, y0)
	h1, l1 = bits.Mul64(x3, y1)
	h2, l2 = bits.Mul64(x3, y2)
	h3, l3 = bits.Mul64(x3, y3)
	l1, c = bits.Add64(l1, h0, 0)
	l2, c = bits.Add64(l2, h1, c)
	l3, c = bits.Add64(l3, h2, c)
	h3 += c
	z3, c = bits.Add64(z3, l0, 0)
	z4, c = bits.Add64(z4, l1, c)
	z5, c = bits.Add64(z5, l2, c)
	z6, c = bits.Add64(z6, l3, c)
	z7 = h3 + c

	return
}

// sqr4 returns the 512-bit square of a 256-bit number, lowest limb first.
func sqr4(x0, x1, x2, x3 uint64) (z0, z1, z2, z3, z4, z5, z6, z7 uint64) {
	var c, h, l, h2, l2 uint64

	// The products of different limbs, once.
	z2, z1 = bits.Mul64(x0, x1)
	h, l = bits.Mul64(x0, x2)
	z2, c = bits.Add64(z2, l, 0)
	z4, z3 = bits.Mul64(x0, x3)
	z3, c = bits.Add64(z3, h, c)
	z4 += c
	h, l = bits.Mul64(x1, x2)
	h2, l2 = bits.Mul64(x1, x3)
	h, c = bits.Add64(h, l2, 0)
	h2 += c
	z3, c = bits.Add64(z3, l, 0)
	z4, c = bits.Add64(z4, h, c)
	z6, z5 = bits.Mul64(x2, x3)
	z5, c = bits.Add64(z5, h2, c)
	z6 += c

	// Doubled.
	z7 = z6 >> 63
	z6 = z6<<1 | z5>>63
	z5 = z5<<1 | z4>>63
	z4 = z4<<1 | z3>>63
	z3 = z3<<1 | z2>>63
	z2 = z2<<1 | z1>>63
	z1 <<= 1

	// And the squares.
	h, z0 = bits.Mul64(x0, x0)
	z1, c = bits.Add64(z1, h, 0)
	h, l = bits.Mul64(x1, x1)
	z2, c = bits.Add64(z2, l, c)
	z3, c = bits.Add64(z3, h, c)
	h, l = bits.Mul64(x2, x2)
	z4, c = bits.Add64(z4, l, c)
	z5, c = bits.Add64(z5, h, c)
	h, l = bits.Mul64(x3, x3)
	z6, c = bits.Add64(z6, l, c)
	z7 += h + c
	return
}
