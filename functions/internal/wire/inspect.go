package wire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions/internal/inspect"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Inspect builds the function inspect. Each message is one event notification of S3 with the
// objects it tells of; one that fails comes again whole. One log line a batch.
func (a *App) Inspect() func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	svc := &inspect.Service{
		Documents: documents.New(a.s3(), a.cfg.DocumentsBucket),
		Verdicts:  store.NewVerdicts(a.dynamo(), a.cfg.FilingsTable),
		Now:       time.Now,
	}
	return func(ctx context.Context, batch events.SQSEvent) (res events.SQSEventResponse, _ error) {
		begin := time.Now()
		res.BatchItemFailures = []events.SQSBatchItemFailure{}
		var failures []error
		for _, m := range batch.Records {
			if err := uploads(ctx, svc, m.Body); err != nil {
				failures = append(failures, err)
				res.BatchItemFailures = append(res.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
			}
		}
		attrs := []slog.Attr{
			slog.String("fn", a.fn.Name), slog.Int("messages", len(batch.Records)), slog.Int("done", len(batch.Records)-len(failures)),
			slog.Float64("dur_ms", float64(time.Since(begin).Microseconds())/1000),
		}
		level := slog.LevelInfo
		if len(failures) > 0 {
			level, attrs = slog.LevelError, append(attrs, slog.String("error", errors.Join(failures...).Error()))
		}
		a.log.LogAttrs(ctx, level, "batch", attrs...)
		return res, nil
	}
}

// notification is what is needed of S3's event notification. events.S3Event asks for times in it
// that versitygw leaves empty.
type notification struct {
	Records []struct {
		S3 struct {
			Object struct {
				Key       string // as in a query string
				VersionID string
			}
		}
	}
}

// uploads handles one notification. The test event that S3 sends when it is set up has no records.
func uploads(ctx context.Context, svc *inspect.Service, body string) error {
	var told notification
	if err := json.Unmarshal([]byte(body), &told); err != nil {
		return fmt.Errorf("decode notification: %w", err)
	}
	for _, r := range told.Records {
		key, err := url.QueryUnescape(r.S3.Object.Key)
		if err != nil {
			return fmt.Errorf("decode notification: %w", err)
		}
		if err := svc.Handle(ctx, inspect.Upload{Key: key, Version: r.S3.Object.VersionID}); err != nil {
			return err
		}
	}
	return nil
}
