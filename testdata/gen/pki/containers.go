package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
)

// signedPDF is a document signed by k, changed by before and after signing.
func (b *bench) signedPDF(k *edstest.Key, s edstest.PDFSignature, before, after func(*edstest.PDF)) []byte {
	p := edstest.NewPDF("Statement of claim")
	if before != nil {
		before(p)
	}
	if s.Name == "" {
		s.Name = "Signature1"
	}
	if err := p.Sign(k, signedAt, s); err != nil && b.err == nil {
		b.err = err
	}
	if after != nil {
		after(p)
	}
	return p.Bytes()
}

func (b *bench) pdfs() {
	k, head := b.keys["individual-gost"], b.keys["head"]
	add := func(name, about, expect, code string, data []byte) {
		b.add(name, scenario{about: about, expect: expect, code: code, kind: "pdf", message: data}, nil)
	}
	sign := func(p *edstest.PDF, by *edstest.Key, s edstest.PDFSignature) {
		if err := p.Sign(by, signedAt, s); err != nil && b.err == nil {
			b.err = err
		}
	}
	plain := b.signedPDF(k, edstest.PDFSignature{}, nil, nil)
	add("pass-pdf", "a PAdES signature", "total-passed", "", plain)
	add("pass-pdf-pkcs7", "adbe.pkcs7.detached by an RSA key", "total-passed", "", b.signedPDF(b.keys["individual-rsa"], edstest.PDFSignature{SubFilter: "adbe.pkcs7.detached"}, nil, nil))
	add("pass-pdf-two-signatures", "two signatures, one after the other", "total-passed", "", b.signedPDF(k, edstest.PDFSignature{}, nil, func(p *edstest.PDF) {
		sign(p, head, edstest.PDFSignature{Name: "Signature2"})
	}))
	var first, second int
	add("pass-pdf-places", "two signatures in fields that were drawn before", "total-passed", "", func() []byte {
		p := edstest.NewPDF("Contract")
		first, second = p.Field("First"), p.Field("Second")
		sign(p, k, edstest.PDFSignature{Field: first})
		sign(p, head, edstest.PDFSignature{Field: second})
		return p.Bytes()
	}())
	add("pass-pdf-evidence", "validation data and a time stamp over the document were added later", "total-passed", "", b.signedPDF(k, edstest.PDFSignature{}, nil, func(p *edstest.PDF) {
		p.Evidence(k.Chain[0])
		sign(p, k, edstest.PDFSignature{Name: "Stamp", SubFilter: "ETSI.RFC3161", Make: func(covered []byte) ([]byte, error) {
			return b.service["tsa-gost"].Stamp(covered, edstest.StampTemplate{Time: signedAt})
		}})
	}))
	add("pdf-content-digest", "a byte of a signed page was changed in place", "hash-failure", "content-digest", bytes.Replace(plain, []byte("Statement"), []byte("statement"), 1))
	b.changedPDFs(k, add, sign)
	b.rangePDFs(k, add)
	add("signature-form", "a signature of the old form with SHA-1", "sig-constraints-failure", "signature-form", b.signedPDF(k, edstest.PDFSignature{SubFilter: "adbe.pkcs7.sha1"}, nil, nil))
	add("container-encrypted", "an encrypted document", "sig-constraints-failure", "container-encrypted", b.signedPDF(k, edstest.PDFSignature{}, func(p *edstest.PDF) { p.Trailer = " /Encrypt << /Filter /Standard >>" }, nil))
	add("container-structure-key-twice", "two values under one key of the signature", "format-failure", "container-structure", b.signedPDF(k, edstest.PDFSignature{Entries: " /Contents <00>"}, nil, nil))
	add("container-structure-tail", "bytes behind the document", "format-failure", "container-structure", append(slices.Clone(plain), "%% more\n"...))
	add("container-structure-xfa", "a form that draws itself", "format-failure", "container-structure", b.signedPDF(k, edstest.PDFSignature{}, nil, func(p *edstest.PDF) {
		p.Update(map[int]string{1: strings.Replace(p.Object(1), "/SigFlags", "/XFA (x) /SigFlags", 1)})
	}))
	b.cards(k, add)
}

