package wire

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/functions/internal/cases"
	"github.com/courtoffice/courtoffice/functions/internal/notify"
	"github.com/courtoffice/courtoffice/infra/local/mailsink"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/mail"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/sms"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const (
	caseClerk  = "clerk-of-the-court"
	caseJudge  = "judge-of-the-case"
	clerkThere = "clerk-of-another-court"
	judgeThere = "judge-of-another-case"
)

// accepted has a judge accept a filing that was sent, and the case opened by the message of it.
func (m *matrix) accepted(id, number string) {
	m.Helper()
	m.acted(id, filing.CourtAct{Step: "accept", Number: number})
}

// acted has the function cases read the message of an act on a filing, twice: a message may come again.
func (m *matrix) acted(id string, a filing.CourtAct) {
	m.Helper()
	sealed, err := store.NewFilings(m.db, m.name(schema.Filings)).Sealed(m.Context(), id)
	if err != nil {
		m.Fatal(err)
	}
	m.Setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1")
	a.Judge, a.At = caseJudge, m.at
	told := a.Event(sealed.Envelope)
	e := outbox.Entry{Event: told.Outbox(), PK: "FILING#" + id, SK: "OUTBOX#" + told.Type}
	batch, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{message(m.T, schema.Openings, e)}})
	if err != nil {
		m.Fatal(err)
	}
	handle := m.app(m.T, "cases").Cases()
	for range 2 {
		res, err := handle(m.Context(), batch)
		if err != nil || len(res.(events.SQSEventResponse).BatchItemFailures) > 0 {
			m.Fatalf("%s %s: %+v, %v", a.Step, id, res, err)
		}
	}
}

// court adds who works for courts, and returns their tokens.
func (m *matrix) court() map[string]string {
	m.Helper()
	tokens := map[string]string{}
	for id, right := range map[string]string{
		caseClerk: "clerk.almaty-bostandyq", caseJudge: "judge.almaty-bostandyq", clerkThere: "clerk.almaty-medeu", judgeThere: "judge.almaty-bostandyq",
	} {
		tokens[id] = "dG9rZW4tb2YtdGhlLWNvdXJ0LW9mLTMyLWJ5dGVz" + strings.Repeat("a", len(id)-10)
		m.holder(id, tokens[id], session.ByEDS, right)
	}
	return tokens
}

func (m *matrix) view(id, token string) cases.View {
	m.Helper()
	return decodeAs[cases.View](m.T, m.want(m.send(at(m.event("GET /api/cases/{id}", nil, token), "{id}", id)), 200, ""))
}

// act does an act in the case as its view has it.
func (m *matrix) act(id, token string, body object) answer {
	m.Helper()
	m.at = m.at.Add(time.Second)
	v := m.view(id, token)
	return m.send(at(m.event("POST /api/cases/{id}/acts", with(with(body, "revision", v.Revision), "id", actID(v.Revision)), token), "{id}", id))
}

func actID(n int) string { return fmt.Sprintf("01993a5e-0000-7000-8000-%012x", 0xac0000+n) }

