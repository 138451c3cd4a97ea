package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsses"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssmsvoice"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// trustDir is the folder of trust anchors in a package. It is relative: Lambda starts bootstrap
// in the folder it unpacked the package to, /var/task there and another on an emulator.
const trustDir = "trust"

// listsEvery is how many seconds pass between two looks at the revocation lists: with the five minutes of
// the function that fetches them, the most a revocation takes to be known.
const listsEvery = "60"

// officeStack holds the functions and the ways to them. It has no state: deleting it loses logs.
type officeStack struct {
	awscdk.Stack
	data      *dataStack
	routes    []awsapigatewayv2.HttpRoute
	Identity  awsses.EmailIdentity
	MailSet   awsses.ConfigurationSet         // of production, else nil
	TextSet   awssmsvoice.CfnConfigurationSet // reports of text messages; nil in a trial
	API       awsapigatewayv2.HttpApi
	Functions map[string]awslambda.Function // by functions.Function.Name
	Logs      map[string]awslogs.LogGroup   // by functions.Function.Name
	Roles     map[string]awsiam.Role        // by functions.Function.Name
}

func newOfficeStack(scope constructs.Construct, config Config, data *dataStack) *officeStack {
	stack := awscdk.NewStack(scope, jsii.String("office"),
		stackProps(config, "office", "Court Office: functions, HTTP API and triggers"))
	o := &officeStack{Stack: stack, data: data, Functions: map[string]awslambda.Function{}, Roles: map[string]awsiam.Role{}}
	o.mail(config)
	o.API = awsapigatewayv2.NewHttpApi(stack, jsii.String("Api"), &awsapigatewayv2.HttpApiProps{
		ApiName:                   jsii.String("courtoffice-" + config.Stage),
		CreateDefaultStage:        jsii.Bool(false),
		DisableExecuteApiEndpoint: jsii.Bool(config.Edge.On()),
	})
	o.Logs = map[string]awslogs.LogGroup{}
	for _, f := range functions.All {
		o.Logs[f.Name] = o.logGroup(config, outputName(f.Name)+"Log")
	}
	for _, f := range functions.All {
		o.add(config, f)
	}
	o.stage(config)
	o.watch(config)
	awscdk.NewCfnOutput(stack, jsii.String("ApiId"), &awscdk.CfnOutputProps{Value: o.API.HttpApiId()})
	if !config.Edge.On() {
		awscdk.NewCfnOutput(stack, jsii.String("ApiUrl"), &awscdk.CfnOutputProps{Value: o.API.ApiEndpoint()})
	}
	return o
}

// stage makes the API's only stage, behind its routes: a throttle names one that is there. The access
// log has no address, path or query: what a person asked for is in the function's own log under the
// same request id.
func (o *officeStack) stage(config Config) {
	accessLog := o.logGroup(config, "ApiLog")
	o.countThrottled(accessLog)
	throttles := map[string]any{}
	for pattern, t := range functions.Throttles {
		for _, route := range gatewayRoutes(pattern) {
			throttles[route.method+" "+route.path] = map[string]any{"ThrottlingRateLimit": t.Rate, "ThrottlingBurstLimit": t.Burst}
		}
	}
	stage := awsapigatewayv2.NewCfnStage(o.Stack, jsii.String("ApiStage"), &awsapigatewayv2.CfnStageProps{
		ApiId:      o.API.HttpApiId(),
		StageName:  jsii.String("$default"),
		AutoDeploy: jsii.Bool(true),
		DefaultRouteSettings: &awsapigatewayv2.CfnStage_RouteSettingsProperty{
			ThrottlingRateLimit:    jsii.Number(functions.DefaultThrottle.Rate),
			ThrottlingBurstLimit:   jsii.Number(functions.DefaultThrottle.Burst),
			DetailedMetricsEnabled: jsii.Bool(true), // by route
		},
		RouteSettings: throttles,
		AccessLogSettings: &awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
			DestinationArn: accessLog.LogGroupArn(),
			Format:         jsii.String(accessLogFormat),
		},
	})
	for _, r := range o.routes {
		stage.Node().AddDependency(r)
	}
	if config.Edge.On() {
		o.domain(config, stage)
	}
}

// accessLogFormat is one JSON object a request.
const accessLogFormat = `{"requestId":"$context.requestId","at":"$context.requestTimeEpoch",` +
	`"route":"$context.routeKey","status":"$context.status","ms":"$context.responseLatency",` +
	`"functionMs":"$context.integrationLatency","bytes":"$context.responseLength",` +
	`"error":"$context.error.message","functionError":"$context.integrationErrorMessage"}`

