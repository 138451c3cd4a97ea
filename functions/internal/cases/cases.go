// Package cases is the function for cases: it opens one from a filing that a judge accepted, takes later papers into it, shows each to
// its parties, their representatives and the court, and keeps what the court does in it.
//
// Read Service.Case first. Whoever may not see a case gets the answer of one that is not there; each look
// of the court is kept before it is answered, and the parties see it.
package cases

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store"
)

// Service opens cases and answers the function's routes.
type Service struct {
	Gate      Gate
	Cases     *store.Cases
	Traces    *store.Traces
	Filings   *store.Filings
	Accounts  *store.Accounts
	Staff     *store.Staff
	People    *store.Credentials // who acts for organisations
	Documents *documents.Store
	IndexKey  []byte // 32 bytes: look-up keys of confirmed numbers
}

// Gate says who is asking.
type Gate interface {
	// Session returns the account of the request's session. Errors: session.ErrNone.
	Session(ctx context.Context) (account.Account, session.Session, error)
	// Acting is Session for acts. Errors: also agreement.ErrNotAccepted.
	Acting(ctx context.Context) (account.Account, session.Session, error)
}

func viewer(a account.Account, s session.Session) docket.Viewer {
	return docket.ViewerOf(a, account.Role(s.Person.Role), s.By == session.ByEDS)
}

// Handle follows an act of a court on a filing: it opens the case of one that a judge accepted, and takes a
// later paper that was registered into the case that it names, with every answer to it. It may be called
// again. A later paper of a case that the office does not keep, or of somebody who is nobody in it, changes
// nothing.
//
// Errors: docket.ErrNumber, filing.ErrNotFound.
func (s *Service) Handle(ctx context.Context, e filing.ActedEvent) error {
	at, err := time.Parse(time.RFC3339, e.At)
	if err != nil {
		return fmt.Errorf("case of filing %s: %w", e.FilingID, err)
	}
	at = at.UTC().Truncate(time.Millisecond)
	switch {
	case e.Acted.Step == filing.CorrectRuling && docket.Opens(e.Kind):
		err = s.corrected(ctx, e, at)
	case !docket.Opens(e.Kind):
		err = s.attach(ctx, e, at)
	case e.Type == filing.EventAccepted, e.Acted.Step == "issue-order":
		err = s.open(ctx, e, at)
	}
	if err != nil {
		return fmt.Errorf("case of filing %s: %w", e.FilingID, err)
	}
	return nil
}

func (s *Service) open(ctx context.Context, e filing.ActedEvent, at time.Time) error {
	sealed, err := s.Filings.Sealed(ctx, e.FilingID)
	if err != nil {
		return err
	}
	v, err := s.form(ctx, sealed)
	if err != nil {
		return err
	}
	parties, representatives, err := docket.Named(e.Kind, v)
	if err != nil {
		return err
	}
	holder, err := s.Accounts.Account(ctx, sealed.Envelope.AccountID)
	if err != nil {
		return err
	}
	c := docket.Open(docket.Head{
		ID: e.FilingID, Number: e.Number, Court: e.CourtCode, Judge: e.Judge, Kind: e.Kind, Lang: sealed.Envelope.Lang,
	}, parties, representatives, docket.Filer{
		Key: holder.Key, Digits: holder.Subject.Number(), Number: holder.Subject.Masked(), SentAt: sealed.Envelope.SentAt,
	}, at)
	if err := s.Cases.Open(ctx, c); err != nil {
		return err
	}
	return s.Traces.Keep(ctx, c.Court, c.Traces(s.IndexKey))
}

// Received keeps by which parties a filing is found at its court: those its form names, and who sent it. It
// may be called again.
//
// Errors: filing.ErrNotFound.
func (s *Service) Received(ctx context.Context, id string) error {
	sealed, err := s.Filings.Sealed(ctx, id)
	if err != nil {
		return fmt.Errorf("parties of filing %s: %w", id, err)
	}
	e := sealed.Envelope
	v, err := s.form(ctx, sealed)
	if err != nil {
		return fmt.Errorf("parties of filing %s: %w", id, err)
	}
	holder, err := s.Accounts.Account(ctx, e.AccountID)
	if err != nil {
		return fmt.Errorf("parties of filing %s: %w", id, err)
	}
	list := append(docket.TracesOfForm(e.ID, e.SentAt, v, s.IndexKey), docket.FiledBy(e.ID, e.SentAt, holder, s.IndexKey))
	return s.Traces.Keep(ctx, e.Court, list)
}

// form is the form that was signed.
func (s *Service) form(ctx context.Context, sealed store.Sealed) (form.Value, error) {
	m, err := manifest(sealed)
	if err != nil {
		return nil, err
	}
	raw, err := s.Documents.Get(ctx, documents.Object{Filing: m.ID, SHA256: m.Form.SHA256}, sealed.Pins[m.Form.SHA256])
	if err != nil {
		return nil, err
	}
	kind, ok := kinds.Of(m.Kind)
	if !ok {
		return nil, fmt.Errorf("no kind %q", m.Kind)
	}
	if m.Form.Version != kind.Form.Version && kind.Upgrade != nil {
		return kind.Upgrade(m.Form.Version, raw)
	}
	return kind.Form.Read(raw)
}

