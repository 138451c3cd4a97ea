package filing

import (
	"slices"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/duty"
	"github.com/courtoffice/courtoffice/shared/form"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Kind is one kind of paper a court takes: its form, its attachments, its rules. Package kinds
// lists them. Everything that reads filings reads these rows; nothing else knows one kind from
// another.
type Kind struct {
	Code      string    // "claim"; also the key of its name, "kind." + Code
	Article   string    // the article that says what it must contain
	Form      form.Form // the version new filings are made by
	Zero      any       // the kind's struct, whose JSON leaves are the rows of Form
	Documents []Slot
	Rules     func(form.Value, Facts) defect.List               // what the rows can't say: rules across fields, or nil
	Duty      func(form.Value, Facts) (duty.Duty, error)        // nil: no duty is charged on such papers
	Upgrade   func(version int, raw []byte) (form.Value, error) // reads what was kept by an older version; nil: there is none
	Head      func(form.Value) Head
	Seats     func(form.Value) []Seat
}

// Slot is a role that a document of the filing may have.
type Slot struct {
	Role    string    // one of Roles
	Or      []string  // roles that serve as well
	Need    form.Need // of at least one such document, while When holds
	Article string
	When    []form.Cond // paths from the form's root; none: always
	Instead []form.Cond // when one of them holds, the document need not be there
}

// Head sums a filing up for lists and queues.
type Head struct {
	Court    string      // its code, "" while none is chosen; a later paper of a case has its court too
	Lang     locale.Lang // of the proceedings, kk or ru
	About    string      // of a motion: what it is about, a code of its form
	Case     string      // number of the case a later paper belongs to, as typed
	Opposite string      // name of the first opposite party
	Tiyn     int64       // price of the claim or sum in dispute, 0 when there is none
}

// Facts is what rules look at beside the form.
type Facts struct {
	Filer     Person
	Documents []Document
	On        calendar.Date // the day the paper is to be sent: terms, rates and courts are those of that day
}

// Has reports whether the filing has a document of that role.
func (f Facts) Has(role string) bool {
	return slices.ContainsFunc(f.Documents, func(d Document) bool { return d.Role == role })
}

// Person is a person as a certificate of the NCA names them.
type Person struct {
	IIN          kzid.IIN // of the person, or of the one who acts for the organisation
	BIN          kzid.BIN // of the organisation; zero when the person acts in their own name
	Name         string   // surname and given name, as the certificate has them
	Organisation string
	Signs        bool // head of the organisation, or certified to have the right to sign for it
}

// Capacity is in what quality a person signs.
type Capacity string

const (
	InPerson         Capacity = "in-person"      // the party itself
	ForOrganisation  Capacity = "organisation"   // head of a party that is an organisation, or who may sign for it
	AsRepresentative Capacity = "representative" // by a power of attorney that names the power, or by law
)

// Seat is a signature that a filing needs: of one party, by any of those who may give it.
type Seat struct {
	Party string // the party's id in the form
	Any   []Signer
}

// Signer is one who may fill a seat: exactly one of IIN and BIN is set.
type Signer struct {
	Capacity Capacity
	IIN      string
	BIN      string
	From, To calendar.Date // days the authority is for, both included; a zero one is open
}

// Texts returns the keys of every text the catalogue must have for the kind: its name, the titles of
// its sections, the labels of its fields and the values of their code lists. A label that begins
// with "field." may have a hint of the same name, "hint.".
func (k Kind) Texts() []string {
	keys := []string{"kind." + k.Code}
	for _, s := range k.Form.Sections {
		keys = append(keys, "section."+s.Code)
		for _, f := range s.Fields {
			if f.Type == form.ID {
				continue // never shown
			}
			keys = append(keys, f.Label(k.Code, s.Code))
			if (f.Type == form.Code || f.Type == form.Codes) && f.Names == "" {
				for _, value := range f.Codes {
					keys = append(keys, f.CodeText(value))
				}
			}
		}
	}
	for _, s := range k.Documents {
		keys = append(keys, "role."+s.Role)
	}
	return keys
}

// DutyOf returns the state duty of a filing with its steps; see duty.Due.
//
// Error: *duty.NoRateError.
func (k Kind) DutyOf(v form.Value, facts Facts) (duty.Duty, error) {
	if k.Duty == nil {
		return duty.Due(duty.Paper, nil, nil, duty.Relief{}, facts.On)
	}
	return k.Duty(v, facts)
}

// MaySign says in which capacity and for which party p may sign the filing v on a day. ok is false
// when p has no seat.
func (k Kind) MaySign(v form.Value, p Person, on calendar.Date) (seats []Seat, ok bool) {
	for _, seat := range k.Seats(v) {
		for _, s := range seat.Any {
			if s.is(p) && s.Covers(on) {
				seats = append(seats, Seat{seat.Party, []Signer{s}})
				break
			}
		}
	}
	return seats, len(seats) > 0
}

func (s Signer) is(p Person) bool {
	if s.BIN != "" {
		return p.Signs && p.BIN.Reveal() == s.BIN
	}
	return s.IIN != "" && p.IIN.Reveal() == s.IIN && (p.BIN.IsZero() || s.Capacity == AsRepresentative)
}

// Covers reports whether the authority holds on a day.
func (s Signer) Covers(on calendar.Date) bool {
	var open calendar.Date
	return (s.From == open || !on.Before(s.From)) && (s.To == open || !s.To.Before(on))
}

// Check returns everything the office sees wrong with a filing of the kind, in the order of its
// form, then of its documents. In mode form.Draft it is what can't be kept, so v may be a single
// section; in mode form.Complete the errors keep it from being signed, the warnings are for the
// filer to acknowledge.
func (k Kind) Check(v form.Value, mode form.Mode, facts Facts) defect.List {
	ids := make([]string, len(facts.Documents))
	for i, d := range facts.Documents {
		ids[i] = d.ID
	}
	list := form.Check(k.Form, v, mode, ids...)
	if mode == form.Draft || slices.ContainsFunc(list, unreadable) {
		return list
	}
	if k.Rules != nil {
		list = append(list, k.Rules(v, facts)...)
	}
	list = append(list, k.attachments(v, facts)...)
	form.Sort(k.Form, list)
	return list
}

// unreadable reports whether the value can't be bound to the kind's struct.
func unreadable(d defect.Defect) bool { return d.Code == "wrong-type" || d.Code == "unknown-member" }

func (k Kind) attachments(v form.Value, facts Facts) (list defect.List) {
	for _, d := range facts.Documents {
		if !slices.ContainsFunc(k.Documents, func(s Slot) bool { return s.Role == d.Role }) {
			list.Add("/documents/"+d.ID, "attachment-role", k.Article, "document", defect.Key("role."+d.Role))
		}
	}
	var missing []string
	for _, s := range k.Documents {
		if s.Need == form.Optional || facts.Has(s.Role) || slices.ContainsFunc(s.Or, facts.Has) || !all(v, s.When) || slices.ContainsFunc(s.Instead, v.Holds) {
			continue
		}
		if slices.Contains(missing, s.Role) {
			continue // another row with the role has said so
		}
		missing = append(missing, s.Role)
		if s.Need == form.Required {
			list.Add("/documents", "attachment-required", s.Article, "document", defect.Key("role."+s.Role))
		} else {
			list.Warn("/documents", "attachment-recommended", s.Article, "document", defect.Key("role."+s.Role))
		}
	}
	return list
}

func all(v form.Value, conds []form.Cond) bool {
	return !slices.ContainsFunc(conds, func(c form.Cond) bool { return !v.Holds(c) })
}

// Rules makes the Rules of a kind from a function of its struct. A value that does not fit T has
// no rules: Check finds that first.
func Rules[T any](check func(T, Facts) defect.List) func(form.Value, Facts) defect.List {
	return func(v form.Value, facts Facts) defect.List {
		x, err := form.Bind[T](v)
		if err != nil {
			return nil
		}
		return check(x, facts)
	}
}

// DutyOf makes the Duty of a kind from a function of its struct.
func DutyOf[T any](due func(T, Facts) (duty.Duty, error)) func(form.Value, Facts) (duty.Duty, error) {
	return func(v form.Value, facts Facts) (duty.Duty, error) {
		x, err := form.Bind[T](v)
		if err != nil {
			return duty.Duty{}, err
		}
		return due(x, facts)
	}
}

// HeadOf makes the Head of a kind from a function of its struct.
func HeadOf[T any](head func(T) Head) func(form.Value) Head {
	return func(v form.Value) Head {
		x, err := form.Bind[T](v)
		if err != nil {
			return Head{}
		}
		return head(x)
	}
}

// SeatsOf makes the Seats of a kind from a function of its struct.
func SeatsOf[T any](seats func(T) []Seat) func(form.Value) []Seat {
	return func(v form.Value) []Seat {
		x, err := form.Bind[T](v)
		if err != nil {
			return nil
		}
		return seats(x)
	}
}
