package wire

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/outage"
	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// outside is an office seen from outside, at an address, and the probe that tries it.
type outside struct {
	*office
	url    string
	probe  func(due time.Time) // one minute
	run    func(ctx context.Context, event json.RawMessage) (any, error)
	s3     *s3.Client
	dead   atomic.Value // names of functions that answer nothing, separated by spaces; "all" is every one
	secret atomic.Value // the probe's
	broken atomic.Bool  // the record can't be read
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	o := &outside{office: newOffice(t)}
	o.dead.Store("")
	client, name := engine.BucketsForTest(t)
	o.s3 = client
	if err := engine.CreateBucket(t.Context(), client, schema.Outages, "test-outages"); err != nil {
		t.Fatal(err)
	}
	o.withFilings(t)
	for variable, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3": *client.Options().BaseEndpoint, schema.Status.Env: name(schema.Status), schema.Documents.Env: name(schema.Documents),
		schema.Assets.Env: name(schema.Assets), schema.Outages.Env: "test-outages",
	} {
		t.Setenv(variable, value)
	}
	mux := http.NewServeMux()
	for fn, build := range map[string]func(*App) http.Handler{
		"sign-in": (*App).SignIn, "filings": (*App).FilingsRoutes, "file-claim": (*App).FileClaim, "portal": (*App).Portal, "maintenance": (*App).MaintenanceRoutes,
	} {
		app := o.app(t, fn)
		o.functions[fn] = o.described(build(app))
		for _, route := range app.fn.Routes {
			if strings.HasPrefix(route, "HEAD ") {
				continue // GET takes it too
			}
			mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) { o.asked(w, r, fn, route) })
		}
	}
	for _, key := range []string{schema.StatusPage, schema.Announced, schema.OutageRecord} {
		mux.HandleFunc("GET /"+key, func(w http.ResponseWriter, r *http.Request) {
			bucket := name(schema.Status)
			if key == schema.OutageRecord {
				bucket = "test-outages"
			}
			if key == schema.OutageRecord && o.broken.Load() {
				http.Error(w, "broken", http.StatusBadGateway)
				return
			}
			out, err := client.GetObject(r.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
			if err != nil {
				http.Error(w, "nothing", http.StatusForbidden)
				return
			}
			defer out.Body.Close()
			w.Header().Set("Content-Type", *out.ContentType)
			io.Copy(w, out.Body)
		})
	}
	mux.HandleFunc("GET /"+schema.PublishedKeys, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(o.keys)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	o.url = server.URL
	secrets := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ SecretId string }
		if r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" || json.NewDecoder(r.Body).Decode(&in) != nil || in.SecretId != "courtoffice-probe" {
			http.Error(w, `{"__type":"ResourceNotFoundException"}`, http.StatusBadRequest)
			return
		}
		json.NewEncoder(w).Encode(map[string]string{"SecretString": o.secret.Load().(string)})
	}))
	t.Cleanup(secrets.Close)
	o.holds("aigul")
	t.Setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.URL)
	t.Setenv(functions.EnvProbeKey, "courtoffice-probe")
	tick := o.app(t, "maintenance").Maintenance()
	t.Setenv(functions.EnvPortalURL, o.url)
	o.fresh()
	o.run = o.app(t, "probe").Probe()
	o.probe = func(due time.Time) {
		t.Helper()
		o.at = due.Add(2 * time.Second)
		event := func(schedule string) json.RawMessage {
			return json.RawMessage(fmt.Sprintf(`{"schedule":%q,"time":%q}`, schedule, due.Format(time.RFC3339)))
		}
		if !strings.Contains(o.dead.Load().(string), "all") {
			if _, err := tick(t.Context(), event("maintenance")); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := o.run(t.Context(), event("probe")); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// holds gives the probe someone's key.
func (o *outside) holds(key string) {
	o.Helper()
	pem, err := o.pki.Keys[key].MarshalPEM()
	if err != nil {
		o.Fatal(err)
	}
	secret, err := json.Marshal(map[string]string{"pem": string(pem)})
	if err != nil {
		o.Fatal(err)
	}
	o.secret.Store(string(secret))
}

// asked is the gateway: it hands a request to a function, unless that is dead.
func (o *outside) asked(w http.ResponseWriter, r *http.Request, fn, route string) {
	if dead := o.dead.Load().(string); dead == "all" || slices.Contains(strings.Fields(dead), fn) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, `{"message":"Service Unavailable"}`)
		return
	}
	ev := o.event(r.Method+" "+r.URL.Path, nil, "")
	ev.RouteKey, ev.RequestContext.RouteKey = route, route
	for name, values := range r.Header {
		ev.Headers[strings.ToLower(name)] = values[0]
	}
	delete(ev.Headers, "cookie")
	ev.Cookies = nil
	for _, c := range r.Cookies() {
		ev.Cookies = append(ev.Cookies, c.Name+"="+c.Value)
	}
	body, _ := io.ReadAll(r.Body)
	ev.Body = string(body)
	var res events.APIGatewayV2HTTPResponse
	res, err := o.functions[fn](r.Context(), ev)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	for name, value := range res.Headers {
		w.Header().Set(name, value)
	}
	for _, c := range res.Cookies {
		w.Header().Add("Set-Cookie", c)
	}
	w.WriteHeader(res.StatusCode)
	io.WriteString(w, res.Body)
}

