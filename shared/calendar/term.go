package calendar

import (
	"errors"
	"fmt"
	"time"
)

// Unit is what a procedural term is counted in (CPC 122(1)).
type Unit string

const (
	Days        Unit = "days" // calendar days: where the code says no more than "days"
	WorkingDays Unit = "working-days"
	Months      Unit = "months"
	Years       Unit = "years"
)

// Term is the length of a procedural term. The zero value is none: the term is set by the court
// or ends with an event.
type Term struct {
	N    int
	Unit Unit
}

// Stop is a time in which proceedings stood still (CPC 125): from the day of the ruling that
// suspends them to the day of the ruling that resumes them, which counts again.
type Stop struct {
	From Date
	To   Date // zero while they still stand
}

// UnknownYearError says that a term reaches a year whose days off are not known yet, so its end
// can't be told.
type UnknownYearError struct{ Year int }

func (e *UnknownYearError) Error() string {
	return fmt.Sprintf("calendar: the days off of %d are not known", e.Year)
}

var (
	// ErrSuspended: the proceedings stand still, so the term has no end yet (CPC 125(1)).
	ErrSuspended = errors.New("calendar: the term is suspended")
	// ErrNoTerm: a term of this kind is set by the court or ends with an event.
	ErrNoTerm = errors.New("calendar: no length to count")
)

// End returns the last day of the term that begins with what happened on from: the act may be done
// until 24:00 of that day, electronic documents too (CPC 123(5), (7)).
//
// Counting starts on the day after from (122(2)). A term of years or months ends on the day of the
// same number, or on the last day of a month that has none (123(1)-(2)); a last day that is not a
// working day gives way to the next one that is (123(4)). Days within stops do not count; stops are
// in order and do not overlap.
//
// Errors: *UnknownYearError, ErrSuspended, ErrNoTerm.
func (t Term) End(from Date, stops ...Stop) (Date, error) {
	var end Date
	switch t.Unit {
	case Days, WorkingDays:
		end = from
		for left := t.N; left > 0; {
			end = end.Add(1)
			if stopped(end, stops) {
				if open(end, stops) {
					return Date{}, ErrSuspended
				}
				continue
			}
			if t.Unit == WorkingDays && !Known(end.Year) {
				return Date{}, &UnknownYearError{end.Year}
			}
			if t.Unit == Days || end.Working() {
				left--
			}
		}
	case Months, Years:
		months := t.N
		if t.Unit == Years {
			months *= 12
		}
		end = from.AddMonths(months)
		for _, s := range stops {
			if !from.Before(s.From) || end.Before(s.From) {
				continue
			}
			if s.To == (Date{}) {
				return Date{}, ErrSuspended
			}
			end = end.Add(s.From.DaysTo(s.To))
		}
	default:
		return Date{}, ErrNoTerm
	}
	for ; ; end = end.Add(1) {
		if !Known(end.Year) {
			return Date{}, &UnknownYearError{end.Year}
		}
		if end.Working() {
			return end, nil
		}
	}
}

func stopped(d Date, stops []Stop) bool {
	for _, s := range stops {
		if !d.Before(s.From) && (s.To == (Date{}) || d.Before(s.To)) {
			return true
		}
	}
	return false
}

func open(d Date, stops []Stop) bool {
	for _, s := range stops {
		if s.To == (Date{}) && !d.Before(s.From) {
			return true
		}
	}
	return false
}

// DaysTo returns how many days later other is; negative when it is earlier.
func (d Date) DaysTo(other Date) int {
	return int(other.Start().Sub(d.Start()) / (24 * time.Hour))
}

// Over returns the first instant after the day, in UTC: its 24:00, which is late (CPC 123(5)).
func (d Date) Over() time.Time { return d.Add(1).Start() }
