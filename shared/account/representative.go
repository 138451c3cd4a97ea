package account

import (
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/base64url"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/email"
	"github.com/courtoffice/courtoffice/shared/indexkey"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Representative is a trusted representative: someone an account's holder lets have copies of the
// notices about what the holder files (agreement 5.2). It takes the consent of both: the holder
// names the person, who is invited and agrees through a link in the invitation, which also shows
// that the address is theirs. A representative reads no filing and signs none (CPC 60).
type Representative struct {
	ID        string // UUID chosen by whoever names the person
	AccountID string // UUID
	Name      string // as the holder wrote it; "" when the account is closed
	Email     string // the same
	Lang      locale.Lang
	Scope     Scope
	Filing    string   // id, of ScopeFiling
	Kinds     []string // of filings, of ScopeKinds
	Months    int      // one of Periods: how long the consent lasts

	Status      RepresentativeStatus // as written: see StatusAt
	Invitations int                  // sent so far
	InvitedAt   time.Time            // by the last of them
	ConsentedAt time.Time            // zero before
	Until       time.Time            // the consent's end, exclusive; zero before
	EndedAt     time.Time            // declined, withdrawn or ended; zero before
	EndedBy     Side                 // who did it; "" before

	Naming  Evidence // of the holder's consent: naming the person, or the signed registration form
	Consent Evidence // of the representative's
	Ending  Evidence // of the end, whoever's act it was
}

// Scope says about which filings a representative has copies.
type Scope string

const (
	ScopeAll    Scope = "all"    // every filing of the account
	ScopeFiling Scope = "filing" // one of them
	ScopeKinds  Scope = "kinds"  // filings of certain kinds
)

// Side is who ended an invitation or a consent: one of the two whose consent it takes, or the office
// with the account.
type Side string

const (
	ByHolder         Side = "holder"
	ByRepresentative Side = "representative"
	ByOffice         Side = "office"
)

// RepresentativeStatus is where a representative stands. Only Consented means copies.
type RepresentativeStatus string

const (
	Invited   RepresentativeStatus = "invited"
	Consented RepresentativeStatus = "consented"
	Declined  RepresentativeStatus = "declined"  // by the representative, instead of agreeing
	Withdrawn RepresentativeStatus = "withdrawn" // by the representative, after agreeing
	Ended     RepresentativeStatus = "ended"     // by the holder, or by the office
	Lapsed    RepresentativeStatus = "lapsed"    // by itself; never written
)

// InvitationLife is how long an invitation may be answered.
const InvitationLife = 30 * 24 * time.Hour

// Periods are the months a consent may last. None is longer than a year: who was forgotten stops
// receiving by itself.
var Periods = []int{3, 6, 12}

// DefaultPeriod is that of a registration form that says none.
const DefaultPeriod = 12

// evidenceYears is how long the record of a consent is kept after its end: the general period of
// limitation (Civil Code 178(1)).
const evidenceYears = 3

var (
	// ErrNoRepresentative: the account never named one of that id, or the record is gone.
	ErrNoRepresentative = errors.New("account: no such representative")
	// ErrRepresentativeOver: declined, withdrawn, ended or lapsed. It takes a new invitation.
	ErrRepresentativeOver = errors.New("account: the representative's invitation or consent is over")
	// ErrTooManyRepresentatives: MaxContacts are invited or have consented.
	ErrTooManyRepresentatives = errors.New("account: too many representatives")
	// ErrRepresentativeNamed: that address is invited or has consented already.
	ErrRepresentativeNamed = errors.New("account: a representative of that address was named")
	// ErrLink: the office made no such link.
	ErrLink = errors.New("account: not a link of this office")
)

// NewRepresentative returns r as it is when the holder has just named the person.
func NewRepresentative(r Representative, at time.Time, naming Evidence) Representative {
	r.Status, r.Invitations, r.InvitedAt, r.Naming = Invited, 1, at, naming
	return r
}

// Validate lists everything wrong with what the holder wrote; pointers begin with base. kinds are
// the kinds of filing there are.
func (r Representative) Validate(base string, kinds []string) defect.List {
	var l defect.List
	if !IsID(r.ID) {
		l.Add(base+"/id", "format", "")
	}
	text(&l, base+"/name", r.Name, MaxName)
	address(&l, base+"/email", r.Email, clauseContacts)
	lang(&l, base+"/lang", r.Lang)
	switch r.Scope {
	case ScopeAll, ScopeKinds:
		if r.Filing != "" {
			l.Add(base+"/filing", "not-allowed", "")
		}
	case ScopeFiling:
		if r.Filing == "" {
			l.Add(base+"/filing", "required", clauseContacts)
		}
	default:
		l.Add(base+"/scope", "unknown-value", clauseContacts)
	}
	switch {
	case r.Scope != ScopeKinds && len(r.Kinds) > 0:
		l.Add(base+"/kinds", "not-allowed", "")
	case r.Scope == ScopeKinds && len(r.Kinds) == 0:
		l.Add(base+"/kinds", "required", clauseContacts)
	case slices.ContainsFunc(r.Kinds, func(k string) bool { return !slices.Contains(kinds, k) }):
		l.Add(base+"/kinds", "unknown-value", clauseContacts)
	case len(r.Kinds) > len(kinds):
		l.Add(base+"/kinds", "duplicate", clauseContacts)
	}
	if !slices.Contains(Periods, r.Months) {
		l.Add(base+"/months", "unknown-value", clauseContacts)
	}
	return l
}

// MayName reports whether r may be named beside those the account has: at most MaxContacts are
// invited or have consented at a time, each address once.
//
// Errors: ErrRepresentativeNamed, ErrTooManyRepresentatives.
func MayName(have []Representative, r Representative, at time.Time) error {
	live := 0
	for _, other := range have {
		if !other.Live(at) {
			continue
		}
		if strings.EqualFold(other.Email, r.Email) {
			return ErrRepresentativeNamed
		}
		live++
	}
	if live >= MaxContacts {
		return ErrTooManyRepresentatives
	}
	return nil
}

// StatusAt returns the status at an instant: an invitation lapses InvitationLife after it was
// sent, a consent at its end.
func (r Representative) StatusAt(at time.Time) RepresentativeStatus {
	switch {
	case r.Status == Invited && !at.Before(r.AnswerBy()), r.Status == Consented && !at.Before(r.Until):
		return Lapsed
	}
	return r.Status
}

// AnswerBy is the instant at which the last invitation lapses.
func (r Representative) AnswerBy() time.Time { return r.InvitedAt.Add(InvitationLife) }

// LastDay is the last day of the consent, which ends at its 24:00.
func (r Representative) LastDay() calendar.Date { return calendar.DateOf(r.Until).Add(-1) }

// Live reports whether the person is invited or has consented.
func (r Representative) Live(at time.Time) bool {
	s := r.StatusAt(at)
	return s == Invited || s == Consented
}

// Receives reports whether the representative has a copy of the notice of what happened at the
// instant at to the filing with that id and of that kind (agreement 5.2). It happened while the
// consent lasted, which still stands: one that was withdrawn since means no copy any more.
func (r Representative) Receives(filing, kind string, at time.Time) bool {
	if r.StatusAt(at) != Consented || at.Before(r.ConsentedAt) {
		return false
	}
	switch r.Scope {
	case ScopeAll:
		return true
	case ScopeFiling:
		return filing == r.Filing
	case ScopeKinds:
		return slices.Contains(r.Kinds, kind)
	}
	return false
}

// Invite sends the invitation again; it may be answered for another InvitationLife.
//
// Errors: ErrRepresentativeOver, also when the person has consented.
func (r Representative) Invite(at time.Time) (Representative, error) {
	if r.StatusAt(at) != Invited {
		return Representative{}, ErrRepresentativeOver
	}
	r.Invitations++
	r.InvitedAt = at
	return r, nil
}

// Agree is the representative's consent, given once: it stands as it was given when it is given
// again. Its months begin with the day after and end with the day of that number, or with the
// last of a month that has none (Civil Code 173, 174).
//
// Errors: ErrRepresentativeOver.
func (r Representative) Agree(at time.Time, evidence Evidence) (Representative, error) {
	switch r.StatusAt(at) {
	case Consented:
		return r, nil
	case Invited:
		r.Status, r.ConsentedAt, r.Consent = Consented, at, evidence
		r.Until = calendar.DateOf(at).AddMonths(r.Months).Add(1).Start()
		return r, nil
	}
	return Representative{}, ErrRepresentativeOver
}

// Refuse is the representative's refusal: it declines an invitation and withdraws a consent. It
// changes nothing where nothing is left to refuse.
func (r Representative) Refuse(at time.Time, evidence Evidence) Representative {
	switch r.StatusAt(at) {
	case Invited:
		r.Status = Declined
	case Consented:
		r.Status = Withdrawn
	default:
		return r
	}
	r.EndedAt, r.EndedBy, r.Ending = at, ByRepresentative, evidence
	return r
}

// End takes the holder's consent back, or the account itself. It changes nothing where it is over.
func (r Representative) End(by Side, at time.Time, evidence Evidence) Representative {
	if !r.Live(at) {
		return r
	}
	r.Status, r.EndedAt, r.EndedBy, r.Ending = Ended, at, by, evidence
	return r
}

// KeptUntil is when the record may go: three years after the invitation or the consent was over,
// or will be if nobody ends it before.
func (r Representative) KeptUntil() time.Time {
	over := r.EndedAt
	if over.IsZero() {
		over = r.Until
	}
	if over.IsZero() {
		over = r.AnswerBy()
	}
	return over.AddDate(evidenceYears, 0, 0)
}

// Event is what has just happened, told to the other side. ok is false for the end of an
// invitation that was never answered: who has agreed to nothing has one letter, not two.
func (r Representative) Event() (e Event, ok bool) {
	switch r.Status {
	case Invited:
		e = NewEvent(EventRepresentativeInvited, r.AccountID, fmt.Sprintf("%s.%d", r.ID, r.Invitations), r.InvitedAt)
	case Consented:
		e = NewEvent(EventRepresentativeConsented, r.AccountID, r.ID, r.ConsentedAt)
	case Declined:
		e = NewEvent(EventRepresentativeDeclined, r.AccountID, r.ID, r.EndedAt)
	case Withdrawn:
		e = NewEvent(EventRepresentativeWithdrawn, r.AccountID, r.ID, r.EndedAt)
	case Ended:
		if r.ConsentedAt.IsZero() {
			return Event{}, false
		}
		e = NewEvent(EventRepresentativeEnded, r.AccountID, r.ID, r.EndedAt)
		e.To, e.Lang = r.Email, r.Lang // the record may have neither when the notice is made
	}
	e.Representative = r.ID
	return e, true
}

// LogValue implements slog.LogValuer: the opaque id and the status only.
func (r Representative) LogValue() slog.Value {
	return slog.StringValue(r.ID + " " + string(r.Status))
}

// String is what LogValue shows, so that %v keeps the person private.
func (r Representative) String() string { return r.LogValue().String() }

// Limits of invitations, in windows of InvitationWindow: nobody floods a mailbox through the office.
const (
	InvitationWindow      = 24 * time.Hour
	InvitationsOfAccount  = 10
	InvitationsOfOne      = 3  // of one representative, the first included
	InvitationsToAddress  = 20 // from whichever account: an advocate may have many clients
	invitationCounterName = "invitations"
)

// InvitationCounter names the counter of invitations to an address without saying which it is.
func InvitationCounter(key []byte, to string) string {
	return invitationCounterName + "-" + indexkey.Key(key, indexkey.Invitation, strings.ToLower(email.ASCII(to)))
}

// LinkPurpose is what a link in a representative's mail may be used for.
type LinkPurpose string

const (
	LinkPage        LinkPurpose = "representative"             // see, agree, refuse
	LinkUnsubscribe LinkPurpose = "representative-unsubscribe" // refuse only
)

// linkMAC is the length of a link's MAC: HMAC-SHA256 cut to 128 bits (RFC 2104, section 5).
const linkMAC = 16

// Link makes the token of a link in mail to the representative: 64 characters of base64url,
//
//	account id (16) || representative id (16) || HMAC-SHA256 under the key of indexkey.Link (16)
//
// The MAC covers the purpose and both ids. It lasts as long as the record does: what it may
// still do is the rule's answer.
//
// Errors: an id that is no UUID.
func (r Representative) Link(key []byte, purpose LinkPurpose) (string, error) {
	owner, ok := binaryID(r.AccountID)
	own, ok2 := binaryID(r.ID)
	if !ok || !ok2 {
		return "", fmt.Errorf("account: link of representative %s: not UUIDs", r.ID)
	}
	raw := append(owner[:], own[:]...)
	return base64url.Encode(append(raw, macOfLink(key, purpose, raw)...)), nil
}

// ParseLink reads a token that was made for one of the purposes.
//
// Errors: ErrLink.
func ParseLink(key []byte, token string, purposes ...LinkPurpose) (accountID, id string, err error) {
	raw, err := base64url.Decode(token)
	if err != nil || len(raw) != 32+linkMAC {
		return "", "", ErrLink
	}
	for _, p := range purposes {
		if hmac.Equal(raw[32:], macOfLink(key, p, raw[:32])) {
			return textID([16]byte(raw[:16])), textID([16]byte(raw[16:32])), nil
		}
	}
	return "", "", ErrLink
}

func macOfLink(key []byte, purpose LinkPurpose, raw []byte) []byte {
	return indexkey.MAC(key, indexkey.Link, string(purpose), string(raw))[:linkMAC]
}

// IsID reports whether s is a UUID in its one lower-case form (RFC 9562, section 4).
func IsID(s string) bool { _, ok := binaryID(s); return ok }

// binaryID reads a UUID: see IsID.
func binaryID(s string) (id [16]byte, ok bool) {
	raw, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(raw) != len(id) {
		return id, false
	}
	id = [16]byte(raw)
	return id, textID(id) == s
}

func textID(id [16]byte) string {
	h := hex.EncodeToString(id[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
