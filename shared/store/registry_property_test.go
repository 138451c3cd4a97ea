package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// queued is one filing that was received, under random acts of two clerks and a judge, with lost replies
// and leases running out.
type queued struct {
	t       *rapid.T
	steady  *store.Filings // for looking
	filings *store.Filings // for acting
	fault   string
	id      string
	court   string // of its own, and so is the judge
	judge   string
	kind    string
	about   string
	now     time.Time
	n       int               // acts tried
	done    []filing.CourtAct // that were answered, or may have been kept
}

func (r *queued) sealed() store.Sealed {
	r.t.Helper()
	s, err := r.steady.Sealed(context.Background(), r.id)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

func (r *queued) place() filing.Queued {
	r.t.Helper()
	q, err := r.steady.Place(context.Background(), r.id)
	if err != nil {
		r.t.Fatal(err)
	}
	return q
}

func (r *queued) take(clerk string) {
	before := r.place().Lease.At(r.now)
	q, err := r.filings.Take(context.Background(), r.id, r.court, filing.Lease{Holder: clerk, Name: clerk, Until: r.now.Add(filing.LeaseLife)}, r.now)
	switch {
	case errors.Is(err, errLine):
	case before.Holder != "" && before.Holder != clerk:
		if !errors.Is(err, filing.ErrLeased) || q.Lease != before {
			r.t.Fatalf("%s takes what %s has: %+v, %v", clerk, before.Holder, q.Lease, err)
		}
	case err != nil || q.Lease.Holder != clerk:
		r.t.Fatalf("%s takes what nobody has: %+v, %v", clerk, q.Lease, err)
	}
}

// act does an act of a clerk or the judge, and again while the answer is lost.
func (r *queued) act(actor, step string) {
	s := r.sealed()
	r.n++
	a := filing.CourtAct{ID: fmt.Sprintf("act-%d", r.n), Filing: r.id, Court: r.court, Step: step, By: filing.ByClerk, Actor: actor, At: r.now}
	switch step {
	case "register", filing.CorrectStep:
		a.Number, a.Judge, a.JudgeName = fmt.Sprintf("7514-%d", r.n), r.judge, "Judge"
	case "reject":
		a.Rejected = []filing.Rejection{{Code: "clerk-other", Words: "w"}}
	}
	switch {
	case filing.IsRuling(step):
		a.By, a.Ruling, a.CMS, a.Pins = filing.ByJudge, &filing.Ruling{Step: step, Filing: r.id, Date: calendar.DateOf(r.now), File: filing.FileOf([]byte(a.ID))}, []byte(a.ID), filing.Pins{}
		a.Nonce, a.NotAfter = r.id+a.ID, r.now.Add(time.Hour) // no two acts of any filing have one challenge
	case !slices.Contains(filing.StepOf(step).By, filing.ByClerk) || step == "join" && actor == r.judge:
		a.By = filing.ByJudge
	}
	if filing.StepOf(step).Names(filing.NamesDay) {
		a.On = calendar.DateOf(r.now).Add(7)
	}
	if step == "review" && s.Envelope.Judge == "" {
		return
	}
	lease := r.place().Lease.At(r.now)
	allowed := s.Envelope.Status.May(step) && (a.By == filing.ByClerk && lease.Holder == actor || a.By == filing.ByJudge && s.Envelope.Judge == actor)
	for {
		err := r.filings.Act(context.Background(), s.Envelope, a)
		if errors.Is(err, errLine) {
			continue
		}
		if allowed != (err == nil) {
			r.t.Fatalf("%s by %s from %s with the lease of %q: %v", step, actor, s.Envelope.Status, lease.Holder, err)
		}
		if !allowed && !errors.Is(err, filing.ErrElsewhere) && !errors.Is(err, filing.ErrNoLease) {
			r.t.Fatalf("%s by %s is refused with %v", step, actor, err)
		}
		break
	}
	if allowed {
		r.done = append(r.done, a)
	}
	other := a
	other.Rejected = []filing.Rejection{{Code: "another"}}
	if err := r.filings.Act(context.Background(), s.Envelope, other); err == nil && !errors.Is(err, errLine) {
		r.t.Fatalf("another act under the id of %s is done", step)
	}
}

// check looks at what must hold after every step.
func (r *queued) check() {
	s, q := r.sealed(), r.place()
	if q.Status != s.Envelope.Status {
		r.t.Fatalf("the queue says %s, the filing %s", q.Status, s.Envelope.Status)
	}
	var want, got []string
	to := filing.Received
	for _, a := range r.done {
		if want = append(want, a.Step); a.Step != filing.CorrectStep {
			to = filing.StepOf(a.Step).To
		}
	}
	for _, e := range s.Events {
		if e.Acted != nil {
			got = append(got, e.Acted.Step)
		}
	}
	if !slices.Equal(want, got) || to != s.Envelope.Status {
		r.t.Fatalf("the timeline says %q, done was %q; the filing is %s", got, want, s.Envelope.Status)
	}
	due := filing.ClockOf(r.kind, r.about).Due(s.Envelope.SentAt)
	for _, a := range r.done {
		if next, _, ok := a.Due(); ok {
			due = next
		}
	}
	if q.Due != due {
		r.t.Fatalf("due %s, want %s", q.Due, due)
	}
	list, _, err := r.steady.Queue(context.Background(), r.court, "", 10)
	if err != nil {
		r.t.Fatal(err)
	}
	before, err := r.steady.BeforeJudge(context.Background(), r.judge)
	if err != nil {
		r.t.Fatal(err)
	}
	in := func(list []filing.Queued) bool {
		return slices.ContainsFunc(list, func(q filing.Queued) bool { return q.ID == r.id })
	}
	waits := slices.Contains([]filing.Status{filing.Received, filing.Registered}, to)
	if in(list) != waits || in(before) != slices.Contains([]filing.Status{filing.UnderReview, filing.WithoutMovement, filing.AwaitingResponses}, to) {
		r.t.Fatalf("%s is in the court's queue: %t, before the judge: %t", to, in(list), in(before))
	}
	rulings, err := r.steady.Rulings(context.Background(), r.id)
	signed := len(slices.DeleteFunc(slices.Clone(r.done), func(a filing.CourtAct) bool { return a.Ruling == nil }))
	if err != nil || len(rulings) != signed || signed > 0 && !to.Ruled() {
		r.t.Fatalf("%s has %d rulings of %d, %v", to, len(rulings), signed, err)
	}
}

func TestRegistryProperty(t *testing.T) {
	db, name := engine.ForTest(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		r := &queued{t: t, id: fmt.Sprintf("01993a5e-0000-7000-8000-%012d", n), court: fmt.Sprintf("court-%d", n), judge: fmt.Sprintf("judge-%d", n), now: time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)}
		matter := rapid.SampledFrom([]string{"claim", "court_order_application", "motion", "motion/restore_term", "motion/order_objection", "appeal", "response"}).Draw(t, "matter")
		r.kind, r.about, _ = strings.Cut(matter, "/")
		var acts []string
		for _, s := range filing.Steps {
			if filing.IsCourtAct(s.Name) && s.TakenOn(matter) {
				acts = append(acts, s.Name)
			}
		}
		r.steady = store.NewFilings(db, name(schema.Filings))
		r.filings = store.NewFilings(unsteady(db, &r.fault), name(schema.Filings))
		receiveAs(t, r.steady, r.court, r.id, r.now, r.kind, r.about)
		steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) func() {
			who := rapid.SampledFrom([]string{"clerk", "colleague"}).Draw(t, "who")
			fault := rapid.SampledFrom([]string{"", "", "lost", "cut", "conflict"}).Draw(t, "fault")
			what := rapid.SampledFrom(append([]string{"take", "take", "put back", "wait", "register", "review"}, acts...)).Draw(t, "what")
			judge := rapid.SampledFrom([]string{r.judge, "clerk"}).Draw(t, "judge")
			minutes := rapid.IntRange(1, 20).Draw(t, "minutes")
			return func() {
				r.fault = fault
				switch what {
				case "take":
					r.take(who)
				case "put back":
					if err := r.filings.PutBack(context.Background(), r.id, who); err != nil && !errors.Is(err, errLine) {
						t.Fatal(err)
					}
				case "wait":
					r.now = r.now.Add(time.Duration(minutes) * time.Minute)
				case "register", "review", "reject", filing.CorrectStep:
					r.act(who, what)
				case "join":
					r.act([]string{who, judge}[minutes%2], what)
				default:
					r.act(judge, what)
				}
			}
		}), 1, 20).Draw(t, "steps")
		for _, step := range steps {
			r.now = r.now.Add(time.Second)
			step()
			r.fault = ""
			r.check()
		}
	})
}

