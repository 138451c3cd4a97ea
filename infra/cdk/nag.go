package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// packs are cdk-nag's packs of rules that every resource is checked against.
var packs = []string{"AwsSolutions", "Serverless", "NIST.800.53.R5"}

func check(app awscdk.App) {
	props := &cdknag.NagPackProps{Verbose: jsii.Bool(true)}
	for _, pack := range []awscdk.IAspect{cdknag.NewAwsSolutionsChecks(props), cdknag.NewServerlessChecks(props), cdknag.NewNIST80053R5Checks(props)} {
		awscdk.Aspects_Of(app).Add(pack, nil)
	}
}

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
	for _, f := range functions.All {
		reason := "xray:PutTraceSegments and xray:PutTelemetryRecords know no resource."
		if f.Logs {
			reason += " logs:GetQueryResults neither; the id of a query is known to who started it."
		}
		accept(office.Roles[f.Name], "AwsSolutions-IAM5", jsii.String("/^Resource::\\*$/"), reason)
	}
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

// suppressProbe is suppress for the probe.
func suppressProbe(probe *probeStack) {
	accept(probe.Role, "AwsSolutions-IAM5", jsii.String(`/^Resource::\S*`+outputName(schema.Outages.Env)+`\w+(\.Arn>)?\/\*$/`),
		"A day's key is made of its date; the bucket holds nothing but the record.")
	accept(probe.Secret, "AwsSolutions-SMG4", nil, "It is a certificate of the NCA's, which is replaced by hand before it ends, each year.")
	accept(probe.Secret, "NIST.800.53.R5-SecretsManagerRotationEnabled", nil, "It is a certificate of the NCA's: see AwsSolutions-SMG4.")
	accept(probe.Function, "Serverless-LambdaTracing", nil, "It asks as a visitor does: what it set off is traced where it was asked.")
	accept(probe.Function, "Serverless-LambdaAsyncFailureDestination", nil, "A minute that could not be tried is unknown in the record for good, and an alarm calls.")
	accept(probe.Bucket, "NIST.800.53.R5-S3DefaultEncryptionKMS", nil, "It holds what everybody may read.")
	accept(probe.Bucket, "NIST.800.53.R5-S3BucketReplicationEnabled", nil, "Outages that are certified are in the certificates; every version is locked where it is.")
}

// Reasons for which findings of the packs Serverless and NIST 800-53 R5 are accepted.
const (
	noCaller  = "Nobody invokes it asynchronously: a request answers its caller, a stream or queue has dead letters of its own, a schedule comes again."
	ownPolicy = "A role's policy is made of its function's row, is nobody else's and goes with it."
	noRecord  = "Logs hold no personal data; CloudWatch encrypts them with its own key."
	written   = "S3 writes it once and it is forgotten after 400 days; with a customer key, with versions or replicated S3 could not write it, or nobody would read it twice."
	rebuilt   = "What is in it is made anew by a function within minutes."
)

// everywhere are findings accepted of every resource.
var everywhere = map[string]string{
	"Serverless-LambdaDLQ":                           noCaller,
	"NIST.800.53.R5-LambdaDLQ":                       noCaller,
	"NIST.800.53.R5-IAMNoInlinePolicy":               ownPolicy,
	"NIST.800.53.R5-CloudWatchLogGroupEncrypted":     noRecord,
	"NIST.800.53.R5-LambdaInsideVPC":                 "All it talks to is AWS's own and asks for a signature; a network of ours would put its gateways between a request and its receipt.",
	"NIST.800.53.R5-LambdaConcurrency":               "The account's concurrency is what a deadline night needs (infra/night); file-claim has a share of its own that no other can take.",
	"Serverless-LambdaEventSourceMappingDestination": "A queue gives up its messages itself, to its dead letters.",
}

