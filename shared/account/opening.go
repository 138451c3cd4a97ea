package account

import (
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/locale"
)

const (
	// OpeningLife is how long a signed acceptance keeps a registration open in the browser it was
	// made in.
	OpeningLife = 7 * 24 * time.Hour
	// DraftLife is how long an unfinished form is kept after it was last typed in. Who signs the
	// acceptance again, in whichever browser, has it back.
	DraftLife = 30 * 24 * time.Hour
)

var (
	// ErrNotOpen: no registration is open: none was begun in this browser, or it was finished,
	// given up or left for too long.
	ErrNotOpen = errors.New("account: no registration is open")
	// ErrVersion: the form was typed into meanwhile in another window.
	ErrVersion = errors.New("account: another version of the form")
)

// Opening is a registration begun by a signed acceptance and not finished yet (agreement 3.2). It
// lets the browser with its token show and keep the form of that subject, and nothing else:
// registering takes the signature.
type Opening struct {
	ID     string // hex SHA-256 of the token, which is kept nowhere
	Key    string // Subject.Key
	Before string // ID of the one the browser had before and gives up with this one, or ""
	Device string // ID of the browser's device cookie, or ""
	At     time.Time

	Subject       Subject // as the certificate of the acceptance has it
	Registrations int64   // Standing.Registrations when it was opened
}

// EndsAt returns the instant from which o is worth nothing.
func (o Opening) EndsAt() time.Time { return o.At.Add(OpeningLife) }

// LogValue implements slog.LogValuer: nothing of a registration is logged.
func (o Opening) LogValue() slog.Value { return slog.StringValue("[registration]") }

// String keeps %v from showing who registers.
func (o Opening) String() string { return "[registration]" }

// Standing is how a subject stands with the office.
type Standing struct {
	Account       string   // id of its account, or ""
	Accepted      []string // agreement versions
	Registrations int64    // accounts it has ever registered
}

// Step is what a registration that is open waits for. Of the steps a person sees, the choice of a
// key lies between these two and leaves no trace until it is signed with; after the last there is
// an account, and nothing open.
type Step string

const (
	StepTerms Step = "terms" // acceptance of the version in force, which came while the form was open
	StepForm  Step = "form"  // the form and its signature
)

// Step returns what the registration waits for at the instant at, when inForce is the agreement
// version in force.
//
// It is open for OpeningLife and until the subject registers, in whichever browser: after that it
// stays closed, also when the account is closed and the subject may register anew (agreement 1.5).
//
// Errors: ErrNotOpen.
func (o Opening) Step(s Standing, inForce string, at time.Time) (Step, error) {
	switch {
	case s.Account != "" || s.Registrations != o.Registrations || !at.Before(o.EndsAt()):
		return "", ErrNotOpen
	case !slices.Contains(s.Accepted, inForce): // clause 1.4: the old one ended with the new one
		return StepTerms, nil
	}
	return StepForm, nil
}

// Typed is the registration form as far as somebody has typed it. Nothing of it counts before it
// is signed as a Form; so it may say anything that has the form's shape. The password is not part
// of it, and neither is the declaration (agreement 3.3): that is made when the form is signed.
type Typed struct {
	Email                string      `json:"email"`
	Mobile               string      `json:"mobile"`
	Lang                 locale.Lang `json:"lang"` // or ""
	NotificationContacts []Contact   `json:"notificationContacts"`
}

// MaxMobile is how many characters of a number are kept, with the spaces people type.
const MaxMobile = 32

// Validate lists what doesn't fit the form's shape; pointers begin with base ("/form").
func (t Typed) Validate(base string) defect.List {
	var l defect.List
	size(&l, base+"/email", t.Email, MaxEmail)
	size(&l, base+"/mobile", t.Mobile, MaxMobile)
	if t.Lang != "" {
		lang(&l, base+"/lang", t.Lang)
	}
	if len(t.NotificationContacts) > MaxContacts {
		l.Add(base+"/notificationContacts", "too-many", clauseContacts)
		return l
	}
	for i, c := range t.NotificationContacts {
		at := base + "/notificationContacts/" + strconv.Itoa(i)
		size(&l, at+"/name", c.Name, MaxName)
		size(&l, at+"/email", c.Email, MaxEmail)
		if c.Lang != "" {
			lang(&l, at+"/lang", c.Lang)
		}
	}
	return l
}

func size(l *defect.List, pointer, s string, max int) {
	if utf8.RuneCountInString(s) > max {
		l.Add(pointer, "too-long", "")
	} else if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }) {
		l.Add(pointer, "format", "")
	}
}

// LogValue implements slog.LogValuer: nothing of a form is ever logged.
func (t Typed) LogValue() slog.Value { return slog.StringValue("[form]") }

// String keeps %v from showing what was typed.
func (t Typed) String() string { return "[form]" }

// Draft is an unfinished form as the office keeps it. Whoever may act for a legal person has the
// same draft, as they have the same account.
type Draft struct {
	Version int64 // grows by one with each saving; 0 where nothing is kept
	Form    Typed
	SavedAt time.Time
}

// Identity is a subject as its certificate has it, for the person who signed with it: the form
// repeats it. Numbers are in full.
type Identity struct {
	Kind         Kind   `json:"kind"`
	IIN          string `json:"iin"`
	BIN          string `json:"bin"`
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Role         Role   `json:"role"`
}

// Identity shows s to the person who signed.
func (s Subject) Identity() Identity {
	return Identity{s.Kind, s.IIN.Reveal(), s.BIN.Reveal(), s.Name, s.Organisation, s.Role}
}

// MaskedIdentity is Identity with all but the last four digits of each number hidden.
func (s Subject) MaskedIdentity() Identity {
	out := s.Identity()
	if out.IIN != "" {
		out.IIN = s.IIN.Masked()
	}
	if out.BIN != "" {
		out.BIN = s.BIN.Masked()
	}
	return out
}
