package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
)

// operators makes the topic that every alarm writes to, and the subscription of context operators, which
// whoever reads that mail confirms once.
func (d *dataStack) operators(config Config) {
	d.Operators = awssns.NewTopic(d.Stack, jsii.String("Operators"), &awssns.TopicProps{
		DisplayName: jsii.String("Court Office " + config.Stage), MasterKey: d.SecretsKey, EnforceSSL: jsii.Bool(true),
	})
	d.SecretsKey.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Actions:    jsii.Strings("kms:Decrypt", "kms:GenerateDataKey"), Resources: jsii.Strings("*"), // in a key's policy: the key
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": d.Account()}},
	}), nil)
	if config.Operators == "" {
		return
	}
	awssns.NewCfnSubscription(d.Stack, jsii.String("OperatorsMail"), &awssns.CfnSubscriptionProps{
		TopicArn: d.Operators.TopicArn(), Protocol: jsii.String("email"), Endpoint: &config.Operators,
	})
}

// tells has an alarm write to the operators when it begins and when it ends.
func (d *dataStack) tells(alarm awscloudwatch.Alarm) awscloudwatch.Alarm {
	alarm.AddAlarmAction(awscloudwatchactions.NewSnsAction(d.Operators))
	alarm.AddOkAction(awscloudwatchactions.NewSnsAction(d.Operators))
	return alarm
}
