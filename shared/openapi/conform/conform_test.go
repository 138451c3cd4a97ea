package conform_test

import (
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/courtoffice/courtoffice/shared/openapi"
	"github.com/courtoffice/courtoffice/shared/openapi/conform"
)

func checker(t *testing.T) *conform.Checker {
	t.Helper()
	c, err := conform.New(openapi.JSON)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestDocumentIsOpenAPI: by OpenAPI's own schema, and each of its schemas is one.
func TestDocumentIsOpenAPI(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/openapi-3.1.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(openapi.JSON)))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Error(err)
	}
	if err := checker(t).All(); err != nil {
		t.Error(err)
	}
}

// TestCheckFindsDrift: each of these exchanges differs from a described one in one thing.
func TestCheckFindsDrift(t *testing.T) {
	const (
		document = `{"document":"e30=","expiresAt":"2026-11-22T07:00:00Z","permit":"x"}`
		problem  = `{"type":"/problems/forbidden","title":"t","status":403,"detail":"d","instance":"urn:request:x"}`
	)
	for _, tt := range []struct {
		name, path, query, media, body string
		status                         int
		answerMedia, answer            string
		ok                             bool
	}{
		{"as described", "/api/sign-in/document", "", "application/json", `{"lang":"kk"}`, 200, "application/json", document, true},
		{"a member too many", "/api/sign-in/document", "", "application/json", `{"lang":"kk"}`, 200, "application/json", strings.Replace(document, "{", `{"more":1,`, 1), false},
		{"a member missing", "/api/sign-in/document", "", "application/json", `{"lang":"kk"}`, 200, "application/json", `{"document":"e30="}`, false},
		{"no instant", "/api/sign-in/document", "", "application/json", `{"lang":"kk"}`, 200, "application/json", strings.Replace(document, "T07", " 07", 1), false},
		{"another status", "/api/sign-in/document", "", "application/json", `{"lang":"kk"}`, 201, "application/json", document, false},
		{"another media type", "/api/sign-in/document", "", "application/json", `{"lang":"kk"}`, 200, "text/plain", document, false},
		{"an undescribed request that is taken", "/api/sign-in/document", "", "application/json", `{"lang":"de"}`, 200, "application/json", document, false},
		{"an undescribed request that is refused", "/api/sign-in/document", "", "application/json", `{"lang":7}`, 403, "application/problem+json", problem, true},
		{"a refusal that is no problem", "/api/sign-in/document", "", "application/json", `{}`, 403, "application/json", `{"message":"Forbidden"}`, false},
		{"an unknown problem", "/api/sign-in/document", "", "application/json", `{}`, 403, "application/problem+json", strings.Replace(problem, "forbidden", "unheard-of", 1), false},
		{"a page of the portal", "/kk/", "", "", "", 200, "text/html", "<p>", true},
	} {
		method := "POST"
		if tt.body == "" {
			method = "GET"
		}
		err := checker(t).Check(conform.Exchange{
			Method: method, Path: tt.path, Query: tt.query, Type: tt.media, Body: []byte(tt.body), Status: tt.status,
			Header: http.Header{"Content-Type": {tt.answerMedia}}, Answer: []byte(tt.answer),
		})
		if (err == nil) != tt.ok || err != nil && !errors.Is(err, conform.ErrNot) {
			t.Errorf("%s: %v, want ok %v", tt.name, err, tt.ok)
		}
	}
}

// TestForms: the samples of all kinds are what the document says a form is, and are not once a member that
// no row has stands in them.
func TestForms(t *testing.T) {
	c := checker(t)
	for _, s := range openapi.Parsed().Components.Schemas {
		kind, ok := strings.CutPrefix(s.Name, "form.")
		if !ok || strings.Contains(kind, ".") {
			continue
		}
		raw, err := os.ReadFile("../../../testdata/claims/" + kind + "/form.json")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Component(s.Name, raw); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		other := strings.Replace(string(raw), "{", `{"more":{},`, 1)
		if err := c.Component(s.Name, []byte(other)); !errors.Is(err, conform.ErrNot) {
			t.Errorf("%s with another section: %v", kind, err)
		}
	}
}
