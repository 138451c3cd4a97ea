// Command crosscheck writes a corpus of odd documents with what package xmldsig makes of them, for
// crosscheck.sh to hold against libxml2 and xmlsec1:
//
//	good/N.xml       a document that Parse accepts
//	good/N.c14n      its C14N 1.0 with comments
//	good/N.exc       its exclusive form with comments
//	bad/N.xml        a document that Parse refuses as not well-formed
//	signed/N.xml     a document signed by package xmldsig, with signed/cert.pem
//
// The corpus depends on -seed and -n only, except for the signing key.
package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"hash"
	"log"
	"math/big"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
)

func main() {
	log.SetFlags(0)
	out := flag.String("out", "", "folder to write to")
	n := flag.Int("n", 300, "number of generated documents")
	seed := flag.Uint64("seed", 1, "seed of the generator")
	flag.Parse()
	if *out == "" {
		log.Fatal("crosscheck: -out is missing")
	}
	for _, dir := range []string{"good", "bad", "signed"} {
		if err := os.MkdirAll(filepath.Join(*out, dir), 0o755); err != nil {
			log.Fatal(err)
		}
	}
	if err := run(*out, *n, *seed); err != nil {
		log.Fatal(err)
	}
}

func run(out string, n int, seed uint64) error {
	g := &generator{Rand: mrand.New(mrand.NewPCG(seed, 2))}
	docs := odd()
	for range n {
		docs = append(docs, g.document(""))
	}
	good, bad := 0, 0
	classify := func(doc []byte) error {
		d, err := xmldsig.Parse(doc, xmldsig.Limits{})
		if e, ok := errors.AsType[*xmldsig.Error](err); ok {
			if e.Reason != xmldsig.ReasonSyntax {
				return nil // refused for more than well-formedness: libxml2 may disagree
			}
			bad++
			return os.WriteFile(fmt.Sprintf("%s/bad/%d.xml", out, bad), doc, 0o644)
		}
		good++
		name := fmt.Sprintf("%s/good/%d", out, good)
		if err := os.WriteFile(name+".xml", doc, 0o644); err != nil {
			return err
		}
		for ext, form := range map[string]xmldsig.Canonicalization{
			".c14n": xmldsig.InclusiveWithComments, ".exc": xmldsig.ExclusiveWithComments,
		} {
			var b bytes.Buffer
			if _, err := d.Canonicalize(&b, form); err != nil {
				return err
			}
			if err := os.WriteFile(name+ext, b.Bytes(), 0o644); err != nil {
				return err
			}
		}
		return nil
	}
	for i, doc := range docs {
		if _, err := xmldsig.Parse(doc, xmldsig.Limits{}); err != nil {
			return fmt.Errorf("document %d: %w\n%s", i, err, doc)
		}
		if err := classify(doc); err != nil {
			return err
		}
		for range 3 {
			if err := classify(g.damage(doc)); err != nil {
				return err
			}
		}
	}
	return sign(out, n, g)
}

// sign writes documents signed in every form.
func sign(out string, n int, g *generator) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(4e9, 0)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		return err
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(out+"/signed/cert.pem", cert, 0o644); err != nil {
		return err
	}
	s := &xmldsig.Signer{
		Method: xmldsig.RSASHA256, Certificate: der,
		NewHash: func(xmldsig.DigestMethod) hash.Hash { return sha256.New() },
		Sign: func(info []byte) ([]byte, error) {
			digest := sha256.Sum256(info)
			return rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
		},
	}
	for i := range max(n/5, 10) {
		var doc []byte
		switch i % 5 {
		case 0:
			doc, err = s.Enveloped(g.document(""))
		case 1:
			doc, err = s.ByID(g.document("target"), "target", xmldsig.InclusiveWithComments)
		case 2:
			doc, err = s.ByID(g.document("target"), "target", xmldsig.Exclusive)
		case 3:
			doc, err = s.ByID(g.document("target"), "target", xmldsig.ExclusiveWithComments, "#default", "a", "c", "unused")
		case 4:
			doc, err = s.Body(g.message("target"), "target")
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(fmt.Sprintf("%s/signed/%d.xml", out, i), doc, 0o644); err != nil {
			return err
		}
	}
	return nil
}
