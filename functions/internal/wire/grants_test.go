package wire

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestWhoWritesTheAudit: the row of each function that is given the audit lets it append there, because
// infra denies that to everybody else.
func TestWhoWritesTheAudit(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	writers := map[string]bool{"maintenance": true} // through store.Maintenance
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(file, "_test.go") && strings.Contains(string(source), "store.NewAudit(") {
			writers[strings.TrimSuffix(file, ".go")] = true
		}
	}
	for _, f := range functions.All {
		appends := slices.ContainsFunc(f.Tables, func(g functions.TableGrant) bool {
			return g.Table == schema.Site && slices.Contains(g.Appends, schema.Audits)
		})
		if want := writers[strings.ReplaceAll(f.Name, "-", "")]; appends != want {
			t.Errorf("%s is given the audit: %t; its row has Appends: []string{schema.Audits} for the site table: %t", f.Name, want, appends)
		}
	}
	if len(writers) < 2 {
		t.Errorf("writers found: %v", writers)
	}
}
