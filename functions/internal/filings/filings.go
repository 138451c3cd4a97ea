// Package filings is the function for filings around the seal: the form by its sections, the
// documents' upload grants, the check, the manifest to be signed and who signs it; afterwards the
// timeline, the receipt and everything that was filed.
//
// Read Service.Manifest last: everything before leads up to it, and it freezes all that the seal
// depends on.
package filings

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/party"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Service answers the function's routes.
type Service struct {
	Gate       Gate
	Filings    *store.Filings
	Cases      *store.Cases    // in the filings table
	Attempts   *store.Attempts // quotas, in the filings table
	Verdicts   *store.Verdicts // in the filings table
	Documents  *documents.Store
	Agreements Agreements
	IndexKey   []byte // 32 bytes: look-up keys of signers, seal tokens
	Office     string // address of the office as the signed words say it
	Test       bool   // test keys are accepted: receipts on paper say so
}

// Gate says who is asking.
type Gate interface {
	// Session returns the request's session and its account, which is what reading needs.
	// Errors: session.ErrNone.
	Session(ctx context.Context) (account.Account, session.Session, error)
	// Holder is Session without it. Errors: session.ErrNone.
	Holder(ctx context.Context) (account.Account, error)
	// Actor is Holder for acts: the account must have accepted the agreement version in force,
	// whose id it returns too. Errors: also agreement.ErrNotAccepted.
	Actor(ctx context.Context) (holder account.Account, inForce string, err error)
}

// Agreements lists the published versions of the agreement.
type Agreements interface {
	Agreements(ctx context.Context, at time.Time) ([]agreement.Version, error)
}

// Quotas of one account, in fixed windows. They are far above what anyone types, and bound what a
// program that runs wild costs. None of them is on the way of a seal.
const (
	DraftsADay      = 1000
	GrantsAnHour    = 1200
	ManifestsAnHour = 600
	Revisions       = 20_000    // of one draft
	StorageAMonth   = 500 << 30 // bytes that may be sent in 30 days: what is not sealed goes after schema.UnsealedDays
)

// quota counts one act of the account. Errors: the problem "quota", with the time to wait.
func (s *Service) quota(ctx context.Context, what, accountID string, limit int, window time.Duration) error {
	return s.quotaOf(ctx, what, accountID, 1, limit, window)
}

// quotaOf is quota for n at once.
func (s *Service) quotaOf(ctx context.Context, what, accountID string, n, limit int, window time.Duration) error {
	wait, err := s.Attempts.CountMany(ctx, what+"#"+accountID, n, limit, window, httpapi.ReceivedAt(ctx))
	if err == nil && wait > 0 {
		err = &httpapi.Problem{Slug: "quota", Wait: wait}
	}
	return err
}

// View is a filing as its owner sees it.
type View struct {
	Summary
	CaseID    string                 `json:"caseId"` // of the case that CaseNo names, where it was sent and who asks sees that case; else ""
	Revision  int                    `json:"revision"`
	Sections  map[string]SectionView `json:"sections"`
	Documents []DocumentView         `json:"documents"`
	Events    []filing.Event         `json:"events"`
	Rejected  []Defect               `json:"rejected"`  // why, where it was rejected for technical reasons
	Ruling    *RulingView            `json:"ruling"`    // the court's latest that corrects none, or null
	Corrected []RulingView           `json:"corrected"` // what corrects it, oldest first
	Terms     []TermView             `json:"terms"`     // that the court's latest act, and corrections of it, started for who filed
}

// TermView is a term of who filed.
type TermView struct {
	Rule    string         `json:"rule"` // id of a calendar.Rule
	Step    string         `json:"step"` // of filing.Steps: the act
	Article string         `json:"article"`
	Due     *calendar.Date `json:"due"`     // last day, null while it can't be told
	Urgency string         `json:"urgency"` // see calendar.Urgency
}

