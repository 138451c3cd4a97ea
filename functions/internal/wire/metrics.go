package wire

import (
	"context"
	"log/slog"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/functions"
)

// metrics writes values as one log line in CloudWatch's embedded metric format, which turns it into
// metrics of functions.Namespace by function, without a call. values are counts or seconds.
func (a *App) metrics(ctx context.Context, at time.Time, values map[string]float64) {
	type metric struct{ Name string }
	type directive struct {
		Namespace  string
		Dimensions [][]string
		Metrics    []metric
	}
	d := directive{Namespace: functions.Namespace, Dimensions: [][]string{{"FunctionName"}}}
	attrs := []slog.Attr{slog.String("FunctionName", os.Getenv("AWS_LAMBDA_FUNCTION_NAME"))}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		d.Metrics = append(d.Metrics, metric{name})
		attrs = append(attrs, slog.Float64(name, values[name]))
	}
	attrs = append(attrs, slog.Group("_aws", slog.Int64("Timestamp", at.UnixMilli()), slog.Any("CloudWatchMetrics", []directive{d})))
	a.log.LogAttrs(ctx, slog.LevelInfo, "metrics", attrs...)
}
