package admin

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/signer"
)

// Agreements keeps versions, published and proposed. Every change keeps its audit entry in the same
// transaction.
type Agreements interface {
	FreshAgreements(ctx context.Context, at time.Time) ([]agreement.Version, error)
	AgreementText(ctx context.Context, id string, lang locale.Lang) (agreement.Text, error)
	AgreementProposals(ctx context.Context) ([]agreement.Proposal, error)
	// AgreementProposal and the changes fail with agreement.ErrNoProposal; ProposeAgreement with
	// agreement.ErrProposed and agreement.ErrPublished.
	AgreementProposal(ctx context.Context, id string) (agreement.Proposal, error)
	ProposeAgreement(ctx context.Context, p agreement.Proposal, e audit.Entry) error
	ApproveAgreement(ctx context.Context, p agreement.Proposal, v agreement.Version, e audit.Entry) error
	DropAgreement(ctx context.Context, id string, e audit.Entry) error
}

// Version is a published version as administrators see it.
type Version struct {
	ID          string                 `json:"id"`
	PublishedAt time.Time              `json:"publishedAt"`
	EffectiveAt time.Time              `json:"effectiveAt"`
	SHA256      map[locale.Lang]string `json:"sha256"`
}

// Draft is a version that waits for a second administrator. Texts and Changes are left out of
// lists.
type Draft struct {
	ID      string                             `json:"id"`
	By      string                             `json:"by"` // account id
	Own     bool                               `json:"own"`
	At      time.Time                          `json:"at"`
	Reason  string                             `json:"reason"`
	Digest  string                             `json:"digest"` // what an approval names
	Texts   map[locale.Lang]string             `json:"texts,omitempty"`
	Changes map[locale.Lang][]agreement.Clause `json:"changes,omitempty"` // against the version in force
}

// Editions is what there is and what is to come.
type Editions struct {
	Published []Version `json:"published"` // latest first
	Proposed  []Draft   `json:"proposed"`
}

func version(v agreement.Version) Version {
	out := Version{v.ID, v.PublishedAt, v.EffectiveAt, map[locale.Lang]string{}}
	for lang, text := range v.Texts {
		out.SHA256[lang] = text.SHA256
	}
	return out
}

func draft(p agreement.Proposal, by audit.Actor) Draft {
	return Draft{ID: p.ID, By: p.By.Account, Own: !by.Other(p.By), At: p.At, Reason: p.Reason, Digest: p.Digest()}
}

// Editions lists the published versions and the proposed ones.
func (s *Service) Editions(ctx context.Context, _ struct{}) (Editions, error) {
	by, err := s.Gate.Admin(ctx)
	if err != nil {
		return Editions{}, err
	}
	versions, err := s.Agreements.FreshAgreements(ctx, httpapi.ReceivedAt(ctx))
	if err != nil {
		return Editions{}, err
	}
	out := Editions{[]Version{}, []Draft{}}
	for _, v := range versions {
		out.Published = append(out.Published, version(v))
	}
	slices.SortFunc(out.Published, func(a, b Version) int { return b.EffectiveAt.Compare(a.EffectiveAt) })
	proposals, err := s.Agreements.AgreementProposals(ctx)
	for _, p := range proposals {
		out.Proposed = append(out.Proposed, draft(p, by))
	}
	return out, err
}

// DraftRequest names a proposed version.
type DraftRequest struct {
	ID string `path:"id" json:"-"`
}

