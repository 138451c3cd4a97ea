package functions_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/outage"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestReadme: the README's table says what the table of functions says.
func TestReadme(t *testing.T) {
	raw, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(raw), "## Functions\n")
	if !ok {
		t.Fatal("README.md has no section Functions")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var want strings.Builder
	for _, f := range slices.Concat(functions.All, functions.Outside) {
		want.WriteString("| " + f.Name + " | " + f.Does + " |\n")
		if len(f.Does) > 256 { // it is the function's description
			t.Errorf("%s: what it does is told in %d characters, Lambda takes 256", f.Name, len(f.Does))
		}
	}
	if !strings.HasSuffix(strings.TrimSpace(section), strings.TrimSpace(want.String())) {
		t.Errorf("README.md, section Functions, should end in:\n%s", want.String())
	}
}

// TestWhatIsWrittenIsThere: every path and every make target that the README and the guide name.
func TestWhatIsWrittenIsThere(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile("`([^`\n]+)`")
	target := regexp.MustCompile(`make ([a-z-]+)`)
	for _, name := range []string{"README.md", ".github/CONTRIBUTING.md"} {
		raw, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		paths := 0
		for _, m := range quoted.FindAllStringSubmatch(string(raw), -1) {
			text := m[1]
			if found := target.FindStringSubmatch(text); found != nil && !regexp.MustCompile("(?m)^"+found[1]+"( [a-z/]*)?:").Match(makefile) {
				t.Errorf("%s: no target in %q", name, text)
			}
			first, _, _ := strings.Cut(text, "/")
			if !slices.Contains([]string{"functions", "infra", "shared", "events", "testdata", ".ci", ".github"}, first) || strings.ContainsAny(text, " *<") {
				continue
			}
			paths++
			if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(text))); err != nil {
				t.Errorf("%s names %s, which is not there", name, text)
			}
		}
		if paths < 8 {
			t.Errorf("%s: only %d paths found", name, paths)
		}
	}
}

// TestEveryRowHasItsParts: a main, and a recorded payload to try it with.
func TestEveryRowHasItsParts(t *testing.T) {
	seen := map[string]string{}
	for _, f := range slices.Concat(functions.All, functions.Outside) {
		if _, err := os.Stat(filepath.Join(f.Name, "main.go")); err != nil {
			t.Error(err)
		}
		if events, _ := filepath.Glob(filepath.Join("../events", f.Name, "*.json")); len(events) == 0 {
			t.Errorf("events/%s has no recorded payload", f.Name)
		}
		if len(f.Routes)+len(f.Streams)+len(f.Queues)+len(f.Schedules) == 0 {
			t.Errorf("%s is triggered by nothing", f.Name)
		}
		for _, route := range f.Routes {
			if other, taken := seen[route]; taken {
				t.Errorf("%s and %s both serve %s", other, f.Name, route)
			}
			seen[route] = f.Name
		}
		for _, name := range f.Variables() {
			if name == "" {
				t.Errorf("%s lists an empty variable", f.Name)
			}
		}
	}
}

// TestProbes: what fails for people is a function of the office's.
func TestProbes(t *testing.T) {
	for _, p := range outage.Probes {
		if _, ok := functions.Named(p.Affects); !ok || slices.ContainsFunc(functions.Outside, func(f functions.Function) bool { return f.Name == p.Affects }) {
			t.Errorf("probe %s affects %s, which is no function of the office's", p.Name, p.Affects)
		}
	}
}

// TestOneWriterOfEach: what readers have without a function is written by one, and each key by its own.
func TestOneWriterOfEach(t *testing.T) {
	writers := map[string][]string{}
	for _, f := range functions.All {
		for _, g := range f.Buckets {
			if !slices.Contains(g.Access, functions.Upload) || !g.Bucket.Edge && g.Bucket.Name != schema.Trust.Name {
				continue
			}
			keys := f.Objects(g)
			if keys == nil {
				keys = []string{"*"}
			}
			for _, key := range keys {
				writers[g.Bucket.Name+"/"+key] = append(writers[g.Bucket.Name+"/"+key], f.Name)
			}
		}
	}
	if diff := cmp.Diff(map[string][]string{
		"assets/*": {"publish"}, "status/status": {"maintenance"}, "status/maintenance.json": {"maintenance"}, "status/keys.json": {"issue-keys"},
		"trust/revocation.lists": {"revocation"},
	}, writers); diff != "" {
		t.Errorf("writers (-want +got):\n%s", diff)
	}
}

// TestEveryMainHasARow: nothing is deployed that the table doesn't know.
func TestEveryMainHasARow(t *testing.T) {
	mains, err := filepath.Glob("*/main.go")
	if err != nil || len(mains) == 0 {
		t.Fatalf("mains: %v, %v", mains, err)
	}
	for _, m := range mains {
		if _, ok := functions.Named(filepath.Dir(m)); !ok {
			t.Errorf("%s has no row", m)
		}
	}
}

// TestTriggers: a stream has one reader, because DynamoDB gives it two at most; a queue of events
// has one, and what Lambda and SQS bound is within bounds.
func TestTriggers(t *testing.T) {
	readers := map[string]string{}
	read := func(what, by string) {
		if other, taken := readers[what]; taken {
			t.Errorf("%s and %s both read %s", other, by, what)
		}
		readers[what] = by
	}
	for _, f := range functions.All {
		for _, s := range f.Streams {
			read("the stream of "+s.Table.Name, f.Name)
		}
		for _, q := range f.Queues {
			read("queue "+q.Queue.Name, f.Name)
			if q.Queue.Env == "" || q.DeadLetters.Name == "" || q.DeadLetters.Env != "" {
				t.Errorf("%s reads %+v: want a queue of events with dead letters", f.Name, q)
			}
			if q.BatchSize < 1 || q.BatchSize > 10 && q.Window == 0 || q.Concurrency < 2 || q.Concurrency > 1000 || q.Receives < 1 || q.Receives > 1000 {
				t.Errorf("%s: Lambda takes no such trigger: %+v", f.Name, q)
			}
			for _, schedule := range f.Schedules {
				// A message that came while the only process was at its schedule would come back while it is at the next.
				if f.Reserved == 1 && f.Visibility()%schedule.Every == 0 {
					t.Errorf("%s: what meets %s meets it each time", f.Name, schedule.Name)
				}
			}
			if f.Visibility() > 12*time.Hour {
				t.Errorf("%s: SQS hides no message for %v", f.Name, f.Visibility())
			}
		}
	}
	sends := map[string]bool{schema.Uploads.Name: true, schema.Reports.Name: true} // the bucket sends; the services of mail and text messages
	for _, f := range functions.All {
		for _, q := range f.Sends {
			sends[q.Name] = true
		}
	}
	for _, q := range schema.Queues {
		if q.Env != "" && (readers["queue "+q.Name] == "" || !sends[q.Name]) {
			t.Errorf("queue %s has no reader or no sender", q.Name)
		}
	}
	for _, row := range outbox.Rows {
		if readers["the stream of "+row.Table.Name] == "" {
			t.Errorf("nobody reads events %v from the stream of %s", row.Types, row.Table.Name)
		}
		for _, q := range row.Queues {
			f, _, _ := functions.Reader(q)
			if !slices.ContainsFunc(f.Tables, func(g functions.TableGrant) bool {
				return g.Table == row.Table && (g.Access == functions.Write || g.Access == functions.Update || g.Access == functions.Add)
			}) {
				t.Errorf("%s reads events of %s and may not keep that they are done", f.Name, row.Table.Name)
			}
		}
	}
}
