package gost3410

import (
	"math/big"
	"math/bits"
	"slices"
)

// plusOrder returns r + q and whether that is below p.
func plusOrder(r *scalar) (element, bool) {
	var z element
	var c uint64
	for i := range z {
		z[i], c = bits.Add64(r[i], order[i], c)
	}
	return z, c == 0 && element(z.Reduced()) == z
}

// inverseVar sets z to 1/x, and to 0 if x is 0, in variable time.
func (z *scalar) inverseVar(x *scalar) {
	b := x.appendBytes(nil)
	slices.Reverse(b)
	m := scalar(order)
	q := m.appendBytes(nil)
	slices.Reverse(q)
	n := new(big.Int).SetBytes(b)
	n.ModInverse(n, new(big.Int).SetBytes(q))
	n.FillBytes(b)
	slices.Reverse(b)
	z.setBytes(b)
}
