package gost3410

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

func TestScalar(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 17))
	values := []*big.Int{new(big.Int)}
	values = append(values, edgeScalars()...)
	for range 30 {
		values = append(values, randomScalar(r).big())
	}
	for _, x := range values {
		var a, z scalar
		a.fromBig(x)
		if got := a.big(); got.Cmp(x) != 0 {
			t.Fatalf("%x comes back as %x", x, got)
		}
		z.neg(&a)
		if want := new(big.Int).Neg(x); z.big().Cmp(want.Mod(want, bigQ)) != 0 {
			t.Errorf("-%x = %x, want %x", x, z.big(), want)
		}
		z.inverseVar(&a)
		want := new(big.Int)
		if x.Sign() != 0 {
			want.ModInverse(x, bigQ)
		}
		if z.big().Cmp(want) != 0 {
			t.Errorf("1/%x = %x, want %x", x, z.big(), want)
		}
		if got := a.isZero() == 1; got != (x.Sign() == 0) {
			t.Errorf("isZero(%x) = %v", x, got)
		}
		for _, y := range values {
			var b scalar
			b.fromBig(y)
			z.add(&a, &b)
			if want := new(big.Int).Add(x, y); z.big().Cmp(want.Mod(want, bigQ)) != 0 {
				t.Errorf("%x + %x = %x, want %x", x, y, z.big(), want)
			}
			want := new(big.Int).Mul(x, y)
			want.Mod(want, bigQ)
			if z.mul(&a, &b); z.big().Cmp(want) != 0 {
				t.Errorf("%x * %x = %x, want %x", x, y, z.big(), want)
			}
			if b.mul(&a, &b); b != z {
				t.Errorf("%x * %x over its argument = %x, want %x", x, y, b.big(), want)
			}
		}
	}
}

// TestScalarUnreduced multiplies numbers of 512 bits, q and above among them, which
// drives the folds to their limits.
func TestScalarUnreduced(t *testing.T) {
	top := new(big.Int).Lsh(big.NewInt(1), 512)
	var values []*big.Int
	for i := int64(1); i < 40; i++ {
		values = append(values, new(big.Int).Sub(top, big.NewInt(i)),
			new(big.Int).Add(bigQ, big.NewInt(i-20)),
			new(big.Int).Sub(top, new(big.Int).Lsh(big.NewInt(i), 250)))
	}
	limbs := func(v *big.Int) (z scalar) { return scalar(new(element).SetUnreduced(littleEndian(v))[:]) }
	for _, x := range values {
		for _, y := range values {
			a, b := limbs(x), limbs(y)
			var z scalar
			z.mul(&a, &b)
			want := new(big.Int).Mul(x, y)
			if want.Mod(want, bigQ); z.big().Cmp(want) != 0 {
				t.Errorf("%x * %x = %x, want %x", x, y, z.big(), want)
			}
		}
		var z scalar
		ok := z.setBytes(littleEndian(x))
		if want := new(big.Int).Mod(x, bigQ); ok != (x.Cmp(bigQ) < 0) || z.big().Cmp(want) != 0 {
			t.Errorf("setBytes(%x) = %x, %v, want %x", x, z.big(), ok, want)
		}
	}
}

func TestNAF(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 19))
	values := append(edgeScalars(), new(big.Int))
	for range 50 {
		values = append(values, randomScalar(r).big())
	}
	for _, x := range values {
		for _, w := range []uint{coldWidth, combWidth, gWidth} {
			var digits [513]int16
			for i := range digits {
				digits[i] = 0x5555 // what naf does not write shows
			}
			n := naf(&digits, new(scalar).fromBig(x), w)
			sum, last := new(big.Int), -int(w)
			for i, d := range digits {
				if d == 0 {
					continue
				}
				if d&1 == 0 || d >= 1<<(w-1) || d <= -1<<(w-1) || i-last < int(w) || i >= n {
					t.Fatalf("width %d of %x: digit %d at %d of %d after %d", w, x, d, i, n, last)
				}
				last = i
				sum.Add(sum, new(big.Int).Lsh(big.NewInt(int64(d)), uint(i)))
			}
			if sum.Cmp(x) != 0 {
				t.Errorf("width %d of %x: sum is %x", w, x, sum)
			}
			if n != last+1 && n != 0 {
				t.Errorf("width %d of %x: %d digits, last is at %d", w, x, n, last)
			}
		}
	}
}
