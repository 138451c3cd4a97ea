package registry

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/act"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/render"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/signer"
	"github.com/courtoffice/courtoffice/shared/statement"
	"github.com/courtoffice/courtoffice/shared/store"
)

// RulingDraft is what a judge signs: the document names the ruling's PDF by its hash, and Address is where
// the very bytes can be read.
type RulingDraft struct {
	signer.Unsigned
	SHA256  string `json:"sha256"`
	Address string `json:"address"`
	Own     bool   `json:"own"` // the court's own PDF, not one that the office made
}

// rule makes the judge's act of a request, or what there is to sign where it has no signature yet.
//
// Errors: filing.ErrNotFound, filing.ErrElsewhere, defect.List, the problem "wrong-signer", those of
// signer.Acts.Read.
func (s *Service) rule(ctx context.Context, w staff, sealed store.Sealed, r ActRequest) (a filing.CourtAct, draft *RulingDraft, err error) {
	e, at := sealed.Envelope, httpapi.ReceivedAt(ctx)
	if _, judge := w.may(e); !judge {
		return a, nil, filing.ErrNotFound
	}
	a = filing.CourtAct{ID: r.Act, Filing: e.ID, Court: e.Court, Step: r.Step, By: filing.ByJudge, Actor: w.ID, Person: w.by.Person, At: at}
	ruling, err := s.ruling(ctx, w, e, r)
	if err != nil {
		return a, nil, err
	}
	if r.Step == filing.CorrectRuling {
		if ruling.Corrects, err = s.corrects(ctx, e); err != nil {
			return a, nil, err
		}
	}
	var pdf []byte // that the office makes
	a.Pins = filing.Pins{}
	if r.File != nil {
		there, err := s.own(ctx, e.ID, *r.File)
		if err != nil {
			return a, nil, err
		}
		ruling.File, ruling.Own, a.Pins[r.File.SHA256] = *r.File, true, there.Version
	} else {
		pdf, err = statement.Render(statement.Version, render.Ruling(ruling))
		if _, long := errors.AsType[*statement.LongError](err); long {
			err = defect.List{{Pointer: "/reasons", Code: "too-long"}}
		}
		if err != nil {
			return a, nil, err
		}
		ruling.File, ruling.Renderer = filing.FileOf(pdf), render.RulingVersion
	}
	a.On = ruling.On
	if r.Signature == "" {
		draft, err = s.draft(ctx, ruling, pdf, a.Pins, at)
		return a, draft, err
	}
	read, err := s.Acts.Read(r.Signature, act.Rule, at)
	switch {
	case err != nil:
		return a, nil, err
	case read.Subject.Kind != account.Natural || !w.by.Is(read.Subject.PersonKey(s.IndexKey)):
		return a, nil, &httpapi.Problem{Slug: "wrong-signer"}
	case !same(*read.Document.Ruling, ruling):
		return a, nil, signer.ErrDocument
	}
	a.Ruling, a.CMS, a.Nonce, a.NotAfter = &ruling, read.CMS, read.Challenge.Nonce, read.Challenge.NotAfter
	for mediaType, content := range map[string][]byte{"application/pdf": pdf, "application/pkcs7-mime": read.CMS} {
		if content == nil {
			continue // the court's own, which is there
		}
		o, stored, err := s.Documents.Put(ctx, e.ID, mediaType, content)
		if err != nil {
			return a, nil, err
		}
		a.Pins[o.SHA256] = stored.Version
	}
	return a, nil, nil
}

// same reports whether two rulings say the same.
func same(a, b filing.Ruling) bool {
	ground := slices.Equal(a.Grounds, b.Grounds)
	a.Grounds, b.Grounds = nil, nil
	return ground && a.Filing == b.Filing && a.Step == b.Step && a.File == b.File && a.Own == b.Own && a.Corrects == b.Corrects && a.Renderer == b.Renderer && a.Date == b.Date &&
		a.Number == b.Number && a.CourtCode == b.CourtCode && a.Reasons == b.Reasons && a.Decision == b.Decision && a.On == b.On
}

// ruling is what a request rules, in the language of the proceedings.
func (s *Service) ruling(ctx context.Context, w staff, e filing.Envelope, r ActRequest) (filing.Ruling, error) {
	var list defect.List
	step, at := filing.StepOf(r.Step), httpapi.ReceivedAt(ctx)
	grounds := filing.GroundsOf(r.Step)
	codes := slices.Sorted(slices.Values(r.Grounds))
	if len(grounds) == 1 {
		codes = []string{grounds[0].Code}
	}
	for _, code := range codes {
		if !slices.ContainsFunc(grounds, func(g filing.Ground) bool { return g.Code == code }) {
			list.Add("/grounds", "unknown-value", "")
		}
		if code == filing.NotCured && (e.Until == (calendar.Date{}) || !e.Until.Before(calendar.DateOf(at))) {
			list.Add("/grounds", "term-not-over", "CPC 407")
		}
	}
	if step.Names(filing.NamesGrounds) && len(codes) == 0 {
		list.Add("/grounds", "ground-required", step.Article)
	}
	reasons := words(&list, "/reasons", r.Reasons, r.File, step.Names(filing.NamesReasons))
	decision := words(&list, "/decision", r.Decision, r.File, step.Names(filing.NamesDecision))
	var on calendar.Date
	if step.Names(filing.NamesDay) {
		day, wrong := term(r, at)
		on, list = day, append(list, wrong...)
	}
	if err := list.Err(); err != nil {
		return filing.Ruling{}, err
	}
	filer, err := s.Accounts.Account(ctx, e.AccountID)
	if err != nil {
		return filing.Ruling{}, err
	}
	name := filer.Subject.Organisation
	if name == "" {
		name = filer.Subject.Name
	}
	lang := render.Lang(filing.Head{Lang: e.Lang})
	return filing.Ruling{
		Step: r.Step, Filing: e.ID, Kind: e.Kind, About: e.About, CourtCode: e.Court, Number: e.Number, Ticket: e.TicketNo, Judge: w.Subject.Name,
		Date: calendar.DateOf(at), Lang: lang, Filer: name, Opposite: e.Opposite, SentAt: e.SentAt.UTC().Format(time.RFC3339Nano),
		Grounds: slices.Compact(codes), Reasons: reasons, Decision: decision, On: on, Tiyn: e.Tiyn,
	}, nil
}

