package wire

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions/internal/trust"
	"github.com/courtoffice/courtoffice/functions/internal/verifyfiling"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// VerifyFiling builds the function verify-filing.
func (a *App) VerifyFiling() func(context.Context, json.RawMessage) (any, error) {
	filings := store.NewFilings(a.dynamo(), a.cfg.FilingsTable)
	policy := eds.Filing().Online()
	policy.Name = "verify-filing"
	svc := &verifyfiling.Service{
		Filings:   filings,
		Verdicts:  store.NewVerdicts(a.dynamo(), a.cfg.FilingsTable),
		Documents: documents.New(a.s3(), a.cfg.DocumentsBucket),
		Verify: func(in eds.Signed, ask verifyfiling.Ask) (*eds.Report, error) {
			return (&trust.Verifier{Current: a.trust(), Policy: policy, Ask: ask}).Verify(in)
		},
		Now: time.Now,
		Log: a.log.With("fn", a.fn.Name),
	}
	if a.cfg.OCSPURL != "" {
		svc.Ask = trust.NewResponder(a.cfg.OCSPURL, trust.Verifying, time.Now).Ask
	}
	if a.cfg.TSPURL != "" {
		svc.Stamp = trust.NewStamper(a.cfg.TSPURL, a.trust(), eds.Filing(), time.Now).Stamp
	}
	verify := a.read(func(ctx context.Context, _ schema.Queue, e outbox.Entry) error {
		settled, err := svc.Handle(ctx, e.Of)
		if err == nil && !settled {
			err = errLater
		}
		return err
	})
	return scheduled(a, func(ctx context.Context, batch events.SQSEvent) (events.SQSEventResponse, error) {
		return verify(ctx, batch)
	},
		map[string]func(context.Context, time.Time) error{
			"waiting": func(ctx context.Context, due time.Time) error {
				return a.waiting(ctx, filings, a.outboxes()[schema.Filings.Name], due)
			},
		})
}

// waiting writes the metrics of how long filings and the rulings on them wait for their verification, by what the outbox has not
// seen done: what is younger than outbox.Patience is not looked at.
func (a *App) waiting(ctx context.Context, filings *store.Filings, box *store.Outbox, at time.Time) error {
	var unreceived, unsettled time.Duration
	sent := map[string]time.Duration{} // ages by id, at most 100 at a time
	look := func() error {
		ids := make([]string, 0, len(sent))
		for id := range sent {
			ids = append(ids, id)
		}
		statuses, err := filings.Statuses(ctx, ids)
		if err != nil {
			return err
		}
		for id, age := range sent {
			unsettled = max(unsettled, age)
			if statuses[id] == filing.Sent {
				unreceived = max(unreceived, age)
			}
		}
		clear(sent)
		return nil
	}
	// What was sent again is not overdue before another Again.
	err := box.Overdue(ctx, at.Add(outbox.Again), func(e outbox.Entry) error {
		sentAt, err := e.Instant()
		if err != nil || !slices.Contains(e.Awaits, schema.Verifications.Name) || at.Sub(sentAt) < outbox.Patience {
			return err
		}
		if sent[e.Of] = max(sent[e.Of], at.Sub(sentAt)); len(sent) < 100 {
			return nil
		}
		return look()
	})
	if err == nil && len(sent) > 0 {
		err = look()
	}
	if err != nil {
		return err
	}
	a.metrics(ctx, at, metric.Value{Name: metric.UnreceivedAge, Value: unreceived.Seconds()}, metric.Value{Name: metric.UnsettledAge, Value: unsettled.Seconds()})
	return nil
}
