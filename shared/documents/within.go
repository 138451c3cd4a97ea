package documents

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/courtoffice/courtoffice/shared/filing"
)

// made is the most bytes of what the office makes of a filing.
const made = 16 << 20

// Stream returns the bytes of a version of o as a stream. Nothing compares them with o: see Get, and
// Evidence.Keep.
//
// Errors: filing.ErrDocumentMissing.
func (s *Store) Stream(ctx context.Context, o Object, version string) (io.ReadCloser, error) {
	out, err := s.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: o.key(), VersionId: &version})
	if hasCode(err, "NoSuchKey", "NoSuchVersion") {
		return nil, fmt.Errorf("%s: %w", *o.key(), filing.ErrDocumentMissing)
	}
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", *o.key(), err)
	}
	return out.Body, nil
}

// Version is one version of one content.
type Version struct{ SHA256, ID string }

// Versions returns what is stored beside a filing, with its size: every version, also of what expiry has
// hidden.
func (s *Store) Versions(ctx context.Context, filingID string) (map[Version]int64, error) {
	prefix := Key(filingID, "")
	out := map[Version]int64{}
	pages := s3.NewListObjectVersionsPaginator(s.s3, &s3.ListObjectVersionsInput{Bucket: &s.bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list versions of %s: %w", filingID, err)
		}
		for _, v := range page.Versions {
			out[Version{strings.TrimPrefix(aws.ToString(v.Key), prefix), aws.ToString(v.VersionId)}] = aws.ToInt64(v.Size)
		}
	}
	return out, nil
}

// PutBack stores content that was sealed and has been lost, and returns its version. S3 takes no bytes
// but those o names. It carries no tag, and the caller locks it.
func (s *Store) PutBack(ctx context.Context, o Object, content io.Reader) (version string, err error) {
	sum, err := checksum(o.SHA256)
	if err != nil {
		return "", err
	}
	out, err := s.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: o.key(), Body: content, ContentLength: &o.Size, IfNoneMatch: aws.String("*"), ChecksumSHA256: &sum,
		ContentType: &o.MediaType, CacheControl: aws.String(cacheControl), ContentDisposition: aws.String(disposition),
	}, streamed)
	if err != nil && thereAlready(err) {
		stored, err := s.Head(ctx, o)
		return stored.Version, err
	}
	if err != nil {
		return "", fmt.Errorf("put %s back: %w", *o.key(), err)
	}
	return aws.ToString(out.VersionId), nil
}

// streamed sends a body that can be read once. Its checksum binds the bytes; hashing them for the
// signature of the request too would need all of them at once. Whoever asked comes again.
func streamed(o *s3.Options) {
	o.RetryMaxAttempts = 1
	o.APIOptions = append(o.APIOptions, v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware)
}

// Get returns the bytes of a version of o, which the office itself made: what a filer uploaded is never
// held whole by a function. They are at most made bytes and have o's SHA-256; its size is not looked at.
func (s *Store) Get(ctx context.Context, o Object, version string) ([]byte, error) {
	body, err := s.Stream(ctx, o, version)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	content, err := io.ReadAll(io.LimitReader(body, made))
	if sum := sha256.Sum256(content); err == nil && hex.EncodeToString(sum[:]) != o.SHA256 {
		err = filing.ErrDocumentChanged
	}
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", *o.key(), err)
	}
	return content, nil
}

// Copy stores a version of o under another filing, within the bucket. It may be repeated. The copy is
// one object whatever o was sent in, with the SHA-256 of the whole.
//
// Errors: filing.ErrDocumentChanged when the copy is not what o names.
func (s *Store) Copy(ctx context.Context, o Object, version, filingID string) error {
	to := o
	to.Filing = filingID
	if _, err := s.Head(ctx, to); err == nil {
		return nil
	}
	_, err := s.s3.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: &s.bucket, Key: to.key(), CopySource: aws.String(s.bucket + "/" + *o.key() + "?versionId=" + url.QueryEscape(version)),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, MetadataDirective: types.MetadataDirectiveReplace, ContentType: &o.MediaType,
		CacheControl: aws.String(cacheControl), ContentDisposition: aws.String(disposition),
		TaggingDirective: types.TaggingDirectiveReplace, Tagging: aws.String(unsealed), // what it is copied from may be sealed
	})
	if err != nil {
		return fmt.Errorf("copy %s: %w", *o.key(), err)
	}
	_, err = s.Head(ctx, to)
	return err
}
