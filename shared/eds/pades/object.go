package pades

import (
	"bytes"
	"math"
	"strconv"
)

// Objects (ISO 32000-1, section 7.3) are nil, bool, int64, float64, name, str, array, dict, ref and
// stream.
type (
	name  string
	array []any
	dict  map[name]any
	ref   struct{ num, gen int64 }
)

// str is a string with where it stands in the file, from its first delimiter to behind its last.
type str struct {
	text     string
	hex      bool
	from, to int
}

// stream is a dictionary with the bytes that follow it.
type stream struct {
	dict dict
	raw  []byte
}

// maxDepth bounds the nesting of arrays and dictionaries.
const maxDepth = 64

// lexer reads objects out of data.
type lexer struct {
	data []byte
	pos  int
	work *int64 // values that may still be read
}

func isSpace(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// skip passes over white space and comments.
func (l *lexer) skip() {
	for l.pos < len(l.data) {
		switch c := l.data[l.pos]; {
		case isSpace(c):
			l.pos++
		case c == '%':
			for l.pos < len(l.data) && l.data[l.pos] != '\n' && l.data[l.pos] != '\r' {
				l.pos++
			}
		default:
			return
		}
	}
}

// word reads a run of regular characters.
func (l *lexer) word() string {
	l.skip()
	from := l.pos
	for l.pos < len(l.data) && !isSpace(l.data[l.pos]) && !isDelimiter(l.data[l.pos]) {
		l.pos++
	}
	return string(l.data[from:l.pos])
}

// keyword moves behind a word, or reports that another one is there.
func (l *lexer) keyword(want string) bool {
	at := l.pos
	if l.word() == want {
		return true
	}
	l.pos = at
	return false
}

// integer reads a non-negative integer.
func (l *lexer) integer() (int64, bool) {
	w := l.word()
	if w == "" || len(w) > 15 {
		return 0, false
	}
	n, err := strconv.ParseInt(w, 10, 64)
	return n, err == nil && w[0] != '-' && w[0] != '+'
}

func (l *lexer) object(depth int) (any, bool) {
	if *l.work--; *l.work < 0 || depth > maxDepth {
		return nil, false
	}
	l.skip()
	if l.pos >= len(l.data) {
		return nil, false
	}
	switch c := l.data[l.pos]; {
	case c == '/':
		return l.name()
	case c == '(':
		return l.literal()
	case c == '[':
		return l.array(depth)
	case c == '<' && l.pos+1 < len(l.data) && l.data[l.pos+1] == '<':
		return l.dict(depth)
	case c == '<':
		return l.hex()
	case c >= '0' && c <= '9':
		at := l.pos
		if num, ok := l.integer(); ok {
			after := l.pos
			if gen, ok := l.integer(); ok && l.keyword("R") {
				return ref{num, gen}, true
			}
			l.pos = after
			return num, true
		}
		l.pos = at
	}
	return l.atom()
}

// atom reads true, false, null or a number.
func (l *lexer) atom() (any, bool) {
	switch w := l.word(); w {
	case "true", "false":
		return w == "true", true
	case "null":
		return nil, true
	default:
		if n, err := strconv.ParseInt(w, 10, 64); err == nil {
			return n, true
		}
		for i := range len(w) { // ParseFloat knows more forms than PDF has
			if c := w[i]; (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' {
				return nil, false
			}
		}
		f, err := strconv.ParseFloat(w, 64)
		return f, err == nil && !math.IsInf(f, 0)
	}
}

func (l *lexer) name() (name, bool) {
	l.pos++
	var out []byte
	for l.pos < len(l.data) && !isSpace(l.data[l.pos]) && !isDelimiter(l.data[l.pos]) {
		c := l.data[l.pos]
		l.pos++
		if c == '#' {
			if l.pos+2 > len(l.data) {
				return "", false
			}
			v, err := strconv.ParseUint(string(l.data[l.pos:l.pos+2]), 16, 8)
			if err != nil || v == 0 {
				return "", false
			}
			c = byte(v)
			l.pos += 2
		}
		out = append(out, c)
	}
	return name(out), true
}

func (l *lexer) literal() (str, bool) {
	s := str{from: l.pos}
	var out []byte
	depth := 0
	for ; l.pos < len(l.data); l.pos++ {
		c := l.data[l.pos]
		switch c {
		case '(':
			if depth++; depth == 1 {
				continue
			}
		case ')':
			if depth--; depth == 0 {
				l.pos++
				s.text, s.to = string(out), l.pos
				return s, true
			}
		case '\\':
			l.pos++
			if l.pos >= len(l.data) {
				return s, false
			}
			out = l.escape(out)
			continue
		}
		out = append(out, c)
	}
	return s, false
}

// escape appends what follows a backslash; l.pos stays on its last byte.
func (l *lexer) escape(out []byte) []byte {
	c := l.data[l.pos]
	switch {
	case c >= '0' && c <= '7':
		v := 0
		n := 0
		for ; n < 3 && l.pos+n < len(l.data) && l.data[l.pos+n] >= '0' && l.data[l.pos+n] <= '7'; n++ {
			v = v<<3 | int(l.data[l.pos+n]-'0')
		}
		l.pos += n - 1
		return append(out, byte(v))
	case c == '\r':
		if l.pos+1 < len(l.data) && l.data[l.pos+1] == '\n' {
			l.pos++
		}
		return out
	case c == '\n':
		return out
	}
	if i := bytes.IndexByte([]byte("nrtbf"), c); i >= 0 {
		c = "\n\r\t\b\f"[i]
	}
	return append(out, c)
}

func (l *lexer) hex() (str, bool) {
	s := str{from: l.pos, hex: true}
	l.pos++
	end := bytes.IndexByte(l.data[l.pos:], '>')
	if end < 0 {
		return s, false
	}
	digits := l.data[l.pos : l.pos+end]
	l.pos += end + 1
	s.to = l.pos
	out := make([]byte, 0, len(digits)/2+1)
	half, high := false, byte(0)
	for _, c := range digits {
		v := byte(0)
		switch {
		case c >= '0' && c <= '9':
			v = c - '0'
		case c >= 'a' && c <= 'f':
			v = c - 'a' + 10
		case c >= 'A' && c <= 'F':
			v = c - 'A' + 10
		case isSpace(c):
			continue
		default:
			return s, false
		}
		if half = !half; half {
			high = v << 4
		} else {
			out = append(out, high|v)
		}
	}
	if half {
		out = append(out, high)
	}
	s.text = string(out)
	return s, true
}

func (l *lexer) array(depth int) (array, bool) {
	l.pos++
	a := array{}
	for {
		l.skip()
		if l.pos < len(l.data) && l.data[l.pos] == ']' {
			l.pos++
			return a, true
		}
		v, ok := l.object(depth + 1)
		if !ok {
			return nil, false
		}
		a = append(a, v)
	}
}

// dict reads a dictionary. A key that is there twice is refused: one reader takes the first value, another
// the last.
func (l *lexer) dict(depth int) (dict, bool) {
	l.pos += 2
	d := dict{}
	for {
		l.skip()
		if l.pos+1 < len(l.data) && l.data[l.pos] == '>' && l.data[l.pos+1] == '>' {
			l.pos += 2
			return d, true
		}
		if l.pos >= len(l.data) || l.data[l.pos] != '/' {
			return nil, false
		}
		key, ok := l.name()
		if _, twice := d[key]; !ok || twice {
			return nil, false
		}
		v, ok := l.object(depth + 1)
		if !ok {
			return nil, false
		}
		if v != nil { // null is as if the key were absent
			d[key] = v
		} else {
			d[key] = null{}
		}
	}
}

// null stands for a null in a dictionary, so that the key cannot come twice; get gives nil for it.
type null struct{}

// equal reports whether two objects are the same, wherever they stand.
func equal(a, b any) bool {
	switch a := a.(type) {
	case str:
		b, ok := b.(str)
		return ok && a.text == b.text
	case array:
		b, ok := b.(array)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case dict:
		b, ok := b.(dict)
		return ok && len(a) == len(b) && equalBut(a, b)
	case stream:
		b, ok := b.(stream)
		return ok && equal(a.dict, b.dict) && bytes.Equal(a.raw, b.raw)
	}
	switch b.(type) {
	case array, dict, stream:
		return false
	}
	return a == b
}

// equalBut reports whether two dictionaries agree on every key but those named.
func equalBut(a, b dict, but ...name) bool {
	skip := func(k name) bool {
		for _, x := range but {
			if k == x {
				return true
			}
		}
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !skip(k) && (!ok || !equal(v, w)) {
			return false
		}
	}
	for k := range b {
		if _, ok := a[k]; !skip(k) && !ok {
			return false
		}
	}
	return true
}

// refs calls f with every reference in an object. Each value costs one of visits.
func refs(v any, visits *int64, f func(ref)) {
	if *visits--; *visits < 0 {
		return
	}
	switch v := v.(type) {
	case ref:
		f(v)
	case array:
		for _, x := range v {
			refs(x, visits, f)
		}
	case dict:
		for _, x := range v {
			refs(x, visits, f)
		}
	case stream:
		refs(v.dict, visits, f)
	}
}
