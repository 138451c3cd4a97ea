package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer"
)

var at = time.Date(2026, 11, 22, 14, 0, 0, 123_000_000, time.UTC)

// serve sends r through h as lambdahttp would and returns the answer and the log.
func serve(h http.Handler, r *http.Request) (*httptest.ResponseRecorder, string) {
	return serveBehind(httpapi.OpenOrigin, h, r)
}

func serveBehind(keys string, h http.Handler, r *http.Request) (*httptest.ResponseRecorder, string) {
	var log bytes.Buffer
	r = r.WithContext(httpapi.WithEdge(r.Context(), httpapi.Edge{ReceivedAt: at, RequestID: "req-1", Address: "203.0.113.7"}))
	w := httptest.NewRecorder()
	httpapi.Handle("test", slog.New(slog.NewJSONHandler(&log, nil)), keys, h).ServeHTTP(w, r)
	return w, log.String()
}

func post(body string) *http.Request {
	r := httptest.NewRequest("POST", "/x/42?page=7", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

type request struct {
	ID   string `json:"-" path:"id"`
	Page int    `json:"-" query:"page"`
	Name string `json:"name"`
	In   struct {
		N int `json:"n"`
	} `json:"in"`
	Any any `json:"any"`
}

func mux(method func(context.Context, request) (any, error)) http.Handler {
	m := http.NewServeMux()
	m.Handle("POST /x/{id}", httpapi.JSON(method))
	m.Handle("GET /x/{id}", httpapi.JSON(method))
	return m
}

func TestJSON(t *testing.T) {
	var got request
	h := mux(func(ctx context.Context, r request) (any, error) {
		got = r
		if !httpapi.ReceivedAt(ctx).Equal(at) {
			t.Errorf("edge: %v", httpapi.ReceivedAt(ctx))
		}
		return map[string]string{"said": r.Name}, nil
	})
	w, log := serve(h, post(`{"name":"Әсем <b>","in":{"n":3}}`))
	want := request{ID: "42", Page: 7, Name: "Әсем <b>"}
	want.In.N = 3
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if w.Code != 200 || strings.TrimSpace(w.Body.String()) != `{"said":"Әсем <b>"}` {
		t.Errorf("answer %d %s", w.Code, w.Body)
	}
	if strings.Count(log, "\n") != 1 || !strings.Contains(log, `"route":"POST /x/{id}"`) || strings.Contains(log, "Әсем") {
		t.Errorf("log %s", log)
	}
}

func TestBadRequests(t *testing.T) {
	h := mux(func(context.Context, request) (any, error) { return nil, nil })
	for _, tt := range []struct {
		name, body, contentType, slug, pointer string
		status                                 int
	}{
		{"empty", ``, "application/json", "malformed-json", "", 400},
		{"cut", `{"name":"a"`, "application/json", "malformed-json", "", 400},
		{"two values", `{} {}`, "application/json", "malformed-json", "", 400},
		{"wrong type", `{"in":{"n":"3"}}`, "application/json", "malformed-json", "/in/n", 400},
		{"unknown", `{"iin":"1"}`, "application/json", "unknown-field", "/iin", 400},
		{"unknown inside", `{"in":{"m":1}}`, "application/json", "unknown-field", "/in/m", 400},
		{"twice", `{"name":"a","name":"b"}`, "application/json", "malformed-json", "/name", 400},
		{"twice inside", `{"in":{"n":1,"n":2}}`, "application/json", "malformed-json", "/in/n", 400},
		{"another case", `{"Name":"a"}`, "application/json", "unknown-field", "/Name", 400},
		{"another case inside", `{"in":{"N":1}}`, "application/json", "unknown-field", "/in/N", 400},
		{"in two cases", `{"name":"a","NAME":"b"}`, "application/json", "unknown-field", "/NAME", 400},
		{"a letter that folds to ours", "{\"\u017fign\":\"a\"}", "application/json", "unknown-field", "/\u017fign", 400},
		{"no UTF-8", "{\"name\":\"\xff\"}", "application/json", "malformed-json", "", 400},
		{"half a pair", `{"name":"\ud83d"}`, "application/json", "malformed-json", "", 400},
		{"its other half", `{"name":"\udE00"}`, "application/json", "malformed-json", "", 400},
		{"two first halves", `{"name":"\ud83d\ud83d\ude00"}`, "application/json", "malformed-json", "", 400},
		{"a half in a name", `{"\ud83d":1}`, "application/json", "malformed-json", "", 400},
		{"too deep", `{"any":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, "application/json", "malformed-json", "/any" + strings.Repeat("/0", 31), 400},
		{"too many values", `{"any":[` + strings.Repeat("0,", 50_000) + `0]}`, "application/json", "malformed-json", "", 400},
		{"too many lists", `{"any":[` + strings.Repeat("[],", 50_000) + `0]}`, "application/json", "malformed-json", "", 400},
		{"too many names, none of them ours", `{` + strings.Repeat(`"":{},`, 50_000) + `"x":0}`, "application/json", "malformed-json", "", 400},
		{"form", `name=a`, "application/x-www-form-urlencoded", "wrong-media-type", "", 415},
		{"too large", `{"name":"` + strings.Repeat("a", httpapi.MaxBody) + `"}`, "application/json", "body-too-large", "", 413},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := post(tt.body)
			r.Header.Set("Content-Type", tt.contentType)
			w, _ := serve(h, r)
			p := problem(t, w)
			if w.Code != tt.status || p["type"] != "/problems/"+tt.slug || fmt.Sprint(p["pointer"]) != orNil(tt.pointer) {
				t.Errorf("got %d %v at %v, want %d %s at %s", w.Code, p["type"], p["pointer"], tt.status, tt.slug, tt.pointer)
			}
		})
	}
}

// TestSignedBodiesAreSmall: whatever takes a signature takes less than other bodies, before anything in it
// is looked at.
// TestRefusalsAreCheap: what a stranger may send costs little more than text of its length, in processor time.
func TestRefusalsAreCheap(t *testing.T) {
	const size = 1<<20 - 100
	cost := func(body string) time.Duration {
		best := time.Hour
		for range 5 {
			var into struct {
				Name string            `json:"name"`
				List []string          `json:"list"`
				Any  json.RawMessage   `json:"any"`
				Map  map[string]string `json:"map"`
			}
			start := cpu()
			_ = httpapi.Decode([]byte(body), &into)
			best = min(best, cpu()-start)
		}
		return best
	}
	fill := func(piece string) string { return strings.Repeat(piece, size/len(piece)) }
	text := cost(`{"name":"` + fill("a") + `"}`)
	for _, body := range []string{
		`{"name":[` + fill("[],") + `0]}`, `{"list":[` + fill("0,") + `0]}`, `{"list":[` + fill(`"",`) + `0]}`, `{"any":[` + fill("0,") + `0]}`, `{"any":[` + fill("{},") + `0]}`,
		`{"map":{` + fill(`"":"",`) + `"":""}}`, `{` + fill(`"x":0,`) + `"x":0}`, `{"name":"` + fill(`\u0041`) + `"}`, fill(" ") + `{}`, fill("["), fill(`{"any":`),
		`{"any":[` + strings.Repeat(`"`+strings.Repeat("a", 20)+`",`, 38_000) + `0]}`, // as many as are let through
	} {
		if took := cost(body); took > 4*text {
			t.Errorf("%.40s… of %d bytes costs %v, text %v", body, len(body), took, text)
		}
	}
}

func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestSignedBodiesAreSmall(t *testing.T) {
	type signed struct {
		Signature signer.Signature `json:"signature"`
	}
	type within struct {
		signed
		Reason string `json:"reason"`
	}
	body := func(size int) string {
		return `{"signature":"` + strings.Repeat("A", size-len(`{"signature":""}`)) + `"}`
	}
	for name, h := range map[string]http.Handler{
		"a signature": httpapi.JSON(func(context.Context, signed) (any, error) { return nil, nil }),
		"and more":    httpapi.JSON(func(context.Context, within) (any, error) { return nil, nil }),
	} {
		for size, want := range map[int]int{httpapi.MaxSigned: 200, httpapi.MaxSigned + 1: 413} {
			if w, _ := serve(h, post(body(size))); w.Code != want {
				t.Errorf("%s, %d bytes: %d, want %d: %s", name, size, w.Code, want, w.Body)
			}
		}
	}
}

// What a path may name is bounded before any rule, key or log line has it.
func TestPathNames(t *testing.T) {
	h := mux(func(_ context.Context, r request) (any, error) { return r.ID, nil })
	for path, want := range map[string]int{
		"/x/019a8f2c-1b00-7c44-8d2e-5f60718293a4": 200, "/x/AZk6_w-": 200, "/x/v1.2": 200, "/x/" + strings.Repeat("a", 128): 200,
		"/x/" + strings.Repeat("a", 129): 404, "/x/a%20b": 404, "/x/a%0Ab": 404, "/x/%D3%98": 404, "/x/900101%00": 404, "/x/a%2Fb": 404, "/x/%22": 404,
	} {
		w, log := serve(h, httptest.NewRequest("GET", path, nil))
		if w.Code != want || strings.Contains(log, "a b") {
			t.Errorf("%s: %d, want %d; %s", path, w.Code, want, log)
		}
	}
}

func TestSafeAnswers(t *testing.T) {
	w, _ := serve(mux(func(context.Context, request) (any, error) { return nil, nil }), post(`{}`))
	for name, want := range map[string]string{
		"Strict-Transport-Security": "max-age=63072000; includeSubDomains", "Cross-Origin-Resource-Policy": "same-origin",
		"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func orNil(s string) string {
	if s == "" {
		return "<nil>"
	}
	return s
}

func problem(t *testing.T, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
		t.Fatalf("content type %q, body %s", ct, w.Body)
	}
	var p map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestErrorsBecomeProblems(t *testing.T) {
	secret := errors.New("table accounts-prod of 900101300126 is on fire")
	for _, tt := range []struct {
		err    error
		slug   string
		status int
	}{
		{session.ErrNone, "unauthenticated", 401},
		{fmt.Errorf("use: %w", challenge.ErrUsed), "challenge-used", 409},
		{defect.List{{Pointer: "/form/email", Code: "required", Article: "agreement 3.3"}}, "invalid-fields", 422},
		{&httpapi.Problem{Slug: "throttled", Wait: 1500 * time.Millisecond}, "throttled", 429},
		{&httpapi.Problem{Slug: "version-conflict", Stored: "theirs"}, "version-conflict", 409},
		{secret, "internal", 500},
		{&httpapi.Problem{Slug: "no-such-problem"}, "internal", 500},
	} {
		for _, lang := range locale.Langs {
			h := mux(func(context.Context, request) (any, error) { return nil, tt.err })
			r := post(`{}`)
			r.Header.Set("Accept-Language", string(lang))
			w, log := serve(h, r)
			p := problem(t, w)
			if w.Code != tt.status || p["type"] != "/problems/"+tt.slug || p["instance"] != "urn:request:"+httpapi.Reference("req-1") {
				t.Errorf("%v: %d %v", tt.err, w.Code, p)
			}
			for _, member := range []string{"title", "detail", "next"} {
				if text := fmt.Sprint(p[member]); text == "" || strings.HasPrefix(text, "problem.") {
					t.Errorf("%s in %s: %s is %q", tt.slug, lang, member, text)
				}
			}
			if strings.Contains(w.Body.String(), "fire") {
				t.Errorf("the answer tells of %q", tt.err)
			}
			if tt.slug == "throttled" && w.Header().Get("Retry-After") != "2" {
				t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
			}
			if tt.slug == "version-conflict" && p["stored"] != "theirs" {
				t.Errorf("a conflict does not say what is stored: %v", p)
			}
			if !strings.Contains(log, `"problem":"`+tt.slug+`"`) {
				t.Errorf("log %s", log)
			}
		}
	}
}

// TestEverySlugHasItsTexts holds the table against the catalogues.
func TestEverySlugHasItsTexts(t *testing.T) {
	for _, slug := range httpapi.Slugs() {
		for _, part := range []string{"title", "detail", "next"} {
			if key := "problem." + slug + "." + part; !locale.Has(key) {
				t.Errorf("no text %s", key)
			}
		}
	}
}

func TestCrossOriginWriteIsRefused(t *testing.T) {
	called := false
	h := mux(func(context.Context, request) (any, error) { called = true; return nil, nil })
	r := post(`{}`)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Origin", "https://evil.example")
	if w, _ := serve(h, r); w.Code != http.StatusForbidden || called {
		t.Errorf("status %d, called %v", w.Code, called)
	}
}

func TestReply(t *testing.T) {
	h := mux(func(ctx context.Context, _ request) (any, error) {
		return httpapi.Reply{
			Status: 201, Body: json.RawMessage(`{"a":"<&>"}`),
			Cookies: []*http.Cookie{httpapi.Cookie(ctx, "tok", at.Add(15*time.Minute))},
		}, nil
	})
	w, log := serve(h, post(`{}`))
	body, _ := io.ReadAll(w.Body)
	if w.Code != 201 || string(body) != `{"a":"<&>"}` {
		t.Errorf("%d %s", w.Code, body)
	}
	want := "__Host-session=tok; Path=/; Max-Age=900; HttpOnly; Secure; SameSite=Strict"
	if got := w.Header().Get("Set-Cookie"); got != want {
		t.Errorf("cookie %q, want %q", got, want)
	}
	if strings.Contains(log, "tok") {
		t.Errorf("the token is in the log: %s", log)
	}
}