// kept is an object of the record.
func (o *outside) kept(key string, into any) {
	o.Helper()
	out, err := o.s3.GetObject(o.Context(), &s3.GetObjectInput{Bucket: aws.String("test-outages"), Key: &key})
	if err != nil {
		o.Fatal(err)
	}
	defer out.Body.Close()
	if err := json.NewDecoder(out.Body).Decode(into); err != nil {
		o.Fatal(err)
	}
}

// minutes are what the day of o shows of each probe from the minute of the instant from on.
func (o *outside) minutes(day string, from time.Time) map[string]string {
	o.Helper()
	var d outage.Day
	o.kept(schema.OutageDay(day), &d)
	begin := int(from.Sub(d.Day.Start()) / time.Minute)
	out := map[string]string{}
	for name, minutes := range d.Minutes {
		out[name] = minutes[begin:]
	}
	return out
}

// TestProbe plays an evening: the office is up, the seal's function dies, then all do, then all is well.
// What stands in the record is what people met.
func TestProbe(t *testing.T) {
	o := newOutside(t)
	o.registered()
	begin := o.at.Truncate(time.Minute)
	day := begin.In(time.FixedZone("", 5*3600)).Format(time.DateOnly)
	minute := 0
	next := func(dead string) {
		o.dead.Store(dead)
		o.probe(begin.Add(time.Duration(minute) * time.Minute))
		minute++
	}
	for _, dead := range []string{"", "file-claim", "", "file-claim", "file-claim", "all", "all", "sign-in", "", "portal filings", ""} {
		next(dead)
	}
	want := map[string]string{
		"pages":   "+++++--++-+",
		"notices": "+++++++++++", // in a bucket, and for ten minutes not too old
		"sign-in": "+++++---+++",
		"drafts":  "+++++???+-+",
		"sending": "+-+----++++",
	}
	if got := o.minutes(day, begin); !maps.Equal(got, want) {
		t.Errorf("the day is %q,\nwant %q\n%s", got, want, o.log.String())
	}
	var r outage.Record
	o.kept(schema.OutageRecord, &r)
	var got []string
	for _, out := range r.Outages {
		got = append(got, fmt.Sprintf("%s %v %v", out.Probe, out.From.Sub(begin).Minutes(), out.To.Sub(begin).Minutes()))
	}
	slices.Sort(got)
	if want := []string{"pages 5 7", "sending 3 7", "sign-in 5 8"}; !slices.Equal(got, want) {
		t.Errorf("outages %q, want %q", got, want)
	}
	if !strings.Contains(o.log.String(), `"msg":"outage over"`) || !strings.Contains(o.log.String(), `"ProbesDown"`) {
		t.Errorf("the log does not tell of it: %s", o.log.String())
	}

	// All of a seal was tried, and nothing was sealed.
	if log := o.log.String(); !strings.Contains(log, `"route":"POST /api/filings/{id}/seal","status":409`) || !strings.Contains(log, `"VerifyTime"`) {
		t.Errorf("no seal was tried: %s", log)
	}
	for _, item := range o.scanned(o.name(schema.Filings)) {
		sk, _ := item["SK"].(*types.AttributeValueMemberS)
		if sk != nil && (sk.Value == "SEAL" || strings.HasPrefix(sk.Value, "OUTBOX#")) {
			t.Errorf("a probe left %v %s", item["PK"], sk.Value)
		}
		if _, ends := item[schema.TTL].(*types.AttributeValueMemberN); !ends {
			t.Errorf("a probe left %v %s for ever", item["PK"], sk.Value)
		}
	}

	// The same minute again changes nothing.
	minute--
	next("all")
	if got := o.minutes(day, begin); !maps.Equal(got, want) {
		t.Errorf("after a repeat the day is %q", got)
	}

	// An hour has one draft, and the next hour none of the last one's.
	minute = 60
	next("")
	next("")
	if drafts := len(slices.DeleteFunc(o.scanned(o.name(schema.Filings)), func(item map[string]types.AttributeValue) bool {
		sk, _ := item["SK"].(*types.AttributeValueMemberS)
		return sk == nil || sk.Value != "FILING"
	})); drafts != 1 {
		t.Errorf("%d drafts are left", drafts)
	}
}

