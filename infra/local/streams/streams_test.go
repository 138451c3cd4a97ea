package streams_test

import (
	"context"
	"encoding/base64"
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
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/queues"
	"github.com/courtoffice/courtoffice/infra/local/runtimeapi"
	"github.com/courtoffice/courtoffice/infra/local/streams"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// office is a table with a stream on a real engine, and a function that a test scripts.
type office struct {
	t      *testing.T
	db     *dynamodb.Client
	table  string
	poller streams.Poller
	broker *queues.Broker

	mu      sync.Mutex
	batches []string // the sort keys of each invocation, joined
	last    events.DynamoDBEvent
	answer  func(sks []string, ids []string) (string, error)
}

func (o *office) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var ev events.DynamoDBEvent
	if err := json.Unmarshal(payload, &ev); err != nil {
		return nil, err
	}
	var sks, ids []string
	for _, r := range ev.Records {
		sks = append(sks, strings.TrimPrefix(r.Change.Keys["SK"].String(), "OUTBOX#"))
		ids = append(ids, r.Change.SequenceNumber)
	}
	o.batches, o.last = append(o.batches, strings.Join(sks, "")), ev
	if o.answer == nil {
		return []byte(`{"batchItemFailures":[]}`), nil
	}
	out, err := o.answer(sks, ids)
	return []byte(out), err
}

func (o *office) seen() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.batches)
}

// setup makes the office; rule changes the row's rule: batches of 10, no retry, no halving.
func setup(t *testing.T, rule func(*functions.Stream)) *office {
	t.Helper()
	db, name := engine.StreamsForTest(t)
	o := &office{t: t, db: db, table: name(schema.Filings)}
	o.openQueues()
	o.poller = streams.Poller{
		ARN: "arn:aws:lambda:eu-central-1:000000000000:function:notify",
		Rule: functions.Stream{
			Table: schema.Filings, EventNames: []string{"INSERT"}, SKPrefix: "OUTBOX#", BatchSize: 10,
			DeadLetters: schema.NotifyDeadLetters,
		},
		Table: o.table, DB: db, Function: o, DeadLetters: o.deadLetters(),
		Streams: dynamodbstreams.New(dynamodbstreams.Options{
			Region: engine.Region, BaseEndpoint: db.Options().BaseEndpoint, Credentials: db.Options().Credentials,
		}),
		Checkpoint: filepath.Join(t.TempDir(), "positions", "notify.json"),
		Every:      2 * time.Millisecond, Backoff: time.Millisecond,
		Shift: func() time.Duration { return 0 },
	}
	if rule != nil {
		rule(&o.poller.Rule)
	}
	return o
}

func s(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }

func (o *office) put(sks ...string) {
	o.t.Helper()
	for _, sk := range sks {
		if _, err := o.db.PutItem(o.t.Context(), &dynamodb.PutItemInput{
			TableName: &o.table, Item: map[string]types.AttributeValue{"PK": s("FILING#1"), "SK": s(sk)},
		}); err != nil {
			o.t.Fatal(err)
		}
	}
}

// outbox puts one outbox item for each letter.
func (o *office) outbox(letters string) {
	o.t.Helper()
	for _, l := range letters {
		o.put("OUTBOX#" + string(l))
	}
}

// run polls until ok, then stops and returns.
func (o *office) run(ok func() bool) {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.t.Context(), 10*time.Second)
	defer cancel()
	p := o.poller // a fresh poller, as after a restart
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	for !ok() {
		select {
		case err := <-ended:
			o.t.Fatalf("ended after batches %q: %v", o.seen(), err)
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		o.t.Fatal(err)
	}
}

// expect polls until the function was invoked as often as wanted and compares the batches.
func (o *office) expect(want ...string) {
	o.t.Helper()
	o.run(func() bool { return len(o.seen()) >= len(want) })
	if diff := cmp.Diff(want, o.seen()); diff != "" {
		o.t.Errorf("invocations (-want +got):\n%s", diff)
	}
}

