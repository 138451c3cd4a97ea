// Command teardown empties the buckets of a trial, which CloudFormation does not: `make teardown` runs
// it before the stacks are deleted. What production keeps it does not touch.
//
//	go run ./infra/teardown -c stage=test
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// prefix is how names of a trial's buckets begin: CloudFormation makes them of the stack's.
const prefix = "courtoffice-test-"

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "teardown:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	for _, a := range args {
		if stage, named := strings.CutPrefix(a, "stage="); named && stage != "test" {
			return errors.New("only a trial is torn down: what production keeps stays, whoever asks")
		}
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	return teardown(ctx, s3.NewFromConfig(cfg))
}

func teardown(ctx context.Context, client *s3.Client) error {
	out, err := client.ListBuckets(ctx, &s3.ListBucketsInput{MaxBuckets: aws.Int32(1000)}) // with a limit S3 says of each where it is
	if err != nil {
		return fmt.Errorf("list buckets: %w", err)
	}
	for _, b := range out.Buckets {
		if !strings.HasPrefix(aws.ToString(b.Name), prefix) {
			continue
		}
		there := client
		if region := aws.ToString(b.BucketRegion); region != "" { // the probe's is elsewhere
			there = s3.New(client.Options(), func(o *s3.Options) { o.Region = region })
		}
		if err := empty(ctx, there, *b.Name); err != nil {
			return fmt.Errorf("bucket %s: %w", *b.Name, err)
		}
		fmt.Println("emptied", *b.Name)
	}
	return nil
}

// empty deletes every version of every object. A trial locks in governance mode, which may be bypassed.
func empty(ctx context.Context, client *s3.Client, bucket string) error {
	lock, err := client.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: &bucket})
	locked := err == nil && lock.ObjectLockConfiguration != nil
	pages := s3.NewListObjectVersionsPaginator(client, &s3.ListObjectVersionsInput{Bucket: &bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
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
		in := &s3.DeleteObjectsInput{Bucket: &bucket, Delete: &types.Delete{Objects: objects, Quiet: aws.Bool(true)}}
		if locked {
			in.BypassGovernanceRetention = aws.Bool(true)
		}
		deleted, err := client.DeleteObjects(ctx, in)
		if err != nil {
			return err
		}
		if len(deleted.Errors) > 0 {
			return fmt.Errorf("%d are not deleted, the first because %s", len(deleted.Errors), aws.ToString(deleted.Errors[0].Message))
		}
	}
	return nil
}
