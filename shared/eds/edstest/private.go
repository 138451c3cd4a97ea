package edstest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/courtoffice/courtoffice/shared/eds/algorithm"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/gost/gost3410"
	"github.com/courtoffice/courtoffice/shared/gost/gost34310"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Private is a private key of one of the families that eds knows.
type Private struct {
	family algorithm.Family
	gost   *gost3410.PrivateKey
	old    *gost34310.PrivateKey
	rsa    *rsa.PrivateKey
	// with is the algorithm of an RSA key that does not sign with SHA-256.
	with oid.ID
}

// GenerateGOST makes a GOST R 34.10-2015 key of 512 bits.
func GenerateGOST() (*Private, error) {
	k, err := gost3410.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("edstest: generate key: %w", err)
	}
	return &Private{family: algorithm.GOST2015, gost: k}, nil
}

// GenerateGOST2004 makes a GOST 34.310-2004 key.
func GenerateGOST2004() (*Private, error) {
	k, err := gost34310.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("edstest: generate key: %w", err)
	}
	return &Private{family: algorithm.GOST2004, old: k}, nil
}

// GenerateRSA makes an RSA key with a modulus of that many bits.
func GenerateRSA(bits int) (*Private, error) {
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return nil, fmt.Errorf("edstest: generate key: %w", err)
	}
	return &Private{family: algorithm.RSA, rsa: k}, nil
}

// With returns the RSA key k signing with that algorithm, such as oid.RSAWithSHA1, as old keys did.
func (k *Private) With(signature oid.ID) *Private {
	c := *k
	c.with = signature
	return &c
}

// Family returns the family of the key.
func (k *Private) Family() algorithm.Family { return k.family }

// Algorithm returns the signature algorithm that the key signs with.
func (k *Private) Algorithm() algorithm.Signature {
	id := oid.GOST2015Signature512
	switch {
	case k.family == algorithm.GOST2004:
		id = oid.GOST2004Signature
	case k.with != "":
		id = k.with
	case k.family == algorithm.RSA:
		id = oid.RSAWithSHA256
	}
	s, err := algorithm.FindSignature(id)
	if err != nil {
		panic(err) // the table holds them all
	}
	return s
}

// Sign returns a signature over message, the same for the same input every time.
func (k *Private) Sign(message []byte) ([]byte, error) {
	alg := k.Algorithm()
	d, err := algorithm.FindDigest(alg.Digest)
	if err != nil {
		return nil, fmt.Errorf("edstest: sign: %w", err)
	}
	h := d.New()
	h.Write(message)
	sum := h.Sum(nil)
	switch {
	case k.family == algorithm.GOST2015:
		return k.gost.SignDeterministic(sum)
	case k.family == algorithm.GOST2004:
		return k.old.SignDeterministic(sum)
	}
	hash := map[oid.ID]crypto.Hash{oid.SHA1: crypto.SHA1, oid.SHA256: crypto.SHA256, oid.SHA384: crypto.SHA384, oid.SHA512: crypto.SHA512}[alg.Digest]
	return rsa.SignPKCS1v15(nil, k.rsa, hash, sum)
}

// SPKI returns the DER SubjectPublicKeyInfo.
func (k *Private) SPKI() []byte {
	if k.family == algorithm.RSA {
		spki, err := x509.MarshalPKIXPublicKey(&k.rsa.PublicKey)
		if err != nil {
			panic(err) // an RSA key always encodes
		}
		return spki
	}
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			b.AddBytes(k.keyAlgorithm())
			b.AddASN1BitString(build(func(b *cryptobyte.Builder) {
				if k.family == algorithm.GOST2004 {
					b.AddASN1OctetString(k.old.Public().Bytes())
				} else {
					b.AddASN1OctetString(k.gost.Public().Bytes())
				}
			}))
		})
	})
}

func (k *Private) keyAlgorithm() []byte {
	key, params := oid.GOST2015Key512, [2]oid.ID{oid.GOST2015Params512, oid.Streebog512}
	if k.family == algorithm.GOST2004 {
		key, params = oid.GOST2004Key, [2]oid.ID{oid.GOST2004Params, oid.GOST2004DigestParams}
	}
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			addOID(b, key)
			seq(b, func(b *cryptobyte.Builder) {
				addOID(b, params[0])
				addOID(b, params[1])
			})
		})
	})
}

// MarshalPKCS8 returns the DER PrivateKeyInfo as the NCA writes it: for GOST R 34.10-2015 an OCTET
// STRING with the little-endian number, for GOST 34.310-2004 an INTEGER.
func (k *Private) MarshalPKCS8() ([]byte, error) {
	if k.family == algorithm.RSA {
		return x509.MarshalPKCS8PrivateKey(k.rsa)
	}
	return build(func(b *cryptobyte.Builder) {
		seq(b, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(0)
			b.AddBytes(k.keyAlgorithm())
			b.AddASN1OctetString(build(func(b *cryptobyte.Builder) {
				if k.family == algorithm.GOST2004 {
					b.AddASN1BigInt(new(big.Int).SetBytes(reversed(k.old.Bytes())))
				} else {
					b.AddASN1OctetString(k.gost.Bytes())
				}
			}))
		})
	}), nil
}

// errKey means that bytes are not a private key of a known family.
var errKey = errors.New("edstest: malformed or unknown private key")

// ParsePKCS8 reads the DER PrivateKeyInfo of any of the families.
func ParsePKCS8(der []byte) (*Private, error) {
	in := cryptobyte.String(der)
	var info, alg, id, key cryptobyte.String
	version := 0
	if !in.ReadASN1(&info, asn1.SEQUENCE) || !info.ReadASN1Integer(&version) ||
		!info.ReadASN1(&alg, asn1.SEQUENCE) || !alg.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) ||
		!info.ReadASN1(&key, asn1.OCTET_STRING) {
		return nil, errKey
	}
	switch oid.ID(id) {
	case oid.RSA:
		k, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			return nil, fmt.Errorf("edstest: %w", err)
		}
		if r, ok := k.(*rsa.PrivateKey); ok {
			return &Private{family: algorithm.RSA, rsa: r}, nil
		}
	case oid.GOST2015Key512:
		var d cryptobyte.String
		if key.ReadASN1(&d, asn1.OCTET_STRING) && key.Empty() {
			k, err := gost3410.NewPrivateKey(d)
			if err != nil {
				return nil, err
			}
			return &Private{family: algorithm.GOST2015, gost: k}, nil
		}
	case oid.GOST2004Key:
		d := new(big.Int)
		if key.ReadASN1Integer(d) && key.Empty() && d.Sign() > 0 && d.BitLen() <= 256 {
			k, err := gost34310.NewPrivateKey(reversed(d.FillBytes(make([]byte, 32))))
			if err != nil {
				return nil, err
			}
			return &Private{family: algorithm.GOST2004, old: k}, nil
		}
	}
	return nil, errKey
}

func reversed(b []byte) []byte {
	b = slices.Clone(b)
	slices.Reverse(b)
	return b
}
