// Package evidencefile is the function that hands out the evidence of a filing, or of a whole case: what makes it
// one file that proves itself (packages asice and casefile).
//
// It makes the small parts and has the list of all parts time-stamped. The large ones, whose hashes it knows
// from what was signed, go from the bucket to whoever asked, who puts the archive together: no copy of a filing
// lies anywhere for it, and nothing waits for one to be made.
package evidencefile

import (
	"context"
	"fmt"
	"path"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/cases"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/evidence/asice"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Service answers the function's route.
type Service struct {
	Gate      Gate
	Filings   *store.Filings
	Attempts  *store.Attempts // quotas, in the filings table
	Cases     *cases.Service
	Documents *documents.Store
	// Stamp has data stamped by the time-stamping authority, and has verified the token. It is nil where
	// there is none.
	Stamp func(ctx context.Context, data []byte) (token []byte, at time.Time, err error)
	// IndexKey is the root of package indexkey, 32 bytes: it salts what is withheld.
	IndexKey []byte
}

// Gate says who is asking.
type Gate interface {
	// Holder returns the account of the request's session. Errors: session.ErrNone.
	Holder(ctx context.Context) (account.Account, error)
}

// FilesAnHour is how many an account may ask for in an hour: each has something time-stamped.
const FilesAnHour = 60

// ErrNoStamp: the file cannot be made now, because the time-stamping authority does not answer.
var ErrNoStamp = &httpapi.Problem{Slug: "no-time-stamp", Wait: time.Minute}

// Request names the filing.
type Request struct {
	ID string `json:"-" path:"id"`
}

// Reply is what the archive is put together from: its files in this order, stored without compression, the
// names in UTF-8.
type Reply struct {
	Name      string    `json:"name"` // of the archive
	StampedAt time.Time `json:"stampedAt"`
	Files     []File    `json:"files"`
}

// File is one file: its bytes, or the address that gives them.
type File struct {
	Name    string `json:"name"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`            // hex
	Data    []byte `json:"data,omitempty"`    // base64
	Address string `json:"address,omitempty"` // may be opened for documents.DownloadLife
}

// File hands out the evidence of a filing of one's own that was sent.
//
// Errors: session.ErrNone, filing.ErrNotFound, ErrNoStamp, the problem "quota".
func (s *Service) File(ctx context.Context, req Request) (Reply, error) {
	holder, err := s.Gate.Holder(ctx)
	if err != nil {
		return Reply{}, err
	}
	e, err := s.Filings.Envelope(ctx, req.ID, holder.ID, httpapi.ReceivedAt(ctx))
	if err != nil {
		return Reply{}, err
	}
	if e.SentAt.IsZero() {
		return Reply{}, filing.ErrNotFound
	}
	if err := s.count(ctx, holder.ID); err != nil {
		return Reply{}, err
	}
	return s.file(ctx, e)
}

// count counts a file of an account. Errors: the problem "quota".
func (s *Service) count(ctx context.Context, accountID string) error {
	wait, err := s.Attempts.Count(ctx, "evidence-files#"+accountID, FilesAnHour, time.Hour, httpapi.ReceivedAt(ctx))
	if err == nil && wait > 0 {
		err = &httpapi.Problem{Slug: "quota", Wait: wait}
	}
	return err
}

func (s *Service) file(ctx context.Context, e filing.Envelope) (Reply, error) {
	sealed, err := s.Filings.Sealed(ctx, e.ID)
	if err != nil {
		return Reply{}, err
	}
	manifest, err := evidence.ReadManifest(sealed.Signatures[len(sealed.Signatures)-1].CMS, e.Manifest)
	if err != nil {
		return Reply{}, err
	}
	files, err := asice.Files(asice.Contents{
		Manifest: manifest, Signatures: sealed.Signatures, Receipt: sealed.Receipt, Events: sealed.Events, Verifications: sealed.Verifications,
	})
	if err != nil {
		return Reply{}, err
	}
	list, err := asice.Manifest(files)
	if err != nil {
		return Reply{}, err
	}
	token, at, err := s.stamp(ctx, list)
	if err != nil {
		return Reply{}, err
	}
	out := Reply{Name: e.TicketNo + ".asice", StampedAt: at.UTC()}
	files = append([]asice.File{asice.First}, append(files, asice.Held(asice.ManifestName, "", list), asice.Held(asice.StampName, "", token))...)
	out.Files, err = s.handed(ctx, e.ID, files, sealed.Pins)
	return out, err
}

// handed are the files as they are handed out: those of which no bytes are at hand by an address, which is that
// of the version in pins.
func (s *Service) handed(ctx context.Context, filingID string, files []asice.File, pins filing.Pins) (out []File, err error) {
	for _, f := range files {
		part := File{Name: f.Name, Size: f.Size, SHA256: f.SHA256, Data: f.Data}
		if f.Data == nil {
			o := documents.Object{Filing: filingID, SHA256: f.SHA256, Size: f.Size, MediaType: f.MediaType}
			if part.Address, err = s.Documents.Download(ctx, o, pins[f.SHA256], path.Base(f.Name)); err != nil {
				return nil, err
			}
		}
		out = append(out, part)
	}
	return out, nil
}

func (s *Service) stamp(ctx context.Context, list []byte) ([]byte, time.Time, error) {
	if s.Stamp == nil {
		return nil, time.Time{}, ErrNoStamp
	}
	token, at, err := s.Stamp(ctx, list)
	if err != nil {
		p := *ErrNoStamp
		p.Cause = fmt.Errorf("stamp the list: %w", err)
		return nil, time.Time{}, &p
	}
	return token, at, nil
}
