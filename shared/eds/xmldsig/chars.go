package xmldsig

import "unicode/utf8"

// What a byte may be inside a name. Non-ASCII bytes are decided by the code point.
const (
	nameNo    = iota
	nameLater // digits, '-', '.': not first
	nameFirst
	nameColon
	nameWide // 0x80 and above
	nameMask = 7
)

const (
	// textStop marks the bytes at which character data needs a closer look; all others are copied
	// as they are. 0xEF begins U+FFFE and U+FFFF, which are not characters of XML.
	textStop = 0x10
	// valueStop is the same for attribute values, where a literal white space other than U+0020
	// is normalized and '>' is ordinary.
	valueStop = 0x20
)

// class is written out, not computed, so that importing the package costs nothing; TestClass
// holds the rule.
var class = [256]uint8{
	0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x20, 0x20, 0x30, 0x30, 0x30, 0x30, 0x30,
	0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30,
	0x00, 0x00, 0x20, 0x00, 0x00, 0x00, 0x30, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x01, 0x00,
	0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x03, 0x00, 0x30, 0x00, 0x10, 0x00,
	0x00, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02,
	0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x02,
	0x00, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02,
	0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04,
	0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04,
	0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04,
	0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04,
	0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04,
	0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04,
	0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x34,
	0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04,
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func skipSpace(b []byte, p int) int {
	for p < len(b) && isSpace(b[p]) {
		p++
	}
	return p
}

// isChar reports whether r is a Char (XML 1.0, production 2).
func isChar(r rune) bool {
	return r >= 0x20 && r <= 0xD7FF || r == '\t' || r == '\n' || r == '\r' ||
		r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// isNameStart reports whether r may begin an NCName (XML 1.0 fifth edition, production 4, without
// the colon). ASCII is decided by class.
func isNameStart(r rune) bool {
	switch {
	case r >= 0xC0 && r <= 0x2FF:
		return r != 0xD7 && r != 0xF7
	case r >= 0x370 && r <= 0x1FFF:
		return r != 0x37E
	case r >= 0x200C && r <= 0x200D, r >= 0x2070 && r <= 0x218F, r >= 0x2C00 && r <= 0x2FEF,
		r >= 0x3001 && r <= 0xD7FF, r >= 0xF900 && r <= 0xFDCF, r >= 0xFDF0 && r <= 0xFFFD,
		r >= 0x10000 && r <= 0xEFFFF:
		return true
	}
	return false
}

// isNameChar reports whether r may continue an NCName (production 4a, without the colon).
func isNameChar(r rune) bool {
	return isNameStart(r) || r == 0xB7 || r >= 0x300 && r <= 0x36F || r >= 0x203F && r <= 0x2040
}

// scanName returns the end of the NCName or QName at b[p:] and the length of its prefix without
// the colon (0 if there is none). ok is false when there is no such name; end is then where it
// stopped being one.
func scanName(b []byte, p int) (end, prefix int, ok bool) {
	i, first := p, true
	if i < len(b) && class[b[i]]&nameMask == nameFirst { // the usual case: ASCII without a prefix
		for i++; i < len(b) && class[b[i]]&nameMask-1 < nameFirst; i++ {
		}
		if i < len(b) && class[b[i]]&nameMask == nameNo {
			return i, 0, true
		}
		first = false
	}
	for i < len(b) {
		switch class[b[i]] & nameMask {
		case nameFirst:
			i++
		case nameLater:
			if first {
				return i, 0, false
			}
			i++
		case nameColon:
			if first || prefix > 0 {
				return i, 0, false
			}
			prefix = i - p
			i++
			first = true
			continue
		case nameWide:
			r, n := utf8.DecodeRune(b[i:])
			if first && !isNameStart(r) || !isNameChar(r) {
				return i, 0, false
			}
			i += n
		default:
			return i, prefix, !first
		}
		first = false
	}
	return i, prefix, !first
}

// badName tells what is wrong with a name that begins at from and that scanName gave up at end:
// its colons (Namespaces in XML 1.0) or all of it.
func badName(b []byte, from, end int, detail string) *Error {
	if end < len(b) && b[end] == ':' || end > from && b[end-1] == ':' {
		return refuse(ReasonNamespace, from, "misplaced colon in a name")
	}
	return refuse(ReasonSyntax, from, detail)
}

// scanReference decodes the reference at b[p] == '&': one of the five predefined entities or a
// character reference. It returns the character and the offset after the semicolon.
func scanReference(b []byte, p int) (r rune, end int, err *Error) {
	i := p + 1
	if i < len(b) && b[i] == '#' {
		return scanCharRef(b, p)
	}
	for i < len(b) && i < p+6 && b[i] != ';' {
		i++
	}
	if i < len(b) && b[i] == ';' {
		switch string(b[p+1 : i]) {
		case "amp":
			return '&', i + 1, nil
		case "lt":
			return '<', i + 1, nil
		case "gt":
			return '>', i + 1, nil
		case "quot":
			return '"', i + 1, nil
		case "apos":
			return '\'', i + 1, nil
		}
	}
	if _, _, ok := scanName(b, p+1); ok {
		return 0, 0, refuse(ReasonEntity, p, "only amp, lt, gt, quot and apos are known")
	}
	return 0, 0, refuse(ReasonSyntax, p, "bare ampersand")
}

func scanCharRef(b []byte, p int) (r rune, end int, err *Error) {
	i, base := p+2, rune(10)
	if i < len(b) && b[i] == 'x' {
		i, base = i+1, 16
	}
	digits := i
	for ; i < len(b); i++ {
		c, v := b[i], rune(0)
		switch {
		case c >= '0' && c <= '9':
			v = rune(c - '0')
		case base == 16 && c >= 'a' && c <= 'f':
			v = rune(c-'a') + 10
		case base == 16 && c >= 'A' && c <= 'F':
			v = rune(c-'A') + 10
		case c == ';' && i > digits && isChar(r):
			return r, i + 1, nil
		default:
			return 0, 0, refuse(ReasonSyntax, p, "bad character reference")
		}
		if r = r*base + v; r > 0x10FFFF {
			return 0, 0, refuse(ReasonSyntax, p, "bad character reference")
		}
	}
	return 0, 0, refuse(ReasonSyntax, p, "unfinished character reference")
}
