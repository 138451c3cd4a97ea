package main

import (
	"testing"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/cost"
)

// TestWhatIsPaidFor: the bill of a month has as many keys, secrets, alarms and rules as production's stacks.
func TestWhatIsPaidFor(t *testing.T) {
	s := synthesised["production"]
	secrets := 0
	for _, r := range append(s.data.ofType("AWS::SecretsManager::Secret"), s.probe.ofType("AWS::SecretsManager::Secret")...) {
		secrets++
		if copies, ok := r.Properties["ReplicaRegions"].([]any); ok {
			secrets += len(copies)
		}
	}
	for what, n := range map[string][2]int{
		"keys":    {len(s.data.ofType("AWS::KMS::Key")) + len(s.office.ofType("AWS::KMS::Key")) + len(s.probe.ofType("AWS::KMS::Key")), cost.Keys},
		"secrets": {secrets, cost.Secrets},
		"alarms":  {len(s.data.ofType("AWS::CloudWatch::Alarm")) + len(s.office.ofType("AWS::CloudWatch::Alarm")) + len(s.probe.ofType("AWS::CloudWatch::Alarm")), cost.Alarms()},
		"rules":   {len(list(s.edge.only(t, "AWS::WAFv2::WebACL")["Rules"])), len(functions.ManagedRules) + len(functions.Rates)},
	} {
		if n[0] != n[1] {
			t.Errorf("%d %s stand there, the bill has %d", n[0], what, n[1])
		}
	}
}
