package wire

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions/internal/cases"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/lambdahttp"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

func (a *App) casesService() *cases.Service {
	db := a.dynamo()
	return &cases.Service{
		Gate:      a.gate(db),
		Cases:     store.NewCases(db, a.cfg.FilingsTable),
		Traces:    store.NewTraces(db, a.cfg.FilingsTable),
		Filings:   store.NewFilings(db, a.cfg.FilingsTable),
		Staff:     store.NewStaff(db, a.cfg.AccountsTable),
		Accounts:  store.NewAccounts(db, a.cfg.AccountsTable),
		People:    store.NewCredentials(db, a.cfg.AccountsTable),
		Documents: documents.New(a.s3(), a.cfg.DocumentsBucket),
		IndexKey:  a.cfg.IndexKey,
	}
}

// Cases builds the function cases as deployed: its routes, its queue and its schedule. A message of a queue has records, a
// request has none.
func (a *App) Cases() func(context.Context, json.RawMessage) (any, error) {
	svc := a.casesService()
	request, batch := lambdahttp.Handler(a.cases(svc)), a.read(opening(svc))
	return scheduled(a, func(ctx context.Context, payload json.RawMessage) (any, error) {
		var queued events.SQSEvent
		if json.Unmarshal(payload, &queued) == nil && len(queued.Records) > 0 {
			return batch(ctx, queued)
		}
		var ev events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(payload, &ev); err != nil {
			return nil, fmt.Errorf("decode event: %w", err)
		}
		return request(ctx, ev)
	}, map[string]func(context.Context, time.Time) error{"morning": svc.Morning})
}

func opening(svc *cases.Service) func(context.Context, schema.Queue, outbox.Entry) error {
	return func(ctx context.Context, _ schema.Queue, e outbox.Entry) error {
		if e.Type == filing.EventReceived {
			return svc.Received(ctx, e.Of)
		}
		accepted, err := filing.ActedEventOf(e.Event)
		if err != nil {
			return err
		}
		return svc.Handle(ctx, accepted)
	}
}

// CasesRoutes builds its routes alone.
func (a *App) CasesRoutes() http.Handler { return a.cases(a.casesService()) }

func (a *App) cases(svc *cases.Service) http.Handler {
	return a.routes(map[string]http.Handler{
		"GET /api/cases":      httpapi.JSON(svc.Mine),
		"GET /api/cases/{id}": httpapi.JSON(svc.Case),
		"GET /api/cases/{id}/papers/{paper}/files/{file}": httpapi.JSON(svc.File),
		"GET /api/court/cases":                            httpapi.JSON(svc.Court),
		"POST /api/cases/{id}/acts":                       httpapi.JSON(svc.Act),
	})
}
