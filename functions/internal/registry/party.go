package registry

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/store"
)

// concerns reports whether the person is a party of what was filed, or acts for an organisation that is: for the
// account that filed it, for one that its form names by number, or in the case that it belongs to. No one works for
// the court on their own case (CPC 38, 40). Of who acts for an organisation the office knows those who did so here.
func (s *Service) concerns(ctx context.Context, person account.Account, sealed store.Sealed) (bool, error) {
	e := sealed.Envelope
	filer, err := s.Accounts.Account(ctx, e.AccountID)
	if err != nil {
		return false, err
	}
	v, err := s.form(ctx, sealed)
	if err != nil {
		return false, err
	}
	persons, organisations := docket.NumbersOfForm(v, s.IndexKey)
	if filer.Subject.Kind == account.Legal {
		organisations = append(organisations, filer.Key)
	}
	if e.Case != "" {
		c, err := s.caseOf(ctx, e.Court, e.Case)
		if err != nil && !errors.Is(err, docket.ErrNotFound) {
			return false, err
		}
		for _, p := range c.Parties {
			persons = append(persons, p.Key) // that of an organisation is nobody's
		}
		organisations = append(organisations, c.Organisations()...)
	}
	if person.Key != "" && slices.Contains(persons, person.Key) {
		return true, nil
	}
	slices.Sort(organisations)
	for _, organisation := range slices.Compact(organisations) {
		if acts, err := s.People.ActsFor(ctx, organisation, person.Subject, s.IndexKey); acts || err != nil {
			return acts, err
		}
	}
	return false, nil
}

// caseOf is the court's case of that number. Errors: docket.ErrNotFound.
func (s *Service) caseOf(ctx context.Context, court, number string) (docket.Case, error) {
	id, err := s.Cases.ByNumber(ctx, court, number)
	if err != nil {
		return docket.Case{}, err
	}
	return s.Cases.Case(ctx, id)
}

// form is the form that was signed, of whatever version.
func (s *Service) form(ctx context.Context, sealed store.Sealed) (form.Value, error) {
	m, err := evidence.ReadManifest(sealed.Signatures[len(sealed.Signatures)-1].CMS, sealed.Envelope.Manifest)
	if err != nil {
		return nil, err
	}
	raw, err := s.Documents.Get(ctx, documents.Object{Filing: m.ID, SHA256: m.Form.SHA256, Size: m.Form.Size}, sealed.Pins[m.Form.SHA256])
	if err != nil {
		return nil, err
	}
	var sections map[string]json.RawMessage
	if err := json.Unmarshal(raw, &sections); err != nil {
		return nil, err
	}
	v := form.Value{}
	for code, section := range sections {
		if v[code], err = form.Parse(section); err != nil {
			return nil, err
		}
	}
	return v, nil
}
