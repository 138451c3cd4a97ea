package documents_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/engine"
)

const filingID = "0193f0c0-0000-7000-8000-000000000001"

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func object(content []byte) documents.Object {
	return documents.Object{Filing: filingID, SHA256: hexSHA256(content), Size: int64(len(content)), MediaType: "application/pdf"}
}

// put sends body the way a browser would and returns the status, 0 if storage hung up before it
// had read a body that it refuses.
func put(t testing.TB, g documents.Grant, body []byte, edit func(*http.Request)) int {
	t.Helper()
	req, err := http.NewRequest(g.Method, g.URL, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range g.Headers {
		req.Header.Set(name, value)
	}
	if edit != nil {
		edit(req)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

func grant(t testing.TB, s *documents.Store, o documents.Object, parts ...string) documents.Upload {
	t.Helper()
	up, err := s.Grant(t.Context(), o, parts, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return up
}

func setting(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func TestGrantBindsTheBytes(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	store := documents.New(client, bucket)
	content, other := []byte("%PDF-1.7 the claim"), []byte("%PDF-1.7 the clain")
	o := object(content)

	for _, tt := range []struct {
		name string
		body []byte
		edit func(*http.Request)
	}{
		{"other bytes of the same length", other, nil},
		{"another length", content[:8], nil},
		{"a longer body", append(bytes.Clone(content), 'x'), nil},
		{"another document's place", content, func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, o.SHA256, hexSHA256(other), 1) }},
		{"another checksum", other, setting("X-Amz-Checksum-Sha256", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")},
		{"no condition", content, func(r *http.Request) { r.Header.Del("If-None-Match") }},
		{"another media type", content, setting("Content-Type", "text/html")},
		{"another encoding", content, setting("Content-Encoding", "gzip")},
		{"no encoding", content, func(r *http.Request) { r.Header.Del("Content-Encoding") }},
		{"shown, not saved", content, setting("Content-Disposition", "inline")},
		{"another language", content, setting("Content-Language", "en")},
		{"kept in caches", content, setting("Cache-Control", "public")},
		{"without the tag", content, func(r *http.Request) { r.Header.Del("X-Amz-Tagging") }},
		{"another tag", content, setting("X-Amz-Tagging", "unsealed=no")},
		{"kept longer", content, setting("Expires", "Fri, 01 Jan 2100 00:00:00 GMT")},
	} {
		if status := put(t, grant(t, store, o).Grants[0], tt.body, tt.edit); status == http.StatusOK {
			t.Errorf("%s: status %d, want a refusal", tt.name, status)
		}
		if _, err := store.Head(t.Context(), o); !errors.Is(err, filing.ErrDocumentMissing) {
			t.Fatalf("%s: Head = %v, want ErrDocumentMissing", tt.name, err)
		}
	}

	up := grant(t, store, o)
	if up.Complete || len(up.Grants) != 1 || up.Grants[0].Size != o.Size {
		t.Fatalf("grant %+v", up)
	}
	if status := put(t, up.Grants[0], content, nil); status != http.StatusOK {
		t.Fatalf("upload as granted: status %d", status)
	}
	stored, err := store.Head(t.Context(), o)
	if err != nil || stored.Version == "" || stored.PartSize != 0 || stored.Composite != "" {
		t.Fatalf("Head = %+v, %v", stored, err)
	}

	longer := o
	longer.Size++
	if _, err := store.Head(t.Context(), longer); !errors.Is(err, filing.ErrDocumentChanged) {
		t.Errorf("Head with another size = %v, want ErrDocumentChanged", err)
	}
}

// TestWrittenOnce: the grant may be used twice, by two tabs or after a lost answer. The second
// is told that the content is there, and no second version comes to be.
func TestWrittenOnce(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	store := documents.New(client, bucket)
	content := []byte("%PDF-1.7 the claim")
	o := object(content)
	statuses := make(chan int)
	for range 8 {
		g := grant(t, store, o).Grants[0]
		go func() { statuses <- put(t, g, content, nil) }()
	}
	won := 0
	for range 8 {
		switch status := <-statuses; status {
		case http.StatusOK:
			won++
		case http.StatusPreconditionFailed, http.StatusConflict:
		default:
			t.Errorf("status %d", status)
		}
	}
	first, err := store.Head(t.Context(), o)
	if err != nil || won != 1 {
		t.Errorf("%d of 8 wrote; Head = %v", won, err)
	}
	versions, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket})
	if err != nil || len(versions.Versions) != 1 || aws.ToString(versions.Versions[0].VersionId) != first.Version {
		t.Errorf("versions %+v, %v", versions.Versions, err)
	}
}

func TestGrantRunsOut(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	store := documents.New(client, bucket)
	content := []byte("%PDF-1.7 the claim")
	g := grant(t, store, object(content)).Grants[0]
	for _, edit := range []func(r *http.Request){
		func(r *http.Request) {
			at := time.Now().UTC().Truncate(24 * time.Hour) // of the day that its scope is of, which no life may leave
			query(r, "X-Amz-Date", at.Add(12*time.Hour+time.Second).Format("20060102T150405Z"))
		},
		func(r *http.Request) { query(r, "X-Amz-Expires", "604800") },
	} {
		if status := put(t, g, content, edit); status != http.StatusForbidden {
			t.Errorf("a grant whose life was changed: %d", status)
		}
	}
	if life := g.URL[strings.Index(g.URL, "X-Amz-Expires="):]; !strings.HasPrefix(life, "X-Amz-Expires=900&") {
		t.Errorf("the grant lives %s", life)
	}
}

func query(r *http.Request, name, value string) {
	q := r.URL.Query()
	q.Set(name, value)
	r.URL.RawQuery = q.Encode()
}

func TestGrantRefusesABadHash(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	o := object([]byte("x"))
	o.SHA256 = "zz"
	if _, err := documents.New(client, bucket).Grant(t.Context(), o, nil, time.Now()); err == nil {
		t.Error("a grant was made for a hash that is none")
	}
}

func TestPutOnceAndDownload(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	store := documents.New(client, bucket)
	content := []byte("%PDF-1.7 the statement")
	o, first, err := store.Put(t.Context(), filingID, "application/pdf", content)
	if err != nil || o.SHA256 != hexSHA256(content) || first.Version == "" {
		t.Fatalf("Put = %+v, %+v, %v", o, first, err)
	}
	if _, again, err := store.Put(t.Context(), filingID, "application/pdf", content); err != nil || again != first {
		t.Errorf("Put again = %+v, %v; want %+v", again, err, first)
	}
	// What comes later under the same key is not what was signed.
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String(documents.Key(filingID, o.SHA256)), Body: strings.NewReader("other"), ContentType: aws.String("text/html")}); err != nil {
		t.Fatal(err)
	}
	url, err := store.Download(t.Context(), o, first.Version, "Талап \"1\".pdf")
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); !bytes.Equal(body, content) || res.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("downloaded %q as %s", body, res.Header.Get("Content-Type"))
	}
	if d := res.Header.Get("Content-Disposition"); d != "attachment; filename*=utf-8''%D0%A2%D0%B0%D0%BB%D0%B0%D0%BF%20%221%22.pdf" {
		t.Errorf("disposition %s", d)
	}
	other, err := http.Get(strings.Replace(url, "application%2Fpdf", "text%2Fhtml", 1))
	if err != nil {
		t.Fatal(err)
	}
	other.Body.Close()
	if other.StatusCode != http.StatusForbidden {
		t.Errorf("with another type: %d", other.StatusCode)
	}
	if _, err := store.Download(t.Context(), o, "", "x"); err == nil {
		t.Error("a download without a version")
	}
}