func (o *office) openQueues() {
	o.t.Helper()
	var err error
	o.broker, err = queues.Open(o.t.Context(), filepath.Join(o.t.TempDir(), "queues.db"), []queues.Settings{{Name: schema.NotifyDeadLetters.Name}})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { o.broker.Close() })
}

// deadLetters sends to the broker over SQS's protocol.
func (o *office) deadLetters() streams.Queues {
	var srv *httptest.Server
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { o.broker.Handler(srv.URL).ServeHTTP(w, r) }))
	o.t.Cleanup(srv.Close)
	client := sqs.New(sqs.Options{Region: engine.Region, BaseEndpoint: &srv.URL, Credentials: o.db.Options().Credentials})
	return streams.Queues{SQS: client, Name: func(q schema.Queue) string { return q.Name }}
}

func (o *office) letters() []map[string]any {
	o.t.Helper()
	list, err := o.broker.List(o.t.Context(), schema.NotifyDeadLetters.Name)
	if err != nil {
		o.t.Fatal(err)
	}
	var out []map[string]any
	for _, l := range list {
		var m map[string]any
		if err := json.Unmarshal([]byte(l.Body), &m); err != nil {
			o.t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

// failing answers with a function error for a batch that has one of the letters.
func failing(letters string) func([]string, []string) (string, error) {
	return func(sks, _ []string) (string, error) {
		if strings.ContainsAny(strings.Join(sks, ""), letters) {
			return "", &runtimeapi.FunctionError{Type: "errorString", Message: "on purpose"}
		}
		return "", nil
	}
}

// reporting answers with the identifiers of the failed letters.
func reporting(letters string) func([]string, []string) (string, error) {
	return func(sks, ids []string) (string, error) {
		var failures []string
		for i, sk := range sks {
			if strings.Contains(letters, sk) {
				failures = append(failures, fmt.Sprintf(`{"itemIdentifier":%q}`, ids[i]))
			}
		}
		return `{"batchItemFailures":[` + strings.Join(failures, ",") + `]}`, nil
	}
}

func TestFilterBatchAndOrder(t *testing.T) {
	o := setup(t, func(r *functions.Stream) { r.BatchSize = 4 })
	o.put("FILING", "EVENT#1")
	o.outbox("abc")
	o.put("EVENT#2")
	o.outbox("a") // MODIFY: no INSERT
	if _, err := o.db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
		TableName: &o.table, Key: map[string]types.AttributeValue{"PK": s("FILING#1"), "SK": s("OUTBOX#b")},
	}); err != nil {
		t.Fatal(err)
	}
	o.outbox("defghi")
	o.expect("abcd", "efgh", "i")
}

func TestResumesFromCheckpoint(t *testing.T) {
	o := setup(t, func(r *functions.Stream) { r.BatchSize = 2 })
	o.outbox("abc")
	o.expect("ab", "c")
	o.outbox("de")
	o.expect("ab", "c", "de")
}

func TestCheckpointOfAnotherStreamIsEmpty(t *testing.T) {
	before := setup(t, nil)
	before.outbox("a")
	before.expect("a")
	fresh := setup(t, nil) // the same table name on a new engine
	fresh.poller.Checkpoint = before.poller.Checkpoint
	fresh.outbox("b")
	fresh.expect("b")
}

func TestFailures(t *testing.T) {
	for _, test := range []struct {
		name    string
		rule    func(*functions.Stream)
		answer  func([]string, []string) (string, error)
		want    []string
		letters int
		size    float64 // records in the first dead letter
	}{
		{"retries then gives up, then goes on", func(r *functions.Stream) { r.Retries, r.BatchSize = 2, 3 }, failing("b"),
			[]string{"abc", "abc", "abc", "def"}, 1, 3},
		{"bisect isolates the bad record", func(r *functions.Stream) { r.Retries, r.BatchSize, r.Bisect = 1, 4, true }, failing("c"),
			[]string{"abcd", "ab", "cd", "c", "c", "d", "ef"}, 1, 1},
		{"partial failure goes on at the failed record", func(r *functions.Stream) { r.Retries, r.BatchSize = 2, 4 }, reporting("c"),
			[]string{"abcd", "cd", "cd", "ef"}, 1, 2},
		{"partial failure with bisect", func(r *functions.Stream) { r.Retries, r.BatchSize, r.Bisect = 2, 4, true }, reporting("b"),
			[]string{"abcd", "bcd", "b", "b", "b", "cd", "ef"}, 1, 1},
		{"several failures: the first decides", func(r *functions.Stream) { r.Retries, r.BatchSize, r.Bisect = 0, 6, true }, reporting("be"),
			[]string{"abcdef", "bcdef", "bc", "b", "c", "def", "ef", "e", "f"}, 2, 1},
		{"empty identifier fails the batch", func(r *functions.Stream) { r.BatchSize = 6 },
			func(sks, ids []string) (string, error) { return `{"batchItemFailures":[{"itemIdentifier":""}]}`, nil },
			[]string{"abcdef"}, 1, 6},
		{"unknown identifier fails the batch", func(r *functions.Stream) { r.BatchSize = 6 },
			func(sks, ids []string) (string, error) {
				return `{"batchItemFailures":[{"itemIdentifier":"` + ids[3] + `"},{"itemIdentifier":"?"}]}`, nil
			},
			[]string{"abcdef"}, 1, 6},
		{"null is success", nil, func(sks, ids []string) (string, error) { return "null", nil }, []string{"abcdef"}, 0, 0},
		{"null list is success", nil, func(sks, ids []string) (string, error) { return `{"batchItemFailures":null}`, nil }, []string{"abcdef"}, 0, 0},
		{"too old is not delivered", func(r *functions.Stream) { r.MaxAge = time.Nanosecond }, nil, nil, 1, 6},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := setup(t, test.rule)
			o.answer = test.answer
			o.outbox("abcdef")
			o.run(func() bool { return len(o.seen()) >= len(test.want) && len(o.letters()) >= test.letters })
			if diff := cmp.Diff(test.want, o.seen()); diff != "" {
				t.Errorf("invocations (-want +got):\n%s", diff)
			}
			letters := o.letters()
			if len(letters) != test.letters {
				t.Fatalf("%d dead letters, want %d", len(letters), test.letters)
			}
			if test.letters > 0 {
				if got := letters[0]["DDBStreamBatchInfo"].(map[string]any)["batchSize"]; got != test.size {
					t.Errorf("the first letter is of %v records, want %v: %v", got, test.size, letters[0])
				}
			}
		})
	}
}

