package lambdahttp_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/lambdahttp"
)

const event = `{
  "version": "2.0", "routeKey": "POST /api/filings/{id}/seal", "rawPath": "/api/filings/ә b/seal",
  "rawQueryString": "lang=kk&x=1&x=2", "cookies": ["__Host-session=abc", "lang=ru"],
  "headers": {"content-type": "application/json", "host": "court.example", "accept-language": "kk,ru;q=0.5"},
  "requestContext": {"domainName": "court.example", "requestId": "r-1", "timeEpoch": 1795356000123,
    "http": {"method": "POST", "path": "/api/filings/ә b/seal", "sourceIp": "203.0.113.7"}},
  "body": "eyJhIjoxfQ==", "isBase64Encoded": true}`

func TestRequest(t *testing.T) {
	var got []string
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		session, _ := r.Cookie("__Host-session")
		lang, _ := r.Cookie("lang")
		got = []string{
			r.Method, r.URL.Path, fmt.Sprint(r.URL.Query()["x"]), r.Host, string(body), session.Value, lang.Value,
			httpapi.ReceivedAt(r.Context()).Format(time.RFC3339Nano), httpapi.RequestID(r.Context()), httpapi.Address(r.Context()),
		}
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
		http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"ok":true}`)
	})
	var ev events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal([]byte(event), &ev); err != nil {
		t.Fatal(err)
	}
	res, err := lambdahttp.Handler(h)(context.Background(), ev)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"POST", "/api/filings/ә b/seal", "[1 2]", "court.example", `{"a":1}`, "abc", "ru",
		"2026-11-22T14:00:00.123Z", "r-1", "203.0.113.7",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	wantRes := events.APIGatewayV2HTTPResponse{
		StatusCode: 201, Headers: map[string]string{"content-type": "application/json"},
		Cookies: []string{"a=1", "b=2"}, Body: `{"ok":true}`,
	}
	if diff := cmp.Diff(wantRes, res); diff != "" {
		t.Errorf("response (-want +got):\n%s", diff)
	}
}

func TestBinaryResponseTravelsAsBase64(t *testing.T) {
	pdf := []byte("%PDF-1.7\xff\xfe")
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		w.Write(pdf)
	})
	var ev events.APIGatewayV2HTTPRequest
	ev.RequestContext.HTTP.Method = "GET"
	ev.RawPath = "/"
	res, err := lambdahttp.Handler(h)(context.Background(), ev)
	if err != nil {
		t.Fatal(err)
	}
	if !res.IsBase64Encoded || res.Body != base64.StdEncoding.EncodeToString(pdf) || res.StatusCode != 200 {
		t.Errorf("response %+v, want base64 of %q", res, pdf)
	}
}

func TestNotAnHTTPEvent(t *testing.T) {
	h := lambdahttp.Handler(http.NotFoundHandler())
	bad := events.APIGatewayV2HTTPRequest{Body: "%", IsBase64Encoded: true}
	bad.RequestContext.HTTP.Method = "POST"
	for _, ev := range []events.APIGatewayV2HTTPRequest{{}, bad} {
		if _, err := h(context.Background(), ev); err == nil {
			t.Errorf("Handler(%+v): no error", ev)
		}
	}
}
