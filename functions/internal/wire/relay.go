package wire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions/internal/relay"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/trace"
)

// Relay builds the function relay.
func (a *App) Relay() func(context.Context, json.RawMessage) (any, error) {
	svc := &relay.Service{Queues: map[string]relay.Queue{}, Outboxes: map[string]relay.Outbox{}}
	for _, q := range a.fn.Sends {
		svc.Queues[q.Name] = a.queue(q)
	}
	for name, box := range a.outboxes() {
		svc.Outboxes[name] = box
	}
	return scheduled(a, a.relayed(svc), map[string]func(context.Context, time.Time) error{
		"sweep": func(ctx context.Context, due time.Time) error {
			age, aged := svc.Untold(ctx, due)
			n, err := svc.Sweep(ctx, due)
			level, attrs := slog.LevelInfo, []slog.Attr{slog.String("fn", a.fn.Name), slog.Int("events", n)}
			values := []metric.Value{{Name: metric.Swept, Value: float64(n)}}
			if aged == nil {
				values = append(values, metric.Value{Name: metric.UntoldAge, Value: age.Seconds()})
			}
			if n > 0 {
				level = slog.LevelWarn
			}
			a.log.LogAttrs(ctx, level, "swept", append(attrs, metric.Attrs(due, values...)...)...)
			return errors.Join(aged, err)
		},
	})
}

// relayed copies the outbox items of a batch. From the first that was not copied on, all come again.
func (a *App) relayed(svc *relay.Service) func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, batch events.DynamoDBEvent) (res events.DynamoDBEventResponse, _ error) {
		begin := time.Now()
		var entries []outbox.Entry
		var from []string // sequence numbers of entries
		failed := map[string]error{}
		for _, record := range batch.Records {
			e, ok, err := store.OutboxEntry(image(record.Change.NewImage))
			switch {
			case err != nil:
				failed[record.Change.SequenceNumber] = err
			case ok:
				entries, from = append(entries, e), append(from, record.Change.SequenceNumber)
			}
		}
		copied := svc.Copy(ctx, entries)
		var list []followed
		for i, e := range entries {
			of := followed{Type: e.Type, Of: e.Of, Trace: trace.Root(trace.HeaderOf(e.Trace)), TookMS: millis(time.Since(begin)), Failed: copied[i] != nil}
			if happened, err := e.Instant(); err == nil {
				of.WaitedMS = millis(max(0, begin.Sub(happened)))
			}
			list = append(list, of)
		}
		for i, err := range copied {
			failed[from[i]] = err
		}
		attrs := []slog.Attr{
			slog.String("fn", a.fn.Name), slog.Int("records", len(batch.Records)), slog.Int("failed", len(failed)),
			slog.Float64("dur_ms", float64(time.Since(begin).Microseconds())/1000),
		}
		if len(list) > 0 {
			attrs = append(attrs, slog.Any("events", list))
		}
		level := slog.LevelInfo
		first := slices.IndexFunc(batch.Records, func(r events.DynamoDBEventRecord) bool { return failed[r.Change.SequenceNumber] != nil })
		if first >= 0 {
			sequence := batch.Records[first].Change.SequenceNumber
			res.BatchItemFailures = []events.DynamoDBBatchItemFailure{{ItemIdentifier: sequence}}
			level, attrs = slog.LevelError, append(attrs, slog.String("error", fmt.Sprint(failed[sequence])))
		}
		attrs = append(attrs, metric.Attrs(begin, metric.Value{Name: metric.Failed, Value: float64(len(failed))})...)
		a.log.LogAttrs(ctx, level, "batch", attrs...)
		return res, nil
	}
}
