package filings

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/party"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/receipt/sheet"
)

// Sheet is the receipt of a sent filing as one page of PDF, in the language of the answer.
//
// Errors: filing.ErrNotFound.
func (s *Service) Sheet(ctx context.Context, req GetRequest) (httpapi.File, error) {
	e, err := s.readable(ctx, req.ID)
	if err != nil {
		return httpapi.File{}, err
	}
	raw, err := s.Filings.Receipt(ctx, e.ID)
	if err != nil {
		return httpapi.File{}, err
	}
	signed, err := receipt.Read(raw)
	if err != nil {
		return httpapi.File{}, fmt.Errorf("receipt of %s: %w", e.ID, err)
	}
	v := View{Sections: map[string]SectionView{}}
	if err := s.filed(ctx, e, &v); err != nil {
		return httpapi.File{}, err
	}
	lang := httpapi.Lang(ctx)
	pdf, err := sheet.PDF(sheet.Sheet{
		Signed: raw, Kind: e.Kind, Parties: parties(e.Kind, v.Sections, lang), Tiyn: e.Tiyn, Office: s.Office, Test: s.Test, Lang: lang,
	})
	return httpapi.File{Name: signed.TicketNo + ".pdf", Type: "application/pdf", Data: pdf}, err
}

// parties are those that a form names, by the section that each stands in.
func parties(kind string, sections map[string]SectionView, lang locale.Lang) (out []sheet.Party) {
	k, ok := kinds.Of(kind)
	if !ok {
		return nil
	}
	for _, section := range k.Form.Sections {
		var here struct {
			party.Party
			Parties []party.Party `json:"parties"`
		}
		if raw := sections[section.Code].Value; raw == nil || json.Unmarshal(raw, &here) != nil {
			continue
		}
		for _, p := range append([]party.Party{here.Party}, here.Parties...) {
			if name := p.FullName(); p.Type != "" && name != "" {
				out = append(out, sheet.Party{Role: locale.T(lang, "section."+section.Code), Name: name})
			}
		}
	}
	return out
}
