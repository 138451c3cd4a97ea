package filing

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Clock is how long a court has for its first answer to filings of a kind. It runs from the day they were
// sent, which is the day they came in (CPC 122(2), 123(5), 123(7)).
type Clock struct {
	Kind    string
	Term    calendar.Term
	Article string // "" where the law knows no term: the office's own order
}

var fiveDays = calendar.Term{N: 5, Unit: calendar.WorkingDays}

// Clocks has the kinds for which the law sets a term. Edition of the CPC as in the package's
// documentation.
var Clocks = []Clock{
	{KindClaim, fiveDays, "CPC 150(1)"},
	{"counterclaim", fiveDays, "CPC 150(1)"},
	{"special_proceeding", fiveDays, "CPC 150(1)"},
	{"court_order_application", calendar.Term{N: 3, Unit: calendar.WorkingDays}, "CPC 139"},
	{"response", calendar.Term{N: 3, Unit: calendar.WorkingDays}, "CPC 166"},
	{"appeal", fiveDays, "CPC 405"},
	{"private_complaint", fiveDays, "CPC 405"},
	{"protest", fiveDays, "CPC 405"},
	{"return_request", fiveDays, "CPC 152(2)"},
}

// ClockOf returns the clock of a kind, and of what a motion is about: five working days by the office's own
// order where the law has none.
func ClockOf(kind, about string) Clock {
	if m, ok := motionOf(about); ok && kind == "motion" && m.Within != "" {
		return Clock{Kind: kind, Term: m.Term, Article: m.Within}
	}
	i := slices.IndexFunc(Clocks, func(c Clock) bool { return c.Kind == kind })
	if i < 0 {
		return Clock{Kind: kind, Term: fiveDays}
	}
	return Clocks[i]
}

// Extension is why a court has longer than five days for its first answer to a claim. A clerk sees it in
// what was filed, and says so when registering it.
type Extension struct {
	Code string
	Term calendar.Term
}

// Extensions are both (CPC 150): a conciliation is tried, the parties gather evidence by a protocol before
// the hearing (CPC 73).
var Extensions = []Extension{
	{"conciliation", calendar.Term{N: 10, Unit: calendar.WorkingDays}},
	{"protocol", calendar.Term{N: 15, Unit: calendar.WorkingDays}},
}

// MayExtend reports whether the term for filings of a kind can be extended for that reason.
func MayExtend(kind, code string) bool {
	return slices.Contains(claims, kind) && slices.ContainsFunc(Extensions, func(x Extension) bool { return x.Code == code })
}

// Clock is the court's clock for e as it is registered.
func (e Envelope) Clock() Clock {
	c := ClockOf(e.Kind, e.About)
	for _, x := range Extensions {
		if x.Code == e.Extension {
			c.Term = x.Term
		}
	}
	return c
}

// Due is the last day for the answer to what was sent at that instant. Where the days off of a year are not
// known yet it is the day without them, which is never late.
func (c Clock) Due(sent time.Time) calendar.Date {
	return c.due(calendar.DateOf(sent))
}

func (c Clock) due(from calendar.Date) calendar.Date {
	end, err := c.Term.End(from)
	if err != nil {
		end = from.Add(c.Term.N)
	}
	return end
}

// Faults are the reasons for which a clerk rejects a filing for technical reasons: none of them is a judge's
// to weigh. The text of each is "defect." and the code.
var Faults = []string{"clerk-unreadable", "clerk-incomplete", "clerk-other-file", "clerk-signature", "clerk-twice", "clerk-other"}

// Lengths of what a court's staff writes, in characters.
const (
	MaxNumber = 40  // of a registration number
	MaxWords  = 500 // of what is said beside a code
)

// LeaseLife is how long a filing is a clerk's alone since they last touched it.
const LeaseLife = 15 * time.Minute

var (
	// ErrLeased: another clerk has the filing. See LeasedError.
	ErrLeased = errors.New("filing: another clerk has it")
	// ErrNoLease: the clerk does not have the filing, or not any more.
	ErrNoLease = errors.New("filing: not taken by this clerk")
	// ErrElsewhere: the filing stands where the step is not taken from, by now or from the start, or another
	// act had the id.
	ErrElsewhere = errors.New("filing: stands elsewhere")
	// ErrNumber: another filing of the court has the number.
	ErrNumber = errors.New("filing: the number is taken")
)