func (o *officeStack) logGroup(config Config, id string) awslogs.LogGroup {
	return newLogGroup(o.Stack, config, id)
}

func newLogGroup(stack awscdk.Stack, config Config, id string) awslogs.LogGroup {
	days := awslogs.RetentionDays_ONE_WEEK
	if config.Production() {
		days = awslogs.RetentionDays_ONE_YEAR
	}
	return awslogs.NewLogGroup(stack, &id, &awslogs.LogGroupProps{Retention: days, RemovalPolicy: keep(config)})
}

// add deploys one row: its role, function, routes and other triggers.
func (o *officeStack) add(config Config, f functions.Function) {
	id := outputName(f.Name)
	role := o.newRole(config, f)
	arch := awslambda.Architecture_ARM_64()
	if config.Arch == "amd64" {
		arch = awslambda.Architecture_X86_64()
	}
	props := &awslambda.FunctionProps{
		Description:           &f.Does,
		Runtime:               awslambda.Runtime_PROVIDED_AL2023(),
		Architecture:          arch,
		Handler:               jsii.String("bootstrap"),
		Code:                  awslambda.Code_FromAsset(jsii.String(filepath.Join(config.Zips, f.Name+".zip")), nil),
		MemorySize:            jsii.Number(f.Memory),
		Timeout:               awscdk.Duration_Seconds(jsii.Number(f.Timeout.Seconds())),
		Environment:           o.environment(config, f),
		EnvironmentEncryption: o.data.SecretsKey,
		LogGroup:              o.Logs[f.Name],
		LoggingFormat:         awslambda.LoggingFormat_JSON,
		Role:                  role,
		Tracing:               awslambda.Tracing_ACTIVE, // a HTTP API has no tracing of its own: it hands the header on
	}
	if f.Reserved > 0 {
		props.ReservedConcurrentExecutions = jsii.Number(f.Reserved)
	}
	fn := awslambda.NewFunction(o.Stack, &id, props)
	o.Functions[f.Name], o.Roles[f.Name] = fn, role

	var asked awslambda.IFunction = fn
	if f.Canary && config.Production() { // an emulator knows no gradual deployment
		alias := o.canary(id, fn)
		for _, r := range functions.Ready {
			if r.Function == f.Name {
				o.ready(id, alias, r, config.Today)
			}
		}
		asked = alias
	}
	integration := awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String(id+"Integration"), asked,
		&awsapigatewayv2integrations.HttpLambdaIntegrationProps{ScopePermissionToRoute: jsii.Bool(false)})
	for _, pattern := range f.Routes {
		for _, route := range gatewayRoutes(pattern) {
			o.routes = append(o.routes, *o.API.AddRoutes(&awsapigatewayv2.AddRoutesOptions{
				Path:        &route.path,
				Methods:     &[]awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod(route.method)},
				Integration: integration,
			})...)
		}
	}
	for _, s := range f.Streams {
		o.stream(fn, s)
	}
	for _, q := range f.Queues {
		o.queue(fn, q)
	}
	for _, s := range f.Schedules {
		schedule(o.Stack, fn, f.Name, s)
	}
}

