package filing

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

// Handover is that the head of a court gives a filing from one who works there to another, for a reason.
type Handover struct {
	ID     string // UUID, chosen by who acts: a repeat finds what the first did
	Filing string // id
	Court  string // the filing's, whose head acts
	Judge  bool   // from a judge to a judge; else from a clerk's hands, or nobody's, into a clerk's
	From   string // account id; "" of a clerk where nobody has it
	To     string // account id
	Name   string // of who has it from then on
	Reason string
	Actor  string // account id
	Person string // account.Subject.PersonKey of who signed in
	At     time.Time
}

// Types of events that tell of a Handover in the timeline.
const (
	EventHandedClerk = "handed-clerk"
	EventHandedJudge = "handed-judge"
)

// Timeline is the type of the event by which the filer sees that the filing changed hands.
func (h Handover) Timeline() string {
	if h.Judge {
		return EventHandedJudge
	}
	return EventHandedClerk
}

// Acted is what the timeline says of h: a judge by name and why, because a party may object to a judge (CPC 40);
// of clerks that another has it.
func (h Handover) Acted() Acted {
	a := Acted{Step: h.Timeline(), By: ByHead}
	if h.Judge {
		a.Judge, a.Reason = h.Name, h.Reason
	}
	return a
}

// Digest tells handovers of one ID apart that are not the same: hex.
func (h Handover) Digest() string {
	return Sum([]byte(h.Timeline() + "\x00" + h.Filing + "\x00" + h.Actor + "\x00" + h.From + "\x00" + h.To + "\x00" + h.Reason))
}

// ByHead: the head of the court, who rules on nothing.
const ByHead By = "head"

// HandedUntil is how long a clerk has alone what the head of the court gave them: until the end of the next
// working day, so that who is at another desk finds it in the morning.
func HandedUntil(at time.Time) time.Time {
	day := calendar.DateOf(at).Add(1)
	for !day.Working() {
		day = day.Add(1)
	}
	return day.Over()
}
