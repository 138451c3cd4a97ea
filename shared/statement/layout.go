package statement

import (
	"bytes"
	"fmt"
	"strings"
)

// Measures are millipoints: whole thousandths of 1/72 inch, from the upper left corner of an A4
// page. The left margin is wider, as in papers that are bound into a file.
const (
	pageWidth, pageHeight = 595_276, 841_890
	marginLeft            = 79_000
	marginRight           = 42_500
	marginTop             = 51_000
	bodyEnd               = pageHeight - 62_000
	footAt                = pageHeight - 40_000 // base line of the foot
	textWidth             = pageWidth - marginLeft - marginRight
	textIndent            = 28_000 // of a paragraph's first line

	bodySize, bodyLead   = 12_000, 15_000
	tableSize, tableLead = 10_000, 12_600
	titleSize, titleLead = 14_000, 18_000
	footSize             = 9_000
)

// layout sets blocks one under the other, page after page.
type layout struct {
	*renderer
	regular, bold *subset
	pages         []*bytes.Buffer // their content streams
	y             int             // where the next block begins on the last page
	headings      []heading
}

// heading is an entry of the outline that viewers show beside the pages.
type heading struct {
	text    string
	page, y int
}

func newLayout(r *renderer, d Document) *layout {
	l := &layout{renderer: r, regular: newSubset(r.regular()), bold: newSubset(r.bold())}
	l.newPage()
	return l
}

func (l *layout) newPage() {
	l.pages = append(l.pages, &bytes.Buffer{})
	l.y = marginTop
	l.write("/Gray cs 0 sc /Gray CS 0 SC 0.5 w\n")
}

func (l *layout) full() bool { return len(l.pages) > MaxPages }

func (l *layout) write(format string, args ...any) {
	fmt.Fprintf(l.pages[len(l.pages)-1], format, args...)
}

func (l *layout) space(height int) { l.y += height }

// need begins a page unless height is left on this one.
func (l *layout) need(height int) {
	if l.y+height > bodyEnd {
		l.newPage()
	}
}

type align int

const (
	left align = iota
	centre
	right
)

// cell is text in a column.
type cell struct {
	font     *subset
	size     int
	x, width int
	align    align
	lines    []line
}

// cell wraps text, in which "\n" ends a line.
func (l *layout) cell(font *subset, size, x, width int, text string) cell {
	c := cell{font: font, size: size, x: x, width: width}
	for part := range strings.SplitSeq(clean(text), "\n") {
		c.lines = append(c.lines, wrap(font.face, size, width, 0, strings.TrimRight(part, " "))...)
	}
	return c
}

// rowStyle is how a row of cells is set.
type rowStyle struct {
	lead  int
	pad   int    // above and below the lines
	rules []int  // x of upright rules; nil for none and no rules across
	whole int    // up to so many lines, the row stays on one page
	again func() // draws the head on a new page; may be nil
}

// row draws cells side by side, over as many pages as they need. A part has two lines at least.
func (l *layout) row(s rowStyle, cells ...cell) {
	n := 0
	for _, c := range cells {
		n = max(n, len(c.lines))
	}
	fresh := l.y == marginTop
	for drawn := 0; drawn < n && !l.full(); {
		rest := n - drawn
		take := min(rest, max(0, (bodyEnd-l.y-2*s.pad)/s.lead))
		if take < rest && rest-take == 1 {
			take--
		}
		if take < rest && (take < 2 || drawn == 0 && n <= s.whole) && !fresh {
			take = 0
		}
		if take <= 0 {
			l.newPage()
			if s.again != nil {
				s.again()
			}
			fresh = true
			continue
		}
		l.part(s, cells, drawn, take)
		drawn += take
		fresh = false
	}
}

// part draws the lines [from, from+n) of cells.
func (l *layout) part(s rowStyle, cells []cell, from, n int) {
	top, height := l.y, n*s.lead+2*s.pad
	for _, c := range cells {
		for i := from; i < min(from+n, len(c.lines)); i++ {
			// The base line leaves the letters in the middle of the lead.
			l.line(c, c.lines[i], top+s.pad+(i-from)*s.lead+s.lead*3/4)
		}
	}
	if s.rules != nil {
		first, last := s.rules[0], s.rules[len(s.rules)-1]
		l.rule(first, top, last, top)
		l.rule(first, top+height, last, top+height)
		for _, x := range s.rules {
			l.rule(x, top, x, top+height)
		}
	}
	l.y += height
}

func (l *layout) rule(x1, y1, x2, y2 int) {
	l.write("%s %s m %s %s l S\n", pt(x1), pt(pageHeight-y1), pt(x2), pt(pageHeight-y2))
}

// line draws one line of a cell with its base line at y.
func (l *layout) line(c cell, text line, y int) {
	if len(text.text) == 0 {
		return
	}
	x := c.x + text.indent
	free := c.width - text.units*c.size/c.font.unitsPerEm
	switch c.align {
	case centre:
		x += free / 2
	case right:
		x += free
	}
	name := "R"
	if c.font == l.bold {
		name = "B"
	}
	page := l.pages[len(l.pages)-1]
	fmt.Fprintf(page, "BT /%s %s Tf %s %s Td (", name, pt(c.size), pt(x), pt(pageHeight-y))
	for _, r := range text.text {
		code := c.font.code(r)
		writeEscaped(page, byte(code>>8))
		writeEscaped(page, byte(code))
	}
	page.WriteString(") Tj ET\n")
}

// writeEscaped writes one byte of a literal string (ISO 32000-1, 7.3.4.2).
func writeEscaped(w *bytes.Buffer, b byte) {
	switch b {
	case '(', ')', '\\':
		w.WriteByte('\\')
	case '\r': // unescaped, it would be read as a line feed
		w.WriteString(`\r`)
		return
	}
	w.WriteByte(b)
}

// pt writes millipoints as points with two decimals.
func pt(v int) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	v = (v + 5) / 10
	return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
}
