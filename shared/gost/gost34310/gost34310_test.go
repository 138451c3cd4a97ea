package gost34310

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/courtoffice/courtoffice/shared/gost/gost341194"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The key and signatures were made with OpenSSL 3 and its GOST engine, which has
// the curve as gost2012_256 with paramset:A: a big-endian private key, digests as
// they are, signatures s || r, both big-endian.
const (
	opensslKey    = "7e1facfaa18088420346af44aab4fd1f9f05da986a05f0204d139117f0bfbd01"
	opensslPublic = "27ec3e45f6d44bbf51f8c3f4f5d6c2c8f06522a2f68b4acdc2f137a9f327c2e47e67b23ab5b2dccefbc6ed8bdc9a0775819e05306e7708ca33171c8e288d4428"
)

var opensslSignatures = []struct{ digest, sig string }{
	{"bc19b9d355411a4e3d3426f5d39bfc9a856ca5f042bc3a468572080086ad1384",
		"5d7af71b2e39fd6a40efb1377c8dbe53d4ff42366d2d2f67cb2957a41cb82f53b21f955d85f1360ebc5d87279339eb4059ae8f5ddbb23bca840ea8d127877c78"},
	{"d872285d3a590992d9c5e400597cb1dc3d03f0b026587884517a044693fc7376",
		"4a4231769d6a2892a845904ba12f33292b46fa432d7d107a43f7b6abeeb0ad3cf6cd67a2010ef803e39853049255598519285e756333925703675d67a325e28e"},
}

func TestOpenSSL(t *testing.T) {
	d := unhex(t, opensslKey)
	slices.Reverse(d)
	private, err := NewPrivateKey(d)
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(private.Public().Bytes()); got != opensslPublic {
		t.Errorf("public key = %s, want %s", got, opensslPublic)
	}
	if !bytes.Equal(private.Bytes(), d) {
		t.Errorf("private key = %x, want %x", private.Bytes(), d)
	}
	k, err := NewPublicKey(unhex(t, opensslPublic))
	if err != nil {
		t.Fatal(err)
	}
	if !k.Equal(private.Public()) {
		t.Error("keys are not equal")
	}
	for _, v := range opensslSignatures {
		digest, sig := unhex(t, v.digest), unhex(t, v.sig)
		if k.Verify(digest, sig) {
			t.Errorf("%s accepted in the order of OpenSSL", v.sig)
		}
		slices.Reverse(sig)
		if !k.Verify(digest, sig) {
			t.Errorf("%x refused", sig)
		}
		if swapped := slices.Concat(sig[32:], sig[:32]); k.Verify(digest, swapped) {
			t.Errorf("%x accepted", swapped)
		}
		for i := range sig {
			sig[i] ^= 1 << (i % 8)
			digest[i%32] ^= byte(i / 32) // half of the rounds change the digest too
			if k.Verify(digest, sig) {
				t.Errorf("accepted with byte %d changed", i)
			}
			sig[i] ^= 1 << (i % 8)
			if i >= 32 && k.Verify(digest, sig) {
				t.Errorf("accepted with byte %d of the digest changed", i%32)
			}
			digest[i%32] ^= byte(i / 32)
		}
	}
}

func TestCurve(t *testing.T) {
	c := curveA()
	if !c.contains(c.gx, c.gy) {
		t.Error("the base point is not on the curve")
	}
	if !c.p.ProbablyPrime(10) || !c.q.ProbablyPrime(10) {
		t.Error("p or q is not prime")
	}
	if _, _, ok := c.linear(c.q, new(big.Int), c.gx, c.gy); ok {
		t.Error("q*G is not infinity")
	}
	// Sums that meet infinity, equal and opposite points, against multiples of G.
	multiple := func(k int64) (*big.Int, *big.Int, bool) {
		return c.linear(new(big.Int).Mod(big.NewInt(k), c.q), new(big.Int), c.gx, c.gy)
	}
	for d := int64(-4); d <= 4; d++ {
		x, y, ok := multiple(d)
		if !ok {
			continue
		}
		if !c.contains(x, y) {
			t.Fatalf("%d*G is not on the curve", d)
		}
		for z1 := int64(0); z1 < 9; z1++ {
			for z2 := int64(0); z2 < 9; z2++ {
				gotX, gotY, got := c.linear(big.NewInt(z1), big.NewInt(z2), x, y)
				wantX, wantY, want := multiple(z1 + z2*d)
				if got != want || got && (gotX.Cmp(wantX) != 0 || gotY.Cmp(wantY) != 0) {
					t.Errorf("%d*G + %d*(%d*G) = %v, %v, %v, want %v, %v, %v", z1, z2, d, gotX, gotY, got, wantX, wantY, want)
				}
			}
		}
	}
}

