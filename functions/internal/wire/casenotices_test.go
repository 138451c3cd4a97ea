package wire

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/functions/internal/cases"
	"github.com/courtoffice/courtoffice/functions/internal/notify"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/mail"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/signer/signertest"
	"github.com/courtoffice/courtoffice/shared/sms"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// tells has the function notify tell what waits in the case's outbox, twice, at the office's instant.
func (m *matrix) tells(svc *notify.Service, id string) {
	m.Helper()
	out, err := m.db.Query(m.Context(), &dynamodb.QueryInput{
		TableName: ptr(m.name(schema.Filings)), KeyConditionExpression: ptr("PK = :pk AND begins_with(SK, :sk)"),
		ExpressionAttributeValues: attributes{":pk": text("CASE#" + id), ":sk": text("OUTBOX#" + docket.EventNotice)},
	})
	if err != nil {
		m.Fatal(err)
	}
	for _, it := range out.Items {
		if it[schema.GSI1PK] == nil {
			continue // done
		}
		e, ok, err := store.OutboxEntry(it)
		if err != nil || !ok {
			m.Fatal(err)
		}
		n, err := docket.NoticeEventOf(e.Event)
		for range 2 {
			if err == nil {
				err = svc.Case(m.Context(), n)
			}
		}
		if err == nil {
			err = store.NewOutbox(m.db, m.name(schema.Filings)).Done(m.Context(), outbox.Entry{Event: e.Event, PK: e.PK, SK: e.SK}, schema.Notices.Name)
		}
		if err != nil {
			m.Fatal(err)
		}
	}
}

