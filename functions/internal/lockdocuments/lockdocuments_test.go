package lockdocuments_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/courtoffice/courtoffice/functions/internal/lockdocuments"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	filingID = "0193f0c0-0000-7000-8000-000000000001"
	document = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
)

// sealed knows the stored versions of one filing.
type sealed map[string]string

func (s sealed) Pins(_ context.Context, id string) (filing.Pins, error) {
	if id != filingID {
		return nil, filing.ErrNotFound
	}
	return filing.Pins(s), nil
}

// governance locks in the mode of test stacks.
type governance struct{ *documents.Store }

func (g governance) Lock(ctx context.Context, filingID, sha256, version string, until time.Time) error {
	return g.Store.Lock(ctx, filingID, sha256, version, until, false)
}

func TestAFiledDocumentCannotBeDeleted(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	ctx, content := t.Context(), []byte("the claim")
	sum := sha256.Sum256(content)
	put, err := client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: aws.String(documents.Key(filingID, document)), Body: bytes.NewReader(content),
		ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum[:])), Tagging: aws.String(schema.Unsealed + "=" + schema.UnsealedValue),
	})
	if err != nil {
		t.Fatal(err)
	}
	svc := &lockdocuments.Service{
		Filings: sealed{document: aws.ToString(put.VersionId)}, Documents: governance{documents.New(client, bucket)},
	}
	sentAt := time.Now().UTC().Truncate(time.Second)
	e := filing.SentEvent{V: 1, Type: filing.EventSent, FilingID: filingID, SentAt: sentAt.Format(time.RFC3339)}
	for range 2 { // delivery is at least once
		if err := svc.Handle(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	got, err := client.GetObjectRetention(ctx, &s3.GetObjectRetentionInput{
		Bucket: &bucket, Key: aws.String(documents.Key(filingID, document)), VersionId: put.VersionId,
	})
	if err != nil || got.Retention.Mode != types.ObjectLockRetentionModeGovernance || !got.Retention.RetainUntilDate.Equal(sentAt.Add(schema.Retention)) {
		t.Errorf("retention %+v, %v", got, err)
	}
	tags, err := client.GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: &bucket, Key: aws.String(documents.Key(filingID, document)), VersionId: put.VersionId})
	if err != nil || len(tags.TagSet) != 0 {
		t.Errorf("tags %+v, %v: what is sealed would go", tags, err)
	}
	if _, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{
		Bucket: &bucket, Key: aws.String(documents.Key(filingID, document)), VersionId: put.VersionId,
	}); err == nil {
		t.Error("the locked version was deleted")
	}
	// A newer upload under the same key hides nothing: the filed version is still what it was.
	if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String(documents.Key(filingID, document)), Body: bytes.NewReader([]byte("x"))}); err != nil {
		t.Fatal(err)
	}
	head, err := client.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket: &bucket, Key: aws.String(documents.Key(filingID, document)), VersionId: put.VersionId, ChecksumMode: types.ChecksumModeEnabled,
	})
	if err != nil || aws.ToString(head.ChecksumSHA256) != base64.StdEncoding.EncodeToString(sum[:]) {
		t.Errorf("the filed version: %v, %v", hex.EncodeToString(sum[:]), err)
	}
}

func TestWhatCannotBeLockedComesAgain(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	svc := &lockdocuments.Service{
		Filings: sealed{document: "no-such-version"}, Documents: governance{documents.New(client, bucket)},
	}
	e := filing.SentEvent{Type: filing.EventSent, FilingID: filingID, SentAt: "2026-11-22T14:00:00.123Z"}
	if err := svc.Handle(t.Context(), e); err == nil {
		t.Error("a version that is not there was locked")
	}
	e.FilingID = "another"
	if err := svc.Handle(t.Context(), e); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("Handle = %v", err)
	}
	e.SentAt = "yesterday"
	if err := svc.Handle(t.Context(), e); err == nil {
		t.Error("an instant that is none was taken")
	}
}

// TestNotLockedStaysTagged: what could not be locked keeps the tag, so that it is never without both.
func TestNotLockedStaysTagged(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	o, stored, err := documents.New(client, bucket).Put(t.Context(), filingID, "application/pdf", []byte("the claim"))
	if err != nil {
		t.Fatal(err)
	}
	refusing := s3.New(client.Options(), func(opts *s3.Options) {
		opts.APIOptions = append(opts.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("refuse", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				if _, ok := in.Parameters.(*s3.PutObjectRetentionInput); ok {
					return middleware.InitializeOutput{}, middleware.Metadata{}, errors.New("SlowDown")
				}
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
		})
	})
	svc := &lockdocuments.Service{Filings: sealed{o.SHA256: stored.Version}, Documents: governance{documents.New(refusing, bucket)}}
	if err := svc.Handle(t.Context(), filing.SentEvent{FilingID: filingID, SentAt: "2026-11-22T14:00:00Z"}); err == nil {
		t.Error("no error")
	}
	tags, err := client.GetObjectTagging(t.Context(), &s3.GetObjectTaggingInput{Bucket: &bucket, Key: aws.String(documents.Key(filingID, o.SHA256))})
	if err != nil || len(tags.TagSet) != 1 || aws.ToString(tags.TagSet[0].Key) != schema.Unsealed || aws.ToString(tags.TagSet[0].Value) != schema.UnsealedValue {
		t.Errorf("tags %+v, %v", tags, err)
	}
}
