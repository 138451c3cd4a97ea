// Package notify is the function that turns outbox events into mail: to the account and to
// the trusted representatives who agreed, each in their language; and into text messages to a
// verified number of the account.
//
// Delivery of events is at least once and in no order, so Handle may be called again for an event it
// has dealt with: what was sent is recorded per recipient and not sent again. A crash between
// sending and recording, or two at work on one event, can repeat one message; losing one can't
// happen.
//
// A message that the mail service does not take now is tried again for outbox.Keep. What it refuses
// for good, or has not taken by then, is recorded as failed: the filer sees it in the timeline.
package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/delivery"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/notice"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/webhook"
)

// Service handles outbox events.
type Service struct {
	Accounts Accounts

	Representatives Representatives

	Filings   Filings
	Cases     *store.Cases
	Drafts    Drafts
	Manifests Manifests
	Notices   *store.AccountNotices
	Windows   Windows
	Tickets   Tickets
	Mail      Mail
	Webhooks  Webhooks
	PortalURL string
	IndexKey  []byte // 32 bytes: makes the links of representatives
	Support   string // address of support
	Now       func() time.Time

	// Of is the entry of the outbox whose event is dealt with, and the queue it came by: every message
	// carries it.
	Of delivery.Reference

	Event outbox.Event // that of Of

	Outboxes    map[string]Outbox // by the table's name
	Contacts    Contacts
	Reports     Reports
	SMS         SMS
	FilingTexts FilingTexts
}

// Accounts finds who is to be told.
type Accounts interface {
	// Both fail with account.ErrNotRegistered.
	Account(ctx context.Context, id string) (account.Account, error)
	BySubject(ctx context.Context, key string) (account.Account, error)
}

// Representatives finds who is told beside the holder (store.Representatives).
type Representatives interface {
	Of(ctx context.Context, accountID string, at time.Time) ([]account.Representative, error)
	// Get fails with account.ErrNoRepresentative.
	Get(ctx context.Context, accountID, id string, at time.Time) (account.Representative, error)
}

// Filings records deliveries (store.Filings): to the account's holder for "", else to the
// representative of that id. The messageID "" is kept for one that failed for good, here and
// below.
type Filings interface {
	Delivered(ctx context.Context, e filing.SentEvent, recipient string) (bool, error)
	RecordDelivery(ctx context.Context, e filing.SentEvent, recipient, messageID string, at time.Time) error
}

// Windows knows who is told of maintenance, and records deliveries (store.Maintenance).
type Windows interface {
	Window(ctx context.Context, id string) (maintenance.Window, error)
	Subscribers(ctx context.Context, f func(accountID string) error) error
	Delivered(ctx context.Context, e maintenance.Event, accountID string) (bool, error)
	RecordDelivery(ctx context.Context, e maintenance.Event, accountID, messageID string, at time.Time) error
}

// Webhooks takes what is posted to the addresses of organisations (queue.Queue).
type Webhooks interface {
	Send(ctx context.Context, bodies []string) map[int]error
}

// Mail sends one message. Errors: notice.ErrRefused when another try would be refused too.
type Mail interface {
	Send(ctx context.Context, m notice.Message) (messageID string, err error)
}

// Handle sends the notices that a filing was sent, those that were not sent yet. One recipient's failure
// does not keep the others from theirs; the error then says that the event must come again.
func (s *Service) Handle(ctx context.Context, e filing.SentEvent) error {
	a, err := s.mailOfFiling(ctx, e, e.SentAt, nil, filing.Acted{})
	if a.ID == "" {
		return err
	}
	return errors.Join(err, s.textOfFiling(ctx, e, a), s.sentToAll(ctx, e))
}

// Verified sends the notices of what became of a filing, as Handle does.
func (s *Service) Verified(ctx context.Context, e filing.VerifiedEvent) error {
	_, err := s.mailOfFiling(ctx, e.SentEvent, e.At, e.Rejected, filing.Acted{})
	return err
}

// Acted sends the notices of what a court did with a filing, as Handle does.
func (s *Service) Acted(ctx context.Context, e filing.ActedEvent) error {
	_, err := s.mailOfFiling(ctx, e.SentEvent, e.At, e.Rejected, e.Acted)
	return err
}

// mailOfFiling sends the mail about an event of a filing, of the instant at (RFC 3339), and returns whose
// filing it is.
func (s *Service) mailOfFiling(ctx context.Context, e filing.SentEvent, at string, rejected []filing.Rejection, acted filing.Acted) (account.Account, error) {
	a, err := s.Accounts.Account(ctx, e.AccountID)
	if err != nil {
		return account.Account{}, fmt.Errorf("notify of filing %s: %w", e.FilingID, err)
	}
	// Records are kept for years after they are over: none that counts here has expired.
	representatives, err := s.Representatives.Of(ctx, e.AccountID, time.Time{})
	if err != nil {
		return account.Account{}, fmt.Errorf("notify of filing %s: %w", e.FilingID, err)
	}
	messages, err := notice.Messages(e, rejected, acted, a, representatives, s.PortalURL, s.IndexKey)
	if err != nil {
		return account.Account{}, fmt.Errorf("notify of filing %s: %w", e.FilingID, err)
	}
	if messages, err = s.both(ctx, a, messages, at); err != nil {
		return account.Account{}, fmt.Errorf("notify of filing %s: %w", e.FilingID, err)
	}
	var failures []error
	for _, m := range messages {
		if err := s.deliver(ctx, e, at, m, a); err != nil {
			failures = append(failures, fmt.Errorf("notice of filing %s to %q: %w", e.FilingID, m.Recipient, err))
		}
	}
	return a, errors.Join(failures...)
}

