package streams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/uuid"

	"github.com/courtoffice/courtoffice/infra/local/runtimeapi"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// DeadLetters takes the JSON documents that tell which records were given up.
type DeadLetters interface {
	// Put keeps body durably under queue before it returns nil.
	Put(ctx context.Context, queue schema.Queue, body []byte) error
}

// letter is the document Lambda sends to an on-failure destination of a stream: the position of
// the records, never their content.
type letter struct {
	RequestContext  requestContext   `json:"requestContext"`
	ResponseContext *responseContext `json:"responseContext,omitempty"`
	Version         string           `json:"version"`
	Timestamp       time.Time        `json:"timestamp"`
	Batch           batchInfo        `json:"DDBStreamBatchInfo"`
}

type requestContext struct {
	RequestID              string `json:"requestId"`
	FunctionARN            string `json:"functionArn"`
	Condition              string `json:"condition"` // RetryAttemptsExhausted or RecordAgeExceeded
	ApproximateInvokeCount int    `json:"approximateInvokeCount"`
}

type responseContext struct {
	StatusCode      int    `json:"statusCode"`
	ExecutedVersion string `json:"executedVersion"`
	FunctionError   string `json:"functionError,omitempty"`
}

type batchInfo struct {
	ShardID                         string    `json:"shardId"`
	StartSequenceNumber             string    `json:"startSequenceNumber"`
	EndSequenceNumber               string    `json:"endSequenceNumber"`
	ApproximateArrivalOfFirstRecord time.Time `json:"approximateArrivalOfFirstRecord"`
	ApproximateArrivalOfLastRecord  time.Time `json:"approximateArrivalOfLastRecord"`
	BatchSize                       int       `json:"batchSize"`
	StreamARN                       string    `json:"streamArn"`
}

// giveUp sends the position of records to the rule's queue, again and again until it is kept or
// ctx ends: a record must not vanish without a trace.
func (p *Poller) giveUp(ctx context.Context, shard string, records []types.Record, condition string, invoked int, cause error) error {
	first, last := records[0].Dynamodb, records[len(records)-1].Dynamodb
	l := letter{
		RequestContext: requestContext{uuid.NewString(), p.ARN, condition, invoked},
		Version:        "1.0", Timestamp: time.Now().UTC(),
		Batch: batchInfo{
			shard, *first.SequenceNumber, *last.SequenceNumber,
			aws.ToTime(first.ApproximateCreationDateTime), aws.ToTime(last.ApproximateCreationDateTime), len(records), p.stream,
		},
	}
	if invoked > 0 {
		l.ResponseContext = &responseContext{StatusCode: 200, ExecutedVersion: "$LATEST"}
		if _, failed := errors.AsType[*runtimeapi.FunctionError](cause); failed {
			l.ResponseContext.FunctionError = "Unhandled"
		}
	}
	body, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("dead letter: %w", err)
	}
	if p.Log != nil {
		p.Log.Error("records given up", "table", p.Table, "condition", condition, "records", len(records), "queue", p.Rule.DeadLetters.Name, "cause", cause)
	}
	for {
		err := p.DeadLetters.Put(ctx, p.Rule.DeadLetters, body)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		p.warn("keep dead letter", err)
		pause(ctx, 10*p.Backoff)
	}
}

// Queues sends dead letters to SQS queues. Name gives the deployed name of a queue.
type Queues struct {
	SQS  *sqs.Client
	Name func(schema.Queue) string
}

// Put sends body to the queue.
func (q Queues) Put(ctx context.Context, queue schema.Queue, body []byte) error {
	name := q.Name(queue)
	url, err := q.SQS.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
	if err != nil {
		return fmt.Errorf("queue %s: %w", name, err)
	}
	_, err = q.SQS.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url.QueueUrl, MessageBody: aws.String(string(body))})
	return err
}
