// Package lambdahttp runs an http.Handler behind an API Gateway HTTP API (payload format 2.0).
// It translates events and does nothing else.
package lambdahttp

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/trace"
)

// Handler returns a Lambda handler that serves every event with h.
//
// The request h sees has the method, path, query, headers (multi-value headers and queries
// arrive joined by commas: the gateway does that), cookies and decoded body of the event, Host
// set to the domain the gateway was reached at, and httpapi.Edge in its context: the time is
// requestContext.timeEpoch, the instant the gateway received the request.
//
// Errors: only for an event that is not an HTTP API request (no method, a body that is not the
// base64 it claims to be). A handler's own failures are responses.
func Handler(h http.Handler) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, ev events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		r, err := request(ctx, ev)
		if err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
		rec := &recorder{header: http.Header{}}
		h.ServeHTTP(rec, r)
		return rec.response(), nil
	}
}

func request(ctx context.Context, ev events.APIGatewayV2HTTPRequest) (*http.Request, error) {
	rc := ev.RequestContext
	if rc.HTTP.Method == "" {
		return nil, fmt.Errorf("lambdahttp: event version %q has no HTTP method", ev.Version)
	}
	body := []byte(ev.Body)
	if ev.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(ev.Body); err != nil {
			return nil, fmt.Errorf("lambdahttp: event body: %w", err)
		}
	}
	if trace.Of(ctx) == "" { // an endpoint that gives an invocation no trace of its own
		ctx = trace.With(ctx, trace.Root(ev.Headers[strings.ToLower(trace.Header)]))
	}
	ctx = httpapi.WithEdge(ctx, httpapi.Edge{
		ReceivedAt: time.UnixMilli(rc.TimeEpoch),
		RequestID:  rc.RequestID,
		Address:    rc.HTTP.SourceIP,
	})
	// RawPath is percent-decoded by the gateway; a path that holds a percent sign or a
	// question mark is carried by Path alone.
	u := &url.URL{Path: ev.RawPath, RawQuery: ev.RawQueryString}
	r, err := http.NewRequestWithContext(ctx, rc.HTTP.Method, "/", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("lambdahttp: %w", err)
	}
	r.URL, r.RequestURI, r.RemoteAddr = u, u.RequestURI(), rc.HTTP.SourceIP
	for name, value := range ev.Headers {
		r.Header.Set(name, value)
	}
	// API Gateway moves cookies to an array; some compatible endpoints leave the header.
	if len(ev.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(ev.Cookies, "; "))
	}
	r.Host = r.Header.Get("Host")
	if r.Host == "" {
		r.Host = rc.DomainName
	}
	return r, nil
}

// recorder collects a response. net/http/httptest has one, but importing it in a binary
// registers a command-line flag.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

var _ io.Writer = (*recorder)(nil)

func (r *recorder) response() events.APIGatewayV2HTTPResponse {
	r.WriteHeader(http.StatusOK)
	res := events.APIGatewayV2HTTPResponse{StatusCode: r.status, Headers: map[string]string{}}
	for name, values := range r.header {
		if name == "Set-Cookie" {
			res.Cookies = values
			continue
		}
		res.Headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	if text(res.Headers["content-type"]) && utf8.Valid(r.body.Bytes()) {
		res.Body = r.body.String()
	} else if r.body.Len() > 0 {
		res.Body, res.IsBase64Encoded = base64.StdEncoding.EncodeToString(r.body.Bytes()), true
	}
	return res
}

// text reports whether a body of that content type travels as it is.
func text(contentType string) bool {
	mt, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	return strings.HasPrefix(mt, "text/") || strings.HasSuffix(mt, "+json") || strings.HasSuffix(mt, "+xml") ||
		mt == "application/json" || mt == "application/javascript" || mt == "application/xml"
}
