package evidencefile

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/functions/internal/cases"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/evidence/asice"
	"github.com/courtoffice/courtoffice/shared/evidence/casefile"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// JobLife is for how long the file of a case that was begun may be gone on with.
const JobLife = 24 * time.Hour

// atOnce is how many papers are read at a time for the last part.
const atOnce = 8

// CaseRequest asks for a part of the evidence of a case. The first asks with nothing but the case; the others
// with what its answer says, in any order and as often as they like: the same part has the same files, with
// addresses that open now. The last part is to be asked for when the others are there.
type CaseRequest struct {
	ID       string    `json:"-" path:"id"`
	At       time.Time `json:"at,omitzero"`        // CaseReply.At; zero begins
	Revision int       `json:"revision,omitempty"` // CaseReply.Revision
	Part     int       `json:"part,omitempty"`     // from 0
}

// CaseReply is a part of the file: one of each paper, and the last, which says what the case is and names every
// file of every part under a time stamp.
type CaseReply struct {
	Name     string    `json:"name"` // of the archive
	At       time.Time `json:"at"`   // as of when the case is told
	Revision int       `json:"revision"`
	Part     int       `json:"part"`
	Parts    int       `json:"parts"`
	Files    []File    `json:"files"` // in their order
	Sum      string    `json:"sum"`   // SHA-256 over names and hashes of Files, hex

	StampedAt *time.Time `json:"stampedAt"` // of the last part, else null
	Sums      []string   `json:"sums"`      // of the last part: what Sum of the others must be; else empty
}

// CaseFile hands out a part of the evidence of a case to whoever may see the case, as they see it (package
// casefile). That they took it is kept like any other look at what is in the case.
//
// Errors: session.ErrNone, docket.ErrNotFound, docket.ErrChanged where the case is another since it was
// begun, ErrNoStamp, the problems "quota" and "evidence-too-large".
func (s *Service) CaseFile(ctx context.Context, req CaseRequest) (CaseReply, error) {
	seen, at, err := s.begun(ctx, req)
	if err != nil {
		return CaseReply{}, err
	}
	c := seen.Case
	out := CaseReply{Name: archiveName(c), At: at, Revision: c.Revision, Part: req.Part, Parts: len(c.Papers) + 1, Files: []File{}, Sums: []string{}}
	looks, err := s.Cases.Cases.EveryLook(ctx, c.ID)
	if err != nil {
		return CaseReply{}, err
	}
	f := casefile.New(c, seen.Sight, looks, at, s.IndexKey)
	switch {
	case req.Part < len(c.Papers):
		err = s.paper(ctx, f, seen, req.Part, &out)
	case req.Part == len(c.Papers):
		err = s.last(ctx, f, seen, &out)
	default:
		err = &httpapi.Problem{Slug: "malformed-json", Pointer: "/part"}
	}
	return out, err
}

// begun is the case of a request, and the instant as of which it is told.
func (s *Service) begun(ctx context.Context, req CaseRequest) (cases.Seen, time.Time, error) {
	now := httpapi.ReceivedAt(ctx).UTC().Truncate(time.Millisecond)
	if req.At.IsZero() {
		seen, err := s.Cases.Look(ctx, req.ID)
		if err == nil {
			err = s.count(ctx, seen.Holder.ID)
		}
		return seen, now, err
	}
	seen, err := s.Cases.Again(ctx, req.ID)
	switch {
	case err != nil:
	case req.Part < 0:
		err = &httpapi.Problem{Slug: "malformed-json", Pointer: "/part"}
	case req.At.After(now), now.Sub(req.At) > JobLife, req.Revision != seen.Case.Revision:
		err = docket.ErrChanged
	}
	return seen, req.At.UTC(), err
}

// archiveName has the case's number without what names of files may not have.
func archiveName(c docket.Case) string {
	return "case-" + strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, c.Number) + ".asice"
}

// laid is one paper laid out, with the versions its contents have in the bucket.
func (s *Service) laid(ctx context.Context, f *casefile.File, c docket.Case, n int) (casefile.Part, filing.Pins, error) {
	if c.Papers[n].Scanned != nil {
		signed, err := s.Cases.Cases.Scanned(ctx, c.Papers[n].Filing)
		if err != nil {
			return casefile.Part{}, nil, err
		}
		part, err := f.Paper(n, casefile.Paper{Scanned: &signed})
		return part, signed.Pins, err
	}
	sealed, err := s.Filings.Sealed(ctx, c.Papers[n].Filing)
	if err != nil {
		return casefile.Part{}, nil, err
	}
	rulings, err := s.Filings.Rulings(ctx, c.Papers[n].Filing)
	if err != nil {
		return casefile.Part{}, nil, err
	}
	manifest, err := signed(sealed)
	if err != nil {
		return casefile.Part{}, nil, err
	}
	part, err := f.Paper(n, casefile.Paper{Ticket: sealed.Envelope.TicketNo, Rulings: rulings, Signed: sealed.Rulings, Contents: asice.Contents{
		Manifest: manifest, Signatures: sealed.Signatures, Receipt: sealed.Receipt, Events: sealed.Events, Verifications: sealed.Verifications,
	}})
	pins := maps.Clone(sealed.Pins)
	for _, r := range rulings {
		maps.Copy(pins, r.Pins)
	}
	return part, pins, err
}

func signed(sealed store.Sealed) (filing.Manifest, error) {
	return evidence.ReadManifest(sealed.Signatures[len(sealed.Signatures)-1].CMS, sealed.Envelope.Manifest)
}

func (s *Service) paper(ctx context.Context, f *casefile.File, seen cases.Seen, n int, out *CaseReply) error {
	part, pins, err := s.laid(ctx, f, seen.Case, n)
	if err != nil {
		return err
	}
	of := seen.Case.Papers[n]
	if len(part.Files) > 0 {
		if err := s.Cases.Took(ctx, seen, of.Filing, "evidence"); err != nil {
			return err
		}
	}
	out.Sum = sumOf(part.Files)
	if n == 0 {
		part.Files = append([]asice.File{asice.First}, part.Files...)
	}
	out.Files, err = s.handed(ctx, of.Filing, part.Files, pins)
	return err
}

// last makes the last part: of each paper it keeps no more than what the files are called and their hashes.
func (s *Service) last(ctx context.Context, f *casefile.File, seen cases.Seen, out *CaseReply) error {
	parts := make([]casefile.Part, len(seen.Case.Papers))
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for n := range parts {
		group.Go(func() (err error) {
			parts[n], _, err = s.laid(inner, f, seen.Case, n)
			for i := range parts[n].Files {
				parts[n].Files[i].Data = nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	files, err := f.Close(parts)
	if errors.Is(err, casefile.ErrLarge) {
		return &httpapi.Problem{Slug: "evidence-too-large", Cause: err}
	}
	if err != nil {
		return err
	}
	var all []asice.File
	for _, p := range parts {
		all = append(all, p.Files...)
		out.Sums = append(out.Sums, sumOf(p.Files))
	}
	list, err := asice.Manifest(slices.Concat(all, files))
	if err != nil {
		return err
	}
	token, at, err := s.stamp(ctx, list)
	if err != nil {
		return err
	}
	at = at.UTC()
	out.StampedAt, out.Sum = &at, sumOf(files)
	out.Files, err = s.handed(ctx, seen.Case.ID, append(files, asice.Held(asice.ManifestName, "", list), asice.Held(asice.StampName, "", token)), nil)
	return err
}

// sumOf is the hash by which a part is known again.
func sumOf(files []asice.File) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%s\x00%s\n", f.Name, f.SHA256)
	}
	return filing.Sum([]byte(b.String()))
}
