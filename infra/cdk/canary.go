package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodedeploy"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/jsii-runtime-go"
)

// live is the name of an alias that requests go to.
const live = "live"

// canary puts an alias before fn. A deployment gives the new version a tenth of the requests for five
// minutes; if in one of these one ends without an answer (a crash, a time-out, a process that does not
// start), or the slowest hundredth takes longer than a receipt may, all requests go to the old version
// again and the deployment fails. The alarms look at the new version alone.
func (o *officeStack) canary(id string, fn awslambda.Function) awslambda.Alias {
	alias := awslambda.NewAlias(o.Stack, jsii.String(id+"Live"), &awslambda.AliasProps{
		AliasName: jsii.String(live), Version: fn.CurrentVersion(),
	})
	version := map[string]*string{
		"FunctionName": fn.FunctionName(), "Resource": jsii.String(*fn.FunctionName() + ":" + live), "ExecutedVersion": fn.CurrentVersion().Version(),
	}
	alarm := func(name, does, metric, statistic string, above float64) awscloudwatch.Alarm {
		return o.data.tells(awscloudwatch.NewAlarm(o.Stack, jsii.String(id+name), &awscloudwatch.AlarmProps{
			AlarmDescription: &does,
			Metric: awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
				Namespace: jsii.String("AWS/Lambda"), MetricName: &metric, DimensionsMap: &version,
				Statistic: &statistic, Period: awscdk.Duration_Minutes(jsii.Number(1)),
			}),
			ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
			Threshold:          &above, EvaluationPeriods: jsii.Number(1),
			TreatMissingData: awscloudwatch.TreatMissingData_NOT_BREACHING, // nobody files just now
		}))
	}
	awscodedeploy.NewLambdaDeploymentGroup(o.Stack, jsii.String(id+"Deployment"), &awscodedeploy.LambdaDeploymentGroupProps{
		Alias:            alias,
		DeploymentConfig: awscodedeploy.LambdaDeploymentConfig_CANARY_10PERCENT_5MINUTES(),
		Alarms: &[]interfacesawscloudwatch.IAlarmRef{
			alarm("Fails", "The version being deployed ended without an answer; it was taken back. Its log says why.", "Errors", "Sum", 0),
			alarm("Slow", "The version being deployed is slower than a receipt may be; it was taken back.", "Duration", "p99", 3000),
		},
		AutoRollback: &awscodedeploy.AutoRollbackConfig{
			DeploymentInAlarm: jsii.Bool(true), FailedDeployment: jsii.Bool(true), StoppedDeployment: jsii.Bool(true),
		},
	})
	return alias
}
