package docket

import (
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

// Types of events by which a party is reminded of something.
const (
	RemindContacts  = "remind-contacts"  // that a change of address is to be told to the court (CPC 132)
	RemindAuthority = "remind-authority" // that the authority of who acts for it ends
)

// A party of a going case is reminded of its address when it matters: a notice to the last known address
// counts (CPC 132), so some days before each hearing, and where there is none for long, as while a case is
// suspended, every few months.
const (
	ContactsBefore = 5 // working days before a hearing
	ContactsEvery  = 3 // months since it was served, or last reminded
)

// AuthorityBefore are how many days before the last day of an authority those are told whom it concerns, the
// most first: two weeks leave time for a new power of attorney at a notary, three days for one with an EDS.
var AuthorityBefore = []int{14, 3}

// Reminder is what somebody is to be reminded of, from a day on.
type Reminder struct {
	Type           string // RemindContacts or RemindAuthority
	Party          string // id
	Representative string // id, of RemindAuthority
	On             calendar.Date
	Until          calendar.Date // last day of the authority
}

// Reminders lists who is to be reminded of what, as of a day: the next of each kind for each party that sees
// the case, also where its day has come. There are none in a case that has ended.
func (c Case) Reminders(today calendar.Date) (out []Reminder) {
	if !slices.Contains(going, c.Status) {
		return nil
	}
	for _, p := range c.Parties {
		if p.From.IsZero() || !p.Confirmed() {
			continue
		}
		out = append(out, Reminder{Type: RemindContacts, Party: p.ID, On: c.contacts(p)})
		for _, r := range c.Representatives {
			if day, ok := c.lapses(p, r, today); ok {
				out = append(out, Reminder{Type: RemindAuthority, Party: p.ID, Representative: r.ID, On: day, Until: r.To})
			}
		}
	}
	return out
}

// contacts is the day from which the party is to be reminded of its address the next time.
func (c Case) contacts(p Party) calendar.Date {
	last := p.From
	for _, e := range c.Events {
		if e.Type == RemindContacts && e.Party == p.ID {
			last = e.At
		}
	}
	day := calendar.DateOf(last).AddMonths(ContactsEvery)
	fixed, ok := c.fixed()
	if !ok || !last.Before(fixed.At) && last != p.From { // reminded since the hearing was fixed
		return day
	}
	before := calendar.DateOf(c.Hearing.At)
	for left := ContactsBefore; left > 0; {
		if before = before.Add(-1); before.Working() {
			left--
		}
	}
	if before.Before(day) {
		return before
	}
	return day
}

// lapses is the day from which the party is to be told that the authority of r ends: the latest of its days
// that has come, or the next. ok is false when all was told, or the authority has no end, has ended, or is not r's.
func (c Case) lapses(p Party, r Representative, today calendar.Date) (day calendar.Date, ok bool) {
	if r.Key == "" || !r.EndedAt.IsZero() || r.To == (calendar.Date{}) || r.To.Before(today) || !slices.Contains(r.Parties, p.ID) {
		return calendar.Date{}, false
	}
	told := calendar.Date{}
	for _, e := range c.Events {
		if e.Type == RemindAuthority && e.Party == p.ID && e.Representative == r.ID && e.On == r.To {
			told = calendar.DateOf(e.At)
		}
	}
	for i, n := range AuthorityBefore {
		day = r.To.Add(-n)
		last := i == len(AuthorityBefore)-1
		if told.Before(day) && (last || today.Before(r.To.Add(-AuthorityBefore[i+1]))) {
			return day, true
		}
	}
	return calendar.Date{}, false
}

// Remind returns the case with an event for each reminder whose day has come by the instant at. ok is false
// when there is none: nothing is changed.
func (c Case) Remind(at time.Time) (out Case, ok bool) {
	today := calendar.DateOf(at)
	out = c
	out.Events = slices.Clone(c.Events)
	for _, r := range c.Reminders(today) {
		if today.Before(r.On) {
			continue
		}
		e := Event{
			ID: r.Type + "-" + r.Party + "-" + r.Representative + "-" + today.String(), At: at, Type: r.Type, By: ByOffice, Party: r.Party,
			Representative: r.Representative, Article: "CPC 132", On: r.Until,
		}
		if r.Type == RemindAuthority {
			e.Article = "CPC 61"
		}
		out.Events = append(out.Events, e)
		ok = true
	}
	if ok {
		out.Revision, out.UpdatedAt = c.Revision+1, at
	}
	return out, ok
}
