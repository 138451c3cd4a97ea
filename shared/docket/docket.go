// Package docket holds what a case is and the rules a lawyer could dispute: which act may follow
// which, who sees a case and from when, what term runs for whom, what counts as proper notice.
// It is values and functions: no clock, no network, no store.
//
// Read Case and Steps first, then Case.Do: it is the only way a case changes. Case.Sees says who
// may look. Every change and every proof is an Event, and events are only ever added.
//
// What a claimant wrote about others grants nothing. A clerk confirms the number and the name of each
// party, and a party sees the case from the moment it is served, whether it had an account then or
// registers years later: it is found by the look-up key of the confirmed number.
//
// Editions of the CPC as in package calendar.
package docket

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/locale"
)

var (
	// ErrNotFound: no such case, or the caller may not know of it.
	ErrNotFound = errors.New("docket: not found")
	// ErrChanged: the case was changed since the caller read it.
	ErrChanged = errors.New("docket: changed since it was read")
	// ErrStep: no act of that name may be done in this case now, or not by the caller.
	ErrStep = errors.New("docket: the act is not possible now")
	// ErrNumber: the court has another case of that number.
	ErrNumber = errors.New("docket: the number is taken")
	// ErrOwn: who would act for the court is a party of the case, or acts for an organisation that is (CPC 38, 40).
	ErrOwn = errors.New("docket: who works for the court is a party")
	// ErrCursor: no place in a list of cases.
	ErrCursor = errors.New("docket: no such place in the list")
)

// Bounds on what a case keeps, so that a head stays small.
const (
	MaxNumber = 50
	MaxName   = 300
	MaxPlace  = 300

	MaxRepresentatives = 50
)

// Role is what a party is in the case.
type Role string

// Roles.
const (
	Claimant   Role = "claimant"
	Defendant  Role = "defendant"
	ThirdParty Role = "third-party" // with or without a demand of its own (CPC 51-52)
	Applicant  Role = "applicant"   // in special proceedings (CPC 304)
	Interested Role = "interested"  // the same
)

// Roles lists the roles.
var Roles = []Role{Claimant, Defendant, ThirdParty, Applicant, Interested}

// Answers reports whether the case is brought against those of the role, or touches them, so that a copy
// of the claim is theirs and a term to answer it runs (CPC 165(1), 166).
func (r Role) Answers() bool { return r == Defendant || r == ThirdParty || r == Interested }

// Case is one case with everything the court knows of it. Its parts are kept as JSON: members are added,
// never re-meant.
type Case struct {
	Head
	Parties         []Party
	Representatives []Representative
	Papers          []Paper // as they came to the case
	Events          []Event // oldest first
}

// Head is where a case stands and what lists show of it.
type Head struct {
	ID        string      `json:"id"`     // that of the filing, or of the scanned papers, that opened it
	Number    string      `json:"number"` // as the court gave it: opaque
	Court     string      `json:"court"`  // code
	Judge     string      `json:"judge"`  // account id
	Kind      string      `json:"kind"`   // of the filing that opened it
	Lang      locale.Lang `json:"lang"`
	Claimant  string      `json:"claimant"` // name of the first party on each side, as lists show a case
	Opposite  string      `json:"opposite"`
	Status    Status      `json:"status"`
	Revision  int         `json:"revision"`         // rises by one with every change
	Secret    bool        `json:"secret,omitempty"` // heard behind closed doors (CPC 19): papers of others are read in court only (128(3))
	OpenedAt  time.Time   `json:"openedAt"`         // of a case that came on paper, when it was entered
	UpdatedAt time.Time   `json:"updatedAt"`

	Hearing   Hearing       `json:"hearing,omitzero"`   // that is appointed, zero without one
	FinalOn   calendar.Date `json:"finalOn,omitzero"`   // day the judgment was made in final form, zero before
	InForceOn calendar.Date `json:"inForceOn,omitzero"` // day the act that ended the case took force, zero before
}

// Hearing is when and where the court meets.
type Hearing struct {
	At    time.Time `json:"at,omitzero"`
	Place string    `json:"place,omitempty"`
}

