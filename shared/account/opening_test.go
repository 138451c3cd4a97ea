package account_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/locale"
)

func TestOpeningStep(t *testing.T) {
	opened := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	accepted := account.Standing{Accepted: []string{"v1"}}
	for _, tt := range []struct {
		name     string
		openedAt int64 // registrations
		standing account.Standing
		inForce  string
		after    time.Duration
		want     account.Step
	}{
		{"accepted a moment ago", 0, accepted, "v1", 0, account.StepForm},
		{"the last instant of seven days", 0, accepted, "v1", 7*24*time.Hour - time.Millisecond, account.StepForm},
		{"seven days", 0, accepted, "v1", 7 * 24 * time.Hour, ""},
		{"a new version is in force", 0, accepted, "v2", time.Hour, account.StepTerms},
		{"the new one is accepted too", 0, account.Standing{Accepted: []string{"v1", "v2"}}, "v2", time.Hour, account.StepForm},
		{"accepted only a coming one", 0, account.Standing{Accepted: []string{"v2"}}, "v1", time.Hour, account.StepTerms},
		{"registered", 0, account.Standing{Accepted: []string{"v1"}, Account: "a", Registrations: 1}, "v1", time.Hour, ""},
		{"registered elsewhere, and left again", 0, account.Standing{Accepted: []string{"v1"}, Registrations: 1}, "v1", time.Hour, ""},
		{"opened after leaving", 1, account.Standing{Accepted: []string{"v1"}, Registrations: 1}, "v1", time.Hour, account.StepForm},
	} {
		o := account.Opening{At: opened, Registrations: tt.openedAt}
		got, err := o.Step(tt.standing, tt.inForce, opened.Add(tt.after))
		if got != tt.want || (got == "") != errors.Is(err, account.ErrNotOpen) {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
}

// Whatever has the shape of a form may be kept, however wrong it is as a form.
func TestTypedValidate(t *testing.T) {
	contacts := func(n int) []account.Contact { return make([]account.Contact, n) }
	for _, tt := range []struct {
		name  string
		typed account.Typed
		want  string
	}{
		{"nothing", account.Typed{}, ""},
		{"half an address", account.Typed{Email: "aigul@", Mobile: "8 701", Lang: locale.EN, NotificationContacts: contacts(1)}, ""},
		{"as long as it may be", account.Typed{Email: strings.Repeat("ә", 254), Mobile: strings.Repeat("7", 32), NotificationContacts: contacts(account.MaxContacts)}, ""},
		{"longer", account.Typed{
			Email: strings.Repeat("ә", 255), Mobile: strings.Repeat("7", 33),
			NotificationContacts: []account.Contact{{}, {Name: strings.Repeat("Е", account.MaxName+1), Email: strings.Repeat("e", 255)}},
		}, "/form/email too-long, /form/mobile too-long, /form/notificationContacts/1/name too-long, /form/notificationContacts/1/email too-long"},
		{"no text", account.Typed{Email: "a\x00b", Mobile: "\n", Lang: "de", NotificationContacts: []account.Contact{{Lang: "xx"}}},
			"/form/email format, /form/mobile format, /form/lang unknown-value, /form/notificationContacts/0/lang unknown-value"},
		{"too many", account.Typed{NotificationContacts: contacts(account.MaxContacts + 1)}, "/form/notificationContacts too-many"},
	} {
		var got []string
		for _, d := range tt.typed.Validate("/form") {
			got = append(got, d.Pointer+" "+d.Code)
		}
		if text := strings.Join(got, ", "); text != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, text, tt.want)
		}
	}
}

func TestUnfinishedRegistrationsKeepThemselvesPrivate(t *testing.T) {
	for _, v := range []any{
		account.Opening{Key: "key", Subject: account.Subject{Name: "СЕЙІТОВА АЙГҮЛ"}}, account.Typed{Email: "aigul@example.kz"},
		account.Acting{Name: "СЕЙІТОВА АЙГҮЛ", Number: "********0126"},
	} {
		text := fmt.Sprintf("%v %+v %s", v, v, v)
		for _, private := range []string{"АЙГҮЛ", "aigul", "key", "0126"} {
			if strings.Contains(text, private) {
				t.Errorf("%T shows %s: %s", v, private, text)
			}
		}
	}
}
