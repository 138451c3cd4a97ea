package wire

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions/internal/notify"
	"github.com/courtoffice/courtoffice/infra/local/mailsink"
	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// The messages that events/notify/report-*.json are about.
const (
	reportedMail = "010b0195f1a2b3c4-6f0d2c1e-8a9b-4c3d-9e2f-0123456789ab-000000"
	reportedText = "3f1c5c0a-8a0e-4d0f-9d53-6c1f1f3a2b10"
)

// reporting is an office that mailed and texted the holder of the recorded account about the recorded filing.
type reporting struct {
	*office
	handle func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)
}

func newReporting(t *testing.T) *reporting {
	t.Helper()
	o := newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	o.private = append(o.private, "7077654321")
	_, handle := o.notifying(t)
	r := &reporting{o, handle}
	r.anew()
	return r
}

// anew puts everything back to before any report.
func (r *reporting) anew() {
	r.Helper()
	for _, table := range []schema.Table{schema.Accounts, schema.Filings} {
		for _, it := range r.scan(table) {
			if _, err := r.db.DeleteItem(r.Context(), &dynamodb.DeleteItemInput{TableName: ptr(r.name(table)), Key: attributes{"PK": it["PK"], "SK": it["SK"]}}); err != nil {
				r.Fatal(err)
			}
		}
	}
	r.account(r.T)
	sent := filing.SentEvent{V: 1, Type: filing.EventSent, FilingID: recordedFiling, AccountID: recordedAccount, TicketNo: "7F3K-92QH-X4TC", CourtCode: "almaty-bostandyq", SentAt: "2026-11-22T14:00:00.123Z"}.Outbox()
	for _, it := range []attributes{
		{"PK": text("FILING#" + recordedFiling), "SK": text("OUTBOX#filing.sent"), "v": &types.AttributeValueMemberN{Value: "1"}, "type": text(sent.Type), "of": text(sent.Of), "at": text(sent.At), "data": text(string(sent.Data))},
		{"PK": text("FILING#" + recordedFiling), "SK": text("NOTICE#filing.sent#holder"), "at": text("2026-11-22T14:00:01.200Z"), "messageId": text(reportedMail)},
		{"PK": text("FILING#" + recordedFiling), "SK": text("NOTICE#filing.sent#MOBILE"), "at": text("2026-11-22T14:00:01.300Z"), "messageId": text(reportedText)},
	} {
		if _, err := r.db.PutItem(r.Context(), &dynamodb.PutItemInput{TableName: ptr(r.name(schema.Filings)), Item: it}); err != nil {
			r.Fatal(err)
		}
	}
	if _, err := r.db.UpdateItem(r.Context(), &dynamodb.UpdateItemInput{
		TableName: ptr(r.name(schema.Accounts)), Key: attributes{"PK": text("ACCOUNT#" + recordedAccount), "SK": text("ACCOUNT")},
		UpdateExpression:          ptr("SET mobile = :m, mobileFrom = :f"),
		ExpressionAttributeValues: attributes{":m": text("+77077654321"), ":f": text("2026-11-22T07:00:00.000Z")},
	}); err != nil {
		r.Fatal(err)
	}
}

func (r *reporting) scan(table schema.Table) []attributes {
	r.Helper()
	out, err := r.db.Scan(r.Context(), &dynamodb.ScanInput{TableName: ptr(r.name(table))})
	if err != nil {
		r.Fatal(err)
	}
	return out.Items
}

// reports replays recorded reports and fails unless all are done.
func (r *reporting) reports(names ...string) {
	r.Helper()
	for _, name := range names {
		if res, err := r.handle(r.Context(), batch(r.T, "notify/report-"+name+".json")); err != nil || len(res.BatchItemFailures) != 0 {
			r.Fatalf("%s: %+v, %v", name, res, err)
		}
	}
}

// standing is what the office knows of the notices now: events of the filing, what holds of the contacts, what
// awaits being told again.
func (r *reporting) standing() (all []string) {
	r.Helper()
	for _, it := range slices.Concat(r.scan(schema.Filings), r.scan(schema.Accounts)) {
		pk, sk := value(it["PK"]), value(it["SK"])
		for _, name := range slices.Sorted(maps.Keys(it)) {
			if name != "PK" && name != "SK" && name != "GSI1SK" && name != "TTL" { // those go by the clock
				all = append(all, fmt.Sprintf("%s %s %s %s", pk, sk, name, value(it[name])))
			}
		}
	}
	slices.Sort(all)
	return all
}

