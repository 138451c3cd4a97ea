package cases

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Summary is a case in a list.
type Summary struct {
	ID        string        `json:"id"`
	Number    string        `json:"number"`
	CourtCode string        `json:"courtCode"`
	Court     string        `json:"court"` // its name
	Kind      string        `json:"kind"`
	Claimant  string        `json:"claimant"`
	Opposite  string        `json:"opposite"`
	Status    docket.Status `json:"status"`
	As        docket.As     `json:"as"`
	HearingAt *time.Time    `json:"hearingAt"` // of the hearing that is appointed
	OpenedAt  time.Time     `json:"openedAt"`
	UpdatedAt time.Time     `json:"updatedAt"`
}

func summary(ctx context.Context, h docket.Head, as docket.As) Summary {
	return Summary{
		ID: h.ID, Number: h.Number, CourtCode: h.Court, Court: court.Name(h.Court, httpapi.Lang(ctx)), Kind: h.Kind, Claimant: h.Claimant, Opposite: h.Opposite, Status: h.Status, As: as,
		HearingAt: moment(h.Hearing.At), OpenedAt: h.OpenedAt, UpdatedAt: h.UpdatedAt,
	}
}

// moment is null for an instant that never was.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func day(d calendar.Date) *calendar.Date {
	if d == (calendar.Date{}) {
		return nil
	}
	return &d
}

// View is a case as who asks may see it.
type View struct {
	Summary
	Lang            locale.Lang          `json:"lang"` // of the proceedings
	Revision        int                  `json:"revision"`
	Secret          bool                 `json:"secret"`
	Hearing         *docket.Hearing      `json:"hearing"`
	FinalOn         *calendar.Date       `json:"finalOn"`
	InForceOn       *calendar.Date       `json:"inForceOn"`
	Parties         []PartyView          `json:"parties"`
	Representatives []RepresentativeView `json:"representatives"`
	Papers          []PaperView          `json:"papers"`
	Deadlines       []DeadlineView       `json:"deadlines"`
	Events          []EventView          `json:"events"`   // oldest first
	Notices         []NoticeView         `json:"notices"`  // how parties stand with the notice the case needs now: to the court, and each to itself
	Looks           []LookView           `json:"looks"`    // of the court, latest first
	Acts            []ActView            `json:"acts"`     // that who asks may do now
	Mistakes        []MistakeView        `json:"mistakes"` // events that who asks may correct
}

// PartyView is a party. Its number is shown to the court and to itself.
type PartyView struct {
	ID          string      `json:"id"`
	Role        docket.Role `json:"role"`
	Type        string      `json:"type"`
	Name        string      `json:"name"`
	Stated      string      `json:"stated"` // masked, as the claim has it; to the court
	Number      string      `json:"number"` // masked, as the clerk confirmed it
	Own         bool        `json:"own"`    // of who asks, or for whom they act
	ConfirmedAt *time.Time  `json:"confirmedAt"`
	From        *time.Time  `json:"from"` // since when it sees the case
}

// RepresentativeView is somebody who acts for parties.
type RepresentativeView struct {
	ID          string         `json:"id"`
	Kind        string         `json:"kind"`
	Name        string         `json:"name"`
	Parties     []string       `json:"parties"`
	Powers      []string       `json:"powers"`
	Number      string         `json:"number"`
	From        *calendar.Date `json:"from"`
	To          *calendar.Date `json:"to"`
	ConfirmedAt *time.Time     `json:"confirmedAt"`
	EndedAt     *time.Time     `json:"endedAt"`
}

// PaperView is a filing of the case and what of it may be taken.
type PaperView struct {
	Filing string     `json:"filing"`
	Kind   string     `json:"kind"`
	Party  string     `json:"party"`
	At     time.Time  `json:"at"`
	Files  []FileView `json:"files"` // none that who asks may not take

	Status  filing.Status `json:"status"`            // "" of what came on paper
	Rulings []RulingView  `json:"rulings,omitempty"` // on it, oldest first

	Scanned *ScannedView `json:"scanned"` // how a paper came on paper; null of a filing
}

// ScannedView says of a paper that came on paper how, and who scanned it.
type ScannedView struct {
	Way      string         `json:"way"`  // one of filing.PaperWays
	From     string         `json:"from"` // who brought or sent it
	Received calendar.Date  `json:"received"`
	Posted   *calendar.Date `json:"posted"` // by the postmark
	Clerk    string         `json:"clerk"`
	At       time.Time      `json:"at"`    // when the clerk signed that the scans are the paper
	Pages    int            `json:"pages"` // of all scans
}

