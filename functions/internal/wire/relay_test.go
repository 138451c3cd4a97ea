package wire

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/queues"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/support"
)

// queues plays SQS for the functions of o, with the queues of the rows.
func (o *office) queues(t *testing.T) *queues.Broker {
	t.Helper()
	var settings []queues.Settings
	for _, q := range schema.Queues {
		s := queues.Settings{Name: q.Name, Visibility: time.Minute}
		if _, trigger, ok := functions.Reader(q); ok {
			s.Receives, s.DeadLetters = trigger.Receives, trigger.DeadLetters.Name
		}
		settings = append(settings, s)
	}
	b, err := queues.Open(t.Context(), filepath.Join(t.TempDir(), "queues.db"), settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	var srv *httptest.Server
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.Handler(srv.URL).ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	t.Setenv("AWS_ENDPOINT_URL_SQS", srv.URL)
	for _, q := range schema.Queues {
		if q.Env != "" {
			t.Setenv(q.Env, queues.URL(srv.URL, q.Name))
		}
	}
	for _, table := range schema.Tables {
		t.Setenv(table.Env, o.name(table))
	}
	return b
}

// message is e as a queue hands it over.
func message(t testing.TB, q schema.Queue, e outbox.Entry) events.SQSMessage {
	t.Helper()
	body, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return events.SQSMessage{
		MessageId: e.SK, ReceiptHandle: e.SK, Body: string(body), EventSourceARN: queues.ARN("eu-central-1", q.Name),
		Attributes: map[string]string{"ApproximateReceiveCount": "1"},
	}
}

// waiting lists the types of the events in a queue, sorted.
func waiting(t *testing.T, b *queues.Broker, q schema.Queue) string {
	t.Helper()
	list, err := b.List(t.Context(), q.Name)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range list {
		var e outbox.Entry
		if err := json.Unmarshal([]byte(m.Body), &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e.Type)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// TestRecordedRelay replays the streams' payloads: each event goes to the queues of its row.
func TestRecordedRelay(t *testing.T) {
	o := newOffice(t)
	b := o.queues(t)
	handle := o.app(t, "relay").Relay()
	for _, file := range []string{"filing-sent.json", "password-changed.json", "maintenance.json", "agreement.json"} {
		out, err := handle(t.Context(), payload(t, "relay/"+file))
		if res, ok := out.(events.DynamoDBEventResponse); err != nil || !ok || len(res.BatchItemFailures) != 0 {
			t.Fatalf("%s: %+v, %v", file, out, err)
		}
	}
	for q, want := range map[schema.Queue]string{
		schema.Receipts: "filing.sent", schema.Locks: "filing.sent", schema.Copies: "filing.sent", schema.Verifications: "filing.sent", schema.Notices: "account.password-changed", schema.News: "maintenance.announced",
		schema.Pages: "agreement.published maintenance.announced",
	} {
		if got := waiting(t, b, q); got != want {
			t.Errorf("queue %s has %q, want %q", q.Name, got, want)
		}
	}
	got, err := b.Receive(t.Context(), schema.Receipts.Name, 1, 0, 0)
	if err != nil || len(got) != 1 {
		t.Fatal(err)
	}
	var sent, recorded outbox.Entry
	if json.Unmarshal([]byte(got[0].Body), &sent) != nil || json.Unmarshal([]byte(batch(t, "notify/filing-sent.json").Records[0].Body), &recorded) != nil ||
		fmt.Sprint(sent) != fmt.Sprint(recorded) {
		t.Errorf("the message is %s, and the one recorded for notify %+v", got[0].Body, recorded)
	}
}

// TestRelayReportsWhatWasNotTaken: with a queue away, the batch comes again from its first event
// for it; what has no row does not get lost without a word either.
func TestRelayReportsWhatWasNotTaken(t *testing.T) {
	o := newOffice(t)
	b := o.queues(t)
	relay := o.app(t, "relay")
	relay.cfg.Queues[schema.Notices.Name] += "-away"
	var whole struct{ Records []json.RawMessage }
	for _, file := range []string{"filing-sent.json", "password-changed.json", "maintenance.json"} {
		var one struct{ Records []json.RawMessage }
		if err := json.Unmarshal(payload(t, "relay/"+file), &one); err != nil {
			t.Fatal(err)
		}
		whole.Records = append(whole.Records, one.Records...)
	}
	failing := func() string {
		t.Helper()
		raw, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		out, err := relay.Relay()(t.Context(), raw)
		res, ok := out.(events.DynamoDBEventResponse)
		if err != nil || !ok || len(res.BatchItemFailures) != 1 {
			t.Fatalf("%+v, %v", out, err)
		}
		return res.BatchItemFailures[0].ItemIdentifier
	}
	if got := failing(); got != "112000000000000000000000001" { // that of password-changed.json
		t.Errorf("comes again from %s", got)
	}
	if got := waiting(t, b, schema.News); got != "maintenance.announced" {
		t.Errorf("one queue that is away kept another from %q", got)
	}
	relay.cfg.Queues[schema.Notices.Name] = strings.TrimSuffix(relay.cfg.Queues[schema.Notices.Name], "-away")
	whole.Records[0] = json.RawMessage(strings.ReplaceAll(string(whole.Records[0]), `"filing.sent"`, `"filing.unknown"`))
	if got := failing(); got != "111000000000000000000000001" {
		t.Errorf("an event without a row: comes again from %s", got)
	}
}

// TestSweep: what no queue has, or what a queue lost, is found in the outbox and copied again; once
// its reader has done it, it is not.
func TestSweep(t *testing.T) {
	o := newOffice(t)
	sink, notify := o.notifying(t)
	b := o.queues(t)
	at := time.Now().UTC()
	ticket := support.Ticket{Number: recordedTicket, RequestID: "r", Topic: "other", Lang: "kk", Agreement: "v1", State: support.Received, HappenedAt: at, ReceivedAt: at}
	if _, _, err := store.NewSupport(o.db, o.name(schema.Accounts)).Open(t.Context(), ticket); err != nil {
		t.Fatal(err)
	}
	handle := o.app(t, "relay").Relay()
	sweep := func(due time.Time) string {
		t.Helper()
		raw, err := json.Marshal(tick{"sweep", due})
		if err == nil {
			_, err = handle(t.Context(), raw)
		}
		if err != nil {
			t.Fatal(err)
		}
		return waiting(t, b, schema.Notices)
	}
	const one = "support.requested"
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{
		{0, ""}, {outbox.Patience - time.Second, ""}, {outbox.Patience, one}, {outbox.Patience + time.Minute, one}, // once
		{outbox.Patience + outbox.Again, one + " " + one}, // it is still not done
	} {
		if got := sweep(at.Add(tt.after).Truncate(time.Second).Add(time.Second)); got != tt.want {
			t.Errorf("swept after %v: %q, want %q", tt.after, got, tt.want)
		}
	}
	list, err := b.Receive(t.Context(), schema.Notices.Name, 10, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	var batch events.SQSEvent
	for _, m := range list { // both copies
		batch.Records = append(batch.Records, events.SQSMessage{
			MessageId: m.ID, ReceiptHandle: m.Receipt, Body: m.Body, EventSourceARN: queues.ARN("eu-central-1", schema.Notices.Name),
		})
	}
	if res, err := notify(t.Context(), batch); err != nil || len(res.BatchItemFailures) != 0 {
		t.Fatalf("%+v, %v", res, err)
	}
	if got := sink.Messages(); len(got) != 1 {
		t.Errorf("%d messages, want one for both copies", len(got))
	}
	for _, m := range list {
		b.Delete(t.Context(), schema.Notices.Name, m.Receipt)
	}
	if got := sweep(at.Add(outbox.Keep)); got != "" {
		t.Errorf("swept though it was done: %q", got)
	}
	if _, err := handle(t.Context(), payload(t, "relay/sweep.json")); err != nil {
		t.Error(err)
	}
}
