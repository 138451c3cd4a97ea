package main

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// templates are the synthesised stacks of one stage; archive, edge and probe are empty where there is none.
type templates struct{ data, office, archive, edge, probe template }

// template is a CloudFormation template as far as the tests look into it.
type template struct {
	Resources map[string]resource
	Outputs   map[string]any
}

type resource struct {
	Type           string
	Properties     map[string]any
	DeletionPolicy string
	DependsOn      []string
}

// synthesised holds the templates by stage, and findings what nag.go does not accept of cdk-nag's.
// TestMain makes both once, because a synthesis takes seconds.
var (
	synthesised = map[string]templates{}
	findings    []string
	nagged      = map[string]int{} // by pack and what it says
)

func TestMain(m *testing.M) {
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("REQUIRE_NODE") != "" {
			fmt.Fprintln(os.Stderr, "cdk: node is not installed")
			os.Exit(1)
		}
		fmt.Println("cdk: skipped, node is not installed")
		os.Exit(0)
	}
	zips, err := os.MkdirTemp("", "zips")
	if err == nil {
		err = packages(zips)
	}
	for _, stage := range []string{"test", "production"} {
		if err == nil {
			synthesised[stage], err = synthesise(stage, zips)
		}
	}
	code := 1
	if err == nil {
		code = m.Run()
	} else {
		fmt.Fprintln(os.Stderr, "cdk:", err)
	}
	jsii.Close()
	os.RemoveAll(zips)
	os.Exit(code)
}

// packages puts a package for every function into dir.
func packages(dir string) error {
	for _, f := range slices.Concat(functions.All, functions.Outside) {
		w, err := os.Create(filepath.Join(dir, f.Name+".zip"))
		if err != nil {
			return err
		}
		z := zip.NewWriter(w)
		if _, err := z.Create("bootstrap"); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
	return nil
}

func synthesise(stage, zips string) (templates, error) {
	out, err := os.MkdirTemp("", "cdk.out")
	if err != nil {
		return templates{}, err
	}
	defer os.RemoveAll(out)
	edge := map[string]string{}
	if stage == "production" {
		edge = map[string]string{
			"certificate": "arn:aws:acm:us-east-1:111111111111:certificate/c", "apiDomain": "api.court.test",
			"apiCertificate": "arn:aws:acm:eu-central-1:111111111111:certificate/a", "probe": "eu-west-1",
		}
	}
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir: &out,
		Context: &map[string]any{
			"certificate": edge["certificate"], "apiDomain": edge["apiDomain"], "apiCertificate": edge["apiCertificate"], "originKey": "7",
			"today": "2026-11-29", "stage": stage, "region": "eu-central-1", "arch": "arm64", "zips": zips,
			"mailFrom": "Court Office <office@court.test>", "smsSender": "COURT", "operators": "operators@court.test", "portalUrl": "https://court.test", "ncalayerUrl": "",
			"crlUrls": "http://crl.test/full.crl http://crl.test/delta.crl", "ocspUrl": "http://ocsp.test", "tspUrl": "http://tsp.test",
			"account": "111111111111", "archiveAccount": "222222222222", "archiveRegion": "eu-north-1", "probeRegion": edge["probe"],
			"@aws-cdk/core:defaultCrossStackReferences": "strong",
		},
	})
	s, err := build(app)
	if err != nil {
		return templates{}, err
	}
	app.Synth(nil)
	var t templates
	into := map[awscdk.Stack]*template{s.data.Stack: &t.data, s.office.Stack: &t.office}
	if s.archive != nil {
		into[s.archive] = &t.archive
	}
	if s.edge != nil {
		into[s.edge.Stack] = &t.edge
	}
	if s.probe != nil {
		into[s.probe.Stack] = &t.probe
	}
	for stack, tmpl := range into {
		for _, pack := range packs {
			if err := readFindings(filepath.Join(out, pack+"--"+*stack.StackName()+"-NagReport.csv")); err != nil {
				return templates{}, err
			}
		}
		text, err := os.ReadFile(filepath.Join(out, *stack.TemplateFile()))
		if err != nil {
			return templates{}, err
		}
		if err := json.Unmarshal(text, tmpl); err != nil {
			return templates{}, fmt.Errorf("read template %s: %w", *stack.TemplateFile(), err)
		}
	}
	return t, nil
}

// readFindings adds what a report of cdk-nag calls neither compliant nor suppressed.
func readFindings(report string) error {
	f, err := os.Open(report)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("read %s: %w", report, err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0][:3], []string{"Rule ID", "Resource ID", "Compliance"}) {
		return fmt.Errorf("%s is not a report: %v", report, rows)
	}
	pack, _, _ := strings.Cut(filepath.Base(report), "--")
	for _, row := range rows[1:] {
		nagged[pack+" "+row[2]]++
		switch row[2] {
		case "Compliant", "Suppressed", "N/A":
		default:
			findings = append(findings, strings.Join(row, ": "))
		}
	}
	return nil
}