// FileView is a file of a paper: "statement", or the id of a document; of one that came on paper, a scan or the
// "signature" of its clerk.
type FileView struct {
	ID   string `json:"id"`
	Name string `json:"name"` // "" of the statement and the signature
	Role string `json:"role"`
	Size int64  `json:"size"`
}

// DeadlineView is a term.
type DeadlineView struct {
	Rule    string         `json:"rule"`
	Party   string         `json:"party"`
	Article string         `json:"article"`
	From    calendar.Date  `json:"from"`
	Due     *calendar.Date `json:"due"`
	Why     string         `json:"why"`
	Done    bool           `json:"done"`
	Urgency string         `json:"urgency"` // of what is not done: see calendar.Urgency; "" without a last day
}

// EventView is something that happened.
type EventView struct {
	At             time.Time       `json:"at"`
	Type           string          `json:"type"`
	By             docket.By       `json:"by"`
	Name           string          `json:"name"`
	Party          string          `json:"party"`
	Representative string          `json:"representative"`
	Article        string          `json:"article"`
	Reason         string          `json:"reason"`
	Paper          string          `json:"paper"`
	ID             string          `json:"id"`
	Corrects       string          `json:"corrects"` // id of the event that was a mistake
	Was            string          `json:"was"`      // type of that
	Value          string          `json:"value"`
	Happened       string          `json:"happened"` // to the paper, as the timeline of a filing calls it; ""
	Hearing        *docket.Hearing `json:"hearing"`
	On             *calendar.Date  `json:"on"`
	Present        []string        `json:"present"`
	Way            docket.Way      `json:"way"` // of a notice
	To             string          `json:"to"`
	Code           string          `json:"code"` // of a report of its delivery: enhanced status code (RFC 3463), or the service's word
	Note           string          `json:"note"` // likewise: what the other side said, without addresses
}

// NoticeView is how a party stands with its notice.
type NoticeView struct {
	Party   string     `json:"party"`
	Proper  bool       `json:"proper"`
	Way     docket.Way `json:"way"` // by which it is
	Article string     `json:"article"`
	Since   *time.Time `json:"since"`
	Next    docket.Way `json:"next"` // to try, or to wait for, while it is not
	Rungs   []RungView `json:"rungs"`
}

// RungView is a way of notice and where it stands.
type RungView struct {
	Way     docket.Way   `json:"way"`
	Article string       `json:"article"`
	State   docket.State `json:"state"`
	Since   *time.Time   `json:"since"`
}

// LookView is a look of the court.
type LookView struct {
	At   time.Time `json:"at"`
	Type string    `json:"type"`
	By   docket.By `json:"by"`
	Name string    `json:"name"`
}

// MistakeView is an event that may be corrected, and what the correction names.
type MistakeView struct {
	ID    string         `json:"id"`
	At    time.Time      `json:"at"`
	Type  string         `json:"type"`
	Party string         `json:"party"`
	About []docket.About `json:"about"`
}

// ActView is an act that may be done, and what it names.
type ActView struct {
	Step    string         `json:"step"`
	Article string         `json:"article"`
	About   []docket.About `json:"about"`
}

func (s *Service) view(ctx context.Context, c docket.Case, sight docket.Sight) (View, error) {
	v := View{
		Summary: summary(ctx, c.Head, sight.As), Lang: c.Lang, Revision: c.Revision, Secret: c.Secret, FinalOn: day(c.FinalOn), InForceOn: day(c.InForceOn),
		Parties: []PartyView{}, Representatives: []RepresentativeView{}, Papers: []PaperView{}, Deadlines: []DeadlineView{}, Events: []EventView{},
		Notices: []NoticeView{}, Looks: []LookView{}, Acts: []ActView{}, Mistakes: []MistakeView{},
	}
	if !c.Hearing.At.IsZero() {
		v.Hearing = &c.Hearing
	}
	for _, p := range c.Parties {
		v.Parties = append(v.Parties, partyView(p, sight))
	}
	for _, r := range c.Representatives {
		v.Representatives = append(v.Representatives, representativeView(r, sight))
	}
	for _, p := range c.Parties {
		if n, ok := c.Notice(p.ID, received(ctx)); ok && sight.Of(p.ID) {
			v.Notices = append(v.Notices, noticeView(p.ID, n))
		}
	}
	for _, d := range c.Deadlines() {
		if sight.Of(d.Party) {
			one := DeadlineView{d.Rule, d.Party, d.Article, d.From, day(d.Due), d.Why, d.Done, ""}
			if one.Due != nil && !d.Done {
				one.Urgency = calendar.Urgency(d.Due, calendar.DateOf(received(ctx)))
			}
			v.Deadlines = append(v.Deadlines, one)
		}
	}
	for _, e := range c.Events {
		if !e.Private() || sight.Of(e.Party) {
			v.Events = append(v.Events, eventView(e))
		}
	}
	if sight.Staff() {
		for _, step := range c.Open(sight.By()) {
			v.Acts = append(v.Acts, ActView{step.Name, step.Article, append([]docket.About{}, step.About...)})
		}
	}
	if sight.Staff() {
		for _, e := range c.Correctable(sight.By()) {
			v.Mistakes = append(v.Mistakes, MistakeView{e.ID, e.At, e.Type, e.Party, append([]docket.About{}, e.Asks()...)})
		}
	}
	looks, err := s.Cases.Looks(ctx, c.ID)
	if err != nil {
		return View{}, err
	}
	for _, e := range looks {
		v.Looks = append(v.Looks, LookView{e.At, e.Type, e.By, e.Name})
	}
	for _, p := range c.Papers {
		one, err := s.paperView(ctx, c, sight, p)
		if err != nil {
			return View{}, err
		}
		v.Papers = append(v.Papers, one)
	}
	return v, nil
}

