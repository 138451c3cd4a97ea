package calendar_test

import (
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

func TestDateOf(t *testing.T) {
	for _, tt := range []struct{ at, want string }{
		{"2026-11-22T18:59:59.999Z", "2026-11-22"}, // 23:59:59.999 in Almaty
		{"2026-11-22T19:00:00Z", "2026-11-23"},     // 24:00 is the next day
		{"2028-02-28T19:00:00Z", "2028-02-29"},
		{"2027-02-28T19:00:00Z", "2027-03-01"},
		{"2026-12-31T19:00:00Z", "2027-01-01"},
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		d := calendar.DateOf(at)
		if d.String() != tt.want {
			t.Errorf("DateOf(%s) = %s, want %s", tt.at, d, tt.want)
		}
		if start := d.Start(); start.After(at) || at.Sub(start) >= 24*time.Hour || calendar.DateOf(start) != d {
			t.Errorf("%s starts at %v", d, start)
		}
	}
}

func TestWorking(t *testing.T) {
	for _, tt := range []struct {
		day  calendar.Date
		want bool
	}{
		{calendar.Date{Year: 2026, Month: time.November, Day: 20}, true},
		{calendar.Date{Year: 2026, Month: time.November, Day: 21}, false}, // Saturday
		{calendar.Date{Year: 2026, Month: time.November, Day: 22}, false}, // Sunday
		{calendar.Date{Year: 2026, Month: time.March, Day: 20}, true},
		{calendar.Date{Year: 2026, Month: time.March, Day: 25}, false}, // bridge of Nauryz
		{calendar.Date{Year: 2026, Month: time.March, Day: 26}, true},
		{calendar.Date{Year: 2026, Month: time.May, Day: 27}, false},
		{calendar.Date{Year: 2027, Month: time.January, Day: 4}, false}, // 2 January was a Saturday
		{calendar.Date{Year: 2027, Month: time.January, Day: 5}, true},
		{calendar.Date{Year: 2027, Month: time.December, Day: 16}, false},
		{calendar.Date{Year: 2031, Month: time.January, Day: 1}, true}, // a Wednesday: the year is not in the table
	} {
		if got := tt.day.Working(); got != tt.want {
			t.Errorf("%s working: %v, want %v", tt.day, got, tt.want)
		}
	}
	if !calendar.Known(2026) || !calendar.Known(2027) || calendar.Known(2031) {
		t.Error("Known is wrong")
	}
}

func TestLastWorkingDay(t *testing.T) {
	for _, tt := range []struct {
		year  int
		month time.Month
		want  string
	}{
		{2026, time.November, "2026-11-30"},
		{2026, time.August, "2026-08-28"}, // 30 is a holiday on Sunday, 31 its day off, 29 a Saturday
		{2026, time.February, "2026-02-27"},
		{2026, time.December, "2026-12-31"},
		{2027, time.October, "2027-10-29"},
		{2028, time.February, "2028-02-29"},
	} {
		if got := calendar.LastWorkingDay(tt.year, tt.month).String(); got != tt.want {
			t.Errorf("last working day of %s %d is %s, want %s", tt.month, tt.year, got, tt.want)
		}
	}
}

func TestAddMonths(t *testing.T) {
	for _, tt := range []struct {
		from calendar.Date
		n    int
		want string
	}{
		{calendar.Date{Year: 2026, Month: time.November, Day: 22}, 3, "2027-02-22"},
		{calendar.Date{Year: 2026, Month: time.November, Day: 30}, 3, "2027-02-28"},
		{calendar.Date{Year: 2027, Month: time.November, Day: 30}, 3, "2028-02-29"},
		{calendar.Date{Year: 2028, Month: time.February, Day: 29}, 12, "2029-02-28"},
		{calendar.Date{Year: 2028, Month: time.February, Day: 29}, 48, "2032-02-29"},
		{calendar.Date{Year: 2026, Month: time.January, Day: 31}, 1, "2026-02-28"},
		{calendar.Date{Year: 2026, Month: time.December, Day: 31}, 1, "2027-01-31"},
		{calendar.Date{Year: 2026, Month: time.March, Day: 31}, -1, "2026-02-28"},
	} {
		if got := tt.from.AddMonths(tt.n).String(); got != tt.want {
			t.Errorf("%d months from %s: %s, want %s", tt.n, tt.from, got, tt.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, text := range []string{"2026-11-24", "2028-02-29", "2026-01-01"} {
		var d calendar.Date
		if err := d.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if back, err := d.MarshalText(); string(back) != text || err != nil {
			t.Errorf("%s comes back as %s, %v", text, back, err)
		}
	}
	for _, text := range []string{"", "2027-02-29", "24.11.2026", "2026-11-24T00:00:00Z"} {
		var d calendar.Date
		if err := d.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was read as %s", text, d)
		}
	}
}
