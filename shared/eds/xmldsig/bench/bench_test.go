// Package bench measures xmldsig and goxmldsig on one document in one run. It is a module of its
// own so that the project does not depend on goxmldsig: go test -bench . in this folder.
package bench

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"hash"
	"math/big"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig/internal/sample"
)

func newHash(m xmldsig.DigestMethod) hash.Hash {
	if m == xmldsig.SHA256 {
		return sha256.New()
	}
	return nil
}

// A key signs with either library.
type key struct {
	rsa  *rsa.PrivateKey
	cert *x509.Certificate
}

func newKey(tb testing.TB) key {
	tb.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(4e9, 0)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, k.Public(), k)
	if err != nil {
		tb.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return key{k, cert}
}

// GetKeyPair implements dsig.X509KeyStore.
func (k key) GetKeyPair() (*rsa.PrivateKey, []byte, error) { return k.rsa, k.cert.Raw, nil }

// documents returns the sample document, signed by xmldsig in inclusive form as NCALayer does, and
// by goxmldsig in exclusive form.
func documents(tb testing.TB) (docs map[string][]byte, cert *x509.Certificate) {
	tb.Helper()
	k := newKey(tb)
	s := xmldsig.Signer{
		Method: xmldsig.RSASHA256, Certificate: k.cert.Raw, NewHash: newHash, Compact: true,
		Sign: func(info []byte) ([]byte, error) {
			digest := sha256.Sum256(info)
			return rsa.SignPKCS1v15(nil, k.rsa, crypto.SHA256, digest[:])
		},
	}
	inclusive, err := s.Enveloped(sample.Claim())
	if err != nil {
		tb.Fatal(err)
	}
	tree := etree.NewDocument()
	if err := tree.ReadFromBytes(sample.Claim()); err != nil {
		tb.Fatal(err)
	}
	ctx := dsig.NewDefaultSigningContext(k)
	ctx.IdAttribute = "Id"
	ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	signed, err := ctx.SignEnveloped(tree.Root())
	if err != nil {
		tb.Fatal(err)
	}
	tree.SetRoot(signed)
	exclusive, err := tree.WriteToBytes()
	if err != nil {
		tb.Fatal(err)
	}
	return map[string][]byte{"inclusive": inclusive, "exclusive": exclusive}, k.cert
}

// ours parses and verifies doc, certificate parsing and RSA included, as goxmldsig does.
func ours(doc []byte) error {
	d, err := xmldsig.Parse(doc, xmldsig.Limits{})
	if err != nil {
		return err
	}
	sigs, err := d.Signatures()
	if err != nil {
		return err
	}
	if err := sigs[0].Check(newHash); err != nil {
		return err
	}
	cert, err := x509.ParseCertificate(sigs[0].Certificates[0])
	if err != nil {
		return err
	}
	digest := sha256.Sum256(sigs[0].SignedInfo)
	return rsa.VerifyPKCS1v15(cert.PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], sigs[0].Value)
}

func theirs(doc []byte, cert *x509.Certificate) error {
	tree := etree.NewDocument()
	if err := tree.ReadFromBytes(doc); err != nil {
		return err
	}
	ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}})
	ctx.IdAttribute = "Id"
	_, err := ctx.Validate(tree.Root())
	return err
}

// TestBothAccept: each library accepts what the other signed.
func TestBothAccept(t *testing.T) {
	docs, cert := documents(t)
	for name, doc := range docs {
		if err := ours(doc); err != nil {
			t.Errorf("%s: xmldsig: %v", name, err)
		}
		if err := theirs(doc, cert); err != nil {
			t.Errorf("%s: goxmldsig: %v", name, err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	docs, cert := documents(b)
	for name, doc := range docs {
		run := func(library string, verify func() error) {
			b.Run(library+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(len(doc)))
				b.ReportAllocs()
				for b.Loop() {
					if err := verify(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		run("xmldsig", func() error { return ours(doc) })
		run("goxmldsig", func() error { return theirs(doc, cert) })
	}
}

// TestRatio is the comparison in a line for each form: the best of twenty alternating rounds. It
// fails below the least the project asks for.
func TestRatio(t *testing.T) {
	if testing.Short() {
		t.Skip("a measurement, left out in short mode")
	}
	docs, cert := documents(t)
	for name, doc := range docs {
		var best [2]time.Duration
		for range 20 {
			for i, verify := range []func() error{func() error { return ours(doc) }, func() error { return theirs(doc, cert) }} {
				for range 10 {
					start := time.Now()
					if err := verify(); err != nil {
						t.Fatal(err)
					}
					if took := time.Since(start); best[i] == 0 || took < best[i] {
						best[i] = took
					}
				}
			}
		}
		ratio := float64(best[1]) / float64(best[0])
		t.Logf("%s, %d bytes: xmldsig %v, goxmldsig %v, ratio %.1f", name, len(doc), best[0], best[1], ratio)
		if ratio < 10 {
			t.Errorf("%s: ratio %.1f is below 10", name, ratio)
		}
	}
}
