package statement

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf16"
)

// writer numbers the objects of a PDF file (ISO 32000-1, 7.5) and remembers where they begin.
type writer struct {
	bytes.Buffer
	offsets []int // of object i+1
}

// object writes the next object and returns its number.
func (w *writer) object(format string, args ...any) int {
	w.offsets = append(w.offsets, w.Len())
	n := len(w.offsets)
	fmt.Fprintf(w, "%d 0 obj\n", n)
	fmt.Fprintf(w, format, args...)
	w.WriteString("\nendobj\n")
	return n
}

// stream writes an object with data; entries are further keys of its dictionary.
func (w *writer) stream(entries string, data []byte) int {
	return w.object("<< %s/Length %d >>\nstream\n%s\nendstream", entries, len(data), data)
}

// next is the number the next object will have.
func (w *writer) next() int { return len(w.offsets) + 1 }

// pdf writes the pages as a file. Objects refer to numbers that follow from their order: fonts,
// contents, page tree, outline, metadata, catalogue.
func (l *layout) pdf(d Document) []byte {
	w := &writer{}
	w.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	regular, bold := w.font("Tinos-Regular", 84, l.regular), w.font("Tinos-Bold", 140, l.bold)
	resources := w.object("<< /Font << /R %d 0 R /B %d 0 R >> /ColorSpace << /Gray "+
		"[/CalGray << /WhitePoint [0.9642 1 0.8249] /Gamma 2.2 >>] >> >>", regular, bold)
	var contents []int
	for _, p := range l.pages {
		contents = append(contents, w.stream("", p.Bytes()))
	}
	first := w.next()
	tree := first + len(contents)
	var kids strings.Builder
	for _, content := range contents {
		fmt.Fprintf(&kids, "%d 0 R ", w.object("<< /Type /Page /Parent %d 0 R /Contents %d 0 R /Resources %d 0 R >>", tree, content, resources))
	}
	w.object("<< /Type /Pages /Count %d /Kids [%s]\n/MediaBox [0 0 %s %s] >>",
		len(contents), kids.String(), pt(pageWidth), pt(pageHeight))
	outline := w.outline(l.headings, first)
	meta := w.stream("/Type /Metadata /Subtype /XML ", metadata(d, l.version))
	root := w.object("<< /Type /Catalog /Pages %d 0 R /Metadata %d 0 R %s/Lang (%s)\n/ViewerPreferences << /DisplayDocTitle true >> >>",
		tree, meta, outline, d.Language)
	w.carry(d.Carried)
	return w.close(root)
}

// carriedHead begins the comments (7.2.4) that hold Document.Carried in base64: no viewer looks at them, and
// PDF/A lets them be.
const carriedHead = "%carried\n"

func (w *writer) carry(data []byte) {
	if data == nil {
		return
	}
	w.WriteString(carriedHead)
	text := base64.StdEncoding.EncodeToString(data)
	for len(text) > 0 {
		n := min(120, len(text))
		fmt.Fprintf(w, "%%%s\n", text[:n])
		text = text[n:]
	}
}

// ReadCarried returns what Document.Carried was for a file that this package made, and false for another
// file. It says nothing of the pages.
func ReadCarried(pdf []byte) ([]byte, bool) {
	at := bytes.LastIndex(pdf, []byte("\n"+carriedHead))
	if at < 0 || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		return nil, false
	}
	var text []byte
	for line := range bytes.Lines(pdf[at+1+len(carriedHead):]) {
		piece, comment := bytes.CutPrefix(line, []byte("%"))
		if !comment {
			break
		}
		text = append(text, bytes.TrimSpace(piece)...)
	}
	data, err := base64.StdEncoding.DecodeString(string(text))
	return data, err == nil
}

// font writes one face as a composite font (9.7) and returns its number.
func (w *writer) font(name string, stem int, s *subset) int {
	em := func(v int) int { return v * 1000 / s.unitsPerEm }
	id := sha256.Sum256([]byte(string(s.runes)))
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + id[i]%26
	}
	name = string(tag) + "+" + name
	program := s.font()
	file := w.stream(fmt.Sprintf("/Length1 %d ", len(program)), program)
	descriptor := w.object("<< /Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d]\n"+
		"/ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV %d /FontFile2 %d 0 R >>",
		name, em(int(s.box[0])), em(int(s.box[1])), em(int(s.box[2])), em(int(s.box[3])),
		em(s.ascent), em(s.descent), em(s.capHeight), stem, file)
	var widths strings.Builder
	for _, r := range s.runes {
		fmt.Fprintf(&widths, "%d ", (s.advance[s.glyph[r]]*1000+s.unitsPerEm/2)/s.unitsPerEm)
	}
	descendant := w.object("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDToGIDMap /Identity\n"+
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>\n/FontDescriptor %d 0 R /W [1 [%s]] >>",
		name, descriptor, widths.String())
	unicode := w.stream("", []byte(s.toUnicode()))
	return w.object("<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>",
		name, descendant, unicode)
}

// outline writes the headings for the viewer's side bar and returns the catalogue's entry.
func (w *writer) outline(headings []heading, firstPage int) string {
	if len(headings) == 0 {
		return ""
	}
	first := w.next()
	root := first + len(headings)
	for i, h := range headings {
		links := ""
		if i > 0 {
			links += fmt.Sprintf("/Prev %d 0 R ", first+i-1)
		}
		if i < len(headings)-1 {
			links += fmt.Sprintf("/Next %d 0 R ", first+i+1)
		}
		w.object("<< /Title %s /Parent %d 0 R %s/Dest [%d 0 R /XYZ null %s null] >>",
			textString(h.text), root, links, firstPage+h.page, pt(pageHeight-h.y))
	}
	return fmt.Sprintf("/Outlines %d 0 R ", w.object("<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>", first, root-1, len(headings)))
}

// textString is UTF-16 with its mark (7.9.2.2), in hexadecimal.
func textString(text string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(clean(text))) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String() + ">"
}

// metadata is the XMP packet: what PDF/A asks for (ISO 19005-2, 6.6) and no date.
func metadata(d Document, version string) []byte {
	var title bytes.Buffer
	xml.EscapeText(&title, []byte(clean(d.Title)))
	var id bytes.Buffer
	xml.EscapeText(&id, []byte(d.ID))
	return fmt.Appendf(nil, `<?xpacket begin="`+"\ufeff"+`" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>
<dc:format>application/pdf</dc:format><dc:identifier>%s</dc:identifier>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>Court Office statement %s</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`, id.Bytes(), title.Bytes(), d.Language, version)
}

// close writes the cross-reference table and the trailer. The file's identifier (14.4) is the
// hash of what stands before it.
func (w *writer) close(root int) []byte {
	id := sha256.Sum256(w.Bytes())
	at := w.Len()
	fmt.Fprintf(w, "xref\n0 %d\n0000000000 65535 f \n", w.next())
	for _, offset := range w.offsets {
		fmt.Fprintf(w, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(w, "trailer\n<< /Size %d /Root %d 0 R /ID [<%x> <%x>] >>\nstartxref\n%d\n%%%%EOF\n",
		w.next(), root, id[:16], id[:16], at)
	return w.Bytes()
}