// receive has a filing of the court sent and verified.
func receive(t interface {
	Helper()
	Fatal(...any)
}, s *store.Filings, court, id string, at time.Time) filing.Envelope {
	t.Helper()
	return receiveAs(t, s, court, id, at, "claim", "")
}

// receiveAs is receive for another kind of filing.
func receiveAs(t interface {
	Helper()
	Fatal(...any)
}, s *store.Filings, court, id string, at time.Time, kind, about string) filing.Envelope {
	t.Helper()
	e := filing.Envelope{
		ID: id, AccountID: ownerID, Kind: kind, Form: 1, Status: filing.Sent, Manifest: "m", SentAt: at, CreatedAt: at, UpdatedAt: at, SealBy: at,
		TicketNo: "T-" + id, Head: filing.Head{Court: court, About: about},
	}
	err := s.Restore(context.Background(), store.Sealed{Envelope: e, Receipt: []byte("{}"), Pins: filing.Pins{}, Signatures: []filing.Signature{{CMS: []byte("c"), JudgedAt: at}}})
	if err != nil {
		t.Fatal(err)
	}
	v := filing.Verification{V: 1, At: at, Step: "receive", Signers: []filing.Verified{{Signature: "-", Revocation: "good", Since: true}}}
	if done, err := s.Verify(context.Background(), e, v); err != nil || !done {
		t.Fatal(done, err)
	}
	return e
}

