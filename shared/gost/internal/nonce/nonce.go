// Package nonce derives the one-time numbers of GOST R 34.10 signatures with the
// generator of RFC 6979, section 3.2, on HMAC-SHA-512.
//
// RFC 6979 is written for DSA and uses the hash of the signature. Nothing outside
// can tell how a nonce was made, so this keeps a hash whose implementation in the
// standard library takes the same time for any input; Streebog's does not.
package nonce

import (
	"crypto/hmac"
	"crypto/sha512"
)

// Generator yields candidates for one signature.
type Generator struct{ k, v [sha512.Size]byte }

// New seeds a generator with the private key, the digest as it is signed, and
// additional data (RFC 6979, section 3.6), nil to depend on key and digest alone.
func New(key, digest, extra []byte) *Generator {
	var g Generator
	for i := range g.v {
		g.v[i] = 1
	}
	g.update(0, key, digest, extra)
	g.update(1, key, digest, extra)
	return &g
}

// Next fills b, at most 64 bytes, with the next candidate. A caller that cannot
// use it calls again.
func (g *Generator) Next(b []byte) {
	if len(b) > len(g.v) {
		panic("nonce: more than 64 bytes")
	}
	g.v = g.mac(g.v[:])
	copy(b, g.v[:])
	g.update(0)
}

// update replaces k by HMAC(k, v || step || data...) and v by HMAC(k, v).
func (g *Generator) update(step byte, data ...[]byte) {
	g.k = g.mac(append([][]byte{g.v[:], {step}}, data...)...)
	g.v = g.mac(g.v[:])
}

func (g *Generator) mac(data ...[]byte) (sum [sha512.Size]byte) {
	h := hmac.New(sha512.New, g.k[:])
	for _, d := range data {
		h.Write(d)
	}
	h.Sum(sum[:0])
	return sum
}
