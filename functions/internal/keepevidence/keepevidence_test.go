package keepevidence_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"

	"github.com/courtoffice/courtoffice/functions/internal/keepevidence"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/evidence/evidencetest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

func service(o *evidencetest.Office) *keepevidence.Service {
	return &keepevidence.Service{Filings: o.Filings, Documents: o.Documents, Evidence: o.Evidence}
}

// through has the service call S3 through fault, which may refuse a call before or after it was made.
func through(o *evidencetest.Office, fault func(in any, call func() error) error) *keepevidence.Service {
	client := s3.New(o.S3.Options(), func(opts *s3.Options) {
		opts.RetryMaxAttempts = 1
		opts.APIOptions = append(opts.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("fault", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (out middleware.InitializeOutput, meta middleware.Metadata, err error) {
				err = fault(in.Parameters, func() (err error) {
					out, meta, err = next.HandleInitialize(ctx, in)
					return err
				})
				return out, meta, err
			}), middleware.Before)
		})
	})
	return &keepevidence.Service{
		Filings: o.Filings, Documents: documents.New(client, o.Bucket(schema.Documents)), Evidence: documents.NewEvidence(client, o.Bucket(schema.Evidence)),
	}
}

// whole checks that everything of the filing is kept once, and nothing else.
func whole(t *testing.T, o *evidencetest.Office, e filing.Envelope) {
	t.Helper()
	record := o.Record(t, e.ID)
	if err := o.Check(t, record); err != nil {
		t.Errorf("evidence of %s: %v", e.ID, err)
	}
	want := len(record.Files) + len(record.Signatures) + 1 // and the receipt
	bucket := o.Bucket(schema.Evidence)
	for prefix, n := range map[string]int{evidence.ContentKey(e.ID, ""): want, evidence.RecordKey(e.ID, "")[:len(evidence.Records)+36]: 1} {
		out, err := o.S3.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket, Prefix: &prefix})
		if err != nil || len(out.Versions) != n || len(out.DeleteMarkers) != 0 {
			t.Errorf("under %s are %d versions, %v; want %d", prefix, len(out.Versions), err, n)
		}
	}
	events, err := o.Filings.Events(t.Context(), e)
	kept := 0
	for _, event := range events {
		if event.Type == filing.EventKept {
			kept++
		}
	}
	if err != nil || kept != 1 {
		t.Errorf("%d events that it is kept, %v", kept, err)
	}
}

func TestKeeps(t *testing.T) {
	o := evidencetest.New(t)
	for i, keys := range [][]string{{"individual-gost"}, {"individual-rsa", "individual-gost", "individual-gost-2"}} {
		e := o.Seal(t, evidencetest.ID(i), keys...)
		for range 2 { // delivery is at least once
			if err := service(o).Sealed(t.Context(), e.ID); err != nil {
				t.Fatal(err)
			}
		}
		whole(t, o, e)
		record := o.Record(t, e.ID)
		if len(record.Files) != 4 || len(record.Signatures) != len(keys) || record.Filing.Envelope().SentAt != e.SentAt {
			t.Errorf("record %+v", record)
		}
	}
}

// TestAtOnce: two copy the same filing at the same time.
func TestAtOnce(t *testing.T) {
	o := evidencetest.New(t)
	e := o.Seal(t, evidencetest.ID(1), "individual-gost")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := service(o).Sealed(t.Context(), e.ID); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	whole(t, o, e)
}

// TestEndedAnywhere: S3 refuses the nth call, or takes it and the function is ended before it hears so.
// There is no record before everything is kept, and the next run finishes it.
func TestEndedAnywhere(t *testing.T) {
	o := evidencetest.New(t)
	errCut := errors.New("cut")
	filings := 0
	for _, after := range []bool{false, true} {
		for n := int64(1); ; n++ {
			filings++
			e := o.Seal(t, evidencetest.ID(filings), "individual-gost", "individual-rsa")
			var calls atomic.Int64
			err := through(o, func(_ any, call func() error) error {
				last := calls.Add(1) >= n
				if last && !after {
					return errCut
				}
				if err := call(); err != nil || last {
					return errors.Join(err, errCut)
				}
				return nil
			}).Sealed(t.Context(), e.ID)
			if err == nil {
				t.Logf("%d calls of S3 for a filing", calls.Load())
				if n < 10 {
					t.Errorf("only %d calls could be cut", n-1)
				}
				break
			}
			if there, _ := o.Evidence.Holds(t.Context(), evidence.RecordKey(e.ID, evidence.NameSealed), "", 0); there {
				if err := o.Check(t, o.Record(t, e.ID)); err != nil {
					t.Errorf("cut at call %d (after: %t): a record without what it names: %v", n, after, err)
				}
			}
			if err := service(o).Sealed(t.Context(), e.ID); err != nil {
				t.Fatalf("after a cut at call %d (after: %t): %v", n, after, err)
			}
			whole(t, o, e)
		}
	}
}

// TestNotWhatWasSigned: what lies in the documents bucket has other bytes than the manifest says. Nothing
// of it is kept, and the filing has no record.
func TestNotWhatWasSigned(t *testing.T) {
	o := evidencetest.New(t)
	e := o.Seal(t, evidencetest.ID(1), "individual-gost")
	var replaced string
	err := through(o, func(in any, call func() error) error {
		get, ok := in.(*s3.GetObjectInput)
		if ok && replaced == "" {
			other, err := o.S3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: get.Bucket, Key: get.Key, Body: strings.NewReader(`{"court":{"code":"almaty-mEdeu"}}`)})
			if err != nil {
				t.Fatal(err)
			}
			replaced = aws.ToString(get.Key)
			get.VersionId = other.VersionId
		}
		return call()
	}).Sealed(t.Context(), e.ID)
	if err == nil || replaced == "" {
		t.Errorf("other bytes for %q were kept: %v", replaced, err)
	}
	for _, key := range []string{evidence.RecordKey(e.ID, evidence.NameSealed), evidence.ContentKey(e.ID, replaced[strings.LastIndex(replaced, "/")+1:])} {
		if there, err := o.Evidence.Holds(t.Context(), key, "", 0); there || err != nil {
			t.Errorf("%s is there: %v, %v", key, there, err)
		}
	}
}

func TestWhatCannotBeKept(t *testing.T) {
	o := evidencetest.New(t)
	if err := service(o).Sealed(t.Context(), evidencetest.ID(1)); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("a filing that is none: %v", err)
	}
	if _, err := o.Filings.Create(t.Context(), filing.Filing{Envelope: filing.Envelope{ID: evidencetest.ID(1), AccountID: evidencetest.Account, Kind: filing.KindClaim}}, evidencetest.SentAt); err != nil {
		t.Fatal(err)
	}
	if err := service(o).Sealed(t.Context(), evidencetest.ID(1)); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("a draft: %v", err)
	}
	e := o.Seal(t, evidencetest.ID(2), "individual-gost")
	s := service(o)
	s.Documents = documents.New(o.S3, o.Bucket(schema.Status)) // where none of it is
	if err := s.Sealed(t.Context(), e.ID); !errors.Is(err, filing.ErrDocumentMissing) {
		t.Errorf("without its documents: %v", err)
	}
}

// BenchmarkSealed is what a filing of six small contents takes on the local S3.
func BenchmarkSealed(b *testing.B) {
	o := evidencetest.New(b)
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		e := o.Seal(b, fmt.Sprintf("0193f0c0-0000-7000-8001-%012x", n), "individual-gost")
		b.StartTimer()
		if err := service(o).Sealed(b.Context(), e.ID); err != nil {
			b.Fatal(err)
		}
	}
}
