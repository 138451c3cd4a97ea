package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/notice"
)

// Drafts knows the drafts whose holders are told that they go, and records deliveries (store.Filings).
type Drafts interface {
	// Envelope fails with filing.ErrNotFound.
	Envelope(ctx context.Context, id, accountID string, at time.Time) (filing.Envelope, error)
	Warned(ctx context.Context, e filing.ExpiringEvent) (bool, error)
	RecordWarning(ctx context.Context, e filing.ExpiringEvent, messageID string, at time.Time) error
}

// Expiring tells the holder of a draft that it goes soon, once, unless that is no news any more.
func (s *Service) Expiring(ctx context.Context, e filing.ExpiringEvent) error {
	draft, err := s.Drafts.Envelope(ctx, e.FilingID, e.AccountID, s.Now())
	if errors.Is(err, filing.ErrNotFound) || err == nil && draft.Outdates(e, s.Now()) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("notify of draft %s: %w", e.FilingID, err)
	}
	a, err := s.Accounts.Account(ctx, e.AccountID)
	if err != nil {
		return fmt.Errorf("notify of draft %s: %w", e.FilingID, err)
	}
	m, ok, err := notice.OfDraft(e, a, s.PortalURL)
	if err != nil || !ok {
		return err
	}
	done, err := s.Drafts.Warned(ctx, e)
	if err != nil || done {
		return err
	}
	id, err := s.send(ctx, m, e.At, a)
	if err != nil {
		return fmt.Errorf("notice of draft %s: %w", e.FilingID, err)
	}
	return s.Drafts.RecordWarning(ctx, e, id, s.Now())
}
