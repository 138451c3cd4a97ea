package docket_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/docket"
)

// TestAgenda: what the court has to do in a case by which day, as the case goes on; nothing once it has ended.
func TestAgenda(t *testing.T) {
	want := func(c docket.Case, list ...string) {
		t.Helper()
		got := []string{}
		for _, task := range c.Agenda() {
			got = append(got, task.What+" "+task.On.String())
		}
		if fmt.Sprint(got) != fmt.Sprint(list) {
			t.Errorf("%s: %v, want %v", c.Status, got, list)
		}
		if day, ok := c.NextDay(); len(list) > 0 && (!ok || c.Agenda()[0].On.Before(day)) {
			t.Errorf("%s: next is %v, %v of %v", c.Status, day, ok, list)
		}
	}
	c := confirmed(t, opened())
	want(c, "court.copies.claim 2026-11-05") // three working days after Monday, 2 November
	c = do(t, c, clerk, at("2026-11-04"), docket.Act{Step: "confirm", Party: "t1", Number: standInNumber, Name: "Бақытов Асан"})
	c = do(t, c, clerk, at("2026-11-04"), docket.Act{Step: "serve", Party: "d1"})
	want(c, "court.copies.claim 2026-11-05") // the third party waits still
	c = do(t, c, clerk, at("2026-11-04"), docket.Act{Step: "serve", Party: "t1"})
	want(c)
	c = do(t, c, judge, at("2026-11-06"), docket.Act{Step: "appoint", Hearing: docket.Hearing{At: at("2026-11-20"), Place: "4"}})
	want(c, "court.notice 2026-11-09", "hearing 2026-11-20") // the next day is a Saturday
	for _, id := range []string{"d1", "t1"} {
		c = do(t, c, clerk, at("2026-11-06"), docket.Act{Step: "summon", Party: id, Address: "Үлгі көшесі, 1"})
	}
	want(c, "hearing 2026-11-20")
	c = do(t, c, judge, at("2026-11-20").Add(time.Minute), docket.Act{Step: "hold", Present: []string{"d1"}})
	want(c)
	c = do(t, c, judge, at("2026-11-20").Add(time.Hour), docket.Act{Step: "decide", On: on("2026-11-20")})
	want(c, "court.judgment.final 2026-11-27")
	c = do(t, c, judge, at("2026-11-23"), docket.Act{Step: "finalise", On: on("2026-11-23")})
	want(c)
	left := do(t, confirmed(t, opened()), judge, at("2026-11-04"), docket.Act{Step: "leave", Reason: "арыз"})
	want(left)
}

// TestMorning: when the staff of courts is told, and how far they look ahead.
func TestMorning(t *testing.T) {
	for at, want := range map[string]bool{
		"2026-11-30T02:59:59Z": false, "2026-11-30T03:00:00Z": true, "2026-11-30T06:59:59Z": true, "2026-11-30T07:00:00Z": false, // Monday, 8 to 12 in Almaty
		"2026-11-29T04:00:00Z": false, "2026-12-16T04:00:00Z": false, // Sunday, Independence Day
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil || docket.IsMorning(instant) != want {
			t.Errorf("%s: %v, want %v, %v", at, !want, want, err)
		}
	}
	for today, want := range map[string]string{"2026-11-30": "2026-12-03", "2026-12-03": "2026-12-08", "2026-12-15": "2026-12-21"} { // over a weekend, over 16 December and one
		if got := docket.Horizon(on(today)); got != on(want) {
			t.Errorf("on %s it is looked until %s, want %s", today, got, want)
		}
	}
	e := docket.MorningEvent{Day: on("2026-11-30")}
	if e.Close() {
		t.Error("nothing is due, and somebody is told")
	}
	day := e.Day.Add(-1)
	for i := range docket.MostItems + 5 {
		e.Add(day.Add(i%3), 1, docket.MorningItem{What: docket.MorningFiling, Number: fmt.Sprint(i), On: day.Add(i % 3)})
	}
	if !e.Close() || e.Late != 15 || e.Today != 15 || e.Soon != 15 || len(e.Items) != docket.MostItems || e.Items[0].On != day || e.Items[docket.MostItems-1].On != day.Add(2) {
		t.Errorf("%+v", e)
	}
	back, err := docket.MorningEventOf(e.Outbox())
	if err != nil || back.Late != 15 || back.Day != e.Day || len(back.Items) != docket.MostItems {
		t.Errorf("read again: %+v, %v", back, err)
	}
	if (e.ID() == docket.MorningEvent{Day: e.Day, Court: "almaty-medeu"}.ID()) {
		t.Error("two courts are one morning")
	}
}

// TestReminders: a party is reminded of its address before a hearing and every three months, of an authority
// that ends 14 and 3 days before, each once; nobody in a case that has ended.
func TestReminders(t *testing.T) {
	c := served(t) // the company d1, on 4 November 2026
	c = do(t, c, clerk, at("2026-11-04"), docket.Act{Step: "represent", Representative: "r1", Number: standInNumber, Name: "Ахметова Жанар"})
	want := func(day string, types ...string) {
		t.Helper()
		after, ok := c.Remind(at(day))
		got := []string{}
		for _, e := range after.Events[len(c.Events):] {
			got = append(got, e.Type+" "+e.Party+" "+e.Representative)
			if n, told := e.Notice("f1"); !told || !n.Reminds() || !e.Private() {
				t.Errorf("%s: %+v is told as %+v", day, e, n)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(types) || ok != (len(types) > 0) || ok && after.Revision != c.Revision+1 {
			t.Errorf("%s: %v, want %v", day, got, types)
		}
		if _, again := after.Remind(at(day)); again {
			t.Errorf("%s: reminded twice", day)
		}
		if next, has := after.NextDay(); ok && has && next.Before(on(day)) && len(after.Agenda()) == 0 {
			t.Errorf("%s: the next day is %v", day, next)
		}
		c = after
	}
	want("2026-11-05")
	want("2026-11-06", docket.RemindAuthority+" d1 r1") // until 20 November
	want("2026-11-16")
	c = do(t, c, judge, at("2026-11-16"), docket.Act{Step: "appoint", Hearing: docket.Hearing{At: at("2026-11-27"), Place: "4"}})
	want("2026-11-17", docket.RemindAuthority+" d1 r1")
	want("2026-11-19")
	want("2026-11-20", docket.RemindContacts+" d1 ") // five working days before the hearing
	want("2026-11-26")
	c = do(t, c, judge, at("2026-11-26"), docket.Act{Step: "postpone", Hearing: docket.Hearing{At: at("2026-12-04"), Place: "4"}, Reason: "сырқат"})
	want("2026-11-27", docket.RemindContacts+" d1 ") // another hearing
	c = do(t, c, judge, at("2026-11-30"), docket.Act{Step: "suspend", Reason: "медиация"})
	want("2027-02-26")
	want("2027-02-27", docket.RemindContacts+" d1 ")
	c = do(t, c, judge, at("2027-03-01"), docket.Act{Step: "terminate", Reason: "бас тарту"})
	want("2027-12-01")
	late := served(t)
	late = do(t, late, clerk, at("2026-11-18"), docket.Act{Step: "represent", Representative: "r1", Number: standInNumber, Name: "Ахметова Жанар"})
	c = late
	want("2026-11-18", docket.RemindAuthority+" d1 r1") // the nearer day alone
	want("2026-11-19")
}
