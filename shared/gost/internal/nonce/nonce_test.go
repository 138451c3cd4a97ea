package nonce

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// TestGenerator follows RFC 6979, appendix A.2.3, where the private key is padded
// to 24 bytes: the ECDSA P-192 example with SHA-512, whose 192-bit nonce is the
// first candidate.
func TestGenerator(t *testing.T) {
	for _, v := range []struct{ msg, digest, want string }{
		// SHA-512 of the message, cut to 24 bytes and reduced: bits2octets.
		{"sample", "39a5e04aaff7455d9850c605364f514c11324ce64016960d", "a2ac7ab055e4f20692d49209544c203a7d1f2c0bfbc75db1"},
		{"test", "ee26b0dd4af7e749aa1a8ee3c10ae9923f618980772e473f", "0758753a5254759c7cfbad2e2d9b0792eee44136c9480527"},
	} {
		key, _ := hex.DecodeString("6fab034934e4c0fc9ae67f5b5659a9d7d1fefd187ee09fd4")
		digest, _ := hex.DecodeString(v.digest)
		got := make([]byte, 24)
		New(key, digest, nil).Next(got)
		if hex.EncodeToString(got) != v.want {
			t.Errorf("%s: nonce = %x, want %s", v.msg, got, v.want)
		}
	}
}

func TestInputsMatter(t *testing.T) {
	seen := map[string]string{}
	for _, v := range []struct {
		name               string
		key, digest, extra []byte
	}{
		{"plain", []byte("k"), []byte("d"), nil},
		{"key", []byte("K"), []byte("d"), nil},
		{"digest", []byte("k"), []byte("D"), nil},
		{"extra", []byte("k"), []byte("d"), []byte("e")},
	} {
		g := New(v.key, v.digest, v.extra)
		var b [64]byte
		for _, turn := range []string{"first", "second"} {
			g.Next(b[:])
			if other, ok := seen[string(b[:])]; ok || bytes.Equal(b[:], make([]byte, 64)) {
				t.Errorf("%s of %s: %x, as %s", turn, v.name, b, other)
			}
			seen[string(b[:])] = v.name
		}
	}
}
