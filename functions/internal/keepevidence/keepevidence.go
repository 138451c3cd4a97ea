// Package keepevidence is the function that keeps what was filed a second time: it copies the signatures,
// the receipt and every file that the manifest names from the table and the documents bucket into the
// evidence bucket (package evidence).
//
// It runs after the receipt, from a queue. Each content is compared with its hash by S3 while it passes
// through, the record that says what belongs together is put last, and nothing is ever put twice: it
// may be ended between any two steps, or run twice at once, and be run again.
package keepevidence

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Service keeps evidence.
type Service struct {
	Filings   *store.Filings
	Documents *documents.Store
	Evidence  *documents.Evidence
}

// Sealed keeps the filing of that id, which was sent.
//
// Errors: filing.ErrNotFound, filing.ErrDocumentMissing, filing.ErrDocumentChanged,
// evidence.ErrContradiction: somebody has to look. Others pass.
func (s *Service) Sealed(ctx context.Context, id string) error {
	sealed, err := s.Filings.Sealed(ctx, id)
	if err != nil {
		return fmt.Errorf("keep evidence of %s: %w", id, err)
	}
	record, err := s.contents(ctx, sealed)
	if err != nil {
		return fmt.Errorf("keep evidence of %s: %w", id, err)
	}
	data, err := record.Encode()
	if err != nil {
		return fmt.Errorf("keep evidence of %s: %w", id, err)
	}
	at, err := s.Evidence.Record(ctx, evidence.RecordKey(id, evidence.NameSealed), data)
	if err != nil {
		return err
	}
	return s.Filings.RecordKept(ctx, id, at)
}

// Verified keeps what was found out about the filing of that id after it was sent: every verification
// there is by now.
func (s *Service) Verified(ctx context.Context, id string) error {
	sealed, err := s.Filings.Sealed(ctx, id)
	if err != nil {
		return fmt.Errorf("keep evidence of %s: %w", id, err)
	}
	for i, v := range sealed.Verifications {
		data, err := evidence.Verified{V: evidence.Version, Filing: id, Verification: v, Events: evidence.EventsOf(sealed.Events)}.Encode()
		if err != nil {
			return fmt.Errorf("keep evidence of %s: %w", id, err)
		}
		if _, err := s.Evidence.Record(ctx, evidence.RecordKey(id, evidence.NameVerified(i)), data); err != nil {
			return err
		}
	}
	return nil
}

// Ruled keeps every ruling on the filing of that id that there is by now.
func (s *Service) Ruled(ctx context.Context, id string) error {
	sealed, err := s.Filings.Sealed(ctx, id)
	if err != nil {
		return fmt.Errorf("keep evidence of %s: %w", id, err)
	}
	rulings, err := s.Filings.Rulings(ctx, id)
	if err != nil {
		return err
	}
	for i, r := range rulings {
		record := evidence.Ruled{V: evidence.Version, Filing: id, At: r.At.UTC(), Ruling: r.Ruling, Signature: r.Signature.SHA256, Events: evidence.EventsOf(sealed.Events)}
		for _, file := range []string{"ruling", "ruling-signature"} {
			o, _, _ := documents.Ruled(r, file)
			f := evidence.File{SHA256: o.SHA256, Size: o.Size, MediaType: o.MediaType, Version: r.Pins[o.SHA256]}
			if err := s.copied(ctx, id, f); err != nil {
				return fmt.Errorf("keep evidence of %s: %w", id, err)
			}
			record.Files = append(record.Files, f)
		}
		data, err := record.Encode()
		if err != nil {
			return fmt.Errorf("keep evidence of %s: %w", id, err)
		}
		if _, err := s.Evidence.Record(ctx, evidence.RecordKey(id, evidence.NameRuled(i)), data); err != nil {
			return err
		}
	}
	return nil
}

// Scanned keeps the papers of that id, which came on paper: the scans, and what the clerk signed of them.
//
// Errors: as Sealed.
func (s *Service) Scanned(ctx context.Context, id string) error {
	signed, err := s.Filings.Scanned(ctx, id)
	if err != nil {
		return fmt.Errorf("keep papers %s: %w", id, err)
	}
	record := evidence.Scanned{V: evidence.Version, At: signed.At.UTC(), Scanned: signed.Scanned, Signature: filing.Sum(signed.CMS)}
	for _, scan := range signed.Scans {
		f := evidence.File{SHA256: scan.SHA256, Size: scan.Size, MediaType: scan.MediaType, Version: signed.Pins[scan.SHA256]}
		if err := s.copied(ctx, id, f); err != nil {
			return fmt.Errorf("keep papers %s: %w", id, err)
		}
		record.Files = append(record.Files, f)
	}
	if err := s.keep(ctx, id, "application/pkcs7-mime", signed.CMS); err != nil {
		return fmt.Errorf("keep papers %s: %w", id, err)
	}
	data, err := record.Encode()
	if err == nil {
		_, err = s.Evidence.Record(ctx, evidence.ScannedKey(id), data)
	}
	return err
}

// copied keeps a content of the documents bucket.
func (s *Service) copied(ctx context.Context, id string, f evidence.File) error {
	o := documents.Object{Filing: id, SHA256: f.SHA256, Size: f.Size, MediaType: f.MediaType}
	return s.Evidence.Keep(ctx, evidence.ContentKey(id, f.SHA256), f.SHA256, f.Size, f.MediaType, func(ctx context.Context) (io.ReadCloser, error) {
		return s.Documents.Stream(ctx, o, f.Version)
	})
}

// contents keeps what the record names and returns the record.
func (s *Service) contents(ctx context.Context, in store.Sealed) (evidence.Sealed, error) {
	id := in.Envelope.ID
	record := evidence.Sealed{V: evidence.Version, Filing: evidence.Of(in.Envelope), Receipt: filing.Sum(in.Receipt), Events: evidence.EventsOf(in.Events)}
	var manifest filing.Manifest
	for _, sig := range in.Signatures {
		m, err := evidence.ReadManifest(sig.CMS, in.Envelope.Manifest)
		if err != nil {
			return evidence.Sealed{}, err
		}
		manifest = m
		record.Signatures = append(record.Signatures, evidence.Signature{
			SHA256: filing.Sum(sig.CMS), Person: sig.Person, Seats: sig.Seats, JudgedAt: sig.JudgedAt.UTC(),
		})
	}
	var err error
	if record.Files, err = evidence.FilesOf(manifest, in.Pins); err != nil {
		return evidence.Sealed{}, err
	}
	for _, f := range record.Files {
		if err := s.copied(ctx, id, f); err != nil {
			return evidence.Sealed{}, err
		}
	}
	for _, sig := range in.Signatures {
		if err := s.keep(ctx, id, "application/pkcs7-mime", sig.CMS); err != nil {
			return evidence.Sealed{}, err
		}
	}
	return record, s.keep(ctx, id, "application/json", in.Receipt)
}

// keep keeps what the table holds.
func (s *Service) keep(ctx context.Context, id, mediaType string, content []byte) error {
	sum := filing.Sum(content)
	return s.Evidence.Keep(ctx, evidence.ContentKey(id, sum), sum, int64(len(content)), mediaType, func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	})
}
