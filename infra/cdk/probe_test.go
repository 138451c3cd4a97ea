package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestProbeStack: what tries the office runs elsewhere, by its row and with no more than that; it has nothing
// of the office's, its record is locked and shown by the edge alone, and a minute is never tried twice.
func TestProbeStack(t *testing.T) {
	s := synthesised["production"]
	if n := len(synthesised["test"].probe.Resources); n != 0 {
		t.Errorf("a trial without a region for it has %d resources of the probe", n)
	}
	fns := s.probe.ofType("AWS::Lambda::Function")
	if len(fns) != len(functions.Outside) {
		t.Fatalf("%d functions, want %d", len(fns), len(functions.Outside))
	}
	row, p := functions.Outside[0], fns[0].Properties
	variables, _ := get(p, "Environment", "Variables").(map[string]any)
	var names []string
	for name := range variables {
		names = append(names, name)
	}
	if diff := cmp.Diff(sorted(row.Variables()), sorted(names)); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	if variables[functions.EnvPortalURL] != "https://court.test" || get(p, "ReservedConcurrentExecutions") != float64(row.Reserved) ||
		get(p, "Timeout") != row.Timeout.Seconds() || get(p, "MemorySize") != float64(row.Memory) {
		t.Errorf("function %s", text(p))
	}
	config := s.probe.only(t, "AWS::Lambda::EventInvokeConfig")
	if get(config, "MaximumRetryAttempts") != 0.0 || get(config, "MaximumEventAgeInSeconds") != 60.0 {
		t.Errorf("it is tried again: %s", text(config))
	}
	schedule := s.probe.only(t, "AWS::Scheduler::Schedule")
	if get(schedule, "ScheduleExpression") != "rate(1 minute)" || get(schedule, "Target", "RetryPolicy", "MaximumRetryAttempts") != 0.0 {
		t.Errorf("schedule %s", text(schedule))
	}

	policy := s.probe.named(t, "AWS::IAM::Policy", "ProbeRoleDefaultPolicy").Properties
	var actions []string
	for _, statement := range list(get(policy, "PolicyDocument", "Statement")) {
		switch a := get(statement, "Action").(type) {
		case string:
			actions = append(actions, a)
		case []any:
			for _, one := range a {
				actions = append(actions, one.(string))
			}
		}
	}
	want := []string{
		"logs:CreateLogStream", "logs:PutLogEvents", "s3:GetObject", "s3:ListBucket", "s3:PutObject",
		"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue",
	}
	if diff := cmp.Diff(want, slices.Compact(sorted(actions))); diff != "" {
		t.Errorf("it may (-want +got):\n%s", diff)
	}
	if key := text(s.probe.only(t, "AWS::KMS::Key")); !strings.Contains(key, `"kms:Decrypt"`) || !strings.Contains(key, "secretsmanager.eu-west-1.amazonaws.com") {
		t.Errorf("it can't read its key: %s", key)
	}
	for _, r := range s.probe.Resources {
		for _, foreign := range []string{"Fn::ImportValue", "Fn::GetStackOutput", "eu-central-1"} {
			if strings.Contains(text(r), foreign) {
				t.Errorf("it refers to the office's region by %s: %s", foreign, text(r))
			}
		}
	}

	const bucket = "courtoffice-production-outages-111111111111-eu-west-1"
	record := s.probe.named(t, "AWS::S3::Bucket", outputName(schema.Outages.Env))
	if record.Properties["BucketName"] != bucket || record.DeletionPolicy != "Retain" || get(record.Properties, "VersioningConfiguration", "Status") != "Enabled" {
		t.Errorf("record %s", text(record))
	}
	rule := get(record.Properties, "ObjectLockConfiguration", "Rule", "DefaultRetention")
	if get(rule, "Mode") != "COMPLIANCE" || get(rule, "Days") != schema.Outages.Retain.Hours()/24 {
		t.Errorf("locked %s", text(rule))
	}
	shown := text(s.probe.named(t, "AWS::S3::BucketPolicy", outputName(schema.Outages.Env)+"Policy").Properties)
	if !strings.Contains(shown, `"cloudfront.amazonaws.com"`) || !strings.Contains(shown, "arn:aws:cloudfront::111111111111:distribution/*") {
		t.Errorf("the edge may not read it: %s", shown)
	}
	for _, o := range list(get(s.edge.only(t, "AWS::CloudFront::Distribution"), "DistributionConfig", "Origins")) {
		if get(o, "Id") == string(functions.FromRecord) && get(o, "DomainName") != bucket+".s3.eu-west-1.amazonaws.com" {
			t.Errorf("the edge reads %s", text(o))
		}
	}
}

// TestProbeAlarms: each row is an alarm where the probe is, which writes to the operators from there; one of
// them calls when nothing comes any more.
func TestProbeAlarms(t *testing.T) {
	s := synthesised["production"].probe
	alarms := s.ofType("AWS::CloudWatch::Alarm")
	if len(alarms) != len(functions.ProbeAlarms()) {
		t.Errorf("%d alarms, want %d", len(alarms), len(functions.ProbeAlarms()))
	}
	silent := 0
	for _, row := range functions.ProbeAlarms() {
		a := s.named(t, "AWS::CloudWatch::Alarm", "Alarm"+outputName(row.Name)).Properties
		missing := "notBreaching"
		if row.Silence {
			missing = "breaching"
			silent++
		}
		if get(a, "MetricName") != row.On.Name || get(a, "Namespace") != row.On.Namespace || get(a, "TreatMissingData") != missing ||
			get(a, "EvaluationPeriods") != float64(row.Periods) || get(a, "Period") != row.Period.Seconds() || get(a, "Statistic") != row.Statistic ||
			len(list(get(a, "AlarmActions"))) != 1 || len(list(get(a, "OKActions"))) != 1 {
			t.Errorf("%s: %s", row.Name, text(a))
		}
	}
	if silent == 0 {
		t.Error("nobody is called when no probe comes")
	}
	if mail := s.only(t, "AWS::SNS::Subscription"); get(mail, "Endpoint") != "operators@court.test" {
		t.Errorf("mail to %s", text(mail))
	}
}

func TestProbeConfig(t *testing.T) {
	good := Config{
		Stage: "test", Region: "eu-central-1", Account: "111111111111", Arch: "arm64", Zips: "z", SigningRoot: "1", MailFrom: "office@court.test",
		SupportMail: "office@sud.kz", SMSSender: "COURT", PortalURL: "https://court.test",
	}
	for _, tt := range []struct {
		region, account string
		ok              bool
	}{{"", "", true}, {"eu-west-1", "111111111111", true}, {"eu-central-1", "111111111111", false}, {"eu-west-1", "", false}} {
		c := good
		c.ProbeRegion, c.Account = tt.region, tt.account
		if err := c.check(); (err == nil) != tt.ok {
			t.Errorf("%q, %q: %v", tt.region, tt.account, err)
		}
	}
}
