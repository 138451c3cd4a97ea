package operations_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/operations"
	"github.com/courtoffice/courtoffice/shared/metric"
)

// writes appends log lines of a function at the instant at.
func writes(t *testing.T, file string, at time.Time, values ...metric.Value) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	record := slog.NewRecord(at, slog.LevelInfo, "request", 0)
	record.AddAttrs(metric.Attrs(at, values...)...)
	if err := slog.NewJSONHandler(f, nil).Handle(context.Background(), record); err != nil {
		t.Fatal(err)
	}
}

func named(t *testing.T, graphs []operations.Graph, title string) operations.Graph {
	t.Helper()
	i := slices.IndexFunc(graphs, func(g operations.Graph) bool { return g.Title == title })
	if i < 0 {
		t.Fatalf("no graph %q", title)
	}
	return graphs[i]
}

// TestBoard: what functions write into their logs and what the host says is on the graphs of the rows that
// watch it, and an alarm calls when its condition held in all of its periods.
func TestBoard(t *testing.T) {
	now := time.Date(2026, 11, 30, 18, 50, 0, 0, time.UTC)
	file := filepath.Join(t.TempDir(), "file-claim.log")
	b := operations.Open(map[string]string{"file-claim": file, "relay": filepath.Join(t.TempDir(), "none.log")})
	const route = "POST /api/filings/{id}/seal"
	for minute := range 3 {
		for range 50 {
			writes(t, file, now.Add(-time.Duration(minute)*time.Minute-time.Second),
				metric.Value{Name: metric.Latency, Value: 4000, By: "Route", Is: route}, metric.Value{Name: metric.Failures, Value: 0},
				metric.Value{Name: metric.Seals, Value: 1, By: "Outcome", Is: "sealed"})
		}
	}
	if err := b.Read(); err != nil {
		t.Fatal(err)
	}
	writes(t, file, now, metric.Value{Name: metric.Seals, Value: 1, By: "Outcome", Is: "again"})
	if f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0); err != nil {
		t.Fatal(err)
	} else {
		f.WriteString("panic: not JSON\n{\"_aws\":") // and a line that is not finished
		f.Close()
	}
	if err := b.Read(); err != nil {
		t.Fatal(err)
	}
	alarm := func(name string) functions.Alarm {
		all := functions.Alarms()
		return all[slices.IndexFunc(all, func(a functions.Alarm) bool { return a.Name == name })]
	}
	b.Total(alarm("errors-notify").On, 3, now.Add(-9*time.Minute))
	b.Total(alarm("errors-notify").On, 4, now)
	b.Set(alarm("late-notices").On, 10, now)

	panels, alarms := b.Graphs(now)
	became := named(t, panels, "What became of signatures")
	for i, want := range []string{"50", "–", "1", "–"} { // sealed, kept, again, late
		if got := became.Lines[i]; got.Now != want {
			t.Errorf("%s is %s at last, want %s", got.Name, got.Now, want)
		}
	}
	for name, want := range map[string]struct {
		calls bool
		now   string
	}{
		"seals-slow":    {true, "4000"}, // for three minutes
		"receipts-fail": {false, "0"},
		"errors-notify": {true, "1"}, // in both periods of five minutes
		"late-notices":  {false, "10"},
		"untold":        {false, "–"},
	} {
		if g := named(t, alarms, name); g.Calls != want.calls || g.Lines[0].Now != want.now {
			t.Errorf("%s: calls %t, is %s; want %+v", name, g.Calls, g.Lines[0].Now, want)
		}
	}
	if !alarms[0].Calls {
		t.Errorf("%s comes first", alarms[0].Title)
	}
	if _, later := b.Graphs(now.Add(2 * time.Minute)); named(t, later, "seals-slow").Calls {
		t.Error("seals-slow calls two minutes after the last slow seal")
	}
	if panels, _ := b.Graphs(now.Add(time.Hour)); named(t, panels, "What became of signatures").Measured {
		t.Error("what is an hour old is drawn")
	}
	var out bytes.Buffer
	if err := b.Page(&out, now, []operations.Minutes{{Probe: "sending", Does: "a token", Last: "+--?+"}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2 would call someone now", "<polyline stroke=\"#0072b2\"", "What became of signatures", "runbook: A seal fails or is slow", "<li title=\"Someone is to be told"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