// TestCase: a filing that was accepted is a case of its claimant and its court; the defendant, who registers
// after the court served it, finds it by the number the clerk confirmed, and the term to answer runs from
// the day they opened it.
func TestCase(t *testing.T) {
	m := newMatrix(t)
	tokens := m.court()
	clerk, judge, owner := tokens[caseClerk], tokens[caseJudge], m.tokens["owner"]

	mine := decodeAs[cases.Listing](t, m.want(m.call("GET /api/cases", nil, owner), 200, ""))
	if len(mine.Cases) != 1 || mine.Cases[0].ID != matrixSent || mine.Cases[0].As != docket.AsParty || mine.Cases[0].Number != "7514-26-00-2/1" {
		t.Fatalf("the claimant's cases: %+v", mine)
	}
	v := m.view(matrixSent, clerk)
	if len(v.Parties) < 2 || v.Parties[0].ConfirmedAt == nil || v.Parties[1].ConfirmedAt != nil || v.Parties[1].Stated != "******1230" || len(v.Papers) != 1 || len(v.Papers[0].Files) != 2 {
		t.Fatalf("the clerk sees %+v", v)
	}
	for _, token := range []string{clerk, judge} {
		of := decodeAs[cases.Listing](t, m.want(m.send(withQuery(m.event("GET /api/court/cases", nil, token), map[string]string{clerk: "court=almaty-bostandyq", judge: ""}[token])), 200, ""))
		if len(of.Cases) != 1 || of.Cases[0].ID != matrixSent {
			t.Errorf("the court's cases: %+v", of)
		}
	}
	if of := decodeAs[cases.Listing](t, m.want(m.send(withQuery(m.event("GET /api/court/cases", nil, clerk), "court=almaty-bostandyq&number=nothing")), 200, "")); len(of.Cases) != 0 {
		t.Errorf("a number that none has: %+v", of)
	}
	defendant := v.Parties[1].ID
	m.want(m.act(matrixSent, clerk, object{"step": "serve", "party": defendant}), 422, "invalid-fields") // nobody knows who that is
	m.want(m.act(matrixSent, judge, object{"step": "confirm", "party": defendant, "number": signertest.BIN, "name": "x"}), 409, "act-impossible")
	confirm := object{"step": "confirm", "party": defendant, "number": signertest.BIN, "name": "«Мысал Құрылыс» ЖШС"}
	m.want(m.act(matrixSent, clerk, confirm), 200, "")

	head := m.want(m.register("head", m.registration(m.company()), password), 201, "").cookie
	m.want(m.send(at(m.event("GET /api/cases/{id}", nil, head), "{id}", matrixSent)), 404, "not-found") // not served yet
	if list := decodeAs[cases.Listing](t, m.want(m.call("GET /api/cases", nil, head), 200, "")); len(list.Cases) != 0 {
		t.Errorf("before service: %+v", list)
	}
	served := decodeAs[cases.View](t, m.want(m.act(matrixSent, clerk, object{"step": "serve", "party": defendant}), 200, ""))
	if p := served.Parties[1]; p.From == nil || p.Number != "******1230" {
		t.Errorf("served: %+v", p)
	}
	if list := decodeAs[cases.Listing](t, m.want(m.call("GET /api/cases", nil, head), 200, "")); len(list.Cases) != 1 || list.Cases[0].ID != matrixSent {
		t.Errorf("after service: %+v", list)
	}
	theirs := m.view(matrixSent, head)
	if len(theirs.Deadlines) != 1 || theirs.Deadlines[0].Rule != "response" || !theirs.Parties[1].Own || theirs.Parties[0].Number != "" || len(theirs.Acts) != 0 || len(theirs.Looks) == 0 {
		t.Errorf("the defendant sees %+v", theirs)
	}
	file := at(at(at(m.event("GET /api/cases/{id}/papers/{paper}/files/{file}", nil, head), "{id}", matrixSent), "{paper}", matrixSent), "{file}", "statement")
	for range 2 {
		m.want(m.send(file), 303, "")
	}
	count := func(token, typ string) (n int) {
		for _, e := range m.view(matrixSent, token).Events {
			if e.Type == typ {
				n++
			}
		}
		return n
	}
	for _, typ := range []string{docket.EventOpened, docket.EventTaken} {
		if court, theirs, others := count(clerk, typ), count(head, typ), count(owner, typ); court < 1 || theirs != 1 || others > 1 {
			t.Errorf("%s is seen %d times by the court, %d by who did it, %d by the other side", typ, court, theirs, others)
		}
	}
	// A company's head sees it; whoever else of the company has an account has none here.
	for _, e := range m.view(matrixSent, owner).Events {
		if e.Party == defendant && (e.Type == docket.EventOpened || e.Type == docket.EventTaken) {
			t.Errorf("the claimant is told when the other side reads: %+v", e)
		}
	}
}

// files sends the sample of a kind, changed, with one document.
func (m *matrix) files(kind, id, key, token string, change func(object)) {
	m.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "claims", kind, "form.json"))
	if err != nil {
		m.Fatal(err)
	}
	var sections object
	if err := json.Unmarshal(raw, &sections); err != nil {
		m.Fatal(err)
	}
	change(sections)
	call := func(route string, body any) answer {
		return m.send(at(at(m.event(route, body, token), "{id}", id), "{document}", matrixDocument))
	}
	m.want(call("PUT /api/filings/{id}", object{"kind": kind, "sections": sections}), 201, "")
	m.upload(m.T, m.want(call("PUT /api/filings/{id}/documents/{document}", m.slot(0)), 200, ""))
	a := m.want(call("POST /api/filings/{id}/manifest", object{"revision": 2}), 200, "")
	doc, err := base64.StdEncoding.DecodeString(a.body["document"].(string))
	if err != nil {
		m.Fatal(err)
	}
	m.want(call("POST /api/filings/{id}/seal", with(m.signed(key, doc), "token", a.body["token"])), 201, "")
}

