package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
)

// TestCanary: requests to a row with Canary go to its alias, whose new version CodeDeploy tries on a
// tenth of them and takes back when one of its own alarms goes off. The others have none.
func TestCanary(t *testing.T) {
	office := synthesised["production"].office
	canaries := slices.DeleteFunc(slices.Clone(functions.All), func(f functions.Function) bool { return !f.Canary })
	if len(canaries) == 0 || canaries[0].Name != "file-claim" {
		t.Fatalf("%d canaries: want file-claim", len(canaries))
	}
	if got := len(office.ofType("AWS::Lambda::Alias")); got != len(canaries) {
		t.Errorf("%d aliases, want %d", got, len(canaries))
	}
	if test := synthesised["test"].office; len(test.ofType("AWS::Lambda::Alias"))+len(test.ofType("AWS::CodeDeploy::DeploymentGroup")) > 0 {
		t.Error("the stage of tests deploys gradually")
	}
	for _, f := range canaries {
		id := outputName(f.Name)
		group := text(office.named(t, "AWS::CodeDeploy::DeploymentGroup", id+"Deployment").Properties)
		for _, want := range []string{"CodeDeployDefault.LambdaCanary10Percent5Minutes", "DEPLOYMENT_STOP_ON_ALARM", id + "Fails", id + "Slow", `"Enabled":true`} {
			if !strings.Contains(group, want) {
				t.Errorf("%s: no %s in %s", f.Name, want, group)
			}
		}
		for _, alarm := range []string{"Fails", "Slow"} {
			dimensions := text(office.named(t, "AWS::CloudWatch::Alarm", id+alarm).Properties["Dimensions"])
			if !strings.Contains(dimensions, "ExecutedVersion") || !strings.Contains(dimensions, ":"+live) {
				t.Errorf("%s%s looks at %s, want the new version behind the alias", id, alarm, dimensions)
			}
		}
		var through bool
		for _, r := range office.ofType("AWS::ApiGatewayV2::Integration") {
			through = through || strings.Contains(text(r.Properties["IntegrationUri"]), id+"Live")
		}
		if !through {
			t.Errorf("%s: no integration leads to its alias", f.Name)
		}
	}
}
