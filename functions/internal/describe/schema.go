package describe

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/openapi"
)

// schema describes a type as JSON: one that is taken from a client, or given to one. A struct becomes a
// component, "filings.View", that the result refers to.
func (m *maker) schema(t reflect.Type, taken bool) (*openapi.Schema, error) {
	if s, ok := values[t]; ok {
		one := s
		return &one, nil
	}
	if t.Kind() == reflect.Pointer {
		s, err := m.schema(t.Elem(), taken)
		return nullable(s), err
	}
	if t.Kind() != reflect.Struct || t != reflect.TypeFor[time.Time]() {
		for _, writes := range []reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler](), reflect.TypeFor[json.Unmarshaler]()} {
			if !slices.Contains(readThemselves, t) && (t.Implements(writes) || reflect.PointerTo(t).Implements(writes)) {
				return nil, fmt.Errorf("%s writes or reads itself: want a row of values", t)
			}
		}
	}
	switch t.Kind() {
	case reflect.String:
		s := &openapi.Schema{Type: openapi.Types{"string"}}
		return s, m.constants(t, s)
	case reflect.Bool:
		return &openapi.Schema{Type: openapi.Types{"boolean"}}, nil
	case reflect.Int, reflect.Int64, reflect.Uint8:
		return &openapi.Schema{Type: openapi.Types{"integer"}}, nil
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return &openapi.Schema{Type: openapi.Types{"string"}, Encoding: "base64"}, nil
		}
		items, err := m.schema(t.Elem(), taken)
		return &openapi.Schema{Type: openapi.Types{"array"}, Items: items}, err
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return nil, fmt.Errorf("%s: names are no texts", t)
		}
		of, err := m.schema(t.Elem(), taken)
		s := &openapi.Schema{Type: openapi.Types{"object"}, Additional: of}
		if len(of.Type) == 0 && of.Ref == "" && len(of.AnyOf) == 0 {
			s.Additional = nil // anything
		}
		return s, err
	case reflect.Interface:
		return &openapi.Schema{}, nil
	case reflect.Struct:
		return m.component(t, taken)
	}
	return nil, fmt.Errorf("%s has no JSON", t)
}

// constants makes a text's values those that its type has.
func (m *maker) constants(t reflect.Type, s *openapi.Schema) error {
	if t.Name() == "string" {
		return nil
	}
	p, err := m.pkg(t.PkgPath())
	if err != nil || p == nil || slices.Contains(open, t) {
		return err
	}
	for _, v := range p.values[t.Name()] {
		s.Enum = append(s.Enum, v)
	}
	if slices.Contains(mayBeEmpty, t) {
		s.Enum = append(s.Enum, "")
	}
	return nil
}

// component describes a struct once, and once more if it is both taken and given: what must be there
// differs.
func (m *maker) component(t reflect.Type, taken bool) (*openapi.Schema, error) {
	name := t.String()
	if t.Name() == "" {
		return m.fields(t, taken)
	}
	if to := renamed[t]; to != "" {
		name = to
	}
	seen := m.given
	if taken {
		if seen = m.taken; m.both(t) {
			name += ".Given"
		}
	}
	if seen[t] {
		return ref(name), nil
	}
	if _, twice := m.schemas.Get(name); twice {
		return nil, fmt.Errorf("two types are called %s (%s): want a row of renamed", name, t.PkgPath())
	}
	seen[t] = true
	place := len(m.schemas)
	m.add(name, nil) // for types that hold themselves
	s, err := m.fields(t, taken)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	doc, err := m.comment(t.PkgPath(), t.Name())
	s.Description = sentence(strings.TrimPrefix(strings.TrimPrefix(doc, t.Name()+" "), "is "))
	m.schemas[place].Value = s
	return ref(name), err
}

// fields describes an object by a struct's fields, those of embedded structs among them.
func (m *maker) fields(t reflect.Type, taken bool) (*openapi.Schema, error) {
	s := &openapi.Schema{Type: openapi.Types{"object"}}
	if taken {
		s.Additional = false // httpapi.Decode refuses what it does not know
	}
	if slices.Contains(lenient, t) {
		s.Additional = true
	}
	for _, one := range members(t) {
		f, of, name, options := one.field, one.of, one.name, one.options
		key := typeName(of) + "." + name
		value, err := m.schema(f.Type, taken)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if v, ok := otherwise[key]; ok {
			value = &v
		}
		if v, ok := texts[key]; ok {
			value = limited(value, v)
		}
		if slices.Contains(empty, key) && len(value.Enum) > 0 {
			value.Enum = append(slices.Clone(value.Enum), "")
		}
		if slices.Contains(nulls, key) {
			value = nullable(value)
		}
		if doc := m.fieldDoc(of, f.Name); doc != "" {
			if value.Description != "" {
				doc += " " + value.Description
			}
			value.Description = doc
		}
		s.Properties = append(s.Properties, openapi.Member[*openapi.Schema]{Name: name, Value: value})
		if !strings.Contains(options, "omit") && !(taken && slices.Contains(optional, key)) {
			s.Required = append(s.Required, name)
		}
	}
	return s, nil
}

// member is a field of a struct, or of a struct embedded in it, under its name in JSON.
type member struct {
	field         reflect.StructField
	of            reflect.Type
	name, options string
}

// members are those that encoding/json writes: of two of a name the one less deep.
func members(t reflect.Type) (out []member) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
		case f.Anonymous && name == "":
			for _, inner := range members(f.Type) {
				if !slices.ContainsFunc(out, func(m member) bool { return m.name == inner.name }) {
					out = append(out, inner)
				}
			}
		default:
			own := member{f, t, name, options}
			if at := slices.IndexFunc(out, func(m member) bool { return m.name == name }); at >= 0 {
				out[at] = own
			} else {
				out = append(out, own)
			}
		}
	}
	return out
}

func typeName(t reflect.Type) string {
	if to := renamed[t]; to != "" {
		return to
	}
	return t.String()
}

// limited puts what a row of texts says into a schema, or into the schema of a list's items.
func limited(s *openapi.Schema, v openapi.Schema) *openapi.Schema {
	if s.Items != nil {
		items := limited(s.Items, v)
		s.Items = items
		return s
	}
	kind := s.Type
	if len(v.Type) > 0 {
		kind = v.Type
	}
	description := v.Description
	*s = v
	s.Type, s.Description = kind, description
	return s
}

// nullable adds null to what a schema allows.
func nullable(s *openapi.Schema) *openapi.Schema {
	if s == nil {
		return nil
	}
	if s.Ref != "" || len(s.AnyOf) > 0 {
		return &openapi.Schema{AnyOf: []*openapi.Schema{s, {Type: openapi.Types{"null"}}}}
	}
	if len(s.Type) == 0 {
		return s
	}
	s.Type = append(slices.Clone(s.Type), "null")
	if len(s.Enum) > 0 {
		s.Enum = append(slices.Clone(s.Enum), nil)
	}
	return s
}

// valueOf is the schema of a path's or a query's part.
func (m *maker) valueOf(t reflect.Type, f reflect.StructField) *openapi.Schema {
	name := f.Tag.Get("path") + f.Tag.Get("query")
	if f.Type.Kind() == reflect.Int {
		return &openapi.Schema{Type: openapi.Types{"integer"}}
	}
	s := &openapi.Schema{Type: openapi.Types{"string"}}
	if v, ok := texts[typeName(t)+"."+name]; ok {
		s = limited(s, v)
	}
	return s
}
