package wire

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions/internal/notify"
	"github.com/courtoffice/courtoffice/shared/mail"
	"github.com/courtoffice/courtoffice/shared/sms"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Notify builds the function notify.
func (a *App) Notify() func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
	db := a.dynamo()
	accounts, filings := store.NewAccounts(db, a.cfg.AccountsTable), store.NewFilings(db, a.cfg.FilingsTable)
	svc := &notify.Service{
		Accounts:     accounts,
		Filings:      filings,
		Notices:      accounts,
		Windows:      store.NewMaintenance(db, a.cfg.SiteTable),
		Mail:         mail.New(a.ses(), a.cfg.MailFrom),
		Tickets:      store.NewSupport(db, a.cfg.AccountsTable),
		PortalURL:    a.cfg.PortalURL,
		IndexKey:     a.cfg.IndexKey,
		Support:      a.cfg.SupportMail,
		Now:          time.Now,
		SMS:          sms.New(a.pinpoint(), a.cfg.SMSSender),
		FilingTexts:  filings,
		AccountTexts: accounts,
	}
	return a.stream(func(ctx context.Context, record events.DynamoDBEventRecord) error { return a.notice(ctx, svc, record) })
}

func (a *App) notice(ctx context.Context, svc *notify.Service, record events.DynamoDBEventRecord) error {
	changed := image(record.Change.NewImage)
	if e, ok, err := store.AccountEvent(changed); err != nil {
		return err
	} else if ok {
		return svc.Account(ctx, e)
	}
	if e, ok, err := store.SupportEvent(changed); err != nil {
		return err
	} else if ok {
		return svc.Request(ctx, e)
	}
	if e, ok, err := store.MaintenanceEvent(changed); err != nil {
		return err
	} else if ok {
		return svc.Maintenance(ctx, e)
	}
	event, ok, err := store.OutboxEvent(changed)
	if err != nil || !ok {
		return err
	}
	return svc.Handle(ctx, event)
}
