package gost3410

import (
	"math/bits"

	"github.com/courtoffice/courtoffice/shared/gost/internal/modinv"
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
	*z = modinv.Inverse((*[8]uint64)(x), &order)
}