// TestNag fails on every finding of cdk-nag's packs that nag.go doesn't accept.
func TestNag(t *testing.T) {
	for _, pack := range packs {
		t.Logf("%s: %d compliant, %d accepted with a reason, %d do not apply", pack, nagged[pack+" Compliant"], nagged[pack+" Suppressed"], nagged[pack+" N/A"])
		if nagged[pack+" Compliant"] == 0 {
			t.Errorf("%s looked at nothing", pack)
		}
	}
	for _, finding := range findings {
		t.Error(finding)
	}
}

// TestFunctions holds each function against its row.
func TestFunctions(t *testing.T) {
	tmpl := synthesised["test"].office
	deployed := tmpl.ofType("AWS::Lambda::Function")
	if len(deployed) != len(functions.All) {
		t.Errorf("%d functions deployed, want %d", len(deployed), len(functions.All))
	}
	for _, f := range functions.All {
		p := tmpl.named(t, "AWS::Lambda::Function", outputName(f.Name)).Properties
		got := map[string]any{}
		for _, name := range []string{"Runtime", "Handler", "MemorySize", "Timeout", "ReservedConcurrentExecutions", "Architectures"} {
			got[name] = p[name]
		}
		want := map[string]any{
			"Runtime": "provided.al2023", "Handler": "bootstrap", "MemorySize": float64(f.Memory),
			"Timeout": f.Timeout.Seconds(), "ReservedConcurrentExecutions": nil, "Architectures": []any{"arm64"},
		}
		if f.Reserved > 0 {
			want["ReservedConcurrentExecutions"] = float64(f.Reserved)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
		if p["KmsKeyArn"] == nil {
			t.Errorf("%s: its environment is not encrypted with the secrets key", f.Name)
		}

		variables := get(p, "Environment", "Variables").(map[string]any)
		if got, want := keys(variables), sorted(f.Variables()); !slices.Equal(got, want) {
			t.Errorf("%s: variables %v, want %v", f.Name, got, want)
		}
		for _, s := range secretVariables {
			if value, ok := variables[s.env]; ok && !strings.Contains(text(value), "{{resolve:secretsmanager:") {
				t.Errorf("%s: %s = %s, want a dynamic reference", f.Name, s.env, text(value))
			}
		}
	}
}

// TestRoutes compares the gateway's route keys with the table's patterns.
func TestRoutes(t *testing.T) {
	var got, want []string
	for _, r := range synthesised["test"].office.ofType("AWS::ApiGatewayV2::Route") {
		got = append(got, r.Properties["RouteKey"].(string))
	}
	greedy := 0
	for _, f := range functions.All {
		for _, route := range f.Routes {
			if before, ok := strings.CutSuffix(route, "/{path...}"); ok { // it takes the empty rest too, {proxy+} does not
				greedy++
				root := before
				if strings.HasSuffix(before, " ") { // of the whole office
					root += "/"
				}
				want = append(want, root, before+"/{proxy+}")
				continue
			}
			want = append(want, route)
		}
	}
	if greedy < 2 {
		t.Errorf("%d greedy routes in the table", greedy)
	}
	if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" {
		t.Errorf("route keys (-want +got):\n%s", diff)
	}
}

