package maintenance_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
)

// almaty reads "2026-11-24 22:00" as people in Kazakhstan write it.
func almaty(t *testing.T, s string) time.Time {
	t.Helper()
	layout := "2006-01-02 15:04:05.000"
	at, err := time.ParseInLocation(layout[:len(s)], s, locale.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// letters and registry stand for functions that no term hangs on.
var stoppable = []string{"file-claim", "register", "letters", "registry"}

var (
	aigul = audit.Actor{Account: "a1", Person: "aigul"}
	erlan = audit.Actor{Account: "a2", Person: "erlan"}
	third = audit.Actor{Account: "a3", Person: "third"}
)

func plan(t *testing.T, from, to string, affects ...string) maintenance.Plan {
	t.Helper()
	if affects == nil {
		affects = []string{"registry"}
	}
	return maintenance.Plan{From: almaty(t, from), To: almaty(t, to), Affects: affects, Texts: map[locale.Lang]string{
		locale.KK: "Дерекқор жаңартылады", locale.RU: "Обновление базы", locale.EN: "Database upgrade",
	}}
}

func codes(err error) string {
	l, ok := errors.AsType[defect.List](err)
	if !ok {
		return ""
	}
	var out []string
	for _, d := range l {
		out = append(out, d.Pointer+" "+d.Code)
	}
	return strings.Join(out, ", ")
}

func TestNeedsSecond(t *testing.T) {
	for _, tt := range []struct {
		name, from, to string
		affects        []string
		want           bool
	}{
		{"an afternoon", "2026-11-24 15:00", "2026-11-24 18:00", nil, false},
		{"a millisecond into the evening", "2026-11-24 15:00", "2026-11-24 18:00:00.001", nil, true},
		{"an evening", "2026-11-24 21:00", "2026-11-24 23:00", nil, true},
		{"to the last millisecond", "2026-11-24 23:00", "2026-11-24 23:59:59.999", nil, true},
		{"the evening of a Saturday", "2026-11-28 21:00", "2026-11-28 23:59:59.999", nil, false},
		{"up to 24:00 of a Saturday", "2026-11-28 23:00", "2026-11-29 00:00", nil, true},
		{"over 24:00", "2026-11-28 23:59:59.999", "2026-11-29 00:30", nil, true},
		{"the evening of Republic Day", "2026-10-25 19:00", "2026-10-25 20:00", nil, false},
		{"from 24:00 on", "2026-11-25 00:00", "2026-11-25 06:00", nil, false},
		{"the last working day of November", "2026-11-30 01:00", "2026-11-30 02:00", nil, true},
		{"the day before it, a Sunday", "2026-11-29 01:00", "2026-11-29 02:00", nil, false},
		{"31 August is a day off, so 28 is the last", "2026-08-28 10:00", "2026-08-28 11:00", nil, true},
		{"31 August itself", "2026-08-31 10:00", "2026-08-31 11:00", nil, false},
		{"leap day of a year without table", "2028-02-29 10:00", "2028-02-29 11:00", nil, true},
		{"an ordinary day of that year", "2028-02-10 10:00", "2028-02-10 11:00", nil, true},

		{"seals, for a minute at night", "2026-11-25 03:00", "2026-11-25 03:01", []string{"file-claim"}, true},
		{"registration", "2026-11-25 03:00", "2026-11-25 03:01", []string{"registry", "register"}, true},
		{"acceptance", "2026-11-25 03:00", "2026-11-25 03:01", []string{"accept-agreement"}, true},
		{"everything", "2026-11-25 03:00", "2026-11-25 03:01", []string{}, true},
		{"eight hours at once", "2026-11-25 00:00", "2026-11-25 08:00", nil, false},
		{"and a millisecond", "2026-11-25 00:00", "2026-11-25 08:00:00.001", nil, true},
	} {
		p := plan(t, tt.from, tt.to)
		if tt.affects != nil {
			p.Affects = tt.affects
		}
		if got := p.NeedsSecond(nil); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// What one person stops is summed up: a row of harmless windows is not harmless.
func TestNeedsSecondBesideOthers(t *testing.T) {
	night := func(day string, hours int) maintenance.Window {
		from := day + " 00:00"
		p := plan(t, from, from)
		p.To = p.From.Add(time.Duration(hours) * time.Hour)
		return propose(t, p, "2026-11-01 00:00")
	}
	off, err := night("2026-11-23", 4).Cancel(almaty(t, "2026-11-20 00:00"))
	if err != nil {
		t.Fatal(err)
	}
	cut, err := night("2026-11-23", 4).Cancel(almaty(t, "2026-11-23 01:00"))
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := maintenance.Propose("p", plan(t, "2026-11-23 00:00", "2026-11-23 06:00", "file-claim"), aigul, stoppable, nil, almaty(t, "2026-11-01 00:00"))
	if err != nil || waiting.State != maintenance.Proposed {
		t.Fatal(waiting, err)
	}
	emergency := func(from, to string) maintenance.Window {
		p := plan(t, from, to)
		p.Emergency = true
		return propose(t, p, from)
	}
	p := plan(t, "2026-11-25 00:00", "2026-11-25 05:00")
	urgent := plan(t, "2026-11-25 03:00", "2026-11-25 03:30")
	urgent.Emergency = true
	longer := urgent
	longer.To = longer.To.Add(time.Millisecond)
	for _, tt := range []struct {
		name   string
		p      maintenance.Plan
		others []maintenance.Window
		want   bool
	}{
		{"three hours two nights before", p, []maintenance.Window{night("2026-11-23", 3)}, false},
		{"four hours", p, []maintenance.Window{night("2026-11-23", 4)}, true},
		{"four hours two nights later", p, []maintenance.Window{night("2026-11-27", 4)}, true},
		{"two and two", p, []maintenance.Window{night("2026-11-23", 2), night("2026-11-27", 2)}, true},
		{"on both sides, further apart than seven days", p, []maintenance.Window{night("2026-11-20", 3), night("2026-11-28", 3)}, false},
		{"eight days before", p, []maintenance.Window{night("2026-11-17", 8)}, false},
		{"a week before, an hour of it within", p, []maintenance.Window{night("2026-11-18", 9)}, true},
		{"at the same time", p, []maintenance.Window{night("2026-11-25", 5)}, false},
		{"cancelled before it began", p, []maintenance.Window{off}, false},
		{"ended after an hour", p, []maintenance.Window{cut}, false},
		{"waiting for a second person itself", p, []maintenance.Window{waiting}, false},

		{"half an hour of emergency", urgent, nil, false},
		{"a millisecond more", longer, nil, true},
		{"the second within seven days", urgent, []maintenance.Window{emergency("2026-11-18 04:00", "2026-11-18 04:10")}, true},
		{"seven days later to the millisecond", urgent, []maintenance.Window{emergency("2026-11-18 02:50", "2026-11-18 03:00")}, false},
	} {
		if got := tt.p.NeedsSecond(tt.others); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestPropose(t *testing.T) {
	p := plan(t, "2026-11-24 12:00", "2026-11-24 12:30")
	emergency := p
	emergency.Emergency = true
	bad := plan(t, "2026-11-24 22:00", "2026-11-24 22:00", "file-claim", "portal", "file-claim")
	bad.Texts = map[locale.Lang]string{locale.KK: " ", locale.RU: strings.Repeat("ж", maintenance.MaxText), locale.EN: strings.Repeat("x", maintenance.MaxText+1)}
	for _, tt := range []struct {
		name  string
		plan  maintenance.Plan
		at    string
		state maintenance.State
		codes string
	}{
		{"exactly 24 hours ahead", p, "2026-11-23 12:00", maintenance.Published, ""},
		{"a millisecond late", p, "2026-11-23 12:00:00.001", "", "/from lead-time"},
		{"an emergency may be late", emergency, "2026-11-24 12:10", maintenance.Published, ""},
		{"even an emergency ends in the future", emergency, "2026-11-24 12:30", "", "/to window-order"},
		{"over midnight", plan(t, "2026-11-24 23:00", "2026-11-25 01:00"), "2026-11-20 00:00", maintenance.Proposed, ""},
		{"everything wrong", bad, "2026-11-20 00:00", "",
			"/to window-order, /affects/1 unknown-value, /affects/2 duplicate, /texts/kk required, /texts/en too-long"},
		{"nothing said", maintenance.Plan{}, "2026-11-20 00:00", "",
			"/from required, /to window-order, /texts/kk required, /texts/ru required, /texts/en required"},
	} {
		w, err := maintenance.Propose("w", tt.plan, aigul, stoppable, nil, almaty(t, tt.at))
		if got := codes(err); got != tt.codes || w.State != tt.state {
			t.Errorf("%s: state %q, %q, want %q, %q", tt.name, w.State, got, tt.state, tt.codes)
		}
		if published := w.State == maintenance.Published; published != !w.PublishedAt.IsZero() {
			t.Errorf("%s: published at %v in state %s", tt.name, w.PublishedAt, w.State)
		}
	}
}

// propose is a window that aigul proposed and, where it takes two, erlan approved at once.
func propose(t *testing.T, p maintenance.Plan, at string) maintenance.Window {
	t.Helper()
	w, err := maintenance.Propose("w", p, aigul, stoppable, nil, almaty(t, at))
	if err == nil && w.State == maintenance.Proposed {
		if w, err = w.Approve(erlan, almaty(t, at)); err == nil {
			w.Version, w.Approver = 1, audit.Actor{}
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func proposed(t *testing.T, p maintenance.Plan, at string) maintenance.Window {
	t.Helper()
	w, err := maintenance.Propose("w", p, aigul, stoppable, nil, almaty(t, at))
	if err != nil || w.State != maintenance.Proposed {
		t.Fatalf("%+v, %v", w, err)
	}
	return w
}

func TestApprove(t *testing.T) {
	w := proposed(t, plan(t, "2026-11-24 23:00", "2026-11-25 01:00"), "2026-11-22 12:00")
	for _, tt := range []struct {
		name  string
		by    audit.Actor
		at    string
		err   error
		codes string
	}{
		{"its author in another account", audit.Actor{Account: "company", Person: "aigul"}, "2026-11-22 13:00", maintenance.ErrSecond, ""},
		{"nobody knows who", audit.Actor{Account: "a9"}, "2026-11-22 13:00", maintenance.ErrSecond, ""},
		{"its author", aigul, "2026-11-22 13:00", maintenance.ErrSecond, ""},
		{"in time to the millisecond", erlan, "2026-11-23 23:00", nil, ""},
		{"too late to warn", erlan, "2026-11-23 23:00:00.001", nil, "/from lead-time"},
		{"when it would be over", erlan, "2026-11-25 01:00", maintenance.ErrOver, ""},
	} {
		got, err := w.Approve(tt.by, almaty(t, tt.at))
		if tt.err != nil && !errors.Is(err, tt.err) || tt.err == nil && codes(err) != tt.codes {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err == nil && (got.State != maintenance.Published || got.Approver != erlan || got.Version != 2 || !got.PublishedAt.Equal(almaty(t, tt.at))) {
			t.Errorf("%s: %+v", tt.name, got)
		}
		if err == nil {
			if _, err := got.Approve(third, almaty(t, tt.at)); !errors.Is(err, maintenance.ErrOver) {
				t.Errorf("a second approval: %v", err)
			}
		}
	}
}

func TestChange(t *testing.T) {
	base := plan(t, "2026-11-24 10:00", "2026-11-24 12:00", "letters", "registry")
	w := propose(t, base, "2026-11-22 10:00")
	with := func(change func(*maintenance.Plan)) maintenance.Plan {
		p := base
		change(&p)
		return p
	}
	for _, tt := range []struct {
		name, at string
		plan     maintenance.Plan
		codes    string
		err      error
		warned   string // WarnedAt after
	}{
		{"shorter, an hour before", "2026-11-24 09:00", plan(t, "2026-11-24 10:30", "2026-11-24 11:00", "registry"), "", nil, "2026-11-22 10:00"},
		{"longer, in time", "2026-11-23 10:00", plan(t, "2026-11-24 10:00", "2026-11-24 12:30", "registry"), "", nil, "2026-11-23 10:00"},
		{"longer, a millisecond late", "2026-11-23 10:00:00.001", plan(t, "2026-11-24 10:00", "2026-11-24 12:30", "registry"), "/from lead-time", nil, ""},
		{"another function than those two", "2026-11-24 09:00", plan(t, "2026-11-24 10:00", "2026-11-24 12:00", "file-claim"), "/from lead-time", nil, ""},
		{"longer as an emergency, under way", "2026-11-24 11:00", with(func(p *maintenance.Plan) { p.To, p.Emergency = p.To.Add(time.Hour), true }), "/to second-administrator", nil, ""},
		{"over midnight", "2026-11-22 11:00", plan(t, "2026-11-24 10:00", "2026-11-25 02:00"), "/to second-administrator", nil, ""},
		{"another start, under way", "2026-11-24 11:00", plan(t, "2026-11-24 10:30", "2026-11-24 12:00", "registry"), "/from window-started", nil, ""},
		{"ends early, under way", "2026-11-24 11:00", plan(t, "2026-11-24 10:00", "2026-11-24 11:10", "registry"), "", nil, "2026-11-22 10:00"},
		{"ends in the past", "2026-11-24 11:00", plan(t, "2026-11-24 10:00", "2026-11-24 11:00"), "/to window-order", nil, ""},
		{"when it is over", "2026-11-24 12:00", base, "", maintenance.ErrOver, ""},
	} {
		got, err := w.Change(tt.plan, erlan, stoppable, nil, almaty(t, tt.at))
		if tt.err != nil && !errors.Is(err, tt.err) || tt.err == nil && codes(err) != tt.codes {
			t.Errorf("%s: %v, want %q %v", tt.name, err, tt.codes, tt.err)
		}
		if err == nil && (!got.WarnedAt.Equal(almaty(t, tt.warned)) || got.Version != 2 || !got.Same(tt.plan) || !got.PublishedAt.Equal(w.PublishedAt)) {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
	urgent := base
	urgent.Emergency = true
	e := propose(t, urgent, "2026-11-24 09:59")
	if _, err := e.Change(base, erlan, stoppable, nil, almaty(t, "2026-11-24 09:59")); codes(err) != "/emergency not-allowed" {
		t.Errorf("an emergency became ordinary: %v", err)
	}
	waiting := proposed(t, plan(t, "2026-11-24 13:00", "2026-11-25 01:00"), "2026-11-22 10:00")
	if got, err := waiting.Change(base, erlan, stoppable, []maintenance.Window{waiting}, almaty(t, "2026-11-22 11:00")); err != nil || got.State != maintenance.Published || got.Author != erlan || got.Version != 2 {
		t.Errorf("a proposal made harmless: %+v, %v", got, err)
	}
}

func TestPhase(t *testing.T) {
	w := propose(t, plan(t, "2026-11-24 20:00", "2026-11-24 22:00"), "2026-11-22 20:00")
	urgent := plan(t, "2026-11-24 20:00", "2026-11-24 22:00")
	urgent.Emergency = true
	late := propose(t, urgent, "2026-11-24 20:10")
	cancel := func(at string) maintenance.Window {
		c, err := w.Cancel(almaty(t, at))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, tt := range []struct {
		name string
		w    maintenance.Window
		at   string
		want maintenance.Phase
	}{
		{"before publication", w, "2026-11-22 19:59:59.999", maintenance.Hidden},
		{"published", w, "2026-11-22 20:00", maintenance.Coming},
		{"the last millisecond before", w, "2026-11-24 19:59:59.999", maintenance.Coming},
		{"the first instant", w, "2026-11-24 20:00", maintenance.InForce},
		{"the last millisecond", w, "2026-11-24 21:59:59.999", maintenance.InForce},
		{"the end", w, "2026-11-24 22:00", maintenance.Over},
		{"an emergency binds from its publication", late, "2026-11-24 20:05", maintenance.Hidden},
		{"and no earlier", late, "2026-11-24 20:10", maintenance.InForce},
		{"cancelled before", cancel("2026-11-23 20:00"), "2026-11-24 21:00", maintenance.Off},
		{"cancelled under way, asked of before", cancel("2026-11-24 21:00"), "2026-11-24 20:59", maintenance.InForce},
		{"cancelled under way", cancel("2026-11-24 21:00"), "2026-11-24 21:00", maintenance.Over},
		{"never approved", proposed(t, plan(t, "2026-11-24 23:00", "2026-11-25 01:00"), "2026-11-22 20:00"), "2026-11-24 23:30", maintenance.Hidden},
	} {
		if got := tt.w.Phase(almaty(t, tt.at)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	if _, err := cancel("2026-11-23 20:00").Cancel(almaty(t, "2026-11-23 21:00")); !errors.Is(err, maintenance.ErrOver) {
		t.Errorf("cancelled twice: %v", err)
	}
	if _, err := w.Cancel(almaty(t, "2026-11-24 22:00")); !errors.Is(err, maintenance.ErrOver) {
		t.Errorf("cancelled when over: %v", err)
	}
}

func TestStops(t *testing.T) {
	schedule := []maintenance.Window{
		propose(t, plan(t, "2026-11-24 21:00", "2026-11-24 22:00", stoppable...), "2026-11-20 20:00"),    // overlaps the next
		propose(t, plan(t, "2026-11-24 20:00", "2026-11-24 21:30", "register"), "2026-11-20 20:00"),      //
		propose(t, plan(t, "2026-11-24 22:00", "2026-11-24 23:00", "file-claim"), "2026-11-20 20:00"),    // follows without a gap
		propose(t, plan(t, "2026-11-24 23:00:01", "2026-11-24 23:30", "file-claim"), "2026-11-20 20:00"), // a second's gap
	}
	for _, tt := range []struct{ name, fn, at, until string }{
		{"before", "file-claim", "2026-11-24 20:59:59.999", ""},
		{"one function is stopped, another not", "register", "2026-11-24 20:00", "2026-11-24 22:00"},
		{"through two that meet", "file-claim", "2026-11-24 21:00", "2026-11-24 23:00"},
		{"in the gap", "file-claim", "2026-11-24 23:00:00.500", ""},
		{"after all", "file-claim", "2026-11-24 23:30", ""},
		// The gateway's clock may go back between two requests: the answer is of the instant.
		{"clock went back", "file-claim", "2026-11-24 21:00", "2026-11-24 23:00"},
	} {
		_, until, ok := maintenance.Stops(schedule, tt.fn, almaty(t, tt.at))
		if ok != (tt.until != "") || ok && !until.Equal(almaty(t, tt.until)) {
			t.Errorf("%s: %v %v, want until %q", tt.name, ok, until.In(locale.Zone), tt.until)
		}
	}
	for _, tt := range []struct{ at, from string }{
		{"2026-11-24 12:00", "2026-11-24 20:00"}, {"2026-11-24 20:30", "2026-11-24 20:00"},
		{"2026-11-24 21:10", "2026-11-24 21:00"}, {"2026-11-24 23:00", "2026-11-24 23:00:01"}, {"2026-11-24 23:40", ""},
	} {
		w, ok := maintenance.At(schedule, almaty(t, tt.at))
		if ok != (tt.from != "") || ok && !w.From.Equal(almaty(t, tt.from)) {
			t.Errorf("At %s: %v from %v, want %q", tt.at, ok, w.From.In(locale.Zone), tt.from)
		}
	}
}

func TestDue(t *testing.T) {
	p := plan(t, "2026-11-24 20:00", "2026-11-24 22:00")
	early := propose(t, p, "2026-11-20 20:00")
	justInTime := propose(t, p, "2026-11-23 20:00")
	told := early
	told.Told = []maintenance.Kind{maintenance.ReminderDay, maintenance.ReminderHour, maintenance.Ended}
	off, err := early.Cancel(almaty(t, "2026-11-23 21:00"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		w    maintenance.Window
		at   string
		want maintenance.Kind
	}{
		{"long before", early, "2026-11-23 19:59:59.999", ""},
		{"24 hours before", early, "2026-11-23 20:00", maintenance.ReminderDay},
		{"the tick was late", early, "2026-11-24 18:59", maintenance.ReminderDay},
		{"an hour before, the first was missed", early, "2026-11-24 19:00", maintenance.ReminderHour},
		{"too late to remind", early, "2026-11-24 20:00", ""},
		{"at the end", early, "2026-11-24 22:00", maintenance.Ended},
		{"long after", early, "2026-11-25 22:00", ""},
		{"published 24 hours before: that was the warning", justInTime, "2026-11-23 20:01", ""},
		{"and an hour before", justInTime, "2026-11-24 19:30", maintenance.ReminderHour},
		{"told", told, "2026-11-24 19:30", ""},
		{"told the end", told, "2026-11-24 22:30", ""},
		{"cancelled", off, "2026-11-24 19:30", ""},
	} {
		got, ok := tt.w.Due(almaty(t, tt.at))
		if ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("%s: %s %v, want %q", tt.name, got, ok, tt.want)
		}
	}
	moved := plan(t, "2026-11-24 20:30", "2026-11-24 22:00")
	w, err := told.Change(moved, erlan, stoppable, nil, almaty(t, "2026-11-24 19:10"))
	if err != nil || slices.Contains(w.Told, maintenance.ReminderHour) {
		t.Errorf("moved: told %v, %v", w.Told, err)
	}
}
