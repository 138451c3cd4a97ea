package account_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/locale"
)

func TestMayBecome(t *testing.T) {
	all := []account.Status{account.Prepared, account.Active, account.Disabled, account.Closed, "unheard-of"}
	allowed := map[[2]account.Status]bool{
		{account.Prepared, account.Closed}: true, // its holder's signed form alone makes it active
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

func TestTakesRights(t *testing.T) {
	for status, want := range map[account.Status]bool{
		account.Prepared: true, account.Active: true, account.Disabled: false, account.Closed: false, "unheard-of": false, "": false,
	} {
		if got := account.TakesRights(status); got != want {
			t.Errorf("TakesRights(%s) = %t, want %t", status, got, want)
		}
	}
}

func TestInvitation(t *testing.T) {
	right := account.Invitation{Kind: account.Natural, Number: "900101300126", Email: "a@example.kz", Lang: locale.KK}
	for _, tt := range []struct {
		name   string
		change func(*account.Invitation)
		want   string
	}{
		{"a person", func(*account.Invitation) {}, ""},
		{"an organisation", func(i *account.Invitation) { i.Kind, i.Number = account.Legal, "120340001230" }, ""},
		{"a wrong check digit", func(i *account.Invitation) { i.Number = "900101300127" }, "/number number-invalid"},
		{"a day that never was", func(i *account.Invitation) { i.Number = "900230300126" }, "/number number-invalid"},
		{"a person's number for an organisation", func(i *account.Invitation) { i.Kind = account.Legal }, "/number number-invalid"},
		{"an organisation's number for a person", func(i *account.Invitation) { i.Number = "120340001230" }, "/number number-invalid"},
		{"spaces", func(i *account.Invitation) { i.Number = "900101 300126" }, "/number number-invalid"},
		{"no kind", func(i *account.Invitation) { i.Kind = "" }, "/kind unknown-value"},
		{"no address, no language", func(i *account.Invitation) { i.Email, i.Lang = "a@b", "de" }, "/email email-invalid, /lang unknown-value"},
	} {
		i := right
		tt.change(&i)
		who, err := i.Subject()
		got := ""
		if err != nil {
			got = strings.TrimPrefix(err.Error(), "defects: ")
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if err == nil && (who.Number() != string(i.Number) || who.Name != "" || who.MayAct() == nil && i.Kind == account.Legal) {
			t.Errorf("%s: subject %s", tt.name, who.Number())
		}
	}
}

func TestRights(t *testing.T) {
	isCourt := func(code string) bool { return code == "almaty-medeu" }
	for _, tt := range []struct {
		right account.Right
		want  bool
	}{
		{account.Admin, true},
		{account.Clerk.At("almaty-medeu"), true},
		{account.Judge.At("almaty-medeu"), true},
		{account.Clerk.At("nowhere"), false},
		{"clerk", false}, {"clerk.", false}, {"admin.almaty-medeu", false}, {"king.almaty-medeu", false}, {"", false},
	} {
		if got := tt.right.Grantable(isCourt); got != tt.want {
			t.Errorf("%q is grantable: %t, want %t", tt.right, got, tt.want)
		}
	}
	a := account.Account{Rights: []account.Right{account.Admin, "clerk.b", "clerk.a", "judge.c"}}
	if got := a.PostsIn(account.Clerk, true); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("a clerk at %q", got)
	}
	if got := a.PostsIn(account.Judge, false); got != nil {
		t.Errorf("a judge by password at %q", got)
	}
}
