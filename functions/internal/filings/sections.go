package filings

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// SectionRequest replaces a section that is at Version.
type SectionRequest struct {
	ID      string          `json:"-" path:"id"`
	Section string          `json:"-" path:"section"`
	Version int             `json:"version"` // 0 for one that was never saved
	Value   json.RawMessage `json:"value"`
}

// SectionReply is what is stored now.
type SectionReply struct {
	Version   int           `json:"version"`
	UpdatedAt time.Time     `json:"updatedAt"`
	Status    filing.Status `json:"status"`
	Voided    bool          `json:"voided"` // a manifest was out for signature, and is void by this change
	Signed    int           `json:"signed"` // how many signatures went with it
}

// Stored is what a refused save of a section met: the page shows both.
type Stored struct {
	Section string `json:"section"`
	SectionView
}

// SaveSection keeps one section, alone. Whoever sends what is stored already is told so, whatever
// version they name: it is theirs, and the answer was lost. Any other version than the stored one is
// a conflict, which carries the stored section.
func (s *Service) SaveSection(ctx context.Context, req SectionRequest) (SectionReply, error) {
	holder, _, err := s.Gate.Actor(ctx)
	if err != nil {
		return SectionReply{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	f, err := s.Filings.Filing(ctx, req.ID, holder.ID, at)
	if err != nil {
		return SectionReply{}, err
	}
	kind, err := kindOf(f.Envelope)
	if err != nil {
		return SectionReply{}, err
	}
	value, canonical, err := read(kind, req.Section, req.Value)
	if err != nil {
		return SectionReply{}, err
	}
	have := sectionOf(f, req.Section)
	switch {
	case !f.Status.May("edit"):
		return SectionReply{}, fixed(f.Envelope)
	case bytes.Equal(have.Value, canonical):
		return SectionReply{Version: have.Version, UpdatedAt: have.UpdatedAt, Status: f.Status}, nil
	case have.Version != req.Version:
		return SectionReply{}, conflict(have)
	case f.Revision >= Revisions:
		return SectionReply{}, &httpapi.Problem{Slug: "quota"}
	}
	heading, err := heading(kind, f.Sections, value[req.Section], req.Section)
	if err != nil {
		return SectionReply{}, err
	}
	saved, err := s.Filings.SaveSection(ctx, f.Envelope, filing.Section{Code: req.Section, Version: req.Version, Value: canonical}, heading, at)
	if errors.Is(err, filing.ErrVersion) {
		if now, readErr := s.Filings.Section(ctx, f.ID, req.Section, at); readErr == nil && now.Version != req.Version {
			err = conflict(now)
		}
	}
	return SectionReply{
		saved.Version, saved.UpdatedAt, filing.StepOf("edit").To, f.Status == filing.AwaitingSignatures, f.Signed,
	}, err
}

// fixed says why a filing can't be changed any more: whoever still has it open learns that it was sent.
func fixed(e filing.Envelope) error {
	if !e.SentAt.IsZero() {
		return filing.ErrSealed
	}
	return filing.ErrVersion
}

func conflict(have filing.Section) error {
	return &httpapi.Problem{Slug: "version-conflict", Cause: filing.ErrVersion, Stored: Stored{
		have.Code, SectionView{have.Version, have.Value, &have.UpdatedAt},
	}}
}

// sectionOf is a section of f, version 0 and "{}" if it was never saved.
func sectionOf(f filing.Filing, code string) filing.Section {
	i := slices.IndexFunc(f.Sections, func(s filing.Section) bool { return s.Code == code })
	if i < 0 {
		return filing.Section{Code: code, Value: []byte("{}")}
	}
	return f.Sections[i]
}

func kindOf(e filing.Envelope) (filing.Kind, error) {
	kind, ok := kinds.Of(e.Kind)
	if !ok {
		return filing.Kind{}, fmt.Errorf("filing %s: no kind %q", e.ID, e.Kind)
	}
	return kind, nil
}

// valueOf is the form as rules read it.
func valueOf(sections []filing.Section) (form.Value, error) {
	v := form.Value{}
	for _, s := range sections {
		parsed, err := form.Parse(s.Value)
		if err != nil {
			return nil, fmt.Errorf("section %s: %w", s.Code, err)
		}
		v[s.Code] = parsed
	}
	return v, nil
}

// heading is what a new value of one section changes in a filing's head: what it leaves as it was is
// another section's to say, which may be saved at this moment.
func heading(kind filing.Kind, sections []filing.Section, section any, code string) (store.Heading, error) {
	v, err := valueOf(sections)
	if err != nil {
		return store.Heading{}, err
	}
	was := kind.Head(v)
	v[code] = section
	is := kind.Head(v)
	var h store.Heading
	for _, t := range []struct {
		was, is string
		into    **string
	}{{was.Court, is.Court, &h.Court}, {string(was.Lang), string(is.Lang), &h.Lang}, {was.About, is.About, &h.About}, {was.Case, is.Case, &h.Case}, {was.Opposite, is.Opposite, &h.Opposite}} {
		if t.was != t.is {
			*t.into = &t.is
		}
	}
	if was.Tiyn != is.Tiyn {
		h.Tiyn = &is.Tiyn
	}
	return h, nil
}
