package maintenance

import (
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

// A stop takes from people the time they have left to file in. How much of it one administrator may
// take alone is counted in that time, not in how a plan is worded: many short windows are one long
// one, and a window that ends a millisecond before midnight leaves nothing of the evening.

// Deadline are the functions without which nobody keeps a term: the seal, and the registration and
// acceptance that come before a first one. Stopping any of them always takes two persons.
var Deadline = []string{"file-claim", "accept-agreement", "register"}

const (
	// Evening is when the rush to the end of a working day begins: [18:00, 24:00) in Kazakhstan.
	Evening = 18 * time.Hour
	// Span and MostInSpan bound what one person may stop in all: 8 hours in any 7 days.
	Span       = 7 * 24 * time.Hour
	MostInSpan = 8 * time.Hour
	// MostEmergency is the longest emergency that one person may declare, once in Span.
	MostEmergency = 30 * time.Minute
)

// NeedsSecond reports whether a second person must agree to the plan beside the other windows there
// are. It is so when the plan
//
//   - stops any of Deadline, as one that stops everything does;
//   - overlaps the evening of a working day, or holds the end of any day, at which terms end (CPC
//     123(5)): [23:00, 24:00) does, [00:00, 01:00) does not;
//   - touches the last working day of a month, or a year whose days off are not known yet;
//   - makes the time stopped more than MostInSpan in some Span;
//   - is an emergency longer than MostEmergency, or the second one within Span.
func (p Plan) NeedsSecond(others []Window) bool {
	return p.StopsDeadline() || p.onBusyDay() || p.stopped(others) > MostInSpan || p.Emergency && (p.To.Sub(p.From) > MostEmergency || p.secondEmergency(others))
}

// StopsDeadline reports whether the plan stops any of Deadline, as one that stops everything does.
func (p Plan) StopsDeadline() bool {
	return len(p.Affects) == 0 || slices.ContainsFunc(p.Affects, func(fn string) bool { return slices.Contains(Deadline, fn) })
}

func (p Plan) onBusyDay() bool {
	for day := calendar.DateOf(p.From); day.Start().Before(p.To); day = day.Add(1) {
		midnight := day.Add(1).Start()
		switch {
		case !calendar.Known(day.Year), day == calendar.LastWorkingDay(day.Year, day.Month), !midnight.After(p.To):
			return true
		case day.Working() && day.Start().Add(Evening).Before(p.To) && p.From.Before(midnight):
			return true
		}
	}
	return false
}

// stopped returns the most time that the plan and the other windows together stop within a Span that
// holds some of the plan. Time that two of them stop counts once.
func (p Plan) stopped(others []Window) time.Duration {
	spans := []interval{{p.From, p.To}}
	for _, w := range others {
		if w.counts() && w.End().After(p.From.Add(-Span)) && w.Start().Before(p.To.Add(Span)) {
			spans = append(spans, interval{w.Start(), w.End()})
		}
	}
	merged := union(spans)
	var most time.Duration
	// The sum is largest in a span that begins where a stop does or ends where one does.
	for _, one := range merged {
		for _, from := range []time.Time{one.from, one.to.Add(-Span)} {
			if from.Before(p.To) && from.Add(Span).After(p.From) {
				most = max(most, inSpan(merged, from))
			}
		}
	}
	return most
}

// counts reports whether a window stops or will stop anything: a proposal waits for a second person
// anyway, and one cancelled before it began took nothing.
func (w Window) counts() bool {
	return !w.PublishedAt.IsZero() && w.End().After(w.Start())
}

func (p Plan) secondEmergency(others []Window) bool {
	return slices.ContainsFunc(others, func(w Window) bool {
		return w.Emergency && w.counts() && w.End().After(p.From.Add(-Span)) && w.Start().Before(p.To.Add(Span))
	})
}

type interval struct{ from, to time.Time }

// union returns what the intervals cover, in order and apart.
func union(list []interval) []interval {
	slices.SortFunc(list, func(a, b interval) int { return a.from.Compare(b.from) })
	var out []interval
	for _, one := range list {
		if last := len(out) - 1; last >= 0 && !one.from.After(out[last].to) {
			if one.to.After(out[last].to) {
				out[last].to = one.to
			}
			continue
		}
		out = append(out, one)
	}
	return out
}

// inSpan returns how much of the intervals lies in the Span that begins at from.
func inSpan(list []interval, from time.Time) (sum time.Duration) {
	to := from.Add(Span)
	for _, one := range list {
		begin, end := one.from, one.to
		if begin.Before(from) {
			begin = from
		}
		if end.After(to) {
			end = to
		}
		if end.After(begin) {
			sum += end.Sub(begin)
		}
	}
	return sum
}

// without returns the windows but that of the id.
func without(windows []Window, id string) []Window {
	return slices.DeleteFunc(slices.Clone(windows), func(w Window) bool { return w.ID == id })
}
