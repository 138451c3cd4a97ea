package edstest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// PDF is a document with one page, made update by update as a test wants it, right or wrong. Objects 1 to
// 5 are the catalogue, the pages, the page, its contents and the font.
type PDF struct {
	data    []byte
	prev    int // where the newest cross-reference table is
	next    int // the next free object number
	objects map[int]string

	fields, annots, files []string
	dss                   string
	// Contents is the value of the page's Contents, default 4 0 R.
	Contents string
	// Trailer are more entries of the trailers of updates to come.
	Trailer string
}

// NewPDF makes a document with a line of text.
func NewPDF(text string) *PDF {
	p := &PDF{data: []byte("%PDF-1.7\n%\xd2\xb1\xd2\xb1\n"), prev: -1, next: 6, objects: map[int]string{}}
	p.Update(map[int]string{
		1: p.catalogue(), 2: "<< /Type /Pages /Count 1 /Kids [3 0 R] >>", 3: p.page(),
		4: Stream("", "BT /F1 12 Tf 100 700 Td ("+text+") Tj ET"), 5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	})
	return p
}

// Stream is a stream object; entries come before its length.
func Stream(entries, content string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", entries, len(content), content)
}

func (p *PDF) catalogue() string {
	s := "<< /Type /Catalog /Pages 2 0 R"
	if len(p.fields) > 0 {
		s += " /AcroForm << /SigFlags 3 /Fields [" + strings.Join(p.fields, " ") + "] >>"
	}
	if len(p.files) > 0 {
		s += " /Names << /EmbeddedFiles << /Names [" + strings.Join(p.files, " ") + "] >> >>"
	}
	if p.dss != "" {
		s += " /DSS " + p.dss
	}
	return s + " >>"
}

func (p *PDF) page() string {
	contents := p.Contents
	if contents == "" {
		contents = "4 0 R"
	}
	s := "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents " + contents + " /Resources << /Font << /F1 5 0 R >> >>"
	if len(p.annots) > 0 {
		s += " /Annots [" + strings.Join(p.annots, " ") + "]"
	}
	return s + " >>"
}

// Bytes is the document as it is.
func (p *PDF) Bytes() []byte { return bytes.Clone(p.data) }

// Clone returns a copy that can be changed apart.
func (p *PDF) Clone() *PDF {
	c := *p
	c.data, c.objects = bytes.Clone(p.data), maps.Clone(p.objects)
	c.fields, c.annots, c.files = slices.Clone(p.fields), slices.Clone(p.annots), slices.Clone(p.files)
	return &c
}

// Number returns a free object number.
func (p *PDF) Number() int {
	p.next++
	return p.next - 1
}

// Object returns the text of an object as it was last written.
func (p *PDF) Object(n int) string { return p.objects[n] }

// Hide appends an object that no cross-reference leads to, and returns its offset.
func (p *PDF) Hide(n int, object string) int {
	at := len(p.data)
	p.data = fmt.Appendf(p.data, "%d 0 obj\n%s\nendobj\n", n, object)
	return at
}

// Redirect appends an update that says only where an object is.
func (p *PDF) Redirect(n, offset int) {
	p.finish(fmt.Sprintf("xref\n%d 1\n%010d 00000 n \n", n, offset))
}

// Update appends an incremental update with those objects.
func (p *PDF) Update(objects map[int]string) {
	var table strings.Builder
	table.WriteString("xref\n")
	if p.prev < 0 {
		table.WriteString("0 1\n0000000000 65535 f \n")
	}
	for _, n := range slices.Sorted(maps.Keys(objects)) {
		fmt.Fprintf(&table, "%d 1\n%010d 00000 n \n", n, len(p.data))
		p.data = fmt.Appendf(p.data, "%d 0 obj\n%s\nendobj\n", n, objects[n])
		p.objects[n] = objects[n]
		p.next = max(p.next, n+1)
	}
	p.finish(table.String())
}

// finish appends a cross-reference table with its trailer.
func (p *PDF) finish(table string) {
	at := len(p.data)
	p.data = append(p.data, table...)
	p.data = fmt.Appendf(p.data, "trailer\n<< /Size %d /Root 1 0 R", p.next)
	if p.prev >= 0 {
		p.data = fmt.Appendf(p.data, " /Prev %d", p.prev)
	}
	p.data = fmt.Appendf(p.data, "%s >>\nstartxref\n%d\n%%%%EOF\n", p.Trailer, at)
	p.prev = at
}

