package notify

import (
	"context"
	"fmt"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/notice"
)

// Morning tells somebody what is due at their court, once, if they still work there.
func (s *Service) Morning(ctx context.Context, e docket.MorningEvent) error {
	a, err := s.Accounts.Account(ctx, e.Account)
	if err != nil {
		return fmt.Errorf("morning of account %s: %w", e.Account, err)
	}
	m, ok := notice.OfMorning(e, a, s.PortalURL)
	if !ok || a.Status != account.Active || !a.Has(account.Clerk.At(e.Court)) && !a.Has(account.Judge.At(e.Court)) {
		return nil
	}
	of := account.Event{Type: docket.EventMorning, AccountID: e.Account, ID: e.ID(), At: e.At}
	done, err := s.Notices.Delivered(ctx, of)
	if err != nil || done {
		return err
	}
	id, err := s.send(ctx, m, e.At, a)
	if err != nil {
		return fmt.Errorf("morning of account %s: %w", e.Account, err)
	}
	return s.Notices.RecordDelivery(ctx, of, id, s.Now())
}
