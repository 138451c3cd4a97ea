package inspect

import (
	"bytes"
	"strconv"
)

// Values of a PDF (ISO 32000-1, 7.3), as far as an inspection needs them: strings and booleans
// are read over.
type (
	name string
	ref  int // number of an indirect object; generations are not told apart
	dict map[name]any
)

// lexer reads values from a part of a file.
type lexer struct {
	b     []byte
	at    int
	count int // of values
}

const (
	whiteSpace = "\x00\t\n\f\r "
	delimiters = "()<>[]{}/%"
)

func isSpace(c byte) bool   { return bytes.IndexByte([]byte(whiteSpace), c) >= 0 }
func isRegular(c byte) bool { return !isSpace(c) && bytes.IndexByte([]byte(delimiters), c) < 0 }

// skip moves to the next token.
func (l *lexer) skip() {
	for l.at < len(l.b) {
		switch c := l.b[l.at]; {
		case isSpace(c):
			l.at++
		case c == '%':
			for l.at < len(l.b) && l.b[l.at] != '\n' && l.b[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// word reads a run of regular characters.
func (l *lexer) word() string {
	start := l.at
	for l.at < len(l.b) && isRegular(l.b[l.at]) {
		l.at++
	}
	return string(l.b[start:l.at])
}

// take moves over text if it is next.
func (l *lexer) take(text string) bool {
	if !bytes.HasPrefix(l.b[l.at:], []byte(text)) {
		return false
	}
	l.at += len(text)
	return true
}

// value reads one value: name, int, ref, dict, []any, or nil for any other.
func (l *lexer) value(depth int) (any, error) {
	if l.count++; depth > maxDepth || l.count > maxObjects {
		return nil, errLimit
	}
	l.skip()
	if l.at >= len(l.b) {
		return nil, errBroken
	}
	switch {
	case l.take("<<"):
		return l.dict(depth)
	case l.take("["):
		return l.array(depth)
	case l.take("("):
		return nil, l.literal()
	case l.take("<"):
		end := bytes.IndexByte(l.b[l.at:], '>')
		if end < 0 {
			return nil, errBroken
		}
		l.at += end + 1
		return nil, nil
	case l.take("/"):
		return name(unescape(l.word())), nil
	}
	word := l.word()
	if word == "" {
		return nil, errBroken // a stray delimiter
	}
	n, err := strconv.Atoi(word)
	if err != nil {
		return nil, nil // true, false, null, a real number
	}
	// "12 0 R" is a reference.
	back := l.at
	l.skip()
	if generation := l.word(); generation != "" && digits(generation) {
		l.skip()
		if l.word() == "R" {
			return ref(n), nil
		}
	}
	l.at = back
	return n, nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func (l *lexer) dict(depth int) (dict, error) {
	d := dict{}
	for {
		l.skip()
		if l.take(">>") {
			return d, nil
		}
		key, err := l.value(depth + 1)
		if err != nil {
			return d, err
		}
		k, ok := key.(name)
		if !ok {
			return d, errBroken
		}
		if d[k], err = l.value(depth + 1); err != nil {
			return d, err
		}
	}
}

func (l *lexer) array(depth int) ([]any, error) {
	var a []any
	for {
		l.skip()
		if l.take("]") {
			return a, nil
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return a, err
		}
		a = append(a, v)
	}
}

// literal moves over a string in parentheses, which may hold others.
func (l *lexer) literal() error {
	for open := 1; l.at < len(l.b); l.at++ {
		switch l.b[l.at] {
		case '\\':
			l.at++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				l.at++
				return nil
			}
		}
	}
	return errBroken
}

// unescape resolves #xx in a name (7.3.5), so that /J#61vaScript is no other name.
func unescape(s string) string {
	if !bytes.Contains([]byte(s), []byte("#")) {
		return s
	}
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '#' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}
