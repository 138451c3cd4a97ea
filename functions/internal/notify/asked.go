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

// Manifests knows whom a manifest asks to sign, and records what became of their notices (store.Filings).
type Manifests interface {
	Asked(ctx context.Context, id, manifest string) (keys []string, err error)
	Out(ctx context.Context, id, manifest string, at time.Time) (bool, error)
	AskedTold(ctx context.Context, e filing.AskedEvent, who string) (bool, error)
	RecordAsked(ctx context.Context, e filing.AskedEvent, who, messageID string, at time.Time) error
}

// Asked tells those whom a manifest asks to sign, as far as they have an account, that it waits for them,
// and whom it told so that it no longer does. One recipient's failure does not keep the others from theirs.
func (s *Service) Asked(ctx context.Context, e filing.AskedEvent) error {
	if e.Type == filing.EventAwaits {
		out, err := s.Manifests.Out(ctx, e.FilingID, e.Manifest, s.Now())
		if err != nil || !out || s.tooLate(e.SealBy, 0) { // it is no news any more
			return err
		}
	}
	keys, err := s.Manifests.Asked(ctx, e.FilingID, e.Manifest)
	if err != nil {
		return err
	}
	var failures []error
	for _, key := range keys {
		if err := s.askedOne(ctx, e, key); err != nil {
			failures = append(failures, fmt.Errorf("%s of filing %s: %w", e.Type, e.FilingID, err))
		}
	}
	return errors.Join(failures...)
}

func (s *Service) askedOne(ctx context.Context, e filing.AskedEvent, key string) error {
	a, err := s.Accounts.BySubject(ctx, key)
	if errors.Is(err, account.ErrNotRegistered) || err == nil && a.Status != account.Active {
		return nil
	}
	if err != nil {
		return err
	}
	if e.Type != filing.EventAwaits {
		before := e
		before.Type = filing.EventAwaits
		if told, err := s.Manifests.AskedTold(ctx, before, key); err != nil || !told {
			return err
		}
	}
	m, ok, err := notice.OfAsked(e, a, s.PortalURL)
	if err != nil || !ok {
		return err
	}
	if told, err := s.Manifests.AskedTold(ctx, e, key); err != nil {
		return err
	} else if !told {
		id, err := s.send(ctx, m, e.At, a)
		if err != nil {
			return err
		}
		if err := s.Manifests.RecordAsked(ctx, e, key, id, s.Now()); err != nil {
			return err
		}
	}
	t, ok, err := notice.TextOfAsked(e, a)
	if err != nil || !ok {
		return err
	}
	return s.text(ctx, t, e.At, a,
		func() (bool, error) { return s.Manifests.AskedTold(ctx, e, key+"#text") },
		func(id string) error { return s.Manifests.RecordAsked(ctx, e, key+"#text", id, s.Now()) })
}

// sentToAll is what those whom a manifest asked are told once everybody has signed.
func (s *Service) sentToAll(ctx context.Context, e filing.SentEvent) error {
	if asked, ok := e.AllSigned(); ok && e.Type == filing.EventSent && !s.tooLate(e.SentAt, outbox.Keep) {
		return s.Asked(ctx, asked)
	}
	return nil
}