func TestInvalid(t *testing.T) {
	c := curveA()
	good := unhex(t, opensslPublic)
	for _, v := range []struct {
		name string
		b    []byte
	}{
		{"empty", nil},
		{"short", good[:63]},
		{"long", append(slices.Clone(good), 0)},
		{"zero", make([]byte, 64)},
		{"off the curve", append([]byte{good[0] ^ 1}, good[1:]...)},
		{"x is p", append(encode(c.p), good[32:]...)},
		{"x is p + 1", append(encode(new(big.Int).Add(c.p, c.gx)), encode(c.gy)...)},
		{"y is p", append(slices.Clone(good[:32]), encode(c.p)...)},
	} {
		if _, err := NewPublicKey(v.b); err != ErrPublicKey {
			t.Errorf("%s: error %v, want ErrPublicKey", v.name, err)
		}
	}
	for _, b := range [][]byte{nil, make([]byte, 31), make([]byte, 32), encode(c.q), bytes.Repeat([]byte{255}, 32)} {
		if _, err := NewPrivateKey(b); err != ErrPrivateKey {
			t.Errorf("private key %x: error %v, want ErrPrivateKey", b, err)
		}
	}
}

func TestSign(t *testing.T) {
	c := curveA()
	private, err := GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	sum := gost341194.Sum([]byte("sign"))
	for _, digest := range [][]byte{sum[:], make([]byte, 32), encode(c.q), encode(c.gx), bytes.Repeat([]byte{255}, 32)} {
		first, err1 := private.Sign(digest)
		second, err2 := private.SignDeterministic(digest)
		again, err3 := private.SignDeterministic(digest)
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		if !bytes.Equal(second, again) || bytes.Equal(first, second) {
			t.Errorf("signatures of %x: %x at random, %x and %x", digest, first, second, again)
		}
		for _, sig := range [][]byte{first, second} {
			if !private.Public().Verify(digest, sig) {
				t.Errorf("signature %x of %x refused", sig, digest)
			}
			r, s := decode(sig[:32]), decode(sig[32:])
			for _, v := range []struct {
				name string
				sig  []byte
			}{
				{"short", sig[:63]},
				{"long", append(slices.Clone(sig), 0)},
				{"r = 0", append(make([]byte, 32), sig[32:]...)},
				{"s = 0", append(slices.Clone(sig[:32]), make([]byte, 32)...)},
				{"r = q", append(encode(c.q), sig[32:]...)},
				{"s = q", append(slices.Clone(sig[:32]), encode(c.q)...)},
				{"-r", append(encode(new(big.Int).Sub(c.q, r)), sig[32:]...)},
				{"-s", append(slices.Clone(sig[:32]), encode(new(big.Int).Sub(c.q, s))...)},
			} {
				if private.Public().Verify(digest, v.sig) {
					t.Errorf("%s: accepted for %x", v.name, digest)
				}
			}
		}
	}
	// Digests that are 0 modulo q count as 1.
	sig, _ := private.Sign(make([]byte, 32))
	if !private.Public().Verify(encode(c.gx), sig) || !private.Public().Verify(encode(c.q), sig) {
		t.Error("digest 0 is not 1")
	}
	if new(PublicKey).Verify(make([]byte, 32), sig) {
		t.Error("the zero key accepted a signature")
	}
	if _, err := private.Sign(make([]byte, 31)); err != ErrDigest {
		t.Errorf("Sign of 31 bytes: error %v, want ErrDigest", err)
	}
	if _, err := GenerateKey(bytes.NewReader(make([]byte, 40))); err == nil {
		t.Error("GenerateKey of 40 zero bytes did not fail")
	}
}

// TestCertificates checks that the NCA's certificates were signed by one of its
// authorities, and by only one.
func TestCertificates(t *testing.T) {
	dir := os.Getenv("EDS_VECTORS")
	if dir == "" {
		t.Skip("EDS_VECTORS is not set")
	}
	certs, issuers := map[string]*x509.Certificate{}, map[string]*PublicKey{}
	for _, pattern := range []string{"ca_*gost2004_*.cer", "ee_gost2004_*.cer"} {
		files, err := filepath.Glob(filepath.Join(dir, "all", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %d files", pattern, err, len(files))
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			c, err := x509.ParseCertificate(raw)
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			var spki struct {
				Algorithm pkix.AlgorithmIdentifier
				Key       asn1.BitString
			}
			certs[filepath.Base(f)] = c
			if _, err := asn1.Unmarshal(c.RawSubjectPublicKeyInfo, &spki); err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			// One information system has a key of its own vendor's kind.
			if !spki.Algorithm.Algorithm.Equal(asn1.ObjectIdentifier{1, 2, 398, 3, 10, 1, 1, 1, 1}) {
				continue
			}
			var key []byte
			if _, err := asn1.Unmarshal(spki.Key.Bytes, &key); err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			k, err := NewPublicKey(key)
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			if c.IsCA {
				issuers[filepath.Base(f)] = k
			}
		}
	}
	for name, c := range certs {
		digest := gost341194.Sum(c.RawTBSCertificate)
		var by []string
		for issuer, k := range issuers {
			if k.Verify(digest[:], c.Signature) {
				by = append(by, issuer)
			}
		}
		if len(by) != 1 {
			t.Errorf("%s (issuer %s) is signed by %q", name, c.Issuer, by)
		}
	}
	t.Logf("%d certificates", len(certs))
}

func BenchmarkVerify(b *testing.B) {
	private, err := GenerateKey(nil)
	if err != nil {
		b.Fatal(err)
	}
	digest := make([]byte, 32)
	sig, err := private.Sign(digest)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !private.Public().Verify(digest, sig) {
			b.Fatal("refused")
		}
	}
}
