package engine

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// ForTest starts an empty dynoxide in memory for t, makes all tables of schema in it and stops
// it when t ends. name gives the deployed name of a table. The endpoint, if a test needs it, is
// *db.Options().BaseEndpoint. A missing engine fails t: nothing is skipped.
//
// The tables have no streams: a write takes dynoxide 1.2.1 longer with every record that its table's
// stream has (0.4 ms at none, 2.6 ms at 6,000). See StreamsForTest.
func ForTest(t testing.TB) (db *dynamodb.Client, name func(schema.Table) string) {
	t.Helper()
	return forTest(t, func(table schema.Table) schema.Table { table.Stream = false; return table })
}

// StreamsForTest is ForTest with the streams that schema asks for.
func StreamsForTest(t testing.TB) (db *dynamodb.Client, name func(schema.Table) string) {
	t.Helper()
	return forTest(t, func(table schema.Table) schema.Table { return table })
}

func forTest(t testing.TB, as func(schema.Table) schema.Table) (*dynamodb.Client, func(schema.Table) string) {
	t.Helper()
	p, err := StartDynamo(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	name := func(table schema.Table) string { return "test-" + table.Name }
	db := Dynamo(p.URL)
	for _, table := range schema.Tables {
		if err := createTable(t.Context(), db, as(table), name(table)); err != nil {
			t.Fatal(err)
		}
	}
	return db, name
}

// S3ForTest starts a versitygw for t over a temporary folder, makes the bucket schema.Documents in it
// and stops it when t ends. A missing engine fails t.
func S3ForTest(t testing.TB) (client *s3.Client, bucket string) {
	t.Helper()
	client, name := BucketsForTest(t)
	return client, name(schema.Documents)
}

// BucketsForTest is S3ForTest with all buckets of schema. name gives the deployed name of a bucket.
func BucketsForTest(t testing.TB) (client *s3.Client, name func(schema.Bucket) string) {
	t.Helper()
	p, err := StartS3(t.Context(), t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	client, name = S3(p.URL), func(b schema.Bucket) string { return "test-" + b.Name }
	for _, b := range schema.Buckets {
		if err := CreateBucket(t.Context(), client, b, name(b), "http://127.0.0.1:8080"); err != nil {
			t.Fatal(err)
		}
	}
	return client, name
}
