package httpapi

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// maxDepth is how deep a document may nest: none of ours has six levels. A value may come with each perValue bytes
// of the largest body: it costs a hundred times what a letter does, before it is known who asks. The largest claim,
// with every list full, has 28,000 of the 40,000 that are let through in MaxBody.
const (
	maxDepth = 32
	perValue = 26
)

// exact reports what encoding/json would let pass in data, to be decoded into a value of type t:
// names in another case than ours and names that stand twice, of which decoders differ on the one
// that counts; bytes that are no UTF-8 and halves of surrogate pairs, which it replaces, so that what
// is kept would not be what was sent.
//
// Errors: *Problem malformed-json or unknown-field.
func exact(data []byte, most int64, t reflect.Type) error {
	if !utf8.Valid(data) {
		return &Problem{Slug: "malformed-json", Cause: errors.New("not UTF-8")}
	}
	if loneSurrogate(data) {
		return &Problem{Slug: "malformed-json", Cause: errors.New("half of a surrogate pair")}
	}
	if crowded(data, most/perValue) {
		return &Problem{Slug: "malformed-json", Cause: errors.New("too many values")}
	}
	c := checker{json.NewDecoder(bytes.NewReader(data))}
	return c.value(t, "", 0)
}

// crowded reports whether a document has more values and names than most, by what stands between them.
func crowded(data []byte, most int64) bool {
	n, inside := int64(0), false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inside && c == '\\':
			i++
		case c == '"':
			inside = !inside
		case inside:
		case c == ',', c == ':', c == '[', c == '{':
			n++
		}
	}
	return n > most
}

type checker struct{ dec *json.Decoder }

// value reads one value that is to be decoded into t; nil means that its names are nobody's here.
func (c checker) value(t reflect.Type, pointer string, depth int) error {
	tok, err := c.dec.Token()
	if err != nil {
		return &Problem{Slug: "malformed-json", Cause: err}
	}
	delim, ok := tok.(json.Delim)
	if !ok {
		return nil
	}
	if depth == maxDepth {
		return &Problem{Slug: "malformed-json", Pointer: pointer, Cause: errors.New("nested too deep")}
	}
	t = opened(t)
	seen := map[string]bool{}
	for i := 0; c.dec.More(); i++ {
		at, inner := pointer+"/"+strconv.Itoa(i), reflect.Type(nil)
		if delim == '{' {
			key, err := c.dec.Token()
			if err != nil {
				return &Problem{Slug: "malformed-json", Cause: err}
			}
			name := key.(string) // the decoder takes nothing else for a name
			at = pointer + "/" + name
			if seen[name] {
				return &Problem{Slug: "malformed-json", Pointer: at}
			}
			seen[name] = true
			if inner, err = member(t, name, at); err != nil {
				return err
			}
		} else if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
			inner = t.Elem()
		}
		if err := c.value(inner, at, depth+1); err != nil {
			return err
		}
	}
	if _, err := c.dec.Token(); err != nil { // the end of it
		return &Problem{Slug: "malformed-json", Cause: err}
	}
	return nil
}

// member returns the type that the value of a name in an object is decoded into.
func member(t reflect.Type, name, pointer string) (reflect.Type, error) {
	switch {
	case t == nil:
		return nil, nil
	case t.Kind() == reflect.Map:
		return t.Elem(), nil
	case t.Kind() != reflect.Struct:
		return nil, nil
	}
	inner, ok := fieldsOf(t)[name]
	if !ok {
		return nil, &Problem{Slug: "unknown-field", Pointer: pointer}
	}
	return inner, nil
}

// opened returns what t points to, or nil for a type that reads itself.
func opened(t reflect.Type) reflect.Type {
	for t != nil {
		for _, reader := range []reflect.Type{reflect.TypeFor[json.Unmarshaler](), reflect.TypeFor[encoding.TextUnmarshaler]()} {
			if t.Implements(reader) || reflect.PointerTo(t).Implements(reader) {
				return nil
			}
		}
		if t.Kind() != reflect.Pointer {
			return t
		}
		t = t.Elem()
	}
	return nil
}

var known sync.Map // reflect.Type of a struct to map[string]reflect.Type

// fieldsOf returns the types of a struct's members by their exact names, those of embedded structs
// among them.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	if m, ok := known.Load(t); ok {
		return m.(map[string]reflect.Type)
	}
	m := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" || !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		m[name] = f.Type
	}
	known.Store(t, m)
	return m
}

// loneSurrogate reports whether a string of the document has an escape of half a pair (RFC 8259,
// section 8.2).
func loneSurrogate(data []byte) bool {
	for i := 0; i+1 < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		i++
		switch unit := escape(data, i); {
		case unit >= 0xdc00 && unit < 0xe000:
			return true
		case unit >= 0xd800 && unit < 0xdc00:
			if i+6 >= len(data) || data[i+5] != '\\' {
				return true
			}
			if low := escape(data, i+6); low < 0xdc00 || low >= 0xe000 {
				return true
			}
			i += 6
		}
	}
	return false
}

// escape returns the code unit of the escape at i, a "u" and four hexadecimal digits, or 0.
func escape(data []byte, i int) uint64 {
	if data[i] != 'u' || i+5 > len(data) {
		return 0
	}
	unit, err := strconv.ParseUint(string(data[i+1:i+5]), 16, 16)
	if err != nil {
		return 0
	}
	return unit
}
