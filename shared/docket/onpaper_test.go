package docket_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// entry is a claim that came by post on Friday, 30 October 2026.
func entry() docket.Entry {
	return docket.Entry{
		Head: docket.Head{ID: "p1", Number: "7514-26-00-2/9", Court: "almaty-medeu", Judge: "judge", Kind: "claim", Lang: locale.KK},
		Parties: []docket.EnteredParty{
			{Role: docket.Claimant, Type: "natural", Name: "Сейітова Айгүл", Number: claimantNumber},
			{Role: docket.Defendant, Type: "legal", Name: "«Көктем» ЖШС", Number: defendantNumber},
			{Role: docket.ThirdParty, Type: "natural", Name: "Ахметов Болат"},
		},
		Representatives: []docket.EnteredRepresentative{{Name: "Омаров Ерлан", Number: standInNumber, Parties: []int{0}}},
		Scanned:         docket.Scanned{Way: "post", From: "Сейітова Айгүл", Received: on("2026-10-30"), Posted: on("2026-10-28")},
	}
}

// entered is entry as a clerk entered it on Monday, 2 November 2026.
func entered(t *testing.T, change func(*docket.Entry)) docket.Case {
	t.Helper()
	e := entry()
	change(&e)
	c, err := docket.Enter(e, clerk, root, at("2026-11-02"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func asEntered(*docket.Entry) {}

// TestEntered: who brings the case and is named by number sees it at once, with who acts for them; nobody else does.
func TestEntered(t *testing.T) {
	c := entered(t, asEntered)
	for _, tt := range []struct {
		who  string
		v    docket.Viewer
		sees docket.As
	}{
		{"the claimant", docket.Viewer{Key: claimantKey, Signs: true}, docket.AsParty},
		{"the representative", docket.Viewer{Key: standInKey, Signs: true}, docket.AsRepresentative},
		{"the defendant", docket.Viewer{Key: defendantKey, Signs: true}, ""},
		{"the clerk", docket.Viewer{Account: "clerk", Clerk: []string{"almaty-medeu"}}, docket.AsClerk},
		{"a clerk who is the defendant", docket.Viewer{Account: "clerk", Key: defendantKey, Clerk: []string{"almaty-medeu"}}, ""},
		{"a clerk of another court", docket.Viewer{Account: "clerk", Clerk: []string{"almaty-bostandyq"}}, ""},
		{"the judge", docket.Viewer{Account: "judge", Judge: []string{"almaty-medeu"}}, docket.AsJudge},
	} {
		if s, ok := c.Sees(tt.v, at("2026-11-02")); s.As != tt.sees || ok != (tt.sees != "") {
			t.Errorf("%s sees it as %q", tt.who, s.As)
		}
	}
	var told []string
	for _, e := range c.ToldOfScan(c.ID) {
		told = append(told, e.Party)
	}
	if c.Claimant != "Сейітова Айгүл" || c.Opposite != "«Көктем» ЖШС" || c.Papers[0].Party != "claimant-1" || !slices.Equal(told, []string{"claimant-1"}) || !c.OnPaper() {
		t.Errorf("entered %+v, told %v", c.Head, told)
	}
	c = entered(t, func(e *docket.Entry) { e.Parties[0].Number = "" })
	if _, ok := c.Sees(docket.Viewer{Key: claimantKey, Signs: true}, at("2026-11-02")); ok || len(c.ToldOfScan(c.ID)) != 0 {
		t.Error("a claimant without a number sees the case")
	}
}

// TestTermsOnPaper: the court's term to rule on acceptance runs from the day the papers came, not from the day they
// were entered; what follows the ruling runs from the ruling's own day.
func TestTermsOnPaper(t *testing.T) {
	of := func(c docket.Case) (out []string) {
		for _, d := range c.Deadlines() {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s>%s %t", d.Rule, d.Party, d.From, d.Due, d.Done)))
		}
		return out
	}
	c := entered(t, asEntered)
	accepted := do(t, c, judge, at("2026-11-05"), docket.Act{Step: "accept", On: on("2026-11-04")})
	order := entered(t, func(e *docket.Entry) { e.Head.Kind, e.Parties = "court_order_application", e.Parties[:2] })
	issued := do(t, order, judge, at("2026-11-04"), docket.Act{Step: "issue-order", On: on("2026-11-04")})
	returned := do(t, c, judge, at("2026-11-05"), docket.Act{Step: "return", On: on("2026-11-05"), Reason: "Мемлекеттік баж төленбеген"})
	corrected := do(t, c, clerk, at("2026-11-03"), docket.Act{ID: "fix", Step: "correct", Event: "enter", Number: "7514-26-00-2/9", On: on("2026-10-29"), Reason: "Мөртаңба"})
	moved := do(t, accepted, judge, at("2026-11-06"), docket.Act{ID: "fix", Step: "correct", Event: accepted.Events[len(accepted.Events)-1].ID, On: on("2026-11-03"), Reason: "Күні қате"})
	for _, tt := range []struct {
		name string
		c    docket.Case
		want []string
	}{
		{"entered: 5 working days from Friday the 30th", c, []string{"court.acceptance  2026-10-30>2026-11-06 false"}},
		{"accepted on the 4th", accepted, []string{"court.acceptance  2026-10-30>2026-11-06 true", "court.copies.claim  2026-11-04>2026-11-09 false"}},
		{"an order: 3 working days", order, []string{"court.order.issue  2026-10-30>2026-11-04 false"}},
		{"issued", issued, []string{"court.order.issue  2026-10-30>2026-11-04 true", "court.order.send  2026-11-04>2026-11-05 false"}},
		{"returned: who brought it may complain", returned, []string{"court.acceptance  2026-10-30>2026-11-06 true", "private-complaint claimant-1 2026-11-05>2026-11-19 false"}},
		{"it came a day earlier", corrected, []string{"court.acceptance  2026-10-29>2026-11-05 false"}},
		{"the ruling was of the 3rd", moved, []string{"court.acceptance  2026-10-30>2026-11-06 true", "court.copies.claim  2026-11-03>2026-11-06 false"}},
	} {
		if diff := cmp.Diff(tt.want, of(tt.c)); diff != "" {
			t.Errorf("%s: -want +got\n%s", tt.name, diff)
		}
	}
	if list := c.Agenda(); len(list) != 1 || list[0].What != "court.acceptance" || !slices.Equal(list[0].By, []docket.By{docket.ByJudge}) {
		t.Errorf("the judge is reminded of %+v", list)
	}
	if len(returned.Agenda()) != 0 || returned.FinalOn != on("2026-11-05") {
		t.Errorf("of what was returned remains %+v", returned.Agenda())
	}
	for step, want := range map[string]string{"2026-10-29": "day-impossible", "2026-11-06": "day-impossible", "2026-10-30": "", "2026-11-05": ""} {
		_, err := c.Do(docket.Act{ID: "x", Revision: c.Revision, Step: "accept", On: on(step)}, judge, root, at("2026-11-05"))
		if got := codesOf(err); got != want {
			t.Errorf("a ruling of %s: %q, want %q", step, got, want)
		}
	}
	for _, act := range []docket.Act{{Step: "serve", Party: "defendant-1"}, {Step: "prepare"}, {Step: "archive"}} {
		act.ID, act.Revision = "x", c.Revision
		if _, err := c.Do(act, clerk, root, at("2026-11-03")); err != docket.ErrStep {
			t.Errorf("%s before the ruling: %v", act.Step, err)
		}
	}
}

func codesOf(err error) string {
	var l defect.List
	if !errors.As(err, &l) {
		return ""
	}
	var out []string
	for _, d := range l {
		out = append(out, d.Code)
	}
	return strings.Join(out, " ")
}

// TestEntryIsChecked: each edit of a sound entry fails for its own reason, at its own place.
func TestEntryIsChecked(t *testing.T) {
	for want, change := range map[string]func(*docket.Entry){
		"/parties/0/role unknown-value":  func(e *docket.Entry) { e.Parties[0].Role = docket.Applicant },
		"/parties/0/type unknown-value":  func(e *docket.Entry) { e.Parties[0].Type = "robot" },
		"/parties/0/name required":       func(e *docket.Entry) { e.Parties[0].Name = " " },
		"/parties/2/name too-long":       func(e *docket.Entry) { e.Parties[2].Name = strings.Repeat("а", docket.MaxName+1) },
		"/parties/0/number number-wrong": func(e *docket.Entry) { e.Parties[0].Number = defendantNumber },
		"/parties/1/number number-wrong": func(e *docket.Entry) { e.Parties[1].Number = "12034000123" },
		"/parties/2/number party-twice":  func(e *docket.Entry) { e.Parties[2].Number = claimantNumber },
		"/parties claimant-required":     func(e *docket.Entry) { e.Parties = e.Parties[1:]; e.Representatives = nil },
		"/parties defendant-required":    func(e *docket.Entry) { e.Parties = e.Parties[:1] },
		"/parties too-many": func(e *docket.Entry) {
			e.Parties, e.Representatives = make([]docket.EnteredParty, docket.MaxEntered+1), nil
		},
		"/representatives/0/number number-wrong":   func(e *docket.Entry) { e.Representatives[0].Number = "1" },
		"/representatives/0/parties required":      func(e *docket.Entry) { e.Representatives[0].Parties = nil },
		"/representatives/0/parties unknown-value": func(e *docket.Entry) { e.Representatives[0].Parties = []int{3} },
		"/representatives/0/to day-impossible": func(e *docket.Entry) {
			e.Representatives[0].From, e.Representatives[0].To = on("2026-11-02"), on("2026-11-01")
		},
		"/representatives too-many": func(e *docket.Entry) {
			e.Representatives = make([]docket.EnteredRepresentative, docket.MaxEnteredFor+1)
		},
		"/from required":         func(e *docket.Entry) { e.Scanned.From = "" },
		"/received required":     func(e *docket.Entry) { e.Scanned.Received, e.Scanned.Posted = calendar.Date{}, calendar.Date{} },
		"/received received-day": func(e *docket.Entry) { e.Scanned.Received = on("2026-11-03") },
		"/posted posted-day":     func(e *docket.Entry) { e.Scanned.Posted = on("2026-10-31") },
	} {
		e := entry()
		change(&e)
		_, err := docket.Enter(e, clerk, root, at("2026-11-02"))
		var l defect.List
		if !errors.As(err, &l) || len(l) != 1 || l[0].Pointer+" "+l[0].Code != want {
			t.Errorf("want %s, got %v", want, err)
		}
	}
	if s := fmt.Sprint(entry().Parties[0], entry().Representatives[0], account.Number("")); strings.Contains(s, claimantNumber) || strings.Contains(s, "Сейітова") {
		t.Errorf("a log shows %s", s)
	}
}

// TestScanAdded: a later paper on paper is a paper of its party from the day it came, and the others are told.
func TestScanAdded(t *testing.T) {
	c := served(t)
	paper := docket.Paper{Filing: "p2", Kind: "motion", Party: "c1", Scanned: &docket.Scanned{Way: "counter", From: "ЖШС", Received: on("2026-11-09")}}
	after, err := c.AddScanned(paper, clerk, at("2026-11-10"))
	if err != nil {
		t.Fatal(err)
	}
	if p, _ := after.Paper("p2"); !p.At.Equal(on("2026-11-09").Start()) || p.Scanned.Clerk != clerk.Name || after.Revision != c.Revision+1 {
		t.Errorf("%+v", p)
	}
	told := after.ToldOfScan("p2")
	if len(told) != 1 || told[0].Party != "d1" {
		t.Errorf("told are %+v", told)
	}
	if _, err := after.AddScanned(paper, clerk, at("2026-11-10")); err != docket.ErrChanged {
		t.Errorf("twice: %v", err)
	}
	paper.Filing, paper.Party = "p3", "x1"
	if _, err := c.AddScanned(paper, clerk, at("2026-11-10")); codesOf(err) != "unknown-value" {
		t.Errorf("of nobody in the case: %v", err)
	}
	c.Status, paper.Party = docket.Archived, "c1"
	if _, err := c.AddScanned(paper, clerk, at("2026-11-10")); err != docket.ErrStep {
		t.Errorf("in an archived case: %v", err)
	}
}
