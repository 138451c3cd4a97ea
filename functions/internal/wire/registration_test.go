package wire

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
)

const formRoute = "/api/registration/form"

// saved is what a page sends of a form while it is typed.
func saved(version int, email string) object {
	return object{"version": version, "form": object{
		"email": email, "mobile": "8 701 123", "lang": "ru", "notificationContacts": []object{{"name": "Ерлан", "email": "", "lang": "ru"}},
	}}
}

// begun has key accept v1 in the office's browser.
func (o *office) begun(key string) answer {
	o.Helper()
	a := o.accept(key, "v1")
	if o.formCookie = a.registration; len(a.registration) != 43 {
		o.Fatalf("no registration opened: %d %s, cookie %q", a.status, a.raw, a.registration)
	}
	return a
}

func (o *office) unfinished() answer {
	o.Helper()
	return o.call("GET "+formRoute, nil)
}

func (o *office) save(version int, email string) answer {
	o.Helper()
	return o.call("PUT "+formRoute, saved(version, email))
}

// A form is typed, left, found again in this browser and on another device, and finished.
func TestUnfinishedRegistration(t *testing.T) {
	o := newOffice(t)
	o.want(o.unfinished(), 401, "registration-not-open")
	o.begun("aigul")
	ends := o.at.Add(account.OpeningLife)
	o.operations()
	fresh := o.want(o.unfinished(), 200, "")
	if got := o.operations(); got != "GetItem BatchGetItem Query" {
		t.Errorf("calls %s", got)
	}
	want := object{
		"step": "form", "agreement": "v1", "endsAt": ends.Format(time.RFC3339), "version": 0.0, "form": nil, "savedAt": nil,
		"subject": object{"kind": "natural", "iin": signertest.AigulIIN, "bin": "", "name": "СЕЙІТОВА АЙГҮЛ", "organisation": "", "role": ""},
	}
	if fmt.Sprint(fresh.body) != fmt.Sprint(want) {
		t.Errorf("unfinished %v\nwant %v", fresh.body, want)
	}

	o.at = o.at.Add(time.Minute)
	o.operations()
	first := o.want(o.save(0, "aigul@exa"), 200, "")
	if got := o.operations(); got != "Query GetItem BatchGetItem TransactWriteItems" { // Query: maintenance windows, once a minute
		t.Errorf("saving calls %s", got)
	}
	o.at = o.at.Add(time.Second)
	if again := o.want(o.save(0, "aigul@exa"), 200, ""); again.raw != first.raw {
		t.Errorf("repeat %s, first %s", again.raw, first.raw)
	}
	o.want(o.save(0, "another window"), 409, "version-conflict")
	o.want(o.save(1, "aigul@example.kz"), 200, "")

	// The browser is closed; days later it still has the cookie.
	o.at = ends.Add(-time.Millisecond)
	back := o.want(o.unfinished(), 200, "")
	kept := back.body["form"].(object)
	if back.body["version"] != 2.0 || kept["email"] != "aigul@example.kz" || kept["mobile"] != "8 701 123" || back.body["savedAt"] == nil {
		t.Errorf("back: %s", back.raw)
	}
	if strings.Contains(back.raw, "declaration") || strings.Contains(back.raw, "password") {
		t.Errorf("kept more than the form: %s", back.raw)
	}
	o.at = ends
	o.want(o.unfinished(), 401, "registration-not-open")
	o.want(o.save(2, "late"), 401, "registration-not-open")

	// Signed again, perhaps on another device: the same form.
	o.formCookie = ""
	o.begun("aigul")
	phone := o.formCookie
	o.want(o.save(2, "aigul@phone.kz"), 200, "")
	if form := o.want(o.unfinished(), 200, "").body["form"].(object); form["email"] != "aigul@phone.kz" {
		t.Errorf("on the phone: %v", form)
	}

	// Finishing it takes the cookie and the form away, and the token is worth nothing.
	made := o.want(o.register("aigul", o.registration(form()), password), 201, "")
	if made.registration != "-" || made.cookie == "" {
		t.Errorf("cookies %q, %q", made.registration, made.cookie)
	}
	o.formCookie = phone
	before := o.snapshot()
	o.want(o.unfinished(), 401, "registration-not-open")
	o.want(o.save(0, "after"), 401, "registration-not-open")
	if got := o.snapshot(); !maps.Equal(got, before) {
		t.Errorf("wrote %v, before %v", got, before)
	}
	for key, value := range before {
		if strings.HasSuffix(key, " FORM") || strings.HasPrefix(key, "REGISTRATION#"+session.ID(phone)) || strings.Contains(value, "phone.kz") {
			t.Errorf("what was typed is still in %s", key)
		}
	}
	if a := o.accept("aigul", "v1"); a.registration != "" || a.body["registered"] != true {
		t.Errorf("accepted with an account: %s, cookie %q", a.raw, a.registration)
	}
	// The account is closed: the old token stays worthless, a new acceptance opens a new form.
	leaving := o.signed("aigul", o.document("POST /api/account/leaving/document", object{}))
	o.want(o.call("POST /api/account/leaving", leaving), 200, "")
	o.want(o.unfinished(), 401, "registration-not-open")
	o.begun("aigul")
	if a := o.want(o.unfinished(), 200, ""); a.body["version"] != 0.0 || a.body["form"] != nil {
		t.Errorf("a new registration begins with %s", a.raw)
	}
}

