// Package cpu tells which instructions the assembly of shared/gost may use. The
// standard library knows, but does not export it. The build tag purego leaves all
// assembly out.
package cpu

// X86 holds what an amd64 processor and its operating system offer. All fields are
// false on other processors and with the tag purego.
var X86 = detect()

// Features are instruction set extensions of amd64. AVX512 means F, BW, DQ and VL
// together with the state of ZMM registers being saved by the system; VBMI and GFNI
// are only set along with it.
type Features struct {
	ADX, BMI2          bool
	AVX512, VBMI, GFNI bool
}
