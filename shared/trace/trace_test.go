package trace_test

import (
	"context"
	"testing"

	"github.com/courtoffice/courtoffice/shared/trace"
)

const root = "1-67891233-abcdef012345678912345678"

// TestRoot: only what X-Ray would take is a root, so that nothing a client sends gets into a log line as it is.
func TestRoot(t *testing.T) {
	for header, want := range map[string]string{
		"Root=" + root: root, "Root=" + root + ";Parent=53995c3f42cd8ad8;Sampled=1": root, "Self=1-1-1; Root=" + root + ";Sampled=0": root,
		"Root=" + root + ";Sampled=1;Lineage=1:a87bd80c:0": root,
		"": "", root: "", "Root=": "", "Root=1-67891233-abcdef0123456789123456789": "", "Root=2-67891233-abcdef012345678912345678": "",
		`Root=1-67891233-abcdef01234567891234567"`: "", "Root=1-67891233-ABCDEF012345678912345678": "", "root=" + root: "",
	} {
		if got := trace.Root(header); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
	if got := trace.Root(trace.HeaderOf(root)); got != root || trace.HeaderOf("") != "" {
		t.Errorf("there and back: %q", got)
	}
}

// TestOf: an invocation's own header counts until something that another request set off is dealt with in it.
func TestOf(t *testing.T) {
	ctx := context.WithValue(context.Background(), "x-amzn-trace-id", "Root=1-00000000-000000000000000000000000;Sampled=0") //lint:ignore SA1029 it is the key of aws-lambda-go
	if got := trace.Of(ctx); got != "1-00000000-000000000000000000000000" {
		t.Errorf("of an invocation: %q", got)
	}
	if got := trace.Of(trace.With(ctx, root)); got != root {
		t.Errorf("of an event: %q", got)
	}
	if got := trace.Of(trace.With(ctx, "")); got != "1-00000000-000000000000000000000000" {
		t.Errorf("of an event from before there were traces: %q", got)
	}
	if got := trace.Of(context.Background()); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}
