package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
)

// TestSchedules: every schedule of a row runs its function, as often as the row says, with a role
// that may do nothing else.
func TestSchedules(t *testing.T) {
	for _, f := range functions.All {
		for _, s := range f.Schedules {
			id := outputName(f.Name) + "Schedule" + outputName(s.Name)
			office := synthesised["production"].office
			p := office.Resources[id].Properties
			rate := fmt.Sprintf("rate(%d minute", int(s.Every.Minutes()))
			if got, _ := get(p, "ScheduleExpression").(string); !strings.HasPrefix(got, rate) {
				t.Errorf("%s: every %q, want %s", id, got, s.Every)
			}
			want := fmt.Sprintf(`{"schedule":%q,"time":"<aws.scheduler.scheduled-time>"}`, s.Name)
			if got := get(p, "Target", "Input"); got != want {
				t.Errorf("%s: input %v, want %s", id, got, want)
			}
			policy := text(office.named(t, "AWS::IAM::Policy", id+"RoleDefaultPolicy").Properties)
			if strings.Count(policy, `"lambda:InvokeFunction"`) != 1 || strings.Contains(policy, "*") {
				t.Errorf("%s: policy %s", id, policy)
			}
		}
	}
}
