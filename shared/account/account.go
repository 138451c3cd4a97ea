// Package account holds the rules of a person's standing in the office: who a certificate
// stands for, who may act for a legal person, what a registration form must say and what a
// password must be (agreement, sections 3 and 6). It does no I/O and asks no clock.
//
// Read Subject first: every account belongs to one, and a Form names one.
package account

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/indexkey"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Kind is what an account stands for.
type Kind string

const (
	Natural Kind = "natural" // a person, known by IIN
	Legal   Kind = "legal"   // an organisation, known by BIN, acting through a person
)

// Role is what a certificate says its holder may do for the organisation it names. NCA writes
// it as an extended key usage, arc 1.2.398.3.3.4.1 of the registry of OIDs.
type Role string

const (
	RoleNone          Role = ""                   // a natural person's own certificate
	RoleHead          Role = "head"               // 1.2.1: head with full right to sign
	RoleSigner        Role = "signer"             // 1.2.2: employee with the right to sign
	RoleFinanceSigner Role = "finance-signer"     // 1.2.3: may sign financial documents
	RoleHR            Role = "hr"                 // 1.2.4: personnel
	RoleEmployee      Role = "employee"           // 1.2.5: employee
	RoleSystem        Role = "information-system" // 1.2.6, 1.1.1: no person signs
	RoleOther         Role = "other"              // treasury and whatever else is issued
)

// Subject is who a certificate stands for.
type Subject struct {
	Kind         Kind
	IIN          kzid.IIN // of the person: the natural person, or who acts for the legal one
	BIN          kzid.BIN // of the legal person; zero for a natural one
	Name         string   // CN of the person, "SURNAME GIVENNAME" in capitals as NCA writes it
	Organisation string   // O of the legal person, or ""
	Role         Role
}

var (
	// ErrRole: the certificate gives no right to act in the office for the person it names.
	ErrRole = errors.New("account: the certificate's role may not act")
	// ErrNotRegistered: the subject has no account, or it is closed.
	ErrNotRegistered = errors.New("account: not registered")
	// ErrRegistered: the subject has an account already.
	ErrRegistered = errors.New("account: registered already")
)

// MayAct reports whether the holder of the certificate may do legal acts as the subject: a
// natural person for oneself; for a legal person its head or an employee with the right to
// sign. Everyone else needs a power of attorney in the filing (CPC 60, 148(4)), which opens no
// account. An information system is nobody's signature.
//
// Errors: ErrRole, also when the certificate names no number.
func (s Subject) MayAct() error {
	switch {
	case s.Kind == Natural && s.Role == RoleNone && !s.IIN.IsZero() && s.BIN.IsZero():
		return nil
	case s.Kind == Legal && len(s.Role.Powers()) > 0 && !s.IIN.IsZero() && !s.BIN.IsZero():
		return nil
	}
	return ErrRole
}

// Number returns the twelve digits the account is known by: IIN or BIN.
func (s Subject) Number() string {
	if s.Kind == Legal {
		return s.BIN.Reveal()
	}
	return s.IIN.Reveal()
}

// Masked returns Number with all but its last four digits hidden: "******1126".
func (s Subject) Masked() string {
	if s.Kind == Legal {
		return s.BIN.Masked()
	}
	return s.IIN.Masked()
}

// Number is an IIN or BIN as a person typed it. It keeps itself out of logs.
type Number string

// LogValue implements slog.LogValuer.
func (n Number) LogValue() slog.Value { return slog.StringValue("[number]") }

// String keeps %v from showing the number; string(n) is the way to it.
func (n Number) String() string { return "[number]" }

// Key returns the look-up key of the subject's account (indexkey.Number). Everyone who may act for a
// legal person has the same key.
func (s Subject) Key(indexKey []byte) string { return numberKey(indexKey, s.Kind, s.Number()) }

// NumberKeys returns the two keys an account of that number may have, the natural person's
// first: a number typed without a certificate doesn't say which it is.
func NumberKeys(indexKey []byte, digits string) [2]string {
	return [2]string{numberKey(indexKey, Natural, digits), numberKey(indexKey, Legal, digits)}
}

func numberKey(indexKey []byte, kind Kind, digits string) string {
	return indexkey.Key(indexKey, indexkey.Number, string(kind), digits)
}

// LogValue implements slog.LogValuer: the kind and role only.
func (s Subject) LogValue() slog.Value {
	return slog.StringValue(string(s.Kind) + " " + string(s.Role))
}

// String is what LogValue shows, so that %v keeps the name private.
func (s Subject) String() string { return s.LogValue().String() }

// Status of an account.
type Status string

// Active accounts may sign in and act.
const Active Status = "active"

// Right is what administrators may give an account beyond its own matters (agreement 1.1): Admin, or a
// post at a court, "clerk.almaty-medeu".
type Right string

// Admin creates and disables accounts, changes rights, publishes.
const Admin Right = "admin"

// Post is what a person does at a court.
type Post string

const (
	Clerk Post = "clerk" // works the court's queue
	Judge Post = "judge" // rules on what a clerk hands over
	Head  Post = "head"  // sees the court's whole queue and who has what, gives it to another; rules on nothing
)

// At is the right to a post at the court of that code.
func (p Post) At(court string) Right { return Right(string(p) + "." + court) }

// Post returns which post at which court r is. ok is false for Admin and for what is no right.
func (r Right) Post() (p Post, court string, ok bool) {
	name, court, found := strings.Cut(string(r), ".")
	p = Post(name)
	return p, court, found && court != "" && (p == Clerk || p == Judge || p == Head)
}

