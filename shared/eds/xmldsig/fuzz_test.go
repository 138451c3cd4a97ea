package xmldsig_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/eds/xmldsig"
	"github.com/courtoffice/courtoffice/shared/eds/xmldsig/internal/sample"
)

var forms = []xmldsig.Canonicalization{xmldsig.Inclusive, xmldsig.InclusiveWithComments, xmldsig.Exclusive, xmldsig.ExclusiveWithComments}

// FuzzParse: no input makes the parser or a canonicalization panic, every refusal has a reason, a
// canonical form is well-formed and its own canonical form, and the same without the comments.
func FuzzParse(f *testing.F) {
	for _, doc := range []string{
		"<a/>", envelope, "\xEF\xBB\xBF<?xml version='1.0'?><!-- x --><p:a xmlns:p='urn:1' xmlns='urn:2' p:b='&#9;' c=\"'\"><![CDATA[<]]>&amp;\r\n<?x y?><d xmlns=''/></p:a>",
		"<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='kk'>]]&gt;</a>", "<!DOCTYPE a><a/>", "<a>&e;</a>", "<a>&#xFFFFFFFFFF;</a>", string(sample.Claim()[:2000]) + "</c:claim>",
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		d, err := xmldsig.Parse(doc, xmldsig.Limits{MaxBytes: 1 << 16})
		if err != nil {
			if _, ok := errors.AsType[*xmldsig.Error](err); !ok {
				t.Fatalf("error without a reason: %v", err)
			}
			return
		}
		if sigs, err := d.Signatures(); err == nil {
			for _, s := range sigs {
				_ = s.Check(newHash)
				for _, r := range s.References {
					_, _ = r.Element.Text()
				}
			}
		}
		for _, form := range forms {
			once := canonical(t, string(doc), form)
			if twice := canonical(t, once, form); twice != once {
				t.Fatalf("%v is not idempotent: %q, then %q", form, once, twice)
			}
			if bare := canonical(t, once, form&^1); bare != canonical(t, string(doc), form&^1) {
				t.Fatalf("%v changes the form without comments to %q", form, bare)
			}
		}
	})
}

// hashSigner "signs" with SHA-256, which makes signed documents reproducible.
var hashSigner = &xmldsig.Signer{
	Method: xmldsig.RSASHA256, Certificate: []byte{0x30, 3, 2, 1, 1}, NewHash: newHash,
	Sign: func(info []byte) ([]byte, error) {
		h := sha256.Sum256(info)
		return h[:], nil
	},
}

// signedDocuments are the documents that FuzzChange changes.
func signedDocuments(tb testing.TB) [][]byte {
	tb.Helper()
	var docs [][]byte
	add := func(doc []byte, err error) {
		if err != nil {
			tb.Fatal(err)
		}
		docs = append(docs, doc)
	}
	add(hashSigner.Enveloped([]byte(`<r xmlns="urn:1" xmlns:p="urn:2"><k>1 &amp; 2</k><!-- c --><p:l p:a="x" b='y'>қ<![CDATA[<z>]]></p:l><m xmlns=""/></r>`)))
	add(hashSigner.ByID([]byte(`<r xmlns:p="urn:2"><k Id="k"><p:l b="y">1</p:l><l>2</l></k></r>`), "k", xmldsig.InclusiveWithComments))
	add(hashSigner.ByID([]byte(`<r xmlns:p="urn:2"><k Id="k"><p:l b="y">1</p:l><l>2</l></k></r>`), "k", xmldsig.Exclusive, "p"))
	add(hashSigner.Body([]byte(envelope), "b1"))
	compact := *hashSigner
	compact.Compact = true
	add(compact.Enveloped([]byte("<r a='1'><k>1</k><k>2</k></r>")))
	return docs
}

