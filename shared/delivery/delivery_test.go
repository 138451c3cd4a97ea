package delivery_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/delivery"
)

func ExampleReference_Tags() {
	tags := delivery.Reference{Account: "a-1", Queue: "notices", Type: "contact.code", PK: "ACCOUNT#a-1", SK: "OUTBOX#contact.code#x"}.Tags()
	fmt.Println(tags["event"], tags["pk"])
	// Output: notices.0.contact.code QUNDT1VOVCNhLTE
}

// TestReference: what a message carries comes back, in values that both services take.
func TestReference(t *testing.T) {
	id := "01993a5e-0000-7000-8000-00000000aaaa"
	for _, r := range []delivery.Reference{
		{Account: id},
		{Account: id, Queue: "receipts", Type: "filing.sent", PK: "FILING#" + id, SK: "OUTBOX#filing.sent"},
		{Queue: "notices", Type: "representative.consented", PK: "ACCOUNT#" + id, SK: "OUTBOX#representative.consented#" + id, Recipient: id, Try: 3},
		{Queue: "notices", Type: "case.notice", PK: "CASE#" + id, SK: "OUTBOX#case.notice#" + id, Recipient: "former-l9zk2a8c"},
	} {
		tags := r.Tags()
		if len(tags) > 5 {
			t.Errorf("%+v: %d tags", r, len(tags))
		}
		for name, value := range tags {
			if len(value) > delivery.MaxTag || strings.Trim(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.@") != "" {
				t.Errorf("%s: %q", name, value)
			}
		}
		got, err := delivery.ReferenceOf(tags)
		if diff := cmp.Diff(r, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	}
	for _, tags := range []map[string]string{
		nil, {"campaign": "x"}, {"event": "notices.0"}, {"event": "notices.x.filing.sent", "pk": "QQ", "sk": "QQ"},
		{"event": "notices.-1.filing.sent", "pk": "QQ", "sk": "QQ"}, {"event": "notices.0.filing.sent", "pk": "?", "sk": "QQ"}, {"event": "notices.0.filing.sent", "pk": "QQ"},
	} {
		if r, err := delivery.ReferenceOf(tags); !errors.Is(err, delivery.ErrReference) {
			t.Errorf("%v: %+v, %v", tags, r, err)
		}
	}
}

// TestVerdict has what follows from each outcome, for a notice and for an address.
func TestVerdict(t *testing.T) {
	of := func(try int) delivery.Reference { return delivery.Reference{SK: "OUTBOX#x", Try: try} }
	for _, tt := range []struct {
		outcome delivery.Outcome
		of      delivery.Reference
		want    delivery.Verdict
	}{
		{delivery.Sent, of(0), delivery.Verdict{}},
		{delivery.Delayed, of(0), delivery.Verdict{}},
		{delivery.Delivered, of(0), delivery.Verdict{Delivered: true}},
		{delivery.Bounced, of(0), delivery.Verdict{Again: time.Hour}},
		{delivery.Bounced, of(1), delivery.Verdict{Again: 6 * time.Hour}},
		{delivery.Bounced, of(2), delivery.Verdict{Again: 24 * time.Hour}},
		{delivery.Bounced, of(3), delivery.Verdict{Failed: true}},
		{delivery.Bounced, delivery.Reference{Account: "a"}, delivery.Verdict{Failed: true}}, // an announcement goes once
		{delivery.Refused, of(0), delivery.Verdict{Failed: true, Contact: true}},
		{delivery.Complained, of(0), delivery.Verdict{Contact: true}},
		{delivery.Failed, of(0), delivery.Verdict{Failed: true}},
	} {
		if got := (delivery.Report{Outcome: tt.outcome, Of: tt.of}).Verdict(); got != tt.want {
			t.Errorf("%s, try %d: %+v, want %+v", tt.outcome, tt.of.Try, got, tt.want)
		}
	}
}

// TestRead has the forms that the services' documentation gives, and what is nothing of theirs.
func TestRead(t *testing.T) {
	const mail = `"mail":{"messageId":"m-1","timestamp":"2026-11-22T14:00:00.000Z","destination":["a@b.kz"],"tags":{"account":["a-1"],"ses:operation":["SendEmail"]}}`
	at := time.Date(2026, 11, 22, 14, 0, 5, 0, time.UTC)
	of := delivery.Reference{Account: "a-1"}
	report := func(o delivery.Outcome, code, says string) delivery.Report {
		return delivery.Report{Of: of, Channel: delivery.Mail, Message: "m-1", Outcome: o, At: at, Code: code, Diagnostic: says, To: "a@b.kz"}
	}
	long := strings.Repeat("ә ", 200)
	for _, tt := range []struct {
		body string
		want delivery.Report
		ok   bool
		err  error
	}{
		{`{"eventType":"Bounce",` + mail + `,"bounce":{"bounceType":"Permanent","bounceSubType":"NoEmail","bouncedRecipients":[{"emailAddress":"a@b.kz"}],"timestamp":"2026-11-22T14:00:05.000Z"}}`, report(delivery.Refused, "Permanent-NoEmail", ""), true, nil},
		{`{"eventType":"Bounce",` + mail + `,"bounce":{"bounceType":"Undetermined","bounceSubType":"Undetermined","bouncedRecipients":[],"timestamp":"2026-11-22T14:00:05.000Z"}}`, report(delivery.Bounced, "Undetermined-Undetermined", ""), true, nil},
		{`{"eventType":"Delivery",` + mail + `,"delivery":{"timestamp":"2026-11-22T14:00:05.000Z","recipients":["a@b.kz"],"smtpResponse":"` + long + `"}}`, report(delivery.Delivered, "", strings.Repeat("ә ", 52)+"…"), true, nil},
		{`{"eventType":"Complaint",` + mail + `,"complaint":{"complaintFeedbackType":"not-spam","timestamp":"2026-11-22T14:00:05.000Z"}}`, delivery.Report{}, false, nil},
		{`{"eventType":"Complaint",` + mail + `,"complaint":{"complaintSubType":"OnAccountSuppressionList","timestamp":"2026-11-22T14:00:05.000Z"}}`, report(delivery.Refused, "OnAccountSuppressionList", ""), true, nil},
		{`{"eventType":"Open",` + mail + `}`, delivery.Report{}, false, nil},
		{`{"eventType":"Delivery",` + mail + `,"delivery":{}}`, delivery.Report{}, false, delivery.ErrUnreadable}, // when?
		{`{"eventType":"TEXT_DELIVERED","eventTimestamp":1795356005000,"destinationPhoneNumber":"+77011234567","messageId":"t-1","context":{"account":"a-1"}}`,
			delivery.Report{Of: of, Channel: delivery.Text, Message: "t-1", Outcome: delivery.Delivered, At: at, Code: "TEXT_DELIVERED", To: "+77011234567"}, true, nil},
		{`{"eventType":"TEXT_SUCCESSFUL","eventTimestamp":1795356005000,"messageId":"t-1","context":{"account":"a-1"}}`,
			delivery.Report{Of: of, Channel: delivery.Text, Message: "t-1", Outcome: delivery.Sent, At: at, Code: "TEXT_SUCCESSFUL"}, true, nil},
		{`{"eventType":"TEXT_NEW_WORD","eventTimestamp":1795356005000,"messageId":"t-1"}`, delivery.Report{}, false, nil},
		{`{"eventType":"TEXT_DELIVERED","eventTimestamp":1795356005000,"messageId":"t-1"}`, delivery.Report{}, false, delivery.ErrReference},
		{`{"eventType":"Renamed",` + mail + `}`, delivery.Report{}, false, delivery.ErrUnreadable},
		{`[]`, delivery.Report{}, false, delivery.ErrUnreadable},
		{``, delivery.Report{}, false, delivery.ErrUnreadable},
	} {
		got, ok, err := delivery.Read([]byte(tt.body))
		if ok != tt.ok || !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) {
			t.Errorf("%.90s: %v, %v", tt.body, ok, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); ok && diff != "" {
			t.Errorf("%.90s:\n%s", tt.body, diff)
		}
	}
}

// FuzzRead: whatever comes, what is kept is short and names nobody.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"eventType":"Bounce","mail":{"messageId":"m","timestamp":"2026-11-22T14:00:00Z","tags":{"account":["a"]}},"bounce":{"bounceType":"Permanent","timestamp":"2026-11-22T14:00:00Z","bouncedRecipients":[{"diagnosticCode":"550 <a@b.kz> +7 (701) 123-45-67 900101300126"}]}}`))
	f.Add([]byte(`{"eventType":"TEXT_INVALID","eventTimestamp":1,"messageId":"t","messageStatusDescription":"\ud800","context":{"account":"a"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, ok, err := delivery.Read(body)
		if err != nil || !ok {
			return
		}
		if len(r.Code) > delivery.MaxCode || len(r.Diagnostic) > delivery.MaxDiagnostic || strings.Contains(r.Code+r.Diagnostic, "@") || r.Message == "" || r.At.IsZero() {
			t.Errorf("%+v", r)
		}
		if strings.Contains(r.String(), "@") && !strings.Contains(r.Message, "@") {
			t.Errorf("logged as %s", r)
		}
	})
}
