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