// The answer to an acceptance is lost and it is sent again: the browser it came from gets its
// registration, another one that saw the signature gets nothing.
func TestAcceptanceRepeated(t *testing.T) {
	o := newOffice(t)
	asked := o.want(o.call("POST /api/agreement/acceptance/document", object{"agreement": "v1", "lang": "kk"}), 200, "")
	if len(asked.device) != 43 {
		t.Fatalf("the document came without a device cookie: %q", asked.device)
	}
	o.device = asked.device
	if again := o.call("POST /api/agreement/acceptance/document", object{"agreement": "v1", "lang": "kk"}); again.device != "" {
		t.Error("a known browser got another device cookie")
	}
	signed := o.signed("aigul", o.acceptance("v1"))
	lost := o.want(o.call("POST /api/agreement/acceptance", signed), 201, "")
	second := o.want(o.call("POST /api/agreement/acceptance", signed), 200, "")
	if second.raw != lost.raw || len(second.registration) != 43 || second.registration == lost.registration {
		t.Errorf("repeated: %s, cookie of %d", second.raw, len(second.registration))
	}
	o.formCookie = second.registration
	o.want(o.save(0, "aigul@example.kz"), 200, "")

	before := o.snapshot()
	o.formCookie = ""
	for _, device := range []string{"", "YW5vdGhlciBicm93c2Vy"} {
		o.device = device
		if seen := o.want(o.call("POST /api/agreement/acceptance", signed), 200, ""); seen.registration != "" || seen.raw != strings.Replace(lost.raw, signertest.AigulIIN, "******0126", 1) {
			t.Errorf("from another browser: %s, cookie %q", seen.raw, seen.registration)
		}
	}
	if got := o.snapshot(); !maps.Equal(got, before) {
		t.Errorf("wrote %v, before %v", got, before)
	}
	// A fresh signature does open it there, and gives up the registration that browser had.
	o.device, o.formCookie = "", ""
	o.begun("erlan")
	erlans := o.formCookie
	o.begun("aigul")
	if a := o.want(o.unfinished(), 200, ""); a.body["form"].(object)["email"] != "aigul@example.kz" {
		t.Errorf("on the other device: %s", a.raw)
	}
	o.formCookie = erlans
	o.want(o.unfinished(), 401, "registration-not-open")
}

func TestForgetForm(t *testing.T) {
	o := newOffice(t)
	if a := o.want(o.call("DELETE "+formRoute, nil), 204, ""); a.registration != "-" {
		t.Errorf("nothing was open: cookie %q", a.registration)
	}
	o.begun("aigul")
	o.want(o.save(0, "aigul@example.kz"), 200, "")
	for range 2 {
		if a := o.want(o.call("DELETE "+formRoute, nil), 204, ""); a.registration != "-" {
			t.Errorf("cookie %q", a.registration)
		}
	}
	o.want(o.unfinished(), 401, "registration-not-open")
	o.want(o.save(1, "aigul@example.kz"), 401, "registration-not-open")
	for key := range o.snapshot() {
		if strings.HasPrefix(key, "REGISTRATION#") || strings.HasSuffix(key, " FORM") {
			t.Errorf("%s is still there", key)
		}
	}
	// What was accepted stays accepted.
	o.want(o.register("aigul", o.registration(form()), password), 201, "")
}

