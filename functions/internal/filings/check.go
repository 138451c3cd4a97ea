package filings

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/statement"
)

// CheckReply is everything the office sees wrong with a filing, in the order of its form, then of its
// documents.
type CheckReply struct {
	Revision int      `json:"revision"` // of the filing that was looked at
	Defects  []Defect `json:"defects"`
	Complete bool     `json:"complete"` // no error: it may be signed
}

// Defect is one fault. An error keeps the filing from being signed; a warning is for the filer to
// know.
type Defect struct {
	Pointer  string          `json:"pointer"` // into the form, by section: "/court/code"; or "/documents/<id>"
	Code     string          `json:"code"`
	Severity defect.Severity `json:"severity"`
	Detail   string          `json:"detail"`
	Article  string          `json:"article"`
}

// Check looks at the whole filing. The same code guards the manifest.
func (s *Service) Check(ctx context.Context, req GetRequest) (CheckReply, error) {
	holder, err := s.Gate.Holder(ctx)
	if err != nil {
		return CheckReply{}, err
	}
	f, err := s.Filings.Filing(ctx, req.ID, holder.ID, httpapi.ReceivedAt(ctx))
	if err != nil {
		return CheckReply{}, err
	}
	whole, err := s.check(ctx, holder, f)
	if err != nil {
		return CheckReply{}, err
	}
	return CheckReply{Revision: f.Revision, Defects: shown(ctx, whole.defects), Complete: len(whole.defects.Errors()) == 0}, nil
}

// checked is a whole filing that was looked at.
type checked struct {
	kind    filing.Kind
	value   form.Value
	form    []byte // canonical
	seats   []filing.Seat
	stored  []documents.Stored // of each attachment
	defects defect.List
}

// check looks at everything: the form by its kind, whether the documents have arrived as declared,
// what was found in them, and who may sign.
func (s *Service) check(ctx context.Context, holder account.Account, f filing.Filing) (checked, error) {
	kind, err := kindOf(f.Envelope)
	if err != nil {
		return checked{}, err
	}
	value, err := valueOf(f.Sections)
	if err != nil {
		return checked{}, err
	}
	on := calendar.DateOf(httpapi.ReceivedAt(ctx))
	out := checked{kind: kind, value: value, form: filing.FormOf(f.Sections), seats: seats(kind, value, holder)}
	out.defects = kind.Check(value, form.Complete, filing.Facts{Filer: person(holder), Documents: filing.Documents(f.Attached), On: on})
	if _, _, err := filing.Arrange(out.seats, on, s.key); errors.Is(err, filing.ErrNoSigner) {
		out.defects.Add("/signers", "no-signer", "CPC 148(4)")
	} else if errors.Is(err, filing.ErrTooMany) {
		out.defects.Add("/signers", "too-many", "")
	}
	var faults []error
	if out.stored, faults, err = s.stored(ctx, f); err != nil {
		return checked{}, err
	}
	found, err := s.verdicts(ctx, f)
	if err != nil {
		return checked{}, err
	}
	for i, fault := range faults {
		switch pointer := "/documents/" + f.Attached[i].ID; {
		case errors.Is(fault, filing.ErrDocumentMissing):
			out.defects.Add(pointer, "document-missing", "")
		case errors.Is(fault, filing.ErrDocumentChanged):
			out.defects.Add(pointer, "document-changed", "")
		default:
			out.defects = append(out.defects, findings(f.Attached[i].ID, found[i])...)
		}
	}
	out.defects = append(out.defects, undrawable(value, f.Attached)...)
	for _, i := range twice(f.Attached) {
		out.defects.Warn("/documents/"+f.Attached[i].ID, "document-twice", "")
	}
	return out, nil
}

// undrawable lists what the statement's fonts can't show: nothing is signed that can't be seen.
func undrawable(v form.Value, attached []filing.Attachment) (l defect.List) {
	var walk func(pointer string, x any)
	walk = func(pointer string, x any) {
		switch x := x.(type) {
		case string:
			if runes := statement.Undrawable(x); len(runes) > 0 {
				l.Add(pointer, "glyph", "", "characters", string(runes))
			}
		case []any:
			for i, inner := range x {
				walk(pointer+"/"+strconv.Itoa(i), inner)
			}
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(x)) {
				walk(pointer+"/"+key, x[key])
			}
		}
	}
	walk("", map[string]any(v))
	for _, a := range attached {
		walk("/documents/"+a.ID, a.Name)
	}
	return l
}

// person is the account's holder as a certificate names them.
func person(a account.Account) filing.Person {
	who := a.Subject
	return filing.Person{
		IIN: who.IIN, BIN: who.BIN, Name: who.Name, Organisation: who.Organisation, Signs: len(who.Role.Powers()) > 0,
	}
}

// seats are the signatures that the filing needs. A form that names no signers is signed by the
// account it is filed from.
func seats(kind filing.Kind, v form.Value, holder account.Account) []filing.Seat {
	if named := kind.Seats(v); len(named) > 0 {
		return named
	}
	if holder.Subject.Kind == account.Legal {
		return []filing.Seat{{Any: []filing.Signer{{Capacity: filing.ForOrganisation, BIN: holder.Subject.BIN.Reveal()}}}}
	}
	return []filing.Seat{{Any: []filing.Signer{{Capacity: filing.InPerson, IIN: holder.Subject.IIN.Reveal()}}}}
}

// key is the look-up key of a signer: of the account of a party that signs for itself, of the person
// for a representative, who may use any certificate of theirs.
func (s *Service) key(who filing.Signer) string {
	keys := account.NumberKeys(s.IndexKey, who.IIN+who.BIN)
	switch {
	case who.BIN != "":
		return keys[1]
	case who.Capacity == filing.InPerson:
		return keys[0]
	}
	iin, _ := kzid.ParseIINForm(who.IIN) // the check refuses what is none
	return account.Subject{IIN: iin}.PersonKey(s.IndexKey)
}

// blocked is the problem of a filing that has errors, nil for one that may be signed.
func blocked(list defect.List) error {
	if errs := list.Errors(); len(errs) > 0 {
		return &httpapi.Problem{Slug: "filing-incomplete", Cause: errs}
	}
	return nil
}
