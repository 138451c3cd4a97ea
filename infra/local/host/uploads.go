package host

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// uploadsPath is where versitygw tells of objects, and tests at its start whether anyone listens.
const uploadsPath = "/_local/uploads"

// told takes a notification and answers when it is kept: versitygw waits no longer than three seconds.
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
	if err := h.put(r.Context(), schema.Uploads, string(body)); err != nil {
		h.cfg.Log.Warn("uploads", slog.String("error", err.Error()))
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// put puts a message into a queue, wherever that is.
func (h *Host) put(ctx context.Context, q schema.Queue, body string) error {
	if h.broker != nil {
		_, err := h.broker.Send(ctx, q.Name, body)
		return err
	}
	url := h.queueURLs[q.Name]
	_, err := h.sqs().SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body})
	return err
}
