package wire

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
)

// at puts a value in place of a path parameter of an event.
func at(ev events.APIGatewayV2HTTPRequest, parameter, value string) events.APIGatewayV2HTTPRequest {
	ev.RawPath = strings.ReplaceAll(ev.RawPath, parameter, value)
	ev.RequestContext.HTTP.Path = ev.RawPath
	return ev
}

func TestProfile(t *testing.T) {
	o := newOffice(t)
	id, token := o.registered()
	o.operations()
	a := o.want(o.call("GET /api/account", nil, token), 200, "")
	if got := o.operations(); got != "GetItem GetItem Query" {
		t.Errorf("profile calls %s", got)
	}
	var p profile.Profile
	if err := json.Unmarshal([]byte(a.raw), &p); err != nil {
		t.Fatal(err)
	}
	if p.ID != id || p.Number != "******0126" || p.Name != "СЕЙІТОВА АЙГҮЛ" || p.Email != "aigul@example.kz" || p.Mobile != "+77011234567" ||
		len(p.Acceptances) != 1 || p.Acceptances[0].Version != "v1" || len(p.Contacts) != 1 || p.Contacts[0].Email != "erlan@example.kz" {
		t.Errorf("profile %+v", p)
	}
	if strings.Contains(a.raw, signertest.AigulIIN) {
		t.Error("the whole number is in the profile")
	}
}

// sessions lists the sessions a cookie's holder sees, by the first letters of their programs.
func (o *office) sessions(token string) profile.SessionList {
	o.Helper()
	var list profile.SessionList
	if err := json.Unmarshal([]byte(o.want(o.call("GET /api/account/sessions", nil, token), 200, "").raw), &list); err != nil {
		o.Fatal(err)
	}
	return list
}

func TestSessionList(t *testing.T) {
	o := newOffice(t)
	_, first := o.registered()
	o.at = o.at.Add(time.Second)
	second := o.want(o.signIn("aigul"), 200, "").cookie
	o.at = o.at.Add(time.Second)
	third := o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 200, "").cookie
	list := o.sessions(second).Sessions
	if len(list) != 3 || list[0].By != session.ByPassword || !list[1].Current || list[0].Current || list[2].By != session.ByEDS || list[0].Agent != "test" {
		t.Fatalf("sessions %+v", list)
	}
	end := func(token, id string) answer {
		return o.send(at(o.event("DELETE /api/account/sessions/{session}", nil, token), "{session}", id))
	}
	o.want(end(second, "nonsense"), 404, "not-found")
	o.want(end(second, strings.Repeat("00", 32)), 404, "not-found")
	o.want(end(second, session.ID(third)), 204, "")
	o.want(end(second, session.ID(third)), 404, "not-found")
	o.want(o.call("GET /api/session", nil, third), 401, "unauthenticated")
	o.operations()
	o.want(o.call("DELETE /api/account/sessions", nil, second), 204, "")
	if got := o.operations(); got != "GetItem GetItem GetItem TransactWriteItems" {
		t.Errorf("ending the others calls %s", got)
	}
	o.want(o.call("GET /api/session", nil, first), 401, "unauthenticated")
	if got := o.sessions(second).Sessions; len(got) != 1 || !got[0].Current {
		t.Errorf("sessions left %+v", got)
	}
	if got := o.want(end(second, session.ID(second)), 204, ""); got.cookie != "-" {
		t.Errorf("one's own session ends and leaves the cookie %q", got.cookie)
	}
	o.want(o.call("GET /api/session", nil, second), 401, "unauthenticated")
}

func TestDeviceCookie(t *testing.T) {
	o := newOffice(t)
	o.want(o.accept("aigul", "v1"), 201, "")
	made := o.want(o.register("aigul", o.registration(form()), password), 201, "")
	if len(made.device) != 43 || made.device == made.cookie {
		t.Fatalf("registration sets the device cookie %q", made.device)
	}
	o.device = made.device
	if in := o.want(o.signIn("aigul"), 200, ""); in.device != "" {
		t.Error("a known browser gets another device cookie")
	}
}

func TestChangePassword(t *testing.T) {
	o := newOffice(t)
	_, first := o.registered()
	second := o.want(o.signIn("aigul"), 200, "").cookie
	const next = "жаңа тілек 15 орман"
	o.private = append(o.private, next)
	change := func(token, current, to string) answer {
		return o.call("POST /api/account/password", object{"current": current, "password": to}, token)
	}
	o.want(change(second, "мүлде басқа 12 сөз", next), 422, "invalid-fields")
	o.want(change(second, password, "1234"), 422, "password-weak")
	o.want(change(second, password, signertest.AigulIIN+" aa"), 422, "password-weak")
	o.operations()
	o.want(change(second, password, next), 204, "")
	if got := o.operations(); got != "GetItem GetItem UpdateItem GetItem GetItem TransactWriteItems DeleteItem" {
		t.Errorf("password change calls %s", got)
	}
	o.want(o.call("GET /api/session", nil, first), 401, "unauthenticated")
	o.want(o.call("GET /api/session", nil, second), 200, "")
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 401, "wrong-credentials")
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": next}), 200, "")
	for range profile.Passwords {
		o.want(change(second, password, next), 422, "invalid-fields")
	}
	if a := o.want(change(second, next, password), 429, "throttled"); a.header["retry-after"] == "" {
		t.Error("no Retry-After")
	}
}

func TestResetPassword(t *testing.T) {
	o := newOffice(t)
	const next = "жаңа тілек 15 орман"
	o.private = append(o.private, next)
	document := func() []byte { return o.document("POST /api/account/password-reset/document", object{"lang": "ru"}) }
	reset := func(key string, doc []byte, to string) answer {
		body := o.signed(key, doc)
		body["password"] = to
		return o.call("POST /api/account/password-reset", body)
	}
	o.want(reset("aigul", document(), next), 404, "not-registered")
	_, token := o.registered()
	doc := document()
	o.want(reset("aigul", doc, "short"), 422, "password-weak")
	o.want(reset("auth", document(), next), 422, "certificate-not-for-signing")
	o.want(reset("aigul", o.document("POST /api/sign-in/document", object{}), next), 422, "challenge-invalid")
	o.operations()
	o.want(reset("aigul", doc, next), 204, "") // what was refused used nothing up
	if got := o.operations(); got != "GetItem GetItem GetItem TransactWriteItems" {
		t.Errorf("reset calls %s", got)
	}
	o.want(reset("aigul", doc, password), 409, "challenge-used")
	o.want(o.call("GET /api/session", nil, token), 401, "unauthenticated")
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": password}), 401, "wrong-credentials")
	o.want(o.call("POST /api/sign-in/password", object{"number": signertest.AigulIIN, "password": next}), 200, "")
	late := document()
	o.at = o.at.Add(challenge.Life + time.Second)
	o.want(reset("aigul", late, next), 409, "challenge-expired")
}