// accepted returns what a caller sees of the signed elements, or an error if the document is not
// accepted.
func accepted(doc []byte) ([]string, error) {
	d, err := xmldsig.Parse(doc, xmldsig.Limits{})
	if err != nil {
		return nil, err
	}
	sigs, err := d.Signatures()
	if err != nil {
		return nil, err
	}
	var seen []string
	for _, s := range sigs {
		if err := s.Check(newHash); err != nil {
			return nil, err
		}
		if h := sha256.Sum256(s.SignedInfo); !bytes.Equal(h[:], s.Value) || len(s.Certificates) != 1 || !bytes.Equal(s.Certificates[0], hashSigner.Certificate) {
			return nil, errors.New("signature value")
		}
		for _, r := range s.References {
			seen = append(seen, r.URI)
			if s.Form != xmldsig.ByID { // above a part nothing is signed, not even names
				seen = append(seen, r.Element.Path())
			}
			seen = append(seen, view(r.Element)...)
		}
	}
	return seen, nil
}

func view(e *xmldsig.Element) []string {
	space, local := e.Name()
	line := "{" + space + "}" + local + " " + e.ID()
	for _, a := range [][2]string{{"", "a"}, {"", "b"}, {"urn:2", "a"}} {
		if v, ok := e.Attr(a[0], a[1]); ok {
			line += " " + a[1] + "=" + v
		}
	}
	if text, ok := e.Text(); ok {
		line += ": " + text
	}
	out := []string{line}
	for c := range e.Children() {
		out = append(out, view(c)...)
	}
	return out
}

// FuzzChange changes a signed document. Either it is refused, or a caller sees the same signed
// elements, attributes and text in the same places as before.
func FuzzChange(f *testing.F) {
	docs := signedDocuments(f)
	var want [][]string
	for _, doc := range docs {
		seen, err := accepted(doc)
		if err != nil || len(seen) < 3 {
			f.Fatalf("%v, %q in %s", err, seen, doc)
		}
		want = append(want, seen)
	}
	f.Add(uint8(0), uint16(40), uint8(1), []byte("2"))
	f.Add(uint8(1), uint16(3), uint8(0), []byte("<k Id='k'/>"))
	f.Add(uint8(2), uint16(30), uint8(0), []byte("<!-- -->"))
	f.Add(uint8(3), uint16(100), uint8(4), []byte(""))
	f.Add(uint8(4), uint16(9), uint8(1), []byte("\n"))
	f.Fuzz(func(t *testing.T, which uint8, at uint16, cut uint8, insert []byte) {
		i := int(which) % len(docs)
		from := int(at) % len(docs[i])
		to := min(from+int(cut), len(docs[i]))
		doc := slices.Concat(docs[i][:from], insert, docs[i][to:])
		got, err := accepted(doc)
		if err == nil && !slices.Equal(got, want[i]) {
			t.Fatalf("accepted, but a caller sees\n%s\ninstead of\n%s\nin %s", strings.Join(got, "\n"), strings.Join(want[i], "\n"), doc)
		}
	})
}

// TestEveryByte changes, drops and doubles every byte of the signed documents.
func TestEveryByte(t *testing.T) {
	for i, doc := range signedDocuments(t) {
		want, err := accepted(doc)
		if err != nil {
			t.Fatal(err)
		}
		refused := 0
		for at := range doc {
			for _, b := range []string{"", string(doc[at : at+1])[:1] + string(doc[at:at+1]), string([]byte{doc[at] ^ 1}), string([]byte{doc[at] ^ 0x20})} {
				changed := slices.Concat(doc[:at], []byte(b), doc[at+1:])
				got, err := accepted(changed)
				if err != nil {
					refused++
				} else if !slices.Equal(got, want) {
					t.Fatalf("document %d, byte %d as %q: a caller sees %q", i, at, b, got)
				}
			}
		}
		if all := 4 * len(doc); refused < all*3/4 {
			t.Errorf("document %d: only %d of %d changes are refused", i, refused, all)
		}
	}
}
