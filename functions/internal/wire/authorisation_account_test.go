package wire

import (
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
)

// accountRows has, for each route of the function account, a request and what it comes to for
// nobody, for another user and for the account's owner. {session} is a session of the owner's. A
// clerk or an administrator is another user here, and a representative has no session: nobody.
var accountRows = []struct {
	route                 string
	body                  any
	nobody, other, holder int
}{
	{"GET /api/account", nil, 401, 200, 200}, // each their own
	{"GET /api/account/sessions", nil, 401, 200, 200},
	{"GET /api/account/export", nil, 401, 200, 200},
	{"POST /api/account/email", object{"email": "new@example.kz"}, 401, 202, 202},
	{"POST /api/account/email/code", object{"code": "x"}, 401, 422, 422},
	{"POST /api/account/password", object{"current": "мүлде басқа 12 сөз", "password": password}, 401, 422, 422},
	{"DELETE /api/account/sessions/{session}", nil, 401, 404, 204},
	{"DELETE /api/account/sessions", nil, 401, 204, 204},
	// The signature is the authority of these, whoever's session comes with it.
	{"POST /api/account/password-reset/document", object{"lang": "kk"}, 200, 200, 200},
	{"POST /api/account/password-reset", object{"signature": "", "password": password}, 422, 422, 422},
	{"POST /api/account/leaving/document", object{"lang": "kk"}, 200, 200, 200},
	{"POST /api/account/leaving", object{"signature": ""}, 422, 422, 422},
}

func TestAccountRows(t *testing.T) {
	o := newOffice(t)
	id, owner := o.registered()
	victim := session.ID(o.want(o.signIn("aigul"), 200, "").cookie)
	o.want(o.accept("erlan", "v1"), 201, "")
	his := with(form(), "email", "erlan@example.kz", "notificationContacts", []object{},
		"subject", object{"kind": "natural", "iin": signertest.ErlanIIN, "bin": "", "name": "ОМАРОВ ЕРЛАН", "organisation": ""})
	second := o.want(o.register("erlan", o.registration(his), password), 201, "")
	other, otherID := second.cookie, second.body["id"].(string)

	tried := map[string]bool{}
	rows := 0
	for _, row := range accountRows {
		tried[row.route] = true
		for _, who := range []struct {
			name, token, sees string
			status            int
		}{
			{"nobody", "", "", row.nobody}, {"a stranger's token", "c3RyYW5nZXI", "", row.nobody},
			{"another user", other, otherID, row.other}, {"the owner", owner, id, row.holder},
		} {
			rows++
			a := o.send(at(o.event(row.route, row.body, who.token), "{session}", victim))
			if a.status != who.status {
				t.Errorf("%s as %s: %d, want %d: %s", row.route, who.name, a.status, who.status, a.raw)
			}
			for _, foreign := range []string{id, otherID, "aigul@", "erlan@"} {
				mine := foreign == who.sees || foreign == "aigul@" && who.sees == id || foreign == "erlan@" && (who.sees == otherID || who.sees == id) // her representative
				if !mine && strings.Contains(a.raw, foreign) {
					t.Errorf("%s as %s shows %s: %s", row.route, who.name, foreign, a.raw)
				}
			}
		}
	}
	f, _ := functions.Named("account")
	for _, route := range f.Routes {
		if !tried[route] {
			t.Errorf("%s is not in the authorisation matrix", route)
		}
	}
	t.Logf("%d rows", rows)

	// Another's signature resets and closes only the signer's own account.
	reset := o.signed("erlan", o.document("POST /api/account/password-reset/document", object{}))
	reset["password"] = "бөтен адамның сөзі 9"
	o.want(o.call("POST /api/account/password-reset", reset, owner), 204, "")
	o.want(o.call("GET /api/session", nil, owner), 200, "")
	o.want(o.call("POST /api/account/leaving", o.signed("erlan", o.document("POST /api/account/leaving/document", object{})), owner), 200, "")
	o.want(o.call("GET /api/session", nil, owner), 200, "")
}
