package docket

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/party"
)

// openings says of each kind of filing that opens a case which section of its form has the parties of
// which role.
var openings = map[string][]struct {
	section string
	list    bool // the section has "parties", else it is one
	role    Role
}{
	"claim": {
		{"claimant", false, Claimant}, {"coclaimants", true, Claimant}, {"defendants", true, Defendant}, {"thirdParties", true, ThirdParty},
	},
	"court_order_application": {{"claimant", false, Claimant}, {"defendants", true, Defendant}},
	"special_proceeding":      {{"applicant", false, Applicant}, {"interested", true, Interested}},
}

const kindOrder = "court_order_application"

// follows has the steps of a case that follow from what the court did with a paper about that, whoever filed it: the
// court decides of its own act by it.
var follows = []struct{ did, about, step string }{
	{"set-aside", "order_objection", "set-aside"},
	{"grant", "simplified_set_aside", "reopen"},
	{"grant-part", "simplified_set_aside", "reopen"},
}

// follow is the step of the case that follows from the answer. ok is false where none does.
func (c Case) follow(a Answer) (step Step, ok bool) {
	for _, f := range follows {
		if f.did == a.Step && f.about == a.About {
			step, ok = StepOf(f.step)
			return step, ok && step.TakenIn(c.Kind)
		}
	}
	return Step{}, false
}

// fit is an act on papers that only some cases have a use for.
type fit struct {
	kind, about string   // of the paper
	steps       []string // of filing.Steps
	in          []string // kinds of the filing that opened the case
	article     string   // that says so
}

func (f fit) is(step, kind, about string) bool {
	return f.kind == kind && (f.about == "" || f.about == about) && slices.Contains(f.steps, step)
}

var fits = []fit{
	{"motion", "order_objection", []string{"set-aside", "keep-order"}, orders, "CPC 141, 142"},
	{"motion", "simplified_set_aside", []string{"grant", "grant-part"}, []string{"claim"}, "CPC 267-4(2)"},
	{"counterclaim", "", []string{"accept"}, []string{"claim"}, "CPC 153"},
	{"appeal", "", []string{"copies"}, trials, "CPC 401"}, // to an order one objects
}

// InSome reports whether it depends on the case if the court takes the step on a paper of the kind about that.
func InSome(step, kind, about string) bool {
	return slices.ContainsFunc(fits, func(f fit) bool { return f.is(step, kind, about) })
}

// Takes reports whether the court takes the step on such a paper of the case; where not, article says in which.
func (c Case) Takes(step, kind, about string) (article string, ok bool) {
	for _, f := range fits {
		if f.is(step, kind, about) && !slices.Contains(f.in, c.Kind) {
			return f.article, false
		}
	}
	return "", true
}

// Opens reports whether a filing of the kind opens a case when a judge accepts it. Others belong to one.
func Opens(kind string) bool { return openings[kind] != nil }

// Named returns the parties and representatives that a form names, nobody of them confirmed.
//
// Errors: a form that is not one of the kind's.
func Named(kind string, v form.Value) (parties []Party, representatives []Representative, err error) {
	for _, o := range openings[kind] {
		var section struct {
			party.Party
			Parties []party.Party `json:"parties"`
		}
		if err := bind(v[o.section], &section); err != nil {
			return nil, nil, fmt.Errorf("section %s: %w", o.section, err)
		}
		found := section.Parties
		if !o.list {
			found = []party.Party{section.Party}
		}
		for _, p := range found {
			if p.Type != "" {
				parties = append(parties, Party{ID: p.ID, Role: o.role, Type: p.Type, Name: shortened(p.FullName()), Stated: masked(p.Number()), stated: p.Number()})
			}
		}
	}
	parties = identifiable(parties)
	var section struct {
		Items []party.Representation `json:"items"`
	}
	if err := bind(v["representatives"], &section); err != nil {
		return nil, nil, fmt.Errorf("section representatives: %w", err)
	}
	for _, r := range section.Items {
		name := party.Party{Type: party.Natural, Surname: r.Surname, GivenName: r.GivenName, Patronymic: r.Patronymic}.FullName()
		from, to := r.Days()
		representatives = append(representatives, Representative{
			ID: r.ID, Kind: r.Kind, Name: shortened(name), Parties: slices.Clone(r.Parties), Powers: slices.Clone(r.Powers), From: from, To: to, stated: r.IIN,
		})
	}
	return parties, representatives, nil
}

// identifiable gives those an id that the form gave none, after their role: what is about nobody is the court's.
func identifiable(parties []Party) []Party {
	for i, p := range parties {
		for n := 1; parties[i].ID == ""; n++ {
			id := fmt.Sprintf("%s-%d", p.Role, n)
			if !slices.ContainsFunc(parties, func(other Party) bool { return other.ID == id }) {
				parties[i].ID = id
			}
		}
	}
	return parties
}

