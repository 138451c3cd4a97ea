// Package conform holds requests and answers against the API's document: for tests and for the local
// host, which fail where the office does something that is not described. Nothing deployed links it.
package conform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/courtoffice/courtoffice/shared/openapi"
)

// ErrNot is wrapped by whatever is not as described.
var ErrNot = errors.New("not as described")

// Checker knows a document. It may be used by several at a time.
type Checker struct {
	document *openapi.Document
	routes   *http.ServeMux

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema // by pointer into the document
}

// base is where the document is to the compiler.
const base = "https://court.example/openapi.json"

// New reads a document. To a Checker an answer that holds more than is described is as wrong as one that
// lacks something, though the document lets answers grow: what a client is given and nobody described
// is a leak or an oversight.
func New(document []byte) (*Checker, error) {
	c := &Checker{document: new(openapi.Document), routes: http.NewServeMux(), schemas: map[string]*jsonschema.Schema{}}
	if err := json.Unmarshal(document, c.document); err != nil {
		return nil, err
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return nil, err
	}
	closed(whole)
	c.compiler = jsonschema.NewCompiler()
	c.compiler.AssertFormat()
	c.compiler.AssertContent()
	if err := c.compiler.AddResource(base, whole); err != nil {
		return nil, err
	}
	for _, path := range c.document.Paths {
		for _, op := range *path.Value {
			c.routes.HandleFunc(strings.ToUpper(op.Name)+" "+path.Name, func(http.ResponseWriter, *http.Request) {})
		}
	}
	return c, nil
}

// closed makes every object that has described members have no others.
func closed(x any) {
	switch x := x.(type) {
	case map[string]any:
		_, described := x["properties"].(map[string]any)
		if _, said := x["additionalProperties"]; described && !said && x["type"] == "object" {
			x["additionalProperties"] = false
		}
		for _, v := range x {
			closed(v)
		}
	case []any:
		for _, v := range x {
			closed(v)
		}
	}
}

// Exchange is a request and what was answered to it.
type Exchange struct {
	Method, Path, Query string
	Type                string // Content-Type of the request's body
	Body                []byte
	Status              int
	Header              http.Header // of the answer
	Answer              []byte
}

// Check says what of an exchange is not as described: of its answer always, of its request only where the
// office took it, as what it refuses may be anything. A path that no operation has is the portal's.
//
// Errors: those that wrap ErrNot.
func (c *Checker) Check(x Exchange) error {
	r := &http.Request{Method: x.Method, URL: &url.URL{Path: x.Path, RawQuery: x.Query}}
	_, pattern := c.routes.Handler(r)
	method, path, _ := strings.Cut(pattern, " ")
	item, ok := c.document.Paths.Get(path)
	if !ok || method != x.Method {
		return nil
	}
	op, _ := item.Get(strings.ToLower(method))
	at := "#/paths/" + escape(path) + "/" + strings.ToLower(method)
	if x.Status < 400 {
		if err := c.request(x, op, at); err != nil {
			return fmt.Errorf("%w: %s was taken: %w in %.1000s", ErrNot, pattern, err, x.Body)
		}
	}
	if err := c.answer(x, op, at); err != nil {
		return fmt.Errorf("%w: %s answers %d: %w in %.1000s", ErrNot, pattern, x.Status, err, x.Answer)
	}
	return nil
}

func escape(name string) string {
	return url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
}

// request checks the query and the body.
func (c *Checker) request(x Exchange, op *openapi.Operation, at string) error {
	query, err := url.ParseQuery(x.Query)
	if err != nil {
		return err
	}
	for i, p := range op.Parameters {
		text := query.Get(p.Name)
		if p.In != "query" || text == "" { // which is as if it were not there
			continue
		}
		var value any = text
		if p.Schema.Type[0] == "integer" {
			n, err := strconv.Atoi(text)
			if err != nil {
				return fmt.Errorf("query %s: %w", p.Name, err)
			}
			value = n
		}
		if err := c.valid(fmt.Sprintf("%s/parameters/%d/schema", at, i), value); err != nil {
			return fmt.Errorf("query %s: %w", p.Name, err)
		}
	}
	if op.Body == nil {
		if len(x.Body) > 0 {
			return errors.New("a body")
		}
		return nil
	}
	return c.body(op.Body.Content, at+"/requestBody/content", x.Type, x.Body)
}

// answer checks status, headers and body.
func (c *Checker) answer(x Exchange, op *openapi.Operation, at string) error {
	status := strconv.Itoa(x.Status)
	if x.Status >= 400 {
		status = "default"
	}
	described, ok := op.Responses.Get(status)
	if !ok {
		return errors.New("no such status")
	}
	at += "/responses/" + status
	if name, ok := strings.CutPrefix(described.Ref, "#/components/responses/"); ok {
		described, _ = c.document.Components.Responses.Get(name)
		at = "#/components/responses/" + name
	}
	for _, h := range described.Headers {
		if h.Value.Required && x.Header.Get(h.Name) == "" {
			return fmt.Errorf("no header %s", h.Name)
		}
	}
	if len(described.Content) == 0 {
		if len(x.Answer) > 0 {
			return errors.New("a body")
		}
		return nil
	}
	if x.Status >= 400 && strings.HasPrefix(x.Header.Get("Content-Type"), "text/html") && strings.HasPrefix(x.Path, "/api/facts/") {
		return nil // a page says it
	}
	return c.body(described.Content, at+"/content", x.Header.Get("Content-Type"), x.Answer)
}

// body checks what came as a media type against what is described of it.
func (c *Checker) body(content openapi.Map[*openapi.MediaType], at, mediaType string, body []byte) error {
	mt, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return fmt.Errorf("media type %q: %w", mediaType, err)
	}
	described, ok := content.Get(mt)
	if !ok {
		return fmt.Errorf("media type %s", mt)
	}
	if described.Schema == nil || mt == "multipart/form-data" { // which has the members of the URL-encoded form
		return nil
	}
	var value any
	if mt == "application/x-www-form-urlencoded" {
		fields, err := url.ParseQuery(string(body))
		if err != nil {
			return err
		}
		object := map[string]any{}
		for name := range fields {
			object[name] = fields.Get(name)
		}
		value = object
	} else if value, err = jsonschema.UnmarshalJSON(bytes.NewReader(body)); err != nil {
		return err
	}
	return c.valid(at+"/"+escape(mt)+"/schema", value)
}

// valid checks a value against the schema at a pointer.
func (c *Checker) valid(pointer string, value any) error {
	s, err := c.schema(pointer)
	if err != nil {
		return err
	}
	return s.Validate(value)
}

func (c *Checker) schema(pointer string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.schemas[pointer]; ok {
		return s, nil
	}
	s, err := c.compiler.Compile(base + pointer)
	if err != nil {
		return nil, err
	}
	c.schemas[pointer] = s
	return s, nil
}

// Component holds a JSON value against a schema of the components by its name.
func (c *Checker) Component(name string, value []byte) error {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(value))
	if err != nil {
		return err
	}
	if err := c.valid("#/components/schemas/"+name, parsed); err != nil {
		return fmt.Errorf("%w: %w", ErrNot, err)
	}
	return nil
}

// All compiles every schema of the document.
func (c *Checker) All() error {
	for _, s := range c.document.Components.Schemas {
		if _, err := c.schema("#/components/schemas/" + s.Name); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return nil
}