// A version that comes into force while the form is open is accepted first; what was typed waits.
func TestAgreementChangesMeanwhile(t *testing.T) {
	o := newOffice(t)
	o.begun("aigul")
	o.want(o.save(0, "aigul@example.kz"), 200, "")
	v2 := o.publish("v2", o.at, false)
	for _, tt := range []struct {
		at   time.Time
		step string
	}{{v2.EffectiveAt.Add(-time.Millisecond), "form"}, {v2.EffectiveAt, "terms"}} {
		o.at = tt.at
		if a := o.want(o.unfinished(), 200, ""); a.body["step"] != tt.step || a.body["form"] == nil {
			t.Errorf("at %s: %s", tt.at, a.raw)
		}
	}
	o.want(o.save(1, "aigul@new.kz"), 200, "") // typing goes on
	o.want(o.call("POST /api/registration/document", object{"form": form()}), 409, "agreement-not-in-force")
	a := o.accept("aigul", "v2")
	o.formCookie = o.want(a, 201, "").registration
	back := o.want(o.unfinished(), 200, "")
	if back.body["step"] != "form" || back.body["agreement"] != "v2" || back.body["form"].(object)["email"] != "aigul@new.kz" {
		t.Errorf("after accepting: %s", back.raw)
	}
	o.want(o.register("aigul", o.document("POST /api/registration/document", object{"form": with(form(), "agreement", "v2")}), password), 201, "")
}

// Bad forms are named field by field and not kept.
func TestBadForms(t *testing.T) {
	o := newOffice(t)
	o.begun("aigul")
	before := o.snapshot()
	of := func(pairs ...any) object {
		return object{"version": 0, "form": with(saved(0, "a")["form"].(object), pairs...)}
	}
	for _, tt := range []struct {
		name   string
		body   any
		status int
		slug   string
		point  string
	}{
		{"too long", of("email", strings.Repeat("a", 255), "mobile", strings.Repeat("7", 33)), 422, "invalid-fields", "/form/email too-long, /form/mobile too-long"},
		{"too many", of("notificationContacts", make([]object, account.MaxContacts+1)), 422, "invalid-fields", "/form/notificationContacts too-many"},
		{"a control character", of("email", "a\u0000"), 422, "invalid-fields", "/form/email format"},
		{"no such language", of("lang", "de"), 422, "invalid-fields", "/form/lang unknown-value"},
		{"the password", of("password", password), 400, "unknown-field", "/form/password"},
		{"the declaration", of("declaration", true), 400, "unknown-field", "/form/declaration"},
		{"the subject", of("subject", object{}), 400, "unknown-field", "/form/subject"},
		{"no JSON", `{"version":`, 400, "malformed-json", ""},
		{"a version that is none", `{"version":"x","form":{}}`, 400, "malformed-json", "/version"},
		{"a version never kept", object{"version": 7, "form": saved(0, "a")["form"]}, 409, "version-conflict", ""},
		{"too large", object{"version": 0, "form": object{"email": strings.Repeat("a", httpapi.MaxBody)}}, 413, "body-too-large", ""},
	} {
		a := o.call("PUT "+formRoute, tt.body)
		var points []string
		faults, _ := a.body["errors"].([]any)
		for _, f := range faults {
			points = append(points, f.(object)["pointer"].(string)+" "+f.(object)["code"].(string))
		}
		if points == nil && a.body["pointer"] != nil {
			points = []string{a.body["pointer"].(string)}
		}
		if got := strings.Join(points, ", "); a.status != tt.status || a.slug != tt.slug || got != tt.point {
			t.Errorf("%s: %d %s at %q, want %d %s at %q", tt.name, a.status, a.slug, got, tt.status, tt.slug, tt.point)
		}
	}
	if got := o.snapshot(); !maps.Equal(got, before) {
		t.Errorf("wrote %v, before %v", got, before)
	}
	o.formCookie = "bm9ib2R5IGhhcyB0aGlz"
	o.want(o.save(0, "a"), 401, "registration-not-open")
}

