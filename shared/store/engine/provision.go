package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// CreateTables makes every table of schema under the name that name gives it: PK and SK, GSI1
// with all attributes, time to live on TTL, a stream of new and old images where the schema asks
// for one. A table that exists is left as it is, so a restart may call it again; one that name
// gives "" is left out.
func CreateTables(ctx context.Context, db *dynamodb.Client, name func(schema.Table) string) error {
	for _, t := range schema.Tables {
		if name(t) == "" {
			continue
		}
		if err := createTable(ctx, db, t, name(t)); err != nil {
			return fmt.Errorf("create table %s: %w", name(t), err)
		}
	}
	return nil
}

func createTable(ctx context.Context, db *dynamodb.Client, t schema.Table, name string) error {
	in := &dynamodb.CreateTableInput{
		TableName:   &name,
		BillingMode: types.BillingModePayPerRequest,
		KeySchema:   key(schema.PK, schema.SK),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName:  aws.String(schema.Index),
			KeySchema:  key(schema.GSI1PK, schema.GSI1SK),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	}
	for _, a := range []string{schema.PK, schema.SK, schema.GSI1PK, schema.GSI1SK} {
		in.AttributeDefinitions = append(in.AttributeDefinitions,
			types.AttributeDefinition{AttributeName: aws.String(a), AttributeType: types.ScalarAttributeTypeS})
	}
	if t.Stream {
		in.StreamSpecification = &types.StreamSpecification{
			StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages,
		}
	}
	_, err := db.CreateTable(ctx, in)
	if _, exists := errors.AsType[*types.ResourceInUseException](err); exists {
		return nil
	}
	if err != nil {
		return err
	}
	if err := dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 5*time.Millisecond, 200*time.Millisecond
	}).Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, 30*time.Second); err != nil {
		return err
	}
	_, err = db.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName: &name,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{
			AttributeName: aws.String(schema.TTL), Enabled: aws.Bool(true),
		},
	})
	return err
}

func key(hash, sort string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: aws.String(hash), KeyType: types.KeyTypeHash},
		{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange},
	}
}

// CreateBucket makes the bucket b of schema under the name bucket: with versions, Object Lock and its rule
// of retention, and CORS open to origins ("http://127.0.0.1:8080") for PUT with checksum headers and
// for GET where browsers may upload. The lock is S3's governance mode, which an administrator may bypass: what is
// local comes and goes. A bucket that exists gets the CORS rule anew, because origins follow the port.
// Keys, copies and what expires are the cloud's.
func CreateBucket(ctx context.Context, client *s3.Client, b schema.Bucket, bucket string, origins ...string) error {
	in := &s3.CreateBucketInput{Bucket: &bucket, ObjectLockEnabledForBucket: &b.Lock}
	if region := client.Options().Region; region != "us-east-1" { // the one that must not be named
		in.CreateBucketConfiguration = &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraint(region)}
	}
	_, err := client.CreateBucket(ctx, in)
	_, owned := errors.AsType[*s3types.BucketAlreadyOwnedByYou](err)
	_, exists := errors.AsType[*s3types.BucketAlreadyExists](err)
	if err != nil && !owned && !exists {
		return fmt.Errorf("create bucket %s: %w", bucket, err)
	}
	if _, err := client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
		Bucket:                  &bucket,
		VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled},
	}); err != nil {
		return fmt.Errorf("enable versions of bucket %s: %w", bucket, err)
	}
	if b.Retain > 0 {
		if err := retain(ctx, client, bucket, b.Retain); err != nil {
			return fmt.Errorf("retain what is in bucket %s: %w", bucket, err)
		}
	}
	if !b.Uploads {
		return nil
	}
	if _, err := client.PutBucketCors(ctx, &s3.PutBucketCorsInput{
		Bucket: &bucket,
		CORSConfiguration: &s3types.CORSConfiguration{CORSRules: []s3types.CORSRule{{
			AllowedOrigins: origins,
			AllowedMethods: []string{"PUT", "GET"},
			AllowedHeaders: schema.UploadHeaders,
			ExposeHeaders:  []string{"ETag", "x-amz-checksum-sha256", "x-amz-version-id"},
			MaxAgeSeconds:  aws.Int32(600),
		}}},
	}); err != nil {
		return fmt.Errorf("set CORS of bucket %s: %w", bucket, err)
	}
	return nil
}

func retain(ctx context.Context, client *s3.Client, bucket string, long time.Duration) error {
	_, err := client.PutObjectLockConfiguration(ctx, &s3.PutObjectLockConfigurationInput{
		Bucket: &bucket, ObjectLockConfiguration: &s3types.ObjectLockConfiguration{
			ObjectLockEnabled: s3types.ObjectLockEnabledEnabled,
			Rule: &s3types.ObjectLockRule{DefaultRetention: &s3types.DefaultRetention{
				Mode: s3types.ObjectLockRetentionModeGovernance, Days: aws.Int32(int32(long / (24 * time.Hour))),
			}},
		},
	})
	return err
}
