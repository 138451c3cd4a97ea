package wire

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/queue"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/trace"
)

func (a *App) queue(q schema.Queue) *queue.Queue {
	cfg, endpoint := a.aws("SQS")
	return queue.New(sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.BaseEndpoint = endpoint }), a.cfg.Queues[q.Name])
}

// outboxes returns the outbox of each table the function may touch, by the table's name.
func (a *App) outboxes() map[string]*store.Outbox {
	out := map[string]*store.Outbox{}
	for _, g := range a.fn.Tables {
		out[g.Table.Name] = store.NewOutbox(a.dynamo(), a.cfg.Table(g.Table))
	}
	return out
}

// pauses before a message comes again: it is tried for a day within 30 receives, and within half a
// minute after the first failure.
const (
	firstPause = 30 * time.Second
	lastPause  = time.Hour
)

// pause is how long a message that failed for the nth time stays hidden.
func pause(n int) time.Duration {
	if n > 8 {
		return lastPause
	}
	return min(firstPause<<max(n-1, 0), lastPause)
}

// errLater tells that an event was dealt with as far as can be now, and more is to follow: its message
// is done, and relay's sweep sends another.
var errLater = errors.New("more is to follow")

// errAgain tells that a message is to come again by no fault of the office's: it is no error in the log.
var errAgain = errors.New("it is to come again")

// spare is the time that is left when a batch takes up no more messages.
const spare = 5 * time.Second

// reader handles the messages of one batch.
type reader struct {
	app      *App
	handle   func(context.Context, schema.Queue, outbox.Entry) error
	outboxes map[string]*store.Outbox
	queues   map[string]source // by the deployed name

	direct map[string]func(ctx context.Context, body string, receives int) error // readers of queues that are no outbox's, by name
}

// source is a queue the function reads.
type source struct {
	schema.Queue
	pause time.Duration // the longest
	hide  func(ctx context.Context, receipt string, wait time.Duration) error
}

// read gives each message of the function's queues to handle and keeps in the outbox what is done.
// A message that fails does not keep the others from it: it comes again after a pause that grows.
// One log line a batch.
func (a *App) read(handle func(context.Context, schema.Queue, outbox.Entry) error) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return a.reader(handle).batch
}

func (a *App) reader(handle func(context.Context, schema.Queue, outbox.Entry) error) *reader {
	r := &reader{
		app: a, handle: handle, outboxes: a.outboxes(), queues: map[string]source{},
		direct: map[string]func(context.Context, string, int) error{},
	}
	for _, q := range a.fn.Queues {
		r.queues[path.Base(a.cfg.Queues[q.Queue.Name])] = source{q.Queue, cmp.Or(q.Pause, lastPause), a.queue(q.Queue).Hide}
	}
	return r
}

