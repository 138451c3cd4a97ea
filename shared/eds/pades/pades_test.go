package pades_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/pades"
)

var (
	testdata = filepath.Join("..", "..", "..", "testdata")
	now      = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
)

func key(t testing.TB) *edstest.Key {
	t.Helper()
	keys, err := edstest.LoadKeys(filepath.Join(testdata, "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return keys["individual-gost"]
}

func deflate(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write(data); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// compressed is a document as current writers make it: objects in an object stream, a cross-reference
// stream with the Up predictor, an attachment that is deflated.
func compressed(t testing.TB, change func(objects, rows *string)) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	offset := map[int]int{}
	object := func(n int, text string) {
		offset[n] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", n, text)
	}
	stream := func(entries string, raw []byte) string {
		return fmt.Sprintf("<< %s /Filter /FlateDecode /Length %d >>\nstream\r\n%s\r\nendstream", entries, len(raw), raw)
	}
	object(1, stream("/Type /EmbeddedFile", deflate(t, []byte("қосымша"))))
	inside := []string{
		"<< /Type /Catalog /Pages 3 0 R /Names << /EmbeddedFiles 5 0 R >> >>",
		"<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
		"<< /Type /Page /Parent 3 0 R /MediaBox [0 0 1 1] >>",
		"<< /Kids [6 0 R] >>",
		"<< /Names [(a) 7 0 R] >>",
		"<< /Type /Filespec /UF <FEFF0430002E007400780074> /F (a.txt) /EF << /F 1 0 R /UF 1 0 R >> >>",
	}
	var head, body strings.Builder
	for i, text := range inside {
		fmt.Fprintf(&head, "%d %d ", i+2, body.Len())
		body.WriteString(text + " ")
	}
	objects := head.String() + body.String()
	var rows strings.Builder
	row := func(kind byte, a uint32, b byte) {
		var r [6]byte
		r[0], r[5] = kind, b
		binary.BigEndian.PutUint32(r[1:], a)
		rows.Write(r[:])
	}
	table := ""
	if change != nil {
		change(&objects, &table)
	}
	object(8, stream(fmt.Sprintf("/Type /ObjStm /N %d /First %d", len(inside), head.Len()), deflate(t, []byte(objects))))
	row(0, 0, 0)
	row(1, uint32(offset[1]), 0)
	for i := range inside {
		row(2, 8, byte(i))
	}
	row(1, uint32(offset[8]), 0)
	at := out.Len()
	row(1, uint32(at), 0)
	plain := []byte(rows.String())
	var predicted []byte
	for i := 0; i < len(plain); i += 6 {
		predicted = append(predicted, 2)
		for k := range 6 {
			above := byte(0)
			if i > 0 {
				above = plain[i-6+k]
			}
			predicted = append(predicted, plain[i+k]-above)
		}
	}
	object(9, stream("/Type /XRef /Size 10 /Root 2 0 R /W [1 4 1] /DecodeParms << /Predictor 12 /Columns 6 >>"+table, deflate(t, predicted)))
	fmt.Fprintf(&out, "startxref\n%d\n%%%%EOF\n", at)
	return out.Bytes()
}

func TestCompressed(t *testing.T) {
	d, err := pades.Parse(compressed(t, nil), pades.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := d.Attachments()
	if err != nil || len(files) != 1 || files[0].Name != "а.txt" || string(files[0].Data) != "қосымша" {
		t.Errorf("%+v, %v", files, err)
	}
	for name, change := range map[string]func(objects, table *string){
		"an object under another number": func(o, _ *string) { *o = strings.Replace(*o, "2 0", "3 0", 1) },
		"a key twice":                    func(o, _ *string) { *o = strings.Replace(*o, "/Count 1", "/Count 1 /Count 2", 1) },
		"an index that is too long":      func(_, x *string) { *x = " /Index [0 99]" },
		"sections in a circle":           func(_, x *string) { *x = " /Prev 9" },
	} {
		d, err := pades.Parse(compressed(t, change), pades.Limits{})
		if err == nil {
			_, err = d.Attachments()
		}
		if e, ok := errors.AsType[*pades.Error](err); !ok || e.Reason != pades.Structure {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A bomb is stopped by the bytes it unpacks to, not by those it has.
func TestBombs(t *testing.T) {
	bomb := deflate(t, make([]byte, 64<<20))
	p := edstest.NewPDF("x")
	p.Attach("a.bin", []byte("x"))
	spec := p.Number() - 1
	content := p.Number()
	p.Update(map[int]string{content: fmt.Sprintf("<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream", len(bomb), bomb),
		spec: fmt.Sprintf("<< /Type /Filespec /F (a.bin) /EF << /F %d 0 R >> >>", content)})
	d, err := pades.Parse(p.Bytes(), pades.Limits{Unpacked: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = d.Attachments(); err == nil || err.(*pades.Error).Reason != pades.Limit {
		t.Errorf("%v", err)
	}
	deep := edstest.NewPDF("x")
	deep.Update(map[int]string{1: strings.Repeat("[", 10000)})
	if d, err := pades.Parse(deep.Bytes(), pades.Limits{}); err == nil {
		t.Errorf("nested 10,000 deep: %v", d.Signatures())
	}
}

// The documents of claims are read: what our own tools and others write is not refused.
func TestForeignDocuments(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(testdata, "claims", "*", "*.pdf"))
	if err != nil || len(names) == 0 {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if d, err := pades.Parse(data, pades.Limits{}); err != nil || len(d.Signatures()) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSignature(t *testing.T) {
	p := edstest.NewPDF("x")
	if err := p.Sign(key(t), now, edstest.PDFSignature{Name: "S"}); err != nil {
		t.Fatal(err)
	}
	data := p.Bytes()
	for name, tail := range map[string]string{"": "", "white space behind": "\r\n\n"} {
		d, err := pades.Parse([]byte(string(data)+tail), pades.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		list := d.Signatures()
		if len(list) != 1 || list[0].Err != nil || list[0].Field != "S" || !list[0].Whole || list[0].Bytes != int64(len(data)) || list[0].TimeStamp {
			t.Errorf("%s: %+v", name, list)
			continue
		}
		covered, err := io.ReadAll(list[0].Reader())
		if err != nil || len(covered) >= len(data) || bytes.Contains(covered, list[0].Contents) {
			t.Errorf("%s: %d bytes covered, %v", name, len(covered), err)
		}
	}
	if _, err := pades.Parse(data[1:], pades.Limits{}); err == nil {
		t.Error("a document without its first byte is read")
	}
}

// FuzzParse: nothing panics, and what a signature without an error covers is in the file.
func FuzzParse(f *testing.F) {
	f.Add(compressed(f, nil))
	p := edstest.NewPDF("x")
	p.Attach("a", []byte("b"))
	if err := p.Sign(key(f), now, edstest.PDFSignature{Name: "S"}); err != nil {
		f.Fatal(err)
	}
	f.Add(p.Bytes())
	p.Evidence([]byte("x"))
	f.Add(p.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := pades.Parse(data, pades.Limits{Nodes: 100_000, Unpacked: 1 << 20})
		if err != nil {
			return
		}
		for _, s := range d.Signatures() {
			if s.Err != nil {
				continue
			}
			covered, err := io.ReadAll(s.Reader())
			if err != nil || s.Bytes > int64(len(data)) || int64(len(covered)) >= s.Bytes || len(s.Contents) == 0 || !bytes.HasPrefix(data, covered[:5]) {
				t.Errorf("%+v", s)
			}
		}
		if files, err := d.Attachments(); err == nil && len(files) > 1000 {
			t.Errorf("%d attachments", len(files))
		}
	})
}