// TestStream holds the event source mapping of every stream row against the row.
func TestStream(t *testing.T) {
	tmpl := synthesised["test"].office
	var rows int
	type row struct {
		functions.Stream
		Name string
	}
	var all []row
	for _, f := range functions.All {
		for _, s := range f.Streams {
			all = append(all, row{s, f.Name})
		}
	}
	for _, f := range all {
		rows++
		s := f.Stream
		p := tmpl.named(t, "AWS::Lambda::EventSourceMapping", outputName(f.Name)+"Stream"+outputName(s.Table.Name)).Properties
		got := map[string]any{}
		for _, name := range []string{
			"StartingPosition", "BatchSize", "MaximumRetryAttempts", "BisectBatchOnFunctionError",
			"MaximumRecordAgeInSeconds", "FunctionResponseTypes",
		} {
			got[name] = p[name]
		}
		if diff := cmp.Diff(map[string]any{
			"StartingPosition": "TRIM_HORIZON", "BatchSize": float64(s.BatchSize),
			"MaximumRetryAttempts": float64(s.Retries), "BisectBatchOnFunctionError": s.Bisect,
			"MaximumRecordAgeInSeconds": s.MaxAge.Seconds(), "FunctionResponseTypes": []any{"ReportBatchItemFailures"},
		}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
		names, _ := json.Marshal(s.EventNames)
		filters := get(p, "FilterCriteria", "Filters").([]any)
		want := fmt.Sprintf(`{"eventName":%s,"dynamodb":{"NewImage":{"SK":{"S":[{"prefix":%q}]}}}}`, names, s.SKPrefix)
		if len(filters) != 1 || !sameJSON(get(filters[0], "Pattern").(string), want) {
			t.Errorf("%s: filters %s, want only %s", f.Name, text(filters), want)
		}
		if d := text(get(p, "DestinationConfig", "OnFailure", "Destination")); !strings.Contains(d, outputName(s.DeadLetters.Name)) {
			t.Errorf("%s: dead letters go to %s, want %s", f.Name, d, s.DeadLetters.Name)
		}
	}
	for _, f := range functions.All {
		rows += len(f.Queues) // see TestQueueTriggers
	}
	if got := len(tmpl.ofType("AWS::Lambda::EventSourceMapping")); got != rows {
		t.Errorf("%d event source mappings, want %d", got, rows)
	}
}

// TestQueueTriggers holds the event source mapping and the queue of every queue row against the row.
func TestQueueTriggers(t *testing.T) {
	office, data := synthesised["test"].office, synthesised["test"].data
	for _, f := range functions.All {
		for _, q := range f.Queues {
			p := office.named(t, "AWS::Lambda::EventSourceMapping", outputName(f.Name)+"Queue"+outputName(q.Queue.Name)).Properties
			if source := text(p["EventSourceArn"]); !strings.Contains(source, outputName(q.Queue.Name)) {
				t.Errorf("%s reads %s, want queue %s", f.Name, source, q.Queue.Name)
			}
			got := map[string]any{
				"BatchSize": p["BatchSize"], "Window": p["MaximumBatchingWindowInSeconds"],
				"Concurrency": get(p, "ScalingConfig", "MaximumConcurrency"), "Types": p["FunctionResponseTypes"],
			}
			queue := data.named(t, "AWS::SQS::Queue", outputName(q.Queue.Name)).Properties
			got["Visibility"], got["Receives"] = queue["VisibilityTimeout"], get(queue, "RedrivePolicy", "maxReceiveCount")
			if diff := cmp.Diff(map[string]any{
				"BatchSize": float64(q.BatchSize), "Window": q.Window.Seconds(), "Concurrency": float64(q.Concurrency),
				"Types": []any{"ReportBatchItemFailures"}, "Visibility": 6 * f.Timeout.Seconds(), "Receives": float64(q.Receives),
			}, got); diff != "" {
				t.Errorf("%s from %s (-want +got):\n%s", f.Name, q.Queue.Name, diff)
			}
			if letters := text(get(queue, "RedrivePolicy", "deadLetterTargetArn")); !strings.Contains(letters, outputName(q.DeadLetters.Name)) {
				t.Errorf("dead letters of %s go to %s, want %s", q.Queue.Name, letters, q.DeadLetters.Name)
			}
		}
	}
}

// TestUploadsAreTold: the documents bucket tells the queue of each upload of a filing, and S3, for
// this account, is the only service that may send to it.
func TestUploadsAreTold(t *testing.T) {
	for stage, s := range synthesised {
		bucket := s.data.named(t, "AWS::S3::Bucket", outputName(schema.Documents.Env))
		var told []string
		for _, c := range list(get(bucket.Properties, "NotificationConfiguration", "QueueConfigurations")) {
			told = append(told, get(c, "Event").(string))
			want := fmt.Sprintf(`{"S3Key":{"Rules":[{"Name":"prefix","Value":%q}]}}`, schema.UploadsPrefix)
			if !strings.Contains(text(get(c, "Queue")), outputName(schema.Uploads.Name)) || !sameJSON(text(get(c, "Filter")), want) {
				t.Errorf("%s: %s", stage, text(c))
			}
		}
		if diff := cmp.Diff(schema.UploadEvents, told); diff != "" {
			t.Errorf("%s: events (-want +got):\n%s", stage, diff)
		}
		policy := s.data.named(t, "AWS::SQS::QueuePolicy", outputName(schema.Uploads.Name)+"Policy")
		allowed := 0
		for _, statement := range list(get(policy.Properties, "PolicyDocument", "Statement")) {
			if get(statement, "Effect") != "Allow" {
				continue
			}
			allowed++
			if get(statement, "Principal", "Service") != "s3.amazonaws.com" || get(statement, "Action") != "sqs:SendMessage" ||
				!strings.Contains(text(get(statement, "Condition", "StringEquals", "aws:SourceAccount")), "AWS::AccountId") {
				t.Errorf("%s: %s", stage, text(statement))
			}
		}
		if allowed != 1 {
			t.Errorf("%s: %d may send", stage, allowed)
		}
	}
}

// TestPartitions: every item a function may touch is under keys of its partitions.
func TestPartitions(t *testing.T) {
	tmpl := synthesised["test"].office
	for _, f := range functions.All {
		p := tmpl.named(t, "AWS::IAM::Policy", outputName(f.Name)+"RoleDefaultPolicy").Properties
		for _, g := range f.Tables {
			var want []any
			for _, word := range f.Partitions(g) {
				if strings.HasSuffix(word, "#") {
					word += "*"
				}
				want = append(want, word)
			}
			bound := 0
			for _, s := range get(p, "PolicyDocument", "Statement").([]any) {
				actions := list(get(s, "Action"))
				if get(s, "Effect") != "Allow" || !strings.Contains(text(get(s, "Resource")), outputName(g.Table.Env)) ||
					!slices.ContainsFunc(actions, func(a any) bool { return strings.HasSuffix(a.(string), "Item") || a == "dynamodb:Query" }) {
					continue
				}
				bound++
				if diff := cmp.Diff(want, list(get(s, "Condition", "ForAllValues:StringLike", "dynamodb:LeadingKeys"))); diff != "" {
					t.Errorf("%s on %s (-want +got):\n%s", f.Name, g.Table.Name, diff)
				}
			}
			if bound != 1 {
				t.Errorf("%s on %s: %d statements", f.Name, g.Table.Name, bound)
			}
		}
	}
}

// TestObjects: a function may touch no more of a bucket than the keys of its grant.
func TestObjects(t *testing.T) {
	tmpl := synthesised["test"].office
	for _, f := range functions.All {
		p := tmpl.named(t, "AWS::IAM::Policy", outputName(f.Name)+"RoleDefaultPolicy").Properties
		for _, g := range f.Buckets {
			keys := f.Objects(g)
			if len(keys) == 0 {
				continue
			}
			for _, s := range list(get(p, "PolicyDocument", "Statement")) {
				if resource := text(get(s, "Resource")); strings.Contains(resource, outputName(g.Bucket.Env)) && strings.Contains(text(get(s, "Action")), "Object") {
					for _, key := range g.Bucket.Objects {
						if on := strings.Contains(resource, "/"+key+`"`); on != slices.Contains(keys, key) {
							t.Errorf("%s on %s of %s: %s", f.Name, key, g.Bucket.Name, resource)
						}
					}
				}
			}
		}
	}
}

// TestPermissions holds what every function may do against its row: no action of a table,
// bucket, mail or text message that the row doesn't grant, no wildcard action, no wildcard resource but a
// log stream's and a document's name.
func TestPermissions(t *testing.T) {
	tmpl := synthesised["test"].office
	want := len(functions.All)
	for _, f := range functions.All {
		want += len(f.Schedules) // see TestSchedules
	}
	if n := len(tmpl.ofType("AWS::IAM::Policy")); n != want {
		t.Errorf("%d policies, want one per function and schedule: %d", n, want)
	}
	for _, r := range tmpl.ofType("AWS::IAM::Role") {
		if r.Properties["ManagedPolicyArns"] != nil || r.Properties["Policies"] != nil {
			t.Errorf("role %s has more than its policy", text(r.Properties["Description"]))
		}
	}
	for _, f := range functions.All {
		want := map[string][]string{} // resource: actions, KMS and logs apart
		for _, g := range f.Tables {
			want[outputName(g.Table.Env)] = sorted(f.TableActions(g))
		}
		for _, g := range f.Buckets {
			var actions []string
			for _, access := range g.Access {
				objects, bucket := g.Actions(access)
				actions = append(append(actions, objects...), bucket...)
			}
			if len(actions) > 0 { // else the row needs only the bucket's name
				want[outputName(g.Bucket.Env)] = slices.Compact(sorted(actions))
			}
		}
		for _, s := range f.Streams {
			table := outputName(s.Table.Env)
			want[table] = sorted(append(slices.Clone(want[table]), streamActions...))
			want[outputName(s.DeadLetters.Name)] = []string{"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"}
		}
		for _, q := range f.Queues {
			want[outputName(q.Queue.Name)] = sorted(readActions)
		}
		for _, q := range f.Sends {
			want[outputName(q.Name)] = sorted(append(want[outputName(q.Name)], functions.SendActions...))
		}
		for _, name := range functions.Asked() {
			if f.Logs {
				want[outputName(name)+"Log"] = []string{"logs:StartQuery"}
			}
		}
		if f.Mail {
			want["identity/"] = []string{"ses:SendEmail"}
		}
		if f.SMS {
			want["sender-id/COURT/KZ"] = []string{"sms-voice:SendTextMessage"}
		}

		got := map[string][]string{}
		p := tmpl.named(t, "AWS::IAM::Policy", outputName(f.Name)+"RoleDefaultPolicy").Properties
		for _, s := range get(p, "PolicyDocument", "Statement").([]any) {
			if get(s, "Effect") == "Deny" {
				continue // see TestWhatIsOnlyAddedTo
			}
			actions := list(get(s, "Action"))
			for _, action := range actions {
				if strings.Contains(action.(string), "*") {
					t.Errorf("%s: wildcard action %s", f.Name, action)
				}
			}
			for _, r := range list(get(s, "Resource")) {
				checkResource(t, f, actions, text(r))
				for _, name := range functions.Asked() {
					if slices.Contains(actions, any("logs:StartQuery")) && strings.Contains(text(r), `"`+outputName(name)+"Log") {
						got[outputName(name)+"Log"] = []string{"logs:StartQuery"}
					}
				}
				for _, name := range append(names(), "identity/", "sender-id/COURT/KZ") {
					if strings.Contains(text(r), name) {
						for _, a := range actions {
							got[name] = append(got[name], a.(string))
						}
					}
				}
			}
		}
		for name := range got {
			got[name] = slices.Compact(sorted(got[name]))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
	}
}

// TestTraced: every function is traced by Lambda, and sends no more than the segments of that.
func TestTraced(t *testing.T) {
	for stage, s := range synthesised {
		for _, f := range functions.All {
			if mode := get(s.office.named(t, "AWS::Lambda::Function", outputName(f.Name)).Properties, "TracingConfig", "Mode"); mode != "Active" {
				t.Errorf("%s: tracing of %s is %v", stage, f.Name, mode)
			}
		}
	}
}

// TestWhatIsOnlyAddedTo: in the partitions of what was signed and of what happened nobody changes or
// deletes an item, and only who has to puts one.
func TestWhatIsOnlyAddedTo(t *testing.T) {
	tmpl := synthesised["production"].office
	for _, f := range functions.All {
		for _, g := range f.Tables {
			if len(g.Table.Appended()) == 0 || g.Access != functions.Write && g.Access != functions.Update && g.Access != functions.Add {
				continue
			}
			denied := map[string]bool{} // action and prefix
			p := tmpl.named(t, "AWS::IAM::Policy", outputName(f.Name)+"RoleDefaultPolicy").Properties
			for _, s := range get(p, "PolicyDocument", "Statement").([]any) {
				if get(s, "Effect") != "Deny" || !strings.Contains(text(get(s, "Resource")), outputName(g.Table.Env)) {
					continue
				}
				for _, action := range list(get(s, "Action")) {
					for _, key := range list(get(s, "Condition", "ForAnyValue:StringLike", "dynamodb:LeadingKeys")) {
						denied[fmt.Sprint(action, " ", key)] = true
					}
				}
			}
			want := map[string]bool{}
			for _, prefix := range g.Table.Appended() {
				want["dynamodb:UpdateItem "+prefix+"*"], want["dynamodb:DeleteItem "+prefix+"*"] = true, true
				if !slices.Contains(g.Appends, prefix) {
					want["dynamodb:PutItem "+prefix+"*"] = true
				}
			}
			if diff := cmp.Diff(want, denied); diff != "" {
				t.Errorf("%s on %s (-want +got):\n%s", f.Name, g.Table.Name, diff)
			}
		}
	}
}

// checkResource fails on a wildcard resource that is not the objects of a bucket or the result of a query.
func checkResource(t *testing.T, f functions.Function, actions []any, resource string) {
	t.Helper()
	if !strings.Contains(resource, "*") {
		return
	}
	if resource == `"*"` && slices.Equal(actions, []any{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}) {
		return // of Lambda itself: they know no resource
	}
	if f.Logs && resource == `"*"` && slices.Equal(actions, []any{"logs:GetQueryResults"}) {
		return // see newRole
	}
	for _, bucket := range schema.Buckets {
		if strings.Contains(resource, outputName(bucket.Env)) && bucket.Objects == nil {
			return // the objects of a bucket
		}
	}
	t.Errorf("%s: %v on the wildcard resource %s", f.Name, actions, resource)
}

// names lists the logical ids, as far as they are given, of all tables, buckets and queues.
func names() (out []string) {
	for _, x := range schema.Tables {
		out = append(out, outputName(x.Env))
	}
	for _, x := range schema.Buckets {
		out = append(out, outputName(x.Env))
	}
	for _, x := range schema.Queues {
		out = append(out, outputName(x.Name))
	}
	return out
}

func TestTables(t *testing.T) {
	for stage, s := range synthesised {
		production := stage == "production"
		for _, table := range schema.Tables {
			r := s.data.named(t, "AWS::DynamoDB::GlobalTable", outputName(table.Env))
			wantPolicy(t, stage, table.Name, r)
			p := r.Properties
			if got := get(p, "BillingMode"); got != "PAY_PER_REQUEST" {
				t.Errorf("%s: billing %v", table.Name, got)
			}
			if got := get(p, "TimeToLiveSpecification", "AttributeName"); got != schema.TTL {
				t.Errorf("%s: time to live in %v, want %s", table.Name, got, schema.TTL)
			}
			if got := get(p, "StreamSpecification", "StreamViewType"); (got == "NEW_AND_OLD_IMAGES") != table.Stream {
				t.Errorf("%s: stream %v, want %t", table.Name, got, table.Stream)
			}
			if got := get(p, "SSESpecification", "SSEType"); got != "KMS" {
				t.Errorf("%s: encryption %v, want KMS", table.Name, got)
			}
			wantKeys(t, table.Name, get(p, "KeySchema"), schema.PK, schema.SK)
			indexes := get(p, "GlobalSecondaryIndexes").([]any)
			if len(indexes) != 1 || get(indexes[0], "IndexName") != schema.Index || get(indexes[0], "Projection", "ProjectionType") != "ALL" {
				t.Errorf("%s: indexes %s, want only %s with all attributes", table.Name, text(indexes), schema.Index)
			}
			wantKeys(t, table.Name, get(indexes[0], "KeySchema"), schema.GSI1PK, schema.GSI1SK)
			for _, replica := range get(p, "Replicas").([]any) {
				if got := get(replica, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"); got != true {
					t.Errorf("%s: point-in-time recovery %v", table.Name, got)
				}
				if got := get(replica, "DeletionProtectionEnabled"); got != production {
					t.Errorf("%s %s: deletion protection %v, want %t", stage, table.Name, got, production)
				}
				if got := text(get(replica, "SSESpecification", "KMSMasterKeyId")); !strings.Contains(got, "DataKey") {
					t.Errorf("%s: key %s, want DataKey", table.Name, got)
				}
			}
		}
	}
}

func wantKeys(t *testing.T, table string, keySchema any, hash, rang string) {
	t.Helper()
	want := []any{
		map[string]any{"AttributeName": hash, "KeyType": "HASH"},
		map[string]any{"AttributeName": rang, "KeyType": "RANGE"},
	}
	if diff := cmp.Diff(want, keySchema); diff != "" {
		t.Errorf("%s: keys (-want +got):\n%s", table, diff)
	}
}

// wantPolicy checks that production keeps a resource and test doesn't.
func wantPolicy(t *testing.T, stage, name string, r resource) {
	t.Helper()
	want := map[string]string{"production": "Retain", "test": "Delete"}[stage]
	if r.DeletionPolicy != want {
		t.Errorf("%s %s: deletion policy %s, want %s", stage, name, r.DeletionPolicy, want)
	}
}

func TestBucket(t *testing.T) {
	for stage, s := range synthesised {
		for _, bucket := range schema.Buckets {
			r := s.data.named(t, "AWS::S3::Bucket", outputName(bucket.Env))
			wantPolicy(t, stage, bucket.Name, r)
			p := r.Properties
			if locked := get(p, "ObjectLockEnabled") == true; locked != bucket.Lock || get(p, "VersioningConfiguration", "Status") != "Enabled" {
				t.Errorf("%s: Object Lock %t, want %t; versions %v", bucket.Name, locked, bucket.Lock, get(p, "VersioningConfiguration"))
			}
			public := get(p, "PublicAccessBlockConfiguration").(map[string]any)
			for _, name := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
				if public[name] != true {
					t.Errorf("%s: %s is %v", bucket.Name, name, public[name])
				}
			}
			wantRetention(t, stage, bucket, p)
			rule := list(get(p, "BucketEncryption", "ServerSideEncryptionConfiguration"))[0]
			key := map[bool]string{false: "DataKey", true: "ApartKey"}[bucket.Apart]
			if bucket.Edge {
				if get(rule, "ServerSideEncryptionByDefault", "SSEAlgorithm") != "AES256" {
					t.Errorf("%s: encryption %s", bucket.Name, text(rule))
				}
			} else if get(rule, "ServerSideEncryptionByDefault", "SSEAlgorithm") != "aws:kms" ||
				!strings.Contains(text(get(rule, "ServerSideEncryptionByDefault", "KMSMasterKeyID")), key) {
				t.Errorf("%s: encryption %s, want %s", bucket.Name, text(rule), key)
			}
			if cors := get(p, "CorsConfiguration", "CorsRules"); !bucket.Uploads {
				if cors != nil {
					t.Errorf("%s: CORS %s, want none", bucket.Name, text(cors))
				}
			} else {
				rules := list(cors)
				if diff := cmp.Diff([]any{"https://court.test"}, get(rules[0], "AllowedOrigins")); diff != "" || len(rules) != 1 {
					t.Errorf("%s: CORS %s, want the portal only", bucket.Name, text(cors))
				}
				if !slices.Contains(list(get(rules[0], "AllowedHeaders")), any("x-amz-checksum-sha256")) {
					t.Errorf("%s: CORS does not allow the checksum header", bucket.Name)
				}
			}
			if n := get(list(get(p, "LifecycleConfiguration", "Rules"))[0], "AbortIncompleteMultipartUpload", "DaysAfterInitiation"); n != 7.0 {
				t.Errorf("%s: abandoned uploads live %v days, want 7", bucket.Name, n)
			}
			policy := s.data.named(t, "AWS::S3::BucketPolicy", outputName(bucket.Env)+"Policy")
			if got := text(policy.Properties); !strings.Contains(got, `"Effect":"Deny"`) || !strings.Contains(got, `"aws:SecureTransport":"false"`) {
				t.Errorf("%s: policy %s, want plain HTTP denied", bucket.Name, got)
			}
		}
	}
}

func TestQueuesKeysSecrets(t *testing.T) {
	for stage, s := range synthesised {
		for _, queue := range schema.Queues {
			r := s.data.named(t, "AWS::SQS::Queue", outputName(queue.Name))
			wantPolicy(t, stage, queue.Name, r)
			if r.Properties["SqsManagedSseEnabled"] != true || r.Properties["MessageRetentionPeriod"] != 1209600.0 {
				t.Errorf("%s: %s, want encryption and 14 days", queue.Name, text(r.Properties))
			}
		}
		for _, r := range s.data.ofType("AWS::KMS::Key") {
			wantPolicy(t, stage, "key", r)
			if root := r.Properties["KeyUsage"] == "SIGN_VERIFY"; (r.Properties["EnableKeyRotation"] == true) == root { // a root's successor is a decision
				t.Errorf("key %s is not rotated", text(r.Properties["Description"]))
			}
		}
		for _, v := range secretVariables {
			r := s.data.named(t, "AWS::SecretsManager::Secret", outputName(v.env))
			wantPolicy(t, stage, v.env, r)
			gen := get(r.Properties, "GenerateSecretString")
			excluded, _ := get(gen, "ExcludeCharacters").(string)
			if get(gen, "PasswordLength") != 64.0 || len(excluded) != 94-16 || strings.ContainsAny(excluded, "0123456789abcdef") {
				t.Errorf("%s: generated by %s, want 64 of 0-9a-f", v.env, text(gen))
			}
		}
	}
}

// TestLogs checks that every function has a log group, that logs are forgotten in time, and
// that the access log names no person.
func TestLogs(t *testing.T) {
	for stage, days := range map[string]float64{"production": 365, "test": 7} {
		office := synthesised[stage].office
		for _, f := range functions.All {
			p := office.named(t, "AWS::Lambda::Function", outputName(f.Name)).Properties
			if got := text(get(p, "LoggingConfig", "LogGroup")); !strings.Contains(got, outputName(f.Name)+"Log") {
				t.Errorf("%s logs to %s", f.Name, got)
			}
		}
		groups := office.ofType("AWS::Logs::LogGroup")
		if len(groups) != len(functions.All)+1 {
			t.Errorf("%d log groups, want one per function and the API's", len(groups))
		}
		for _, g := range groups {
			if g.Properties["RetentionInDays"] != days {
				t.Errorf("%s: a log is kept %v days, want %v", stage, g.Properties["RetentionInDays"], days)
			}
		}
		stages := office.ofType("AWS::ApiGatewayV2::Stage")
		if len(stages) != 1 {
			t.Fatalf("%d stages, want 1", len(stages))
		}
		p := stages[0].Properties
		if get(p, "DefaultRouteSettings", "ThrottlingRateLimit") == nil || get(p, "AccessLogSettings", "DestinationArn") == nil {
			t.Errorf("API stage %s, want throttling and an access log", text(p))
		}
		format := get(p, "AccessLogSettings", "Format").(string)
		if !json.Valid([]byte(format)) || strings.Contains(format, "context.identity") || strings.Contains(format, "context.path") {
			t.Errorf("access log format %s, want JSON without addresses and paths", format)
		}
	}
}

// TestOutputs checks that every table, bucket and queue can be found after a deployment.
func TestOutputs(t *testing.T) {
	for _, name := range names() {
		if synthesised["test"].data.Outputs[name] == nil {
			t.Errorf("no output %s", name)
		}
	}
}

func TestConfig(t *testing.T) {
	good := Config{Stage: "production", Region: "eu-central-1", Arch: "arm64", Zips: "z", MailFrom: "A <a@court.test>", SupportMail: "office@court.test", SMSSender: "COURT-KZ", SigningRoot: "1", PortalURL: "https://court.test", CRLURLs: "http://crl.test/full.crl",
		Account: "111111111111", Archive: Archive{"222222222222", "eu-north-1"}, ProbeRegion: "eu-west-1", Operators: "operators@court.test",
		Edge: Edge{"arn:aws:acm:us-east-1:111111111111:certificate/c", "api.court.test", "arn:aws:acm:eu-central-1:111111111111:certificate/a", "1", "count"}}
	if err := good.check(); err != nil {
		t.Errorf("%+v: %v", good, err)
	}
	for name, change := range map[string]func(*Config){
		"stage":        func(c *Config) { c.Stage = "staging" },
		"no root":      func(c *Config) { c.SigningRoot = "0" },
		"region":       func(c *Config) { c.Region = "" },
		"account":      func(c *Config) { c.Account = "" },
		"no probe":     func(c *Config) { c.ProbeRegion = "" },
		"probe here":   func(c *Config) { c.ProbeRegion = c.Region },
		"no archive":   func(c *Config) { c.Archive = Archive{} },
		"same account": func(c *Config) { c.Archive.Account = c.Account },
		"same region":  func(c *Config) { c.Archive.Region = c.Region },
		"arch":         func(c *Config) { c.Arch = "x86_64" },
		"zips":         func(c *Config) { c.Zips = "" },
		"no lists":     func(c *Config) { c.CRLURLs = "" },
		"list host":    func(c *Config) { c.CRLURLs += " /full.crl" },
		"list scheme":  func(c *Config) { c.CRLURLs = "file:///full.crl" },
		"responder":    func(c *Config) { c.OCSPURL = "ocsp.test" },
		"stamps":       func(c *Config) { c.TSPURL = "tsp.test" },
		"mail":         func(c *Config) { c.MailFrom = "office" },
		"support":      func(c *Config) { c.SupportMail = "office" },
		"support name": func(c *Config) { c.SupportMail = "Support <office@court.test>" },
		"mail example": func(c *Config) { c.MailFrom = "office@court.example" },
		"sms empty":    func(c *Config) { c.SMSSender = "" },
		"sms long":     func(c *Config) { c.SMSSender = "COURTOFFICES" },
		"sms digits":   func(c *Config) { c.SMSSender = "1414" },
		"sms any":      func(c *Config) { c.SMSSender = "*" },
		"portal http":  func(c *Config) { c.PortalURL = "http://court.test" },
		"portal path":  func(c *Config) { c.PortalURL = "https://court.test/" },
		"portal empty": func(c *Config) { c.PortalURL = "" },
		"no operator":  func(c *Config) { c.Operators = "" },
		"operators":    func(c *Config) { c.Operators = "Ops <operators@court.test>" },
		"no edge":      func(c *Config) { c.Edge.Certificate = "" },
		"edge region":  func(c *Config) { c.Edge.Certificate = c.Edge.APICertificate },
		"api region":   func(c *Config) { c.Edge.APICertificate = c.Edge.Certificate },
		"api address":  func(c *Config) { c.Edge.APIDomain = "https://api.court.test" },
		"api at edge":  func(c *Config) { c.Edge.APIDomain = "court.test" },
		"origin key":   func(c *Config) { c.Edge.OriginKey = "0" },
		"firewall":     func(c *Config) { c.Edge.Firewall = "off" },
	} {
		c := good
		change(&c)
		if err := c.check(); err == nil {
			t.Errorf("%s: %+v passed", name, c)
		}
	}
}

// ofType returns the resources of a CloudFormation type.
func (tm template) ofType(typ string) (out []resource) {
	for _, r := range tm.Resources {
		if r.Type == typ {
			out = append(out, r)
		}
	}
	return out
}

// named returns the resource whose logical id is id and a hash.
func (tm template) named(t *testing.T, typ, id string) resource {
	t.Helper()
	for name, r := range tm.Resources {
		if r.Type == typ && len(name) == len(id)+8 && strings.HasPrefix(name, id) {
			return r
		}
	}
	t.Fatalf("no %s named %s", typ, id)
	return resource{}
}

// get walks maps by name; a missing step gives nil.
func get(v any, path ...string) any {
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// list returns v itself if it is a list, else a list of v.
func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // v came from JSON
	}
	return string(b)
}

func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && cmp.Equal(x, y)
}

func keys(m map[string]any) (out []string) {
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}
