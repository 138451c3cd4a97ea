package docket

import (
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

// Deadline is a term of a party or of the court in the case.
type Deadline struct {
	Rule    string        // id of a calendar.Rule
	Party   string        // id; "" for the court's
	Article string        //
	From    calendar.Date // the day of what starts it, which does not count
	Due     calendar.Date // last day, until its 24:00; zero while it can't be told
	Why     string        // why it can't: "suspended", "year-unknown"; ""
	Done    bool          // what it is for was done
}

// Deadlines lists the terms that run in the case, or ran: the court's first, then each party's in their
// order. A term starts with a fact that has its own proof: what was sent starts none that begins with
// receiving.
func (c Case) Deadlines() (out []Deadline) {
	stops := c.stops()
	add := func(rule, party string, from calendar.Date, done bool) {
		r, ok := calendar.RuleOf(rule)
		if !ok {
			panic("docket: no rule " + rule)
		}
		d := Deadline{Rule: rule, Party: party, Article: r.Article, From: from, Done: done}
		due, err := r.Term.End(from, stops...)
		switch {
		case err == nil:
			d.Due = due
		case err == calendar.ErrSuspended:
			d.Why = "suspended"
		default:
			d.Why = "year-unknown"
		}
		out = append(out, d)
	}
	if received, ok := c.Received(); ok {
		rule := "court.acceptance"
		if c.Kind == kindOrder {
			rule = "court.order.issue"
		}
		add(rule, "", received, c.Status != Entered)
	}
	began, opened := c.began()
	unserved := func(p Party) bool { return p.Role.Answers() && p.From.IsZero() }
	if opened && slices.ContainsFunc(c.Parties, func(p Party) bool { return p.Role.Answers() }) {
		rule := "court.copies.claim"
		if c.Kind == kindOrder {
			rule = "court.order.send"
		}
		add(rule, "", began, !slices.ContainsFunc(c.Parties, unserved))
	}
	if fixed, ok := c.fixed(); ok {
		untold := func(p Party) bool { return !p.From.IsZero() && !c.summoned(p.ID) }
		add("court.notice", "", calendar.DateOf(fixed.At), !slices.ContainsFunc(c.Parties, untold))
	}
	decided, hasJudgment := c.last("decide", "")
	if hasJudgment {
		add("court.judgment.final", "", decided.On, c.FinalOn != (calendar.Date{}))
	}
	for _, p := range c.Parties {
		if at, ok := c.received(p); ok && p.Role.Answers() {
			if c.Kind == kindOrder {
				add("order.objection", p.ID, calendar.DateOf(at), c.Status == SetAside || c.filed(p.ID, "motion"))
			} else {
				add("response", p.ID, calendar.DateOf(at), c.filed(p.ID, "response"))
			}
		}
		if c.FinalOn == (calendar.Date{}) {
			continue
		}
		held, _ := c.last("hold", "")
		sent, wasSent := c.last("send-judgment", p.ID)
		switch {
		case !opened && p.Role.Answers(): // what was returned or refused is no matter of theirs
		case !hasJudgment: // terminated, left or not opened: a ruling
			add("private-complaint", p.ID, c.FinalOn, c.filed(p.ID, "private_complaint"))
		case slices.Contains(held.Present, p.ID):
			add("appeal", p.ID, c.FinalOn, c.filed(p.ID, "appeal"))
		case wasSent:
			add("appeal.absent", p.ID, calendar.DateOf(sent.At), c.filed(p.ID, "appeal"))
		}
	}
	return append(out, c.set()...)
}

// set are the terms that a judge set: for the faults of a paper to be cured, for the others to respond to it.
func (c Case) set() (out []Deadline) {
	for i, e := range c.Events {
		if e.Type != EventAnswered || e.On == (calendar.Date{}) || e.Step == correctDay {
			continue
		}
		for _, later := range c.Events[i+1:] { // the day as it was meant
			if later.Type == EventAnswered && later.Step == correctDay && later.Paper == e.Paper {
				e.On = later.On
			}
		}
		after := func(typ string, what func(Event) bool) bool {
			return slices.ContainsFunc(c.Events[i+1:], func(later Event) bool { return later.Type == typ && what(later) })
		}
		d := Deadline{Rule: "appeal.cure", Party: e.Party, From: calendar.DateOf(e.At), Due: e.On}
		if e.Step == "leave" {
			d.Done = after(EventAnswered, func(later Event) bool { return later.Paper == e.Paper && later.Step != correctRuling })
			out = append(out, d)
			continue
		}
		d.Rule = "appeal.response"
		for _, p := range c.Parties {
			if p.ID == e.Party || p.From.IsZero() {
				continue
			}
			d.Party = p.ID
			d.Done = after(EventAttached, func(later Event) bool { return later.Party == p.ID && c.kind(later.Paper) == "response" })
			out = append(out, d)
		}
	}
	for i := range out {
		r, _ := calendar.RuleOf(out[i].Rule)
		out[i].Article = r.Article
	}
	return out
}

// Steps of filing.Steps that correct others.
const (
	correctDay    = "correct-day"
	correctRuling = "correct-ruling"
)

// kind is what a paper of the case is.
func (c Case) kind(filing string) string {
	i := slices.IndexFunc(c.Papers, func(p Paper) bool { return p.Filing == filing })
	if i < 0 {
		return ""
	}
	return c.Papers[i].Kind
}

// fixed is the event that fixed the date of the hearing that is appointed.
func (c Case) fixed() (e Event, ok bool) {
	for _, one := range c.standing() {
		if one.Type == "appoint" || one.Type == "postpone" {
			e = one
		}
	}
	return e, !c.Hearing.At.IsZero()
}

// received is when the party certainly had the copy of the claim: it opened the case.
func (c Case) received(p Party) (time.Time, bool) {
	e, ok := c.opened(p.ID)
	return e.At, ok
}

// filed reports whether a paper of the kind came from the party.
func (c Case) filed(party, kind string) bool {
	return slices.ContainsFunc(c.Papers, func(p Paper) bool { return p.Party == party && p.Kind == kind })
}

// stops are the times in which the proceedings stood still (CPC 125).
func (c Case) stops() (out []calendar.Stop) {
	for _, e := range c.Events {
		switch e.Type {
		case "suspend":
			out = append(out, calendar.Stop{From: calendar.DateOf(e.At)})
		case "resume":
			out[len(out)-1].To = calendar.DateOf(e.At)
		}
	}
	return out
}