func value(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberBOOL:
		return fmt.Sprint(v.Value)
	case *types.AttributeValueMemberSS:
		return fmt.Sprint(v.Value)
	case *types.AttributeValueMemberM:
		out := ""
		for _, name := range slices.Sorted(maps.Keys(v.Value)) {
			out += name + "=" + value(v.Value[name]) + ";"
		}
		return out
	}
	return fmt.Sprintf("%T", v)
}

// TestRecordedReports replays each report: what it leaves in the timeline, in the account, in the outbox.
func TestRecordedReports(t *testing.T) {
	r := newReporting(t)
	for _, tt := range []struct {
		name        string
		timeline    string // type of the event it leaves
		failed      account.Channel
		again       bool
		code, notes string
	}{
		{"mail-sent", "", "", false, "", ""},
		{"mail-delivered", "notice-arrived", "", false, "", "250 2.6.0 [address] Queued mail for delivery"},
		{"mail-delayed", "", "", false, "", ""},
		{"mail-full", "", "", true, "", ""},
		{"mail-bounced", "notice-bounced", account.Email, false, "5.1.1", "smtp; 550 5.1.1 [address] Recipient address rejected: User unknown, call [number]"},
		{"mail-complained", "", account.Email, false, "", ""},
		{"mail-rejected", "notice-bounced", "", false, "Reject", "Bad content"},
		{"text-delivered", "notice-arrived-text", "", false, "TEXT_DELIVERED", "Message has been accepted by phone"},
		{"text-invalid", "notice-bounced-text", account.Mobile, false, "TEXT_INVALID", "The destination phone number is invalid"},
		{"mail-unknown", "", "", false, "", ""},
	} {
		r.anew()
		r.reports(tt.name, tt.name)
		var timeline []string
		for _, it := range r.scan(schema.Filings) {
			if strings.HasPrefix(value(it["PK"]), schema.Events) {
				timeline = append(timeline, value(it["type"]))
				if value(it["code"]) != tt.code && !(tt.code == "" && it["code"] == nil) || value(it["diagnostic"]) != tt.notes {
					t.Errorf("%s: %q, %q", tt.name, value(it["code"]), value(it["diagnostic"]))
				}
				if to := value(it["to"]); !strings.HasPrefix(to, "1.") || len(to) != 66 {
					t.Errorf("%s: recipient %q", tt.name, to)
				}
			}
			if value(it["SK"]) == "OUTBOX#filing.sent" && (it["GSI1PK"] != nil) != tt.again {
				t.Errorf("%s: told again %v", tt.name, it["GSI1PK"] != nil)
			}
		}
		if strings.Join(timeline, " ") != tt.timeline {
			t.Errorf("%s: timeline %q, want %q", tt.name, timeline, tt.timeline)
		}
		a, err := r.accounts().Account(t.Context(), recordedAccount)
		if err != nil || !a.EmailFailed.IsZero() != (tt.failed == account.Email) || !a.MobileFailed.IsZero() != (tt.failed == account.Mobile) {
			t.Errorf("%s: address failed %v, number %v, %v", tt.name, a.EmailFailed, a.MobileFailed, err)
		}
		told := r.accountEvents(account.EventContactFailed)
		if want := tt.failed != ""; len(told) != map[bool]int{true: 1}[want] || want && told[0].Channel != tt.failed {
			t.Errorf("%s: events %+v", tt.name, told)
		}
	}
}

