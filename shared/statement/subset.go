package statement

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// subset collects the characters of one document in one face, in the order of their first use. A
// character is drawn by its own code (CID), its place plus one, also where two share an outline,
// such as Latin Ə and Cyrillic Ә: copied from the PDF, each comes out as it was typed.
type subset struct {
	*face
	cid   map[rune]int
	runes []rune
}

func newSubset(f *face) *subset { return &subset{face: f, cid: map[rune]int{}} }

// code returns the CID of r, which the face has.
func (s *subset) code(r rune) int {
	if s.cid[r] == 0 {
		s.runes = append(s.runes, r)
		s.cid[r] = len(s.runes)
	}
	return s.cid[r]
}

// font returns the TrueType program whose glyph i+1 draws s.runes[i]; glyph 0 is .notdef. Parts
// that composite outlines refer to follow.
func (s *subset) font() []byte {
	glyphs := []int{0}
	for _, r := range s.runes {
		glyphs = append(glyphs, s.glyph[r])
	}
	var glyf, loca, hmtx []byte
	placed := map[int]int{} // parts only: old glyph to new
	for i := 0; i < len(glyphs); i++ {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		outline := []byte(s.outline[glyphs[i]])
		for _, at := range parts(outline) {
			old := int(binary.BigEndian.Uint16(outline[at:]))
			if _, ok := placed[old]; !ok {
				placed[old] = len(glyphs)
				glyphs = append(glyphs, old)
			}
			binary.BigEndian.PutUint16(outline[at:], uint16(placed[old]))
		}
		glyf = pad(append(glyf, outline...))
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(s.advance[glyphs[i]]))
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(s.leftBearing(glyphs[i])))
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))

	head, hhea, maxp := []byte(s.head), []byte(s.hhea), []byte(s.maxp)
	binary.BigEndian.PutUint32(head[8:], 0)  // checkSumAdjustment, set below
	binary.BigEndian.PutUint16(head[50:], 1) // long loca
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(glyphs)))
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(glyphs)))
	return sfnt([]sfntTable{{"glyf", glyf}, {"head", head}, {"hhea", hhea}, {"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp}})
}

// parts returns where in a composite outline the glyph numbers of its parts stand.
func parts(outline []byte) []int {
	if len(outline) < 10 || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return nil
	}
	const words, scale, more, xyScale, twoByTwo = 0x1, 0x8, 0x20, 0x40, 0x80
	var out []int
	for at := 10; ; {
		flags := binary.BigEndian.Uint16(outline[at:])
		out = append(out, at+2)
		at += 6
		if flags&words != 0 {
			at += 2
		}
		switch {
		case flags&scale != 0:
			at += 2
		case flags&xyScale != 0:
			at += 4
		case flags&twoByTwo != 0:
			at += 8
		}
		if flags&more == 0 {
			return out
		}
	}
}

type sfntTable struct {
	tag  string
	data []byte
}

// sfnt puts tables, sorted by tag, into one file with its checksums (ISO/IEC 14496-22, 4.5).
func sfnt(tables []sfntTable) []byte {
	const entries = 4 // the greatest power of two below the number of tables, six
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range []int{len(tables), entries * 16, 2, (len(tables) - entries) * 16} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	at := len(out) + 16*len(tables)
	var body []byte
	adjust := 0
	for _, t := range tables {
		if t.tag == "head" {
			adjust = at + len(body) + 8
		}
		out = append(out, t.tag...)
		for _, v := range []uint32{sum(t.data), uint32(at + len(body)), uint32(len(t.data))} {
			out = binary.BigEndian.AppendUint32(out, v)
		}
		body = pad(append(body, t.data...))
	}
	out = append(out, body...)
	binary.BigEndian.PutUint32(out[adjust:], 0xB1B0AFBA-sum(out))
	return out
}

func pad(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func sum(b []byte) uint32 {
	var s uint32
	for b = pad(slices.Clone(b)); len(b) > 0; b = b[4:] {
		s += binary.BigEndian.Uint32(b)
	}
	return s
}

// toUnicode returns the CMap from CIDs to characters (ISO 32000-1, 9.10.3).
func (s *subset) toUnicode() string {
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	cid := 1
	for part := range slices.Chunk(s.runes, 100) { // as many as one bfchar may have
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, r := range part {
			fmt.Fprintf(&b, "<%04X> <%04X>\n", cid, r)
			cid++
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.String()
}