// changedPDFs are changes after signing.
func (b *bench) changedPDFs(k *edstest.Key, add func(name, about, expect, code string, data []byte), sign func(*edstest.PDF, *edstest.Key, edstest.PDFSignature)) {
	evil := edstest.Stream("", "BT /F1 12 Tf 100 700 Td (I owe nothing) Tj ET")
	for name, t := range map[string]struct {
		about         string
		before, after func(*edstest.PDF)
	}{
		"contents": {"the contents of the page are another object", nil, func(p *edstest.PDF) { p.Update(map[int]string{4: evil}) }},
		"page": {"another page in place of the signed one", nil, func(p *edstest.PDF) {
			n := p.Number()
			p.Update(map[int]string{2: fmt.Sprintf("<< /Type /Pages /Count 1 /Kids [%d 0 R] >>", n), n: p.Object(3), p.Number(): evil})
		}},
		"page-contents": {"the page refers to other contents", nil, func(p *edstest.PDF) {
			n := p.Number()
			p.Update(map[int]string{3: strings.Replace(p.Object(3), "/Contents 4 0 R", fmt.Sprintf("/Contents %d 0 R", n), 1), n: evil})
		}},
		"font": {"another font, which may draw other letters", nil, func(p *edstest.PDF) {
			p.Update(map[int]string{5: "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"})
		}},
		"annotation": {"a note was laid over the page", nil, func(p *edstest.PDF) {
			n := p.Number()
			p.Update(map[int]string{3: strings.Replace(p.Object(3), "/Annots [", fmt.Sprintf("/Annots [%d 0 R ", n), 1),
				n: "<< /Type /Annot /Subtype /FreeText /Rect [90 690 300 720] /Contents (I owe nothing) >>"})
		}},
		"annotation-appended": {"a note was laid over the page, behind the signature", nil, func(p *edstest.PDF) {
			n := p.Number()
			p.Update(map[int]string{3: strings.Replace(p.Object(3), "0 R]", fmt.Sprintf("0 R %d 0 R]", n), 1),
				n: "<< /Type /Annot /Subtype /FreeText /Rect [90 690 300 720] /Contents (I owe nothing) >>"})
		}},
		"action": {"an action on opening", nil, func(p *edstest.PDF) {
			p.Update(map[int]string{1: strings.Replace(p.Object(1), "/Pages", "/OpenAction << /S /JavaScript /JS (x) >> /Pages", 1)})
		}},
		"awaited": {"the page awaited an object that came after signing (shadow attack)", func(p *edstest.PDF) {
			p.Contents = "[4 0 R 99 0 R]"
		}, func(p *edstest.PDF) { p.Update(map[int]string{99: evil}) }},
		"redirected": {"the cross-reference was turned to contents hidden before signing (shadow attack)", nil, nil},
		"information": {"the page's contents were kept under the number of the document information", func(p *edstest.PDF) {
			p.Trailer = " /Info 98 0 R"
			p.Contents = "[4 0 R 98 0 R]"
			p.Update(map[int]string{98: "<< /Title (x) >>"})
		}, func(p *edstest.PDF) { p.Update(map[int]string{98: evil}) }},
		"deleted-signature": {"another signature was taken away", func(p *edstest.PDF) { sign(p, b.keys["head"], edstest.PDFSignature{Name: "Before"}) }, func(p *edstest.PDF) {
			p.Update(map[int]string{1: strings.Replace(p.Object(1), "/Fields [7 0 R ", "/Fields [", 1)})
		}},
	} {
		data := b.signedPDF(k, edstest.PDFSignature{}, t.before, t.after)
		if name == "redirected" {
			var hidden int
			data = b.signedPDF(k, edstest.PDFSignature{}, func(p *edstest.PDF) { hidden = p.Hide(4, evil) }, func(p *edstest.PDF) { p.Redirect(4, hidden) })
		}
		add("changed-after-signing-"+name, t.about, "hash-failure", "changed-after-signing", data)
	}
	signed := edstest.NewPDF("Statement of claim")
	sign(signed, k, edstest.PDFSignature{Name: "Signature1"})
	add("drawn-after-signing", "a later signature is drawn over the page", "sig-constraints-failure", "drawn-after-signing", func() []byte {
		p := signed.Clone()
		sign(p, b.keys["head"], edstest.PDFSignature{Name: "Signature2", Rect: "[90 690 300 720]"})
		return p.Bytes()
	}())
}

