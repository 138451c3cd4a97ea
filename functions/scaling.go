package functions

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

// Readiness is how many environments of a function are kept started, so that the first requests of a rush
// do not wait for theirs.
type Readiness struct {
	Function string
	Calm     int
	Rush     int // in the hours of Rushes
}

// Ready has a row for each function that a term may hang on.
var Ready = []Readiness{
	{Function: "file-claim", Calm: 2, Rush: 550}, // what the modelled peak takes: infra/night
}

// Rush is an evening on which more terms end than on others. Instants are in the courts' time.
type Rush struct {
	Day      calendar.Date
	From, To time.Time // with an hour before the end of the courts' day, and half an hour after 24:00
	Why      string
}

// Why an evening is a rush.
const (
	MonthEnds  = "month-ends"  // last working day of the month
	AfterLeave = "after-leave" // terms that ended on four or more days off end on it (CPC 123(4))
)

// manyDaysOff is how many days' ends of terms make the working day after them a rush.
const manyDaysOff = 4

// Rushes are those of the days from first to last, as far as the days off are known.
func Rushes(first, last calendar.Date) (list []Rush) {
	off := 0
	for d := first.Add(-10); !last.Before(d); d = d.Add(1) {
		if !d.Working() {
			off++
			continue
		}
		if !calendar.Known(d.Year) {
			off = 0
			continue
		}
		why := ""
		switch {
		case d == calendar.LastWorkingDay(d.Year, d.Month):
			why = MonthEnds
		case off >= manyDaysOff:
			why = AfterLeave
		}
		if off = 0; why != "" && !d.Before(first) {
			next := d.Add(1).Start()
			list = append(list, Rush{Day: d, From: next.Add(-7 * time.Hour), To: next.Add(30 * time.Minute), Why: why})
		}
	}
	return list
}
