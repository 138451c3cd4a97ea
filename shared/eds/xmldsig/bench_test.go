package xmldsig_test

import (
	"crypto/sha256"
	"hash"
	"io"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig/internal/sample"
)

func BenchmarkParse(b *testing.B) {
	doc := sample.Claim()
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := xmldsig.Parse(doc, xmldsig.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCanonicalize(b *testing.B) {
	doc := sample.Claim()
	d, err := xmldsig.Parse(doc, xmldsig.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	for _, form := range []xmldsig.Canonicalization{xmldsig.Inclusive, xmldsig.Exclusive} {
		b.Run(form.String(), func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Canonicalize(io.Discard, form); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkVerify is the work of a verifier of an enveloped signature over 50 KB.
func BenchmarkVerify(b *testing.B) {
	doc, err := rsaSigner().Enveloped(sample.Claim())
	if err != nil {
		b.Fatal(err)
	}
	sha := func(xmldsig.DigestMethod) hash.Hash { return sha256.New() }
	work := func(b *testing.B, value bool) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			d, err := xmldsig.Parse(doc, xmldsig.Limits{})
			if err != nil {
				b.Fatal(err)
			}
			sigs, err := d.Signatures()
			if err != nil {
				b.Fatal(err)
			}
			if err := sigs[0].Check(sha); err != nil {
				b.Fatal(err)
			}
			if value {
				if err := verifyValue(sigs[0]); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("digest", func(b *testing.B) { work(b, false) })
	b.Run("digest+rsa", func(b *testing.B) { work(b, true) })
	b.Run("sha-256 alone", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		for b.Loop() {
			sha256.Sum256(doc)
		}
	})
}

// TestAllocations: the number of allocations does not grow with the document.
func TestAllocations(t *testing.T) {
	short, long := []byte("<a b='1' c='2'><b/>text</a>"), sample.Claim()
	parse := func(doc []byte) float64 {
		return testing.AllocsPerRun(10, func() {
			if _, err := xmldsig.Parse(doc, xmldsig.Limits{}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if s, l := parse(short), parse(long); s > 8 || l > 14 {
		t.Errorf("Parse allocates %v times for %d bytes, %v times for %d", s, len(short), l, len(long))
	}
	d, err := xmldsig.Parse(long, xmldsig.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range forms {
		n := testing.AllocsPerRun(10, func() {
			if _, err := d.Canonicalize(io.Discard, form); err != nil {
				t.Fatal(err)
			}
		})
		if n > 14 {
			t.Errorf("%v allocates %v times", form, n)
		}
	}
}
