// Package drafts is the function for filings before the seal: the form, the documents'
// upload grants and the manifest to be signed; afterwards the timeline and the receipt.
//
// Read Service.Manifest last: everything before leads up to it, and only what it recorded can
// be sealed.
package drafts

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Service answers the function's routes.
type Service struct {
	Gate      Gate
	Filings   Filings
	Documents Documents
}

// Gate says who is asking.
type Gate interface {
	// Holder returns the account of the request's session, which is what reading needs.
	// Errors: session.ErrNone.
	Holder(ctx context.Context) (account.Account, error)
	// Actor is Holder for acts: the account must have accepted the agreement version in force,
	// whose id it returns too. Errors: also agreement.ErrNotAccepted.
	Actor(ctx context.Context) (holder account.Account, inForce string, err error)
}

// Filings is the store (store.Filings documents each method).
type Filings interface {
	Create(ctx context.Context, f filing.Filing, at time.Time) (filing.Filing, error)
	Filing(ctx context.Context, id, accountID string, at time.Time) (filing.Filing, error)
	Events(ctx context.Context, id string) ([]filing.Event, error)
	ByAccount(ctx context.Context, accountID string, at time.Time) ([]filing.Filing, error)
	SaveDraft(ctx context.Context, f filing.Filing, at time.Time) (filing.Filing, error)
	AwaitSignature(ctx context.Context, f filing.Filing, manifestSHA256 string, at time.Time) (filing.Filing, error)
	Receipt(ctx context.Context, id, accountID string, at time.Time) ([]byte, error)
}

// Documents is the bucket (documents.Store).
type Documents interface {
	Grant(ctx context.Context, o documents.Object, parts []string, at time.Time) (documents.Upload, error)
	Complete(ctx context.Context, o documents.Object, parts []string) (documents.Stored, error)
	Head(ctx context.Context, o documents.Object) (documents.Stored, error)
}

// View is a filing as its owner sees it.
type View struct {
	ID        string         `json:"id"`
	Kind      string         `json:"kind"`
	Version   int            `json:"version"`
	Status    filing.Status  `json:"status"`
	Claim     filing.Claim   `json:"claim"`
	Documents []DocumentView `json:"documents"`
	CreatedAt time.Time      `json:"createdAt"`
	UpdatedAt time.Time      `json:"updatedAt"`
	SentAt    *time.Time     `json:"sentAt"`
	TicketNo  string         `json:"ticketNo"`
	Events    []filing.Event `json:"events"`
}

// DocumentView is a document slot and whether its bytes have arrived.
type DocumentView struct {
	filing.Document
	Uploaded bool `json:"uploaded"`
}

func view(f filing.Filing, uploaded map[string]bool) View {
	v := View{
		ID: f.ID, Kind: f.Kind, Version: f.Version, Status: f.Status, Claim: f.Claim, Documents: []DocumentView{},
		CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt, TicketNo: f.TicketNo, Events: slices.Concat([]filing.Event{}, f.Events),
	}
	for _, d := range f.Documents {
		v.Documents = append(v.Documents, DocumentView{d, uploaded[d.ID]})
	}
	if !f.SentAt.IsZero() {
		v.SentAt = &f.SentAt
	}
	return v
}

// SaveRequest creates a draft (Version 0) or replaces the claim of the version it names.
type SaveRequest struct {
	ID      string       `json:"-" path:"id"`
	Version int          `json:"version"`
	Claim   filing.Claim `json:"claim"`
}

