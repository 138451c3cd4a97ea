package wire

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/mailsink"
	"github.com/courtoffice/courtoffice/infra/local/queues"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// telling is an office whose sealed filings are told over real queues, with a mail service that
// fails on demand.
type telling struct {
	*office
	broker *queues.Broker
	sink   *mailsink.Sink
	mail   *httptest.Server
	notify func(events.SQSEvent) events.SQSEventResponse
	entry  outbox.Entry // of the filing that was sent
}

// newTelling has one filing sent, just now, and not told.
func newTelling(t *testing.T) *telling {
	t.Helper()
	o := newOffice(t)
	o.account(t)
	tt := &telling{office: o}
	var err error
	if tt.sink, err = mailsink.Open(t.TempDir(), time.Now); err != nil {
		t.Fatal(err)
	}
	tt.mail = httptest.NewServer(tt.sink.Handler())
	t.Cleanup(tt.mail.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_SESV2": tt.mail.URL + "/_local/ses", "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": tt.mail.URL + "/_local/sms",
		functions.EnvSMSSender: "COURT", functions.EnvPortalURL: "https://court.example", functions.EnvMailFrom: "office@court.example",
		functions.EnvNoticeRate: "10000",
	} {
		t.Setenv(name, value)
	}
	tt.broker = o.queues(t)
	notify := o.app(t, "notify").Notify()
	tt.notify = func(batch events.SQSEvent) events.SQSEventResponse {
		res, err := notify(t.Context(), batch)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	tt.entry = outbox.Entry{
		Event: filing.SentEvent{
			V: 1, Type: filing.EventSent, FilingID: recordedFiling, AccountID: recordedAccount, TicketNo: recordedTicket,
			CourtCode: "almaty-bostandyq", SentAt: time.Now().UTC().Format(time.RFC3339Nano),
		}.Outbox(),
		PK: "FILING#" + recordedFiling, SK: "OUTBOX#filing.sent", Awaits: []string{"receipts", "locks"},
	}
	return tt
}

// fails has the mail service answer the next n messages with an error.
func (tt *telling) fails(n int, with string) {
	tt.Helper()
	res, err := http.Post(tt.mail.URL+"/_local/mail/fault", "application/json", strings.NewReader(fmt.Sprintf(`{"error":%q,"times":%d}`, with, n)))
	if err != nil || res.StatusCode != http.StatusNoContent {
		tt.Fatalf("fault: %v, %v", res, err)
	}
	res.Body.Close()
}

// send puts the event into its queue n times, as a relay does that is ended before its position is
// kept.
func (tt *telling) send(n int) {
	tt.Helper()
	body, err := json.Marshal(tt.entry)
	if err != nil {
		tt.Fatal(err)
	}
	if _, err := tt.broker.Send(tt.Context(), schema.Receipts.Name, slices.Repeat([]string{string(body)}, n)...); err != nil {
		tt.Fatal(err)
	}
}

// deliver gives notify what is visible, as Lambda does, and returns how many failed. The clock is
// moved, so that nothing waits.
func (tt *telling) deliver() (failed int) {
	tt.Helper()
	if err := tt.broker.Hurry(tt.Context()); err != nil {
		tt.Fatal(err)
	}
	got, err := tt.broker.Receive(tt.Context(), schema.Receipts.Name, 10, 0, 0)
	if err != nil {
		tt.Fatal(err)
	}
	var batch events.SQSEvent
	for _, m := range got {
		batch.Records = append(batch.Records, events.SQSMessage{
			MessageId: m.ID, ReceiptHandle: m.Receipt, Body: m.Body, EventSourceARN: queues.ARN("eu-central-1", m.Queue),
			Attributes: map[string]string{"ApproximateReceiveCount": fmt.Sprint(m.Receives)},
		})
	}
	res := tt.notify(batch)
	for _, m := range got {
		if !slices.ContainsFunc(res.BatchItemFailures, func(f events.SQSBatchItemFailure) bool { return f.ItemIdentifier == m.ID }) {
			if err := tt.broker.Delete(tt.Context(), m.Queue, m.Receipt); err != nil {
				tt.Fatal(err)
			}
		}
	}
	return len(res.BatchItemFailures)
}

// depth is how many messages of a queue there are.
func (tt *telling) depth(q schema.Queue) int {
	tt.Helper()
	v, h, err := tt.broker.Depth(tt.Context(), q.Name)
	if err != nil {
		tt.Fatal(err)
	}
	return v + h
}

// timeline lists what the filing's timeline says of notices.
func (tt *telling) timeline() string {
	tt.Helper()
	list, err := store.NewFilings(tt.db, tt.name(schema.Filings)).Events(tt.Context(), filing.Envelope{ID: recordedFiling})
	if err != nil {
		tt.Fatal(err)
	}
	var all []string
	for _, e := range list[1:] { // behind its creation
		all = append(all, e.Type)
	}
	return strings.Join(all, " ")
}

// TestMailIsAway: a service that refuses for half a minute costs a pause, one that refuses longer
// than a message lives costs a redrive; the notice arrives, once.
func TestMailIsAway(t *testing.T) {
	_, trigger, _ := functions.Reader(schema.Receipts)
	for _, refusals := range []int{1, 4, trigger.Receives - 1, trigger.Receives} {
		t.Run(fmt.Sprint(refusals, " refusals"), func(t *testing.T) {
			tt := newTelling(t)
			tt.send(1)
			tt.fails(refusals, "MessageRejected") // which the SDK does not try again by itself
			for n := range refusals {
				if failed := tt.deliver(); failed != 1 || len(tt.sink.Messages()) != 0 {
					t.Fatalf("refusal %d: %d failed", n+1, failed)
				}
			}
			tt.deliver()
			if given := refusals == trigger.Receives; given {
				if tt.depth(schema.NotifyDeadLetters) != 1 || len(tt.sink.Messages()) != 0 {
					t.Fatalf("%d dead letters", tt.depth(schema.NotifyDeadLetters))
				}
				if n, err := tt.broker.Redrive(t.Context(), schema.NotifyDeadLetters.Name); n != 1 || err != nil {
					t.Fatalf("redrive: %d, %v", n, err)
				}
				tt.deliver()
			}
			if got := tt.sink.Messages(); len(got) != 1 || tt.timeline() != filing.ToldHolder {
				t.Errorf("%d messages, timeline %q", len(got), tt.timeline())
			}
			if tt.depth(schema.Receipts)+tt.depth(schema.NotifyDeadLetters) != 0 {
				t.Error("messages are left")
			}
		})
	}
}

// TestPausesGrow: the first within half a minute, then longer, none over an hour, and all that a
// message has last a day.
func TestPausesGrow(t *testing.T) {
	_, trigger, _ := functions.Reader(schema.Receipts)
	var sum, before time.Duration
	for n := 1; n < trigger.Receives; n++ {
		p := pause(n)
		if p < before || p > time.Hour {
			t.Errorf("pause %d is %v after %v", n, p, before)
		}
		sum, before = sum+p, p
	}
	if pause(1) > 30*time.Second || sum < 22*time.Hour || sum > 26*time.Hour {
		t.Errorf("first pause %v, all %v", pause(1), sum)
	}
}

// TestNoticeThatFailsForGood: an address that the service can't read fails at once, whatever else
// it holds against a message when outbox.Keep is over; the filer sees it, and nothing is tried again.
func TestNoticeThatFailsForGood(t *testing.T) {
	for _, test := range []struct {
		with  string
		times int // the SDK tries three times what another try may mend
		age   time.Duration
		want  string
	}{
		{"BadRequestException", 1, 0, filing.NotToldHolder},
		{"MessageRejected", 1, 0, ""},
		{"MessageRejected", 1, outbox.Keep - time.Hour, ""},
		{"MessageRejected", 1, outbox.Keep, filing.NotToldHolder},
		{"TooManyRequestsException", 3, outbox.Keep - time.Hour, ""},
		{"TooManyRequestsException", 3, outbox.Keep, filing.NotToldHolder},
	} {
		t.Run(fmt.Sprintf("%s after %v", test.with, test.age), func(t *testing.T) {
			tt := newTelling(t)
			tt.entry.At = time.Now().Add(-test.age).UTC().Format(time.RFC3339Nano)
			tt.send(1)
			tt.fails(test.times, test.with)
			failed := tt.deliver()
			if (failed == 0) != (test.want != "") || tt.timeline() != test.want {
				t.Fatalf("%d failed, timeline %q, want %q", failed, tt.timeline(), test.want)
			}
			tt.send(1) // the sweep's copy
			tt.deliver()
			if got := len(tt.sink.Messages()); test.want != "" && got != 0 || test.want == "" && got != 1 {
				t.Errorf("%d messages", got)
			}
		})
	}
}

// TestCopiesOfAnEvent: a relay that was ended between sending and keeping its position sends all
// again; each is told once.
func TestCopiesOfAnEvent(t *testing.T) {
	tt := newTelling(t)
	tt.send(3)
	for tt.depth(schema.Receipts) > 0 {
		if failed := tt.deliver(); failed != 0 {
			t.Fatalf("%d failed", failed)
		}
	}
	if got := tt.sink.Messages(); len(got) != 1 {
		t.Errorf("%d messages", len(got))
	}
}

// TestOneBadMessage: it does not keep those beside it from being handled, and ends as a dead letter
// with what it was.
func TestOneBadMessage(t *testing.T) {
	tt := newTelling(t)
	for _, body := range []string{`{`, `{"v":1,"type":"filing.unknown","pk":"x","sk":"y"}`} {
		if _, err := tt.broker.Send(t.Context(), schema.Receipts.Name, body); err != nil {
			t.Fatal(err)
		}
	}
	tt.send(1)
	if failed := tt.deliver(); failed != 2 || len(tt.sink.Messages()) != 1 {
		t.Errorf("%d failed, %d messages", failed, len(tt.sink.Messages()))
	}
	_, trigger, _ := functions.Reader(schema.Receipts)
	for range trigger.Receives {
		tt.deliver()
	}
	if got := tt.depth(schema.NotifyDeadLetters); got != 2 {
		t.Errorf("%d dead letters", got)
	}
}
