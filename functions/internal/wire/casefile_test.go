package wire

import (
	"path/filepath"
	"testing"

	"github.com/courtoffice/courtoffice/functions/internal/evidencefile"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestRecordedCaseEvidence replays the payload that begins the evidence file of a case. See TestRecordedEvents
// for -update.
func TestRecordedCaseEvidence(t *testing.T) {
	m := newMatrix(t)
	if err := store.NewSessions(m.db, m.name(schema.Accounts)).SignIn(t.Context(), challenge.Challenge{NotAfter: m.at}, session.Session{
		ID: session.ID(recordedToken), AccountID: m.ids["owner"], By: session.ByEDS, CreatedAt: m.at, SeenAt: m.at,
	}); err != nil {
		t.Fatal(err)
	}
	const file, route = "evidence-file/case.json", "POST /api/cases/{id}/evidence"
	if *update {
		record(t, filepath.Join("..", "..", "..", "events", filepath.FromSlash(file)), at(m.event(route, object{}, recordedToken), "{id}", matrixSent))
	}
	ev := request(t, file)
	if ev.RouteKey != route {
		t.Errorf("it is for %s", ev.RouteKey)
	}
	got := decodeAs[evidencefile.CaseReply](t, m.want(m.send(ev), 200, ""))
	if got.Part != 0 || got.Parts != 2 || len(got.Files) < 5 || got.Files[0].Name != "mimetype" {
		t.Errorf("%+v", got)
	}
}

// TestCaseFileAuthorisation: a file of the case is for those who see it, in all its parts, and whoever does not is
// told that there is none, whatever part they ask for.
func TestCaseFileAuthorisation(t *testing.T) {
	m := newMatrix(t)
	tokens := m.court()
	clerk := tokens[caseClerk]
	defendant := m.view(matrixSent, clerk).Parties[1].ID
	head := m.want(m.register("head", m.registration(m.company()), password), 201, "").cookie
	take := func(token string, body any) answer {
		return m.send(at(m.event("POST /api/cases/{id}/evidence", body, token), "{id}", matrixSent))
	}
	m.want(m.act(matrixSent, clerk, object{"step": "confirm", "party": defendant, "number": signertest.BIN, "name": "ЖШС"}), 200, "")
	m.want(take(head, object{}), 404, "not-found")
	m.want(m.act(matrixSent, clerk, object{"step": "serve", "party": defendant}), 200, "")
	begun := decodeAs[evidencefile.CaseReply](t, m.want(take(head, object{}), 200, ""))
	for _, tt := range []struct {
		who, token string
		part, last int // status of the first part, and of the last: nobody stamps here
	}{
		{"nobody", "", 401, 401},
		{"a stranger", m.tokens["other"], 404, 404},
		{"an administrator", m.tokens["administrator"], 404, 404},
		{"a clerk of the court", clerk, 200, 503},
		{"a clerk of another court", tokens[clerkThere], 404, 404},
		{"the judge of the case", tokens[caseJudge], 200, 503},
		{"another judge of the court", tokens[judgeThere], 404, 404},
		{"the claimant", m.tokens["owner"], 200, 503},
		{"the defendant's head", head, 200, 503},
	} {
		for part, want := range map[int]int{0: tt.part, begun.Parts - 1: tt.last} {
			if a := take(tt.token, object{"at": begun.At, "revision": begun.Revision, "part": part}); a.status != want {
				t.Errorf("%s, part %d: %d, want %d: %s", tt.who, part, a.status, want, a.raw)
			}
		}
	}
}
