package docket_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/docket"
)

// dueOf is the deadline of a rule for a party.
func dueOf(c docket.Case, rule, party string) (docket.Deadline, bool) {
	for _, d := range c.Deadlines() {
		if d.Rule == rule && d.Party == party {
			return d, true
		}
	}
	return docket.Deadline{}, false
}

// seen is the case as its claimant sees it.
func seen(t *testing.T, c docket.Case, day string) docket.Case {
	t.Helper()
	c = do(t, c, clerk, at(day), docket.Act{Step: "confirm", Party: "c1", Number: claimantNumber, Name: "Серікбаев Дәурен"})
	return do(t, c, clerk, at(day), docket.Act{Step: "serve", Party: "c1"})
}

// attached is the case with a paper of the defendant.
func attached(t *testing.T, c docket.Case, filing, kind, day string) docket.Case {
	t.Helper()
	c, first := c.Attach(docket.Paper{Filing: filing, Kind: kind, At: at(day)}, defendantKey, at(day))
	if !first {
		t.Fatalf("%s is not attached", filing)
	}
	return c
}

// TestCourtOrder: an order is a case from the day it is issued; its copy goes out not later than the next day
// (CPC 141(1)), the debtor objects within ten working days of receiving it (141(2)), and an order that was set
// aside ends the case. 16 December 2026 is Independence Day, a Wednesday.
func TestCourtOrder(t *testing.T) {
	c := docket.Open(
		docket.Head{ID: "f1", Kind: "court_order_application", Judge: "judge"},
		[]docket.Party{{ID: "c1", Role: docket.Claimant, Type: "natural", Name: "Серікбаев"}, {ID: "d1", Role: docket.Defendant, Type: "legal", Name: "ЖШС"}},
		nil, docket.Filer{Key: claimantKey, Digits: claimantNumber}, at("2026-12-04"), // a Friday
	)
	if c.Status != docket.Ordered || c.Events[0].Type != "order" || c.Events[0].Article != "CPC 139" {
		t.Fatalf("an order opens %+v", c.Head)
	}
	if d, ok := dueOf(c, "court.order.send", ""); !ok || d.Due != on("2026-12-07") || d.Article != "CPC 141(1)" || d.Done {
		t.Errorf("the copy goes out by %+v", d) // Saturday gives way to Monday
	}
	c = seen(t, c, "2026-12-04")
	c = do(t, c, clerk, at("2026-12-07"), docket.Act{Step: "confirm", Party: "d1", Number: defendantNumber, Name: "ЖШС"})
	c = do(t, c, clerk, at("2026-12-07"), docket.Act{Step: "serve", Party: "d1"})
	if _, ok := dueOf(c, "order.objection", "d1"); ok {
		t.Error("a term runs before the debtor certainly has the copy")
	}
	c.Events = append(c.Events, docket.Event{ID: "o", At: at("2026-12-07"), Type: docket.EventOpened, By: docket.ByParty, Party: "d1"})
	if d, ok := dueOf(c, "order.objection", "d1"); !ok || d.Due != on("2026-12-22") || d.Article != "CPC 141(2)" || d.Done {
		t.Errorf("the debtor objects by %+v", d) // ten from Tuesday the 8th, past the holiday
	}
	c = attached(t, c, "f2", "motion", "2026-12-08")
	answer := docket.Answer{Paper: "f2", About: "order_objection", Step: "set-aside", At: at("2026-12-10"), By: docket.ByJudge, Name: judge.Name, Article: "CPC 142(1)"}
	done, first := c.Answered(answer)
	last := done.Events[len(done.Events)-1]
	if !first || done.Status != docket.SetAside || last.Type != "set-aside" || last.Paper != "f2" || done.Revision != c.Revision+1 {
		t.Errorf("set aside: %+v, %+v", done.Head, last)
	}
	if _, again := done.Answered(answer); again {
		t.Error("one answer is taken twice")
	}
	if _, err := done.Do(docket.Act{ID: "x", Revision: done.Revision, Step: "hand-order", On: on("2026-12-10")}, clerk, root, at("2026-12-10")); err != docket.ErrStep {
		t.Errorf("an order that was set aside is handed over: %v", err)
	}
	if told := done.Informs(answer); len(told) != 1 || told[0].Party != "c1" || told[0].Step != "set-aside" {
		t.Errorf("told are %+v", told)
	}
	if handed := do(t, c, clerk, at("2026-12-23"), docket.Act{Step: "hand-order", On: on("2026-12-23")}); handed.Status != docket.InForce || handed.InForceOn != on("2026-12-23") {
		t.Errorf("handed over: %+v", handed.Head)
	}
}

