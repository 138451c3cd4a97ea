// Package rebuild makes the table of filings, and the documents bucket where that is lost too, anew from
// the evidence bucket alone. It puts back only what proves itself (evidence.Sealed.Check) and changes
// nothing that is there, so it may be ended, repeated, and run on a table that has lost only a part.
package rebuild

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Rebuild says what from and where to.
type Rebuild struct {
	Evidence  *documents.Evidence
	Filings   *store.Filings
	Documents *documents.Store
	// Verify opens a receipt with the key that signed it: receipt.Verify.
	Verify func(data []byte) (receipt.Receipt, error)
	// Compliance locks documents that are put back so that nobody can lift it, as in production.
	Compliance bool
	// Report is told what became of each filing, by several goroutines: err is nil when it is there.
	Report func(filingID string, err error)
}

// atOnce is how many filings are made at a time.
const atOnce = 16

// All puts back every filing that the evidence bucket has a record of, and returns how many are there
// and how many are not. One that contradicts itself is reported and passed over.
//
// Errors: of listing, and of ctx.
func (r *Rebuild) All(ctx context.Context) (done, failed int, err error) {
	after := evidence.Records
	for {
		keys, err := r.Evidence.List(ctx, evidence.Records, after)
		if err != nil || len(keys) == 0 {
			return done, failed, err
		}
		after = keys[len(keys)-1]
		results := make([]error, len(keys))
		var group errgroup.Group
		group.SetLimit(atOnce)
		for i, key := range keys {
			id, name, ok := evidence.ParseRecordKey(key)
			if !ok || name != evidence.NameSealed {
				results[i] = errSkip
				continue
			}
			group.Go(func() error {
				results[i] = r.One(ctx, id)
				r.Report(id, results[i])
				return nil
			})
		}
		group.Wait()
		for _, err := range results {
			switch err {
			case errSkip:
			case nil:
				done++
			default:
				failed++
			}
		}
		if err := ctx.Err(); err != nil {
			return done, failed, err
		}
	}
}

var errSkip = errors.New("not the record of a filing")

// One puts back one filing.
//
// Errors: evidence.ErrContradiction, receipt.ErrSignature, filing.ErrDocumentChanged when the evidence
// does not prove itself; documents.ErrNoEvidence when a part of it is missing.
func (r *Rebuild) One(ctx context.Context, id string) error {
	data, err := r.Evidence.Get(ctx, evidence.RecordKey(id, evidence.NameSealed))
	if err != nil {
		return err
	}
	record, err := evidence.ParseSealed(id, data)
	if err != nil {
		return err
	}
	var sealed store.Sealed
	contents := map[string][]byte{}
	content := func(sum string) ([]byte, error) {
		data, err := r.Evidence.Get(ctx, evidence.ContentKey(id, sum))
		if err == nil && filing.Sum(data) != sum {
			err = fmt.Errorf("%s: %w", evidence.ContentKey(id, sum), filing.ErrDocumentChanged)
		}
		contents[sum] = data
		return data, err
	}
	if err := record.Check(content, r.Verify); err != nil {
		return err
	}
	sealed.Receipt = contents[record.Receipt]
	for _, sig := range record.Signatures {
		sealed.Signatures = append(sealed.Signatures, filing.Signature{
			Place: filing.Place{Person: sig.Person, Seats: sig.Seats}, CMS: contents[sig.SHA256], JudgedAt: sig.JudgedAt,
		})
	}
	events := record.Events
	for n := 0; ; n++ {
		v, err := r.verified(ctx, id, n)
		if errors.Is(err, documents.ErrNoEvidence) {
			break
		}
		if err != nil {
			return err
		}
		sealed.Verifications, events = append(sealed.Verifications, v.Verification), append(events, v.Events...)
	}
	if sealed.Envelope, err = record.Then(sealed.Verifications); err != nil {
		return err
	}
	for _, e := range events {
		if one := (filing.Event{At: e.At, Type: e.Type}); !slices.Contains(sealed.Events, one) { // each record has those before it
			sealed.Events = append(sealed.Events, one)
		}
	}
	if sealed.Pins, err = r.documents(ctx, record); err != nil {
		return err
	}
	return r.Filings.Restore(ctx, sealed)
}

// verified reads the record of the nth verification. Errors: documents.ErrNoEvidence after the last.
func (r *Rebuild) verified(ctx context.Context, id string, n int) (evidence.Verified, error) {
	data, err := r.Evidence.Get(ctx, evidence.RecordKey(id, evidence.NameVerified(n)))
	if err != nil {
		return evidence.Verified{}, err
	}
	return evidence.ParseVerified(id, data)
}

// documents finds the versions that were sealed in the documents bucket, and puts back and locks what is
// not there.
func (r *Rebuild) documents(ctx context.Context, record evidence.Sealed) (filing.Pins, error) {
	id, pins := record.Filing.ID, filing.Pins{}
	versions, err := r.Documents.Versions(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, f := range record.Files {
		pins[f.SHA256] = f.Version
		if size, there := versions[documents.Version{SHA256: f.SHA256, ID: f.Version}]; there && size == f.Size {
			continue
		}
		if pins[f.SHA256], err = r.putBack(ctx, id, f, record.Filing.Sent.Add(schema.Retention)); err != nil {
			return nil, err
		}
	}
	return pins, nil
}

func (r *Rebuild) putBack(ctx context.Context, id string, f evidence.File, until time.Time) (version string, err error) {
	body, err := r.Evidence.Open(ctx, evidence.ContentKey(id, f.SHA256))
	if err != nil {
		return "", err
	}
	defer body.Close()
	version, err = r.Documents.PutBack(ctx, documents.Object{Filing: id, SHA256: f.SHA256, Size: f.Size, MediaType: f.MediaType}, body)
	if err != nil {
		return "", err
	}
	return version, r.Documents.Lock(ctx, id, f.SHA256, version, until, r.Compliance)
}
