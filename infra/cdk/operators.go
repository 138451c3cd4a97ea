package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"
)

// operators makes the topic that every alarm of the office writes to.
func (d *dataStack) operators(config Config) {
	d.Operators = newOperators(d.Stack, config, d.SecretsKey)
}

// newOperators makes a topic that alarms of a region write to, and the subscription of context operators,
// which whoever reads that mail confirms once.
func newOperators(stack awscdk.Stack, config Config, key awskms.Key) awssns.Topic {
	topic := awssns.NewTopic(stack, jsii.String("Operators"), &awssns.TopicProps{
		DisplayName: jsii.String("Court Office " + config.Stage), MasterKey: key, EnforceSSL: jsii.Bool(true),
	})
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Actions:    jsii.Strings("kms:Decrypt", "kms:GenerateDataKey"), Resources: jsii.Strings("*"), // in a key's policy: the key
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": stack.Account()}},
	}), nil)
	if config.Operators != "" {
		awssns.NewCfnSubscription(stack, jsii.String("OperatorsMail"), &awssns.CfnSubscriptionProps{
			TopicArn: topic.TopicArn(), Protocol: jsii.String("email"), Endpoint: &config.Operators,
		})
	}
	return topic
}

// tells has an alarm write to the operators when it begins and when it ends.
func (d *dataStack) tells(alarm awscloudwatch.Alarm) awscloudwatch.Alarm {
	return tells(d.Operators, alarm)
}

func tells(topic awssns.Topic, alarm awscloudwatch.Alarm) awscloudwatch.Alarm {
	alarm.AddAlarmAction(awscloudwatchactions.NewSnsAction(topic))
	alarm.AddOkAction(awscloudwatchactions.NewSnsAction(topic))
	return alarm
}
