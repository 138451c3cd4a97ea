package documents

import (
	"context"
	"fmt"
	"mime"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// DownloadLife is how long a download's address may be used to begin it.
const DownloadLife = 5 * time.Minute

// Download returns an address that gives version of o once, as an attachment called name, of the
// media type that o has, whatever was stored with it. An empty version is refused: the newest
// version may be another than the one that was signed.
func (s *Store) Download(ctx context.Context, o Object, version, name string) (string, error) {
	if version == "" {
		return "", fmt.Errorf("download %s: no version", *o.key())
	}
	req, err := s.presign.PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket: &s.bucket, Key: o.key(), VersionId: &version,
		ResponseContentType:        &o.MediaType,
		ResponseContentDisposition: aws.String(mime.FormatMediaType(disposition, map[string]string{"filename": name})),
		ResponseCacheControl:       aws.String(cacheControl),
	}, s3.WithPresignExpires(DownloadLife))
	if err != nil {
		return "", fmt.Errorf("presign download of %s: %w", *o.key(), err)
	}
	return req.URL, nil
}
