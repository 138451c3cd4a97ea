//go:build !amd64 || purego

package gost3411

func blocks(d *digest, p []byte) { blocksGeneric(d, p) }

func compress(h *[8]uint64, n *[2]uint64, m *[8]uint64) { compressGeneric(h, n, m) }
