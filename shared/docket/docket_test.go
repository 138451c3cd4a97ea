package docket_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing/kinds"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/locale"
)

var (
	root  = make([]byte, 32)
	clerk = docket.Actor{By: docket.ByClerk, Account: "clerk", Name: "ЕСЕНОВА МАДИНА"}
	judge = docket.Actor{By: docket.ByJudge, Account: "judge", Name: "ҚАСЫМОВ НҰРЛАН"}

	claimantKey  = account.NumberKeys(root, claimantNumber)[0]
	defendantKey = account.NumberKeys(root, defendantNumber)[1]
	standInKey   = account.NumberKeys(root, standInNumber)[0]
)

const (
	claimantNumber  = "900101300126"
	defendantNumber = "120340001230"
	standInNumber   = "900101300811"
)

// at is an instant of a day in Kazakhstan, at noon there.
func at(day string) time.Time {
	var d calendar.Date
	if err := d.UnmarshalText([]byte(day)); err != nil {
		panic(err)
	}
	return d.Start().Add(12 * time.Hour)
}

func on(day string) (d calendar.Date) {
	if err := d.UnmarshalText([]byte(day)); err != nil {
		panic(err)
	}
	return d
}

// opened is a case of a claimant against a company, opened on Monday, 2 November 2026.
func opened() docket.Case {
	return docket.Open(
		docket.Head{ID: "f1", Number: "7514-26-00-2/1", Court: "almaty-bostandyq", Judge: "judge", Kind: "claim", Lang: locale.KK},
		[]docket.Party{
			{ID: "c1", Role: docket.Claimant, Type: "natural", Name: "Серікбаев Дәурен"},
			{ID: "d1", Role: docket.Defendant, Type: "legal", Name: "«Мысал Құрылыс» ЖШС"},
			{ID: "t1", Role: docket.ThirdParty, Type: "natural", Name: "Бақытов Асан"},
		},
		[]docket.Representative{{ID: "r1", Kind: "advocate", Name: "Ахметова Жанар", Parties: []string{"d1"}, From: on("2026-11-05"), To: on("2026-11-20")}},
		docket.Filer{Key: claimantKey, Digits: "nobody's", SentAt: at("2026-10-30")}, at("2026-11-02"),
	)
}

// do does an act in c and fails the test when that is refused.
func do(t *testing.T, c docket.Case, who docket.Actor, when time.Time, a docket.Act) docket.Case {
	t.Helper()
	a.Revision = c.Revision
	a.ID = fmt.Sprintf("a%d", c.Revision)
	out, err := c.Do(a, who, root, when)
	if err != nil {
		t.Fatalf("%s: %v", a.Step, err)
	}
	return out
}

func confirmed(t *testing.T, c docket.Case) docket.Case {
	t.Helper()
	return do(t, c, clerk, at("2026-11-03"), docket.Act{Step: "confirm", Party: "d1", Number: defendantNumber, Name: "«Мысал Құрылыс» ЖШС"})
}

func served(t *testing.T) docket.Case {
	t.Helper()
	return do(t, confirmed(t, opened()), clerk, at("2026-11-04"), docket.Act{Step: "serve", Party: "d1"})
}

// TestOpen: the filer's certificate says who they are; what they wrote of others confirms nobody.
func TestOpen(t *testing.T) {
	var sample form.Value
	raw, err := os.ReadFile(filepath.Join("..", "..", "testdata", "claims", "claim", "form.json"))
	if err == nil {
		err = json.Unmarshal(raw, &sample)
	}
	if err != nil {
		t.Fatal(err)
	}
	parties, representatives, err := docket.Named("claim", sample)
	if err != nil {
		t.Fatal(err)
	}
	if len(parties) < 2 || parties[0].Stated != "******0126" || parties[0].Role != docket.Claimant || parties[1].Role != docket.Defendant {
		t.Fatalf("named %+v", parties)
	}
	c := docket.Open(docket.Head{ID: "f1", Kind: "claim"}, parties, representatives, docket.Filer{Key: claimantKey, Digits: claimantNumber, Number: "******0126"}, at("2026-11-02"))
	if p := c.Parties[0]; !p.Confirmed() || p.From != at("2026-11-02") || c.Papers[0].Party != p.ID || c.Claimant != p.Name || c.Opposite != parties[1].Name {
		t.Errorf("the filer %+v in %+v", p, c.Head)
	}
	for _, p := range c.Parties[1:] {
		if p.Confirmed() || !p.From.IsZero() {
			t.Errorf("a party that nobody has confirmed: %+v", p)
		}
	}
}

