package queues

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/runtimeapi"
)

// Invoker runs one function. *runtimeapi.Function is one.
type Invoker interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Poller gives the messages of a queue to a function as Lambda's event source mapping does: in
// batches, up to Rule.Concurrency at a time, deleting what the function does not report as failed.
// What failed comes again when it is visible. All fields but Log must be set.
type Poller struct {
	Rule     functions.Queue // of the function's row
	SQS      *sqs.Client
	URL      string // of the queue
	ARN      string // of the queue, as the function is told
	Function Invoker
	Log      *slog.Logger // or nil
}

// Run polls until ctx ends and the batches under way have ended, and returns ctx's error.
func (p *Poller) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	slots := make(chan struct{}, max(p.Rule.Concurrency, 1))
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		batch, err := p.gather(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			p.warn("receive", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
		if len(batch) == 0 {
			<-slots
			continue
		}
		wg.Go(func() {
			defer func() { <-slots }()
			p.deliver(ctx, batch)
		})
	}
}

// gather receives one batch: what is there, or, where the rule has a window, what comes within it.
func (p *Poller) gather(ctx context.Context) ([]types.Message, error) {
	size, wait := max(p.Rule.BatchSize, 1), int32(20)
	var batch []types.Message
	var end time.Time
	for {
		out, err := p.SQS.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &p.URL, MaxNumberOfMessages: int32(min(size-len(batch), 10)), WaitTimeSeconds: wait,
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		if err != nil {
			return batch, err
		}
		if batch = append(batch, out.Messages...); len(batch) == 0 || len(batch) == size || p.Rule.Window == 0 {
			return batch, nil
		}
		if end.IsZero() {
			end = time.Now().Add(p.Rule.Window)
		}
		if wait = int32(time.Until(end) / time.Second); wait <= 0 {
			return batch, nil
		}
	}
}

func (p *Poller) deliver(ctx context.Context, batch []types.Message) {
	payload, err := p.event(batch)
	var out []byte
	if err == nil {
		out, err = p.Function.Invoke(ctx, payload)
	}
	if ctx.Err() != nil {
		return // nothing is known of them: they come again
	}
	if errors.Is(err, runtimeapi.ErrThrottled) {
		return // all its processes are busy, which is no fault: they come again
	}
	if err != nil {
		p.warn("invoke", err)
		return
	}
	done := succeeded(out, batch)
	var entries []types.DeleteMessageBatchRequestEntry
	for i, m := range done {
		entries = append(entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: m.ReceiptHandle})
		if len(entries) == 10 || i == len(done)-1 {
			if _, err := p.SQS.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &p.URL, Entries: entries}); err != nil {
				p.warn("delete", err)
			}
			entries = nil
		}
	}
}

// event is a batch as Lambda hands it to a function.
func (p *Poller) event(batch []types.Message) ([]byte, error) {
	var ev events.SQSEvent
	for _, m := range batch {
		ev.Records = append(ev.Records, events.SQSMessage{
			MessageId: aws.ToString(m.MessageId), ReceiptHandle: aws.ToString(m.ReceiptHandle), Body: aws.ToString(m.Body),
			Md5OfBody: aws.ToString(m.MD5OfBody), Attributes: m.Attributes, MessageAttributes: map[string]events.SQSMessageAttribute{},
			EventSource: "aws:sqs", EventSourceARN: p.ARN, AWSRegion: p.SQS.Options().Region,
		})
	}
	return json.Marshal(ev)
}

// succeeded reads a function's answer with ReportBatchItemFailures: no answer, null or an empty
// list is success of all. An identifier that is missing, empty or unknown fails the whole batch, as
// does an answer that is not an object.
func succeeded(out []byte, batch []types.Message) []types.Message {
	if out = bytes.TrimSpace(out); len(out) == 0 || bytes.Equal(out, []byte("null")) || bytes.Equal(out, []byte(`""`)) {
		return batch
	}
	var answer struct {
		Failures []struct {
			ID string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if json.Unmarshal(out, &answer) != nil {
		return nil
	}
	failed := map[string]bool{}
	for _, f := range answer.Failures {
		failed[f.ID] = true
	}
	var done []types.Message
	for _, m := range batch {
		if !failed[aws.ToString(m.MessageId)] {
			done = append(done, m)
		}
	}
	if len(done)+len(failed) != len(batch) {
		return nil // some identifier is none of theirs
	}
	return done
}

func (p *Poller) warn(doing string, err error) {
	if p.Log != nil && !errors.Is(err, context.Canceled) {
		p.Log.Warn(fmt.Sprintf("queue %s: %s", p.Rule.Queue.Name, doing), "error", err)
	}
}