func terms(ctx context.Context, e filing.Envelope, events []filing.Event) []TermView {
	out := []TermView{}
	for _, t := range filing.FilerTerms(e, events) {
		v := TermView{Rule: t.Rule, Step: t.Step, Article: t.Article}
		if t.Due != (calendar.Date{}) {
			v.Due, v.Urgency = &t.Due, calendar.Urgency(t.Due, calendar.DateOf(httpapi.ReceivedAt(ctx)))
		}
		out = append(out, v)
	}
	return out
}

// RulingView is a judge's ruling on a filing; its files are "ruling" and "ruling-signature", of a correction
// "correction-1" and so on.
type RulingView struct {
	Step    string    `json:"step"` // of filing.Steps
	At      time.Time `json:"at"`
	Judge   string    `json:"judge"`
	Grounds []string  `json:"grounds"` // codes of filing.Grounds
	Reasons string    `json:"reasons"`

	Decision string         `json:"decision"`
	On       *calendar.Date `json:"on"`     // last day of the term that it sets
	SHA256   string         `json:"sha256"` // of the PDF
	Own      bool           `json:"own"`    // the court's own PDF, not one that the office made of what else is here
}

// SectionView is a part of the form.
type SectionView struct {
	Version   int             `json:"version"` // 0 if it was never saved
	Value     json.RawMessage `json:"value"`
	UpdatedAt *time.Time      `json:"updatedAt"`
}

// DocumentView is a document, its version and whether its bytes have arrived.
type DocumentView struct {
	filing.Document
	Version  int          `json:"version"`
	Uploaded bool         `json:"uploaded"`
	Verdict  *VerdictView `json:"verdict"` // null before the bytes have arrived, and once the filing was sent
}

// CreateRequest begins a filing. What is in it may be given at once.
type CreateRequest struct {
	ID       string                     `json:"-" path:"id"`
	Kind     string                     `json:"kind"`
	Sections map[string]json.RawMessage `json:"sections"`
}

// Create begins a draft. The client chooses the id, so a repeat after a lost answer finds its own, as
// it is by now.
func (s *Service) Create(ctx context.Context, req CreateRequest) (httpapi.Reply, error) {
	holder, _, err := s.Gate.Actor(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	kind, ok := kinds.Of(req.Kind)
	if !filing.IsID(req.ID) {
		return httpapi.Reply{}, &httpapi.Problem{Slug: "not-found"}
	}
	if !ok {
		return httpapi.Reply{}, defect.List{{Pointer: "/kind", Code: "unknown-value"}}
	}
	f := filing.Filing{Envelope: filing.Envelope{ID: req.ID, AccountID: holder.ID, Kind: kind.Code, Form: kind.Form.Version}}
	whole := form.Value{}
	for code, raw := range req.Sections {
		value, canonical, err := read(kind, code, raw)
		if err != nil {
			return httpapi.Reply{}, err
		}
		whole[code] = value[code]
		f.Sections = append(f.Sections, filing.Section{Code: code, Value: canonical})
	}
	for code, known := range certified(kind, person(holder)) {
		if _, given := whole[code]; given {
			continue
		}
		value, canonical, err := readValue(kind, code, known)
		if err != nil {
			return httpapi.Reply{}, err
		}
		whole[code] = value[code]
		f.Sections = append(f.Sections, filing.Section{Code: code, Value: canonical})
	}
	f.Head = kind.Head(whole)
	return s.create(ctx, f)
}

// certified is what the form takes from the filer's certificate, by section.
func certified(kind filing.Kind, who filing.Person) map[string]map[string]string {
	surname, given, _ := strings.Cut(who.Name, " ")
	known := map[string]string{"type": party.Natural, "surname": surname, "givenName": given, "iin": who.IIN.Reveal()}
	if !who.BIN.IsZero() {
		known = map[string]string{"type": party.Legal, "name": who.Organisation, "bin": who.BIN.Reveal()}
	}
	sections := map[string]map[string]string{}
	for _, section := range kind.Form.Sections {
		for _, row := range section.Fields {
			if v := known[row.Path]; row.FromCert && v != "" {
				if sections[section.Code] == nil {
					sections[section.Code] = map[string]string{}
				}
				sections[section.Code][row.Path] = v
			}
		}
	}
	return sections
}

func readValue(kind filing.Kind, code string, v any) (form.Value, []byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, nil, err
	}
	return read(kind, code, raw)
}

