// Package gost341194 implements the hash function of GOST 34.311-95, which is
// GOST R 34.11-94 (RFC 5831), with the substitution boxes of the test parameter
// set (RFC 4357, section 11.2, id-GostR3411-94-TestParamSet) and a starting value
// of zero. Signatures of Kazakhstan's National Certification Authority made with
// GOST 34.310-2004 keys, until about 2025, are over this hash. It is for checking
// those and not for anything new.
//
// The usual "GOST94" of other libraries has the boxes of CryptoPro and gives other
// digests.
package gost341194

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

const (
	// Size is the length of a digest in bytes.
	Size = 32
	// BlockSize is the block length in bytes.
	BlockSize = 32
)

// digest is a running hash. Numbers of 256 bits are four words, lowest first.
type digest struct {
	h, sigma [4]uint64
	length   uint64 // hashed bytes, without those in buf
	buf      [BlockSize]byte
	n        int // bytes waiting in buf
}

// New returns a hash.Hash computing the digest. Write never fails and does not
// allocate.
func New() hash.Hash { return new(digest) }

// Sum returns the digest of data.
func Sum(data []byte) [Size]byte {
	var d digest
	d.Write(data)
	return d.checkSum()
}

func (d *digest) Size() int      { return Size }
func (d *digest) BlockSize() int { return BlockSize }
func (d *digest) Reset()         { *d = digest{} }

func (d *digest) Write(p []byte) (int, error) {
	written := len(p)
	if d.n > 0 {
		n := copy(d.buf[d.n:], p)
		d.n += n
		p = p[n:]
		if d.n < BlockSize {
			return written, nil
		}
		d.block(d.buf[:])
		d.length += BlockSize
		d.n = 0
	}
	for len(p) >= BlockSize {
		d.block(p)
		d.length += BlockSize
		p = p[BlockSize:]
	}
	d.n = copy(d.buf[:], p)
	return written, nil
}

func (d *digest) Sum(in []byte) []byte {
	fork := *d
	sum := fork.checkSum()
	return append(in, sum[:]...)
}

// checkSum finishes the hash and spoils d.
func (d *digest) checkSum() [Size]byte {
	if d.n > 0 {
		clear(d.buf[d.n:])
		d.block(d.buf[:])
		d.length += uint64(d.n)
	}
	compress(&d.h, &[4]uint64{d.length << 3, d.length >> 61})
	compress(&d.h, &d.sigma)
	var sum [Size]byte
	for i, w := range d.h {
		binary.LittleEndian.PutUint64(sum[8*i:], w)
	}
	return sum
}

func (d *digest) block(p []byte) {
	var m [4]uint64
	var carry uint64
	for i := range m {
		m[i] = binary.LittleEndian.Uint64(p[8*i:])
		d.sigma[i], carry = bits.Add64(d.sigma[i], m[i], carry)
	}
	compress(&d.h, &m)
}

// c3 is the only constant of the key schedule that is not zero (RFC 5831, section
// 5.1).
var c3 = [4]uint64{0xff00ff00ff00ff00, 0x00ff00ff00ff00ff, 0xff0000ff00ffff00, 0xff00ffff000000ff}

// compress is the step function (RFC 5831, section 5).
func compress(h, m *[4]uint64) {
	u, v := *h, *m
	var s [4]uint64
	for i := range s {
		if i > 0 {
			u = transformA(u)
			if i == 2 {
				for j := range u {
					u[j] ^= c3[j]
				}
			}
			v = transformA(transformA(v))
		}
		k := transformP([4]uint64{u[0] ^ v[0], u[1] ^ v[1], u[2] ^ v[2], u[3] ^ v[3]})
		s[i] = encrypt(&k, h[i])
	}
	y := psi(s, 12)
	for i := range y {
		y[i] ^= m[i]
	}
	y = psi(y, 1)
	for i := range y {
		y[i] ^= h[i]
	}
	*h = psi(y, 61)
}

func transformA(y [4]uint64) [4]uint64 { return [4]uint64{y[1], y[2], y[3], y[0] ^ y[1]} }

// transformP transposes the bytes and returns the eight words of a cipher key.
func transformP(y [4]uint64) (k [8]uint32) {
	for j := range k {
		for i := range 4 {
			k[j] |= uint32(byte(y[i]>>(8*j))) << (8 * i)
		}
	}
	return k
}

// psi applies the mixing transformation n times: a shift by one 16-bit word that
// brings in the sum of six of them.
func psi(y [4]uint64, n int) [4]uint64 {
	for range n {
		in := uint16(y[0]) ^ uint16(y[0]>>16) ^ uint16(y[0]>>32) ^ uint16(y[0]>>48) ^
			uint16(y[3]) ^ uint16(y[3]>>48)
		y[0] = y[0]>>16 | y[1]<<48
		y[1] = y[1]>>16 | y[2]<<48
		y[2] = y[2]>>16 | y[3]<<48
		y[3] = y[3]>>16 | uint64(in)<<48
	}
	return y
}

// sbox is the test set; row 0 is for the lowest four bits.
var sbox = [8][16]byte{
	{4, 10, 9, 2, 13, 8, 0, 14, 6, 11, 1, 12, 7, 15, 5, 3},
	{14, 11, 4, 12, 6, 13, 15, 10, 2, 3, 8, 1, 0, 7, 5, 9},
	{5, 8, 1, 13, 10, 3, 4, 2, 14, 15, 12, 7, 6, 0, 9, 11},
	{7, 13, 10, 1, 0, 8, 9, 15, 14, 4, 6, 12, 11, 2, 5, 3},
	{6, 12, 7, 1, 5, 15, 13, 8, 4, 10, 9, 14, 0, 3, 11, 2},
	{4, 11, 10, 0, 7, 2, 1, 13, 3, 6, 8, 5, 9, 12, 15, 14},
	{13, 11, 4, 1, 3, 15, 5, 9, 0, 10, 14, 7, 6, 8, 2, 12},
	{1, 15, 13, 0, 5, 7, 10, 4, 9, 2, 3, 14, 6, 11, 8, 12},
}

// encrypt is the block cipher GOST 28147-89 in its simple substitution mode
// (RFC 5830, section 5.1).
func encrypt(k *[8]uint32, block uint64) uint64 {
	a, b := uint32(block), uint32(block>>32)
	for round := range 32 {
		i := round % 8
		if round >= 24 {
			i = 7 - i
		}
		a, b = b^substitute(a+k[i]), a
	}
	return uint64(a)<<32 | uint64(b)
}

// substitute passes each four bits of x through its box and rotates the result.
func substitute(x uint32) uint32 {
	y := uint32(sbox[0][x&15]) | uint32(sbox[1][x>>4&15])<<4 |
		uint32(sbox[2][x>>8&15])<<8 | uint32(sbox[3][x>>12&15])<<12 |
		uint32(sbox[4][x>>16&15])<<16 | uint32(sbox[5][x>>20&15])<<20 |
		uint32(sbox[6][x>>24&15])<<24 | uint32(sbox[7][x>>28])<<28
	return bits.RotateLeft32(y, 11)
}