func TestDeadLetterTellsPosition(t *testing.T) {
	o := setup(t, func(r *functions.Stream) { r.Retries = 1 })
	var ids []string
	o.answer = func(_, got []string) (string, error) {
		ids = got
		return "", &runtimeapi.FunctionError{Type: "errorString"}
	}
	o.outbox("ab")
	o.run(func() bool { return len(o.letters()) == 1 })
	l := o.letters()[0]
	request, batch := l["requestContext"].(map[string]any), l["DDBStreamBatchInfo"].(map[string]any)
	if request["condition"] != "RetryAttemptsExhausted" || request["approximateInvokeCount"] != 2.0 || request["functionArn"] != o.poller.ARN ||
		l["responseContext"].(map[string]any)["functionError"] != "Unhandled" {
		t.Errorf("letter %v", l)
	}
	if len(ids) != 2 || batch["startSequenceNumber"] != ids[0] || batch["endSequenceNumber"] != ids[1] || batch["shardId"] == "" {
		t.Errorf("position %v, want sequence numbers %v", batch, ids)
	}
	if text, _ := json.Marshal(l); strings.Contains(string(text), "FILING#1") {
		t.Errorf("the letter carries content: %s", text)
	}
}

func TestThrottlingIsNotARetry(t *testing.T) {
	o := setup(t, nil)
	left := 5
	o.answer = func([]string, []string) (string, error) {
		if left--; left >= 0 {
			return "", runtimeapi.ErrThrottled
		}
		return "", nil
	}
	o.outbox("a")
	o.expect("a", "a", "a", "a", "a", "a")
	if n := len(o.letters()); n != 0 {
		t.Errorf("%d dead letters", n)
	}
}

