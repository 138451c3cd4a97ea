package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestTeardown empties a trial's bucket of every version, locked ones too, and no other bucket.
func TestTeardown(t *testing.T) {
	client, _ := engine.S3ForTest(t)
	trial, other := prefix+"data-documents", "courtoffice-production-data"
	for bucket, b := range map[string]schema.Bucket{trial: schema.Documents, other: schema.Status} {
		if err := engine.CreateBucket(t.Context(), client, b, bucket, "https://court.test"); err != nil {
			t.Fatal(err)
		}
		for _, body := range []string{"a", "b"} {
			if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("k"), Body: strings.NewReader(body)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := teardown(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	for bucket, want := range map[string]int{trial: 0, other: 2} {
		left, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket})
		if err != nil || len(left.Versions)+len(left.DeleteMarkers) != want {
			t.Errorf("%s has %d versions and %d markers, %v, want %d", bucket, len(left.Versions), len(left.DeleteMarkers), err, want)
		}
	}
	if err := run(t.Context(), []string{"-c", "stage=production"}); err == nil {
		t.Error("production is torn down")
	}
}
