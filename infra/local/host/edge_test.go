package host_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/public"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestEdge: a request goes where functions.EdgeRoutes says, with no more than its row hands on, and
// nobody but the edge says what the edge says.
func TestEdge(t *testing.T) {
	h := start(t, t.TempDir(), nil)
	client := engine.S3(h.Health().Endpoints["S3"])
	for bucket, key := range map[string]string{"courtoffice-status": schema.StatusPage, "courtoffice-assets": "static/v1/a.css"} {
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: &bucket, Key: &key, Body: strings.NewReader("kept in " + bucket), ContentType: aws.String("text/x"), CacheControl: aws.String("max-age=7"),
		}); err != nil {
			t.Fatal(err)
		}
	}
	get := func(method, target string, header ...string) (*http.Response, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, h.URL+target, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, string(body)
	}
	for target, want := range map[string]string{
		"/status": "kept in courtoffice-status", "/static/v1/a.css": "kept in courtoffice-assets", "/static/v1/a.css?x=1": "kept in courtoffice-assets",
	} {
		res, body := get("GET", target)
		if body != want || res.Header.Get("Content-Type") != "text/x" || res.Header.Get("Cache-Control") != "max-age=7" || res.Header.Get("Apigw-Requestid") != "" {
			t.Errorf("%s: %d %q %v", target, res.StatusCode, body, res.Header)
		}
		for name, value := range functions.EdgeSays {
			if res.Header.Get(name) != value {
				t.Errorf("%s: %s is %q", target, name, res.Header.Get(name))
			}
		}
	}
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String("courtoffice-assets"), Key: aws.String(public.File("kk/")), Body: strings.NewReader("<p>kept"),
		ContentType: aws.String("text/html"), CacheControl: aws.String("max-age=7"), ContentLanguage: aws.String("kk"),
	}); err != nil {
		t.Fatal(err)
	}
	page, body := get("GET", "/kk/?utm_source=x")
	if body != "<p>kept" || page.Header.Get("Content-Language") != "kk" || page.Header.Get("Etag") == "" || page.Header.Get("Apigw-Requestid") != "" {
		t.Errorf("a page: %q, %v", body, page.Header)
	}
	for name, value := range functions.PagesSay(h.NCALayerURL) {
		if page.Header.Get(name) != value {
			t.Errorf("a page: %s is %q", name, page.Header.Get(name))
		}
	}
	if same, body := get("GET", "/kk/", "If-None-Match", page.Header.Get("Etag")); same.StatusCode != 304 || body != "" {
		t.Errorf("a page that has not changed: %d %q", same.StatusCode, body)
	}
	if head, body := get("HEAD", "/kk/"); head.StatusCode != 200 || body != "" || head.ContentLength != int64(len("<p>kept")) {
		t.Errorf("HEAD of a page: %d %q, %d bytes", head.StatusCode, body, head.ContentLength)
	}
	for _, tt := range []struct {
		method, target string
		status         int
	}{
		{"GET", "/maintenance.json", 403}, // nothing wrote it, and no function is asked
		{"GET", "/static/v1/later.css", 200},
		{"POST", "/kk/help", 403},
		{"GET", "/kk/help", 200}, // of the function
		{"DELETE", "/static/v1/a.css", 403},
	} {
		if res, body := get(tt.method, tt.target); res.StatusCode != tt.status {
			t.Errorf("%s %s: %d %s, want %d", tt.method, tt.target, res.StatusCode, body, tt.status)
		}
	}

	type seen struct {
		Headers map[string]string
		Query   string
		Cookies []string
	}
	forged := []string{
		functions.OriginKeyHeader, "mine", functions.ViewerHeader, "198.51.100.9:1", functions.HostHeader, "evil.example", "X-Other", "x",
		"Cookie", "lang=ru; __Host-session=s", "Accept-Language", "ru", "Sec-Fetch-Site", "same-origin",
	}
	for target, want := range map[string]seen{
		"/api/x?a=1":               {map[string]string{"accept-language": "ru", "sec-fetch-site": "same-origin"}, "a=1", []string{"lang=ru", "__Host-session=s"}},
		"/kk/help?from=v1&utm=1":   {map[string]string{}, "from=v1", nil},
		"/maintenance.ics?lang=kk": {map[string]string{"accept-language": "ru"}, "lang=kk", []string{"lang=ru"}},
	} {
		_, body := get("GET", target, forged...)
		var got seen
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatalf("%s: %s", target, body)
		}
		if got.Query != want.Query || strings.Join(got.Cookies, ";") != strings.Join(want.Cookies, ";") {
			t.Errorf("%s: query %q, cookies %q", target, got.Query, got.Cookies)
		}
		for _, name := range []string{"accept-language", "sec-fetch-site", "x-other"} {
			if got.Headers[name] != want.Headers[name] {
				t.Errorf("%s: %s is %q, want %q", target, name, got.Headers[name], want.Headers[name])
			}
		}
		if key := got.Headers[strings.ToLower(functions.OriginKeyHeader)]; len(key) != 64 {
			t.Errorf("%s: origin key %q", target, key)
		}
		if host := got.Headers[strings.ToLower(functions.HostHeader)]; "http://"+host != h.URL {
			t.Errorf("%s: host %q", target, host)
		}
		viewer, kept := got.Headers[strings.ToLower(functions.ViewerHeader)], strings.HasPrefix(target, "/api/")
		if kept != strings.HasPrefix(viewer, "127.0.0.1:") || got.Headers["host"] == strings.TrimPrefix(h.URL, "http://") {
			t.Errorf("%s: viewer %q, gateway's host %q", target, viewer, got.Headers["host"])
		}
	}
}
