package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/courtoffice/courtoffice/shared/signer"
)

// MaxBody is the largest request body in bytes: the biggest claim form (80,000 characters of
// Kazakh text escaped by a careless client) with room, far below the gateway's 10 MB and
// Lambda's 6 MB. Documents never pass through here.
const MaxBody = 1 << 20

// MaxSigned is the largest body with a signature, which costs more than JSON to read: a document of the
// office, its signer's chain and what a program adds, in base64.
const MaxSigned = 256 << 10

// Reply gives a method's answer a status or cookies of its own. A method that returns a plain
// value gets 200 and the value as JSON.
type Reply struct {
	Status  int // 0 means 200
	Cookies []*http.Cookie
	Body    any    // json.RawMessage and File are sent as they are; nil sends no body
	See     string // where to go instead (RFC 9110, section 10.2.2), or ""
}

// File is a body that is no JSON: an attachment of that name.
type File struct {
	Name string // of ASCII letters, digits, dots and hyphens
	Type string // media type
	Data []byte
}

// JSON adapts method to HTTP.
//
// A POST, PUT or PATCH body must be application/json of at most MaxBody bytes, of MaxSigned where Req
// takes a signature, exact as Decode has it.
// Fields of Req tagged `path:"name"` or `query:"name"`
// (string or int, beside json:"-") are filled from the route and the query; an int that does
// not parse is the problem malformed-json with the name as pointer.
// An error goes through the table in problems.go.
func JSON[Req, Res any](method func(context.Context, Req) (Res, error)) Endpoint {
	most := int64(MaxBody)
	if takesSignature(reflect.TypeFor[Req]()) {
		most = MaxSigned
	}
	return Limited(most, method)
}

// takesSignature reports whether a member of a request's type is a signature.
func takesSignature(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool {
		return f.Type == reflect.TypeFor[signer.Signature]()
	})
}

// Limited is JSON for bodies of at most most bytes.
func Limited[Req, Res any](most int64, method func(context.Context, Req) (Res, error)) Endpoint {
	return adapt("application/json", most, method, func(w http.ResponseWriter, r *http.Request, req *Req) error { return decode(w, r, most, req) })
}

// Endpoint is a method on HTTP with what its types say of it, from which the API's document is made.
type Endpoint struct {
	http.Handler
	Request, Response reflect.Type
	Method            any    // func(context.Context, Request) (Response, error)
	Body              string // media type
	Most              int64  // bytes of a body
}

// Behind puts guard before the endpoint: what it lets through reaches the method.
func (e Endpoint) Behind(guard func(http.Handler) http.Handler) Endpoint {
	e.Handler = guard(e.Handler)
	return e
}

// Form adapts method to a POST from somewhere that knows no JSON: the body is a form, URL-encoded
// or multipart without files (RFC 8058, section 3.2), of at most maxForm bytes. Fields of Req
// tagged `form:"name"` are filled from it, the others as JSON fills them; what else the form has is
// left aside.
func Form[Req, Res any](method func(context.Context, Req) (Res, error)) Endpoint {
	return adapt("application/x-www-form-urlencoded", maxForm, method, func(w http.ResponseWriter, r *http.Request, _ *Req) error {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		err := r.ParseForm() // first: the other one would hide what is wrong with a URL-encoded body
		if err == nil {
			err = r.ParseMultipartForm(maxForm)
		}
		if errors.Is(err, http.ErrNotMultipart) {
			return nil
		}
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return &Problem{Slug: "body-too-large"}
		}
		if err != nil {
			return &Problem{Slug: "wrong-media-type", Cause: err}
		}
		return nil
	})
}

// maxForm is the largest form in bytes. A browser's or mail service's few fields need no more.
const maxForm = 16 << 10

func adapt[Req, Res any](body string, most int64, method func(context.Context, Req) (Res, error), decode func(http.ResponseWriter, *http.Request, *Req) error) Endpoint {
	bind := binder(reflect.TypeFor[Req]())
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var req Req
		if err := decode(w, r, &req); err != nil {
			WriteError(w, r, err)
			return
		}
		if err := bind(r, reflect.ValueOf(&req).Elem()); err != nil {
			WriteError(w, r, err)
			return
		}
		res, err := method(r.Context(), req)
		if err != nil {
			WriteError(w, r, err)
			return
		}
		write(w, r, res)
	})
	return Endpoint{handler, reflect.TypeFor[Req](), reflect.TypeFor[Res](), method, body, most}
}

