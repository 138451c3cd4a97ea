// Package calendar turns instants into legal days and says which of them are working days.
//
// A legal day is a Date in Kazakhstan, which is UTC+5 in the whole country since 1 March 2024;
// an instant is a time.Time. Read DateOf, Date.Working and Term.End.
package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// zone is fixed so that binaries carry no zone data.
var zone = time.FixedZone("UTC+5", 5*60*60)

// Date is a day in Kazakhstan. The zero value is no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day an instant belongs to. 24:00 is 00:00 of the next day (CPC 123(5)).
func DateOf(t time.Time) Date {
	y, m, d := t.In(zone).Date()
	return Date{y, m, d}
}

// Start returns the first instant of the day, in UTC.
func (d Date) Start() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone).UTC()
}

// Add returns the day n days later, or earlier for a negative n.
func (d Date) Add(n int) Date { return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, zone)) }

// AddMonths returns the day of the same number n months later, or the last day of a month that
// has none: where a term counted in months ends (Civil Code 174).
func (d Date) AddMonths(n int) Date {
	last := DateOf(time.Date(d.Year, d.Month+time.Month(n)+1, 0, 0, 0, 0, 0, zone))
	last.Day = min(last.Day, d.Day)
	return last
}

// Before reports whether d comes before other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// Compare returns -1, 0 or 1 as d comes before other, is the same day or comes after.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}

// String returns the date as ISO 8601 writes it.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// MarshalText gives what String does, for JSON.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText gives. It fails for a day that no calendar has.
func (d *Date) UnmarshalText(text []byte) error {
	t, err := time.ParseInLocation("2006-01-02", string(text), zone)
	if err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	*d = DateOf(t)
	return nil
}

// Known reports whether the days off of the year are in this package's table. In other years
// Working knows Saturdays and Sundays only.
func Known(year int) bool { _, ok := daysOff[year]; return ok }

// Working reports whether courts work on the day: it is no Saturday, no Sunday and no day off, or
// a Saturday or Sunday that is worked in exchange for another day.
func (d Date) Working() bool {
	if workedDays[d] {
		return true
	}
	switch d.Start().In(zone).Weekday() {
	case time.Saturday, time.Sunday:
		return false
	}
	return !daysOff[d.Year][[2]int{int(d.Month), d.Day}]
}

// LastWorkingDay returns the last working day of a month.
func LastWorkingDay(year int, month time.Month) Date {
	d := Date{year, month + 1, 1}.Add(-1)
	for !d.Working() {
		d = d.Add(-1)
	}
	return d
}
