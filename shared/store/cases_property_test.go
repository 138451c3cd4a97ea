package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// courtroom is one case under random acts of two clerks, its judge and the office, over a line that is cut.
type courtroom struct {
	t      *rapid.T
	steady *store.Cases // for looking
	cases  *store.Cases // for acting
	fault  string
	id     string
	now    time.Time
	acts   int
	stale  map[string]docket.Case // as each of the two clerks last read it
	asked  map[string]docket.Act  // acts whose answer was lost: they are repeated
	looked int
	box    *store.Outbox
}

func (h *courtroom) read() docket.Case {
	h.t.Helper()
	c, err := h.steady.Case(context.Background(), h.id)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// act does as the function does: the case as somebody read it, whether the act was done, the rules, one write.
func (h *courtroom) act(who docket.Actor, c docket.Case, a docket.Act) {
	h.t.Helper()
	ctx := context.Background()
	h.fault = rapid.SampledFrom([]string{"", "", "", "conflict", "cut", "lost"}).Draw(h.t, "fault")
	asked, err := a.Digest(who, indexKey)
	if err != nil {
		h.t.Fatal(err)
	}
	act := store.Once{ID: a.ID, Digest: asked}
	done, err := h.cases.Done(ctx, h.id, act)
	if err == nil && !done {
		after, refused := c.Do(a, who, indexKey, h.now)
		if refused != nil {
			return
		}
		err = h.cases.Do(ctx, c, after, act)
	}
	h.fault = ""
	switch {
	case errors.Is(err, errLine):
		h.asked[who.Account] = a
	case err != nil && !errors.Is(err, docket.ErrChanged) && !errors.Is(err, docket.ErrNumber): // of a case of another run
		h.t.Fatalf("%s: %v", a.Step, err)
	default:
		delete(h.asked, who.Account)
	}
}

func (h *courtroom) check() {
	h.t.Helper()
	c := h.read()
	served, summoned := map[string]int{}, map[string]int{}
	for _, e := range c.Events {
		switch e.Type {
		case "serve":
			served[e.Party]++
		case "appoint", "postpone":
			clear(summoned)
		case docket.EventCorrected:
			switch e.Was {
			case "appoint", "postpone":
				clear(summoned) // of another time: everyone anew
			case "confirm":
				served[e.Party] = 0 // another person: served anew
			}
		case "summon":
			summoned[e.Party]++
		}
		if served[e.Party] > 1 || summoned[e.Party] > 1 {
			h.t.Fatalf("served or summoned twice: %+v", c.Events)
		}
		if step, is := docket.StepOf(e.Type); is && step.Article != e.Article || e.At.IsZero() || e.By == "" {
			h.t.Fatalf("an event without its article, instant or doer: %+v", e)
		}
		if e.By != docket.ByOffice && e.By != docket.ByParty && (e.Account == "" || e.Name == "") {
			h.t.Fatalf("an act that is nobody's: %+v", e)
		}
	}
	changes := 0
	for _, e := range c.Events {
		if e.By == docket.ByClerk || e.By == docket.ByJudge {
			changes++
		}
	}
	if c.Revision != changes+1 {
		h.t.Fatalf("revision %d after %d acts: %+v", c.Revision, changes, c.Events)
	}
	for _, p := range c.Parties {
		if !p.From.IsZero() && !p.Confirmed() {
			h.t.Fatalf("a party that nobody confirmed sees the case: %+v", p)
		}
		if p.Role.Answers() && !p.From.IsZero() && served[p.ID] != 1 {
			h.t.Fatalf("%s sees the case and was not served", p.ID)
		}
	}
}

// settled is what holds once nothing is done any more.
func (h *courtroom) settled() {
	h.t.Helper()
	c := h.read()
	for _, p := range c.Parties {
		listed, _, err := h.steady.OfPerson(context.Background(), p.Key, "", 3)
		if err != nil {
			h.t.Fatal(err)
		}
		finds := slices.ContainsFunc(listed, func(one docket.Case) bool { return one.ID == h.id })
		// The list is a person's, who may have been confirmed as two parties by mistake. Who was taken for a party
		// has it in the list, and may not open it.
		sees := slices.ContainsFunc(c.Parties, func(q docket.Party) bool { return q.Key == p.Key && !q.From.IsZero() })
		if p.Confirmed() && finds != sees && (!finds || !corrected(c, p.ID)) {
			h.t.Fatalf("%s finds the case: %v, sees it since %v", p.ID, finds, p.From)
		}
	}
	told := 0
	if err := h.box.Overdue(context.Background(), h.now.Add(2*time.Hour), func(e outbox.Entry) error {
		if e.Of == h.id && e.Type == docket.EventNotice {
			told++
		}
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
	notices := 0
	for _, e := range c.Events {
		if _, ok := e.Notice(h.id); ok {
			notices++
		}
	}
	if told != notices {
		h.t.Fatalf("%d notices wait to be sent, %d were made", told, notices)
	}
	if looks, err := h.steady.Looks(context.Background(), h.id); err != nil || len(looks) < min(h.looked, store.MaxReaders) {
		h.t.Fatalf("%d looks are kept of %d, %v", len(looks), h.looked, err)
	}
}

var numbers = []account.Number{"900101300126", "900101300811", "850310400315"}

// TestCaseProperty: two clerks and a judge act at random on what they last read, answers are lost and acts
// repeated. An act has one outcome; nothing is served twice; no party sees the case that was not served; each
// notice is in the outbox; each answered look of the court is kept.
func TestCaseProperty(t *testing.T) {
	db, name := engine.ForTest(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		h := &courtroom{t: t, id: fmt.Sprintf("0193f0c0-0000-7000-8000-%012x", n), now: time.Date(2026, 11, 2, 6, 0, 0, 0, time.UTC), stale: map[string]docket.Case{}, asked: map[string]docket.Act{}}
		h.steady = store.NewCases(db, name(schema.Filings))
		h.cases = store.NewCases(unsteady(db, &h.fault), name(schema.Filings))
		h.box = store.NewOutbox(db, name(schema.Filings))
		opened := docket.Open(docket.Head{ID: h.id, Number: h.id, Court: "almaty-medeu", Judge: "judge", Kind: "claim"}, []docket.Party{
			{ID: "c1", Role: docket.Claimant, Type: "natural", Name: "А"}, {ID: "d1", Role: docket.Defendant, Type: "natural", Name: "Б"},
			{ID: "d2", Role: docket.Defendant, Type: "natural", Name: "В"},
		}, nil, docket.Filer{}, h.now)
		for range 2 { // the message may come again
			if err := h.cases.Open(context.Background(), opened); err != nil {
				t.Fatal(err)
			}
		}
		people := map[string]docket.Actor{
			"first": {By: docket.ByClerk, Account: "first", Name: "Бірінші"}, "second": {By: docket.ByClerk, Account: "second", Name: "Екінші"},
			"judge": {By: docket.ByJudge, Account: "judge", Name: "Судья"},
		}
		t.Repeat(map[string]func(*rapid.T){
			"read": func(t *rapid.T) {
				h.stale[rapid.SampledFrom([]string{"first", "second", "judge"}).Draw(t, "who")] = h.read()
			},
			"look": func(t *rapid.T) {
				h.fault = rapid.SampledFrom([]string{"", "cut", "lost"}).Draw(t, "fault")
				h.acts++
				err := h.cases.Look(context.Background(), h.id, docket.Event{At: h.now, Type: docket.EventOpened, By: docket.ByClerk, Account: "first"}, [8]byte{byte(h.acts), byte(h.acts >> 8)})
				if h.fault = ""; err == nil { // only then it is answered
					h.looked++
				}
			},
			"act": func(t *rapid.T) {
				h.now = h.now.Add(time.Minute)
				who := rapid.SampledFrom([]string{"first", "second", "judge"}).Draw(t, "who")
				c, ok := h.stale[who]
				if !ok || rapid.Bool().Draw(t, "fresh") {
					c = h.read()
				}
				if a, lost := h.asked[who]; lost {
					h.act(people[who], c, a)
					return
				}
				h.acts++
				party := rapid.IntRange(0, 2).Draw(t, "party")
				step := rapid.SampledFrom([]string{"confirm", "serve", "serve", "summon", "summon", "appoint", "postpone", "hold", "report", "prepare", docket.EventCorrected, docket.EventCorrected}).Draw(t, "step")
				wrong := ""
				if mistakes := c.Correctable(people[who].By); len(mistakes) > 0 {
					wrong = mistakes[rapid.IntRange(0, len(mistakes)-1).Draw(t, "wrong")].ID
				}
				h.act(people[who], c, docket.Act{
					ID: fmt.Sprintf("act-%d", h.acts), Revision: c.Revision, Step: step, Party: []string{"c1", "d1", "d2"}[party], Number: numbers[party], Name: "Аты", Event: wrong,
					Hearing: docket.Hearing{At: h.now.Add(2 * time.Minute), Place: "зал"}, Reason: "себебі", Address: "мекенжай",
					Way: docket.OnPaper, Result: docket.EventDelivered, On: calendar.DateOf(h.now),
				})
			},
			"": func(*rapid.T) { h.check() },
		})
		h.settled()
	})
}

// corrected reports whether it was corrected who the party is.
func corrected(c docket.Case, party string) bool {
	return slices.ContainsFunc(c.Events, func(e docket.Event) bool {
		return e.Type == docket.EventCorrected && e.Was == "confirm" && e.Party == party
	})
}