func write(w http.ResponseWriter, r *http.Request, res any) {
	reply, ok := res.(Reply)
	if !ok {
		reply = Reply{Body: res}
	}
	if reply.Status == 0 {
		reply.Status = http.StatusOK
	}
	for _, c := range reply.Cookies {
		http.SetCookie(w, c)
	}
	if reply.See != "" {
		w.Header().Set("Location", reply.See)
	}
	if reply.Body == nil {
		w.WriteHeader(reply.Status)
		return
	}
	if file, ok := reply.Body.(File); ok {
		w.Header().Set("Content-Type", file.Type)
		w.Header().Set("Content-Disposition", `attachment; filename="`+file.Name+`"`)
		w.WriteHeader(reply.Status)
		w.Write(file.Data)
		return
	}
	body, err := marshal(reply.Body)
	if err != nil {
		WriteError(w, r, fmt.Errorf("encode reply: %w", err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(reply.Status)
	w.Write(body)
}

// marshal is json.Marshal without HTML escapes: bytes that were signed must pass unchanged.
func marshal(v any) ([]byte, error) {
	if raw, ok := v.(json.RawMessage); ok {
		return raw, nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func decode(w http.ResponseWriter, r *http.Request, most int64, into any) error {
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
	default:
		return nil
	}
	if mt, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mt != "application/json" {
		return &Problem{Slug: "wrong-media-type"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return &Problem{Slug: "body-too-large"}
		}
		return fmt.Errorf("read body: %w", err)
	}
	return decodeWithin(body, most, into)
}

// Decode reads exactly one JSON value from data into the value that into points to: UTF-8 without
// lone surrogates, every member known by exactly its name and there once (at any depth), no trailing
// data. It is also right for JSON that came inside a verified signature.
//
// Errors: *Problem malformed-json or unknown-field, with the pointer where it is known.
func Decode(data []byte, into any) error { return decodeWithin(data, MaxBody, into) }

// decodeWithin is Decode for a body of at most most bytes.
func decodeWithin(data []byte, most int64, into any) error {
	if err := exact(data, most, reflect.TypeOf(into)); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		if te, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return &Problem{Slug: "malformed-json", Pointer: "/" + strings.ReplaceAll(te.Field, ".", "/"), Cause: err}
		}
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			name, _ = strconv.Unquote(name)
			return &Problem{Slug: "unknown-field", Pointer: "/" + name, Cause: err}
		}
		return &Problem{Slug: "malformed-json", Cause: err}
	}
	if _, err := dec.Token(); err != io.EOF {
		return &Problem{Slug: "malformed-json", Cause: errors.New("data after the value")}
	}
	return nil
}

// values has where the fields of a request that are not in its JSON come from, by their tag.
var values = map[string]func(r *http.Request, name string) string{
	"path":  (*http.Request).PathValue,
	"query": func(r *http.Request, name string) string { return r.URL.Query().Get(name) },
	"form":  (*http.Request).PostFormValue,
}

// isID reports whether a path names what the office could have named: its ids, codes and tokens are
// letters, digits and a few signs. Nothing else reaches a rule, a key or a log.
func isID(s string) bool {
	return s != "" && len(s) <= 128 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '-' && r != '_' && r != '.'
	})
}

// binder returns a function that fills the fields of t tagged path, query or form.
func binder(t reflect.Type) func(*http.Request, reflect.Value) error {
	type source struct {
		index int
		name  string
		value func(r *http.Request, name string) string
		path  bool
	}
	var sources []source
	for i := range t.NumField() {
		f := t.Field(i)
		for tag, value := range values {
			if name := f.Tag.Get(tag); name != "" {
				sources = append(sources, source{i, name, value, tag == "path"})
			}
		}
	}
	return func(r *http.Request, v reflect.Value) error {
		for _, s := range sources {
			text := s.value(r, s.name)
			if s.path && !isID(text) {
				return &Problem{Slug: "not-found"}
			}
			switch f := v.Field(s.index); f.Kind() {
			case reflect.String:
				f.SetString(text)
			case reflect.Int:
				if text == "" {
					continue
				}
				n, err := strconv.Atoi(text)
				if err != nil {
					return &Problem{Slug: "malformed-json", Pointer: "/" + s.name, Cause: err}
				}
				f.SetInt(int64(n))
			default:
				panic("httpapi: field " + t.Field(s.index).Name + " must be string or int")
			}
		}
		return nil
	}
}
