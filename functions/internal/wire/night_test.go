package wire

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/queues"
	"github.com/courtoffice/courtoffice/infra/night"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// watched has o count what is asked of keys.
func (o *office) watched() *keys {
	o.meter.keys = &keys{db: o.db, table: func(deployed string) string {
		i := slices.IndexFunc(schema.Tables, func(t schema.Table) bool { return o.name(t) == deployed })
		return schema.Tables[i].Name
	}}
	return o.meter.keys
}

// objects is how many versions the documents bucket holds.
func (o *office) objects(t *testing.T, client *s3.Client) int {
	t.Helper()
	bucket := os.Getenv(schema.Documents.Env)
	out, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	return len(out.Versions)
}

// entry is an event in the outbox of the filing.
func (o *office) entry(t *testing.T, typ, id string) outbox.Entry {
	t.Helper()
	out, err := o.db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: ptr(o.name(schema.Filings)), Key: attributes{"PK": text("FILING#" + id), "SK": text("OUTBOX#" + typ)}})
	if err != nil {
		t.Fatal(err)
	}
	entry, ok, err := store.OutboxEntry(out.Item)
	if err != nil || !ok {
		t.Fatalf("no event %s of %s, %v", typ, id, err)
	}
	return entry
}

// message is an event of the filing as the reader of a queue gets it.
func (o *office) message(t *testing.T, q schema.Queue, typ, id string) events.SQSEvent {
	t.Helper()
	entry := o.entry(t, typ, id)
	body, err := json.Marshal(entry)
	if err != nil {
		t.Fatal(err)
	}
	return events.SQSEvent{Records: []events.SQSMessage{{
		MessageId: "1", Body: string(body), EventSourceARN: queues.ARN("eu-central-1", q.Name), Attributes: map[string]string{"ApproximateReceiveCount": "1"},
	}}}
}

