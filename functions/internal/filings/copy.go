package filings

import (
	"context"
	"encoding/json"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// CopyRequest asks for a new draft that begins with what a filing of one's own says.
type CopyRequest struct {
	ID       string `json:"-" path:"id"`
	As       string `json:"as"`       // id of the new draft, chosen by the client
	Corrects bool   `json:"corrects"` // the new one names the old one, which was sent, as what it replaces
}

// Copy begins a draft with the text and the documents of any own filing. Repeating it finds the draft
// as it is by now. Documents whose bytes could not be copied in the time of a request stand in the
// draft as not uploaded.
func (s *Service) Copy(ctx context.Context, req CopyRequest) (httpapi.Reply, error) {
	holder, _, err := s.Gate.Actor(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if !filing.IsID(req.As) || req.As == req.ID {
		return httpapi.Reply{}, defect.List{{Pointer: "/as", Code: "format"}}
	}
	old, err := s.Filings.Filing(ctx, req.ID, holder.ID, httpapi.ReceivedAt(ctx))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if req.Corrects && old.SentAt.IsZero() {
		return httpapi.Reply{}, defect.List{{Pointer: "/corrects", Code: "not-sent"}}
	}
	kind, err := kindOf(old.Envelope)
	if err != nil {
		return httpapi.Reply{}, err
	}
	v, err := s.view(ctx, old)
	if err != nil {
		return httpapi.Reply{}, err
	}
	f := filing.Filing{Envelope: filing.Envelope{ID: req.As, AccountID: holder.ID, Kind: kind.Code, Form: kind.Form.Version}}
	if req.Corrects {
		f.Replaces = old.ID
	}
	sections, err := current(kind, old.Form, v.Sections)
	if err != nil {
		return httpapi.Reply{}, err
	}
	whole := form.Value{}
	for code, section := range sections {
		value, canonical, err := readValue(kind, code, section)
		if err != nil {
			return httpapi.Reply{}, err
		}
		whole[code] = value[code]
		f.Sections = append(f.Sections, filing.Section{Code: code, Value: canonical})
	}
	f.Head = kind.Head(whole)
	for _, d := range v.Documents {
		f.Attached = append(f.Attached, filing.Attachment{Document: d.Document})
	}
	pins := filing.Pins{}
	if old.Manifest != "" {
		if pins, err = s.Filings.PinsOf(ctx, old.ID, old.Manifest); err != nil {
			return httpapi.Reply{}, err
		}
	}
	if err := s.copyBytes(ctx, old.ID, pins, f); err != nil {
		return httpapi.Reply{}, err
	}
	return s.create(ctx, f)
}

// current are the sections of a form as the kind's present version has them.
func current(kind filing.Kind, version int, sections map[string]SectionView) (map[string]any, error) {
	out := map[string]any{}
	for code, s := range sections {
		out[code] = s.Value
	}
	if version == kind.Form.Version || kind.Upgrade == nil {
		return out, nil
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	v, err := kind.Upgrade(version, raw)
	return v, err
}

// copyBytes copies what has been uploaded, within the bucket: the pinned version, or the newest of a
// draft. What is not there is asked for anew by the page.
func (s *Service) copyBytes(ctx context.Context, from string, pins filing.Pins, f filing.Filing) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(10)
	for _, a := range f.Attached {
		group.Go(func() error {
			old, version := documents.Of(from, a.Document), pins[a.SHA256]
			if version == "" {
				stored, err := s.Documents.Head(ctx, old)
				if errors.Is(err, filing.ErrDocumentMissing) || errors.Is(err, filing.ErrDocumentChanged) {
					return nil
				}
				if err != nil {
					return err
				}
				version = stored.Version
			}
			return s.Documents.Copy(ctx, old, version, f.ID)
		})
	}
	return group.Wait()
}
