package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/notice"
	"github.com/courtoffice/courtoffice/shared/outbox"
)

// SMS sends one text message. Errors: notice.ErrRefused, with the id "".
type SMS interface {
	Send(ctx context.Context, t notice.Text) (messageID string, err error)
}

// FilingTexts records what became of text messages about filings (store.Filings).
type FilingTexts interface {
	Texted(ctx context.Context, e filing.SentEvent) (bool, error)
	// RecordText keeps its id, or that its number refuses for good, where that is "".
	RecordText(ctx context.Context, e filing.SentEvent, messageID string, at time.Time) error
}

// patience is how long a text message may take to be handed over. Mail goes first, and the events
// behind it must not wait for a slow service of the lesser channel.
const patience = 5 * time.Second

// textOfFiling sends the text message about a filing, unless that was done.
func (s *Service) textOfFiling(ctx context.Context, e filing.SentEvent, a account.Account) error {
	t, ok, err := notice.TextOf(e, a)
	if err == nil && ok {
		err = s.text(ctx, t, e.SentAt, a,
			func() (bool, error) { return s.FilingTexts.Texted(ctx, e) },
			func(id string) error { return s.FilingTexts.RecordText(ctx, e, id, s.Now()) })
	}
	if err != nil {
		return fmt.Errorf("text message of filing %s: %w", e.FilingID, err)
	}
	return nil
}

// textOfAccount sends the text message of an event in the life of an account, unless that was
// done.
func (s *Service) textOfAccount(ctx context.Context, e account.Event, a account.Account) error {
	t, ok, err := notice.TextOfAccount(e, a)
	if err == nil && ok {
		err = s.text(ctx, t, e.At, a,
			func() (bool, error) { return s.Notices.Texted(ctx, e) },
			func(id string) error { return s.Notices.RecordText(ctx, e, id, s.Now()) })
	}
	if err != nil {
		return fmt.Errorf("text message %s of account %s: %w", e.Type, e.AccountID, err)
	}
	return nil
}

// text sends t, about an event of the instant at, unless done says that this was recorded, and
// records it. A number that refuses is recorded too: it would refuse again.
func (s *Service) text(ctx context.Context, t notice.Text, at string, a account.Account, done func() (bool, error), record func(messageID string) error) error {
	if already, err := done(); err != nil || already {
		return err
	}
	id, err := s.sendText(ctx, t, a)
	if err != nil && !errors.Is(err, notice.ErrRefused) && !s.tooLate(at, outbox.Keep) {
		return err
	}
	return record(id)
}

// sendText hands t over, to the account a.
func (s *Service) sendText(ctx context.Context, t notice.Text, a account.Account) (messageID string, err error) {
	t.Of = s.Of
	if t.To == a.Mobile {
		t.Of.Account = a.ID
	}
	short, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.SMS.Send(short, t)
}
