// Package queue puts messages into an Amazon SQS queue.
package queue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/courtoffice/courtoffice/shared/trace"
)

// Queue is one queue through one client.
type Queue struct {
	sqs *sqs.Client
	url string
}

// New returns the queue at url.
func New(client *sqs.Client, url string) *Queue { return &Queue{client, url} }

// What one call of SendMessageBatch takes.
const (
	atOnce    = 10
	atOnceLen = 256 << 10 // bytes of all bodies
)

// tries is how often the messages of a call that SQS did not take are offered.
const tries = 3

// Message is what is put into a queue.
type Message struct {
	Body  string
	Trace string // root of the trace it belongs to, "" for none: SQS hands it on as AWSTraceHeader
}

// Send puts messages into the queue that belong to the trace of ctx: see Put.
func (q *Queue) Send(ctx context.Context, bodies []string) map[int]error {
	messages := make([]Message, len(bodies))
	for i, body := range bodies {
		messages[i] = Message{Body: body, Trace: trace.Of(ctx)}
	}
	return q.Put(ctx, messages)
}

// Put puts messages into the queue, each perhaps more than once and in no order. The result has
// an error at the index of each message that was not taken, and is nil when all were.
func (q *Queue) Put(ctx context.Context, messages []Message) map[int]error {
	failed := map[int]error{}
	for first := 0; first < len(messages); {
		size, last := 0, first
		for last < len(messages) && last-first < atOnce && (last == first || size+len(messages[last].Body) <= atOnceLen) {
			size += len(messages[last].Body)
			last++
		}
		q.send(ctx, messages, first, last, failed)
		first = last
	}
	if len(failed) == 0 {
		return nil
	}
	return failed
}

// send offers messages[first:last] in one call, and again those that are not taken.
func (q *Queue) send(ctx context.Context, messages []Message, first, last int, failed map[int]error) {
	var entries []types.SendMessageBatchRequestEntry
	for i := first; i < last; i++ {
		e := types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: &messages[i].Body}
		if header := trace.HeaderOf(messages[i].Trace); header != "" {
			e.MessageSystemAttributes = map[string]types.MessageSystemAttributeValue{
				string(types.MessageSystemAttributeNameForSendsAWSTraceHeader): {DataType: aws.String("String"), StringValue: &header},
			}
		}
		entries = append(entries, e)
	}
	for try := 1; len(entries) > 0; try++ {
		out, err := q.sqs.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &q.url, Entries: entries})
		if err != nil { // the SDK has tried again
			for i := first; i < last; i++ {
				failed[i] = fmt.Errorf("send message: %w", err)
			}
			return
		}
		if len(out.Failed) == 0 {
			return
		}
		again := map[string]bool{}
		for _, f := range out.Failed {
			if try == tries || f.SenderFault {
				i, err := strconv.Atoi(aws.ToString(f.Id))
				if err != nil || i < first || i >= last {
					i = first // an answer about none of ours fails the first
				}
				failed[i] = errors.New("send message: " + aws.ToString(f.Code))
				continue
			}
			again[aws.ToString(f.Id)] = true
		}
		var left []types.SendMessageBatchRequestEntry
		for _, e := range entries {
			if again[*e.Id] {
				left = append(left, e)
			}
		}
		entries = left
	}
}

// Hide has a message that was received come again after wait, at most 12 hours, instead of after
// the queue's visibility timeout.
func (q *Queue) Hide(ctx context.Context, receipt string, wait time.Duration) error {
	_, err := q.sqs.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &q.url, ReceiptHandle: &receipt, VisibilityTimeout: int32(min(wait, 12*time.Hour) / time.Second),
	})
	if err != nil {
		return fmt.Errorf("hide message: %w", err)
	}
	return nil
}
