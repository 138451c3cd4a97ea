package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsses"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssmsvoice"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// reporters are the services that report what became of messages. A topic is the one thing both publish
// to: SES could use EventBridge, the SMS service can't.
var reporters = []string{"ses.amazonaws.com", "sms-voice.amazonaws.com"}

// reports makes the topic that mail and text messages report to, and has it fill the queue Reports, each
// report as the service wrote it.
func (d *dataStack) reports() {
	d.Reports = awssns.NewTopic(d.Stack, jsii.String("DeliveryReports"), &awssns.TopicProps{
		DisplayName: jsii.String("Court Office: reports of deliveries"), MasterKey: d.SecretsKey, EnforceSSL: jsii.Bool(true),
	})
	for _, service := range reporters {
		allow := func(resource *string, actions ...string) awsiam.PolicyStatement {
			return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(&service, nil)},
				Actions:    jsii.Strings(actions...), Resources: &[]*string{resource},
				Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": d.Account()}},
			})
		}
		d.Reports.AddToResourcePolicy(allow(d.Reports.TopicArn(), "sns:Publish"))
		d.SecretsKey.AddToResourcePolicy(allow(jsii.String("*"), "kms:Decrypt", "kms:GenerateDataKey"), nil) // in a key's policy: the key
	}
	d.Reports.AddSubscription(awssnssubscriptions.NewSqsSubscription(d.Queues[schema.Reports.Name], &awssnssubscriptions.SqsSubscriptionProps{
		RawMessageDelivery: jsii.Bool(true), DeadLetterQueue: d.Queues[schema.NotifyDeadLetters.Name],
	}))
}

// mailEvents are what SES reports: not that a letter was opened, which it would learn by a picture in it.
var mailEvents = []string{"send", "delivery", "deliveryDelay", "bounce", "complaint", "reject"}

// reportMail has the configuration set of mail report. CDK's own way would let the topic, which is of another
// stack, name the set.
func (o *officeStack) reportMail() {
	awsses.NewCfnConfigurationSetEventDestination(o.Stack, jsii.String("MailReports"), &awsses.CfnConfigurationSetEventDestinationProps{
		ConfigurationSetName: o.MailSet.ConfigurationSetName(),
		EventDestination: &awsses.CfnConfigurationSetEventDestination_EventDestinationProperty{
			Name: jsii.String("reports"), Enabled: jsii.Bool(true), MatchingEventTypes: jsii.Strings(mailEvents...),
			SnsDestination: &awsses.CfnConfigurationSetEventDestination_SnsDestinationProperty{TopicArn: o.data.Reports.TopicArn()},
		},
	})
}

// reportTexts makes the configuration set of text messages, which has them report.
func (o *officeStack) reportTexts(config Config) {
	o.TextSet = awssmsvoice.NewCfnConfigurationSet(o.Stack, jsii.String("TextSet"), &awssmsvoice.CfnConfigurationSetProps{
		ConfigurationSetName: jsii.String(textSet(config)),
		EventDestinations: []any{&awssmsvoice.CfnConfigurationSet_EventDestinationProperty{
			Enabled: jsii.Bool(true), EventDestinationName: jsii.String("reports"), MatchingEventTypes: jsii.Strings("TEXT_ALL"),
			SnsDestination: &awssmsvoice.CfnConfigurationSet_SnsDestinationProperty{TopicArn: o.data.Reports.TopicArn()},
		}},
	})
}

// textSet is the name of TextSet, "" where there is none.
func textSet(config Config) string {
	if !config.Production() {
		return ""
	}
	return "courtoffice-" + config.Stage
}

// textResources are what who sends text messages sends by.
func (o *officeStack) textResources(config Config) []*string {
	arn := func(resource, name string) *string {
		return o.FormatArn(&awscdk.ArnComponents{Service: jsii.String("sms-voice"), Resource: &resource, ResourceName: &name})
	}
	list := []*string{arn("sender-id", config.SMSSender+"/KZ")} // a sender id belongs to a country
	if set := textSet(config); set != "" {
		list = append(list, arn("configuration-set", set))
	}
	return list
}
