package main

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// suppress says why a finding of cdk-nag's AwsSolutions rules is accepted. Everything else
// fails the synthesis.
func suppress(config Config, data *dataStack, office *officeStack) {
	if config.Production() {
		suppressCopies(data)
		for _, f := range functions.All {
			if f.Canary {
				accept(office.Node().FindChild(jsii.String(outputName(f.Name)+"Deployment")), "AwsSolutions-IAM4", nil,
					"The policy that AWS publishes for CodeDeploy with functions: it moves aliases and reads alarms.")
			}
		}
	}
	for name, queue := range data.Queues {
		if strings.HasSuffix(name, "-dead-letters") {
			accept(queue, "AwsSolutions-SQS3", nil,
				"It is itself a queue of dead letters, of an event source mapping or of other queues.")
		}
	}
	for _, secret := range data.Secrets {
		accept(secret, "AwsSolutions-SMG4", nil,
			"A new key is a decision, not a timer: look-up keys made with the old index key would be lost, "+
				"and receipts name the key that signed them.")
	}
	for _, secret := range data.OriginKeys {
		accept(secret, "AwsSolutions-SMG4", nil, "It changes with the number in the deployment's context, so that the edge and the functions change together.")
	}
	accept(office.API, "AwsSolutions-APIG4", nil,
		"Anyone may read the portal and sign in. Sessions and signatures are checked in the functions, "+
			"because a seal carries its authority in the signed document, not in a header.")
	for _, bucket := range schema.Buckets {
		if bucket.Objects != nil {
			continue
		}
		for _, role := range office.Roles {
			accept(role, "AwsSolutions-IAM5", jsii.String(`/^Resource::\S*`+outputName(bucket.Env)+`\w+(\.Arn>)?\/\*$/`),
				"A document's key is made when it is uploaded; the bucket holds nothing but documents.")
		}
	}
}

// suppressEdge is suppress for the edge.
func suppressEdge(edge *edgeStack) {
	accept(edge.Distribution, "AwsSolutions-CFR1", nil, "Whoever lives abroad files too.")
	accept(edge.Distribution, "AwsSolutions-CFR3", nil, "It logs by a delivery of its own, which leaves out the reader's address, the path and the query; the old log has them all.")
}

// accept suppresses rule under scope. findings, a regular expression between slashes, narrows
// it to some findings of a rule that reports several.
func accept(scope constructs.IConstruct, rule string, findings *string, reason string) {
	suppression := &cdknag.NagPackSuppression{Id: &rule, Reason: &reason}
	if findings != nil {
		suppression.AppliesTo = &[]any{&cdknag.RegexAppliesTo{Regex: findings}}
	}
	cdknag.NagSuppressions_AddResourceSuppressions(scope, &[]*cdknag.NagPackSuppression{suppression}, jsii.Bool(true))
}

// suppressCopies is suppress for what keeps things a second time.
func suppressCopies(data *dataStack) {
	accept(data.Node().FindChild(jsii.String("ReplicationRole")), "AwsSolutions-IAM5", nil,
		"S3 copies every object of the bucket. The archive's key is in another account and known by its alias, which the condition names.")
	accept(data.Node().FindChild(jsii.String("Backups")), "AwsSolutions-IAM4", nil,
		"The policy that AWS publishes for its own backup service; what is backed up is selected table by table.")
}
