// Package notify is the function that turns outbox events into mail: to the account and to its
// notification contacts, each in their language.
//
// Delivery of events is at least once, so Handle may be called again for an event it has dealt
// with: what was sent is recorded per recipient and not sent again. A crash between sending and
// recording can repeat one message; losing one can't happen.
package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/notice"
)

// Service handles outbox events.
type Service struct {
	Accounts  Accounts
	Filings   Filings
	Notices   Notices
	Windows   Windows
	Mail      Mail
	PortalURL string
	Now       func() time.Time
}

// Accounts finds who is to be told.
type Accounts interface {
	Account(ctx context.Context, id string) (account.Account, error)
}

// Filings records deliveries (store.Filings).
type Filings interface {
	Delivered(ctx context.Context, e filing.SentEvent, n int) (bool, error)
	RecordDelivery(ctx context.Context, e filing.SentEvent, n int, messageID string, at time.Time) error
}

// Notices records deliveries of events of accounts (store.Accounts).
type Notices interface {
	Delivered(ctx context.Context, e account.Event) (bool, error)
	RecordDelivery(ctx context.Context, e account.Event, messageID string, at time.Time) error
}

// Windows knows who is told of maintenance, and records deliveries (store.Maintenance).
type Windows interface {
	Subscribers(ctx context.Context, f func(accountID string) error) error
	Delivered(ctx context.Context, e maintenance.Event, accountID string) (bool, error)
	RecordDelivery(ctx context.Context, e maintenance.Event, accountID, messageID string, at time.Time) error
}

// Mail sends one message.
type Mail interface {
	Send(ctx context.Context, m notice.Message) (messageID string, err error)
}

// Handle sends the notices of e that were not sent yet. One recipient's failure does not keep
// the others from theirs; the error then says that the event must come again.
func (s *Service) Handle(ctx context.Context, e filing.SentEvent) error {
	a, err := s.Accounts.Account(ctx, e.AccountID)
	if err != nil {
		return fmt.Errorf("notify of filing %s: %w", e.FilingID, err)
	}
	messages, err := notice.Messages(e, a, s.PortalURL)
	if err != nil {
		return fmt.Errorf("notify of filing %s: %w", e.FilingID, err)
	}
	var failures []error
	for n, m := range messages {
		if err := s.deliver(ctx, e, n, m); err != nil {
			failures = append(failures, fmt.Errorf("notice %d of filing %s: %w", n, e.FilingID, err))
		}
	}
	return errors.Join(failures...)
}

func (s *Service) deliver(ctx context.Context, e filing.SentEvent, n int, m notice.Message) error {
	done, err := s.Filings.Delivered(ctx, e, n)
	if err != nil || done {
		return err
	}
	id, err := s.Mail.Send(ctx, m)
	if err != nil {
		return err
	}
	return s.Filings.RecordDelivery(ctx, e, n, id, s.Now())
}

// Account tells an account's holder of an event in its life, unless that was done.
func (s *Service) Account(ctx context.Context, e account.Event) error {
	done, err := s.Notices.Delivered(ctx, e)
	if err != nil || done {
		return err
	}
	a, err := s.Accounts.Account(ctx, e.AccountID)
	if err != nil {
		return fmt.Errorf("notify account %s: %w", e.AccountID, err)
	}
	m, ok, err := notice.OfAccount(e, a, s.PortalURL)
	if err != nil || !ok {
		return err
	}
	id, err := s.Mail.Send(ctx, m)
	if err != nil {
		return fmt.Errorf("%s of account %s: %w", e.Type, e.AccountID, err)
	}
	return s.Notices.RecordDelivery(ctx, e, id, s.Now())
}