// TestOrderOfTheCourt: a court order opens a case; the debtor's objection comes to it when it is registered; the
// ruling on that sets the order aside in the case and on the application, whose claimant is told once.
func TestOrderOfTheCourt(t *testing.T) {
	m := newMatrix(t)
	clerk, owner, debtor := m.court()[caseClerk], m.tokens["owner"], m.tokens["other"]
	const application, objection, number = "01993a5e-0000-7000-8000-000000000041", "01993a5e-0000-7000-8000-000000000042", "7514-26-00-2/77"
	m.files("court_order_application", application, "aigul", owner, func(sections object) { sections["court"].(object)["code"] = "almaty-bostandyq" })
	m.acted(application, filing.CourtAct{Step: "register", Number: number})
	m.want(m.send(at(m.event("GET /api/cases/{id}", nil, owner), "{id}", application)), 404, "not-found") // no order yet, no case
	m.acted(application, filing.CourtAct{Step: "issue-order", Number: number})
	if _, err := m.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: ptr(m.name(schema.Filings)), Key: attributes{"PK": text("FILING#" + application), "SK": text("FILING")},
		UpdateExpression: ptr("SET #s = :s"), ExpressionAttributeNames: map[string]string{"#s": "status"}, ExpressionAttributeValues: attributes{":s": text(string(filing.OrderIssued))},
	}); err != nil {
		t.Fatal(err)
	}
	v := m.view(application, clerk)
	if v.Status != docket.Ordered || v.Number != number || len(v.Parties) != 2 || len(v.Deadlines) == 0 || v.Deadlines[0].Rule != "court.order.send" || v.Deadlines[0].Urgency == "" {
		t.Fatalf("the order's case is %+v", v)
	}
	m.want(m.act(application, clerk, object{"step": "confirm", "party": "d1", "number": signertest.ErlanIIN, "name": "Омаров Ерлан"}), 200, "")
	m.want(m.act(application, clerk, object{"step": "serve", "party": "d1"}), 200, "")
	if theirs := m.view(application, debtor); len(theirs.Deadlines) != 1 || theirs.Deadlines[0].Rule != "order.objection" || theirs.Deadlines[0].Article != "CPC 141(2)" {
		t.Errorf("the debtor has %+v", theirs.Deadlines)
	}
	m.files("motion", objection, "erlan", debtor, func(sections object) {
		sections["case"].(object)["number"] = number
		sections["applicant"].(object)["iin"] = signertest.ErlanIIN
		sections["motion"] = object{"about": "order_objection", "request": object{"text": "Бұйрықтың күшін жоюды сұраймын."}, "startedOn": "2026-11-20"}
	})
	m.acted(objection, filing.CourtAct{Step: "register", Number: "78"})
	if e, err := store.NewFilings(m.db, m.name(schema.Filings)).Sealed(t.Context(), objection); err != nil || e.Envelope.Matter() != "motion/order_objection" {
		t.Errorf("the objection is a %s, %v", e.Envelope.Matter(), err)
	}
	m.at = m.at.Add(time.Minute)
	m.acted(objection, filing.CourtAct{Step: "set-aside", Number: "78", By: filing.ByJudge, JudgeName: "ҚАСЫМОВ"})
	v = m.view(application, owner)
	var answered []string
	for _, e := range v.Events {
		if e.Happened != "" {
			answered = append(answered, e.Type+" "+e.Happened)
		}
	}
	if v.Status != docket.SetAside || strings.Join(answered, ", ") != "inform registered, answered set-aside, inform set-aside" {
		t.Errorf("set aside: %s, %q", v.Status, answered)
	}
	own := m.want(m.send(at(m.event("GET /api/filings/{id}", nil, owner), "{id}", application)), 200, "")
	if own.body["status"] != string(filing.OrderSetAside) || strings.Count(own.raw, `"type":"order-set-aside"`) != 1 {
		t.Errorf("the application says %s", own.raw)
	}
}

