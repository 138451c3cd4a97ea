package documents

import (
	"bytes"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Page is the static status page: one object that is rewritten. It needs no function to be read.
type Page struct {
	s3     *s3.Client
	bucket string
}

// NewPage returns the page kept in bucket under schema.StatusPage.
func NewPage(client *s3.Client, bucket string) *Page { return &Page{client, bucket} }

// Put replaces the page by html, UTF-8. Readers may keep it for half a minute.
func (p *Page) Put(ctx context.Context, html []byte) error {
	_, err := p.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &p.bucket, Key: aws.String(schema.StatusPage), Body: bytes.NewReader(html),
		ContentType: aws.String("text/html; charset=utf-8"), CacheControl: aws.String("public, max-age=30"),
	})
	if err != nil {
		return fmt.Errorf("write status page: %w", err)
	}
	return nil
}