func TestInterruptedDeliveryComesAgain(t *testing.T) {
	o := setup(t, func(r *functions.Stream) { r.Retries = 1000 })
	o.answer = failing("a")
	o.outbox("a")
	o.run(func() bool { return len(o.seen()) >= 2 })
	o.answer = nil
	before := len(o.seen())
	o.run(func() bool { return len(o.seen()) > before })
	if n := len(o.letters()); n != 0 {
		t.Errorf("%d dead letters", n)
	}
}

func TestEventHasEveryAttributeType(t *testing.T) {
	o := setup(t, nil)
	o.poller.Shift = func() time.Duration { return 72 * time.Hour }
	item := map[string]types.AttributeValue{
		"PK": s("FILING#1"), "SK": s("OUTBOX#a"),
		"N": &types.AttributeValueMemberN{Value: "12.5"}, "B": &types.AttributeValueMemberB{Value: []byte{0xff, 0}},
		"T": &types.AttributeValueMemberBOOL{Value: true}, "0": &types.AttributeValueMemberNULL{Value: true},
		"L":  &types.AttributeValueMemberL{Value: []types.AttributeValue{s("ә"), &types.AttributeValueMemberN{Value: "1"}}},
		"M":  &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"x": s("y")}},
		"SS": &types.AttributeValueMemberSS{Value: []string{"q"}}, "NS": &types.AttributeValueMemberNS{Value: []string{"7"}},
		"BS": &types.AttributeValueMemberBS{Value: [][]byte{{1}}},
	}
	if _, err := o.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(o.table), Item: item}); err != nil {
		t.Fatal(err)
	}
	o.expect("a")
	got, err := json.Marshal(o.last.Records[0].Change.NewImage)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"0":{"NULL":true},"B":{"B":"` + base64.StdEncoding.EncodeToString([]byte{0xff, 0}) + `"},"BS":{"BS":["AQ=="]},` +
		`"L":{"L":[{"S":"ә"},{"N":"1"}]},"M":{"M":{"x":{"S":"y"}}},"N":{"N":"12.5"},"NS":{"NS":["7"]},` +
		`"PK":{"S":"FILING#1"},"SK":{"S":"OUTBOX#a"},"SS":{"SS":["q"]},"T":{"BOOL":true}}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("new image (-want +got):\n%s", diff)
	}
	r := o.last.Records[0]
	if r.EventName != "INSERT" || r.EventSource != "aws:dynamodb" || r.EventID == "" || r.Change.StreamViewType != "NEW_AND_OLD_IMAGES" {
		t.Errorf("record %+v", r)
	}
	if ahead := time.Until(r.Change.ApproximateCreationDateTime.Time); ahead < 71*time.Hour || ahead > 72*time.Hour {
		t.Errorf("creation time is %v ahead, want 72 h", ahead)
	}
}

func TestTableWithoutStream(t *testing.T) {
	db, _ := engine.ForTest(t)
	table := aws.String("without-a-stream") // each of the office's has one
	if _, err := db.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: table, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("PK"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("PK"), KeyType: types.KeyTypeHash}},
	}); err != nil {
		t.Fatal(err)
	}
	p := streams.Poller{Table: *table, DB: db}
	if err := p.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "no stream") {
		t.Errorf("Run: %v", err)
	}
}
