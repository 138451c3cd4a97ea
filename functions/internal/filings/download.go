package filings

import (
	"context"
	"errors"
	"net/http"

	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// FileRequest names a document of a filing, or "form" or "statement" of one that is frozen or sent.
type FileRequest struct {
	ID   string `json:"-" path:"id"`
	File string `json:"-" path:"file"`
}

// File sends the reader to the bytes, as an attachment with the type they have here, by the very
// version that is pinned: of a filing that is frozen or sent the one that is signed. Who has to sign
// a filing of someone else, or has signed it, sees what they sign.
func (s *Service) File(ctx context.Context, req FileRequest) (httpapi.Reply, error) {
	e, err := s.readable(ctx, req.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	object, version, name, err := s.file(ctx, e, req.File)
	if err != nil {
		return httpapi.Reply{}, err
	}
	address, err := s.Documents.Download(ctx, object, version, name)
	return httpapi.Reply{Status: http.StatusSeeOther, See: address}, err
}

func (s *Service) file(ctx context.Context, e filing.Envelope, file string) (o documents.Object, version, name string, err error) {
	if e.Manifest == "" {
		return s.draftFile(ctx, e, file)
	}
	m, pins, err := s.manifest(ctx, e)
	if err != nil {
		return o, "", "", err
	}
	o, name, ok := documents.Filed(e.ID, m, file)
	if !ok {
		return s.rulingFile(ctx, e, file)
	}
	return o, pins[o.SHA256], name, nil
}

// rulingFile finds the latest ruling on a filing, a correction of it, or a signature.
func (s *Service) rulingFile(ctx context.Context, e filing.Envelope, file string) (o documents.Object, version, name string, err error) {
	list, err := s.Filings.Rulings(ctx, e.ID)
	if err != nil {
		return o, "", "", err
	}
	o, version, name, ok := documents.RuledIn(list, file)
	if !ok {
		return o, "", "", filing.ErrNotFound
	}
	return o, version, name, nil
}

// draftFile finds a document of a draft: the newest bytes that were uploaded.
func (s *Service) draftFile(ctx context.Context, e filing.Envelope, file string) (o documents.Object, version, name string, err error) {
	a, err := s.Filings.Attachment(ctx, e.ID, file, httpapi.ReceivedAt(ctx))
	if err != nil {
		return o, "", "", err
	}
	o = documents.Of(e.ID, a.Document)
	stored, err := s.Documents.Head(ctx, o)
	if errors.Is(err, filing.ErrDocumentMissing) {
		err = filing.ErrNotFound
	}
	return o, stored.Version, a.Name, err
}