// One person registers in two windows, one of which was opened on another device: one account, and
// both are signed in to it. What either types meanwhile doesn't outlive it.
func TestTwoWindowsRegister(t *testing.T) {
	o := newOffice(t)
	o.begun("aigul")
	o.want(o.save(0, "aigul@example.kz"), 200, "")
	one := o.formCookie
	o.formCookie = ""
	o.begun("aigul")
	events := []object{with(o.signed("aigul", o.registration(form())), "password", password), with(o.signed("aigul", o.registration(form())), "password", "тағы бір жаңа сөз 5")}
	answers := make([]answer, 2)
	var typed answer
	var wg sync.WaitGroup
	for i, body := range events {
		ev := o.event("POST /api/registration", body, "")
		wg.Go(func() { answers[i] = o.send(ev) })
	}
	typing := o.event("PUT "+formRoute, saved(1, "aigul@late.kz"), "")
	wg.Go(func() { typed = o.send(typing) })
	wg.Wait()
	statuses := map[int]int{}
	for _, a := range answers {
		statuses[a.status]++
		if a.body["id"] != answers[0].body["id"] || a.registration != "-" || len(a.cookie) != 43 {
			t.Errorf("answer %d %s, cookies %q, %q", a.status, a.raw, a.registration, a.cookie)
		}
	}
	if statuses[http.StatusCreated] != 1 || statuses[http.StatusOK] != 1 {
		t.Errorf("answers %v, want one new account and one sign-in", statuses)
	}
	if typed.status != 200 && typed.slug != "registration-not-open" {
		t.Errorf("typed meanwhile: %d %s", typed.status, typed.raw)
	}
	for key := range o.snapshot() {
		if strings.HasSuffix(key, " FORM") {
			t.Errorf("%s is still there", key)
		}
	}
	for _, token := range []string{one, o.formCookie} {
		o.formCookie = token
		o.want(o.unfinished(), 401, "registration-not-open")
	}
}

