package gost3410

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

func (z *affine) fromBig(p bigPoint) *affine {
	z.x.SetUnreduced(littleEndian(p.x))
	z.y.SetUnreduced(littleEndian(p.y))
	return z
}

// big returns the affine form of z.
func (z *jacobian) big() bigPoint {
	if z.z.IsZero() == 1 {
		return bigPoint{}
	}
	var out [1]affine
	toAffine(out[:], []jacobian{*z})
	return bigPoint{fromLittleEndian(out[0].x.Bytes(nil)), fromLittleEndian(out[0].y.Bytes(nil))}
}

func (a bigPoint) equal(b bigPoint) bool {
	if a.x == nil || b.x == nil {
		return a.x == nil && b.x == nil
	}
	return a.x.Cmp(b.x) == 0 && a.y.Cmp(b.y) == 0
}

func (z *scalar) fromBig(v *big.Int) *scalar {
	z.setBytes(littleEndian(new(big.Int).Mod(v, bigQ)))
	return z
}

func (z *scalar) big() *big.Int { return fromLittleEndian(z.appendBytes(nil)) }

// edgeScalars are numbers modulo q that sit on the seams of recodings and tables.
func edgeScalars() []*big.Int {
	var out []*big.Int
	one := big.NewInt(1)
	for _, shift := range []uint{0, 4, 5, 9, 11, 31, 32, 33, 64, 255, 256, 480, 484, 481, 509, 510, 511} {
		for _, m := range []int64{1, 3, 7, 15, 16, 17, 255, 257, 1023, 1025} {
			v := new(big.Int).Lsh(big.NewInt(m), shift)
			if v.Cmp(bigQ) >= 0 {
				continue
			}
			out = append(out, v, new(big.Int).Sub(bigQ, v))
			if v.Cmp(one) > 0 {
				out = append(out, new(big.Int).Sub(v, one))
			}
		}
	}
	top := new(big.Int).Lsh(one, 512)
	all := new(big.Int).Sub(top, one)
	out = append(out, new(big.Int).Mod(all, bigQ), new(big.Int).Rsh(bigQ, 1),
		new(big.Int).Mod(new(big.Int).Div(all, big.NewInt(15)), bigQ), // 0x1111...
		new(big.Int).Mod(new(big.Int).Div(all, big.NewInt(3)), bigQ))  // 0x5555...
	return out
}

func TestAddition(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	points := []bigPoint{{}}
	for i := int64(1); i <= 5; i++ {
		p := bigBaseMult(big.NewInt(i))
		points = append(points, p, bigPoint{p.x, new(big.Int).Sub(bigP, p.y)})
	}
	for _, a := range points {
		for _, b := range points {
			// The same point with another z.
			scale := element(*randomScalar(r))
			var p jacobian
			if a.x != nil {
				var aff affine
				aff.fromBig(a)
				var sq element
				sq.Sqr(&scale)
				p.x.Mul(&aff.x, &sq)
				sq.Mul(&sq, &scale)
				p.y.Mul(&aff.y, &sq)
				p.z = scale
			}
			twice := p
			twice.double()
			if got, want := twice.big(), a.add(a); !got.equal(want) {
				t.Errorf("2*%v = %v, want %v", a, got, want)
			}
			if b.x == nil {
				continue
			}
			var q affine
			q.fromBig(b)
			sum := p
			sum.addVar(&q)
			if got, want := sum.big(), a.add(b); !got.equal(want) {
				t.Errorf("addVar: %v + %v = %v, want %v", a, b, got, want)
			}
			sum = p
			sum.addDistinct(&q)
			exceptional := a.x == nil || a.x.Cmp(b.x) == 0
			if exceptional {
				if sum.z.IsZero() == 0 {
					t.Errorf("addDistinct: %v + %v has z = %x, want 0", a, b, sum.z)
				}
			} else if got, want := sum.big(), a.add(b); !got.equal(want) {
				t.Errorf("addDistinct: %v + %v = %v, want %v", a, b, got, want)
			}
		}
	}
}