// TestTermsThatAJudgeSets: who filed an appeal has until the day of the ruling to cure its faults (CPC 406), the
// others that see the case until the day that was set to respond (408); done is what was done.
func TestTermsThatAJudgeSets(t *testing.T) {
	c := attached(t, seen(t, served(t), "2026-11-05"), "f2", "appeal", "2026-11-10")
	answered := func(step, day string, until string) {
		t.Helper()
		a := docket.Answer{Paper: "f2", Step: step, At: at(day), By: docket.ByJudge}
		if until != "" {
			a.On = on(until)
		}
		var first bool
		if c, first = c.Answered(a); !first {
			t.Fatalf("%s is not taken", step)
		}
	}
	answered("leave", "2026-11-11", "2026-11-20")
	if d, ok := dueOf(c, "appeal.cure", "d1"); !ok || d.Due != on("2026-11-20") || d.From != on("2026-11-11") || d.Done || d.Article != "CPC 406" {
		t.Errorf("cure by %+v", d)
	}
	answered("correct-ruling", "2026-11-13", "")
	if d, _ := dueOf(c, "appeal.cure", "d1"); d.Done || d.Due != on("2026-11-20") {
		t.Errorf("slips in the ruling were corrected: %+v", d)
	}
	answered("cure", "2026-11-18", "")
	if d, _ := dueOf(c, "appeal.cure", "d1"); !d.Done {
		t.Errorf("cured: %+v", d)
	}
	answered("copies", "2026-11-18", "2026-11-25")
	d, ok := dueOf(c, "appeal.response", "c1")
	if _, filer := dueOf(c, "appeal.response", "d1"); !ok || filer || d.Due != on("2026-11-25") || d.Done || d.Article != "CPC 408" {
		t.Errorf("respond by %+v", d)
	}
	if _, unseen := dueOf(c, "appeal.response", "t1"); unseen {
		t.Error("who was not served has a term")
	}
	answered("correct-day", "2026-11-19", "2026-11-27") // 25 was a slip
	if d, _ := dueOf(c, "appeal.response", "c1"); d.Due != on("2026-11-27") || d.From != on("2026-11-18") || d.Done {
		t.Errorf("respond by %+v", d)
	}
	if told := c.Informs(docket.Answer{Paper: "f2", Step: "correct-day", At: at("2026-11-19"), On: on("2026-11-27")}); len(told) != 1 || told[0].Party != "c1" || told[0].On != on("2026-11-27") {
		t.Errorf("of the right day are told %+v", told)
	}
	c, _ = c.Attach(docket.Paper{Filing: "f3", Kind: "response", At: at("2026-11-20")}, claimantKey, at("2026-11-20"))
	if d, _ := dueOf(c, "appeal.response", "c1"); !d.Done {
		t.Errorf("responded: %+v", d)
	}
	for _, tt := range []struct{ due, today, want string }{
		{"2026-11-25", "2026-11-26", "late"}, {"2026-11-25", "2026-11-25", "today"}, {"2026-11-25", "2026-11-24", "soon"}, {"2026-11-25", "2026-11-23", "later"},
		{"2026-11-30", "2026-11-27", "soon"}, {"2026-12-17", "2026-12-15", "soon"}, // over a week-end, over the holiday
	} {
		if got := calendar.Urgency(on(tt.due), on(tt.today)); got != tt.want {
			t.Errorf("on %s what ends on %s is %s, want %s", tt.today, tt.due, got, tt.want)
		}
	}
}

