package docket_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/delivery"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// proof is an event of a notice at noon of a day of November 2026.
func proof(typ string, way docket.Way, day int) docket.Event {
	return docket.Event{Type: typ, Way: way, Party: "d1", At: at(fmt.Sprintf("2026-11-%02d", day))}
}

// TestNotified: each way of 127(4) with what just suffices and what just does not.
func TestNotified(t *testing.T) {
	const told, delivered, failed, refused = docket.EventTold, docket.EventDelivered, docket.EventFailed, docket.EventRefused
	p := proof
	paper := p(delivered, docket.OnPaper, 20)
	paper.On = on("2026-11-18")
	for _, tt := range []struct {
		name   string
		events []docket.Event
		repeat bool
		at     int // day of November, at noon
		want   string
	}{
		{"nothing yet", nil, false, 10, "next email"},
		{"e-mail of the office, the instant before", []docket.Event{p(told, docket.Email, 10)}, false, 9, "next email"},
		{"e-mail of the office", []docket.Event{p(told, docket.Email, 10)}, false, 10, "email CPC 127(4)2 since 10"},
		{"it bounced", []docket.Event{p(told, docket.Email, 10), p(failed, docket.Email, 11)}, false, 11, "next given-email"},
		{"before the bounce", []docket.Event{p(told, docket.Email, 10), p(failed, docket.Email, 11)}, false, 10, "email CPC 127(4)2 since 10"},
		{"sent again after it", []docket.Event{p(told, docket.Email, 10), p(failed, docket.Email, 11), p(told, docket.Email, 12)}, false, 12, "email CPC 127(4)2 since 12"},
		{"nobody registered", []docket.Event{p(docket.EventNoContact, docket.Email, 10)}, false, 10, "next given-email"},
		{"e-mail given in the case", []docket.Event{p(told, docket.GivenEmail, 10)}, false, 10, "given-email CPC 127(4)1 since 10"},
		{"e-mail of the contract", []docket.Event{p(told, docket.ContractEmail, 10)}, false, 10, "contract-email CPC 127(4)3 since 10"},
		{"SMS without a report", []docket.Event{p(failed, docket.Email, 10), p(told, docket.SMS, 10)}, false, 30, "next sms"},
		{"SMS with one", []docket.Event{p(told, docket.SMS, 10), p(delivered, docket.SMS, 11)}, false, 11, "sms CPC 127(4)4 since 11"},
		{"eGov without its SMS", []docket.Event{p(told, docket.EGov, 10)}, false, 30, "next egov"},
		{"the SMS without eGov", []docket.Event{p(told, docket.EGovSMS, 10)}, false, 30, "next email"},
		{"both: since the later", []docket.Event{p(told, docket.EGov, 10), p(told, docket.EGovSMS, 12)}, false, 12, "egov CPC 127(4)7 since 12"},
		{"other means", []docket.Event{p(told, docket.Other, 10)}, false, 10, "other CPC 127(4)5 since 10"},
		{"read in the office", []docket.Event{p(docket.EventOpened, docket.Cabinet, 10)}, true, 10, "other CPC 127(4)5 since 10"},
		{"shown not to have arrived", []docket.Event{p(told, docket.Other, 10), p(failed, docket.Other, 15)}, false, 15, "next email"},
		{"a letter on its way", []docket.Event{p(told, docket.OnPaper, 10)}, false, 30, "next paper"},
		{"delivered on the 18th, recorded on the 20th", []docket.Event{p(told, docket.OnPaper, 10), paper}, false, 20, "paper CPC 127(4)6 since 18"},
		{"it came back", []docket.Event{p(told, docket.OnPaper, 10), p(failed, docket.OnPaper, 20)}, false, 20, "next email"},
		{"refused", []docket.Event{p(told, docket.OnPaper, 10), p(refused, docket.OnPaper, 20)}, false, 20, "paper CPC 131(2) since 20"},
		{"by hand", []docket.Event{p(delivered, docket.ByHand, 10)}, false, 10, "hand CPC 130(1) since 10"},
		{"the first of two counts", []docket.Event{p(told, docket.Email, 10), p(told, docket.SMS, 10), p(delivered, docket.SMS, 11)}, false, 20, "email CPC 127(4)2 since 10"},
		{"who did not come: e-mail is not enough again", []docket.Event{p(told, docket.Email, 10)}, true, 10, "next sms"},
		{"another way is", []docket.Event{p(told, docket.Email, 10), p(told, docket.SMS, 10), p(delivered, docket.SMS, 11)}, true, 20, "sms CPC 127(4)4 since 11"},
		{"nothing is left", []docket.Event{
			p(failed, docket.SMS, 1), p(failed, docket.EGov, 1), p(failed, docket.Other, 1), p(failed, docket.OnPaper, 1), p(failed, docket.ByHand, 1),
		}, true, 10, "next "},
	} {
		n := docket.Notified(tt.events, tt.repeat, at(fmt.Sprintf("2026-11-%02d", tt.at)))
		got := "next " + string(n.Next)
		if n.Proper {
			got = fmt.Sprintf("%s %s since %d", n.Way, n.Article, n.Since.Add(5*time.Hour).Day())
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if len(n.Rungs) != len(docket.Rungs) {
			t.Errorf("%s: %d rungs", tt.name, len(n.Rungs))
		}
	}
}

// TestNotice: a new time takes a new notice; who was told by e-mail and did not come is told another way; what became
// of an earlier notice says nothing of this one.
func TestNotice(t *testing.T) {
	c := confirmed(t, opened())
	state := func(c docket.Case, day string) string {
		n, ok := c.Notice("d1", at(day))
		switch {
		case !ok:
			return "none"
		case n.Proper:
			return "proper " + string(n.Way)
		}
		return "next " + string(n.Next)
	}
	var got []string
	step := func(day string) { got = append(got, state(c, day)) }
	step("2026-11-03")
	c = do(t, c, clerk, at("2026-11-04"), docket.Act{Step: "serve", Party: "d1"})
	step("2026-11-04")
	c.Events = append(c.Events, proof(docket.EventTold, docket.Email, 4))
	step("2026-11-04")
	c = do(t, c, judge, at("2026-11-05"), docket.Act{Step: "appoint", Hearing: docket.Hearing{At: at("2026-11-16"), Place: "x"}})
	step("2026-11-05")
	c.Events = append(c.Events, proof(docket.EventTold, docket.Email, 6))
	step("2026-11-06")
	c = do(t, c, clerk, at("2026-11-16"), docket.Act{Step: "hold", Present: []string{"c1"}})
	step("2026-11-16")
	c = do(t, c, judge, at("2026-11-17"), docket.Act{Step: "appoint", Hearing: docket.Hearing{At: at("2026-11-27"), Place: "x"}})
	c.Events = append(c.Events, proof(docket.EventTold, docket.Email, 17))
	step("2026-11-17")
	late := proof(docket.EventDelivered, docket.SMS, 18)
	late.By, late.ID = docket.ByOffice, "another-sms-delivered"
	c.Events = append(c.Events, late)
	step("2026-11-18")
	c.Events = append(c.Events, proof(docket.EventDelivered, docket.SMS, 18))
	step("2026-11-18")
	want := []string{"none", "next email", "proper email", "next email", "proper email", "none", "next sms", "next sms", "proper sms"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestSummons: none is sent that lacks an item of 128.
func TestSummons(t *testing.T) {
	whole := docket.Summons{To: "x", Court: "x", Address: "x", Hearing: docket.Hearing{At: at("2026-11-16"), Place: "x"}, Case: "x", As: "x", From: "x"}
	for name, tt := range map[string]struct {
		lacks func(*docket.Summons)
		want  string
	}{
		"whole":        {func(*docket.Summons) {}, "[]"},
		"addressee":    {func(s *docket.Summons) { s.To = "" }, "[CPC 128(1)1]"},
		"court":        {func(s *docket.Summons) { s.Court = "" }, "[CPC 128(1)2]"},
		"its address":  {func(s *docket.Summons) { s.Address = " " }, "[CPC 128(1)2]"},
		"time":         {func(s *docket.Summons) { s.At = time.Time{} }, "[CPC 128(1)3]"},
		"place":        {func(s *docket.Summons) { s.Place = "" }, "[CPC 128(1)3]"},
		"case":         {func(s *docket.Summons) { s.Case = "" }, "[CPC 128(1)4]"},
		"capacity":     {func(s *docket.Summons) { s.As = "" }, "[CPC 128(1)5]"},
		"who sends it": {func(s *docket.Summons) { s.From = "" }, "[CPC 128(1)10]"},
	} {
		s := whole
		tt.lacks(&s)
		if got := fmt.Sprint(s.Missing()); got != tt.want {
			t.Errorf("without %s: %s, want %s", name, got, tt.want)
		}
	}
}

// TestWaysHaveTexts: every way, state and proof has its words.
func TestWaysHaveTexts(t *testing.T) {
	for _, w := range append(docket.Ways(), docket.Cabinet) {
		if !locale.Has("case.way." + string(w)) {
			t.Errorf("way %s has no text", w)
		}
	}
	for _, s := range []docket.State{docket.Untried, docket.Waiting, docket.Failed, docket.Proper, docket.Weak} {
		if !locale.Has("case.rung." + string(s)) {
			t.Errorf("state %s has no text", s)
		}
	}
	for _, typ := range append([]string{docket.EventNoContact}, docket.Results...) {
		if !locale.Has("case.event." + typ) {
			t.Errorf("event %s has no text", typ)
		}
	}
}

// TestReported: what a service reports of a notice is a proof of its own, after the sending whatever the clocks
// say, and the ladder follows: a text message counts by the report of its delivery alone (127(4)4), an address
// that refuses is none (129(4)), a full box waits and is tried again.
func TestReported(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	n := docket.NoticeEvent{CaseID: "c", Party: "p", Notice: "n", What: "summon"}
	told := func(way docket.Way, message string, again int, at time.Time) docket.Event {
		e := n.Proves(docket.EventTold, way, "to", again, at)
		e.Message = message
		return e
	}
	report := func(message string, o delivery.Outcome, at time.Time) delivery.Report {
		return delivery.Report{Of: delivery.Reference{SK: "OUTBOX#x"}, Message: message, Outcome: o, At: at, Code: "5.1.1", Diagnostic: "no such user"}
	}
	for _, tt := range []struct {
		name    string
		told    []docket.Event
		reports []delivery.Report
		want    docket.State
		way     docket.Way
		tried   bool
	}{
		{"mail, no report yet", []docket.Event{told(docket.Email, "m", 0, at)}, nil, docket.Proper, docket.Email, true},
		{"mail arrived", []docket.Event{told(docket.Email, "m", 0, at)}, []delivery.Report{report("m", delivery.Delivered, at.Add(time.Second))}, docket.Proper, docket.Email, true},
		{"mail refused", []docket.Event{told(docket.Email, "m", 0, at)}, []delivery.Report{report("m", delivery.Refused, at.Add(time.Second))}, docket.Failed, docket.Email, true},
		{"mail refused, the service's clock is behind", []docket.Event{told(docket.Email, "m", 0, at)}, []delivery.Report{report("m", delivery.Refused, at.Add(-time.Second))}, docket.Failed, docket.Email, true},
		{"mail taken, then sent back", []docket.Event{told(docket.Email, "m", 0, at)}, []delivery.Report{report("m", delivery.Refused, at.Add(time.Hour)), report("m", delivery.Delivered, at.Add(time.Second))}, docket.Failed, docket.Email, true},
		{"mail is spam: it was delivered", []docket.Event{told(docket.Email, "m", 0, at)}, []delivery.Report{report("m", delivery.Complained, at.Add(time.Hour))}, docket.Proper, docket.Email, true},
		{"box full", []docket.Event{told(docket.Email, "m", 0, at)}, []delivery.Report{report("m", delivery.Bounced, at.Add(time.Second))}, docket.Waiting, docket.Email, false},
		{"box full, sent again", []docket.Event{told(docket.Email, "m", 0, at), told(docket.Email, "m2", 1, at.Add(time.Hour))}, []delivery.Report{report("m", delivery.Bounced, at.Add(time.Second))}, docket.Proper, docket.Email, true},
		{"another's message", []docket.Event{told(docket.Email, "m", 0, at)}, []delivery.Report{report("x", delivery.Refused, at.Add(time.Second))}, docket.Proper, docket.Email, true},
		{"text, no report yet", []docket.Event{told(docket.SMS, "s", 0, at)}, nil, docket.Waiting, docket.SMS, true},
		{"text taken by the carrier", []docket.Event{told(docket.SMS, "s", 0, at)}, []delivery.Report{report("s", delivery.Sent, at.Add(time.Second))}, docket.Waiting, docket.SMS, true},
		{"text arrived", []docket.Event{told(docket.SMS, "s", 0, at)}, []delivery.Report{report("s", delivery.Delivered, at.Add(time.Second))}, docket.Proper, docket.SMS, true},
		{"text to no number", []docket.Event{told(docket.SMS, "s", 0, at)}, []delivery.Report{report("s", delivery.Refused, at.Add(time.Second))}, docket.Failed, docket.SMS, true},
	} {
		c := docket.Case{Events: slices.Clone(tt.told)}
		kept := map[string]bool{}
		for _, r := range append(slices.Clone(tt.reports), tt.reports...) { // each twice
			e, kind, known := docket.Case{Events: tt.told}.Reported(n, r)
			if known != (r.Message != "x") {
				t.Errorf("%s: known %v", tt.name, known)
			}
			if e.Type != "" && !kept[kind] {
				kept[kind] = true
				c.Events = append(c.Events, e)
				if e.Code != "5.1.1" || e.Note != "no such user" || e.To != "to" || e.Party != "p" || e.Article == "" {
					t.Errorf("%s: %+v", tt.name, e)
				}
			}
		}
		slices.SortStableFunc(c.Events, func(a, b docket.Event) int { return a.At.Compare(b.At) })
		got := docket.Notified(c.Events, false, at.Add(48*time.Hour))
		i := slices.IndexFunc(got.Rungs, func(r docket.RungState) bool { return r.Way == tt.way })
		if got.Rungs[i].State != tt.want || got.Proper != (tt.want == docket.Proper) {
			t.Errorf("%s: %s, proper %v", tt.name, got.Rungs[i].State, got.Proper)
		}
		if c.Tried(n, tt.way) != tt.tried {
			t.Errorf("%s: tried %v", tt.name, c.Tried(n, tt.way))
		}
	}
}
