package documents_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// reading counts how often a content is read.
func reading(content []byte, times *int) func(context.Context) (io.ReadCloser, error) {
	return func(context.Context) (io.ReadCloser, error) {
		*times++
		return io.NopCloser(bytes.NewReader(content)), nil
	}
}

// TestKeepProvesTheWhole: S3 knows content sent in parts by the hashes of its parts only. On its way into
// the evidence bucket the whole is compared with the hash that was signed.
func TestKeepProvesTheWhole(t *testing.T) {
	client, bucket := engine.BucketsForTest(t)
	store, evidence := documents.New(client, bucket(schema.Documents)), documents.NewEvidence(client, bucket(schema.Evidence))
	content, parts := large()
	o := object(content)
	for _, g := range grant(t, store, o, parts...).Grants {
		put(t, g, content[g.Offset:g.Offset+g.Size], nil)
	}
	stored, err := store.Complete(t.Context(), o, parts)
	if err != nil {
		t.Fatal(err)
	}
	open := func(ctx context.Context) (io.ReadCloser, error) { return store.Stream(ctx, o, stored.Version) }
	for range 2 {
		if err := evidence.Keep(t.Context(), "contents/a", o.SHA256, o.Size, o.MediaType, open); err != nil {
			t.Fatal(err)
		}
	}
	if there, err := evidence.Holds(t.Context(), "contents/a", o.SHA256, o.Size); !there || err != nil {
		t.Errorf("kept: %v, %v", there, err)
	}
}

func TestKeepOnce(t *testing.T) {
	client, bucket := engine.BucketsForTest(t)
	evidence := documents.NewEvidence(client, bucket(schema.Evidence))
	a, b := []byte("%PDF-1.7 the claim"), []byte("%PDF-1.7 the clain")
	reads := 0
	for name, body := range map[string][]byte{"other bytes": b, "fewer bytes": a[:8]} {
		if err := evidence.Keep(t.Context(), "a", hexSHA256(a), int64(len(a)), "application/pdf", reading(body, &reads)); err == nil {
			t.Errorf("%s were kept", name)
		}
		if _, err := evidence.Get(t.Context(), "a"); !errors.Is(err, documents.ErrNoEvidence) {
			t.Fatalf("%s: Get = %v", name, err)
		}
	}
	reads = 0
	for range 2 {
		if err := evidence.Keep(t.Context(), "a", hexSHA256(a), int64(len(a)), "application/pdf", reading(a, &reads)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := evidence.Get(t.Context(), "a"); !bytes.Equal(got, a) || err != nil || reads != 1 {
		t.Errorf("kept %q, %v, read %d times", got, err, reads)
	}
	// Something else is there: that is told, not overwritten.
	if err := evidence.Keep(t.Context(), "a", hexSHA256(b), int64(len(b)), "application/pdf", reading(b, &reads)); !errors.Is(err, filing.ErrDocumentChanged) {
		t.Errorf("another content under the key: %v", err)
	}
	first, err := evidence.Record(t.Context(), "r", []byte("1"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := evidence.Record(t.Context(), "r", []byte("2"))
	if got, _ := evidence.Get(t.Context(), "r"); err != nil || !second.Equal(first) || string(got) != "1" {
		t.Errorf("record %q of %s, %v; want the first of %s", got, second, err, first)
	}
	keys, err := evidence.List(t.Context(), "", "a")
	if err != nil || len(keys) != 1 || keys[0] != "r" {
		t.Errorf("after a: %v, %v", keys, err)
	}
}
