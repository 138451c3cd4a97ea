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
}

// GroundsOf are the grounds of a step.
func GroundsOf(step string) (out []Ground) {
	for _, g := range Grounds {
		if g.Step == step {
			out = append(out, g)
		}
	}
	return out
}

// opens are the kinds that begin proceedings: they are returned and refused by articles 151 and 152. Others
// are accepted for examination.
var opens = []string{KindClaim, "counterclaim", "special_proceeding"}

// IsRuling reports whether a step is taken by a judge's ruling.
func IsRuling(step string) bool {
	return slices.Contains([]string{"accept", "return", "refuse", "withdraw"}, step)
}

// Ruled reports whether a ruling has led to s.
func (s Status) Ruled() bool {
	return slices.Contains([]Status{Accepted, Returned, Refused, Withdrawn}, s)
}

// MayRule reports whether a judge may rule so on filings of a kind.
func MayRule(kind, step string) bool {
	return step == "accept" || IsRuling(step) && slices.Contains(opens, kind)
}

// MaxReasons bounds the reasons of a ruling in characters.
const MaxReasons = 20_000

// Ruling is what a judge rules on a filing that came in, as it is signed. Members are added, never
// re-meant.
type Ruling struct {
	Step      string        `json:"step"`   // of Steps
	Filing    string        `json:"filing"` // id
	Kind      string        `json:"kind"`
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
	Reasons   string        `json:"reasons,omitempty"` // in the judge's words

	File     File   `json:"file"`     // the ruling as a PDF
	Renderer string `json:"renderer"` // version
}

// SignedRuling is a ruling that was signed, with the bucket's versions of its two files.
type SignedRuling struct {
	Ruling
	At        time.Time
	Signature File // CMS
	Pins      Pins
}
