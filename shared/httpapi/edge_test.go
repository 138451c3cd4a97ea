package httpapi_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// TestBehindTheEdge: what did not come by way of the edge is refused, and only of what did are the
// edge's headers believed.
func TestBehindTheEdge(t *testing.T) {
	const keys = "current previous"
	for _, tt := range []struct {
		name, keys string
		header     map[string]string
		status     int
		address    string
	}{
		{"no key", keys, map[string]string{httpapi.ViewerHeader: "198.51.100.9:1"}, 403, ""},
		{"another key", keys, map[string]string{httpapi.OriginKeyHeader: "currenT"}, 403, ""},
		{"both keys as one", keys, map[string]string{httpapi.OriginKeyHeader: keys}, 403, ""},
		{"no key is configured", "", map[string]string{httpapi.OriginKeyHeader: ""}, 403, ""},
		{"the word for no edge", keys, map[string]string{httpapi.OriginKeyHeader: httpapi.OpenOrigin}, 403, ""},
		{"current", keys, map[string]string{httpapi.OriginKeyHeader: "current", httpapi.ViewerHeader: "198.51.100.9:46532"}, 200, "198.51.100.9"},
		{"previous, IPv6", keys, map[string]string{httpapi.OriginKeyHeader: "previous", httpapi.ViewerHeader: "2001:db8::1:46532"}, 200, "2001:db8::1"},
		{"address unread", keys, map[string]string{httpapi.OriginKeyHeader: "current", httpapi.ViewerHeader: "reader"}, 200, "203.0.113.7"},
		{"no edge", httpapi.OpenOrigin, map[string]string{httpapi.ViewerHeader: "198.51.100.9:46532"}, 200, "203.0.113.7"},
	} {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get(httpapi.OriginKeyHeader) != "" {
				t.Errorf("%s: the key is handed on", tt.name)
			}
			io.WriteString(w, httpapi.Address(r.Context()))
		})
		r := httptest.NewRequest("GET", "/", nil)
		for name, value := range tt.header {
			r.Header.Set(name, value)
		}
		w, log := serveBehind(tt.keys, h, r)
		if w.Code != tt.status || tt.status == 200 && w.Body.String() != tt.address {
			t.Errorf("%s: %d, address %q, want %d, %q", tt.name, w.Code, w.Body, tt.status, tt.address)
		}
		if tt.status == 403 && !strings.Contains(log, `"problem":"forbidden"`) {
			t.Errorf("%s: log %s", tt.name, log)
		}
	}
}

// TestOriginBehindTheEdge: a browser without Sec-Fetch-Site is judged by the host it asked, which is the
// edge's, not by the gateway's.
func TestOriginBehindTheEdge(t *testing.T) {
	for origin, want := range map[string]int{"https://court.example": 204, "https://evil.example": 403, "https://api.court.example": 403} {
		r := post(`{}`)
		r.Host = "api.court.example"
		r.Header.Set("Origin", origin)
		r.Header.Set(httpapi.OriginKeyHeader, "k")
		r.Header.Set(httpapi.HostHeader, "court.example")
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		if w, _ := serveBehind("k", h, r); w.Code != want {
			t.Errorf("from %s: %d, want %d", origin, w.Code, want)
		}
	}
}
