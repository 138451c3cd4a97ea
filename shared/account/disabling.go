package account

import (
	"errors"
	"time"
)

// Closing an account, or stopping its access for good, takes two administrators: either leaves its holder
// without the office. What can't wait, one may do for a day, and not day after day.

const (
	// AloneFor is how long one administrator stops an account's access alone.
	AloneFor = 24 * time.Hour
	// AloneOnce is the time in which an account is stopped by one administrator once, whoever it is.
	AloneOnce = 7 * 24 * time.Hour
	// ProposalLife is how long a proposal to stop or close an account waits for a second administrator.
	ProposalLife = 7 * 24 * time.Hour
)

// Waiting says whether a change waits for a second administrator, seen by one who asks for the same.
type Waiting string

const (
	NothingWaits Waiting = ""
	OwnWaits     Waiting = "own"     // proposed by the same person, or by one of whom nothing is known
	AnothersDoes Waiting = "another" // proposed by another person
)

// Decision is what an administrator's word does.
type Decision string

const (
	Does     Decision = "does"     // one is enough
	Agrees   Decision = "agrees"   // as another proposed
	Proposes Decision = "proposes" // it waits for another
	Suspends Decision = "suspends" // it waits for another, and access is stopped for AloneFor meanwhile
)

// Decide says what one administrator's word does towards taking a to another status at the instant at.
// Opening access again takes one, and so does dropping what was prepared and is nobody's yet.
//
// What one stopped for a day, another makes last.
//
// Errors: ErrChanged where MayBecome says no, ErrSecondPerson when the same person proposed it.
func (a Account) Decide(to Status, waits Waiting, at time.Time) (Decision, error) {
	from := a.StatusAt(at)
	switch {
	case !MayBecome(from, to) && !(a.suspended(at) && to == Disabled && waits != NothingWaits):
		return "", ErrChanged
	case to == Active, from == Prepared:
		return Does, nil
	case waits == AnothersDoes:
		return Agrees, nil
	case waits == OwnWaits:
		return "", ErrSecondPerson
	case to == Disabled && (a.AloneAt.IsZero() || !at.Before(a.AloneAt.Add(AloneOnce))):
		return Suspends, nil
	}
	return Proposes, nil
}

// suspended reports whether access is stopped by one administrator.
func (a Account) suspended(at time.Time) bool {
	return a.StatusAt(at) == Disabled && !a.DisabledUntil.IsZero()
}

// ErrDisabled: an administrator stopped the access to the account. It is told to the holder alone, who
// has proved to be that by a signature.
var ErrDisabled = errors.New("account: disabled")

// Opens returns ErrDisabled while access to the account is stopped.
func (a Account) Opens(at time.Time) error {
	if a.StatusAt(at) == Disabled {
		return ErrDisabled
	}
	return nil
}

// StatusAt is the status that counts at the instant at: access that one administrator stopped is open
// again by itself.
func (a Account) StatusAt(at time.Time) Status {
	if a.Status == Disabled && !a.DisabledUntil.IsZero() && !at.Before(a.DisabledUntil) {
		return Active
	}
	return a.Status
}
