package gost3410

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"sync"
)

// This file is a slow second implementation of RFC 7091 on math/big, with points
// in affine coordinates, and shares nothing with the package.

func bigHex(s string) *big.Int {
	v, ok := new(big.Int).SetString(s, 16)
	if !ok {
		panic("not a number: " + s)
	}
	return v
}

var (
	bigP = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 512), big.NewInt(569))
	bigQ = bigHex("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff27e69532f48d89116ff22b8d4e0560609b4b38abfad2b85dcacdb1411f10b275")
	bigB = bigHex("e8c2505dedfc86ddc1bd0b2b6667f1da34b82574761cb0e879bd081cfd0b6265ee3cb090f30d27614cb4574010da90dd862ef9d4ebee4761503190785a71c760")
	bigG = bigPoint{big.NewInt(3), bigHex("7503cfe87a836ae3a61b8816e25450e6ce5e1c93acf1abc1778064fdcbefa921df1626be4fd036e93d75e6a50e3a41e98028fe5fc235f5b889a589cb5215f2a4")}
)

// bigPoint is infinity if x is nil.
type bigPoint struct{ x, y *big.Int }

func (a bigPoint) add(b bigPoint) bigPoint {
	if a.x == nil {
		return b
	}
	if b.x == nil {
		return a
	}
	num, den := new(big.Int), new(big.Int)
	if a.x.Cmp(b.x) == 0 {
		if a.y.Cmp(b.y) != 0 {
			return bigPoint{}
		}
		num.Mul(a.x, a.x)
		num.Mul(num, big.NewInt(3))
		num.Sub(num, big.NewInt(3))
		den.Lsh(a.y, 1)
	} else {
		num.Sub(b.y, a.y)
		den.Sub(b.x, a.x)
	}
	den.Mod(den, bigP)
	num.Mul(num, den.ModInverse(den, bigP))
	x := new(big.Int).Mul(num, num)
	x.Sub(x, a.x)
	x.Sub(x, b.x)
	x.Mod(x, bigP)
	y := new(big.Int).Sub(a.x, x)
	y.Mul(y, num)
	y.Sub(y, a.y)
	return bigPoint{x, y.Mod(y, bigP)}
}

func (a bigPoint) mul(k *big.Int) bigPoint {
	var sum bigPoint
	for i := k.BitLen() - 1; i >= 0; i-- {
		sum = sum.add(sum)
		if k.Bit(i) == 1 {
			sum = sum.add(a)
		}
	}
	return sum
}

// baseDoubles[i] is 2^i * G.
var baseDoubles = sync.OnceValue(func() (d [512]bigPoint) {
	d[0] = bigG
	for i := 1; i < len(d); i++ {
		d[i] = d[i-1].add(d[i-1])
	}
	return d
})

// bigBaseMult returns k*G.
func bigBaseMult(k *big.Int) (sum bigPoint) {
	d := baseDoubles()
	for i := range k.BitLen() {
		if k.Bit(i) == 1 {
			sum = sum.add(d[i])
		}
	}
	return sum
}

// liftX returns a y with (x, y) on the curve, or nil.
func liftX(x *big.Int) *big.Int {
	v := new(big.Int).Exp(x, big.NewInt(3), bigP)
	v.Sub(v, new(big.Int).Mul(big.NewInt(3), x))
	v.Add(v, bigB)
	return v.ModSqrt(v.Mod(v, bigP), bigP)
}

func littleEndian(v *big.Int) []byte {
	b := make([]byte, 64)
	v.FillBytes(b)
	slices.Reverse(b)
	return b
}

func fromLittleEndian(b []byte) *big.Int {
	b = slices.Clone(b)
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

// bigVerify is RFC 7091, section 6.2, for a key on the curve.
func bigVerify(key, digest, sig []byte) bool {
	r, s, e := fromLittleEndian(sig[:64]), fromLittleEndian(sig[64:]), fromLittleEndian(digest)
	if r.Sign() == 0 || r.Cmp(bigQ) >= 0 || s.Sign() == 0 || s.Cmp(bigQ) >= 0 {
		return false
	}
	if e.Mod(e, bigQ).Sign() == 0 {
		e.SetInt64(1)
	}
	v := new(big.Int).ModInverse(e, bigQ)
	z1 := new(big.Int).Mul(s, v)
	z1.Mod(z1, bigQ)
	z2 := new(big.Int).Mul(r, v)
	z2.Neg(z2).Mod(z2, bigQ)
	q := bigPoint{fromLittleEndian(key[:64]), fromLittleEndian(key[64:])}
	c := bigBaseMult(z1).add(q.mul(z2))
	return c.x != nil && new(big.Int).Mod(c.x, bigQ).Cmp(r) == 0
}

// randomScalar returns a number in [1, q), now and then with odd limbs.
func randomScalar(r *rand.Rand) *scalar {
	for {
		var z scalar
		for i := range z {
			z[i] = r.Uint64()
			switch r.IntN(8) {
			case 0:
				z[i] = 0
			case 1:
				z[i] = 1<<64 - 1
			}
		}
		z.reduce(0)
		if z.isZero() == 0 {
			return &z
		}
	}
}
