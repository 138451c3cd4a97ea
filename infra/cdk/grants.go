package main

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// What the key of the data must allow besides. DynamoDB asks for all of these on behalf of
// the caller; S3 for a data key to write and for decryption to read, a checksum included.
var (
	tableKeyActions = []string{
		"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo",
		"kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
	}
	tableKeyReadActions = []string{"kms:Decrypt", "kms:DescribeKey"}
	bucketKeyActions    = map[functions.Access][]string{
		functions.Read:      {"kms:Decrypt"},
		functions.Upload:    {"kms:Decrypt", "kms:GenerateDataKey"},
		functions.HeadOnly:  {"kms:Decrypt"},
		functions.SetRetain: nil,
	}
	streamActions = []string{
		"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
	}
	// The mapping receives and deletes with the function's role; the function itself hides.
	readActions = []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", functions.HideAction}
)

// newRole makes the role of f with exactly what its row grants, and its log group. The event
// source mapping adds its dead-letter queue.
// No action is a wildcard, and the only wildcard resources are the name of a log stream, which
// Lambda makes up, and the result of a query of logs, which AWS gives no name.
func (o *officeStack) newRole(config Config, f functions.Function) awsiam.Role {
	role := awsiam.NewRole(o.Stack, jsii.String(outputName(f.Name)+"Role"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		Description: jsii.String("Court Office: " + f.Name),
		RoleName:    roleName(config, f),
	})
	allow := func(actions []string, via string, resources ...*string) {
		if len(actions) == 0 {
			return
		}
		statement := awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings(actions...), Resources: &resources,
		})
		if via != "" { // the key may be used through that service only
			statement.AddCondition(jsii.String("StringEquals"), map[string]any{
				"kms:ViaService": via + "." + *o.Region() + ".amazonaws.com",
			})
		}
		role.AddToPolicy(statement)
	}

	// The ARN ends in ":*", CloudFormation's way of naming a log group.
	allow([]string{"logs:CreateLogStream", "logs:PutLogEvents"}, "", o.Logs[f.Name].LogGroupArn())
	for _, g := range f.Tables {
		o.allowTable(role, allow, f, g)
	}
	for _, g := range f.Buckets {
		bucket := o.data.Buckets[g.Bucket.Name]
		for _, access := range g.Access {
			onObjects, onBucket := g.Actions(access)
			var objects []*string
			for _, key := range f.Objects(g) {
				objects = append(objects, bucket.ArnForObjects(&key))
			}
			if objects == nil {
				objects = []*string{bucket.ArnForObjects(jsii.String("*"))}
			}
			allow(onObjects, "", objects...)
			allow(onBucket, "", bucket.BucketArn())
			if !g.Bucket.Edge {
				allow(bucketKeyActions[access], "s3", o.data.keyOf(g.Bucket).KeyArn())
			}
		}
	}
	for _, s := range f.Streams {
		allow(streamActions, "", o.data.Tables[s.Table.Name].TableStreamArn())
		allow([]string{"kms:Decrypt"}, "dynamodb", o.data.DataKey.KeyArn())
	}
	for _, q := range f.Queues {
		allow(readActions, "", o.data.Queues[q.Queue.Name].QueueArn())
	}
	for _, q := range f.Sends {
		allow(functions.SendActions, "", o.data.Queues[q.Name].QueueArn())
	}
	if f.Logs {
		var groups []*string
		for _, name := range functions.Asked() {
			groups = append(groups, o.Logs[name].LogGroupArn())
		}
		allow([]string{"logs:StartQuery"}, "", groups...)
		allow([]string{"logs:GetQueryResults"}, "", jsii.String("*")) // the id of a query is known to who started it
	}
	if f.Mail {
		role.AddToPolicy(o.mailStatement(config))
	}
	if f.SMS {
		allow([]string{functions.SMSAction}, "", o.textResources(config)...)
	}
	if f.Issues {
		allow(functions.RootActions, "", o.data.Root.KeyArn())
		allow([]string{functions.SealAction}, "", o.data.Signing.KeyArn())
	}
	if f.Signs != "" {
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings(functions.OpenAction), Resources: &[]*string{o.data.Signing.KeyArn()},
			Conditions: &map[string]any{"StringEquals": map[string]any{"kms:EncryptionContext:purpose": f.Signs}},
		}))
	}
	allow([]string{"kms:Decrypt"}, "lambda", o.data.SecretsKey.KeyArn()) // Lambda opens the environment by the role
	return role
}

// denyChanges keeps the partitions of a table that are only added to from being anything else: nobody
// changes or deletes in them, and who does not append to one puts nothing there. A key that is not
// among the request's is no match (dynamodb:LeadingKeys, ForAnyValue).
func (o *officeStack) denyChanges(role awsiam.Role, g functions.TableGrant) {
	deny := func(prefixes []string, actions ...string) {
		var keys []string
		for _, p := range prefixes {
			keys = append(keys, p+"*")
		}
		if len(keys) == 0 {
			return
		}
		statement := awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Effect: awsiam.Effect_DENY, Actions: jsii.Strings(actions...), Resources: &[]*string{o.data.Tables[g.Table.Name].TableArn()},
		})
		statement.AddCondition(jsii.String("ForAnyValue:StringLike"), map[string]any{"dynamodb:LeadingKeys": keys})
		role.AddToPolicy(statement)
	}
	if g.Access != functions.Write && g.Access != functions.Update && g.Access != functions.Add {
		return
	}
	deny(g.Table.Appended(), "dynamodb:UpdateItem", "dynamodb:DeleteItem")
	deny(slices.DeleteFunc(g.Table.Appended(), func(p string) bool { return slices.Contains(g.Appends, p) }), "dynamodb:PutItem")
}

// allowTable lets a function do what its grant says under the keys of its partitions and no other: of the table,
// and of the index where it reads.
func (o *officeStack) allowTable(role awsiam.Role, allow func([]string, string, ...*string), f functions.Function, g functions.TableGrant) {
	table := o.data.Tables[g.Table.Name]
	actions := f.TableActions(g)
	resources := []*string{table.TableArn()}
	if slices.Contains(actions, "dynamodb:Query") {
		resources = append(resources, jsii.String(*table.TableArn()+"/index/"+schema.Index))
	}
	var keys []string
	for _, word := range f.Partitions(g) {
		if strings.HasSuffix(word, "#") {
			word += "*"
		}
		keys = append(keys, word)
	}
	statement := awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: jsii.Strings(actions...), Resources: &resources})
	statement.AddCondition(jsii.String("ForAllValues:StringLike"), map[string]any{"dynamodb:LeadingKeys": keys})
	role.AddToPolicy(statement)
	o.denyChanges(role, g)
	key := tableKeyActions
	if g.Access == functions.Read {
		key = tableKeyReadActions
	}
	allow(key, "dynamodb", o.data.DataKey.KeyArn())
}
