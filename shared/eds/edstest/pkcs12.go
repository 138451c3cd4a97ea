package edstest

import (
	"bytes"
	"crypto/cipher"
	"crypto/des"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"unicode/utf16"

	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/internal/ber"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Object identifiers of RFC 7292, with their arcs.
const (
	oidPBE3DES     = oid.ID("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x03")     // 1.2.840.113549.1.12.1.3 pbeWithSHAAnd3-KeyTripleDES-CBC
	oidPBERC2      = oid.ID("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x06")     // 1.2.840.113549.1.12.1.6 pbeWithSHAAnd40BitRC2-CBC
	oidKeyBag      = oid.ID("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x01") // 1.2.840.113549.1.12.10.1.1 keyBag
	oidShroudedBag = oid.ID("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02") // 1.2.840.113549.1.12.10.1.2 pkcs8ShroudedKeyBag
	oidCertBag     = oid.ID("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x03") // 1.2.840.113549.1.12.10.1.3 certBag
)

// ErrPassword means that the password does not fit the key file.
var ErrPassword = errors.New("edstest: wrong password for the key file")

var errPKCS12 = errors.New("edstest: not a key file of the NCA")

// LoadPKCS12 opens a key file (RFC 7292) as the NCA issues them: BER outside, SHA-1 MAC, the key
// under 3DES, the certificate under 40-bit RC2. Errors: ErrPassword, and others for other files.
func LoadPKCS12(data []byte, password string) (*Key, error) {
	der, err := ber.AppendDER(nil, data)
	if err != nil {
		return nil, errPKCS12
	}
	in := cryptobyte.String(der)
	var pfx, mac cryptobyte.String
	version := 0
	if !in.ReadASN1(&pfx, asn1.SEQUENCE) || !pfx.ReadASN1Integer(&version) || version != 3 {
		return nil, errPKCS12
	}
	safe, ok := readData(&pfx)
	if !ok || !pfx.ReadASN1(&mac, asn1.SEQUENCE) {
		return nil, errPKCS12
	}
	pass := bmp(password)
	if err := checkMAC(mac, safe, pass); err != nil {
		return nil, err
	}
	// The inner structure is BER again, inside an OCTET STRING that the MAC is over as it is.
	if safe, err = ber.AppendDER(nil, safe); err != nil {
		return nil, errPKCS12
	}
	k := new(Key)
	contents := cryptobyte.String(safe)
	if !contents.ReadASN1(&contents, asn1.SEQUENCE) {
		return nil, errPKCS12
	}
	for !contents.Empty() {
		bags, err := readContents(&contents, pass)
		if err != nil {
			return nil, err
		}
		if err := k.readBags(bags, pass); err != nil {
			return nil, err
		}
	}
	if k.Private == nil || k.Certificate == nil {
		return nil, errPKCS12
	}
	return k, nil
}

// readData reads a ContentInfo with id-data.
func readData(in *cryptobyte.String) ([]byte, bool) {
	var info, id, wrap, data cryptobyte.String
	ok := in.ReadASN1(&info, asn1.SEQUENCE) && info.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) && oid.ID(id) == oid.Data &&
		info.ReadASN1(&wrap, context(0)) && wrap.ReadASN1(&data, asn1.OCTET_STRING)
	return data, ok
}

func checkMAC(mac cryptobyte.String, data, pass []byte) error {
	var info, alg, id, want, salt cryptobyte.String
	rounds := 1
	if !mac.ReadASN1(&info, asn1.SEQUENCE) || !info.ReadASN1(&alg, asn1.SEQUENCE) || !alg.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) ||
		oid.ID(id) != oid.SHA1 || !info.ReadASN1(&want, asn1.OCTET_STRING) || !mac.ReadASN1(&salt, asn1.OCTET_STRING) ||
		!mac.Empty() && !mac.ReadASN1Integer(&rounds) || rounds < 1 || rounds > 1<<20 {
		return errPKCS12
	}
	h := hmac.New(sha1.New, derive(3, pass, salt, rounds, 20))
	h.Write(data)
	if subtle.ConstantTimeCompare(h.Sum(nil), want) != 1 {
		return ErrPassword
	}
	return nil
}

// readContents reads one ContentInfo of the AuthenticatedSafe and returns its SafeContents.
func readContents(in *cryptobyte.String, pass []byte) ([]byte, error) {
	peek := *in
	if data, ok := readData(&peek); ok {
		*in = peek
		return data, nil
	}
	var info, id, wrap, enc, eci, typ, alg, cipherText cryptobyte.String
	version := 0
	if !in.ReadASN1(&info, asn1.SEQUENCE) || !info.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) || oid.ID(id) != oid.EncryptedData ||
		!info.ReadASN1(&wrap, context(0)) || !wrap.ReadASN1(&enc, asn1.SEQUENCE) || !enc.ReadASN1Integer(&version) ||
		!enc.ReadASN1(&eci, asn1.SEQUENCE) || !eci.ReadASN1(&typ, asn1.OBJECT_IDENTIFIER) || !eci.ReadASN1(&alg, asn1.SEQUENCE) {
		return nil, errPKCS12
	}
	if eci.PeekASN1Tag(context(0)) { // the implicit OCTET STRING in pieces
		var pieces cryptobyte.String
		eci.ReadASN1(&pieces, context(0))
		for !pieces.Empty() {
			var p cryptobyte.String
			if !pieces.ReadASN1(&p, asn1.OCTET_STRING) {
				return nil, errPKCS12
			}
			cipherText = append(cipherText, p...)
		}
	} else if !eci.ReadASN1(&cipherText, asn1.Tag(0).ContextSpecific()) {
		return nil, errPKCS12
	}
	return decrypt(alg, cipherText, pass)
}

