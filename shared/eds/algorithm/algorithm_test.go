package algorithm_test

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

var pki = filepath.Join("..", "..", "..", "testdata", "pki")

func certificate(t testing.TB, name string) *certpath.Certificate {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(pki, name))
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := pem.Decode(data); b != nil {
		data = b.Bytes
	}
	c, err := certpath.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTable(t *testing.T) {
	for _, id := range []oid.ID{oid.GOST2015Signature512, oid.RSAWithSHA256, oid.RSAWithSHA384, oid.RSAWithSHA512, oid.GOST2004Signature, oid.RSAWithSHA1} {
		s, err := algorithm.FindSignature(id)
		if err != nil {
			t.Fatal(err)
		}
		d, err := algorithm.FindDigest(s.Digest)
		if err != nil || d.New().Size() != d.Size {
			t.Errorf("%s: digest %+v, %v", s.Name, d, err)
		}
		if x, err := algorithm.FindXMLSignature(s.XML); err != nil || x.OID != id {
			t.Errorf("%s: by its URI: %+v, %v", s.Name, x, err)
		}
	}
	for _, id := range []oid.ID{oid.GOST2015Signature256, oid.SHA256, ""} {
		if _, err := algorithm.FindSignature(id); !errors.Is(err, algorithm.ErrUnknown) {
			t.Errorf("signature %s: %v, want ErrUnknown", id, err)
		}
	}
	if _, err := algorithm.FindDigest(oid.Streebog256); !errors.Is(err, algorithm.ErrUnknown) {
		t.Errorf("Streebog-256: %v, want ErrUnknown", err)
	}
}

func TestForKey(t *testing.T) {
	gost, rsa := certificate(t, "keys/head.pem").Key, certificate(t, "keys/individual-rsa.pem").Key
	for _, tt := range []struct {
		key         *algorithm.Key
		sig, digest oid.ID
		want        oid.ID
	}{
		{gost, oid.GOST2015Signature512, oid.Streebog512, oid.GOST2015Signature512},
		{gost, oid.GOST2015Key512, oid.Streebog512, oid.GOST2015Signature512},
		{gost, oid.GOST2015Key512, oid.SHA256, ""},
		{gost, oid.GOST2004Key, oid.GOST34311, ""},
		{rsa, oid.RSA, oid.SHA256, oid.RSAWithSHA256},
		{rsa, oid.RSA, oid.SHA1, oid.RSAWithSHA1},
		{rsa, oid.RSA, oid.Streebog512, ""},
	} {
		s, err := algorithm.ForKey(tt.key, tt.sig, tt.digest)
		if s.OID != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s key, signature %s, digest %s: %s, %v, want %s", tt.key.Family, tt.sig, tt.digest, s.OID, err, tt.want)
		}
	}
}

// The table that VerifyTrusted builds after a few calls must answer as the plain check does.
func TestVerifyTrusted(t *testing.T) {
	issuer, c := certificate(t, "trust/nca-gost.cer"), certificate(t, "keys/head.pem")
	bad := append([]byte(nil), c.Signature...)
	bad[0] ^= 1
	for i := range 8 {
		if err := certpath.CheckSignature(issuer.Key, true, c.Algorithm, c.RawTBS, c.Signature); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
		if err := certpath.CheckSignature(issuer.Key, true, c.Algorithm, c.RawTBS, bad); !errors.Is(err, certpath.ErrSignature) {
			t.Fatalf("call %d, bad signature: %v", i, err)
		}
	}
}

// One check of a signature allocates for the digest and no more.
func TestAllocations(t *testing.T) {
	issuer, c := certificate(t, "trust/nca-gost.cer"), certificate(t, "keys/head.pem")
	for _, trusted := range []bool{false, true} {
		n := testing.AllocsPerRun(10, func() {
			if err := certpath.CheckSignature(issuer.Key, trusted, c.Algorithm, c.RawTBS, c.Signature); err != nil {
				t.Error(err)
			}
		})
		if n > 4 {
			t.Errorf("trusted %t: %v allocations, want at most 4", trusted, n)
		}
	}
}

