package wire

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/trace"
)

// tick is the payload of a schedule (functions.Schedule).
type tick struct {
	Schedule string    `json:"schedule"`
	Time     time.Time `json:"time"` // when it was due
}

// scheduled returns the handler of a function that is given events of type E and runs by the clock
// too: schedules has what each schedule of its row does at the instant it was due. A name that
// is not there is an error.
func scheduled[E, R any](a *App, handle func(context.Context, E) (R, error), schedules map[string]func(context.Context, time.Time) error) func(context.Context, json.RawMessage) (any, error) {
	for _, s := range a.fn.Schedules {
		if schedules[s.Name] == nil {
			panic("wire: " + a.fn.Name + " has no handler for schedule " + s.Name)
		}
	}
	return func(ctx context.Context, payload json.RawMessage) (any, error) {
		var t tick
		if json.Unmarshal(payload, &t) != nil || t.Schedule == "" {
			var event E
			if err := json.Unmarshal(payload, &event); err != nil {
				return nil, fmt.Errorf("decode event: %w", err)
			}
			return handle(ctx, event)
		}
		run, ok := schedules[t.Schedule]
		if !ok || t.Time.IsZero() {
			return nil, fmt.Errorf("no schedule %q, or no time", t.Schedule)
		}
		begin := time.Now()
		ctx = httpapi.WithEdge(ctx, httpapi.Edge{ReceivedAt: t.Time}) // what requests and the clock both do logs alike
		err := run(ctx, t.Time.UTC())
		attrs := []slog.Attr{
			slog.String("fn", a.fn.Name), slog.String("schedule", t.Schedule), slog.Time("due", t.Time),
			slog.Float64("dur_ms", float64(time.Since(begin).Microseconds())/1000),
		}
		if root := trace.Of(ctx); root != "" {
			attrs = append(attrs, slog.String("trace", root))
		}
		attrs = append(attrs, httpapi.Logged(ctx)...)
		level := slog.LevelInfo
		if err != nil {
			level, attrs = slog.LevelError, append(attrs, slog.String("error", err.Error()))
		}
		a.log.LogAttrs(ctx, level, "tick", attrs...)
		return nil, err
	}
}
