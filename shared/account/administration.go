package account

import (
	"errors"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
)

const (
	// Prepared accounts were made by an administrator and are nobody's yet: no access, no contacts,
	// no acceptance. They become active when the person they are for registers with the own EDS, and
	// by nothing else. They never lapse.
	Prepared Status = "prepared"
	// Disabled accounts have no access until an administrator enables them again.
	Disabled Status = "disabled"
	// Closed accounts have no access and no contacts. What they filed, signed and accepted stays,
	// and their subject may register anew (agreement 1.5).
	Closed Status = "closed"
)

var (
	// ErrChanged: the account is not, or no longer, as the administrator saw it.
	ErrChanged = errors.New("account: changed meanwhile")
	// ErrSecondPerson: the act needs an administrator other than the one who proposed it.
	ErrSecondPerson = errors.New("account: a second administrator must approve")
	// ErrOwnAccount: administrators act on the accounts of others.
	ErrOwnAccount = errors.New("account: an administrator's own account")
	// ErrNotPerson: rights in the office are a natural person's. Who acts for a legal person changes,
	// and one who heads a company and has an account of their own would be two.
	ErrNotPerson = errors.New("account: rights are given to natural persons only")
	// ErrNoProposal: nothing waits for approval.
	ErrNoProposal = errors.New("account: nothing was proposed")
)

// Grantable reports whether r is a right there is. isCourt knows the courts' codes.
func (r Right) Grantable(isCourt func(code string) bool) bool {
	_, court, ok := r.Post()
	return r == Admin || ok && isCourt(court)
}

// MayBecome reports whether an administrator may take an account from one status to another
// (agreement 1.1): a closed one stays closed, and a prepared one is opened by its holder's signed
// form only (agreement 3.2).
func MayBecome(from, to Status) bool {
	return slices.Contains(map[Status][]Status{
		Prepared: {Closed},
		Active:   {Disabled, Closed},
		Disabled: {Active, Closed},
	}[from], to)
}

// TakesRights reports whether the rights of an account of that status may be changed. Those of a
// prepared one wait for its holder.
func TakesRights(s Status) bool { return s == Active || s == Prepared }

// MayHold reports whether an account of that kind may be given rights in the office.
func MayHold(k Kind) bool { return k == Natural }

// PreparedError is ErrNotRegistered for a subject whose account an administrator has prepared:
// registration makes that one theirs.
type PreparedError struct{ ID string }

func (e *PreparedError) Error() string { return "account: prepared, not registered: " + e.ID }

// Is makes the error one of ErrNotRegistered.
func (e *PreparedError) Is(target error) bool { return target == ErrNotRegistered }

// Invitation is an account that an administrator prepares for someone (agreement 1.1).
type Invitation struct {
	Kind   Kind
	Number Number      // IIN or BIN, as typed
	Email  string      // that the invitation goes to; the account's own is given at registration
	Lang   locale.Lang // of the invitation
}

// Subject says whom the account is for: a number and nothing else, because the name is the
// certificate's to say. A number typed by a person must have its date and check digit right.
//
// Errors: defect.List with pointers /kind, /number, /email and /lang.
func (i Invitation) Subject() (Subject, error) {
	var list defect.List
	who := Subject{Kind: i.Kind}
	var err error
	switch i.Kind {
	case Natural:
		who.IIN, err = kzid.ParseIIN(string(i.Number))
	case Legal:
		who.BIN, err = kzid.ParseBIN(string(i.Number))
	default:
		list.Add("/kind", "unknown-value", "agreement 1.1")
	}
	if err != nil {
		list.Add("/number", "number-invalid", "agreement 3.3")
	}
	if fault := EmailFault(i.Email); fault != "" {
		list.Add("/email", fault, "")
	}
	if !slices.Contains(locale.Langs[:], i.Lang) {
		list.Add("/lang", "unknown-value", "")
	}
	return who, list.Err()
}

// Prepare makes the account. id is NewID's, key is Subject.Key.
func (i Invitation) Prepare(id, key string, who Subject, at time.Time) Account {
	return Account{ID: id, Key: key, Status: Prepared, Subject: who, Email: i.Email, Lang: i.Lang, CreatedAt: at}
}
