package wire

import (
	"context"
	"log/slog"
	"time"

	"github.com/courtoffice/courtoffice/shared/metric"
)

// metrics writes the measurements of a run as one log line.
func (a *App) metrics(ctx context.Context, at time.Time, values ...metric.Value) {
	a.log.LogAttrs(ctx, slog.LevelInfo, "metrics", metric.Attrs(at, values...)...)
}
