package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsses"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/functions"
)

// mail makes the identity that notices are sent from. Production's is the domain: signed with DKIM
// (RFC 6376), bounces at a name of its own so that SPF (RFC 7208) is the domain's, and a configuration
// set that stops writing to addresses that bounced or complained and reports what became of each message. What proves all that are DNS records,
// which the stack prints. A trial's is the one address, which needs no domain.
func (o *officeStack) mail(config Config) {
	if !config.Production() {
		o.Identity = awsses.NewEmailIdentity(o.Stack, jsii.String("MailFrom"), &awsses.EmailIdentityProps{
			Identity: awsses.Identity_Email(jsii.String(config.mailAddress())),
		})
		return
	}
	_, domain, _ := strings.Cut(config.mailAddress(), "@")
	bounces := "bounces." + domain
	o.MailSet = awsses.NewConfigurationSet(o.Stack, jsii.String("MailSet"), &awsses.ConfigurationSetProps{
		ConfigurationSetName: jsii.String("courtoffice-" + config.Stage),
		ReputationMetrics:    jsii.Bool(true), SendingEnabled: jsii.Bool(true),
		SuppressionReasons: awsses.SuppressionReasons_BOUNCES_AND_COMPLAINTS,
	})
	o.reportMail()
	o.reportTexts(config)
	o.Identity = awsses.NewEmailIdentity(o.Stack, jsii.String("MailFrom"), &awsses.EmailIdentityProps{
		Identity:         awsses.Identity_Domain(&domain),
		DkimIdentity:     awsses.DkimIdentity_EasyDkim(awsses.EasyDkimSigningKeyLength_RSA_2048_BIT),
		MailFromDomain:   &bounces,
		ConfigurationSet: o.MailSet,
	})
	records := []string{
		bounces + " MX 10 feedback-smtp." + config.Region + ".amazonses.com",
		bounces + ` TXT "v=spf1 include:amazonses.com -all"`,
		"_dmarc." + domain + ` TXT "v=DMARC1; p=quarantine; adkim=s; rua=mailto:` + config.Operators + `"`, // RFC 7489
	}
	for _, r := range *o.Identity.DkimRecords() {
		records = append(records, *r.Name+" CNAME "+*r.Value)
	}
	for i, record := range records {
		awscdk.NewCfnOutput(o.Stack, jsii.String(fmt.Sprintf("MailRecord%d", i+1)), &awscdk.CfnOutputProps{
			Description: jsii.String("DNS record to set"), Value: &record,
		})
	}
}

// mailStatement lets a function send from the one address.
func (o *officeStack) mailStatement(config Config) awsiam.PolicyStatement {
	resources := []*string{o.Identity.EmailIdentityArn()}
	if o.MailSet != nil {
		resources = append(resources, o.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("ses"), Resource: jsii.String("configuration-set"), ResourceName: o.MailSet.ConfigurationSetName(),
		}))
	}
	s := awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: jsii.Strings(functions.MailAction), Resources: &resources})
	s.AddCondition(jsii.String("StringEquals"), map[string]any{"ses:FromAddress": config.mailAddress()})
	return s
}
