package crl_test

import (
	"bytes"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

var pki = filepath.Join("..", "..", "..", "testdata", "pki")

func authority(t testing.TB, name string) *edstest.Key {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(pki, "authority", name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	k, err := edstest.ParsePEM(data)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func day(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }

func make2(t testing.TB, k *edstest.Key, tmpl edstest.ListTemplate) *crl.List {
	t.Helper()
	der, err := k.CRL(tmpl)
	if err != nil {
		t.Fatal(err)
	}
	l, err := crl.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestParse(t *testing.T) {
	k := authority(t, "nca-gost")
	revoked := []edstest.RevokedCertificate{
		{Serial: []byte{5}, At: day(1), Reason: crl.KeyCompromise},
		{Serial: []byte{0, 200}, At: day(2), Reason: crl.NoReason},
		{Serial: bytes.Repeat([]byte{7}, 20), At: day(3), Reason: crl.CertificateHold},
	}
	for _, innerAbsent := range []bool{false, true} {
		l := make2(t, k, edstest.ListTemplate{Number: 0xa6, ThisUpdate: day(4), NextUpdate: day(5), Revoked: revoked, InnerAbsent: innerAbsent})
		if l.Number.Int64() != 0xa6 || l.IsDelta() || !l.ThisUpdate.Equal(day(4)) || !l.NextUpdate.Equal(day(5)) || l.Entries.Len() != 3 || l.Unusable != "" {
			t.Errorf("%+v", l)
		}
		for _, r := range revoked {
			if e, ok := l.Entries.Find(r.Serial); !ok || !e.RevokedAt.Equal(r.At) || e.Reason != r.Reason {
				t.Errorf("serial % x: %+v, %t", r.Serial, e, ok)
			}
		}
		for _, serial := range [][]byte{{6}, {200}, {5, 0}, bytes.Repeat([]byte{7}, 19), bytes.Repeat([]byte{7}, 21), append([]byte{8}, bytes.Repeat([]byte{7}, 19)...), nil} {
			// 200 as one octet is the number -56.
			if e, ok := l.Entries.Find(serial); ok && !bytes.Equal(serial, []byte{200}) {
				t.Errorf("serial % x is found: %+v", serial, e)
			}
		}
		c, err := certpath.Parse(k.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.CheckSignature(c.Key, false); err != nil {
			t.Errorf("signature: %v", err)
		}
		other, err := certpath.Parse(authority(t, "root-gost").Certificate)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.CheckSignature(other.Key, false); !errors.Is(err, certpath.ErrSignature) {
			t.Errorf("signature by another key: %v", err)
		}
		l.Release()
		if err := l.CheckSignature(c.Key, false); !errors.Is(err, certpath.ErrSignature) {
			t.Errorf("signature after Release: %v", err)
		}
	}
}

// crypto/x509 is an independent reader of lists whose identifiers agree.
func TestParseAgreesWithStandardLibrary(t *testing.T) {
	for _, name := range []string{"nca-rsa", "root-gost", "root-rsa"} {
		der, err := os.ReadFile(filepath.Join(pki, "trust", name+".crl"))
		if err != nil {
			t.Fatal(err)
		}
		l, err := crl.Parse(der)
		if err != nil {
			t.Fatal(err)
		}
		std, err := x509.ParseRevocationList(der)
		if err != nil {
			t.Logf("%s: %v: not comparable", name, err)
			continue
		}
		if std.Number.Cmp(l.Number) != 0 || !std.ThisUpdate.Equal(l.ThisUpdate) || !std.NextUpdate.Equal(l.NextUpdate) ||
			!bytes.Equal(std.RawIssuer, l.RawIssuer) || !bytes.Equal(std.AuthorityKeyId, l.AuthorityKeyID) || len(std.RevokedCertificateEntries) != l.Entries.Len() {
			t.Errorf("%s: %+v differs from %+v", name, l, std)
		}
	}
}

func TestUnusable(t *testing.T) {
	k := authority(t, "nca-gost")
	for _, e := range []edstest.Extension{
		{ID: oid.IssuingDistributionPoint, Critical: true, Value: []byte{0x30, 3, 0x81, 1, 0xff}},
		{ID: oid.IssuingDistributionPoint, Value: []byte{0x30, 0}},
		{ID: oid.ID("\x2a\x03"), Critical: true, Value: []byte{5, 0}},
	} {
		l := make2(t, k, edstest.ListTemplate{Number: 1, ThisUpdate: day(4), NextUpdate: day(5), Extra: []edstest.Extension{e}})
		if l.Unusable != e.ID {
			t.Errorf("extension %s: unusable %q", e.ID, l.Unusable)
		}
		if _, err := l.MarshalIndex([32]byte{}); !errors.Is(err, crl.ErrIndex) {
			t.Errorf("extension %s: kept as an index", e.ID)
		}
	}
}

func TestAppliesTo(t *testing.T) {
	k := authority(t, "nca-gost")
	full := make2(t, k, edstest.ListTemplate{Number: 10, ThisUpdate: day(4), NextUpdate: day(9)})
	foreign := make2(t, authority(t, "root-gost"), edstest.ListTemplate{Number: 10, ThisUpdate: day(4), NextUpdate: day(9)})
	for _, tt := range []struct {
		name            string
		delta           edstest.ListTemplate
		full            *crl.List
		applies, strict bool
	}{
		{"by RFC 5280", edstest.ListTemplate{Number: 11, Base: 10, ThisUpdate: day(5), NextUpdate: day(6)}, full, true, true},
		{"production numbers", edstest.ListTemplate{Number: 57725, Base: 10, ThisUpdate: day(5), NextUpdate: day(6)}, full, true, true},
		{"test numbers", edstest.ListTemplate{Number: 5, Base: 10, ThisUpdate: day(5), NextUpdate: day(6)}, full, true, false},
		{"equal numbers", edstest.ListTemplate{Number: 10, Base: 10, ThisUpdate: day(5), NextUpdate: day(6)}, full, true, false},
		{"base after the full list", edstest.ListTemplate{Number: 12, Base: 11, ThisUpdate: day(5), NextUpdate: day(6)}, full, false, false},
		{"older than the full list", edstest.ListTemplate{Number: 11, Base: 9, ThisUpdate: day(3), NextUpdate: day(6)}, full, false, false},
		{"another issuer", edstest.ListTemplate{Number: 11, Base: 10, ThisUpdate: day(5), NextUpdate: day(6)}, foreign, false, false},
		{"not a delta", edstest.ListTemplate{Number: 11, ThisUpdate: day(5), NextUpdate: day(6)}, full, false, false},
	} {
		applies, strict := make2(t, k, tt.delta).AppliesTo(tt.full)
		if applies != tt.applies || strict != tt.strict {
			t.Errorf("%s: %t %t, want %t %t", tt.name, applies, strict, tt.applies, tt.strict)
		}
	}
}

func TestCovers(t *testing.T) {
	k := authority(t, "nca-gost")
	l := make2(t, k, edstest.ListTemplate{Number: 1, ThisUpdate: day(4), NextUpdate: day(5)})
	for at, want := range map[time.Time]bool{
		day(4).Add(-time.Second): false, day(4): true, day(5): true, day(5).Add(time.Second): false,
	} {
		if got := l.Covers(at); got != want {
			t.Errorf("covers %s: %t", at, got)
		}
	}
	if open := make2(t, k, edstest.ListTemplate{Number: 1, ThisUpdate: day(4)}); open.Covers(day(4)) {
		t.Error("a list without nextUpdate covers something")
	}
}

func TestIndexFile(t *testing.T) {
	k := authority(t, "nca-gost")
	l := make2(t, k, edstest.ListTemplate{Number: 7, Base: 3, ThisUpdate: day(4), NextUpdate: day(5),
		Revoked: []edstest.RevokedCertificate{{Serial: []byte{9}, At: day(1), Reason: crl.Superseded}}})
	data, err := l.MarshalIndex([32]byte{1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	got, signer, err := crl.LoadIndex(data)
	if err != nil || signer != [32]byte{1, 2, 3} || got.Number.Cmp(l.Number) != 0 || got.Base.Cmp(l.Base) != 0 ||
		!got.ThisUpdate.Equal(l.ThisUpdate) || !got.NextUpdate.Equal(l.NextUpdate) || !bytes.Equal(got.RawIssuer, l.RawIssuer) || !bytes.Equal(got.AuthorityKeyID, l.AuthorityKeyID) {
		t.Fatalf("%+v, %x, %v", got, signer, err)
	}
	if e, ok := got.Entries.Find([]byte{9}); !ok || e.Reason != crl.Superseded || !e.RevokedAt.Equal(day(1)) {
		t.Errorf("%+v, %t", e, ok)
	}
	c, err := certpath.Parse(k.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if got.CheckSignature(c.Key, false) == nil {
		t.Error("an index passes for a signed list")
	}
	for i := range data {
		changed := bytes.Clone(data)
		changed[i] ^= 4
		if _, _, err := crl.LoadIndex(changed); !errors.Is(err, crl.ErrIndex) {
			t.Errorf("byte %d changed: %v", i, err)
		}
		if _, _, err := crl.LoadIndex(data[:i]); !errors.Is(err, crl.ErrIndex) {
			t.Errorf("cut to %d bytes: %v", i, err)
		}
	}
}

// A number named twice: a revocation goes before a removal, the earliest first.
func TestTwiceNamed(t *testing.T) {
	k := authority(t, "nca-gost")
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 0, 2}} {
		all := []edstest.RevokedCertificate{
			{Serial: []byte{9}, At: day(1), Reason: crl.RemoveFromCRL}, {Serial: []byte{9}, At: day(3), Reason: crl.Superseded}, {Serial: []byte{9}, At: day(2), Reason: crl.KeyCompromise},
		}
		var revoked []edstest.RevokedCertificate
		for _, i := range order {
			revoked = append(revoked, all[i])
		}
		l := make2(t, k, edstest.ListTemplate{Number: 7, ThisUpdate: day(4), NextUpdate: day(5), Revoked: revoked})
		if e, _ := l.Entries.Find([]byte{9}); e.Reason != crl.KeyCompromise {
			t.Errorf("order %v: %s", order, e.Reason)
		}
	}
}

// production is a list of the size of the NCA's, 422,000 entries of 20-byte serial numbers.
var production = sync.OnceValue(func() []byte {
	const n = 422_000
	alg := []byte("\x30\x0e\x06\x0a\x2a\x83\x0e\x03\x0a\x01\x01\x02\x03\x02\x05\x00")
	var entries []byte
	serial := make([]byte, 20)
	x := uint64(1)
	for range n {
		for i := 0; i < 20; i += 4 {
			x = x*6364136223846793005 + 1442695040888963407
			binary.BigEndian.PutUint32(serial[i:], uint32(x>>32))
		}
		serial[0] = serial[0]&0x7f | 0x10
		entries = append(entries, 0x30, 51, 2, 20)
		entries = append(entries, serial...)
		entries = append(entries, "\x17\x0d260811034919Z\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x0a\x01\x04"...)
	}
	wrap := func(tag byte, parts ...[]byte) []byte {
		body := slices.Concat(parts...)
		head := []byte{tag, 0x84, 0, 0, 0, 0}
		binary.BigEndian.PutUint32(head[2:], uint32(len(body)))
		for head[2] == 0 && len(body) < 1<<24 { // shortest form, as DER wants
			head = append(head[:2:2], head[3:]...)
			head[1]--
		}
		if len(body) < 0x80 {
			head = []byte{tag, byte(len(body))}
		}
		return append(head, body...)
	}
	times := []byte("\x17\x0d260811034919Z\x17\x0d260812063000Z")
	tbs := wrap(0x30, []byte{2, 1, 1}, alg, []byte{0x30, 0}, times, wrap(0x30, entries))
	return wrap(0x30, tbs, alg, wrap(3, make([]byte, 129)))
})

func TestProductionSize(t *testing.T) {
	der := production()
	l, err := crl.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	data, err := l.MarshalIndex([32]byte{})
	if err != nil {
		t.Fatal(err)
	}
	if len(data) >= 8_000_000 || l.Entries.Len() != 422_000 {
		t.Errorf("%d entries take %d bytes, want below 8,000,000", l.Entries.Len(), len(data))
	}
	in := der[bytes.Index(der, []byte{0x30, 51, 2, 20})+4:]
	for range 1000 {
		if _, ok := l.Entries.Find(in[:20]); !ok {
			t.Fatalf("% x is not found", in[:20])
		}
		in = in[53:]
	}
	if _, ok := l.Entries.Find(new(big.Int).Lsh(big.NewInt(1), 150).Bytes()); ok {
		t.Error("a number that is not there is found")
	}
}

func BenchmarkParse422k(b *testing.B) {
	der := production()
	b.SetBytes(int64(len(der)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := crl.Parse(der); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoadIndex422k(b *testing.B) {
	l, err := crl.Parse(production())
	if err != nil {
		b.Fatal(err)
	}
	data, err := l.MarshalIndex([32]byte{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(data)), "bytes")
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := crl.LoadIndex(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	l, err := crl.Parse(production())
	if err != nil {
		b.Fatal(err)
	}
	serial := bytes.Repeat([]byte{0x42}, 20)
	b.ReportAllocs()
	for b.Loop() {
		l.Entries.Find(serial)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"nca-gost", "root-rsa"} {
		der, err := os.ReadFile(filepath.Join(pki, "trust", name+".crl"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := crl.Parse(data)
		if (l == nil) == (err == nil) {
			t.Fatalf("%v, %v", l, err)
		}
		if err != nil {
			return
		}
		if l.Entries.Len() > len(data)/20+1 {
			t.Errorf("%d entries in %d bytes", l.Entries.Len(), len(data))
		}
		std, err := x509.ParseRevocationList(data)
		if err == nil && (len(std.RevokedCertificateEntries) != l.Entries.Len() || !std.ThisUpdate.Equal(l.ThisUpdate)) {
			t.Errorf("crypto/x509 reads %d entries of %s, we %d of %s", len(std.RevokedCertificateEntries), std.ThisUpdate, l.Entries.Len(), l.ThisUpdate)
		}
	})
}

func FuzzLoadIndex(f *testing.F) {
	f.Add([]byte("CRLIDX01\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if l, _, err := crl.LoadIndex(data); err == nil {
			l.Entries.Find([]byte{1})
		}
	})
}
