package documents

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/courtoffice/courtoffice/shared/filing"
)

// ErrNoEvidence: there is nothing under that key.
var ErrNoEvidence = errors.New("documents: no such evidence")

// Evidence is the bucket of what a court may need (package evidence says what lies where). What is put
// there is locked by the bucket's rule and never put twice.
type Evidence struct {
	s3     *s3.Client
	bucket string
}

// NewEvidence returns the evidence kept in bucket.
func NewEvidence(client *s3.Client, bucket string) *Evidence { return &Evidence{client, bucket} }

// Keep puts a content under key, whose SHA-256 is sha256 in hex: S3 takes no other bytes. Where the
// content is already, nothing is put, and body, which returns it from its first byte, is not called.
// It may be repeated and done by two at once. What is there under key with another hash or size is
// filing.ErrDocumentChanged.
//
// Content of any length passes through in pieces; a transfer that breaks is not begun again.
func (e *Evidence) Keep(ctx context.Context, key, sha256 string, size int64, mediaType string, body func(context.Context) (io.ReadCloser, error)) error {
	sum, err := checksum(sha256)
	if err != nil {
		return err
	}
	switch there, err := e.same(ctx, key, sum, size); {
	case err != nil:
		return err
	case there:
		return nil
	}
	content, err := body(ctx)
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = e.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &e.bucket, Key: &key, Body: content, ContentLength: &size, IfNoneMatch: aws.String("*"),
		ChecksumSHA256: &sum, ContentType: &mediaType,
	}, streamed)
	if err != nil && thereAlready(err) {
		there, err := e.same(ctx, key, sum, size)
		if err == nil && !there {
			err = fmt.Errorf("keep %s: %w", key, ErrNoEvidence)
		}
		return err
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", key, err)
	}
	return nil
}

// same reports whether the content is there.
func (e *Evidence) same(ctx context.Context, key, sum string, size int64) (bool, error) {
	out, err := e.head(ctx, key)
	switch {
	case errors.Is(err, ErrNoEvidence):
		return false, nil
	case err != nil:
		return false, err
	case aws.ToString(out.ChecksumSHA256) != sum || aws.ToInt64(out.ContentLength) != size:
		return false, fmt.Errorf("%s: %w", key, filing.ErrDocumentChanged)
	}
	return true, nil
}

func (e *Evidence) head(ctx context.Context, key string) (*s3.HeadObjectOutput, error) {
	out, err := e.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &e.bucket, Key: &key, ChecksumMode: types.ChecksumModeEnabled})
	if _, ok := errors.AsType[*types.NotFound](err); ok {
		return nil, fmt.Errorf("%s: %w", key, ErrNoEvidence)
	}
	if err != nil {
		return nil, fmt.Errorf("head %s: %w", key, err)
	}
	return out, nil
}

// Record puts a record under key, once: what is there stays, whatever it says, because it was true when
// it was put. It returns when S3 took the record that is there.
func (e *Evidence) Record(ctx context.Context, key string, record []byte) (time.Time, error) {
	_, err := e.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &e.bucket, Key: &key, Body: bytes.NewReader(record), IfNoneMatch: aws.String("*"),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ContentType: aws.String("application/json"),
	})
	if err != nil && !thereAlready(err) {
		return time.Time{}, fmt.Errorf("put %s: %w", key, err)
	}
	out, err := e.head(ctx, key)
	if err != nil {
		return time.Time{}, err
	}
	return aws.ToTime(out.LastModified), nil
}

// Holds reports whether there is an object under key with that size and SHA-256, in hex; a sha256 of ""
// asks for neither.
func (e *Evidence) Holds(ctx context.Context, key, sha256 string, size int64) (bool, error) {
	out, err := e.head(ctx, key)
	if errors.Is(err, ErrNoEvidence) {
		return false, nil
	}
	if err != nil || sha256 == "" {
		return err == nil, err
	}
	sum, err := checksum(sha256)
	return err == nil && aws.ToString(out.ChecksumSHA256) == sum && aws.ToInt64(out.ContentLength) == size, err
}

// Open returns what is under key, as a stream. Errors: ErrNoEvidence.
func (e *Evidence) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	out, err := e.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &e.bucket, Key: &key})
	if _, ok := errors.AsType[*types.NoSuchKey](err); ok {
		return nil, fmt.Errorf("%s: %w", key, ErrNoEvidence)
	}
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", key, err)
	}
	return out.Body, nil
}

// Get is Open for what the office made itself: at most 16 MB.
func (e *Evidence) Get(ctx context.Context, key string) ([]byte, error) {
	body, err := e.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, made))
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", key, err)
	}
	return data, nil
}

// List returns keys with that prefix after the key after, in order, at most 1000; none after the last.
func (e *Evidence) List(ctx context.Context, prefix, after string) ([]string, error) {
	in := &s3.ListObjectsV2Input{Bucket: &e.bucket, Prefix: &prefix}
	if after != "" {
		in.StartAfter = &after
	}
	out, err := e.s3.ListObjectsV2(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", prefix, err)
	}
	var keys []string
	for _, o := range out.Contents {
		keys = append(keys, aws.ToString(o.Key))
	}
	return keys, nil
}
