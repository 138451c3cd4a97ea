package wire

import (
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
)

// TestCaseUnits states what each act in a case writes: a look of the court before it, the act's id, the head,
// what it changes and its events, in one transaction. The head stands in the index by the case's next day:
// to another day it is two units more, else one.
func TestCaseUnits(t *testing.T) {
	m := newMatrix(t)
	tokens := m.court()
	clerk, judge := tokens[caseClerk], tokens[caseJudge]
	defendant := m.view(matrixSent, clerk).Parties[1].ID
	act := func(token string, body object) func() {
		v := m.view(matrixSent, token)
		ev := at(m.event("POST /api/cases/{id}/acts", with(with(body, "revision", v.Revision), "id", actID(v.Revision)), token), "{id}", matrixSent)
		return func() { m.want(m.send(ev), 200, "") }
	}
	for _, tt := range []struct {
		name    string
		items   int
		largest int
		writes  float64
		do      func() func()
	}{
		{"look into a case for the court", 1, 0, 1, func() func() { return func() { m.view(matrixSent, clerk) } }},
		{"open one's case", 1, 1, 2, func() func() { return func() { m.view(matrixSent, m.tokens["owner"]) } }},
		{"open it again", 0, 0, 0, func() func() { return func() { m.view(matrixSent, m.tokens["owner"]) } }},
		// Beside the transaction, by which the parties are found: a put for each number and word.
		{"confirm a party", 12, 4, 17, func() func() {
			return act(clerk, object{"step": "confirm", "party": defendant, "number": signertest.BIN, "name": "«Мысал Құрылыс» ЖШС"})
		}},
		// Its place in the list of who has the number, two events, and the notice with its place in the index.
		{"serve a claim", 8, 7, 18, func() func() { return act(clerk, object{"step": "serve", "party": defendant}) }},
		{"appoint a hearing", 4, 3, 9, func() func() {
			return act(judge, object{"step": "appoint", "hearing": object{"at": m.at.Add(240 * time.Hour).Format(time.RFC3339), "place": "№ 4 зал"}})
		}},
		{"summon a party", 5, 4, 11, func() func() {
			return act(clerk, object{"step": "summon", "party": defendant, "address": "Алматы қаласы, Үлгі көшесі, 1"})
		}},
		// The message comes twice: the act's id, the head, the paper and the event once, and each time by whom it is found and that it was read.
		{"attach a later paper", 12, 4, 14, func() func() {
			const paper = "01993a5e-0000-7000-8000-000000000031"
			m.motion(paper, "aigul", m.tokens["owner"], func(object) {})
			return func() { m.acted(paper, filing.CourtAct{Step: "register", Number: "4821"}) }
		}},
		// A quota, and that a party took what is in the first part.
		{"begin the evidence file of a case", 2, 1, 3, func() func() {
			ev := at(m.event("POST /api/cases/{id}/evidence", object{}, m.tokens["owner"]), "{id}", matrixSent)
			return func() { m.want(m.send(ev), 200, "") }
		}},
	} {
		do := tt.do()
		m.meter.take()
		do()
		got := m.meter.take()
		t.Logf("%-32s %d items, largest transaction %d of %5d bytes, %2.0f write units, %3.1f read units", tt.name, got.Items, got.Largest, got.Bytes, got.Writes, got.Reads)
		if got.Items != tt.items || got.Largest != tt.largest || got.Writes != tt.writes {
			t.Errorf("%s: %d items, %d in one transaction, %v write units; stated are %d, %d, %v", tt.name, got.Items, got.Largest, got.Writes, tt.items, tt.largest, tt.writes)
		}
	}
}

// TestCourtUnits states what each act of a court on a filing that came in writes.
func TestCourtUnits(t *testing.T) {
	type row struct {
		name    string
		items   int
		largest int
		writes  float64
		do      func()
	}
	measured := func(o *office, rows ...row) {
		for _, tt := range rows {
			o.meter.take()
			tt.do()
			got := o.meter.take()
			t.Logf("%-32s %d items, largest transaction %d of %5d bytes, %2.0f write units, %3.1f read units", tt.name, got.Items, got.Largest, got.Bytes, got.Writes, got.Reads)
			if got.Items != tt.items || got.Largest != tt.largest || got.Writes != tt.writes {
				t.Errorf("%s: %d items, %d in one transaction, %v write units; stated are %d, %d, %v", tt.name, got.Items, got.Largest, got.Writes, tt.items, tt.largest, tt.writes)
			}
		}
	}
	o := newRegistry(t)
	ask := func(o *office, path, token string, body object) func() {
		return func() { o.want(o.asks("POST "+registryRoot+path, body, token), 200, "") }
	}
	measured(o,
		row{"take a filing in hand", 2, 0, 4, ask(o, "/lease", clerkToken, object{})},
		row{"register it", 6, 6, 15, ask(o, "/acts", clerkToken, acts(1, "register", object{"number": "7514-26-00-2/31", "judge": "judge"}))},
		row{"hand it to the judge", 5, 5, 14, ask(o, "/acts", clerkToken, acts(2, "review", nil))},
	)
	signed := o.ruled(t, acts(5, "accept", nil), "individual-gost-2")
	measured(o, row{"rule on it", 7, 7, 23, ask(o, "/acts", judgeToken, signed)})

	o = newRegistry(t)
	o.want(o.asks("POST "+registryRoot+"/lease", object{}, clerkToken), 200, "")
	measured(o, row{"reject it for technical reasons", 5, 5, 13, ask(o, "/acts", clerkToken, acts(1, "reject", object{"code": "clerk-unreadable", "words": "файл ашылмайды"}))})
}
