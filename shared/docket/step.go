package docket

import "slices"

// Status is where a case stands.
type Status string

// Statuses of a case.
const (
	Entered     Status = "entered"     // came on paper: the judge has not ruled on it yet
	Opened      Status = "opened"      // the ruling that opens it was made
	Preparation Status = "preparation" // for trial
	Appointed   Status = "appointed"   // a hearing is appointed
	Heard       Status = "heard"       // a hearing was held, and none is appointed
	Suspended   Status = "suspended"   // terms stand still
	Decided     Status = "decided"     // the judgment was announced
	InForce     Status = "in-force"
	Terminated  Status = "terminated" // the same claim can't be brought again
	Left        Status = "left"       // without consideration: it can
	Archived    Status = "archived"

	Ordered  Status = "ordered"   // a court order was issued
	SetAside Status = "set-aside" // it was set aside on the debtor's objection: a claim may be brought

	Returned Status = "returned" // what came on paper was returned (CPC 138, 152)
	Refused  Status = "refused"  // it was not accepted (CPC 151)
)

// By is who does an act.
type By string

// Who does acts.
const (
	ByOffice By = "office" // the software, by itself
	ByClerk  By = "clerk"  // of the court of the case
	ByJudge  By = "judge"  // to whom the case is assigned
	ByParty  By = "party"  // or its representative
)

// About is what an act names beside its reason.
type About string

// What acts name.
const (
	AboutParty          About = "party"
	AboutRepresentative About = "representative"
	AboutNumber         About = "number"  // IIN or BIN of whom it is about, and the name the register has
	AboutHearing        About = "hearing" // its time and place
	AboutPresent        About = "present" // who was there
	AboutDay            About = "day"
	AboutReason         About = "reason"
	AboutPeriod         About = "period"  // days an authority is for
	AboutAddress        About = "address" // of the court, as a summons says it
	AboutWay            About = "way"     // of a notice, and what became of it
	AboutEvent          About = "event"   // an earlier act, with what it should have named
	AboutCaseNumber     About = "case-number"
)

// Step is one thing that may be done in a case.
type Step struct {
	Name    string
	From    []Status // none: it begins the case
	To      Status   // "": the case stays where it is
	By      []By
	Article string
	About   []About
	Of      []string // kinds of the filing that opened the case; nil: all
}

var (
	tried  = []Status{Opened, Preparation, Appointed, Heard}                                    // before the court has decided
	going  = []Status{Opened, Preparation, Appointed, Heard, Suspended}                         // before it has ended
	known  = append(slices.Clone(going), Decided, InForce, Terminated, Left, Ordered, SetAside) // not archived
	carded = append(slices.Clone(known), Entered)                                               // or not opened yet
	kept   = append(slices.Clone(carded), Returned, Refused)                                    // or not opened at all
	orders = []string{kindOrder}
	trials = []string{"claim", "special_proceeding"} // cases that end with a judgment
	court  = []By{ByClerk, ByJudge}                  // who keep the card
)

