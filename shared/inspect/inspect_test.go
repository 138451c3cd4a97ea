package inspect_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/inspect"
	"github.com/courtoffice/courtoffice/shared/verdict"
)

type sample struct {
	name, declared string
	content        []byte
	want           string // kind, findings, pages
}

func script(action string) map[int]string {
	return objects(map[int]string{1: "<</Type/Catalog/Pages 2 0 R/OpenAction 9 0 R>>", 9: action})
}

// corpus is made once: some of it is large.
var corpus = sync.OnceValue(func() []sample {
	sound := classic(objects(nil), "")
	word, sheet := office(wordMain, nil), office(sheetMain, nil)
	tree := map[int]string{2: "<</Type/Pages/Count 4000/Kids["}
	for i := range 4000 {
		tree[2] += fmt.Sprintf("%d 0 R ", 10+i)
		tree[10+i] = "<</Type/Page/Parent 2 0 R>>"
	}
	tree[2] += "]>>"
	return []sample{
		{"PDF", pdfType, sound, "pdf 2"},
		{"PDF of today", pdfType, packed(objects(nil), 0, ""), "pdf 2"},
		{"PDF behind other bytes", pdfType, append([]byte("\ufeff\r\n"), sound...), "pdf 2"},
		{"PDF with bytes behind it", pdfType, append(bytes.Clone(sound), "\r\n\x00\x00"...), "pdf 2"},
		{"PDF of 4,000 pages", pdfType, classic(objects(tree), ""), "pdf 4000"},
		{"PDF with kids in an array of their own", pdfType, classic(objects(map[int]string{2: "<</Type/Pages/Count 2/Kids 9 0 R>>", 9: "[3 0 R 4 0 R]"}), ""), "pdf 2"},
		{"PDF with a link", pdfType, classic(objects(map[int]string{3: "<</Type/Page/Annots[<</Subtype/Link/A<</S/URI/URI(x)>>>>]>>"}), ""), "pdf 2"},
		{"PDF that opens at a page", pdfType, classic(objects(map[int]string{1: "<</Type/Catalog/Pages 2 0 R/OpenAction[3 0 R/Fit]>>"}), ""), "pdf 2"},
		{"JPEG", jpegType, jpegPicture(), "jpeg 0"},
		{"JPEG with bytes behind it", jpegType, append(jpegPicture(), make([]byte, 9000)...), "jpeg 0"},
		{"PNG", pngType, pngPicture(), "png 0"},
		{"DOCX", docxType, word, "docx 0"},
		{"XLSX", xlsxType, sheet, "xlsx 0"},
		{"DOCX with a hyperlink", docxType, office(wordMain, map[string]string{"word/_rels/document.xml.rels": `<Relationships><Relationship Type="http://x/hyperlink" Target="http://x" TargetMode="External"/></Relationships>`}), "docx 0"},

		// Not what they say.
		{"a program of 25 bytes", pdfType, []byte("MZ\x90\x00 a program, not a PDF"), "executable executable 0"},
		{"a program that has a PDF in it", pdfType, append([]byte("MZ\x90\x00"), sound...), "executable executable 0"},
		{"ELF", pdfType, []byte("\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 60)), "executable executable 0"},
		{"a shell script", pdfType, []byte("#!/bin/sh\nrm -rf /\n"), "executable executable 0"},
		{"a batch file", pdfType, []byte("@Echo Off\r\ndel *.*\r\n"), "executable executable 0"},
		{"a Java archive", docxType, archive(map[string]string{"META-INF/MANIFEST.MF": "Main-Class: X"}), "executable executable 0"},
		{"DOCX called PDF", pdfType, word, "docx mislabelled 0"},
		{"XLSX called DOCX", docxType, sheet, "xlsx mislabelled 0"},
		{"PDF called DOCX", docxType, sound, "pdf mislabelled 2"},
		{"PNG called JPEG", jpegType, pngPicture(), "png mislabelled 0"},
		{"an archive called DOCX", docxType, archive(map[string]string{"a.txt": "a"}), "zip mislabelled 0"},
		{"HEIC called JPEG", jpegType, []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + strings.Repeat("\x00", 64)), "heic mislabelled 0"},
		{"TIFF called JPEG", jpegType, []byte("II*\x00\x08\x00\x00\x00" + strings.Repeat("\x00", 64)), "tiff mislabelled 0"},
		{"DOC called DOCX", docxType, compound("WordDocument"), "doc mislabelled 0"},
		{"HTML called PDF", pdfType, []byte("<!DOCTYPE html><html><script>alert(1)</script>"), "text mislabelled 0"},
		{"text called PDF", pdfType, []byte("Талап қою арызы"), "text mislabelled 0"},
		{"noise called PDF", pdfType, []byte{0x80, 0x01, 0x02, 0xff, 0xfe, 0x91}, "unknown mislabelled 0"},

		// Encrypted, empty.
		{"encrypted PDF", pdfType, classic(objects(nil), "/Encrypt<</Filter/Standard/V 2>>"), "pdf encrypted 0"},
		{"encrypted PDF of today", pdfType, packed(objects(nil), 0, "/Encrypt 50 0 R"), "pdf encrypted 0"},
		{"encrypted DOCX", docxType, compound("EncryptedPackage"), "encrypted-office encrypted 0"},
		{"encrypted DOCX called PDF", pdfType, compound("EncryptedPackage"), "encrypted-office mislabelled encrypted 0"},
		{"encrypted archive called DOCX", docxType, sealed(word), "docx encrypted 0"},
		{"PDF without a page", pdfType, classic(objects(map[int]string{2: "<</Type/Pages/Count 0/Kids[]>>"}), ""), "pdf empty 0"},
		{"PDF without kids", pdfType, classic(objects(map[int]string{2: "<</Type/Pages/Count 0>>"}), ""), "pdf empty 0"},
		{"PDF that says it has a page", pdfType, classic(objects(map[int]string{2: "<</Type/Pages/Count 7/Kids[]>>"}), ""), "pdf empty 0"},
		{"zeros", pdfType, make([]byte, 5<<20), "empty empty 0"},
		{"spaces", docxType, []byte(" \r\n\t"), "empty empty 0"},

		// Damaged.
		{"cut PDF", pdfType, sound[:len(sound)/2], "pdf damaged 2"},
		{"cut PDF of today", pdfType, packed(objects(nil), 0, "")[:300], "pdf damaged 2"},
		{"the head of a PDF", pdfType, []byte("%PDF-1.7\n"), "pdf damaged 0"},
		{"PDF with a wrong cross-reference", pdfType, bytes.Replace(sound, []byte("startxref\n"), []byte("startxref\n1"), 1), "pdf damaged 2"},
		{"cut encrypted PDF", pdfType, bytes.Replace(classic(objects(nil), "/Encrypt<</V 2>>"), []byte("startxref"), []byte("xxxxxxxxx"), 1), "pdf encrypted damaged 0"},
		{"PDF whose page is missing", pdfType, classic(objects(map[int]string{2: "<</Type/Pages/Kids[3 0 R 77 0 R]>>"}), ""), "pdf damaged 1"},
		{"PDF without a page tree", pdfType, classic(objects(map[int]string{1: "<</Type/Catalog>>"}), ""), "pdf damaged 0"},
		{"cut JPEG", jpegType, jpegPicture()[:300], "jpeg damaged 0"},
		{"cut PNG", pngType, pngPicture()[:50], "png damaged 0"},
		{"cut DOCX", docxType, word[:len(word)-40], "docx damaged 0"},

		// What acts by itself, and what is inside.
		{"script on opening", pdfType, classic(script("<</S/JavaScript/JS(app.alert(1))>>"), ""), "pdf active-content 2"},
		{"script in an escaped name", pdfType, classic(script("<</S/J#61vaScript/J#53(app.alert(1))>>"), ""), "pdf active-content 2"},
		{"script in an object stream", pdfType, packed(script("<</S/JavaScript/JS(app.alert(1))>>"), 0, ""), "pdf active-content 2"},
		{"a program to launch", pdfType, classic(script("<</S/Launch/F(cmd.exe)>>"), ""), "pdf active-content 2"},
		{"a script of a page", pdfType, classic(objects(map[int]string{3: "<</Type/Page/AA<</O<</S/JavaScript/JS 9 0 R>>>>>>"}), ""), "pdf active-content 2"},
		{"an XFA form", pdfType, classic(objects(map[int]string{1: "<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA 9 0 R>>>>"}), ""), "pdf active-content 2"},
		{"a file inside", pdfType, classic(objects(map[int]string{9: "<</Type/Filespec/F(x.exe)/EF<</F 5 0 R>>>>"}), ""), "pdf attachments 2"},
		{"macros", docxType, office(strings.Replace(wordMain, "openxmlformats-officedocument.wordprocessingml.document", "ms-word.document.macroEnabled", 1), map[string]string{"word/vbaProject.bin": "x"}), "docx macros 0"},
		{"an object inside", xlsxType, office(sheetMain, map[string]string{"xl/embeddings/oleObject1.bin": "x"}), "xlsx attachments 0"},
		{"a template from outside", docxType, office(wordMain, map[string]string{"word/_rels/settings.xml.rels": `<Relationships><Relationship Type="http://x/attachedTemplate" Target="http://x" TargetMode="External"/></Relationships>`}), "docx active-content 0"},

		// Too much.
		{"picture bomb", pngType, pngBomb(60000, 60000), "png enormous 0"},
		{"DOCX bomb", docxType, office(wordMain, map[string]string{"word/_rels/a.rels": strings.Repeat(" ", 10<<20)}), "docx too-complex 0"},
		{"DOCX of 20,001 parts", docxType, crowd(), "docx too-complex 0"},
		{"object stream bomb", pdfType, packed(objects(nil), 100<<20, ""), "pdf damaged too-complex 0"},
		{"array nested 5 million deep", pdfType, classic(objects(map[int]string{9: strings.Repeat("[", 5<<20)}), ""), "pdf too-complex 2"},
		{"dictionaries nested deep", pdfType, classic(objects(map[int]string{9: strings.Repeat("<</A", 1<<20)}), ""), "pdf too-complex 2"},
		{"page tree that is a loop", pdfType, classic(objects(map[int]string{2: "<</Type/Pages/Kids[2 0 R 6 0 R 3 0 R]>>", 6: "<</Type/Pages/Kids[2 0 R 6 0 R]>>"}), ""), "pdf 1"},
		{"cross-reference that is a loop", pdfType, classic(objects(nil), "/Prev XREF/XRefStm XREF"), "pdf 2"},
		{"more objects than fit", pdfType, bytes.Replace(sound, []byte("xref\n0 6"), []byte("xref\n0 999999999"), 1), "pdf damaged 2"},
	}
})

// sealed sets the flag of an encrypted entry on every entry of an archive.
func sealed(zip []byte) []byte {
	out := bytes.Clone(zip)
	for _, mark := range []struct {
		magic string
		flags int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		for at := 0; ; at++ {
			i := bytes.Index(out[at:], []byte(mark.magic))
			if i < 0 {
				break
			}
			at += i
			out[at+mark.flags] |= 1
		}
	}
	return out
}

func crowd() []byte {
	parts := map[string]string{}
	for i := range 20_001 {
		parts[fmt.Sprintf("word/media/%d", i)] = ""
	}
	return office(wordMain, parts)
}

func say(v verdict.Verdict) string {
	words := []string{string(v.Found)}
	for _, c := range v.Findings {
		words = append(words, string(c))
	}
	return strings.Join(append(words, fmt.Sprint(v.Pages)), " ")
}

func look(t testing.TB, s sample) verdict.Verdict {
	t.Helper()
	v, err := inspect.Inspect(bytes.NewReader(s.content), int64(len(s.content)))
	if err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	return v.Of(s.declared)
}

func TestVerdicts(t *testing.T) {
	for _, s := range corpus() {
		if got := say(look(t, s)); got != s.want {
			t.Errorf("%s: %s, want %s", s.name, got, s.want)
		}
	}
}

// TestWorkIsBounded holds what the largest upload and the worst of the corpus may cost.
func TestWorkIsBounded(t *testing.T) {
	pictures := map[int]string{2: "<</Type/Pages/Kids["}
	for i := range 100 { // a scan of 100 pages, 100 MB
		pictures[2] += fmt.Sprintf("%d 0 R ", 10+2*i)
		pictures[10+2*i] = fmt.Sprintf("<</Type/Page/Contents %d 0 R>>", 11+2*i)
		pictures[11+2*i] = "<</Length 1000000>>\nstream\n" + strings.Repeat("x", 1_000_000) + "\nendstream"
	}
	pictures[2] += "]>>"
	for _, s := range append(slices.Clone(corpus()), sample{"scan of 100 MB", pdfType, classic(objects(pictures), ""), "pdf 100"}) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start, r := time.Now(), &counted{r: bytes.NewReader(s.content)}
		v, err := inspect.Inspect(r, int64(len(s.content)))
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if err != nil || say(v.Of(s.declared)) != s.want {
			t.Errorf("%s: %s, %v", s.name, say(v), err)
		}
		if took > 3*time.Second {
			t.Errorf("%s took %v", s.name, took)
		}
		if taken := (after.TotalAlloc - before.TotalAlloc) >> 20; taken > 400 {
			t.Errorf("%s allocated %d MB", s.name, taken)
		}
		if r.n > 2*int64(len(s.content))+4<<20 {
			t.Errorf("%s: read %d bytes of %d", s.name, r.n, len(s.content))
		}
	}
}

