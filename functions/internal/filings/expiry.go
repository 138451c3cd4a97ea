package filings

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
)

// looksAtOnce is how many drafts are looked at at a time.
const looksAtOnce = 16

// Expiry has the holders told of drafts that go soon, as things stand at the instant at. A draft that
// can't be looked at keeps no other from it; what a run does not get to, the next one does.
func (s *Service) Expiry(ctx context.Context, at time.Time) error {
	var group errgroup.Group
	group.SetLimit(looksAtOnce)
	failures := make(chan error, 1) // the first is enough to know
	err := s.Filings.Looks(ctx, at, func(l store.Look) error {
		group.Go(func() error {
			if err := s.look(ctx, l, at); err != nil {
				select {
				case failures <- err:
				default:
				}
			}
			return nil
		})
		return ctx.Err()
	})
	_ = group.Wait() // looks never fail the group
	close(failures)
	return errors.Join(err, <-failures)
}

func (s *Service) look(ctx context.Context, l store.Look, at time.Time) error {
	e, err := s.Filings.Envelope(ctx, l.FilingID, l.AccountID, at)
	if errors.Is(err, filing.ErrNotFound) || err == nil && !e.Status.May("expire") {
		return s.Filings.Overlooked(ctx, l)
	}
	if err != nil {
		return err
	}
	within, next := filing.WarningDue(filing.ExpiresAt(e.CreatedAt, e.UpdatedAt), at)
	var tell *filing.ExpiringEvent
	if within > 0 {
		event := e.Expiring(within, at)
		tell = &event
	}
	return s.Filings.Looked(ctx, l, e, tell, next, at)
}