// Steps is every act there is: the store refuses, and pages do not offer, what is not here. The court's
// card says what the court has done; the act itself is the judge's paper.
var Steps = []Step{
	{"open", nil, Opened, []By{ByOffice}, "CPC 150(2)", nil, trials},
	{"order", nil, Ordered, []By{ByOffice}, "CPC 139", nil, orders},
	{EventEntered, nil, Entered, []By{ByClerk}, "CPC 148", nil, nil}, // came on paper
	{"accept", []Status{Entered}, Opened, []By{ByJudge}, "CPC 150(2)", []About{AboutDay}, trials},
	{"issue-order", []Status{Entered}, Ordered, []By{ByJudge}, "CPC 139", []About{AboutDay}, orders},
	{"return", []Status{Entered}, Returned, []By{ByJudge}, "CPC 152", []About{AboutDay, AboutReason}, trials},
	{"refuse", []Status{Entered}, Refused, []By{ByJudge}, "CPC 151", []About{AboutDay, AboutReason}, trials},
	{"return-order", []Status{Entered}, Returned, []By{ByJudge}, "CPC 138", []About{AboutDay, AboutReason}, orders},
	{"set-aside", []Status{Ordered, InForce}, SetAside, []By{ByOffice}, "CPC 142(1)", nil, orders},              // follows the ruling on an objection; where the term was restored (CPC 141(6)), after the order was handed over too
	{reopened, []Status{Decided, InForce}, Preparation, []By{ByOffice}, "CPC 267-4(3)", nil, []string{"claim"}}, // follows the ruling on an application: what was judged in writing is tried anew
	{"hand-order", []Status{Ordered}, InForce, []By{ByClerk}, "CPC 143", []About{AboutDay}, orders},             // nobody objected in time
	{"confirm", carded, "", []By{ByClerk}, "CPC 148(2)", []About{AboutParty, AboutNumber}, nil},
	{"admit", carded, "", []By{ByClerk}, "CPC 61", []About{AboutParty, AboutNumber, AboutPeriod}, nil}, // a representative whom no form names
	{"represent", carded, "", []By{ByClerk}, "CPC 61", []About{AboutRepresentative, AboutNumber}, nil},
	{"unrepresent", carded, "", []By{ByClerk}, "CPC 61", []About{AboutRepresentative, AboutReason}, nil},
	{"serve", known, "", []By{ByClerk}, "CPC 165(1)", []About{AboutParty}, nil},
	{"summon", []Status{Appointed}, "", []By{ByClerk}, "CPC 127(3)", []About{AboutParty, AboutAddress}, nil},
	{"report", known, "", []By{ByClerk}, "CPC 129", []About{AboutParty, AboutWay, AboutDay, AboutReason}, nil}, // of a notice that went another way
	{"prepare", []Status{Opened}, Preparation, court, "CPC 163", nil, nil},
	{"appoint", []Status{Opened, Preparation, Heard}, Appointed, court, "CPC 173", []About{AboutHearing}, nil},
	{"postpone", []Status{Appointed}, Appointed, court, "CPC 198", []About{AboutHearing, AboutReason}, nil},
	{"hold", []Status{Appointed}, Heard, court, "CPC 281", []About{AboutPresent}, nil},
	{"seclude", going, "", []By{ByJudge}, "CPC 19", []About{AboutReason}, nil},
	{"suspend", tried, Suspended, []By{ByJudge}, "CPC 272", []About{AboutReason}, nil},
	{"resume", []Status{Suspended}, Preparation, []By{ByJudge}, "CPC 276", nil, nil},
	{"decide", []Status{Heard}, Decided, []By{ByJudge}, "CPC 223", []About{AboutDay}, nil},
	{"finalise", []Status{Decided}, "", []By{ByJudge}, "CPC 223", []About{AboutDay}, nil},
	{"send-judgment", []Status{Decided, InForce}, "", []By{ByClerk}, "CPC 234", []About{AboutParty}, trials},
	{"in-force", []Status{Decided}, InForce, court, "CPC 240", []About{AboutDay}, nil},
	{"terminate", going, Terminated, []By{ByJudge}, "CPC 277", []About{AboutReason}, nil},
	{"leave", going, Left, []By{ByJudge}, "CPC 279", []About{AboutReason}, nil},
	{EventCorrected, kept, "", court, "", []About{AboutEvent, AboutReason}, nil}, // of an own mistake: both stay
	{"archive", []Status{InForce, Terminated, Left, SetAside, Returned, Refused}, Archived, []By{ByClerk}, "", nil, nil},
}

// reopened is the step by which a judgment of simplified proceedings is set aside; judged are the acts that no longer
// count then.
const reopened = "reopen"

var judged = []string{"hold", "decide", "finalise", "send-judgment", "in-force"}

// StepOf returns the step of that name.
func StepOf(name string) (Step, bool) {
	i := slices.IndexFunc(Steps, func(s Step) bool { return s.Name == name })
	if i < 0 {
		return Step{}, false
	}
	return Steps[i], true
}

// Names reports whether the act names what.
func (s Step) Names(what About) bool { return slices.Contains(s.About, what) }

// TakenIn reports whether the act is for cases that filings of the kind open.
func (s Step) TakenIn(kind string) bool { return s.Of == nil || slices.Contains(s.Of, kind) }

// Open lists the acts that who may do in the case as it stands, in the order of Steps.
func (c Case) Open(who By) []Step {
	var out []Step
	for _, s := range Steps {
		if slices.Contains(s.By, who) && slices.Contains(s.From, c.Status) && s.TakenIn(c.Kind) {
			out = append(out, s)
		}
	}
	return out
}

// Statuses lists every status, each once, in the order cases come to them.
func Statuses() []Status {
	var out []Status
	for _, s := range Steps {
		if s.To != "" && !slices.Contains(out, s.To) {
			out = append(out, s.To)
		}
	}
	return out
}