// suppressPacks is suppress for the packs Serverless and NIST 800-53 R5.
func suppressPacks(config Config, s stacks) {
	all := []awscdk.Stack{s.data.Stack, s.office.Stack}
	if s.archive != nil {
		all = append(all, s.archive)
	}
	if s.edge != nil {
		all = append(all, s.edge.Stack)
	}
	if s.probe != nil {
		all = append(all, s.probe.Stack)
	}
	for _, stack := range all {
		for _, rule := range slices.Sorted(maps.Keys(everywhere)) {
			cdknag.NagSuppressions_AddStackSuppressions(stack, &[]*cdknag.NagPackSuppression{{Id: &rule, Reason: jsii.String(everywhere[rule])}}, nil)
		}
	}
	log := func(bucket constructs.IConstruct) {
		for _, rule := range []string{"S3BucketReplicationEnabled", "S3BucketVersioningEnabled", "S3DefaultEncryptionKMS"} {
			accept(bucket, "NIST.800.53.R5-"+rule, nil, written)
		}
	}
	log(s.data.AccessLog)
	if s.probe != nil {
		log(s.probe.Node().FindChild(jsii.String("AccessLog")))
	}
	for _, b := range schema.Buckets {
		bucket := s.data.Buckets[b.Name]
		if b.Edge {
			accept(bucket, "NIST.800.53.R5-S3DefaultEncryptionKMS", nil, "It holds what everybody may read.")
		}
		switch b.Name {
		case schema.Documents.Name:
			accept(bucket, "NIST.800.53.R5-S3BucketReplicationEnabled", nil, "What is filed is copied to the evidence bucket, which is replicated; what is not filed is a draft's.")
		case schema.Evidence.Name:
			accept(bucket, "NIST.800.53.R5-S3BucketReplicationEnabled", nil, "A trial has no archive to replicate it to; production replicates it.")
		default:
			accept(bucket, "NIST.800.53.R5-S3BucketReplicationEnabled", nil, rebuilt)
		}
	}
	for name, queue := range s.data.Queues {
		if strings.HasSuffix(name, "-dead-letters") {
			accept(queue, "Serverless-SQSRedrivePolicy", nil, "It is itself a queue of dead letters.")
		}
	}
	for _, secret := range s.data.Secrets {
		accept(secret, "NIST.800.53.R5-SecretsManagerRotationEnabled", nil, "A new key is a decision, not a timer: see AwsSolutions-SMG4.")
	}
	for _, secret := range s.data.OriginKeys {
		accept(secret, "NIST.800.53.R5-SecretsManagerRotationEnabled", nil, "It changes with the number in the deployment's context.")
	}
	if config.Operators != "" && s.probe != nil {
		accept(s.probe.Node().FindChild(jsii.String("OperatorsMail")), "Serverless-SNSRedrivePolicy", nil, "As of the office's own topic.")
	}
	if config.Operators != "" {
		accept(s.data.Node().FindChild(jsii.String("OperatorsMail")), "Serverless-SNSRedrivePolicy", nil, "SNS tries a mail for hours, and an alarm writes again when it ends; its state stands in CloudWatch.")
	}
	if !config.Production() {
		return
	}
	log(s.archive.Node().FindChild(jsii.String("AccessLog")))
	accept(s.archive.Node().FindChild(jsii.String("Evidence")), "NIST.800.53.R5-S3BucketReplicationEnabled", nil, "It is the copy.")
	trail := s.data.Node().FindChild(jsii.String("Trail"))
	accept(trail, "NIST.800.53.R5-CloudTrailEncryptionEnabled", nil, "It says who called what, nothing of what was filed; S3's own key encrypts it, as the other logs of that bucket.")
	accept(trail, "NIST.800.53.R5-CloudTrailCloudWatchLogsEnabled", nil, "EventBridge is given its events, and KeysLog keeps those that threaten a key for ten years.")
	accept(s.data.Node().FindChild(jsii.String("KeysThreatened")), "Serverless-EventBusDLQ", nil, "The alarm counts what the rule matched, not what was delivered, and the call itself is in the trail.")
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
