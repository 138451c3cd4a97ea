package functions_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
)

// TestAlarms: each alarm has a name of its own, watches something there is, and has its section in the
// runbook, where its name is; and the runbook names no other.
func TestAlarms(t *testing.T) {
	raw, err := os.ReadFile("../infra/RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, part := range strings.Split(string(raw), "\n## ")[1:] {
		title, text, _ := strings.Cut(part, "\n")
		sections[title] = text
	}
	kinds := []string{"errors-", "throttled-reads-", "throttled-writes-", "throttled-", "late-", "given-up-"} // of each function, table, queue
	seen, used := map[string]bool{}, map[string]bool{}
	for _, a := range slices.Concat(functions.Alarms(), functions.ProbeAlarms()) {
		if seen[a.Name] {
			t.Errorf("two alarms %s", a.Name)
		}
		seen[a.Name], used[a.Section] = true, true
		if _, ok := functions.Named(a.On.Function); a.On.Function != "" && !ok {
			t.Errorf("%s watches %s, which is no function", a.Name, a.On.Function)
		}
		if a.On.Route != "" && !slices.ContainsFunc(functions.All, func(f functions.Function) bool { return slices.Contains(f.Routes, a.On.Route) }) {
			t.Errorf("%s watches %s, which nobody serves", a.Name, a.On.Route)
		}
		name := a.Name
		for _, kind := range kinds {
			if strings.HasPrefix(name, kind) {
				name = kind
				break
			}
		}
		if text := sections[a.Section]; !strings.Contains(text, "`"+name) {
			t.Errorf("%s: section %q of the runbook does not name it", a.Name, a.Section)
		}
	}
	for title, text := range sections {
		if strings.Contains(text, "\nAlarms: ") != used[title] {
			t.Errorf("section %q: alarms lead here: %t", title, used[title])
		}
	}
}
