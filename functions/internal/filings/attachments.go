package filings

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// DocumentRequest adds a document (Version 0) or replaces what one says that is at Version.
type DocumentRequest struct {
	ID         string   `json:"-" path:"id"`
	DocumentID string   `json:"-" path:"document"`
	Version    int      `json:"version"` // of this document
	Role       string   `json:"role"`
	Name       string   `json:"name"`
	Size       int64    `json:"size"`
	SHA256     string   `json:"sha256"`
	Parts      []string `json:"parts"` // SHA-256 of each part of documents.PartSize bytes, in order, of a document larger than one; not needed to change a role or a name
	MediaType  string   `json:"mediaType"`
}

// DocumentReply carries the grants to upload the document's bytes straight to the bucket.
type DocumentReply struct {
	Version int              `json:"version"`
	Upload  documents.Upload `json:"upload"`
	Voided  bool             `json:"voided"` // a manifest was out for signature, and is void by this change
}

// PutDocument records a document and grants its upload. Asking again for the same document, for
// instance because the first grants ran out or the line was cut, grants what is left to send and
// changes nothing.
func (s *Service) PutDocument(ctx context.Context, req DocumentRequest) (DocumentReply, error) {
	holder, _, err := s.Gate.Actor(ctx)
	if err != nil {
		return DocumentReply{}, err
	}
	d := filing.Document{
		ID: req.DocumentID, Role: req.Role, Name: req.Name, Size: req.Size, SHA256: req.SHA256, MediaType: req.MediaType,
	}
	if err := d.Check(); err != nil {
		return DocumentReply{}, err
	}
	parts := documents.CheckParts(documents.Of(req.ID, d), req.Parts)
	if parts != nil && len(req.Parts) > 0 {
		return DocumentReply{}, partsDefect(parts)
	}
	reply, err := s.record(ctx, holder, req.ID, filing.Attachment{Document: d, Version: req.Version}, parts)
	if err != nil {
		return DocumentReply{}, partsDefect(err)
	}
	if parts != nil { // another name or role: there is nothing to send
		reply.Upload.Grants = []documents.Grant{}
		return reply, nil
	}
	if err := s.quota(ctx, "grants", holder.ID, GrantsAnHour, time.Hour); err != nil {
		return DocumentReply{}, err
	}
	if err := s.quotaOf(ctx, "storage", holder.ID, int(d.Size), StorageAMonth, 30*24*time.Hour); err != nil {
		return DocumentReply{}, err
	}
	reply.Upload, err = s.Documents.Grant(ctx, documents.Of(req.ID, d), req.Parts, httpapi.ReceivedAt(ctx))
	return reply, partsDefect(err)
}

// record keeps what a document says. parts is why its content could not be granted, or nil: then it
// must be the content that is known.
func (s *Service) record(ctx context.Context, holder account.Account, id string, a filing.Attachment, parts error) (DocumentReply, error) {
	at := httpapi.ReceivedAt(ctx)
	e, err := s.Filings.Envelope(ctx, id, holder.ID, at)
	if err != nil {
		return DocumentReply{}, err
	}
	have, err := s.Filings.Attachment(ctx, id, a.ID, at)
	if err != nil && !errors.Is(err, filing.ErrNotFound) {
		return DocumentReply{}, err
	}
	switch {
	case !e.Status.May("edit"):
		return DocumentReply{}, fixed(e)
	case parts != nil && (have.SHA256 != a.SHA256 || have.Size != a.Size):
		return DocumentReply{}, parts
	case have.Version > 0 && have.Document == a.Document: // known already
		return DocumentReply{Version: have.Version}, nil
	case have.Version != a.Version:
		return DocumentReply{}, filing.ErrVersion
	case e.Revision >= Revisions:
		return DocumentReply{}, &httpapi.Problem{Slug: "quota"}
	}
	a.AddedAt = have.AddedAt
	saved, err := s.Filings.SaveAttachment(ctx, e, a, at)
	if errors.Is(err, filing.ErrTooMany) {
		err = defect.List{{Pointer: "/documents", Code: "too-many"}}
	}
	return DocumentReply{Version: saved.Version, Voided: e.Status == filing.AwaitingSignatures}, err
}

// partsDefect says at which member hashes of parts are wrong; other errors stay as they are.
func partsDefect(err error) error {
	if _, ok := errors.AsType[*documents.PartsError](err); ok {
		return defect.List{{Pointer: "/parts", Code: "format"}}
	}
	return err
}

// CompleteRequest names a document whose parts have been sent.
type CompleteRequest struct {
	ID         string   `json:"-" path:"id"`
	DocumentID string   `json:"-" path:"document"`
	Parts      []string `json:"parts"` // as in DocumentRequest
}

// CompleteDocument makes one object of the parts of a document. It may be repeated.
func (s *Service) CompleteDocument(ctx context.Context, req CompleteRequest) (documents.Stored, error) {
	holder, _, err := s.Gate.Actor(ctx)
	if err != nil {
		return documents.Stored{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	if _, err := s.Filings.Envelope(ctx, req.ID, holder.ID, at); err != nil {
		return documents.Stored{}, err
	}
	a, err := s.Filings.Attachment(ctx, req.ID, req.DocumentID, at)
	if err != nil {
		return documents.Stored{}, err
	}
	stored, err := s.Documents.Complete(ctx, documents.Of(req.ID, a.Document), req.Parts)
	return stored, partsDefect(err)
}

// DropRequest names a document at the version that is known.
type DropRequest struct {
	ID         string `json:"-" path:"id"`
	DocumentID string `json:"-" path:"document"`
	Version    int    `json:"-" query:"version"`
}

// DropReply says what else the change did.
type DropReply struct {
	Voided bool `json:"voided"` // a manifest was out for signature, and is void by this change
}

// DropDocument drops a document from a draft. Its bytes are left to the bucket's lifecycle.
func (s *Service) DropDocument(ctx context.Context, req DropRequest) (DropReply, error) {
	holder, _, err := s.Gate.Actor(ctx)
	if err != nil {
		return DropReply{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	e, err := s.Filings.Envelope(ctx, req.ID, holder.ID, at)
	if err != nil {
		return DropReply{}, err
	}
	return DropReply{e.Status == filing.AwaitingSignatures}, s.Filings.DropAttachment(ctx, e, req.DocumentID, req.Version, at)
}

// arrived asks the bucket which of the documents of a draft have arrived, a few at once: for each nil,
// filing.ErrDocumentMissing or filing.ErrDocumentChanged.
func (s *Service) arrived(ctx context.Context, f filing.Filing) ([]error, error) {
	_, faults, err := s.stored(ctx, f)
	return faults, err
}

// stored is arrived with what the bucket holds of each document.
func (s *Service) stored(ctx context.Context, f filing.Filing) ([]documents.Stored, []error, error) {
	found, faults := make([]documents.Stored, len(f.Attached)), make([]error, len(f.Attached))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(20)
	for i, a := range f.Attached {
		group.Go(func() (err error) {
			found[i], faults[i] = s.Documents.Head(ctx, documents.Of(f.ID, a.Document))
			if errors.Is(faults[i], filing.ErrDocumentMissing) || errors.Is(faults[i], filing.ErrDocumentChanged) {
				return nil
			}
			return faults[i]
		})
	}
	err := group.Wait()
	return found, faults, err
}

// twice returns the places of documents whose content stands earlier in the filing too.
func twice(attached []filing.Attachment) (places []int) {
	for i, a := range attached {
		if slices.IndexFunc(attached, func(b filing.Attachment) bool { return b.SHA256 == a.SHA256 }) < i {
			places = append(places, i)
		}
	}
	return places
}
