package documents

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// GrantLife is how long a grant may be used: enough for one PartSize over 0.2 Mbit/s. A client
// asks for grants when it is about to use them, and again for what one did not suffice for.
const GrantLife = 15 * time.Minute

// Upload is what is left to send of one content.
type Upload struct {
	Grants    []Grant   `json:"grants"`    // by offset; empty if everything has arrived
	Complete  bool      `json:"complete"`  // once they are used, Complete must be called
	ExpiresAt time.Time `json:"expiresAt"` // of the grants
}

// Grant is a presigned request for one stretch of the content.
type Grant struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"` // to be sent exactly; Content-Length is the client's own
	Offset  int64             `json:"offset"`  // of its first byte in the content
	Size    int64             `json:"size"`    // bytes
}

// Grant lets its holder send o and nothing else: SHA-256, length and every header that S3 keeps
// are bound into the signatures (SigV4), and S3 refuses bytes that have another hash.
//
// Up to PartSize it is one request. S3 answers 412 if the content is there already, put by another
// tab or by a request whose answer was lost: Head says so. Larger content goes in parts, whose
// hashes (64 hex digits each, in order) the caller knows; parts that have arrived, also those of
// an upload begun long ago, are not granted again.
//
// Errors: *PartsError.
func (s *Store) Grant(ctx context.Context, o Object, parts []string, at time.Time) (Upload, error) {
	up := Upload{Grants: []Grant{}, Complete: o.Size > PartSize, ExpiresAt: at.Add(GrantLife).UTC()}
	if up.Complete {
		err := s.grantParts(ctx, o, parts, &up)
		return up, err
	}
	sum, err := checksum(o.SHA256)
	if err != nil {
		return Upload{}, err
	}
	req, err := s.presign.PresignPutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: o.key(), IfNoneMatch: aws.String("*"),
		ChecksumSHA256: &sum, ContentType: &o.MediaType, ContentLength: &o.Size,
		CacheControl: aws.String(cacheControl), ContentDisposition: aws.String(disposition),
		ContentEncoding: aws.String(contentEncoding), ContentLanguage: aws.String(contentLanguage), Expires: &expired, Tagging: aws.String(unsealed),
	}, s3.WithPresignExpires(GrantLife))
	if err != nil {
		return Upload{}, fmt.Errorf("presign %s: %w", *o.key(), err)
	}
	up.Grants = append(up.Grants, granted(req, 0, o.Size))
	return up, nil
}

func granted(req *v4.PresignedHTTPRequest, offset, size int64) Grant {
	g := Grant{Method: req.Method, URL: req.URL, Headers: map[string]string{}, Offset: offset, Size: size}
	for name := range req.SignedHeader {
		// Browsers set these two themselves and refuse to let a script do it.
		if name != "Host" && name != "Content-Length" {
			g.Headers[http.CanonicalHeaderKey(name)] = req.SignedHeader.Get(name)
		}
	}
	return g
}
