//go:build !purego

package gost3411

import "github.com/courtoffice/courtoffice/shared/gost/internal/cpu"

// useGFNI selects the assembly. It is a variable for the tests, which run both ways.
var useGFNI = cpu.X86.GFNI && cpu.X86.VBMI

// blocksGFNI hashes count > 0 blocks from p: for each, h becomes g_N(h, m), n grows
// by 512, sigma by m. It reads no memory at places that depend on the data.
//
//go:noescape
func blocksGFNI(h *[8]uint64, n *[2]uint64, sigma *[8]uint64, p *byte, count int)

func blocks(d *digest, p []byte) {
	if useGFNI {
		blocksGFNI(&d.h, &d.bits, &d.sigma, &p[0], len(p)/BlockSize)
	} else {
		blocksGeneric(d, p)
	}
}

func compress(h *[8]uint64, n *[2]uint64, m *[8]uint64) {
	if useGFNI {
		var p [BlockSize]byte
		store(&p, m)
		count, sigma := *n, [8]uint64{} // what it adds is not wanted
		blocksGFNI(h, &count, &sigma, &p[0], 1)
	} else {
		compressGeneric(h, n, m)
	}
}
