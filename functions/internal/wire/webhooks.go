package wire

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions/internal/deliverwebhooks"
	"github.com/courtoffice/courtoffice/functions/internal/environment"
	"github.com/courtoffice/courtoffice/functions/internal/webhooks"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/webhook"
)

// Webhooks builds the function webhooks.
func (a *App) Webhooks() http.Handler {
	db := a.dynamo()
	svc := &webhooks.Service{
		Gate:     a.gate(db),
		Hooks:    store.NewWebhooks(db, a.cfg.AccountsTable),
		Attempts: store.NewAttempts(db, a.cfg.AccountsTable),
		Acts:     a.acts(eds.Filing().Online()),
		Queue:    a.queue(schema.Webhooks),
		IndexKey: a.cfg.IndexKey,
	}
	return a.routes(map[string]http.Handler{
		"GET /api/account/webhooks":                       httpapi.JSON(svc.List),
		"POST /api/account/webhooks":                      httpapi.JSON(svc.Add),
		"DELETE /api/account/webhooks/{webhook}":          httpapi.JSON(svc.Remove),
		"POST /api/account/webhooks/{webhook}/pause":      httpapi.JSON(svc.Pause),
		"POST /api/account/webhooks/{webhook}/resumption": httpapi.JSON(svc.Resume),
		"POST /api/account/webhooks/{webhook}/ping":       httpapi.JSON(svc.Ping),
	})
}

// DeliverWebhooks builds the function deliver-webhooks. What its queue brings a last time is given up rather
// than left to the dead letters, which are for what could not even be tried.
func (a *App) DeliverWebhooks() func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	trial, err := a.trial()
	if err != nil {
		environment.End(a.log, err)
	}
	svc := &deliverwebhooks.Service{
		Hooks:  store.NewWebhooks(a.dynamo(), a.cfg.AccountsTable),
		Keys:   a.keyring(receipt.ForWebhooks),
		Poster: &webhook.Poster{Trial: trial},
		Now:    a.clock,
	}
	r := a.reader(nil)
	for _, q := range a.fn.Queues {
		r.direct[q.Queue.Name] = func(ctx context.Context, body string, receives int) error {
			t, err := webhook.ParseTask(body)
			if err != nil {
				return err
			}
			if err = svc.Deliver(ctx, t, receives >= q.Receives); errors.Is(err, deliverwebhooks.ErrAgain) {
				err = errAgain
			}
			return err
		}
	}
	return r.batch
}

// trial is where receivers of a trial are. Production has none, whatever the variable says.
func (a *App) trial() (*webhook.Trial, error) {
	trial, err := webhook.ParseTrial(a.cfg.Receivers)
	if err == nil && trial != nil && a.cfg.Stage == "production" {
		err = errors.New("production has no receivers of a trial")
	}
	if err != nil {
		return nil, fmt.Errorf("RECEIVERS: %w", err)
	}
	return trial, nil
}