// Save keeps a draft. The client chooses the id, so a repeat after a lost answer finds its own.
func (s *Service) Save(ctx context.Context, req SaveRequest) (httpapi.Reply, error) {
	holder, _, err := s.Gate.Actor(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !filing.IsID(req.ID) {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "not-found"}
	}
	if err := req.Claim.CheckDraft(); err != nil {
		return httpapi.Reply{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	if req.Version == 0 {
		f, err := s.Filings.Create(ctx, filing.Filing{ID: req.ID, AccountID: holder.ID, Kind: filing.KindClaim, Claim: req.Claim}, at)
		if err != nil {
			return httpapi.Reply{}, err
		}
		return httpapi.Reply{Status: http.StatusCreated, Body: view(f, nil)}, nil
	}
	f, err := s.draft(ctx, req.ID, holder.ID, req.Version)
	if err != nil {
		return httpapi.Reply{}, err
	}
	f.Claim = req.Claim
	if f, err = s.Filings.SaveDraft(ctx, f, at); err != nil {
		return httpapi.Reply{}, err
	}
	uploaded, err := s.uploaded(ctx, f)
	return httpapi.Reply{Body: view(f, uploaded)}, err
}

// draft reads a filing that may still change, at the version the client knows.
func (s *Service) draft(ctx context.Context, id, accountID string, version int) (filing.Filing, error) {
	f, err := s.Filings.Filing(ctx, id, accountID, httpapi.ReceivedAt(ctx))
	if err != nil {
		return filing.Filing{}, err
	}
	if f.Version != version || !f.Status.Editable() {
		return filing.Filing{}, filing.ErrVersion
	}
	return f, nil
}

// uploaded asks the bucket which documents have arrived, all at once. After the seal all have.
func (s *Service) uploaded(ctx context.Context, f filing.Filing) (map[string]bool, error) {
	arrived := make([]bool, len(f.Documents))
	group, ctx := errgroup.WithContext(ctx)
	for i, d := range f.Documents {
		if !f.Status.Editable() {
			arrived[i] = true
			continue
		}
		group.Go(func() error {
			_, err := s.Documents.Head(ctx, documents.Of(f.ID, d))
			arrived[i] = err == nil
			if errors.Is(err, filing.ErrDocumentMissing) || errors.Is(err, filing.ErrDocumentChanged) {
				return nil
			}
			return err
		})
	}
	err := group.Wait()
	out := make(map[string]bool, len(arrived))
	for i, d := range f.Documents {
		out[d.ID] = arrived[i]
	}
	return out, err
}

// GetRequest names a filing.
type GetRequest struct {
	ID string `json:"-" path:"id"`
}

// Get returns one filing with its documents' state and its timeline.
func (s *Service) Get(ctx context.Context, req GetRequest) (View, error) {
	holder, err := s.Gate.Holder(ctx)
	if err != nil {
		return View{}, err
	}
	f, err := s.Filings.Filing(ctx, req.ID, holder.ID, httpapi.ReceivedAt(ctx))
	if err != nil {
		return View{}, err
	}
	if f.Events, err = s.Filings.Events(ctx, req.ID); err != nil {
		return View{}, err
	}
	uploaded, err := s.uploaded(ctx, f)
	return view(f, uploaded), err
}

// Summary is a filing in a list.
type Summary struct {
	ID        string        `json:"id"`
	Status    filing.Status `json:"status"`
	CourtCode string        `json:"courtCode"`
	Defendant string        `json:"defendant"` // name of the first one
	UpdatedAt time.Time     `json:"updatedAt"`
	SentAt    *time.Time    `json:"sentAt"`
	TicketNo  string        `json:"ticketNo"`
}

// Listing is the account's filings, newest first.
type Listing struct {
	Filings []Summary `json:"filings"`
}

// List returns the account's filings.
func (s *Service) List(ctx context.Context, _ struct{}) (Listing, error) {
	holder, err := s.Gate.Holder(ctx)
	if err != nil {
		return Listing{}, err
	}
	filings, err := s.Filings.ByAccount(ctx, holder.ID, httpapi.ReceivedAt(ctx))
	if err != nil {
		return Listing{}, err
	}
	out := Listing{Filings: []Summary{}}
	for _, f := range filings {
		sum := Summary{ID: f.ID, Status: f.Status, CourtCode: f.Claim.CourtCode, UpdatedAt: f.UpdatedAt, TicketNo: f.TicketNo}
		if len(f.Claim.Defendants) > 0 {
			sum.Defendant = f.Claim.Defendants[0].FullName
		}
		if !f.SentAt.IsZero() {
			sum.SentAt = &f.SentAt
		}
		out.Filings = append(out.Filings, sum)
	}
	return out, nil
}

// DocumentRequest adds a document slot or replaces what it says.
type DocumentRequest struct {
	ID         string   `json:"-" path:"id"`
	DocumentID string   `json:"-" path:"document"`
	Version    int      `json:"version"`
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
}

// PutDocument records a document and grants its upload. Asking again for the same document, for
// instance because the first grants ran out or the line was cut, grants what is left to send.
func (s *Service) PutDocument(ctx context.Context, req DocumentRequest) (DocumentReply, error) {
	holder, _, err := s.Gate.Actor(ctx)
	if err != nil {
		return DocumentReply{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	d := filing.Document{
		ID: req.DocumentID, Role: req.Role, Name: req.Name, Size: req.Size, SHA256: req.SHA256, MediaType: req.MediaType,
	}
	if err := d.Check(); err != nil {
		return DocumentReply{}, err
	}
	f, err := s.Filings.Filing(ctx, req.ID, holder.ID, at)
	if err != nil {
		return DocumentReply{}, err
	}
	i := slices.IndexFunc(f.Documents, func(have filing.Document) bool { return have.ID == d.ID })
	// A new name or role for what was granted before needs no grants, and no hashes of parts.
	known := i >= 0 && f.Documents[i].SHA256 == d.SHA256 && f.Documents[i].Size == d.Size
	if !known || len(req.Parts) > 0 {
		if err := documents.CheckParts(documents.Of(req.ID, d), req.Parts); err != nil {
			return DocumentReply{}, partsDefect(err)
		}
	}
	switch {
	case !f.Status.Editable():
		return DocumentReply{}, filing.ErrVersion
	case i >= 0 && f.Documents[i] == d: // known already
	case f.Version != req.Version:
		return DocumentReply{}, filing.ErrVersion
	case i >= 0:
		f.Documents[i] = d
		f, err = s.Filings.SaveDraft(ctx, f, at)
	case len(f.Documents) >= filing.MaxDocuments:
		return DocumentReply{}, defect.List{{Pointer: "/documents", Code: "too-many"}}
	default:
		f.Documents = append(f.Documents, d)
		f, err = s.Filings.SaveDraft(ctx, f, at)
	}
	if err != nil {
		return DocumentReply{}, err
	}
	if known && len(req.Parts) != documents.Parts(d.Size) {
		return DocumentReply{Version: f.Version, Upload: documents.Upload{Grants: []documents.Grant{}}}, nil
	}
	upload, err := s.Documents.Grant(ctx, documents.Of(f.ID, d), req.Parts, at)
	return DocumentReply{Version: f.Version, Upload: upload}, err
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
	f, err := s.Filings.Filing(ctx, req.ID, holder.ID, httpapi.ReceivedAt(ctx))
	if err != nil {
		return documents.Stored{}, err
	}
	i := slices.IndexFunc(f.Documents, func(d filing.Document) bool { return d.ID == req.DocumentID })
	if i < 0 {
		return documents.Stored{}, filing.ErrNotFound
	}
	stored, err := s.Documents.Complete(ctx, documents.Of(f.ID, f.Documents[i]), req.Parts)
	return stored, partsDefect(err)
}

// DeleteRequest names a document of a version of a filing.
type DeleteRequest struct {
	ID         string `json:"-" path:"id"`
	DocumentID string `json:"-" path:"document"`
	Version    int    `json:"-" query:"version"`
}

// DeleteReply is the filing's new version.
type DeleteReply struct {
	Version int `json:"version"`
}

// DeleteDocument drops a document from a draft. Its bytes are left to the bucket's lifecycle.
func (s *Service) DeleteDocument(ctx context.Context, req DeleteRequest) (DeleteReply, error) {
	holder, _, err := s.Gate.Actor(ctx)
	if err != nil {
		return DeleteReply{}, err
	}
	f, err := s.draft(ctx, req.ID, holder.ID, req.Version)
	if err != nil {
		return DeleteReply{}, err
	}
	before := len(f.Documents)
	f.Documents = slices.DeleteFunc(f.Documents, func(d filing.Document) bool { return d.ID == req.DocumentID })
	if len(f.Documents) == before {
		return DeleteReply{}, filing.ErrNotFound
	}
	f, err = s.Filings.SaveDraft(ctx, f, httpapi.ReceivedAt(ctx))
	return DeleteReply{Version: f.Version}, err
}

// ManifestRequest names the version of the filing that shall be signed.
type ManifestRequest struct {
	ID      string `json:"-" path:"id"`
	Version int    `json:"version"`
}

// ManifestReply is what to sign.
type ManifestReply struct {
	Version  int    `json:"version"`
	Document []byte `json:"document"` // the bytes to sign, attached; see package act
	SHA256   string `json:"sha256"`   // hex, of Document
}

// Manifest checks that the filing is complete and every document has arrived unchanged, and
// returns the document to sign. Until the next edit this one, and no other, can be sealed.
func (s *Service) Manifest(ctx context.Context, req ManifestRequest) (ManifestReply, error) {
	holder, inForce, err := s.Gate.Actor(ctx)
	if err != nil {
		return ManifestReply{}, err
	}
	f, err := s.draft(ctx, req.ID, holder.ID, req.Version)
	if err != nil {
		return ManifestReply{}, err
	}
	if err := f.Check(); err != nil {
		return ManifestReply{}, &httpapi.Problem{Slug: "filing-incomplete", Cause: err}
	}
	if err := s.arrived(ctx, f); err != nil {
		return ManifestReply{}, err
	}
	lang := httpapi.Lang(ctx)
	document, err := manifest(f, inForce, lang, locale.T(lang, "act.file-claim.statement",
		"court", filing.CourtName(f.Claim.CourtCode, lang), "count", strconv.Itoa(len(f.Documents))))
	if err != nil {
		return ManifestReply{}, err
	}
	sum := hexSHA256(document)
	if f, err = s.Filings.AwaitSignature(ctx, f, sum, httpapi.ReceivedAt(ctx)); err != nil {
		return ManifestReply{}, err
	}
	return ManifestReply{Version: f.Version, Document: document, SHA256: sum}, nil
}

// arrived returns the problem of the first document, in order, that is not in the bucket as
// declared.
func (s *Service) arrived(ctx context.Context, f filing.Filing) error {
	failures := make([]error, len(f.Documents))
	var group errgroup.Group
	for i, d := range f.Documents {
		group.Go(func() error {
			_, failures[i] = s.Documents.Head(ctx, documents.Of(f.ID, d))
			return nil
		})
	}
	group.Wait()
	for i, err := range failures {
		pointer := "/documents/" + strconv.Itoa(i)
		switch {
		case errors.Is(err, filing.ErrDocumentMissing):
			return &httpapi.Problem{Slug: "document-missing", Pointer: pointer, Cause: err}
		case errors.Is(err, filing.ErrDocumentChanged):
			return &httpapi.Problem{Slug: "document-checksum", Pointer: pointer, Cause: err}
		case err != nil:
			return err
		}
	}
	return nil
}

// Receipt returns the receipt of a sent filing, byte for byte as it was issued.
func (s *Service) Receipt(ctx context.Context, req GetRequest) (json.RawMessage, error) {
	holder, err := s.Gate.Holder(ctx)
	if err != nil {
		return nil, err
	}
	return s.Filings.Receipt(ctx, req.ID, holder.ID, httpapi.ReceivedAt(ctx))
}
