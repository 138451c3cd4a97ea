package wire

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/notify"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/delivery"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/mail"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/notice"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/pace"
	"github.com/courtoffice/courtoffice/shared/sms"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/support"
)

// Notify builds the function notify.
func (a *App) Notify() func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	svc := a.notifier()
	pacers := map[string]*pace.Pacer{}
	paced := slices.DeleteFunc(slices.Clone(a.fn.Queues), func(q functions.Queue) bool {
		return q.Queue == schema.Notices || q.Queue == schema.Reports
	})
	batches := 0
	for _, q := range paced {
		batches += q.Concurrency
	}
	for _, q := range paced { // a process has one batch at a time
		pacers[q.Queue.Name] = pace.New(a.cfg.NoticeRate / float64(batches))
	}
	r := a.reader(func(ctx context.Context, q schema.Queue, e outbox.Entry) error {
		sender := *svc
		sender.Event = e.Event
		sender.Of = delivery.Reference{Queue: q.Name, Type: e.Type, PK: e.PK, SK: e.SK, Try: e.Try}
		if p := pacers[q.Name]; p != nil {
			sender.Mail = atPace{svc.Mail, p}
		}
		if e.Type == docket.EventNotice {
			n, err := docket.NoticeEventOf(e.Event)
			if err != nil {
				return err
			}
			return sender.Case(ctx, n)
		}
		return tell(ctx, &sender, e.Event)
	})
	r.direct[schema.Reports.Name] = func(ctx context.Context, body string, receives int) error {
		return a.report(ctx, svc, body, receives)
	}
	return r.batch
}

func (a *App) notifier() *notify.Service {
	db := a.dynamo()
	filings, notices := store.NewFilings(db, a.cfg.FilingsTable), store.NewAccountNotices(db, a.cfg.AccountsTable)
	svc := &notify.Service{
		Accounts:        store.NewAccounts(db, a.cfg.AccountsTable),
		Filings:         filings,
		Cases:           store.NewCases(db, a.cfg.FilingsTable),
		Notices:         notices,
		Windows:         store.NewMaintenance(db, a.cfg.SiteTable),
		Mail:            mail.New(a.ses(), a.cfg.MailFrom),
		Webhooks:        a.queue(schema.Webhooks),
		Tickets:         store.NewSupport(db, a.cfg.AccountsTable),
		PortalURL:       a.cfg.PortalURL,
		IndexKey:        a.cfg.IndexKey,
		Support:         a.cfg.SupportMail,
		Now:             time.Now,
		SMS:             sms.New(a.pinpoint(), a.cfg.SMSSender, a.cfg.SMSSet),
		Drafts:          filings,
		Manifests:       filings,
		FilingTexts:     filings,
		Contacts:        store.NewContacts(db, a.cfg.AccountsTable),
		Representatives: store.NewRepresentatives(db, a.cfg.AccountsTable),
		Outboxes:        map[string]notify.Outbox{},
		Reports:         notify.Reports{Account: notices.Reported, Filing: filings.Reported, Draft: filings.ReportedWarning},
	}
	for name, box := range a.outboxes() {
		svc.Outboxes[name] = box
	}
	return svc
}

// settling is how often a report of a message that no record has comes again: its record may be under way.
// With the pauses between, that is some eight minutes.
const settling = 5

// report keeps what a service reports of a message. What is unknown for good is counted and dropped.
func (a *App) report(ctx context.Context, svc *notify.Service, body string, receives int) error {
	r, ok, err := delivery.Read([]byte(body))
	if err == nil && ok {
		err = svc.Report(ctx, r)
	}
	foreign := errors.Is(err, delivery.ErrReference)
	if foreign || errors.Is(err, notify.ErrUnknown) && receives >= settling {
		a.metrics(ctx, svc.Now(), metric.Value{Name: metric.Unknown, Value: 1})
		return nil
	}
	return err
}

// atPace sends at its pacer's pace.
type atPace struct {
	notify.Mail
	pace *pace.Pacer
}

func (p atPace) Send(ctx context.Context, m notice.Message) (messageID string, err error) {
	if err := p.pace.Wait(ctx); err != nil {
		return "", err
	}
	return p.Mail.Send(ctx, m)
}

// tell has those told whom an event concerns.
func tell(ctx context.Context, svc *notify.Service, e outbox.Event) error {
	row, _ := outbox.RowOf(e.Type)
	switch {
	case e.Type == filing.EventSent:
		sent, err := filing.SentEventOf(e)
		if err != nil {
			return err
		}
		return svc.Handle(ctx, sent)
	case e.Type == filing.EventReceived, e.Type == filing.EventRejected:
		verified, err := filing.VerifiedEventOf(e)
		if err != nil {
			return err
		}
		return svc.Verified(ctx, verified)
	case slices.Contains(filing.CourtEvents, e.Type):
		acted, err := filing.ActedEventOf(e)
		if err != nil {
			return err
		}
		return svc.Acted(ctx, acted)
	case e.Type == filing.EventAwaits, e.Type == filing.EventUnasked:
		asked, err := filing.AskedEventOf(e)
		if err != nil {
			return err
		}
		return svc.Asked(ctx, asked)
	case e.Type == filing.EventExpiring:
		expiring, err := filing.ExpiringEventOf(e)
		if err != nil {
			return err
		}
		return svc.Expiring(ctx, expiring)
	case e.Type == docket.EventMorning:
		morning, err := docket.MorningEventOf(e)
		if err != nil {
			return err
		}
		return svc.Morning(ctx, morning)
	case strings.HasPrefix(e.Type, "support."):
		return svc.Request(ctx, support.EventOf(e))
	case row.Table == schema.Site:
		window, err := maintenance.EventOf(e)
		if err != nil {
			return err
		}
		return svc.Maintenance(ctx, window)
	}
	of, err := account.EventOf(e)
	if err != nil {
		return err
	}
	return svc.Account(ctx, of)
}
