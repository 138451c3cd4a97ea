package docket

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/indexkey"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/party"
)

// Act is one of Steps as somebody asks for it. Which members count says Step.About.
type Act struct {
	ID             string         `json:"id"` // UUID chosen by who acts: a repeat changes nothing
	Revision       int            `json:"revision"`
	Step           string         `json:"step"`
	Party          string         `json:"party,omitempty"`
	Representative string         `json:"representative,omitempty"`
	Number         account.Number `json:"number,omitempty"` // IIN or BIN, twelve digits, as the register has them; of the correction of a case's number, that number
	Name           string         `json:"name,omitempty"`   // likewise
	Hearing        Hearing        `json:"hearing,omitzero"`
	Present        []string       `json:"present,omitempty"` // ids of parties
	On             calendar.Date  `json:"on,omitzero"`
	From           calendar.Date  `json:"from,omitzero"` // days an authority is for, both included; without one it is open
	To             calendar.Date  `json:"to,omitzero"`
	Reason         string         `json:"reason,omitempty"`
	Address        string         `json:"address,omitempty"` // of the court
	Way            Way            `json:"way,omitempty"`
	Result         string         `json:"result,omitempty"`  // one of Results
	Contact        string         `json:"contact,omitempty"` // address or number that the notice went to
	Event          string         `json:"event,omitempty"`   // id of the one that is corrected
}

// Digest is a MAC under indexKey of what is asked, and by whom: of two requests under one ID, those that have it
// in common are repeats. The Revision isn't part of it.
func (a Act) Digest(by Actor, indexKey []byte) (string, error) {
	a.Revision = 0
	asked, err := json.Marshal(a)
	return indexkey.Key(indexKey, indexkey.Act, by.Account, string(asked)), err
}

// LogValue implements slog.LogValuer: no name and no number.
func (a Act) LogValue() slog.Value { return slog.StringValue(a.Step) }

// String is what LogValue shows.
func (a Act) String() string { return a.Step }

// Actor is who does an act.
type Actor struct {
	By      By
	Account string // id; "" for the office
	Name    string // of who works for the court, as the certificate has it
}

// Event is one thing that happened in a case, or one proof that it did. As JSON it is kept for ever.
type Event struct {
	ID             string        `json:"id"` // of its own within the case
	At             time.Time     `json:"at"`
	Type           string        `json:"type"` // name of a Step, or one of the Evidence
	By             By            `json:"by"`
	Account        string        `json:"account,omitempty"`        // of who did it
	Name           string        `json:"name,omitempty"`           // of who works for the court
	Party          string        `json:"party,omitempty"`          // id of whom it is about
	Representative string        `json:"representative,omitempty"` // likewise
	Article        string        `json:"article,omitempty"`
	Reason         string        `json:"reason,omitempty"`
	Paper          string        `json:"paper,omitempty"` // id of a filing
	Step           string        `json:"step,omitempty"`  // of filing.Steps: what the court did with Paper
	Hearing        Hearing       `json:"hearing,omitzero"`
	On             calendar.Date `json:"on,omitzero"`
	Present        []string      `json:"present,omitempty"`
	Corrects       string        `json:"corrects,omitempty"` // id of the event that was a mistake
	Was            string        `json:"was,omitempty"`      // type of that
	Value          string        `json:"value,omitempty"`    // the case's number, or the name of a party, as corrected

	Address string `json:"address,omitempty"` // of the court, in a summons

	Way Way    `json:"way,omitempty"` // of a notice
	To  string `json:"to,omitempty"`  // address or number it went to: shown to the court and to whom it belongs

	Message string `json:"message,omitempty"` // of a notice that the office sent: the id that the service gave it
	Code    string `json:"code,omitempty"`    // of a report: enhanced status code (RFC 3463), or the service's word
	Note    string `json:"note,omitempty"`    // likewise: what the other side said, shortened, without addresses
}

// Types of events that are no acts.
const (
	EventAttached  = "attached"       // a later paper came to the case
	EventInformed  = "inform"         // a party is told of what came, or of what the court did with it
	EventAnswered  = "answered"       // the court did something with a later paper
	EventRetold    = "retold"         // a party is told of a correction
	EventAvailable = "made-available" // to the party, in its cabinet
	EventOpened    = "opened"         // the party opened the case
	EventTaken     = "downloaded"     // the party took a paper
	EventFound     = "found"          // a clerk found the case by a party
	EventRecused   = "recused"        // who works for the court was refused it, as an organisation they act for is a party
)

