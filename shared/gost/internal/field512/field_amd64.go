//go:build !purego

package field512

import "github.com/courtoffice/courtoffice/shared/gost/internal/cpu"

//go:generate go run gen_amd64.go

// useADX selects the assembly.
var useADX = cpu.X86.ADX && cpu.X86.BMI2

//go:noescape
func mulADX(z, x, y *Element)

//go:noescape
func sqrADX(z, x *Element)

func mul(z, x, y *Element) {
	if useADX {
		mulADX(z, x, y)
	} else {
		mulGeneric(z, x, y)
	}
}

func sqr(z, x *Element) {
	if useADX {
		sqrADX(z, x)
	} else {
		sqrGeneric(z, x)
	}
}
