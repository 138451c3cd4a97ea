package queues_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/queues"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

var settings = []queues.Settings{
	{Name: "q", Visibility: time.Hour, Receives: 2, DeadLetters: "dead"}, {Name: "p", Visibility: time.Hour, Receives: 1, DeadLetters: "dead"}, {Name: "dead", Visibility: time.Minute},
}

func open(t *testing.T, path string) *queues.Broker {
	t.Helper()
	b, err := queues.Open(t.Context(), path, settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func send(t *testing.T, b *queues.Broker, queue string, bodies ...string) {
	t.Helper()
	if _, err := b.Send(t.Context(), queue, bodies...); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, b *queues.Broker, queue string) []queues.Message {
	t.Helper()
	found, err := b.Receive(t.Context(), queue, 10, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func bodies(list []queues.Message) string {
	var all []string
	for _, m := range list {
		all = append(all, m.Body)
	}
	return strings.Join(all, " ")
}

func TestVisibilityDeadLettersAndRedrive(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "q.db"))
	send(t, b, "q", "a", "b")
	send(t, b, "p", "c")
	got := receive(t, b, "q")
	if bodies(got) != "a b" || got[0].Receives != 1 || len(receive(t, b, "q")) != 0 {
		t.Fatalf("first %+v", got)
	}
	if err := b.Delete(t.Context(), "q", got[0].Receipt); err != nil {
		t.Fatal(err)
	}
	if err := b.Hide(t.Context(), "q", got[1].Receipt, 0); err != nil {
		t.Fatal(err)
	}
	again := receive(t, b, "q")
	if bodies(again) != "b" || again[0].Receives != 2 {
		t.Fatalf("shown again: %+v", again)
	}
	if err := b.Hide(t.Context(), "q", got[1].Receipt, 0); !errors.Is(err, queues.ErrReceipt) {
		t.Errorf("an old handle: %v", err)
	}
	b.Hide(t.Context(), "q", again[0].Receipt, 0)
	b.Hide(t.Context(), "p", receive(t, b, "p")[0].Receipt, 0)
	if n, m := len(receive(t, b, "q")), len(receive(t, b, "p")); n+m != 0 {
		t.Errorf("%d and %d messages received once too often", n, m)
	}
	dead, err := b.List(t.Context(), "dead")
	if err != nil || bodies(dead) != "b c" {
		t.Errorf("dead letters %+v, %v", dead, err)
	}
	send(t, b, "dead", "position") // sent there by a stream's reader, not moved
	if n, err := b.Redrive(t.Context(), "dead"); n != 2 || err != nil {
		t.Errorf("redrive: %d, %v", n, err)
	}
	if q, p := receive(t, b, "q"), receive(t, b, "p"); bodies(q) != "b" || bodies(p) != "c" || q[0].Receives != 1 {
		t.Errorf("after redrive %+v and %+v", q, p)
	}
	if v, h, err := b.Depth(t.Context(), "dead"); v != 1 || h != 0 || err != nil {
		t.Errorf("depth of dead: %d, %d, %v", v, h, err)
	}
	if age, err := b.Oldest(t.Context(), "dead"); age < 0 || age > time.Minute || err != nil {
		t.Errorf("oldest of dead: %v, %v", age, err)
	}
	if age, err := b.Oldest(t.Context(), "dead-too"); err == nil {
		t.Errorf("oldest of no queue: %v", age)
	}
	for _, err := range []error{
		func() error { _, err := b.Send(t.Context(), "none", "x"); return err }(),
		func() error { _, err := b.Receive(t.Context(), "none", 1, 0, 0); return err }(),
		b.Delete(t.Context(), "none", "x"),
	} {
		if !errors.Is(err, queues.ErrNoQueue) {
			t.Errorf("no such queue: %v", err)
		}
	}
}

// TestRestart: what was sent is there; what nobody finished comes at once, what is to wait waits.
func TestRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "q.db")
	b := open(t, path)
	send(t, b, "q", "a", "b", "c")
	got := receive(t, b, "q")
	b.Delete(t.Context(), "q", got[0].Receipt)
	b.Hide(t.Context(), "q", got[1].Receipt, time.Hour)
	b.Close()
	b = open(t, path)
	if got := receive(t, b, "q"); bodies(got) != "c" || got[0].Receives != 2 {
		t.Errorf("after a restart: %+v", got)
	}
	if err := b.Hurry(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, b, "q"); bodies(got) != "b" {
		t.Errorf("hurried: %+v", got)
	}
	if _, err := queues.Open(t.Context(), path+"2", []queues.Settings{{Name: "q", Receives: 1, DeadLetters: "none"}}); !errors.Is(err, queues.ErrNoQueue) {
		t.Errorf("dead letters to nowhere: %v", err)
	}
}