// Draft shows a proposed version with its texts and what they change.
//
// Errors: agreement.ErrNoProposal.
func (s *Service) Draft(ctx context.Context, r DraftRequest) (Draft, error) {
	by, err := s.Gate.Admin(ctx)
	if err != nil {
		return Draft{}, err
	}
	p, err := s.Agreements.AgreementProposal(ctx, r.ID)
	if err != nil {
		return Draft{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	versions, err := s.Agreements.FreshAgreements(ctx, at)
	if err != nil {
		return Draft{}, err
	}
	out := draft(p, by)
	out.Texts, out.Changes = map[locale.Lang]string{}, map[locale.Lang][]agreement.Clause{}
	inForce, ok := agreement.InForce(versions, at)
	for lang, text := range p.Texts {
		out.Texts[lang] = text.Markdown
		if !ok {
			continue
		}
		before, err := s.Agreements.AgreementText(ctx, inForce.ID, lang)
		if err != nil {
			return Draft{}, err
		}
		out.Changes[lang] = agreement.Diff(before.Markdown, text.Markdown)
	}
	return out, nil
}

// NewVersion is a version on its way in: Markdown in all three languages.
type NewVersion struct {
	ID     string                 `json:"id"` // "v2"
	Texts  map[locale.Lang]string `json:"texts"`
	Reason string                 `json:"reason"`
}

// Propose keeps a version for a second administrator to approve (agreement, 1.4).
//
// Errors: defect.List, agreement.ErrProposed, agreement.ErrPublished.
func (s *Service) Propose(ctx context.Context, r NewVersion) (httpapi.Reply, error) {
	by, err := s.Gate.Admin(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	list := audit.CheckReason(r.Reason, "/reason")
	p, err := agreement.Propose(r.ID, r.Texts, by, strings.TrimSpace(r.Reason), httpapi.ReceivedAt(ctx))
	if more, ok := errors.AsType[defect.List](err); ok {
		list = append(list, more...)
	}
	if err := list.Err(); err != nil {
		return httpapi.Reply{}, err
	}
	e := entry(ctx, audit.AgreementProposed, by, p.ID, r.Reason)
	e.After = p.Digest()
	if err := s.Agreements.ProposeAgreement(ctx, p, e); err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusCreated, Body: draft(p, by)}, nil
}

// Approval approves what has exactly that digest.
type Approval struct {
	ID     string `path:"id" json:"-"`
	Digest string `json:"digest"`
	Reason string `json:"reason"`

	Signature signer.Signature `json:"signature"`
}

// Publish approves a version proposed by another administrator, signed: it is published at this request's
// instant, takes force 72 hours later, and everyone is told. A repeat, and whoever comes second,
// get the version as it was published with 200.
//
// Errors: defect.List, agreement.ErrSecondPerson, agreement.ErrNoProposal (also when the proposal
// is not the one that was read).
func (s *Service) Publish(ctx context.Context, r Approval) (httpapi.Reply, error) {
	by, err := s.Gate.Admin(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := audit.CheckReason(r.Reason, "/reason").Err(); err != nil {
		return httpapi.Reply{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	p, err := s.Agreements.AgreementProposal(ctx, r.ID)
	if errors.Is(err, agreement.ErrNoProposal) {
		return s.published(ctx, r.ID)
	}
	if err != nil {
		return httpapi.Reply{}, err
	}
	if p.Digest() != r.Digest {
		return httpapi.Reply{}, agreement.ErrNoProposal
	}
	versions, err := s.Agreements.FreshAgreements(ctx, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	v, err := p.Publish(by, at, len(versions) == 0)
	if err != nil {
		return httpapi.Reply{}, err
	}
	signed, ask, err := s.Mandate.Take(ctx, r.Signature, by, act.Administration{
		Act: audit.AgreementApproved, Detail: r.Digest, Of: p.ID, Reason: r.Reason, Target: p.ID,
	})
	if err != nil || ask != nil {
		return asked(ask), err
	}
	e := entry(ctx, audit.AgreementApproved, by, p.ID, r.Reason).SignedBy(signed)
	e.After = r.Digest
	err = s.Agreements.ApproveAgreement(ctx, p, v, e)
	if errors.Is(err, agreement.ErrNoProposal) {
		return s.published(ctx, r.ID)
	}
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusCreated, Body: version(v)}, nil
}

// published answers a repeat.
func (s *Service) published(ctx context.Context, id string) (httpapi.Reply, error) {
	versions, err := s.Agreements.FreshAgreements(ctx, httpapi.ReceivedAt(ctx))
	if err != nil {
		return httpapi.Reply{}, err
	}
	for _, v := range versions {
		if v.ID == id {
			return httpapi.Reply{Body: version(v)}, nil
		}
	}
	return httpapi.Reply{}, agreement.ErrNoProposal
}

// DropRequest takes a proposal back.
type DropRequest struct {
	ID     string `path:"id" json:"-"`
	Reason string `json:"reason"`
}

// Drop takes a proposal away. One administrator is enough.
//
// Errors: defect.List, agreement.ErrNoProposal.
func (s *Service) Drop(ctx context.Context, r DropRequest) (httpapi.Reply, error) {
	by, err := s.Gate.Admin(ctx)
	if err == nil {
		err = audit.CheckReason(r.Reason, "/reason").Err()
	}
	if err == nil {
		err = s.Agreements.DropAgreement(ctx, r.ID, entry(ctx, audit.AgreementDropped, by, r.ID, r.Reason))
	}
	return httpapi.Reply{Status: http.StatusNoContent}, err
}
