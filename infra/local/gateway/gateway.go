// Package gateway maps HTTP requests to functions as an API Gateway HTTP API does: route
// selection, event and response in payload format 2.0, size limits, and the gateway's own
// answers ({"message": "Not Found"}). Start with New.
//
// It has no authorizers, CORS configuration, throttling or custom domains: the office uses none.
package gateway

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/infra/local/runtimeapi"
)

// MaxBody is the largest request body an HTTP API takes (10 MB).
const MaxBody = 10 << 20

// integrationLimit is how long an HTTP API waits for an integration.
const integrationLimit = 30 * time.Second

// Invoker runs one function. *runtimeapi.Function is one.
type Invoker interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Gateway is an http.Handler. Add all routes before it serves.
type Gateway struct {
	now    func() time.Time
	routes []route

	mu       sync.Mutex
	failures map[string]int // by route
}

// New returns a gateway without routes. now gives the instant written into events as timeEpoch.
func New(now func() time.Time) *Gateway { return &Gateway{now: now, failures: map[string]int{}} }

// Failures is how many requests of each route were answered with 5xx, by whomever.
func (g *Gateway) Failures() map[string]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.failures)
}

// Add routes a net/http pattern of the functions table to a function.
func (g *Gateway) Add(pattern string, invoke Invoker) error {
	for _, key := range RouteKeys(pattern) {
		r, err := parseRoute(key, invoke)
		if err != nil {
			return err
		}
		for _, other := range g.routes {
			if other.key == key {
				return fmt.Errorf("route %q is listed twice", key)
			}
		}
		g.routes = append(g.routes, r)
	}
	return nil
}

func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	received := g.now()
	requestID := newRequestID()
	w.Header().Set("Apigw-Requestid", requestID)
	match, params := g.find(r.Method, r.URL.EscapedPath())
	if match == nil {
		answer(w, http.StatusNotFound, "Not Found")
		return
	}
	seen := &watched{ResponseWriter: w}
	w = seen
	defer func() {
		if seen.status >= 500 {
			g.mu.Lock()
			g.failures[match.key]++
			g.mu.Unlock()
		}
	}()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		answer(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	}
	if err != nil {
		answer(w, http.StatusBadRequest, "Bad Request")
		return
	}
	payload, err := json.Marshal(event(r, match.key, params, body, received, requestID))
	if err != nil {
		answer(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	// The function runs on when the client goes away, as on AWS.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), integrationLimit)
	defer cancel()
	out, err := match.invoke.Invoke(ctx, payload)
	failed, isFunction := errors.AsType[*runtimeapi.FunctionError](err)
	switch {
	case errors.Is(err, runtimeapi.ErrTooLarge):
		answer(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
	case isFunction && failed.Timeout(), errors.Is(err, context.DeadlineExceeded):
		answer(w, http.StatusGatewayTimeout, "Endpoint request timed out")
	case errors.Is(err, runtimeapi.ErrThrottled), errors.Is(err, runtimeapi.ErrStopped):
		answer(w, http.StatusServiceUnavailable, "Service Unavailable")
	case err != nil:
		answer(w, http.StatusInternalServerError, "Internal Server Error")
	default:
		respond(w, out)
	}
}

// watched knows the status that was answered.
type watched struct {
	http.ResponseWriter
	status int
}

func (w *watched) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// event is the request in payload format 2.0.
func event(r *http.Request, key string, params map[string]string, body []byte, received time.Time, requestID string) events.APIGatewayV2HTTPRequest {
	address, _, _ := net.SplitHostPort(r.RemoteAddr)
	domain, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		domain = r.Host
	}
	// HTTP APIs hand the path on percent-decoded and the query as it came.
	ev := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: key, RawPath: r.URL.Path, RawQueryString: r.URL.RawQuery,
		Headers: map[string]string{},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: key, AccountID: "000000000000", Stage: "$default", RequestID: requestID, APIID: "local",
			DomainName: domain, DomainPrefix: "local",
			Time: received.UTC().Format("02/Jan/2006:15:04:05 -0700"), TimeEpoch: received.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: r.Method, Path: r.URL.Path, Protocol: r.Proto, SourceIP: address, UserAgent: r.UserAgent(),
			},
		},
	}
	for name, values := range r.Header {
		if name == "Cookie" {
			for _, line := range values {
				for c := range strings.SplitSeq(line, ";") {
					ev.Cookies = append(ev.Cookies, strings.TrimSpace(c))
				}
			}
			continue
		}
		ev.Headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	ev.Headers["host"] = r.Host
	ev.Headers["content-length"] = strconv.Itoa(len(body))
	ev.Headers["x-forwarded-proto"] = "http"
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		ev.Headers["x-forwarded-port"] = port
	}
	if before := ev.Headers["x-forwarded-for"]; before != "" {
		address = before + ", " + address
	}
	ev.Headers["x-forwarded-for"] = address
	if query, err := url.ParseQuery(r.URL.RawQuery); err == nil && len(query) > 0 {
		ev.QueryStringParameters = map[string]string{}
		for name, values := range query {
			ev.QueryStringParameters[name] = strings.Join(values, ",")
		}
	}
	if len(params) > 0 {
		ev.PathParameters = params
	}
	if len(body) > 0 {
		if ev.IsBase64Encoded = !isText(r.Header.Get("Content-Type")) || !utf8.Valid(body); ev.IsBase64Encoded {
			ev.Body = base64.StdEncoding.EncodeToString(body)
		} else {
			ev.Body = string(body)
		}
	}
	return ev
}

// isText reports whether an HTTP API passes a body of that type on as it is. Everything else,
// forms included, arrives as base64.
func isText(contentType string) bool {
	mt, _, err := mime.ParseMediaType(contentType)
	return err == nil && (strings.HasPrefix(mt, "text/") || mt == "application/json" ||
		mt == "application/javascript" || mt == "application/xml")
}

// respond writes a function's answer. A JSON object with statusCode is a response, any other
// JSON is the body of a 200 (format 2.0 inference).
func respond(w http.ResponseWriter, out []byte) {
	var res struct {
		StatusCode      *int              `json:"statusCode"`
		Headers         map[string]string `json:"headers"`
		Cookies         []string          `json:"cookies"`
		Body            string            `json:"body"`
		IsBase64Encoded bool              `json:"isBase64Encoded"`
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(out, &fields) != nil || fields["statusCode"] == nil {
		if !json.Valid(out) {
			answer(w, http.StatusInternalServerError, "Internal Server Error")
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(out)
		return
	}
	if json.Unmarshal(out, &res) != nil || res.StatusCode == nil || *res.StatusCode < 200 || *res.StatusCode > 599 {
		answer(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	body := []byte(res.Body)
	if res.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(res.Body); err != nil {
			answer(w, http.StatusInternalServerError, "Internal Server Error")
			return
		}
	}
	h := w.Header()
	for name, value := range res.Headers {
		h.Set(name, value)
	}
	for _, c := range res.Cookies {
		h.Add("Set-Cookie", c)
	}
	if h.Get("Content-Type") == "" && len(body) > 0 {
		h.Set("Content-Type", "text/plain; charset=utf-8")
	}
	h.Del("Content-Length")
	w.WriteHeader(*res.StatusCode)
	w.Write(body)
}

// answer is the gateway's own error document.
func answer(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": message})
}

// newRequestID has the form of API Gateway's extended request ids.
func newRequestID() string {
	var b [11]byte
	rand.Read(b[:])
	return base64.StdEncoding.EncodeToString(b[:])
}
