package main

import (
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// probeStack is functions.Outside with what it needs, in a region of its own. It refers to nothing of the
// office's, and only the edge knows of it, by its bucket's name: it goes on, and calls, when the office's
// region does not.
type probeStack struct {
	awscdk.Stack
	Bucket awss3.Bucket // the outage record
	Secret awssecretsmanager.Secret
	Role   awsiam.Role

	Function awslambda.Function
}

func newProbeStack(scope constructs.Construct, config Config) *probeStack {
	props := stackProps(config, "probe", "Court Office: the probe from outside, and the outage record")
	props.Env = &awscdk.Environment{Account: &config.Account, Region: &config.ProbeRegion}
	p := &probeStack{Stack: awscdk.NewStack(scope, jsii.String("probe"), props)}
	key := newKey(p.Stack, config, "ProbeKey", "Court Office probe")
	p.Bucket = awss3.NewBucket(p.Stack, jsii.String(outputName(schema.Outages.Env)), &awss3.BucketProps{
		BucketName:                 jsii.String(config.Edge.bucket(config, schema.Outages, config.ProbeRegion)),
		Versioned:                  jsii.Bool(true),
		ObjectLockEnabled:          jsii.Bool(true),
		ObjectLockDefaultRetention: retention(config, schema.Outages),
		BlockPublicAccess:          awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:            awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		EnforceSSL:                 jsii.Bool(true),
		MinimumTLSVersion:          jsii.Number(1.2),
		Encryption:                 awss3.BucketEncryption_S3_MANAGED,
		ServerAccessLogsBucket:     awss3.NewBucket(p.Stack, jsii.String("AccessLog"), accessLogProps(config)),
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id:                          jsii.String("replaced"), // a version that is locked is not deleted before its time
			NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(schema.Outages.Retain.Hours()/24 + 1)),
		}},
		RemovalPolicy: keep(config),
	})
	if config.Edge.On() {
		showToEdge(config, p.Bucket)
	}
	p.Secret = awssecretsmanager.NewSecret(p.Stack, jsii.String("ProbeSecret"), &awssecretsmanager.SecretProps{
		SecretName:    jsii.String("courtoffice-" + config.Stage + "-probe"),
		Description:   jsii.String(`Key that the probe signs in with, {"pkcs12": base64, "password": …}: infra/RUNBOOK.md, "The probe is blind".`),
		EncryptionKey: key,
		RemovalPolicy: keep(config),
	})
	topic := newOperators(p.Stack, config, key)
	for _, f := range functions.Outside {
		fn := p.add(config, f)
		for _, a := range functions.ProbeAlarms() {
			if a.On.Function != f.Name {
				continue
			}
			tells(topic, newAlarm(p.Stack, a, awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
				Namespace: &a.On.Namespace, MetricName: &a.On.Name, Statistic: &a.Statistic,
				DimensionsMap: &map[string]*string{"FunctionName": fn.FunctionName()},
				Period:        awscdk.Duration_Seconds(jsii.Number(a.Period.Seconds())),
			})))
		}
	}
	return p
}

// add deploys one row with exactly what it grants. Nothing of it is tried again: a probe that comes late
// would tell of another minute.
func (p *probeStack) add(config Config, f functions.Function) awslambda.Function {
	id := outputName(f.Name)
	log := newLogGroup(p.Stack, config, id+"Log")
	p.Role = awsiam.NewRole(p.Stack, jsii.String(id+"Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil), Description: jsii.String("Court Office: " + f.Name),
	})
	allow := func(resource *string, actions ...string) {
		if len(actions) > 0 {
			p.Role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: jsii.Strings(actions...), Resources: &[]*string{resource}}))
		}
	}
	allow(log.LogGroupArn(), "logs:CreateLogStream", "logs:PutLogEvents")
	for _, g := range f.Buckets {
		for _, access := range g.Access {
			objects, bucket := g.Actions(access)
			allow(p.Bucket.ArnForObjects(jsii.String("*")), objects...)
			allow(p.Bucket.BucketArn(), bucket...)
		}
	}
	p.Secret.GrantRead(p.Role, nil)
	arch := awslambda.Architecture_ARM_64()
	if config.Arch == "amd64" {
		arch = awslambda.Architecture_X86_64()
	}
	fn := awslambda.NewFunction(p.Stack, &id, &awslambda.FunctionProps{
		Description: &f.Does, Runtime: awslambda.Runtime_PROVIDED_AL2023(), Architecture: arch, Handler: jsii.String("bootstrap"),
		Code:       awslambda.Code_FromAsset(jsii.String(filepath.Join(config.Zips, f.Name+".zip")), nil),
		MemorySize: jsii.Number(f.Memory), Timeout: awscdk.Duration_Seconds(jsii.Number(f.Timeout.Seconds())),
		ReservedConcurrentExecutions: jsii.Number(f.Reserved),
		RetryAttempts:                jsii.Number(0), MaxEventAge: awscdk.Duration_Seconds(jsii.Number(60)),
		Environment: &map[string]*string{
			schema.Outages.Env: p.Bucket.BucketName(), functions.EnvPortalURL: &config.PortalURL, functions.EnvProbeKey: p.Secret.SecretArn(),
		},
		LogGroup: log, LoggingFormat: awslambda.LoggingFormat_JSON, Role: p.Role,
	})
	p.Function = fn
	for _, s := range f.Schedules {
		schedule(p.Stack, fn, f.Name, s)
	}
	return fn
}
