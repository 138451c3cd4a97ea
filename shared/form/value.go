package form

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gowebpki/jcs"
)

// Value is what a form holds: section codes and their objects, as Form.Read makes them. Members
// that were left empty are absent, so a field that was filled in and cleared leaves no trace in
// the canonical bytes.
type Value map[string]any

// ErrNoSection: the form has no such section.
var ErrNoSection = errors.New("form: no such section")

// Read takes a whole form as JSON and brings it to the form's notation: composed letters, numbers
// without separators, telephones as E.164, no empty members. What does not fit a row is left as it
// is for Check to find; nothing is ever cut.
//
// Error: ErrMalformed.
func (f Form) Read(raw []byte) (Value, error) {
	parsed, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	object, ok := parsed.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%w: not an object", ErrMalformed)
	}
	f.tree().normalise(object)
	return object, nil
}

// ReadSection takes one section as JSON; otherwise it is Read. The result holds that section only.
// A section that was cleared altogether is an empty object.
//
// Errors: ErrMalformed, ErrNoSection.
func (f Form) ReadSection(code string, raw []byte) (Value, error) {
	if _, ok := f.Section(code); !ok {
		return nil, ErrNoSection
	}
	parsed, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	v := Value{code: parsed}
	f.tree().normalise(v)
	if _, ok := v[code]; !ok {
		v[code] = map[string]any{}
	}
	return v, nil
}

// Of returns the value of a kind's struct in the form's notation.
//
// Error: ErrMalformed, when x does not encode to a JSON object.
func (f Form) Of(x any) (Value, error) {
	raw, err := json.Marshal(x)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrMalformed, err)
	}
	return f.Read(raw)
}

// Canonical returns the bytes of v that are kept, hashed and signed: JSON canonicalised by RFC 8785.
func (v Value) Canonical() ([]byte, error) { return canonical(v) }

// Section returns the canonical bytes of one section, "{}" when it is empty.
func (v Value) Section(code string) ([]byte, error) {
	s, ok := v[code]
	if !ok {
		s = map[string]any{}
	}
	return canonical(s)
}

func canonical(x any) ([]byte, error) {
	raw, err := json.Marshal(x)
	if err != nil {
		return nil, fmt.Errorf("form: encode: %w", err)
	}
	out, err := jcs.Transform(raw)
	if err != nil {
		return nil, fmt.Errorf("form: encode: %w", err)
	}
	return out, nil
}

// Bind decodes v into a kind's struct. What v does not hold stays zero; a member that T lacks is
// an error, as is one of another type, so v should have passed Check as a draft.
func Bind[T any](v Value) (T, error) {
	var out T
	raw, err := json.Marshal(v)
	if err != nil {
		return out, fmt.Errorf("form: bind: %w", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&out); err != nil {
		return out, fmt.Errorf("form: bind: %w", err)
	}
	return out, nil
}

// At returns what stands at a path from the form's root ("demands.items[].text"), in order; "[]"
// stands for every item. Empty when nothing is there.
func (v Value) At(path string) []any {
	found := []any{map[string]any(v)}
	for name := range strings.SplitSeq(path, ".") {
		name, isList := strings.CutSuffix(name, "[]")
		var next []any
		for _, x := range found {
			object, _ := x.(map[string]any)
			member, ok := object[name]
			if items, list := member.([]any); isList && list {
				next = append(next, items...)
			} else if ok && !isList {
				next = append(next, member)
			}
		}
		found = next
	}
	return found
}

// Text returns the first text at a path, "" when there is none.
func (v Value) Text(path string) string {
	for _, x := range v.At(path) {
		if s, ok := x.(string); ok {
			return s
		}
	}
	return ""
}

// Holds reports whether the condition's field has one of its values somewhere in v. The path is
// from the form's root, with or without a "/" before it.
func (v Value) Holds(c Cond) bool {
	return slices.ContainsFunc(v.At(strings.TrimPrefix(c.Path, "/")), c.fits)
}

func (c Cond) fits(x any) bool {
	switch x := x.(type) {
	case string:
		return len(c.In) == 0 || slices.Contains(c.In, x)
	case bool:
		return x && (len(c.In) == 0 || slices.Contains(c.In, "true"))
	case []any:
		return len(c.In) == 0 && len(x) > 0 || slices.ContainsFunc(x, c.fits)
	case map[string]any:
		return len(c.In) == 0 && len(x) > 0
	}
	return len(c.In) == 0 && x != nil
}
