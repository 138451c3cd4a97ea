package gost341194

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

// vectors: the first message is RFC 5831, section 7.3.1; the second, 7.3.2; the
// others are widely published for the test parameter set.
var vectors = []struct{ msg, sum string }{
	{"This is message, length=32 bytes", "b1c466d37519b82e8319819ff32595e047a28cb6f83eff1c6916a815a637fffa"},
	{"Suppose the original message has length = 50 bytes", "471aba57a60a770d3a76130635c1fbea4ef14de51f78b4ae57dd893b62f55208"},
	{"", "ce85b99cc46752fffee35cab9a7b0278abb4c2d2055cff685af4912c49490f8d"},
	{"abc", "f3134348c44fb1b2a277729e2285ebb5cb5e0f29c975bc753b70497c06a4d51d"},
	{"message digest", "ad4434ecb18f2c99b60cbe59ec3d2469582b65273f48de72db2fde16a4889a4d"},
	{strings.Repeat("U", 128), "53a3a3ed25180cef0c1d85a074273e551c25660a87062a52d926a9e8fe5733a4"},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		if got := Sum([]byte(v.msg)); hex.EncodeToString(got[:]) != v.sum {
			t.Errorf("Sum(%q) = %x, want %s", v.msg, got, v.sum)
		}
	}
}

func TestStreaming(t *testing.T) {
	msg := make([]byte, 3*BlockSize+7)
	for i := range msg {
		msg[i] = byte(0xf0 + 37*i)
	}
	want := Sum(msg)
	for i := range len(msg) + 1 {
		for j := i; j <= len(msg); j += 5 {
			h := New()
			h.Write(msg[:i])
			h.Write(msg[i:j])
			middle := Sum(msg[:j])
			if got := h.Sum(nil); !bytes.Equal(got, middle[:]) {
				t.Fatalf("Sum in the middle, cuts at %d and %d: got %x, want %x", i, j, got, middle)
			}
			h.Write(msg[j:])
			if got := h.Sum([]byte("x")); !bytes.Equal(got[1:], want[:]) || got[0] != 'x' {
				t.Fatalf("cut at %d and %d: got %x, want %x", i, j, got, want)
			}
			h.Reset()
			if got := h.Sum(nil); hex.EncodeToString(got) != vectors[2].sum {
				t.Fatalf("after Reset: got %x", got)
			}
		}
	}
}

func BenchmarkSum(b *testing.B) {
	msg := make([]byte, 50<<10)
	b.SetBytes(int64(len(msg)))
	for b.Loop() {
		Sum(msg)
	}
}
