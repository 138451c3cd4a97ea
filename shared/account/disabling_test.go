package account_test

import (
	"errors"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
)

func TestDecide(t *testing.T) {
	at := time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC)
	active, disabled := account.Account{Status: account.Active}, account.Account{Status: account.Disabled}
	alone := func(ago time.Duration) account.Account {
		return account.Account{Status: account.Active, AloneAt: at.Add(-ago)}
	}
	suspended := func(ago time.Duration) account.Account {
		return account.Account{Status: account.Disabled, AloneAt: at.Add(-ago), DisabledUntil: at.Add(-ago + account.AloneFor)}
	}
	const none, own, another = account.NothingWaits, account.OwnWaits, account.AnothersDoes
	for _, tt := range []struct {
		name  string
		a     account.Account
		to    account.Status
		waits account.Waiting
		want  account.Decision
		err   error
	}{
		{"one stops access", active, account.Disabled, none, account.Suspends, nil},
		{"the same person again", active, account.Disabled, own, "", account.ErrSecondPerson},
		{"another agrees", active, account.Disabled, another, account.Agrees, nil},
		{"another agrees while it is stopped", suspended(account.AloneFor - 1), account.Disabled, another, account.Agrees, nil},
		{"the same person while it is stopped", suspended(time.Hour), account.Disabled, own, "", account.ErrSecondPerson},
		{"stopped, and the proposal is gone", suspended(time.Hour), account.Disabled, none, "", account.ErrChanged},
		{"stopped by two already", disabled, account.Disabled, another, "", account.ErrChanged},
		{"another agrees as soon as it has ended", suspended(account.AloneFor), account.Disabled, another, account.Agrees, nil},
		{"a moment before seven days", alone(account.AloneOnce - 1), account.Disabled, none, account.Proposes, nil},
		{"seven days later", alone(account.AloneOnce), account.Disabled, none, account.Suspends, nil},
		{"the day after, open again by itself", suspended(account.AloneFor), account.Disabled, none, account.Proposes, nil},
		{"one closes", active, account.Closed, none, account.Proposes, nil},
		{"one closes what is stopped", disabled, account.Closed, none, account.Proposes, nil},
		{"the same person closes again", active, account.Closed, own, "", account.ErrSecondPerson},
		{"another agrees to close", active, account.Closed, another, account.Agrees, nil},
		{"one opens again", disabled, account.Active, none, account.Does, nil},
		{"one opens again what another wants closed", disabled, account.Active, another, account.Does, nil},
		{"one drops what is prepared", account.Account{Status: account.Prepared}, account.Closed, none, account.Does, nil},
		{"nobody opens what is closed", account.Account{Status: account.Closed}, account.Active, none, "", account.ErrChanged},
		{"what is open", active, account.Active, none, "", account.ErrChanged},
	} {
		if got, err := tt.a.Decide(tt.to, tt.waits, at); got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: Decide = %q, %v, want %q, %v", tt.name, got, err, tt.want, tt.err)
		}
	}
}

func TestStatusAt(t *testing.T) {
	from := time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC)
	alone := account.Account{Status: account.Disabled, DisabledUntil: from.Add(account.AloneFor)}
	for _, tt := range []struct {
		a     account.Account
		after time.Duration
		want  account.Status
	}{
		{alone, 0, account.Disabled}, {alone, account.AloneFor - 1, account.Disabled}, {alone, account.AloneFor, account.Active},
		{account.Account{Status: account.Disabled}, 1000 * time.Hour, account.Disabled},
		{account.Account{Status: account.Closed, DisabledUntil: from}, time.Hour, account.Closed},
	} {
		if got := tt.a.StatusAt(from.Add(tt.after)); got != tt.want {
			t.Errorf("%s after %v: %s, want %s", tt.a.Status, tt.after, got, tt.want)
		}
	}
}
