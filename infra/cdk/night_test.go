package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestThrottles: each route has that of functions.ThrottleOf, and its stage comes behind it.
func TestThrottles(t *testing.T) {
	office := synthesised["production"].office
	stage := office.ofType("AWS::ApiGatewayV2::Stage")[0] // see TestLogs: it is one
	want := map[string]any{}
	for route, throttle := range functions.Throttles {
		want[route] = map[string]any{"ThrottlingRateLimit": float64(throttle.Rate), "ThrottlingBurstLimit": float64(throttle.Burst)}
	}
	pages := want["GET /{path...}"]
	delete(want, "GET /{path...}")
	want["GET /{proxy+}"], want["GET /"] = pages, pages // as the gateway names it
	if diff := cmp.Diff(want, stage.Properties["RouteSettings"]); diff != "" {
		t.Errorf("routes (-want +got):\n%s", diff)
	}
	usual := stage.Properties["DefaultRouteSettings"]
	if get(usual, "ThrottlingRateLimit") != float64(functions.DefaultThrottle.Rate) || get(usual, "ThrottlingBurstLimit") != float64(functions.DefaultThrottle.Burst) {
		t.Errorf("other routes: %s", text(usual))
	}
	if n := len(office.ofType("AWS::ApiGatewayV2::Route")); len(stage.DependsOn) < n || n == 0 {
		t.Errorf("the stage waits for %d of %d routes", len(stage.DependsOn), n)
	}
}

// TestWarmTables: production's tables take a deadline night from the first second on, a trial's nothing
// that costs.
func TestWarmTables(t *testing.T) {
	throughput := func(of schema.Throughput) any {
		if of == (schema.Throughput{}) {
			return nil
		}
		return map[string]any{"ReadUnitsPerSecond": float64(max(of.Reads, schema.NewReads)), "WriteUnitsPerSecond": float64(max(of.Writes, schema.NewWrites))}
	}
	for _, stage := range []string{"production", "test"} {
		for _, table := range schema.Tables {
			p := synthesised[stage].data.named(t, "AWS::DynamoDB::GlobalTable", outputName(table.Env)).Properties
			want := []any{throughput(table.Warm), throughput(table.WarmIndex)}
			if stage == "test" {
				want = []any{nil, nil}
			}
			index := p["GlobalSecondaryIndexes"].([]any)[0].(map[string]any)
			if diff := cmp.Diff(want, []any{p["WarmThroughput"], index["WarmThroughput"]}); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", table.Name, stage, diff)
			}
		}
	}
	if !slices.ContainsFunc(schema.Tables, func(t schema.Table) bool { return t.Warm.Writes > schema.NewWrites }) {
		t.Error("no table is warm")
	}
}