// both adds the copies of the holder's own notices of an event of the instant at (RFC 3339) for the
// addresses that took them until less than account.BothFor before. A number takes texts beside mail and
// never in its place, so none is kept.
func (s *Service) both(ctx context.Context, a account.Account, messages []notice.Message, at string) ([]notice.Message, error) {
	if a.Email == "" { // a closed account is told nothing
		return messages, nil
	}
	then, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return nil, err
	}
	if !then.Before(a.EmailFrom.Add(account.BothFor)) { // none was replaced since: most receipts read no history
		return messages, nil
	}
	history, err := s.Contacts.Addresses(ctx, a.ID, account.Email)
	if err != nil {
		return nil, err
	}
	out := messages
	for _, before := range account.Former(history, a.Email, then) {
		for _, m := range messages {
			if m.Recipient != "" {
				continue
			}
			copied, err := notice.ToFormer(m, before, a, s.PortalURL, s.IndexKey)
			if err != nil {
				return nil, err
			}
			out = append(out, copied)
		}
	}
	return out, nil
}

func (s *Service) deliver(ctx context.Context, e filing.SentEvent, at string, m notice.Message, a account.Account) error {
	done, err := s.Filings.Delivered(ctx, e, m.Recipient)
	if err != nil || done {
		return err
	}
	id, err := s.send(ctx, m, at, a)
	if err != nil {
		return err
	}
	return s.Filings.RecordDelivery(ctx, e, m.Recipient, id, s.Now())
}

// send sends a message about an event of the instant at (RFC 3339), to the account a or to somebody on its
// behalf. The id is "" without an error when it failed for good, and where the address takes nothing any more.
func (s *Service) send(ctx context.Context, m notice.Message, at string, a account.Account) (messageID string, err error) {
	if err := s.post(ctx, m, a); err != nil {
		return "", err
	}
	if !a.Takes(m.To) {
		return "", nil
	}
	m.Of = s.Of
	m.Of.Recipient = m.Recipient
	if m.To == a.Email {
		m.Of.Account = a.ID
	}
	id, err := s.Mail.Send(ctx, m)
	if err != nil && (errors.Is(err, notice.ErrRefused) || s.tooLate(at, outbox.Keep)) {
		return "", nil
	}
	return id, err
}

// post has what an account is told by its own mail posted to its addresses too. Again and again changes nothing:
// the event has one id, and who posts keeps what was posted.
func (s *Service) post(ctx context.Context, m notice.Message, a account.Account) error {
	if len(a.Webhooks) == 0 || m.Recipient != "" || m.To != a.Email {
		return nil
	}
	tasks, err := webhook.Of(s.Event, a.ID).Tasks(s.Of.PK+" "+s.Of.SK, a.Webhooks)
	if err != nil {
		return err
	}
	var bodies []string
	for _, t := range tasks {
		bodies = append(bodies, t.Encode())
	}
	var failures []error
	for _, err := range s.Webhooks.Send(ctx, bodies) {
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// tooLate reports whether life has passed since the instant at (RFC 3339).
func (s *Service) tooLate(at string, life time.Duration) bool {
	then, err := time.Parse(time.RFC3339, at)
	return err == nil && !s.Now().Before(then.Add(life))
}

// Account tells an account's holder of an event in its life, or a representative of theirs, by mail
// and by text message, each unless that was done. One channel's failure does not keep the other
// from it. A code that can't be typed any more is not sent.
func (s *Service) Account(ctx context.Context, e account.Event) error {
	if e.Code != "" && s.tooLate(e.At, account.CodeLife) {
		return nil
	}
	a, err := s.Accounts.Account(ctx, e.AccountID)
	if err != nil {
		return fmt.Errorf("notify account %s: %w", e.AccountID, err)
	}
	return errors.Join(s.mailOfAccount(ctx, e, a), s.textOfAccount(ctx, e, a))
}

func (s *Service) mailOfAccount(ctx context.Context, e account.Event, a account.Account) error {
	m, ok, err := s.message(ctx, e, a)
	if err != nil || !ok {
		return err
	}
	done, err := s.Notices.Delivered(ctx, e)
	if err != nil || done {
		return err
	}
	id, err := s.send(ctx, m, e.At, a)
	if err != nil {
		return fmt.Errorf("%s of account %s: %w", e.Type, e.AccountID, err)
	}
	return s.Notices.RecordDelivery(ctx, e, id, s.Now())
}

func (s *Service) message(ctx context.Context, e account.Event, a account.Account) (notice.Message, bool, error) {
	switch e.Type {
	case account.EventContactReplaced:
		m, err := notice.OfReplaced(e, a, s.PortalURL, s.IndexKey)
		return m, true, err
	case account.EventContactObjected:
		m, err := notice.OfObjection(e, s.Support, s.PortalURL)
		return m, true, err
	}
	if e.Representative == "" {
		return notice.OfAccount(e, a, s.PortalURL)
	}
	r, err := s.Representatives.Get(ctx, e.AccountID, e.Representative, time.Time{})
	if err != nil {
		return notice.Message{}, false, fmt.Errorf("%s of account %s: %w", e.Type, e.AccountID, err)
	}
	return notice.OfRepresentative(e, a, r, s.PortalURL, s.IndexKey)
}
