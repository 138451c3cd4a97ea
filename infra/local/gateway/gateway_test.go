package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/gateway"
	"github.com/courtoffice/courtoffice/infra/local/runtimeapi"
)

// answering is a function that returns the same answer and keeps the last event.
type answering struct {
	out  string
	err  error
	last []byte
}

func (a *answering) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	a.last = payload
	return []byte(a.out), a.err
}

var instant = time.Date(2026, 11, 22, 14, 0, 0, 123e6, time.UTC)

func serve(t *testing.T, patterns map[string]gateway.Invoker) *httptest.Server {
	t.Helper()
	g := gateway.New(func() time.Time { return instant })
	for pattern, f := range patterns {
		if err := g.Add(pattern, f); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	return server
}

func do(t *testing.T, method, url, body string, header http.Header) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func TestRouteSelection(t *testing.T) {
	f := &answering{out: `{"statusCode":204}`}
	patterns := map[string]gateway.Invoker{}
	for _, p := range []string{
		"GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{kind}/{id}", "GET /pets/{rest...}",
		"GET /{path...}", "POST /pets", "ANY /any/{x}", "GET /any/{x}",
	} {
		patterns[p] = f
	}
	server := serve(t, patterns)
	for _, test := range []struct {
		method, path, want string
		params             map[string]string
	}{
		{"GET", "/pets", "GET /pets", nil},
		{"POST", "/pets", "POST /pets", nil},
		{"DELETE", "/pets", "", nil},
		{"HEAD", "/pets", "", nil}, // unlike net/http, API Gateway does not take HEAD for GET
		{"GET", "/pets/dog/1", "GET /pets/dog/1", nil},
		{"GET", "/pets/dog/2", "GET /pets/dog/{id}", map[string]string{"id": "2"}},
		{"GET", "/pets/cat/1", "GET /pets/{kind}/{id}", map[string]string{"kind": "cat", "id": "1"}},
		{"GET", "/pets/cat", "GET /pets/{proxy+}", map[string]string{"proxy": "cat"}},
		{"GET", "/pets/a/b/c", "GET /pets/{proxy+}", map[string]string{"proxy": "a/b/c"}},
		{"GET", "/pets/a%2Fb/c", "GET /pets/{kind}/{id}", map[string]string{"kind": "a/b", "id": "c"}},
		{"GET", "/pets/%D3%99%20b/1", "GET /pets/{kind}/{id}", map[string]string{"kind": "ә b", "id": "1"}},
		{"GET", "/", "GET /", nil},
		{"GET", "/static/a.js", "GET /{proxy+}", map[string]string{"proxy": "static/a.js"}},
		{"PUT", "/any/1", "ANY /any/{x}", map[string]string{"x": "1"}},
		{"GET", "/any/1", "GET /any/{x}", map[string]string{"x": "1"}},
		{"PUT", "/any/1/2", "", nil},
	} {
		f.last = nil
		res, body := do(t, test.method, server.URL+test.path, "", nil)
		if test.want == "" {
			if res.StatusCode != 404 || f.last != nil || (test.method != "HEAD" && body != `{"message":"Not Found"}`+"\n") {
				t.Errorf("%s %s: %d %s, want the gateway's 404", test.method, test.path, res.StatusCode, body)
			}
			continue
		}
		var ev events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(f.last, &ev); err != nil {
			t.Fatalf("%s %s: event %s: %v", test.method, test.path, f.last, err)
		}
		if ev.RouteKey != test.want || ev.RequestContext.RouteKey != test.want {
			t.Errorf("%s %s: route %q, want %q", test.method, test.path, ev.RouteKey, test.want)
		}
		if diff := cmp.Diff(test.params, ev.PathParameters); diff != "" {
			t.Errorf("%s %s: parameters (-want +got):\n%s", test.method, test.path, diff)
		}
	}
}

func TestTableHasNoAmbiguousRoute(t *testing.T) {
	g := gateway.New(time.Now)
	for _, f := range functions.All {
		for _, pattern := range f.Routes {
			if err := g.Add(pattern, &answering{}); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
	}
	if err := g.Add(functions.All[0].Routes[0], &answering{}); err == nil {
		t.Error("a route listed twice is accepted")
	}
}

// recorded is an event as AWS documents it for payload format 2.0 ("Working with AWS Lambda
// proxy integrations for HTTP APIs"), with the members a plain request has and our own values.
const recorded = `{
  "version": "2.0", "routeKey": "POST /my/{id}", "rawPath": "/my/ә b", "rawQueryString": "p1=v1&p1=v2&p2=%D3%99",
  "cookies": ["cookie1=a", "cookie2=b"],
  "headers": {"accept": "text/html,application/json", "content-type": "application/json", "content-length": "10",
    "accept-encoding": "gzip", "user-agent": "agent", "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http"},
  "queryStringParameters": {"p1": "v1,v2", "p2": "ә"},
  "pathParameters": {"id": "ә b"},
  "requestContext": {"accountId": "000000000000", "apiId": "local", "domainName": "127.0.0.1", "domainPrefix": "local",
    "http": {"method": "POST", "path": "/my/ә b", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "agent"},
    "routeKey": "POST /my/{id}", "stage": "$default", "time": "22/Nov/2026:14:00:00 +0000", "timeEpoch": 1795356000123},
  "body": "{\"a\":\"ә\"}", "isBase64Encoded": false}`

func TestEventHasTheRecordedShape(t *testing.T) {
	f := &answering{out: `{"statusCode":204}`}
	server := serve(t, map[string]gateway.Invoker{"POST /my/{id}": f})
	do(t, "POST", server.URL+"/my/%D3%99%20b?p1=v1&p1=v2&p2=%D3%99", `{"a":"ә"}`, http.Header{
		"Accept": {"text/html", "application/json"}, "Content-Type": {"application/json"},
		"Cookie": {"cookie1=a; cookie2=b"}, "User-Agent": {"agent"},
	})
	var got, want map[string]any
	if err := json.Unmarshal(f.last, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(recorded), &want); err != nil {
		t.Fatal(err)
	}
	context := got["requestContext"].(map[string]any)
	if id, _ := context["requestId"].(string); len(id) != 16 {
		t.Errorf("request id %q", id)
	}
	headers := got["headers"].(map[string]any)
	if host := headers["host"]; host != strings.TrimPrefix(server.URL, "http://") {
		t.Errorf("host %v", host)
	}
	delete(context, "requestId")
	delete(context, "authentication") // aws-lambda-go writes the empty member that AWS leaves out or sets to null
	delete(headers, "host")
	delete(headers, "x-forwarded-port")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

func TestBodiesThatAreNotTextTravelAsBase64(t *testing.T) {
	f := &answering{out: `{"statusCode":204}`}
	server := serve(t, map[string]gateway.Invoker{"POST /": f})
	for _, test := range []struct {
		contentType, body, want string
		base64                  bool
	}{
		{"application/json; charset=utf-8", `{}`, `{}`, false},
		{"text/plain", "ә", "ә", false},
		{"application/x-www-form-urlencoded", "a=1", "YT0x", true},
		{"application/pdf", "%PDF\xff", "JVBERv8=", true},
		{"application/json", "\xff", "/w==", true},
		{"", "a", "YQ==", true},
		{"application/pdf", "", "", false},
	} {
		do(t, "POST", server.URL+"/", test.body, http.Header{"Content-Type": {test.contentType}})
		var ev events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(f.last, &ev); err != nil {
			t.Fatal(err)
		}
		if ev.Body != test.want || ev.IsBase64Encoded != test.base64 {
			t.Errorf("%s %q: body %q, base64 %t", test.contentType, test.body, ev.Body, ev.IsBase64Encoded)
		}
	}
}

func TestResponses(t *testing.T) {
	for _, test := range []struct {
		name, out   string
		err         error
		status      int
		contentType string
		body        string
		cookies     []string
	}{
		{"structured", `{"statusCode":201,"headers":{"Content-Type":"application/problem+json"},"body":"{}","cookies":["a=1; Path=/","b=2"]}`, nil,
			201, "application/problem+json", "{}", []string{"a=1; Path=/", "b=2"}},
		{"base64", `{"statusCode":200,"headers":{"content-type":"image/png"},"body":"/wA=","isBase64Encoded":true}`, nil, 200, "image/png", "\xff\x00", nil},
		{"no content type", `{"statusCode":200,"body":"plain"}`, nil, 200, "text/plain; charset=utf-8", "plain", nil},
		{"inferred", `{"ok":true}`, nil, 200, "application/json", `{"ok":true}`, nil},
		{"inferred text", `"hello"`, nil, 200, "application/json", `"hello"`, nil},
		{"wrong content-length ignored", `{"statusCode":200,"headers":{"content-length":"99","content-type":"text/plain"},"body":"x"}`, nil, 200, "text/plain", "x", nil},
		{"bad base64", `{"statusCode":200,"body":"%","isBase64Encoded":true}`, nil, 500, "application/json", `{"message":"Internal Server Error"}` + "\n", nil},
		{"bad status", `{"statusCode":7}`, nil, 500, "application/json", `{"message":"Internal Server Error"}` + "\n", nil},
		{"not JSON", `oops`, nil, 500, "application/json", `{"message":"Internal Server Error"}` + "\n", nil},
		{"function error", ``, &runtimeapi.FunctionError{Type: "x"}, 500, "application/json", `{"message":"Internal Server Error"}` + "\n", nil},
		{"timeout", ``, &runtimeapi.FunctionError{Type: "Sandbox.Timedout"}, 504, "application/json", `{"message":"Endpoint request timed out"}` + "\n", nil},
		{"throttled", ``, runtimeapi.ErrThrottled, 503, "application/json", `{"message":"Service Unavailable"}` + "\n", nil},
		{"event over 6 MB", ``, runtimeapi.ErrTooLarge, 413, "application/json", `{"message":"Request Entity Too Large"}` + "\n", nil},
		{"no binary", ``, errors.New("no such file"), 500, "application/json", `{"message":"Internal Server Error"}` + "\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := serve(t, map[string]gateway.Invoker{"GET /": &answering{out: test.out, err: test.err}})
			res, body := do(t, "GET", server.URL, "", nil)
			if res.StatusCode != test.status || body != test.body || res.Header.Get("Content-Type") != test.contentType {
				t.Errorf("%d %s %q, want %d %s %q", res.StatusCode, res.Header.Get("Content-Type"), body, test.status, test.contentType, test.body)
			}
			if diff := cmp.Diff(test.cookies, res.Header["Set-Cookie"]); diff != "" {
				t.Errorf("cookies (-want +got):\n%s", diff)
			}
			if res.Header.Get("Apigw-Requestid") == "" {
				t.Error("no request id")
			}
		})
	}
}

// TestFailures: answers with 5xx are counted by route, whoever gave them.
func TestFailures(t *testing.T) {
	g := gateway.New(time.Now)
	for route, f := range map[string]*answering{
		"POST /api/filings/{id}/seal": {out: `{"statusCode":503}`}, "GET /crash": {err: &runtimeapi.FunctionError{Type: "x"}}, "GET /": {out: `{"statusCode":429}`},
	} {
		if err := g.Add(route, f); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(g)
	defer server.Close()
	for _, id := range []string{"1", "2"} {
		do(t, "POST", server.URL+"/api/filings/"+id+"/seal", "", nil)
	}
	for _, path := range []string{"/", "/crash", "/none"} {
		do(t, "GET", server.URL+path, "", nil)
	}
	if diff := cmp.Diff(map[string]int{"POST /api/filings/{id}/seal": 2, "GET /crash": 1}, g.Failures()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBodyOver10MB(t *testing.T) {
	f := &answering{out: `{"statusCode":204}`}
	server := serve(t, map[string]gateway.Invoker{"POST /": f})
	if res, body := do(t, "POST", server.URL, strings.Repeat("x", gateway.MaxBody+1), nil); res.StatusCode != 413 || f.last != nil {
		t.Errorf("one byte over: %d %s", res.StatusCode, body)
	}
	if res, body := do(t, "POST", server.URL, strings.Repeat("x", gateway.MaxBody), nil); res.StatusCode != 204 {
		t.Errorf("exactly: %d %s", res.StatusCode, body)
	}
}