func TestReceiveWaits(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "q.db"))
	got := make(chan string, 1)
	wait := func() {
		found, err := b.Receive(t.Context(), "q", 1, 0, 10*time.Second)
		if err != nil {
			t.Error(err)
		}
		got <- bodies(found)
	}
	begin := time.Now()
	go wait()
	send(t, b, "q", "a")
	if body := <-got; body != "a" || time.Since(begin) > 5*time.Second {
		t.Errorf("%q after %v", body, time.Since(begin))
	}
	send(t, b, "q", "b")
	b.Hide(t.Context(), "q", receive(t, b, "q")[0].Receipt, 50*time.Millisecond)
	go wait() // nothing tells of a message that becomes visible by itself
	if body := <-got; body != "b" || time.Since(begin) > 5*time.Second {
		t.Errorf("%q after %v", body, time.Since(begin))
	}
}

// client speaks to b as the functions do.
func client(t *testing.T, b *queues.Broker) (*sqs.Client, string) {
	t.Helper()
	var srv *httptest.Server
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.Handler(srv.URL).ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	return sqs.New(sqs.Options{Region: engine.Region, BaseEndpoint: &srv.URL, RetryMaxAttempts: 1, Credentials: aws.CredentialsProviderFunc(
		func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		})}), srv.URL
}

func TestProtocol(t *testing.T) {
	ctx, b := t.Context(), open(t, filepath.Join(t.TempDir(), "q.db"))
	c, endpoint := client(t, b)
	at, err := c.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("q")})
	if err != nil || *at.QueueUrl != queues.URL(endpoint, "q") {
		t.Fatalf("%+v, %v", at, err)
	}
	_, err = c.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("none")})
	if _, ok := errors.AsType[*types.QueueDoesNotExist](err); !ok {
		t.Errorf("no such queue: %v", err)
	}
	sent, err := c.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: at.QueueUrl, Entries: []types.SendMessageBatchRequestEntry{
		{Id: aws.String("1"), MessageBody: aws.String("ә")}, {Id: aws.String("2"), MessageBody: aws.String("\x00")}, {Id: aws.String("3"), MessageBody: aws.String("c"), MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{
			"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String("Root=1-67891233-abcdef012345678912345678")},
		}},
	}})
	if err != nil || len(sent.Successful) != 2 || len(sent.Failed) != 1 || *sent.Failed[0].Id != "2" || !sent.Failed[0].SenderFault {
		t.Fatalf("batch with one bad message: %+v, %v", sent, err)
	}
	if _, err := c.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: at.QueueUrl, MessageBody: aws.String("d")}); err != nil {
		t.Fatal(err)
	}
	got, err := c.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: at.QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1})
	if err != nil || len(got.Messages) != 3 || *got.Messages[0].Body != "ә" || got.Messages[0].Attributes["ApproximateReceiveCount"] != "1" {
		t.Fatalf("received %+v, %v", got, err)
	}
	if _, has := got.Messages[0].Attributes["AWSTraceHeader"]; has || got.Messages[1].Attributes["AWSTraceHeader"] != "Root=1-67891233-abcdef012345678912345678" {
		t.Errorf("traces %v, %v", got.Messages[0].Attributes, got.Messages[1].Attributes)
	}
	if _, err := c.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: at.QueueUrl, ReceiptHandle: got.Messages[1].ReceiptHandle}); err != nil {
		t.Error(err)
	}
	_, err = c.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: at.QueueUrl, ReceiptHandle: aws.String("x.y")})
	if _, ok := errors.AsType[*types.MessageNotInflight](err); !ok {
		t.Errorf("no such handle: %v", err)
	}
	if _, err := c.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: at.QueueUrl, ReceiptHandle: got.Messages[0].ReceiptHandle}); err != nil {
		t.Error(err)
	}
	numbers, err := c.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: at.QueueUrl, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll}})
	if err != nil || numbers.Attributes["ApproximateNumberOfMessages"] != "1" || numbers.Attributes["ApproximateNumberOfMessagesNotVisible"] != "1" {
		t.Errorf("attributes %+v, %v", numbers, err)
	}
	if _, err := c.StartMessageMoveTask(ctx, &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(queues.ARN("eu-central-1", "dead"))}); err != nil {
		t.Error(err)
	}
	if _, err := c.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("new")}); err == nil {
		t.Error("what is not played was answered")
	}
}

