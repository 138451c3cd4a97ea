// Package generate writes the types and methods of package client from the API's document.
package generate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/format"
	"slices"
	"strings"
	"unicode"

	"github.com/courtoffice/courtoffice/shared/openapi"
)

// Client returns the generated file. Left out are the forms of filings, which clients hold as JSON, and what
// no program calls: routes that take a web form or answer with a page or a feed.
func Client(d *openapi.Document) ([]byte, error) {
	g := &generator{doc: d}
	g.line("// Code generated from shared/openapi/openapi.json by go test ./shared/client -update; DO NOT EDIT.\n")
	g.line("package client\n\nimport (\n\"context\"\n\"encoding/json\"\n\"net/url\"\n\"strconv\"\n\"time\"\n)\n")
	for _, path := range d.Paths {
		for _, m := range *path.Value {
			g.operation(strings.ToUpper(m.Name), path.Name, m.Value)
		}
	}
	for _, s := range d.Components.Schemas {
		if !strings.HasPrefix(s.Name, "form.") {
			g.object(goName(s.Name), s.Value)
		}
	}
	return format.Source(g.out.Bytes())
}

type generator struct {
	doc *openapi.Document
	out bytes.Buffer
}

func (g *generator) line(format string, args ...any) { fmt.Fprintf(&g.out, format+"\n", args...) }

// comment writes text behind a name, as Go's comments are.
func (g *generator) comment(name, text string) {
	first := true
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if !first {
			g.line("//")
		}
		line := "//"
		words := strings.Fields(paragraph)
		if first && len(words) > 0 {
			r := []rune(words[0])
			if len(r) > 1 && unicode.IsLower(r[1]) {
				r[0] = unicode.ToLower(r[0])
			}
			words[0] = string(r)
			if name != "" {
				words = append([]string{name}, words...)
			}
		}
		for _, word := range words {
			if len(line)+len(word) > 100 {
				g.line("%s", line)
				line = "//"
			}
			line += " " + word
		}
		g.line("%s", line)
		first = false
	}
}

// goName makes a Go name of a schema's or a member's.
func goName(name string) string {
	var out strings.Builder
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		for _, upper := range []string{"id", "url", "qr", "iin", "bin", "uri", "sms"} {
			if part == upper {
				part = strings.ToUpper(part)
			}
		}
		r := []rune(part)
		r[0] = unicode.ToUpper(r[0])
		out.WriteString(string(r))
	}
	s := out.String()
	if strings.HasSuffix(s, "Id") {
		s = s[:len(s)-2] + "ID"
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "Sha256", "SHA256"), "Url", "URL")
}

// object writes a struct.
func (g *generator) object(name string, s *openapi.Schema) {
	description := s.Description
	if description == "" {
		description = "is " + name + " of the document."
	}
	g.comment(name, description)
	g.line("type %s struct {", name)
	for _, p := range s.Properties {
		if p.Value.Description != "" {
			g.comment("", p.Value.Description)
		}
		tag := p.Name
		if !slices.Contains(s.Required, p.Name) {
			tag += ",omitzero"
		}
		g.line("%s %s `json:%q`", goName(p.Name), goType(p.Value), tag)
	}
	g.line("}\n")
}

// goType is the Go type of a schema's values.
func goType(s *openapi.Schema) string {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return goName(name)
	}
	if len(s.AnyOf) == 2 && s.AnyOf[1].Ref == "" && slices.Equal(s.AnyOf[1].Type, openapi.Types{"null"}) {
		return "*" + goType(s.AnyOf[0])
	}
	if len(s.Type) == 0 {
		return "json.RawMessage"
	}
	pointer := ""
	if slices.Contains(s.Type, "null") {
		pointer = "*"
	}
	switch s.Type[0] {
	case "string":
		switch {
		case s.Encoding == "base64":
			return "[]byte"
		case s.Format == "date-time":
			return pointer + "time.Time"
		}
		return pointer + "string"
	case "integer":
		return pointer + "int64"
	case "boolean":
		return pointer + "bool"
	case "array":
		return "[]" + goType(s.Items)
	case "object":
		if s.Properties != nil {
			return "json.RawMessage"
		}
		var of openapi.Schema
		if raw, err := json.Marshal(s.Additional); err == nil && s.Additional != nil && json.Unmarshal(raw, &of) == nil {
			return "map[string]" + goType(&of)
		}
		return "map[string]json.RawMessage"
	}
	return "json.RawMessage"
}

