// Package gost3411 implements the Streebog hash functions of GOST R 34.11-2012
// (RFC 6986), 512 and 256 bits. Kazakhstan's ST RK GOST R 34.11-2015 is the same
// function under its own object identifiers.
//
// Digests are bytes in the order every implementation prints them; RFC 6986
// prints the same vectors as numbers, last byte first.
//
// The portable code looks words up by message and state bytes, so its timing
// depends on the data. That is of no consequence for public documents; do not
// put a secret through it (as an HMAC key, say) where an attacker shares the
// processor cache.
package gost3411

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

//go:generate go run gen_tables.go
//go:generate go run gen_compress.go

const (
	// Size512 is the length of a 512-bit digest in bytes.
	Size512 = 64
	// Size256 is the length of a 256-bit digest in bytes.
	Size256 = 32
	// BlockSize is the block length of both functions in bytes.
	BlockSize = 64
)

// digest is a running hash. Words are little-endian, lowest first.
type digest struct {
	h     [8]uint64
	sigma [8]uint64
	// bits counts the hashed bits modulo 2^128: the standard's N, of which no
	// message that exists reaches the upper words.
	bits [2]uint64
	buf  [BlockSize]byte
	n    int // bytes waiting in buf
	size int
}

// New512 returns a hash.Hash computing the 512-bit digest. Write never fails
// and does not allocate.
func New512() hash.Hash {
	d := &digest{size: Size512}
	d.Reset()
	return d
}

// New256 returns a hash.Hash computing the 256-bit digest. Write never fails
// and does not allocate.
func New256() hash.Hash {
	d := &digest{size: Size256}
	d.Reset()
	return d
}

// Sum512 returns the 512-bit digest of data.
func Sum512(data []byte) [Size512]byte {
	d := digest{size: Size512}
	d.Reset()
	d.Write(data)
	return d.checkSum()
}

// Sum256 returns the 256-bit digest of data.
func Sum256(data []byte) [Size256]byte {
	d := digest{size: Size256}
	d.Reset()
	d.Write(data)
	sum := d.checkSum()
	return [Size256]byte(sum[Size512-Size256:])
}

func (d *digest) Size() int      { return d.size }
func (d *digest) BlockSize() int { return BlockSize }

func (d *digest) Reset() {
	var iv uint64
	if d.size == Size256 {
		iv = 0x0101010101010101
	}
	*d = digest{size: d.size}
	for i := range d.h {
		d.h[i] = iv
	}
}

func (d *digest) Write(p []byte) (int, error) {
	written := len(p)
	if d.n > 0 {
		n := copy(d.buf[d.n:], p)
		d.n += n
		p = p[n:]
		if d.n < BlockSize {
			return written, nil
		}
		blocks(d, d.buf[:])
		d.n = 0
	}
	if n := len(p) &^ (BlockSize - 1); n > 0 {
		blocks(d, p[:n])
		p = p[n:]
	}
	d.n = copy(d.buf[:], p)
	return written, nil
}

func (d *digest) Sum(in []byte) []byte {
	fork := *d
	sum := fork.checkSum()
	return append(in, sum[Size512-d.size:]...)
}

// checkSum finishes the hash (RFC 6986, section 8, stage 3) and spoils d. The
// 256-bit digest is the second half of the result.
func (d *digest) checkSum() [Size512]byte {
	clear(d.buf[d.n:])
	d.buf[d.n] = 1
	var m [8]uint64
	load(&m, d.buf[:])
	compress(&d.h, &d.bits, &m)
	d.count(8 * uint64(d.n))
	d.add(&m)

	var zero [2]uint64
	m = [8]uint64{d.bits[0], d.bits[1]}
	compress(&d.h, &zero, &m)
	compress(&d.h, &zero, &d.sigma)

	var sum [Size512]byte
	store(&sum, &d.h)
	return sum
}

func compressGeneric(h *[8]uint64, n *[2]uint64, m *[8]uint64) {
	compressTables(&lpsTable, h, n, m)
}

// blocksGeneric hashes p, whose length is a multiple of BlockSize.
func blocksGeneric(d *digest, p []byte) {
	var m [8]uint64
	for len(p) >= BlockSize {
		load(&m, p)
		compressGeneric(&d.h, &d.bits, &m)
		d.count(8 * BlockSize)
		d.add(&m)
		p = p[BlockSize:]
	}
}

// count adds n to the number of hashed bits.
func (d *digest) count(n uint64) {
	var carry uint64
	d.bits[0], carry = bits.Add64(d.bits[0], n, 0)
	d.bits[1] += carry
}

// add adds m to the checksum modulo 2^512.
func (d *digest) add(m *[8]uint64) {
	var carry uint64
	for i := range d.sigma {
		d.sigma[i], carry = bits.Add64(d.sigma[i], m[i], carry)
	}
}

func load(m *[8]uint64, p []byte) {
	_ = p[BlockSize-1]
	for i := range m {
		m[i] = binary.LittleEndian.Uint64(p[8*i:])
	}
}

// store is the opposite of load.
func store(p *[BlockSize]byte, m *[8]uint64) {
	for i, w := range m {
		binary.LittleEndian.PutUint64(p[8*i:], w)
	}
}
