package statement

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	noBreakSpace   = '\u00a0'
	softHyphen     = '\u00ad' // drawn only where a line ends at it
	zeroWidthSpace = '\u200b' // a place to end a line, never drawn
)

// spaces maps what is a line break or a space of some width to the ones that are set, and drops
// marks that are never seen. Marks that turn the direction of text stay: they draw nothing, so a
// text that looks otherwise in a form than here is refused.
var spaces = strings.NewReplacer(
	"\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n",
	"\t", " ", "\u2000", " ", "\u2001", " ", "\u2002", " ", "\u2003", " ", "\u2004", " ", "\u2005", " ", "\u2006", " ",
	"\u2007", "\u00a0", "\u2008", " ", "\u2009", " ", "\u200a", " ", "\u202f", "\u00a0", "\u205f", " ", "\u3000", " ",
	"\ufeff", "", "\u2060", "", "\u200c", "", "\u200d", "", "\u200e", "", "\u200f", "",
)

// clean returns text as it is set: normal form C, plain spaces, "\n" between lines.
func clean(text string) string { return norm.NFC.String(spaces.Replace(text)) }

// undrawable appends the characters of text without a glyph to those already found.
func (r *renderer) undrawable(found []rune, text string) []rune {
	regular, bold := r.regular(), r.bold()
	for _, c := range clean(text) {
		if !(regular.draws(c) && bold.draws(c)) && !slices.Contains(found, c) {
			found = append(found, c)
		}
	}
	return found
}

// draws reports whether c is seen as a glyph or as the space or line end it is. Marks that only
// steer how text is shown are not, whatever outline a font has for them.
func (f *face) draws(c rune) bool {
	switch c {
	case '\n', ' ', noBreakSpace, zeroWidthSpace, softHyphen:
		return true
	}
	if unicode.Is(unicode.Cf, c) {
		return false
	}
	g := f.glyph[c]
	return g != 0 && f.outline[g] != ""
}

// line is one line as it is drawn.
type line struct {
	text   []rune
	units  int // its width in units of the face
	indent int // of a paragraph's first line, in millipoints
}

// wrap breaks one cleaned text without line breaks into lines at most width wide, in millipoints;
// the first is shorter by indent. A word wider than a line is broken where the line ends.
func wrap(f *face, size, width, indent int, text string) []line {
	runes := []rune(text)
	var out []line
	start, used, next := 0, 0, 0 // next: where the line after this one may begin, if above start
	room := (width - indent) * f.unitsPerEm / size
	for i := 0; i < len(runes); i++ {
		c := runes[i]
		w := f.width(c)
		if used+w > room && c != ' ' && i > start {
			if next <= start {
				next = i
			}
			out = append(out, f.line(runes[start:next], next < len(runes), indent))
			start, used, i, indent = next, 0, next-1, 0
			room = width * f.unitsPerEm / size
			continue
		}
		used += w
		if breaksAfter(runes, i) && (c != softHyphen || used+f.advance[f.glyph[c]] <= room) {
			next = i + 1
		}
	}
	return append(out, f.line(runes[start:], false, indent))
}

// width of c inside a line.
func (f *face) width(c rune) int {
	if c == softHyphen || c == zeroWidthSpace {
		return 0
	}
	return f.advance[f.glyph[c]]
}

// line makes a line of runes: without spaces at its end and marks inside.
func (f *face) line(runes []rune, broken bool, indent int) line {
	for len(runes) > 0 && runes[len(runes)-1] == ' ' {
		runes = runes[:len(runes)-1]
	}
	l := line{indent: indent}
	for i, c := range runes {
		switch {
		case c == zeroWidthSpace, c == softHyphen && !(broken && i == len(runes)-1):
		default:
			l.text = append(l.text, c)
			l.units += f.advance[f.glyph[c]]
		}
	}
	return l
}

// breaksAfter reports whether a line may end after runes[i]: at spaces, but not inside an
// amount or before its unit, after a number sign or before a dash, and after hyphens and strokes between letters.
func breaksAfter(runes []rune, i int) bool {
	if i == 0 || i+1 == len(runes) {
		return false
	}
	before, after := runes[i-1], runes[i+1]
	switch runes[i] {
	case ' ':
		dash := after == '–' || after == '—'
		amount := isDigit(before) && isDigit(after)
		unit := isDigit(before) && strings.ContainsRune("₸₽€$%°", after)
		return after != ' ' && !dash && !amount && !unit && before != '№' && before != '§'
	case zeroWidthSpace, softHyphen:
		return true
	case '-', '\u2010', '–', '—', '/':
		return unicode.IsLetter(before) && unicode.IsLetter(after)
	}
	return false
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }
