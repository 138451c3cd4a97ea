package httpapi

import (
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/trace"
)

// CookieName is the session cookie. The prefix makes browsers insist on Secure, Path=/ and no
// Domain (RFC 6265bis, section 4.1.3.2).
const CookieName = "__Host-session"

// DeviceCookieName is the cookie by which an account knows a browser again that it was signed in
// from. It opens nothing.
const DeviceCookieName = "__Host-device"

// RegistrationCookieName is the cookie by which a browser has an unfinished registration back.
const RegistrationCookieName = "__Host-registration"

var started atomic.Bool

// Handle wraps the routes of function fn: it fills the request's context (language,
// session cookie), refuses what did not come by way of the edge and cross-origin writes, and writes
// the one log line. keys are those of the edge, separated by spaces, or OpenOrigin. The result must
// come behind lambdahttp, which puts the gateway's facts into the context.
func Handle(fn string, log *slog.Logger, keys string, next http.Handler) http.Handler {
	next = behind(keys, sameOrigin(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		req := from(r.Context())
		req.lang = language(r)
		req.agent = strings.ToValidUTF8(r.UserAgent()[:min(256, len(r.UserAgent()))], "")
		if c, err := r.Cookie(CookieName); err == nil {
			req.token = c.Value
		}
		if c, err := r.Cookie(DeviceCookieName); err == nil {
			req.device = c.Value
		}
		if c, err := r.Cookie(RegistrationCookieName); err == nil {
			req.opening = c.Value
		}
		h := w.Header()
		h.Set("X-Request-Id", req.id)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains") // RFC 6797: two years
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		sw := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(sw, r)

		took, cold := float64(time.Since(begin).Microseconds())/1000, !started.Swap(true)
		attrs := append([]slog.Attr{
			slog.String("fn", fn), slog.String("route", r.Pattern), slog.Int("status", sw.status),
			slog.Float64("dur_ms", took), slog.Bool("cold", cold), slog.String("request", req.id), slog.String("ref", Reference(req.id)),
		}, req.attrs...)
		if root := trace.Of(r.Context()); root != "" {
			attrs = append(attrs, slog.String("trace", root))
		}
		if req.problem != "" {
			attrs = append(attrs, slog.String("problem", req.problem))
		}
		attrs = append(attrs, metric.Attrs(req.receivedAt, append(measured(r.Pattern, sw.status, took, cold), req.values...)...)...)
		level := slog.LevelInfo
		if sw.status >= 500 {
			level = slog.LevelError
		}
		log.LogAttrs(r.Context(), level, "request", attrs...)
	})
}

// measured is what is measured of every request.
func measured(route string, status int, took float64, cold bool) []metric.Value {
	count := func(name string, is bool) metric.Value {
		if is {
			return metric.Value{Name: name, Value: 1}
		}
		return metric.Value{Name: name}
	}
	return []metric.Value{
		{Name: metric.Latency, Value: took, By: "Route", Is: route},
		count(metric.Failures, status >= 500), count(metric.Refused, status/100 == 4),
		count(metric.Throttled, status == http.StatusTooManyRequests), count(metric.ColdStart, cold),
	}
}

func language(r *http.Request) locale.Lang {
	cookie := ""
	if c, err := r.Cookie("lang"); err == nil {
		cookie = c.Value
	}
	return locale.Match(r.URL.Query().Get("lang"), cookie, r.Header.Get("Accept-Language"))
}

// sameOrigin refuses state-changing requests that a browser says another site made.
func sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		WriteError(w, r, &Problem{Slug: "forbidden"})
	}))
	return guard.Handler(next)
}

// statusWriter remembers the status for the log line.
type statusWriter struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (w *statusWriter) WriteHeader(status int) {
	if !w.wrote {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(b)
}

// NotFound answers a path that the function doesn't serve with a problem document.
func NotFound(w http.ResponseWriter, r *http.Request) { WriteError(w, r, &Problem{Slug: "not-found"}) }
