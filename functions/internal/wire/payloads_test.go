package wire

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/httpapi"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// replayed has the payloads that tests have read, by their paths under events/.
var replayed sync.Map

// payload reads a recorded payload that the test is about to replay.
func payload(t *testing.T, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "events", filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	replayed.Store(file, true)
	return raw
}

// request is payload for a route: a gateway's event and nothing else.
func request(t *testing.T, file string) (ev events.APIGatewayV2HTTPRequest) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(payload(t, file)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&ev); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return ev
}

// batch is payload for a queue.
func batch(t *testing.T, file string) (b events.SQSEvent) {
	t.Helper()
	if err := json.Unmarshal(payload(t, file), &b); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return b
}

// TestMain lets the tests replay what is recorded, and fails a whole run that left a payload lie:
// a payload nobody replays rots.
func TestMain(m *testing.M) {
	flag.Parse()
	os.Setenv(functions.EnvOriginKeys, httpapi.OpenOrigin) // of every function with routes
	os.Setenv(schema.Assets.Env, "assets")
	observed = observe
	code := m.Run()
	whole := flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.list").Value.String() == "" &&
		flag.Lookup("test.skip").Value.String() == ""
	if code == 0 && whole {
		for _, file := range payloads() {
			if _, ok := replayed.Load(file); !ok {
				fmt.Fprintf(os.Stderr, "events/%s is replayed by no test\n", file)
				code = 1
			}
		}
		for _, wrong := range judgeCalls() {
			fmt.Fprintln(os.Stderr, wrong)
			code = 1
		}
	}
	os.Exit(code)
}

// payloads lists what is recorded, by paths under events/.
func payloads() []string {
	root := filepath.Join("..", "..", "..", "events")
	files, err := filepath.Glob(filepath.Join(root, "*", "*.json"))
	if err != nil {
		panic(err)
	}
	for i, file := range files {
		rel, err := filepath.Rel(root, file)
		if err != nil {
			panic(err)
		}
		files[i] = filepath.ToSlash(rel)
	}
	return files
}

// TestEveryTriggerIsRecorded: events/ has a payload of every route, stream, queue and schedule of
// functions.All, and none that no row has.
func TestEveryTriggerIsRecorded(t *testing.T) {
	found := map[string]bool{}
	for _, file := range payloads() {
		raw, err := os.ReadFile(filepath.Join("..", "..", "..", "events", filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		var p struct {
			RouteKey, Schedule string
			Records            []struct {
				EventSourceARN string
				EventName      string
				DynamoDB       struct{ Keys map[string]struct{ S string } }
			}
		}
		if err := json.Unmarshal(raw, &p); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		fn, _, _ := strings.Cut(file, "/")
		row, _ := functions.Named(fn)
		known := false
		for _, trigger := range triggers(row) {
			hit := trigger == p.RouteKey || trigger == "schedule "+p.Schedule
			for _, s := range row.Streams {
				for _, r := range p.Records {
					hit = hit || trigger == "stream of "+s.Table.Name && strings.Contains(r.EventSourceARN, ":table/"+s.Table.Name+"/stream/") &&
						strings.HasPrefix(r.DynamoDB.Keys["SK"].S, s.SKPrefix) && slices.Contains(s.EventNames, r.EventName)
				}
			}
			for _, q := range row.Queues {
				for _, r := range p.Records {
					hit = hit || trigger == "queue "+q.Queue.Name && strings.HasSuffix(r.EventSourceARN, ":"+q.Queue.Name)
				}
			}
			known = known || hit
			found[fn+" "+trigger] = found[fn+" "+trigger] || hit
		}
		if !known {
			t.Errorf("events/%s is nothing that %s is given", file, fn)
		}
	}
	for _, row := range slices.Concat(functions.All, functions.Outside) {
		for _, trigger := range triggers(row) {
			if !found[row.Name+" "+trigger] {
				t.Errorf("events/%s has no payload of %s", row.Name, trigger)
			}
		}
	}
}

// triggers names everything that makes a function run, routes as the gateway writes them.
func triggers(row functions.Function) []string {
	var out []string
	for _, route := range row.Routes {
		out = append(out, strings.ReplaceAll(route, "{path...}", "{proxy+}"))
	}
	for _, s := range row.Streams {
		out = append(out, "stream of "+s.Table.Name)
	}
	for _, q := range row.Queues {
		out = append(out, "queue "+q.Queue.Name)
	}
	for _, s := range row.Schedules {
		out = append(out, "schedule "+s.Name)
	}
	return out
}