// TestEveryOpeningKindNamesItsParties: by the samples.
func TestEveryOpeningKindNamesItsParties(t *testing.T) {
	n := 0
	for _, k := range kinds.All {
		if !docket.Opens(k.Code) {
			continue
		}
		n++
		raw, err := os.ReadFile(filepath.Join("..", "..", "testdata", "claims", k.Code, "form.json"))
		if err != nil {
			t.Fatal(err)
		}
		v, err := k.Form.Read(raw)
		if err != nil {
			t.Fatal(err)
		}
		parties, _, err := docket.Named(k.Code, v)
		if err != nil || len(parties) < 2 || parties[0].Role.Answers() || !parties[len(parties)-1].Role.Answers() {
			t.Errorf("%s names %+v, %v", k.Code, parties, err)
		}
		for _, p := range parties {
			if p.ID == "" || p.Name == "" {
				t.Errorf("%s names %+v", k.Code, p)
			}
		}
	}
	if n != 3 {
		t.Errorf("%d kinds open a case", n)
	}
}

// TestSees: access begins at service, by the confirmed number, and ends with the authority.
func TestSees(t *testing.T) {
	stranger := docket.Viewer{Account: "x", Key: "1.ff", Signs: true}
	claimant := docket.Viewer{Account: "a", Key: claimantKey, Signs: true}
	head := docket.Viewer{Account: "b", Key: defendantKey, Signs: true}
	employee := docket.Viewer{Account: "b", Key: defendantKey}
	advocate := docket.Viewer{Account: "r", Key: standInKey, Signs: true}
	clerkHere := docket.Viewer{Account: "clerk", Key: "1.cc", Signs: true, Clerk: []string{"almaty-bostandyq"}}
	clerkThere := docket.Viewer{Account: "clerk2", Key: "1.cd", Signs: true, Clerk: []string{"almaty-medeu"}}
	hers := docket.Viewer{Account: "judge", Key: "1.ee", Signs: true, Judge: []string{"almaty-bostandyq"}}
	another := docket.Viewer{Account: "judge2", Key: "1.ef", Signs: true, Judge: []string{"almaty-bostandyq"}}
	moved := docket.Viewer{Account: "judge", Key: "1.ee", Signs: true, Judge: []string{"almaty-medeu"}}

	c := opened()
	c.Parties[0].Key, c.Parties[0].From = claimantKey, c.OpenedAt
	known := confirmed(t, c)
	before := known
	given := do(t, before, clerk, at("2026-11-04"), docket.Act{Step: "serve", Party: "d1"})
	acting := do(t, given, clerk, at("2026-11-05"), docket.Act{Step: "represent", Representative: "r1", Number: standInNumber, Name: "Ахметова Жанар"})
	over := do(t, acting, clerk, at("2026-11-10"), docket.Act{Step: "unrepresent", Representative: "r1", Reason: "Өкілеттік тоқтатылды"})
	clerkSued := clerkHere
	clerkSued.Key = defendantKey

	for _, tt := range []struct {
		name string
		c    docket.Case
		who  docket.Viewer
		at   string
		want docket.As // "" for nothing
	}{
		{"a stranger", given, stranger, "2026-11-10", ""},
		{"nobody's key", given, docket.Viewer{Signs: true}, "2026-11-10", ""},
		{"who filed", opened(), stranger, "2026-11-02", ""},
		{"the claimant", given, claimant, "2026-11-04", docket.AsParty},
		{"the defendant, named", c, head, "2026-11-10", ""},
		{"confirmed and not served", before, head, "2026-11-10", ""},
		{"served", given, head, "2026-11-04", docket.AsParty},
		{"on the day before", given, head, "2026-11-03", ""},
		{"an employee who may not sign", given, employee, "2026-11-10", ""},
		{"an advocate, named", given, advocate, "2026-11-10", ""},
		{"confirmed, on the last day", acting, advocate, "2026-11-20", docket.AsRepresentative},
		{"on the day after", acting, advocate, "2026-11-21", ""},
		{"before the authority begins", acting, advocate, "2026-11-04", ""},
		{"taken back", over, advocate, "2026-11-11", ""},
		{"a clerk of the court", c, clerkHere, "2026-11-02", docket.AsClerk},
		{"of another", c, clerkThere, "2026-11-02", ""},
		{"the judge", c, hers, "2026-11-02", docket.AsJudge},
		{"one to whom it is not assigned", c, another, "2026-11-02", ""},
		{"who went to another court", c, moved, "2026-11-02", ""},
		{"a clerk who is the defendant, served", given, clerkSued, "2026-11-10", docket.AsParty},
		{"and not served", before, clerkSued, "2026-11-10", ""},
	} {
		s, ok := tt.c.Sees(tt.who, at(tt.at))
		if ok != (tt.want != "") || s.As != tt.want {
			t.Errorf("%s sees %+v, %v, want as %q", tt.name, s, ok, tt.want)
		}
	}
	if keys := before.Keys(); slices.Contains(keys, defendantKey) {
		t.Errorf("it is found by %v before it is served", keys)
	}
	if keys := acting.Keys(); !slices.Contains(keys, defendantKey) || !slices.Contains(keys, standInKey) {
		t.Errorf("it is found by %v", keys)
	}
}

