package registry

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/eds"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store"
)

// FilingRequest names a filing.
type FilingRequest struct {
	ID string `path:"id" json:"-"`
}

// View is what staff see of a filing: everything that was signed, and what is known of it.
type View struct {
	Entry
	Article    string                     `json:"article"` // of the term that Due ends, or ""
	Longer     string                     `json:"longer"`  // of filing.Extensions: why the term is longer, or ""
	MayLonger  bool                       `json:"mayLonger"`
	Sections   map[string]json.RawMessage `json:"sections"`
	Files      []filing.Document          `json:"files"`
	Signatures []Signature                `json:"signatures"`
	Defects    []Defect                   `json:"defects"` // what the office's check sees, as of the day it was sent
	Rejected   []Defect                   `json:"rejected"`
	Events     []filing.Event             `json:"events"`
	Judges     []Judge                    `json:"judges"`    // of the court, for who may register
	Ruling     *Ruling                    `json:"ruling"`    // the latest that corrects none, or null
	Corrected  []Ruling                   `json:"corrected"` // what corrects it, oldest first
	May        []Act                      `json:"may"`       // steps that who asks may take now
	About      string                     `json:"about"`     // of a motion
	Outage     []string                   `json:"outage"`    // ids of documents that are certificates of an outage of the office
}

// Judge is one of a court's judges.
type Judge struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Defect is one fault of the filing, as its filer was told of it.
type Defect struct {
	Pointer  string `json:"pointer"`
	Severity string `json:"severity"` // "error" or "warning"
	Detail   string `json:"detail"`
	Article  string `json:"article"`
}

// Signature is one signature and what was found out about it by now.
type Signature struct {
	receipt.Signer
	Revocation string     `json:"revocation"` // eds.RevocationStatus, or "deferred" before it was verified
	Source     string     `json:"source"`     // "crl" or "ocsp"
	AsOf       *time.Time `json:"asOf"`       // of the evidence
	RevokedAt  *time.Time `json:"revokedAt"`
	Reason     string     `json:"reason"`
	StampedAt  *time.Time `json:"stampedAt"` // by the NCA's time stamp
	Doubtful   bool       `json:"doubtful"`  // the certificate turned out not to have been good when it signed
}

// Filing shows a filing to staff whose business it is. That it was shown is in the audit.
//
// Errors: filing.ErrNotFound.
func (s *Service) Filing(ctx context.Context, r FilingRequest) (View, error) {
	w, sealed, err := s.reach(ctx, r.ID)
	if err != nil {
		return View{}, err
	}
	v, err := s.view(ctx, w, sealed)
	if err != nil {
		return View{}, err
	}
	return v, s.seen(ctx, w, audit.FilingRead, sealed.Envelope, "")
}

func (s *Service) view(ctx context.Context, w staff, sealed store.Sealed) (View, error) {
	e, at := sealed.Envelope, httpapi.ReceivedAt(ctx)
	q := filing.QueuedOf(e, e.Status)
	article := e.Clock().Article
	if place, err := s.Filings.Place(ctx, e.ID); err == nil {
		q.Lease, q.Handed = place.Lease, place.Handed
		if place.Due != q.Due {
			q.Due, article = place.Due, within(sealed.Events)
		}
	} else if e.Status.May("register") {
		return View{}, err
	}
	q.Number, q.Judge = e.Number, e.JudgeName
	m, err := evidence.ReadManifest(sealed.Signatures[len(sealed.Signatures)-1].CMS, e.Manifest)
	if err != nil {
		return View{}, err
	}
	raw, err := s.Documents.Get(ctx, documents.Object{Filing: e.ID, SHA256: m.Form.SHA256, Size: m.Form.Size}, sealed.Pins[m.Form.SHA256])
	if err != nil {
		return View{}, err
	}
	v := View{
		Entry: entry(q, w, at), Article: article, Longer: e.Extension, MayLonger: filing.MayExtend(e.Kind, filing.Extensions[0].Code), Sections: map[string]json.RawMessage{}, Files: []filing.Document{},
		Events: sealed.Events, Judges: []Judge{}, May: []Act{}, Rejected: []Defect{},
		About: e.About, Outage: []string{},
	}
	if err := json.Unmarshal(raw, &v.Sections); err != nil {
		return View{}, err
	}
	for _, act := range s.may(w, e) {
		if _, ok, err := s.fits(ctx, e, act.Step); err != nil {
			return View{}, err
		} else if ok {
			v.May = append(v.May, act)
		}
	}
	for _, d := range m.Documents {
		v.Files = append(v.Files, d.Document)
		if d.Role == "outage_certificate" {
			v.Outage = append(v.Outage, d.ID)
		}
	}
	if v.Signatures, err = signatures(sealed); err != nil {
		return View{}, err
	}
	if v.Defects, err = s.check(ctx, e, v.Sections, v.Files); err != nil {
		return View{}, err
	}
	for _, r := range e.Rejected {
		v.Rejected = append(v.Rejected, shown(ctx, r.Defect()))
	}
	if v.Ruling, v.Corrected, err = s.ruled(ctx, sealed); err != nil {
		return View{}, err
	}
	if v.takes("register") || v.takes(filing.CorrectStep) {
		list, err := s.Posts.Of(ctx, account.Judge.At(e.Court))
		if err != nil {
			return View{}, err
		}
		for _, a := range list {
			v.Judges = append(v.Judges, Judge{a.ID, a.Subject.Name})
		}
	}
	return v, nil
}

