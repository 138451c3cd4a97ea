package wire

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/evidence/evidencetest"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestComparison replays the schedule for a filing whose evidence nobody kept: a log line says which and
// what, and the metrics that the alarms watch are written.
func TestComparison(t *testing.T) {
	o := evidencetest.New(t)
	e := o.Seal(t, evidencetest.ID(1), "individual-gost")
	for name, value := range map[string]string{
		"AWS_REGION": engine.Region, "AWS_ACCESS_KEY_ID": engine.AccessKey, "AWS_SECRET_ACCESS_KEY": engine.SecretKey,
		"AWS_ENDPOINT_URL_DYNAMODB": *o.DB.Options().BaseEndpoint, "AWS_ENDPOINT_URL_S3": *o.S3.Options().BaseEndpoint,
		schema.Filings.Env: o.Table, schema.Documents.Env: o.Bucket(schema.Documents), schema.Evidence.Env: o.Bucket(schema.Evidence),
	} {
		t.Setenv(name, value)
	}
	cfg, err := Load("compare-evidence")
	if err != nil {
		t.Fatal(err)
	}
	row, _ := functions.Named("compare-evidence")
	var out strings.Builder
	app := &App{fn: row, cfg: cfg, log: slog.New(slog.NewJSONHandler(&out, nil))}
	tick := payload(t, "compare-evidence/compare.json")
	tick = []byte(strings.Replace(string(tick), "2026-11-22T07:05:00Z", "2026-11-23T07:05:00Z", 1)) // the day after
	if _, err := app.CompareEvidence()(t.Context(), tick); err != nil {
		t.Fatal(err)
	}
	log := out.String()
	if !strings.Contains(log, `"filing":"`+e.ID+`","what":"evidence lacks the record"`) {
		t.Errorf("log %s", log)
	}
	metrics := map[string]any{}
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"_aws"`) {
			if err := json.Unmarshal([]byte(line), &metrics); err != nil {
				t.Fatal(err)
			}
		}
	}
	if metrics[functions.MetricEvidenceDiffers] != 1.0 || metrics[functions.MetricEvidenceCompared] != 1.0 || metrics[functions.MetricEvidenceAge] != 0.0 {
		t.Errorf("metrics %v", metrics)
	}
	if strings.Contains(log, evidencetest.Account) {
		t.Errorf("the log names an account: %s", log)
	}
}
