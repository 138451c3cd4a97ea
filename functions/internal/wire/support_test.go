package wire

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/functions/internal/admin"
	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/functions/internal/support"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	rules "github.com/courtoffice/courtoffice/shared/support"
)

// recordedTicket is the number of a request to support in recorded payloads.
const recordedTicket = "10H2-GQVQ-DNQN"

// supportRequest is what the page of support sends after a problem on the page of a draft.
var supportRequest = object{
	"id": "01993a5e-0000-7000-8000-0000000000f1", "topic": "signature", "reference": "JKJaXmPLvHcESHA=", "problem": "sign-not-running",
	"ago": 90, "page": "/kk/filings/" + recordedFiling + "/edit", "filing": recordedFiling, "portal": "aB3_-x9Zq1Rt", "ncalayer": "1.4", "email": "",
}

// ask is supportRequest with the n-th id and changes.
func ask(n int, changes ...any) object {
	return with(supportRequest, append([]any{"id", fmt.Sprintf("01993a5e-0000-7000-8000-%012d", n)}, changes...)...)
}

// ticket keeps the ticket the recorded payloads speak of, made without a session.
func (o *office) ticket() {
	o.Helper()
	if _, _, err := store.NewSupport(o.db, o.name(schema.Accounts)).Open(o.Context(), rules.Ticket{
		Number: recordedTicket, RequestID: "01993a5e-0000-7000-8000-0000000000f9", Lang: locale.KK, Topic: "signature", ReplyTo: "ulan@example.kz",
		State: rules.Received, ReceivedAt: o.at,
	}); err != nil {
		o.Fatal(err)
	}
}

// post has notify handle every event of tickets that waits in the table, twice, as a queue may.
func post(o *office, handle func(events.SQSEvent) events.SQSEventResponse) {
	o.Helper()
	out, err := o.db.Scan(o.Context(), &dynamodb.ScanInput{TableName: ptr(o.name(schema.Accounts))})
	if err != nil {
		o.Fatal(err)
	}
	var batch events.SQSEvent
	for _, it := range out.Items {
		if e, ok, err := store.OutboxEntry(it); err != nil {
			o.Fatal(err)
		} else if ok && strings.HasPrefix(e.Type, "support.") {
			batch.Records = append(batch.Records, message(o, schema.Notices, e))
		}
	}
	for range 2 {
		if res := handle(batch); len(res.BatchItemFailures) != 0 {
			o.Fatalf("notify: %+v", res)
		}
	}
}

