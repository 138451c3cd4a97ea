package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// metric is CloudWatch's, by the names the deployment gave.
func (o *officeStack) metric(m functions.Metric, statistic string, period awscdk.Duration) awscloudwatch.Metric {
	dimensions := map[string]*string{}
	if m.Function != "" {
		dimensions["FunctionName"] = o.Functions[m.Function].FunctionName()
	}
	switch {
	case m.Route != "" && m.Namespace == metric.Namespace:
		dimensions["Route"] = &m.Route
	case m.Route != "":
		method, path, _ := strings.Cut(m.Route, " ")
		dimensions["ApiId"], dimensions["Stage"] = o.API.HttpApiId(), jsii.String("$default")
		dimensions["Method"], dimensions["Resource"] = &method, &path
	}
	if m.Queue != (schema.Queue{}) {
		dimensions["QueueName"] = o.data.Queues[m.Queue.Name].QueueName()
	}
	if m.Table != (schema.Table{}) {
		dimensions["TableName"] = o.data.Tables[m.Table.Name].TableName()
	}
	if m.Index {
		dimensions["GlobalSecondaryIndexName"] = jsii.String(schema.Index)
	}
	if m.By != "" {
		dimensions[m.By] = &m.Is
	}
	return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace: &m.Namespace, MetricName: &m.Name, DimensionsMap: &dimensions, Statistic: &statistic, Period: period,
	})
}

// alarm makes the CloudWatch alarm of a row, and its graph.
func (o *officeStack) alarm(a functions.Alarm) awscloudwatch.IWidget {
	watched := o.metric(a.On, a.Statistic, awscdk.Duration_Seconds(jsii.Number(a.Period.Seconds())))
	o.data.tells(newAlarm(o.Stack, a, watched))
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
		Title: &a.Name, Left: &[]awscloudwatch.IMetric{watched},
		LeftAnnotations: &[]*awscloudwatch.HorizontalAnnotation{{Value: &a.Threshold}},
	})
}

// newAlarm makes the CloudWatch alarm of a row on the metric it watches.
func newAlarm(stack awscdk.Stack, a functions.Alarm, watched awscloudwatch.Metric) awscloudwatch.Alarm {
	comparison, missing := awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD, awscloudwatch.TreatMissingData_NOT_BREACHING
	if a.Side == functions.Below {
		comparison = awscloudwatch.ComparisonOperator_LESS_THAN_THRESHOLD
	}
	if a.Silence {
		missing = awscloudwatch.TreatMissingData_BREACHING
	}
	return awscloudwatch.NewAlarm(stack, jsii.String("Alarm"+outputName(a.Name)), &awscloudwatch.AlarmProps{
		AlarmDescription:   jsii.String(a.Name + ": " + a.Does + " infra/RUNBOOK.md, \"" + a.Section + "\"."),
		Metric:             watched,
		ComparisonOperator: comparison,
		Threshold:          &a.Threshold,
		EvaluationPeriods:  jsii.Number(a.Periods),
		TreatMissingData:   missing,
	})
}

// watch makes what operators look at: an alarm for each row, and a dashboard of them behind the panels.
func (o *officeStack) watch(config Config) {
	var graphs []awscloudwatch.IWidget
	for _, p := range functions.Panels() {
		var lines []awscloudwatch.IMetric
		for _, m := range p.Of {
			lines = append(lines, o.metric(m, p.Statistic, awscdk.Duration_Minutes(jsii.Number(1))))
		}
		graphs = append(graphs, awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{Title: &p.Title, Left: &lines}))
	}
	for _, a := range functions.Alarms() {
		graphs = append(graphs, o.alarm(a))
	}
	dashboard := awscloudwatch.NewDashboard(o.Stack, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{
		DashboardName: jsii.String("courtoffice-" + config.Stage), DefaultInterval: awscdk.Duration_Hours(jsii.Number(3)),
	})
	for len(graphs) > 0 {
		n := min(4, len(graphs)) // of 6 units each in a row of 24
		dashboard.AddWidgets(graphs[:n]...)
		graphs = graphs[n:]
	}
}

// countThrottled makes a metric of the requests that the gateway itself refused.
func (o *officeStack) countThrottled(accessLog awslogs.LogGroup) {
	awslogs.NewMetricFilter(o.Stack, jsii.String("ThrottledByGateway"), &awslogs.MetricFilterProps{
		LogGroup: accessLog, MetricNamespace: jsii.String(metric.Namespace), MetricName: jsii.String(functions.GatewayThrottled),
		FilterPattern: awslogs.FilterPattern_StringValue(jsii.String("$.status"), jsii.String("="), jsii.String("429")),
		MetricValue:   jsii.String("1"), Dimensions: &map[string]*string{"Route": jsii.String("$.route")},
	})
}
