// Package trace carries the name of what one request set off: the root of its AWS X-Ray trace. Every log line that
// belongs to it has that name, from the request through its events, the queues and what their readers do, and so have
// the segments that Lambda itself sends. The package sends nothing anywhere.
package trace

import (
	"context"
	"strings"
)

// Header is the HTTP header that a root comes in (AWS X-Ray Developer Guide, "Tracing header").
const Header = "X-Amzn-Trace-Id"

// isRoot reports whether s is a root: version, the epoch second of its beginning, 96 bits. A regular expression would be
// compiled at every start.
func isRoot(s string) bool {
	version, rest, _ := strings.Cut(s, "-")
	second, random, _ := strings.Cut(rest, "-")
	return version == "1" && len(second) == 8 && len(random) == 24 && strings.Trim(second+random, "0123456789abcdef") == ""
}

// Root is that of a tracing header, "Root=1-…;Parent=…;Sampled=1", or "" where it has none.
func Root(header string) string {
	for part := range strings.SplitSeq(header, ";") {
		if name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name == "Root" && isRoot(value) {
			return value
		}
	}
	return ""
}

// HeaderOf is the tracing header of a root, "" of "". Whether it is sampled is left to who takes it.
func HeaderOf(root string) string {
	if root == "" {
		return ""
	}
	return "Root=" + root
}

type key struct{}

// With returns a context of what root set off; "" changes nothing.
func With(ctx context.Context, root string) context.Context {
	if root == "" {
		return ctx
	}
	return context.WithValue(ctx, key{}, root)
}

// lambda is under what key package lambda of aws-lambda-go keeps the header of an invocation.
const lambda = "x-amzn-trace-id"

// Of is the root of what ctx belongs to: that of With, else that of the invocation, else "".
func Of(ctx context.Context) string {
	if own, ok := ctx.Value(key{}).(string); ok {
		return own
	}
	header, _ := ctx.Value(lambda).(string)
	return Root(header)
}
