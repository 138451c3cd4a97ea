package docket

import (
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
)

// correctable has the acts whose mistakes a new event corrects, with what of them can be wrong. Others are
// undone by acts of their own: a representative whose authority ends, a hearing that is put off.
var correctable = []string{"open", "order", EventEntered, "accept", "issue-order", "return", "refuse", "return-order", "confirm", "appoint", "postpone", "hold", "decide", "finalise", "in-force", "hand-order"}

// Correctable lists the events that who may correct now, oldest first: of each act the latest, and of each
// party the one that confirmed it. A correction can be corrected in turn.
func (c Case) Correctable(who By) (out []Event) {
	for _, e := range c.standing() {
		if !slices.Contains(correctable, e.Type) {
			continue
		}
		step, _ := StepOf(e.Type)
		if by := step.By; !slices.Contains(by, who) && !(slices.Contains(by, ByOffice) && who == ByClerk) {
			continue
		}
		out = slices.DeleteFunc(out, func(earlier Event) bool { return same(earlier, e) })
		out = append(out, e)
	}
	return out
}

// same reports whether the later event is of what the earlier one was: a hearing is one matter.
func same(earlier, later Event) bool {
	hearing := func(e Event) bool { return e.Type == "appoint" || e.Type == "postpone" }
	return earlier.Type == later.Type && earlier.Party == later.Party || hearing(earlier) && hearing(later)
}

// Asks is what the correction of an event names.
func (e Event) Asks() []About {
	if e.Type == "open" || e.Type == "order" {
		return []About{AboutCaseNumber}
	}
	if e.Type == EventEntered {
		return []About{AboutCaseNumber, AboutDay}
	}
	step, _ := StepOf(e.Type)
	return slices.DeleteFunc(slices.Clone(step.About), func(a About) bool { return a == AboutReason || a == AboutParty })
}

// standing are the acts as they were meant: those that were corrected have the corrected values, and the id and
// instant of the correction. Of a judgment that was set aside they have nothing. What happened at which moment is in
// Events.
func (c Case) standing() []Event {
	var out []Event
	for _, e := range c.Events {
		if e.Type == reopened {
			out = slices.DeleteFunc(out, func(was Event) bool { return slices.Contains(judged, was.Type) })
		}
		i := slices.IndexFunc(out, func(was Event) bool { return e.Type == EventCorrected && was.ID == e.Corrects })
		if i < 0 {
			out = append(out, e)
			continue
		}
		meant := out[i]
		meant.ID, meant.At, meant.Hearing, meant.On, meant.Present = e.ID, e.At, e.Hearing, e.On, e.Present
		out[i] = meant
	}
	return out
}

// rounds is how often it was corrected who a party is.
func (c Case) rounds(party string) (n int, since time.Time) {
	for _, e := range c.Events {
		if e.Type == EventCorrected && e.Party == party && e.Was == "confirm" {
			n, since = n+1, e.At
		}
	}
	return n, since
}

// checkCorrection lists what is wrong with a correction; was is the event that it is of.
func (c Case) checkCorrection(a Act, who By, at time.Time) (was Event, l defect.List) {
	list := c.Correctable(who)
	i := slices.IndexFunc(list, func(e Event) bool { return e.ID == a.Event })
	if i < 0 {
		l.Add("/event", "not-correctable", "")
		return was, l
	}
	was = list[i]
	step, _ := StepOf(was.Type)
	for _, what := range was.Asks() {
		switch what {
		case AboutNumber:
			p, _ := c.Party(was.Party)
			l = append(l, numbered(p.Type, a, step.Article)...)
		case AboutCaseNumber:
			text(&l, "/number", string(a.Number), MaxNumber, "")
		case AboutHearing:
			if !a.Hearing.At.After(at) {
				l.Add("/hearing/at", "hearing-past", step.Article)
			}
			text(&l, "/hearing/place", a.Hearing.Place, MaxPlace, "CPC 128")
			if c.Status != Appointed {
				l.Add("/event", "not-correctable", "")
			}
		case AboutPresent:
			for _, id := range a.Present {
				if _, ok := c.Party(id); !ok {
					l.Add("/present", "unknown-value", "")
				}
			}
		case AboutDay:
			first := c.earliest()
			switch {
			case was.Type == EventEntered:
				first = calendar.DateOf(was.At).Add(-MaxDaysBeforeEntry)
			case slices.Contains(opening, was.Type):
				first, _ = c.Received()
			}
			if a.On == (calendar.Date{}) || calendar.DateOf(at).Before(a.On) || a.On.Before(first) {
				l.Add("/on", "day-impossible", step.Article)
			}
		}
	}
	return was, l
}

// corrected is what a correction changes in the case. Who was taken for a party loses sight of the case at
// once; the right one has it when served.
func (c Case) corrected(a Act, e Event, key []byte) Case {
	switch e.Was {
	case "open", "order", EventEntered:
		c.Number = strings.TrimSpace(string(a.Number))
	case "confirm":
		p := &c.Parties[slices.IndexFunc(c.Parties, func(p Party) bool { return p.ID == e.Party })]
		p.Name, p.ConfirmedAt, p.From = strings.TrimSpace(a.Name), e.At, time.Time{}
		p.Key, p.Number = identified(p.Type, a.Number, key)
	case "appoint", "postpone":
		c.Hearing = e.Hearing
	case "finalise", "return", "refuse", "return-order":
		c.FinalOn = e.On
	case "in-force", "hand-order":
		c.InForceOn = e.On
	}
	return c
}

// Retold are the events by which the parties that see the case are told of a correction, one for each.
func (c Case) Retold(correction Event) (out []Event) {
	for _, p := range c.Parties {
		if !p.From.IsZero() && !correction.At.Before(p.From) {
			out = append(out, Event{ID: correction.ID + "-told-" + p.ID, At: correction.At, Type: EventRetold, By: ByOffice, Party: p.ID, Corrects: correction.ID})
		}
	}
	return out
}
