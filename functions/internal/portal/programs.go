package portal

import (
	"context"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/openapi"
)

// The API's document as pages: /programs says how a program signs in and lists the parts; a part,
// /programs/filings or /programs/form.claim, has the operations of a function or the form of a kind, with
// every schema they name. What the document says is English, as the document is.

// programsView is one of these pages.
type programsView struct {
	Introduction template.HTML  // rendered from the document's description
	Parts        []openapi.Tag  // functions
	Forms        []programsForm // kinds
	Operations   []programsOperation
	Schemas      []programsSchema
}

// programsForm is a kind of filing in the list of forms.
type programsForm struct{ Part, Title string }

type programsOperation struct {
	ID, Method, Path, Summary, Description string
	Callers                                []string
	Cookie                                 string // name of the cookie that opens it, or ""
	Parameters                             []programsField
	Body                                   []programsPiece
	Answers                                []programsAnswer
}

type programsAnswer struct {
	Status, Says string
	Type         []programsPiece
}

type programsSchema struct {
	Name, Title, Description string
	Fields                   []programsField
}

type programsField struct {
	Name, Title, Description string
	Needed                   bool
	Type                     []programsPiece
}

// programsPiece is a stretch of the words for a type: a text, or the name of a schema on the page.
type programsPiece struct{ Text, Schema string }

// fillPrograms shows the introduction and the list of parts.
func fillPrograms(svc *Service, _ *http.Request, v *view) error {
	d := svc.API()
	html, err := markdown(d.Info.Description)
	if err != nil {
		return err
	}
	v.Programs = programsView{Introduction: html, Parts: d.Tags}
	for _, k := range kinds.All {
		v.Programs.Forms = append(v.Programs.Forms, programsForm{"form." + k.Code, locale.T(v.Lang, "kind."+k.Code)})
	}
	return nil
}

// programParts are those that fillProgramsPart shows.
func programParts(svc *Service, _ context.Context) (parts []string, _ error) {
	for _, tag := range svc.API().Tags {
		parts = append(parts, tag.Name)
	}
	for _, k := range kinds.All {
		parts = append(parts, "form."+k.Code)
	}
	return parts, nil
}

// fillProgramsPart shows one part.
func fillProgramsPart(svc *Service, r *http.Request, v *view) error {
	name, d := r.PathValue("part"), svc.API()
	var reached []string
	if kind, ok := strings.CutPrefix(name, "form."); ok && slices.Contains(kinds.Codes(), kind) {
		v.Heading, reached = locale.T(v.Lang, "kind."+kind), []string{name}
	}
	for _, path := range d.Paths {
		for _, m := range *path.Value {
			if m.Value.Tags[0] != name {
				continue
			}
			op := programsOp(d, strings.ToUpper(m.Name), path.Name, m.Value)
			reached = append(reached, named(op)...)
			v.Programs.Operations, v.Heading = append(v.Programs.Operations, op), name
		}
	}
	for _, posted := range d.Webhooks {
		for _, m := range *posted.Value {
			if m.Value.Tags[0] == name {
				op := programsOp(d, strings.ToUpper(m.Name), locale.T(v.Lang, "programs.own-address"), m.Value)
				reached = append(reached, named(op)...)
				v.Programs.Operations, v.Heading = append(v.Programs.Operations, op), name
			}
		}
	}
	if v.Heading == "" {
		return errNoPage
	}
	for i := 0; i < len(reached); i++ {
		if slices.Contains(reached[:i], reached[i]) {
			continue
		}
		s, ok := d.Components.Schemas.Get(reached[i])
		if !ok {
			continue
		}
		shown := programsSchema{Name: reached[i], Title: s.Title, Description: s.Description, Fields: fieldsOf(s, "")}
		for _, f := range shown.Fields {
			reached = append(reached, schemasIn(f.Type)...)
		}
		v.Programs.Schemas = append(v.Programs.Schemas, shown)
	}
	return nil
}

