package docket_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
)

// TestActsOfKinds: in a case of each kind, wherever it stands, nobody is offered, and nobody can do, what is for cases of
// another kind alone: an order is not announced or sent as a judgment, a claim is not set aside on an objection.
func TestActsOfKinds(t *testing.T) {
	only := map[string][]string{
		"open": {"claim", "special_proceeding"}, "order": {"court_order_application"}, "set-aside": {"court_order_application"}, "reopen": {"claim"},
		"accept": {"claim", "special_proceeding"}, "return": {"claim", "special_proceeding"}, "refuse": {"claim", "special_proceeding"},
		"issue-order": {"court_order_application"}, "return-order": {"court_order_application"}, "hand-order": {"court_order_application"}, "send-judgment": {"claim", "special_proceeding"},
	}
	var opening []string
	for _, k := range kinds.Codes() {
		if docket.Opens(k) {
			opening = append(opening, k)
		}
	}
	if len(opening) != 3 {
		t.Fatalf("cases are opened by %v", opening)
	}
	for _, kind := range opening {
		for _, status := range docket.Statuses() {
			c := opened()
			c.Kind, c.Status = kind, status
			for _, who := range []docket.Actor{clerk, judge} {
				var offered []string
				for _, s := range c.Open(who.By) {
					offered = append(offered, s.Name)
				}
				for _, s := range docket.Steps {
					if of := only[s.Name]; of == nil || slices.Contains(of, kind) {
						continue
					}
					if _, err := c.Do(docket.Act{ID: "x", Revision: c.Revision, Step: s.Name, Party: "c1", On: on("2026-11-10")}, who, root, at("2026-11-10")); err != docket.ErrStep || slices.Contains(offered, s.Name) {
						t.Errorf("%s in a %s of %s by %s: %v, offered %v", s.Name, status, kind, who.By, err, offered)
					}
				}
			}
		}
		for _, s := range docket.Steps {
			if want := only[s.Name] == nil || slices.Contains(only[s.Name], kind); s.TakenIn(kind) != want {
				t.Errorf("%s in a case of %s: %v, want %v", s.Name, kind, !want, want)
			}
		}
	}
}

// TestAnswersInCases: what the court does with a paper is for the case that it is in, each act on each matter in a case
// of each kind; what is not named here is for all.
func TestAnswersInCases(t *testing.T) {
	not := map[string]string{ // step, matter, kind of the case: article
		"set-aside motion/order_objection claim": "CPC 141, 142", "set-aside motion/order_objection special_proceeding": "CPC 141, 142",
		"keep-order motion/order_objection claim": "CPC 141, 142", "keep-order motion/order_objection special_proceeding": "CPC 141, 142",
		"grant motion/simplified_set_aside court_order_application": "CPC 267-4(2)", "grant motion/simplified_set_aside special_proceeding": "CPC 267-4(2)",
		"grant-part motion/simplified_set_aside court_order_application": "CPC 267-4(2)", "grant-part motion/simplified_set_aside special_proceeding": "CPC 267-4(2)",
		"accept counterclaim court_order_application": "CPC 153", "accept counterclaim special_proceeding": "CPC 153",
		"copies appeal court_order_application": "CPC 401",
	}
	matters := kinds.Codes()
	for _, m := range filing.Motions {
		matters = append(matters, "motion/"+m.About)
	}
	refused := 0
	for _, step := range filing.Steps {
		for _, matter := range matters {
			kind, about, _ := strings.Cut(matter, "/")
			if !step.TakenOn(filing.Matter(kind, about)) {
				continue
			}
			some := false
			for _, of := range []string{"claim", "special_proceeding", "court_order_application"} {
				c := opened()
				c.Kind = of
				key := step.Name + " " + matter + " " + of
				article, ok := c.Takes(step.Name, kind, about)
				if ok != (not[key] == "") || article != not[key] {
					t.Errorf("%s: %q, %v", key, article, ok)
				}
				if !ok {
					some = true
					refused++
				}
			}
			if docket.InSome(step.Name, kind, about) != some {
				t.Errorf("%s on %s: the case matters %v", step.Name, matter, !some)
			}
		}
	}
	if refused != len(not) {
		t.Errorf("%d are refused, want %d", refused, len(not))
	}
}

// TestSetAsideElsewhere: a ruling that sets an order aside changes no case but that of an order, and that one after it
// was handed over too, where the debtor's term was restored (CPC 141(6)).
func TestSetAsideElsewhere(t *testing.T) {
	for _, tt := range []struct {
		kind      string
		from, to  docket.Status
		inForceOn string
	}{
		{"court_order_application", docket.Ordered, docket.SetAside, ""}, {"court_order_application", docket.InForce, docket.SetAside, ""},
		{"claim", docket.InForce, docket.InForce, "2026-11-09"}, {"special_proceeding", docket.InForce, docket.InForce, "2026-11-09"},
	} {
		c := opened()
		c.Kind, c.Status, c.InForceOn = tt.kind, tt.from, on("2026-11-09")
		after, _ := c.Answered(docket.Answer{Paper: "f1", About: "order_objection", Step: "set-aside", At: at("2026-11-10"), By: docket.ByJudge})
		if after.Status != tt.to || (after.InForceOn == on("2026-11-09")) != (tt.inForceOn != "") {
			t.Errorf("%s that is %s becomes %s, in force on %s", tt.kind, tt.from, after.Status, after.InForceOn)
		}
	}
}

