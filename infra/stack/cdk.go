package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// region is the one the emulators stand for. account is the one they answer with.
const (
	region  = "eu-central-1"
	account = "000000000000"
)

// folder keeps what is installed, deployed and logged here.
const folder = "build/stack"

// zips has the functions' packages.
var zips = filepath.Join(folder, "zip")

// deployment is the office deployed to one emulator.
type deployment struct {
	endpoint string
	arch     string
	outputs  map[string]string // of all stacks, by output name: AccountsTable, ApiId
}

// emulator is a program that answers as AWS does.
type emulator struct {
	name    string // with its version
	install func(context.Context) error
	start   func(context.Context) (*server, string, error)
}

// ready makes what a deployment needs: the tools, the packages and, unless AWS_ENDPOINT_URL names
// a running emulator, this one, which stop ends.
func (e emulator) ready(ctx context.Context, arch, trust string) (d *deployment, stop func(), err error) {
	d, stop = &deployment{endpoint: os.Getenv("AWS_ENDPOINT_URL"), arch: arch}, func() {}
	if err := step("tools", func() error { return tools(ctx) }); err != nil {
		return nil, nil, err
	}
	if err := step("packages for "+arch, func() error { return pack(ctx, arch, trust, zips) }); err != nil {
		return nil, nil, err
	}
	if d.endpoint != "" {
		return d, stop, nil
	}
	if err := step("install "+e.name, func() error { return e.install(ctx) }); err != nil {
		return nil, nil, err
	}
	err = step("start "+e.name, func() error {
		s, endpoint, err := e.start(ctx)
		if err == nil {
			d.endpoint, stop = endpoint, s.stop
		}
		return err
	})
	return d, stop, err
}

// environment returns this program's environment without anything that could lead an AWS
// client elsewhere than to endpoint.
func environment(endpoint string) []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "AWS_") {
			env = append(env, v)
		}
	}
	return append(env,
		"AWS_ENDPOINT_URL="+endpoint, "AWS_REGION="+region, "AWS_DEFAULT_REGION="+region,
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true",
		"CDK_DISABLE_TELEMETRY=1")
}

// synth makes the templates for the deployment, whose portal is at that address.
func (d *deployment) synth(ctx context.Context, portal string) error {
	return d.cdk(ctx, "synth", "--quiet", "--output", filepath.Join(folder, "cdk.out"),
		"-c", "stage=test", "-c", "region="+region, "-c", "arch="+d.arch, "-c", "zips="+zips, "-c", "portalUrl="+portal,
		"-c", "crlUrls=", "-c", "ocspUrl=", "-c", "tspUrl=") // no NCA to reach: lists are those of the packages, or the local host's
}

// bootstrap makes what cdk itself needs in an account.
func (d *deployment) bootstrap(ctx context.Context) error {
	return d.cdk(ctx, "bootstrap", "--app", filepath.Join(folder, "cdk.out"), "aws://"+account+"/"+region)
}

// deploy deploys stacks and reads their outputs.
func (d *deployment) deploy(ctx context.Context, stacks ...string) error {
	file := filepath.Join(folder, "outputs.json")
	args := []string{"deploy", "--app", filepath.Join(folder, "cdk.out"), "--progress", "events", "--require-approval", "never", "--outputs-file", file}
	if err := d.cdk(ctx, append(args, stacks...)...); err != nil {
		return err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var byStack map[string]map[string]string
	if err := json.Unmarshal(text, &byStack); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	d.outputs = map[string]string{}
	for _, outputs := range byStack {
		for name, value := range outputs {
			d.outputs[name] = value
		}
	}
	return nil
}

// destroy empties the buckets, which CloudFormation doesn't, and deletes stacks. It works on
// after an interrupt: what was deployed is not left behind.
func (d *deployment) destroy(ctx context.Context, stacks ...string) error {
	ctx = context.WithoutCancel(ctx)
	for _, b := range schema.Buckets {
		if bucket, err := d.output(b.Env); err == nil { // else it was not deployed
			if err := d.empty(ctx, bucket, b.Lock); err != nil {
				return err
			}
		}
	}
	return d.cdk(ctx, append([]string{"destroy", "--app", filepath.Join(folder, "cdk.out"), "--force"}, stacks...)...)
}

func (d *deployment) cdk(ctx context.Context, args ...string) error {
	return command{
		name: "infra/tools/node_modules/.bin/cdk",
		args: append([]string{"--no-notices"}, args...),
		env:  environment(d.endpoint),
	}.run(ctx)
}

// empty deletes every version of every object in bucket. locked tells that Object Lock is on: only
// there may its governance mode be bypassed.
func (d *deployment) empty(ctx context.Context, bucket string, locked bool) error {
	client := s3.New(s3.Options{
		Region: region, BaseEndpoint: &d.endpoint, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	pages := s3.NewListObjectVersionsPaginator(client, &s3.ListObjectVersionsInput{Bucket: &bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list bucket %s: %w", bucket, err)
		}
		var objects []types.ObjectIdentifier
		for _, v := range page.Versions {
			objects = append(objects, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
		}
		for _, m := range page.DeleteMarkers {
			objects = append(objects, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
		}
		if len(objects) == 0 {
			continue
		}
		in := &s3.DeleteObjectsInput{Bucket: &bucket, Delete: &types.Delete{Objects: objects}}
		if locked {
			in.BypassGovernanceRetention = aws.Bool(true)
		}
		_, err = client.DeleteObjects(ctx, in)
		if err != nil {
			return fmt.Errorf("empty bucket %s: %w", bucket, err)
		}
	}
	return nil
}

// output returns the output for a table, bucket or queue. CloudFormation's names have only
// letters and digits: ACCOUNTS_TABLE is AccountsTable.
func (d *deployment) output(name string) (string, error) {
	want := strings.NewReplacer("_", "", "-", "").Replace(name)
	for name, value := range d.outputs {
		if strings.EqualFold(name, want) {
			return value, nil
		}
	}
	return "", fmt.Errorf("the deployed stacks have no output for %s", name)
}
