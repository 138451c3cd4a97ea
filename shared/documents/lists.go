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
	"github.com/aws/smithy-go"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Errors of Lists.
var (
	// ErrNoLists means that the bucket has no lists yet.
	ErrNoLists = errors.New("documents: no revocation lists")
	// ErrListsUnchanged means that the lists are those the caller has.
	ErrListsUnchanged = errors.New("documents: revocation lists have not changed")
	// ErrListsChanged means that somebody else wrote the lists meanwhile.
	ErrListsChanged = errors.New("documents: revocation lists were written meanwhile")
)

// Lists is the file of revocation lists (crl.Set) in the trust bucket: one object that one function
// writes and others read.
type Lists struct {
	s3     *s3.Client
	bucket string
}

// NewLists returns the file kept in bucket under schema.RevocationLists.
func NewLists(client *s3.Client, bucket string) *Lists { return &Lists{client, bucket} }

// Get returns the file and its ETag, unless that is etag, which may be "". The file proves itself by a
// hash of its own, so S3's checksum is not computed a second time.
//
// Errors: ErrNoLists, ErrListsUnchanged, of S3.
func (l *Lists) Get(ctx context.Context, etag string) (data []byte, now string, err error) {
	in := &s3.GetObjectInput{Bucket: &l.bucket, Key: aws.String(schema.RevocationLists)}
	if etag != "" {
		in.IfNoneMatch = &etag
	}
	out, err := l.s3.GetObject(ctx, in, func(o *s3.Options) {
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
		o.RetryMaxAttempts = 2 // a function waits for this when it starts, and can go on without
	})
	switch {
	case hasCode(err, "NoSuchKey"):
		return nil, "", ErrNoLists
	case hasCode(err, "NotModified", "304"):
		return nil, etag, ErrListsUnchanged
	case err != nil:
		return nil, "", fmt.Errorf("read revocation lists: %w", err)
	}
	defer out.Body.Close()
	data = make([]byte, aws.ToInt64(out.ContentLength))
	if _, err := io.ReadFull(out.Body, data); err != nil {
		return nil, "", fmt.Errorf("read revocation lists: %w", err)
	}
	return data, aws.ToString(out.ETag), nil
}

// Put replaces the file that has that ETag, or makes the first one where etag is "", and returns the
// new ETag. Errors: ErrListsChanged, of S3.
func (l *Lists) Put(ctx context.Context, data []byte, etag string) (now string, err error) {
	in := &s3.PutObjectInput{
		Bucket: &l.bucket, Key: aws.String(schema.RevocationLists), Body: bytes.NewReader(data),
		ContentType: aws.String("application/octet-stream"), ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
	}
	return replace(ctx, l.s3, in, etag, ErrListsChanged)
}

// replace writes an object in place of the one that has that ETag, or the first one where etag is "", and returns the
// new ETag. Errors: changed where another is there, of S3.
func replace(ctx context.Context, client *s3.Client, in *s3.PutObjectInput, etag string, changed error) (now string, err error) {
	if etag == "" {
		in.IfNoneMatch = aws.String("*")
	} else {
		in.IfMatch = &etag
	}
	out, err := client.PutObject(ctx, in)
	switch {
	case hasCode(err, "PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"):
		return "", fmt.Errorf("write %s: %w", *in.Key, changed)
	case err != nil:
		return "", fmt.Errorf("write %s: %w", *in.Key, err)
	}
	return aws.ToString(out.ETag), nil
}

// hasCode reports whether S3 answered with one of those codes.
func hasCode(err error, codes ...string) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return false
	}
	for _, code := range codes {
		if api.ErrorCode() == code {
			return true
		}
	}
	return false
}
