package gost34310

import (
	"math/big"
	"sync"
)

// curve is y^2 = x^3 - 3x + b modulo p, with a base point of prime order q.
type curve struct{ p, b, q, gx, gy *big.Int }

// curveA returns id-GostR3410-2001-CryptoPro-A-ParamSet (RFC 4357, section 11.4),
// where p = 2^256 - 617.
var curveA = sync.OnceValue(func() *curve {
	number := func(s string) *big.Int {
		v, ok := new(big.Int).SetString(s, 16)
		if !ok {
			panic("gost34310: not a number: " + s)
		}
		return v
	}
	return &curve{
		p:  number("fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd97"),
		b:  big.NewInt(0xa6),
		q:  number("ffffffffffffffffffffffffffffffff6c611070995ad10045841b09b761b893"),
		gx: big.NewInt(1),
		gy: number("8d91e471e0989cda27df505a453f2b7635294f2ddf23e3b122acc99c9e9f1e14"),
	}
})

func (c *curve) contains(x, y *big.Int) bool {
	v := new(big.Int).Mul(x, x)
	v.Sub(v, big.NewInt(3))
	v.Mul(v, x)
	v.Add(v, c.b)
	v.Sub(v, new(big.Int).Mul(y, y))
	return v.Mod(v, c.p).Sign() == 0
}

// jacobian is the point (x/z^2, y/z^3), or infinity if z is 0.
type jacobian struct{ x, y, z *big.Int }

// mul returns a * b modulo p.
func (c *curve) mul(a, b *big.Int) *big.Int {
	v := new(big.Int).Mul(a, b)
	return v.Mod(v, c.p)
}

// sub returns a - b modulo p.
func (c *curve) sub(a, b *big.Int) *big.Int {
	v := new(big.Int).Sub(a, b)
	return v.Mod(v, c.p)
}

// times returns n * a modulo p.
func (c *curve) times(n int64, a *big.Int) *big.Int { return c.mul(big.NewInt(n), a) }

// double returns 2a ("dbl-2001-b" of Bernstein and Lange).
func (c *curve) double(a jacobian) jacobian {
	delta, gamma := c.mul(a.z, a.z), c.mul(a.y, a.y)
	beta := c.mul(a.x, gamma)
	alpha := c.times(3, c.mul(c.sub(a.x, delta), new(big.Int).Add(a.x, delta)))
	x := c.sub(c.mul(alpha, alpha), c.times(8, beta))
	y := c.sub(c.mul(alpha, c.sub(c.times(4, beta), x)), c.times(8, c.mul(gamma, gamma)))
	return jacobian{x, y, c.times(2, c.mul(a.y, a.z))}
}

// add returns a + (x, y).
func (c *curve) add(a jacobian, x, y *big.Int) jacobian {
	if a.z.Sign() == 0 {
		return jacobian{x, y, big.NewInt(1)}
	}
	zz := c.mul(a.z, a.z)
	h := c.sub(c.mul(x, zz), a.x)
	r := c.sub(c.mul(y, c.mul(zz, a.z)), a.y)
	if h.Sign() == 0 {
		if r.Sign() == 0 {
			return c.double(a)
		}
		return infinity()
	}
	hh := c.mul(h, h)
	hhh, v := c.mul(hh, h), c.mul(hh, a.x)
	x3 := c.sub(c.sub(c.mul(r, r), hhh), c.times(2, v))
	y3 := c.sub(c.mul(r, c.sub(v, x3)), c.mul(a.y, hhh))
	return jacobian{x3, y3, c.mul(a.z, h)}
}

func infinity() jacobian { return jacobian{big.NewInt(1), big.NewInt(1), new(big.Int)} }

// affine returns the coordinates of a, or false if it is infinity.
func (c *curve) affine(a jacobian) (x, y *big.Int, ok bool) {
	if a.z.Sign() == 0 {
		return nil, nil, false
	}
	inv := new(big.Int).ModInverse(a.z, c.p)
	sq := c.mul(inv, inv)
	return c.mul(a.x, sq), c.mul(a.y, c.mul(sq, inv)), true
}

// linear returns the coordinates of z1*G + z2*(x, y), or false if that is infinity.
func (c *curve) linear(z1, z2, x, y *big.Int) (*big.Int, *big.Int, bool) {
	bothX, bothY, bothOK := c.affine(c.add(jacobian{c.gx, c.gy, big.NewInt(1)}, x, y))
	sum := infinity()
	for i := max(z1.BitLen(), z2.BitLen()) - 1; i >= 0; i-- {
		sum = c.double(sum)
		switch b1, b2 := z1.Bit(i), z2.Bit(i); {
		case b1 == 1 && b2 == 1:
			if bothOK {
				sum = c.add(sum, bothX, bothY)
			}
		case b1 == 1:
			sum = c.add(sum, c.gx, c.gy)
		case b2 == 1:
			sum = c.add(sum, x, y)
		}
	}
	return c.affine(sum)
}
