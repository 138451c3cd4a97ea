package court_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/court"
	"github.com/courtoffice/courtoffice/shared/locale"
)

var today = calendar.Date{Year: 2026, Month: time.November, Day: 22}

// words that a court's name has in each language by its kind.
var words = map[court.Kind]map[locale.Lang]string{
	court.District: {locale.KK: "соты", locale.RU: "уд", locale.EN: "Court"},
	court.Civil:    {locale.KK: "азаматтық істер жөніндегі ауданаралық соты", locale.RU: "Межрайонный суд по гражданским делам", locale.EN: "Inter-district Civil Court"},
	court.Economic: {locale.KK: "мамандандырылған ауданаралық экономикалық соты", locale.RU: "Специализированный межрайонный экономический суд", locale.EN: "Specialised Inter-district Economic Court"},
	court.Appeal:   {locale.KK: "соты", locale.RU: "уд", locale.EN: "Court"},
}

func TestDirectory(t *testing.T) {
	seen := map[string]bool{}
	appeals := map[string]int{}
	for _, c := range court.All() {
		if seen[c.Code] || c.Code != strings.ToLower(c.Code) || strings.ContainsAny(c.Code, " .") {
			t.Errorf("code %q", c.Code)
		}
		seen[c.Code] = true
		if c.Code == court.Unlisted {
			if c.Region != "" || !c.On(today) || !c.Kind.FirstInstance() || len(c.Name) != len(locale.Langs) {
				t.Errorf("the court that is not listed: %+v", c)
			}
			continue
		}
		if !slices.Contains(court.RegionCodes(), c.Region) {
			t.Errorf("%s: no region %q", c.Code, c.Region)
		}
		for _, lang := range locale.Langs {
			if name := c.Name[lang]; !strings.Contains(name, words[c.Kind][lang]) || name != strings.TrimSpace(name) {
				t.Errorf("%s: %s name of a %s court: %q", c.Code, lang, c.Kind, name)
			}
		}
		if strings.IndexFunc(c.Name[locale.EN], func(r rune) bool { return r >= 'А' && r <= 'ӿ' }) >= 0 ||
			strings.ContainsAny(c.Name[locale.RU], "әғқңөұүһі") {
			t.Errorf("%s: %v", c.Code, c.Name)
		}
		if _, ok := court.ByCode(c.Successor); c.Successor != "" && !ok {
			t.Errorf("%s: no successor %q", c.Code, c.Successor)
		}
		if c.Kind == court.Appeal {
			appeals[c.Region]++
		} else if a, ok := court.AppealOf(c.Code); !ok || a.Region != c.Region {
			t.Errorf("%s: nobody hears its appeals", c.Code)
		}
	}
	for _, r := range court.Regions() {
		if appeals[r.Code] != 1 || len(r.Name) != 3 {
			t.Errorf("region %s: %d courts of appeal", r.Code, appeals[r.Code])
		}
	}
	if len(seen) != 59 {
		t.Errorf("%d courts", len(seen))
	}
}

// Codes of the first release stand in filings for ever.
func TestCodesOfTheFirstRelease(t *testing.T) {
	for code, ru := range map[string]string{
		"almaty-bostandyq": "Бостандыкский районный суд города Алматы",
		"almaty-medeu":     "Медеуский районный суд города Алматы",
		"almaty-economic":  "Специализированный межрайонный экономический суд города Алматы",
		"astana-esil":      "Есильский районный суд города Астаны",
		"astana-saryarka":  "Сарыаркинский районный суд города Астаны",
		"astana-economic":  "Специализированный межрайонный экономический суд города Астаны",
	} {
		if got := court.Name(code, locale.RU); got != ru {
			t.Errorf("%s is %q, was %q", code, got, ru)
		}
	}
	if got := court.Name("atlantis", locale.KK); got != "atlantis" {
		t.Errorf("an unknown court is called %q", got)
	}
}

func TestIn(t *testing.T) {
	got := court.In("astana", today)
	if len(got) != 7 || slices.ContainsFunc(got, func(c court.Court) bool { return c.Kind == court.Appeal }) {
		t.Errorf("%d courts of first instance in Astana", len(got))
	}
	if got := court.In("atlantis", today); got != nil {
		t.Errorf("%v", got)
	}
}

func TestOn(t *testing.T) {
	last := calendar.Date{Year: 2026, Month: time.June, Day: 30}
	c := court.Court{From: calendar.Date{Year: 2026, Month: time.January, Day: 1}, To: last}
	for day, want := range map[calendar.Date]bool{
		c.From.Add(-1): false, c.From: true, last: true, last.Add(1): false,
	} {
		if c.On(day) != want {
			t.Errorf("on %s: %v", day, !want)
		}
	}
	if !(court.Court{}).On(today) {
		t.Error("a court without days works")
	}
}
