package wire

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions/internal/portal"
	"github.com/courtoffice/courtoffice/functions/internal/publish"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/openapi"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/public"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Publish builds the function publish.
func (a *App) Publish() func(context.Context, json.RawMessage) (any, error) {
	bucket := a.public(a.cfg.AssetsBucket)
	svc := &publish.Service{
		Assets: func(ctx context.Context) error { return portal.WriteAssets(ctx, bucket) },
		Print:  a.printed(), Store: bucket, List: schema.PagesList,
	}
	did := func(ctx context.Context, at time.Time, r publish.Report, err error) error {
		if r != (publish.Report{}) {
			a.log.LogAttrs(ctx, slog.LevelInfo, "pages written", slog.String("fn", a.fn.Name), slog.Int("written", r.Written), slog.Int("removed", r.Removed))
		}
		if err == nil {
			a.metrics(ctx, at, metric.Value{Name: metric.PagesRight, Value: 1})
		}
		return err
	}
	// What was told of is looked up anew. A batch that fails comes again when the queue shows it again.
	changed := func(ctx context.Context, batch events.SQSEvent) (res events.SQSEventResponse, _ error) {
		var at time.Time
		for _, m := range batch.Records {
			var e outbox.Entry
			if err := json.Unmarshal([]byte(m.Body), &e); err != nil {
				return res, fmt.Errorf("decode message: %w", err)
			}
			happened, err := e.Instant()
			if err != nil {
				return res, fmt.Errorf("event %s of %s: %w", e.Type, e.Of, err)
			}
			if end := happened.Add(time.Second); end.After(at) { // events name the second in which something happened
				at = end
			}
		}
		r, err := svc.Changed(ctx, at)
		return res, did(ctx, at, r, err)
	}
	return scheduled(a, changed, map[string]func(context.Context, time.Time) error{
		"pages": func(ctx context.Context, due time.Time) error {
			r, err := svc.Run(ctx, due)
			return did(ctx, due, r, err)
		},
	})
}

// printed makes the pages of what the tables have now: a page must not lack what can't be read, nor go by
// what was read before.
func (a *App) printed() func(context.Context, time.Time) ([]publish.Page, error) {
	site, windows := store.NewSite(a.dynamo(), a.cfg.SiteTable), store.NewMaintenance(a.dynamo(), a.cfg.SiteTable)
	return func(ctx context.Context, at time.Time) ([]publish.Page, error) {
		versions, err := site.FreshAgreements(ctx, at)
		if err != nil {
			return nil, err
		}
		for _, v := range versions {
			for _, lang := range locale.Langs { // they are remembered
				if _, err := site.AgreementText(ctx, v.ID, lang); err != nil {
					return nil, err
				}
			}
		}
		all, err := windows.AllWindows(ctx)
		if err != nil {
			return nil, err
		}
		svc := a.pages()
		svc.Agreements, svc.API, svc.Document = agreements{site}, openapi.Parsed, openapi.Compact
		svc.Windows = theseWindows(all)
		printed, err := svc.Print(httpapi.WithEdge(ctx, httpapi.Edge{ReceivedAt: at}))
		out := make([]publish.Page, len(printed))
		for i, p := range printed {
			out[i] = publish.Page{Key: strings.TrimPrefix(p.Path, "/"), Body: p.Body, Header: map[string]string{}}
			for _, name := range public.Kept {
				if value := p.Header.Get(name); value != "" {
					out[i].Header[name] = value
				}
			}
		}
		return out, err
	}
}

// theseWindows are windows that were read.
type theseWindows []maintenance.Window

func (w theseWindows) Schedule(context.Context, time.Time) ([]maintenance.Window, error) {
	return w, nil
}

func (w theseWindows) Published(_ context.Context, at time.Time) ([]maintenance.Window, error) {
	shown := []maintenance.Window{}
	for _, one := range w {
		if one.End().After(at.Add(-store.ShownFor)) {
			shown = append(shown, one)
		}
	}
	return shown, nil
}