// function answers each batch by script and keeps what it was given.
type function struct {
	mu     sync.Mutex
	given  []string
	answer func(batch events.SQSEvent) (string, error)
}

func (f *function) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	var ev events.SQSEvent
	if err := json.Unmarshal(payload, &ev); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []string
	for _, m := range ev.Records {
		if m.EventSource != "aws:sqs" || m.EventSourceARN != "arn:q" || m.ReceiptHandle == "" {
			return nil, fmt.Errorf("record %+v", m)
		}
		all = append(all, m.Body+m.Attributes["ApproximateReceiveCount"])
	}
	slices.Sort(all)
	f.given = append(f.given, strings.Join(all, " "))
	if f.answer == nil {
		return nil, nil
	}
	out, err := f.answer(ev)
	return []byte(out), err
}

func (f *function) seen() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.given)
}

// poll runs a poller until ok.
func poll(t *testing.T, b *queues.Broker, f *function, ok func() bool) {
	t.Helper()
	c, endpoint := client(t, b)
	p := &queues.Poller{
		Rule: functions.Queue{Queue: schema.Queue{Name: "q"}, BatchSize: 10, Concurrency: 2},
		SQS:  c, URL: queues.URL(endpoint, "q"), ARN: "arn:q", Function: f,
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	ended := make(chan struct{})
	go func() { p.Run(ctx); close(ended) }()
	for !ok() && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	if ctx.Err() != nil {
		t.Errorf("gave up after %q", f.seen())
	}
	cancel()
	<-ended
}

func TestPoller(t *testing.T) {
	report := func(which string) func(events.SQSEvent) (string, error) {
		return func(ev events.SQSEvent) (string, error) {
			var list []string
			for _, m := range ev.Records {
				if strings.Contains(which, m.Body) {
					list = append(list, fmt.Sprintf(`{"itemIdentifier":%q}`, m.MessageId))
				}
			}
			return `{"batchItemFailures":[` + strings.Join(list, ",") + `]}`, nil
		}
	}
	for _, tt := range []struct {
		name   string
		answer func(events.SQSEvent) (string, error)
		left   string // of a, b and c
	}{
		{"all done", nil, ""},
		{"null", func(events.SQSEvent) (string, error) { return "null", nil }, ""},
		{"none failed", report(""), ""},
		{"one failed", report("b"), "b"},
		{"all failed", report("abc"), "a b c"},
		{"an identifier of none of them", func(events.SQSEvent) (string, error) {
			return `{"batchItemFailures":[{"itemIdentifier":"x"}]}`, nil
		}, "a b c"},
		{"an empty identifier", func(events.SQSEvent) (string, error) { return `{"batchItemFailures":[{"itemIdentifier":""}]}`, nil }, "a b c"},
		{"no object", func(events.SQSEvent) (string, error) { return `[]`, nil }, "a b c"},
		{"the function failed", func(events.SQSEvent) (string, error) { return "", errors.New("on purpose") }, "a b c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, f := open(t, filepath.Join(t.TempDir(), "q.db")), &function{answer: tt.answer}
			send(t, b, "q", "a", "b", "c")
			poll(t, b, f, func() bool {
				v, h, err := b.Depth(context.Background(), "q")
				return err == nil && len(f.seen()) == 1 && v == 0 && h == len(strings.Fields(tt.left))
			})
			if diff := cmp.Diff([]string{"a1 b1 c1"}, f.seen()); diff != "" {
				t.Errorf("batches (-want +got):\n%s", diff)
			}
			left, err := b.List(t.Context(), "q")
			if err != nil || bodies(left) != tt.left {
				t.Errorf("left %q, want %q: %v", bodies(left), tt.left, err)
			}
		})
	}
}
