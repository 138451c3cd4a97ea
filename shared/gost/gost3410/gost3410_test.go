package gost3410

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/gost/gost3411"
	"github.com/courtoffice/courtoffice/shared/gost/internal/cputime"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// verify asks both ways of verification and fails the test if they disagree.
func verify(t testing.TB, k *PublicKey, digest, sig []byte) bool {
	t.Helper()
	cold, hot := k.Verify(digest, sig), NewHotKey(k).Verify(digest, sig)
	if cold != hot {
		t.Fatalf("key %x, digest %x, signature %x: Verify %v, HotKey.Verify %v", k.Bytes(), digest, sig, cold, hot)
	}
	return cold
}

// opensslKey and opensslSignatures were made with OpenSSL 3 and its GOST engine:
// genpkey -algorithm gost2012_512 -pkeyopt paramset:A, then pkeyutl -sign. The
// private key is a big-endian number and signatures are in the order of RFC 9215,
// s || r, as OpenSSL has them.
const (
	opensslKey    = "f3e7f07f0d50caa8428c90a79c895fee7814c66b4e245de493619434e589d25df6ebe601110dad12c7cb39e39f863d95b77febb565338b8584f9d55424fd867c"
	opensslPublic = "44ba6fa81de41cb3016479a29888cb7d9974219e3996e6abdc0a904e1fa43b9bc5d58562d4d9ec18bc829c6e19001ee0556c5f7f99154687d8aed9f612cd1cafe052026f48d3e1e74255eae903446073217e7eb301db758f13a8c4d4e2fcc9a3b573daffc6f4d29b20cdf1c461a7eff9ac57c122afb00c51e836352f67f26765"
)

var opensslSignatures = []struct{ msg, sig string }{
	{"Court Office", "d7683112dc488f322e4c4c64b27601db444db9502d20861fede8361e35055cc98ad24c3684cac613855f8911e887801b253bd0b68336a4bb76d1a44033404c3ffb44d55c9252c35070140128537c2467cdb60ed1e38cbaa7234ae419eea742369c459c9cf7015305a32307fd5d8bf221037c96e60dcfad203b5dd015478b7ac1"},
	{strings.Repeat("a", 77), "55880379d777da4ea287a06af1fdd3059bf32c1108e9ac9c1228f4c539f435372a6b049c67bac7bb682e8fd153255821a13ee61a92f13cb86c8953708938704613f51ea9a7dda5d57bf6a1f35a0dddb420cf8f46b228e69e5991a20053c1d5bd1cd8a3c0a33546ae371e1fc932582df99c7e40abda252f259ca9f72b1899ef2d"},
	{strings.Repeat("a", 154), "3210fad9507fc82e8e2fc42922866c7bd9ae5b2a1dc15cb0bb8bb2bc4b0911eb345a4e8b10f5328569450ef7f9c29dcf6c7e593cf3d99f38bedf3d7fedaa1c84a796d92062b53c808986f49ce93790996aaf31173759885c174a711eadd2e3f2b218b34ab508e464904c5d6dbcc67faaf36016b1aa2266915a1d42e783d52b51"},
}

func TestOpenSSL(t *testing.T) {
	d := unhex(t, opensslKey)
	slices.Reverse(d)
	private, err := NewPrivateKey(d)
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(private.Public().Bytes()); got != opensslPublic {
		t.Errorf("public key of %x = %s, want %s", d, got, opensslPublic)
	}
	k, err := NewPublicKey(unhex(t, opensslPublic))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range opensslSignatures {
		digest, sig := gost3411.Sum512([]byte(v.msg)), unhex(t, v.sig)
		if verify(t, k, digest[:], sig) {
			t.Errorf("%q: signature accepted in the order of RFC 9215", v.msg)
		}
		for name, half := range map[string]func([]byte){
			"s || r":           func(b []byte) { copy(b, slices.Concat(b[64:], b[:64])) },
			"r || s reversed":  func(b []byte) { slices.Reverse(b[:64]); slices.Reverse(b[64:]) },
			"r reversed alone": func(b []byte) { slices.Reverse(b[:64]) },
		} {
			kz := slices.Clone(sig)
			slices.Reverse(kz)
			half(kz)
			if verify(t, k, digest[:], kz) {
				t.Errorf("%q: signature accepted as %s", v.msg, name)
			}
		}
		slices.Reverse(sig)
		if !verify(t, k, digest[:], sig) {
			t.Errorf("%q: signature %x refused", v.msg, sig)
		}
		for i := range sig {
			sig[i] ^= 1 << (i % 8)
			if k.Verify(digest[:], sig) {
				t.Errorf("%q: signature accepted with byte %d changed", v.msg, i)
			}
			sig[i] ^= 1 << (i % 8)
		}
		for i := range digest {
			digest[i] ^= 1 << (i % 8)
			if k.Verify(digest[:], sig) {
				t.Errorf("%q: signature accepted with byte %d of the digest changed", v.msg, i)
			}
			digest[i] ^= 1 << (i % 8)
		}
	}
}

