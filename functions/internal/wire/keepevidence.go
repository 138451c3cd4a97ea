package wire

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions/internal/keepevidence"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// KeepEvidence builds the function keep-evidence.
func (a *App) KeepEvidence() func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	svc := &keepevidence.Service{
		Filings:   store.NewFilings(a.dynamo(), a.cfg.FilingsTable),
		Documents: documents.New(a.s3(), a.cfg.DocumentsBucket),
		Evidence:  documents.NewEvidence(a.s3(), a.cfg.EvidenceBucket),
	}
	return a.read(func(ctx context.Context, _ schema.Queue, e outbox.Entry) error {
		switch e.Type {
		case filing.EventSent:
			return svc.Sealed(ctx, e.Of)
		case filing.EventReceived, filing.EventRejected, filing.EventDoubted, filing.EventSettled:
			return svc.Verified(ctx, e.Of)
		case filing.EventAccepted, filing.EventReturned, filing.EventRefused, filing.EventWithdrawn, filing.EventAnswered:
			return svc.Ruled(ctx, e.Of)
		case filing.EventScanned:
			return svc.Scanned(ctx, e.Of)
		}
		return fmt.Errorf("event %s of %s is not for keep-evidence", e.Type, e.Of)
	})
}
