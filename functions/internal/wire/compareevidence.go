package wire

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/compareevidence"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/store"
)

// CompareEvidence builds the function compare-evidence.
func (a *App) CompareEvidence() func(context.Context, json.RawMessage) (any, error) {
	svc := &compareevidence.Service{
		Filings:   store.NewFilings(a.dynamo(), a.cfg.FilingsTable),
		Documents: documents.New(a.s3(), a.cfg.DocumentsBucket),
		Evidence:  documents.NewEvidence(a.s3(), a.cfg.EvidenceBucket),
		Lull:      120, // each of these days costs as many queries as a day has shards
		Report: func(d compareevidence.Difference) {
			a.log.Error("difference", slog.String("fn", a.fn.Name), slog.String("filing", d.Filing), slog.String("what", d.What), slog.String("key", d.Key))
		},
	}
	return scheduled(a, noEvent, map[string]func(context.Context, time.Time) error{
		"compare": func(ctx context.Context, due time.Time) error {
			c, err := svc.Run(ctx, due)
			passed := cmp.Or(c.Passed, c.Began)
			if !passed.IsZero() {
				a.metrics(ctx, due,
					metric.Value{Name: metric.EvidenceCompared, Value: float64(c.Compared)}, metric.Value{Name: metric.EvidenceDiffers, Value: float64(c.Differs)},
					metric.Value{Name: metric.EvidenceAge, Value: max(0, due.Sub(passed).Seconds())},
				)
			}
			return err
		},
	})
}
