package wire

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/infra/local/queues"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/trace"
)

const traced = "1-67891233-abcdef012345678912345678"

// linesOf are the lines of a log in which a text stands.
func linesOf(log, text string) (found []map[string]any) {
	for line := range strings.SplitSeq(log, "\n") {
		var one map[string]any
		if strings.Contains(line, text) && json.Unmarshal([]byte(line), &one) == nil {
			found = append(found, one)
		}
	}
	return found
}

// TestSealIsTraced: the line of a seal has the ticket of its receipt and the trace of its request, and so has the
// event that tells of it; an event of a request without a trace has none.
func TestSealIsTraced(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	o := newOfficeTrusting(t, filepath.Join(root, "testdata", "pki", "trust"))
	keys, err := edstest.LoadKeys(filepath.Join(root, "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	o.filer(t, keys)
	for _, file := range []string{"create", "document"} {
		if a := o.send(request(t, "filings/"+file+".json")); file == "document" {
			o.upload(t, a)
		}
	}
	for _, file := range []string{"filings/complete-document", "filings/section", "filings/manifest"} {
		if a := o.send(request(t, file+".json")); a.status >= 300 {
			t.Fatalf("%s: %d %s", file, a.status, a.raw)
		}
	}
	o.log.Reset()
	ev := request(t, "file-claim/seal.json")
	ev.Headers[strings.ToLower(trace.Header)] = "Root=" + traced + ";Sampled=1"
	sealed := o.send(ev)
	if sealed.status != 201 {
		t.Fatalf("%d %s", sealed.status, sealed.raw)
	}
	ticket := sealed.body["receipt"].(map[string]any)["ticketNo"]
	lines := linesOf(o.log.String(), `"fn":"file-claim"`)
	if len(lines) != 1 || lines[0]["trace"] != traced || lines[0]["ticket"] != ticket || lines[0]["filing"] != recordedFiling {
		t.Errorf("the line of ticket %v is %v", ticket, lines)
	}
	found := map[string]string{}
	err = store.NewOutbox(o.db, o.name(schema.Filings)).Overdue(t.Context(), o.at.Add(24*time.Hour), func(e outbox.Entry) error {
		found[e.Type] = e.Trace
		return nil
	})
	if err != nil || found["filing.sent"] != traced {
		t.Errorf("events have the traces %q, %v", found, err)
	}
	if other, ok := found["filing.awaits"]; ok && other != "" {
		t.Errorf("an event of another request has the trace %q", other)
	}
}

// TestTraceFromRelayToNotice: a relayed event brings its trace into the queue, as SQS hands it on too, and the line of
// whoever reads it says which event of which trace it was, how long that waited and took. What a reader writes into an
// outbox belongs to the trace of what it read.
func TestTraceFromRelayToNotice(t *testing.T) {
	tt := newTelling(t)
	var batch struct {
		Records []map[string]any `json:"Records"`
	}
	if err := json.Unmarshal(payload(t, "relay/filing-sent.json"), &batch); err != nil {
		t.Fatal(err)
	}
	image := batch.Records[0]["dynamodb"].(map[string]any)["NewImage"].(map[string]any)
	image["trace"] = map[string]any{"S": traced}
	image["at"] = map[string]any{"S": time.Now().Add(-time.Second).UTC().Format(time.RFC3339Nano)}
	raw, err := json.Marshal(batch)
	if err != nil {
		t.Fatal(err)
	}
	tt.log.Reset()
	if _, err := tt.app(t, "relay").Relay()(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
	relayed := linesOf(tt.log.String(), traced)
	if len(relayed) != 1 || relayed[0]["fn"] != "relay" {
		t.Fatalf("relay's lines: %v", relayed)
	}
	if e := relayed[0]["events"].([]any)[0].(map[string]any); e["trace"] != traced || e["type"] != "filing.sent" || e["waited_ms"].(float64) < 900 {
		t.Errorf("relay says %v", e)
	}
	got, err := tt.broker.Receive(t.Context(), schema.Receipts.Name, 1, 0, 0)
	if err != nil || len(got) != 1 || got[0].Trace != "Root="+traced {
		t.Fatalf("in the queue: %+v, %v", got, err)
	}
	tt.log.Reset()
	res := tt.notify(events.SQSEvent{Records: []events.SQSMessage{{
		MessageId: got[0].ID, ReceiptHandle: got[0].Receipt, Body: got[0].Body, EventSourceARN: queues.ARN("eu-central-1", got[0].Queue),
		Attributes: map[string]string{"ApproximateReceiveCount": "1", "SentTimestamp": fmt.Sprint(time.Now().Add(-2 * time.Second).UnixMilli()), "AWSTraceHeader": got[0].Trace},
	}}})
	if len(res.BatchItemFailures) > 0 {
		t.Fatal(tt.log.String())
	}
	told := linesOf(tt.log.String(), traced)
	if len(told) != 1 || told[0]["fn"] != "notify" {
		t.Fatalf("notify's lines: %v", told)
	}
	if e := told[0]["events"].([]any)[0].(map[string]any); e["queue"] != schema.Receipts.Name || e["of"] != recordedFiling || e["waited_ms"].(float64) < 1900 || e["took_ms"].(float64) <= 0 || e["receives"] != 1.0 {
		t.Errorf("notify says %v", e)
	}
	var inside string
	reading := tt.app(t, "notify").read(func(ctx context.Context, _ schema.Queue, _ outbox.Entry) error {
		inside = trace.Of(ctx)
		return errLater
	})
	if _, err := reading(t.Context(), events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: got[0].Body, EventSourceARN: queues.ARN("eu-central-1", schema.Receipts.Name)}}}); err != nil || inside != traced {
		t.Errorf("a reader writes events of the trace %q, %v", inside, err)
	}
	forged := strings.Replace(got[0].Body, traced, `x\",\"account\":\"a`, 1)
	tt.log.Reset()
	tt.notify(events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: forged, EventSourceARN: queues.ARN("eu-central-1", schema.Receipts.Name)}}})
	if lines := linesOf(tt.log.String(), `"fn":"notify"`); len(lines) != 1 || lines[0]["events"].([]any)[0].(map[string]any)["trace"] != nil {
		t.Errorf("what is no root of a trace is logged: %v", lines)
	}
}