// TestCorrections: a mistake is corrected by a new event that names it; both stay. A wrong person loses sight of
// the case and the right one is served anew, with a term of its own; a wrong time of a hearing is a new notice to
// everyone; a wrong day moves the terms that start with it.
func TestCorrections(t *testing.T) {
	c := seen(t, served(t), "2026-11-05")
	c.Events = append(c.Events, docket.Event{ID: "o", At: at("2026-11-05"), Type: docket.EventOpened, By: docket.ByParty, Party: "d1"})
	correct := func(who docket.Actor, day, typ string, a docket.Act) docket.Case {
		t.Helper()
		for _, e := range c.Correctable(who.By) {
			if e.Type == typ && (a.Party == "" || e.Party == a.Party) {
				a.Event = e.ID
			}
		}
		a.Step, a.Reason = docket.EventCorrected, "қате жазылды"
		was := len(c.Events)
		c = do(t, c, who, at(day), a)
		if e := c.Events[len(c.Events)-1]; len(c.Events) != was+1 || e.Was != typ || e.Corrects != a.Event || e.Reason == "" {
			t.Fatalf("the correction of %s is %+v", typ, e)
		}
		return c
	}
	right := docket.Viewer{Key: account.NumberKeys(root, "150640001237")[1], Signs: true}
	c = correct(clerk, "2026-11-06", "confirm", docket.Act{Party: "d1", Number: "150640001237", Name: "«Үлгі» ЖШС"})
	if _, sees := c.Sees(docket.Viewer{Key: defendantKey, Signs: true}, at("2026-11-07")); sees {
		t.Error("who was taken for the defendant sees the case")
	}
	if _, sees := c.Sees(right, at("2026-11-07")); sees {
		t.Error("the right one sees it before it is served")
	}
	c = do(t, c, clerk, at("2026-11-09"), docket.Act{Step: "serve", Party: "d1"})
	if _, sees := c.Sees(right, at("2026-11-10")); !sees {
		t.Error("the right one does not see it when served")
	}
	if _, runs := dueOf(c, "response", "d1"); runs {
		t.Error("the term runs from what somebody else opened")
	}
	had, proof := c.Opened("d1")
	if c.Events = append(c.Events, docket.Event{ID: proof, At: at("2026-11-10"), Type: docket.EventOpened, By: docket.ByParty, Party: "d1"}); had {
		t.Error("the right one has opened it")
	}
	if d, _ := dueOf(c, "response", "d1"); d.Due != on("2026-11-24") { // ten from Wednesday the 11th
		t.Errorf("the right one responds by %+v", d)
	}

	first, second := docket.Hearing{At: at("2026-11-20"), Place: "3 зал"}, docket.Hearing{At: at("2026-11-23"), Place: "5 зал"}
	c = do(t, c, judge, at("2026-11-11"), docket.Act{Step: "appoint", Hearing: first})
	c = do(t, c, clerk, at("2026-11-12"), docket.Act{Step: "summon", Party: "d1", Address: "Алматы"})
	c = correct(judge, "2026-11-13", "appoint", docket.Act{Hearing: second})
	if c.Hearing != second {
		t.Errorf("the hearing is %+v", c.Hearing)
	}
	if told := c.Retold(c.Events[len(c.Events)-1]); len(told) != 2 {
		t.Errorf("told again are %+v", told)
	}
	if d, _ := dueOf(c, "court.notice", ""); d.Done || d.From != on("2026-11-13") {
		t.Errorf("everyone is summoned anew by %+v", d)
	}
	c = do(t, c, clerk, at("2026-11-13"), docket.Act{Step: "summon", Party: "d1", Address: "Алматы"})
	c = do(t, c, judge, at("2026-11-24"), docket.Act{Step: "hold", Present: []string{"c1"}})
	c = correct(judge, "2026-11-24", "hold", docket.Act{Present: []string{"c1", "d1"}})
	c = do(t, c, judge, at("2026-11-24"), docket.Act{Step: "decide", On: on("2026-11-23")})
	c = correct(judge, "2026-11-25", "decide", docket.Act{On: on("2026-11-24")})
	if d, _ := dueOf(c, "court.judgment.final", ""); d.From != on("2026-11-24") || d.Due != on("2026-12-01") {
		t.Errorf("the judgment is final by %+v", d)
	}
	c = do(t, c, judge, at("2026-11-30"), docket.Act{Step: "finalise", On: on("2026-11-27")})
	c = correct(judge, "2026-12-01", "finalise", docket.Act{On: on("2026-11-30")})
	if d, ok := dueOf(c, "appeal", "d1"); !ok || c.FinalOn != on("2026-11-30") || d.From != on("2026-11-30") || d.Due != on("2026-12-30") {
		t.Errorf("who was there after all appeals by %+v", d)
	}
	c = correct(clerk, "2026-12-02", "open", docket.Act{Number: "7514-26-00-2/11"})
	if c.Number != "7514-26-00-2/11" {
		t.Errorf("the case is %s", c.Number)
	}
	for _, wrong := range []docket.Act{{Event: "nothing"}, {Event: "open"}, {Event: c.Events[len(c.Events)-1].ID, Number: "1"}} { // nothing of it; corrected by now; no reason
		wrong.Step, wrong.Revision = docket.EventCorrected, c.Revision
		if _, err := c.Do(wrong, clerk, root, at("2026-12-03")); err == nil {
			t.Errorf("%+v is done", wrong)
		}
	}
	if _, err := c.Do(docket.Act{Step: docket.EventCorrected, Revision: c.Revision, Event: c.Correctable(docket.ByJudge)[0].ID, Reason: "x", On: on("2026-11-24")}, clerk, root, at("2026-12-03")); err == nil {
		t.Error("a clerk corrects what a judge did")
	}
}
