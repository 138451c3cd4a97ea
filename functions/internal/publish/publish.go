// Package publish is the function that keeps the public pages, and what they load, where the edge has them
// without a function. It is their one writer, and what it may write holds nothing of a person.
//
// Every minute, and when it is told that a window or the agreement has changed, it makes all pages anew and
// writes those that are not as they were: so a deployment, a window that begins or ends, a version that comes
// into force and midnight need no trigger of their own, and what failed is written a minute later.
package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// Service writes pages. All fields are set once, before use.
type Service struct {
	// Assets writes what pages of this version load, unless it is there.
	Assets func(context.Context) error
	// Print makes all pages as they are at an instant.
	Print func(ctx context.Context, at time.Time) ([]Page, error)
	Store Store
	List  string // key under which stands what was written
}

// Page is a page as it is kept.
type Page struct {
	Key    string
	Header map[string]string // what readers are told of it, by the headers' names
	Body   []byte
}

// Store keeps what the edge serves (public.Bucket).
type Store interface {
	Write(ctx context.Context, key string, body []byte, header map[string]string) error
	Read(ctx context.Context, key string) ([]byte, error) // nil for nothing
	Remove(ctx context.Context, key string) error
}

// list says what is kept.
type list struct {
	At    time.Time         `json:"at"`    // of which instant the pages are
	Pages map[string]string `json:"pages"` // by key, the SHA-256 of a page and its headers in hex; "" while that is in doubt
}

// Report is what a run did.
type Report struct{ Written, Removed int }

// Run writes the pages as they are at the instant at, and removes those that are no more. One runs at a time.
func (s *Service) Run(ctx context.Context, at time.Time) (Report, error) {
	return s.run(ctx, at, false)
}

// Changed is Run for a message that says that something changed at the instant at. It may come late: the
// pages never go back behind what was written since.
func (s *Service) Changed(ctx context.Context, at time.Time) (Report, error) {
	return s.run(ctx, at, true)
}

func (s *Service) run(ctx context.Context, at time.Time, told bool) (r Report, _ error) {
	if err := s.Assets(ctx); err != nil { // first: pages name them
		return r, fmt.Errorf("publish: assets: %w", err)
	}
	have, err := s.read(ctx)
	if err != nil {
		return r, err
	}
	if told && have.At.After(at) {
		at = have.At
	}
	pages, err := s.Print(ctx, at)
	if err != nil {
		return r, fmt.Errorf("publish: %w", err)
	}
	want := list{At: at.UTC(), Pages: map[string]string{}}
	doubt := list{At: have.At, Pages: maps.Clone(have.Pages)}
	var changed []Page
	for _, p := range pages {
		want.Pages[p.Key] = p.sum()
		if have.Pages[p.Key] != want.Pages[p.Key] {
			changed, doubt.Pages[p.Key] = append(changed, p), ""
		}
	}
	var gone []string
	for key := range have.Pages {
		if want.Pages[key] == "" {
			gone = append(gone, key)
		}
	}
	if len(changed)+len(gone) == 0 {
		return r, nil
	}
	// Ended in between, the next run writes again what may be of this one.
	if err := s.keep(ctx, doubt); err != nil {
		return r, err
	}
	if err := errors.Join(
		each(changed, func(p Page) error { return s.Store.Write(ctx, p.Key, p.Body, p.Header) }),
		each(gone, func(key string) error { return s.Store.Remove(ctx, key) }),
	); err != nil {
		return r, fmt.Errorf("publish: %w", err)
	}
	return Report{len(changed), len(gone)}, s.keep(ctx, want)
}

// sum tells pages apart that readers would.
func (p Page) sum() string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(p.Header)) {
		fmt.Fprintf(h, "%s: %s\n", name, p.Header[name])
	}
	io.WriteString(h, "\n")
	h.Write(p.Body)
	return hex.EncodeToString(h.Sum(nil))
}

func (s *Service) read(ctx context.Context) (l list, _ error) {
	raw, err := s.Store.Read(ctx, s.List)
	if err != nil {
		return l, fmt.Errorf("publish: %w", err)
	}
	if raw != nil && json.Unmarshal(raw, &l) != nil {
		l = list{} // as if nothing were there: all is written anew
	}
	if l.Pages == nil {
		l.Pages = map[string]string{}
	}
	return l, nil
}

func (s *Service) keep(ctx context.Context, l list) error {
	raw, err := json.Marshal(l)
	if err == nil {
		err = s.Store.Write(ctx, s.List, raw, map[string]string{"Content-Type": "application/json"})
	}
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}

// each does f with all, some at a time.
func each[T any](all []T, f func(T) error) error {
	failures := make([]error, len(all))
	var wg sync.WaitGroup
	turns := make(chan struct{}, 16)
	for i, one := range all {
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			failures[i] = f(one)
		})
	}
	wg.Wait()
	return errors.Join(failures...)
}