func TestNewPublicKey(t *testing.T) {
	good := unhex(t, opensslPublic)
	k, err := NewPublicKey(good)
	if err != nil || !bytes.Equal(k.Bytes(), good) {
		t.Fatalf("NewPublicKey(%x): %v", good, err)
	}
	edit := func(f func(b []byte) []byte) []byte { return f(slices.Clone(good)) }
	// Residues below 569 have a second form that fits 64 bytes. Take the first that
	// is the x of a point.
	unreduced := func() []byte {
		for x := int64(0); x < 569; x++ {
			y := liftX(big.NewInt(x))
			if y == nil {
				continue
			}
			low := append(littleEndian(big.NewInt(x)), littleEndian(y)...)
			if _, err := NewPublicKey(low); err != nil {
				t.Fatalf("point with x = %d: %v", x, err)
			}
			return append(littleEndian(new(big.Int).Add(big.NewInt(x), bigP)), littleEndian(y)...)
		}
		t.Fatal("no point with x below 569")
		return nil
	}()
	for _, v := range []struct {
		name string
		b    []byte
	}{
		{"empty", nil},
		{"short", good[:127]},
		{"long", append(slices.Clone(good), 0)},
		{"zero", make([]byte, 128)},
		{"all ones", bytes.Repeat([]byte{0xff}, 128)},
		{"reversed", edit(func(b []byte) []byte { slices.Reverse(b); return b })},
		{"off the curve", edit(func(b []byte) []byte { b[0] ^= 1; return b })},
		{"x is p", append(littleEndian(bigP), good[64:]...)},
		{"y is p", append(slices.Clone(good[:64]), littleEndian(bigP)...)},
		{"x not reduced", unreduced},
	} {
		if _, err := NewPublicKey(v.b); err != ErrPublicKey {
			t.Errorf("%s: error %v, want ErrPublicKey", v.name, err)
		}
	}
	other, err := NewPublicKey(edit(func(b []byte) []byte { // -Q
		y := fromLittleEndian(b[64:])
		return append(b[:64], littleEndian(y.Sub(bigP, y))...)
	}))
	if err != nil {
		t.Fatal(err)
	}
	if same, _ := NewPublicKey(good); !k.Equal(same) || k.Equal(other) || k.Equal("Q") {
		t.Error("Equal is wrong")
	}
}

// TestZeroKey: keys that no constructor made verify nothing, not even what would be
// valid if the key were infinity.
func TestZeroKey(t *testing.T) {
	nonce := scalar{5}
	var c affine
	c.baseMult(&nonce)
	digest := littleEndian(big.NewInt(1))
	sig := append(c.x.Bytes(nil), littleEndian(big.NewInt(5))...)
	if new(PublicKey).Verify(digest, sig) || new(HotKey).Verify(digest, sig) || NewHotKey(new(PublicKey)).Verify(digest, sig) {
		t.Error("a zero key accepted a signature")
	}
}

func TestNewPrivateKey(t *testing.T) {
	one := big.NewInt(1)
	for _, v := range []struct {
		name string
		b    []byte
		ok   bool
	}{
		{"one", littleEndian(one), true},
		{"q-1", littleEndian(new(big.Int).Sub(bigQ, one)), true},
		{"zero", make([]byte, 64), false},
		{"q", littleEndian(bigQ), false},
		{"q+1", littleEndian(new(big.Int).Add(bigQ, one)), false},
		{"all ones", bytes.Repeat([]byte{0xff}, 64), false},
		{"short", make([]byte, 63), false},
		{"long", append([]byte{1}, make([]byte, 64)...), false},
	} {
		k, err := NewPrivateKey(v.b)
		if v.ok && (err != nil || !bytes.Equal(k.Bytes(), v.b)) {
			t.Errorf("%s: %v", v.name, err)
		}
		if !v.ok && err != ErrPrivateKey {
			t.Errorf("%s: error %v, want ErrPrivateKey", v.name, err)
		}
	}
}

