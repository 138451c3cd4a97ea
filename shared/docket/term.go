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
	unserved := func(p Party) bool { return p.Role.Answers() && p.From.IsZero() }
	if slices.ContainsFunc(c.Parties, func(p Party) bool { return p.Role.Answers() }) {
		add("court.copies.claim", "", calendar.DateOf(c.OpenedAt), !slices.ContainsFunc(c.Parties, unserved))
	}
	if fixed, ok := c.fixed(); ok {
		untold := func(p Party) bool { return !p.From.IsZero() && !c.summoned(p.ID) }
		add("court.notice", "", calendar.DateOf(fixed.At), !slices.ContainsFunc(c.Parties, untold))
	}
	decided, hasJudgment := c.last("decide")
	if hasJudgment {
		add("court.judgment.final", "", decided.On, c.FinalOn != (calendar.Date{}))
	}
	for _, p := range c.Parties {
		if at, ok := c.received(p); ok && p.Role.Answers() {
			rule := "response"
			if c.Kind == "court_order_application" {
				rule = "order.objection"
			}
			add(rule, p.ID, calendar.DateOf(at), c.filed(p.ID, "response"))
		}
		if c.FinalOn == (calendar.Date{}) {
			continue
		}
		held, _ := c.last("hold")
		sent, wasSent := c.Happened("send-judgment", p.ID)
		switch {
		case !hasJudgment: // terminated or left: a ruling
			add("private-complaint", p.ID, c.FinalOn, c.filed(p.ID, "private_complaint"))
		case slices.Contains(held.Present, p.ID):
			add("appeal", p.ID, c.FinalOn, c.filed(p.ID, "appeal"))
		case wasSent:
			add("appeal.absent", p.ID, calendar.DateOf(sent.At), c.filed(p.ID, "appeal"))
		}
	}
	return out
}

// fixed is the event that fixed the date of the hearing that is appointed.
func (c Case) fixed() (e Event, ok bool) {
	for _, one := range c.Events {
		if one.Type == "appoint" || one.Type == "postpone" {
			e = one
		}
	}
	return e, !c.Hearing.At.IsZero()
}

// received is when the party certainly had the copy of the claim: it opened the case.
func (c Case) received(p Party) (time.Time, bool) {
	e, ok := c.Happened(EventOpened, p.ID)
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
