package public_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
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
	// Pages lie beside each other, and are gone when they are removed.
	for _, key := range []string{"kk/", "kk/agreement", "kk/agreement/v1", "kk/agreement/v1/text"} {
		if err := b.Write(t.Context(), key, []byte("<p>"+key), map[string]string{"Content-Type": "text/html", "Content-Language": "kk", "Content-Disposition": "inline"}); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: aws.String(public.File("kk/agreement"))})
	if err != nil || aws.ToString(kept.ContentLanguage) != "kk" || aws.ToString(kept.ContentDisposition) != "inline" {
		t.Errorf("a page: %+v, %v", kept, err)
	}
	for range 2 {
		if err := b.Remove(t.Context(), "kk/agreement"); err != nil {
			t.Errorf("removed: %v", err)
		}
	}
	for key, want := range map[string]string{"kk/": "<p>kk/", "kk/agreement": "", "kk/agreement/v1": "<p>kk/agreement/v1"} {
		if got, err := b.Read(t.Context(), key); string(got) != want || err != nil {
			t.Errorf("%s: %q, %v", key, got, err)
		}
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

// TestKeysOfS3: S3 itself takes a page's address for its key.
func TestKeysOfS3(t *testing.T) {
	for key, want := range map[string]string{"kk/": "kk/.html", "ru/help": "ru/help.html", "static/v1/a.css": "static/v1/a.css", "status": "status", "pages.json": "pages.json"} {
		if got := public.File(key); got != want {
			t.Errorf("%s is in %s, want %s", key, got, want)
		}
	}
	o := engine.S3("http://127.0.0.1:1").Options()
	var asked []string
	before := http.DefaultClient.Transport
	t.Cleanup(func() { http.DefaultClient.Transport = before })
	http.DefaultClient.Transport = sent(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.String())
		return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
	})
	b := public.Bucket{Name: "pages", Region: "eu-central-1", Credentials: o.Credentials}
	for _, key := range []string{"kk/", "ru/agreement/v1"} {
		if err := b.Put(t.Context(), key, nil, "text/html", "no-cache"); err != nil {
			t.Error(err)
		}
	}
	if want := "https://pages.s3.eu-central-1.amazonaws.com/kk/ https://pages.s3.eu-central-1.amazonaws.com/ru/agreement/v1"; strings.Join(asked, " ") != want {
		t.Errorf("asked %v", asked)
	}
}

type sent func(*http.Request) (*http.Response, error)

func (s sent) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

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
