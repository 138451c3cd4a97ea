package outbox_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

func ExampleEvent() {
	e := outbox.New(1, "filing.sent", "f-1", "2026-11-22T14:00:00.123Z", map[string]string{"ticket": "7F3K-92QH-X4TC"})
	b, _ := json.Marshal(e)
	fmt.Println(string(b))
	// Output: {"v":1,"type":"filing.sent","of":"f-1","at":"2026-11-22T14:00:00.123Z","data":{"ticket":"7F3K-92QH-X4TC"}}
}

func TestEntryIsAMessage(t *testing.T) {
	want := outbox.Entry{
		Event: outbox.New(1, "filing.sent", "f-1", "2026-11-22T14:00:00.123Z", map[string]string{"ticket": "Ә"}),
		PK:    "FILING#f-1", SK: "OUTBOX#filing.sent",
	}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got outbox.Entry
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	at, err := got.Instant()
	if err != nil || !at.Equal(time.Date(2026, 11, 22, 14, 0, 0, 123e6, time.UTC)) {
		t.Errorf("instant %v, %v", at, err)
	}
	var data struct{ Ticket string }
	if err := got.Decode(&data); err != nil || data.Ticket != "Ә" {
		t.Errorf("data %+v, %v", data, err)
	}
	if err := (outbox.Event{Type: "x", Data: []byte("{")}).Decode(&data); err == nil {
		t.Error("half an object was read")
	}
}

// TestEveryTypeHasOneRow: a type that a package of the domain declares and no row has would be
// written and never told.
func TestEveryTypeHasOneRow(t *testing.T) {
	var rows []string
	for _, r := range outbox.Rows {
		rows = append(rows, r.Types...)
		if len(r.Queues)+len(r.Wakes) == 0 || r.Table.Name == "" || !r.Table.Stream {
			t.Errorf("row %+v has no queue, or no table with a stream", r)
		}
		for _, q := range slices.Concat(r.Queues, r.Wakes) {
			if !slices.Contains(schema.Queues, q) || q.Env == "" {
				t.Errorf("queue %+v is not one that events go to", q)
			}
		}
	}
	declared := types(t)
	slices.Sort(rows)
	slices.Sort(declared)
	if diff := cmp.Diff(declared, rows); diff != "" {
		t.Errorf("types that the domain declares and types with a row (-declared +row):\n%s", diff)
	}
	if row, ok := outbox.RowOf("filing.sent"); !ok || row.Table != schema.Filings {
		t.Errorf("row of filing.sent: %+v", row)
	}
	if _, ok := outbox.RowOf("filing"); ok {
		t.Error("a type that is only a prefix has a row")
	}
}

// types reads the event types out of the packages that tell outbox of them: constants named
// Event…, and the kinds of maintenance.
func types(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{$d := .Dir}}{{$n := .Name}}{{range .Imports}}{{if eq . "github.com/courtoffice/courtoffice/shared/outbox"}}{{$n}} {{$d}}{{"\n"}}{{end}}{{end}}`, "../...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for line := range strings.Lines(string(out)) {
		name, dir, _ := strings.Cut(strings.TrimSpace(line), " ")
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				spec, ok := n.(*ast.ValueSpec)
				if !ok || len(spec.Values) != 1 {
					return true
				}
				lit, _ := spec.Values[0].(*ast.BasicLit)
				kind, _ := spec.Type.(*ast.Ident)
				if lit == nil || lit.Kind != token.STRING {
					return true
				}
				value, _ := strconv.Unquote(lit.Value)
				switch {
				case name == "maintenance" && kind != nil && kind.Name == "Kind":
					found = append(found, "maintenance."+value)
				case name != "maintenance" && strings.HasPrefix(spec.Names[0].Name, "Event") && strings.Contains(value, "."):
					found = append(found, value)
				}
				return true
			})
		}
	}
	return found
}
