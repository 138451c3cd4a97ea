package documents_test

import (
	"bytes"
	"errors"
	"math/rand"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/engine"
)

// large is content of three parts, the last a short one.
func large() (content []byte, parts []string) {
	content = make([]byte, 2*documents.PartSize+1000)
	rand.New(rand.NewSource(1)).Read(content)
	for rest := content; len(rest) > 0; rest = rest[min(len(rest), documents.PartSize):] {
		parts = append(parts, hexSHA256(rest[:min(len(rest), documents.PartSize)]))
	}
	return content, parts
}

func send(t *testing.T, g documents.Grant, content []byte) {
	t.Helper()
	if status := put(t, g, content[g.Offset:g.Offset+g.Size], nil); status != http.StatusOK {
		t.Fatalf("part at %d: status %d", g.Offset, status)
	}
}

// TestUploadGoesOnAfterACut sends a part, forgets everything, as a closed tab does, and goes on.
func TestUploadGoesOnAfterACut(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	store := documents.New(client, bucket)
	content, parts := large()
	o := object(content)

	up := grant(t, store, o, parts...)
	if !up.Complete || len(up.Grants) != 3 || up.Grants[2].Offset != 2*documents.PartSize || up.Grants[2].Size != 1000 {
		t.Fatalf("grants %+v", up)
	}
	wrong := bytes.Clone(content[:documents.PartSize])
	wrong[7]++
	for name, status := range map[string]int{
		"other bytes":    put(t, up.Grants[0], wrong, nil),
		"another length": put(t, up.Grants[0], content[:1000], nil),
		"another part":   put(t, up.Grants[0], content[:documents.PartSize], func(r *http.Request) { query(r, "partNumber", "2") }),
	} {
		if status == http.StatusOK {
			t.Errorf("%s: status %d", name, status)
		}
	}
	send(t, up.Grants[1], content)
	if _, err := store.Complete(t.Context(), o, parts); !errors.Is(err, filing.ErrDocumentMissing) {
		t.Errorf("Complete with one part of three = %v", err)
	}

	left := grant(t, store, o, parts...)
	if len(left.Grants) != 2 || left.Grants[0].Offset != 0 || left.Grants[1].Offset != 2*documents.PartSize {
		t.Fatalf("left to send: %+v", left.Grants)
	}
	send(t, left.Grants[0], content)
	send(t, up.Grants[2], content) // the old grant still serves
	stored, err := store.Complete(t.Context(), o, parts)
	if err != nil {
		t.Fatal(err)
	}
	composite, err := documents.Composite(parts)
	if err != nil || stored.Version == "" || stored.PartSize != documents.PartSize || stored.Composite != composite {
		t.Errorf("stored %+v, composite %s, %v", stored, composite, err)
	}
	if again, err := store.Complete(t.Context(), o, parts); err != nil || again != stored {
		t.Errorf("Complete again = %+v, %v", again, err)
	}
	if done := grant(t, store, o, parts...); len(done.Grants) != 0 {
		t.Errorf("%d grants for what is there", len(done.Grants))
	}
	if head, err := store.Head(t.Context(), o); err != nil || head != stored {
		t.Errorf("Head = %+v, %v", head, err)
	}
}

// TestTwoTabs send the same large file at once: each is told that it is there.
func TestTwoTabs(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	store := documents.New(client, bucket)
	content, parts := large()
	o := object(content)
	tab := func() (last error) {
		for range 5 { // as the page does while parts are missing
			up, err := store.Grant(t.Context(), o, parts, time.Now())
			if err != nil {
				return err
			}
			for _, g := range up.Grants {
				put(t, g, content[g.Offset:g.Offset+g.Size], nil)
			}
			if _, last = store.Complete(t.Context(), o, parts); last == nil {
				return nil
			}
		}
		return last
	}
	results := make(chan error)
	for range 2 {
		go func() { results <- tab() }()
	}
	for range 2 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	versions, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket})
	if err != nil || len(versions.Versions) != 1 {
		t.Errorf("versions %+v, %v", versions.Versions, err)
	}
}

func TestPartsOfAnotherContent(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	store := documents.New(client, bucket)
	content, parts := large()
	o := object(content)
	for name, bad := range map[string][]string{"none": nil, "too few": parts[:2], "no hash": {parts[0], parts[1], "zz"}} {
		_, err := store.Grant(t.Context(), o, bad, time.Now())
		if e, ok := errors.AsType[*documents.PartsError](err); !ok || e.Want != 3 {
			t.Errorf("%s: Grant = %v", name, err)
		}
		if _, err := store.Complete(t.Context(), o, bad); err == nil {
			t.Errorf("%s: completed", name)
		}
	}
	for size, want := range map[int64]int{1: 0, documents.PartSize: 0, documents.PartSize + 1: 2, 100 << 20: 7} {
		if got := documents.Parts(size); got != want {
			t.Errorf("Parts(%d) = %d, want %d", size, got, want)
		}
	}
}