// TestReads: papers of a case that is heard behind closed doors are their own side's and the court's.
func TestReads(t *testing.T) {
	c := served(t)
	party, court := docket.Sight{As: docket.AsParty, Parties: []string{"d1"}}, docket.Sight{As: docket.AsClerk}
	claim := docket.Paper{Party: "c1"}
	if !c.Reads(party, claim) || !c.Reads(court, claim) {
		t.Error("an open case")
	}
	c = do(t, c, judge, at("2026-11-05"), docket.Act{Step: "seclude", Reason: "Бала асырап алу құпиясы"})
	if c.Reads(party, claim) || !c.Reads(court, claim) || !c.Reads(party, docket.Paper{Party: "d1"}) {
		t.Error("a closed one")
	}
}

func TestActs(t *testing.T) {
	heard := func(t *testing.T) docket.Case {
		c := do(t, served(t), judge, at("2026-11-06"), docket.Act{Step: "appoint", Hearing: docket.Hearing{At: at("2026-11-16"), Place: "№ 4 зал"}})
		return do(t, c, clerk, at("2026-11-16"), docket.Act{Step: "hold", Present: []string{"c1"}})
	}
	decided := func(t *testing.T) docket.Case {
		return do(t, heard(t), judge, at("2026-11-16"), docket.Act{Step: "decide", On: on("2026-11-16")})
	}
	for _, tt := range []struct {
		name string
		of   func(*testing.T) docket.Case
		who  docket.Actor
		at   string
		act  docket.Act
		want string // "" for done, a status for where it leads, or the error
	}{
		{"a number with a wrong digit", state(opened), clerk, "2026-11-03", docket.Act{Step: "confirm", Party: "d1", Number: "120340001231", Name: "x"}, "/number number-wrong"},
		{"a BIN of a person", state(opened), clerk, "2026-11-03", docket.Act{Step: "confirm", Party: "t1", Number: defendantNumber, Name: "x"}, "/number number-wrong"},
		{"no name", state(opened), clerk, "2026-11-03", docket.Act{Step: "confirm", Party: "d1", Number: defendantNumber}, "/name required"},
		{"nobody in the case", state(opened), clerk, "2026-11-03", docket.Act{Step: "confirm", Party: "d9", Number: defendantNumber, Name: "x"}, "/party unknown-value"},
		{"a judge confirms nobody", state(opened), judge, "2026-11-03", docket.Act{Step: "confirm", Party: "d1", Number: defendantNumber, Name: "x"}, "not possible"},
		{"service on who is not confirmed", state(opened), clerk, "2026-11-03", docket.Act{Step: "serve", Party: "d1"}, "/party party-unconfirmed"},
		{"service again", served, clerk, "2026-11-05", docket.Act{Step: "serve", Party: "d1"}, "/party served-already"},
		{"another number for who was served", served, clerk, "2026-11-05", docket.Act{Step: "confirm", Party: "d1", Number: defendantNumber, Name: "x"}, "/party party-served"},
		{"who acts for a company is a person", served, clerk, "2026-11-05", docket.Act{Step: "admit", Party: "d1", Number: defendantNumber, Name: "x"}, "/number number-wrong"},
		{"an authority that ends before it begins", served, clerk, "2026-11-05", docket.Act{Step: "admit", Party: "d1", Number: standInNumber, Name: "x", From: on("2026-11-06"), To: on("2026-11-05")}, "/to day-impossible"},
		{"a representative", served, clerk, "2026-11-05", docket.Act{Step: "admit", Party: "d1", Number: standInNumber, Name: "x"}, "opened"},
		{"a hearing now", served, judge, "2026-11-06", docket.Act{Step: "appoint", Hearing: docket.Hearing{At: at("2026-11-06"), Place: "x"}}, "/hearing/at hearing-past"},
		{"a hearing nowhere", served, judge, "2026-11-06", docket.Act{Step: "appoint", Hearing: docket.Hearing{At: at("2026-11-07")}}, "/hearing/place required"},
		{"a hearing", served, clerk, "2026-11-06", docket.Act{Step: "appoint", Hearing: docket.Hearing{At: at("2026-11-07"), Place: "x"}}, "appointed"},
		{"a second one beside it", heardAhead, clerk, "2026-11-06", docket.Act{Step: "appoint", Hearing: docket.Hearing{At: at("2026-11-07"), Place: "x"}}, "not possible"},
		{"postponed without a reason", heardAhead, clerk, "2026-11-06", docket.Act{Step: "postpone", Hearing: docket.Hearing{At: at("2026-11-20"), Place: "x"}}, "/reason required"},
		{"held before it begins", heardAhead, clerk, "2026-11-15", docket.Act{Step: "hold"}, "/present hearing-ahead"},
		{"held with a stranger", heardAhead, clerk, "2026-11-16", docket.Act{Step: "hold", Present: []string{"c1", "z"}}, "/present/1 unknown-value"},
		{"a judgment without a hearing", served, judge, "2026-11-06", docket.Act{Step: "decide", On: on("2026-11-06")}, "not possible"},
		{"a judgment of tomorrow", heard, judge, "2026-11-16", docket.Act{Step: "decide", On: on("2026-11-17")}, "/on day-impossible"},
		{"a clerk decides nothing", heard, clerk, "2026-11-16", docket.Act{Step: "decide", On: on("2026-11-16")}, "not possible"},
		{"a judgment", heard, judge, "2026-11-16", docket.Act{Step: "decide", On: on("2026-11-16")}, "decided"},
		{"final before it was announced", decided, judge, "2026-11-20", docket.Act{Step: "finalise", On: on("2026-11-15")}, "/on day-impossible"},
		{"in force before it is final", decided, clerk, "2026-12-20", docket.Act{Step: "in-force", On: on("2026-12-20")}, "/on judgment-not-final"},
		{"terminated", served, judge, "2026-11-20", docket.Act{Step: "terminate", Reason: "Талап қоюдан бас тарту"}, "terminated"},
		{"a judgment is not terminated", decided, judge, "2026-11-20", docket.Act{Step: "terminate", Reason: "x"}, "not possible"},
		{"no such act", served, judge, "2026-11-20", docket.Act{Step: "forget"}, "not possible"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.of(t)
			tt.act.ID, tt.act.Revision = "new", c.Revision
			kept, _ := json.Marshal(c)
			out, err := c.Do(tt.act, tt.who, root, at(tt.at))
			if again, _ := json.Marshal(c); string(again) != string(kept) {
				t.Error("the case before the act was changed")
			}
			var list defect.List
			switch {
			case err == nil:
				if string(out.Status) != tt.want && tt.want != "" {
					t.Errorf("leads to %s, want %q", out.Status, tt.want)
				}
			case errors.Is(err, docket.ErrStep):
				if tt.want != "not possible" {
					t.Errorf("not possible, want %q", tt.want)
				}
			case errors.As(err, &list):
				if !strings.Contains(err.Error(), tt.want) || tt.want == "" {
					t.Errorf("%v, want %q", err, tt.want)
				}
			default:
				t.Error(err)
			}
		})
	}
	c := served(t)
	if _, err := c.Do(docket.Act{Step: "prepare", Revision: c.Revision - 1}, judge, root, at("2026-11-06")); err != docket.ErrChanged {
		t.Errorf("an act in the case as it was: %v", err)
	}
}