// TestSetAsideForOthers: an objection of somebody who is nobody in the case sets its order aside all the same, once; the
// parties are told that, and not of the paper, which none of them may read.
func TestSetAsideForOthers(t *testing.T) {
	c := seen(t, served(t), "2026-11-05")
	c.Kind, c.Status = "court_order_application", docket.Ordered
	answer := docket.Answer{Paper: "elsewhere", About: "order_objection", Step: "set-aside", At: at("2026-11-10"), By: docket.ByJudge, Name: judge.Name}
	for _, idle := range []docket.Answer{
		{Paper: "elsewhere", About: "order_objection", Step: "keep-order", At: answer.At}, {Paper: "elsewhere", About: "costs", Step: "grant", At: answer.At},
	} {
		if _, ok := c.Answered(idle); ok || len(c.Informs(idle)) > 0 {
			t.Errorf("%s on a paper of nobody came to the case", idle.Step)
		}
	}
	if told := c.Informs(answer); len(told) > 0 {
		t.Errorf("told of what is not in the case yet: %+v", told)
	}
	after, ok := c.Answered(answer)
	last := after.Events[len(after.Events)-1]
	if !ok || after.Status != docket.SetAside || len(after.Events) != len(c.Events)+1 || last.Type != "set-aside" || last.Paper != "" || last.By != docket.ByJudge || last.Name != judge.Name || after.Revision != c.Revision+1 {
		t.Fatalf("%v: %+v, %+v", ok, after.Head, last)
	}
	told := after.Informs(answer)
	if len(told) != 2 || told[0].Party == told[1].Party || told[0].Paper != "" || told[0].Step != "set-aside" {
		t.Errorf("told are %+v", told)
	}
	if _, again := after.Answered(answer); again {
		t.Error("one answer is taken twice")
	}
	after.Status = docket.Ordered // whatever came after it
	if _, again := after.Answered(answer); again {
		t.Error("one answer is taken twice, where the case went on")
	}
}

// TestReopened: where a judgment of simplified proceedings is set aside (CPC 267-4(3)) the case is prepared anew: no
// day of that judgment counts any more, nothing of it can be corrected, and the next one is announced, sent and
// takes force like any other.
func TestReopened(t *testing.T) {
	c := seen(t, served(t), "2026-11-05")
	acts := func(day string, steps ...docket.Act) {
		t.Helper()
		for _, a := range steps {
			who := judge
			if a.Step == "send-judgment" {
				who = clerk
			}
			c = do(t, c, who, at(day), a)
		}
	}
	hearing := docket.Hearing{At: at("2026-11-09"), Place: "зал 3"}
	acts("2026-11-06", docket.Act{Step: "appoint", Hearing: hearing})
	acts("2026-11-10", docket.Act{Step: "hold", Present: []string{"c1"}}, docket.Act{Step: "decide", On: on("2026-11-10")}, docket.Act{Step: "finalise", On: on("2026-11-10")}, docket.Act{Step: "send-judgment", Party: "d1"})
	if _, ok := dueOf(c, "appeal.absent", "d1"); !ok {
		t.Fatal("no term to appeal runs")
	}
	for _, step := range []string{"grant", "grant-part"} {
		after, _ := c.Answered(docket.Answer{Paper: "f9", About: "simplified_set_aside", Step: step, At: at("2026-11-16"), By: docket.ByJudge})
		if after.Status != docket.Preparation || after.FinalOn != (calendar.Date{}) || after.InForceOn != (calendar.Date{}) {
			t.Errorf("%s: %+v", step, after.Head)
		}
	}
	c, _ = c.Answered(docket.Answer{Paper: "f9", About: "simplified_set_aside", Step: "grant", At: at("2026-11-16"), By: docket.ByJudge})
	for _, d := range c.Deadlines() {
		if d.Rule == "appeal.absent" || d.Rule == "appeal" || d.Rule == "court.judgment.final" {
			t.Errorf("a term of the judgment that was set aside runs: %+v", d)
		}
	}
	for _, e := range c.Correctable(docket.ByJudge) {
		if e.Type == "decide" || e.Type == "finalise" || e.Type == "hold" {
			t.Errorf("%s of the judgment that was set aside may be corrected", e.Type)
		}
	}
	hearing.At = at("2026-12-07")
	acts("2026-11-17", docket.Act{Step: "appoint", Hearing: hearing})
	acts("2026-12-08", docket.Act{Step: "hold", Present: []string{"c1", "d1"}}, docket.Act{Step: "decide", On: on("2026-12-08")})
	acts("2026-12-09", docket.Act{Step: "finalise", On: on("2026-12-09")}, docket.Act{Step: "send-judgment", Party: "d1"})
	if d, ok := dueOf(c, "appeal", "d1"); !ok || d.From != on("2026-12-09") {
		t.Errorf("the new judgment is appealed by %+v", d)
	}
}
