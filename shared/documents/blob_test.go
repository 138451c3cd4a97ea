package documents_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/store/engine"
)

func TestBlobReadsByRanges(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	content, _ := large()
	content = content[:3<<20+17]
	o := object(content)
	store := documents.New(client, bucket)
	if status := put(t, grant(t, store, o).Grants[0], content, nil); status != http.StatusOK {
		t.Fatal(status)
	}
	stored, err := store.Head(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	requests := 0
	counted := s3.New(client.Options(), func(o *s3.Options) { o.HTTPClient = counter{o.HTTPClient, &requests} })
	blob, err := documents.New(counted, bucket).Open(t.Context(), documents.Key(filingID, o.SHA256), stored.Version)
	if err != nil || blob.Size != o.Size || blob.InParts {
		t.Fatalf("%+v, %v", blob, err)
	}
	if err := iotest.TestReader(io.NewSectionReader(blob, 0, blob.Size), content); err != nil {
		t.Error(err)
	}
	requests = 0
	for _, off := range []int64{10, blob.Size - 40, 3000, blob.Size - 100, 2<<20 - 5} {
		p := make([]byte, 40)
		if n, err := blob.ReadAt(p, off); err != nil || !bytes.Equal(p[:n], content[off:off+40]) {
			t.Errorf("at %d: %d bytes, %v", off, n, err)
		}
	}
	if requests > 4 {
		t.Errorf("%d requests for what lies in 4 blocks", requests)
	}
	if n, err := blob.ReadAt(make([]byte, 40), blob.Size-3); n != 3 || err != io.EOF {
		t.Errorf("at the end: %d, %v", n, err)
	}
	if sum, err := blob.Sum(); err != nil || sum != o.SHA256 {
		t.Errorf("sum %s, %v", sum, err)
	}
	for _, version := range []string{"01ARZ3NDEKTSV4RRFFQ69G5FAV", ""} {
		if version == "" {
			if _, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: aws.String(documents.Key(filingID, o.SHA256))}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := store.Open(t.Context(), documents.Key(filingID, o.SHA256), version); !errors.Is(err, documents.ErrGone) {
			t.Errorf("version %q: %v", version, err)
		}
	}
}

type counter struct {
	s3.HTTPClient
	n *int
}

func (c counter) Do(r *http.Request) (*http.Response, error) { *c.n++; return c.HTTPClient.Do(r) }

func TestParseKey(t *testing.T) {
	sum := hexSHA256(nil)
	if id, hash, ok := documents.ParseKey(documents.Key(filingID, sum)); !ok || id != filingID || hash != sum {
		t.Errorf("%s, %s, %v", id, hash, ok)
	}
	for _, key := range []string{"", "index.html", "filings/x/" + sum, "filings/" + filingID + "/" + sum + "/x", "x/filings/" + filingID + "/" + sum} {
		if _, _, ok := documents.ParseKey(key); ok {
			t.Errorf("%q is a key", key)
		}
	}
}
