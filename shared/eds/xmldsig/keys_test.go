package xmldsig_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"math/big"
	"sync"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
	"github.com/courtoffice/courtoffice/shared/gost/gost3410"
	"github.com/courtoffice/courtoffice/shared/gost/gost3411"
	"github.com/courtoffice/courtoffice/shared/gost/gost341194"
)

// newHash is what a caller that reads archives would pass: all digests, SHA-1 included.
func newHash(m xmldsig.DigestMethod) hash.Hash {
	switch m {
	case xmldsig.Streebog512:
		return gost3411.New512()
	case xmldsig.GOST34311:
		return gost341194.New()
	case xmldsig.SHA256:
		return sha256.New()
	case xmldsig.SHA1:
		return sha1.New()
	}
	return nil
}

// verifyValue checks the signature value with the key of the certificate.
func verifyValue(s *xmldsig.Signature) error {
	cert, err := x509.ParseCertificate(s.Certificates[0])
	if err != nil {
		return err
	}
	switch s.Method {
	case xmldsig.GOST2015:
		in := cryptobyte.String(cert.RawSubjectPublicKeyInfo)
		var spki, alg, bits, point cryptobyte.String
		var unused uint8
		if !in.ReadASN1(&spki, asn1.SEQUENCE) || !spki.ReadASN1(&alg, asn1.SEQUENCE) ||
			!spki.ReadASN1(&bits, asn1.BIT_STRING) || !bits.ReadUint8(&unused) || !bits.ReadASN1(&point, asn1.OCTET_STRING) {
			return errors.New("not a GOST key")
		}
		key, err := gost3410.NewPublicKey(point)
		if err != nil {
			return err
		}
		digest := gost3411.Sum512(s.SignedInfo)
		if !key.Verify(digest[:], s.Value) {
			return errors.New("GOST signature does not verify")
		}
		return nil
	case xmldsig.RSASHA256:
		key, ok := cert.PublicKey.(*rsa.PublicKey)
		if !ok {
			return errors.New("not an RSA key")
		}
		digest := sha256.Sum256(s.SignedInfo)
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], s.Value)
	}
	return fmt.Errorf("no key for %v in this test", s.Method)
}

// verify does what a verifier does short of the certificate: structure, digests, values.
func verify(doc []byte) ([]*xmldsig.Signature, error) {
	d, err := xmldsig.Parse(doc, xmldsig.Limits{})
	if err != nil {
		return nil, err
	}
	sigs, err := d.Signatures()
	if err != nil {
		return sigs, err
	}
	for _, s := range sigs {
		if err := s.Check(newHash); err != nil {
			return sigs, err
		}
		if err := verifyValue(s); err != nil {
			return sigs, err
		}
	}
	return sigs, nil
}

// reason returns the Reason of err, or its text if it has none.
func reason(err error) xmldsig.Reason {
	if err == nil {
		return "none"
	}
	if e, ok := errors.AsType[*xmldsig.Error](err); ok {
		return e.Reason
	}
	return xmldsig.Reason(err.Error())
}

// rsaSigner is a throw-away RSA key with a self-signed certificate.
var rsaSigner = sync.OnceValue(func() *xmldsig.Signer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(4e9, 0)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return &xmldsig.Signer{
		Method: xmldsig.RSASHA256, Certificate: der, NewHash: newHash,
		Sign: func(signedInfo []byte) ([]byte, error) {
			digest := sha256.Sum256(signedInfo)
			return rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
		},
	}
})

// wrap is base64 as Java's XML tools write it.
func wrap(b []byte) string {
	s := base64.StdEncoding.EncodeToString(b)
	out := ""
	for len(s) > 76 {
		out, s = out+s[:76]+"&#13;\n", s[76:]
	}
	return out + s
}