// rangePDFs are byte ranges that cover something else than they should. The signature over what they
// cover is right each time.
func (b *bench) rangePDFs(k *edstest.Key, add func(name, about, expect, code string, data []byte)) {
	for name, t := range map[string]struct {
		about string
		f     func(from, to, end int) [4]int
	}{
		"wide":    {"the gap is wider than the value", func(from, to, end int) [4]int { return [4]int{0, from - 20, to, end - to} }},
		"narrow":  {"the value is signed in part", func(from, to, end int) [4]int { return [4]int{0, from + 1, to, end - to} }},
		"behind":  {"the gap goes on behind the value", func(from, to, end int) [4]int { return [4]int{0, from, to + 10, end - to - 10} }},
		"late":    {"the range does not begin with the file", func(from, to, end int) [4]int { return [4]int{9, from - 9, to, end - to} }},
		"short":   {"the range ends before the revision", func(from, to, end int) [4]int { return [4]int{0, from, to, end - to - 30} }},
		"overlap": {"the parts overlap", func(from, to, end int) [4]int { return [4]int{0, from, from - 50, end - from + 50} }},
		"moved":   {"the gap is somewhere else", func(from, to, end int) [4]int { return [4]int{0, 200, 300, end - 300} }},
		"empty":   {"the second part is empty", func(from, to, end int) [4]int { return [4]int{0, from, to, 0} }},
	} {
		add("signed-range-"+name, t.about, "format-failure", "signed-range", b.signedPDF(k, edstest.PDFSignature{Range: t.f}, nil, nil))
	}
}

// cards are PDFs with a document and its signatures attached.
func (b *bench) cards(k *edstest.Key, add func(name, about, expect, code string, data []byte)) {
	cms := must[[]byte](b)(k.SignCMS(document, edstest.Detached, edstest.At(signedAt)))
	other := must[[]byte](b)(b.keys["head"].SignCMS(document, edstest.Detached, edstest.At(signedAt)))
	card := func(doc []byte, more ...string) []byte {
		p := edstest.NewPDF("Document card")
		p.Attach("claim.txt", doc)
		p.Attach("claim-1.cms", cms)
		p.Attach("claim-2.cms", other)
		for _, m := range more {
			p.Attach(m, []byte("not signed"))
		}
		return p.Bytes()
	}
	add("unsigned-pages", "a document card: the attached document has two signatures, the pages have none", "total-passed", "unsigned-pages", card(document))
	b.add("card-unsigned-file", scenario{about: "a document card with one more document", expect: "signed-data-not-found", code: "unsigned-file", also: "unsigned-pages", kind: "pdf", message: card(document, "more.txt")}, nil)
	b.add("card-content-digest", scenario{about: "a document card with another document", expect: "hash-failure", code: "content-digest", also: "unsigned-pages", kind: "pdf", message: card([]byte("басқа"))}, nil)
}

// entry is a file of an archive.
type entry struct {
	name string
	data []byte
}

func (b *bench) zipped(entries ...entry) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		f, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: time.Time{}})
		if err == nil {
			_, err = f.Write(e.data)
		}
		if err != nil && b.err == nil {
			b.err = err
		}
	}
	if err := w.Close(); err != nil && b.err == nil {
		b.err = err
	}
	return out.Bytes()
}