func manifest(sealed store.Sealed) (filing.Manifest, error) {
	return evidence.ReadManifest(sealed.Signatures[len(sealed.Signatures)-1].CMS, sealed.Envelope.Manifest)
}

// attach takes a later paper into its case, and tells the other parties of it and of what the court did.
func (s *Service) attach(ctx context.Context, e filing.ActedEvent, at time.Time) error {
	sealed, err := s.Filings.Sealed(ctx, e.FilingID)
	if err != nil || e.Number == "" { // what no clerk registered is no paper of a case
		return err
	}
	id, err := s.Cases.ByNumber(ctx, e.CourtCode, sealed.Envelope.Case)
	if err == docket.ErrNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := s.Cases.Case(ctx, id)
	if err != nil {
		return err
	}
	holder, err := s.Accounts.Account(ctx, sealed.Envelope.AccountID)
	if err != nil {
		return err
	}
	after, first := c.Attach(docket.Paper{Filing: e.FilingID, Kind: e.Kind, At: sealed.Envelope.SentAt}, holder.Key, at)
	if first {
		if err := s.Cases.Do(ctx, c, after, store.ByOffice("attach", e.FilingID)); err != nil {
			return err
		}
	}
	return s.follow(ctx, after, sealed.Envelope, e, at)
}

// corrected takes the correction of the ruling that opened a case into it. Where it opened none there is nobody else
// to tell.
func (s *Service) corrected(ctx context.Context, e filing.ActedEvent, at time.Time) error {
	c, err := s.Cases.Case(ctx, e.FilingID)
	if err == docket.ErrNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	sealed, err := s.Filings.Sealed(ctx, e.FilingID)
	if err != nil {
		return err
	}
	return s.follow(ctx, c, sealed.Envelope, e, at)
}

// follow takes what the court did with a paper into its case, and tells the other parties.
func (s *Service) follow(ctx context.Context, after docket.Case, of filing.Envelope, e filing.ActedEvent, at time.Time) error {
	step := filing.StepOf(cmp.Or(e.Acted.Step, "accept")) // what was told before events said it
	answer := docket.Answer{
		Paper: e.FilingID, About: of.About, Step: step.Name, At: at, By: docket.By(e.Acted.By), Name: e.Acted.Judge,
		Article: step.ArticleOn(e.Kind, of.About), On: e.Acted.On,
	}
	if step.Name != "register" {
		if done, first := after.Answered(answer); first {
			if err := s.Cases.Do(ctx, after, done, store.ByOffice("answer", e.FilingID, step.Name, e.At)); err != nil {
				return err
			}
			after = done
		}
	}
	for _, told := range after.Informs(answer) {
		if err := s.Cases.Inform(ctx, after.ID, told); err != nil {
			return err
		}
	}
	if step.Name == "set-aside" {
		return s.annul(ctx, e, after.ID, at)
	}
	return nil
}

// annul has the application for a court order say that the order was set aside, so that its claimant is told
// what to do next.
func (s *Service) annul(ctx context.Context, e filing.ActedEvent, id string, at time.Time) error {
	sealed, err := s.Filings.Sealed(ctx, id)
	if err != nil || sealed.Envelope.Status != filing.OrderIssued {
		return err
	}
	return s.Filings.Act(ctx, sealed.Envelope, filing.CourtAct{
		ID: e.FilingID, Filing: id, Court: sealed.Envelope.Court, Step: "annul", By: filing.ByOffice, At: at, JudgeName: e.Acted.Judge,
	})
}

// seen returns a case that who asks in the session may see, with what they see. Who would see it for the court and
// acts for an organisation that is a party is refused it, which is kept.
//
// Errors: session.ErrNone, docket.ErrNotFound, docket.ErrOwn.
func (s *Service) seen(ctx context.Context, a account.Account, opened session.Session, id string) (docket.Case, docket.Sight, error) {
	if !filing.IsID(id) {
		return docket.Case{}, docket.Sight{}, docket.ErrNotFound
	}
	c, err := s.Cases.Case(ctx, id)
	if err != nil {
		return docket.Case{}, docket.Sight{}, err
	}
	sight, ok := c.Sees(viewer(a, opened), httpapi.ReceivedAt(ctx))
	if !ok {
		return docket.Case{}, docket.Sight{}, docket.ErrNotFound
	}
	httpapi.Log(ctx, slog.String("case", c.ID), slog.String("as", string(sight.As)))
	if !sight.Staff() {
		return c, sight, nil
	}
	own, err := s.own(ctx, c, a)
	if err == nil && own {
		err = cmp.Or(s.look(ctx, c.ID, docket.Event{At: received(ctx), Type: docket.EventRecused, By: sight.By(), Account: a.ID}, a), error(docket.ErrOwn))
	}
	return c, sight, err
}

