package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// dataStack holds what a court may need: tables, documents, keys, the queues of what is to be
// told and of what could not be. In production every part of it is retained when the stack is deleted.
type dataStack struct {
	awscdk.Stack
	DataKey    awskms.Key                          // encrypts tables and documents
	ApartKey   awskms.Key                          // encrypts what is kept a second time: buckets with schema.Bucket.Apart, backups
	SecretsKey awskms.Key                          // encrypts Secrets and the functions' environment
	Root       awskms.Key                          // certifies the keys that sign receipts; the newest of its kind
	Signing    awskms.Key                          // encrypts the keys that sign receipts
	Tables     map[string]awsdynamodb.TableV2      // by schema.Table.Name
	Buckets    map[string]awss3.Bucket             // by schema.Bucket.Name
	Queues     map[string]awssqs.Queue             // by schema.Queue.Name
	Secrets    map[string]awssecretsmanager.Secret // by the variable that carries it
	Operators  awssns.Topic                        // whom alarms tell
	Reports    awssns.Topic                        // what the services of mail and text messages report to; nil in a trial
	OriginKeys []awssecretsmanager.Secret          // by which functions know the edge; nil without one
	AccessLog  awss3.Bucket                        // S3 server access log of Buckets
}

// secretVariables are the variables of functions.All that carry a secret, with what it is for.
var secretVariables = []struct{ env, does string }{
	{functions.EnvIndexKey, "Root of the keys that accounts are found by. Losing it loses every account."},
	{functions.EnvChallengeKey, "MAC key of challenges."},
}

func newDataStack(scope constructs.Construct, config Config) *dataStack {
	stack := awscdk.NewStack(scope, jsii.String("data"),
		stackProps(config, "data", "Court Office: tables, documents, keys and queues"))
	d := &dataStack{
		Stack:   stack,
		Tables:  map[string]awsdynamodb.TableV2{},
		Buckets: map[string]awss3.Bucket{},
		Queues:  map[string]awssqs.Queue{},
		Secrets: map[string]awssecretsmanager.Secret{},
	}
	d.DataKey = d.key(config, "DataKey", "Court Office tables and documents")
	d.ApartKey = d.key(config, "ApartKey", "Court Office evidence and backups")
	d.SecretsKey = d.key(config, "SecretsKey", "Court Office secrets and function environments")
	d.signingKeys(config)
	d.operators(config)
	for _, t := range schema.Tables {
		d.Tables[t.Name] = d.table(config, t)
	}
	d.AccessLog = d.accessLog(config)
	for _, b := range schema.Buckets {
		d.Buckets[b.Name] = d.bucket(config, b)
	}
	for _, q := range schema.Queues {
		if _, _, read := functions.Reader(q); !read { // dead letters first: the others name them
			d.Queues[q.Name] = d.queue(config, q)
		}
	}
	for _, q := range schema.Queues {
		if _, _, read := functions.Reader(q); read {
			d.Queues[q.Name] = d.queue(config, q)
		}
	}
	d.tellUploads()
	for _, s := range secretVariables {
		d.Secrets[s.env] = d.secret(config, s.env, s.does)
	}
	if config.Edge.On() {
		d.originKeys(config)
	}
	if config.Production() {
		d.replicate(config)
		d.backUp(config)
		d.watchKeys(config)
		d.reports()
	}
	return d
}

// keep is what becomes of a resource when its stack is deleted.
func keep(config Config) awscdk.RemovalPolicy {
	if config.Production() {
		return awscdk.RemovalPolicy_RETAIN
	}
	return awscdk.RemovalPolicy_DESTROY
}

func (d *dataStack) key(config Config, id, does string) awskms.Key {
	return newKey(d.Stack, config, id, does)
}

// keyOf is the key of what is in a bucket.
func (d *dataStack) keyOf(b schema.Bucket) awskms.Key {
	if b.Apart {
		return d.ApartKey
	}
	return d.DataKey
}

func (d *dataStack) table(config Config, t schema.Table) awsdynamodb.TableV2 {
	text := func(name string) *awsdynamodb.Attribute {
		return &awsdynamodb.Attribute{Name: &name, Type: awsdynamodb.AttributeType_STRING}
	}
	props := &awsdynamodb.TablePropsV2{
		PartitionKey: text(schema.PK),
		SortKey:      text(schema.SK),
		GlobalSecondaryIndexes: &[]*awsdynamodb.GlobalSecondaryIndexPropsV2{{
			IndexName:      jsii.String(schema.Index),
			PartitionKey:   text(schema.GSI1PK),
			SortKey:        text(schema.GSI1SK),
			ProjectionType: awsdynamodb.ProjectionType_ALL,
			WarmThroughput: warm(config, t.WarmIndex),
		}},
		WarmThroughput:      warm(config, t.Warm),
		TimeToLiveAttribute: jsii.String(schema.TTL),
		Billing:             awsdynamodb.Billing_OnDemand(nil),
		Encryption:          awsdynamodb.TableEncryptionV2_CustomerManagedKey(d.DataKey, nil),
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
		},
		DeletionProtection: jsii.Bool(config.Production()),
		RemovalPolicy:      keep(config),
	}
	if t.Stream {
		props.DynamoStream = awsdynamodb.StreamViewType_NEW_AND_OLD_IMAGES
	}
	table := awsdynamodb.NewTableV2(d.Stack, jsii.String(outputName(t.Env)), props)
	d.output(t.Env, table.TableName())
	return table
}

