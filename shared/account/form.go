package account

import (
	"cmp"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/email"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Form is the registration form as it is signed (agreement 3.2.2). Subject repeats the signer's
// certificate: the person reads there who registers, and Match holds it against the signature.
type Form struct {
	Agreement            string      `json:"agreement"` // id of the version accepted
	Subject              FormSubject `json:"subject"`
	Email                string      `json:"email"`
	Mobile               string      `json:"mobile"` // E.164 "+77011234567", or ""
	Lang                 locale.Lang `json:"lang"`   // of notices
	Declaration          bool        `json:"declaration"`
	NotificationContacts []Contact   `json:"notificationContacts"`
}

// FormSubject is who registers. Numbers are twelve digits or "".
type FormSubject struct {
	Kind         Kind   `json:"kind"`
	IIN          string `json:"iin"`
	BIN          string `json:"bin"` // "" for a natural person
	Name         string `json:"name"`
	Organisation string `json:"organisation"` // "" for a natural person
}

// Contact names someone to be invited as a trusted Representative for all filings: there is none
// yet that could be chosen.
type Contact struct {
	Name   string      `json:"name"`
	Email  string      `json:"email"`
	Lang   locale.Lang `json:"lang"`
	Months int         `json:"months,omitempty"` // one of Periods; 0 means DefaultPeriod
}

// Representative is the person the contact names, not yet invited.
func (c Contact) Representative(accountID, id string) Representative {
	return Representative{
		ID: id, AccountID: accountID, Name: c.Name, Email: c.Email, Lang: c.Lang, Scope: ScopeAll, Months: cmp.Or(c.Months, DefaultPeriod),
	}
}

// Limits of the form.
const (
	MaxContacts = 5   // trusted representatives at a time
	MaxName     = 200 // characters
	MaxEmail    = 254 // bytes (RFC 5321, section 4.5.3.1.3, less the angle brackets)
)

// Clauses of the agreement that the form's fields serve.
const (
	clauseTrue     = "agreement 3.3"
	clauseForm     = "agreement 3.2.2"
	clauseContacts = "agreement 5.2"
	clauseNotice   = "CPC 127(4)(2)"
)

// Validate lists everything wrong with the form by itself; pointers begin with base ("/form").
// Numbers are checked for form only: their word is the certificate's (see Match).
func (f Form) Validate(base string) defect.List {
	var l defect.List
	if f.Agreement == "" {
		l.Add(base+"/agreement", "required", clauseForm)
	}
	switch f.Subject.Kind {
	case Natural:
		if f.Subject.BIN != "" {
			l.Add(base+"/subject/bin", "not-allowed", "")
		}
		if f.Subject.Organisation != "" {
			l.Add(base+"/subject/organisation", "not-allowed", "")
		}
	case Legal:
		if _, err := kzid.ParseBINForm(f.Subject.BIN); err != nil {
			l.Add(base+"/subject/bin", "number-invalid", "")
		}
		text(&l, base+"/subject/organisation", f.Subject.Organisation, MaxName*5)
	default:
		l.Add(base+"/subject/kind", "unknown-value", "")
	}
	if _, err := kzid.ParseIINForm(f.Subject.IIN); err != nil {
		l.Add(base+"/subject/iin", "number-invalid", "")
	}
	text(&l, base+"/subject/name", f.Subject.Name, MaxName)
	address(&l, base+"/email", f.Email, clauseNotice)
	if f.Mobile != "" && !ValidMobile(f.Mobile) {
		l.Add(base+"/mobile", "mobile-invalid", "")
	}
	lang(&l, base+"/lang", f.Lang)
	if !f.Declaration {
		l.Add(base+"/declaration", "declaration-required", clauseTrue)
	}
	if f.NotificationContacts == nil {
		// An absent list would be signed as null: say [] when there are none.
		l.Add(base+"/notificationContacts", "required", "")
	}
	if len(f.NotificationContacts) > MaxContacts {
		l.Add(base+"/notificationContacts", "too-many", clauseContacts)
		return l
	}
	seen := map[string]bool{strings.ToLower(f.Email): true}
	for i, c := range f.NotificationContacts {
		at := base + "/notificationContacts/" + strconv.Itoa(i)
		text(&l, at+"/name", c.Name, MaxName)
		address(&l, at+"/email", c.Email, clauseContacts)
		if key := strings.ToLower(c.Email); key != "" && seen[key] {
			l.Add(at+"/email", "duplicate", clauseContacts)
		} else {
			seen[key] = true
		}
		lang(&l, at+"/lang", c.Lang)
		if c.Months != 0 && !slices.Contains(Periods, c.Months) {
			l.Add(at+"/months", "unknown-value", clauseContacts)
		}
	}
	return l
}

// Match lists the fields of the form's subject that differ from the signer's certificate.
func (f Form) Match(s Subject, base string) defect.List {
	var l defect.List
	for _, field := range []struct{ name, form, certificate string }{
		{"kind", string(f.Subject.Kind), string(s.Kind)},
		{"iin", f.Subject.IIN, s.IIN.Reveal()},
		{"bin", f.Subject.BIN, s.BIN.Reveal()},
		{"name", f.Subject.Name, s.Name},
		{"organisation", f.Subject.Organisation, s.Organisation},
	} {
		if field.form != field.certificate {
			l.Add(base+"/subject/"+field.name, "certificate-mismatch", clauseForm)
		}
	}
	return l
}

// LogValue implements slog.LogValuer: nothing of a form is ever logged.
func (f Form) LogValue() slog.Value { return slog.StringValue("[form]") }

// String keeps %v from showing the form.
func (f Form) String() string { return "[form]" }

func text(l *defect.List, pointer, s string, max int) {
	switch {
	case strings.TrimSpace(s) == "":
		l.Add(pointer, "required", "")
	case utf8.RuneCountInString(s) > max:
		l.Add(pointer, "too-long", "")
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }):
		l.Add(pointer, "format", "")
	}
}

func address(l *defect.List, pointer, s, clause string) {
	if s == "" {
		l.Add(pointer, "required", clause)
	} else if fault := EmailFault(s); fault != "" {
		l.Add(pointer, fault, clause)
	}
}

// EmailFault returns the code of the defect of an address that the office is to write to, "" for none:
// it is no address, or one that mail is not carried to for letters other than ASCII before its "@".
func EmailFault(s string) string {
	switch {
	case !email.Valid(s):
		return "email-invalid"
	case !email.Deliverable(s):
		return "email-letters"
	}
	return ""
}

func lang(l *defect.List, pointer string, s locale.Lang) {
	for _, known := range locale.Langs {
		if s == known {
			return
		}
	}
	l.Add(pointer, "unknown-value", "")
}

// ValidMobile reports whether s is a number of Kazakhstan as E.164 writes it, "+77011234567": +7 7
// and nine more digits. Which of them are mobile changes too often to keep a list of.
func ValidMobile(s string) bool {
	if len(s) != 12 || !strings.HasPrefix(s, "+77") {
		return false
	}
	return !strings.ContainsFunc(s[1:], func(r rune) bool { return r < '0' || r > '9' })
}