// TestQueue: what ends first first, from page to page each once, a day forgotten when nothing is left.
func TestQueue(t *testing.T) {
	db, name := engine.ForTest(t)
	s := store.NewFilings(db, name(schema.Filings))
	first := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC) // a Friday
	for i := range 23 {
		receive(t, s, "almaty-medeu", fmt.Sprintf("01993a5e-0000-7000-8000-%012d", i), first.AddDate(0, 0, -(i%5)).Add(time.Duration(i)*time.Second))
	}
	var got []filing.Queued
	for cursor, pages := "", 0; ; pages++ {
		list, next, err := s.Queue(t.Context(), "almaty-medeu", cursor, 4)
		if err != nil || pages > 6 {
			t.Fatal(err, pages)
		}
		got = append(got, list...)
		if cursor = next; next == "" {
			break
		}
	}
	if len(got) != 23 || !slices.IsSortedFunc(got, func(a, b filing.Queued) int {
		if c := a.Due.Compare(b.Due); c != 0 {
			return c
		}
		return a.SentAt.Compare(b.SentAt)
	}) {
		t.Errorf("%d filings, in order %+v", len(got), got)
	}
	if _, _, err := s.Queue(t.Context(), "almaty-medeu", "!", 4); !errors.Is(err, filing.ErrCursor) {
		t.Errorf("no cursor: %v", err)
	}
	if other, _, err := s.Queue(t.Context(), "almaty-auezov", "", 4); err != nil || len(other) != 0 {
		t.Errorf("another court's queue: %v, %v", other, err)
	}
	days, err := s.DueDays(t.Context(), "almaty-medeu", first)
	sum := 0
	for _, d := range days {
		sum += d.Count
	}
	if err != nil || sum != 23 || days[0].Day != (calendar.Date{Year: 2026, Month: 11, Day: 23}) {
		t.Errorf("days %+v, %v", days, err)
	}
	later := first.Add(48 * time.Hour)
	for i, q := range got {
		lease := filing.Lease{Holder: "clerk", Until: later.Add(time.Hour)}
		if _, err := s.Take(t.Context(), q.ID, q.Court, lease, later); err != nil {
			t.Fatal(err)
		}
		e, err := s.Sealed(t.Context(), q.ID)
		if err == nil {
			err = s.Act(t.Context(), e.Envelope, filing.CourtAct{
				ID: fmt.Sprint(i), Filing: q.ID, Court: q.Court, Step: "reject", By: filing.ByClerk, Actor: "clerk", At: later, Rejected: []filing.Rejection{{Code: "x", Words: "w"}},
			})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if days, err := s.DueDays(t.Context(), "almaty-medeu", later); err != nil || len(days) != 0 {
			t.Errorf("days of an empty queue %v, %v", days, err)
		}
	}
}

