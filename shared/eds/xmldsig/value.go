package xmldsig

import (
	"unicode/utf8"
)

// scanValue checks the attribute value that begins with the quote at src[p] and returns the
// offset of the closing quote. clean means that the value is its own canonical form.
func scanValue(src []byte, p int) (end int, clean bool, err *Error) {
	q := src[p]
	clean = true
	for p++; p < len(src); {
		c := src[p]
		if class[c]&valueStop == 0 {
			p++
			continue
		}
		switch {
		case c == q:
			return p, clean, nil
		case c == '"' || c == '\'':
			clean = clean && c == '\''
			p++
		case c == '<':
			return 0, false, refuse(ReasonSyntax, p, "< in an attribute value")
		case c == '&':
			_, end, err := scanReference(src, p)
			if err != nil {
				return 0, false, err
			}
			clean, p = false, end
		case isSpace(c):
			clean = false
			p++
		case c == 0xEF && !noncharacter(src[p:]):
			p += 3
		default:
			return 0, false, refuse(ReasonSyntax, p, "not a character of XML")
		}
	}
	return 0, false, refuse(ReasonSyntax, p, "unfinished attribute value")
}

// appendValue appends the normalized attribute value whose source is b (XML 1.0, section 3.3.3):
// literal white space becomes U+0020, with CR LF as one, references become their characters.
func appendValue(dst, b []byte) []byte {
	for p := 0; p < len(b); {
		switch c := b[p]; {
		case c == '&':
			r, end, _ := scanReference(b, p)
			dst, p = utf8.AppendRune(dst, r), end
			continue
		case c == '\r' && p+1 < len(b) && b[p+1] == '\n':
			p++
			fallthrough
		case isSpace(c):
			dst = append(dst, ' ')
		default:
			dst = append(dst, c)
		}
		p++
	}
	return dst
}

// appendText appends the character data whose source is b: line ends become LF (XML 1.0, section
// 2.11) and, outside CDATA sections, references become their characters.
func appendText(dst, b []byte, cdata bool) []byte {
	from := 0
	for p := 0; p < len(b); {
		switch {
		case b[p] == '&' && !cdata:
			r, end, _ := scanReference(b, p)
			dst = utf8.AppendRune(append(dst, b[from:p]...), r)
			p, from = end, end
		case b[p] == '\r':
			dst = append(append(dst, b[from:p]...), '\n')
			if p++; p < len(b) && b[p] == '\n' {
				p++
			}
			from = p
		default:
			p++
		}
	}
	return append(dst, b[from:]...)
}