func partyView(p docket.Party, sight docket.Sight) PartyView {
	out := PartyView{
		ID: p.ID, Role: p.Role, Type: p.Type, Name: p.Name, Own: slices.Contains(sight.Parties, p.ID), ConfirmedAt: moment(p.ConfirmedAt), From: moment(p.From),
	}
	if sight.Of(p.ID) {
		out.Number = p.Number
	}
	if sight.Staff() {
		out.Stated = p.Stated
	}
	return out
}

func representativeView(r docket.Representative, sight docket.Sight) RepresentativeView {
	out := RepresentativeView{
		ID: r.ID, Kind: r.Kind, Name: r.Name, Parties: r.Parties, Powers: append([]string{}, r.Powers...),
		From: day(r.From), To: day(r.To), ConfirmedAt: moment(r.ConfirmedAt), EndedAt: moment(r.EndedAt),
	}
	if slices.ContainsFunc(r.Parties, sight.Of) {
		out.Number = r.Number
	}
	return out
}

func noticeView(party string, n docket.Notification) NoticeView {
	out := NoticeView{Party: party, Proper: n.Proper, Way: n.Way, Article: n.Article, Since: moment(n.Since), Next: n.Next, Rungs: []RungView{}}
	for _, r := range n.Rungs {
		out.Rungs = append(out.Rungs, RungView{r.Way, r.Article, r.State, moment(r.Since)})
	}
	return out
}

func eventView(e docket.Event) EventView {
	out := EventView{
		At: e.At, Type: e.Type, By: e.By, Name: e.Name, Party: e.Party, Representative: e.Representative, Article: e.Article, Reason: e.Reason, Paper: e.Paper,
		ID: e.ID, Corrects: e.Corrects, Was: e.Was, Value: e.Value, On: day(e.On), Present: append([]string{}, e.Present...), Way: e.Way, To: e.To, Code: e.Code, Note: e.Note,
	}
	if !e.Hearing.At.IsZero() {
		out.Hearing = &e.Hearing
	}
	if e.Step != "" {
		out.Happened = filing.CourtAct{Step: e.Step}.Timeline()
	}
	return out
}

// scannedView is a paper that came on paper.
func (s *Service) scannedView(ctx context.Context, c docket.Case, sight docket.Sight, p docket.Paper) (PaperView, error) {
	signed, err := s.Cases.Scanned(ctx, p.Filing)
	if err != nil {
		return PaperView{}, err
	}
	out := PaperView{Filing: p.Filing, Kind: p.Kind, Party: p.Party, At: p.At, Files: []FileView{}, Scanned: &ScannedView{
		Way: signed.Way, From: signed.From, Received: signed.Received, Posted: day(signed.Posted), Clerk: signed.Clerk, At: signed.At, Pages: signed.Pages,
	}}
	if p.Filing == c.ID {
		out.Scanned.Received, _ = c.Received() // as it was last said
	}
	if !c.Reads(sight, p) {
		return out, nil
	}
	for n, scan := range signed.Scans {
		out.Files = append(out.Files, FileView{filing.ScanID(n), scan.Name, "", scan.Size})
	}
	out.Files = append(out.Files, FileView{signature, "", "", int64(len(signed.CMS))})
	return out, nil
}

