package metric_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/metric"
)

// TestLine: the members that CloudWatch asks for, each metric's value and each dimension's beside them.
func TestLine(t *testing.T) {
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "courtoffice-file-claim")
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	at := time.Date(2026, 11, 22, 14, 0, 0, 123e6, time.UTC)
	log.LogAttrs(context.Background(), slog.LevelInfo, "request", metric.Attrs(at,
		metric.Value{Name: metric.Latency, Value: 12.5, By: "Route", Is: "POST /api/filings/{id}/seal"},
		metric.Value{Name: metric.Failures, Value: 0}, metric.Value{Name: metric.ColdStart, Value: 1},
		metric.Value{Name: metric.Latency, Value: 99},
	)...)
	const want = `{"level":"INFO","msg":"request","FunctionName":"courtoffice-file-claim","Route":"POST /api/filings/{id}/seal",
		"Latency":12.5,"Failures":0,"ColdStart":1,"_aws":{"Timestamp":1795356000123,"CloudWatchMetrics":[
			{"Namespace":"CourtOffice","Dimensions":[["FunctionName","Route"]],"Metrics":[{"Name":"Latency","Unit":"Milliseconds"}]},
			{"Namespace":"CourtOffice","Dimensions":[["FunctionName"]],"Metrics":[{"Name":"Failures","Unit":"Count"},{"Name":"ColdStart","Unit":"Count"}]}]}}`
	var got, expected any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &expected); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if metric.Attrs(at) != nil {
		t.Error("nothing was measured, and something is written")
	}
}
