// Package defect lists what is wrong with something a person filled in: every fault at once,
// each with the place, a stable code and the article or clause it breaks.
//
// A List is an error. The texts belong to package locale ("defect.<code>"); Defect.Text looks
// them up.
package defect

import (
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/locale"
)

// Severity says what a defect does.
type Severity uint8

const (
	Error   Severity = iota // blocks: the thing can't be kept, or not be signed
	Warning                 // is shown, and acknowledged by the person: a return is a judge's act, not ours
)

// String returns "error" or "warning", as the API writes it.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// MarshalText gives what String does, for JSON.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Tiyn is a sum of money among the Args of a defect, in 1/100 tenge.
type Tiyn int64

// Key is a text of the catalogue among the Args of a defect, such as the name of a document's role.
type Key string

// Defect is one fault.
type Defect struct {
	Pointer  string   // RFC 6901 JSON pointer into the request or the form: "/claim/defendants/0/bin"
	Code     string   // stable, kebab-case: "required", "iin-check-digit"
	Article  string   // the rule it breaks, "CPC 148(2)3" or "agreement 3.3"; empty for mere form
	Severity Severity // Error unless said otherwise
	Args     []any    // parameters of the text: pairs of a name and a string, int, Tiyn, Key or time.Time (a day)
}

// Text says in lang what is wrong: the text "defect.<code>" with its parameters.
func (d Defect) Text(lang locale.Lang) string {
	args := slices.Clone(d.Args)
	for i, a := range args {
		switch a := a.(type) {
		case Tiyn:
			args[i] = locale.Money(lang, int64(a))
		case Key:
			args[i] = locale.T(lang, string(a))
		case time.Time:
			args[i] = locale.Date(lang, a)
		}
	}
	return locale.T(lang, "defect."+d.Code, args...)
}

// Law writes the article out in words in lang, "" when the defect breaks none.
func (d Defect) Law(lang locale.Lang) string { return locale.Article(lang, d.Article) }

// List collects defects in the order found.
type List []Defect

// Add appends an error. args are the parameters of its text; see Defect.Args.
func (l *List) Add(pointer, code, article string, args ...any) {
	*l = append(*l, Defect{Pointer: pointer, Code: code, Article: article, Args: args})
}

// Warn appends a warning; otherwise it is Add.
func (l *List) Warn(pointer, code, article string, args ...any) {
	*l = append(*l, Defect{Pointer: pointer, Code: code, Article: article, Severity: Warning, Args: args})
}

// Errors returns the defects that block, in a new list: nil when there are none.
func (l List) Errors() List { return l.only(Error) }

// Warnings returns the defects that do not block, in a new list.
func (l List) Warnings() List { return l.only(Warning) }

func (l List) only(s Severity) (out List) {
	for _, d := range l {
		if d.Severity == s {
			out = append(out, d)
		}
	}
	return out
}

// Err returns the list as an error, or nil when it is empty. A list with warnings alone is an
// error too: who lets warnings pass calls Errors first.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Error names pointers and codes only: no value a person typed.
func (l List) Error() string {
	parts := make([]string, len(l))
	for i, d := range l {
		parts[i] = d.Pointer + " " + d.Code
	}
	return "defects: " + strings.Join(parts, ", ")
}
