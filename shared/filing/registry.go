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

// ClockOf returns the clock of a kind: five working days by the office's own order where the law has none.
func ClockOf(kind string) Clock {
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
	return slices.Contains(opens, kind) && slices.ContainsFunc(Extensions, func(x Extension) bool { return x.Code == code })
}

// Clock is the court's clock for e as it is registered.
func (e Envelope) Clock() Clock {
	c := ClockOf(e.Kind)
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
	from := calendar.DateOf(sent)
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
}

// Acted is what the timeline says of a.
func (a CourtAct) Acted() Acted {
	out := Acted{Step: a.Step, By: a.By, Number: a.Number, Judge: a.JudgeName, Extension: a.Extension}
	if a.Ruling != nil {
		out.Judge, out.Grounds = a.Ruling.Judge, a.Ruling.Grounds
	}
	return out
}

// Digest tells acts of one ID apart that are not the same: hex.
func (a CourtAct) Digest() string {
	text := a.Step + "\x00" + a.Filing + "\x00" + a.Actor + "\x00" + a.Number + "\x00" + a.Judge + "\x00" + a.Extension
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
)

// CourtEvents are the types of events that an ActedEvent is read out of. A clerk's rejection is told as the
// office's own.
var CourtEvents = []string{EventRegistered, EventReview, EventAccepted, EventReturned, EventRefused, EventWithdrawn}

// courtActs has what each step of a court's staff is called in the timeline and which event tells of it.
var courtActs = map[string]struct{ timeline, outbox string }{
	"register": {"registered", EventRegistered},
	"review":   {"under-review", EventReview},
	"reject":   {"rejected", EventRejected},
	"accept":   {"accepted", EventAccepted},
	"return":   {"returned", EventReturned},
	"refuse":   {"refused", EventRefused},
	"withdraw": {"withdrawn", EventWithdrawn},
}

// IsCourtAct reports whether a step of that name is one that a court's staff takes.
func IsCourtAct(step string) bool { _, ok := courtActs[step]; return ok }

// Timeline is the type of the event by which the filer sees the act.
func (a CourtAct) Timeline() string { return courtActs[a.Step].timeline }

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
	return ActedEvent{
		VerifiedEvent: VerifiedEvent{
			SentEvent: SentEvent{V: 1, Type: courtActs[a.Step].outbox, FilingID: e.ID, SentAt: sent, AccountID: e.AccountID, TicketNo: e.TicketNo, CourtCode: e.Court, Kind: e.Kind},
			At:        a.At.UTC().Format(time.RFC3339Nano), Sent: sent, Rejected: a.Rejected,
		},
		Acted: a.Acted(), Number: cmp.Or(a.Number, e.Number), Judge: cmp.Or(a.Judge, e.Judge), JudgeName: cmp.Or(a.JudgeName, e.JudgeName),
	}
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
