package main

import (
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/calendar"
)

// TestReady: production keeps environments of each row started, and more of them on the evenings of the
// calendar; a trial keeps none.
func TestReady(t *testing.T) {
	targets := synthesised["production"].office.ofType("AWS::ApplicationAutoScaling::ScalableTarget")
	if len(targets) != len(functions.Ready) {
		t.Fatalf("%d targets, want %d", len(targets), len(functions.Ready))
	}
	if n := len(synthesised["test"].office.ofType("AWS::ApplicationAutoScaling::ScalableTarget")); n != 0 {
		t.Errorf("a trial keeps %d functions ready", n)
	}
	p := targets[0].Properties
	if r := functions.Ready[0]; p["MinCapacity"] != float64(r.Calm) || p["MaxCapacity"] != float64(r.Calm) || p["ScalableDimension"] != "lambda:function:ProvisionedConcurrency" || !strings.Contains(text(p["ResourceId"]), live) {
		t.Errorf("target %s", text(p))
	}
	actions, _ := p["ScheduledActions"].([]any)
	day := calendar.Date{Year: 2026, Month: 11, Day: 29} // see synthesise
	if want := 2 * len(functions.Rushes(day.Add(1), day.Add(planned))); len(actions) != want || want < 24 {
		t.Errorf("%d actions, want %d", len(actions), want)
	}
	schedules := map[any]any{}
	for _, a := range actions {
		schedules[get(a, "ScheduledActionName")] = get(a, "Schedule")
	}
	for name, want := range map[string]string{
		"FileClaimRush20261130": "at(2026-11-30T12:00:00)", // 17:00 in Astana
		"FileClaimCalm20261130": "at(2026-11-30T19:30:00)",
		"FileClaimRush20270105": "at(2027-01-05T12:00:00)",
	} {
		if schedules[name] != want {
			t.Errorf("%s is %v, want %s; all: %s", name, schedules[name], want, text(actions))
		}
	}
}
