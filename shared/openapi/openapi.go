// Package openapi is the office's HTTP API as a document: OpenAPI 3.1, whose schemas are JSON Schema
// 2020-12. The document is made of the functions' table, the types that handlers decode and encode and
// the rows of the forms, by package describe; nobody writes it by hand.
//
// Package conform holds what goes over the wire against it.
package openapi

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

// JSON is the document as it is served. A test of package wire compares it with what it is made of;
// go test ./functions/internal/wire -run TestDocument -update writes it.
//
//go:embed openapi.json
var JSON []byte

var parsed struct { // no sync.OnceValue: as a variable it would link the document into whatever imports the package
	once     sync.Once
	document Document
}

// Parsed returns the document of JSON. It is shared: nobody may change it.
func Parsed() *Document {
	parsed.once.Do(func() {
		if err := json.Unmarshal(JSON, &parsed.document); err != nil {
			panic("openapi: " + err.Error()) // a constant of the build
		}
	})
	return &parsed.document
}

var compact struct {
	once sync.Once
	bytes.Buffer
}

// Compact returns JSON without the white space of its file. Nobody may change it.
func Compact() []byte {
	compact.once.Do(func() {
		if err := json.Compact(&compact.Buffer, JSON); err != nil {
			panic("openapi: " + err.Error())
		}
	})
	return compact.Bytes()
}

// Document is an OpenAPI description, as far as the office's says anything.
type Document struct {
	OpenAPI    string         `json:"openapi"`
	Info       Info           `json:"info"`
	Servers    []Server       `json:"servers"`
	Tags       []Tag          `json:"tags"`
	Paths      Map[*PathItem] `json:"paths"`
	Webhooks   Map[*PathItem] `json:"webhooks"` // what the office posts, by what it is of
	Components Components     `json:"components"`
}

// Info says what the API is. Description is CommonMark.
type Info struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Version     string `json:"version"`
}

// Server is an address that paths are appended to, relative to the document's own.
type Server struct {
	URL string `json:"url"`
}

// Tag groups operations: one for each function.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// PathItem has the operations of one path by method in small letters.
type PathItem = Map[*Operation]

// Callers are whom an operation may let do it: anyone, without a session; the owner of what the route names,
// another holder of an account, a representative; a clerk of the court that it was sent to; an administrator
// who signed in with the password, or with the EDS.
var Callers = []string{"anyone", "owner", "other", "representative", "clerk", "byPassword", "administrator"}

// Operation is one route.
type Operation struct {
	ID          string                `json:"operationId"`
	Tags        []string              `json:"tags"`
	Summary     string                `json:"summary"`
	Description string                `json:"description,omitempty"`
	Parameters  []*Parameter          `json:"parameters,omitempty"`
	Body        *Body                 `json:"requestBody,omitempty"`
	Responses   Map[*Response]        `json:"responses"` // by status; "default" is every problem
	Security    []map[string][]string `json:"security"`
	Callers     []string              `json:"x-callers,omitempty"`  // of Callers: whom the office lets do it
	MaxBytes    int64                 `json:"x-max-body,omitempty"` // of the body
}

// Parameter is a part of the path or a member of the query.
type Parameter struct {
	Name        string  `json:"name"`
	In          string  `json:"in"` // "path", "query", or of what the office posts "header"
	Description string  `json:"description,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Schema      *Schema `json:"schema"`
}

// Body is what a request carries.
type Body struct {
	Required bool            `json:"required"`
	Content  Map[*MediaType] `json:"content"`
}

// Response is an answer. One in the components is referred to by Ref.
type Response struct {
	Ref         string          `json:"$ref,omitempty"`
	Description string          `json:"description,omitempty"`
	Headers     Map[*Header]    `json:"headers,omitempty"`
	Content     Map[*MediaType] `json:"content,omitempty"`
}

// Header of a response.
type Header struct {
	Description string  `json:"description,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Schema      *Schema `json:"schema"`
}

// MediaType says what a body of that type holds.
type MediaType struct {
	Schema *Schema `json:"schema,omitempty"`
}

// Components are what others refer to.
type Components struct {
	Schemas         Map[*Schema]         `json:"schemas"`
	Responses       Map[*Response]       `json:"responses"`
	SecuritySchemes Map[*SecurityScheme] `json:"securitySchemes"`
}

// SecurityScheme is a cookie that opens something.
type SecurityScheme struct {
	Type        string `json:"type"`
	In          string `json:"in"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// Schema is a JSON Schema, as far as the office's say anything. Type is a string, or a list of strings
// where null is one of them.
type Schema struct {
	Ref         string       `json:"$ref,omitempty"`
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	Type        Types        `json:"type,omitempty"`
	Const       any          `json:"const,omitempty"`
	Enum        []any        `json:"enum,omitempty"`
	Format      string       `json:"format,omitempty"`
	Encoding    string       `json:"contentEncoding,omitempty"`
	Pattern     string       `json:"pattern,omitempty"` // ECMA-262, as RE2 reads it too
	MinLength   int          `json:"minLength,omitempty"`
	MaxLength   int          `json:"maxLength,omitempty"`
	Minimum     *int64       `json:"minimum,omitempty"`
	Maximum     *int64       `json:"maximum,omitempty"`
	Items       *Schema      `json:"items,omitempty"`
	MaxItems    int          `json:"maxItems,omitempty"`
	Properties  Map[*Schema] `json:"properties,omitempty"`
	Required    []string     `json:"required,omitempty"`
	Additional  any          `json:"additionalProperties,omitempty"` // false, or a schema
	AnyOf       []*Schema    `json:"anyOf,omitempty"`
	OneOf       []*Schema    `json:"oneOf,omitempty"`
}

// Types is one type, or one and "null".
type Types []string

// MarshalJSON writes a single type as a string.
func (t Types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Types) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		*t = Types{""}
		return json.Unmarshal(data, &(*t)[0])
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// Map is a JSON object that keeps its members in order.
type Map[T any] []Member[T]

// Member of a Map.
type Member[T any] struct {
	Name  string
	Value T
}

// Get returns the member of that name.
func (m Map[T]) Get(name string) (v T, ok bool) {
	for _, one := range m {
		if one.Name == name {
			return one.Value, true
		}
	}
	return v, false
}

// MarshalJSON writes the members in order.
func (m Map[T]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, one := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := enc.Encode(one.Name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := enc.Encode(one.Value); err != nil {
			return nil, fmt.Errorf("%s: %w", one.Name, err)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads the members in order.
func (m *Map[T]) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		one := Member[T]{Name: name.(string)}
		if err := dec.Decode(&one.Value); err != nil {
			return fmt.Errorf("%s: %w", one.Name, err)
		}
		*m = append(*m, one)
	}
	return nil
}
