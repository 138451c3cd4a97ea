// Package describe makes the document of the office's HTTP API (package openapi) of what the office is
// made of: the routes of the functions' table, the types their handlers decode and encode, the comments
// on these, the rows of the forms, the table of problems. No function links it; the test of package
// wire calls Document and compares.
//
// What types can't say stands here as rows: replies.go has the answers of methods that choose their
// status, values.go what a text may be.
package describe

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/openapi"
)

// Version of the document: raised by hand, its first number where what a client could do before is
// refused now.
const Version = "1.0.0"

// Office is what the document is made of.
type Office struct {
	Endpoints map[string]httpapi.Endpoint // by route; those of Raw have none
	Callers   map[string][]string         // by route, see openapi.Operation
	Root      string                      // folder of the module, for comments
}

// IsPages reports whether a route serves people pages and their files, under paths of any length: it is not
// described.
func IsPages(route string) bool { return strings.HasSuffix(route, "...}") }

// Document describes every route of functions.All but those of pages.
//
// Errors name the route or type that can't be described and what is missing.
func Document(o Office) (*openapi.Document, error) {
	m := newMaker(o, func(reflect.Type) bool { return true })
	if _, err := m.document(); err != nil {
		return nil, err
	}
	given := m.given
	m = newMaker(o, func(t reflect.Type) bool { return given[t] })
	return m.document()
}

func newMaker(o Office, both func(reflect.Type) bool) *maker {
	return &maker{
		Office: o, source: source{root: o.Root, packages: map[string]*goPackage{}},
		given: map[reflect.Type]bool{}, taken: map[reflect.Type]bool{}, both: both,
	}
}

func (m *maker) document() (*openapi.Document, error) {
	d := &openapi.Document{
		OpenAPI: "3.1.1",
		Info:    openapi.Info{Title: "Court Office", Version: Version, Description: introduction()},
		Servers: []openapi.Server{{URL: "/"}},
	}
	ids := map[string]string{}
	for _, fn := range functions.All {
		used := false
		for _, route := range fn.Routes {
			if IsPages(route) {
				continue
			}
			op, err := m.operation(fn.Name, route)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", route, err)
			}
			if before, twice := ids[op.ID]; twice {
				return nil, fmt.Errorf("%s and %s are both %s", before, route, op.ID)
			}
			ids[op.ID], used = route, true
			method, path, _ := strings.Cut(route, " ")
			item, ok := d.Paths.Get(path)
			if !ok {
				d.Paths = append(d.Paths, openapi.Member[*openapi.PathItem]{Name: path, Value: &openapi.PathItem{}})
				item = d.Paths[len(d.Paths)-1].Value
			}
			*item = append(*item, openapi.Member[*openapi.Operation]{Name: strings.ToLower(method), Value: op})
		}
		if used || fn.Name == poster {
			d.Tags = append(d.Tags, openapi.Tag{Name: fn.Name, Description: sentence(fn.Does)})
		}
	}
	var err error
	if d.Webhooks, err = m.webhooks(); err != nil {
		return nil, err
	}
	if err := m.rest(); err != nil {
		return nil, err
	}
	for _, form := range m.forms() {
		m.add(form.Name, form.Value)
	}
	slices.SortFunc(m.schemas, func(a, b openapi.Member[*openapi.Schema]) int { return strings.Compare(a.Name, b.Name) })
	d.Components = openapi.Components{Schemas: m.schemas, SecuritySchemes: schemes}
	d.Components.Responses = openapi.Map[*openapi.Response]{{Name: "Problem", Value: &openapi.Response{
		Description: "The office does not do it. `next` says what to do now; the headers may say when to try again.",
		Headers: openapi.Map[*openapi.Header]{{Name: "Retry-After", Value: &openapi.Header{
			Description: "Seconds to wait, where waiting helps.", Schema: &openapi.Schema{Type: openapi.Types{"integer"}},
		}}},
		Content: openapi.Map[*openapi.MediaType]{{Name: "application/problem+json", Value: &openapi.MediaType{Schema: ref("Problem")}}},
	}}}
	return d, nil
}

// maker is a document in the making.
type maker struct {
	Office
	source
	schemas openapi.Map[*openapi.Schema]
	given   map[reflect.Type]bool   // structs that answers hold
	taken   map[reflect.Type]bool   // structs that requests hold
	both    func(reflect.Type) bool // of a struct that is taken: it is given too, and what must be there differs
}

func (m *maker) add(name string, s *openapi.Schema) {
	m.schemas = append(m.schemas, openapi.Member[*openapi.Schema]{Name: name, Value: s})
}