// TestUploadsAreTagged: whatever is put beside a filing goes by itself until it is sealed.
func TestUploadsAreTagged(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	store := documents.New(client, bucket)
	small := object([]byte("%PDF-1.7 the claim"))
	put(t, grant(t, store, small).Grants[0], []byte("%PDF-1.7 the claim"), nil)
	content, parts := large()
	whole := object(content)
	for _, g := range grant(t, store, whole, parts...).Grants {
		put(t, g, content[g.Offset:g.Offset+g.Size], nil)
	}
	if _, err := store.Complete(t.Context(), whole, parts); err != nil {
		t.Fatal(err)
	}
	made, stored, err := store.Put(t.Context(), filingID, "application/json", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Lock(t.Context(), filingID, made.SHA256, stored.Version, time.Now().Add(time.Hour), false); err != nil {
		t.Fatal(err)
	}
	copied := made
	copied.Filing = "0193f0c0-0000-7000-8000-000000000002"
	if err := store.Copy(t.Context(), made, stored.Version, copied.Filing); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		o    documents.Object
		tags int
	}{{"in one request", small, 1}, {"in parts", whole, 1}, {"made and locked", made, 0}, {"copied from what is locked", copied, 1}} {
		got, err := client.GetObjectTagging(t.Context(), &s3.GetObjectTaggingInput{Bucket: &bucket, Key: aws.String(documents.Key(tt.o.Filing, tt.o.SHA256))})
		if err != nil || len(got.TagSet) != tt.tags || tt.tags == 1 && aws.ToString(got.TagSet[0].Key)+"="+aws.ToString(got.TagSet[0].Value) != "unsealed=yes" {
			t.Errorf("%s: tags %+v, %v; want %d", tt.name, got, err, tt.tags)
		}
	}
}