// EventCorrected is the type of an act that corrects an earlier one.
const EventCorrected = "correct"

// Open begins the case of a filing that a judge accepted, with the parties that its form names. filer is the
// look-up key of the account that filed it: the certificate shows who that is, so it sees the case at once.
// Everybody else waits for the clerk.
func Open(h Head, parties []Party, representatives []Representative, filer Filer, at time.Time) Case {
	step, _ := StepOf("open")
	if h.Kind == kindOrder {
		step, _ = StepOf("order")
	}
	h.Status, h.Revision, h.OpenedAt, h.UpdatedAt = step.To, 1, at, at
	c := Case{Head: h, Parties: slices.Clone(parties), Representatives: slices.Clone(representatives)}
	paper := Paper{Filing: h.ID, Kind: h.Kind, At: filer.SentAt}
	for i, p := range c.Parties {
		switch {
		case p.Role.Answers():
			if c.Opposite == "" {
				c.Opposite = shortened(p.Name)
			}
			continue
		case c.Claimant == "":
			c.Claimant, paper.Party = shortened(p.Name), p.ID
		}
		if filer.Is(p.stated) {
			c.Parties[i] = filer.party(p, at)
			paper.Party = p.ID
		}
	}
	for i, r := range c.Representatives {
		if filer.Is(r.stated) {
			r.Key, r.Number, r.ConfirmedAt = filer.Key, filer.Number, at
			c.Representatives[i] = r
		}
	}
	c.Papers = []Paper{paper}
	c.Events = []Event{{ID: "open", At: at, Type: step.Name, By: ByOffice, Article: step.Article, Paper: h.ID}}
	return c
}

// Filer is whose account sent a filing.
type Filer struct {
	Key    string // account.Account.Key
	Digits string // of the account's number
	Number string // the same, masked
	SentAt time.Time
}

// Is reports whether a number that a form has is the filer's.
func (f Filer) Is(stated string) bool { return stated != "" && stated == f.Digits }

func (f Filer) party(p Party, at time.Time) Party {
	p.Key, p.Number, p.ConfirmedAt, p.From = f.Key, f.Number, at, at
	return p
}

// Do returns the case as it is after the act, with its events at the end. key is the root of look-up keys.
//
// Errors: ErrChanged, ErrStep, defect.List.
func (c Case) Do(a Act, who Actor, key []byte, at time.Time) (Case, error) {
	step, ok := StepOf(a.Step)
	if !ok || !slices.Contains(step.By, who.By) {
		return Case{}, ErrStep
	}
	if a.Revision != c.Revision {
		return Case{}, ErrChanged
	}
	if !slices.Contains(step.From, c.Status) || !step.TakenIn(c.Kind) {
		return Case{}, ErrStep
	}
	c.Parties, c.Representatives, c.Events = slices.Clone(c.Parties), slices.Clone(c.Representatives), slices.Clone(c.Events)
	wrong := c.check(step, a, who, at)
	var was Event
	if step.Name == EventCorrected {
		var more defect.List
		was, more = c.checkCorrection(a, who.By, at)
		wrong = append(wrong, more...)
	}
	if err := wrong.Err(); err != nil {
		return Case{}, err
	}
	c.Revision, c.UpdatedAt = c.Revision+1, at
	if step.To != "" {
		c.Status = step.To
	}
	e := Event{ID: a.ID, At: at, Type: step.Name, By: who.By, Account: who.Account, Name: who.Name, Article: step.Article, Reason: strings.TrimSpace(a.Reason)}
	if step.Names(AboutParty) {
		e.Party = a.Party
	}
	if step.Names(AboutRepresentative) {
		e.Representative = a.Representative
	}
	if step.Names(AboutHearing) {
		e.Hearing = a.Hearing
		e.Hearing.At = e.Hearing.At.UTC()
	}
	if step.Names(AboutPresent) {
		e.Present, e.Hearing = a.Present, c.Hearing
	}
	if step.Names(AboutDay) {
		e.On = a.On
	}
	if step.Names(AboutAddress) {
		e.Address, e.Hearing = strings.TrimSpace(a.Address), c.Hearing
	}
	if step.Names(AboutWay) {
		e.Type, e.Way, e.To = a.Result, a.Way, strings.TrimSpace(a.Contact)
	}
	if step.Name == EventCorrected {
		e.Corrects, e.Was, e.Party = was.ID, was.Type, was.Party
		for _, what := range was.Asks() {
			switch what {
			case AboutHearing:
				e.Hearing = Hearing{a.Hearing.At.UTC(), a.Hearing.Place}
			case AboutPresent:
				e.Present, e.Hearing = a.Present, was.Hearing
			case AboutDay:
				e.On = a.On
			case AboutNumber:
				e.Value = strings.TrimSpace(a.Name)
			case AboutCaseNumber:
				e.Value = strings.TrimSpace(string(a.Number))
			}
		}
		c.Events = append(c.Events, e)
		return c.corrected(a, e, key), nil
	}
	c.Events = append(c.Events, e)
	return c.done(a, e, key), nil
}