func (s *Service) create(ctx context.Context, f filing.Filing) (httpapi.Reply, error) {
	at := httpapi.ReceivedAt(ctx)
	if _, err := s.Filings.Envelope(ctx, f.ID, f.AccountID, at); errors.Is(err, filing.ErrNotFound) {
		if err := s.quota(ctx, "drafts", f.AccountID, DraftsADay, 24*time.Hour); err != nil {
			return httpapi.Reply{}, err
		}
	} else if err != nil {
		return httpapi.Reply{}, err
	}
	f, err := s.Filings.Create(ctx, f, at)
	if err != nil {
		return httpapi.Reply{}, err
	}
	v, err := s.view(ctx, f)
	return httpapi.Reply{Status: http.StatusCreated, Body: v}, err
}

// read takes a section as a client sent it and refuses what may not even be kept.
func read(kind filing.Kind, code string, raw json.RawMessage) (form.Value, []byte, error) {
	value, err := kind.Form.ReadSection(code, raw)
	switch {
	case errors.Is(err, form.ErrNoSection):
		return nil, nil, &httpapi.Problem{Slug: "not-found", Cause: err}
	case err != nil:
		return nil, nil, &httpapi.Problem{Slug: "malformed-json", Pointer: "/" + code, Cause: err}
	}
	if err := kind.Check(value, form.Draft, filing.Facts{}).Errors().Err(); err != nil {
		return nil, nil, err
	}
	canonical, err := value.Section(code)
	return value, canonical, err
}

// GetRequest names a filing.
type GetRequest struct {
	ID string `json:"-" path:"id"`
}

// Get returns one filing with its documents' state and its timeline.
func (s *Service) Get(ctx context.Context, req GetRequest) (View, error) {
	holder, opened, err := s.Gate.Session(ctx)
	if err != nil {
		return View{}, err
	}
	f, err := s.Filings.Filing(ctx, req.ID, holder.ID, httpapi.ReceivedAt(ctx))
	if err != nil {
		return View{}, err
	}
	v, err := s.view(ctx, f)
	if err != nil {
		return View{}, err
	}
	if e := f.Envelope; e.Case != "" && !e.Status.May("edit") && !docket.Opens(e.Kind) {
		who := docket.ViewerOf(holder, account.Role(opened.Person.Role), opened.By == session.ByEDS)
		if v.CaseID, err = s.Cases.Seen(ctx, e.Court, e.Case, who, httpapi.ReceivedAt(ctx)); errors.Is(err, docket.ErrNotFound) {
			err = nil // or not theirs: both look the same
		}
	}
	return v, err
}

// view reads what a filing's owner sees beside its items. What was sent is shown by the bytes that
// were signed, not by the draft it was made of.
func (s *Service) view(ctx context.Context, f filing.Filing) (View, error) {
	v := View{Summary: summary(f.Envelope), Revision: f.Revision, Sections: map[string]SectionView{}, Documents: []DocumentView{}, Rejected: rejected(ctx, f.Envelope), Terms: []TermView{}, Corrected: []RulingView{}}
	var err error
	if v.Events, err = s.Filings.Events(ctx, f.Envelope); err != nil {
		return View{}, err
	}
	if !f.Status.May("edit") {
		if v.Ruling, v.Corrected, err = s.ruling(ctx, f.Envelope); err != nil {
			return View{}, err
		}
		v.Terms = terms(ctx, f.Envelope, v.Events)
		return v, s.filed(ctx, f.Envelope, &v)
	}
	for _, section := range f.Sections {
		v.Sections[section.Code] = SectionView{section.Version, section.Value, &section.UpdatedAt}
	}
	arrived, err := s.arrived(ctx, f)
	if err != nil {
		return View{}, err
	}
	found, err := s.verdicts(ctx, f)
	if err != nil {
		return View{}, err
	}
	for i, a := range f.Attached {
		d := DocumentView{Document: a.Document, Version: a.Version, Uploaded: arrived[i] == nil}
		if d.Uploaded {
			d.Verdict = verdictView(ctx, a.ID, found[i])
		}
		v.Documents = append(v.Documents, d)
	}
	return v, nil
}