// TestArrivedAfterItWasSent: the timeline goes by instants, and a service's clock that is behind puts no arrival
// before the sending.
func TestArrivedAfterItWasSent(t *testing.T) {
	r := newReporting(t)
	for at, want := range map[string]string{
		"2026-11-22T14:00:03.871Z": "2026-11-22T14:00:03.871Z", "2026-11-22T14:00:01.200Z": "2026-11-22T14:00:01.201Z", "2026-11-22T13:59:59.000Z": "2026-11-22T14:00:01.201Z",
	} {
		r.anew()
		report := batch(t, "notify/report-mail-delivered.json")
		report.Records[0].Body = strings.ReplaceAll(report.Records[0].Body, "2026-11-22T14:00:03.871Z", at)
		for range 2 {
			if res, err := r.handle(t.Context(), report); err != nil || len(res.BatchItemFailures) != 0 {
				t.Fatalf("%+v, %v", res, err)
			}
		}
		var arrived []string
		for _, it := range r.scan(schema.Filings) {
			if value(it["type"]) == filing.ArrivedHolder {
				arrived = append(arrived, value(it["at"]))
			}
		}
		if len(arrived) != 1 || arrived[0] != want {
			t.Errorf("reported at %s: arrived at %q, want %s", at, arrived, want)
		}
	}
}

// TestReportsInAnyOrder: reports that come again and in another order leave the same.
func TestReportsInAnyOrder(t *testing.T) {
	r := newReporting(t)
	all := []string{"mail-sent", "mail-delayed", "mail-full", "mail-delivered", "mail-bounced", "mail-complained", "text-delivered", "text-invalid"}
	rng := rand.New(rand.NewPCG(7, 9))
	for _, without := range []string{"", "mail-complained", "mail-bounced"} { // a bounce and a complaint both end the address, each with its own instant
		some := slices.DeleteFunc(slices.Clone(all), func(n string) bool { return n == without || without == "" && n == "mail-complained" })
		r.anew()
		r.reports(some...)
		want := r.standing()
		for round := range 12 {
			order := append(slices.Clone(some), some[rng.IntN(len(some))], some[rng.IntN(len(some))])
			rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
			r.anew()
			r.reports(order...)
			if diff := cmp.Diff(want, r.standing()); diff != "" {
				t.Fatalf("round %d, %v:\n%s", round, order, diff)
			}
		}
	}
}

// TestBouncedNoticeGoesAgain: a full box has the notice sent again, to nobody else, three times at most; an
// address that refuses for good gets no more, and its holder a text message.
func TestBouncedNoticeGoesAgain(t *testing.T) {
	r := newReporting(t)
	sink, handle := r.notifying(t)
	r.handle = handle
	r.agreed(t, recordedAccount, recordedRepresentative, "anna@example.kz")
	entry := func() outbox.Entry {
		r.Helper()
		for _, it := range r.scan(schema.Filings) {
			if value(it["SK"]) == "OUTBOX#filing.sent" {
				e, _, err := store.OutboxEntry(it)
				if err != nil {
					t.Fatal(err)
				}
				return e
			}
		}
		t.Fatal("the event is gone")
		return outbox.Entry{}
	}
	last := reportedMail
	for try := range 4 {
		full := batch(t, "notify/report-mail-full.json")
		full.Records[0].Body = strings.ReplaceAll(strings.ReplaceAll(full.Records[0].Body, reportedMail, last), "receipts.0.", fmt.Sprintf("receipts.%d.", try))
		if res, err := r.handle(t.Context(), full); err != nil || len(res.BatchItemFailures) != 0 {
			t.Fatalf("%+v, %v", res, err)
		}
		e := entry()
		if try == 3 {
			if len(e.Awaits) != 0 {
				t.Errorf("a fourth time: %+v", e)
			}
			break
		}
		if e.Try != try+1 || !slices.Contains(e.Awaits, schema.Receipts.Name) {
			t.Fatalf("after bounce %d: %+v", try+1, e)
		}
		before := len(sink.Messages())
		sent := batch(t, "notify/filing-sent.json")
		sent.Records[0].Body = strings.Replace(sent.Records[0].Body, `"pk":`, fmt.Sprintf(`"try":%d,"pk":`, e.Try), 1)
		for range 2 {
			if res, err := r.handle(t.Context(), sent); err != nil || len(res.BatchItemFailures) != 0 {
				t.Fatalf("%+v, %v", res, err)
			}
		}
		got := sink.Messages()[before:]
		if try == 0 {
			if len(got) != 2 { // Anna was not told before
				t.Fatalf("mail %+v", got)
			}
			got = slices.DeleteFunc(got, func(m mailsink.Message) bool { return m.To[0] == "anna@example.kz" })
		}
		if len(got) != 1 || got[0].To[0] != "ulan@example.kz" {
			t.Fatalf("after bounce %d: mail %+v", try+1, got)
		}
		last = got[0].ID
	}
	failed := 0
	for _, it := range r.scan(schema.Filings) {
		if value(it["type"]) == filing.LostHolder {
			failed++
		}
	}
	if failed != 1 {
		t.Errorf("the filer sees %d failures", failed)
	}

	late := batch(t, "notify/report-mail-bounced.json") // of the first message: nobody's record is that any more
	late.Records[0].Attributes["ApproximateReceiveCount"] = "5"
	if res, err := r.handle(t.Context(), late); err != nil || len(res.BatchItemFailures) != 0 {
		t.Fatalf("%+v, %v", res, err)
	}
	a, err := r.accounts().Account(t.Context(), recordedAccount)
	if err != nil || !a.EmailFailed.IsZero() {
		t.Errorf("an unknown message failed the address: %v, %v", a.EmailFailed, err)
	}
}

