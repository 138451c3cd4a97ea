package wire

import (
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/account"
)

// administratorRows has, for each route of the function admin, a request and what an administrator
// gets for it. Nobody else gets anything: without a session 401, and with that of the account
// concerned, of another user, of a representative or of a clerk 403.
var administratorRows = []struct {
	route, values string
	body          any
	administrator int
}{
	{"POST /api/admin/accounts/search", "", object{"number": "900101300126", "reason": reason}, 200},
	{"GET /api/admin/accounts/{id}", "id=USER", nil, 200},
	{"POST /api/admin/accounts/{id}/rights/{right}", "id=USER right=admin", object{"reason": reason}, 202},
	{"POST /api/admin/accounts/{id}/rights/{right}/approval", "id=USER right=admin", object{"reason": reason}, 403}, // the own proposal
	{"POST /api/admin/accounts/{id}/rights/{right}/withdrawal", "id=USER right=admin", object{"reason": reason}, 200},
	{"POST /api/admin/accounts/{id}/status", "id=USER", object{"from": "disabled", "to": "active", "reason": reason}, 409},
	{"GET /api/admin/audit", "", nil, 200},
	{"GET /api/admin/agreements", "", nil, 200},
	{"POST /api/admin/agreements", "", object{"id": "v2", "texts": object{"kk": "а", "ru": "б", "en": "c"}, "reason": reason}, 201},
	{"GET /api/admin/agreements/{id}", "id=v2", nil, 200},
	{"POST /api/admin/agreements/{id}/approval", "id=v2", object{"digest": "00", "reason": reason}, 404},
	{"POST /api/admin/agreements/{id}/withdrawal", "id=v2", object{"reason": reason}, 204},
}

// TestAdministratorRows tries every route of the function admin as nobody, as the account concerned
// (owner), as another user, as a clerk, with an administrator's password session and as an
// administrator. A representative has no session of their own: they are nobody here.
func TestAdministratorRows(t *testing.T) {
	d := newAdministration(t)
	d.want(d.accept("signer", "v1"), 200, "") // the company accepted by its head's hand
	clerk := d.want(d.signIn("signer"), 200, "")
	company := clerk.body["id"].(string)
	byPassword := d.want(d.call("POST /api/sign-in/password", object{"number": "900101300811", "password": password}), 200, "").cookie

	// The company is an administrator too; as a clerk it has lost that right.
	e := object{"reason": reason}
	d.want(d.do("POST /api/admin/accounts/{id}/rights/{right}/withdrawal  id="+company+" right=admin", e, d.firstToken), 200, "")
	d.want(d.do("POST /api/admin/accounts/{id}/rights/{right}  id="+company+" right=clerk", e, d.firstToken), 200, "")
	if a, err := d.accounts.Account(t.Context(), company); err != nil || !a.Has(account.Clerk) || a.Has(account.Admin) {
		t.Fatalf("clerk has %v, %v", a.Rights, err)
	}

	tried := map[string]bool{}
	rows := 0
	for _, row := range administratorRows {
		tried[row.route] = true
		values := ""
		if row.values != "" {
			values = "  " + row.values
			for from, to := range map[string]string{"USER": d.user} {
				values = strings.ReplaceAll(values, from, to)
			}
		}
		for _, who := range []struct {
			name, token string
			status      int
		}{
			{"nobody", "", 401}, {"a stranger's token", "c3RyYW5nZXI", 401}, {"owner", d.userToken, 403}, {"clerk", clerk.cookie, 403},
			{"administrator by password", byPassword, 403}, {"administrator", d.firstToken, row.administrator},
		} {
			rows++
			if a := d.do(row.route+values, row.body, who.token); a.status != who.status {
				t.Errorf("%s as %s: %d, want %d: %s", row.route, who.name, a.status, who.status, a.raw)
			}
		}
	}
	f, _ := functions.Named("admin")
	for _, route := range f.Routes {
		if !tried[route] {
			t.Errorf("%s is not in the authorisation matrix", route)
		}
	}
	t.Logf("%d rows", rows)
}