func TestRange(t *testing.T) {
	private, err := GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	digest := gost3411.Sum512([]byte("range"))
	sig, err := private.Sign(digest[:])
	if err != nil {
		t.Fatal(err)
	}
	k := private.Public()
	if !verify(t, k, digest[:], sig) {
		t.Fatalf("own signature %x refused", sig)
	}
	r, s := fromLittleEndian(sig[:64]), fromLittleEndian(sig[64:])
	zero, top := new(big.Int), new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 512), big.NewInt(1))
	for _, v := range []struct {
		name string
		r, s *big.Int
	}{
		{"r = 0", zero, s},
		{"s = 0", r, zero},
		{"r = q", bigQ, s},
		{"s = q", r, bigQ},
		{"both 0", zero, zero},
		{"r = q-r", new(big.Int).Sub(bigQ, r), s},
		{"s = q-s", r, new(big.Int).Sub(bigQ, s)},
		{"r = 2^512-1", top, s},
		{"s = 2^512-1", r, top},
	} {
		if verify(t, k, digest[:], append(littleEndian(v.r), littleEndian(v.s)...)) {
			t.Errorf("%s: accepted", v.name)
		}
	}
	for _, v := range []struct {
		name        string
		digest, sig []byte
	}{
		{"short signature", digest[:], sig[:127]},
		{"long signature", digest[:], append(slices.Clone(sig), 0)},
		{"no signature", digest[:], nil},
		{"short digest", digest[:63], sig},
		{"long digest", append(digest[:], 0), sig},
		{"no digest", nil, sig},
	} {
		if verify(t, k, v.digest, v.sig) {
			t.Errorf("%s: accepted", v.name)
		}
	}
	for _, d := range [][]byte{nil, digest[:63], append(digest[:], 0)} {
		if _, err := private.Sign(d); err != ErrDigest {
			t.Errorf("Sign of %d bytes: error %v, want ErrDigest", len(d), err)
		}
	}
}

// TestXAboveOrder puts r + q, the other preimage of r, to the last comparison.
// No signature is known that needs it: it exists for one key in 2^256.
func TestXAboveOrder(t *testing.T) {
	r := scalar{5}
	x, ok := plusOrder(&r)
	if !ok {
		t.Fatal("5 + q is not below p")
	}
	z := element{7, 1 << 63}
	c := jacobian{z: z}
	c.x.Sqr(&z)
	c.x.Mul(&c.x, &x)
	if !c.hasXVar(&r) {
		t.Error("x = q + 5 does not match r = 5")
	}
	if c.hasXVar(&scalar{6}) {
		t.Error("x = q + 5 matches r = 6")
	}
	// p - q is the first number for which there is no second preimage.
	d := new(big.Int).Sub(bigP, bigQ)
	for _, v := range []struct {
		off  int64
		want bool
	}{{-1, true}, {0, false}, {1, false}} {
		var r scalar
		r.setBytes(littleEndian(new(big.Int).Add(d, big.NewInt(v.off))))
		if _, ok := plusOrder(&r); ok != v.want {
			t.Errorf("plusOrder(p - q + %d) = %v, want %v", v.off, ok, v.want)
		}
	}
	if new(jacobian).hasXVar(&scalar{}) {
		t.Error("infinity has an x")
	}
}