// TestTable computes what gen_gtable.go does with the other implementation.
func TestTable(t *testing.T) {
	base := bigG
	for tooth := range combTeeth {
		n := combTooth
		if tooth == 0 {
			n = gPoints0
		}
		sum := base
		for j := range n {
			var p affine
			p.gPoint(tooth, j)
			if !p.onCurve() || fromLittleEndian(p.x.Bytes(nil)).Cmp(sum.x) != 0 || fromLittleEndian(p.y.Bytes(nil)).Cmp(sum.y) != 0 {
				t.Fatalf("tooth %d, point %d: %x, want %v", tooth, j, p, sum)
			}
			sum = sum.add(base).add(base)
		}
		for range combStep {
			base = base.add(base)
		}
	}
	if want := gPoints0 + (combTeeth-1)*combTooth; len(gTable) != want*pointSize {
		t.Errorf("gtable.bin has %d bytes, want %d points of %d", len(gTable), want, pointSize)
	}
}

func TestBaseMult(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 11))
	scalars := edgeScalars()
	for range 20 {
		scalars = append(scalars, randomScalar(r).big())
	}
	for _, k := range scalars {
		var z affine
		z.baseMult(new(scalar).fromBig(k))
		want := bigBaseMult(k)
		got := bigPoint{fromLittleEndian(z.x.Bytes(nil)), fromLittleEndian(z.y.Bytes(nil))}
		if !got.equal(want) {
			t.Errorf("%x * G = %v, want %v", k, got, want)
		}
	}
}

// TestBaseMultException: the two numbers for which the comb doubles, and no edge
// but them.
func TestBaseMultException(t *testing.T) {
	except := new(big.Int).Lsh(big.NewInt(15), 481)
	other := new(big.Int).Sub(bigQ, except)
	for _, k := range append(edgeScalars(), except, other) {
		var c jacobian
		want := k.Cmp(except) != 0 && k.Cmp(other) != 0
		if got := c.baseMult(new(scalar).fromBig(k)); got != want {
			t.Errorf("baseMult(%x) = %v, want %v", k, got, want)
		}
	}
}

// TestLinear compares z1*G + z2*Q with big numbers for keys Q = d*G close to the
// points of the tables, so that additions meet infinity, equal and opposite points.
func TestLinear(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 13))
	one := big.NewInt(1)
	ds := []*big.Int{one, big.NewInt(2), big.NewInt(3), big.NewInt(7), big.NewInt(16), big.NewInt(1023),
		new(big.Int).Lsh(one, 32), new(big.Int).Lsh(one, 480), randomScalar(r).big()}
	for _, d := range ds[:len(ds):len(ds)] {
		ds = append(ds, new(big.Int).Sub(bigQ, d))
	}
	edges := edgeScalars()
	infinities := 0
	for _, d := range ds {
		q := new(affine).fromBig(bigBaseMult(d))
		hot := NewHotKey(&PublicKey{*q})
		try := func(z1, z2 *big.Int) {
			want := new(big.Int).Mul(z2, d)
			want.Add(want, z1).Mod(want, bigQ)
			point := bigBaseMult(want)
			if point.x == nil {
				infinities++
			}
			var c, h jacobian
			c.linearVar(new(scalar).fromBig(z1), q, new(scalar).fromBig(z2))
			hot.linearVar(&h, new(scalar).fromBig(z1), new(scalar).fromBig(z2))
			if got := c.big(); !got.equal(point) {
				t.Errorf("cold: %x*G + %x*%x*G = %v, want %v", z1, z2, d, got, point)
			}
			if got := h.big(); !got.equal(point) {
				t.Errorf("hot: %x*G + %x*%x*G = %v, want %v", z1, z2, d, got, point)
			}
		}
		inverse := new(big.Int).ModInverse(d, bigQ)
		for range 4 {
			z1, z2 := edges[r.IntN(len(edges))], edges[r.IntN(len(edges))]
			try(z1, z2)
			try(z1, new(big.Int).Mul(z1, inverse))                                        // equal halves
			try(z1, new(big.Int).Neg(new(big.Int).Mul(z1, inverse)))                      // infinity
			try(z1, new(big.Int).Mul(new(big.Int).Sub(one, z1), inverse))                 // G
			try(new(big.Int).Rsh(z1, 3), new(big.Int).Mul(new(big.Int).Neg(z1), inverse)) // meets infinity on the way
			try(new(big.Int), z2)
			try(z1, new(big.Int))
			try(randomScalar(r).big(), randomScalar(r).big())
		}
	}
	if infinities == 0 {
		t.Error("no sum was infinity")
	}
}