// TestNight does every act of a deadline night once, with everything in memory that a process keeps,
// and holds night.Acts against what it asked of the tables' keys.
func TestNight(t *testing.T) {
	if night.SentShards != store.SentShards {
		t.Errorf("the night has %d shards of what is sent, the store %d", night.SentShards, store.SentShards)
	}
	if night.OutboxShards != store.OutboxShards {
		t.Errorf("the night has %d shards of an outbox, the store %d", night.OutboxShards, store.OutboxShards)
	}
	if night.QueueShards != store.QueueShards {
		t.Errorf("the night has %d shards of a court's queue, the store %d", night.QueueShards, store.QueueShards)
	}
	if night.ExpiryShards != store.ExpiryShards {
		t.Errorf("the night has %d shards of drafts, the store %d", night.ExpiryShards, store.ExpiryShards)
	}
	signer, o := newOffice(t), newOfficeTrusting(t, filepath.Join("..", "..", "..", "testdata", "pki", "trust"))
	keys, err := edstest.LoadKeys(filepath.Join("..", "..", "..", "testdata", "pki", "keys"))
	if err != nil {
		t.Fatal(err)
	}
	signer.registered()
	o.filer(t, keys)
	t.Setenv(schema.Status.Env, "status")
	o.functions["maintenance"] = o.described(o.app(t, "maintenance").MaintenanceRoutes())
	bucket := o.app(t, "filings").s3()
	_, notify := o.notifying(t)
	lock := o.app(t, "lock-documents").LockDocuments()
	for name, value := range map[string]string{schema.Evidence.Env: "test-" + schema.Evidence.Name, functions.EnvOCSPURL: "", functions.EnvTSPURL: ""} {
		t.Setenv(name, value)
	}
	keep := o.app(t, "keep-evidence").KeepEvidence()
	verify := func(ctx context.Context, batch events.SQSEvent) (events.SQSEventResponse, error) {
		raw, err := json.Marshal(batch)
		if err != nil {
			return events.SQSEventResponse{}, err
		}
		res, err := o.app(t, "verify-filing").VerifyFiling()(ctx, raw)
		out, _ := res.(events.SQSEventResponse)
		return out, err
	}
	found := func(ctx context.Context, batch events.SQSEvent) (events.SQSEventResponse, error) {
		raw, err := json.Marshal(batch)
		if err != nil {
			return events.SQSEventResponse{}, err
		}
		res, err := o.app(t, "cases").Cases()(ctx, raw)
		out, _ := res.(events.SQSEventResponse)
		return out, err
	}
	signing, counted := signer.watched(), o.watched()

	var id string
	var handedOut answer
	claim, revision := claimOf(t), 0
	send := func(route string, body any) answer {
		a := o.send(at(at(at(o.event(route, body, recordedToken), "{id}", id), "{document}", recordedDocument), "{section}", "circumstances"))
		if a.status >= 300 {
			t.Fatalf("%s: %d %.500s", route, a.status, a.raw)
		}
		return a
	}
	told := func(handle func(context.Context, events.SQSEvent) (events.SQSEventResponse, error), q schema.Queue, typ string) {
		if res, err := handle(t.Context(), o.message(t, q, typ, id)); err != nil || len(res.BatchItemFailures) > 0 {
			t.Fatalf("%s: %+v, %v", q.Name, res, err)
		}
	}
	var challenge []byte
	do := map[string]func(){
		"ask for what to sign in with": func() { challenge = signer.document("POST /api/sign-in/document", object{"lang": "kk"}) },
		"sign in":                      func() { signer.want(signer.call("POST /api/sign-in", signer.signed("aigul", challenge)), 200, "") },
		"open a page":                  func() { o.at = o.at.Add(2 * time.Minute); send("GET /api/session", nil) },
		"see the windows":              func() { send("GET /api/maintenance", nil) },
		"list filings":                 func() { send("GET /api/filings", nil) },
		"begin a filing":               func() { send("PUT /api/filings/{id}", object{"kind": "claim", "sections": claim}) },
		"see a page of a filing": func() {
			ev := o.event("GET /{path...}", nil, "")
			ev.RawPath = "/kk/filings/" + id + "/tasks"
			if a := o.send(ev); a.status != 200 {
				t.Fatalf("%s: %d", ev.RawPath, a.status)
			}
		},
		"save a section": func() {
			revision = 3
			send("PUT /api/filings/{id}/sections/{section}", object{"version": 1, "value": object{"breach": object{"text": prose(3000, 7)}, "facts": object{"text": prose(6000, 8)}}})
		},
		"ask to upload": func() {
			o.upload(t, send("PUT /api/filings/{id}/documents/{document}", object{
				"version": 0, "role": "main_claim", "name": "talap.pdf", "size": len(recordedContent), "mediaType": "application/pdf", "sha256": filing.Sum([]byte(recordedContent)),
			}))
		},
		"tell of an upload": func() { send("POST /api/filings/{id}/documents/{document}/completion", object{"parts": []string{}}) },
		"open a filing":     func() { send("GET /api/filings/{id}", nil) },
		"check a filing":    func() { send("GET /api/filings/{id}/check", nil) },
		"ask for what to sign": func() {
			handedOut = send("POST /api/filings/{id}/manifest", object{"revision": revision})
		},
		"seal": nil, "seal again": nil,
		"ask what became of it": func() { send("POST /api/filings/{id}/outcome", object{"token": handedOut.body["token"]}) },
		"read the receipt":      func() { send("GET /api/filings/{id}/receipt", nil) },
		"mail the receipt":      func() { told(notify, schema.Receipts, filing.EventSent) },
		"lock the documents":    func() { told(lock, schema.Locks, filing.EventSent) },
		"verify the filing": func() {
			told(verify, schema.Verifications, filing.EventSent)
			// By the lists alone; with word from since then it would be settled.
			if err := store.NewOutbox(o.app(t, "verify-filing").dynamo(), o.name(schema.Filings)).Done(t.Context(), o.entry(t, filing.EventSent, id), schema.Verifications.Name); err != nil {
				t.Fatal(err)
			}
		},
		"keep the evidence":                     func() { told(keep, schema.Copies, filing.EventSent) },
		"keep the evidence of the verification": func() { told(keep, schema.Copies, filing.EventReceived) },
		"mail that it was received":             func() { told(notify, schema.Receipts, filing.EventReceived) },
		"keep by whom it is found":              func() { told(found, schema.Openings, filing.EventReceived) },
	}
	var seal object
	do["seal"] = func() {
		document, err := base64.StdEncoding.DecodeString(handedOut.body["document"].(string))
		if err != nil {
			t.Fatal(err)
		}
		seal = object{"token": handedOut.body["token"], "signature": o.signs(t, keys, document)}
		o.want(send("POST /api/filings/{id}/seal", seal), 201, "")
	}
	do["seal again"] = func() { o.want(send("POST /api/filings/{id}/seal", seal), 200, "") }

	for _, filing := range []string{recordedFiling, recordedCopy} { // the first fills what a process remembers
		id = filing
		for _, act := range night.Acts {
			if do[act.Name] == nil {
				t.Fatalf("nobody does %q here", act.Name)
			}
			objects := o.objects(t, bucket)
			signing.take()
			counted.take()
			for _, m := range []*meter{&o.meter, &signer.meter} {
				m.take()
			}
			do[act.Name]()
			if filing == recordedFiling {
				o.counted(t, counted, signing) // and what they remember is looked at
				continue
			}
			got, refused := o.counted(t, counted, signing)
			want := map[night.Key]night.Units{}
			for _, u := range act.Uses {
				want[u.Key] = u.Units
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-stated +counted):\n%s\n%s", act.Name, diff, literal(got))
			}
			if n := float64(o.objects(t, bucket) - objects); n != act.Puts {
				t.Errorf("%s: %v objects written, stated are %v", act.Name, n, act.Puts)
			}
			var total, sum usage
			for _, m := range []*meter{&o.meter, &signer.meter} {
				u := m.take()
				total.Writes, total.Reads = total.Writes+u.Writes, total.Reads+u.Reads
			}
			for _, u := range got {
				sum.Writes, sum.Reads = sum.Writes+u.Writes, sum.Reads+u.Reads
			}
			if sum.Writes -= refused; total.Writes != sum.Writes || total.Reads < sum.Reads {
				t.Errorf("%s: the engine consumed %v write and %v read units, by keys it is %v and %v", act.Name, total.Writes, total.Reads, sum.Writes, sum.Reads)
			}
		}
	}
	if _, err := o.app(t, "relay").Relay()(t.Context(), json.RawMessage(`{"schedule":"sweep","time":"`+o.at.Format(time.RFC3339)+`"}`)); err != nil {
		t.Fatal(err)
	}
	o.written(t, "file-claim", "relay")
}