// TestObjectionOfAnOutsider: an order whose debtor no clerk has confirmed is set aside on the debtor's objection all the
// same: the case says so, its claimant is told, and what was filed stays with who filed it.
func TestObjectionOfAnOutsider(t *testing.T) {
	m := newMatrix(t)
	clerk, owner, debtor := m.court()[caseClerk], m.tokens["owner"], m.tokens["other"]
	const application, objection, number = "01993a5e-0000-7000-8000-000000000043", "01993a5e-0000-7000-8000-000000000044", "7514-26-00-2/79"
	m.files("court_order_application", application, "aigul", owner, func(sections object) { sections["court"].(object)["code"] = "almaty-bostandyq" })
	m.acted(application, filing.CourtAct{Step: "issue-order", Number: number})
	m.files("motion", objection, "erlan", debtor, func(sections object) {
		sections["case"].(object)["number"] = number
		sections["applicant"].(object)["iin"] = signertest.ErlanIIN
		sections["motion"] = object{"about": "order_objection", "request": object{"text": "Бұйрықтың күшін жоюды сұраймын."}, "startedOn": "2026-11-20"}
	})
	m.acted(objection, filing.CourtAct{Step: "register", Number: "80"})
	if v := m.view(application, clerk); v.Status != docket.Ordered || len(v.Papers) != 1 {
		t.Fatalf("a paper of nobody: %s, %d papers", v.Status, len(v.Papers))
	}
	m.at = m.at.Add(time.Minute)
	m.acted(objection, filing.CourtAct{Step: "set-aside", Number: "80", By: filing.ByJudge, JudgeName: "ҚАСЫМОВ"})
	v := m.view(application, clerk)
	last := v.Events[len(v.Events)-1]
	if v.Status != docket.SetAside || len(v.Papers) != 1 || last.Happened != "set-aside" || last.Type != docket.EventInformed || strings.Contains(fmt.Sprint(v.Events[len(v.Events)-2].Paper, last.Paper), objection) {
		t.Errorf("set aside: %s, %d papers, %+v", v.Status, len(v.Papers), v.Events)
	}
	m.want(m.send(at(m.event("GET /api/cases/{id}", nil, debtor), "{id}", application)), 404, "not-found") // confirmed by no clerk
}

// TestOwnCaseOfAClerk: who acts for an organisation keeps no card of a case in which it is a party: neither confirms
// who it is nor looks once somebody else has, and the parties see that they tried. Of a case without it they do.
func TestOwnCaseOfAClerk(t *testing.T) {
	m := newMatrix(t)
	clerk := m.court()[caseClerk]
	v := m.view(matrixSent, clerk)
	confirm := object{"step": "confirm", "party": v.Parties[1].ID, "number": signertest.BIN, "name": "ЖШС"}
	m.actsFor(signertest.BIN)
	m.want(m.act(matrixSent, clerk, confirm), 403, "own-case")
	if v := m.view(matrixSent, clerk); v.Parties[1].ConfirmedAt != nil {
		t.Errorf("confirmed by its own head: %+v", v.Parties[1])
	}
	if _, err := m.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: ptr(m.name(schema.Accounts)), Key: attributes{"PK": text("ACCOUNT#" + caseClerk), "SK": text("ACCOUNT")},
		UpdateExpression: ptr("SET iin = :v"), ExpressionAttributeValues: attributes{":v": text("781124400222")},
	}); err != nil {
		t.Fatal(err)
	}
	m.want(m.act(matrixSent, clerk, confirm), 200, "")
	if _, err := m.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: ptr(m.name(schema.Accounts)), Key: attributes{"PK": text("ACCOUNT#" + caseClerk), "SK": text("ACCOUNT")},
		UpdateExpression: ptr("SET iin = :v"), ExpressionAttributeValues: attributes{":v": text(staffIIN)},
	}); err != nil {
		t.Fatal(err)
	}
	m.at = m.at.Add(time.Second) // of looks of one instant none is the last
	m.want(m.send(at(m.event("GET /api/cases/{id}", nil, clerk), "{id}", matrixSent)), 403, "own-case")
	if looks := m.view(matrixSent, m.tokens["owner"]).Looks; !slices.ContainsFunc(looks, func(l cases.LookView) bool { return l.Type == docket.EventRecused && l.By == docket.ByClerk }) {
		t.Errorf("the claimant sees %+v", looks)
	}
}