func (b *bench) archives() {
	k := b.keys["individual-gost"]
	detached := must[[]byte](b)(k.SignCMS(document, edstest.Detached, edstest.At(signedAt)))
	other := []byte("Қосымша\n")
	second := must[[]byte](b)(b.keys["head"].SignCMS(other, edstest.Detached, edstest.At(signedAt)))
	add := func(name, about, expect, code string, data []byte) {
		b.add(name, scenario{about: about, expect: expect, code: code, kind: "zip", message: data}, nil)
	}
	if b.err != nil {
		return
	}
	doc, sig := entry{"арыз.txt", document}, entry{"арыз.txt.cms", detached}
	good := b.zipped(doc, sig)
	add("pass-zip", "documents with their signatures, one that carries its own, and what a system left behind", "total-passed", "", b.zipped(entry{"a/", nil}, doc, sig,
		entry{"a/other.txt", other}, entry{"signatures/1.p7s", edstest.PEM(second)}, entry{"attached.cms", b.attached(k)}, entry{"__MACOSX/._x", []byte("\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X")},
		entry{"a/.DS_Store", []byte("\x00\x00\x00\x01Bud1\x00")}))
	add("pass-zip-signed-pdf", "a signed PDF in an archive", "total-passed", "", b.zipped(entry{"claim.pdf", b.signedPDF(k, edstest.PDFSignature{}, nil, nil)}))
	add("zip-content-digest", "the document was changed", "hash-failure", "content-digest", b.zipped(entry{doc.name, other}, sig))
	add("zip-content-missing", "a detached signature without any document", "signed-data-not-found", "content-missing", b.zipped(sig))
	add("zip-format", "a file named as a signature that is none", "format-failure", "format", b.zipped(doc, sig, entry{"b.cms", []byte("x")}))
	add("unsigned-file", "one document more than signatures", "signed-data-not-found", "unsigned-file", b.zipped(doc, sig, entry{"other.txt", other}))

	add("unsigned-file-leftover", "a document in the folder of what a system leaves behind", "signed-data-not-found", "unsigned-file", b.zipped(doc, sig, entry{"__MACOSX/шарт.pdf", other}))
	add("unsigned-file-leftover-name", "a document that is called as what a system leaves behind", "signed-data-not-found", "unsigned-file", b.zipped(doc, sig, entry{"a/Thumbs.db", other}))

	le := binary.LittleEndian
	edit := func(f func(z []byte)) []byte {
		z := slices.Clone(good)
		f(z)
		return z
	}
	central := bytes.Index(good, []byte("PK\x01\x02"))
	for name, t := range map[string]struct {
		about string
		data  []byte
	}{
		"twice":   {"two files of one name", b.zipped(doc, sig, entry{doc.name, other})},
		"case":    {"two names that differ in case", b.zipped(doc, sig, entry{"АРЫЗ.txt", other})},
		"path":    {"a name that leads out of the folder", b.zipped(doc, sig, entry{"../x", other})},
		"name":    {"the header names another file than the directory", edit(func(z []byte) { z[30]++ })},
		"sum":     {"the checksum is another one", edit(func(z []byte) { z[central+16]++ })},
		"before":  {"bytes before the archive", append([]byte("PK\x03\x04 junk "), good...)},
		"behind":  {"bytes behind the archive", append(slices.Clone(good), 'x')},
		"overlap": {"two files in one place", edit(func(z []byte) { le.PutUint32(z[bytes.LastIndex(z, []byte("PK\x01\x02"))+42:], 0) })},
		"gap":     {"bytes between the files", gap(good)},
	} {
		add("container-structure-zip-"+name, t.about, "format-failure", "container-structure", t.data)
	}
	add("container-encrypted-zip", "an encrypted file", "sig-constraints-failure", "container-encrypted", edit(func(z []byte) { z[central+8] |= 1 }))
	add("limits-zip", "more than the files may take unpacked", "sig-constraints-failure", "limits", edit(func(z []byte) { le.PutUint32(z[central+24:], 1<<30) }))
	b.asic(k, add)
}

// gap puts bytes between the files and the directory.
func gap(z []byte) []byte {
	at := bytes.Index(z, []byte("PK\x01\x02"))
	out := slices.Concat(z[:at], []byte("hidden"), z[at:])
	end := bytes.LastIndex(out, []byte("PK\x05\x06"))
	binary.LittleEndian.PutUint32(out[end+16:], uint32(at+6))
	return out
}

