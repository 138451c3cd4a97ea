package wire

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	notifying "github.com/courtoffice/courtoffice/functions/internal/notify"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/mail"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// mornings returns what is in the outbox of accounts for the staff of courts, by whom it is told.
func (o *office) mornings() (list []outbox.Entry) {
	o.Helper()
	for _, it := range (&matrix{office: o}).scan(o.name(schema.Accounts)) {
		entry, ok, err := store.OutboxEntry(it)
		if err != nil {
			o.Fatal(err)
		}
		if ok && entry.Type == docket.EventMorning {
			list = append(list, entry)
		}
	}
	slices.SortFunc(list, func(a, b outbox.Entry) int { return strings.Compare(a.PK+a.SK, b.PK+b.SK) })
	return list
}

// TestMorning: on a working morning the clerk of a court is told of the filing that waits and of copies that are
// to be served, the judge of the hearing; each once however often the function runs, nobody of another court, and
// nobody on a Sunday.
func TestMorning(t *testing.T) {
	m := newMatrix(t)
	tokens := m.court()
	for id, right := range map[string]string{caseClerk: "clerk.almaty-bostandyq", caseJudge: "judge.almaty-bostandyq", clerkThere: "clerk.almaty-medeu", judgeThere: "judge.almaty-bostandyq"} {
		m.posted(id, right)
	}
	m.Setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1")
	handle := m.app(t, "cases").Cases()
	run := func(at time.Time) {
		t.Helper()
		raw, err := json.Marshal(tick{"morning", at})
		for range 2 {
			if err == nil {
				_, err = handle(t.Context(), raw)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	run(time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)) // Sunday
	run(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)) // Monday at six
	if list := m.mornings(); len(list) != 0 {
		t.Fatalf("told at no morning: %v", list)
	}
	monday := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	run(monday)
	run(monday.Add(15 * time.Minute))
	list := m.mornings()
	if len(list) != 1 || list[0].Of != caseClerk {
		t.Fatalf("on Monday: %v", list)
	}
	e, err := docket.MorningEventOf(list[0].Event)
	if err != nil || e.Court != "almaty-bostandyq" || e.Today != 0 || e.Late != 0 || e.Soon != 1 || len(e.Items) != 1 || e.Items[0].What != "court.copies.claim" || e.Items[0].Number != "7514-26-00-2/1" {
		t.Errorf("on Monday: %+v, %v", e, err)
	}
	m.want(m.act(matrixSent, tokens[caseJudge], object{"step": "appoint", "hearing": object{"at": "2026-12-01T05:00:00Z", "place": "№ 4 зал"}}), 200, "")
	run(time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC))
	got := map[string]docket.MorningEvent{}
	for _, entry := range m.mornings() {
		if e, err = docket.MorningEventOf(entry.Event); err != nil {
			t.Fatal(err)
		}
		if e.Day.Day == 30 {
			got[e.Account] = e
		}
	}
	if len(got) != 2 || got[caseJudge].Soon != 1 || got[caseJudge].Items[0].What != docket.TaskHearing {
		t.Errorf("the judge on the day before the hearing: %+v", got)
	}
	// By then the filing is overdue too: its answer was due on Friday; so are the copies and the notice of the hearing.
	if e := got[caseClerk]; e.Late != 3 || e.Soon != 1 || e.Items[0].On.Day > 27 || e.Items[len(e.Items)-1].What != docket.TaskHearing {
		t.Errorf("the clerk: %+v", e)
	}

	reminded := 0 // the claimant, who sees the case, of its address before the hearing
	for _, e := range m.view(matrixSent, m.tokens["owner"]).Events {
		if e.Type == docket.RemindContacts {
			reminded++
		}
	}
	if reminded != 1 {
		t.Errorf("the claimant was reminded %d times", reminded)
	}
	sink, notify := m.notifying(t)
	for range 2 {
		for _, entry := range m.mornings() {
			res, err := notify(t.Context(), events.SQSEvent{Records: []events.SQSMessage{message(t, schema.Receipts, entry)}})
			if err != nil || len(res.BatchItemFailures) != 0 {
				t.Fatalf("%+v, %v", res, err)
			}
		}
	}
	if mails := sink.Messages(); len(mails) != 3 || !strings.Contains(mails[0].Text, "/kk/registry") || strings.ContainsAny(mails[0].Text, "{}") {
		t.Errorf("mail: %+v", mails)
	}
	app := m.app(t, "notify")
	before := len(sink.Messages())
	m.tells(&notifying.Service{
		Mail: mail.New(app.ses(), app.cfg.MailFrom), PortalURL: "https://court.example", Accounts: m.accounts(), Representatives: m.trusted(), Contacts: m.contacts(), Cases: store.NewCases(m.db, m.name(schema.Filings)), IndexKey: app.cfg.IndexKey, Now: func() time.Time { return m.at },
	}, matrixSent)
	if mails := sink.Messages(); len(mails) != before+1 || !strings.Contains(mails[before].Text, "132-бабы") || strings.ContainsAny(mails[before].Text, "{}") {
		t.Errorf("the reminder: %+v", mails[before:])
	}
	for _, mail := range sink.Messages()[:before] { // of parties nothing
		if strings.Contains(mail.Text, "Мысал") || strings.Contains(mail.Text, "Сейітова") {
			t.Errorf("mail names a party: %s", mail.Text)
		}
	}
}

// TestRecordedMorning replays the clock and the message: who has no post any more is told nothing.
func TestRecordedMorning(t *testing.T) {
	m := newMatrix(t)
	m.Setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1")
	if _, err := m.app(t, "cases").Cases()(t.Context(), payload(t, "cases/morning.json")); err != nil {
		t.Fatal(err)
	}
	m.account(t)
	sink, notify := m.notifying(t)
	if res, err := notify(t.Context(), batch(t, "notify/court-due.json")); err != nil || len(res.BatchItemFailures) != 0 || len(sink.Messages()) != 0 {
		t.Errorf("%+v, %v, %v", res, err, sink.Messages())
	}
	m.grants(recordedAccount, "clerk.almaty-bostandyq")
	if res, err := notify(t.Context(), batch(t, "notify/court-due.json")); err != nil || len(res.BatchItemFailures) != 0 || len(sink.Messages()) != 1 {
		t.Errorf("%+v, %v, %v", res, err, sink.Messages())
	}
}
