package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// dimensions are what an alarm's metric is about: a name of AWS's and a part of its value that only
// the right resource has.
func dimensions(m functions.Metric) map[string]string {
	want := map[string]string{}
	if m.Function != "" {
		want["FunctionName"] = `"Ref":"` + outputName(m.Function)
	}
	if m.Route != "" && m.Namespace == metric.Namespace {
		want["Route"] = `"` + m.Route + `"`
	} else if m.Route != "" {
		method, path, _ := strings.Cut(m.Route, " ")
		want["ApiId"], want["Stage"], want["Method"], want["Resource"] = `"Ref":"Api`, `"$default"`, `"`+method+`"`, `"`+path+`"`
	}
	if m.Queue != (schema.Queue{}) {
		want["QueueName"] = outputName(m.Queue.Name)
	}
	if m.Table != (schema.Table{}) {
		want["TableName"] = outputName(m.Table.Env)
	}
	if m.Index {
		want["GlobalSecondaryIndexName"] = `"` + schema.Index + `"`
	}
	return want
}

// TestAlarms holds every alarm against its row: what it watches, and that it calls someone.
func TestAlarms(t *testing.T) {
	office := synthesised["production"].office
	rows := functions.Alarms()
	want := len(rows) + 2*len(office.ofType("AWS::CodeDeploy::DeploymentGroup")) // see TestCanary
	if n := len(office.ofType("AWS::CloudWatch::Alarm")); n != want {
		t.Errorf("%d alarms, want %d", n, want)
	}
	for _, a := range rows {
		p := office.named(t, "AWS::CloudWatch::Alarm", "Alarm"+outputName(a.Name)).Properties
		got := map[string]any{}
		for _, name := range []string{"Namespace", "MetricName", "Threshold", "Period", "EvaluationPeriods", "ComparisonOperator", "TreatMissingData"} {
			got[name] = p[name]
		}
		statistic := p["Statistic"]
		if statistic == nil {
			statistic = p["ExtendedStatistic"]
		}
		got["Statistic"] = statistic
		comparison := map[functions.Side]string{functions.Above: "GreaterThanThreshold", functions.Below: "LessThanThreshold"}[a.Side]
		missing := map[bool]string{true: "breaching", false: "notBreaching"}[a.Silence]
		if diff := cmp.Diff(map[string]any{
			"Namespace": a.On.Namespace, "MetricName": a.On.Name, "Statistic": a.Statistic, "Threshold": a.Threshold,
			"Period": a.Period.Seconds(), "EvaluationPeriods": float64(a.Periods), "ComparisonOperator": comparison, "TreatMissingData": missing,
		}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", a.Name, diff)
		}
		dims := dimensions(a.On)
		all, _ := p["Dimensions"].([]any) // SES has none
		for _, d := range all {
			name := get(d, "Name").(string)
			if value := text(get(d, "Value")); dims[name] == "" || !strings.Contains(value, dims[name]) {
				t.Errorf("%s: dimension %s is %s, want %s", a.Name, name, value, dims[name])
			}
			delete(dims, name)
		}
		if len(dims) > 0 {
			t.Errorf("%s: no dimension %v", a.Name, dims)
		}
		if d, _ := p["AlarmDescription"].(string); !strings.Contains(d, a.Section) {
			t.Errorf("%s does not say what to do", a.Name)
		}
		// A period without a run would breach although nothing is wrong.
		row, _ := functions.Named(a.On.Function)
		for _, s := range row.Schedules {
			if a.Silence && a.Period < 2*s.Every {
				t.Errorf("%s: a period of %s sees no run of %s every %s now and then", a.Name, a.Period, s.Name, s.Every)
			}
		}
	}
}

// TestAlarmsTell: every alarm writes to the operators, whose mail is the context's, by a topic that
// CloudWatch may encrypt for.
func TestAlarmsTell(t *testing.T) {
	s := synthesised["production"]
	for _, tm := range []template{s.data, s.office} {
		for _, alarm := range tm.ofType("AWS::CloudWatch::Alarm") {
			for _, when := range []string{"AlarmActions", "OKActions"} {
				if to := list(alarm.Properties[when]); len(to) != 1 || !strings.Contains(text(to), "Operators") {
					t.Errorf("%s: %s tell %s", text(alarm.Properties["AlarmDescription"]), when, text(to))
				}
			}
		}
	}
	if subscription := s.data.Resources["OperatorsMail"].Properties; subscription["Protocol"] != "email" || subscription["Endpoint"] != "operators@court.test" {
		t.Errorf("operators are told by %s", text(subscription))
	}
	if topics := s.data.ofType("AWS::SNS::Topic"); len(topics) != 2 || slices.ContainsFunc(topics, func(r resource) bool { return !strings.Contains(text(r.Properties["KmsMasterKeyId"]), "SecretsKey") }) {
		t.Errorf("topics %s", text(topics))
	}
	if key := text(s.data.named(t, "AWS::KMS::Key", "SecretsKey").Properties["KeyPolicy"]); !strings.Contains(key, "cloudwatch.amazonaws.com") {
		t.Errorf("CloudWatch may not use the topic's key: %s", key)
	}
}

// TestDashboard: every panel and every alarm has its graph.
func TestDashboard(t *testing.T) {
	office := synthesised["production"].office
	boards := office.ofType("AWS::CloudWatch::Dashboard")
	if len(boards) != 1 {
		t.Fatalf("%d dashboards", len(boards))
	}
	body := text(boards[0].Properties["DashboardBody"])
	titles := []string{}
	for _, p := range functions.Panels() {
		titles = append(titles, p.Title)
	}
	for _, a := range functions.Alarms() {
		titles = append(titles, a.Name)
	}
	for _, title := range titles {
		quoted, _ := json.Marshal(title)
		if in, _ := json.Marshal(string(quoted)); !strings.Contains(body, strings.Trim(string(in), `"`)) {
			t.Errorf("no graph %s", title)
		}
	}
	filters := office.ofType("AWS::Logs::MetricFilter")
	if len(filters) != 1 || !strings.Contains(text(filters[0].Properties["MetricTransformations"]), functions.GatewayThrottled) {
		t.Errorf("requests refused by the gateway are not counted: %s", text(filters))
	}
}
