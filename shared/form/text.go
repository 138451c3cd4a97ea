package form

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// blank reports whether nothing of s is seen on paper: spaces, controls and characters that have
// no shape, such as U+200B.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !invisible(r) && !unicode.IsControl(r) })
}

// invisible reports whether r has no shape of its own (Unicode's format characters, the fillers
// and the empty Braille cell).
func invisible(r rune) bool {
	switch r {
	case 0x115f, 0x1160, 0x2800, 0x3164, 0xffa0:
		return true
	}
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

// misleading reports whether r would let a signed text look other than it reads, or can't be
// printed: controls, line and paragraph separators, marks of direction, the sign that stands for
// lost text, noncharacters and private use.
func misleading(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == unicode.ReplacementChar:
		return true
	case unicode.Is(unicode.Bidi_Control, r), unicode.Is(unicode.Co, r):
		return true
	}
	return unicode.Is(unicode.Noncharacter_Code_Point, r)
}

// line makes one line of what was typed or pasted as a name or an address: composed letters
// (Unicode NFC), no characters without shape, single spaces. Marks of direction stay, to be refused.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		if invisible(r) && !unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, norm.NFC.String(s))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) && r != '\u2028' && r != '\u2029'
	}), " ")
}

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// prose keeps paragraphs as they are, with composed letters and one way to end a line.
func prose(s string) string {
	return strings.TrimSpace(newlines.Replace(norm.NFC.String(s)))
}

// compact drops what people and programs put between the signs of a number: spaces, hyphens and
// dashes, dots, brackets, characters without shape.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || invisible(r) || strings.ContainsRune("().\u2212", r) {
			return -1
		}
		return r
	}, s)
}
