package notify

import (
	"context"
	"errors"
	"fmt"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/notice"
)

// Maintenance tells the accounts that asked for it of a window, each once, unless that is no news
// any more. When time runs out in
// a long list the event comes again, and goes on where it stopped. An account closed meanwhile is
// passed over, and so is one whose address nobody has shown to be theirs.
func (s *Service) Maintenance(ctx context.Context, e maintenance.Event) error {
	w, err := s.Windows.Window(ctx, e.WindowID)
	if err != nil {
		return fmt.Errorf("%s of window %s: %w", e.Type, e.WindowID, err)
	}
	if w.Outdates(e, s.Now()) {
		return nil
	}
	var failures []error
	err = s.Windows.Subscribers(ctx, func(accountID string) error {
		if err := s.maintenance(ctx, e, accountID); err != nil {
			failures = append(failures, fmt.Errorf("notice of window %s to account %s: %w", e.WindowID, accountID, err))
		}
		return ctx.Err()
	})
	return errors.Join(append(failures, err)...)
}

func (s *Service) maintenance(ctx context.Context, e maintenance.Event, accountID string) error {
	done, err := s.Windows.Delivered(ctx, e, accountID)
	if err != nil || done {
		return err
	}
	a, err := s.Accounts.Account(ctx, accountID)
	if errors.Is(err, account.ErrNotRegistered) || err == nil && (a.Status != account.Active || (a.Verified.IsZero() || !a.EmailFailed.IsZero())) {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := notice.OfMaintenance(e, a, s.PortalURL)
	if err != nil {
		return err
	}
	id, err := s.send(ctx, m, e.At, a)
	if err != nil {
		return err
	}
	return s.Windows.RecordDelivery(ctx, e, accountID, id, s.Now())
}
