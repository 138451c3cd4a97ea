package field512

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

var p = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 512), big.NewInt(fold))

// threeHalves is 3/2 modulo p.
var threeHalves = new(big.Int).Mul(big.NewInt(3), new(big.Int).ModInverse(big.NewInt(2), p))

func toBig(x [8]uint64) *big.Int {
	v := new(big.Int)
	for i := 7; i >= 0; i-- {
		v.Lsh(v, 64)
		v.Or(v, new(big.Int).SetUint64(x[i]))
	}
	return v
}

func fromBig(t testing.TB, v *big.Int) (z Element) {
	t.Helper()
	b := make([]byte, Size)
	if v.Sign() < 0 || v.BitLen() > 512 {
		t.Fatalf("not a number of 512 bits: %x", v)
	}
	v.FillBytes(b)
	slices.Reverse(b)
	return *z.SetUnreduced(b)
}

// edges are values around 0, p and 2^512, and numbers built of limbs that make
// carries run or folds overflow.
func edges(t testing.TB) []Element {
	var out []Element
	top := new(big.Int).Lsh(big.NewInt(1), 512)
	for _, base := range []*big.Int{new(big.Int), p, top, new(big.Int).Lsh(big.NewInt(1), 256), new(big.Int).Rsh(p, 1)} {
		for _, d := range []int64{-1139, -1138, -1137, -571, -570, -569, -568, -3, -2, -1, 0, 1, 2, 3, 567, 568, 569, 570} {
			v := new(big.Int).Add(base, big.NewInt(d))
			if v.Sign() >= 0 && v.Cmp(top) < 0 {
				out = append(out, fromBig(t, v))
			}
		}
	}
	limbs := []uint64{0, 1, 1<<63 - 1, 1 << 63, 1<<64 - 1, 1<<64 - fold, 1<<64 - 1 - fold}
	for _, a := range limbs {
		for _, b := range limbs {
			out = append(out,
				Element{a, a, a, a, b, b, b, b},
				Element{a, b, a, b, a, b, a, b},
				Element{a, b, b, b, b, b, b, b},
				Element{b, b, b, b, b, b, b, a})
		}
	}
	return out
}

func random(r *rand.Rand) (z Element) {
	for i := range z {
		z[i] = r.Uint64()
		switch r.IntN(8) { // odd limbs now and then
		case 0:
			z[i] = 0
		case 1:
			z[i] = 1<<64 - 1
		}
	}
	return z
}

// check compares every operation on x and y with math/big, also with the result
// stored over an argument.
func check(t *testing.T, x, y Element) {
	t.Helper()
	bx, by := toBig(x), toBig(y)
	for _, op := range []struct {
		name string
		do   func(z, x, y *Element) *Element
		want func(z, x, y *big.Int) *big.Int
	}{
		{"Add", (*Element).Add, (*big.Int).Add},
		{"Sub", (*Element).Sub, (*big.Int).Sub},
		{"Mul", (*Element).Mul, (*big.Int).Mul},
		{"Sqr", func(z, x, _ *Element) *Element { return z.Sqr(x) },
			func(z, x, _ *big.Int) *big.Int { return z.Mul(x, x) }},
		// The portable code, which is not what Mul and Sqr are everywhere.
		{"mulGeneric", func(z, x, y *Element) *Element { mulGeneric(z, x, y); return z }, (*big.Int).Mul},
		{"sqrGeneric", func(z, x, _ *Element) *Element { sqrGeneric(z, x); return z },
			func(z, x, _ *big.Int) *big.Int { return z.Mul(x, x) }},
		{"ThreeHalves", func(z, x, _ *Element) *Element { return z.ThreeHalves(x) },
			func(z, x, _ *big.Int) *big.Int { return z.Mul(x, threeHalves) }},
		{"Neg", func(z, x, _ *Element) *Element { return z.Neg(x) },
			func(z, x, _ *big.Int) *big.Int { return z.Neg(x) }},
	} {
		want := op.want(new(big.Int), bx, by)
		want.Mod(want, p)
		var z Element
		op.do(&z, &x, &y)
		if got := toBig(z.Reduced()); got.Cmp(want) != 0 {
			t.Fatalf("%s(%x, %x) = %x, want %x", op.name, bx, by, got, want)
		}
		first, second := x, y
		op.do(&first, &first, &second)
		if toBig(first.Reduced()).Cmp(want) != 0 || second != y {
			t.Fatalf("%s(%x, %x) over its first argument = %x, want %x", op.name, bx, by, first, want)
		}
		first, second = x, y
		op.do(&second, &first, &second)
		if toBig(second.Reduced()).Cmp(want) != 0 || first != x {
			t.Fatalf("%s(%x, %x) over its second argument = %x, want %x", op.name, bx, by, second, want)
		}
	}
	same := new(big.Int).Mod(bx, p).Cmp(new(big.Int).Mod(by, p)) == 0
	if got := x.Equal(&y) == 1; got != same {
		t.Fatalf("Equal(%x, %x) = %v", bx, by, got)
	}
	if got := x.IsZero() == 1; got != (new(big.Int).Mod(bx, p).Sign() == 0) {
		t.Fatalf("IsZero(%x) = %v", bx, got)
	}
}

