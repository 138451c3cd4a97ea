package streams_test

import (
	"context"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/uuid"

	"github.com/courtoffice/courtoffice/infra/local/streams"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestQueues needs an SQS, which no local engine of ours is: any endpoint that speaks it will do.
func TestQueues(t *testing.T) {
	url := os.Getenv("AWS_ENDPOINT_URL")
	if url == "" {
		if os.Getenv("REQUIRE_AWS") == "1" {
			t.Fatal("REQUIRE_AWS=1 without AWS_ENDPOINT_URL")
		}
		t.Skip("needs AWS_ENDPOINT_URL")
	}
	client := sqs.New(sqs.Options{Region: engine.Region, BaseEndpoint: &url, Credentials: aws.CredentialsProviderFunc(
		func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		})})
	name := "test-" + uuid.NewString()
	queue, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	defer client.DeleteQueue(context.Background(), &sqs.DeleteQueueInput{QueueUrl: queue.QueueUrl})
	letters := streams.Queues{SQS: client, Name: func(q schema.Queue) string { return name }}
	if err := letters.Put(t.Context(), schema.NotifyDeadLetters, []byte(`{"version":"1.0"}`)); err != nil {
		t.Fatal(err)
	}
	out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, WaitTimeSeconds: 5})
	if err != nil || len(out.Messages) != 1 || *out.Messages[0].Body != `{"version":"1.0"}` {
		t.Fatalf("received %+v, %v", out, err)
	}
	absent := streams.Queues{SQS: client, Name: func(q schema.Queue) string { return "absent-" + name }}
	if err := absent.Put(t.Context(), schema.NotifyDeadLetters, []byte(`{}`)); err == nil {
		t.Error("a queue that does not exist took a letter")
	}
}
