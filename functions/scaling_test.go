package functions_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/calendar"
)

// TestRushes: the evenings of two years, as one reads them off a calendar.
func TestRushes(t *testing.T) {
	for year, want := range map[int]string{
		2026: "01-05* 01-30 02-27 03-26* 03-31 04-30 05-29 06-30 07-31 08-28 09-30 10-30 11-30 12-31", // August ends with a Saturday, a Sunday and a day off
		2027: "01-05* 01-29 02-26 03-25* 03-31 04-30 05-11* 05-31 06-30 07-30 08-31 09-30 10-29 11-30 12-31",
	} {
		var got []string
		for _, r := range functions.Rushes(calendar.Date{Year: year, Month: 1, Day: 1}, calendar.Date{Year: year, Month: 12, Day: 31}) {
			s := r.Day.String()[5:]
			if r.Why == functions.AfterLeave {
				s += "*"
			}
			got = append(got, s)
			if from := r.Day.Start().Add(17 * time.Hour); !r.From.Equal(from) || r.To.Sub(r.From) != 7*time.Hour+30*time.Minute {
				t.Errorf("%s: from %s to %s", r.Day, r.From, r.To)
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%d (* after days off, -want +got):\n%s", year, diff)
		}
	}
	day := calendar.Date{Year: 2026, Month: 11, Day: 30}
	if n := len(functions.Rushes(day, day)); n != 1 {
		t.Errorf("%d rushes on the last working day of a month", n)
	}
	if n := len(functions.Rushes(day.Add(1), day.Add(30))); n != 0 {
		t.Errorf("%d rushes in the thirty days after it", n)
	}
	if n := len(functions.Rushes(calendar.Date{Year: 2025, Month: 1, Day: 1}, calendar.Date{Year: 2025, Month: 2, Day: 10})); n != 2 { // a Sunday that was worked after four days off, and the 31st
		t.Errorf("%d rushes in January of the first year whose days off are known", n)
	}
	if n := len(functions.Rushes(calendar.Date{Year: 2031, Month: 1, Day: 1}, calendar.Date{Year: 2031, Month: 12, Day: 31})); n != 0 {
		t.Errorf("%d rushes in a year whose days off are not known", n)
	}
}

// TestReady: what is kept ready is of functions that are asked through an alias, and fits into what is
// theirs.
func TestReady(t *testing.T) {
	for _, r := range functions.Ready {
		row, ok := functions.Named(r.Function)
		if !ok || !row.Canary || r.Calm < 1 || r.Rush < r.Calm || row.Reserved < r.Rush {
			t.Errorf("%+v: %t, %d reserved", r, ok, row.Reserved)
		}
	}
}