// warm is what a table or index of production takes from its first second on.
func warm(config Config, t schema.Throughput) *awsdynamodb.WarmThroughput {
	if !config.Production() || t == (schema.Throughput{}) {
		return nil
	}
	return &awsdynamodb.WarmThroughput{
		ReadUnitsPerSecond:  jsii.Number(max(t.Reads, schema.NewReads)),
		WriteUnitsPerSecond: jsii.Number(max(t.Writes, schema.NewWrites)),
	}
}

// accessLog is the bucket S3 writes its own access log to. S3 can't write there with a
// customer key, so it is encrypted with S3's.
func (d *dataStack) accessLog(config Config) awss3.Bucket {
	return awss3.NewBucket(d.Stack, jsii.String("AccessLog"), accessLogProps(config))
}

func accessLogProps(config Config) *awss3.BucketProps {
	return &awss3.BucketProps{
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		Encryption:        awss3.BucketEncryption_S3_MANAGED,
		EnforceSSL:        jsii.Bool(true),
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id: jsii.String("forget"), Expiration: awscdk.Duration_Days(jsii.Number(400)),
		}},
		RemovalPolicy: keep(config),
	}
}

// bucket keeps every version. Under Object Lock no version can be deleted before its time; where
// that is not on, versions that were replaced are forgotten.
func (d *dataStack) bucket(config Config, b schema.Bucket) awss3.Bucket {
	props := &awss3.BucketProps{
		Versioned:              jsii.Bool(true),
		BlockPublicAccess:      awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:        awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		EnforceSSL:             jsii.Bool(true),
		MinimumTLSVersion:      jsii.Number(1.2),
		Encryption:             awss3.BucketEncryption_KMS,
		EncryptionKey:          d.keyOf(b),
		BucketKeyEnabled:       jsii.Bool(true),
		ServerAccessLogsBucket: d.AccessLog,
		ServerAccessLogsPrefix: jsii.String(b.Name + "/"),
		RemovalPolicy:          keep(config),
	}
	if b.Edge {
		props.Encryption, props.EncryptionKey, props.BucketKeyEnabled = awss3.BucketEncryption_S3_MANAGED, nil, nil
	}
	if b.Edge && config.Edge.On() {
		props.BucketName = jsii.String(config.Edge.bucket(config, b, config.Region))
	}
	rule := &awss3.LifecycleRule{
		Id:                                  jsii.String("abandoned-uploads"),
		AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(7)),
	}
	rules := []*awss3.LifecycleRule{rule}
	if b.Lock {
		props.ObjectLockEnabled = jsii.Bool(true)
	} else {
		rule.NoncurrentVersionExpiration = awscdk.Duration_Days(jsii.Number(90))
	}
	if b.Retain > 0 {
		props.ObjectLockDefaultRetention = retention(config, b)
	}
	if b.Uploads {
		rules = append(rules, unsealed()...)
		props.Cors = &[]*awss3.CorsRule{{
			AllowedMethods: &[]awss3.HttpMethods{awss3.HttpMethods_PUT, awss3.HttpMethods_GET}, // GET: pages compare what is signed with its hash
			AllowedOrigins: jsii.Strings(config.PortalURL),
			AllowedHeaders: jsii.Strings(schema.UploadHeaders...),
			ExposedHeaders: jsii.Strings("etag", "x-amz-version-id", "x-amz-checksum-sha256"),
			MaxAge:         jsii.Number(3600),
		}}
	}
	props.LifecycleRules = &rules
	bucket := awss3.NewBucket(d.Stack, jsii.String(outputName(b.Env)), props)
	if b.Edge && config.Edge.On() {
		showToEdge(config, bucket)
	}
	d.output(b.Env, bucket.BucketName())
	return bucket
}

// retention is the rule of a bucket by which everything in it is locked as it is written. In production
// nobody can lift it, the owner of the account included.
func retention(config Config, b schema.Bucket) awss3.ObjectLockRetention {
	days := awscdk.Duration_Days(jsii.Number(b.Retain.Hours() / 24))
	if config.Production() {
		return awss3.ObjectLockRetention_Compliance(days)
	}
	return awss3.ObjectLockRetention_Governance(days)
}

