package cms_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/cms"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

func key(t testing.TB, name string) *edstest.Key {
	t.Helper()
	keys, err := edstest.LoadKeys(filepath.Join("..", "..", "..", "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return keys[name]
}

func sign(t testing.TB, content []byte, mode edstest.Mode) []byte {
	t.Helper()
	der, err := key(t, "individual-gost").SignCMS(content, mode, edstest.At(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)))
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestParse(t *testing.T) {
	content := []byte("мазмұны")
	for _, mode := range []edstest.Mode{edstest.Attached, edstest.Detached} {
		der := sign(t, content, mode)
		d, err := cms.Parse(der, cms.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if d.Attached != bool(mode) || mode == edstest.Attached && !bytes.Equal(d.Content(), content) || mode == edstest.Detached && d.Content() != nil {
			t.Errorf("attached %t, content %q", d.Attached, d.Content())
		}
		if len(d.Certificates) != 1 || len(d.Signers) != 1 || d.ContentType != oid.Data || d.Version != 1 {
			t.Fatalf("%+v", d)
		}
		s := d.Signers[0]
		if s.Unsorted || s.DigestAlgorithm.Algorithm != oid.Streebog512 || len(s.Signature) != 128 || len(s.SignedAttrs) != 4 || s.SignedBytes()[0] != 0x31 {
			t.Errorf("%+v", s)
		}
		if v, n := s.Attr(oid.MessageDigestAttr); n != 1 || len(v) != 1 || len(v[0]) != 66 {
			t.Errorf("messageDigest: %d attributes, % x", n, v)
		}
		if v, n := s.Attr(oid.TimeStampTokenAttr); n != 0 || v != nil {
			t.Errorf("an attribute that is not there: %d, %v", n, v)
		}
	}
}

func TestEmptyContentIsNotDetached(t *testing.T) {
	d, err := cms.Parse(sign(t, []byte{}, edstest.Attached), cms.Limits{})
	if err != nil || !d.Attached || d.Content() == nil || len(d.Content()) != 0 {
		t.Errorf("attached %t, content %#v, %v", d.Attached, d.Content(), err)
	}
}

func TestContentIsNotCopied(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // 1 MiB
	der := sign(t, content, edstest.Attached)
	d, err := cms.Parse(der, cms.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got := d.Content()
	at := bytes.Index(der, content[:64])
	if &got[0] != &der[at] || len(got) != len(content) {
		t.Error("the content is a copy")
	}
}

// tlv is one element with a definite or an indefinite length.
func tlv(tag byte, indefinite bool, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	if indefinite {
		return append(append([]byte{tag, 0x80}, body...), 0, 0)
	}
	out := []byte{tag, 0x84, byte(len(body) >> 24), byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}
	return append(out, body...)
}

// TestBER rewrites a message with indefinite and with long lengths and its content in chunks; the
// signed bytes must come out the same.
func TestBER(t *testing.T) {
	content := bytes.Repeat([]byte("қ"), 3000)
	der := sign(t, content, edstest.Attached)
	want, err := cms.Parse(der, cms.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var chunks [][]byte
	for c := content; len(c) > 0; c = c[min(len(c), 1000):] {
		chunks = append(chunks, tlv(4, false, c[:min(len(c), 1000)]))
	}
	id := func(o oid.ID) []byte { return append([]byte{6, byte(len(o))}, o...) }
	alg := func(o oid.ID) []byte { return tlv(0x30, true, id(o), []byte{5, 0}) }
	s := want.Signers[0]
	set := s.SignedBytes()[len(s.SignedBytes())-signedLen(s.SignedBytes()):]
	for _, indefinite := range []bool{true, false} {
		si := tlv(0x30, indefinite, []byte{2, 1, 1}, tlv(0x30, indefinite, s.Issuer, append([]byte{2, byte(len(s.Serial))}, s.Serial...)),
			alg(oid.Streebog512), tlv(0xa0, indefinite, set), alg(oid.GOST2015Signature512), tlv(4, false, s.Signature))
		msg := tlv(0x30, indefinite, id(oid.SignedData), tlv(0xa0, indefinite, tlv(0x30, indefinite,
			[]byte{2, 1, 1}, tlv(0x31, indefinite, alg(oid.Streebog512)),
			tlv(0x30, indefinite, id(oid.Data), tlv(0xa0, indefinite, tlv(0x24, indefinite, chunks...))),
			tlv(0xa0, indefinite, want.Certificates[0]), tlv(0x31, indefinite, si))))
		got, err := cms.Parse(msg, cms.Limits{})
		if err != nil {
			t.Fatalf("indefinite %t: %v", indefinite, err)
		}
		if !bytes.Equal(got.Content(), content) || got.ContentSize() != int64(len(content)) {
			t.Errorf("indefinite %t: content of %d bytes, want %d", indefinite, len(got.Content()), len(content))
		}
		if !bytes.Equal(got.Signers[0].SignedBytes(), s.SignedBytes()) {
			t.Errorf("indefinite %t: signed bytes differ", indefinite)
		}
		_, err = cms.Parse(msg, cms.Limits{Pieces: 2})
		if e, ok := errors.AsType[*cms.LimitError](err); !ok || e.Limit != "pieces" {
			t.Errorf("more pieces than allowed: %v", err)
		}
	}
}

func signedLen(set []byte) int {
	if set[1] < 0x80 {
		return int(set[1])
	}
	n := 0
	for _, b := range set[2 : 2+set[1]&0x7f] {
		n = n<<8 | int(b)
	}
	return n
}

func isSyntax(err error) bool {
	_, ok := errors.AsType[*cms.SyntaxError](err)
	return ok
}

func TestErrors(t *testing.T) {
	der := sign(t, []byte("x"), edstest.Attached)
	for name, data := range map[string][]byte{
		"nothing": nil, "text": []byte("мәтін"), "certificate": key(t, "head").Certificate,
		"enveloped data": edstest.Message{OuterType: oid.EncryptedData}.Marshal(), "zeros": make([]byte, 100),
	} {
		if _, err := cms.Parse(data, cms.Limits{}); !errors.Is(err, cms.ErrNotSignedData) {
			t.Errorf("%s: %v, want ErrNotSignedData", name, err)
		}
	}
	for i := 20; i < len(der); i++ {
		if _, err := cms.Parse(der[:i], cms.Limits{}); !isSyntax(err) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
	if _, err := cms.Parse(append(bytes.Clone(der), 0), cms.Limits{}); !errors.Is(err, cms.ErrTrailing) {
		t.Errorf("trailing byte: %v", err)
	}
	if _, err := cms.Parse(edstest.Message{Signers: [][]byte{{5, 0}}}.Marshal(), cms.Limits{}); !isSyntax(err) {
		t.Errorf("a SignerInfo that is none: %v", err)
	}
	deep := bytes.Repeat([]byte{0x30, 0x80}, 1<<16)
	head := []byte("\x30\x80\x06\x09" + string(oid.SignedData) + "\xa0\x80")
	_, err := cms.Parse(append(head, deep...), cms.Limits{})
	if e, ok := errors.AsType[*cms.LimitError](err); !ok || e.Limit != "levels of nesting" {
		t.Errorf("65,536 nested elements: %v", err)
	}
}

func TestDecode(t *testing.T) {
	der := sign(t, []byte("x"), edstest.Attached)
	b64 := base64.StdEncoding.EncodeToString(der)
	for name, tt := range map[string]struct {
		in string
		ok bool
	}{
		"DER": {string(der), true}, "PEM": {string(edstest.PEM(der)), true}, "base64": {b64, true},
		"a character a line": {strings.Join(strings.Split(b64, ""), "\r\n"), true},
		"tabs and spaces":    {"\t " + b64[:10] + " \t" + b64[10:] + " ", true},
		"other label":        {strings.ReplaceAll(string(edstest.PEM(der)), "CMS", "PRIVATE KEY"), false},
		"labels differ":      {strings.Replace(string(edstest.PEM(der)), "BEGIN CMS", "BEGIN PKCS7", 1), false},
		"URL alphabet":       {strings.ReplaceAll(b64, "+", "-") + "-", false}, "three pads": {b64 + "===", false},
		"text before": {"хат\n" + string(edstest.PEM(der)), true}, "text around": {"Bag Attributes\r\n  -----BEGIN\r\n" + string(edstest.PEM(der)) + "соңы", true},
		"a key beside":        {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + string(edstest.PEM(der)), true},
		"BEGIN within a line": {"x -----BEGIN CMS-----\n" + b64 + "\n-----END CMS-----", false},
		"no end":              {"-----BEGIN CMS-----\n" + b64, false}, "two": {string(edstest.PEM(der)) + string(edstest.PEM(der)), false}, "empty block": {"-----BEGIN CMS-----\n-----END CMS-----", false},
		"pad inside": {b64[:8] + "=" + b64[8:], false}, "empty": {"", false},
	} {
		got, err := cms.Decode([]byte(tt.in))
		if tt.ok && (err != nil || !bytes.Equal(got, der)) || !tt.ok && !errors.Is(err, cms.ErrNotSignedData) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "testdata", "eds", "*.txt"))
	if err != nil || len(files) == 0 {
		f.Fatal("no corpus")
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if _, body, ok := bytes.Cut(data, []byte("\n\n")); ok && bytes.HasPrefix(body, []byte("-----BEGIN")) {
			if der, err := cms.Decode(body); err == nil && len(der) < 8000 {
				f.Add(der)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := cms.Parse(data, cms.Limits{})
		if (d == nil) == (err == nil) {
			t.Fatalf("%v, %v", d, err)
		}
		if err == nil && d.ContentSize() > int64(len(data)) {
			t.Errorf("%d bytes of content in %d", d.ContentSize(), len(data))
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n"))
	f.Add([]byte("\xef\xbb\xbf MA A="))
	f.Fuzz(func(t *testing.T, data []byte) {
		if der, err := cms.Decode(data); err == nil && len(der) > len(data) {
			t.Errorf("%d bytes out of %d", len(der), len(data))
		}
	})
}

func BenchmarkParse1MB(b *testing.B) {
	der := sign(b, make([]byte, 1<<20), edstest.Attached)
	b.SetBytes(int64(len(der)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := cms.Parse(der, cms.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzExtend: a message that was extended has what it had and what was added, and what was signed keeps
// its bytes.
func FuzzExtend(f *testing.F) {
	der := sign(f, []byte("мазмұны"), edstest.Attached)
	f.Add(der)
	f.Add(sign(f, []byte("мазмұны"), edstest.Detached))
	f.Add(slices.Concat([]byte{0x30, 0x80}, der[4:], []byte{0, 0})) // of indefinite length
	token, response := []byte{0x30, 0x03, 0x02, 0x01, 0x07}, []byte{0x30, 0x03, 0x0a, 0x01, 0x03}
	f.Fuzz(func(t *testing.T, data []byte) {
		before, err := cms.Parse(data, cms.Limits{})
		if err != nil {
			return
		}
		out, err := cms.Extend(data, [][]byte{token}, [][]byte{response})
		if err != nil {
			if len(before.Signers) == 1 {
				t.Fatal(err)
			}
			return
		}
		after, err := cms.Parse(out, cms.Limits{})
		if err != nil {
			t.Fatalf("% x: %v", out, err)
		}
		has := func(list [][]byte, want []byte) bool {
			return slices.ContainsFunc(list, func(v []byte) bool { return bytes.Equal(v, want) })
		}
		if !after.Signers[0].Repeats(&before.Signers[0]) || !bytes.Equal(after.Content(), before.Content()) || after.Attached != before.Attached ||
			!has(after.Signers[0].UnsignedValues(oid.TimeStampTokenAttr), token) || !has(after.OCSP, response) {
			t.Errorf("% x became % x", data, out)
		}
		if len(after.Certificates) != len(before.Certificates) || len(after.CRLs) != len(before.CRLs) {
			t.Errorf("% x became % x", data, out)
		}
	})
}
