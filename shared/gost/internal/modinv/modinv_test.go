package modinv

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

func toBig(x number) *big.Int {
	v := new(big.Int)
	for i := len(x) - 1; i >= 0; i-- {
		v.Lsh(v, 64)
		v.Or(v, new(big.Int).SetUint64(x[i]))
	}
	return v
}

func fromBig(v *big.Int) (x number) {
	mask := new(big.Int).SetUint64(1<<64 - 1)
	for i := range x {
		x[i] = new(big.Int).And(new(big.Int).Rsh(v, uint(64*i)), mask).Uint64()
	}
	return x
}

// The field and the order of id-tc26-gost-3410-12-512-paramSetA, and primes that
// are not near 2^512: 2^255-19 and 97.
func moduli() []*big.Int {
	p := new(big.Int).Lsh(big.NewInt(1), 512)
	p.Sub(p, big.NewInt(569))
	q, _ := new(big.Int).SetString("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff27e69532f48d89116ff22b8d4e0560609b4b38abfad2b85dcacdb1411f10b275", 16)
	small := new(big.Int).Lsh(big.NewInt(1), 255)
	return []*big.Int{p, q, small.Sub(small, big.NewInt(19)), big.NewInt(97)}
}

func check(t *testing.T, x, m *big.Int) {
	t.Helper()
	if x.Sign() < 0 || x.Cmp(m) >= 0 {
		return
	}
	want := new(big.Int)
	if x.Sign() != 0 {
		want.ModInverse(x, m)
	}
	a, b := fromBig(x), fromBig(m)
	if got := toBig(Inverse(&a, &b)); got.Cmp(want) != 0 {
		t.Errorf("1/%x modulo %x = %x, want %x", x, m, got, want)
	}
}

func TestInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, m := range moduli() {
		for i := range int64(100) {
			v := big.NewInt(i)
			check(t, v, m)
			check(t, new(big.Int).Sub(m, v), m)
			// Large quotients early, late and on the seams of words.
			for _, shift := range []uint{1, 31, 32, 33, 63, 64, 65, 127, 128, 256, 300, 448, 500} {
				x := new(big.Int).Lsh(v, shift)
				check(t, x, m)
				check(t, x.Add(x, big.NewInt(1)), m)
				check(t, new(big.Int).Div(m, x), m)
				check(t, new(big.Int).Sub(m, x), m)
			}
		}
		for range 3000 {
			var x number
			for i := range x {
				x[i] = r.Uint64()
				switch r.IntN(6) {
				case 0:
					x[i] = 0
				case 1:
					x[i] = 1<<64 - 1
				}
			}
			v := toBig(x)
			check(t, v.Mod(v, m), m)
		}
	}
}

func BenchmarkInverse(b *testing.B) {
	m := fromBig(moduli()[0])
	x := number{1, 2, 3, 4, 5, 6, 7, 1 << 63}
	for b.Loop() {
		x = Inverse(&x, &m)
		x[0]++
	}
}