// TestProbeBlind: what is wrong with the probe itself says nothing about the office.
func TestProbeBlind(t *testing.T) {
	o := newOutside(t)
	at := o.at.Truncate(time.Minute)
	for _, tt := range []struct {
		name string
		do   func()
		want string // of sign-in
	}{
		{"its account is not registered", func() {}, "?"},
		{"its certificate is revoked", func() { o.holds("revoked") }, "?"},
		{"its certificate has expired", func() { o.holds("expired") }, "?"},
		{"its secret is no key", func() { o.secret.Store("{}") }, "?"},
		{"its secret is no JSON", func() { o.secret.Store("") }, "?"},
		{"its key is another's", func() {
			k := &edstest.Key{Private: o.pki.Keys["erlan"].Private, Certificate: o.pki.Keys["aigul"].Certificate}
			pem, err := k.MarshalPEM()
			if err != nil {
				t.Fatal(err)
			}
			secret, _ := json.Marshal(map[string]string{"pem": string(pem)})
			o.secret.Store(string(secret))
		}, "-"}, // a signature that does not verify: nobody else's would say which side is wrong
		{"it is registered", func() { o.holds("aigul"); o.registered() }, "+"},
	} {
		tt.do()
		o.probe(at)
		var r outage.Record
		o.kept(schema.OutageRecord, &r)
		wantDrafts := "?"
		if tt.want == "+" {
			wantDrafts = "+"
		}
		if r.Now["sign-in"] != tt.want || r.Now["drafts"] != wantDrafts || r.Now["sending"] != "+" || len(r.Outages) != 0 {
			t.Errorf("%s: %v, %d outages, want sign-in %s\n%s", tt.name, r.Now, len(r.Outages), tt.want, o.log.String())
		}
		at = at.Add(time.Minute)
	}
}

// TestProbeStopped: what a window of maintenance stops is no outage; the recorded payload is taken.
func TestProbeStopped(t *testing.T) {
	o := newOutside(t)
	o.registered()
	o.holder("author", authorToken, session.ByEDS, "admin")
	o.holder("second", secondToken, session.ByEDS, "admin")
	plan := o.announcement(time.Minute, 3*time.Minute)
	plan["emergency"], plan["affects"] = true, []string{"file-claim"}
	o.published(plan)
	begin := o.at.Truncate(time.Minute)
	for minute := range 6 {
		o.probe(begin.Add(time.Duration(minute+1) * time.Minute))
	}
	got := o.minutes(begin.In(time.FixedZone("", 5*3600)).Format(time.DateOnly), begin.Add(time.Minute))
	if want := map[string]string{"pages": "++++++", "notices": "++++++", "sign-in": "++++++", "drafts": "++++++", "sending": "mmm+++"}; !maps.Equal(got, want) {
		t.Errorf("the day is %q, want %q", got, want)
	}
	var r outage.Record
	o.at = time.Date(2026, 11, 30, 18, 40, 0, 0, time.UTC)
	if _, err := o.run(t.Context(), payload(t, "probe/probe.json")); err != nil {
		t.Fatal(err)
	}
	if o.kept(schema.OutageRecord, &r); len(r.Outages) != 0 || !r.AsOf.Equal(o.at) {
		t.Errorf("%+v", r)
	}
}

// TestCertificateOfOutage: the office fails, the record shows it, and once it is back whoever missed a term
// gets a certificate that verifies.
func TestCertificateOfOutage(t *testing.T) {
	o := newOutside(t)
	o.registered()
	begin := o.at.Truncate(time.Minute)
	keys := o.publishedKeys()
	id := "sending-" + begin.Add(time.Minute).Format("20060102T1504Z")
	ask := func(id string) answer { return o.send(at(o.event(certificateRoute, nil, ""), "{id}", id)) }
	o.want(ask(id), 404, "not-found") // nothing was ever recorded
	for minute, dead := range []string{"", "all", "all", "file-claim"} {
		o.dead.Store(dead)
		o.probe(begin.Add(time.Duration(minute) * time.Minute))
	}
	want := receipt.Interruption{
		Version: 1, ID: id, From: receipt.Time(begin.Add(time.Minute)), Affects: []string{"file-claim"}, Outage: true, AsOf: receipt.Time(o.at),
		Observed: &receipt.Observed{
			Probe: "sending", Failed: 3, LastFailed: receipt.Time(begin.Add(3 * time.Minute)), LearntAt: receipt.Time(begin.Add(2 * time.Minute)),
		},
	}
	o.fresh()
	got, err := receipt.VerifyInterruption(keys, []byte(o.want(ask(id), 200, "").raw))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("while it lasts: %v (-want +got):\n%s", err, diff)
	}
	o.dead.Store("")
	o.probe(begin.Add(4 * time.Minute))
	o.fresh()
	want.Ended, want.To, want.AsOf = true, receipt.Time(begin.Add(4*time.Minute)), receipt.Time(o.at)
	got, err = receipt.VerifyInterruption(keys, []byte(o.want(ask(id), 200, "").raw))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("over: %v (-want +got):\n%s", err, diff)
	}
	for _, none := range []string{"sending-20260101T0000Z", "notices-" + begin.Add(time.Minute).Format("20060102T1504Z"), "sending-", "other-20260101T0000Z"} {
		o.want(ask(none), 404, "not-found")
	}
	o.broken.Store(true)
	o.fresh()
	o.want(ask(id), 503, "unavailable")
}

// fresh has the function maintenance start anew: it keeps no copy of the record.
func (o *outside) fresh() {
	o.functions["maintenance"] = o.described((*App).MaintenanceRoutes(o.app(o.T, "maintenance")))
}