// TestLaterPaper: a motion of a party comes to the case it names when a clerk registers it, and the other
// parties that see the case are told, each once; one of somebody who is nobody in the case comes to none,
// whatever number it has, and what was never registered neither.
func TestLaterPaper(t *testing.T) {
	m := newMatrix(t)
	clerk := m.court()[caseClerk]
	defendant := m.view(matrixSent, clerk).Parties[1].ID
	m.want(m.act(matrixSent, clerk, object{"step": "confirm", "party": defendant, "number": signertest.BIN, "name": "ЖШС"}), 200, "")
	m.want(m.act(matrixSent, clerk, object{"step": "serve", "party": defendant}), 200, "")
	file := func(id, key, token string, change func(object)) {
		t.Helper()
		m.motion(id, key, token, change)
		m.acted(id, filing.CourtAct{Step: "withdraw"})
		if v := m.view(matrixSent, clerk); slices.ContainsFunc(v.Papers, func(p cases.PaperView) bool { return p.Filing == id }) {
			t.Errorf("before it is registered: %+v", v.Papers)
		}
		m.acted(id, filing.CourtAct{Step: "register", Number: "4821"})
	}
	theirs, strangers := "01993a5e-0000-7000-8000-000000000031", "01993a5e-0000-7000-8000-000000000032"
	file(theirs, "aigul", m.tokens["owner"], func(object) {})
	v := m.view(matrixSent, clerk)
	if n := slices.IndexFunc(v.Events, func(e cases.EventView) bool { return e.Type == docket.EventAttached }); n < 0 || v.Events[n].Paper != theirs {
		t.Errorf("the timeline has %+v", v.Events)
	}
	informed := slices.DeleteFunc(v.Events, func(e cases.EventView) bool { return e.Type != docket.EventInformed })
	if len(informed) != 1 || informed[0].Party != defendant || informed[0].Paper != theirs || informed[0].Happened != "registered" {
		t.Errorf("told are %+v", informed)
	}
	for _, e := range m.view(matrixSent, m.tokens["owner"]).Events {
		if e.Type == docket.EventInformed {
			t.Errorf("who filed it sees who else was told: %+v", e)
		}
	}
	// Slips in the ruling that opened the case, and in one on the motion, are corrected: who was served is told of both.
	m.at = m.at.Add(time.Minute)
	m.acted(matrixSent, filing.CourtAct{Step: filing.CorrectRuling, Number: "7514-26-00-2/1", By: filing.ByJudge, JudgeName: "ҚАСЫМОВ"})
	m.at = m.at.Add(time.Minute)
	m.acted(theirs, filing.CourtAct{Step: filing.CorrectRuling, Number: "4821", By: filing.ByJudge, JudgeName: "ҚАСЫМОВ"})
	v = m.view(matrixSent, clerk)
	var corrected []string
	for _, e := range v.Events {
		if e.Happened == filing.CorrectRuling {
			corrected = append(corrected, strings.Join([]string{e.Type, e.Party, e.Paper, e.Article}, " "))
		}
	}
	filer := v.Parties[0].ID
	if want := []string{
		"answered " + filer + " " + matrixSent + " CPC 235", "inform " + defendant + " " + matrixSent + " CPC 235",
		"answered " + filer + " " + theirs + " CPC 235", "inform " + defendant + " " + theirs + " CPC 235",
	}; !slices.Equal(corrected, want) || v.Status != docket.Opened {
		t.Errorf("of corrections: %q, want %q", corrected, want)
	}
	sink, _ := m.notifying(t)
	app := m.app(t, "notify")
	head := m.want(m.register("head", m.registration(m.company()), password), 201, "").cookie
	m.view(matrixSent, head)
	svc := &notify.Service{
		Mail: mail.New(app.ses(), app.cfg.MailFrom), SMS: sms.New(app.pinpoint(), app.cfg.SMSSender, app.cfg.SMSSet), PortalURL: "https://court.example",
		Accounts: m.accounts(), Representatives: m.trusted(), Contacts: m.contacts(), Cases: store.NewCases(m.db, m.name(schema.Filings)), IndexKey: app.cfg.IndexKey, Now: func() time.Time { return m.at },
	}
	m.tells(svc, matrixSent)
	if sent := slices.DeleteFunc(sink.Messages(), func(s mailsink.Message) bool { return !strings.Contains(s.Subject, "Сот тіркеді") }); len(sent) != 1 || !strings.Contains(sent[0].Text, matrixSent) {
		t.Errorf("the defendant has %+v", sent)
	}
	file(strangers, "erlan", m.tokens["other"], func(sections object) { sections["applicant"].(object)["iin"] = signertest.ErlanIIN })
	v = m.view(matrixSent, clerk)
	if len(v.Papers) != 2 || v.Papers[1].Filing != theirs || v.Papers[1].Party != v.Parties[0].ID || v.Papers[1].Kind != "motion" || len(v.Papers[1].Files) == 0 {
		t.Errorf("papers %+v", v.Papers)
	}
	// The page of a paper leads to its case where who filed it sees that case: else as where there is none of that number.
	elsewhere := "01993a5e-0000-7000-8000-000000000033"
	m.motion(elsewhere, "erlan", m.tokens["other"], func(sections object) {
		sections["applicant"].(object)["iin"] = signertest.ErlanIIN
		sections["case"].(object)["number"] = "7514-26-00-2/404"
	})
	for _, tt := range []struct{ id, token, caseID string }{{theirs, m.tokens["owner"], matrixSent}, {strangers, m.tokens["other"], ""}, {elsewhere, m.tokens["other"], ""}, {matrixSent, m.tokens["owner"], ""}} {
		if got := m.want(m.send(at(m.event("GET /api/filings/{id}", nil, tt.token), "{id}", tt.id)), 200, ""); got.body["caseId"] != tt.caseID {
			t.Errorf("filing %s leads to case %v, want %q", tt.id, got.body["caseId"], tt.caseID)
		}
	}
}

