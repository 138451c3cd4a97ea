// Package lockdocuments is the function that puts the documents of a sent filing under S3 Object
// Lock, so that for schema.Retention, counted from the sending, nobody can delete or replace what a
// court may need, and takes off them the tag by which uploads go that were never sealed.
//
// It runs after the receipt, from a queue: the versions were fixed by the seal, versioning
// keeps them meanwhile, and no function may delete a version.
package lockdocuments

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Service handles the events of sent filings.
type Service struct {
	Filings   Filings
	Documents Documents
}

// Filings knows the bucket's versions of what a sealed filing's manifest names: form, statement and documents, by SHA-256 in hex.
type Filings interface {
	Pins(ctx context.Context, filingID string) (filing.Pins, error)
}

// Documents locks one version and then takes the tag off it. Locking it again until the same instant
// changes nothing.
type Documents interface {
	Lock(ctx context.Context, filingID, sha256, version string, until time.Time) error
}

// Handle locks every document of the filing e tells of. It may be called again for the same
// event, as delivery is at least once.
func (s *Service) Handle(ctx context.Context, e filing.SentEvent) error {
	sentAt, err := time.Parse(time.RFC3339, e.SentAt)
	if err != nil {
		return fmt.Errorf("lock documents of %s: %w", e.FilingID, err)
	}
	pins, err := s.Filings.Pins(ctx, e.FilingID)
	if err != nil {
		return fmt.Errorf("lock documents of %s: %w", e.FilingID, err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(10)
	for sha256, version := range pins {
		group.Go(func() error { return s.Documents.Lock(ctx, e.FilingID, sha256, version, sentAt.Add(schema.Retention)) })
	}
	return group.Wait()
}
