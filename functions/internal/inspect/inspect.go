// Package inspect is the function that looks at uploaded documents, told by the bucket of each.
//
// Nothing waits for it: a verdict that is late or missing is a warning (verdict.Missing), never a
// block. It keeps verdicts and nothing else, and may see the same upload again.
package inspect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/inspect"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/verdict"
)

// Service handles the bucket's events.
type Service struct {
	Documents *documents.Store
	Verdicts  *store.Verdicts
	Scan      Scanner // nil: no scanner is set up
	Now       func() time.Time
}

// Scanner looks for malware in a file and names what it found, "" for nothing. An error means that
// it could not tell: the upload comes again.
//
// ClamAV is the documented choice: clamd beside the function (a container image, or a service in the
// same network), its INSTREAM command given the whole, signatures brought up to date by freshclam.
// The office deploys none.
type Scanner func(ctx context.Context, file io.Reader) (malware string, err error)

// Upload tells of one object in the documents bucket.
type Upload struct {
	Key     string
	Version string // may be empty where the engine does not tell: then the newest
}

// Handle inspects what was uploaded and keeps the verdict. What is not a document of a filing, and
// a version that is gone, are passed over.
func (s *Service) Handle(ctx context.Context, up Upload) error {
	filingID, sha256, ok := documents.ParseKey(up.Key)
	if !ok {
		return nil
	}
	blob, err := s.Documents.Open(ctx, up.Key, up.Version)
	if errors.Is(err, documents.ErrGone) {
		return nil
	}
	if err != nil {
		return err
	}
	v, err := s.look(ctx, blob, sha256)
	if err != nil {
		return fmt.Errorf("inspect %s: %w", up.Key, err)
	}
	return s.Verdicts.Put(ctx, filingID, sha256, v, s.Now())
}

func (s *Service) look(ctx context.Context, blob *documents.Blob, sha256 string) (verdict.Verdict, error) {
	v, err := inspect.Inspect(blob, blob.Size)
	if err != nil {
		return verdict.Verdict{}, err
	}
	if blob.InParts {
		sum, err := blob.Sum()
		if err != nil {
			return verdict.Verdict{}, err
		}
		if sum != sha256 {
			v = v.Add(verdict.HashDiffers)
		}
	}
	if s.Scan == nil {
		return v, nil
	}
	file, err := blob.Reader()
	if err != nil {
		return verdict.Verdict{}, err
	}
	defer file.Close()
	malware, err := s.Scan(ctx, file)
	if err != nil {
		return verdict.Verdict{}, fmt.Errorf("scan: %w", err)
	}
	if malware != "" {
		v = v.Add(verdict.Infected)
	}
	return v, nil
}
