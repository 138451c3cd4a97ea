// Package httpapi turns methods on values into JSON over HTTP: strict decoding, size limits,
// one table from error to problem document (RFC 9457), one log line a request.
//
// Read JSON first, then problems.go, which holds the table. The package routes nothing and
// knows no AWS type; lambdahttp feeds it.
package httpapi

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/metric"
)

// request is what the edge knows about a request and handlers may ask for.
type request struct {
	receivedAt time.Time
	id         string
	address    string
	agent      string
	lang       locale.Lang
	token      string
	device     string
	opening    string
	attrs      []slog.Attr
	values     []metric.Value
	problem    string
}

type requestKey struct{}

// Edge is what the gateway says about a request.
type Edge struct {
	ReceivedAt time.Time // when the gateway had received it: the instant that counts
	RequestID  string    // reference shown to the user and logged
	Address    string    // source IP, for throttling and evidence; never logged. Behind the edge that of ViewerHeader counts
}

// WithEdge returns a context that carries e. lambdahttp calls it for every event.
func WithEdge(ctx context.Context, e Edge) context.Context {
	return context.WithValue(ctx, requestKey{}, &request{
		receivedAt: e.ReceivedAt.UTC(), id: e.RequestID, address: e.Address, lang: locale.KK,
	})
}

func from(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	panic("httpapi: context without WithEdge")
}

// ReceivedAt returns the instant the gateway received the request, in UTC with millisecond
// precision. Handlers use it in place of a clock of their own.
func ReceivedAt(ctx context.Context) time.Time { return from(ctx).receivedAt }

// RequestID returns the reference of the request.
func RequestID(ctx context.Context) string { return from(ctx).id }

// Address returns the reader's IP address: the edge's word for it where one stands before the office,
// else the gateway's.
func Address(ctx context.Context) string { return from(ctx).address }

// Network returns what of a source IP address one holder has, for counting: all of IPv4, the first
// 64 bits of IPv6. Text that is no address is returned as it is.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.WithZone("").Prefix(64)
	return prefix.String()
}

// UserAgent returns the program the request says it comes from, cut to 256 bytes: evidence
// beside a signed act, never logged.
func UserAgent(ctx context.Context) string { return from(ctx).agent }

// Lang returns the language to answer in.
func Lang(ctx context.Context) locale.Lang { return from(ctx).lang }

// SessionToken returns the session cookie's value, or "".
func SessionToken(ctx context.Context) string { return from(ctx).token }

// DeviceToken returns the device cookie's value, or "".
func DeviceToken(ctx context.Context) string { return from(ctx).device }

// RegistrationToken returns the value of the cookie of a registration that is open, or "".
func RegistrationToken(ctx context.Context) string { return from(ctx).opening }

// Log adds attributes to the request's one log line: opaque ids and states only, never a
// number, name, address, content or token.
func Log(ctx context.Context, attrs ...slog.Attr) {
	r := from(ctx)
	r.attrs = append(r.attrs, attrs...)
}

// Logged are the attributes that Log was given, for the line of what is no request.
func Logged(ctx context.Context) []slog.Attr { return from(ctx).attrs }

// Measure adds measurements to the request's one log line: see package metric.
func Measure(ctx context.Context, values ...metric.Value) {
	r := from(ctx)
	r.values = append(r.values, values...)
}
