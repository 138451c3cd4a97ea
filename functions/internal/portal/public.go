package portal

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// Printed is a public page as the function would answer it to anyone.
type Printed struct {
	Path   string // its address: "/kk/", "/ru/agreement/v1"
	Header http.Header
	Body   []byte
}

// addresses are those of the row's pages behind the language, where they are the same for everyone and none
// names a filing, a case or a window: they can be written out and served without this function.
func (p page) addresses(ctx context.Context, s *Service) ([]string, error) {
	before, _, open := strings.Cut(strings.TrimSuffix(p.pattern, "{$}"), "{")
	switch {
	case p.asks, open && p.each == nil:
		return nil, nil
	case !open:
		return []string{before}, nil
	}
	all, err := p.each(s, ctx)
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = before + one
	}
	return out, err
}

// Print makes every public page in each language, with the texts of the agreement, as they are at the instant
// that ctx carries (httpapi.Edge). Assets are not among them: those of a version never change. What the pages
// speak of must be in hand: a page without it is one.
//
// Errors: those of Agreements and Windows, and one for a page that is not to be had.
func (s *Service) Print(ctx context.Context) (out []Printed, _ error) {
	var behind []string
	for _, p := range pages {
		more, err := p.addresses(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("portal: addresses of %s: %w", p.name, err)
		}
		behind = append(behind, more...)
	}
	published, err := s.Agreements.Versions(ctx)
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	for _, id := range published {
		behind = append(behind, "/agreement/"+id+"/text")
	}
	h := s.Handler()
	for _, lang := range locale.Langs {
		for _, path := range behind {
			path = "/" + string(lang) + path
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
			if err != nil {
				return nil, fmt.Errorf("portal: print %s: %w", path, err)
			}
			p := printer{header: http.Header{}, status: http.StatusOK}
			h.ServeHTTP(&p, r)
			if p.status != http.StatusOK {
				return nil, fmt.Errorf("portal: print %s: status %d", path, p.status)
			}
			out = append(out, Printed{path, p.header, p.Bytes()})
		}
	}
	return out, nil
}

// printer keeps an answer in memory.
type printer struct {
	bytes.Buffer
	header http.Header
	status int
}

func (p *printer) Header() http.Header { return p.header }

func (p *printer) WriteHeader(status int) { p.status = status }
