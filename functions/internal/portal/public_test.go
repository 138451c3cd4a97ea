package portal_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions/internal/portal"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// TestPrint: what is written out is what is served, header by header, and of the pages that are the same for
// everyone none is left out but those of a filing, a case, a window or a comparison.
func TestPrint(t *testing.T) {
	s := service()
	ctx := httpapi.WithEdge(context.Background(), httpapi.Edge{ReceivedAt: publishedAt})
	printed, err := s.Print(ctx)
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]portal.Printed{}
	for _, p := range printed {
		if _, twice := pages[p.Path]; twice {
			t.Errorf("%s is written twice", p.Path)
		}
		pages[p.Path] = p
		served, body, _ := get(t, s.Handler(), p.Path)
		if string(p.Body) != body {
			t.Errorf("%s is written otherwise than it is served", p.Path)
		}
		for name := range served.Header {
			if p.Header.Get(name) != served.Header.Get(name) {
				t.Errorf("%s: %s is written as %q and served as %q", p.Path, name, p.Header.Get(name), served.Header.Get(name))
			}
		}
	}
	for path, status := range paths {
		_, written := pages["/kk"+path]
		if want := status == 200 && !strings.Contains(path, id) && path != "/agreement/diff"; written != want {
			t.Errorf("%s is written: %t, want %t", path, written, want)
		}
	}
	for _, more := range []string{"/en/problems/" + httpapi.Slugs()[0], "/ru/agreement/v0", "/kk/agreement/v2/text"} {
		if _, written := pages[more]; !written {
			t.Errorf("%s is not written", more)
		}
	}
	s.Agreements = agreements{err: errors.New("table is away")}
	if _, err := s.Print(ctx); err == nil || !strings.Contains(err.Error(), "table is away") {
		t.Errorf("without an agreement: %v", err)
	}
	if slices.ContainsFunc(printed, func(p portal.Printed) bool {
		return strings.Contains(p.Header.Get("Content-Security-Policy"), "documents.example")
	}) {
		t.Error("a page that has no documents may ask their bucket")
	}
}
