package statement

import (
	"encoding/binary"
	"fmt"
)

// face is a TrueType font (ISO/IEC 14496-22) as far as setting text needs it: no kerning, no
// ligatures, no hinting.
type face struct {
	unitsPerEm             int
	ascent, descent        int // of head of line and foot of line, in units; descent is negative
	capHeight              int
	box                    [4]int16
	glyph                  map[rune]int // by cmap format 4: the Basic Multilingual Plane
	advance                []int        // by glyph
	outline                []string     // by glyph: its part of glyf, empty for a space
	head, hhea, maxp, hmtx string
}

type reader string

func (r reader) u16(at int) int { return int(binary.BigEndian.Uint16([]byte(r[at : at+2]))) }
func (r reader) i16(at int) int { return int(int16(r.u16(at))) }
func (r reader) u32(at int) int { return r.u16(at)<<16 | r.u16(at+2) }

// mustParse reads one of the embedded fonts; a test parses each.
func mustParse(file string) *face {
	tables := map[string]reader{}
	r := reader(file)
	for i := range r.u16(4) {
		at := 12 + 16*i
		tables[file[at:at+4]] = r[r.u32(at+8) : r.u32(at+8)+r.u32(at+12)]
	}
	head, hhea, hmtx, os2 := tables["head"], tables["hhea"], tables["hmtx"], tables["OS/2"]
	f := &face{
		unitsPerEm: head.u16(18), ascent: hhea.i16(4), descent: hhea.i16(6), capHeight: os2.i16(88),
		head: string(head), hhea: string(hhea), maxp: string(tables["maxp"]), hmtx: string(hmtx),
		glyph: characters(tables["cmap"]),
	}
	for i := range f.box {
		f.box[i] = int16(head.i16(36 + 2*i))
	}
	metrics := hhea.u16(34)
	loca, glyf, long := tables["loca"], tables["glyf"], head.u16(50) == 1
	offset := func(i int) int {
		if long {
			return loca.u32(4 * i)
		}
		return 2 * loca.u16(2*i)
	}
	for g := range tables["maxp"].u16(4) {
		f.advance = append(f.advance, hmtx.u16(4*min(g, metrics-1)))
		f.outline = append(f.outline, string(glyf[offset(g):offset(g+1)]))
	}
	return f
}

// characters reads the format 4 subtable of a cmap: segments of character codes.
func characters(cmap reader) map[rune]int {
	for i := range cmap.u16(2) {
		t := cmap[cmap.u32(4+8*i+4):]
		if t.u16(0) != 4 {
			continue
		}
		out := map[rune]int{}
		n := t.u16(6) // twice the number of segments
		for s := 0; s < n; s += 2 {
			end, start, delta, rangeAt := t.u16(14+s), t.u16(16+n+s), t.u16(16+2*n+s), 16+3*n+s
			for c := start; c <= end && c != 0xffff; c++ {
				g := c
				if off := t.u16(rangeAt); off != 0 {
					if g = t.u16(rangeAt + off + 2*(c-start)); g == 0 {
						continue
					}
				}
				if g = (g + delta) & 0xffff; g != 0 {
					out[rune(c)] = g
				}
			}
		}
		return out
	}
	panic(fmt.Sprintf("statement: a font of %d bytes has no format 4 cmap", len(cmap)))
}

// leftBearing of glyph g, from hmtx.
func (f *face) leftBearing(g int) int {
	metrics := reader(f.hhea).u16(34)
	if g < metrics {
		return reader(f.hmtx).i16(4*g + 2)
	}
	return reader(f.hmtx).i16(4*metrics + 2*(g-metrics))
}