func bind(section any, into any) error {
	if section == nil {
		return nil
	}
	raw, err := json.Marshal(section)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// masked is a number of a form as it is shown, "" for what is no number.
func masked(digits string) string {
	n, err := kzid.ParseIINForm(digits)
	if err != nil {
		return ""
	}
	return n.Masked()
}

// shortened is a name of a form cut to MaxName characters. What is cut stands whole in the form.
func shortened(name string) string {
	if utf8.RuneCountInString(name) <= MaxName {
		return name
	}
	return string([]rune(name)[:MaxName-1]) + "…"
}

// Attach returns the case with a later paper of it, filed by the account of that key: the party it is filed
// for is the one whose number the key is of, or the first for whom its representative acts. ok is false for
// one that the case has, and for a paper of somebody who is nobody in the case: a number that was typed
// brings nothing before its parties.
func (c Case) Attach(p Paper, key string, at time.Time) (Case, bool) {
	if slices.ContainsFunc(c.Papers, func(have Paper) bool { return have.Filing == p.Filing }) {
		return c, false
	}
	for _, one := range c.Parties {
		if p.Party == "" && one.Confirmed() && one.Key == key {
			p.Party = one.ID
		}
	}
	for _, r := range c.Representatives {
		if p.Party == "" && r.Key == key && r.Holds(p.At) && len(r.Parties) > 0 {
			p.Party = r.Parties[0]
		}
	}
	if p.Party == "" {
		return c, false
	}
	c.Papers = append(slices.Clone(c.Papers), p)
	c.Events = append(slices.Clone(c.Events), Event{ID: "paper-" + p.Filing, At: at, Type: EventAttached, By: ByOffice, Party: p.Party, Paper: p.Filing})
	c.Revision, c.UpdatedAt = c.Revision+1, at
	return c, true
}

// Answer is what the court did with a paper of the case.
type Answer struct {
	Paper   string    // id of the filing
	About   string    // what a motion is about
	Step    string    // of filing.Steps
	At      time.Time // of the act
	By      By
	Name    string // of who did it, as the certificate has it
	Article string
	On      calendar.Date // last day of the term that the court set
}

func (a Answer) id(what string) string {
	return fmt.Sprintf("%s-%s-%s-%d", what, a.Paper, a.Step, a.At.UnixMilli())
}

// Informs are the events by which the other parties that see the case are told of it, one for each. Who filed
// the paper is told of the filing itself. Of a paper of somebody who is nobody in the case the parties are told what
// follows from it, and not what it is.
func (c Case) Informs(a Answer) (out []Event) {
	told, own := Event{At: a.At, Type: EventInformed, By: ByOffice, Paper: a.Paper, Step: a.Step, Article: a.Article, On: a.On}, ""
	if i := slices.IndexFunc(c.Papers, func(p Paper) bool { return p.Filing == a.Paper }); i >= 0 {
		own = c.Papers[i].Party
	} else if step, ok := c.follow(a); ok && c.has(a.id(step.Name)) {
		told.Paper = ""
	} else {
		return nil
	}
	for _, p := range c.Parties {
		if p.ID != own && !p.From.IsZero() && !a.At.Before(p.From) {
			told.ID, told.Party = a.id("told")+"-"+p.ID, p.ID
			out = append(out, told)
		}
	}
	return out
}

// has reports whether the event of that id is in the case.
func (c Case) has(event string) bool {
	return slices.ContainsFunc(c.Events, func(e Event) bool { return e.ID == event })
}

// Answered returns the case with what the court did with a paper, and with what follows from that. Of a paper that
// is not one of the case only that comes to it. ok is false where the case knows it, or has nothing of it.
func (c Case) Answered(a Answer) (after Case, ok bool) {
	step, follows := c.follow(a)
	i := slices.IndexFunc(c.Papers, func(p Paper) bool { return p.Filing == a.Paper })
	e := Event{ID: a.id("answer"), At: a.At, Type: EventAnswered, By: a.By, Name: a.Name, Paper: a.Paper, Step: a.Step, Article: a.Article, On: a.On}
	then := Event{ID: a.id(step.Name), At: a.At, Type: step.Name, By: ByOffice, Paper: a.Paper, Article: step.Article}
	if c.has(e.ID) || follows && c.has(then.ID) {
		return c, false
	}
	follows = follows && slices.Contains(step.From, c.Status)
	switch {
	case i >= 0:
		e.Party = c.Papers[i].Party
		c.Events = append(slices.Clone(c.Events), e)
	case follows:
		then.Paper, then.By, then.Name = "", a.By, a.Name
		c.Events = slices.Clone(c.Events)
	default:
		return c, false
	}
	if follows {
		c.Status, c.InForceOn, c.FinalOn = step.To, calendar.Date{}, calendar.Date{}
		c.Events = append(c.Events, then)
	}
	c.Revision, c.UpdatedAt = c.Revision+1, a.At
	return c, true
}
