package follow_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/infra/local/follow"
)

// TestOf: the steps of one trace are told apart from those of others in the same lines, in the order they began.
func TestOf(t *testing.T) {
	dir := t.TempDir()
	const root, other, ticket = "1-67891233-abcdef012345678912345678", "1-67891233-000000000000000000000000", "7F3K-92QH-X4TC"
	for name, text := range map[string]string{
		"file-claim.log": `START
{"time":"2026-12-01T10:00:00.020Z","msg":"request","fn":"file-claim","route":"POST /api/filings/{id}/seal","status":201,"dur_ms":20,"trace":"` + root + `","ticket":"` + ticket + `"}
{"time":"2026-12-01T10:05:00Z","msg":"request","fn":"file-claim","route":"POST /api/filings/{id}/seal","status":200,"dur_ms":5,"trace":"` + other + `","ticket":"` + ticket + `"}
`,
		"relay.log":  `{"time":"2026-12-01T10:00:00.300Z","msg":"batch","fn":"relay","dur_ms":10,"events":[{"type":"filing.sent","trace":"` + other + `","waited_ms":1,"took_ms":10},{"type":"filing.sent","trace":"` + root + `","waited_ms":280,"took_ms":10}]}` + "\n",
		"notify.log": `{"time":"2026-12-01T10:00:01.000Z","msg":"batch","fn":"notify","dur_ms":100,"events":[{"type":"filing.sent","trace":"` + other + `","queue":"receipts","waited_ms":500,"took_ms":40},{"type":"filing.sent","trace":"` + root + `","queue":"receipts","waited_ms":600,"took_ms":60,"failed":true}]}` + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	logs := []string{filepath.Join(dir, "notify.log"), filepath.Join(dir, "relay.log"), filepath.Join(dir, "file-claim.log"), filepath.Join(dir, "none.log")}
	found, err := follow.Ticket(logs, ticket)
	if err != nil || found != root {
		t.Fatalf("of the ticket: %q, %v", found, err)
	}
	got, err := follow.Of(logs, root)
	if err != nil {
		t.Fatal(err)
	}
	at := func(ms int) time.Time { return time.Date(2026, 12, 1, 10, 0, 0, ms*1e6, time.UTC) }
	want := []follow.Step{
		{At: at(0), Function: "file-claim", What: "request", Of: "POST /api/filings/{id}/seal", TookMS: 20, Status: 201},
		{At: at(290), Function: "relay", What: "relay", Of: "filing.sent", WaitedMS: 280, TookMS: 10},
		{At: at(940), Function: "notify", What: "queue", Of: "filing.sent", Queue: "receipts", WaitedMS: 600, TookMS: 60, Failed: true},
	}
	if diff := cmp.Diff(want, got.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	for _, unknown := range []string{"7F3K-92QH-X4T", "POST"} {
		if _, err := follow.Ticket(logs, unknown); err != follow.ErrUnknown {
			t.Errorf("%s: %v", unknown, err)
		}
	}
	if _, err := follow.Of(logs, "1-67891233-111111111111111111111111"); err != follow.ErrUnknown {
		t.Errorf("no such trace: %v", err)
	}
}
