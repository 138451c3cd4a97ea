package filing

import (
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Ground is a ground on which a judge does not accept a filing. Its text is "ground." and the code, what
// cures it or where to go instead is "cure." and the code.
type Ground struct {
	Code    string
	Step    string // of Steps
	Article string
}

// Grounds are all of them. Edition of the CPC as in the package's documentation.
var Grounds = []Ground{
	{"return-1", "return", "CPC 152(1)1"},
	{"return-2", "return", "CPC 152(1)2"},
	{"return-3", "return", "CPC 152(1)3"},
	{"return-4", "return", "CPC 152(1)4"},
	{"return-5", "return", "CPC 152(1)5"},
	{"return-6", "return", "CPC 152(1)6"},
	{"return-7", "return", "CPC 152(1)7"},
	{"return-8", "return", "CPC 152(1)8"},
	{"return-9", "withdraw", "CPC 152(1)9"},
	{"refuse-1", "refuse", "CPC 151(1)1"},
	{"refuse-2", "refuse", "CPC 151(1)2"},
	{"refuse-3", "refuse", "CPC 151(1)3"},
	{"refuse-4", "refuse", "CPC 151(1)4"},

	{"order-1", "return-order", "CPC 138"}, // the demand is not one of 135
	{"order-2", "return-order", "CPC 138"}, // the defendant lives or is abroad
	{"order-3", "return-order", "CPC 138"}, // no documents prove it
	{"order-4", "return-order", "CPC 138"}, // a dispute of right
	{"order-5", "return-order", "CPC 136, 138"},
	{"order-6", "return-order", "CPC 137, 138"},
	{"objection-1", "return-objection", "CPC 141"},    // no evidence of a dispute
	{"objection-2", "return-objection", "CPC 141"},    // signed by somebody without power
	{"objection-3", "return-objection", "CPC 141(2)"}, // late, and the term was not restored
	{NotCured, "return-appeal", "CPC 407"},
	{"appeal-2", "return-appeal", "CPC 409"}, // recalled
	{"appeal-3", "return-appeal", "CPC 407"}, // late, and the term was not restored
	{"appeal-4", "return-appeal", "CPC 407"}, // by who has no right to file or to sign it
}

// NotCured is the ground that what was left without movement was not cured in time: it is there from the day
// after the last one of the term.
const NotCured = "appeal-1"

// GroundsOf are the grounds of a step.
func GroundsOf(step string) (out []Ground) {
	for _, g := range Grounds {
		if g.Step == step {
			out = append(out, g)
		}
	}
	return out
}

// IsRuling reports whether a step is taken by a judge's ruling.
func IsRuling(step string) bool {
	i := slices.IndexFunc(Steps, func(s Step) bool { return s.Name == step })
	return i >= 0 && Steps[i].Court != nil && Steps[i].Court.Ruling
}

// ruled are the statuses that rulings lead to, and those that come after one.
var ruled = func() map[Status]bool {
	out := map[Status]bool{}
	for range Steps { // until nothing is added
		for _, s := range Steps {
			if s.To == "" {
				continue
			}
			if IsRuling(s.Name) || slices.ContainsFunc(s.From, func(from Status) bool { return out[from] && from != UnderReview }) {
				out[s.To] = true
			}
		}
	}
	return out
}()

// Ruled reports whether there may be a ruling on a filing that is s.
func (s Status) Ruled() bool { return ruled[s] }

// Matter is what a filing is among those that acts of the court are rows for: its kind, or for a motion that
// has acts of its own the kind, a slash and what it is about.
func Matter(kind, about string) string {
	own := kind + "/" + about
	if slices.ContainsFunc(Steps, func(s Step) bool { return s.Court != nil && slices.Contains(s.Court.Of, own) }) {
		return own
	}
	return kind
}

// Matter is that of e: see Matter.
func (e Envelope) Matter() string { return Matter(e.Kind, e.About) }

// TakenOn reports whether the court takes the step on filings of a matter.
func (s Step) TakenOn(matter string) bool {
	return s.Court != nil && (s.Court.Of == nil || slices.Contains(s.Court.Of, matter))
}

// Names reports whether the act must name what.
func (s Step) Names(what Naming) bool { return s.Court != nil && slices.Contains(s.Court.Names, what) }

// ArticleOn is the article of the step on a filing.
func (s Step) ArticleOn(kind, about string) string {
	if kind == "motion" && len(s.Court.Of) == 1 && s.Court.Of[0] == kind {
		if m, ok := motionOf(about); ok {
			return m.Article
		}
	}
	if own := s.Court.Own[Matter(kind, about)]; own != "" {
		return own
	}
	return s.Article
}

// Motion is what the code says of motions about something.
type Motion struct {
	About   string
	Article string        // by which it is decided
	Term    calendar.Term // of the court; zero with no Within: none
	Within  string        // article of Term
	Granted bool          // a private complaint may be brought against a ruling that grants it
	Denied  bool          // against one that denies it
}

// Motions are those that have rules of their own. Edition of the CPC as in the package's documentation.
var Motions = []Motion{
	{"restore_term", "CPC 126", calendar.Term{N: 10, Unit: calendar.WorkingDays}, "CPC 126", false, true},
	{"order_objection", "CPC 142", calendar.Term{N: 3, Unit: calendar.WorkingDays}, "CPC 142(1)", false, true},
	{"security", "CPC 157", calendar.Term{}, "CPC 157(1)", true, true}, // on the day of receipt
	{"interim_replace", "CPC 159", calendar.Term{N: 5, Unit: calendar.WorkingDays}, "CPC 159", true, true},
	{"interim_lift", "CPC 160", calendar.Term{N: 5, Unit: calendar.WorkingDays}, "CPC 160", true, true},
	{"evidence", "CPC 73", calendar.Term{}, "", false, false},
	{"secure_evidence", "CPC 70", calendar.Term{N: 3, Unit: calendar.WorkingDays}, "CPC 70", true, true},
	{"witness", "CPC 80(2)", calendar.Term{}, "", false, false},
	{"recusal", "CPC 41", calendar.Term{N: 1, Unit: calendar.WorkingDays}, "CPC 41", false, false},
	{"absence", "CPC 196(6)", calendar.Term{}, "", false, false},
	{"remote", "CPC 133-3", calendar.Term{}, "", false, false},
	{"third_party", "CPC 52", calendar.Term{}, "", false, false},
	{"replace_defendant", "CPC 50", calendar.Term{}, "", false, false},
	{"succession", "CPC 53", calendar.Term{}, "", false, false},
	{"join_split", "CPC 167", calendar.Term{}, "", false, false},
	{"format", "CPC 133-1", calendar.Term{}, "", false, false},
	{"claim_change", "CPC 169", calendar.Term{}, "", false, false},
	{"admission", "CPC 171", calendar.Term{}, "", false, false},
	{"settlement", "CPC 177", calendar.Term{}, "", true, false},
	{"conciliation", "CPC 174", calendar.Term{}, "", false, false},
	{"simplified_set_aside", "CPC 267-4(3)", calendar.Term{N: 10, Unit: calendar.WorkingDays}, "CPC 267-4(3)", false, false},
	{"costs", "CPC 109", calendar.Term{}, "", true, true},
	{"protocol_remarks", "CPC 285", calendar.Term{N: 5, Unit: calendar.WorkingDays}, "CPC 285", false, false},
	{"correction", "CPC 235", calendar.Term{N: 10, Unit: calendar.WorkingDays}, "CPC 235", true, false},
	{"additional_judgment", "CPC 236", calendar.Term{N: 10, Unit: calendar.WorkingDays}, "CPC 236", false, true},
	{"explanation", "CPC 237", calendar.Term{N: 10, Unit: calendar.WorkingDays}, "CPC 237", true, true},
	{"deferral", "CPC 238", calendar.Term{N: 10, Unit: calendar.WorkingDays}, "CPC 238", true, true},
	{"duplicate_writ", "CPC 242", calendar.Term{N: 10, Unit: calendar.WorkingDays}, "CPC 242", true, true},
	{"new_circumstances", "CPC 455", calendar.Term{N: 15, Unit: calendar.WorkingDays}, "CPC 455", false, false},
}

func motionOf(about string) (Motion, bool) {
	i := slices.IndexFunc(Motions, func(m Motion) bool { return m.About == about })
	if i < 0 {
		return Motion{}, false
	}
	return Motions[i], true
}

// MayComplain reports whether a private complaint may be brought against the ruling of a step on a filing
// (CPC 429(1)).
func MayComplain(step, kind, about string) bool {
	s := StepOf(step)
	if s.Court.Appeals != complaintOf {
		return s.Court.Appeals == complaintYes
	}
	m, _ := motionOf(about)
	return m.Granted && step != "deny" || m.Denied && step != "grant"
}

// TermsOf are the ids of calendar.Rules that an act on a filing starts for its filer.
func TermsOf(step, kind, about string) []string {
	s := StepOf(step)
	if s.Court == nil {
		return nil
	}
	if s.Court.Appeals == complaintOf && MayComplain(step, kind, about) {
		return complaint
	}
	return s.Court.Starts
}

// FilerTerm is a term of the filer that an act of the court started.
type FilerTerm struct {
	Rule    string // id of a calendar.Rule
	Step    string // of Steps: the act
	Article string
	Due     calendar.Date // last day; zero while the days off of its year are not known
}

// FilerTerms are those that the latest act on a filing started. A ruling is in final form when it is signed. A
// correction moves none of them: what it starts is against the correction alone (CPC 235).
func FilerTerms(e Envelope, events []Event) (out []FilerTerm) {
	i := len(events) - 1
	for i >= 0 && (events[i].Acted == nil || stays(events[i].Acted.Step)) {
		i--
	}
	for _, event := range events[max(i, 0):] {
		if event.Acted == nil {
			continue
		}
		for _, id := range TermsOf(event.Acted.Step, e.Kind, e.About) {
			rule, _ := calendar.RuleOf(id)
			t := FilerTerm{Rule: id, Step: event.Acted.Step, Article: rule.Article, Due: event.Acted.On}
			if rule.From != calendar.CourtSets {
				t.Due, _ = rule.Term.End(calendar.DateOf(event.At))
			}
			out = append(out, t)
		}
	}
	return out
}

// stays reports whether a filing stands after the step where it stood.
func stays(step string) bool {
	s := StepOf(step)
	return s.Court != nil && s.Court.Stays
}

// MaxReasons bounds the reasons of a ruling in characters.
const MaxReasons = 20_000

// Ruling is what a judge rules on a filing that came in, as it is signed. Members are added, never
// re-meant.
type Ruling struct {
	Step      string        `json:"step"`   // of Steps
	Filing    string        `json:"filing"` // id
	Kind      string        `json:"kind"`
	About     string        `json:"about,omitempty"` // of a motion
	CourtCode string        `json:"courtCode"`
	Number    string        `json:"number"` // that the court registered the filing under
	Ticket    string        `json:"ticket"`
	Judge     string        `json:"judge"` // name, as the certificate has it
	Date      calendar.Date `json:"date"`
	Lang      locale.Lang   `json:"lang"` // of the proceedings
	Filer     string        `json:"filer"`
	Opposite  string        `json:"opposite,omitempty"`
	SentAt    string        `json:"sentAt"` // RFC 3339, UTC
	Grounds   []string      `json:"grounds,omitempty"`
	Reasons   string        `json:"reasons,omitempty"`  // in the judge's words
	Decision  string        `json:"decision,omitempty"` // likewise, where the act names what is decided
	On        calendar.Date `json:"on,omitzero"`        // last day of the term that the ruling sets
	Tiyn      int64         `json:"tiyn,omitempty"`     // sum that the filing asks for

	File     File   `json:"file"`          // the ruling as a PDF
	Renderer string `json:"renderer"`      // version; "" of Own
	Own      bool   `json:"own,omitempty"` // File is the court's own, which the judge uploaded

	Corrects Corrected `json:"corrects,omitzero"` // of CorrectRuling
}

// Corrected names the ruling that another one corrects.
type Corrected struct {
	SHA256 string        `json:"sha256"` // of its PDF, hex
	Step   string        `json:"step"`   // of Steps
	Date   calendar.Date `json:"date"`
}

// Standing is the latest ruling of a list, oldest first, and its corrections. ok is false where there is none.
func Standing(list []SignedRuling) (r SignedRuling, corrections []SignedRuling, ok bool) {
	for _, one := range list {
		if one.Step == CorrectRuling {
			corrections = append(corrections, one)
		} else {
			r, corrections, ok = one, nil, true
		}
	}
	return r, corrections, ok
}

// SignedRuling is a ruling that was signed, with the bucket's versions of its two files.
type SignedRuling struct {
	Ruling
	At        time.Time
	Signature File // CMS
	Pins      Pins
}