// followed is what a log line says of one event that a batch was about, so that whoever follows a filing at night finds
// each step of it by its trace: see package trace.
type followed struct {
	Type     string  `json:"type"`
	Of       string  `json:"of"` // id of what it happened to
	Trace    string  `json:"trace,omitempty"`
	Queue    string  `json:"queue,omitempty"`
	WaitedMS float64 `json:"waited_ms"` // since it was put where it was taken from: into the queue, or, of relay, since it happened
	TookMS   float64 `json:"took_ms"`   // of what its reader did
	Receives int     `json:"receives,omitempty"`
	Failed   bool    `json:"failed,omitempty"`
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (r *reader) batch(ctx context.Context, batch events.SQSEvent) (res events.SQSEventResponse, _ error) {
	begin := time.Now()
	res.BatchItemFailures = []events.SQSBatchItemFailure{} // null is as good to Lambda, not to every endpoint that plays it
	var failures []error
	var list []followed
	for _, m := range batch.Records {
		of := eventIn(m)
		of.WaitedMS = millis(max(0, time.Since(sentAt(m))))
		began := time.Now()
		err := r.message(trace.With(ctx, of.Trace), m)
		of.TookMS, of.Failed = millis(time.Since(began)), err != nil
		if of.Type != "" {
			list = append(list, of)
		}
		if err != nil {
			if !errors.Is(err, errAgain) {
				failures = append(failures, err)
			}
			res.BatchItemFailures = append(res.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
		}
	}
	attrs := []slog.Attr{
		slog.String("fn", r.app.fn.Name), slog.Int("messages", len(batch.Records)), slog.Int("done", len(batch.Records)-len(res.BatchItemFailures)),
		slog.Float64("dur_ms", float64(time.Since(begin).Microseconds())/1000),
	}
	if len(list) > 0 {
		attrs = append(attrs, slog.Any("events", list))
	}
	level := slog.LevelInfo
	if len(failures) > 0 {
		level, attrs = slog.LevelError, append(attrs, slog.String("error", errors.Join(failures...).Error()))
	}
	attrs = append(attrs, metric.Attrs(begin, metric.Value{Name: metric.Failed, Value: float64(len(failures))})...)
	r.app.log.LogAttrs(ctx, level, "batch", attrs...)
	return res, nil
}

// eventIn is what a message is about; without a Type for one that is no event of an outbox and of no trace.
func eventIn(m events.SQSMessage) (out followed) {
	var e outbox.Entry
	if json.Unmarshal([]byte(m.Body), &e) == nil && e.SK != "" {
		out.Type, out.Of, out.Trace = e.Type, e.Of, trace.Root(trace.HeaderOf(e.Trace))
	} else if out.Trace = trace.Root(m.Attributes["AWSTraceHeader"]); out.Trace != "" { // what a reader put there in turn
		out.Type = "message"
	}
	out.Queue = m.EventSourceARN[strings.LastIndex(m.EventSourceARN, ":")+1:]
	out.Receives, _ = strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
	return out
}

// sentAt is when a message was put into its queue, now where it does not say.
func sentAt(m events.SQSMessage) time.Time {
	ms, err := strconv.ParseInt(m.Attributes["SentTimestamp"], 10, 64)
	if err != nil {
		return time.Now()
	}
	return time.UnixMilli(ms)
}

// message handles one message. When it fails it is hidden for a while; when time is short it is
// left to come again at once.
func (r *reader) message(ctx context.Context, m events.SQSMessage) error {
	q, ok := r.queues[m.EventSourceARN[strings.LastIndex(m.EventSourceARN, ":")+1:]]
	if !ok {
		return fmt.Errorf("message of %s, which the function does not read", m.EventSourceARN)
	}
	wait := time.Duration(0)
	err := errTimeShort
	if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > spare {
		n, _ := strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
		wait, err = min(pause(n), q.pause), r.one(ctx, q.Queue, m.Body, n)
	}
	if err == nil {
		return nil
	}
	if errors.Is(err, context.DeadlineExceeded) {
		wait = 0 // a long list was begun and goes on where it stopped
	}
	// Without it the message comes again after the queue's visibility timeout.
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	return errors.Join(err, q.hide(late, m.ReceiptHandle, wait))
}

var errTimeShort = errors.New("no time left in this batch")

func (r *reader) one(ctx context.Context, q schema.Queue, body string, receives int) error {
	if direct := r.direct[q.Name]; direct != nil {
		short, cancel := sooner(ctx, spare/2)
		defer cancel()
		return direct(short, body, receives)
	}
	var e outbox.Entry
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		return fmt.Errorf("decode message of %s: %w", q.Name, err)
	}
	row, ok := outbox.RowOf(e.Type)
	if !ok || r.outboxes[row.Table.Name] == nil {
		return fmt.Errorf("message of %s: no event %q here", q.Name, e.Type)
	}
	short, cancel := sooner(ctx, spare/2)
	defer cancel()
	if err := r.handle(short, q, e); errors.Is(err, errLater) {
		return nil
	} else if err != nil {
		return err
	}
	return r.outboxes[row.Table.Name].Done(ctx, e, q.Name)
}

// sooner is ctx with a deadline that leaves time to say what became of it.
func sooner(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-by))
}
