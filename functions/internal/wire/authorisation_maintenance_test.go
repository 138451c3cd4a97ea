package wire

import (
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/session"
)

// maintenanceRows has, for each route of the function maintenance, a request and what each person
// gets for it. The rows run in their order: a window is proposed, approved, changed, cancelled.
// A window belongs to nobody, so there is no owner; a representative has no session of their own
// and is nobody here.
var maintenanceRows = []struct {
	route                         string
	body                          func(o *office) any
	nobody, user, clerk, password int
	author, second                int // administrators
}{
	{"GET /api/maintenance", nil, 200, 200, 200, 200, 200, 200},
	{"GET /maintenance.atom", nil, 200, 200, 200, 200, 200, 200},
	{"GET /maintenance.ics", nil, 200, 200, 200, 200, 200, 200},
	{"GET /api/maintenance/subscription", nil, 401, 200, 200, 200, 200, 200},
	{"PUT /api/maintenance/subscription", func(*office) any { return object{"subscribed": true} }, 401, 200, 200, 200, 200, 200},
	{"GET /api/admin/maintenance", nil, 401, 403, 403, 403, 200, 200},
	{proposeRoute, func(o *office) any { return o.announcement(26*time.Hour, 12*time.Hour) }, 401, 403, 403, 403, 201, 409},
	{approveRoute, func(*office) any { return object{"version": 1, "reason": "agreed by telephone"} }, 401, 403, 403, 403, 403, 200},
	{changeRoute, func(o *office) any { return with(o.announcement(26*time.Hour, 11*time.Hour), "version", 2) }, 401, 403, 403, 403, 200, 200},
	{cancelRoute, func(*office) any { return object{"version": 3, "reason": "not needed any more"} }, 401, 403, 403, 403, 200, 200},
}

func TestMaintenanceRows(t *testing.T) {
	o := newOffice(t)
	o.maintained()
	const userToken, passwordToken = "dXNlci1zZXNzaW9uLXRva2VuLW9mLTMyLWJ5dGVzLS0", "cGFzc3dvcmQtc2Vzc2lvbi10b2tlbi1vZi0zMi1ieXQ"
	o.holder("user", userToken, session.ByEDS)
	o.holder("password", passwordToken, session.ByPassword, "admin")
	tried := map[string]bool{}
	rows := 0
	for _, row := range maintenanceRows {
		tried[row.route] = true
		for _, who := range []struct {
			name, token string
			status      int
		}{
			{"nobody", "", row.nobody}, {"user", userToken, row.user}, {"clerk", visitorToken, row.clerk},
			{"administrator by password", passwordToken, row.password}, {"administrator", authorToken, row.author},
			{"second administrator", secondToken, row.second},
		} {
			var body any
			if row.body != nil {
				body = row.body(o)
			}
			rows++
			res, err := o.functions["maintenance"](t.Context(), at(o.event(row.route, body, who.token), "{id}", windowID))
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != who.status {
				t.Errorf("%s as %s: %d, want %d: %s", row.route, who.name, res.StatusCode, who.status, res.Body)
			}
		}
	}
	f, _ := functions.Named("maintenance")
	for _, route := range f.Routes {
		if !tried[route] {
			t.Errorf("%s is not in the authorisation matrix", route)
		}
	}
	t.Logf("%d cells", rows)
}