// TestUnknownReport: a report whose record is not there yet comes again, and is dropped when it was never
// there; what cannot be read ends in the dead letters.
func TestUnknownReport(t *testing.T) {
	r := newReporting(t)
	first := batch(t, "notify/report-mail-delivered.json")
	first.Records[0].Body = strings.ReplaceAll(first.Records[0].Body, reportedMail, "another")
	for _, tt := range []struct {
		receives string
		failures int
	}{{"1", 1}, {"4", 1}, {"5", 0}} {
		first.Records[0].Attributes["ApproximateReceiveCount"] = tt.receives
		if res, err := r.handle(t.Context(), first); err != nil || len(res.BatchItemFailures) != tt.failures {
			t.Errorf("received %s times: %+v, %v", tt.receives, res, err)
		}
	}
	for _, body := range []string{"", "{}", `{"eventType":"Delivery"}`, `{"eventType":"Teleport","mail":{"messageId":"x"}}`, "[1]"} {
		bad := batch(t, "notify/report-mail-delivered.json")
		bad.Records[0].Body, bad.Records[0].Attributes["ApproximateReceiveCount"] = body, "30"
		if res, err := r.handle(t.Context(), bad); err != nil || len(res.BatchItemFailures) != 1 {
			t.Errorf("%q: %+v, %v", body, res, err)
		}
	}
}

// TestFailedAddress: the holder of an address that refuses hears of it by text message, notices that follow do
// not go there, a code that is typed brings it back, and a report from before does not fail it again.
func TestFailedAddress(t *testing.T) {
	r := newReporting(t)
	sink, handle := r.notifying(t)
	r.handle = handle
	r.reports("mail-bounced")
	for _, e := range r.accountEvents(account.EventContactFailed) {
		if err := tell(t.Context(), r.service(t), e.Outbox()); err != nil {
			t.Fatal(err)
		}
	}
	if got := sink.Texts(); len(got) != 1 || got[0].To != "+77077654321" || !strings.Contains(got[0].Text, "жетпейді") {
		t.Errorf("texts %+v", got)
	}
	if err := tell(t.Context(), r.service(t), account.NewEvent(account.EventPasswordChanged, recordedAccount, "p", time.Now()).Outbox()); err != nil {
		t.Fatal(err)
	}
	if got := sink.Messages(); len(got) != 0 {
		t.Errorf("mail %+v", got)
	}
	code := account.NewCode(r.app(t, "notify").cfg.IndexKey, account.Email, recordedAccount, "c1", "ulan@example.kz", [4]byte{1}, time.Now())
	if err := r.contacts().AskCode(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	if err := r.contacts().Verify(t.Context(), code, account.Evidence{}); err != nil {
		t.Fatal(err)
	}
	r.reports("mail-bounced", "mail-complained")
	if a, err := r.accounts().Account(t.Context(), recordedAccount); err != nil || !a.EmailFailed.IsZero() {
		t.Errorf("verified again: failed %v, %v", a.EmailFailed, err)
	}
}

func (r *reporting) service(t *testing.T) *notify.Service {
	t.Helper()
	return r.app(t, "notify").notifier()
}
