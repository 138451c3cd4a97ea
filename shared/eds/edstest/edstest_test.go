package edstest

import (
	"bytes"
	"encoding/hex"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// Test vectors of RFC 2268, section 5.
func TestRC2(t *testing.T) {
	for _, tt := range []struct {
		effective         int
		key, plain, crypt string
	}{
		{63, "0000000000000000", "0000000000000000", "ebb773f993278eff"},
		{64, "ffffffffffffffff", "ffffffffffffffff", "278b27e42e2f0d49"},
		{64, "3000000000000000", "1000000000000001", "30649edf9be7d2c2"},
		{64, "88", "0000000000000000", "61a8a244adacccf0"},
		{64, "88bca90e90875a", "0000000000000000", "6ccf4308974c267f"},
		{64, "88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "1a807d272bbe5db1"},
		{128, "88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "2269552ab0f85ca6"},
		{129, "88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e", "0000000000000000", "5b78d3a43dfff1f1"},
	} {
		key, crypt := unhex(t, tt.key), unhex(t, tt.crypt)
		got := make([]byte, 8)
		newRC2(key, tt.effective).Decrypt(got, crypt)
		if hex.EncodeToString(got) != tt.plain {
			t.Errorf("key %s, %d bits: %x, want %s", tt.key, tt.effective, got, tt.plain)
		}
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func families(t testing.TB) map[string]*Private {
	t.Helper()
	keys := map[string]*Private{}
	for name, generate := range map[string]func() (*Private, error){
		"gost2015-512": GenerateGOST, "gost2004": GenerateGOST2004, "rsa-sha256": func() (*Private, error) { return GenerateRSA(2048) },
	} {
		k, err := generate()
		if err != nil {
			t.Fatal(err)
		}
		keys[name] = k
	}
	keys["rsa-sha1"] = keys["rsa-sha256"].With(oid.RSAWithSHA1)
	return keys
}

func TestKeysSurviveAndSign(t *testing.T) {
	for name, k := range families(t) {
		if k.Algorithm().Name != name {
			t.Errorf("%s: algorithm %s", name, k.Algorithm().Name)
		}
		der, err := k.MarshalPKCS8()
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParsePKCS8(der)
		if err != nil || !bytes.Equal(back.SPKI(), k.SPKI()) || back.Family() != k.Family() {
			t.Errorf("%s: %v", name, err)
		}
		pub, err := algorithm.ParseKey(k.SPKI())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		d, err := algorithm.FindDigest(k.Algorithm().Digest)
		if err != nil {
			t.Fatal(err)
		}
		h := d.New()
		h.Write([]byte("хабарлама"))
		sig, err := k.Sign([]byte("хабарлама"))
		if err != nil || !pub.Verify(k.Algorithm(), h.Sum(nil), sig) {
			t.Errorf("%s: own signature does not verify, %v", name, err)
		}
		again, err := k.Sign([]byte("хабарлама"))
		if err != nil || !bytes.Equal(sig, again) {
			t.Errorf("%s: signing is not deterministic, %v", name, err)
		}
		sig[len(sig)/2] ^= 1
		if pub.Verify(k.Algorithm(), h.Sum(nil), sig) {
			t.Errorf("%s: a changed signature verifies", name)
		}
	}
}

func TestParsePKCS8Refuses(t *testing.T) {
	for name, k := range families(t) {
		der, err := k.MarshalPKCS8()
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{0, 1, len(der) / 2, len(der) - 1} {
			if _, err := ParsePKCS8(der[:n]); err == nil {
				t.Errorf("%s cut to %d bytes is read", name, n)
			}
		}
	}
	if _, err := ParsePEM([]byte("мәтін")); err == nil {
		t.Error("text passes for a key")
	}
}

func TestIssueShapedLikeNCA(t *testing.T) {
	k, err := NewRoot(families(t)["gost2015-512"], Template{Subject: []Attribute{{Type: "\x55\x04\x03", Value: "ТҮБІР"}},
		NotBefore: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2055, 1, 1, 0, 0, 0, 0, time.UTC), PathLen: -1, KeyUsage: certpath.KeyCertSign})
	if err != nil {
		t.Fatal(err)
	}
	c, err := certpath.Parse(k.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if want := serialFromID(c.SubjectKeyID); !bytes.Equal(c.Serial, want) || c.Serial[0]&0x80 != 0 || c.Serial[0]>>4 == 0 {
		t.Errorf("serial % x of key % x", c.Serial, c.SubjectKeyID)
	}
	if !c.NotAfter.Equal(time.Date(2055, 1, 1, 0, 0, 0, 0, time.UTC)) || !c.IsCA || c.PathLen != -1 {
		t.Errorf("%+v", c)
	}
}

func FuzzLoadPKCS12(f *testing.F) {
	f.Add([]byte("\x30\x80\x02\x01\x03\x30\x80\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if k, err := LoadPKCS12(data, "Qwerty12"); (k == nil) == (err == nil) {
			t.Errorf("%v, %v", k, err)
		}
	})
}