// TestZeroDigest: a digest that is 0 modulo q counts as 1.
func TestZeroDigest(t *testing.T) {
	private, err := GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	digests := [][]byte{make([]byte, 64), littleEndian(bigQ), littleEndian(big.NewInt(1)),
		littleEndian(new(big.Int).Add(bigQ, big.NewInt(1)))}
	for _, d := range digests {
		sig, err := private.Sign(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range digests {
			if !verify(t, private.Public(), e, sig) || !bigVerify(private.Public().Bytes(), e, sig) {
				t.Errorf("signature of %x refused for %x", d, e)
			}
		}
		if verify(t, private.Public(), littleEndian(big.NewInt(2)), sig) {
			t.Errorf("signature of %x accepted for 2", d)
		}
	}
}

func TestSign(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		private, err := NewPrivateKey(randomScalar(r).appendBytes(nil))
		if err != nil {
			t.Fatal(err)
		}
		digest := randomScalar(r).appendBytes(nil)
		first, err1 := private.Sign(digest)
		second, err2 := private.Sign(digest)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if bytes.Equal(first[:64], second[:64]) {
			t.Errorf("key %x: two signatures share r", private.Bytes())
		}
		third, err := private.SignDeterministic(digest)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := private.SignDeterministic(digest); !bytes.Equal(third, again) {
			t.Errorf("key %x: SignDeterministic gave %x, then %x", private.Bytes(), third, again)
		}
		for _, sig := range [][]byte{first, second, third} {
			if !verify(t, private.Public(), digest, sig) || !bigVerify(private.Public().Bytes(), digest, sig) {
				t.Errorf("key %x: own signature %x of %x refused", private.Bytes(), sig, digest)
			}
		}
		if again, err := NewPrivateKey(private.Bytes()); err != nil || !again.Equal(private) || !again.Public().Equal(private.Public()) {
			t.Errorf("key %x does not come back: %v", private.Bytes(), err)
		}
	}
}

func TestGenerateKey(t *testing.T) {
	// The first 64 bytes are not below q and are passed over.
	b := append(bytes.Repeat([]byte{0xff}, 64), bytes.Repeat([]byte{0x11}, 64)...)
	k, err := GenerateKey(bytes.NewReader(b))
	if err != nil || !bytes.Equal(k.Bytes(), b[64:]) {
		t.Errorf("GenerateKey = %v, %v", k, err)
	}
	if _, err := GenerateKey(strings.NewReader("short")); err == nil {
		t.Error("GenerateKey of 5 bytes did not fail")
	}
}

func TestAllocations(t *testing.T) {
	private, err := GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	digest := make([]byte, 64)
	sig, err := private.Sign(digest)
	if err != nil {
		t.Fatal(err)
	}
	k, hot := private.Public(), NewHotKey(private.Public())
	if n := testing.AllocsPerRun(5, func() { k.Verify(digest, sig) }); n != 0 {
		t.Errorf("Verify: %v allocations, want 0", n)
	}
	if n := testing.AllocsPerRun(5, func() { hot.Verify(digest, sig) }); n != 0 {
		t.Errorf("HotKey.Verify: %v allocations, want 0", n)
	}
}

// vectorsDir is the folder of artifacts issued by the NCA or made by its tools.
func vectorsDir(t *testing.T) string {
	dir := os.Getenv("EDS_VECTORS")
	if dir == "" {
		t.Skip("EDS_VECTORS is not set")
	}
	return filepath.Join(dir, "all")
}

// TestKalkan checks a key and a signature made by the Kalkan provider.
func TestKalkan(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(vectorsDir(t), "kat_kalkan_gost2015_512.json"))
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Msg    string `json:"msg_utf8"`
		Digest string `json:"digest_streebog512"`
		D      string `json:"d_be"`
		Qx     string `json:"qx_be"`
		Qy     string `json:"qy_be"`
		Sig    string `json:"sig_kz"`
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	digest := gost3411.Sum512([]byte(v.Msg))
	if got := hex.EncodeToString(digest[:]); got != v.Digest {
		t.Errorf("digest = %s, want %s", got, v.Digest)
	}
	reversed := func(s string) []byte { b := unhex(t, s); slices.Reverse(b); return b }
	private, err := NewPrivateKey(reversed(v.D))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := private.Public().Bytes(), append(reversed(v.Qx), reversed(v.Qy)...); !bytes.Equal(got, want) {
		t.Errorf("public key = %x, want %x", got, want)
	}
	if !verify(t, private.Public(), digest[:], unhex(t, v.Sig)) {
		t.Error("signature refused")
	}
}

