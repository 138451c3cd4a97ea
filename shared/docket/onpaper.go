package docket

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/party"
)

// EventEntered is the type of the act by which a clerk enters a case that came on paper.
const EventEntered = "enter"

// EventScanned is the type of the event that a clerk added a later paper that came on paper: see Case.AddScanned.
const EventScanned = "scan"

// Bounds on what a clerk enters at once: it is kept in one transaction.
const (
	MaxEntered         = 20 // parties
	MaxEnteredFor      = 10 // representatives
	MaxDaysBeforeEntry = 366
)

// Scanned says of a paper how it came to the court: it is no filing that was sealed here, a clerk scanned it.
type Scanned struct {
	Way      string        `json:"way"`  // of filing.PaperWays
	From     string        `json:"from"` // who brought or sent it
	Received calendar.Date `json:"received"`
	Posted   calendar.Date `json:"posted,omitzero"` // by the postmark
	Clerk    string        `json:"clerk"`           // name, as the certificate has it
	At       time.Time     `json:"at"`              // when the clerk signed that the scans are the paper
}

// Entry is a case that came on paper, as a clerk enters it.
type Entry struct {
	Head            Head // ID, Number, Court, Judge, Kind, Lang
	Parties         []EnteredParty
	Representatives []EnteredRepresentative
	Scanned         Scanned // without Clerk and At
}

// EnteredParty is a party as the clerk found it.
type EnteredParty struct {
	Role   Role           `json:"role"`
	Type   string         `json:"type"`   // of package party
	Name   string         `json:"name"`   // as the register has it
	Number account.Number `json:"number"` // IIN or BIN, twelve digits; "" where the paper has none: it is confirmed later
}

// LogValue keeps names and numbers out of logs.
func (p EnteredParty) String() string { return string(p.Role) }

// EnteredRepresentative is a representative as the clerk found it.
type EnteredRepresentative struct {
	Name    string         `json:"name"`
	Number  account.Number `json:"number"`  // IIN; "" where the paper has none
	Parties []int          `json:"parties"` // of whom: places among the parties, from 0
	From    calendar.Date  `json:"from,omitzero"`
	To      calendar.Date  `json:"to,omitzero"`
}

// String keeps names and numbers out of logs.
func (r EnteredRepresentative) String() string { return "representative" }

// RolesIn are the roles that a case has which a filing of the kind opens, those that bring it first.
func RolesIn(kind string) (out []Role) {
	for _, o := range openings[kind] {
		if !slices.Contains(out, o.role) {
			out = append(out, o.role)
		}
	}
	return out
}

// Enter begins a case that came on paper. Whoever brings it and is named by a number sees it at once: the case
// is theirs. Everybody else waits for service.
//
// Errors: defect.List.
func Enter(e Entry, who Actor, key []byte, at time.Time) (Case, error) {
	parties, wrong := e.parties(who, key, at)
	representatives, more := e.representatives(parties, key, at)
	wrong = append(wrong, more...)
	wrong = append(wrong, e.Scanned.check(at)...)
	if err := wrong.Err(); err != nil {
		return Case{}, err
	}
	step, _ := StepOf(EventEntered)
	c := Case{Head: e.Head, Parties: parties, Representatives: representatives}
	c.Status, c.Revision, c.OpenedAt, c.UpdatedAt = step.To, 1, at, at
	c.Events = []Event{{
		ID: EventEntered, At: at, Type: step.Name, By: who.By, Account: who.Account, Name: who.Name, Article: step.Article, Paper: c.ID, On: e.Scanned.Received,
	}}
	paper := Paper{Filing: c.ID, Kind: c.Kind, At: e.Scanned.Received.Start().UTC(), Scanned: e.Scanned.signed(who, at)}
	confirm, _ := StepOf("confirm")
	for _, p := range parties {
		switch {
		case p.Role.Answers():
			if c.Opposite == "" {
				c.Opposite = shortened(p.Name)
			}
		case c.Claimant == "":
			c.Claimant, paper.Party = shortened(p.Name), p.ID
		}
		if p.Confirmed() {
			c.Events = append(c.Events, Event{
				ID: EventEntered + "-" + p.ID, At: at, Type: confirm.Name, By: who.By, Account: who.Account, Name: who.Name, Article: confirm.Article, Party: p.ID,
			})
		}
	}
	c.Papers = []Paper{paper}
	return c, nil
}