func (b *bench) asic(k *edstest.Key, add func(name, about, expect, code string, data []byte)) {
	over := func(signature, kind string, files ...entry) []byte {
		var m strings.Builder
		m.WriteString(`<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">` +
			`<asic:SigReference URI="META-INF/` + signature + `" MimeType="` + kind + `"/>`)
		for _, f := range files {
			fmt.Fprintf(&m, `<asic:DataObjectReference URI="%s"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>%s</ds:DigestValue></asic:DataObjectReference>`,
				f.name, base64.StdEncoding.EncodeToString(sum(oid.SHA256, f.data)))
		}
		m.WriteString(`</asic:ASiCManifest>`)
		return []byte(m.String())
	}
	manifest := func(files ...entry) []byte { return over("signature001.p7s", "application/pkcs7-signature", files...) }
	one, two := entry{"claim.txt", document}, entry{"a%20b.txt", []byte("екінші\n")}
	m := manifest(one, two)
	sig := entry{"META-INF/signature001.p7s", must[[]byte](b)(k.SignCMS(m, edstest.Detached, edstest.At(signedAt)))}
	kind, list := entry{"mimetype", []byte("application/vnd.etsi.asic-e+zip")}, entry{"META-INF/ASiCManifest001.xml", m}
	stored := entry{"a b.txt", two.data}
	add("pass-asic-e", "an ASiC-E archive of two files", "total-passed", "", b.zipped(kind, one, stored, list, sig))
	add("asic-e-content-digest", "a file was changed", "hash-failure", "content-digest", b.zipped(kind, entry{one.name, two.data}, stored, list, sig))
	add("asic-e-manifest-digest", "the manifest was changed too", "hash-failure", "content-digest", b.zipped(kind, entry{one.name, two.data}, stored,
		entry{list.name, manifest(entry{one.name, two.data}, two)}, sig))
	add("asic-e-unsigned-file", "a file that no manifest names", "signed-data-not-found", "unsigned-file", b.zipped(kind, one, stored, list, sig, entry{"more.txt", document}))
	stamped := func(files ...entry) (list, token entry) {
		m := over("timestamp001.tst", "application/vnd.etsi.timestamp-token", files...)
		return entry{"META-INF/ASiCManifest001.xml", m}, entry{"META-INF/timestamp001.tst", must[[]byte](b)(b.service["tsa-gost"].Stamp(m, edstest.StampTemplate{Time: signedAt}))}
	}
	own := entry{"signatures/1.p7s", b.attached(k)}
	list2, token := stamped(one, own)
	add("pass-asic-e-stamped", "an ASiC-E archive under a time stamp with a signed document and another file", "total-passed", "", b.zipped(kind, one, own, list2, token))
	add("asic-e-stamped-content-digest", "a file under a time stamp was changed", "hash-failure", "content-digest", b.zipped(kind, entry{one.name, two.data}, own, list2, token))
	changed, _ := stamped(entry{one.name, two.data}, own)
	add("asic-e-stamp-imprint", "a file and the manifest were changed", "hash-failure", "timestamp-imprint", b.zipped(kind, entry{one.name, two.data}, own, changed, token))
	add("asic-e-stamped-unsigned-file", "a file that no stamped manifest names", "signed-data-not-found", "unsigned-file", b.zipped(kind, one, own, list2, token, entry{"more.txt", document}))
	list3, token3 := stamped(one)
	add("asic-e-stamped-no-signers", "a time stamp over a file that nobody signed", "format-failure", "no-signers", b.zipped(kind, one, list3, token3))
	forged := entry{own.name, bytes.Replace(own.data, document[:8], []byte("forged!!"), 1)}
	list4, token4 := stamped(one, forged)
	add("asic-e-stamped-signature", "a signed document under a time stamp was changed before it was stamped", "hash-failure", "content-digest", b.zipped(kind, one, forged, list4, token4))
	add("asic-e-missing-file", "a manifest that names a file that is not there", "format-failure", "container-structure", b.zipped(kind, one, list, sig))
}