// TestCertificates checks that certificates of the NCA were signed by one of its
// authorities, and by only one.
func TestCertificates(t *testing.T) {
	dir := vectorsDir(t)
	load := func(pattern string) map[string]*x509.Certificate {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %d files", pattern, err, len(files))
		}
		certs := map[string]*x509.Certificate{}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			c, err := x509.ParseCertificate(raw)
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			certs[filepath.Base(f)] = c
		}
		return certs
	}
	issuers := map[string]*HotKey{}
	all := load("ca_*gost2022.cer")
	for name, c := range all {
		var spki struct {
			Algorithm pkix.AlgorithmIdentifier
			Key       asn1.BitString
		}
		var key []byte
		if _, err := asn1.Unmarshal(c.RawSubjectPublicKeyInfo, &spki); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := asn1.Unmarshal(spki.Key.Bytes, &key); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		k, err := NewPublicKey(key)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		issuers[name] = NewHotKey(k)
	}
	for name, c := range load("ee_gost2015_*.cer") {
		all[name] = c
	}
	for name, c := range all {
		digest := gost3411.Sum512(c.RawTBSCertificate)
		var by []string
		for issuer, k := range issuers {
			cold := k.PublicKey().Verify(digest[:], c.Signature)
			if hot := k.Verify(digest[:], c.Signature); hot != cold {
				t.Errorf("%s by %s: Verify %v, HotKey.Verify %v", name, issuer, cold, hot)
			}
			if cold {
				by = append(by, issuer)
			}
		}
		if len(by) != 1 {
			t.Errorf("%s is signed by %q", name, by)
		}
	}
	t.Logf("%d certificates", len(all))
}

func FuzzVerifyAgreesWithBig(f *testing.F) {
	r := rand.New(rand.NewPCG(9, 9))
	for range 4 {
		f.Add(randomScalar(r).appendBytes(nil), randomScalar(r).appendBytes(nil), byte(0), uint16(0), byte(0))
	}
	f.Add(littleEndian(big.NewInt(1)), make([]byte, 64), byte(1), uint16(64), byte(1))
	f.Add(littleEndian(big.NewInt(2)), littleEndian(bigQ), byte(2), uint16(191), byte(0x80))
	// The fuzzer picks key and digest, and a byte of digest, signature or neither
	// to change after signing.
	f.Fuzz(func(t *testing.T, d, digest []byte, where byte, index uint16, flip byte) {
		private, err := NewPrivateKey(d)
		if err != nil || len(digest) != DigestSize {
			return
		}
		sig, err := private.SignDeterministic(digest)
		if err != nil {
			t.Fatal(err)
		}
		digest = slices.Clone(digest)
		switch where % 3 {
		case 1:
			digest[index%64] ^= flip
		case 2:
			sig[index%128] ^= flip
		}
		key := private.Public().Bytes()
		got, want := verify(t, private.Public(), digest, sig), bigVerify(key, digest, sig)
		if got != want {
			t.Errorf("key %x, digest %x, signature %x: Verify %v, math/big %v", key, digest, sig, got, want)
		}
		if (where%3 == 0 || flip == 0) && !got {
			t.Errorf("key %x, digest %x: own signature %x refused", key, digest, sig)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	private, err := GenerateKey(nil)
	if err != nil {
		b.Fatal(err)
	}
	digest := gost3411.Sum512([]byte("benchmark"))
	sig, err := private.Sign(digest[:])
	if err != nil {
		b.Fatal(err)
	}
	k, hot := private.Public(), NewHotKey(private.Public())
	b.Run("cold", func(b *testing.B) {
		b.ReportAllocs()
		defer cputime.Start(b)()
		for b.Loop() {
			if !k.Verify(digest[:], sig) {
				b.Fatal("refused")
			}
		}
	})
	b.Run("hot", func(b *testing.B) {
		b.ReportAllocs()
		defer cputime.Start(b)()
		for b.Loop() {
			if !hot.Verify(digest[:], sig) {
				b.Fatal("refused")
			}
		}
	})
}

func BenchmarkSign(b *testing.B) {
	private, err := GenerateKey(nil)
	if err != nil {
		b.Fatal(err)
	}
	digest := gost3411.Sum512([]byte("benchmark"))
	b.ReportAllocs()
	defer cputime.Start(b)()
	for b.Loop() {
		if _, err := private.Sign(digest[:]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewHotKey(b *testing.B) {
	private, err := GenerateKey(nil)
	if err != nil {
		b.Fatal(err)
	}
	k := private.Public()
	b.ReportAllocs()
	defer cputime.Start(b)()
	for b.Loop() {
		NewHotKey(k)
	}
}
