package host_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/host"
)

// TestSchedules: a schedule runs at the start and when the clock is shifted, and is told the
// office's time; the status page is told apart from one that was never written.
func TestSchedules(t *testing.T) {
	h := start(t, t.TempDir(), func(c *host.Config) {
		c.Functions = []functions.Function{{
			Name: "clock", Memory: 256, Timeout: 5 * time.Second, Env: []string{functions.EnvMailFrom, functions.EnvPortalURL},
			Schedules: []functions.Schedule{{Name: "report", Every: time.Hour}},
		}}
	})
	for n, ahead := range []time.Duration{0, 24 * time.Hour} {
		if ahead > 0 {
			call(t, "POST", h.URL+"/_local/shift", `{"shift":"24h"}`, nil)
		}
		told := mail(t, h, n+1)
		var tick struct {
			Schedule string
			Time     time.Time
		}
		if err := json.Unmarshal([]byte(told[n]), &tick); err != nil || tick.Schedule != "report" || time.Until(tick.Time).Round(time.Minute) != ahead {
			t.Errorf("run %d: %q, %v", n, told[n], err)
		}
	}
	if res := call(t, "GET", h.URL+"/status", "", nil); res.StatusCode != http.StatusForbidden { // as S3 answers who may not list
		t.Errorf("status page before it is written: %d", res.StatusCode)
	}
}
