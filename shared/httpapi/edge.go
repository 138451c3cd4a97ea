package httpapi

import (
	"crypto/subtle"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// What the edge, the content network before the office, adds to a request. Of a request without a
// key of the edge none is believed: anyone may write them.
const (
	OriginKeyHeader = "X-Origin-Key"              // a key that only the edge and the functions have
	HostHeader      = "X-Office-Host"             // the host that the reader's browser asked
	ViewerHeader    = "CloudFront-Viewer-Address" // the reader's address and port, "203.0.113.7:46532" or "2001:db8::1:46532"
)

// OpenOrigin in place of the keys says that no edge stands before the office: everybody is let through,
// and the address that counts is the gateway's.
const OpenOrigin = "open"

// behind refuses requests that did not come by way of the edge: they carry none of keys, which are
// separated by spaces. Of the others the address and the host are those the edge says.
func behind(keys string, next http.Handler) http.Handler {
	if keys == OpenOrigin {
		return next
	}
	known := strings.Fields(keys)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := []byte(r.Header.Get(OriginKeyHeader))
		if !slices.ContainsFunc(known, func(k string) bool { return subtle.ConstantTimeCompare([]byte(k), key) == 1 }) {
			WriteError(w, r, &Problem{Slug: "forbidden"})
			return
		}
		r.Header.Del(OriginKeyHeader)
		if host := r.Header.Get(HostHeader); host != "" {
			r.Host = host
		}
		if address, ok := viewer(r.Header.Get(ViewerHeader)); ok {
			from(r.Context()).address = address
		}
		next.ServeHTTP(w, r)
	})
}

// viewer is the address in ViewerHeader. An IPv6 address has no brackets there.
func viewer(header string) (string, bool) {
	i := strings.LastIndex(header, ":")
	if i < 0 {
		return "", false
	}
	address, err := netip.ParseAddr(strings.Trim(header[:i], "[]"))
	return address.String(), err == nil
}
