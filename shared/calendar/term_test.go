package calendar_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

func day(t *testing.T, s string) (d calendar.Date) {
	t.Helper()
	if s == "" {
		return d
	}
	if err := d.UnmarshalText([]byte(s)); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTermEnd(t *testing.T) {
	for _, tt := range []struct {
		name string
		term calendar.Term
		from string
		want string
	}{
		{"starts on the next day", calendar.Term{1, calendar.WorkingDays}, "2026-11-23", "2026-11-24"},
		{"from a Friday", calendar.Term{1, calendar.WorkingDays}, "2026-11-20", "2026-11-23"},
		{"from a Saturday", calendar.Term{5, calendar.WorkingDays}, "2026-11-21", "2026-11-27"},
		{"ten working days", calendar.Term{10, calendar.WorkingDays}, "2026-11-02", "2026-11-16"},
		{"over Independence Day", calendar.Term{10, calendar.WorkingDays}, "2026-12-10", "2026-12-25"},
		{"over Nauryz and its bridge", calendar.Term{3, calendar.WorkingDays}, "2026-03-19", "2026-03-27"},
		{"over the New Year", calendar.Term{5, calendar.WorkingDays}, "2026-12-29", "2027-01-08"},
		{"a worked Sunday counts", calendar.Term{1, calendar.WorkingDays}, "2025-01-03", "2025-01-05"},
		{"the day exchanged for it does not", calendar.Term{1, calendar.WorkingDays}, "2024-12-31", "2025-01-05"},
		{"ten calendar days", calendar.Term{10, calendar.Days}, "2026-11-02", "2026-11-12"},
		{"that end on a Sunday", calendar.Term{10, calendar.Days}, "2026-11-12", "2026-11-23"},
		{"that end on a holiday before a weekend", calendar.Term{10, calendar.Days}, "2026-04-21", "2026-05-04"},
		{"a month", calendar.Term{1, calendar.Months}, "2026-10-23", "2026-11-23"},
		{"a month from the 31st", calendar.Term{1, calendar.Months}, "2026-08-31", "2026-09-30"},
		{"a month that ends on a Sunday", calendar.Term{1, calendar.Months}, "2026-10-22", "2026-11-23"},
		{"a month from 31 January", calendar.Term{1, calendar.Months}, "2025-01-31", "2025-02-28"},
		{"a month that ends on Nauryz", calendar.Term{1, calendar.Months}, "2026-02-21", "2026-03-26"},
		{"six months over the year's end", calendar.Term{6, calendar.Months}, "2026-08-15", "2027-02-15"},
		{"a year", calendar.Term{1, calendar.Years}, "2025-06-05", "2026-06-05"},
		{"a year that ends on Qurban Ait", calendar.Term{1, calendar.Years}, "2025-05-27", "2026-05-28"},
		{"two years from a leap day", calendar.Term{2, calendar.Years}, "2024-02-29", "2026-03-02"},
	} {
		end, err := tt.term.End(day(t, tt.from))
		if err != nil || end.String() != tt.want {
			t.Errorf("%s: %v from %s ends %s, %v, want %s", tt.name, tt.term, tt.from, end, err, tt.want)
		}
	}
}

func TestTermEndIsNotGuessed(t *testing.T) {
	for _, tt := range []struct {
		term calendar.Term
		from string
		year int
	}{
		{calendar.Term{10, calendar.WorkingDays}, "2027-12-28", 2028},
		{calendar.Term{1, calendar.Months}, "2027-12-05", 2028},
		{calendar.Term{3, calendar.Years}, "2026-11-22", 2029},
		{calendar.Term{1, calendar.Days}, "2024-01-09", 2024},
	} {
		end, err := tt.term.End(day(t, tt.from))
		unknown, ok := errors.AsType[*calendar.UnknownYearError](err)
		if !ok || unknown.Year != tt.year {
			t.Errorf("%v from %s = %s, %v", tt.term, tt.from, end, err)
		}
	}
	if _, err := (calendar.Term{}).End(day(t, "2026-11-22")); !errors.Is(err, calendar.ErrNoTerm) {
		t.Errorf("a term the court sets: %v", err)
	}
}

// CPC 125: from the day of the ruling that suspends, terms stand; from the day of the one that
// resumes, they go on.
func TestTermSuspended(t *testing.T) {
	for _, tt := range []struct {
		name      string
		term      calendar.Term
		from      string
		stop, go_ string
		want      string
	}{
		{"not touched: over before", calendar.Term{3, calendar.WorkingDays}, "2026-11-02", "2026-11-06", "2026-11-20", "2026-11-05"},
		{"one day left, used on the day of resuming", calendar.Term{4, calendar.WorkingDays}, "2026-11-02", "2026-11-06", "2026-11-20", "2026-11-20"},
		{"half way", calendar.Term{10, calendar.WorkingDays}, "2026-11-02", "2026-11-06", "2026-11-16", "2026-11-24"},
		{"calendar days", calendar.Term{10, calendar.Days}, "2026-11-02", "2026-11-07", "2026-11-10", "2026-11-16"},
		{"a month grows by the days that stood", calendar.Term{1, calendar.Months}, "2026-10-05", "2026-10-20", "2026-10-30", "2026-11-16"},
		{"a month that was over grows by nothing", calendar.Term{1, calendar.Months}, "2026-10-05", "2026-11-06", "2026-11-30", "2026-11-05"},
	} {
		stop := calendar.Stop{day(t, tt.stop), day(t, tt.go_)}
		end, err := tt.term.End(day(t, tt.from), stop)
		if err != nil || end.String() != tt.want {
			t.Errorf("%s: ends %s, %v, want %s", tt.name, end, err, tt.want)
		}
	}
	running := calendar.Stop{From: day(t, "2026-11-06")}
	for _, term := range []calendar.Term{{10, calendar.WorkingDays}, {10, calendar.Days}, {1, calendar.Months}, {1, calendar.Years}} {
		if end, err := term.End(day(t, "2026-11-02"), running); !errors.Is(err, calendar.ErrSuspended) {
			t.Errorf("%v while suspended = %s, %v", term, end, err)
		}
	}
}

func TestOver(t *testing.T) {
	end := day(t, "2026-11-23")
	if got := end.Over(); got.Format(time.RFC3339) != "2026-11-23T19:00:00Z" {
		t.Errorf("24:00 of %s is %v", end, got)
	}
	if last := end.Over().Add(-time.Millisecond); calendar.DateOf(last) != end {
		t.Errorf("%v is not %s", last, end)
	}
	if calendar.DateOf(end.Over()) == end {
		t.Error("24:00 is late")
	}
}

func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range calendar.Rules {
		if r.ID == "" || seen[r.ID] || r.From == "" || r.Article == "" {
			t.Errorf("row %+v", r)
		}
		seen[r.ID] = true
		if _, err := r.Term.End(day(t, "2025-03-03")); (r.Term != calendar.Term{}) != (err == nil) && r.ID != "award.enforce" {
			t.Errorf("%s: %v", r.ID, err)
		}
	}
	for id, want := range map[string]string{ // from 2 November 2026, a Monday
		"response": "2026-11-16", "simplified.response": "2026-11-23", "order.objection": "2026-11-16", "appeal": "2026-12-02",
		"private-complaint": "2026-11-16", "restore-term": "2026-12-02", "notary.complaint": "2026-11-12", "court.acceptance": "2026-11-09",
	} {
		r, ok := calendar.RuleOf(id)
		end, err := r.Term.End(day(t, "2026-11-02"))
		if !ok || err != nil || end.String() != want {
			t.Errorf("%s ends %s, %v, want %s", id, end, err, want)
		}
	}
}

func ExampleTerm_End() {
	appeal, _ := calendar.RuleOf("appeal")
	end, err := appeal.Term.End(calendar.Date{Year: 2026, Month: time.October, Day: 22})
	fmt.Println(end, err, end.Over().Format(time.RFC3339))
	// Output: 2026-11-23 <nil> 2026-11-23T19:00:00Z
}