// motion files a motion in the case, changed by change.
func (m *matrix) motion(id, key, token string, change func(object)) {
	m.Helper()
	m.files("motion", id, key, token, func(sections object) {
		sections["case"].(object)["number"] = "7514-26-00-2/1"
		change(sections)
	})
}

// TestActIsDoneOnce: an act whose answer was lost is repeated with its id and finds what was done; another
// act in the case as it was is refused.
func TestActIsDoneOnce(t *testing.T) {
	m := newMatrix(t)
	clerk := m.court()[caseClerk]
	v := m.view(matrixSent, clerk)
	body := object{"id": actID(1), "revision": v.Revision, "step": "confirm", "party": v.Parties[1].ID, "number": signertest.BIN, "name": "ЖШС"}
	ev := at(m.event("POST /api/cases/{id}/acts", body, clerk), "{id}", matrixSent)
	first := decodeAs[cases.View](t, m.want(m.send(ev), 200, ""))
	again := decodeAs[cases.View](t, m.want(m.send(ev), 200, ""))
	if first.Revision != v.Revision+1 || again.Revision != first.Revision || len(again.Events) != len(first.Events) {
		t.Errorf("revision %d, then %d", first.Revision, again.Revision)
	}
	m.want(m.send(at(m.event("POST /api/cases/{id}/acts", with(body, "id", actID(2)), clerk), "{id}", matrixSent)), 409, "changed-meanwhile")
	m.want(m.send(at(m.event("POST /api/cases/{id}/acts", with(body, "id", "x"), clerk), "{id}", matrixSent)), 400, "malformed-json")
}

// TestActIDsAreTheirs: an act under the id of one that was done, by somebody else or with other words, is told
// apart from a repeat; and no id that somebody may choose keeps a paper out of its case.
func TestActIDsAreTheirs(t *testing.T) {
	m := newMatrix(t)
	tokens := m.court()
	clerk, judge := tokens[caseClerk], tokens[caseJudge]
	const paper = "01993a5e-0000-7000-8000-000000000031"
	v := m.view(matrixSent, clerk)
	defendant := v.Parties[1].ID
	body := object{"id": paper, "revision": v.Revision, "step": "confirm", "party": defendant, "number": signertest.BIN, "name": "ЖШС"}
	send := func(body object, token string) answer {
		return m.send(at(m.event("POST /api/cases/{id}/acts", body, token), "{id}", matrixSent))
	}
	m.want(send(body, clerk), 200, "")
	now := m.view(matrixSent, clerk).Revision
	m.want(send(body, clerk), 200, "")
	for what, other := range map[string]object{
		"another step":   {"id": paper, "revision": now, "step": "serve", "party": defendant},
		"another number": with(with(body, "revision", now), "number", "010140000011"),
		"another name":   with(with(body, "revision", now), "name", "АҚ"),
	} {
		if a := send(other, clerk); a.status != 409 {
			t.Errorf("%s under the same id: %d %v", what, a.status, a.body)
		}
	}
	m.want(send(with(body, "revision", now), judge), 409, "changed-meanwhile")
	if again := m.view(matrixSent, clerk); again.Revision != now {
		t.Errorf("revision %d became %d", now, again.Revision)
	}
	m.motion(paper, "aigul", m.tokens["owner"], func(object) {})
	m.acted(paper, filing.CourtAct{Step: "register", Number: "4821"})
	if v := m.view(matrixSent, clerk); len(v.Papers) != 2 || v.Papers[1].Filing != paper {
		t.Errorf("the paper is not in its case: %+v", v.Papers)
	}
}

