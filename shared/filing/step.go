package filing

import "slices"

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
}

// Steps is every step there is: the store refuses, and pages do not offer, what is not here.
// Edition of the CPC as in the package's documentation.
var Steps = []Step{
	{"create", nil, Draft, []By{ByFiler}, ""},
	{"edit", []Status{Draft, AwaitingSignatures}, Draft, []By{ByFiler}, ""},
	{"delete", []Status{Draft, AwaitingSignatures}, "", []By{ByFiler}, ""},
	{"expire", []Status{Draft, AwaitingSignatures}, "", []By{ByOffice}, ""},
	{"freeze", []Status{Draft, AwaitingSignatures}, AwaitingSignatures, []By{ByFiler}, "CPC 148(4)"},
	{"void", []Status{AwaitingSignatures}, Draft, []By{ByFiler}, ""},
	{"sign", []Status{AwaitingSignatures}, AwaitingSignatures, []By{BySigner}, "CPC 148(4)"},
	{"seal", []Status{AwaitingSignatures}, Sent, []By{BySigner}, "CPC 123(5), 123(7), 148(4)"},
	{"receive", []Status{Sent}, Received, []By{ByOffice}, ""},
	{"doubt", []Status{Sent, Received}, Doubtful, []By{ByOffice}, ""},
	{"reject", []Status{Sent, Received, Doubtful}, TechnicalRejected, []By{ByOffice, ByClerk}, ""},
	{"register", []Status{Received, Doubtful}, Registered, []By{ByClerk}, "CPC 150(1)"},
	{"review", []Status{Registered}, UnderReview, []By{ByClerk}, "CPC 150(1)"},
	{"accept", []Status{UnderReview}, Accepted, []By{ByJudge}, "CPC 150(2)"},
	{"return", []Status{UnderReview}, Returned, []By{ByJudge}, "CPC 152(1)"},
	{"refuse", []Status{UnderReview}, Refused, []By{ByJudge}, "CPC 151(1)"},
	{"withdraw", []Status{Received, Doubtful, Registered, UnderReview}, Withdrawn, []By{ByJudge}, "CPC 152(1)9"},
}

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
