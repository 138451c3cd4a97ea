package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/functions"
)

// alarm makes the CloudWatch alarm of a row. A metric that is not written breaches: whoever should write
// it is not running.
func (o *officeStack) alarm(a functions.Alarm) {
	comparison := awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD
	if a.Side == functions.Below {
		comparison = awscloudwatch.ComparisonOperator_LESS_THAN_THRESHOLD
	}
	metric := awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace:     jsii.String(functions.Namespace),
		MetricName:    &a.Metric,
		DimensionsMap: &map[string]*string{"FunctionName": o.Functions[a.Function].FunctionName()},
		Statistic:     &a.Statistic,
		Period:        awscdk.Duration_Seconds(jsii.Number(a.Period.Seconds())),
	})
	o.data.tells(awscloudwatch.NewAlarm(o.Stack, jsii.String("Alarm"+outputName(a.Name)), &awscloudwatch.AlarmProps{
		AlarmDescription:   jsii.String(a.Name + ": " + a.Does),
		Metric:             metric,
		ComparisonOperator: comparison,
		Threshold:          &a.Threshold,
		EvaluationPeriods:  jsii.Number(a.Periods),
		TreatMissingData:   awscloudwatch.TreatMissingData_BREACHING,
	}))
}
