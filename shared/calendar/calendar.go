// Package calendar turns instants into legal days and says which of them are working days.
//
// A legal day is a Date in Kazakhstan, which is UTC+5 in the whole country since 1 March 2024;
// an instant is a time.Time. Read DateOf and Date.Working.
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

// Working reports whether courts work on the day: it is no Saturday, no Sunday and no day off.
func (d Date) Working() bool {
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

type set = map[[2]int]bool

// daysOff lists the days off by year, as {month, day}.
//
// National and state holidays: Law of 13 December 2001 No. 267-II, articles 3 and 4. A holiday
// on a Saturday or Sunday makes the next working day a day off (Labour Code, article 84). 7
// January and the first day of Qurban Ait are days off, not holidays (article 84 too), and are
// not moved. Days that the Government moves by a decision of its own are entered when it does.
// Qurban Ait of 2027 is the expected day: the Spiritual Administration of Muslims names it.
var daysOff = map[int]set{
	2026: {
		{1, 1}: true, {1, 2}: true, {1, 7}: true,
		{3, 8}: true, {3, 9}: true, // Sunday, moved to Monday
		{3, 21}: true, {3, 22}: true, {3, 23}: true, {3, 24}: true, {3, 25}: true, // Nauryz, from a Saturday
		{5, 1}: true, {5, 7}: true, {5, 9}: true, {5, 11}: true, // Saturday, moved to Monday
		{5, 27}: true, // Qurban Ait
		{7, 6}:  true,
		{8, 30}: true, {8, 31}: true, // Sunday, moved to Monday
		{10, 25}: true, {10, 26}: true, // Sunday, moved to Monday
		{12, 16}: true,
	},
	2027: {
		{1, 1}: true, {1, 2}: true, {1, 4}: true, {1, 7}: true, // Saturday, moved to Monday
		{3, 8}:  true,
		{3, 21}: true, {3, 22}: true, {3, 23}: true, {3, 24}: true, // Nauryz, from a Sunday
		{5, 1}: true, {5, 3}: true, {5, 7}: true, {5, 9}: true, {5, 10}: true, // Saturday and Sunday, moved
		{5, 16}: true, // Qurban Ait
		{7, 6}:  true,
		{8, 30}: true, {10, 25}: true, {12, 16}: true,
	},
}