func (s *Service) paperView(ctx context.Context, c docket.Case, sight docket.Sight, p docket.Paper) (PaperView, error) {
	if p.Scanned != nil {
		return s.scannedView(ctx, c, sight, p)
	}
	sealed, err := s.Filings.Sealed(ctx, p.Filing)
	if err != nil {
		return PaperView{}, err
	}
	out := PaperView{Filing: p.Filing, Kind: p.Kind, Party: p.Party, At: p.At, Files: []FileView{}, Status: sealed.Envelope.Status}
	if !c.Reads(sight, p) {
		return out, nil
	}
	m, err := manifest(sealed)
	if err != nil {
		return PaperView{}, err
	}
	if m.Statement != nil {
		out.Files = append(out.Files, FileView{ID: statement, Size: m.Statement.Size})
	}
	for _, d := range m.Documents {
		out.Files = append(out.Files, FileView{d.ID, d.Name, d.Role, d.Size})
	}
	rulings, err := s.rulings(ctx, sealed.Envelope)
	for n, r := range rulings {
		out.Rulings = append(out.Rulings, RulingView{rulingName(n), r.Step, r.At, r.File.Size})
	}
	return out, err
}

// rulings are those on a paper, oldest first.
func (s *Service) rulings(ctx context.Context, e filing.Envelope) ([]filing.SignedRuling, error) {
	if !e.Status.Ruled() {
		return nil, nil
	}
	return s.Filings.Rulings(ctx, e.ID)
}

// rulingName names a ruling on a paper among the files of it.
func rulingName(n int) string { return "ruling-" + strconv.Itoa(n+1) }

// RulingView is a ruling on a paper, as a file of it.
type RulingView struct {
	ID   string    `json:"id"`
	Step string    `json:"step"`
	At   time.Time `json:"at"`
	Size int64     `json:"size"`
}

// ListRequest asks for a page of cases.
type ListRequest struct {
	Cursor string `json:"-" query:"cursor"` // Listing.Next of the page before
}

// CourtRequest asks for a page of a court's cases, or for the one of that number. Without a court it is the
// cases assigned to the judge who asks.
type CourtRequest struct {
	Court  string `json:"-" query:"court"`
	Number string `json:"-" query:"number"`
	Cursor string `json:"-" query:"cursor"`
}

// Listing is a page of cases, the one opened last first.
type Listing struct {
	Cases  []Summary   `json:"cases"`
	Next   string      `json:"next"`   // cursor of the next page, "" on the last; a page may be short, or empty, and not be the last
	Courts []CourtView `json:"courts"` // those whose clerk asks
	Judge  bool        `json:"judge"`  // who asks is a judge
}

// CourtView is a court.
type CourtView struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// PageSize is how many cases a page has at most.
const PageSize = 20

// Mine lists the cases of which the account is a party, or acts for one.
//
// Errors: session.ErrNone, docket.ErrCursor.
func (s *Service) Mine(ctx context.Context, req ListRequest) (Listing, error) {
	a, session, err := s.Gate.Session(ctx)
	if err != nil {
		return Listing{}, err
	}
	who := viewer(a, session)
	found, next, err := s.Cases.OfPerson(ctx, who.Key, req.Cursor, PageSize)
	return s.listing(ctx, who, found, next), err
}

// Court lists the cases of a court to its clerks, and to a judge those that are assigned to them.
//
// Errors: session.ErrNone, agreement.ErrNotAccepted, ErrForbidden, docket.ErrCursor.
func (s *Service) Court(ctx context.Context, req CourtRequest) (Listing, error) {
	a, session, err := s.Gate.Acting(ctx)
	if err != nil {
		return Listing{}, err
	}
	who := viewer(a, session)
	switch {
	case req.Court == "" && len(who.Judge) > 0 && req.Number == "":
		found, next, err := s.Cases.OfJudge(ctx, who.Account, req.Cursor, PageSize)
		return s.listing(ctx, who, found, next), err
	case !slices.Contains(who.Clerk, req.Court):
		return Listing{}, ErrForbidden
	case req.Number != "":
		id, err := s.Cases.ByNumber(ctx, req.Court, req.Number)
		if err != nil {
			if err == docket.ErrNotFound {
				err = nil
			}
			return s.listing(ctx, who, nil, ""), err
		}
		c, err := s.Cases.Case(ctx, id)
		return s.listing(ctx, who, []docket.Case{c}, ""), err
	}
	found, next, err := s.Cases.OfCourt(ctx, req.Court, req.Cursor, PageSize)
	return s.listing(ctx, who, found, next), err
}

// listing has those of the cases that who asks may see.
func (s *Service) listing(ctx context.Context, who docket.Viewer, found []docket.Case, next string) Listing {
	out := Listing{Cases: []Summary{}, Next: next, Courts: []CourtView{}, Judge: len(who.Judge) > 0}
	for _, code := range who.Clerk {
		out.Courts = append(out.Courts, CourtView{code, court.Name(code, httpapi.Lang(ctx))})
	}
	for _, c := range found {
		if sight, ok := c.Sees(who, received(ctx)); ok {
			out.Cases = append(out.Cases, summary(ctx, c.Head, sight.As))
		}
	}
	return out
}
