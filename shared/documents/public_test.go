package documents_test

import (
	"io"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/store/engine"
)

func TestPublic(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	p, key := documents.NewPublic(client, bucket), "static/v1/a.css"
	if has, err := p.Has(t.Context(), key); has || err != nil {
		t.Errorf("before it is written: %t, %v", has, err)
	}
	for _, body := range []string{"a", "b"} {
		if err := p.Put(t.Context(), key, []byte(body), "text/css", "max-age=7"); err != nil {
			t.Fatal(err)
		}
	}
	if has, err := p.Has(t.Context(), key); !has || err != nil {
		t.Errorf("after it is written: %t, %v", has, err)
	}
	out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	if err != nil || string(body) != "b" || *out.ContentType != "text/css" || *out.CacheControl != "max-age=7" {
		t.Errorf("%q, %s, %s, %v", body, *out.ContentType, *out.CacheControl, err)
	}
}
