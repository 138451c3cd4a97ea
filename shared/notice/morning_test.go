package notice_test

import (
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/notice"
)

// TestMorning: the mail of the morning counts and lists what is due in each language, with nobody's name but
// the reader's.
func TestMorning(t *testing.T) {
	day := calendar.Date{Year: 2026, Month: 11, Day: 30}
	e := docket.MorningEvent{Account: accountID, Court: "almaty-bostandyq", Day: day, Late: 1, Soon: 3, Items: []docket.MorningItem{
		{What: docket.MorningFiling, Number: "7F3K-92QH-X4TC", On: day.Add(-3)}, {What: docket.TaskHearing, Number: "7514-26/1", On: day.Add(1)},
		{What: "court.judgment.final", Number: "7514-26/2", On: day.Add(2)},
	}}
	for lang, contains := range map[locale.Lang][]string{
		locale.KK: {"Мерзімі өткені: 1", "7514-26/1 іс бойынша сот отырысы", "Кезекте тағы: 1", "/kk/registry"},
		locale.RU: {"Просрочено: 1", "заседание по делу 7514-26/1", "27 ноября 2026", "/ru/registry"},
		locale.EN: {"Overdue: 1", "hearing in case 7514-26/1", "7F3K-92QH-X4TC", "final form", "https://court.example/en/cases"},
	} {
		a := holder
		a.Lang = lang
		m, ok := notice.OfMorning(e, a, "https://court.example")
		if !ok || m.To != a.Email || m.Lang != lang || strings.ContainsAny(m.Subject+m.Body, "{}") || strings.Contains(m.Body, "today: 0") {
			t.Errorf("%s: %+v, %v", lang, m, ok)
		}
		for _, text := range contains {
			if !strings.Contains(m.Body, text) {
				t.Errorf("%s lacks %q: %s", lang, text, m.Body)
			}
		}
	}
	closed := holder
	closed.Email = ""
	if _, ok := notice.OfMorning(e, closed, ""); ok {
		t.Error("a closed account is told")
	}
}
