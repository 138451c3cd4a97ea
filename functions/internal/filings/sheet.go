package filings

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/party"
	"github.com/courtoffice/courtoffice/shared/qrcode"
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

// PaperView is what a receipt's page says on paper beside the receipt itself, which certifies neither
// the parties nor the price.
type PaperView struct {
	Kind      string         `json:"kind"`
	Parties   []sheet.Party  `json:"parties"` // in the order of the form
	Tiyn      int64          `json:"tiyn"`    // price of the claim, 0 for none
	Documents []DocumentView `json:"documents"`
	Address   string         `json:"address"` // where the receipt is checked by its number and check code
	QR        qrcode.Code    `json:"qr"`      // of the address
}

// Paper is what Sheet draws beside the receipt, for the receipt's page in print.
//
// Errors: filing.ErrNotFound.
func (s *Service) Paper(ctx context.Context, req GetRequest) (PaperView, error) {
	e, err := s.readable(ctx, req.ID)
	if err != nil {
		return PaperView{}, err
	}
	raw, err := s.Filings.Receipt(ctx, e.ID)
	if err != nil {
		return PaperView{}, err
	}
	var signed struct {
		Receipt receipt.Receipt `json:"receipt"`
	}
	if err := json.Unmarshal(raw, &signed); err != nil {
		return PaperView{}, fmt.Errorf("receipt of %s: %w", e.ID, err)
	}
	v := View{Sections: map[string]SectionView{}, Documents: []DocumentView{}}
	if err := s.filed(ctx, e, &v); err != nil {
		return PaperView{}, err
	}
	lang := httpapi.Lang(ctx)
	out := PaperView{Kind: e.Kind, Parties: append([]sheet.Party{}, parties(e.Kind, v.Sections, lang)...), Tiyn: e.Tiyn, Documents: v.Documents, Address: sheet.Address(s.Office, lang, signed.Receipt.TicketNo)}
	out.QR, err = qrcode.Draw(out.Address)
	return out, err
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
