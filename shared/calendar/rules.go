package calendar

import "slices"

// Rule is a term the Civil Procedure Code sets. It starts with an event, which is day 0.
type Rule struct {
	ID      string
	Term    Term   // zero: until the event that From names, or as the court sets
	From    Event  // what starts it; of a zero Term, what ends it
	Article string // edition of 2025-03-13 for 134-285, of 2024-01-01 otherwise
}

// Event is a fact that starts a term. Received, learned, sent and made final are four different
// facts, each with a proof of its own.
type Event string

const (
	ClaimReceived      Event = "claim-received"      // copy of the claim by the defendant
	NoticeReceived     Event = "notice-received"     // notice of simplified proceedings
	CopyReceived       Event = "copy-received"       // copy of the act by the person
	Learned            Event = "learned"             // the person learned of the act or the breach
	ActFinal           Event = "act-final"           // the act was made in final form
	ActAnnounced       Event = "act-announced"       // its operative part was announced
	CopySent           Event = "copy-sent"           // to who was not at the hearing
	ActInForce         Event = "act-in-force"        // the act took legal force
	PreparationEnds    Event = "preparation-ends"    // of the case for trial
	CourtSets          Event = "court-sets"          // the judge names the term in the ruling
	PaperReceived      Event = "paper-received"      // the paper reached the court
	ClaimAccepted      Event = "claim-accepted"      // ruling that opens the case
	ProtocolSigned     Event = "protocol-signed"     //
	ProtocolRead       Event = "protocol-read"       //
	CircumstanceOpened Event = "circumstance-opened" // one of CPC 459
	VoluntaryTermEnds  Event = "voluntary-term-ends" // for carrying out an award
	DateFixed          Event = "date-fixed"          // of a hearing
)

// Rules are the terms of the parties, then those of the court. There is no row for what the court
// sets from case to case.
var Rules = []Rule{
	{"response", Term{10, WorkingDays}, ClaimReceived, "CPC 166(2)"},
	{"simplified.response", Term{15, WorkingDays}, NoticeReceived, "CPC 267-3(3)"},
	{"simplified.set-aside", Term{5, WorkingDays}, CopyReceived, "CPC 267-4(2)"},
	{"order.objection", Term{10, WorkingDays}, CopyReceived, "CPC 141(2)"},
	{"order.objection.learned", Term{10, WorkingDays}, Learned, "CPC 141(2)"},
	{"counterclaim", Term{}, PreparationEnds, "CPC 153"},
	{"third-party.own", Term{}, PreparationEnds, "CPC 51"},
	{"appeal", Term{1, Months}, ActFinal, "CPC 403(3)"},
	{"appeal.absent", Term{1, Months}, CopySent, "CPC 403(3)"},
	{"appeal.set-aside-refused", Term{1, Months}, ActFinal, "CPC 267-4(4)"},
	{"appeal.cure", Term{}, CourtSets, "CPC 406"},
	{"appeal.response", Term{}, CourtSets, "CPC 408"},
	{"private-complaint", Term{10, WorkingDays}, ActFinal, "CPC 429(1)"},
	{"private-complaint.interim", Term{10, WorkingDays}, Learned, "CPC 161(2)"},
	{"cassation", Term{6, Months}, ActInForce, "CPC 436(1)"},
	{"new-circumstances", Term{3, Months}, CircumstanceOpened, "CPC 457"},
	{"restore-term", Term{1, Months}, Learned, "CPC 126(4)"},
	{"costs", Term{1, Months}, ActInForce, "CPC 109(5)"},
	{"notary.complaint", Term{10, Days}, Learned, "CPC 364(4)"},
	{"award.set-aside", Term{1, Months}, CopyReceived, "CPC 464"},
	{"award.enforce", Term{3, Years}, VoluntaryTermEnds, "CPC 253(3)"},
	{"protocol.read", Term{5, WorkingDays}, ProtocolSigned, "CPC 284"},
	{"protocol.remarks", Term{3, WorkingDays}, ProtocolRead, "CPC 284"},

	{"court.acceptance", Term{5, WorkingDays}, PaperReceived, "CPC 150"},
	{"court.order.issue", Term{3, WorkingDays}, PaperReceived, "CPC 139"},
	{"court.order.return", Term{3, WorkingDays}, PaperReceived, "CPC 138"},
	{"court.order.cancel", Term{3, WorkingDays}, PaperReceived, "CPC 142"},
	{"court.order.send", Term{1, Days}, ActFinal, "CPC 141(1)"},
	{"court.copies.claim", Term{3, WorkingDays}, ClaimAccepted, "CPC 165"},
	{"court.notice", Term{1, Days}, DateFixed, "CPC 127(3)"},
	{"court.copies.response", Term{3, WorkingDays}, PaperReceived, "CPC 166"},
	{"court.judgment.copy", Term{3, WorkingDays}, ActFinal, "CPC 234"},
	{"court.writ", Term{3, WorkingDays}, ActInForce, "CPC 241"},
	{"court.appeal.copies", Term{5, WorkingDays}, PaperReceived, "CPC 405"},
	{"court.appeal.return", Term{5, WorkingDays}, PaperReceived, "CPC 407"},
	{"court.restore-term", Term{10, WorkingDays}, PaperReceived, "CPC 126"},
	{"court.judgment.final", Term{5, WorkingDays}, ActAnnounced, "CPC 223"},
	{"court.ruling.final", Term{5, WorkingDays}, ActAnnounced, "CPC 268"},
}

// RuleOf returns the rule of that id.
func RuleOf(id string) (Rule, bool) {
	i := slices.IndexFunc(Rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return Rules[i], true
}

// soon is how many working days before the last one a term is said to end soon.
const soon = 1

// Urgency says how near the last day of a term is on a day: "late", "today", "soon" or "later".
func Urgency(due, today Date) string {
	if due.Before(today) {
		return "late"
	}
	left := 0
	for d := today; d.Before(due) && left <= soon; {
		if d = d.Add(1); d.Working() {
			left++
		}
	}
	switch {
	case due == today:
		return "today"
	case left <= soon:
		return "soon"
	}
	return "later"
}
