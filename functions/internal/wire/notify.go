package wire

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/functions/internal/notify"
	"github.com/courtoffice/courtoffice/shared/mail"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Notify builds the function notify: it handles the records of a stream batch in order and
// reports the first that failed, so that everything from there on comes again.
func (a *App) Notify() func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
	db := a.dynamo()
	svc := &notify.Service{
		Accounts:  store.NewAccounts(db, a.cfg.AccountsTable),
		Filings:   store.NewFilings(db, a.cfg.FilingsTable, ""),
		Notices:   store.NewAccounts(db, a.cfg.AccountsTable),
		Mail:      mail.New(a.ses(), a.cfg.MailFrom),
		PortalURL: a.cfg.PortalURL,
		Now:       time.Now,
	}
	return func(ctx context.Context, batch events.DynamoDBEvent) (res events.DynamoDBEventResponse, _ error) {
		begin, done := time.Now(), 0
		var failure error
		for _, record := range batch.Records {
			if failure = a.notice(ctx, svc, record); failure != nil {
				res.BatchItemFailures = []events.DynamoDBBatchItemFailure{{ItemIdentifier: record.Change.SequenceNumber}}
				break
			}
			done++
		}
		attrs := []slog.Attr{
			slog.String("fn", a.fn.Name), slog.Int("records", len(batch.Records)), slog.Int("done", done),
			slog.Float64("dur_ms", float64(time.Since(begin).Microseconds())/1000),
		}
		level := slog.LevelInfo
		if failure != nil {
			level, attrs = slog.LevelError, append(attrs, slog.String("error", failure.Error()))
		}
		a.log.LogAttrs(ctx, level, "batch", attrs...)
		return res, nil
	}
}

func (a *App) notice(ctx context.Context, svc *notify.Service, record events.DynamoDBEventRecord) error {
	changed := image(record.Change.NewImage)
	if e, ok, err := store.AccountEvent(changed); err != nil {
		return err
	} else if ok {
		return svc.Account(ctx, e)
	}
	event, ok, err := store.OutboxEvent(changed)
	if err != nil || !ok {
		return err
	}
	return svc.Handle(ctx, event)
}

// image turns a stream image into the SDK's attribute values. Outbox items hold strings and
// numbers only; other types are left out.
func image(from map[string]events.DynamoDBAttributeValue) map[string]types.AttributeValue {
	to := make(map[string]types.AttributeValue, len(from))
	for name, v := range from {
		switch v.DataType() {
		case events.DataTypeString:
			to[name] = &types.AttributeValueMemberS{Value: v.String()}
		case events.DataTypeNumber:
			to[name] = &types.AttributeValueMemberN{Value: v.Number()}
		}
	}
	return to
}