func ref(name string) *openapi.Schema { return &openapi.Schema{Ref: "#/components/schemas/" + name} }

// schemes are the cookies that open something.
var schemes = openapi.Map[*openapi.SecurityScheme]{
	{Name: "session", Value: &openapi.SecurityScheme{
		Type: "apiKey", In: "cookie", Name: httpapi.CookieName,
		Description: "A session: signing in or registering sets the cookie, signing out removes it. What takes it comes from a page of the office or from no page: a request whose `Origin` or `Sec-Fetch-Site` names another site is refused as `forbidden`. A program sends neither.",
	}},
	{Name: "registration", Value: &openapi.SecurityScheme{
		Type: "apiKey", In: "cookie", Name: httpapi.RegistrationCookieName,
		Description: "A registration that is not finished: accepting the agreement sets the cookie for who has no account.",
	}},
}

// operation describes one route.
func (m *maker) operation(fn, route string) (*openapi.Operation, error) {
	method, path, _ := strings.Cut(route, " ")
	op := &openapi.Operation{Tags: []string{fn}, Callers: m.Callers[route], Security: []map[string][]string{}}
	e, ok := m.Endpoints[route]
	raw, isRaw := raws[route]
	switch {
	case ok == isRaw:
		return nil, fmt.Errorf("want either an endpoint or a row of raws")
	case isRaw:
		op.ID, op.Summary, op.Description = raw.id, raw.summary, raw.description
		e.Request, e.Body, e.Most = reflect.TypeOf(raw.request), raw.body, raw.most
	default:
		name, doc, err := m.method(e.Method)
		if err != nil {
			return nil, err
		}
		op.ID, op.Summary, op.Description = name, firstSentence(doc), rest(doc)
	}
	switch {
	case slices.Contains(byRegistration, route):
		op.Security = []map[string][]string{{"registration": {}}}
	case len(op.Callers) == 0:
		return nil, fmt.Errorf("nobody is let do it")
	case slices.ContainsFunc(op.Callers, func(c string) bool { return !slices.Contains(openapi.Callers, c) }):
		return nil, fmt.Errorf("callers %v, want some of openapi.Callers", op.Callers)
	case !slices.Contains(op.Callers, "anyone"):
		op.Security = []map[string][]string{{"session": {}}}
	}
	if err := m.request(op, method, path, e); err != nil {
		return nil, err
	}
	return op, m.answers(op, route, e, raw.answers)
}

// byRegistration are the routes of an unfinished registration.
var byRegistration = []string{"GET /api/registration/form", "PUT /api/registration/form"}

// request describes parameters and body by the type that a handler binds and decodes.
func (m *maker) request(op *openapi.Operation, method, path string, e httpapi.Endpoint) error {
	var found []string
	form := &openapi.Schema{Type: openapi.Types{"object"}}
	for i := range e.Request.NumField() {
		f := e.Request.Field(i)
		value := m.valueOf(e.Request, f)
		doc := m.fieldDoc(e.Request, f.Name)
		if name := f.Tag.Get("path"); name != "" {
			found = append(found, name)
			value.Pattern, value.MaxLength = `^[0-9A-Za-z._-]+$`, 128
			op.Parameters = append(op.Parameters, &openapi.Parameter{Name: name, In: "path", Description: doc, Required: true, Schema: value})
		}
		if name := f.Tag.Get("query"); name != "" {
			op.Parameters = append(op.Parameters, &openapi.Parameter{Name: name, In: "query", Description: doc, Schema: value})
		}
		if name := f.Tag.Get("form"); name != "" {
			value.Description = doc
			form.Properties = append(form.Properties, openapi.Member[*openapi.Schema]{Name: name, Value: value})
			form.Required = append(form.Required, name)
		}
	}
	for part := range strings.SplitSeq(path, "/") {
		if name := strings.Trim(part, "{}"); name != part && !slices.Contains(found, name) {
			return fmt.Errorf("no field of %s is {%s}", e.Request, name)
		}
	}
	if e.Body == "application/json" && method != "POST" && method != "PUT" && method != "PATCH" {
		return nil
	}
	body := form
	if e.Body == "application/json" {
		var err error
		if body, err = m.schema(e.Request, true); err != nil {
			return err
		}
	}
	if e.Body == "" || e.Body != "application/json" && method == "GET" {
		return nil
	}
	op.MaxBytes = e.Most
	op.Body = &openapi.Body{Required: true, Content: openapi.Map[*openapi.MediaType]{{Name: e.Body, Value: &openapi.MediaType{Schema: body}}}}
	if body == form {
		op.Body.Content = append(op.Body.Content, openapi.Member[*openapi.MediaType]{Name: "multipart/form-data", Value: &openapi.MediaType{Schema: body}})
	}
	return nil
}

