package account_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/account"
)

func TestMayBecome(t *testing.T) {
	all := []account.Status{account.Active, account.Disabled, account.Closed, "unheard-of"}
	allowed := map[[2]account.Status]bool{
		{account.Active, account.Disabled}: true, {account.Active, account.Closed}: true,
		{account.Disabled, account.Active}: true, {account.Disabled, account.Closed}: true,
	}
	for _, from := range all {
		for _, to := range all {
			if got, want := account.MayBecome(from, to), allowed[[2]account.Status{from, to}]; got != want {
				t.Errorf("MayBecome(%s, %s) = %t, want %t", from, to, got, want)
			}
		}
	}
}

func TestNeedsSecond(t *testing.T) {
	if !account.NeedsSecond(account.Admin) || account.NeedsSecond(account.Clerk) {
		t.Error("two administrators make an administrator; one makes a clerk")
	}
}
