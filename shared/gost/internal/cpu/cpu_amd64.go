//go:build !purego

package cpu

// cpuid executes CPUID with EAX = leaf and ECX = sub.
func cpuid(leaf, sub uint32) (eax, ebx, ecx, edx uint32)

// xgetbv reads extended control register 0. It needs OSXSAVE.
func xgetbv() (eax, edx uint32)

func detect() (f Features) {
	top, _, _, _ := cpuid(0, 0)
	if top < 7 {
		return f
	}
	_, _, ecx1, _ := cpuid(1, 0)
	_, ebx7, ecx7, _ := cpuid(7, 0)
	bit := func(reg uint32, n int) bool { return reg>>n&1 == 1 }
	f.BMI2 = bit(ebx7, 8)
	f.ADX = bit(ebx7, 19)
	if bit(ecx1, 27) { // OSXSAVE
		// SSE and AVX state, and opmask, upper halves of ZMM0-15, ZMM16-31.
		const state = 1<<1 | 1<<2 | 1<<5 | 1<<6 | 1<<7
		xcr0, _ := xgetbv()
		f.AVX512 = xcr0&state == state &&
			bit(ebx7, 16) && bit(ebx7, 17) && bit(ebx7, 30) && bit(ebx7, 31)
		f.VBMI = f.AVX512 && bit(ecx7, 1)
		f.GFNI = f.AVX512 && bit(ecx7, 8)
	}
	return f
}