// TestSupportWithoutASession: who can't sign in gets a number, support gets the facts, the answer
// goes to the address given for it, and the address shows nowhere else.
func TestSupportWithoutASession(t *testing.T) {
	d := newAdministration(t)
	sink, notify := d.notifying(t)
	handle := func(b events.SQSEvent) events.SQSEventResponse {
		res, err := notify(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	d.private = append(d.private, "kuralai@")
	body := ask(1, "email", "kuralai@example.kz")
	ev := d.event("POST /api/support", body, "")
	ev.RawQueryString = "lang=ru"
	ev.Headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0; Құралай) Gecko/20100101 Firefox/132.0"
	d.operations()
	first := d.want(d.send(ev), 201, "")
	if got := d.operations(); got != "Query GetItem UpdateItem TransactWriteItems" {
		t.Errorf("a request calls %s", got)
	}
	taken := decodeAs[support.Taken](t, first)
	if !filing.IsTicket(taken.Ticket) || taken.State.State != "received" || taken.AnswerTo != "address" || first.body["answerBy"] != "2026-11-24" {
		t.Errorf("taken: %s", first.raw)
	}
	if again := d.want(d.send(ev), 200, ""); again.raw != first.raw {
		t.Errorf("a repeat: %s, first %s", again.raw, first.raw)
	}

	post(d.office, handle)
	mails := sink.Messages()
	if len(mails) != 1 || mails[0].To[0] != "komek@court.example" || mails[0].Headers["Reply-To"] != "kuralai@example.kz" || mails[0].Language != "ru" {
		t.Fatalf("mail to support: %+v", mails)
	}
	letter := strings.ReplaceAll(mails[0].Text, "\r\n", "\n")
	for _, fact := range []string{
		taken.Ticket, "ЭЦП и NCALayer", "JKJaXmPLvHcESHA=", "sign-not-running", "22 ноября 2026 г., 11:58:30", "/kk/filings/" + recordedFiling + "/edit",
		"aB3_-x9Zq1Rt", ": 1.4\n", "Firefox 132.0, Windows NT 10.0", "24 ноября 2026 г.", ": v1\n", "https://court.example/ru/admin/support",
	} {
		if !strings.Contains(letter, fact) {
			t.Errorf("mail to support lacks %q:\n%s", fact, letter)
		}
	}
	if strings.Contains(mails[0].Text+mails[0].Subject, "kuralai") || strings.Contains(mails[0].Text, "Құралай") || strings.ContainsAny(mails[0].Text+mails[0].Subject, "{}") {
		t.Errorf("mail to support: %s\n%s", mails[0].Subject, mails[0].Text)
	}

	// By the number: the state, and nothing of what it is about.
	typed := strings.ToLower(strings.ReplaceAll(taken.Ticket, "-", " "))
	look := d.want(d.call("POST /api/support/state", object{"ticket": typed}), 200, "")
	if look.body["ticket"] != taken.Ticket || look.body["state"] != "received" || strings.Contains(look.raw, "topic") || strings.Contains(look.raw, "kuralai") {
		t.Errorf("by number: %s", look.raw)
	}
	d.want(d.call("POST /api/support/state", object{"ticket": recordedTicket}), 404, "not-found")
	d.want(d.call("POST /api/support/state", object{"ticket": "10H2-GQVQ-DNQM"}), 422, "invalid-fields")
	d.want(d.call("GET /api/support", nil), 401, "unauthenticated")

	// Two administrators.
	list := d.want(d.do("GET /api/admin/support  month=2026-11", nil, d.firstToken), 200, "")
	tickets := decodeAs[admin.TicketList](t, list).Tickets
	if len(tickets) != 1 || tickets[0].Number != taken.Ticket || tickets[0].AnswerTo != "address" || tickets[0].Overdue || strings.Contains(list.raw, "kuralai") {
		t.Errorf("list: %s", list.raw)
	}
	if empty := d.want(d.do("GET /api/admin/support  month=2026-10", nil, d.firstToken), 200, ""); len(empty.body["tickets"].([]any)) != 0 {
		t.Errorf("October: %s", empty.raw)
	}
	d.want(d.do("GET /api/admin/support  month=November", nil, d.firstToken), 422, "invalid-fields")
	route := "POST /api/admin/support/{ticket}  ticket=" + taken.Ticket
	d.want(d.do(route, object{"state": "closed", "answer": ""}, d.firstToken), 409, "changed-meanwhile")
	d.want(d.do(route, object{"state": "answered", "answer": ""}, d.firstToken), 422, "invalid-fields")
	d.want(d.do(route, object{"state": "in-progress", "answer": ""}, d.firstToken), 200, "")
	answer := object{"state": "answered", "answer": "Запустите NCALayer.\nПотом повторите."}
	done := d.want(d.do(route, answer, d.secondToken), 200, "")
	again := d.want(d.do(route, answer, d.firstToken), 200, "")
	if done.raw != again.raw || done.body["state"] != "answered" || done.body["startedAt"] == nil {
		t.Errorf("answered: %s, again %s", done.raw, again.raw)
	}
	d.want(d.do(route, with(answer, "answer", "Другой ответ"), d.firstToken), 409, "changed-meanwhile")
	post(d.office, handle)
	if mails = sink.Messages(); len(mails) != 2 || mails[1].To[0] != "kuralai@example.kz" || mails[1].Language != "ru" ||
		!strings.Contains(mails[1].Subject, taken.Ticket) || !strings.Contains(strings.ReplaceAll(mails[1].Text, "\r\n", "\n"), "Запустите NCALayer.\nПотом повторите.") {
		t.Errorf("the answer: %+v", mails)
	}
	d.want(d.do(route, object{"state": "closed", "answer": ""}, d.firstToken), 200, "")
	look = d.want(d.call("POST /api/support/state", object{"ticket": taken.Ticket}), 200, "")
	if look.body["state"] != "closed" || look.body["answeredAt"] == nil || strings.Contains(look.raw, "Запустите") {
		t.Errorf("by number: %s", look.raw)
	}
	acts := []string{}
	for _, e := range decodeAs[admin.AuditList](t, d.want(d.do("GET /api/admin/audit", nil, d.firstToken), 200, "")).Entries {
		if strings.HasPrefix(string(e.Act), "support.") {
			acts = append(acts, string(e.Act)+" "+e.Target)
		}
	}
	want := []string{"support.closed " + taken.Ticket, "support.answered " + taken.Ticket, "support.started " + taken.Ticket, "support.read 2026-10", "support.read 2026-11"}
	if !slices.Equal(acts, want) {
		t.Errorf("audit %q, want %q", acts, want)
	}
}

// TestRecordedRequest replays a stream record: support hears of the request, once.
func TestRecordedRequest(t *testing.T) {
	o := newOffice(t)
	o.ticket()
	sink, handle := o.notifying(t)
	for range 2 {
		res, err := handle(t.Context(), batch(t, "notify/support-requested.json"))
		if err != nil || len(res.BatchItemFailures) != 0 {
			t.Fatalf("%+v, %v", res, err)
		}
	}
	if got := sink.Messages(); len(got) != 1 || got[0].To[0] != "komek@court.example" || !strings.Contains(got[0].Subject, recordedTicket) || got[0].Language != "kk" {
		t.Errorf("mail: %+v", got)
	}
}

// TestSupportOfAnAccount: the holder hears that the request arrived, sees it with its answer, and
// what administrators did with it.
func TestSupportOfAnAccount(t *testing.T) {
	d := newAdministration(t)
	sink, notify := d.notifying(t)
	handle := func(b events.SQSEvent) events.SQSEventResponse {
		res, err := notify(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	d.want(d.call("POST /api/support", ask(1, "email", "other@example.kz"), d.userToken), 422, "invalid-fields")
	taken := decodeAs[support.Taken](t, d.want(d.call("POST /api/support", ask(1), d.userToken), 201, ""))
	d.at = d.at.Add(time.Minute)
	second := decodeAs[support.Taken](t, d.want(d.call("POST /api/support", ask(2, "topic", "other", "ago", nil), d.userToken), 201, ""))
	if taken.AnswerTo != "account" {
		t.Errorf("the answer reaches %s", taken.AnswerTo)
	}
	post(d.office, handle)
	var toUser, toSupport int
	for _, m := range sink.Messages() {
		switch m.To[0] {
		case "aigul@example.kz":
			toUser++
			if m.Language != "kk" || !strings.Contains(m.Text, "Сейітова Айгүл") || !strings.Contains(m.Text, "2026 жылғы 24 қараша") || strings.ContainsAny(m.Text, "{}") {
				t.Errorf("to the holder:\n%s", m.Text)
			}
		case "komek@court.example":
			toSupport++
			if m.Headers["Reply-To"] != "" || strings.Contains(strings.ToUpper(m.Text), "АЙГҮЛ") || strings.Contains(m.Text, d.user) || strings.Contains(m.Text, "aigul") {
				t.Errorf("to support: %v\n%s", m.Headers, m.Text)
			}
		}
	}
	if toUser != 2 || toSupport != 2 {
		t.Errorf("%d messages to the holder, %d to support", toUser, toSupport)
	}

	route := "POST /api/admin/support/{ticket}  ticket=" + taken.Ticket
	d.want(d.do(route, object{"state": "answered", "answer": "NCALayer-ді іске қосыңыз."}, d.firstToken), 200, "")
	post(d.office, handle)
	mails := sink.Messages()
	if last := mails[len(mails)-1]; len(mails) != 5 || last.To[0] != "aigul@example.kz" || !strings.Contains(last.Text, "NCALayer-ді іске қосыңыз.") || !strings.Contains(last.Text, "Сейітова Айгүл") {
		t.Errorf("the answer: %d messages, %+v", len(mails), last)
	}
	list := decodeAs[support.List](t, d.want(d.call("GET /api/support", nil, d.userToken), 200, ""))
	if len(list.Tickets) != 2 || list.Tickets[0].Ticket != second.Ticket || list.Tickets[0].HappenedAt != nil ||
		list.Tickets[1].Answer != "NCALayer-ді іске қосыңыз." || list.Tickets[1].Problem != "sign-not-running" || list.Tickets[1].Filing != recordedFiling {
		t.Errorf("own: %+v", list)
	}
	export := decodeAs[profile.Export](t, d.want(d.call("GET /api/account/export", nil, d.userToken), 200, ""))
	if len(export.Support) != 2 || export.Support[1].Ticket != taken.Ticket || export.Support[1].Answer == "" || export.Support[1].Agreement != "v1" {
		t.Errorf("exported: %+v", export.Support)
	}
	if others := decodeAs[support.List](t, d.want(d.call("GET /api/support", nil, d.firstToken), 200, "")); len(others.Tickets) != 0 {
		t.Errorf("another's list: %+v", others)
	}
	entries, err := store.NewAudited(d.db, d.name(schema.Accounts)).Of(t.Context(), d.user)
	if err != nil || len(entries) != 1 || entries[0].Act != "support.answered" || entries[0].Before+" "+entries[0].After != "received answered" {
		t.Errorf("the holder's audit: %+v, %v", entries, err)
	}

	// Nobody answers themselves.
	own := decodeAs[support.Taken](t, d.want(d.call("POST /api/support", ask(3), d.firstToken), 201, ""))
	d.want(d.do("POST /api/admin/support/{ticket}  ticket="+own.Ticket, object{"state": "in-progress", "answer": ""}, d.firstToken), 403, "own-account")
	d.want(d.do("POST /api/admin/support/{ticket}  ticket=nothing", object{"state": "in-progress", "answer": ""}, d.firstToken), 404, "not-found")

	// Three days later what nobody answered is overdue. What was answered is not.
	d.at = d.at.AddDate(0, 0, 3)
	fresh := d.want(d.signIn("erlan"), 200, "").cookie
	for _, seen := range decodeAs[admin.TicketList](t, d.want(d.do("GET /api/admin/support", nil, fresh), 200, "")).Tickets {
		if want := seen.Number != taken.Ticket; seen.Overdue != want {
			t.Errorf("%s overdue: %t", seen.State, seen.Overdue)
		}
	}
}

// TestSupportRefusals: bad input is told field by field, in the reader's language, and floods stop.
func TestSupportRefusals(t *testing.T) {
	o := newOffice(t)
	_, token := o.registered()
	for name, body := range map[string]any{
		"/topic unknown-value":        ask(1, "topic", "money"),
		"/reference reference-format": ask(1, "reference", "900101300126"),
		"/problem unknown-value":      ask(1, "problem", "no-such-problem"),
		"/page format":                ask(1, "page", "/kk/help?name=aigul"),
		"/email email-invalid":        ask(1, "email", "aigul"),
		"/id format":                  ask(1, "id", "1"),
	} {
		a := o.want(o.call("POST /api/support", body), 422, "invalid-fields")
		fault := a.body["errors"].([]any)[0].(object)
		if got := fmt.Sprint(fault["pointer"], " ", fault["code"]); got != name || fault["detail"] == "defect."+fault["code"].(string) {
			t.Errorf("%s: %s", name, a.raw)
		}
	}
	o.want(o.call("POST /api/support", ask(1, "text", "free words")), 400, "unknown-field")
	o.want(o.call("POST /api/support", ask(1, "ago", "long")), 400, "malformed-json")

	for n := range support.RequestsOfAccount {
		o.want(o.call("POST /api/support", ask(10+n), token), 201, "")
	}
	if a := o.want(o.call("POST /api/support", ask(20), token), 429, "throttled"); a.header["retry-after"] == "" {
		t.Error("no Retry-After")
	}
	o.want(o.call("POST /api/support", ask(10), token), 200, "") // a repeat is no further one
	o.want(o.call("POST /api/support", ask(21)), 201, "")        // the account's limit is its own
	for n := range support.RequestsFromAddress - support.RequestsOfAccount - 2 {
		o.want(o.call("POST /api/support", ask(30+n)), 201, "")
	}
	o.want(o.call("POST /api/support", ask(22)), 429, "throttled")
	o.ip = "203.0.113.8"
	o.want(o.call("POST /api/support", ask(22)), 201, "")
	for range support.LooksFromAddress {
		o.want(o.call("POST /api/support/state", object{"ticket": recordedTicket}), 404, "not-found")
	}
	o.want(o.call("POST /api/support/state", object{"ticket": recordedTicket}), 429, "throttled")
}