func state(c func() docket.Case) func(*testing.T) docket.Case {
	return func(*testing.T) docket.Case { return c() }
}

func heardAhead(t *testing.T) docket.Case {
	return do(t, served(t), judge, at("2026-11-05"), docket.Act{Step: "appoint", Hearing: docket.Hearing{At: at("2026-11-16"), Place: "№ 4 зал"}})
}

// TestDeadlines, in days of November and December 2026: 16 December is a day off.
func TestDeadlines(t *testing.T) {
	line := func(d docket.Deadline) string {
		due := d.Due.String()
		if d.Due == (calendar.Date{}) {
			due = d.Why
		}
		return strings.TrimSpace(fmt.Sprintf("%s %s %s>%s %t", d.Rule, d.Party, d.From, due, d.Done))
	}
	of := func(c docket.Case) (out []string) {
		for _, d := range c.Deadlines() {
			out = append(out, line(d))
		}
		return out
	}
	open := served(t)
	read := open
	read.Events = append(slices.Clone(open.Events), docket.Event{Type: docket.EventOpened, Party: "d1", At: at("2026-11-06")})
	answered, _ := read.Attach(docket.Paper{Filing: "f2", Kind: "response", At: at("2026-11-10")}, defendantKey, at("2026-11-11"))
	suspended := do(t, read, judge, at("2026-11-10"), docket.Act{Step: "suspend", Reason: "Сараптама тағайындалды"})
	resumed := do(t, suspended, judge, at("2026-11-17"), docket.Act{Step: "resume"})
	c := do(t, heardAhead(t), clerk, at("2026-11-16"), docket.Act{Step: "hold", Present: []string{"c1"}})
	c = do(t, c, judge, at("2026-11-16"), docket.Act{Step: "decide", On: on("2026-11-16")})
	announced := c
	final := do(t, c, judge, at("2026-11-20"), docket.Act{Step: "finalise", On: on("2026-11-20")})
	sent := do(t, final, clerk, at("2026-11-24"), docket.Act{Step: "send-judgment", Party: "d1"})
	for _, tt := range []struct {
		name string
		c    docket.Case
		want []string
	}{
		{"opened", opened(), []string{"court.copies.claim  2026-11-02>2026-11-05 false"}},
		{"made available starts no term to answer", open, []string{"court.copies.claim  2026-11-02>2026-11-05 false"}},
		{"read on Friday the 6th", read, []string{"court.copies.claim  2026-11-02>2026-11-05 false", "response d1 2026-11-06>2026-11-20 false"}},
		{"answered", answered, []string{"court.copies.claim  2026-11-02>2026-11-05 false", "response d1 2026-11-06>2026-11-20 true"}},
		{"suspended on the 10th", suspended, []string{"court.copies.claim  2026-11-02>2026-11-05 false", "response d1 2026-11-06>suspended false"}},
		{"resumed on the 17th: one day is used up", resumed, []string{"court.copies.claim  2026-11-02>2026-11-05 false", "response d1 2026-11-06>2026-11-27 false"}},
		{"announced", announced, []string{"court.copies.claim  2026-11-02>2026-11-05 false", "court.judgment.final  2026-11-16>2026-11-23 false"}},
		{"final: a month for who was there, the other waits for the copy", final, []string{
			"court.copies.claim  2026-11-02>2026-11-05 false", "court.judgment.final  2026-11-16>2026-11-23 true", "appeal c1 2026-11-20>2026-12-21 false",
		}},
		{"the copy was sent to who was absent", sent, []string{
			"court.copies.claim  2026-11-02>2026-11-05 false", "court.judgment.final  2026-11-16>2026-11-23 true",
			"appeal c1 2026-11-20>2026-12-21 false", "appeal.absent d1 2026-11-24>2026-12-24 false",
		}},
	} {
		if diff := cmp.Diff(tt.want, of(tt.c)); diff != "" {
			t.Errorf("%s: -want +got\n%s", tt.name, diff)
		}
	}
}

