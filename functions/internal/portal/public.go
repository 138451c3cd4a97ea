package portal

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// public are the pages that are the same for everyone and name nothing in their address: they can be
// written out and served without this function. problem pages are added by their slugs.
var public = []string{"/", "/help", "/agreement", "/register", "/sign-in", "/support", "/maintenance", "/problems", "/facts", "/verify"}

// WritePublic gives put every public page in each language, as it is at the instant that ctx carries
// (httpapi.Edge): at a deployment, when the agreement or a window changes, at midnight. The path is the
// page's address, "/kk/" or "/ru/help"; html is not retained. Assets are not among them: those of a
// version never change.
//
// Errors: put's, and one for a page that is not to be had.
func (s *Service) WritePublic(ctx context.Context, put func(path string, html []byte) error) error {
	h := s.Handler()
	for _, lang := range locale.Langs {
		paths := public
		for _, slug := range httpapi.Slugs() {
			paths = append(paths[:len(paths):len(paths)], "/problems/"+slug)
		}
		for _, behind := range paths {
			path := "/" + string(lang) + behind
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
			if err != nil {
				return fmt.Errorf("portal: write %s: %w", path, err)
			}
			var p printed
			h.ServeHTTP(&p, r)
			if p.status != http.StatusOK {
				return fmt.Errorf("portal: write %s: status %d", path, p.status)
			}
			if err := put(path, p.Bytes()); err != nil {
				return fmt.Errorf("portal: write %s: %w", path, err)
			}
		}
	}
	return nil
}

// printed is a page kept in memory.
type printed struct {
	bytes.Buffer
	header http.Header
	status int
}

func (p *printed) Header() http.Header {
	if p.header == nil {
		p.header = http.Header{}
	}
	return p.header
}

func (p *printed) WriteHeader(status int) { p.status = status }