// Attach embeds a file.
func (p *PDF) Attach(name string, data []byte) {
	content, spec := p.Number(), p.Number()
	p.files = append(p.files, fmt.Sprintf("(%s) %d 0 R", name, spec))
	p.Update(map[int]string{1: p.catalogue(), content: Stream("/Type /EmbeddedFile", string(data)),
		spec: fmt.Sprintf("<< /Type /Filespec /F (%s) /EF << /F %d 0 R >> >>", name, content)})
}

// Evidence adds validation data as a document security store does.
func (p *PDF) Evidence(certificate []byte) {
	store, cert := p.Number(), p.Number()
	p.dss = fmt.Sprintf("%d 0 R", store)
	p.Update(map[int]string{1: p.catalogue(), store: fmt.Sprintf("<< /Type /DSS /Certs [%d 0 R] >>", cert), cert: Stream("", string(certificate))})
}

// Field adds an empty signature field with a place on the page, and returns its number.
func (p *PDF) Field(name string) int {
	n := p.Number()
	p.fields, p.annots = append(p.fields, fmt.Sprintf("%d 0 R", n)), append(p.annots, fmt.Sprintf("%d 0 R", n))
	p.Update(map[int]string{1: p.catalogue(), 3: p.page(), n: widget(name, "[100 100 200 150]", "")})
	return n
}

func widget(name, rect, more string) string {
	return fmt.Sprintf("<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /F 132 /P 3 0 R /Rect %s%s >>", name, rect, more)
}

// PDFSignature is a signature of a PDF as a test wants it. Zero fields mean what is right.
type PDFSignature struct {
	Name      string
	SubFilter string // default ETSI.CAdES.detached
	// Field is the number of an empty field to fill; 0 adds a field that is not drawn.
	Field int
	// Rect is the place of an added field, default none.
	Rect string
	// Make returns the message over the bytes covered, default by the key that signs.
	Make func(covered []byte) ([]byte, error)
	// Range returns another ByteRange than that around the value, which lies from from to to.
	Range func(from, to, end int) [4]int
	// Entries are more entries of the signature dictionary.
	Entries string
}

// place is how many bytes are kept for a value.
const place = 4096

// Sign appends an update with a signature by k over all of the document.
func (p *PDF) Sign(k *Key, at time.Time, s PDFSignature) error {
	if s.SubFilter == "" {
		s.SubFilter = "ETSI.CAdES.detached"
	}
	if s.Rect == "" {
		s.Rect = "[0 0 0 0]"
	}
	if s.Make == nil {
		s.Make = func(covered []byte) ([]byte, error) { return k.SignCMS(covered, Detached, At(at)) }
	}
	value := p.Number()
	objects := map[int]string{}
	field := s.Field
	if field == 0 {
		field = p.Number()
		p.fields, p.annots = append(p.fields, fmt.Sprintf("%d 0 R", field)), append(p.annots, fmt.Sprintf("%d 0 R", field))
		objects[1], objects[3] = p.catalogue(), p.page()
		objects[field] = widget(s.Name, s.Rect, fmt.Sprintf(" /V %d 0 R", value))
	} else {
		objects[field] = strings.TrimSuffix(p.objects[field], " >>") + fmt.Sprintf(" /V %d 0 R >>", value)
	}
	gap := "<" + strings.Repeat("0", 2*place) + ">"
	objects[value] = fmt.Sprintf("<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /%s /M (D:20261120093000Z)%s /ByteRange [0 %s] /Contents %s >>",
		s.SubFilter, s.Entries, strings.Repeat("*", 32), gap)
	p.Update(objects)
	from := bytes.LastIndex(p.data, []byte(gap))
	to := from + len(gap)
	stars := bytes.LastIndex(p.data, []byte(strings.Repeat("*", 32)))
	n := [4]int{0, from, to, len(p.data) - to}
	if s.Range != nil {
		n = s.Range(from, to, len(p.data))
	}
	copy(p.data[stars-2:], fmt.Sprintf("%-34s", fmt.Sprintf("%d %d %d %d", n[0], n[1], n[2], n[3])))
	message, err := s.Make(slices.Concat(p.data[n[0]:n[0]+n[1]], p.data[n[2]:n[2]+n[3]]))
	if err != nil {
		return err
	}
	if len(message) > place {
		return fmt.Errorf("edstest: a message of %d bytes has no place in a PDF", len(message))
	}
	copy(p.data[from+1:], strings.ToUpper(hex.EncodeToString(message)))
	p.objects[value] = "" // its text is in the bytes
	return nil
}