// TestSteps: every status is reached and left by a row, every act is somebody's, and has its texts.
func TestSteps(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range docket.Steps {
		if seen[s.Name] || len(s.By) == 0 {
			t.Errorf("step %+v", s)
		}
		seen[s.Name] = true
		if !locale.Has("js.case.act."+s.Name) || !locale.Has("case.event."+s.Name) {
			t.Errorf("act %s has no text", s.Name)
		}
		for _, what := range s.About {
			if !locale.Has("case.act." + string(what)) {
				t.Errorf("%s has no label", what)
			}
		}
	}
	for _, s := range docket.Statuses() {
		if !locale.Has("case.status."+string(s)) || !locale.Has("js.case.next."+string(s)) {
			t.Errorf("status %s has no text", s)
		}
		if s != docket.Archived && !slices.ContainsFunc(docket.Steps, func(step docket.Step) bool { return slices.Contains(step.From, s) && step.To != "" }) {
			t.Errorf("nothing leads out of %s", s)
		}
	}
	for _, r := range docket.Roles {
		if !locale.Has("case.role." + string(r)) {
			t.Errorf("role %s has no text", r)
		}
	}
}

// TestKept: a case reads back as it was written.
func TestKept(t *testing.T) {
	c := served(t)
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var back docket.Case
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back, cmpopts.IgnoreUnexported(docket.Party{}, docket.Representative{})); diff != "" {
		t.Errorf("-written +read\n%s", diff)
	}
	for _, number := range []string{claimantNumber, defendantNumber} {
		if strings.Contains(string(raw), number) {
			t.Errorf("%s is kept in the clear", number)
		}
	}
}

// TestPartiesHaveIDs: a party that the form gave no id has one in the case, of its own: what is about nobody is
// the court's.
func TestPartiesHaveIDs(t *testing.T) {
	natural := func(id string) map[string]any {
		p := map[string]any{"type": "natural", "surname": "Омаров", "givenName": "Ерлан"}
		if id != "" {
			p["id"] = id
		}
		return p
	}
	parties, _, err := docket.Named("claim", form.Value{
		"claimant": natural(""), "coclaimants": map[string]any{"parties": []any{natural("claimant-2"), natural("")}}, "defendants": map[string]any{"parties": []any{natural("d1"), natural("")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range parties {
		ids = append(ids, p.ID)
	}
	if want := []string{"claimant-1", "claimant-2", "claimant-3", "d1", "defendant-1"}; !slices.Equal(ids, want) {
		t.Errorf("%q, want %q", ids, want)
	}
}