func TestParseKeyRefuses(t *testing.T) {
	spki := certificate(t, "keys/head.pem").RawSPKI
	for i := range spki {
		for _, bit := range []byte{1, 0x80} {
			changed := append([]byte(nil), spki...)
			changed[i] ^= bit
			if k, err := algorithm.ParseKey(changed); err == nil {
				t.Errorf("byte %d changed: %v", i, k.Family)
			}
		}
	}
	if _, err := algorithm.ParseKey(append(append([]byte(nil), spki...), 0)); !errors.Is(err, algorithm.ErrKey) {
		t.Errorf("trailing byte: %v", err)
	}
}

// A key of a size that is not supported is not one that is broken.
func TestRSASizes(t *testing.T) {
	number := func(bits int, odd bool) *big.Int {
		n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
		if odd {
			n.SetBit(n, 0, 1)
		}
		return n
	}
	for _, tt := range []struct {
		name string
		n, e *big.Int
		want error
	}{
		{"2048", number(2048, true), big.NewInt(65537), nil}, {"8192", number(8192, true), big.NewInt(1<<31 - 1), nil},
		{"16384", number(16384, true), big.NewInt(65537), algorithm.ErrUnknown}, {"512", number(512, true), big.NewInt(65537), algorithm.ErrUnknown},
		{"a long exponent", number(2048, true), number(64, true), algorithm.ErrUnknown},
		{"an even modulus", number(2048, false), big.NewInt(65537), algorithm.ErrKey}, {"an even exponent", number(2048, true), big.NewInt(4), algorithm.ErrKey},
		{"exponent 1", number(2048, true), big.NewInt(1), algorithm.ErrKey},
	} {
		key, err := asn1.Marshal(struct{ N, E *big.Int }{tt.n, tt.e})
		if err != nil {
			t.Fatal(err)
		}
		spki, err := asn1.Marshal(struct {
			Algorithm pkix.AlgorithmIdentifier
			Key       asn1.BitString
		}{pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}, Parameters: asn1.NullRawValue}, asn1.BitString{Bytes: key, BitLength: 8 * len(key)}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := algorithm.ParseKey(spki); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestCache(t *testing.T) {
	var c algorithm.Cache
	key := certificate(t, "keys/head.pem").Key
	for i := range byte(17) {
		c.Put([]byte{i}, key)
		if c.Get([]byte{0}) == nil && i < 16 {
			t.Fatalf("key 0 is gone after %d others", i)
		}
	}
	if c.Get([]byte{0}) == nil || c.Get([]byte{1}) != nil || c.Get([]byte{16}) == nil {
		t.Error("want the key used longest ago, 1, gone")
	}
	var none *algorithm.Cache
	none.Put([]byte{1}, key)
	if none.Get([]byte{1}) != nil {
		t.Error("a nil cache keeps keys")
	}
}

func FuzzParseKey(f *testing.F) {
	for _, name := range []string{"keys/head.pem", "keys/individual-rsa.pem"} {
		f.Add(certificate(f, name).RawSPKI)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := algorithm.ParseKey(data)
		if (k == nil) == (err == nil) {
			t.Errorf("%v, %v", k, err)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	for _, bb := range []struct {
		name, issuer, cert string
		trusted            bool
	}{
		{"gost2015-512", "trust/nca-gost.cer", "keys/head.pem", false},
		{"gost2015-512-trusted", "trust/nca-gost.cer", "keys/head.pem", true},
		{"rsa-4096", "trust/nca-rsa.cer", "keys/individual-rsa.pem", true},
	} {
		b.Run(bb.name, func(b *testing.B) {
			issuer, c := certificate(b, bb.issuer), certificate(b, bb.cert)
			b.ReportAllocs()
			for b.Loop() {
				if err := certpath.CheckSignature(issuer.Key, bb.trusted, c.Algorithm, c.RawTBS, c.Signature); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
