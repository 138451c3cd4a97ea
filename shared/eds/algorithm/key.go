package algorithm

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"sync/atomic"

	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/gost/gost3410"
	"github.com/courtoffice/courtoffice/shared/gost/gost34310"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// ErrKey means that a SubjectPublicKeyInfo is malformed, names parameters that do not belong to its
// algorithm, or holds a key that is not one: a point off the curve, an even modulus.
var ErrKey = errors.New("algorithm: invalid public key")

// Key is a public key out of a certificate. Its methods may be called concurrently.
type Key struct {
	Family Family
	OID    oid.ID // of the key
	Bits   int    // 512, 256, or the size of the RSA modulus

	gost *gost3410.PublicKey
	old  *gost34310.PublicKey
	rsa  *rsa.PublicKey

	uses atomic.Int32
	once sync.Once
	hot  atomic.Pointer[gost3410.HotKey]
}

// DER of the parameters that stand beside the key identifiers in the NCA's certificates.
const (
	params2015 = "\x30\x16\x06\x0a" + string(oid.GOST2015Params512) + "\x06\x08" + string(oid.Streebog512)
	params2004 = "\x30\x18\x06\x0a" + string(oid.GOST2004Params) + "\x06\x0a" + string(oid.GOST2004DigestParams)
)

// ParseKey reads a DER SubjectPublicKeyInfo. spki is not retained.
//
// Errors: ErrUnknown for an algorithm outside the table, ErrKey for anything wrong with the key.
func ParseKey(spki []byte) (*Key, error) {
	var seq, alg, params, id cryptobyte.String
	var bits []byte
	in := cryptobyte.String(spki)
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !in.Empty() ||
		!seq.ReadASN1(&alg, asn1.SEQUENCE) || !alg.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) ||
		!seq.ReadASN1BitStringAsBytes(&bits) || !seq.Empty() {
		return nil, ErrKey
	}
	params = alg
	k := &Key{OID: oid.ID(id)}
	switch k.OID {
	case oid.GOST2015Key512:
		raw, ok := innerOctets(bits)
		if !ok || string(params) != params2015 {
			return nil, ErrKey
		}
		pub, err := gost3410.NewPublicKey(raw)
		if err != nil {
			return nil, ErrKey
		}
		k.Family, k.Bits, k.gost = GOST2015, 512, pub
	case oid.GOST2004Key:
		raw, ok := innerOctets(bits)
		if !ok || string(params) != params2004 {
			return nil, ErrKey
		}
		old, err := gost34310.NewPublicKey(raw)
		if err != nil {
			return nil, ErrKey
		}
		k.Family, k.Bits, k.old = GOST2004, 256, old
	case oid.RSA:
		pub, err := parseRSA(bits)
		if err != nil {
			return nil, err
		}
		if !PlainParameters(params) {
			return nil, ErrKey
		}
		k.Family, k.Bits, k.rsa = RSA, pub.N.BitLen(), pub
	case oid.GOST2015Key256:
		return nil, fmt.Errorf("256-bit GOST R 34.10-2015 key: %w", ErrUnknown)
	default:
		return nil, fmt.Errorf("key %s: %w", k.OID, ErrUnknown)
	}
	return k, nil
}

func innerOctets(bits []byte) ([]byte, bool) {
	in := cryptobyte.String(bits)
	var raw cryptobyte.String
	ok := in.ReadASN1(&raw, asn1.OCTET_STRING) && in.Empty()
	return raw, ok
}

// maxModulus bounds the work of one RSA check; the CA keys have 4096 bits.
const maxModulus = 8192

// parseRSA reads an RSAPublicKey. Errors: ErrKey, and ErrUnknown for one of a size that is not supported.
func parseRSA(bits []byte) (*rsa.PublicKey, error) {
	in := cryptobyte.String(bits)
	var seq cryptobyte.String
	n, e := new(big.Int), new(big.Int)
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !in.Empty() || !seq.ReadASN1Integer(n) || !seq.ReadASN1Integer(e) || !seq.Empty() {
		return nil, ErrKey
	}
	if n.Sign() <= 0 || n.Bit(0) == 0 || e.Cmp(big.NewInt(3)) < 0 || e.Bit(0) == 0 {
		return nil, ErrKey
	}
	if n.BitLen() < 1024 || n.BitLen() > maxModulus || e.BitLen() > 31 {
		return nil, fmt.Errorf("RSA key of %d bits with an exponent of %d: %w", n.BitLen(), e.BitLen(), ErrUnknown)
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
}

// Verify reports whether sig is a signature by k of digest, which is the hash of s. It is false too
// when s belongs to another family of keys. An RSA signature is big-endian and as long as the
// modulus, a GOST one r || s, each little-endian.
func (k *Key) Verify(s Signature, digest, sig []byte) bool {
	if s.Family != k.Family {
		return false
	}
	switch k.Family {
	case GOST2015:
		if h := k.hot.Load(); h != nil {
			return h.Verify(digest, sig)
		}
		return k.gost.Verify(digest, sig)
	case GOST2004:
		return k.old.Verify(digest, sig)
	case RSA:
		h := s.hash()
		return len(digest) == h.Size() && rsa.VerifyPKCS1v15(k.rsa, h, digest, sig) == nil
	}
	return false
}

// hash is the digest of an RSA algorithm as crypto/rsa names it.
func (s Signature) hash() crypto.Hash {
	switch s.Digest {
	case oid.SHA1:
		return crypto.SHA1
	case oid.SHA384:
		return crypto.SHA384
	case oid.SHA512:
		return crypto.SHA512
	}
	return crypto.SHA256
}

// warmAfter is how often a trusted key is used before its table pays: the table costs a handful of
// checks, and a cold function makes only two or three.
const warmAfter = 3

// VerifyTrusted is Verify for a key of a trusted authority, which comes back again and again: after
// a few uses a table of its multiples is kept (256 KB), which makes the check several times faster.
// Never call it with a key that an unknown sender chose.
func (k *Key) VerifyTrusted(s Signature, digest, sig []byte) bool {
	if k.Family == GOST2015 && k.uses.Add(1) > warmAfter {
		k.once.Do(func() { k.hot.Store(gost3410.NewHotKey(k.gost)) })
	}
	return k.Verify(s, digest, sig)
}
