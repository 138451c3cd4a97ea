package gost3410

import (
	_ "embed"

	"github.com/courtoffice/courtoffice/shared/gost/internal/field512"
)

type element = field512.Element

// affine is a point other than infinity.
type affine struct{ x, y element }

// jacobian is the point (x/z^2, y/z^3), or infinity if z is 0.
type jacobian struct{ x, y, z element }

// curveB is the coefficient b of y^2 = x^3 - 3x + b (RFC 7836, appendix A.2).
var curveB = element{
	0x503190785a71c760, 0x862ef9d4ebee4761, 0x4cb4574010da90dd, 0xee3cb090f30d2761,
	0x79bd081cfd0b6265, 0x34b82574761cb0e8, 0xc1bd0b2b6667f1da, 0xe8c2505dedfc86dd,
}

//go:generate go run gen_gtable.go

// gTable holds multiples of the base point; gen_gtable.go says which.
//
//go:embed gtable.bin
var gTable []byte

const (
	gWidth    = 11                // width of the recoding that tooth 0 serves
	gPoints0  = 1 << (gWidth - 2) // points of tooth 0
	combTeeth = 16                // teeth 2^(32i)
	combStep  = 512 / combTeeth   // bits between teeth
	combWidth = 9                 // width of the recoding that every tooth serves
	combTooth = 1 << (combWidth - 2)
	pointSize = 2 * field512.Size
)

// gPoint sets z to the base point times (2j+1)*2^(32*tooth).
func (z *affine) gPoint(tooth, j int) {
	if tooth > 0 {
		j += gPoints0 + (tooth-1)*combTooth
	}
	b := gTable[j*pointSize:][:pointSize]
	z.x.SetUnreduced(b[:field512.Size])
	z.y.SetUnreduced(b[field512.Size:])
}

// onCurve reports whether z satisfies the curve's equation.
func (z *affine) onCurve() bool {
	var lhs, rhs, t element
	lhs.Sqr(&z.y)
	rhs.Sqr(&z.x)
	rhs.Sub(&rhs, &element{3})
	rhs.Mul(&rhs, &z.x)
	rhs.Add(&rhs, &curveB)
	return t.Sub(&lhs, &rhs).IsZero() == 1
}

func (z *jacobian) setAffine(p *affine) {
	z.x, z.y, z.z = p.x, p.y, field512.One
}

// double sets z to 2z. Infinity stays; no other point of the curve has y = 0,
// because its order is odd. With L half of 3(x-z^2)(x+z^2), the double is
//
//	x' = L^2 - 2xy^2, y' = L(xy^2 - x') - y^4, z' = yz,
//
// which is the usual formula scaled by 1/2: 4 multiplications and 4 squarings.
func (z *jacobian) double() {
	var l, s, t, u element
	t.Sqr(&z.z)
	s.Sqr(&z.y)
	l.Sub(&z.x, &t)
	t.Add(&z.x, &t)
	l.Mul(&l, &t)
	z.z.Mul(&z.y, &z.z)
	t.Mul(&z.x, &s)
	l.ThreeHalves(&l)
	s.Sqr(&s)
	z.x.Sqr(&l)
	u.Add(&t, &t)
	z.x.Sub(&z.x, &u)
	t.Sub(&t, &z.x)
	l.Mul(&l, &t)
	z.y.Sub(&l, &s)
}

// addDistinct sets z to z + p for z neither infinity nor p nor -p. For z
// infinity or one of those the result has z = 0, and so has every sum and double
// made of it. 8 multiplications and 3 squarings; no step depends on the values.
func (z *jacobian) addDistinct(p *affine) {
	var h, r element
	z.addDifferences(&h, &r, p)
	z.addFinish(&h, &r)
}

// addDifferences sets h and r to the differences of x and y of p and z, in the
// coordinates of z.
func (z *jacobian) addDifferences(h, r *element, p *affine) {
	var zz element
	zz.Sqr(&z.z)
	h.Mul(&p.x, &zz)
	h.Sub(h, &z.x)
	zz.Mul(&zz, &z.z)
	r.Mul(&p.y, &zz)
	r.Sub(r, &z.y)
}

func (z *jacobian) addFinish(h, r *element) {
	var hh, v, t element
	z.z.Mul(&z.z, h)
	hh.Sqr(h)
	v.Mul(&z.x, &hh)
	hh.Mul(&hh, h)
	t.Add(&v, &v)
	t.Add(&t, &hh)
	z.x.Sqr(r)
	hh.Mul(&hh, &z.y)
	z.x.Sub(&z.x, &t)
	v.Sub(&v, &z.x)
	v.Mul(&v, r)
	z.y.Sub(&v, &hh)
}

// addVar sets z to z + p for any z, in variable time.
func (z *jacobian) addVar(p *affine) {
	if z.z.IsZero() == 1 {
		z.setAffine(p)
		return
	}
	var h, r element
	z.addDifferences(&h, &r, p)
	if h.IsZero() == 1 {
		if r.IsZero() == 1 {
			z.double()
		} else {
			*z = jacobian{}
		}
		return
	}
	z.addFinish(&h, &r)
}

// addSignedVar adds digit * p to z, where table[j] is (2j+1) * p and digit is
// odd, in variable time.
func (z *jacobian) addSignedVar(table []affine, digit int16) {
	if digit > 0 {
		z.addVar(&table[digit>>1])
		return
	}
	p := table[-digit>>1]
	p.y.Neg(&p.y)
	z.addVar(&p)
}

// addSignedBaseVar adds digit * 2^(32*tooth) * G to z, for an odd digit, in
// variable time.
func (z *jacobian) addSignedBaseVar(tooth int, digit int16) {
	var p affine
	if digit > 0 {
		p.gPoint(tooth, int(digit>>1))
	} else {
		p.gPoint(tooth, int(-digit>>1))
		p.y.Neg(&p.y)
	}
	z.addVar(&p)
}

// toAffine sets out[i] to in[i], none of which may be infinity, with a single
// inversion, in variable time.
func toAffine(out []affine, in []jacobian) {
	// out[i].x holds the product of all z before i.
	acc := field512.One
	for i := range in {
		out[i].x = acc
		acc.Mul(&acc, &in[i].z)
	}
	acc.InverseVar(&acc)
	var inv, sq element
	for i := len(in) - 1; i >= 0; i-- {
		inv.Mul(&acc, &out[i].x)
		acc.Mul(&acc, &in[i].z)
		sq.Sqr(&inv)
		out[i].x.Mul(&in[i].x, &sq)
		sq.Mul(&sq, &inv)
		out[i].y.Mul(&in[i].y, &sq)
	}
}

// oddMultiples sets table[j] to (2j+1) * p.
func oddMultiples(table []affine, p *affine) {
	// Twice p is (x', y', z'). In coordinates scaled by z' it is affine, which
	// makes the additions cheap; they do not use the coefficients that scaling
	// changes. Multiples below q of one point are distinct.
	var twice jacobian
	twice.setAffine(p)
	twice.double()
	step := affine{twice.x, twice.y}
	var zz element
	zz.Sqr(&twice.z)
	acc := jacobian{z: field512.One}
	acc.x.Mul(&p.x, &zz)
	zz.Mul(&zz, &twice.z)
	acc.y.Mul(&p.y, &zz)

	var buf [1 << (coldWidth - 2)]jacobian
	points := buf[:0]
	for range table {
		point := acc
		point.z.Mul(&acc.z, &twice.z)
		points = append(points, point)
		acc.addDistinct(&step)
	}
	toAffine(table, points)
}
