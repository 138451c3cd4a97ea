package portal_test

import (
	"context"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/portal"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// TestPagesAtTheEdge: every page has one edge route, and is the same for whoever asks for it: what the
// edge does not hand on changes nothing, and nothing that is kept sets a cookie.
func TestPagesAtTheEdge(t *testing.T) {
	h := service().Handler()
	for _, lang := range locale.Langs {
		for path, status := range paths {
			target := "/" + string(lang) + path
			var matching []string
			for _, r := range functions.EdgeRoutes[:len(functions.EdgeRoutes)-1] {
				if r.Matches(target) {
					matching = append(matching, r.Path)
				}
			}
			if r := functions.AtEdge(target); len(matching) != 1 || r.Name != functions.ForPages.Name || r.Origin != functions.FromPages {
				t.Errorf("%s: rows %v, kept as %s", target, matching, r.Name)
			}
			plain, body, _ := get(t, h, target)
			_, other, _ := get(t, h, target+"?utm_source=x&lang=en", "Cookie", "lang=en; __Host-session=s", "Accept-Language", "ru", "User-Agent", "u")
			if body != other {
				t.Errorf("%s: another page for another reader", target)
			}
			if got := plain.Header.Get("Set-Cookie"); got != "" {
				t.Errorf("%s sets %s", target, got)
			}
			if kept := strings.Contains(plain.Header.Get("Cache-Control"), "s-maxage=10"); kept != (status == 200) {
				t.Errorf("%s: %d with Cache-Control %q", target, status, plain.Header.Get("Cache-Control"))
			}
		}
	}
}

// shelf keeps assets in memory.
type shelf struct {
	sync.Mutex
	kept map[string]string
	puts int
}

func (s *shelf) Has(_ context.Context, key string) (bool, error) {
	_, has := s.kept[key]
	return has, nil
}

func (s *shelf) Put(_ context.Context, key string, body []byte, mediaType, caching string) error {
	s.Lock()
	defer s.Unlock()
	s.puts++
	s.kept[key] = mediaType + "\n" + caching + "\n" + string(body)
	return nil
}

// TestWriteAssets: under the address a page loads it from lies what the function would have answered;
// a second time nothing is written.
func TestWriteAssets(t *testing.T) {
	store := &shelf{kept: map[string]string{}}
	for range 2 {
		if err := portal.WriteAssets(t.Context(), store); err != nil {
			t.Fatal(err)
		}
	}
	if store.puts != len(store.kept) || store.puts < 150 {
		t.Errorf("%d written in two runs, %d kept", store.puts, len(store.kept))
	}
	h := service().Handler()
	for _, key := range slices.Sorted(maps.Keys(store.kept)) {
		if strings.HasSuffix(key, "/whole") {
			continue
		}
		if r := functions.AtEdge("/" + key); r.Origin != functions.FromAssets {
			t.Errorf("%s is looked for in %s", key, r.Origin)
		}
		r := httptest.NewRequest("GET", "/"+key, nil)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r.WithContext(httpapi.WithEdge(r.Context(), httpapi.Edge{ReceivedAt: publishedAt})))
		if want := w.Header().Get("Content-Type") + "\n" + w.Header().Get("Cache-Control") + "\n" + w.Body.String(); w.Code != 200 || store.kept[key] != want {
			t.Errorf("%s: %d, kept %.80q, served %.80q", key, w.Code, store.kept[key], want)
		}
	}
	_, page, _ := get(t, h, "/ru/help")
	for _, link := range strings.Split(page, `"/static/`)[1:] {
		name, _, _ := strings.Cut(link, `"`)
		if _, kept := store.kept["static/"+name]; !kept && !strings.HasSuffix(name, "/") {
			t.Errorf("a page loads /static/%s, which is not kept", name)
		}
	}
}