// ruling are the court's latest ruling on a filing, nil before there is one, and its corrections.
func (s *Service) ruling(ctx context.Context, e filing.Envelope) (*RulingView, []RulingView, error) {
	if !e.Status.Ruled() {
		return nil, []RulingView{}, nil
	}
	list, err := s.Filings.Rulings(ctx, e.ID)
	r, corrections, ok := filing.Standing(list)
	if err != nil || !ok {
		return nil, []RulingView{}, err
	}
	first, later := rulingView(r), []RulingView{}
	for _, c := range corrections {
		later = append(later, rulingView(c))
	}
	return &first, later, nil
}

func rulingView(r filing.SignedRuling) RulingView {
	out := RulingView{r.Step, r.At, r.Judge, append([]string{}, r.Grounds...), r.Reasons, r.Decision, nil, r.File.SHA256, r.Own}
	if r.On != (calendar.Date{}) {
		out.On = &r.On
	}
	return out
}

// filed fills v with what was signed.
func (s *Service) filed(ctx context.Context, e filing.Envelope, v *View) error {
	m, pins, err := s.manifest(ctx, e)
	if err != nil {
		return err
	}
	raw, err := s.Documents.Get(ctx, documents.Object{Filing: e.ID, SHA256: m.Form.SHA256, Size: m.Form.Size}, pins[m.Form.SHA256])
	if err != nil {
		return err
	}
	var sections map[string]json.RawMessage
	if err := json.Unmarshal(raw, &sections); err != nil {
		return err
	}
	for code, value := range sections {
		v.Sections[code] = SectionView{Value: value}
	}
	for _, d := range m.Documents {
		v.Documents = append(v.Documents, DocumentView{Document: d.Document, Uploaded: true})
	}
	return nil
}

// Receipt returns the receipt of a sent filing, byte for byte as it was issued.
func (s *Service) Receipt(ctx context.Context, req GetRequest) (json.RawMessage, error) {
	e, err := s.readable(ctx, req.ID)
	if err != nil {
		return nil, err
	}
	return s.Filings.Receipt(ctx, e.ID)
}

// readable returns the envelope of a filing that is the session's own, or that its holder has signed or
// has to sign.
//
// Errors: filing.ErrNotFound.
func (s *Service) readable(ctx context.Context, id string) (filing.Envelope, error) {
	holder, err := s.Gate.Holder(ctx)
	if err != nil {
		return filing.Envelope{}, err
	}
	at := httpapi.ReceivedAt(ctx)
	e, err := s.Filings.Envelope(ctx, id, holder.ID, at)
	if errors.Is(err, filing.ErrNotFound) {
		var frozen store.ToSign
		frozen, err = s.Filings.ToSign(ctx, id, s.persons(holder), at)
		return frozen.Envelope, err
	}
	return e, err
}

// persons are the look-up keys under which the account's holder may have a place in a manifest.
func (s *Service) persons(a account.Account) []string {
	keys := []string{a.Key}
	if a.Subject.Kind == account.Natural {
		keys = append(keys, a.Subject.PersonKey(s.IndexKey))
	}
	return keys
}

// DeleteFiling removes a draft, its text and its document slots. The bytes of documents go by the
// bucket's lifecycle. What was sent can't be removed.
func (s *Service) DeleteFiling(ctx context.Context, req GetRequest) (httpapi.Reply, error) {
	holder, err := s.Gate.Holder(ctx)
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: http.StatusNoContent}, s.Filings.Delete(ctx, req.ID, holder.ID, httpapi.ReceivedAt(ctx))
}
