// Package modinv inverts 512-bit numbers modulo a prime in variable time and
// without allocating: Euclid's algorithm as Lehmer sped it up. It is for public
// numbers only.
package modinv

import "math/bits"

// number is 512 bits, lowest limb first.
type number = [8]uint64

// Inverse returns 1/x modulo m, or 0 if x is 0. x is below m, and m is prime.
func Inverse(x, m *number) number {
	// a = s*u*x and b = -s*v*x modulo m for a sign s, and a > b.
	a, b, u, v := *m, *x, number{}, number{1}
	minus := true // s is -1
	for n := len(a); !isZero(&b); {
		for a[n-1] == 0 {
			n--
		}
		s, ok := simulate(leading(&a, &b, n))
		if !ok {
			// The quotient does not fit a word, or these are the last digits:
			// subtract b once, shifted as far as it goes.
			k := bitLen(&a) - bitLen(&b)
			c := shifted(&b, k)
			if less(&a, &c) {
				k--
				c = shifted(&b, k)
			}
			sub(&a, &c)
			c = shifted(&v, k)
			add(&u, &c)
			if less(&a, &b) {
				a, b, u, v = b, a, v, u
				minus = !minus
			}
			continue
		}
		c := a
		if s.odd {
			mulSub(&a, s.v0, &b, s.u0, &c, n)
			mulSub(&b, s.u1, &c, s.v1, &b, n)
			minus = !minus
		} else {
			mulSub(&a, s.u0, &a, s.v0, &b, n)
			mulSub(&b, s.v1, &b, s.u1, &c, n)
		}
		c = u
		mulAdd(&u, s.u0, &u, s.v0, &v)
		mulAdd(&v, s.u1, &c, s.v1, &v)
	}
	if isZero(x) {
		return number{}
	}
	// a, the greatest common divisor, is 1.
	if minus {
		c := *m
		sub(&c, &u)
		return c
	}
	return u
}

// steps says what some divisions of Euclid's algorithm do to (a, b): the result is
// (u0*a - v0*b, v1*b - u1*a), or both negated if odd.
type steps struct {
	u0, v0, u1, v1 uint64
	odd            bool
}

// simulate runs the algorithm on the upper words of two numbers for as long as the
// quotients are sure to be those of the numbers themselves (Jebelean, "A double-digit
// Lehmer-Euclid algorithm for finding the GCD of long integers", Corollary 1). It
// reports whether there was any step.
func simulate(a, b uint64) (s steps, ok bool) {
	s = steps{u1: 1, odd: true}
	u2, v2 := uint64(0), uint64(1)
	for b >= v2 && a-b >= s.v1+v2 {
		q := a / b
		a, b = b, a-q*b
		s.u0, s.u1, u2 = s.u1, u2, s.u1+q*u2
		s.v0, s.v1, v2 = s.v1, v2, s.v1+q*v2
		s.odd = !s.odd
	}
	return s, s.v0 != 0
}

// leading returns the upper 64 bits of a, whose highest limb is n-1, and the bits
// of b beside them.
func leading(a, b *number, n int) (uint64, uint64) {
	shift := bits.LeadingZeros64(a[n-1])
	x, y := a[n-1]<<shift, b[n-1]<<shift
	if n > 1 {
		x |= a[n-2] >> (64 - shift)
		y |= b[n-2] >> (64 - shift)
	}
	return x, y
}

// mulSub sets the n lower limbs of z to p*x - q*y, which fits them.
func mulSub(z *number, p uint64, x *number, q uint64, y *number, n int) {
	var cx, cy, borrow, c uint64
	for i := range n {
		hx, lx := bits.Mul64(p, x[i])
		hy, ly := bits.Mul64(q, y[i])
		lx, c = bits.Add64(lx, cx, 0)
		cx = hx + c
		ly, c = bits.Add64(ly, cy, 0)
		cy = hy + c
		z[i], borrow = bits.Sub64(lx, ly, borrow)
	}
}

// mulAdd sets z to p*x + q*y, which fits.
func mulAdd(z *number, p uint64, x *number, q uint64, y *number) {
	var cx, cy, carry, c uint64
	for i := range z {
		hx, lx := bits.Mul64(p, x[i])
		hy, ly := bits.Mul64(q, y[i])
		lx, c = bits.Add64(lx, cx, 0)
		cx = hx + c
		ly, c = bits.Add64(ly, cy, 0)
		cy = hy + c
		z[i], carry = bits.Add64(lx, ly, carry)
	}
}

func add(z, x *number) {
	var c uint64
	for i := range z {
		z[i], c = bits.Add64(z[i], x[i], c)
	}
}

func sub(z, x *number) {
	var b uint64
	for i := range z {
		z[i], b = bits.Sub64(z[i], x[i], b)
	}
}

func shifted(x *number, k int) (z number) {
	limbs, k := k/64, k%64
	for i := limbs; i < len(z); i++ {
		z[i] = x[i-limbs] << k
		if i > limbs {
			z[i] |= x[i-limbs-1] >> (64 - k)
		}
	}
	return z
}

func less(x, y *number) bool {
	for i := len(x) - 1; i >= 0; i-- {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}

func isZero(x *number) bool { return *x == number{} }

func bitLen(x *number) int {
	for i := len(x) - 1; i >= 0; i-- {
		if x[i] != 0 {
			return 64*i + bits.Len64(x[i])
		}
	}
	return 0
}
