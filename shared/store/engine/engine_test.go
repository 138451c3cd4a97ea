package engine_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

func TestTablesFollowSchema(t *testing.T) {
	db, name := engine.StreamsForTest(t)
	for _, table := range schema.Tables {
		out, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(name(table))})
		if err != nil {
			t.Fatal(err)
		}
		if got := out.Table.StreamSpecification != nil; got != table.Stream {
			t.Errorf("%s: stream %t, want %t", table.Name, got, table.Stream)
		}
		if len(out.Table.GlobalSecondaryIndexes) != 1 || *out.Table.GlobalSecondaryIndexes[0].IndexName != schema.Index {
			t.Errorf("%s: indexes %v", table.Name, out.Table.GlobalSecondaryIndexes)
		}
		ttl, err := db.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: aws.String(name(table))})
		if err != nil || aws.ToString(ttl.TimeToLiveDescription.AttributeName) != schema.TTL {
			t.Errorf("%s: ttl %+v, %v", table.Name, ttl, err)
		}
	}
	if err := engine.CreateTables(t.Context(), db, name); err != nil {
		t.Errorf("a second time: %v", err)
	}
}

func TestIndexIsQueryable(t *testing.T) {
	db, name := engine.ForTest(t)
	s := func(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
	if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(name(schema.Filings)), Item: map[string]types.AttributeValue{
		schema.PK: s("FILING#1"), schema.SK: s("FILING"), schema.GSI1PK: s("ACCOUNT#1"), schema.GSI1SK: s("2026"), "Status": s("draft"),
	}}); err != nil {
		t.Fatal(err)
	}
	out, err := db.Query(t.Context(), &dynamodb.QueryInput{
		TableName: aws.String(name(schema.Filings)), IndexName: aws.String(schema.Index),
		KeyConditionExpression: aws.String("GSI1PK = :a"), ExpressionAttributeValues: map[string]types.AttributeValue{":a": s("ACCOUNT#1")},
	})
	if err != nil || len(out.Items) != 1 || out.Items[0]["Status"] == nil {
		t.Fatalf("query by GSI1: %+v, %v", out, err)
	}
}

func TestEmptyKeyIsRefused(t *testing.T) {
	db, name := engine.ForTest(t)
	query := func(condition string, v types.AttributeValue) error {
		_, err := db.Query(t.Context(), &dynamodb.QueryInput{
			TableName: aws.String(name(schema.Filings)), KeyConditionExpression: aws.String(condition),
			ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: "a"}, ":sk": v},
		})
		return err
	}
	for _, condition := range []string{"PK = :pk AND begins_with(SK, :sk)", "PK = :pk AND SK >= :sk"} {
		for _, v := range []types.AttributeValue{&types.AttributeValueMemberS{}, &types.AttributeValueMemberB{}} {
			if api, ok := errors.AsType[smithy.APIError](query(condition, v)); !ok || api.ErrorCode() != "ValidationException" {
				t.Errorf("%s with an empty %T: %v", condition, v, api)
			}
		}
		if err := query(condition, &types.AttributeValueMemberS{Value: "b"}); err != nil {
			t.Errorf("%s: %v", condition, err)
		}
	}
}

func TestDynamoFileSurvivesRestart(t *testing.T) {
	file := t.TempDir() + "/tables.db"
	name := func(table schema.Table) string { return table.Name }
	for run := range 2 {
		p, err := engine.StartDynamo(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		db := engine.Dynamo(p.URL)
		if err := engine.CreateTables(t.Context(), db, name); err != nil {
			t.Fatalf("run %d: %v", run, err)
		}
		key := map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "a"}, "SK": &types.AttributeValueMemberS{Value: "b"}}
		if run == 0 {
			if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("site"), Item: key}); err != nil {
				t.Fatal(err)
			}
		} else if out, err := db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("site"), Key: key}); err != nil || out.Item == nil {
			t.Fatalf("after a restart: item %v, %v", out, err)
		}
		p.Stop()
		if _, err := net.DialTimeout("tcp", strings.TrimPrefix(p.URL, "http://"), time.Second); err == nil {
			t.Fatalf("%s still accepts connections after Stop", p.URL)
		}
	}
}

func TestBucketVersionsLocksAndCORS(t *testing.T) {
	client, bucket := engine.S3ForTest(t)
	body := []byte("claim")
	sum := sha256.Sum256(body)
	put, err := client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &bucket, Key: aws.String("a/b"), Body: bytes.NewReader(body),
		ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum[:])),
	})
	if err != nil || aws.ToString(put.VersionId) == "" {
		t.Fatalf("put: version %q, %v", aws.ToString(put.VersionId), err)
	}
	if _, err := client.PutObjectRetention(t.Context(), &s3.PutObjectRetentionInput{
		Bucket: &bucket, Key: aws.String("a/b"), VersionId: put.VersionId,
		Retention: &s3types.ObjectLockRetention{Mode: s3types.ObjectLockRetentionModeGovernance, RetainUntilDate: aws.Time(time.Now().Add(time.Hour))},
	}); err != nil {
		t.Errorf("retention: %v", err)
	}
	url := *client.Options().BaseEndpoint + "/" + bucket + "/a/b"
	for origin, want := range map[string]int{"http://127.0.0.1:8080": http.StatusOK, "http://elsewhere.example": http.StatusForbidden} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodOptions, url, nil)
		req.Header.Set("Origin", origin)
		req.Header.Set("Access-Control-Request-Method", "PUT")
		req.Header.Set("Access-Control-Request-Headers", "content-type,x-amz-checksum-sha256")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("preflight from %s: %d, want %d", origin, resp.StatusCode, want)
		}
	}
	if err := engine.CreateBucket(t.Context(), client, schema.Documents, bucket, "http://127.0.0.1:9090"); err != nil {
		t.Errorf("a second time, another origin: %v", err)
	}
}

func TestMissingProgramNamesTheTarget(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(root+"/functions", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(root+"/functions/functions.go", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
	_, dynamoErr := engine.StartDynamo(context.Background(), "")
	_, s3Err := engine.StartS3(context.Background(), root, "")
	for _, err := range []error{dynamoErr, s3Err} {
		if !errors.Is(err, engine.ErrNotInstalled) || !strings.Contains(err.Error(), "make tools") {
			t.Errorf("error %v, want one that names make tools", err)
		}
	}
}

// TestRetainedByRule: what is put into the evidence bucket can't be deleted, though nobody locks it.
func TestRetainedByRule(t *testing.T) {
	client, name := engine.BucketsForTest(t)
	bucket := name(schema.Evidence)
	put, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("a"), Body: strings.NewReader("a"), IfNoneMatch: aws.String("*")})
	if err != nil {
		t.Fatal(err)
	}
	rule, err := client.GetObjectLockConfiguration(t.Context(), &s3.GetObjectLockConfigurationInput{Bucket: &bucket})
	if err != nil || aws.ToInt32(rule.ObjectLockConfiguration.Rule.DefaultRetention.Days) != 3650 {
		t.Errorf("rule %+v, %v", rule, err)
	}
	if _, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: aws.String("a"), VersionId: put.VersionId}); err == nil {
		t.Error("a retained version was deleted")
	}
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("a"), Body: strings.NewReader("b"), IfNoneMatch: aws.String("*")}); err == nil {
		t.Error("an object was put twice")
	}
}
