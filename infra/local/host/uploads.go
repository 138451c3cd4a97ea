package host

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/uuid"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/streams"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// uploadsPath is where versitygw tells of objects, and tests at its start whether anyone listens.
const uploadsPath = "/_local/uploads"

// told takes a notification and answers at once: versitygw waits no longer than three seconds.
func (h *Host) told(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var note struct {
		Records []struct {
			EventName string
			S3        struct {
				Bucket struct{ Name string }
				Object struct{ Key string }
			}
		}
	}
	if err := json.Unmarshal(body, &note); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	bucket, _ := h.cfg.bucketName(schema.Documents)
	for _, r := range note.Records {
		if r.S3.Bucket.Name != bucket || !strings.HasPrefix(r.S3.Object.Key, schema.UploadsPrefix) || !slices.Contains(schema.UploadEvents, r.EventName) {
			return
		}
	}
	if len(note.Records) == 0 {
		return // the test
	}
	select {
	case h.uploads <- body:
	default:
		h.cfg.Log.Warn("uploads", slog.String("error", "too many wait: an upload is not told of"))
	}
}

// feedUploads gives what the bucket tells to the function that reads the queue, as Lambda would.
func (h *Host) feedUploads(ctx context.Context, wg *sync.WaitGroup, letters streams.DeadLetters) {
	for i, row := range h.cfg.Functions {
		for _, rule := range row.Queues {
			if rule.Queue != schema.Uploads {
				continue
			}
			for range min(rule.Concurrency, 2) {
				wg.Go(func() {
					for {
						select {
						case <-ctx.Done():
							return
						case body := <-h.uploads:
							h.deliver(ctx, h.functions[i].Invoke, rule, body, letters)
						}
					}
				})
			}
		}
	}
}

// deliver gives one message to a function until it is done with it, or has had it as often as the
// rule says.
func (h *Host) deliver(ctx context.Context, invoke func(context.Context, []byte) ([]byte, error), rule functions.Queue, body []byte, letters streams.DeadLetters) {
	message := events.SQSMessage{
		MessageId: uuid.NewString(), Body: string(body), EventSource: "aws:sqs", AWSRegion: h.region,
		EventSourceARN: "arn:aws:sqs:" + h.region + ":000000000000:" + rule.Queue.Name,
	}
	var err error
	for n := range rule.Receives {
		message.Attributes = map[string]string{"ApproximateReceiveCount": fmt.Sprint(n + 1)}
		if err = offer(ctx, invoke, message); err == nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second << min(n, 5)):
		}
	}
	h.cfg.Log.Warn("given up", slog.String("queue", rule.Queue.Name), slog.String("error", err.Error()))
	if err := letters.Put(ctx, rule.DeadLetters, body); err != nil {
		h.cfg.Log.Warn("dead letter", slog.String("error", err.Error()))
	}
}

var errNotDone = errors.New("the function reported a failure")

func offer(ctx context.Context, invoke func(context.Context, []byte) ([]byte, error), message events.SQSMessage) error {
	payload, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{message}})
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	out, err := invoke(ctx, payload)
	if err != nil {
		return err
	}
	var res events.SQSEventResponse
	if err := json.NewDecoder(bytes.NewReader(out)).Decode(&res); err != nil {
		return fmt.Errorf("decode answer: %w", err)
	}
	if len(res.BatchItemFailures) > 0 {
		return errNotDone
	}
	return nil
}