// own reports whether the person acts for an organisation that is a party.
func (s *Service) own(ctx context.Context, c docket.Case, person account.Account) (bool, error) {
	for _, organisation := range c.Organisations() {
		if acts, err := s.People.ActsFor(ctx, organisation, person.Subject, s.IndexKey); acts || err != nil {
			return acts, err
		}
	}
	return false, nil
}

// looked keeps what somebody's look proves: of the court that it looked, of a party that it had the case
// before it, and each summons. It fails when that can't be kept.
func (s *Service) looked(ctx context.Context, c docket.Case, sight docket.Sight, a account.Account) (docket.Case, error) {
	e := docket.Event{At: received(ctx), Type: docket.EventOpened, By: sight.By(), Account: a.ID}
	if sight.Staff() {
		return c, s.look(ctx, c.ID, e, a)
	}
	for _, party := range sight.Parties {
		e.Party = party
		if had, proof := c.Opened(party); !had {
			e.ID, e.Way = proof, ""
			if _, err := s.Cases.Prove(ctx, c.ID, strings.TrimPrefix(proof, docket.EventOpened+"-"), e); err != nil {
				return docket.Case{}, err
			}
			c.Events = append(c.Events, e)
		}
		for _, summons := range c.Unread(party) {
			e.ID, e.Way = summons+"-"+docket.EventOpened, docket.Cabinet
			if _, err := s.Cases.Prove(ctx, c.ID, summons, e); err != nil {
				return docket.Case{}, err
			}
			c.Events = append(c.Events, e)
		}
	}
	return c, nil
}

func (s *Service) look(ctx context.Context, id string, e docket.Event, a account.Account) error {
	var random [8]byte
	rand.Read(random[:])
	e.Name = a.Subject.Name
	return s.Cases.Look(ctx, id, e, random)
}

// IDRequest names a case.
type IDRequest struct {
	ID string `json:"-" path:"id"`
}

// Case shows one case.
//
// Errors: session.ErrNone, docket.ErrNotFound.
func (s *Service) Case(ctx context.Context, req IDRequest) (View, error) {
	a, session, err := s.Gate.Session(ctx)
	if err != nil {
		return View{}, err
	}
	c, sight, err := s.seen(ctx, a, session, req.ID)
	if err != nil {
		return View{}, err
	}
	if c, err = s.looked(ctx, c, sight, a); err != nil {
		return View{}, err
	}
	return s.view(ctx, c, sight)
}

// ActRequest is an act of the court in a case.
type ActRequest struct {
	Case string `json:"-" path:"id"`
	docket.Act
}

// Act does what the court does in a case and shows the case as it is then. A repeat finds what was done; another
// act under its id is refused.
//
// Errors: session.ErrNone, agreement.ErrNotAccepted, docket.ErrNotFound, docket.ErrChanged, docket.ErrStep,
// defect.List.
func (s *Service) Act(ctx context.Context, req ActRequest) (View, error) {
	a, session, err := s.Gate.Acting(ctx)
	if err != nil {
		return View{}, err
	}
	c, sight, err := s.seen(ctx, a, session, req.Case)
	if err != nil {
		return View{}, err
	}
	if !sight.Staff() {
		return View{}, docket.ErrStep
	}
	if !filing.IsID(req.Act.ID) {
		return View{}, &httpapi.Problem{Slug: "malformed-json", Pointer: "/id"}
	}
	if c, err = s.looked(ctx, c, sight, a); err != nil {
		return View{}, err
	}
	by := docket.Actor{By: sight.By(), Account: a.ID, Name: a.Subject.Name}
	asked, err := req.Act.Digest(by, s.IndexKey)
	if err != nil {
		return View{}, err
	}
	act := store.Once{ID: req.Act.ID, Digest: asked}
	done, err := s.Cases.Done(ctx, c.ID, act)
	if err != nil {
		return View{}, err
	}
	if !done {
		at := received(ctx)
		after, err := c.Do(req.Act, by, s.IndexKey, at)
		if err != nil {
			return View{}, err
		}
		if own, err := s.own(ctx, after, a); err != nil || own { // it says that a party is an organisation of who acts
			return View{}, cmp.Or(err, error(docket.ErrOwn))
		}
		if err := s.Cases.Do(ctx, c, after, act); err != nil {
			return View{}, err
		}
	}
	if c, err = s.Cases.Case(ctx, c.ID); err != nil {
		return View{}, err
	}
	if step, _ := docket.StepOf(req.Act.Step); step.Names(docket.AboutNumber) || step.Name == docket.EventCorrected {
		if err := s.Traces.Keep(ctx, c.Court, c.Traces(s.IndexKey)); err != nil { // a repeat of the act keeps them
			return View{}, err
		}
	}
	if i := slices.IndexFunc(c.Events, func(e docket.Event) bool { return e.ID == req.Act.ID && e.Type == docket.EventCorrected }); i >= 0 {
		for _, told := range c.Retold(c.Events[i]) {
			if err := s.Cases.Inform(ctx, c.ID, told); err != nil {
				return View{}, err
			}
		}
	}
	return s.view(ctx, c, sight)
}
