package gost3411

import "encoding/binary"

// compress replaces h by g_N(h, m) of RFC 6986, section 7, where n holds
// the two low words of N and the rest are zero.
//
// Each round transforms state and key in one body, and bytes are read back from
// memory: both let the compiler emit one load and one xor for a look-up.
func compress(h *[8]uint64, n *[2]uint64, m *[8]uint64) {
	var s, k [64]byte
	w := *h
	w[0] ^= n[0]
	w[1] ^= n[1]
	store(&k, &w)
	key := lps(&k)

	state := *m
	for i := range roundConstants {
		c := &roundConstants[i]
		for j := range 8 {
			binary.LittleEndian.PutUint64(s[8*j:], state[j]^key[j])
			binary.LittleEndian.PutUint64(k[8*j:], key[j]^c[j])
		}
		state = lps(&s)
		key = lps(&k)
	}
	for i := range h {
		h[i] ^= state[i] ^ key[i] ^ m[i]
	}
}

// lps is the composition of the transformations L, P and S.
func lps(b *[64]byte) (w [8]uint64) {
	t := &lpsTable
	for i := range 8 {
		w[i] = t[0][b[i]] ^ t[1][b[8+i]] ^ t[2][b[16+i]] ^ t[3][b[24+i]] ^
			t[4][b[32+i]] ^ t[5][b[40+i]] ^ t[6][b[48+i]] ^ t[7][b[56+i]]
	}
	return w
}

func store(b *[64]byte, w *[8]uint64) {
	for i := range w {
		binary.LittleEndian.PutUint64(b[8*i:], w[i])
	}
}