// Account is one registered person or organisation.
type Account struct {
	ID        string // UUID; the only name of the account in keys, logs and addresses
	Key       string // Subject.Key
	Status    Status
	Subject   Subject   // as the certificate of registration had it
	Email     string    // that takes notices
	EmailFrom time.Time // since when
	Verified  time.Time // when Email was shown to be the holder's, or zero
	Mobile    string    // E.164, or ""

	// MobileFrom is since when Mobile takes text messages, its code having been typed; zero for a
	// number that was only written down.
	MobileFrom time.Time

	// EmailFailed and MobileFailed are since when Email or Mobile is known to take nothing: it refused a
	// message for good, or its holder called one spam. Zero while it is good, and again once a code that
	// went there was typed.
	EmailFailed, MobileFailed time.Time

	Lang     locale.Lang
	Accepted []string // ids of the agreement versions accepted
	Latest   string   // of Accepted, the one accepted last
	Rights   []Right
	Epoch    int64 // see EpochOf

	// DisabledUntil is when access that one administrator stopped opens by itself, zero where two did;
	// AloneAt when one last did. See Decide.
	DisabledUntil, AloneAt time.Time

	// People says how often the sessions of who acts for a legal person were ended for that person
	// alone, by Subject.PersonID. It only grows.
	People map[string]int64

	Representatives int64 // how many were ever named

	Webhooks     []string // ids of the addresses in force at which an organisation's program is told (package webhook)
	WebhookCount int64    // of those and of the paused

	CreatedAt time.Time
}

// Texts returns the number that takes the account's text messages. ok is false when there is
// none, it was never shown to be the holder's, or it takes nothing any more.
func (a Account) Texts() (number string, ok bool) {
	return a.Mobile, a.Mobile != "" && !a.MobileFrom.IsZero() && a.MobileFailed.IsZero()
}

// Takes reports whether a message to that address may be sent by what is known of it: it is not the
// account's own, or its own takes messages.
func (a Account) Takes(email string) bool { return a.EmailFailed.IsZero() || email != a.Email }

// Has reports whether the account has a right.
func (a Account) Has(r Right) bool { return slices.Contains(a.Rights, r) }

// EpochOf returns the epoch of the sessions of who acts in the account, by Subject.PersonID, "" for a
// natural person. It grows when all sessions are ended and when that person's are: a session of
// another epoch has ended.
func (a Account) EpochOf(person string) int64 { return a.Epoch + a.People[person] }

// RightsIn returns the rights that count in a session of the account: administrators and who has a post
// act only in one that an EDS opened, so in another they have no more rights than anyone.
func (a Account) RightsIn(byEDS bool) []Right {
	if !byEDS {
		return nil
	}
	return slices.Clone(a.Rights)
}

// PostsIn returns the courts at which the account has the post in such a session, in order.
func (a Account) PostsIn(p Post, byEDS bool) (courts []string) {
	for _, r := range a.RightsIn(byEDS) {
		if post, court, ok := r.Post(); ok && post == p {
			courts = append(courts, court)
		}
	}
	slices.Sort(courts)
	return courts
}

// LogValue implements slog.LogValuer: the opaque id only.
func (a Account) LogValue() slog.Value { return slog.StringValue(a.ID) }

// String is the opaque id, so that %v keeps the rest private.
func (a Account) String() string { return a.ID }

// View is what an account's holder sees of it.
type View struct {
	ID               string        `json:"id"`
	Kind             Kind          `json:"kind"`
	Name             string        `json:"name"`
	Organisation     string        `json:"organisation"`
	Number           string        `json:"number"` // masked: "******1126"
	Person           *ViewPerson   `json:"person"` // who acts in this session for the legal person; null for a natural one
	Email            string        `json:"email"`
	Lang             locale.Lang   `json:"lang"`
	Rights           []Right       `json:"rights"` // that count in this session
	Agreement        ViewAgreement `json:"agreement"`
	SessionExpiresAt time.Time     `json:"sessionExpiresAt"`
}

// ViewPerson is who acts for a legal person, as their certificate has them.
type ViewPerson struct {
	Name string `json:"name"`
	Role Role   `json:"role"`
}

// ViewAgreement says where the holder stands with the agreement.
type ViewAgreement struct {
	Accepted string      `json:"accepted"` // the version in force when it is accepted, else the one accepted last
	InForce  string      `json:"inForce"`  // "" before the first version
	Coming   *ViewComing `json:"coming,omitempty"`
}

// ViewComing is a version that was published and is not in force yet (agreement 1.4): the holder may
// accept it beforehand, or refuse it.
type ViewComing struct {
	ID          string    `json:"id"`
	EffectiveAt time.Time `json:"effectiveAt"`
	Accepted    bool      `json:"accepted"`
}

// View makes the holder's view, without rights and a coming version. inForce is the id of the
// agreement version in force.
func (a Account) View(inForce string, sessionEndsAt time.Time) View {
	v := View{
		ID: a.ID, Kind: a.Subject.Kind, Name: a.Subject.Name, Organisation: a.Subject.Organisation,
		Number: a.Subject.Masked(), Email: a.Email, Lang: a.Lang,
		Rights:           []Right{},
		Agreement:        ViewAgreement{Accepted: a.Latest, InForce: inForce},
		SessionExpiresAt: sessionEndsAt.UTC().Truncate(time.Millisecond),
	}
	if a.HasAccepted(inForce) {
		v.Agreement.Accepted = inForce
	}
	return v
}

// HasAccepted reports whether the account has accepted that version of the agreement.
func (a Account) HasAccepted(version string) bool { return slices.Contains(a.Accepted, version) }
