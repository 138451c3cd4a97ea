package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// escape returns s on one line of printable characters: whatever came from a file, be it the name in a
// certificate or an element of a document, can neither begin a line nor steer the terminal nor turn the
// direction of the text. Everything else becomes \u and its hexadecimal number, a byte that is not UTF-8
// \x and its own; so it does in JSON, where it means the same.
func escape(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			hi, lo := (r-0x10000)>>10+0xD800, (r-0x10000)&0x3FF+0xDC00
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func isPlain(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

// escapeLines is escape for text that is laid out in lines, such as JSON.
func escapeLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = escape(lines[i])
	}
	return strings.Join(lines, "\n")
}
