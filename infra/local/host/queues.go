package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/queues"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// sqsPath is where the host plays SQS.
const sqsPath = "/_local/sqs"

// openQueues opens the queues that the host plays, unless SQS is given, and finds the URLs of all.
func (h *Host) openQueues(ctx context.Context) error {
	h.queueURLs = map[string]string{}
	if given := h.cfg.external("SQS"); given != "" {
		h.endpoints["SQS"] = given
		for _, q := range schema.Queues {
			name := h.cfg.queueName(q)
			out, err := h.sqs().GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
			if err != nil {
				return fmt.Errorf("queue %s: %w", name, err)
			}
			h.queueURLs[q.Name] = aws.ToString(out.QueueUrl)
		}
		return nil
	}
	h.endpoints["SQS"] = h.URL + sqsPath
	var settings []queues.Settings
	for _, q := range schema.Queues {
		s := queues.Settings{Name: q.Name, Visibility: 30 * time.Second}
		if f, trigger, ok := reads(h.cfg.Functions, q); ok {
			s.Visibility, s.Receives, s.DeadLetters = f.Visibility(), trigger.Receives, trigger.DeadLetters.Name
		}
		settings = append(settings, s)
		h.queueURLs[q.Name] = queues.URL(h.endpoints["SQS"], q.Name)
	}
	var err error
	if h.broker, err = queues.Open(ctx, filepath.Join(h.cfg.State, "data", "queues.db"), settings); err != nil {
		return err
	}
	h.atStop(func() { h.broker.Close() })
	h.sqsHandler = h.broker.Handler(h.endpoints["SQS"])
	return nil
}

func (h *Host) playSQS(w http.ResponseWriter, r *http.Request) {
	if h.sqsHandler == nil {
		http.Error(w, "the queues are at "+h.endpoints["SQS"], http.StatusNotFound)
		return
	}
	h.sqsHandler.ServeHTTP(w, r)
}

// reads finds the row that reads a queue.
func reads(rows []functions.Function, q schema.Queue) (functions.Function, functions.Queue, bool) {
	for _, row := range rows {
		for _, trigger := range row.Queues {
			if trigger.Queue == q {
				return row, trigger, true
			}
		}
	}
	return functions.Function{}, functions.Queue{}, false
}

func (h *Host) sqs() *sqs.Client {
	return sqs.New(sqs.Options{Region: h.region, Credentials: h.credentials(), BaseEndpoint: aws.String(h.endpoints["SQS"])})
}

// feed gives the functions whose rows read queues their messages until ctx ends.
func (h *Host) feed(ctx context.Context, wg *sync.WaitGroup) {
	client := h.sqs()
	for i, row := range h.cfg.Functions {
		for _, rule := range row.Queues {
			p := &queues.Poller{
				Rule: rule, SQS: client, URL: h.queueURLs[rule.Queue.Name], ARN: queues.ARN(h.region, h.queueName(rule.Queue)),
				Function: h.functions[i], Log: h.cfg.Log,
			}
			wg.Go(func() { p.Run(ctx) })
		}
	}
}

// queueName is the name a queue has where it is.
func (h *Host) queueName(q schema.Queue) string {
	if h.broker != nil {
		return q.Name
	}
	return h.cfg.queueName(q)
}

// HurryQueues has messages tried again that wait for that, and those that were received over age ago
// by a process that was killed since.
func (h *Host) HurryQueues(ctx context.Context, age time.Duration) error {
	return errors.Join(h.broker.Hurry(ctx), h.broker.Abandon(ctx, age))
}

// depths is how many messages each queue that the host plays has, those under way included.
func (h *Host) depths() map[string]int {
	all := map[string]int{}
	if h.broker == nil {
		return all
	}
	for _, q := range schema.Queues {
		if visible, hidden, err := h.broker.Depth(context.Background(), q.Name); err == nil {
			all[q.Name] = visible + hidden
		}
	}
	return all
}

// letter is one dead letter.
type letter struct {
	ID    string          `json:"id"`
	Queue string          `json:"queue"`
	Body  json.RawMessage `json:"body"`
}

// letters are the messages of the queues of dead letters that the host plays, oldest first.
func (h *Host) letters(ctx context.Context) ([]letter, error) {
	all := []letter{}
	for _, q := range schema.Queues {
		if q.Env != "" || h.broker == nil {
			continue
		}
		list, err := h.broker.List(ctx, q.Name)
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			l := letter{m.ID, q.Name, json.RawMessage(m.Body)}
			if !json.Valid(l.Body) {
				l.Body, _ = json.Marshal(m.Body)
			}
			all = append(all, l)
		}
	}
	return all, nil
}

// redrive takes {"queue": "notify-dead-letters"} and moves its messages back to where they came from.
func (h *Host) redrive(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Queue string `json:"queue"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024)).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if h.broker == nil {
		http.Error(w, "the queues are at "+h.endpoints["SQS"], http.StatusNotFound)
		return
	}
	n, err := h.broker.Redrive(r.Context(), in.Queue)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	writeJSON(w, map[string]any{"queue": in.Queue, "messages": n})
}