// Party is one party of a case.
type Party struct {
	ID     string `json:"id"` // within the case: as the form of the filing names it
	Role   Role   `json:"role"`
	Type   string `json:"type"`             // of package party
	Name   string `json:"name"`             // as the filing has it; once confirmed, as the clerk found it
	Stated string `json:"stated,omitempty"` // number as the filing has it, masked; "" where it has none
	Number string `json:"number,omitempty"` // the confirmed number, masked; "" before
	Key    string `json:"key,omitempty"`    // account.Subject.Key of the confirmed number; "" before: nobody sees the case by it

	ConfirmedAt time.Time `json:"confirmedAt,omitzero"`
	From        time.Time `json:"from,omitzero"` // from when the party sees the case; zero before it is served

	stated string // the digits of Stated, while the form is read
}

// Confirmed reports whether the court knows who the party is.
func (p Party) Confirmed() bool { return p.Key != "" }

// Representative acts for parties of the case (CPC 57-62).
type Representative struct {
	ID      string        `json:"id"`
	Kind    string        `json:"kind"` // of package party
	Name    string        `json:"name"`
	Parties []string      `json:"parties"`          // ids of whom
	Powers  []string      `json:"powers,omitempty"` // of CPC 60(1) that the power of attorney names
	Key     string        `json:"key,omitempty"`    // as Party.Key
	Number  string        `json:"number,omitempty"`
	From    calendar.Date `json:"from,omitzero"` // days the authority is for, both included; a zero one is open
	To      calendar.Date `json:"to,omitzero"`

	ConfirmedAt time.Time `json:"confirmedAt,omitzero"`
	EndedAt     time.Time `json:"endedAt,omitzero"` // when the authority was taken back; zero while it stands

	stated string // the IIN that the form has, while it is read
}

// Holds reports whether the authority stands at the instant at.
func (r Representative) Holds(at time.Time) bool {
	var open calendar.Date
	on := calendar.DateOf(at)
	return r.Key != "" && (r.From == open || !on.Before(r.From)) && (r.To == open || !r.To.Before(on)) && (r.EndedAt.IsZero() || at.Before(r.EndedAt))
}

// Paper is a filing that belongs to the case, or what came to the court on paper and a clerk scanned.
type Paper struct {
	Filing string    `json:"filing"` // id; of what was scanned, that of filing.Scanned
	Kind   string    `json:"kind"`
	Party  string    `json:"party"` // id of the party that filed it
	At     time.Time `json:"at"`    // when it was sent; of what was scanned, the beginning of the day on which it came

	Scanned *Scanned `json:"scanned,omitempty"` // nil for a filing
}

// Party returns the party of that id.
func (c Case) Party(id string) (Party, bool) {
	i := slices.IndexFunc(c.Parties, func(p Party) bool { return p.ID == id })
	if i < 0 {
		return Party{}, false
	}
	return c.Parties[i], true
}

// Happened returns the first event of that type about a party, "" for any.
func (c Case) Happened(typ, party string) (Event, bool) {
	i := slices.IndexFunc(c.Events, func(e Event) bool { return e.Type == typ && (party == "" || e.Party == party) })
	if i < 0 {
		return Event{}, false
	}
	return c.Events[i], true
}

// Opened reports whether the party opened the case, since it was last said who that is, and the id of a proof
// that it does.
func (c Case) Opened(party string) (had bool, proof string) {
	e, had := c.opened(party)
	n, _ := c.rounds(party)
	if had {
		return true, e.ID
	}
	if proof = EventOpened + "-" + party; n > 0 {
		proof += "-" + strconv.Itoa(n)
	}
	return false, proof
}

func (c Case) opened(party string) (Event, bool) {
	_, since := c.rounds(party)
	i := slices.IndexFunc(c.Events, func(e Event) bool {
		return e.Type == EventOpened && e.Way == "" && e.Party == party && !e.At.Before(since)
	})
	if i < 0 {
		return Event{}, false
	}
	return c.Events[i], true
}

// last returns the latest event of that type, as it was meant, about a party, "" for any.
func (c Case) last(typ, party string) (e Event, ok bool) {
	for _, one := range c.standing() {
		if one.Type == typ && (party == "" || one.Party == party) {
			e, ok = one, true
		}
	}
	return e, ok
}