// Lease says who has a filing in hand, and until when. The zero value is nobody.
type Lease struct {
	Holder string    // account id
	Name   string    // of the person
	Until  time.Time // exclusive
}

// At returns the lease as of an instant: one that ran out is nobody's.
func (l Lease) At(at time.Time) Lease {
	if !at.Before(l.Until) {
		return Lease{}
	}
	return l
}

// Queued is a filing in the queue of a court, or of a judge. It names no party.
type Queued struct {
	ID        string
	Court     string
	Kind      string
	Status    Status
	Ticket    string
	Lang      string
	Documents int
	Replaces  string
	SentAt    time.Time
	Due       calendar.Date
	Number    string
	Judge     string // name
	Lease     Lease
	Handed    string // why the head of the court gave it to who has it; "" where nobody did
}

// QueuedOf is how a filing that was sent comes into the queue.
func QueuedOf(e Envelope, to Status) Queued {
	return Queued{
		ID: e.ID, Court: e.Court, Kind: e.Kind, Status: to, Ticket: e.TicketNo, Lang: string(e.Lang), Documents: e.Attachments,
		Replaces: e.Replaces, SentAt: e.SentAt, Due: e.Clock().Due(e.SentAt),
	}
}

// CourtAct is a step of Steps that a clerk or a judge takes.
type CourtAct struct {
	ID     string // UUID, chosen by who acts: a repeat finds what the first did
	Filing string // id
	Court  string // the filing's, at which the actor has a post
	Step   string
	By     By     // ByClerk or ByJudge
	Actor  string // account id
	Person string // account.Subject.PersonKey of who signed in
	At     time.Time

	Number    string      // "register"
	Judge     string      // "register": account id
	JudgeName string      // "register"
	Extension string      // "register": code of Extensions, or ""
	Rejected  []Rejection // "reject"

	On     calendar.Date // last day of the term that the act sets
	Higher string        // "send-up": code of the court of appeal
	Wrong  string        // CorrectStep: what was wrong

	Ruling   *Ruling // of a judge
	CMS      []byte  // the judge's signature, its content names the ruling
	Pins     Pins    // the bucket's versions of the ruling and the signature
	Nonce    string  // of the challenge that was signed, which the act uses up
	NotAfter time.Time
}

// Acted is what the timeline says of a CourtAct. As JSON it is kept: members are added, never re-meant.
type Acted struct {
	Step   string `json:"step"`
	By     By     `json:"by"`
	Number string `json:"number,omitempty"`
	Judge  string `json:"judge,omitempty"` // name

	Extension string   `json:"extension,omitempty"` // code of Extensions
	Grounds   []string `json:"grounds,omitempty"`   // codes of Grounds
	Reason    string   `json:"reason,omitempty"`    // of a Handover to another judge

	On     calendar.Date `json:"on,omitzero"`      // last day of the term that the act sets
	Higher string        `json:"higher,omitempty"` // code of the court of appeal that the filing was sent to

	Corrects string `json:"corrects,omitempty"` // step that is corrected
	Wrong    string `json:"wrong,omitempty"`    // what was wrong with it
}

// Acted is what the timeline says of a.
func (a CourtAct) Acted() Acted {
	out := Acted{Step: a.Step, By: a.By, Number: a.Number, Judge: a.JudgeName, Extension: a.Extension, On: a.On, Higher: a.Higher, Wrong: a.Wrong}
	switch a.Step {
	case CorrectStep:
		out.Corrects = "register"
	case CorrectDay:
		out.Corrects = "copies"
	}
	if a.Ruling != nil {
		out.Corrects = a.Ruling.Corrects.Step
		out.Judge, out.Grounds = a.Ruling.Judge, a.Ruling.Grounds
	}
	return out
}

// acted is Acted with what is known of e, for who is told.
func (a CourtAct) acted(e Envelope) Acted {
	out := a.Acted()
	if StepOf(a.Step).Court.Event == EventAnswered {
		out.Number, out.Judge = cmp.Or(out.Number, e.Number), cmp.Or(out.Judge, e.JudgeName)
	}
	return out
}