type counted struct {
	r io.ReaderAt
	n int64
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.n += int64(n)
	return n, err
}

var errStorage = errors.New("storage is away")

type broken struct{ after int64 }

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.after {
		return 0, errStorage
	}
	return bytes.NewReader(classic(objects(nil), "")).ReadAt(p, off)
}

// TestStorageFails: what could not be read is no finding about the file.
func TestStorageFails(t *testing.T) {
	for _, after := range []int64{0, 5000} {
		v, err := inspect.Inspect(broken{after}, 100_000)
		if !errors.Is(err, errStorage) || v.Version != 0 {
			t.Errorf("after %d: %+v, %v", after, v, err)
		}
	}
}

// crowded is an archive whose end says that its directory is small, and which has 400,000 entries: more than 20 MB
// of them. In one kind the end is right about where they are, in the other a ZIP64 record is.
func crowded(large bool) []byte {
	const entries = 400_000
	header := make([]byte, 46+1)
	copy(header, "PK\x01\x02")
	header[28], header[46] = 1, 'a'
	word := office(wordMain, nil)
	from, to := bytes.Index(word, []byte("PK\x01\x02")), bytes.LastIndex(word, []byte("PK\x05\x06"))
	count := entries + int(word[to+8])
	out := append(word[:to:to], bytes.Repeat(header, entries)...)
	size := len(out) - from
	end := make([]byte, 22)
	copy(end, "PK\x05\x06")
	binary.LittleEndian.PutUint32(end[12:], 47)
	if large {
		record := make([]byte, 56)
		copy(record, "PK\x06\x06")
		for at, n := range map[int]int{24: count, 32: count, 40: size, 48: from} {
			binary.LittleEndian.PutUint64(record[at:], uint64(n))
		}
		locator := make([]byte, 20)
		copy(locator, "PK\x06\x07")
		binary.LittleEndian.PutUint64(locator[8:], uint64(len(out)))
		locator[16] = 1
		out = append(append(out, record...), locator...)
		binary.LittleEndian.PutUint32(end[12:], 0xffff)
		binary.LittleEndian.PutUint32(end[16:], uint32(len(out)-0xffff))
		count = 1
	} else {
		binary.LittleEndian.PutUint32(end[16:], uint32(from))
	}
	binary.LittleEndian.PutUint16(end[8:], uint16(count))
	binary.LittleEndian.PutUint16(end[10:], uint16(count))
	return append(out, end...)
}

// An archive that says less of its directory than there is costs no more than what is let through.
func TestCrowdedArchive(t *testing.T) {
	for _, large := range []bool{false, true} {
		data := crowded(large)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		v, err := inspect.Inspect(bytes.NewReader(data), int64(len(data)))
		runtime.ReadMemStats(&after)
		if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; err != nil || mb > 16 {
			t.Errorf("64-bit %t: %d MB for an archive of %d MB: %+v, %v", large, mb, len(data)>>20, v, err)
		}
	}
}

func FuzzInspect(f *testing.F) {
	types := []string{pdfType, jpegType, pngType, docxType, xlsxType}
	for _, s := range corpus() {
		if len(s.content) < 10_000 {
			f.Add(s.content, byte(slices.Index(types, s.declared)))
		}
	}
	f.Fuzz(func(t *testing.T, content []byte, declared byte) {
		s := sample{content: content, declared: types[int(declared)%len(types)]}
		v := look(t, s)
		if again := look(t, s); !cmp.Equal(v, again) {
			t.Errorf("%+v, then %+v", v, again)
		}
		if v.Found == verdict.KindExecutable && !v.Forbids() {
			t.Errorf("%+v", v)
		}
	})
}
