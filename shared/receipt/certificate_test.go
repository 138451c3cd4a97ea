package receipt_test

import (
	"bytes"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/receipt/receipttest"
)

// At 06:00 in Almaty.
var morning = time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)

// signedWith is a document of a purpose, signed with a key, that names an instant.
func signedWith(t testing.TB, key receipt.Key, purpose receipt.Purpose, at time.Time) []byte {
	t.Helper()
	var data []byte
	var err error
	if purpose == receipt.ForInterruptions {
		data, err = receipt.IssueInterruption(key, receipt.Interruption{ID: "i", AsOf: receipt.Time(at)})
	} else {
		r := sample
		r.SentAt = receipt.Time(at)
		data, err = receipt.Issue(key, r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func verify(keys receipt.Published, purpose receipt.Purpose, data []byte) error {
	if purpose == receipt.ForInterruptions {
		_, err := receipt.VerifyInterruption(keys, data)
		return err
	}
	_, err := receipt.Verify(keys, data)
	return err
}

// with replaces a member of a signed document.
func with(t testing.TB, data []byte, member string, value any) []byte {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if all[member] = value; value == nil {
		delete(all, member)
	}
	out, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestKeyOfADay: a key serves the instants of its certificate, from its first second on and before its
// last, to the millisecond, for its own purpose.
func TestKeyOfADay(t *testing.T) {
	root := receipttest.NewRoot(t)
	keys := receipt.Published{Version: 1, Roots: []receipt.Root{root.Public(t, morning)}}
	for _, purpose := range []receipt.Purpose{receipt.ForReceipts, receipt.ForInterruptions} { // those of documents
		for _, other := range receipt.Purposes {
			key := root.Key(t, 7, other, morning, morning.Add(72*time.Hour))
			for _, at := range []struct {
				name string
				at   time.Time
				want error
			}{
				{"the millisecond before", morning.Add(-time.Millisecond), receipt.ErrNotInForce},
				{"the first", morning, nil},
				{"the last", morning.Add(72*time.Hour - time.Millisecond), nil},
				{"the millisecond after", morning.Add(72 * time.Hour), receipt.ErrNotInForce},
			} {
				want := at.want
				if purpose != other {
					want = receipt.ErrPurpose
				}
				if err := verify(keys, purpose, signedWith(t, key, purpose, at.at)); !errors.Is(err, want) || want != nil && !errors.Is(err, receipt.ErrSignature) {
					t.Errorf("%s with a key for %s, %s: %v, want %v", purpose, other, at.name, err, want)
				}
			}
		}
	}
}

// TestRootsTime: what a root certified while it was in force verifies for ever; it certifies nothing
// before or after.
func TestRootsTime(t *testing.T) {
	root, next := receipttest.NewRoot(t), receipttest.NewRoot(t)
	ended := root.Public(t, morning)
	ended.NotAfter = receipt.Time(morning.Add(48 * time.Hour))
	keys := receipt.Published{Version: 1, Roots: []receipt.Root{ended, next.Public(t, morning.Add(24*time.Hour))}}
	for _, c := range []struct {
		name string
		root *receipttest.Root
		from time.Duration
		want error
	}{
		{"the day before the root", root, -24 * time.Hour, receipt.ErrRootEnded},
		{"its last second before", root, -time.Second, receipt.ErrRootEnded},
		{"its first day", root, 0, nil},
		{"while the next is there already", root, 24 * time.Hour, nil},
		{"its last second", root, 48*time.Hour - time.Second, nil},
		{"its end", root, 48 * time.Hour, receipt.ErrRootEnded},
		{"the next root before its time", next, 24*time.Hour - time.Second, receipt.ErrRootEnded},
		{"the next root", next, 24 * time.Hour, nil},
		{"the next root in ten years", next, 10 * 365 * 24 * time.Hour, nil},
	} {
		from := morning.Add(c.from)
		key := c.root.Key(t, 7, receipt.ForReceipts, from, from.Add(72*time.Hour))
		if err := verify(keys, receipt.ForReceipts, signedWith(t, key, receipt.ForReceipts, from.Add(71*time.Hour))); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestHostile: what is not the office's is refused, and the refusal says why.
func TestHostile(t *testing.T) {
	root, own := receipttest.NewRoot(t), receipttest.NewRoot(t)
	keys := receipt.Published{
		Version: 1, Roots: []receipt.Root{root.Public(t, morning)},
		Keys: []receipt.Earlier{receipt.NewEarlier(receipt.ForInterruptions, key(2).Public)},
	}
	to := morning.Add(72 * time.Hour)
	good := root.Key(t, 7, receipt.ForReceipts, morning, to)
	data := signedWith(t, good, receipt.ForReceipts, morning)
	if _, err := receipt.Verify(keys, data); err != nil {
		t.Fatal(err)
	}
	forged := own.Key(t, 8, receipt.ForReceipts, morning, to)
	posing := append([]byte{}, forged.Certificate...)
	copy(posing[5:13], good.Certificate[5:13]) // names the office's root
	longer := append([]byte{}, good.Certificate...)
	longer[35]++ // NotAfter
	twin := append([]byte{}, good.Certificate...)
	s := new(big.Int).SetBytes(twin[101:])
	s.Sub(elliptic.P256().Params().N, s).FillBytes(twin[101:])
	swapped := keys
	swapped.Roots = []receipt.Root{{ID: keys.Roots[0].ID, Algorithm: receipt.RootAlgorithm, PublicKey: own.SPKI, NotBefore: keys.Roots[0].NotBefore}}

	for _, c := range []struct {
		name string
		keys receipt.Published
		data []byte
		want error
		says string
	}{
		{"a root of one's own", keys, signedWith(t, forged, receipt.ForReceipts, morning), receipt.ErrRoot, "no root that the office published"},
		{"a root of one's own that poses as the office's", keys, signedWith(t, receipt.Key{Private: forged.Private, Certificate: posing}, receipt.ForReceipts, morning), receipt.ErrCertificate, "certificate of its key was altered"},
		{"a published root of another key", swapped, data, receipt.ErrRoot, "no root"},
		{"no roots", receipt.Published{Version: 1}, data, receipt.ErrRoot, "no root"},
		{"a longer time", keys, signedWith(t, receipt.Key{Private: good.Private, Certificate: longer}, receipt.ForReceipts, morning), receipt.ErrCertificate, "altered"},
		{"the other signature of the same certificate", keys, signedWith(t, receipt.Key{Private: good.Private, Certificate: twin}, receipt.ForReceipts, morning), receipt.ErrCertificate, "altered"},
		{"another key under the certificate", keys, signedWith(t, receipt.Key{Private: forged.Private, Certificate: good.Certificate}, receipt.ForReceipts, morning), receipt.ErrSignature, "does not match"},
		{"another key that says it is this one", keys, with(t, signedWith(t, receipt.Key{Private: forged.Private, Certificate: good.Certificate}, receipt.ForReceipts, morning), "keyId", receipt.KeyID(key(7).Public)), receipt.ErrSignature, "does not match"},
		{"an hour earlier", keys, bytes.Replace(data, []byte("T06:00:00.000"), []byte("T05:00:00.000"), 1), receipt.ErrSignature, "does not match"},
		{"after its time", keys, signedWith(t, good, receipt.ForReceipts, to), receipt.ErrNotInForce, "not in force at the instant"},
		{"for another purpose", keys, signedWith(t, root.Key(t, 9, receipt.ForInterruptions, morning, to), receipt.ForReceipts, morning), receipt.ErrPurpose, "another purpose"},
		{"without its certificate", keys, with(t, data, "keyCertificate", nil), receipt.ErrUnknownKey, "none that the office published"},
		{"an empty certificate", keys, with(t, data, "keyCertificate", ""), receipt.ErrCertificate, "altered"},
		{"half a certificate", keys, with(t, data, "keyCertificate", good.Certificate[:100]), receipt.ErrCertificate, "altered"},
		{"two certificates", keys, with(t, data, "keyCertificate", append(good.Certificate, good.Certificate...)), receipt.ErrCertificate, "altered"},
		{"a key of before, for another purpose", keys, signedWith(t, receipt.Key{Private: key(2).Private}, receipt.ForReceipts, morning), receipt.ErrUnknownKey, "none that the office published"},
	} {
		_, err := receipt.Verify(c.keys, c.data)
		if !errors.Is(err, c.want) || !errors.Is(err, receipt.ErrSignature) || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestEveryBitCounts: no certificate with a bit changed verifies.
func TestEveryBitCounts(t *testing.T) {
	root := receipttest.NewRoot(t)
	keys := receipt.Published{Version: 1, Roots: []receipt.Root{root.Public(t, morning)}}
	good := root.Key(t, 7, receipt.ForReceipts, morning, morning.Add(72*time.Hour))
	data := signedWith(t, good, receipt.ForReceipts, morning)
	for bit := range receipt.CertificateSize * 8 {
		altered := append([]byte{}, good.Certificate...)
		altered[bit/8] ^= 1 << (bit % 8)
		if _, err := receipt.Verify(keys, with(t, data, "keyCertificate", altered)); !errors.Is(err, receipt.ErrSignature) {
			t.Errorf("bit %d: %v", bit, err)
		}
	}
}

// TestCertificateProperty: what a root signed is read as it was written, holds for exactly its time, and
// has one encoding.
func TestCertificateProperty(t *testing.T) {
	root := receipttest.NewRoot(t)
	public := root.Public(t, time.Unix(0, 0))
	rapid.Check(t, func(rt *rapid.T) {
		from := rapid.Int64Range(0, 253_402_300_798).Draw(rt, "from")
		to := rapid.Int64Range(from+1, 253_402_300_799).Draw(rt, "to")
		want := receipt.Certificate{
			Purpose: rapid.SampledFrom(receipt.Purposes).Draw(rt, "purpose"), Root: public.ID, Serial: rapid.Uint64().Draw(rt, "serial"),
			NotBefore: time.Unix(from, 0).UTC(), NotAfter: time.Unix(to, 0).UTC(), Key: key(rapid.Byte().Draw(rt, "key")).Public,
		}
		data, err := receipt.Certify(want, root.Sign)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := receipt.ParseCertificate(data)
		if err != nil || public.Certified(got) != nil || !bytes.Equal(got.Encode(), data) || len(data) != receipt.CertificateSize {
			rt.Fatalf("%v, %v", err, public.Certified(got))
		}
		if got.Purpose != want.Purpose || got.Root != want.Root || got.Serial != want.Serial || !got.NotBefore.Equal(want.NotBefore) || !got.NotAfter.Equal(want.NotAfter) || !got.Key.Equal(want.Key) {
			rt.Fatalf("got %+v, want %+v", got, want)
		}
		at := time.Unix(rapid.Int64Range(0, 253_402_300_799).Draw(rt, "at"), rapid.Int64Range(0, 999_999_999).Draw(rt, "fraction"))
		if in := !at.Before(want.NotBefore) && at.Before(want.NotAfter); got.In(at) != in {
			rt.Fatalf("In(%s) = %t of %s to %s", at, got.In(at), want.NotBefore, want.NotAfter)
		}
	})
}

// TestCertifyRefuses: what no certificate can say is not signed.
func TestCertifyRefuses(t *testing.T) {
	root := receipttest.NewRoot(t)
	good := receipt.Certificate{Purpose: receipt.ForReceipts, Root: receipt.RootID(root.SPKI), NotBefore: morning, NotAfter: morning.Add(time.Hour), Key: key(1).Public}
	for name, change := range map[string]func(*receipt.Certificate){
		"no purpose":           func(c *receipt.Certificate) { c.Purpose = "" },
		"an unknown purpose":   func(c *receipt.Certificate) { c.Purpose = "ruling" },
		"no root":              func(c *receipt.Certificate) { c.Root = "" },
		"a root in capitals":   func(c *receipt.Certificate) { c.Root = "ABCDEFABCDEFABCD" },
		"no time":              func(c *receipt.Certificate) { c.NotAfter = c.NotBefore },
		"before 1970":          func(c *receipt.Certificate) { c.NotBefore = time.Unix(-1, 0) },
		"after 9999":           func(c *receipt.Certificate) { c.NotAfter = time.Unix(253_402_300_800, 0) },
		"half a second":        func(c *receipt.Certificate) { c.NotBefore = c.NotBefore.Add(time.Second / 2) },
		"no key":               func(c *receipt.Certificate) { c.Key = nil },
		"a key of other bytes": func(c *receipt.Certificate) { c.Key = c.Key[:31] },
	} {
		c := good
		change(&c)
		if _, err := receipt.Certify(c, func([]byte) ([]byte, error) { t.Errorf("%s: was signed", name); return nil, nil }); !errors.Is(err, receipt.ErrEncoding) {
			t.Errorf("%s: %v", name, err)
		}
	}
	down := errors.New("down")
	if _, err := receipt.Certify(good, func([]byte) ([]byte, error) { return nil, down }); !errors.Is(err, down) {
		t.Errorf("the key service is down: %v", err)
	}
	for _, answer := range [][]byte{nil, {0x30, 0}, {0x30, 6, 2, 1, 0, 2, 1, 1}, {0x30, 6, 2, 1, 1, 2, 1, 0}, {0x30, 6, 2, 1, 1, 2, 1, 1, 0}, bytes.Repeat([]byte{1}, 70)} {
		if _, err := receipt.Certify(good, func([]byte) ([]byte, error) { return answer, nil }); !errors.Is(err, receipt.ErrCertificate) {
			t.Errorf("answer %x: %v", answer, err)
		}
	}
}

func FuzzParseCertificate(f *testing.F) {
	root := receipttest.NewRoot(f)
	for _, p := range receipt.Purposes {
		f.Add(root.Key(f, 1, p, morning, morning.Add(72*time.Hour)).Certificate)
	}
	f.Add([]byte("SKC1"))
	f.Add(bytes.Repeat([]byte{0xff}, receipt.CertificateSize))
	public := root.Public(f, time.Unix(0, 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := receipt.ParseCertificate(data)
		if err != nil {
			if !errors.Is(err, receipt.ErrCertificate) {
				t.Fatalf("%x: %v", data, err)
			}
			return
		}
		if !bytes.Equal(c.Encode(), data) {
			t.Fatalf("%x is read as %x", data, c.Encode())
		}
		if !c.NotBefore.Before(c.NotAfter) || c.In(c.NotAfter) || !c.In(c.NotBefore) {
			t.Fatalf("%x: from %s to %s", data, c.NotBefore, c.NotAfter)
		}
		public.Certified(c) // must not panic
		keys := receipt.Published{Version: 1, Roots: []receipt.Root{public}}
		doc := fmt.Sprintf(`{"receipt":{"receiptVersion":2,"sentAt":%q},"keyId":%q,"keyCertificate":%q,"signature":"AA=="}`,
			receipt.Time(c.NotBefore), receipt.KeyID(c.Key), base64.StdEncoding.EncodeToString(data))
		if _, err := receipt.Verify(keys, []byte(doc)); !errors.Is(err, receipt.ErrSignature) {
			t.Fatalf("%x: %v", data, err)
		}
	})
}

// BenchmarkIssue and BenchmarkVerify compare a certified key with one of before.
func BenchmarkIssue(b *testing.B) {
	certified, _ := receipttest.Office(b, receipt.ForReceipts, morning)
	for name, k := range map[string]receipt.Key{"before": {Private: key(1).Private}, "certified": certified} {
		b.Run(name, func(b *testing.B) {
			var n int
			for b.Loop() {
				data, err := receipt.Issue(k, sample)
				if err != nil {
					b.Fatal(err)
				}
				n = len(data)
			}
			b.ReportMetric(float64(n), "bytes")
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	certified, published := receipttest.Office(b, receipt.ForReceipts, morning)
	published.Keys = []receipt.Earlier{receipt.NewEarlier(receipt.ForReceipts, key(1).Public)}
	for name, k := range map[string]receipt.Key{"before": {Private: key(1).Private}, "certified": certified} {
		data := signedWith(b, k, receipt.ForReceipts, morning)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := receipt.Verify(published, data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
