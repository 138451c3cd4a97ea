package public_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/shared/public"
	"github.com/courtoffice/courtoffice/shared/store/engine"
)

func TestBucket(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	o := client.Options()
	b, key := public.Bucket{Name: bucket, Region: o.Region, Endpoint: *o.BaseEndpoint, Credentials: o.Credentials}, "static/v1/a_b-c.css"
	if has, err := b.Has(t.Context(), key); has || err != nil {
		t.Errorf("before it is written: %t, %v", has, err)
	}
	for _, body := range []string{"a", "b"} {
		if err := b.Put(t.Context(), key, []byte(body), "text/css; charset=utf-8", "public, max-age=7"); err != nil {
			t.Fatal(err)
		}
	}
	if has, err := b.Has(t.Context(), key); !has || err != nil {
		t.Errorf("after it is written: %t, %v", has, err)
	}
	out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	if err != nil || string(body) != "b" || *out.ContentType != "text/css; charset=utf-8" || *out.CacheControl != "public, max-age=7" {
		t.Errorf("%q, %s, %s, %v", body, *out.ContentType, *out.CacheControl, err)
	}
	for _, key := range []string{"", "/a", "a b", "a?b", "../x%2F", "ә"} {
		if err := b.Put(t.Context(), key, nil, "", ""); err == nil {
			t.Errorf("%q is taken for a key", key)
		}
	}
	b.Name = "no-such-bucket"
	if err := b.Put(t.Context(), key, nil, "text/css", "no-cache"); err == nil {
		t.Error("written to a bucket that is not there")
	}
}

// TestBucketTriesAgain: a fault of S3's own is no answer, a refusal is.
func TestBucketTriesAgain(t *testing.T) {
	o := engine.S3("http://127.0.0.1:1").Options() // its credentials
	for status, want := range map[int]int{503: 3, 403: 1} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			w.WriteHeader(status)
		}))
		b := public.Bucket{Name: "b", Region: o.Region, Endpoint: server.URL, Credentials: o.Credentials}
		if err := b.Put(t.Context(), "a", nil, "text/plain", "no-cache"); err == nil || asked != want {
			t.Errorf("%d: asked %d times, %v, want %d", status, asked, err, want)
		}
		asked = 0
		if _, err := b.Has(t.Context(), "a"); err == nil || asked != want {
			t.Errorf("HEAD %d: asked %d times, %v, want %d", status, asked, err, want)
		}
		server.Close()
	}
}
