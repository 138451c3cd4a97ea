package portal_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Public pages are written out as they are served.
func TestWritePublic(t *testing.T) {
	s := service()
	ctx := httpapi.WithEdge(context.Background(), httpapi.Edge{ReceivedAt: publishedAt})
	pages := map[string]string{}
	err := s.WritePublic(ctx, func(path string, html []byte) error {
		pages[path] = string(html)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := len(locale.Langs) * (10 + len(httpapi.Slugs())); len(pages) != want {
		t.Errorf("%d pages, want %d", len(pages), want)
	}
	for path, html := range pages {
		if _, served, _ := get(t, s.Handler(), path); html != served {
			t.Errorf("%s is written otherwise than it is served", path)
		}
	}
	s.Agreements = agreements{err: errors.New("table is away")}
	if err := s.WritePublic(ctx, func(string, []byte) error { return nil }); err == nil || !strings.Contains(err.Error(), "/agreement") {
		t.Errorf("without an agreement: %v", err)
	}
	stop := errors.New("bucket is away")
	if err := service().WritePublic(ctx, func(string, []byte) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("put's error: %v", err)
	}
}
