package wire

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions/internal/lockdocuments"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// LockDocuments builds the function lock-documents.
func (a *App) LockDocuments() func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	svc := &lockdocuments.Service{
		Filings:   store.NewFilings(a.dynamo(), a.cfg.FilingsTable),
		Documents: locks{documents.New(a.s3(), a.cfg.DocumentsBucket), a.cfg.Stage == "production"},
	}
	return a.read(func(ctx context.Context, _ schema.Queue, e outbox.Entry) error {
		sent, err := filing.SentEventOf(e.Event)
		if err != nil {
			return err
		}
		return svc.Handle(ctx, sent)
	})
}

// locks fixes the mode: what is filed in production can't be unlocked by anyone.
type locks struct {
	store      *documents.Store
	compliance bool
}

func (l locks) Lock(ctx context.Context, filingID, sha256, version string, until time.Time) error {
	return l.store.Lock(ctx, filingID, sha256, version, until, l.compliance)
}