// may lists the steps that w may take from where the filing stands.
func (s *Service) may(w staff, e filing.Envelope) []Act {
	out := []Act{}
	for _, step := range filing.Steps {
		if !filing.IsCourtAct(step.Name) || !step.TakenOn(e.Matter()) || !e.Status.May(step.Name) {
			continue
		}
		if by, ok := w.as(e, step); ok {
			out = append(out, Act{step.Name, by, step.ArticleOn(e.Kind, e.About), step.Court.Ruling, append([]filing.Naming{}, step.Court.Names...)})
		}
	}
	return out
}

// Act is a step that who asks may take now, and what it names.
type Act struct {
	Step    string          `json:"step"`
	By      filing.By       `json:"by"` // a clerk needs the lease
	Article string          `json:"article"`
	Ruling  bool            `json:"ruling"` // is signed
	Names   []filing.Naming `json:"names"`
}

// takes reports whether v offers a step.
func (v View) takes(step string) bool {
	return slices.ContainsFunc(v.May, func(a Act) bool { return a.Step == step })
}

// day is null for a day that is none.
func day(d calendar.Date) *calendar.Date {
	if d == (calendar.Date{}) {
		return nil
	}
	return &d
}

// check is what the office's check sees in what was sent, as of the day it was.
func (s *Service) check(ctx context.Context, e filing.Envelope, sections map[string]json.RawMessage, files []filing.Document) ([]Defect, error) {
	kind, ok := kinds.Of(e.Kind)
	if !ok || kind.Form.Version != e.Form { // what was sent under an older form is not judged by the newer
		return []Defect{}, nil
	}
	filer, err := s.Accounts.Account(ctx, e.AccountID)
	if err != nil {
		return nil, err
	}
	value := form.Value{}
	for code, raw := range sections {
		if value[code], err = form.Parse(raw); err != nil {
			return nil, err
		}
	}
	who := filer.Subject
	person := filing.Person{IIN: who.IIN, BIN: who.BIN, Name: who.Name, Organisation: who.Organisation, Signs: len(who.Role.Powers()) > 0}
	out := []Defect{}
	for _, d := range kind.Check(value, form.Complete, filing.Facts{Filer: person, Documents: files, On: calendar.DateOf(e.SentAt)}) {
		out = append(out, shown(ctx, d))
	}
	return out, nil
}

func shown(ctx context.Context, d defect.Defect) Defect {
	return Defect{d.Pointer, d.Severity.String(), d.Text(httpapi.Lang(ctx)), d.Article}
}

// within is the article of the term that the court's latest act set for its next answer, or "".
func within(events []filing.Event) (article string) {
	for _, e := range events {
		if e.Acted != nil && !filing.StepOf(e.Acted.Step).Court.Stays {
			article = filing.StepOf(e.Acted.Step).Court.Within
		}
	}
	return article
}

// signatures are those of the receipt, with what the latest verification says of each.
func signatures(sealed store.Sealed) ([]Signature, error) {
	var issued struct {
		Receipt receipt.Receipt `json:"receipt"`
	}
	if err := json.Unmarshal(sealed.Receipt, &issued); err != nil {
		return nil, err
	}
	signers := issued.Receipt.Signers
	if one := issued.Receipt.Signer; one != nil {
		signers = []receipt.Signer{*one}
	}
	out := []Signature{}
	for i, signer := range signers {
		s := Signature{Signer: signer, Revocation: "deferred"}
		if i < len(sealed.Signatures) {
			if found, ok := filing.Found(sealed.Verifications, filing.Sum(sealed.Signatures[i].CMS)); ok {
				s.found(found)
			}
		}
		out = append(out, s)
	}
	return out, nil
}

func (s *Signature) found(v filing.Verified) {
	s.Revocation, s.Source, s.Reason, s.Doubtful = v.Revocation, v.Source, v.Reason, v.Revoked()
	s.AsOf, s.RevokedAt, s.StampedAt = moment(v.ThisUpdate), moment(v.RevokedAt), moment(v.StampedAt)
	if v.Revocation == string(eds.Good) {
		s.RevokedAt = nil
	}
}

// moment is null for an instant that never was.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// FileRequest names a document of a filing, or its "form" or "statement".
type FileRequest struct {
	ID   string `path:"id" json:"-"`
	File string `path:"file" json:"-"`
}

// File sends staff to the bytes that were signed, by the version that is pinned. It is in the audit.
//
// Errors: filing.ErrNotFound.
func (s *Service) File(ctx context.Context, r FileRequest) (httpapi.Reply, error) {
	w, sealed, err := s.reach(ctx, r.ID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	e := sealed.Envelope
	m, err := evidence.ReadManifest(sealed.Signatures[len(sealed.Signatures)-1].CMS, e.Manifest)
	if err != nil {
		return httpapi.Reply{}, err
	}
	o, version, name, err := s.found(ctx, sealed, m, r.File)
	if err != nil {
		return httpapi.Reply{}, err
	}
	address, err := s.Documents.Download(ctx, o, version, name)
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusSeeOther, See: address}, s.seen(ctx, w, audit.FilingOpened, e, r.File)
}