func (k *Key) readBags(contents, pass []byte) error {
	der, err := ber.AppendDER(nil, contents)
	if err != nil {
		return errPKCS12
	}
	in := cryptobyte.String(der)
	if !in.ReadASN1(&in, asn1.SEQUENCE) {
		return errPKCS12
	}
	for !in.Empty() {
		var bag, id, value cryptobyte.String
		if !in.ReadASN1(&bag, asn1.SEQUENCE) || !bag.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) || !bag.ReadASN1(&value, context(0)) {
			return errPKCS12
		}
		switch oid.ID(id) {
		case oidCertBag:
			var cert, typ, wrap, der cryptobyte.String
			if !value.ReadASN1(&cert, asn1.SEQUENCE) || !cert.ReadASN1(&typ, asn1.OBJECT_IDENTIFIER) ||
				!cert.ReadASN1(&wrap, context(0)) || !wrap.ReadASN1(&der, asn1.OCTET_STRING) {
				return errPKCS12
			}
			if c, err := certpath.Parse(der); err == nil && (k.Certificate == nil || !c.IsCA) {
				k.Certificate = der
			}
		case oidShroudedBag:
			var enc, alg, text cryptobyte.String
			if !value.ReadASN1(&enc, asn1.SEQUENCE) || !enc.ReadASN1(&alg, asn1.SEQUENCE) || !enc.ReadASN1(&text, asn1.OCTET_STRING) {
				return errPKCS12
			}
			plain, err := decrypt(alg, text, pass)
			if err != nil {
				return err
			}
			if k.Private, err = ParsePKCS8(plain); err != nil {
				return err
			}
		case oidKeyBag:
			var err error
			if k.Private, err = ParsePKCS8(value); err != nil {
				return err
			}
		}
	}
	return nil
}

// decrypt undoes the two encryptions of RFC 7292, appendix C, that the NCA uses.
func decrypt(alg cryptobyte.String, text, pass []byte) ([]byte, error) {
	var id, params, salt cryptobyte.String
	rounds := 0
	if !alg.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) || !alg.ReadASN1(&params, asn1.SEQUENCE) ||
		!params.ReadASN1(&salt, asn1.OCTET_STRING) || !params.ReadASN1Integer(&rounds) || rounds < 1 || rounds > 1<<20 ||
		len(text) == 0 || len(text)%8 != 0 {
		return nil, errPKCS12
	}
	var block cipher.Block
	switch oid.ID(id) {
	case oidPBE3DES:
		b, err := des.NewTripleDESCipher(derive(1, pass, salt, rounds, 24))
		if err != nil {
			return nil, fmt.Errorf("edstest: %w", err)
		}
		block = b
	case oidPBERC2:
		block = newRC2(derive(1, pass, salt, rounds, 5), 40)
	default:
		return nil, fmt.Errorf("%w: encryption %s", errPKCS12, oid.ID(id))
	}
	plain := make([]byte, len(text))
	cipher.NewCBCDecrypter(block, derive(2, pass, salt, rounds, 8)).CryptBlocks(plain, text)
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > 8 || !bytes.Equal(plain[len(plain)-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
		return nil, ErrPassword
	}
	return plain[:len(plain)-pad], nil
}

// bmp is a password as RFC 7292, appendix B.1 wants it: UTF-16 big-endian with a zero at the end.
func bmp(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return append(b, 0, 0)
}

// derive is the key derivation of RFC 7292, appendix B.2, with SHA-1: id 1 for keys, 2 for
// initialisation vectors, 3 for MACs.
func derive(id byte, pass, salt []byte, rounds, size int) []byte {
	const v = 64
	fill := func(s []byte) []byte {
		n := (len(s) + v - 1) / v * v
		return slices.Repeat(s, n/max(len(s), 1)+1)[:n]
	}
	i := append(fill(salt), fill(pass)...)
	var out []byte
	for len(out) < size {
		sum := sha1.Sum(append(bytes.Repeat([]byte{id}, v), i...))
		for range rounds - 1 {
			sum = sha1.Sum(sum[:])
		}
		out = append(out, sum[:]...)
		addOne(i, fill(sum[:])[:v], v)
	}
	return out[:size]
}

// addOne adds b + 1 to every block of v bytes of i, modulo 2^(8v).
func addOne(i, b []byte, v int) {
	for j := 0; j < len(i); j += v {
		carry := 1
		for n := v - 1; n >= 0; n-- {
			carry += int(i[j+n]) + int(b[n])
			i[j+n] = byte(carry)
			carry >>= 8
		}
	}
}