func (s Scanned) signed(who Actor, at time.Time) *Scanned {
	s.Clerk, s.At, s.From = who.Name, at, strings.TrimSpace(s.From)
	return &s
}

// parties are those of the entry, whom a number names confirmed.
func (e Entry) parties(who Actor, key []byte, at time.Time) (out []Party, l defect.List) {
	step, _ := StepOf(EventEntered)
	roles := RolesIn(e.Head.Kind)
	if len(e.Parties) > MaxEntered {
		l.Add("/parties", "too-many", "")
		return nil, l
	}
	brought, against := false, false
	numbers := map[account.Number]bool{}
	for i, p := range e.Parties {
		pointer := "/parties/" + strconv.Itoa(i)
		brought, against = brought || !p.Role.Answers(), against || p.Role == Defendant
		if !slices.Contains(roles, p.Role) {
			l.Add(pointer+"/role", "unknown-value", "")
		}
		if !slices.Contains(party.Types, p.Type) {
			l.Add(pointer+"/type", "unknown-value", "")
			continue
		}
		text(&l, pointer+"/name", p.Name, MaxName, step.Article)
		one := Party{Role: p.Role, Type: p.Type, Name: strings.TrimSpace(p.Name)}
		if p.Number != "" {
			if wrong := numbered(p.Type, Act{Number: p.Number, Name: "-"}, step.Article); len(wrong) > 0 {
				l.Add(pointer+"/number", "number-wrong", step.Article)
				continue
			}
			if numbers[p.Number] {
				l.Add(pointer+"/number", "party-twice", step.Article)
			}
			numbers[p.Number] = true
			one.Key, one.Number = identified(p.Type, p.Number, key)
			one.ConfirmedAt = at
			if !p.Role.Answers() {
				one.From = at
			}
		}
		out = append(out, one)
	}
	if !brought {
		l.Add("/parties", "claimant-required", step.Article)
	}
	if slices.Contains(roles, Defendant) && !against {
		l.Add("/parties", "defendant-required", step.Article)
	}
	return identifiable(out), l
}

func (e Entry) representatives(parties []Party, key []byte, at time.Time) (out []Representative, l defect.List) {
	const article = "CPC 61"
	if len(e.Representatives) > MaxEnteredFor {
		l.Add("/representatives", "too-many", "")
		return nil, l
	}
	for i, r := range e.Representatives {
		pointer := "/representatives/" + strconv.Itoa(i)
		text(&l, pointer+"/name", r.Name, MaxName, article)
		one := Representative{ID: "representative-" + strconv.Itoa(i+1), Name: strings.TrimSpace(r.Name), From: r.From, To: r.To}
		if r.Number != "" {
			if wrong := numbered(party.Natural, Act{Number: r.Number, Name: "-"}, article); len(wrong) > 0 {
				l.Add(pointer+"/number", "number-wrong", article)
				continue
			}
			one.Key, one.Number = identified(party.Natural, r.Number, key)
			one.ConfirmedAt = at
		}
		if len(r.Parties) == 0 {
			l.Add(pointer+"/parties", "required", article)
		}
		for _, place := range r.Parties {
			if place < 0 || place >= len(parties) {
				l.Add(pointer+"/parties", "unknown-value", "")
				break
			}
			if !slices.Contains(one.Parties, parties[place].ID) {
				one.Parties = append(one.Parties, parties[place].ID)
			}
		}
		if r.To != (calendar.Date{}) && r.To.Before(r.From) {
			l.Add(pointer+"/to", "day-impossible", article)
		}
		out = append(out, one)
	}
	return out, l
}

