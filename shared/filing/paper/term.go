package paper

import (
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
)

// CheckTerm compares the day a paper is sent with the end of its term, counted by a rule of package
// calendar from the day that started it. Nothing is found when that day is not given.
//
// A paper that is late without a request to restore the term is returned unexamined (124(2)), which
// is a judge's act: a warning.
func CheckTerm(pointer, rule, started string, today calendar.Date) (l defect.List) {
	var from calendar.Date
	r, ok := calendar.RuleOf(rule)
	if !ok || from.UnmarshalText([]byte(started)) != nil {
		return nil
	}
	if today.Before(from) {
		l.Warn(pointer, "date-future", r.Article)
		return l
	}
	end, err := r.Term.End(from)
	switch {
	case err != nil:
		l.Warn(pointer, "term-unknown", r.Article)
	case end.Before(today):
		l.Warn(pointer, "term-passed", r.Article, "end", end.Start())
	}
	return l
}
