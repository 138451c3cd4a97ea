package functions

import (
	"strings"
	"time"
)

// Origin is where the edge has an answer from.
type Origin string

// Origins. A bucket is asked for the key that is the request's path without its first slash.
const (
	FromAPI    Origin = "api"
	FromAssets Origin = "assets" // the bucket schema.Assets; what it has not, or while it fails, the API
	FromPages  Origin = "pages"  // likewise, with the headers of PagesSay
	FromStatus Origin = "status" // the bucket schema.Status: no function is asked
	FromRecord Origin = "record" // the bucket schema.Outages, where the probe is: nothing of the office's region is asked
)

// Caching is for whom an answer is the same, and for how long at most the edge keeps what the origin
// lets it. What is not listed is no part of what is kept, and the origin is not given it.
type Caching struct {
	Name    string
	Longest time.Duration // 0 keeps nothing, and the origin is given every cookie, every query and EdgeHeaders
	Cookies []string
	Queries []string
	Headers []string
}

// Cachings.
var (
	Never     = Caching{Name: "never"}
	ForAssets = Caching{Name: "assets", Longest: 365 * 24 * time.Hour}                        // their version is in the path
	ForPages  = Caching{Name: "pages", Longest: time.Minute, Queries: []string{"from", "to"}} // a comparison of agreements names its versions
	ForStatus = Caching{Name: "status", Longest: 30 * time.Second}
	ForFeeds  = Caching{Name: "feeds", Longest: time.Minute, Queries: []string{"lang"}, Cookies: []string{"lang"}, Headers: []string{"Accept-Language"}}
)

// Headers that the edge adds, as package httpapi reads them.
const (
	OriginKeyHeader = "X-Origin-Key"
	HostHeader      = "X-Office-Host"
	ViewerHeader    = "CloudFront-Viewer-Address"
)

// EdgeHeaders are the readers' headers that functions are given where nothing is kept, beside
// Content-Type. ViewerHeader is CloudFront's own.
var EdgeHeaders = []string{"Accept-Language", ViewerHeader, "Origin", "Sec-Fetch-Site", "User-Agent"}

// EdgeRoute says where the edge has the answers of some paths from.
type EdgeRoute struct {
	Path   string // the whole path, or its beginning and "*"
	Origin Origin
	Caching
	Writes bool // methods beyond GET and HEAD are let through
}

// EdgeRoutes are what CloudFront, and the local host in its place, does with a request: the first row
// that matches counts. The last is for what leads to a page in a language, and for paths that are none.
var EdgeRoutes = []EdgeRoute{
	{Path: "/api/*", Origin: FromAPI, Caching: Never, Writes: true},
	{Path: "/static/*", Origin: FromAssets, Caching: ForAssets},
	{Path: "/status", Origin: FromStatus, Caching: ForStatus},
	{Path: "/maintenance.json", Origin: FromStatus, Caching: ForStatus},
	{Path: "/keys.json", Origin: FromStatus, Caching: ForStatus},
	{Path: "/outages.json", Origin: FromRecord, Caching: ForStatus},
	{Path: "/outages/*", Origin: FromRecord, Caching: ForStatus},
	{Path: "/maintenance.atom", Origin: FromAPI, Caching: ForFeeds},
	{Path: "/maintenance.ics", Origin: FromAPI, Caching: ForFeeds},
	{Path: "/verifier/*", Origin: FromAPI, Caching: ForAssets},  // its manifest says a minute
	{Path: "/openapi.json", Origin: FromAPI, Caching: ForPages}, // of the very version that serves the API
	{Path: "/kk/*", Origin: FromPages, Caching: ForPages},
	{Path: "/ru/*", Origin: FromPages, Caching: ForPages},
	{Path: "/en/*", Origin: FromPages, Caching: ForPages},
	{Path: "*", Origin: FromAPI, Caching: Never},
}

// Matches reports whether the row's path is that of a request.
func (r EdgeRoute) Matches(path string) bool {
	if begins, open := strings.CutSuffix(r.Path, "*"); open {
		return strings.HasPrefix(path, begins)
	}
	return r.Path == path
}

// AtEdge returns the row of a request's path.
func AtEdge(path string) EdgeRoute {
	for _, r := range EdgeRoutes {
		if r.Matches(path) {
			return r
		}
	}
	panic("functions: the last edge route takes every path")
}

// HSTSSeconds is for how long browsers come by https alone (RFC 6797): two years, as every function's
// answer says.
const HSTSSeconds = 63_072_000

// PagesSay are the headers of every page, which S3 does not keep: the edge says them of what it has from
// there, the portal of what it answers itself. Nothing inline may run and nothing foreign is asked, but for
// the two local programs that hold keys (NCALayer; KAZTOKEN's HTTP interface, which the NCALayer client asks
// for first) and what connect names, of which "" is nothing. A page that starts no worker forbids itself the
// one policy of Trusted Types.
func PagesSay(connect ...string) map[string]string {
	may := "connect-src 'self' wss://127.0.0.1:13579 https://127.0.0.1:24680"
	for _, more := range connect {
		if more != "" {
			may += " " + strings.TrimSuffix(more, "/")
		}
	}
	return map[string]string{
		"Content-Security-Policy": strings.Join([]string{
			"default-src 'none'",
			"script-src 'self'",
			"style-src 'self'",
			"font-src 'self'",
			"img-src 'self' data:",
			"frame-src blob:", // the statement, whose bytes the page has compared with what is signed
			may,
			"form-action 'self'",
			"base-uri 'none'",
			"frame-ancestors 'none'",
			"require-trusted-types-for 'script'",
			"trusted-types verifier",
		}, "; "),
		"Strict-Transport-Security":    "max-age=63072000; includeSubDomains",
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), geolocation=(), microphone=()",
	}
}

// EdgeSays are the headers the edge adds to what another bucket answers: nobody else could.
var EdgeSays = map[string]string{
	"Strict-Transport-Security":    "max-age=63072000; includeSubDomains",
	"Content-Security-Policy":      "default-src 'none'; style-src 'unsafe-inline'", // the status page carries its style
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Resource-Policy": "same-origin",
}
