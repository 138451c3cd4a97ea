package main

import (
	"encoding/json"
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
	if n := len(office.ofType("AWS::CloudWatch::Alarm")); n != len(rows) {
		t.Errorf("%d alarms, want %d", n, len(rows))
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
		want := dimensions(a.On)
		all, _ := p["Dimensions"].([]any) // SES has none
		for _, d := range all {
			name := get(d, "Name").(string)
			if value := text(get(d, "Value")); want[name] == "" || !strings.Contains(value, want[name]) {
				t.Errorf("%s: dimension %s is %s, want %s", a.Name, name, value, want[name])
			}
			delete(want, name)
		}
		if len(want) > 0 {
			t.Errorf("%s: no dimension %v", a.Name, want)
		}
		for _, actions := range []string{"AlarmActions", "OKActions"} {
			if !strings.Contains(text(p[actions]), "Alarms") {
				t.Errorf("%s: %s are %s, want the topic", a.Name, actions, text(p[actions]))
			}
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

// TestTopic: alarms reach whoever is on duty, over TLS, by a topic that CloudWatch may encrypt for.
func TestTopic(t *testing.T) {
	data := synthesised["production"].data
	subscription := data.ofType("AWS::SNS::Subscription")
	if len(subscription) != 1 || subscription[0].Properties["Endpoint"] != "duty@court.test" || subscription[0].Properties["Protocol"] != "email" {
		t.Errorf("subscriptions %s", text(subscription))
	}
	if topics := data.ofType("AWS::SNS::Topic"); len(topics) != 1 || !strings.Contains(text(topics[0].Properties["KmsMasterKeyId"]), "SecretsKey") {
		t.Errorf("topics %s", text(topics))
	}
	key := text(data.named(t, "AWS::KMS::Key", "SecretsKey").Properties["KeyPolicy"])
	if !strings.Contains(key, "cloudwatch.amazonaws.com") {
		t.Errorf("CloudWatch may not use the topic's key: %s", key)
	}
	if threatened := data.named(t, "AWS::CloudWatch::Alarm", "AlarmKeysThreatened"); !strings.Contains(text(threatened.Properties["AlarmActions"]), "Alarms") {
		t.Error("the alarm of threatened keys calls nobody")
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
