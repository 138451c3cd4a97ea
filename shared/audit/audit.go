// Package audit names what administrators do and how it is written down (agreement, 1.1): who
// did what to whom, when, why, and what changed.
//
// An entry is appended in the transaction of the act itself and never changed. One that concerns
// an account is kept a second time with the account, where its holder reads it. The package does
// no I/O and asks no clock.
package audit

import (
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/kzid"
)

// Act is what was done. Acts are added, never re-meant.
type Act string

const (
	AccountFound      Act = "account.found"       // looked up by number (agreement 6.1: reading is an act)
	AccountRead       Act = "account.read"        // shown to an administrator
	AccountPrepared   Act = "account.prepared"    // made for someone to register
	AccountDisabled   Act = "account.disabled"    // no access until enabled again
	AccountEnabled    Act = "account.enabled"     // access again
	AccountSuspended  Act = "account.suspended"   // no access for account.AloneFor, by one administrator; another may make it last
	AccountStopAsked  Act = "account.stop-asked"  // to disable it waits for a second administrator
	AccountCloseAsked Act = "account.close-asked" // to delete it likewise
	AccountDeleted    Act = "account.deleted"     // access and contacts gone, court record kept
	RightProposed     Act = "right.proposed"      // waits for a second administrator
	RightGranted      Act = "right.granted"       // After has the rights from then on
	RightWithdrawn    Act = "right.withdrawn"     // likewise
	AuditRead         Act = "audit.read"          // the list of entries was shown
	AgreementProposed Act = "agreement.proposed"  // a version waits for a second administrator
	AgreementApproved Act = "agreement.published" // a version was approved and published by that
	AgreementDropped  Act = "agreement.dropped"   // a proposal was taken back
	SupportRead       Act = "support.read"        // a month's requests to support were shown
	SupportStarted    Act = "support.started"     // someone looks into a request
	SupportAnswered   Act = "support.answered"    // it was answered; the answer is with the ticket
	SupportClosed     Act = "support.closed"      // it was closed after its answer
	BreachRead        Act = "breach.read"         // the list of breach cases was shown
	BreachOpened      Act = "breach.opened"       // a breach case was opened (agreement 8.2)
	BreachClosed      Act = "breach.closed"       // one was closed
	FilingRead        Act = "filing.read"         // what was filed was shown to a court's staff
	FilingFound       Act = "filing.found"        // it was among what a court's staff found by a party
	FilingOpened      Act = "filing.opened"       // a file of it was given to them; After has which
	FilingRecused     Act = "filing.recused"      // it was refused to who is a party of it, or acts for one
	CaseEntered       Act = "case.entered"        // a clerk entered a case that came on paper
	CaseScanned       Act = "case.scanned"        // a clerk added to a case a paper that came on paper
)

// Acts on windows of maintenance, which are told to everyone.
const (
	MaintenanceProposed  Act = "maintenance.proposed"
	MaintenanceChanged   Act = "maintenance.changed"
	MaintenanceCancelled Act = "maintenance.cancelled"
	MaintenanceApproved  Act = "maintenance.approved"
)

// Acts lists every act of accounts, the agreement and support.
var Acts = []Act{
	AccountFound, AccountRead, AccountPrepared, AccountDisabled, AccountEnabled, AccountDeleted, AccountSuspended, AccountStopAsked,
	AccountCloseAsked, RightProposed, RightGranted,
	RightWithdrawn, AuditRead, AgreementProposed, AgreementApproved, AgreementDropped,
	SupportRead, SupportStarted, SupportAnswered, SupportClosed, BreachRead, BreachOpened, BreachClosed, FilingRead, FilingFound, FilingOpened, FilingRecused,
	CaseEntered, CaseScanned,
}

// Bootstrap is the actor of what the documented bootstrap command does, at which nobody is
// signed in.
const Bootstrap = "bootstrap"

// Actor is who acts in the office: an account and the person who acts in it.
type Actor struct {
	Account string // id, or Bootstrap
	Person  string // account.Subject.PersonKey of who signed in; "" where nobody did
}

// Other reports whether a and b are certainly two people: whoever has two accounts is one person, and
// of whom nothing is known may be anybody.
func (a Actor) Other(b Actor) bool { return a.Person != "" && b.Person != "" && a.Person != b.Person }

// Is reports whether a is certainly the person of that key (account.Subject.PersonKey).
func (a Actor) Is(person string) bool { return a.Person != "" && a.Person == person }

// Entry is one act.
type Entry struct {
	ID      string    `json:"id"`    // 16 hex digits, tells entries of one instant apart
	At      time.Time `json:"at"`    // when the gateway received the request, UTC, milliseconds
	Actor   string    `json:"actor"` // Actor.Account
	Person  string    `json:"-"`     // Actor.Person
	Act     Act       `json:"act"`
	Target  string    `json:"target"` // what it was done to: an account's id, a version's, a window's
	Account string    `json:"-"`      // the account it concerns, whose holder sees the entry; or ""
	Reason  string    `json:"reason"`
	Before  string    `json:"before"` // codes only ("active", "admin clerk"): no personal data
	After   string    `json:"after"`

	Signed
}

// Signed is the signature of an act that its administrator signed; empty for others.
type Signed struct {
	CMS      []byte    `json:"signature,omitempty"` // DER, as received: its content names the act. Kept in the office's own audit
	SHA256   string    `json:"-"`                   // hex, of CMS: what an account's copy of the entry has
	Nonce    string    `json:"-"`                   // of its challenge, which the act uses up; "" once kept
	NotAfter time.Time `json:"-"`                   // of the same
}

// By is who did it.
func (e Entry) By() Actor { return Actor{e.Actor, e.Person} }

// New makes an entry. random is 8 bytes from crypto/rand.
func New(act Act, by Actor, target, reason string, at time.Time, random [8]byte) Entry {
	return Entry{
		ID: hex.EncodeToString(random[:]), At: at.UTC().Truncate(time.Millisecond),
		Actor: by.Account, Person: by.Person, Act: act, Target: target, Reason: strings.TrimSpace(reason),
	}
}

// SignedBy returns e as one that its administrator signed.
func (e Entry) SignedBy(s Signed) Entry {
	e.Signed = s
	return e
}

// Of returns e as one that concerns an account and changed before to after.
func (e Entry) Of(account, before, after string) Entry {
	e.Account, e.Before, e.After = account, before, after
	return e
}

// Told reports whether the account's holder gets a notice of the act too. Reading is seen in the
// list only: a message for each look would teach people to ignore them. So are the steps of a
// request to support, whose answer is a message of its own, and who gets an account prepared is
// sent an invitation instead.
func (e Entry) Told() bool {
	if e.Account == "" {
		return false
	}
	switch e.Act {
	case AccountFound, AccountRead, AccountPrepared, SupportStarted, SupportAnswered, SupportClosed, FilingRead, FilingFound, FilingOpened, FilingRecused, CaseEntered, CaseScanned:
		return false
	}
	return true
}

// Reason lengths in characters.
const (
	MinReason = 10
	MaxReason = 500
)

// CheckReason says what is wrong with a reason. It is kept for ever and shown to the person
// concerned, so it must say something and carry no number of a person.
func CheckReason(reason, pointer string) defect.List {
	var list defect.List
	reason = strings.TrimSpace(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		list.Add(pointer, "required", "agreement 1.1")
	case n < MinReason:
		list.Add(pointer, "reason-short", "agreement 1.1")
	case n > MaxReason:
		list.Add(pointer, "too-long", "")
	case !utf8.ValidString(reason) || kzid.InText(reason):
		list.Add(pointer, "reason-personal", "")
	}
	return list
}
