package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/notice"
	"github.com/courtoffice/courtoffice/shared/support"
)

// Tickets are the requests to support, and records deliveries of their events (store.Support).
type Tickets interface {
	// Ticket fails with support.ErrNotFound.
	Ticket(ctx context.Context, number string, at time.Time) (support.Ticket, error)
	Delivered(ctx context.Context, e support.Event, n int) (bool, error)
	RecordDelivery(ctx context.Context, e support.Event, n int, messageID string, at, until time.Time) error
}

// Request tells support of a request and its holder that it arrived, or tells the answer to
// whoever asked; each once. One recipient's failure does not keep the other from theirs.
func (s *Service) Request(ctx context.Context, e support.Event) error {
	at, err := time.Parse(time.RFC3339, e.At)
	if err != nil {
		return fmt.Errorf("%s of ticket %s: %w", e.Type, e.Ticket, err)
	}
	t, err := s.Tickets.Ticket(ctx, e.Ticket, at)
	if err != nil {
		return fmt.Errorf("%s of ticket %s: %w", e.Type, e.Ticket, err)
	}
	messages, holder, err := s.messages(ctx, e.Type, t)
	if err != nil {
		return fmt.Errorf("%s of ticket %s: %w", e.Type, t.Number, err)
	}
	var failures []error
	for n, m := range messages {
		if err := s.tell(ctx, e, n, m, holder, t.Until()); err != nil {
			failures = append(failures, fmt.Errorf("notice %d of ticket %s: %w", n, t.Number, err))
		}
	}
	return errors.Join(failures...)
}

// messages are what an event of a ticket has to be told, and whose ticket it is. Their order is stable: it is how
// deliveries are told apart.
func (s *Service) messages(ctx context.Context, e support.EventType, t support.Ticket) (out []notice.Message, holder account.Account, err error) {
	if t.AccountID != "" {
		if holder, err = s.Accounts.Account(ctx, t.AccountID); err != nil {
			return nil, holder, err
		}
	}
	switch e {
	case support.EventRequested:
		out = append(out, notice.ToSupport(t, s.Support, s.PortalURL))
		if holder.Email != "" { // a closed account has none
			out = append(out, notice.OfTicket(t, holder, s.PortalURL))
		}
	case support.EventAnswered:
		if m, ok := notice.OfAnswer(t, holder, s.PortalURL); ok {
			out = append(out, m)
		}
	}
	return out, holder, nil
}

func (s *Service) tell(ctx context.Context, e support.Event, n int, m notice.Message, holder account.Account, until time.Time) error {
	done, err := s.Tickets.Delivered(ctx, e, n)
	if err != nil || done {
		return err
	}
	id, err := s.send(ctx, m, e.At, holder)
	if err != nil {
		return err
	}
	return s.Tickets.RecordDelivery(ctx, e, n, id, s.Now(), until)
}