// done is what an act changes beside the status.
func (c Case) done(a Act, e Event, key []byte) Case {
	at := slices.IndexFunc(c.Parties, func(p Party) bool { return p.ID == e.Party })
	rep := slices.IndexFunc(c.Representatives, func(r Representative) bool { return r.ID == e.Representative })
	switch e.Type {
	case "confirm":
		p := &c.Parties[at]
		p.Name, p.ConfirmedAt = strings.TrimSpace(a.Name), e.At
		p.Key, p.Number = identified(p.Type, a.Number, key)
	case "admit":
		r := Representative{ID: e.ID, Name: strings.TrimSpace(a.Name), Parties: []string{a.Party}, From: a.From, To: a.To, ConfirmedAt: e.At}
		r.Key, r.Number = identified(party.Natural, a.Number, key)
		c.Representatives = append(c.Representatives, r)
	case "represent":
		r := &c.Representatives[rep]
		r.Name, r.ConfirmedAt, r.EndedAt = strings.TrimSpace(a.Name), e.At, time.Time{}
		r.Key, r.Number = identified(party.Natural, a.Number, key)
	case "unrepresent":
		c.Representatives[rep].EndedAt = e.At
	case "serve":
		if c.Parties[at].From.IsZero() {
			c.Parties[at].From = e.At
		}
		c.Events = append(c.Events, Event{ID: e.ID + "-a", At: e.At, Type: EventAvailable, By: ByOffice, Party: e.Party, Article: "CPC 165(1)"})
	case "appoint", "postpone":
		c.Hearing = e.Hearing
	case "hold", "suspend", "terminate", "leave":
		c.Hearing = Hearing{}
	case "seclude":
		c.Secret = true
	case "finalise":
		c.FinalOn = e.On
	case "in-force", "hand-order":
		c.InForceOn = e.On
	case "return", "refuse", "return-order":
		c.FinalOn = e.On
	}
	if slices.Contains([]string{"terminate", "leave"}, e.Type) {
		c.FinalOn = calendar.DateOf(e.At)
	}
	return c
}

// identified is the look-up key of a confirmed number, and how it is shown.
func identified(typ string, digits account.Number, key []byte) (lookup, masked string) {
	keys := account.NumberKeys(key, string(digits))
	if (party.Party{Type: typ}).IsPerson() {
		n, _ := kzid.ParseIINForm(string(digits))
		return keys[0], n.Masked()
	}
	n, _ := kzid.ParseBINForm(string(digits))
	return keys[1], n.Masked()
}

