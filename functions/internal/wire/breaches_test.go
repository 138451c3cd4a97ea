package wire

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/admin"
	"github.com/courtoffice/courtoffice/functions/internal/profile"
	"github.com/courtoffice/courtoffice/infra/local/logs"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/breach"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// recordedBreach is the id of a breach case in recorded payloads.
const recordedBreach = "9f1c2e3d4b5a6978"

// breach opens the case the recorded payloads speak of, on an account.
func (o *office) breach(accountID string) {
	o.Helper()
	c := breach.Case{ID: recordedBreach, Account: accountID, Origin: breach.ByObjection, OpenedAt: o.at}
	if _, _, err := store.NewBreaches(o.db, o.name(schema.Accounts), o.name(schema.Filings)).Object(o.Context(), c); err != nil {
		o.Fatal(err)
	}
}

// breaches are the cases that the holder of a session sees on their account.
func (o *office) breaches(token string) []profile.Breach {
	o.Helper()
	return decodeAs[profile.BreachList](o.T, o.want(o.call("GET /api/account/breaches", nil, token), 200, "")).Breaches
}

// TestBreachCase: an administrator opens a case with a signed reason, the person sees it, closing the
// account and years take nothing away, another administrator closes it, signed, and once.
func TestBreachCase(t *testing.T) {
	d := newAdministration(t)
	open := object{"account": d.user, "act": "JKJaXmPLvHcESHA=", "reason": reason, "withheld": ""}
	for name, tt := range map[string]struct {
		body   object
		status int
		slug   string
	}{
		"no reason":            {with(open, "reason", " "), 422, "invalid-fields"},
		"an act of no form":    {with(open, "act", "a b"), 422, "invalid-fields"},
		"a ground of no words": {with(open, "withheld", "law"), 422, "invalid-fields"},
		"nobody's account":     {with(open, "account", "nobody"), 404, "not-registered"},
		"one's own":            {with(open, "account", d.first), 403, "own-account"},
	} {
		if a := d.do("POST /api/admin/breaches", tt.body, d.firstToken); a.status != tt.status || a.body["type"] != nil && !strings.HasSuffix(a.body["type"].(string), tt.slug) {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	made := decodeAs[admin.Breach](t, d.want(d.do("POST /api/admin/breaches", open, d.firstToken), 201, ""))
	if !breach.IsID(made.ID) || made.Account != d.user || made.Reason != reason || made.Held < 5 || len(made.SHA256) != 64 || made.ClosedAt != nil {
		t.Errorf("opened %+v", made)
	}
	seen := d.breaches(d.userToken)
	if len(seen) != 1 || seen[0].ID != made.ID || seen[0].Reason != reason || seen[0].Act != "JKJaXmPLvHcESHA=" || seen[0].ClosedAt != nil {
		t.Errorf("the person sees %+v", seen)
	}
	if export := decodeAs[profile.Export](t, d.want(d.call("GET /api/account/export", nil, d.userToken), 200, "")); len(export.Breaches) != 1 || export.Breaches[0] != seen[0] {
		t.Errorf("the export has %+v", export.Breaches)
	}
	if list := decodeAs[profile.AuditList](t, d.want(d.call("GET /api/account/audit", nil, d.userToken), 200, "")).Entries; list[0].Act != "breach.opened" || len(list[0].Signed) != 64 {
		t.Errorf("the person's audit has %+v", list[0])
	}

	d.close(d.user)              // by two administrators
	d.at = d.at.AddDate(0, 0, 5) // sessions, codes and what may be tried are over
	d.firstToken, d.secondToken = d.want(d.signIn("erlan"), 200, "").cookie, d.want(d.signIn("dana"), 200, "").cookie
	d.signers[d.firstToken], d.signers[d.secondToken] = "erlan", "dana"
	list := decodeAs[admin.BreachList](t, d.want(d.do("GET /api/admin/breaches", nil, d.secondToken), 200, "")).Breaches
	if len(list) != 1 || list[0].ClosedAt != nil || list[0].SHA256 != made.SHA256 {
		t.Fatalf("after their end: %+v", list)
	}
	closing := "POST /api/admin/breaches/{breach}/closing  breach=" + made.ID
	d.want(d.do(closing, object{"reason": "", "withheld": ""}, d.secondToken), 422, "invalid-fields")
	d.want(d.do("POST /api/admin/breaches/{breach}/closing  breach=nothing", object{"reason": reason, "withheld": ""}, d.secondToken), 404, "not-found")
	d.want(d.do("POST /api/admin/breaches/{breach}/closing  breach="+recordedBreach, object{"reason": reason, "withheld": ""}, d.secondToken), 404, "not-found")
	shut := decodeAs[admin.Breach](t, d.want(d.do(closing, object{"reason": reason, "withheld": ""}, d.secondToken), 200, ""))
	if shut.ClosedAt == nil || shut.Closing != reason || shut.Held != made.Held {
		t.Errorf("closed %+v", shut)
	}
	d.want(d.do(closing, object{"reason": reason, "withheld": ""}, d.firstToken), 409, "changed-meanwhile")
	d.want(d.do("GET /api/admin/breaches  after=nothing", nil, d.firstToken), 200, "")
}

// TestBreachIsWithheld: where the law forbids telling, neither list, audit nor mail does, until the case
// is closed in words that are told.
func TestBreachIsWithheld(t *testing.T) {
	d := newAdministration(t)
	const ground = "article 201 of the Criminal Procedure Code: secrecy of an investigation"
	open := object{"account": d.user, "act": "", "reason": reason, "withheld": ground}
	made := decodeAs[admin.Breach](t, d.want(d.do("POST /api/admin/breaches", open, d.firstToken), 201, ""))
	told := func() (acts []string) {
		for _, e := range decodeAs[profile.AuditList](t, d.want(d.call("GET /api/account/audit", nil, d.userToken), 200, "")).Entries {
			acts = append(acts, string(e.Act))
		}
		return acts
	}
	if seen := d.breaches(d.userToken); len(seen) != 0 || len(told()) != 0 || made.Withheld != ground {
		t.Errorf("withheld, and the person sees %+v and %q", seen, told())
	}
	for _, e := range d.accountEvents(account.EventAudit) {
		if e.AccountID == d.user {
			t.Errorf("an event tells of it: %v", e)
		}
	}
	d.want(d.do("POST /api/admin/breaches/{breach}/closing  breach="+made.ID, object{"reason": reason, "withheld": ""}, d.secondToken), 200, "")
	if seen := d.breaches(d.userToken); len(seen) != 1 || seen[0].Closing != reason || len(told()) != 1 {
		t.Errorf("closed, and the person sees %+v and %q", seen, told())
	}
}

// accountEvents are the events of a type in the outboxes of accounts.
func (o *office) accountEvents(typ account.EventType) (list []account.Event) {
	o.Helper()
	out, err := o.db.Scan(o.Context(), &dynamodb.ScanInput{TableName: ptr(o.name(schema.Accounts))})
	if err != nil {
		o.Fatal(err)
	}
	for _, it := range out.Items {
		if e, ok := accountEvent(o, it); ok && e.Type == typ {
			list = append(list, e)
		}
	}
	return list
}

// TestChangedAddress: a stranger with the EDS of the person moves the address. For 72 hours notices of
// filings go to both, with a link; its holder objects without a session, which opens one case and has
// support told.
func TestChangedAddress(t *testing.T) {
	d := newAdministration(t)
	sink, handle := d.notifying(t)
	d.private = append(d.private, "thief@")
	d.at = d.at.Add(time.Second) // the code of registration is an earlier one
	d.want(d.call("POST /api/account/email", object{"email": "aigul@example.kz"}, d.userToken), 202, "")
	d.want(d.call("POST /api/account/email/code", object{"code": d.codeTo("aigul@example.kz")}, d.userToken), 204, "")
	d.at = d.at.Add(time.Minute)
	d.want(d.call("POST /api/account/email", object{"email": "thief@example.kz"}, d.userToken), 202, "")
	d.want(d.call("POST /api/account/email/code", object{"code": d.codeTo("thief@example.kz")}, d.userToken), 204, "")
	changed := d.at

	deliver := func(q schema.Queue, pk string, e outbox.Event) {
		t.Helper()
		batch := events.SQSEvent{Records: []events.SQSMessage{message(d.office, q, outbox.Entry{Event: e, PK: pk, SK: "OUTBOX#" + e.Type})}}
		for range 2 { // at least once
			if res, err := handle(context.Background(), batch); err != nil || len(res.BatchItemFailures) != 0 {
				t.Fatalf("notify: %+v, %v", res, err)
			}
		}
	}
	replaced := d.accountEvents(account.EventContactReplaced)
	if len(replaced) != 1 {
		t.Fatalf("events %v", replaced)
	}
	deliver(schema.Notices, "ACCOUNT#"+d.user, replaced[0].Outbox())
	sent := func(id string, after time.Duration) {
		deliver(schema.Receipts, "FILING#"+id, filing.SentEvent{
			V: 1, Type: filing.EventSent, FilingID: id, AccountID: d.user, TicketNo: recordedTicket, CourtCode: "almaty-bostandyq", SentAt: changed.Add(after).Format(time.RFC3339Nano),
		}.Outbox())
	}
	sent("01993a5e-0000-7000-8000-0000000000a1", account.BothFor-time.Millisecond)
	sent("01993a5e-0000-7000-8000-0000000000a2", account.BothFor)
	var token string
	got := map[string]int{}
	for _, m := range sink.Messages() {
		got[m.To[0]]++
		if m.To[0] != "aigul@example.kz" {
			if strings.Contains(m.Text, "objection#") {
				t.Errorf("%s has the link", m.To[0])
			}
			continue
		}
		_, link, ok := strings.Cut(strings.ReplaceAll(m.Text, "\r\n", "\n"), "https://court.example/kk/objection#")
		if !ok {
			t.Errorf("no link to object in %s", m.Text)
			continue
		}
		if token, _, _ = strings.Cut(link, "\n"); len(token) != 64 || strings.ContainsAny(m.Text, "{}") {
			t.Errorf("token %q in %s", token, m.Text)
		}
	}
	// Of the change and of the first filing; the second came when 72 hours were over.
	if got["aigul@example.kz"] != 2 || got["thief@example.kz"] != 2 {
		t.Errorf("mail %v", got)
	}

	object1 := d.want(d.call("POST /api/contact-objection", object{"token": token}), 201, "")
	d.at = d.at.Add(time.Minute)
	if again := d.want(d.call("POST /api/contact-objection", object{"token": token}), 200, ""); again.raw != object1.raw || strings.Contains(again.raw, d.user) {
		t.Errorf("objected again: %s, first %s", again.raw, object1.raw)
	}
	d.want(d.call("POST /api/contact-objection", object{"token": token[:63] + "_"}), 404, "link-invalid")
	seen := d.breaches(d.userToken)
	if len(seen) != 1 || seen[0].Origin != breach.ByObjection || seen[0].ID != object1.body["id"] {
		t.Errorf("cases %+v", seen)
	}
	// From the account the same change is the same case.
	p := decodeAs[profile.Profile](t, d.want(d.call("GET /api/account", nil, d.userToken), 200, ""))
	if len(p.Addresses) != 2 || p.Addresses[0].Object || !p.Addresses[1].Object {
		t.Fatalf("addresses %+v", p.Addresses)
	}
	from := object{"from": p.Addresses[1].From}
	if own := d.want(d.call("POST /api/account/email/objection", from, d.userToken), 200, ""); own.raw != object1.raw {
		t.Errorf("from the account: %s", own.raw)
	}
	d.want(d.call("POST /api/account/email/objection", object{"from": p.Addresses[0].From}, d.userToken), 404, "link-invalid")
	d.want(d.call("POST /api/account/email/objection", from, d.firstToken), 404, "link-invalid") // another's
	objected := d.accountEvents(account.EventContactObjected)
	if len(objected) != 1 {
		t.Fatalf("events %v", objected)
	}
	deliver(schema.Notices, "ACCOUNT#"+d.user, objected[0].Outbox())
	mails := sink.Messages()
	if last := mails[len(mails)-1]; last.To[0] != "komek@court.example" || !strings.Contains(last.Subject, seen[0].ID) || strings.Contains(last.Text, "aigul") {
		t.Errorf("support is told %+v", last)
	}
	d.at = changed.Add(account.ObjectFor)
	d.want(d.call("POST /api/contact-objection", object{"token": token}), 404, "link-invalid")
}

// TestRecordedContactNotices replays that an address was replaced and that its holder objects: the one
// before is told how to object, support of the case, each once.
func TestRecordedContactNotices(t *testing.T) {
	o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	o.account(t)
	o.private = append(o.private, "buryngy@")
	sink, handle := o.notifying(t)
	for _, tt := range []struct{ file, to, contains string }{
		{"notify/contact-replaced.json", "buryngy@example.kz", "https://court.example/kk/objection#"},
		{"notify/contact-objected.json", "komek@court.example", recordedBreach},
	} {
		before := len(sink.Messages())
		for range 2 {
			if res, err := handle(t.Context(), batch(t, tt.file)); err != nil || len(res.BatchItemFailures) != 0 {
				t.Fatalf("%s: %+v, %v", tt.file, res, err)
			}
		}
		got := sink.Messages()[before:]
		if len(got) != 1 || got[0].To[0] != tt.to || !strings.Contains(got[0].Text, tt.contains) || strings.ContainsAny(got[0].Text, "{}") {
			t.Errorf("%s: mail %+v", tt.file, got)
		}
	}
}

// TestLogIsHeld: what the functions logged of the account's requests, and of the request that the case is
// about, is held with the case in the words it was logged in; others' lines are not. A message that comes
// again adds nothing.
func TestLogIsHeld(t *testing.T) {
	d := newAdministration(t)
	d.call("GET /api/account", nil, d.userToken)
	d.call("GET /api/account", nil, d.secondToken)
	open := object{"account": d.user, "act": "JKJaXmPLvHcESHA=", "reason": reason, "withheld": ""}
	made := decodeAs[admin.Breach](t, d.want(d.do("POST /api/admin/breaches", open, d.firstToken), 201, ""))
	if made.Log != nil {
		t.Errorf("log before it was looked through: %+v", made.Log)
	}
	d.mu.Lock()
	written := regexp.MustCompile(`"time":"[^"]*"`).ReplaceAllString(d.log.String(), `"time":"`+d.at.Format(time.RFC3339Nano)+`"`)
	d.mu.Unlock()
	written += `{"time":"` + d.at.AddDate(0, -11, 0).Format(time.RFC3339) + `","msg":"request","fn":"account","request":"JKJaXmPLvHcESHA="}` + "\n"
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "account"), []byte(written), 0o600); err != nil {
		t.Fatal(err)
	}
	insights := httptest.NewServer(logs.New(func(group string) string { return filepath.Join(dir, group) }))
	t.Cleanup(insights.Close)
	t.Setenv("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", insights.URL)
	t.Setenv(functions.EnvLogGroups, "sign-in account")
	d.queues(t)
	handle := d.app(t, "hold-log").HoldLog()
	opened := d.accountEvents(account.EventBreachOpened)
	if len(opened) != 1 || opened[0].Case != made.ID {
		t.Fatalf("events %v", opened)
	}
	batch := events.SQSEvent{Records: []events.SQSMessage{message(t, schema.Holds, outbox.Entry{Event: opened[0].Outbox(), PK: "ACCOUNT#" + d.user, SK: "OUTBOX#breach.opened#" + made.ID})}}
	var seen admin.Breach
	for range 2 { // at least once
		if res, err := handle(t.Context(), batch); err != nil || len(res.BatchItemFailures) != 0 {
			t.Fatalf("hold-log: %+v, %v", res, err)
		}
		list := decodeAs[admin.BreachList](t, d.want(d.do("GET /api/admin/breaches", nil, d.secondToken), 200, "")).Breaches
		if seen.Log != nil && *list[0].Log != *seen.Log {
			t.Errorf("held again: %+v, %+v", list[0].Log, seen.Log)
		}
		seen = list[0]
	}
	if seen.Log == nil || seen.Log.Lines < 3 || !seen.Log.Final || seen.Log.More || len(seen.Log.SHA256) != 64 || seen.SHA256 != made.SHA256 {
		t.Fatalf("held %+v", seen.Log)
	}
	out, err := d.db.Query(t.Context(), &dynamodb.QueryInput{
		TableName: ptr(d.name(schema.Accounts)), KeyConditionExpression: ptr("PK = :pk AND begins_with(SK, :line)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": text("BREACH#" + made.ID), ":line": text("LINE#")},
	})
	if err != nil || len(out.Items) != seen.Log.Lines {
		t.Fatalf("%d items, %v", len(out.Items), err)
	}
	for i, it := range out.Items {
		line := it["line"].(*types.AttributeValueMemberS).Value
		if !strings.Contains(written, line) || !strings.Contains(line, `"`+d.user+`"`) && !strings.Contains(line, "JKJaXmPLvHcESHA=") {
			t.Errorf("held line %d: %s", i, line)
		}
		if it[schema.TTL] != nil {
			t.Errorf("line %d goes by itself", i)
		}
	}
}

// TestRecordedHold replays the message of a case: no line is there by now, and the log is looked through.
func TestRecordedHold(t *testing.T) {
	o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	o.account(t)
	o.breach(recordedAccount)
	insights := httptest.NewServer(logs.New(func(group string) string { return filepath.Join(t.TempDir(), group) }))
	t.Cleanup(insights.Close)
	t.Setenv("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", insights.URL)
	t.Setenv(functions.EnvLogGroups, "sign-in account")
	o.queues(t)
	if res, err := o.app(t, "hold-log").HoldLog()(t.Context(), batch(t, "hold-log/breach-opened.json")); err != nil || len(res.BatchItemFailures) != 0 {
		t.Fatalf("%+v, %v", res, err)
	}
	c, err := store.NewBreaches(o.db, o.name(schema.Accounts), "").Case(t.Context(), recordedBreach)
	if err != nil || c.Log.Lines != 0 || !c.Log.Final || c.Log.SHA256 != breach.Digest(nil) {
		t.Errorf("%+v, %v", c.Log, err)
	}
}
