package account_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/kzid"
)

var everyRole = []account.Role{
	account.RoleNone, account.RoleHead, account.RoleSigner, account.RoleFinanceSigner, account.RoleHR, account.RoleEmployee,
	account.RoleSystem, account.RoleOther,
}

// Who has powers in the office may act, and nobody else: the list that people read and the rule
// that decides are one.
func TestPowersAndMayActAgree(t *testing.T) {
	iin, iinErr := kzid.ParseIIN("900101300126")
	bin, binErr := kzid.ParseBIN("120340001230")
	if err := errors.Join(iinErr, binErr); err != nil {
		t.Fatal(err)
	}
	for _, role := range everyRole {
		powers := role.Powers()
		want := role == account.RoleHead || role == account.RoleSigner
		if got := slices.Contains(powers, account.PowerSign); got != want || got != (len(powers) > 0) {
			t.Errorf("%q has the powers %v", role, powers)
		}
		err := account.Subject{Kind: account.Legal, IIN: iin, BIN: bin, Role: role}.MayAct()
		if got := err == nil; got != want || !got && !errors.Is(err, account.ErrRole) {
			t.Errorf("%q may act: %v", role, err)
		}
	}
}

func TestPersonID(t *testing.T) {
	key := []byte("01234567890123456789012345678901")
	iin, err := kzid.ParseIIN("900101300126")
	if err != nil {
		t.Fatal(err)
	}
	head := account.Subject{Kind: account.Legal, IIN: iin, Role: account.RoleHead}
	signer := head
	signer.Role, signer.Name = account.RoleSigner, "СЕЙІТОВА АЙГҮЛ"
	if head.PersonID(key, "a") != signer.PersonID(key, "a") {
		t.Error("a person with another role is another person")
	}
	if head.PersonID(key, "a") == head.PersonID(key, "b") {
		t.Error("a person can be followed from one organisation to another")
	}
	natural := account.Subject{Kind: account.Natural, IIN: iin}
	if id := natural.PersonID(key, "a"); id != "" {
		t.Errorf("a natural person acts for oneself and has the id %q", id)
	}
	if head.PersonID(key, "a") == natural.Key(key) {
		t.Error("the id leads to the person's own account")
	}
}