// Head and employee with the right to sign share the company's form and its account; each session
// and the account's page say who acts.
func TestCompanysPeople(t *testing.T) {
	o := newOffice(t)
	o.begun("head")
	o.want(o.save(0, "office@bulaq.kz"), 200, "")
	if s := o.want(o.unfinished(), 200, "").body["subject"].(object); s["role"] != "head" || s["bin"] != signertest.BIN {
		t.Errorf("subject %v", s)
	}
	o.formCookie = ""
	o.begun("signer")
	a := o.want(o.unfinished(), 200, "")
	if s := a.body["subject"].(object); s["role"] != "signer" || s["iin"] != signertest.ErlanIIN || a.body["form"].(object)["email"] != "office@bulaq.kz" {
		t.Errorf("the colleague finds %s", a.raw)
	}
	made := o.want(o.register("signer", o.document("POST /api/registration/document",
		object{"form": with(companyForm("ОМАРОВ ЕРЛАН", signertest.ErlanIIN), "email", "office@bulaq.kz")}), password), 201, "")
	if got := fmt.Sprint(made.body["person"]); got != "map[name:ОМАРОВ ЕРЛАН role:signer]" {
		t.Errorf("registered by %s", got)
	}
	o.at = o.at.Add(time.Minute)
	head := o.want(o.signIn("head"), 200, "")
	if got := fmt.Sprint(head.body["person"]); got != "map[name:СЕЙІТОВА АЙГҮЛ role:head]" || head.body["id"] != made.body["id"] {
		t.Errorf("the head is %s in %v", got, head.body["id"])
	}
	if again := o.want(o.call("GET /api/session", nil, head.cookie), 200, ""); fmt.Sprint(again.body["person"]) != fmt.Sprint(head.body["person"]) {
		t.Errorf("the session is %v's", again.body["person"])
	}
	o.at = o.at.Add(-time.Minute) // so that the head is still the latest
	word := o.want(o.byPassword(signertest.BIN, signertest.ErlanIIN, password), 200, "")
	o.at = o.at.Add(time.Minute)
	if got := fmt.Sprint(word.body["person"]); got != "map[name:ОМАРОВ ЕРЛАН role:signer]" {
		t.Errorf("the password is %s's", got)
	}
	powers := "[read draft sign agree account leave]"
	for _, tt := range []struct{ name, token, current string }{
		{"the head", head.cookie, "СЕЙІТОВА АЙГҮЛ"}, {"the signer", made.cookie, "ОМАРОВ ЕРЛАН"}, {"the signer by password", word.cookie, "ОМАРОВ ЕРЛАН"},
	} {
		profile := o.want(o.call("GET /api/account", nil, tt.token), 200, "")
		if profile.body["organisation"] != signertest.Company || profile.body["number"] != "******1230" {
			t.Errorf("as %s: %s", tt.name, profile.raw)
		}
		var got []string
		for _, p := range profile.body["acting"].([]any) {
			person := p.(object)
			got = append(got, fmt.Sprint(person["name"], person["role"], person["number"], person["powers"], person["current"] == true))
			if person["current"] != (person["name"] == tt.current) {
				t.Errorf("as %s: %v is current: %v", tt.name, person["name"], person["current"])
			}
		}
		want := []string{
			fmt.Sprint("СЕЙІТОВА АЙГҮЛ", "head", "******0126", "[read draft sign agree account leave people]", " ", tt.current == "СЕЙІТОВА АЙГҮЛ"),
			fmt.Sprint("ОМАРОВ ЕРЛАН", "signer", "******0811", powers, " ", tt.current == "ОМАРОВ ЕРЛАН"),
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("as %s: %v\nwant %v", tt.name, got, want)
		}
		if tt.token == word.cookie {
			o.want(o.call("GET /api/account/export", nil, tt.token), 403, "eds-needed")
			continue
		}
		export := o.want(o.call("GET /api/account/export", nil, tt.token), 200, "")
		if list := export.body["account"].(object)["acting"].([]any); len(list) != 2 {
			t.Errorf("as %s the export has %v", tt.name, list)
		}
	}
	list := o.want(o.call("GET /api/account/sessions", nil, head.cookie), 200, "")
	people := map[string]int{}
	for _, n := range list.body["sessions"].([]any) {
		people[n.(object)["person"].(string)]++
	}
	if fmt.Sprint(people) != "map[ОМАРОВ ЕРЛАН:2 СЕЙІТОВА АЙГҮЛ:1]" {
		t.Errorf("sessions of %v", people)
	}
	for key := range o.snapshot() {
		for _, private := range []string{signertest.AigulIIN, signertest.ErlanIIN, signertest.BIN, "ЕРЛАН", "АЙГҮЛ"} {
			if strings.Contains(key, private) {
				t.Errorf("%s in the key %s", private, key)
			}
		}
	}
	// A natural person acts for nobody else.
	_, token := o.registered()
	if a := o.want(o.call("GET /api/account", nil, token), 200, ""); fmt.Sprint(a.body["acting"]) != "[]" {
		t.Errorf("a natural person's account has %v", a.body["acting"])
	}
}

// Who may not act for the company is told what to do, in three languages.
func TestRefusedRoles(t *testing.T) {
	o := newOffice(t)
	for _, key := range []string{"finance", "hr", "employee"} {
		signed := o.signed(key, o.acceptance("v1"))
		for lang, want := range map[string]string{"kk": "сенімхат", "ru": "доверенность", "en": "power of attorney"} {
			ev := o.event("POST /api/agreement/acceptance", signed, "")
			ev.RawQueryString = "lang=" + lang
			a := o.want(o.send(ev), 403, "role-not-allowed")
			if next := a.body["next"].(string); !strings.Contains(next, want) || a.registration != "" {
				t.Errorf("%s in %s: %q, cookie %q", key, lang, next, a.registration)
			}
		}
	}
}