// operation writes a method.
func (g *generator) operation(method, path string, op *openapi.Operation) {
	body := ""
	if op.Body != nil {
		c := op.Body.Content[0]
		if c.Name != "application/json" {
			return
		}
		body = goType(c.Value.Schema)
		if c.Value.Schema.Ref == "" {
			body = "struct{}"
		}
	}
	result, ok := answer(op)
	if !ok {
		return
	}
	name := goName(op.ID)
	args, address := "ctx context.Context", `"`+path+`"`
	query := ""
	for _, p := range op.Parameters {
		if p.In == "path" {
			variable := p.Name
			args += ", " + variable + " string"
			address = strings.ReplaceAll(address, "{"+p.Name+"}", `" + url.PathEscape(`+variable+`) + "`)
		} else {
			query = name + "Query"
		}
	}
	address = strings.TrimSuffix(address, ` + ""`)
	if query != "" {
		g.query(query, name, op)
		args += ", query " + query
	}
	sent, asked := "nil", "nil"
	if body != "" {
		args, sent = args+", body "+body, "body"
	}
	if query != "" {
		asked = "query.values()"
	}
	text := op.Summary
	if op.Description != "" {
		text = op.Description
	}
	g.comment(name, text)
	g.line("//\n// %s %s", method, path)
	if result == "" {
		g.line("func (c *Client) %s(%s) error {", name, args)
		g.line("return c.call(ctx, %q, %s, %s, %s, nil)\n}\n", method, address, asked, sent)
		return
	}
	g.line("func (c *Client) %s(%s) (out %s, err error) {", name, args, result)
	g.line("err = c.call(ctx, %q, %s, %s, %s, &out)\nreturn out, err\n}\n", method, address, asked, sent)
}

// query writes what a route's query may hold.
func (g *generator) query(name, of string, op *openapi.Operation) {
	g.line("// %s is what %s may be asked with; what is left empty is not asked.", name, of)
	g.line("type %s struct {", name)
	for _, p := range op.Parameters {
		if p.In == "query" {
			if p.Description != "" {
				g.comment("", p.Description)
			}
			g.line("%s %s", goName(p.Name), goType(p.Schema))
		}
	}
	g.line("}\n")
	g.line("func (q %s) values() url.Values {\nv := url.Values{}", name)
	for _, p := range op.Parameters {
		if p.In != "query" {
			continue
		}
		field := "q." + goName(p.Name)
		if goType(p.Schema) == "int64" {
			g.line("if %s != 0 {\nv.Set(%q, strconv.FormatInt(%s, 10))\n}", field, p.Name, field)
		} else {
			g.line("if %s != \"\" {\nv.Set(%q, %s)\n}", field, p.Name, field)
		}
	}
	g.line("return v\n}\n")
}

// answer is the Go type of what a route answers, "" for nothing. Where it may be one of several types it is
// JSON as it came, so that a receipt's bytes stay what was signed.
func answer(op *openapi.Operation) (result string, ok bool) {
	var found []string
	for _, r := range op.Responses {
		if r.Name == "default" {
			continue
		}
		one := ""
		switch {
		case r.Name == "303":
			one = "Location"
		case len(r.Value.Content) == 0:
		case r.Value.Content[0].Name == "application/pdf":
			one = "[]byte"
		case r.Value.Content[0].Name != "application/json":
			return "", false
		case len(r.Value.Content[0].Value.Schema.AnyOf) > 0:
			one = "json.RawMessage"
		default:
			one = goType(r.Value.Content[0].Value.Schema)
		}
		if !slices.Contains(found, one) {
			found = append(found, one)
		}
	}
	if len(found) > 1 || slices.Contains(found, "Receipt") {
		return "json.RawMessage", true
	}
	return found[0], true
}