// unsealed are the rules by which uploads go that no seal came to depend on. The first hides such an
// object behind a delete marker and, a month later, ends it; the second takes away markers that hide
// nothing any more (S3 takes no tag in that rule). A locked version outlives both.
func unsealed() []*awss3.LifecycleRule {
	return []*awss3.LifecycleRule{{
		Id:                          jsii.String("unsealed-uploads"),
		TagFilters:                  &map[string]any{schema.Unsealed: schema.UnsealedValue},
		Expiration:                  awscdk.Duration_Days(jsii.Number(schema.UnsealedDays)),
		NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(30)),
	}, {
		Id:                        jsii.String("markers-of-nothing"),
		ExpiredObjectDeleteMarker: jsii.Bool(true),
	}}
}

// queue keeps messages for 14 days, the most SQS allows: time for people to look at what the
// machine gave up, and for a mail service to come back. Events carry ids, and at most the address
// and the code of one notice; SQS's own key encrypts them. One that a function reads hides a message
// for as long as the function may need, and gives it up to its row's dead letters.
func (d *dataStack) queue(config Config, q schema.Queue) awssqs.Queue {
	name := outputName(q.Name)
	props := &awssqs.QueueProps{
		Encryption:      awssqs.QueueEncryption_SQS_MANAGED,
		EnforceSSL:      jsii.Bool(true),
		RetentionPeriod: awscdk.Duration_Days(jsii.Number(14)),
		RemovalPolicy:   keep(config),
	}
	if f, trigger, read := functions.Reader(q); read {
		props.VisibilityTimeout = awscdk.Duration_Seconds(jsii.Number(f.Visibility().Seconds()))
		props.DeadLetterQueue = &awssqs.DeadLetterQueue{
			Queue: d.Queues[trigger.DeadLetters.Name], MaxReceiveCount: jsii.Number(trigger.Receives),
		}
	}
	queue := awssqs.NewQueue(d.Stack, &name, props)
	d.output(q.Name, queue.QueueName())
	return queue
}

// tellUploads makes the documents bucket tell the queue Uploads of each upload. It is the bucket's
// own property: CDK's way of setting it would deploy a function of CDK's. The queue can't name the
// bucket, which needs the queue to take its test event when it is made, so it names the account.
func (d *dataStack) tellUploads() {
	queue, bucket := d.Queues[schema.Uploads.Name], d.Buckets[schema.Documents.Name]
	queue.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("s3.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sqs:SendMessage"),
		Resources:  &[]*string{queue.QueueArn()},
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": d.Account()}},
	}))
	var tell []any
	for _, event := range schema.UploadEvents {
		tell = append(tell, &awss3.CfnBucket_QueueConfigurationProperty{
			Event: &event, Queue: queue.QueueArn(),
			Filter: &awss3.CfnBucket_NotificationFilterProperty{S3Key: &awss3.CfnBucket_S3KeyFilterProperty{
				Rules: []any{&awss3.CfnBucket_FilterRuleProperty{Name: jsii.String("prefix"), Value: jsii.String(schema.UploadsPrefix)}},
			}},
		})
	}
	cfn := bucket.Node().DefaultChild().(awss3.CfnBucket)
	cfn.SetNotificationConfiguration(&awss3.CfnBucket_NotificationConfigurationProperty{QueueConfigurations: &tell})
	cfn.Node().AddDependency(queue.Node().FindChild(jsii.String("Policy")))
}

// secret is 32 random bytes, written as 64 lower-case hexadecimal digits. It is made once, in
// the account; nobody needs to see it. The functions get it by a dynamic reference in their
// environment, which CloudFormation resolves when it deploys them: no call at a cold start.
func (d *dataStack) secret(config Config, env, does string) awssecretsmanager.Secret {
	return awssecretsmanager.NewSecret(d.Stack, jsii.String(outputName(env)), &awssecretsmanager.SecretProps{
		Description:   &does,
		EncryptionKey: d.SecretsKey,
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{
			PasswordLength:          jsii.Number(64),
			ExcludeCharacters:       jsii.String(allBut("0123456789abcdef")),
			RequireEachIncludedType: jsii.Bool(false),
		},
		RemovalPolicy: keep(config),
	})
}

// allBut lists the printable ASCII characters that are not in keep.
func allBut(keep string) string {
	var out strings.Builder
	for c := '!'; c <= '~'; c++ {
		if !strings.ContainsRune(keep, c) {
			out.WriteRune(c)
		}
	}
	return out.String()
}

// output makes value readable after a deployment under outputName(name).
func (d *dataStack) output(name string, value *string) {
	awscdk.NewCfnOutput(d.Stack, jsii.String(outputName(name)+"Name"), &awscdk.CfnOutputProps{
		Key: jsii.String(outputName(name)), Value: value,
	})
}

// outputName turns ACCOUNTS_TABLE or notify-dead-letters into the form CloudFormation allows:
// AccountsTable, NotifyDeadLetters.
func outputName(name string) string {
	var out strings.Builder
	for _, word := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' || r == '-' }) {
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}
