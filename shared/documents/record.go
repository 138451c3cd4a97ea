package documents

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// ErrRecordChanged means that somebody else wrote the object meanwhile.
var ErrRecordChanged = errors.New("documents: record was written meanwhile")

// Record is the outage record in the bucket of its own (schema.Outages): JSON that everyone may read through
// the edge, and of which every version is kept.
type Record struct {
	s3     *s3.Client
	bucket string
}

// NewRecord returns the record kept in bucket.
func NewRecord(client *s3.Client, bucket string) *Record { return &Record{client, bucket} }

// Get returns an object and its ETag, nil and "" where there is none.
func (r *Record) Get(ctx context.Context, key string) (data []byte, etag string, err error) {
	out, err := r.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &r.bucket, Key: &key})
	switch {
	case hasCode(err, "NoSuchKey"):
		return nil, "", nil
	case err != nil:
		return nil, "", fmt.Errorf("read %s: %w", key, err)
	}
	defer out.Body.Close()
	if data, err = io.ReadAll(out.Body); err != nil {
		return nil, "", fmt.Errorf("read %s: %w", key, err)
	}
	return data, aws.ToString(out.ETag), nil
}

// Put replaces the object that has that ETag, or makes the first one where etag is "".
//
// Errors: ErrRecordChanged, of S3.
func (r *Record) Put(ctx context.Context, key string, data []byte, etag string) error {
	in := &s3.PutObjectInput{
		Bucket: &r.bucket, Key: &key, Body: bytes.NewReader(data), ContentType: aws.String("application/json"),
		CacheControl: aws.String("public, max-age=30"), ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
	}
	_, err := replace(ctx, r.s3, in, etag, ErrRecordChanged)
	return err
}
