package docket

import (
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Task is something that a case waits for, by a day.
type Task struct {
	What string        // id of a calendar.Rule of the court, or TaskHearing
	On   calendar.Date // the last day for it; of a hearing its day
	By   []By          // whose it is
}

// TaskHearing is a hearing that is appointed: it is to be held on its day.
const TaskHearing = "hearing"

// tasks says whose a term of the court is, and in which cases it is still one to be reminded of. A rule
// that is not here is of everyone in a case that has not ended.
var tasks = map[string]struct {
	by []By
	in []Status
}{
	"court.acceptance":     {[]By{ByJudge}, []Status{Entered}},
	"court.order.issue":    {[]By{ByJudge}, []Status{Entered}},
	"court.copies.claim":   {[]By{ByClerk}, going},
	"court.notice":         {[]By{ByClerk}, going},
	"court.judgment.final": {[]By{ByJudge}, []Status{Decided}},
}

// Agenda lists what the court has to do in the case by a day, the earliest first: its terms that are not
// kept yet and whose end can be told, and the hearing that is appointed.
func (c Case) Agenda() (out []Task) {
	for _, d := range c.Deadlines() {
		if d.Party != "" || d.Done || d.Due == (calendar.Date{}) {
			continue
		}
		of, ok := tasks[d.Rule]
		if !ok {
			of.by, of.in = court, going
		}
		if slices.Contains(of.in, c.Status) {
			out = append(out, Task{d.Rule, d.Due, of.by})
		}
	}
	if !c.Hearing.At.IsZero() {
		out = append(out, Task{TaskHearing, calendar.DateOf(c.Hearing.At), court})
	}
	slices.SortStableFunc(out, func(a, b Task) int { return a.On.Compare(b.On) })
	return out
}

// NextDay is the day of what is first in the case's agenda, or of the first of its reminders. ok is false when
// there is nothing.
func (c Case) NextDay() (day calendar.Date, ok bool) {
	if list := c.Agenda(); len(list) > 0 {
		day, ok = list[0].On, true
	}
	for _, r := range c.Reminders(calendar.DateOf(c.UpdatedAt)) {
		if !ok || r.On.Before(day) {
			day, ok = r.On, true
		}
	}
	return day, ok
}

// Ahead is how many working days after today are looked at in the morning.
const Ahead = 3

// Horizon is the last day that is looked at on the morning of today.
func Horizon(today calendar.Date) calendar.Date {
	for left := Ahead; left > 0; {
		if today = today.Add(1); today.Working() {
			left--
		}
	}
	return today
}

// Hours of the morning, in Almaty time: from the first on the court's staff is told, and not any more from the
// second on. What was not told by then is in the next morning's mail.
const (
	MorningFrom = 8
	MorningTo   = 12
)

// IsMorning reports whether it is a working morning at the instant at.
func IsMorning(at time.Time) bool {
	day := calendar.DateOf(at)
	begin := day.Start()
	return day.Working() && !at.Before(begin.Add(MorningFrom*time.Hour)) && at.Before(begin.Add(MorningTo*time.Hour))
}

// EventMorning is the type of MorningEvent.
const EventMorning = "court.due"

// MorningEvent tells somebody who works for a court what ends today and in the next days there, and what is
// overdue, as it stood when the office looked. It names no party. Fields are added, never re-meant.
type MorningEvent struct {
	V       int           `json:"-"`
	Account string        `json:"-"` // id
	At      string        `json:"-"` // RFC 3339, UTC
	Court   string        `json:"court"`
	Day     calendar.Date `json:"day"`
	Late    int           `json:"late"`
	Today   int           `json:"today"`
	Soon    int           `json:"soon"`
	Items   []MorningItem `json:"items"` // what ends first first, at most MostItems
}

// MorningItem is one thing of a MorningEvent.
type MorningItem struct {
	What   string        `json:"what"`   // MorningFiling, or Task.What
	Number string        `json:"number"` // ticket of the filing, number of the case
	On     calendar.Date `json:"on"`
}

// MorningFiling is a filing that waits for the court's answer.
const MorningFiling = "answer"

// MostItems is how many things a mail lists. The counts have all.
const MostItems = 40

// Add counts n things of a day, seen on the day of e, and lists item where there is room.
func (e *MorningEvent) Add(on calendar.Date, n int, items ...MorningItem) {
	switch {
	case on.Before(e.Day):
		e.Late += n
	case on == e.Day:
		e.Today += n
	default:
		e.Soon += n
	}
	e.Items = append(e.Items, items...)
}

// Close puts what ends first first and leaves out what has no room. It reports whether there is anything to
// be told.
func (e *MorningEvent) Close() bool {
	slices.SortStableFunc(e.Items, func(a, b MorningItem) int { return a.On.Compare(b.On) })
	e.Items = e.Items[:min(len(e.Items), MostItems)]
	return e.Late+e.Today+e.Soon > 0
}

// ID tells mornings of one account apart: the same day at the same court is one.
func (e MorningEvent) ID() string { return e.Day.String() + "#" + e.Court }

// Outbox is e in its envelope.
func (e MorningEvent) Outbox() outbox.Event { return outbox.New(e.V, EventMorning, e.Account, e.At, e) }

// MorningEventOf reads e, of type EventMorning, out of its envelope.
func MorningEventOf(e outbox.Event) (MorningEvent, error) {
	out := MorningEvent{V: e.V, Account: e.Of, At: e.At}
	return out, e.Decode(&out)
}