// environment returns exactly the variables f.Variables names.
func (o *officeStack) environment(config Config, f functions.Function) *map[string]*string {
	values := map[string]*string{
		functions.EnvStage:       &config.Stage,
		functions.EnvTrustDir:    jsii.String(trustDir),
		functions.EnvMailFrom:    &config.MailFrom,
		functions.EnvSupportMail: &config.SupportMail,
		functions.EnvMailRate:    &config.MailRate,
		functions.EnvNoticeRate:  &config.NoticeRate,
		functions.EnvSMSSender:   &config.SMSSender,
		functions.EnvSMSSet:      jsii.String(textSet(config)),
		functions.EnvReceivers:   jsii.String(""), // no deployment is a machine of trials
		functions.EnvPortalURL:   &config.PortalURL,
		functions.EnvNCALayerURL: &config.NCALayerURL,
		functions.EnvListsEvery:  jsii.String(listsEvery),
		functions.EnvCRLURLs:     &config.CRLURLs,
		functions.EnvOCSPURL:     &config.OCSPURL,
		functions.EnvTSPURL:      &config.TSPURL,
		functions.EnvPublisher:   &config.Publisher,
		functions.EnvOriginKeys:  o.originKeys(),
		functions.EnvEGovMobile:  &config.EGovMobile,
		functions.EnvSigningRoot: o.data.Root.KeyArn(),
		functions.EnvSigningKeys: o.data.Signing.KeyArn(),
		functions.EnvEarlierKeys: &config.EarlierKeys,
		functions.EnvLogGroups:   o.logGroups(),
	}
	for _, g := range f.Tables {
		values[g.Table.Env] = o.data.Tables[g.Table.Name].TableName()
	}
	for _, g := range f.Buckets {
		values[g.Bucket.Env] = o.data.Buckets[g.Bucket.Name].BucketName()
	}
	for _, q := range schema.Queues {
		values[q.Env] = o.data.Queues[q.Name].QueueUrl()
	}
	for env, secret := range o.data.Secrets {
		values[env] = secret.SecretValue().UnsafeUnwrap() // "{{resolve:secretsmanager:…}}", not the value
	}
	out := map[string]*string{}
	for _, name := range f.Variables() {
		value, ok := values[name]
		if !ok {
			panic(fmt.Sprintf("%s: nothing sets %s", f.Name, name))
		}
		out[name] = value
	}
	return &out
}

// logGroups are the names of the log groups of the functions that take requests.
func (o *officeStack) logGroups() *string {
	var all []string
	for _, name := range functions.Asked() {
		all = append(all, *o.Logs[name].LogGroupName())
	}
	return jsii.String(strings.Join(all, " "))
}

// stream feeds fn the records of s. A record that fails after all retries, or is too old,
// leaves its position in the dead-letter queue instead of blocking its shard.
func (o *officeStack) stream(fn awslambda.Function, s functions.Stream) {
	events := make([]any, len(s.EventNames))
	for i, name := range s.EventNames {
		events[i] = name
	}
	fn.AddEventSourceMapping(jsii.String("Stream"+outputName(s.Table.Name)), &awslambda.EventSourceMappingOptions{
		EventSourceArn:   o.data.Tables[s.Table.Name].TableStreamArn(),
		StartingPosition: awslambda.StartingPosition_TRIM_HORIZON,
		Filters: &[]*map[string]any{awslambda.FilterCriteria_Filter(&map[string]any{
			"eventName": events,
			"dynamodb": map[string]any{"NewImage": map[string]any{"SK": map[string]any{
				"S": awslambda.FilterRule_BeginsWith(&s.SKPrefix),
			}}},
		})},
		BatchSize:               jsii.Number(s.BatchSize),
		RetryAttempts:           jsii.Number(s.Retries),
		BisectBatchOnError:      &s.Bisect,
		MaxRecordAge:            awscdk.Duration_Seconds(jsii.Number(s.MaxAge.Seconds())),
		ReportBatchItemFailures: jsii.Bool(true),
		OnFailure:               awslambdaeventsources.NewSqsDlq(o.data.Queues[s.DeadLetters.Name]),
	})
}

// queue feeds fn the messages of q. Those it reports as failed come again when they are visible.
func (o *officeStack) queue(fn awslambda.Function, q functions.Queue) {
	fn.AddEventSourceMapping(jsii.String("Queue"+outputName(q.Queue.Name)), &awslambda.EventSourceMappingOptions{
		EventSourceArn:          o.data.Queues[q.Queue.Name].QueueArn(),
		BatchSize:               jsii.Number(q.BatchSize),
		MaxBatchingWindow:       awscdk.Duration_Seconds(jsii.Number(q.Window.Seconds())),
		MaxConcurrency:          jsii.Number(q.Concurrency),
		ReportBatchItemFailures: jsii.Bool(true),
	})
}

// route is an API Gateway v2 route key in its two parts.
type route struct{ method, path string }

// gatewayRoutes converts a net/http pattern. Both write a path parameter as {id}; the greedy
// {path...} is {proxy+} there, and doesn't match the empty rest, which is a route of its own.
func gatewayRoutes(pattern string) []route {
	method, path, _ := strings.Cut(pattern, " ")
	i := strings.LastIndex(path, "/")
	if !strings.HasSuffix(path, "...}") {
		return []route{{method, path}}
	}
	root := path[:i]
	if root == "" {
		root = "/"
	}
	return []route{{method, path[:i] + "/{proxy+}"}, {method, root}}
}
