// Package algorithm is the table of what Kazakhstan's signatures are made with: digests, signature
// algorithms and public keys by object identifier, and the check of one signature.
//
// GOST numbers are little-endian in every container, certificates, CRLs, OCSP, CMS, time stamps
// and XML alike; there is one byte order and no other is tried. RSA is PKCS #1 v1.5.
package algorithm

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"hash"

	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/gost/gost3411"
	"github.com/courtoffice/courtoffice/shared/gost/gost341194"
)

// Family is a kind of key with the algorithms that belong to it.
type Family string

// Families. The 256-bit variant of GOST R 34.10-2015 has never been seen in a certificate of the
// NCA; it is known by name only, so that it is refused by name.
const (
	GOST2015 Family = "gost2015-512" // GOST R 34.10-2015, 512 bit, with Streebog-512
	GOST2004 Family = "gost2004"     // GOST 34.310-2004 with GOST 34.311-95
	RSA      Family = "rsa"
)

// Digest is a hash function of the table.
type Digest struct {
	OID  oid.ID
	Name string
	Size int
	New  func() hash.Hash
}

// Signature is a signature algorithm of the table: a family with a digest.
type Signature struct {
	OID    oid.ID
	Name   string
	Family Family
	Digest oid.ID
	XML    string // SignatureMethod in XMLDSig
}

// ErrUnknown means that an object identifier is not in the table.
var ErrUnknown = errors.New("algorithm: not known")

func digests() []Digest {
	return []Digest{
		{oid.Streebog512, "streebog-512", gost3411.Size512, gost3411.New512},
		{oid.SHA256, "sha-256", sha256.Size, sha256.New},
		{oid.SHA384, "sha-384", sha512.Size384, sha512.New384},
		{oid.SHA512, "sha-512", sha512.Size, sha512.New},
		{oid.GOST34311, "gost34311", gost341194.Size, gost341194.New},
		{oid.SHA1, "sha-1", sha1.Size, sha1.New},
	}
}

const (
	pkigovkz  = "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:"
	dsigMore  = "http://www.w3.org/2001/04/xmldsig-more#"
	xmlSHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
	xmlSHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
	xmlSHA1   = "http://www.w3.org/2000/09/xmldsig#sha1"
)

func signatures() []Signature {
	return []Signature{
		{oid.GOST2015Signature512, "gost2015-512", GOST2015, oid.Streebog512, pkigovkz + "gostr34102015-gostr34112015-512"},
		{oid.RSAWithSHA256, "rsa-sha256", RSA, oid.SHA256, dsigMore + "rsa-sha256"},
		{oid.GOST2004Signature, "gost2004", GOST2004, oid.GOST34311, dsigMore + "gost34310-gost34311"},
		{oid.RSAWithSHA384, "rsa-sha384", RSA, oid.SHA384, dsigMore + "rsa-sha384"},
		{oid.RSAWithSHA512, "rsa-sha512", RSA, oid.SHA512, dsigMore + "rsa-sha512"},
		{oid.RSAWithSHA1, "rsa-sha1", RSA, oid.SHA1, dsigMore + "rsa-sha1"},
	}
}

// FindDigest returns the digest with that identifier. Error: ErrUnknown.
func FindDigest(id oid.ID) (Digest, error) {
	for _, d := range digests() {
		if d.OID == id {
			return d, nil
		}
	}
	return Digest{}, fmt.Errorf("digest %s: %w", id, ErrUnknown)
}

// FindXMLDigest returns the digest with that DigestMethod URI, as NCALayer writes it.
// Error: ErrUnknown.
func FindXMLDigest(uri string) (Digest, error) {
	switch uri {
	case pkigovkz + "gostr34112015-512":
		return FindDigest(oid.Streebog512)
	case xmlSHA256:
		return FindDigest(oid.SHA256)
	case dsigMore + "sha384":
		return FindDigest(oid.SHA384)
	case xmlSHA512:
		return FindDigest(oid.SHA512)
	case dsigMore + "gost34311":
		return FindDigest(oid.GOST34311)
	case xmlSHA1, dsigMore + "sha1":
		return FindDigest(oid.SHA1)
	}
	return Digest{}, fmt.Errorf("digest %q: %w", uri, ErrUnknown)
}

// FindSignature returns the signature algorithm with that identifier. Error: ErrUnknown.
func FindSignature(id oid.ID) (Signature, error) {
	for _, s := range signatures() {
		if s.OID == id {
			return s, nil
		}
	}
	return Signature{}, fmt.Errorf("signature algorithm %s: %w", id, ErrUnknown)
}

// FindXMLSignature returns the signature algorithm with that SignatureMethod URI. Error: ErrUnknown.
func FindXMLSignature(uri string) (Signature, error) {
	for _, s := range signatures() {
		if s.XML == uri {
			return s, nil
		}
	}
	return Signature{}, fmt.Errorf("signature algorithm %q: %w", uri, ErrUnknown)
}

// ForKey returns the algorithm of a signature whose container names sig and, apart from it, digest.
// Old messages name the key's own identifier in place of the signature's, and RSA messages may do so
// by RFC 3370, section 3.2: then the digest decides, within the family of the key.
// Error: ErrUnknown; a sig that does not belong to the key is not an error here.
func ForKey(k *Key, sig, digest oid.ID) (Signature, error) {
	if sig != k.OID {
		return FindSignature(sig)
	}
	for _, s := range signatures() {
		if s.Family == k.Family && s.Digest == digest {
			return s, nil
		}
	}
	return Signature{}, fmt.Errorf("key algorithm %s with digest %s: %w", sig, digest, ErrUnknown)
}

// PlainParameters reports whether the parameters of a digest or signature algorithm are NULL or
// absent. The NCA writes NULL, in one place of its newest CRL nothing; there are no others.
func PlainParameters(parameters []byte) bool {
	return len(parameters) == 0 || bytes.Equal(parameters, []byte{5, 0})
}
