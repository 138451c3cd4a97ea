package gateway

import (
	"fmt"
	"net/url"
	"strings"
)

// route is one API Gateway route: "GET /api/filings/{id}" or, greedy, "GET /{proxy+}".
type route struct {
	key      string
	method   string
	segments []segment
	invoke   Invoker
}

type segment struct {
	kind kind
	text string // literal text or parameter name
}

// kind orders segments by how specific they are: API Gateway prefers the lower.
type kind int

const (
	literal kind = iota
	param
	greedy
)

// RouteKeys gives the API Gateway route keys of a net/http pattern. They are the same string
// except for a greedy tail: "GET /a/{path...}" becomes "GET /a/{proxy+}", as in infra/cdk, and,
// because a greedy parameter matches at least one segment there but none in net/http, "GET /a".
func RouteKeys(pattern string) []string {
	i := strings.LastIndex(pattern, "/{")
	if i < 0 || !strings.HasSuffix(pattern, "...}") {
		return []string{pattern}
	}
	root := pattern[:i]
	if strings.HasSuffix(root, " ") {
		root += "/"
	}
	return []string{pattern[:i] + "/{proxy+}", root}
}

func parseRoute(key string, invoke Invoker) (route, error) {
	method, path, ok := strings.Cut(key, " ")
	if !ok || !strings.HasPrefix(path, "/") {
		return route{}, fmt.Errorf("route %q: want METHOD /path", key)
	}
	r := route{key: key, method: method, invoke: invoke}
	for _, s := range split(path) {
		switch {
		case strings.HasPrefix(s, "{") && strings.HasSuffix(s, "+}"):
			r.segments = append(r.segments, segment{greedy, s[1 : len(s)-2]})
		case strings.HasPrefix(s, "{") && strings.HasSuffix(s, "}"):
			r.segments = append(r.segments, segment{param, s[1 : len(s)-1]})
		default:
			r.segments = append(r.segments, segment{literal, s})
		}
	}
	for i, s := range r.segments {
		if s.kind == greedy && i != len(r.segments)-1 {
			return route{}, fmt.Errorf("route %q: a greedy parameter must be last", key)
		}
	}
	return r, nil
}

// split cuts an absolute path into segments; "/" has none, "/a/" has "a" and "".
func split(path string) []string {
	if path == "/" {
		return nil
	}
	return strings.Split(path[1:], "/")
}

// match returns the path parameters of an escaped path, decoded, or false.
func (r *route) match(method, escaped string) (map[string]string, bool) {
	if r.method != method && r.method != "ANY" {
		return nil, false
	}
	parts := split(escaped)
	params := map[string]string{}
	for i, s := range r.segments {
		if i >= len(parts) {
			return nil, false
		}
		if s.kind == greedy {
			rest, err := url.PathUnescape(strings.Join(parts[i:], "/"))
			if err != nil || rest == "" {
				return nil, false
			}
			params[s.text] = rest
			return params, true
		}
		part, err := url.PathUnescape(parts[i])
		if err != nil {
			return nil, false
		}
		switch {
		case s.kind == literal && part != s.text, s.kind == param && part == "":
			return nil, false
		case s.kind == param:
			params[s.text] = part
		}
	}
	return params, len(parts) == len(r.segments)
}

// before reports whether r is more specific than o: the first segment in which their kinds
// differ decides, then the longer one, then a named method over ANY.
func (r *route) before(o *route) bool {
	for i := range min(len(r.segments), len(o.segments)) {
		if a, b := r.segments[i].kind, o.segments[i].kind; a != b {
			return a < b
		}
	}
	if len(r.segments) != len(o.segments) {
		return len(r.segments) > len(o.segments)
	}
	return r.method != "ANY" && o.method == "ANY"
}

// find returns the most specific route that matches, with its parameters.
func (g *Gateway) find(method, escaped string) (*route, map[string]string) {
	var best *route
	var found map[string]string
	for i := range g.routes {
		r := &g.routes[i]
		if params, ok := r.match(method, escaped); ok && (best == nil || r.before(best)) {
			best, found = r, params
		}
	}
	return best, found
}