// TestCaseAuthorisation tries who sees a case: the answer to everyone who may not is that there is none.
func TestCaseAuthorisation(t *testing.T) {
	m := newMatrix(t)
	tokens := m.court()
	clerk := tokens[caseClerk]
	defendant := m.view(matrixSent, clerk).Parties[1].ID
	head := m.want(m.register("head", m.registration(m.company()), password), 201, "").cookie
	byPassword := m.want(m.byPassword(signertest.BIN, signertest.AigulIIN, password), 200, "").cookie
	m.want(m.act(matrixSent, clerk, object{"step": "confirm", "party": defendant, "number": signertest.BIN, "name": "ЖШС"}), 200, "")
	m.want(m.act(matrixSent, clerk, object{"step": "serve", "party": defendant}), 200, "")
	m.holder("clerk-by-password", "Y2xlcmstYnktcGFzc3dvcmQtc2Vzc2lvbi10b2tlbi0", session.ByPassword, "clerk.almaty-bostandyq")
	file := "GET /api/cases/{id}/papers/{paper}/files/{file}"
	place := func(route, token string) answer {
		return m.send(at(at(at(m.event(route, nil, token), "{id}", matrixSent), "{paper}", matrixSent), "{file}", "statement"))
	}
	for _, tt := range []struct {
		who, token string
		sees       int // the case
		takes      int // a paper of it
	}{
		{"nobody", "", 401, 401},
		{"a stranger", m.tokens["other"], 404, 404},
		{"an administrator", m.tokens["administrator"], 404, 404},
		{"a clerk of the court", clerk, 200, 303},
		{"the same in a session of the password", "Y2xlcmstYnktcGFzc3dvcmQtc2Vzc2lvbi10b2tlbi0", 404, 404},
		{"a clerk of another court", tokens[clerkThere], 404, 404},
		{"the judge of the case", tokens[caseJudge], 200, 303},
		{"another judge of the court", tokens[judgeThere], 404, 404},
		{"the claimant", m.tokens["owner"], 200, 303},
		{"the defendant's head", head, 200, 303},
		{"the same by the password", byPassword, 200, 303},
	} {
		if a := place("GET /api/cases/{id}", tt.token); a.status != tt.sees {
			t.Errorf("%s: case %d, want %d: %s", tt.who, a.status, tt.sees, a.raw)
		}
		if a := place(file, tt.token); a.status != tt.takes {
			t.Errorf("%s: paper %d, want %d: %s", tt.who, a.status, tt.takes, a.raw)
		}
	}
	// A representative sees it from when the clerk confirmed the authority until it ends.
	admitted := decodeAs[cases.View](t, m.want(m.act(matrixSent, clerk, object{"step": "admit", "party": defendant, "number": signertest.ErlanIIN, "name": "Омаров Ерлан"}), 200, ""))
	stand := admitted.Representatives[0].ID
	if v := m.view(matrixSent, m.tokens["other"]); v.As != docket.AsRepresentative {
		t.Errorf("sees it as %s", v.As)
	}
	m.want(m.act(matrixSent, clerk, object{"step": "unrepresent", "representative": stand, "reason": "Сенімхат кері қайтарылды"}), 200, "")
	m.want(place("GET /api/cases/{id}", m.tokens["other"]), 404, "not-found")
	if list := decodeAs[cases.Listing](t, m.want(m.call("GET /api/cases", nil, m.tokens["other"]), 200, "")); len(list.Cases) != 0 {
		t.Errorf("a former representative's cases: %+v", list)
	}
}

