package main

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudtrail"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/functions"
)

// ending are the calls by which a key, and all that it encrypts, could be lost.
var ending = []string{"ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"}

// newKey makes a key that is rotated each year. In production nobody may end it, the account's root
// included: who wants to must first change the key's policy, which watchKeys tells of too.
func newKey(stack awscdk.Stack, config Config, id, does string) awskms.Key {
	return newKeyOf(stack, config, id, &awskms.KeyProps{Description: &does, EnableKeyRotation: jsii.Bool(true)})
}

func newKeyOf(stack awscdk.Stack, config Config, id string, props *awskms.KeyProps) awskms.Key {
	props.RemovalPolicy = keep(config)
	key := awskms.NewKey(stack, &id, props)
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

// signingKeys makes the roots that certify keys, one for each number that context signingRoot ever had,
// and the key under which those keys are kept. A root cannot be rotated by itself: the next is made by
// raising the number, and those before stay as proof, and sign nothing. The policies of both say who alone
// may use them, so that no other policy in the account can give it to anyone else.
func (d *dataStack) signingKeys(config Config) {
	for n := range config.signingRoot() {
		id := "SigningRoot" + strconv.Itoa(n+1)
		d.Root = newKeyOf(d.Stack, config, id, &awskms.KeyProps{
			Description: jsii.String("Court Office root " + strconv.Itoa(n+1) + " of the keys that sign receipts"),
			KeySpec:     awskms.KeySpec_ECC_NIST_P256, KeyUsage: awskms.KeyUsage_SIGN_VERIFY,
		})
		d.only(config, d.Root, "OnlyIssueKeysSigns", "kms:Sign", func(f functions.Function) bool { return f.Issues })
	}
	d.Signing = d.key(config, "SigningKeys", "Court Office keys that sign receipts")
	d.only(config, d.Signing, "OnlyWhoSignsOpens", "kms:Decrypt", func(f functions.Function) bool { return f.Signs != "" })
	d.output(functions.EnvSigningRoot, d.Root.KeyArn())
	d.output(functions.EnvSigningKeys, d.Signing.KeyArn())
}

// only denies a call of a key to everyone but some functions.
func (d *dataStack) only(config Config, key awskms.Key, sid, action string, who func(functions.Function) bool) {
	var roles []*string
	for _, f := range functions.All {
		if who(f) {
			roles = append(roles, d.FormatArn(&awscdk.ArnComponents{
				Service: jsii.String("iam"), Region: jsii.String(""), Resource: jsii.String("role"), ResourceName: roleName(config, f),
			}))
		}
	}
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: &sid, Effect: awsiam.Effect_DENY, Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
		Actions: jsii.Strings(action), Resources: jsii.Strings("*"), // in a key's policy: the key
		Conditions: &map[string]any{"ArnNotEquals": map[string]any{"aws:PrincipalArn": roles}},
	}), nil)
}

// roleName is the name of a function's role where a key's policy has to know it, or nil for one of CDK's.
func roleName(config Config, f functions.Function) *string {
	if f.Signs == "" && !f.Issues {
		return nil
	}
	return jsii.String("courtoffice-" + config.Stage + "-" + f.Name)
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
	d.tells(awscloudwatch.NewAlarm(d.Stack, jsii.String("AlarmKeysThreatened"), &awscloudwatch.AlarmProps{
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
	}))
}