// TestCaseNotices: a party without an account can't be told by the office; once it has one the summons
// reaches it and who acts for it (127(2)) with all its items, once, and the ladder says by what it is notified and since when.
func TestCaseNotices(t *testing.T) {
	m := newMatrix(t)
	tokens := m.court()
	clerk, judge := tokens[caseClerk], tokens[caseJudge]
	sink, handle := m.notifying(t)
	app := m.app(t, "notify")
	svc := &notify.Service{
		Mail: mail.New(app.ses(), app.cfg.MailFrom), SMS: sms.New(app.pinpoint(), app.cfg.SMSSender, app.cfg.SMSSet), PortalURL: "https://court.example",
		Accounts: m.accounts(), Representatives: m.trusted(), Contacts: m.contacts(), Cases: store.NewCases(m.db, m.name(schema.Filings)), IndexKey: app.cfg.IndexKey, Now: func() time.Time { return m.at },
	}
	defendant := m.view(matrixSent, clerk).Parties[1].ID
	notice := func(token string) *cases.NoticeView {
		for _, n := range m.view(matrixSent, token).Notices {
			if n.Party == defendant {
				return &n
			}
		}
		return nil
	}
	m.want(m.act(matrixSent, clerk, object{"step": "confirm", "party": defendant, "number": signertest.BIN, "name": "«Мысал Құрылыс» ЖШС"}), 200, "")
	if n := notice(clerk); n != nil {
		t.Errorf("before anything is served: %+v", n)
	}
	m.want(m.act(matrixSent, clerk, object{"step": "serve", "party": defendant}), 200, "")
	m.tells(svc, matrixSent)
	if n := notice(clerk); n == nil || n.Proper || n.Next != docket.GivenEmail || n.Rungs[0].State != docket.Failed || len(sink.Messages()) != 0 {
		t.Errorf("nobody is registered: %+v, mail %d", n, len(sink.Messages()))
	}
	report := object{"step": "report", "party": defendant, "way": "paper", "result": "delivered", "on": "2026-11-22", "reason": "Хабарлама № 17"}
	m.want(m.act(matrixSent, clerk, with(report, "on", "2026-12-22")), 422, "invalid-fields")
	m.want(m.act(matrixSent, clerk, with(report, "reason", "")), 422, "invalid-fields") // no notice without its evidence
	m.want(m.act(matrixSent, clerk, report), 200, "")
	if n := notice(clerk); n == nil || !n.Proper || n.Way != docket.OnPaper || n.Article != "CPC 127(4)6" {
		t.Errorf("by a letter: %+v", n)
	}

	registered := m.want(m.register("head", m.registration(m.company()), password), 201, "")
	head := registered.cookie
	m.want(m.act(matrixSent, clerk, object{"step": "admit", "party": defendant, "number": signertest.ErlanIIN, "name": "Омаров Ерлан"}), 200, "")
	m.agreed(t, registered.body["id"].(string), recordedRepresentative, "anna@example.kz")
	place := object{"at": m.at.Add(240 * time.Hour).Format(time.RFC3339), "place": "№ 4 зал"}
	m.want(m.act(matrixSent, clerk, object{"step": "summon", "party": defendant, "address": "x"}), 409, "act-impossible") // to what?
	m.want(m.act(matrixSent, judge, object{"step": "appoint", "hearing": place}), 200, "")
	if n := notice(head); n == nil || n.Proper || n.Next != docket.Email {
		t.Errorf("a new time takes a new notice: %+v", n)
	}
	m.want(m.act(matrixSent, clerk, object{"step": "summon", "party": defendant}), 422, "invalid-fields") // without the court's address
	m.want(m.act(matrixSent, clerk, object{"step": "summon", "party": defendant, "address": "Алматы қаласы, Үлгі көшесі, 1"}), 200, "")
	m.want(m.act(matrixSent, clerk, object{"step": "summon", "party": defendant, "address": "x"}), 422, "invalid-fields") // twice
	m.tells(svc, matrixSent)
	got := sink.Messages()
	if len(got) != 3 || got[1].To[0] != "erlan.o@court.example" || got[2].To[0] != "anna@example.kz" {
		t.Fatalf("mail %+v: want the summons, once, to the party and its representative, and a copy", got)
	}
	if strings.Contains(got[2].Text, matrixSent) || got[2].Headers["List-Unsubscribe"] == "" {
		t.Errorf("who only gets copies is led into the case, or can't end them: %+v", got[2])
	}
	for _, item := range []string{"«Мысал Құрылыс» ЖШС", "Алматы қаласы, Үлгі көшесі, 1", "№ 4 зал", "7514-26-00-2/1", "/cases/" + matrixSent, "46", "196"} {
		if !strings.Contains(got[0].Text, item) {
			t.Errorf("the summons lacks %q: %s", item, got[0].Text)
		}
	}
	if n := notice(head); n == nil || !n.Proper || n.Way != docket.Email || n.Article != "CPC 127(4)2" || n.Since == nil {
		t.Errorf("told: %+v", n)
	}
	opened := 0
	for _, e := range m.view(matrixSent, clerk).Events {
		if e.Type == docket.EventOpened && e.Way == docket.Cabinet && e.Party == defendant {
			opened++
		}
	}
	if opened != 1 { // by the view above
		t.Errorf("the court is told %d times that the summons was read", opened)
	}
	copies := 0
	for _, e := range m.view(matrixSent, head).Events {
		if e.Type == docket.EventTold && e.Representative != "" {
			copies++
		}
	}
	if copies != 2 {
		t.Errorf("%d copies are proved", copies)
	}
	if n := notice(m.tokens["owner"]); n != nil {
		t.Errorf("the other side is shown %+v", n)
	}
	for _, e := range m.view(matrixSent, m.tokens["owner"]).Events {
		if e.To != "" || e.Way != "" {
			t.Errorf("the other side is shown where the notice went: %+v", e)
		}
	}

	// For 72 hours what the court says goes to the address before too; that is a copy, and proves no notice.
	for _, email := range []string{"first@court.example", "second@court.example"} {
		m.at = m.at.Add(time.Minute)
		m.want(m.call("POST /api/account/email", object{"email": email}, head), 202, "")
		m.want(m.call("POST /api/account/email/code", object{"code": m.codeTo(email)}, head), 204, "")
	}
	m.want(m.act(matrixSent, judge, object{"step": "postpone", "hearing": with(place, "at", m.at.Add(480*time.Hour).Format(time.RFC3339)), "reason": "Жауапкердің өтініші бойынша"}), 200, "")
	m.want(m.act(matrixSent, clerk, object{"step": "summon", "party": defendant, "address": "Алматы қаласы, Үлгі көшесі, 1"}), 200, "")
	before := len(sink.Messages())
	m.tells(svc, matrixSent)
	to := map[string]int{}
	for _, got := range sink.Messages()[before:] {
		to[got.To[0]]++
		if former := got.To[0] == "first@court.example"; former != strings.Contains(got.Text, "/objection#") {
			t.Errorf("%s: how to object is for the address before: %s", got.To[0], got.Text)
		}
	}
	if to["second@court.example"] != 1 || to["first@court.example"] != 1 {
		t.Errorf("told after a change of address: %v", to)
	}

	// The case of the recorded message is not in the table, so it comes again.
	res, err := handle(t.Context(), batch(t, "notify/case-notice.json"))
	if err != nil || len(res.BatchItemFailures) != 1 {
		t.Errorf("%+v, %v", res, err)
	}
}
