package cases

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// ErrForbidden: the account hasn't the right, or not in this session.
var ErrForbidden = &httpapi.Problem{Slug: "forbidden"}

// statement is the name of the paper itself among the files of a filing, signature that of the clerk's among those
// of a paper that came on paper.
const (
	statement = "statement"
	signature = "signature"
)

// received is the instant of the request as cases keep it.
func received(ctx context.Context) time.Time {
	return httpapi.ReceivedAt(ctx).UTC().Truncate(time.Millisecond)
}

// FileRequest names a file of a paper of a case.
type FileRequest struct {
	ID    string `json:"-" path:"id"`
	Paper string `json:"-" path:"paper"` // id of the filing
	File  string `json:"-" path:"file"`  // one of PaperView.Files, or of its Rulings
}

// File sends the reader to the bytes that were signed. That a party took them is kept, the first time of
// each; each time somebody takes them for the court.
//
// Errors: session.ErrNone, docket.ErrNotFound.
func (s *Service) File(ctx context.Context, req FileRequest) (httpapi.Reply, error) {
	a, session, err := s.Gate.Session(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	c, sight, err := s.seen(ctx, a, session, req.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	i := slices.IndexFunc(c.Papers, func(p docket.Paper) bool { return p.Filing == req.Paper })
	if i < 0 || !c.Reads(sight, c.Papers[i]) {
		return httpapi.Reply{}, docket.ErrNotFound
	}
	find := s.file
	if c.Papers[i].Scanned != nil {
		find = s.scan
	}
	o, version, name, err := find(ctx, req)
	if err != nil {
		return httpapi.Reply{}, err
	}
	address, err := s.Documents.Download(ctx, o, version, name)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.Took(ctx, Seen{c, sight, a}, req.Paper, req.File); err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusSeeOther, See: address}, nil
}

// scan is what a request names of a paper that came on paper: a scan, or the clerk's signature.
func (s *Service) scan(ctx context.Context, req FileRequest) (o documents.Object, version, name string, err error) {
	signed, err := s.Cases.Scanned(ctx, req.Paper)
	if err != nil {
		return o, "", "", err
	}
	if scan, ok := signed.Scan(req.File); ok {
		o = documents.Object{Filing: signed.ID, SHA256: scan.SHA256, Size: scan.Size, MediaType: scan.MediaType}
		return o, signed.Pins[o.SHA256], scan.Name, nil
	}
	if req.File == signature {
		o = documents.Object{Filing: signed.ID, SHA256: filing.Sum(signed.CMS), Size: int64(len(signed.CMS)), MediaType: "application/pkcs7-mime"}
		return o, signed.Pins[o.SHA256], "scans.p7s", nil
	}
	return o, "", "", docket.ErrNotFound
}

// file is what a request names of a paper: the paper itself, one of its documents or a ruling on it.
func (s *Service) file(ctx context.Context, req FileRequest) (o documents.Object, version, name string, err error) {
	sealed, err := s.Filings.Sealed(ctx, req.Paper)
	if err != nil {
		return o, "", "", err
	}
	m, err := manifest(sealed)
	if err != nil {
		return o, "", "", err
	}
	if req.File == statement && m.Statement != nil {
		o = documents.Object{Filing: m.ID, SHA256: m.Statement.SHA256, Size: m.Statement.Size, MediaType: "application/pdf"}
		return o, sealed.Pins[o.SHA256], m.Kind + ".pdf", nil
	}
	if at := slices.IndexFunc(m.Documents, func(d filing.Filed) bool { return d.ID == req.File }); at >= 0 {
		o = documents.Of(m.ID, m.Documents[at].Document)
		return o, sealed.Pins[o.SHA256], m.Documents[at].Name, nil
	}
	rulings, err := s.rulings(ctx, sealed.Envelope)
	for n, r := range rulings {
		if rulingName(n) == req.File {
			o, name, _ := documents.Ruled(r, "ruling")
			return o, r.Pins[o.SHA256], name, nil
		}
	}
	if err == nil {
		err = docket.ErrNotFound
	}
	return o, "", "", err
}