// TestCaseNumberIsCorrected: the number that was a mistake is free again.
func TestCaseNumberIsCorrected(t *testing.T) {
	m := newMatrix(t)
	clerk := m.court()[caseClerk]
	opened := m.view(matrixSent, clerk)
	const right = "7514-26-00-2/77"
	m.want(m.act(matrixSent, clerk, object{"step": "correct", "event": opened.Events[0].ID, "number": right, "reason": "Нөмір қате жазылған"}), 200, "")
	if v := m.view(matrixSent, m.tokens["owner"]); v.Number != right {
		t.Errorf("number %q", v.Number)
	}
	table := m.name(schema.Filings)
	for number, there := range map[string]bool{opened.Number: false, right: true} {
		k := attributes{schema.PK: text("CASENO#almaty-bostandyq#" + number), schema.SK: text("CASENO")}
		if out, err := m.db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table, Key: k}); err != nil || (out.Item != nil) != there {
			t.Errorf("%s: %v, %v", number, out, err)
		}
	}
}

// TestLooksAreKept: each look of the court is there before its answer, and the parties see who it was.
func TestLooksAreKept(t *testing.T) {
	m := newMatrix(t)
	tokens := m.court()
	for n := range 3 {
		m.at = m.at.Add(time.Second)
		m.view(matrixSent, tokens[caseClerk])
		if v := m.view(matrixSent, m.tokens["owner"]); len(v.Looks) != n+1 || v.Looks[0].By != docket.ByClerk || v.Looks[0].Name != "СЕРІКОВ ҰЛАН" {
			t.Errorf("after %d looks: %+v", n+1, v.Looks)
		}
	}
}

func withQuery(ev events.APIGatewayV2HTTPRequest, q string) events.APIGatewayV2HTTPRequest {
	ev.RawQueryString = q
	return ev
}

// TestRecordedCaseEvents replays the payloads of events/cases in the order people cause them. See
// TestRecordedEvents for -update.
func TestRecordedCaseEvents(t *testing.T) {
	m := newMatrix(t)
	clerk := m.court()[caseClerk]
	if err := store.NewSessions(m.db, m.name(schema.Accounts)).SignIn(t.Context(), challenge.Challenge{NotAfter: m.at}, session.Session{
		ID: session.ID(recordedToken), AccountID: m.ids["owner"], By: session.ByEDS, CreatedAt: m.at, SeenAt: m.at,
	}); err != nil {
		t.Fatal(err)
	}
	place := strings.NewReplacer("{id}", matrixSent, "{paper}", matrixSent, "{file}", "statement")
	for _, tt := range []struct {
		file, route, query, token string
		body                      any
		status                    int
	}{
		{"list.json", "GET /api/cases", "", recordedToken, nil, 200},
		{"case.json", "GET /api/cases/{id}", "", recordedToken, nil, 200},
		{"file.json", "GET /api/cases/{id}/papers/{paper}/files/{file}", "", recordedToken, nil, 303},
		{"court.json", "GET /api/court/cases", "court=almaty-bostandyq&number=7514-26-00-2/1", clerk, nil, 200},
		{"act.json", "POST /api/cases/{id}/acts", "", clerk, object{
			"id": actID(1), "revision": 1, "step": "confirm", "party": "d1", "number": signertest.BIN, "name": "«Мысал Құрылыс» ЖШС",
		}, 200},
	} {
		if *update {
			ev := m.event(tt.route, tt.body, tt.token)
			ev.RawPath, ev.RawQueryString = place.Replace(ev.RawPath), tt.query
			ev.RequestContext.HTTP.Path = ev.RawPath
			record(t, filepath.Join("..", "..", "..", "events", "cases", tt.file), ev)
		}
		ev := request(t, "cases/"+tt.file)
		if ev.RouteKey != tt.route {
			t.Errorf("%s is for %s", tt.file, ev.RouteKey)
		}
		m.want(m.send(ev), tt.status, "")
	}
	// The filing of the recorded messages is not in the table, so they come again.
	for _, file := range []string{"accepted", "received", "registered", "answered"} {
		res, err := m.app(t, "cases").Cases()(t.Context(), payload(t, "cases/filing-"+file+".json"))
		if err != nil || len(res.(events.SQSEventResponse).BatchItemFailures) != 1 {
			t.Errorf("%s: %+v, %v", file, res, err)
		}
	}
}