// written fails for a metric that an alarm or a panel has of those functions and no log line has.
func (o *office) written(t *testing.T, of ...string) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	found := map[string]bool{} // name and dimensions
	for line := range strings.Lines(o.log.String()) {
		var m struct {
			AWS struct {
				CloudWatchMetrics []struct {
					Namespace  string
					Dimensions [][]string
					Metrics    []struct{ Name string }
				}
			} `json:"_aws"`
			Route, Outcome, Algorithm string
		}
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v in log line %s", err, line)
		}
		is := map[string]string{"FunctionName": "", "Route": m.Route, "Outcome": m.Outcome, "Algorithm": m.Algorithm}
		for _, d := range m.AWS.CloudWatchMetrics {
			key := ""
			for _, name := range d.Dimensions[0] {
				key += " " + name + "=" + is[name]
			}
			for _, one := range d.Metrics {
				found[one.Name+key] = true
			}
		}
	}
	watched := []functions.Metric{}
	for _, a := range functions.Alarms() {
		watched = append(watched, a.On)
	}
	for _, p := range functions.Panels() {
		watched = append(watched, p.Of...)
	}
	n := 0
	for _, m := range watched {
		key := m.Name + " FunctionName="
		switch {
		case m.Namespace != metric.Namespace || !slices.Contains(of, m.Function), m.Is != "" && !slices.Contains([]string{"sealed", "again", "gost2015-512"}, m.Is):
			continue // what this night has none of
		case m.Route != "":
			key += " Route=" + m.Route
		case m.By != "":
			key += " " + m.By + "=" + m.Is
		}
		if n++; !found[key] {
			t.Errorf("nothing writes %s", key)
		}
	}
	if n < 8 {
		t.Errorf("only %d metrics of %v are watched", n, of)
	}
}

// counted takes what was asked of keys, without what a process remembers: that is held against
// night.Looks.
func (o *office) counted(t *testing.T, of ...*keys) (sum map[night.Key]night.Units, refused float64) {
	t.Helper()
	sum = map[night.Key]night.Units{}
	for _, k := range of {
		asked, failed := k.take()
		refused += failed
		for k, u := range asked {
			i := slices.IndexFunc(night.Looks, func(l night.Look) bool { return l.Key == k })
			if i < 0 {
				sum[k] = sum[k].Plus(u, 1)
			} else if u.Reads > night.Looks[i].Reads || u.Writes > 0 {
				t.Errorf("a look at %+v takes %+v, stated are %v read units", k, u, night.Looks[i].Reads)
			}
		}
	}
	return sum, refused
}

// literal is what night.Acts should say.
func literal(of map[night.Key]night.Units) string {
	var lines []string
	for k, u := range of {
		b, _ := json.Marshal([]any{k.Table, k.Pattern, u.Reads, u.Writes})
		call := "use"
		if k.Index {
			call = "index"
		}
		lines = append(lines, call+"("+strings.Trim(string(b), "[]")+"),")
	}
	slices.Sort(lines)
	return strings.ReplaceAll(strings.Join(lines, "\n"), ",", ", ")
}
