// Package documents keeps filed documents in S3: a grant lets the browser put exactly one
// known content under one key, and Head proves what is there. Bytes never pass through a function.
package documents

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/courtoffice/courtoffice/shared/filing"
)

// GrantLife is how long an upload grant may be used: enough for 100 MB over 1 Mbit/s.
const GrantLife = 15 * time.Minute

// Store is the documents bucket through one client.
type Store struct {
	s3      *s3.Client
	presign *s3.PresignClient
	bucket  string
}

// New returns the store of bucket.
func New(client *s3.Client, bucket string) *Store {
	return &Store{client, s3.NewPresignClient(client), bucket}
}

// Key returns where a document's bytes are kept. It holds two random ids and nothing personal.
func Key(filingID, documentID string) string { return "filings/" + filingID + "/" + documentID }

// Grant is a presigned upload.
type Grant struct {
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"` // to be sent exactly; Content-Length is the client's own
	ExpiresAt time.Time         `json:"expiresAt"`
}

// Grant lets its holder upload d and nothing else: SHA-256, length and media type are bound into
// the signature of the URL (SigV4), and S3 refuses a body that has another hash.
func (s *Store) Grant(ctx context.Context, filingID string, d filing.Document, at time.Time) (Grant, error) {
	sum, err := checksum(d.SHA256)
	if err != nil {
		return Grant{}, err
	}
	req, err := s.presign.PresignPutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: aws.String(Key(filingID, d.ID)),
		ChecksumSHA256: &sum, ContentType: &d.MediaType, ContentLength: &d.Size,
	}, s3.WithPresignExpires(GrantLife))
	if err != nil {
		return Grant{}, fmt.Errorf("presign document %s: %w", d.ID, err)
	}
	g := Grant{Method: req.Method, URL: req.URL, Headers: map[string]string{}, ExpiresAt: at.Add(GrantLife).UTC()}
	for name := range req.SignedHeader {
		// Browsers set these two themselves and refuse to let a script do it.
		if name != "Host" && name != "Content-Length" {
			g.Headers[http.CanonicalHeaderKey(name)] = req.SignedHeader.Get(name)
		}
	}
	return g, nil
}

// Head looks at what is stored for d. It returns the S3 version that matched.
//
// Errors: filing.ErrDocumentMissing when nothing was uploaded, filing.ErrDocumentChanged when the
// stored bytes are not those d names; both come wrapped with the document's id.
func (s *Store) Head(ctx context.Context, filingID string, d filing.Document) (version string, err error) {
	out, err := s.s3.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket: &s.bucket, Key: aws.String(Key(filingID, d.ID)), ChecksumMode: types.ChecksumModeEnabled,
	})
	if _, ok := errors.AsType[*types.NotFound](err); ok {
		return "", fmt.Errorf("document %s: %w", d.ID, filing.ErrDocumentMissing)
	}
	if err != nil {
		return "", fmt.Errorf("head document %s: %w", d.ID, err)
	}
	sum, err := checksum(d.SHA256)
	if err != nil {
		return "", err
	}
	if aws.ToString(out.ChecksumSHA256) != sum || aws.ToInt64(out.ContentLength) != d.Size {
		return "", fmt.Errorf("document %s: %w", d.ID, filing.ErrDocumentChanged)
	}
	return aws.ToString(out.VersionId), nil
}

// Lock keeps a version of a document from being deleted or replaced until then. compliance is the
// mode that not even the owner of the account can lift; without it the lock is S3's governance
// mode, for stacks that come and go. A lock can be prolonged, so locking again is harmless.
func (s *Store) Lock(ctx context.Context, filingID, documentID, version string, until time.Time, compliance bool) error {
	mode := types.ObjectLockRetentionModeGovernance
	if compliance {
		mode = types.ObjectLockRetentionModeCompliance
	}
	_, err := s.s3.PutObjectRetention(ctx, &s3.PutObjectRetentionInput{
		Bucket: &s.bucket, Key: aws.String(Key(filingID, documentID)), VersionId: &version,
		Retention: &types.ObjectLockRetention{Mode: mode, RetainUntilDate: &until},
	})
	if err != nil {
		return fmt.Errorf("lock document %s: %w", documentID, err)
	}
	return nil
}

// checksum turns hex into the base64 S3 speaks.
func checksum(hexSHA256 string) (string, error) {
	raw, err := hex.DecodeString(hexSHA256)
	if err != nil || len(raw) != 32 {
		return "", fmt.Errorf("documents: %q is not a SHA-256", hexSHA256)
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}