// check lists what is wrong with how papers are said to have come.
func (s Scanned) check(at time.Time) (l defect.List) {
	const article = "CPC 150(1)"
	text(&l, "/from", s.From, MaxName, "")
	today := calendar.DateOf(at)
	switch {
	case s.Received == (calendar.Date{}):
		l.Add("/received", "required", article)
	case today.Before(s.Received), s.Received.Before(today.Add(-MaxDaysBeforeEntry)):
		l.Add("/received", "received-day", article)
	}
	if s.Posted != (calendar.Date{}) && (s.Received.Before(s.Posted) || s.Posted.Before(s.Received.Add(-MaxDaysBeforeEntry))) {
		l.Add("/posted", "posted-day", "CPC 124")
	}
	return l
}

// AddScanned returns the case with a later paper that came on paper. Its party is one of the case's: the clerk
// says who.
//
// Errors: ErrChanged, ErrStep, defect.List.
func (c Case) AddScanned(p Paper, who Actor, at time.Time) (Case, error) {
	if !slices.Contains(kept, c.Status) || p.Scanned == nil {
		return Case{}, ErrStep
	}
	if slices.ContainsFunc(c.Papers, func(have Paper) bool { return have.Filing == p.Filing }) {
		return Case{}, ErrChanged
	}
	wrong := p.Scanned.check(at)
	if _, ok := c.Party(p.Party); !ok {
		wrong.Add("/party", "unknown-value", "")
	}
	if err := wrong.Err(); err != nil {
		return Case{}, err
	}
	p.At, p.Scanned = p.Scanned.Received.Start().UTC(), p.Scanned.signed(who, at)
	c.Papers = append(slices.Clone(c.Papers), p)
	c.Events = append(slices.Clone(c.Events), Event{
		ID: EventScanned + "-" + p.Filing, At: at, Type: EventScanned, By: who.By, Account: who.Account, Name: who.Name, Party: p.Party, Paper: p.Filing, On: p.Scanned.Received,
	})
	c.Revision, c.UpdatedAt = c.Revision+1, at
	return c, nil
}

// ToldOfScan are the events by which those that see the case are told of a paper that a clerk scanned, one for each
// party: of what opened the case, whoever brings it; of a later one, the others.
func (c Case) ToldOfScan(id string) (out []Event) {
	paper, ok := c.Paper(id)
	if !ok || paper.Scanned == nil {
		return nil
	}
	for _, p := range c.Parties {
		if id != c.ID && p.ID == paper.Party || p.From.IsZero() || paper.Scanned.At.Before(p.From) {
			continue
		}
		out = append(out, Event{ID: "told-" + id + "-" + p.ID, At: paper.Scanned.At, Type: EventInformed, By: ByOffice, Party: p.ID, Paper: id})
	}
	return out
}

// Paper returns the paper of that id.
func (c Case) Paper(id string) (Paper, bool) {
	i := slices.IndexFunc(c.Papers, func(p Paper) bool { return p.Filing == id })
	if i < 0 {
		return Paper{}, false
	}
	return c.Papers[i], true
}

// OnPaper reports whether the case came on paper.
func (c Case) OnPaper() bool {
	p, ok := c.Paper(c.ID)
	return ok && p.Scanned != nil
}

// Received is the day on which a case that came on paper reached the court, as it was last said. ok is false for
// other cases.
func (c Case) Received() (on calendar.Date, ok bool) {
	e, ok := c.last(EventEntered, "")
	return e.On, ok
}

// began is the day of the ruling that opened the case. ok is false while there is none.
func (c Case) began() (on calendar.Date, ok bool) {
	if !c.OnPaper() {
		return calendar.DateOf(c.OpenedAt), true
	}
	for _, name := range opening {
		if e, was := c.last(name, ""); was {
			return e.On, true
		}
	}
	return calendar.Date{}, false
}

// opening are the acts of a judge by which a case that came on paper is opened.
var opening = []string{"accept", "issue-order"}

// earliest is the day before which nothing of the case can have been done: of the ruling that opened it, and
// before there is one the day on which its papers came.
func (c Case) earliest() calendar.Date {
	if on, ok := c.began(); ok {
		return on
	}
	on, _ := c.Received()
	return on
}
