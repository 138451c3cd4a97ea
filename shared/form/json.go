package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// ErrMalformed: the bytes are not one JSON value that everybody reads alike.
var ErrMalformed = errors.New("form: malformed JSON")

// maxDepth of nested values; a declared form needs six.
const maxDepth = 16

// Parse reads exactly one JSON value (RFC 8259) as map[string]any, []any, string, bool, int64 or
// nil. A number that is no int64 stays a json.Number.
//
// It is stricter than encoding/json, as what is signed must be read alike by everybody (RFC 7493):
// a member's name stands once, text is UTF-8, escapes have no lone surrogate.
//
// Error: ErrMalformed, without anything of the value.
func Parse(raw []byte) (any, error) {
	if !utf8.Valid(raw) || loneSurrogate(raw) {
		return nil, fmt.Errorf("%w: not Unicode text", ErrMalformed)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	v, err := value(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: something follows the value", ErrMalformed)
	}
	return v, nil
}

func value(dec *json.Decoder, depth int) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, fmt.Errorf("%w: syntax", ErrMalformed)
	}
	switch t := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, fmt.Errorf("%w: nested too deeply", ErrMalformed)
		}
		if t == '{' {
			return object(dec, depth+1)
		}
		return array(dec, depth+1)
	case json.Number:
		if n, err := strconv.ParseInt(t.String(), 10, 64); err == nil {
			return n, nil
		}
		return t, nil
	default:
		return t, nil
	}
}

func object(dec *json.Decoder, depth int) (any, error) {
	out := map[string]any{}
	for dec.More() {
		token, err := dec.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, fmt.Errorf("%w: syntax", ErrMalformed)
		}
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("%w: a member stands twice", ErrMalformed)
		}
		if out[name], err = value(dec, depth); err != nil {
			return nil, err
		}
	}
	return out, end(dec)
}

func array(dec *json.Decoder, depth int) (any, error) {
	out := []any{}
	for dec.More() {
		v, err := value(dec, depth)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, end(dec)
}

func end(dec *json.Decoder) error {
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("%w: syntax", ErrMalformed)
	}
	return nil
}

// loneSurrogate reports whether a \u escape is half of a pair. encoding/json reads such a half as
// U+FFFD, so that two different texts would become one.
func loneSurrogate(raw []byte) bool {
	high := -1 // index after an escape of a high surrogate
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			if high == i {
				return true
			}
			continue
		}
		unit, ok := escape(raw[i:])
		isLow := ok && unit >= 0xdc00 && unit <= 0xdfff
		if (high == i) != isLow {
			return true
		}
		high = -1
		if ok {
			i += 5
			if unit >= 0xd800 && unit <= 0xdbff {
				high = i + 1
			}
		} else {
			i++ // the escaped character
		}
	}
	return high >= 0
}

// escape reads "\u" and four hexadecimal digits.
func escape(raw []byte) (unit uint64, ok bool) {
	if len(raw) < 6 || raw[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(raw[2:6]), 16, 16)
	return unit, err == nil
}