// answers describes what comes back.
func (m *maker) answers(op *openapi.Operation, route string, e httpapi.Endpoint, list []reply) error {
	switch {
	case list != nil:
	case e.Response == reflect.TypeFor[httpapi.Reply]() || replies[route] != nil:
		if list = replies[route]; list == nil {
			return fmt.Errorf("%s chooses its answer: want a row of replies", op.ID)
		}
	case e.Response == reflect.TypeFor[httpapi.File]():
		return fmt.Errorf("%s answers with a file: want a row of replies", op.ID)
	default:
		list = []reply{{status: 200, body: reflect.Zero(e.Response).Interface()}}
	}
	for _, r := range list {
		res := &openapi.Response{Description: r.says}
		if res.Description == "" {
			res.Description = statuses[r.status]
		}
		if r.status == 303 {
			res.Headers = openapi.Map[*openapi.Header]{{Name: "Location", Value: &openapi.Header{
				Description: "Where to go instead.", Required: true, Schema: &openapi.Schema{Type: openapi.Types{"string"}},
			}}}
		}
		switch {
		case r.media != "":
			res.Content = openapi.Map[*openapi.MediaType]{{Name: r.media, Value: &openapi.MediaType{}}}
		case len(r.either) > 0:
			one := &openapi.Schema{}
			for _, body := range r.either {
				s, err := m.schema(reflect.TypeOf(body), false)
				if err != nil {
					return err
				}
				one.AnyOf = append(one.AnyOf, s)
			}
			res.Content = openapi.Map[*openapi.MediaType]{{Name: "application/json", Value: &openapi.MediaType{Schema: one}}}
		case r.body != nil:
			s, err := m.schema(reflect.TypeOf(r.body), false)
			if err != nil {
				return err
			}
			res.Content = openapi.Map[*openapi.MediaType]{{Name: "application/json", Value: &openapi.MediaType{Schema: s}}}
		}
		op.Responses = append(op.Responses, openapi.Member[*openapi.Response]{Name: fmt.Sprint(r.status), Value: res})
	}
	op.Responses = append(op.Responses, openapi.Member[*openapi.Response]{Name: "default", Value: &openapi.Response{Ref: "#/components/responses/Problem"}})
	return nil
}

// statuses say what an answer is whose row says nothing.
var statuses = map[int]string{
	200: "Done, or here it is.", 201: "Done; a repeat is answered with 200, or finds what is there.", 202: "Taken; it is not done yet.",
	204: "Done.", 303: "The bytes are at the address of Location, which may be opened for a few minutes.",
}

// method returns the operation's id and the comment of a handler's method, "(*Service).Create" of package
// filings: "filingsCreate".
func (m *maker) method(f any) (id, doc string, err error) {
	full := strings.TrimSuffix(runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name(), "-fm")
	pkg, name, ok := strings.Cut(full, ".(*Service).")
	if !ok {
		return "", "", fmt.Errorf("%s is no method of a Service", full)
	}
	doc, err = m.comment(pkg, "Service."+name)
	if err == nil && doc == "" {
		err = fmt.Errorf("%s has no comment", full)
	}
	return pkg[strings.LastIndexByte(pkg, '/')+1:] + name, strings.TrimPrefix(strings.TrimPrefix(doc, name+" "), "is "), err
}

func (m *maker) rest() error {
	problem := &openapi.Schema{
		Title: "Problem", Type: openapi.Types{"object"},
		Description: "What is wrong and what to do now (RFC 9457), in the language of the answer: `lang` of the query or of a cookie, or Accept-Language; Kazakh unless one of kk, ru, en is asked for.",
	}
	s, err := m.fields(reflect.TypeFor[httpapi.Document](), false)
	if err != nil {
		return err
	}
	problem.Properties, problem.Required = s.Properties, s.Required
	kinds := &openapi.Schema{Description: "Which problem it is. Those there are:", Type: openapi.Types{"string"}}
	slugs := httpapi.Slugs()
	slices.Sort(slugs)
	for _, slug := range slugs {
		t := func(part string) string { return locale.T(locale.EN, "problem."+slug+"."+part) }
		kinds.OneOf = append(kinds.OneOf, &openapi.Schema{
			Const: "/problems/" + slug, Title: fmt.Sprintf("%d %s", httpapi.Status(slug), t("title")), Description: t("detail") + " " + t("next"),
		})
	}
	for i := range problem.Properties {
		if problem.Properties[i].Name == "type" {
			problem.Properties[i].Value = kinds
		}
	}
	m.add("Problem", problem)
	return nil
}
