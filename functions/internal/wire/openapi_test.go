package wire

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/shared/lambdahttp"
	"github.com/courtoffice/courtoffice/shared/openapi/conform"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/describe"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/openapi"
)

// TestDocument makes the API's document of every function as it is assembled and compares it with the one
// that is served. A route that can't be described fails it. With -update it writes the document.
func TestDocument(t *testing.T) {
	made, err := describe.Document(describe.Office{Endpoints: endpoints(t), Callers: callers(), Root: filepath.Join("..", "..", "..")})
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(made); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(filepath.Join("..", "..", "..", "shared", "openapi", "openapi.json"), body.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(body.Bytes(), openapi.JSON) {
		t.Error("shared/openapi/openapi.json is not what the office does: go test ./functions/internal/wire -run TestDocument -update")
	}
}

// endpoints are those of every function, by route.
func endpoints(t *testing.T) map[string]httpapi.Endpoint {
	found := map[string]httpapi.Endpoint{}
	for _, row := range functions.All {
		build, ok := builders[row.Name]
		if !ok || !slices.ContainsFunc(row.Routes, func(r string) bool { return !describe.IsPages(r) }) {
			continue
		}
		setEnvironment(t, row)
		app := MustLoad(row.Name)
		build(app)
		for route, h := range app.handlers {
			if e, ok := h.(httpapi.Endpoint); ok {
				found[route] = e
			}
		}
	}
	return found
}

// callers says by the authorisation matrix whom each route lets do what it is for. Where nothing succeeds
// in the matrix, as a token of a person's or a state it does not have is needed, it is those who are not
// turned away for who they are.
func callers() map[string][]string {
	found := map[string][]string{}
	for _, refused := range [][]int{{400, 401, 403, 404, 409, 410, 422, 428}, {401, 403}, {401}} {
		once := map[string][]string{}
		for _, row := range authorisation {
			for i, column := range columns {
				if column == "nobody" {
					column = "anyone"
				}
				if !slices.Contains(refused, row.want[i]) && !slices.Contains(once[row.route], column) {
					once[row.route] = append(once[row.route], column)
				}
			}
		}
		for route, list := range once {
			if found[route] != nil {
				continue
			}
			if slices.Contains(list, "anyone") {
				list = []string{"anyone"}
			}
			found[route] = list
		}
	}
	return found
}

var checker = sync.OnceValues(func() (*conform.Checker, error) { return conform.New(openapi.JSON) })

// described is lambdahttp.Handler for a test: whatever the function is asked and answers must be as the
// API's document says, the payloads of events/ among it.
func (o *office) described(h http.Handler) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	handle := lambdahttp.Handler(h)
	return func(ctx context.Context, ev events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		res, err := handle(ctx, ev)
		if err == nil {
			if err := conforms(ev, res); err != nil {
				o.Errorf("%v", err)
			}
		}
		return res, err
	}
}

func conforms(ev events.APIGatewayV2HTTPRequest, res events.APIGatewayV2HTTPResponse) error {
	c, err := checker()
	if err != nil {
		return err
	}
	x := conform.Exchange{
		Method: ev.RequestContext.HTTP.Method, Path: ev.RawPath, Query: ev.RawQueryString, Type: ev.Headers["content-type"],
		Body: []byte(ev.Body), Status: res.StatusCode, Header: http.Header{}, Answer: []byte(res.Body),
	}
	for name, value := range res.Headers {
		x.Header.Set(name, value)
	}
	if ev.IsBase64Encoded {
		if x.Body, err = base64.StdEncoding.DecodeString(ev.Body); err != nil {
			return err
		}
	}
	if res.IsBase64Encoded {
		if x.Answer, err = base64.StdEncoding.DecodeString(res.Body); err != nil {
			return err
		}
	}
	return c.Check(x)
}