func programsOp(d *openapi.Document, method, path string, o *openapi.Operation) programsOperation {
	op := programsOperation{ID: o.ID, Method: method, Path: path, Summary: o.Summary, Description: o.Description, Callers: o.Callers}
	for _, need := range o.Security {
		for scheme := range need {
			if s, ok := d.Components.SecuritySchemes.Get(scheme); ok {
				op.Cookie = s.Name
			}
		}
	}
	for _, p := range o.Parameters {
		op.Parameters = append(op.Parameters, programsField{Name: p.Name, Description: p.Description, Needed: p.Required, Type: inWords(p.Schema)})
	}
	if o.Body != nil {
		op.Body = inWords(o.Body.Content[0].Value.Schema)
	}
	for _, r := range o.Responses {
		if r.Name == "default" {
			continue
		}
		a := programsAnswer{Status: r.Name, Says: r.Value.Description}
		for _, c := range r.Value.Content {
			if a.Type = inWords(c.Value.Schema); c.Value.Schema == nil {
				a.Type = []programsPiece{{Text: c.Name}}
			}
		}
		op.Answers = append(op.Answers, a)
	}
	return op
}

// named are the schemas that an operation names.
func named(op programsOperation) []string {
	out := schemasIn(op.Body)
	for _, a := range op.Answers {
		out = append(out, schemasIn(a.Type)...)
	}
	return out
}

func schemasIn(words []programsPiece) (out []string) {
	for _, p := range words {
		if p.Schema != "" {
			out = append(out, p.Schema)
		}
	}
	return out
}

// fieldsOf lists an object's members; those of an object within it, or of the items of a list, by their
// path: "parties[].address.street".
func fieldsOf(s *openapi.Schema, before string) (out []programsField) {
	for _, p := range s.Properties {
		f := programsField{Name: before + p.Name, Title: p.Value.Title, Description: p.Value.Description, Needed: slices.Contains(s.Required, p.Name)}
		inner, path := p.Value, f.Name+"."
		if inner.Items != nil {
			inner, path = inner.Items, f.Name+"[]."
		}
		f.Type = inWords(p.Value)
		out = append(append(out, f), fieldsOf(inner, path)...)
	}
	return out
}

// inWords says what a schema allows: "string, at most 200 characters", "array of filings.Summary".
func inWords(s *openapi.Schema) []programsPiece {
	if s == nil {
		return nil
	}
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return []programsPiece{{Schema: name, Text: name}}
	}
	var either []programsPiece
	for i, one := range append(slices.Clone(s.AnyOf), s.OneOf...) {
		if i > 0 {
			either = append(either, programsPiece{Text: " or "})
		}
		either = append(either, inWords(one)...)
	}
	if either != nil {
		return either
	}
	words := strings.Join(s.Type, " or ")
	if words == "" {
		words = "anything"
	}
	if s.Items != nil {
		return append([]programsPiece{{Text: words + " of "}}, inWords(s.Items)...)
	}
	if of, ok := s.Additional.(map[string]any); ok && s.Properties == nil {
		var inner openapi.Schema
		raw, err := json.Marshal(of)
		if err == nil && json.Unmarshal(raw, &inner) == nil {
			return append([]programsPiece{{Text: words + " of "}}, inWords(&inner)...)
		}
	}
	for _, more := range []string{s.Format, s.Encoding, s.Pattern} {
		if more != "" {
			words += ", " + more
		}
	}
	if s.MaxLength > 0 {
		words += ", ≤ " + strconv.Itoa(s.MaxLength)
	}
	var values []string
	for _, v := range s.Enum {
		if text, ok := v.(string); ok {
			values = append(values, `"`+text+`"`)
		}
	}
	if values != nil {
		words += ": " + strings.Join(values, ", ")
	}
	return []programsPiece{{Text: words}}
}

// serveDocument answers with the API's document, which is the same for everyone.
func (s *Service) serveDocument(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", types[".json"])
	w.Header().Set("Cache-Control", pageAge)
	w.Write(s.Document())
}
