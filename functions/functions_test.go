package functions_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
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
	for _, f := range functions.All {
		want.WriteString("| " + f.Name + " | " + f.Does + " |\n")
	}
	if !strings.HasSuffix(strings.TrimSpace(section), strings.TrimSpace(want.String())) {
		t.Errorf("README.md, section Functions, should end in:\n%s", want.String())
	}
}

// TestEveryRowHasItsParts: a main, and a recorded payload to try it with.
func TestEveryRowHasItsParts(t *testing.T) {
	seen := map[string]string{}
	for _, f := range functions.All {
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