// TestNumberOfOneFiling: two filings of a court never have one registration number.
func TestNumberOfOneFiling(t *testing.T) {
	db, name := engine.ForTest(t)
	s := store.NewFilings(db, name(schema.Filings))
	at := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	for i, want := range []error{nil, filing.ErrNumber} {
		e := receive(t, s, "almaty-medeu", fmt.Sprintf("01993a5e-0000-7000-8000-%012d", i), at)
		if _, err := s.Take(t.Context(), e.ID, e.Court, filing.Lease{Holder: "clerk", Until: at.Add(time.Hour)}, at); err != nil {
			t.Fatal(err)
		}
		a := filing.CourtAct{ID: "a", Filing: e.ID, Court: e.Court, Step: "register", By: filing.ByClerk, Actor: "clerk", At: at, Number: []string{"7514 / a", "7514/A"}[i], Judge: "judge"}
		if err := s.Act(t.Context(), e, a); !errors.Is(err, want) {
			t.Errorf("%d: %v, want %v", i, err, want)
		}
	}
	if id, err := s.ByNumber(t.Context(), "almaty-medeu", "7514/a"); err != nil || id != "01993a5e-0000-7000-8000-000000000000" {
		t.Errorf("found %s, %v", id, err)
	}
	if _, err := s.ByNumber(t.Context(), "almaty-auezov", "7514/a"); !errors.Is(err, filing.ErrNotFound) {
		t.Errorf("another court finds it: %v", err)
	}
}

// TestChallengeOfOneRuling: a signed challenge makes one ruling.
func TestChallengeOfOneRuling(t *testing.T) {
	db, name := engine.ForTest(t)
	s := store.NewFilings(db, name(schema.Filings))
	at := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	for i, want := range []error{nil, challenge.ErrUsed} {
		e := receive(t, s, "almaty-medeu", fmt.Sprintf("01993a5e-0000-7000-8000-%012d", i), at)
		if _, err := s.Take(t.Context(), e.ID, e.Court, filing.Lease{Holder: "clerk", Until: at.Add(time.Hour)}, at); err != nil {
			t.Fatal(err)
		}
		for _, a := range []filing.CourtAct{
			{ID: "r", Step: "register", By: filing.ByClerk, Actor: "clerk", Number: fmt.Sprint(i), Judge: "judge"},
			{ID: "v", Step: "review", By: filing.ByClerk, Actor: "clerk"},
			{ID: "a", Step: "accept", By: filing.ByJudge, Actor: "judge", Ruling: &filing.Ruling{Step: "accept", Date: calendar.DateOf(at)}, CMS: []byte("c"), Nonce: "n", NotAfter: at.Add(time.Hour)},
		} {
			a.Filing, a.Court, a.At = e.ID, e.Court, at
			sealed, err := s.Sealed(t.Context(), e.ID)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Act(t.Context(), sealed.Envelope, a); a.Step != "accept" && err != nil || a.Step == "accept" && !errors.Is(err, want) {
				t.Errorf("%d, %s: %v", i, a.Step, err)
			}
		}
	}
}