func TestEdges(t *testing.T) {
	all := edges(t)
	for _, x := range all {
		for _, y := range all {
			check(t, x, y)
		}
	}
}

// TestFoldCarriesTwice multiplies by divisors of numbers chosen so that the first
// fold of the product overflows 2^512 once more when its own excess is folded:
// the case that random arguments never meet.
func TestFoldCarriesTwice(t *testing.T) {
	// x*y = h*2^512 + l. The first fold gives l + 569h = k*2^512 + r, and the
	// second carries when r + 569k >= 2^512, which needs r within 2^19 of 2^512.
	// Take y = 2^512 - 1 - d for small d and solve for x by trying all that are
	// near the ends of the range.
	top := new(big.Int).Lsh(big.NewInt(1), 512)
	foldBig := big.NewInt(fold)
	hit := 0
	for i := int64(1); i < 1200; i++ {
		for j := int64(1); j < 40; j++ {
			x := new(big.Int).Sub(top, big.NewInt(i))
			y := new(big.Int).Sub(top, big.NewInt(j))
			for _, v := range []*big.Int{x, new(big.Int).Div(new(big.Int).Mul(top, big.NewInt(i)), foldBig)} {
				if v.Cmp(top) >= 0 {
					continue
				}
				prod := new(big.Int).Mul(v, y)
				h, l := new(big.Int).Rsh(prod, 512), new(big.Int).Mod(prod, top)
				first := new(big.Int).Add(l, h.Mul(h, foldBig))
				k, r := new(big.Int).Rsh(first, 512), new(big.Int).Mod(first, top)
				if r.Add(r, k.Mul(k, foldBig)).Cmp(top) >= 0 {
					hit++
					check(t, fromBig(t, v), fromBig(t, y))
				}
			}
		}
	}
	if hit == 0 {
		t.Error("no product made the fold carry twice")
	}
	t.Logf("%d products", hit)
}

func TestRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		check(t, random(r), random(r))
	}
}

func TestInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	all := edges(t)
	for range 50 {
		all = append(all, random(r))
	}
	for _, x := range all {
		want := new(big.Int).ModInverse(toBig(x), p)
		if want == nil {
			want = new(big.Int)
		}
		var z Element
		if got := toBig(z.Inverse(&x).Reduced()); got.Cmp(want) != 0 {
			t.Errorf("Inverse(%x) = %x, want %x", x, got, want)
		}
		if got := toBig(z.InverseVar(&x).Reduced()); got.Cmp(want) != 0 {
			t.Errorf("InverseVar(%x) = %x, want %x", x, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	for _, x := range edges(t) {
		v := toBig(x)
		want := make([]byte, Size)
		v.FillBytes(want)
		slices.Reverse(want)
		var z Element
		err := z.SetBytes(want)
		if ok := v.Cmp(p) < 0; (err == nil) != ok {
			t.Errorf("SetBytes(%x): error %v, want ok %v", want, err, ok)
		} else if ok && z != x {
			t.Errorf("SetBytes(%x) = %x", want, z)
		}
		v.Mod(v, p).FillBytes(want)
		slices.Reverse(want)
		if got := x.Bytes(nil); !slices.Equal(got, want) {
			t.Errorf("Bytes(%x) = %x, want %x", x, got, want)
		}
	}
	var z Element
	for _, n := range []int{0, 63, 65} {
		if z.SetBytes(make([]byte, n)) == nil {
			t.Errorf("SetBytes took %d bytes", n)
		}
	}
}

func BenchmarkElement(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	x, y := random(r), random(r)
	for _, op := range []struct {
		name string
		do   func()
	}{
		{"add", func() { x.Add(&x, &y) }},
		{"sub", func() { x.Sub(&x, &y) }},
		{"threehalves", func() { x.ThreeHalves(&x) }},
		{"mul", func() { x.Mul(&x, &y) }},
		{"sqr", func() { x.Sqr(&x) }},
		{"inverse", func() { x.Inverse(&x) }},
		{"inversevar", func() { x.InverseVar(&x) }},
	} {
		b.Run(op.name, func(b *testing.B) {
			for b.Loop() {
				op.do()
			}
		})
	}
}
