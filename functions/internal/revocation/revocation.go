// Package revocation is the function that keeps the NCA's revocation lists: it fetches them from where
// the NCA publishes them and writes the good ones, compact, to the trust bucket, where every function
// that verifies signatures has them from.
//
// Read Service.Run. Which download is better than what is held, crl.Set decides; nothing a server or
// a network sends can make the office know less than it did.
package revocation

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/eds/crl"
	"github.com/courtoffice/courtoffice/shared/eds/online"
)

// Service fetches lists. One runs at a time; what it remembers between runs only spares downloads.
type Service struct {
	Addresses []string // of full lists and deltas, in any order
	Client    *online.Client
	Trust     *eds.Trust // whose lists count
	Lists     *documents.Lists

	held       *crl.Set
	etag       string
	validators map[string]online.Validator
}

// Outcome is what came of one address.
type Outcome struct {
	Name    string // last part of the address
	Changed bool   // the list is new and held now
	Err     error  // why it was not taken: it could not be had, or not be believed
}

// Report is what a run found and what is held after it.
type Report struct {
	Outcomes []Outcome
	Held     []crl.Held
}

// Failed counts the addresses that gave nothing good.
func (r Report) Failed() (n int) {
	for _, o := range r.Outcomes {
		if o.Err != nil {
			n++
		}
	}
	return n
}

// Age is how old the oldest full list is at the instant at, and Left how long until the first one ends,
// below zero when it has. ok is false when none is held.
func (r Report) Age(at time.Time) (age, left time.Duration, ok bool) {
	for i, h := range r.Held {
		a, l := at.Sub(h.Full.ThisUpdate), h.Full.NextUpdate.Sub(at)
		if i == 0 {
			age, left = a, l
		}
		age, left = max(age, a), min(left, l)
	}
	return age, left, len(r.Held) > 0
}

// Run fetches what has changed and writes the lists anew if any is better than the one held. An address
// that fails is told in the report and stops no other. Error: the bucket could not be read or
// written; what it holds stays.
func (s *Service) Run(ctx context.Context, at time.Time) (Report, error) {
	damaged, err := s.load(ctx)
	if err != nil {
		return Report{}, err
	}
	downloads := s.fetch(ctx)
	r := Report{Outcomes: make([]Outcome, len(downloads))}
	changed := damaged
	for i, d := range s.verify(downloads, at) {
		o := Outcome{Name: path.Base(d.address), Err: d.err}
		if d.list != nil {
			if o.Changed, o.Err = s.held.Offer(d.list, d.signer, at); o.Err == nil {
				s.validators[d.address] = d.validator
			}
			changed = changed || o.Changed
		}
		r.Outcomes[i] = o
	}
	r.Held = slices.Clone(s.held.Held)
	if changed && len(s.held.Held) > 0 {
		err = s.save(ctx)
	}
	return r, err
}

// load reads what is held, unless that is what the last run left. A file that is damaged is treated as
// none, and written anew.
func (s *Service) load(ctx context.Context) (damaged bool, err error) {
	data, etag, err := s.Lists.Get(ctx, s.etag)
	switch {
	case errors.Is(err, documents.ErrListsUnchanged):
		return false, nil
	case errors.Is(err, documents.ErrNoLists):
		s.held, s.etag = new(crl.Set), ""
	case err != nil:
		return false, err
	default:
		s.etag = etag
		if s.held, err = crl.LoadSet(data); err != nil {
			s.held, damaged = new(crl.Set), true
		}
	}
	// An authority that is not trusted any more takes its list along.
	s.held.Held = slices.DeleteFunc(s.held.Held, func(h crl.Held) bool { return !s.Trust.Signs(h.Signer) })
	s.validators = map[string]online.Validator{}
	return damaged, nil
}

// save writes what is held. When that fails the next run starts from the bucket again.
func (s *Service) save(ctx context.Context) error {
	data, err := s.held.Marshal()
	if err != nil {
		return fmt.Errorf("revocation lists: %w", err)
	}
	etag, err := s.Lists.Put(ctx, data, s.etag)
	s.etag = etag // "" after an error: everything is read anew
	return err
}

// download is what an address gave: bytes, or nothing when they are those held, or an error.
type download struct {
	address   string
	data      []byte
	validator online.Validator
	list      *crl.List
	signer    [32]byte
	err       error
}

// fetch asks every address, two at a time: full lists have 21 MB.
func (s *Service) fetch(ctx context.Context) []download {
	out := make([]download, len(s.Addresses))
	var group errgroup.Group
	group.SetLimit(2)
	for i, address := range s.Addresses {
		group.Go(func() error {
			d := download{address: address}
			d.data, d.validator, d.err = s.Client.CRLIfChanged(ctx, address, s.validators[address])
			out[i] = d
			return nil
		})
	}
	group.Wait()
	return out
}

// verify parses what came and finds who signed it. Full lists go before deltas, which may belong to
// them.
func (s *Service) verify(all []download, at time.Time) []download {
	for i := range all {
		d := &all[i]
		if d.data != nil {
			d.list, d.signer, d.err = s.Trust.CheckList(d.data, at)
			d.data = nil
		}
	}
	slices.SortStableFunc(all, func(a, b download) int { return rank(a) - rank(b) })
	return all
}

func rank(d download) int {
	if d.list != nil && d.list.IsDelta() {
		return 1
	}
	return 0
}
