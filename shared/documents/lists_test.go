package documents_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/store/engine"
)

// TestLists: a reader fetches what changed and nothing else; of two writers one wins.
func TestLists(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	lists, ctx := documents.NewLists(client, bucket), t.Context()
	if _, _, err := lists.Get(ctx, ""); !errors.Is(err, documents.ErrNoLists) {
		t.Fatalf("Get of nothing: %v", err)
	}
	first, err := lists.Put(ctx, []byte("one"), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lists.Put(ctx, []byte("another first"), ""); !errors.Is(err, documents.ErrListsChanged) {
		t.Errorf("a second first file: %v", err)
	}
	data, etag, err := lists.Get(ctx, "")
	if err != nil || etag != first || !bytes.Equal(data, []byte("one")) {
		t.Fatalf("%q, %s, %v", data, etag, err)
	}
	if _, now, err := lists.Get(ctx, etag); !errors.Is(err, documents.ErrListsUnchanged) || now != etag {
		t.Errorf("Get of what is held: %s, %v", now, err)
	}
	second, err := lists.Put(ctx, []byte("two"), first)
	if err != nil || second == first {
		t.Fatalf("%s, %v", second, err)
	}
	if _, err := lists.Put(ctx, []byte("late"), first); !errors.Is(err, documents.ErrListsChanged) {
		t.Errorf("a writer who read the first: %v", err)
	}
	if data, etag, err := lists.Get(ctx, first); err != nil || etag != second || string(data) != "two" {
		t.Errorf("%q, %s, %v", data, etag, err)
	}
}
