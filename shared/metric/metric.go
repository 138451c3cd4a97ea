// Package metric writes measurements as members of a log line, in CloudWatch's embedded metric format:
// CloudWatch makes metrics of them, without a call. Elsewhere they are a log line like others.
package metric

import (
	"log/slog"
	"os"
	"slices"
	"time"
)

// Namespace is that of all of them. Each has the dimension FunctionName.
const Namespace = "CourtOffice"

// Of every request.
const (
	Latency   = "Latency"   // milliseconds from the function's first look to its answer, by Route
	Failures  = "Failures"  // answered with 5xx
	Refused   = "Refused"   // answered with 4xx
	Throttled = "Throttled" // answered with 429, beside Refused
	ColdStart = "ColdStart" // the first of its process
)

// Of acts with a signature.
const (
	VerifyTime = "VerifyTime" // milliseconds a signature took to verify, by Algorithm
	Seals      = "Seals"      // what became of a signature of a manifest, by Outcome: sealed, kept, again, late
)

// Of batches and schedules.
const (
	Failed      = "Failed"      // messages or records of a batch that come again
	UntoldAge   = "UntoldAge"   // seconds since the oldest event happened that someone is still to be told of
	Unknown     = "Unknown"     // reports of messages that no record of a delivery has: dropped
	Swept       = "Swept"       // events that were untold for an hour and were sent again
	ListsFailed = "ListsFailed" // addresses that gave no list the office could believe
	ListAge     = "ListAge"     // seconds since the oldest full list was made
	ListLeft    = "ListLeft"    // seconds until the first full list ends, below zero when it has

	KeyAge  = "KeyAge"  // seconds since the day of the newest signing key began, below zero while it is ahead
	KeyLeft = "KeyLeft" // seconds until the newest signing key ends

	PagesRight = "PagesRight" // 1 when all public pages are as they should be

	ProbesDown  = "ProbesDown"  // probes from outside that failed in a minute
	ProbesBlind = "ProbesBlind" // those that could not be tried

	EvidenceCompared = "EvidenceCompared" // filings this pass of compare-evidence has compared so far
	EvidenceDiffers  = "EvidenceDiffers"  // differences this pass has found so far
	EvidenceAge      = "EvidenceAge"      // seconds since the last pass that was finished, or the first, began
	UnreceivedAge    = "UnreceivedAge"    // seconds since the oldest filing was sent that is neither received nor rejected
	UnsettledAge     = "UnsettledAge"     // seconds since the oldest filing was sent of which something is left to find out
)

// Value is one measurement.
type Value struct {
	Name  string
	Value float64
	By    string // name of a dimension beside FunctionName, or ""
	Is    string // its value: an opaque word of a few, never a person's
}

// units has those that are not counts.
var units = map[string]string{
	Latency: "Milliseconds", VerifyTime: "Milliseconds", UntoldAge: "Seconds", ListAge: "Seconds", ListLeft: "Seconds",
	KeyAge: "Seconds", KeyLeft: "Seconds", EvidenceAge: "Seconds", UnreceivedAge: "Seconds", UnsettledAge: "Seconds",
}

// directive says which members of the line are metrics, and which dimensions.
type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []definition
}

type definition struct {
	Name string
	Unit string
}

// Attrs are the members that make metrics of values in a JSON log line, nil for none. at is when they
// were taken. A name counts once.
//
// Source: CloudWatch User Guide, "Specification: Embedded metric format".
func Attrs(at time.Time, values ...Value) []slog.Attr {
	if len(values) == 0 {
		return nil
	}
	attrs := []slog.Attr{slog.String("FunctionName", os.Getenv("AWS_LAMBDA_FUNCTION_NAME"))}
	var directives []directive
	var seen []string
	for _, v := range values {
		if slices.Contains(seen, v.Name) {
			continue
		}
		seen = append(seen, v.Name)
		dimensions := []string{"FunctionName"}
		if v.By != "" {
			dimensions = append(dimensions, v.By)
			attrs = append(attrs, slog.String(v.By, v.Is))
		}
		i := slices.IndexFunc(directives, func(d directive) bool { return slices.Equal(d.Dimensions[0], dimensions) })
		if i < 0 {
			i = len(directives)
			directives = append(directives, directive{Namespace: Namespace, Dimensions: [][]string{dimensions}})
		}
		unit := units[v.Name]
		if unit == "" {
			unit = "Count"
		}
		directives[i].Metrics = append(directives[i].Metrics, definition{v.Name, unit})
		attrs = append(attrs, slog.Float64(v.Name, v.Value))
	}
	return append(attrs, slog.Group("_aws", slog.Int64("Timestamp", at.UnixMilli()), slog.Any("CloudWatchMetrics", directives)))
}
