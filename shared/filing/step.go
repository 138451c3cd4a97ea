package filing

import (
	"slices"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

// Status is where a filing stands.
type Status string

// Statuses of a filing. A draft that was deleted, or that expired, is gone: it has none.
const (
	Draft              Status = "draft"
	AwaitingSignatures Status = "awaiting_signatures" // a frozen manifest is out for signature; any edit makes it void
	Sent               Status = "sent"                // sealed, receipt issued; irreversible
	Received           Status = "received"            // what was sent was verified: the clerk's queue
	Doubtful           Status = "doubtful"            // a certificate turned out to have been revoked when its holder signed: a clerk judges
	TechnicalRejected  Status = "technical_rejected"
	Registered         Status = "registered"
	UnderReview        Status = "under_review" // before a judge
	Accepted           Status = "accepted"     // a case is opened
	Returned           Status = "returned"     // may be filed anew
	Refused            Status = "refused"      // may not
	Withdrawn          Status = "withdrawn"

	Joined        Status = "joined" // a paper that asks for no ruling is with its case
	Granted       Status = "granted"
	GrantedInPart Status = "granted_in_part"
	Denied        Status = "denied"
	Restored      Status = "restored" // a term that was missed (CPC 126)

	OrderIssued   Status = "order_issued"
	OrderSetAside Status = "order_set_aside"

	WithoutMovement   Status = "without_movement"   // until its faults are cured, or the term for that is over
	AwaitingResponses Status = "awaiting_responses" // the others have copies and a term to respond
	SentUp            Status = "sent_up"            // to the court of appeal
)

// By is who takes a step.
type By string

// Who takes steps.
const (
	ByFiler  By = "filer"  // whose filing it is
	BySigner By = "signer" // who signs it: the filer, a co-claimant, a representative
	ByOffice By = "office" // the software, by itself
	ByClerk  By = "clerk"
	ByJudge  By = "judge" // a ruling
)

// Step is one thing that may happen to a filing.
type Step struct {
	Name    string
	From    []Status // none: it begins the filing
	To      Status   // "": the filing is gone
	By      []By
	Article string // the rule that knows the step, "" for the office's own
	Court   *Court // of an act of the court; nil for other steps
}

// Court is what an act of the court has beside a step.
type Court struct {
	Ruling  bool              // a judge signs a paper
	Stays   bool              // the filing stands where it stood
	Of      []string          // matters it is taken on: see Matter; nil: all
	Names   []Naming          // what the act must name
	Own     map[string]string // articles of matters that have their own
	Event   string            // type that tells of it
	Is      string            // type of it in the timeline
	Starts  []string          // terms of the filer that it starts: ids of calendar.Rules
	Answer  calendar.Term     // in which the court's next answer is due, from the day that is named or else from the act; zero: none, or as before
	Within  string            // article of Answer, "" for the office's own order
	Appeals int               // of a ruling: whether a private complaint may be brought; see MayComplain
}

// Naming is what an act of the court names.
type Naming string

// What acts name.
const (
	NamesNumber   Naming = "number" // of registration, and a judge
	NamesFault    Naming = "fault"  // technical
	NamesGrounds  Naming = "grounds"
	NamesReasons  Naming = "reasons"
	NamesDecision Naming = "decision" // what is ordered, or granted, in the judge's words
	NamesDay      Naming = "day"      // the last one of a term that the judge sets
	NamesWrong    Naming = "wrong"    // an earlier act and what is wrong with it
)

// Whether a private complaint may be brought against a ruling.
const (
	complaintNo  = iota // the code names none: an objection goes into the appeal (CPC 429(3))
	complaintYes        // ten working days (CPC 429(1))
	complaintOf         // by what the motion is about
)

var (
	claims    = []string{KindClaim, "counterclaim", "special_proceeding"}
	petitions = append(slices.Clone(claims), "court_order_application")    // what articles 151 and 152 are for
	upward    = []string{"appeal", "private_complaint", "protest"}         // goes through this court to a higher one
	joining   = []string{"response", "letter", "waiver", "return_request"} // asks for no ruling of its own
	motion    = []string{"motion"}
	restoring = []string{"motion/restore_term"}
	objecting = []string{"motion/order_objection"}

	judge       = []By{ByJudge}
	complaint   = []string{"private-complaint"}
	fiveToAct   = calendar.Term{N: 5, Unit: calendar.WorkingDays}
	nextWorkday = calendar.Term{N: 1, Unit: calendar.WorkingDays}
)

// Steps is every step there is: the store refuses, and pages do not offer, what is not here.
// Edition of the CPC as in the package's documentation.
var Steps = []Step{
	{"create", nil, Draft, []By{ByFiler}, "", nil},
	{"edit", []Status{Draft, AwaitingSignatures}, Draft, []By{ByFiler}, "", nil},
	{"delete", []Status{Draft, AwaitingSignatures}, "", []By{ByFiler}, "", nil},
	{"expire", []Status{Draft, AwaitingSignatures}, "", []By{ByOffice}, "", nil},
	{"freeze", []Status{Draft, AwaitingSignatures}, AwaitingSignatures, []By{ByFiler}, "CPC 148(4)", nil},
	{"void", []Status{AwaitingSignatures}, Draft, []By{ByFiler}, "", nil},
	{"sign", []Status{AwaitingSignatures}, AwaitingSignatures, []By{BySigner}, "CPC 148(4)", nil},
	{"seal", []Status{AwaitingSignatures}, Sent, []By{BySigner}, "CPC 123(5), 123(7), 148(4)", nil},
	{"receive", []Status{Sent}, Received, []By{ByOffice}, "", nil},
	{"doubt", []Status{Sent, Received}, Doubtful, []By{ByOffice}, "", nil},
	{"reject", []Status{Sent, Received, Doubtful}, TechnicalRejected, []By{ByOffice, ByClerk}, "", &Court{Names: []Naming{NamesFault}, Event: EventRejected, Is: "rejected"}},
	{"register", []Status{Received, Doubtful}, Registered, []By{ByClerk}, "CPC 150(1)", &Court{Names: []Naming{NamesNumber}, Event: EventRegistered, Is: "registered"}},
	{"review", []Status{Registered}, UnderReview, []By{ByClerk}, "CPC 150(1)", &Court{Event: EventReview, Is: "under-review"}},

	{CorrectStep, []Status{Registered, UnderReview, WithoutMovement, AwaitingResponses}, "", []By{ByClerk}, "", &Court{
		Stays: true, Names: []Naming{NamesNumber, NamesWrong}, Event: EventAnswered, Is: "corrected",
	}},

	// Slips in a ruling that was signed: what the court decided stays as it is (CPC 235).
	{CorrectRuling, []Status{Accepted, Returned, Refused, Withdrawn, Granted, GrantedInPart, Denied, Restored, OrderIssued, WithoutMovement}, "", judge, "CPC 235", &Court{
		Ruling: true, Stays: true, Of: slices.Concat(petitions, motion, restoring, objecting, upward), Names: []Naming{NamesDecision}, Event: EventAnswered, Is: CorrectRuling, Starts: complaint, Appeals: complaintYes,
	}},

	// Claims, counterclaims and special proceedings.
	{"accept", []Status{UnderReview}, Accepted, judge, "CPC 150(2)", &Court{
		Ruling: true, Of: claims, Own: map[string]string{"counterclaim": "CPC 153", "special_proceeding": "CPC 304(1)"}, Event: EventAccepted, Is: "accepted",
	}},
	{"return", []Status{UnderReview}, Returned, judge, "CPC 152(1)", &Court{
		Ruling: true, Of: petitions, Names: []Naming{NamesGrounds, NamesReasons}, Event: EventReturned, Is: "returned", Starts: complaint, Appeals: complaintYes,
	}},
	{"refuse", []Status{UnderReview}, Refused, judge, "CPC 151(1)", &Court{
		Ruling: true, Of: petitions, Names: []Naming{NamesGrounds, NamesReasons}, Event: EventRefused, Is: "refused", Starts: complaint, Appeals: complaintYes,
	}},
	{"withdraw", []Status{Received, Doubtful, Registered, UnderReview}, Withdrawn, judge, "CPC 152(1)9", &Court{
		Ruling: true, Of: petitions, Names: []Naming{NamesGrounds, NamesReasons}, Event: EventWithdrawn, Is: "withdrawn", Starts: complaint, Appeals: complaintYes,
	}},

	// What asks for no ruling of its own is put with the case.
	{"join", []Status{Registered, UnderReview}, Joined, []By{ByClerk, ByJudge}, "", &Court{Of: joining, Own: map[string]string{"response": "CPC 166"}, Event: EventAnswered, Is: "joined"}},

	// Motions.
	{"grant", []Status{UnderReview}, Granted, judge, "CPC 268", &Court{Ruling: true, Of: motion, Names: []Naming{NamesDecision}, Event: EventAnswered, Is: "granted", Appeals: complaintOf}},
	{"grant-part", []Status{UnderReview}, GrantedInPart, judge, "CPC 268", &Court{Ruling: true, Of: motion, Names: []Naming{NamesDecision, NamesReasons}, Event: EventAnswered, Is: "granted-in-part", Appeals: complaintOf}},
	{"deny", []Status{UnderReview}, Denied, judge, "CPC 268", &Court{Ruling: true, Of: motion, Names: []Naming{NamesReasons}, Event: EventAnswered, Is: "denied", Appeals: complaintOf}},
	{"restore", []Status{UnderReview}, Restored, judge, "CPC 126", &Court{Ruling: true, Of: restoring, Names: []Naming{NamesReasons}, Event: EventAnswered, Is: "restored"}},
	{"not-restore", []Status{UnderReview}, Denied, judge, "CPC 126(6)", &Court{
		Ruling: true, Of: restoring, Names: []Naming{NamesReasons}, Event: EventAnswered, Is: "not-restored", Starts: complaint, Appeals: complaintYes,
	}},

	// Court orders, and what debtors object to them.
	{"issue-order", []Status{UnderReview}, OrderIssued, judge, "CPC 139, 140", &Court{Ruling: true, Of: []string{"court_order_application"}, Names: []Naming{NamesDecision}, Event: EventAnswered, Is: "order-issued"}},
	{"return-order", []Status{UnderReview}, Returned, judge, "CPC 138", &Court{
		Ruling: true, Of: []string{"court_order_application"}, Names: []Naming{NamesGrounds, NamesReasons}, Event: EventAnswered, Is: "order-returned", Starts: complaint, Appeals: complaintYes,
	}},
	{"set-aside", []Status{UnderReview}, Granted, judge, "CPC 142(1)", &Court{Ruling: true, Of: objecting, Event: EventAnswered, Is: "set-aside"}},
	{"keep-order", []Status{UnderReview}, Denied, judge, "CPC 142(2)", &Court{
		Ruling: true, Of: objecting, Names: []Naming{NamesReasons}, Event: EventAnswered, Is: "order-kept", Starts: complaint, Appeals: complaintYes,
	}},
	{"return-objection", []Status{UnderReview}, Returned, judge, "CPC 141", &Court{Ruling: true, Of: objecting, Names: []Naming{NamesGrounds, NamesReasons}, Event: EventAnswered, Is: "objection-returned"}},
	{"annul", []Status{OrderIssued}, OrderSetAside, []By{ByOffice}, "CPC 142(1)", &Court{Of: []string{"court_order_application"}, Event: EventAnswered, Is: "order-set-aside"}}, // follows "set-aside"

	// What goes up to the court of appeal.
	{"leave", []Status{UnderReview}, WithoutMovement, judge, "CPC 406", &Court{
		Ruling: true, Of: upward, Names: []Naming{NamesDay, NamesReasons}, Event: EventAnswered, Is: "left-without-movement", Starts: []string{"appeal.cure"},
		Answer: fiveToAct, Within: "CPC 407",
	}},
	{"cure", []Status{WithoutMovement}, UnderReview, judge, "CPC 406", &Court{Of: upward, Event: EventAnswered, Is: "cured", Answer: fiveToAct, Within: "CPC 405"}},
	{"return-appeal", []Status{UnderReview, WithoutMovement}, Returned, judge, "CPC 407", &Court{
		Ruling: true, Of: upward, Names: []Naming{NamesGrounds, NamesReasons}, Event: EventAnswered, Is: "appeal-returned", Starts: complaint, Appeals: complaintYes,
	}},
	{"copies", []Status{UnderReview}, AwaitingResponses, judge, "CPC 405", &Court{
		Of: upward, Own: map[string]string{"private_complaint": "CPC 429(4)"}, Names: []Naming{NamesDay}, Event: EventAnswered, Is: "copies-sent", Answer: nextWorkday,
	}},
	{CorrectDay, []Status{AwaitingResponses}, "", judge, "CPC 405", &Court{Stays: true, Of: upward, Names: []Naming{NamesDay, NamesWrong}, Event: EventAnswered, Is: CorrectDay, Answer: nextWorkday}},
	{"send-up", []Status{AwaitingResponses}, SentUp, judge, "CPC 405", &Court{Of: upward, Own: map[string]string{"private_complaint": "CPC 429(4)"}, Event: EventAnswered, Is: "sent-up"}},
}

// CorrectStep is the step by which a clerk corrects what was registered by mistake: both stay in the timeline.
const CorrectStep = "correct"

// CorrectRuling is the step by which a judge corrects clerical and arithmetical slips of a ruling by another one that
// names it, CorrectDay that by which a judge corrects the last day for responses.
const (
	CorrectRuling = "correct-ruling"
	CorrectDay    = "correct-day"
)

// StepOf returns the step of that name. It panics where there is none: names are constants of the
// program.
func StepOf(name string) Step {
	i := slices.IndexFunc(Steps, func(s Step) bool { return s.Name == name })
	if i < 0 {
		panic("filing: no step " + name)
	}
	return Steps[i]
}

// May reports whether the step of that name may be taken from s.
func (s Status) May(step string) bool { return slices.Contains(StepOf(step).From, s) }

// Pending reports whether the court has something left to do about a filing that stands there.
func (s Status) Pending() bool {
	return slices.ContainsFunc(Steps, func(step Step) bool {
		return step.Court != nil && !step.Court.Stays && !slices.Equal(step.By, []By{ByOffice}) && slices.Contains(step.From, s)
	})
}

// Statuses lists every status, each once, in the order filings come to them.
func Statuses() []Status {
	var out []Status
	for _, s := range Steps {
		if s.To != "" && !slices.Contains(out, s.To) {
			out = append(out, s.To)
		}
	}
	return out
}
