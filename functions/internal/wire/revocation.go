package wire

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/environment"
	"github.com/courtoffice/courtoffice/functions/internal/revocation"
	"github.com/courtoffice/courtoffice/shared/eds/online"
	"github.com/courtoffice/courtoffice/shared/metric"
)

// Revocation builds the function revocation. Only hosts of the configured addresses are asked.
func (a *App) Revocation() func(context.Context, json.RawMessage) (any, error) {
	svc := &revocation.Service{
		Addresses: strings.Fields(a.cfg.CRLURLs), Client: new(online.Client), Trust: environment.MustAuthorities(a.cfg, a.log), Lists: a.lists(),
	}
	for _, address := range svc.Addresses {
		if u, err := url.Parse(address); err == nil {
			svc.Client.Hosts = append(svc.Client.Hosts, u.Host)
		}
	}
	return scheduled(a, noEvent, map[string]func(context.Context, time.Time) error{
		"revocation": func(ctx context.Context, due time.Time) error {
			r, err := svc.Run(ctx, due)
			a.fetched(ctx, r, due)
			return err
		},
	})
}

// fetched logs what is new or failed, and writes the metrics that functions.Alarms watch.
func (a *App) fetched(ctx context.Context, r revocation.Report, at time.Time) {
	for _, o := range r.Outcomes {
		switch {
		case o.Err != nil:
			a.log.LogAttrs(ctx, slog.LevelWarn, "list refused", slog.String("fn", a.fn.Name), slog.String("list", o.Name), slog.String("error", o.Err.Error()))
		case o.Changed:
			a.log.LogAttrs(ctx, slog.LevelInfo, "list taken", slog.String("fn", a.fn.Name), slog.String("list", o.Name))
		}
	}
	values := []metric.Value{{Name: metric.ListsFailed, Value: float64(r.Failed())}}
	if age, left, ok := r.Age(at); ok {
		values = append(values, metric.Value{Name: metric.ListAge, Value: age.Seconds()}, metric.Value{Name: metric.ListLeft, Value: left.Seconds()})
	}
	a.metrics(ctx, at, values...)
}
