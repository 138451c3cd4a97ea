package wire

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// recordedTarget stands for an account's id in recorded payloads.
const recordedTarget = "019a8f2c-1b00-7c44-8d2e-5f60718293a4"

// recordedPerson stands for one who acts for a company.
const recordedPerson = "1.9f1c2e3d4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"

// TestRecordedAdminEvents replays the payloads of events/admin, one for each route of the row, as
// the first administrator. With -update it records them.
func TestRecordedAdminEvents(t *testing.T) {
	d := newAdministration(t)
	if err := store.NewSessions(d.db, d.name(schema.Accounts)).SignIn(t.Context(), challenge.Challenge{NotAfter: d.at}, session.Session{
		ID: session.ID(recordedToken), AccountID: d.first, By: session.ByEDS, Person: session.Person{Key: personKey(signertest.ErlanIIN)}, CreatedAt: d.at, SeenAt: d.at,
	}); err != nil {
		t.Fatal(err)
	}
	d.signers[recordedToken] = "erlan"
	d.ticket()
	d.breach(d.user)
	texts := object{"kk": "# Келісім\n\n1.1. Бір.", "ru": "# Соглашение\n\n1.1. Один.", "en": "# Agreement\n\n1.1. One."}
	for _, tt := range []struct {
		file, route string
		body        any
		status      int
	}{
		{"search", "POST /api/admin/accounts/search", object{"number": signertest.AigulIIN, "reason": reason}, 200},
		{"prepare", "POST /api/admin/accounts", object{"kind": "natural", "number": "880715450349", "email": "aigerim@court.example", "lang": "kk", "reason": reason}, 201},
		{"account", "GET /api/admin/accounts/{id}", nil, 200},
		{"status", "POST /api/admin/accounts/{id}/status", object{"from": "active", "to": "disabled", "reason": reason}, 200},
		{"right", "POST /api/admin/accounts/{id}/rights/{right}", object{"reason": reason}, 409}, // of a disabled account
		{"right-approval", "POST /api/admin/accounts/{id}/rights/{right}/approval", object{"reason": reason}, 404},
		{"right-withdrawal", "POST /api/admin/accounts/{id}/rights/{right}/withdrawal", object{"reason": reason}, 409},
		{"support", "GET /api/admin/support", nil, 200},
		{"support-step", "POST /api/admin/support/{ticket}", object{"state": "answered", "answer": "NCALayer-ді іске қосыңыз."}, 200},
		{"breaches", "GET /api/admin/breaches", nil, 200},
		{"breach", "POST /api/admin/breaches", object{"account": recordedTarget, "act": "JKJaXmPLvHcESHA=", "reason": reason, "withheld": ""}, 201},
		{"breach-closing", "POST /api/admin/breaches/{breach}/closing", object{"reason": reason, "withheld": ""}, 200},
		{"audit", "GET /api/admin/audit", nil, 200},
		{"agreement", "POST /api/admin/agreements", object{"id": "v2", "texts": texts, "reason": reason}, 201},
		{"agreements", "GET /api/admin/agreements", nil, 200},
		{"agreement-draft", "GET /api/admin/agreements/{id}", nil, 200},
		{"agreement-approval", "POST /api/admin/agreements/{id}/approval", object{"digest": strings.Repeat("00", 32), "reason": reason}, 404},
		{"agreement-withdrawal", "POST /api/admin/agreements/{id}/withdrawal", object{"reason": reason}, 204},
	} {
		path := filepath.Join("..", "..", "..", "events", "admin", tt.file+".json")
		if *update {
			id := recordedTarget
			if strings.Contains(tt.route, "agreements") {
				id = "v2"
			}
			record(t, path, at(at(at(at(d.event(tt.route, tt.body, recordedToken), "{id}", id), "{right}", "admin"), "{ticket}", recordedTicket), "{breach}", recordedBreach))
		}
		ev := request(t, "admin/"+tt.file+".json")
		if ev.RouteKey != tt.route || d.function(ev.RouteKey) != "admin" {
			t.Errorf("%s is for %s", tt.file, ev.RouteKey)
		}
		ev.Body = strings.ReplaceAll(ev.Body, recordedTarget, d.user)
		if got := d.send(at(ev, recordedTarget, d.user)); got.status != tt.status {
			t.Errorf("%s: answer %d, want %d: %s", tt.file, got.status, tt.status, got.raw)
		}
	}
}
