package account

import (
	"errors"
	"slices"
)

const (
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
	// ErrNoProposal: nothing waits for approval.
	ErrNoProposal = errors.New("account: nothing was proposed")
)

// Rights lists every right there is.
var Rights = []Right{Admin, Clerk}

// MayBecome reports whether an administrator may take an account from one status to another: a
// closed one stays closed.
func MayBecome(from, to Status) bool {
	return slices.Contains(map[Status][]Status{
		Active:   {Disabled, Closed},
		Disabled: {Active, Closed},
	}[from], to)
}

// NeedsSecond reports whether granting r takes two administrators. Only that of another
// administrator does: with it, whoever is granted it could grant and publish alone.
func NeedsSecond(r Right) bool { return r == Admin }
