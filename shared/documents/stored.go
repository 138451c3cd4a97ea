package documents

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/courtoffice/courtoffice/shared/filing"
)

// Stored is what the bucket holds for an Object, to be pinned in what is signed.
//
// Content sent in one request has the SHA-256 of its key, which S3 checked. For content sent in
// parts S3 keeps Composite, the SHA-256 over the SHA-256 of each part of PartSize bytes: whoever
// needs the hash of the whole proved reads the whole.
type Stored struct {
	Version   string `json:"version"`             // of the object in the bucket
	PartSize  int64  `json:"partSize,omitempty"`  // bytes, 0 for content sent in one request
	Composite string `json:"composite,omitempty"` // 64 hex digits, empty for content sent in one request
}

// Head looks at what is stored for o.
//
// Errors, with the key: filing.ErrDocumentMissing when nothing was uploaded,
// filing.ErrDocumentChanged when the stored bytes are not those o names.
func (s *Store) Head(ctx context.Context, o Object) (Stored, error) {
	out, err := s.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: o.key(), ChecksumMode: types.ChecksumModeEnabled})
	if _, ok := errors.AsType[*types.NotFound](err); ok {
		return Stored{}, fmt.Errorf("%s: %w", *o.key(), filing.ErrDocumentMissing)
	}
	if err != nil {
		return Stored{}, fmt.Errorf("head %s: %w", *o.key(), err)
	}
	stored, ok := proved(out, o)
	if !ok {
		return Stored{}, fmt.Errorf("%s: %w", *o.key(), filing.ErrDocumentChanged)
	}
	return stored, nil
}

// proved compares what S3 says of an object with what it must be.
func proved(out *s3.HeadObjectOutput, o Object) (Stored, bool) {
	want, err := checksum(o.SHA256)
	if err != nil || aws.ToInt64(out.ContentLength) != o.Size {
		return Stored{}, false
	}
	stored := Stored{Version: aws.ToString(out.VersionId)}
	sum, parts, composite := strings.Cut(aws.ToString(out.ChecksumSHA256), "-")
	if !composite {
		return stored, sum == want
	}
	raw, err := base64.StdEncoding.DecodeString(sum)
	n, _ := strconv.ParseInt(parts, 10, 64)
	stored.PartSize, _ = strconv.ParseInt(out.Metadata[metaPartSize], 10, 64)
	stored.Composite = hex.EncodeToString(raw)
	return stored, err == nil && len(raw) == sha256.Size && stored.PartSize > 0 &&
		n == (o.Size+stored.PartSize-1)/stored.PartSize
}

// Put stores what the office itself made, such as a form or a statement, under its hash. The same
// content is stored once, however often it is put.
func (s *Store) Put(ctx context.Context, filingID, mediaType string, content []byte) (Object, Stored, error) {
	sum := sha256.Sum256(content)
	o := Object{filingID, hex.EncodeToString(sum[:]), int64(len(content)), mediaType}
	out, err := s.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: o.key(), Body: bytes.NewReader(content), IfNoneMatch: aws.String("*"),
		ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum[:])), ContentType: &mediaType,
		CacheControl: aws.String(cacheControl), ContentDisposition: aws.String(disposition), Tagging: aws.String(unsealed),
	})
	if err != nil && thereAlready(err) {
		stored, err := s.Head(ctx, o)
		return o, stored, err
	}
	if err != nil {
		return Object{}, Stored{}, fmt.Errorf("put %s: %w", *o.key(), err)
	}
	return o, Stored{Version: aws.ToString(out.VersionId)}, nil
}