// Digest tells acts of one ID apart that are not the same: hex.
func (a CourtAct) Digest() string {
	text := a.Step + "\x00" + a.Filing + "\x00" + a.Actor + "\x00" + a.Number + "\x00" + a.Judge + "\x00" + a.Extension
	if a.On != (calendar.Date{}) || a.Higher != "" {
		text += "\x00" + a.On.String() + "\x00" + a.Higher
	}
	if a.Wrong != "" {
		text += "\x00" + a.Wrong
	}
	for _, r := range a.Rejected {
		text += "\x00" + r.Pointer + "\x00" + r.Code + "\x00" + r.Words
	}
	if a.Ruling != nil {
		text += "\x00" + a.Ruling.File.SHA256
	}
	return Sum([]byte(text))
}

// Types of ActedEvent, beside EventRejected.
const (
	EventRegistered = "filing.registered"
	EventReview     = "filing.under-review" // handed to the judge
	EventAccepted   = "filing.accepted"     // a case begins
	EventReturned   = "filing.returned"
	EventRefused    = "filing.refused"
	EventWithdrawn  = "filing.withdrawn"
	EventAnswered   = "filing.answered" // in another way: Acted says how
)

// CourtEvents are the types of events that an ActedEvent is read out of. A clerk's rejection is told as the
// office's own.
var CourtEvents = []string{EventRegistered, EventReview, EventAccepted, EventReturned, EventRefused, EventWithdrawn, EventAnswered}

// IsCourtAct reports whether a step of that name is one that a court's staff takes.
func IsCourtAct(step string) bool {
	i := slices.IndexFunc(Steps, func(s Step) bool { return s.Name == step })
	return i >= 0 && (slices.Contains(Steps[i].By, ByClerk) || slices.Contains(Steps[i].By, ByJudge))
}

// Timeline is the type of the event by which the filer sees the act.
func (a CourtAct) Timeline() string { return StepOf(a.Step).Court.Is }

// ActedEvent tells of an act of the court.
type ActedEvent struct {
	VerifiedEvent
	Acted Acted `json:"acted"`

	Number    string `json:"number,omitempty"` // that the filing is registered under
	Judge     string `json:"judge,omitempty"`  // account id
	JudgeName string `json:"judgeName,omitempty"`
}

// Event is the event of an act on the filing e.
func (a CourtAct) Event(e Envelope) ActedEvent {
	sent := e.SentAt.UTC().Format(time.RFC3339Nano)
	out := ActedEvent{
		VerifiedEvent: VerifiedEvent{
			SentEvent: SentEvent{V: 1, Type: StepOf(a.Step).Court.Event, FilingID: e.ID, SentAt: sent, AccountID: e.AccountID, TicketNo: e.TicketNo, CourtCode: e.Court, Kind: e.Kind},
			At:        a.At.UTC().Format(time.RFC3339Nano), Sent: sent, Rejected: a.Rejected,
		},
		Acted: a.acted(e), Number: cmp.Or(a.Number, e.Number), Judge: cmp.Or(a.Judge, e.Judge), JudgeName: cmp.Or(a.JudgeName, e.JudgeName),
	}
	if out.Type == EventAnswered {
		out.Act = a.ID
	}
	return out
}

// Due is the last day for the court's next answer to e after the act, and its article; ok is false where the
// act sets no new one.
func (a CourtAct) Due() (due calendar.Date, article string, ok bool) {
	row := StepOf(a.Step).Court
	if row.Answer.N == 0 {
		return due, "", false
	}
	from := a.On
	if from == (calendar.Date{}) {
		from = calendar.DateOf(a.At)
	}
	return Clock{Term: row.Answer}.due(from), row.Within, true
}

// Waits reports whether the judge has something to do about a filing of the matter that is s.
func (s Status) Waits(matter string) bool {
	return slices.ContainsFunc(Steps, func(step Step) bool {
		return slices.Contains(step.From, s) && slices.Contains(step.By, ByJudge) && step.TakenOn(matter) && !step.Court.Stays // nobody must correct
	})
}

// Outbox is e in its envelope.
func (e ActedEvent) Outbox() outbox.Event { return outbox.New(e.V, e.Type, e.FilingID, e.At, e) }

// ActedEventOf reads e, of a type of ActedEvent, out of its envelope.
func ActedEventOf(e outbox.Event) (ActedEvent, error) {
	out := ActedEvent{VerifiedEvent: VerifiedEvent{SentEvent: SentEvent{V: e.V, Type: e.Type, FilingID: e.Of}, At: e.At}}
	err := e.Decode(&out)
	out.SentAt = out.Sent
	return out, err
}
