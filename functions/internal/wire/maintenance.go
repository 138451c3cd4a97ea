package wire

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/maintenance"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/lambdahttp"
	rules "github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

func (a *App) maintenanceService() *maintenance.Service {
	db := a.dynamo()
	return &maintenance.Service{
		Gate:      a.gate(db),
		Windows:   store.NewMaintenance(db, a.cfg.SiteTable),
		Public:    a.public(a.cfg.StatusBucket),
		Stoppable: functions.Stoppable(),
		Rushes:    rushes,
		PortalURL: a.cfg.PortalURL,
		Mandate:   a.mandate(),

		Keys:    a.keyring(receipt.ForInterruptions),
		Outages: &maintenance.Outages{Address: a.cfg.PortalURL + "/" + schema.OutageRecord},
	}
}

// rushes are those that a deployment plans for: functions.Ready is scaled by them.
func rushes(first, last calendar.Date) []maintenance.Rush {
	list := []maintenance.Rush{}
	for _, r := range functions.Rushes(first, last) {
		one := maintenance.Rush{Day: r.Day, From: r.From.UTC(), To: r.To.UTC(), Why: r.Why, Ready: []maintenance.Readiness{}}
		for _, f := range functions.Ready {
			one.Ready = append(one.Ready, maintenance.Readiness(f))
		}
		list = append(list, one)
	}
	return list
}

// Maintenance builds the function maintenance as deployed: its routes and its schedule.
func (a *App) Maintenance() func(context.Context, json.RawMessage) (any, error) {
	svc := a.maintenanceService()
	return scheduled(a, lambdahttp.Handler(a.maintenance(svc)), map[string]func(context.Context, time.Time) error{"maintenance": svc.Tick})
}

// MaintenanceRoutes builds its routes alone.
func (a *App) MaintenanceRoutes() http.Handler { return a.maintenance(a.maintenanceService()) }

func (a *App) maintenance(svc *maintenance.Service) http.Handler {
	return a.routes(map[string]http.Handler{
		"GET /api/maintenance":                          httpapi.JSON(svc.List),
		"GET /api/maintenance/{id}/certificate":         httpapi.JSON(svc.Certificate),
		"GET /maintenance.atom":                         http.HandlerFunc(svc.Atom),
		"GET /maintenance.ics":                          http.HandlerFunc(svc.Calendar),
		"GET /api/maintenance/subscription":             httpapi.JSON(svc.Subscription),
		"PUT /api/maintenance/subscription":             httpapi.JSON(svc.Subscribe),
		"GET /api/admin/maintenance":                    httpapi.JSON(svc.AdminList),
		"POST /api/admin/maintenance":                   httpapi.JSON(svc.Propose),
		"PUT /api/admin/maintenance/{id}":               httpapi.JSON(svc.Change),
		"POST /api/admin/maintenance/{id}/cancellation": httpapi.JSON(svc.Cancel),
		"POST /api/admin/maintenance/{id}/approval":     httpapi.JSON(svc.Approve),
	})
}

// stoppable refuses writes of a function that a maintenance window stops at the instant the
// gateway received them; what had reached the gateway before is completed, and reading stays. The
// windows are those read at most a minute ago: an ordinary one was published a day before, an
// emergency is in force everywhere within that minute. If they can't be read, the write goes on:
// maintenance that nobody could be told of excuses nothing.
func (a *App) stoppable(next http.Handler) http.Handler {
	if a.fn.Open || a.cfg.SiteTable == "" {
		return next
	}
	windows := store.NewMaintenance(a.dynamo(), a.cfg.SiteTable)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		at := httpapi.ReceivedAt(r.Context())
		schedule, err := windows.Schedule(r.Context(), at)
		if err != nil {
			httpapi.Log(r.Context(), slog.String("maintenance", err.Error()))
		}
		if win, until, ok := rules.Stops(schedule, a.fn.Name, at); ok {
			httpapi.WriteError(w, r, &rules.ClosedError{Window: win, Until: until, Wait: until.Sub(at)})
			return
		}
		next.ServeHTTP(w, r)
	})
}
