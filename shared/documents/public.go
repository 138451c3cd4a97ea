package documents

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Public keeps what readers have through the edge without any function being asked: a bucket with
// schema.Bucket.Edge.
type Public struct {
	s3     *s3.Client
	bucket string
}

// NewPublic returns what is kept in bucket.
func NewPublic(client *s3.Client, bucket string) *Public { return &Public{client, bucket} }

// Put replaces what is kept under key. mediaType and caching are what readers are told of it as
// Content-Type and Cache-Control. body is not retained.
func (p *Public) Put(ctx context.Context, key string, body []byte, mediaType, caching string) error {
	_, err := p.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &p.bucket, Key: &key, Body: bytes.NewReader(body), ContentType: &mediaType, CacheControl: &caching,
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", key, err)
	}
	return nil
}

// Has reports whether something is kept under key.
func (p *Public) Has(ctx context.Context, key string) (bool, error) {
	_, err := p.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &p.bucket, Key: &key})
	if _, none := errors.AsType[*types.NotFound](err); none {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for %s: %w", key, err)
	}
	return true, nil
}
