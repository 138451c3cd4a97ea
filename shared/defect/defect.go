// Package defect lists what is wrong with something a person filled in: every fault at once,
// each with the place, a stable code and the article or clause it breaks.
//
// A List is an error. The texts belong to package locale ("defect.<code>"); this package has none.
package defect

import "strings"

// Defect is one fault.
type Defect struct {
	Pointer string // RFC 6901 JSON pointer into the request or the form: "/claim/defendants/0/bin"
	Code    string // stable, kebab-case: "required", "iin-check-digit"
	Article string // the rule it breaks, "CPC 148(2)3" or "agreement 3.3"; empty for mere form
}

// List collects defects in the order found.
type List []Defect

// Add appends a defect.
func (l *List) Add(pointer, code, article string) {
	*l = append(*l, Defect{pointer, code, article})
}

// Err returns the list as an error, or nil when it is empty.
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