// check lists what is wrong with the act.
func (c Case) check(step Step, a Act, who Actor, at time.Time) (l defect.List) {
	typ := party.Natural
	if step.Names(AboutParty) {
		p, ok := c.Party(a.Party)
		typ = p.Type
		switch {
		case !ok:
			l.Add("/party", "unknown-value", "")
			return l
		case step.Name == "confirm" && !p.From.IsZero():
			l.Add("/party", "party-served", step.Article)
		case step.Name != "confirm" && !p.Confirmed():
			l.Add("/party", "party-unconfirmed", "CPC 148(2)")
		}
		if _, done := c.last(step.Name, a.Party); done && step.Name == "send-judgment" || step.Name == "serve" && !p.From.IsZero() {
			l.Add("/party", "served-already", step.Article)
		}
		if step.Name == "send-judgment" && c.FinalOn == (calendar.Date{}) {
			l.Add("/party", "judgment-not-final", step.Article)
		}
	}
	if step.Names(AboutRepresentative) {
		i := slices.IndexFunc(c.Representatives, func(r Representative) bool { return r.ID == a.Representative })
		if i < 0 {
			l.Add("/representative", "unknown-value", "")
			return l
		}
		if r := c.Representatives[i]; step.Name == "unrepresent" && (r.Key == "" || !r.EndedAt.IsZero()) {
			l.Add("/representative", "party-unconfirmed", step.Article)
		}
	}
	if step.Name == "admit" {
		typ = party.Natural
		if a.To != (calendar.Date{}) && a.To.Before(a.From) {
			l.Add("/to", "day-impossible", step.Article)
		}
		if len(c.Representatives) >= MaxRepresentatives {
			l.Add("/party", "too-many", "")
		}
	}
	if step.Names(AboutNumber) {
		l = append(l, numbered(typ, a, step.Article)...)
	}
	if step.Names(AboutHearing) {
		if !a.Hearing.At.After(at) {
			l.Add("/hearing/at", "hearing-past", step.Article)
		}
		text(&l, "/hearing/place", a.Hearing.Place, MaxPlace, "CPC 128")
	}
	if step.Names(AboutAddress) {
		text(&l, "/address", a.Address, MaxPlace, "CPC 128(1)2")
		p, _ := c.Party(a.Party)
		if missing := c.Summons(p, Event{Hearing: c.Hearing, Address: a.Address, Name: who.Name}).Missing(); len(l) == 0 && len(missing) > 0 {
			l.Add("", "summons-incomplete", missing[0])
		}
		if c.summoned(a.Party) {
			l.Add("/party", "served-already", step.Article)
		}
	}
	if step.Names(AboutWay) {
		if !slices.Contains(Ways(), a.Way) {
			l.Add("/way", "unknown-value", step.Article)
		}
		if !slices.Contains(Results, a.Result) {
			l.Add("/result", "unknown-value", step.Article)
		}
		if utf8.RuneCountInString(a.Contact) > MaxPlace {
			l.Add("/contact", "too-long", "")
		}
	}
	if step.Names(AboutReason) {
		text(&l, "/reason", a.Reason, MaxName, step.Article)
	}
	if step.Names(AboutPresent) {
		if at.Before(c.Hearing.At) {
			l.Add("/present", "hearing-ahead", step.Article)
		}
		for i, id := range a.Present {
			if _, ok := c.Party(id); !ok || slices.Index(a.Present, id) < i {
				l.Add("/present/"+strconv.Itoa(i), "unknown-value", "")
			}
		}
	}
	if step.Names(AboutDay) {
		l = append(l, c.day(step, a.On, at)...)
	}
	return l
}

// day checks the day that an act names: it has come, and not before what goes before it.
func (c Case) day(step Step, on calendar.Date, at time.Time) (l defect.List) {
	before := c.earliest()
	if step.Names(AboutWay) {
		if on == (calendar.Date{}) {
			l.Add("/on", "required", step.Article)
		} else if calendar.DateOf(at).Before(on) || on.Before(before) {
			l.Add("/on", "day-impossible", step.Article)
		}
		return l
	}
	if decided, ok := c.last("decide", ""); ok {
		before = decided.On
	}
	switch {
	case on == (calendar.Date{}):
		l.Add("/on", "required", step.Article)
	case calendar.DateOf(at).Before(on), on.Before(before):
		l.Add("/on", "day-impossible", step.Article)
	case step.Name == "finalise" && c.FinalOn != (calendar.Date{}):
		l.Add("/on", "judgment-final", step.Article)
	case step.Name == "in-force" && c.FinalOn == (calendar.Date{}):
		l.Add("/on", "judgment-not-final", step.Article)
	}
	return l
}

func numbered(typ string, a Act, article string) (l defect.List) {
	text(&l, "/name", a.Name, MaxName, article)
	var err error
	if (party.Party{Type: typ}).IsPerson() {
		_, err = kzid.ParseIIN(string(a.Number))
	} else {
		_, err = kzid.ParseBIN(string(a.Number))
	}
	if err != nil {
		l.Add("/number", "number-wrong", article)
	}
	return l
}

func text(l *defect.List, pointer, s string, most int, article string) {
	switch n := utf8.RuneCountInString(strings.TrimSpace(s)); {
	case n == 0:
		l.Add(pointer, "required", article)
	case n > most || !utf8.ValidString(s):
		l.Add(pointer, "too-long", "")
	}
}
