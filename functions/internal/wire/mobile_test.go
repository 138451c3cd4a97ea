package wire

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	formNumber = "+77011234567" // of form
	newNumber  = "+77077654321"
)

func TestVerifiedMobile(t *testing.T) {
	o := newOffice(t)
	o.private = append(o.private, "7077654321")
	_, token := o.registered()
	ask := func(number string) answer {
		return o.call("POST /api/account/mobile", object{"mobile": number}, token)
	}
	typed := func(code string) answer { return o.call("POST /api/account/mobile/code", object{"code": code}, token) }
	profileOf := func() (p profile.Profile) {
		t.Helper()
		if err := json.Unmarshal([]byte(o.want(o.call("GET /api/account", nil, token), 200, "").raw), &p); err != nil {
			t.Fatal(err)
		}
		return p
	}

	// The code of registration went to the number of the form; mail's code doesn't open it.
	code, mailed := o.codeTo(formNumber), o.codeTo("aigul@example.kz")
	if code != mailed {
		o.want(typed(mailed), 422, "invalid-fields")
	}
	o.operations()
	o.want(typed(" "+code[:3]+" "+code[3:]+" "), 204, "")
	if got := o.operations(); !strings.HasSuffix(got, "UpdateItem GetItem TransactWriteItems") {
		t.Errorf("verification calls %s", got)
	}
	p := profileOf()
	if !p.MobileTexts || p.Mobile != formNumber || len(p.Numbers) != 1 || p.Numbers[0].Mobile != formNumber || p.Numbers[0].Until != nil ||
		!p.Numbers[0].From.Equal(o.at) || p.Verified {
		t.Errorf("after the code: %+v", p)
	}
	if a := o.want(typed(code), 422, "invalid-fields"); !strings.Contains(a.raw, "code-gone") {
		t.Errorf("the same code again: %s", a.raw)
	}

	// Another number takes effect with its code.
	o.at = o.at.Add(time.Minute)
	for _, wrong := range []string{"", "8 707 765 43 21", "+7707765432", "+777077654321", "+12025550123", "new@example.kz"} {
		if a := o.want(ask(wrong), 422, "invalid-fields"); !strings.Contains(a.raw, "mobile-invalid") {
			t.Errorf("%q: %s", wrong, a.raw)
		}
	}
	if a := o.want(ask(newNumber), 202, ""); a.body["expiresAt"] != o.at.Add(account.CodeLife).Format(time.RFC3339) {
		t.Errorf("answer %s", a.raw)
	}
	if p := profileOf(); p.Mobile != formNumber {
		t.Errorf("text messages go to %s before the code is typed", p.Mobile)
	}
	o.want(typed(o.codeTo(newNumber)), 204, "")
	p = profileOf()
	if p.Mobile != newNumber || !p.MobileTexts || len(p.Numbers) != 2 || p.Numbers[0].Mobile != newNumber || p.Numbers[1].Until == nil ||
		!p.Numbers[1].Until.Equal(p.Numbers[0].From) {
		t.Errorf("after the new code: %+v", p)
	}

	// Removed, it stays in the history, and in the export.
	o.at = o.at.Add(time.Minute)
	for range 2 {
		o.want(o.call("DELETE /api/account/mobile", nil, token), 204, "")
	}
	p = profileOf()
	if p.Mobile != "" || p.MobileTexts || len(p.Numbers) != 2 || p.Numbers[0].Until == nil || !p.Numbers[0].Until.Equal(o.at) {
		t.Errorf("after removing: %+v", p)
	}
	if a := o.want(o.call("GET /api/account/export", nil, token), 200, ""); !strings.Contains(a.raw, newNumber) {
		t.Errorf("export %s", a.raw)
	}
}

// TestMobileCodesAreFew: three an hour for an account and for a number, registrations among them.
func TestMobileCodesAreFew(t *testing.T) {
	o := newOffice(t)
	o.private = append(o.private, "707765432")
	_, token := o.registered() // a code to formNumber
	ask := func(token, number string) answer {
		return o.call("POST /api/account/mobile", object{"mobile": number}, token)
	}
	for range account.TextsToNumber - 1 {
		o.want(ask(token, formNumber), 202, "")
	}
	if a := o.want(ask(token, formNumber), 429, "throttled"); a.header["retry-after"] == "" {
		t.Error("no Retry-After")
	}
	o.want(ask(token, newNumber), 429, "throttled") // the account has had its three tries

	// A form with that number is taken, and sends no code for now.
	o.want(o.accept("erlan", "v1"), 201, "")
	his := with(form(), "email", "erlan@example.kz", "notificationContacts", []object{},
		"subject", object{"kind": "natural", "iin": signertest.ErlanIIN, "bin": "", "name": "ОМАРОВ ЕРЛАН", "organisation": ""})
	second := o.want(o.register("erlan", o.registration(his), password), 201, "")
	contacts := store.NewContacts(o.db, o.name(schema.Accounts))
	never := func(string) string { return "" }
	if _, err := contacts.TryCode(t.Context(), second.body["id"].(string), account.Mobile, never, o.at); !errors.Is(err, account.ErrCodeGone) {
		t.Errorf("code of a number that had its share: %v", err)
	}
	o.want(ask(second.cookie, formNumber), 429, "throttled")

	o.at = o.at.Add(account.TextWindow)
	second = o.want(o.signIn("erlan"), 200, "")
	o.want(ask(second.cookie, formNumber), 202, "")
}
