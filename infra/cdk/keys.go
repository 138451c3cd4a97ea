package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudtrail"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// ending are the calls by which a key, and all that it encrypts, could be lost.
var ending = []string{"ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"}

// newKey makes a key that is rotated each year. In production nobody may end it, the account's root
// included: who wants to must first change the key's policy, which watchKeys tells of too.
func newKey(stack awscdk.Stack, config Config, id, does string) awskms.Key {
	key := awskms.NewKey(stack, &id, &awskms.KeyProps{
		Description:       &does,
		EnableKeyRotation: jsii.Bool(true),
		RemovalPolicy:     keep(config),
	})
	if config.Production() {
		var actions []string
		for _, call := range ending {
			actions = append(actions, "kms:"+call)
		}
		key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String("NobodyEndsIt"), Effect: awsiam.Effect_DENY,
			Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
			Actions:    jsii.Strings(actions...), Resources: jsii.Strings("*"), // in a key's policy: the key
		}), nil)
	}
	return key
}

// watchKeys calls a person when somebody tries to end a key of the account or changes a key's policy.
// The attempts are in CloudTrail, whose events reach EventBridge only where a trail records them: the
// account's first trail of management events costs nothing but its storage.
func (d *dataStack) watchKeys(config Config) {
	awscloudtrail.NewTrail(d.Stack, jsii.String("Trail"), &awscloudtrail.TrailProps{
		Bucket: d.AccessLog, S3KeyPrefix: jsii.String("trail"),
		ManagementEvents:           awscloudtrail.ReadWriteType_WRITE_ONLY,
		IsMultiRegionTrail:         jsii.Bool(false),
		IncludeGlobalServiceEvents: jsii.Bool(false),
		EnableFileValidation:       jsii.Bool(true),
	})
	log := awslogs.NewLogGroup(d.Stack, jsii.String("KeysLog"), &awslogs.LogGroupProps{
		Retention: awslogs.RetentionDays_TEN_YEARS, RemovalPolicy: keep(config),
	})
	// What a rule needs to write to a log group. CDK's own target would add a function to do it.
	arn := *log.LogGroupArn() // ends in ":*"
	awslogs.NewCfnResourcePolicy(d.Stack, jsii.String("KeysLogPolicy"), &awslogs.CfnResourcePolicyProps{
		PolicyName: jsii.String("courtoffice-" + config.Stage + "-keys"),
		PolicyDocument: jsii.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["events.amazonaws.com","delivery.logs.amazonaws.com"]},` +
			`"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"` + arn + `"}]}`),
	})
	rule := awsevents.NewCfnRule(d.Stack, jsii.String("KeysThreatened"), &awsevents.CfnRuleProps{
		Description: jsii.String("Somebody tried to end a key, or changed a key's policy"),
		EventPattern: map[string]any{
			"source": []string{"aws.kms"}, "detail-type": []string{"AWS API Call via CloudTrail"},
			"detail": map[string]any{"eventSource": []string{"kms.amazonaws.com"}, "eventName": append([]string{"PutKeyPolicy"}, ending...)},
		},
		Targets: []any{&awsevents.CfnRule_TargetProperty{Id: jsii.String("log"), Arn: d.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("logs"), Resource: jsii.String("log-group"), ResourceName: log.LogGroupName(), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
		})}},
	})
	alarm := awscloudwatch.NewAlarm(d.Stack, jsii.String("AlarmKeysThreatened"), &awscloudwatch.AlarmProps{
		AlarmDescription: jsii.String("keys-threatened: somebody tried to end a key of the account, or changed a key's policy. " +
			"Without its key everything that was filed is unreadable. Who and from where is in the log group KeysLog: undo it with kms:CancelKeyDeletion, kms:EnableKey or by deploying the stack again, then find out why."),
		Metric: awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace: jsii.String("AWS/Events"), MetricName: jsii.String("TriggeredRules"),
			DimensionsMap: &map[string]*string{"RuleName": rule.Ref()},
			Statistic:     jsii.String("Sum"), Period: awscdk.Duration_Minutes(jsii.Number(1)),
		}),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		Threshold:          jsii.Number(0), EvaluationPeriods: jsii.Number(1),
		TreatMissingData: awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	alarm.AddAlarmAction(awscloudwatchactions.NewSnsAction(d.Alarms))
}
