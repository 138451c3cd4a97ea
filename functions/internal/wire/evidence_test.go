package wire

import (
	"encoding/json"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/environment"
	"github.com/courtoffice/courtoffice/shared/evidence/evidencetest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestComparison replays the schedule for a filing whose evidence nobody kept: a log line says which and
// what, and the metrics that the alarms watch are written.
func TestComparison(t *testing.T) {
	o := evidencetest.New(t)
	e := o.Seal(t, evidencetest.ID(1), "individual-gost")
	app, out := evidenceApp(t, o, "compare-evidence")
	tick := payload(t, "compare-evidence/compare.json")
	tick = []byte(strings.Replace(string(tick), "2026-11-22T07:05:00Z", "2026-11-23T07:05:00Z", 1)) // the day after
	if _, err := app.CompareEvidence()(t.Context(), tick); err != nil {
		t.Fatal(err)
	}
	log := out.String()
	if !strings.Contains(log, `"filing":"`+e.ID+`","what":"evidence lacks the record"`) {
		t.Errorf("log %s", log)
	}
	metrics := metricsIn(t, log)
	if metrics[metric.EvidenceDiffers] != 1.0 || metrics[metric.EvidenceCompared] != 1.0 || metrics[metric.EvidenceAge] != 0.0 {
		t.Errorf("metrics %v", metrics)
	}
	if strings.Contains(log, evidencetest.Account) {
		t.Errorf("the log names an account: %s", log)
	}
}

// evidenceApp is a function that works on what o seals, and its log.
func evidenceApp(t *testing.T, o *evidencetest.Office, fn string) (*App, *strings.Builder) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_REGION": engine.Region, "AWS_ACCESS_KEY_ID": engine.AccessKey, "AWS_SECRET_ACCESS_KEY": engine.SecretKey,
		"AWS_ENDPOINT_URL_DYNAMODB": *o.DB.Options().BaseEndpoint, "AWS_ENDPOINT_URL_S3": *o.S3.Options().BaseEndpoint, "AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:1",
		schema.Filings.Env: o.Table, schema.Documents.Env: o.Bucket(schema.Documents), schema.Evidence.Env: o.Bucket(schema.Evidence), schema.Trust.Env: o.Bucket(schema.Trust),
		schema.Verifications.Env: "http://127.0.0.1:1/000000000000/verifications", schema.Copies.Env: "http://127.0.0.1:1/000000000000/copies",
		functions.EnvStage: "test", functions.EnvTrustDir: filepath.Join(evidencetest.PKI(), "trust"), functions.EnvListsEvery: "60",
		functions.EnvOCSPURL: "http://127.0.0.1:1/ocsp", functions.EnvTSPURL: "http://127.0.0.1:1/tsp", // nobody is there
	} {
		t.Setenv(name, value)
	}
	cfg, err := environment.Load(fn)
	if err != nil {
		t.Fatal(err)
	}
	row, _ := functions.Named(fn)
	out := new(strings.Builder)
	return &App{fn: row, cfg: cfg, log: slog.New(slog.NewJSONHandler(out, nil))}, out
}

// metricsIn is the last line of metrics in a log.
func metricsIn(t *testing.T, log string) map[string]any {
	t.Helper()
	metrics := map[string]any{}
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"_aws"`) {
			if err := json.Unmarshal([]byte(line), &metrics); err != nil {
				t.Fatal(err)
			}
		}
	}
	return metrics
}

// TestVerification gives verify-filing the message of a filing while neither OCSP nor time stamps are to
// be had. It is received, its message is done, and the outbox goes on awaiting what is left to find out,
// which the metrics tell of.
func TestVerification(t *testing.T) {
	o := evidencetest.New(t)
	e := o.Seal(t, evidencetest.ID(1), "individual-gost")
	app, out := evidenceApp(t, o, "verify-filing")
	handle := app.VerifyFiling()
	var entries []outbox.Entry
	box := store.NewOutbox(o.DB, o.Table)
	await := func() (n int) {
		entries = nil
		err := box.Overdue(t.Context(), e.SentAt.AddDate(1, 0, 0), func(x outbox.Entry) error {
			if entries = append(entries, x); x.Type == filing.EventSent && slices.Contains(x.Awaits, schema.Verifications.Name) {
				n++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	tick := func(at time.Time) map[string]any {
		t.Helper()
		recorded := string(payload(t, "verify-filing/waiting.json"))
		if _, err := handle(t.Context(), []byte(strings.Replace(recorded, "2026-11-22T07:05:00Z", at.Format(time.RFC3339), 1))); err != nil {
			t.Fatal(err)
		}
		return metricsIn(t, out.String())
	}
	if await() != 1 {
		t.Fatalf("awaited: %+v", entries)
	}
	sent := e.SentAt.Truncate(time.Second)
	if m := tick(sent.Add(5 * time.Hour)); m[metric.UnreceivedAge].(float64) < 17_999 || m[metric.UnsettledAge].(float64) < 17_999 {
		t.Errorf("after five hours: %v", m)
	}
	body, err := json.Marshal(entries[0])
	if err != nil {
		t.Fatal(err)
	}
	message, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{{MessageId: "1", Body: string(body), EventSourceARN: "arn:aws:sqs:eu-central-1:1:verifications"}}})
	if err != nil {
		t.Fatal(err)
	}
	res, err := handle(t.Context(), message)
	if err != nil || len(res.(events.SQSEventResponse).BatchItemFailures) != 0 {
		t.Fatalf("%+v, %v: %s", res, err, out.String())
	}
	sealed, err := store.NewFilings(o.DB, o.Table).Sealed(t.Context(), e.ID)
	if err != nil || sealed.Envelope.Status != filing.Received || await() != 1 {
		t.Errorf("%s, %v, awaited: %+v", sealed.Envelope.Status, err, entries)
	}
	if m := tick(sent.Add(80 * time.Hour)); m[metric.UnreceivedAge] != 0.0 || m[metric.UnsettledAge].(float64) < 287_999 {
		t.Errorf("received, not settled: %v", m)
	}
	if m := tick(sent.Add(30 * time.Minute)); m[metric.UnsettledAge] != 0.0 {
		t.Errorf("too young to count: %v", m)
	}
	if log := out.String(); strings.Contains(log, evidencetest.Account) || strings.Contains(log, "900101300126") {
		t.Errorf("the log names a person: %s", log)
	}
}

// TestRecordedVerification replays the payloads: the filing they tell of is not in the table, so they come
// again.
func TestRecordedVerification(t *testing.T) {
	o := evidencetest.New(t)
	for file, handle := range map[string]func() (any, error){
		"keep-evidence/filing-settled.json": func() (any, error) {
			app, _ := evidenceApp(t, o, "keep-evidence")
			return app.KeepEvidence()(t.Context(), batch(t, "keep-evidence/filing-settled.json"))
		},
		"verify-filing/filing-sent.json": func() (any, error) {
			app, _ := evidenceApp(t, o, "verify-filing")
			return app.VerifyFiling()(t.Context(), payload(t, "verify-filing/filing-sent.json"))
		},
	} {
		res, err := handle()
		if err != nil || len(res.(events.SQSEventResponse).BatchItemFailures) != 1 {
			t.Errorf("%s: %+v, %v", file, res, err)
		}
	}
}