// words are what a judge wrote. The court's own file has them, and nothing beside it says them in another way.
func words(list *defect.List, pointer, written string, own *filing.File, needed bool) string {
	written = strings.TrimSpace(written)
	switch {
	case own != nil && written != "":
		list.Add(pointer, "ruling-file-words", "")
	case own != nil:
	case needed && written == "":
		list.Add(pointer, "required", "CPC 268")
	case tooLong(written, filing.MaxReasons):
		list.Add(pointer, "too-long", "")
	}
	if runes := statement.Undrawable(written); len(runes) > 0 {
		list.Add(pointer, "glyph", "", "characters", string(runes))
	}
	return written
}

// draft puts the ruling's bytes, if the office made them, where they can be read and makes the document to sign.
func (s *Service) draft(ctx context.Context, ruling filing.Ruling, pdf []byte, pins filing.Pins, at time.Time) (*RulingDraft, error) {
	o := ownObject(ruling.Filing, ruling.File)
	if pdf != nil {
		_, there, err := s.Documents.Put(ctx, ruling.Filing, "application/pdf", pdf)
		if err != nil {
			return nil, err
		}
		pins[o.SHA256] = there.Version
	}
	out := RulingDraft{SHA256: o.SHA256, Own: ruling.Own}
	var err error
	if out.Address, err = s.Documents.Download(ctx, o, pins[o.SHA256], "ruling-"+ruling.Step+".pdf"); err != nil {
		return nil, err
	}
	var nonce [16]byte
	rand.Read(nonce[:])
	out.Unsigned, err = s.Acts.Document(act.Document{Act: act.Rule, Lang: httpapi.Lang(ctx), Ruling: &ruling}, nonce, at)
	return &out, err
}

// Ruling is a ruling on a filing.
type Ruling struct {
	Step    string      `json:"step"`
	At      time.Time   `json:"at"`
	Judge   string      `json:"judge"`
	Lang    locale.Lang `json:"lang"`
	Grounds []string    `json:"grounds"`
	Reasons string      `json:"reasons"`

	Decision string         `json:"decision"`
	On       *calendar.Date `json:"on"`     // last day of the term that it sets
	SHA256   string         `json:"sha256"` // of the PDF
	Own      bool           `json:"own"`    // the court's own PDF, not one that the office made of what else is here

	Revocation string     `json:"revocation"` // of the judge's certificate when it signed: eds.RevocationStatus; "deferred" until it is looked at
	StampedAt  *time.Time `json:"stampedAt"`  // by the NCA's time stamp over the signature, null until it is there
}

// corrects names the ruling that is to be corrected.
//
// Errors: filing.ErrElsewhere where there is none.
func (s *Service) corrects(ctx context.Context, e filing.Envelope) (filing.Corrected, error) {
	list, err := s.Filings.Rulings(ctx, e.ID)
	r, _, ok := filing.Standing(list)
	if err == nil && !ok {
		err = filing.ErrElsewhere
	}
	return filing.Corrected{SHA256: r.File.SHA256, Step: r.Step, Date: r.Date}, err
}

// ruled are the latest ruling on a filing, nil before there is one, and its corrections.
func (s *Service) ruled(ctx context.Context, sealed store.Sealed) (*Ruling, []Ruling, error) {
	list, err := s.Filings.Rulings(ctx, sealed.Envelope.ID)
	r, corrections, ok := filing.Standing(list)
	if err != nil || !ok {
		return nil, []Ruling{}, err
	}
	first, later := rulingView(r, sealed.Verifications), []Ruling{}
	for _, c := range corrections {
		later = append(later, rulingView(c, sealed.Verifications))
	}
	return &first, later, nil
}

func rulingView(r filing.SignedRuling, known []filing.Verification) Ruling {
	v := Ruling{r.Step, r.At, r.Judge, r.Lang, append([]string{}, r.Grounds...), r.Reasons, r.Decision, day(r.On), r.File.SHA256, r.Own, "deferred", nil}
	if found, ok := filing.Found(known, r.Signature.SHA256); ok {
		v.Revocation, v.StampedAt = found.Revocation, moment(found.StampedAt)
	}
	return v
}

// found is what file names of a filing: something that was signed with it, or the latest ruling on it.
func (s *Service) found(ctx context.Context, sealed store.Sealed, m filing.Manifest, file string) (o documents.Object, version, name string, err error) {
	if o, name, ok := documents.Filed(sealed.Envelope.ID, m, file); ok {
		return o, sealed.Pins[o.SHA256], name, nil
	}
	list, err := s.Filings.Rulings(ctx, sealed.Envelope.ID)
	if err != nil {
		return o, "", "", err
	}
	o, version, name, ok := documents.RuledIn(list, file)
	if !ok {
		return o, "", "", filing.ErrNotFound
	}
	return o, version, name, nil
}
