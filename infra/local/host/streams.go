package host

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/runtimeapi"
	"github.com/courtoffice/courtoffice/infra/local/streams"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// reader reads one table's stream for one function.
type reader struct {
	fn     *runtimeapi.Function
	rule   functions.Stream
	woken  chan struct{} // holds one
	passed atomic.Int64
}

// A table that a function may have written to is read soon; what is written past the functions
// waits for the next look.
const (
	gather    = 50 * time.Millisecond
	lookEvery = time.Second
	trimEvery = 10 * time.Second
)

// addReaders makes the readers of a function's streams.
func (h *Host) addReaders(row functions.Function, fn *runtimeapi.Function) {
	for _, rule := range row.Streams {
		h.readers = append(h.readers, &reader{fn: fn, rule: rule, woken: make(chan struct{}, 1)})
	}
}

// wake has the tables read that a function of that row may have written to.
func (h *Host) wake(row functions.Function) {
	for _, g := range row.Tables {
		if g.Access != functions.Write && g.Access != functions.Update {
			continue
		}
		for _, r := range h.readers {
			if r.rule.Table != g.Table {
				continue
			}
			select {
			case r.woken <- struct{}{}:
			default: // it is about to look
			}
		}
	}
}

// streams feeds the functions whose rows have streams until ctx ends.
func (h *Host) streams(ctx context.Context, wg *sync.WaitGroup) {
	client := dynamodbstreams.New(dynamodbstreams.Options{
		Region: h.region, Credentials: h.credentials(), BaseEndpoint: aws.String(h.endpoints["DYNAMODB_STREAMS"]),
	})
	letters := streams.Queues{SQS: h.sqs(), Name: h.queueName}
	for _, r := range h.readers {
		table, _ := h.cfg.tableName(r.rule.Table)
		p := &streams.Poller{
			ARN: r.fn.ARN(), Rule: r.rule, Table: table, DB: h.dynamo(), Streams: client,
			Function: r.fn, DeadLetters: letters,
			Checkpoint: filepath.Join(h.cfg.State, "streams", r.fn.Name+"-"+r.rule.Table.Name+".json"),
			Woken:      r.woken, Gather: gather, Every: lookEvery, Passed: &r.passed,
			Backoff: 200 * time.Millisecond,
			Shift:   func() time.Duration { return time.Duration(h.shift.Load()) },
			Log:     h.cfg.Log,
		}
		wg.Go(func() {
			if err := p.Run(ctx); ctx.Err() == nil {
				h.fail(fmt.Errorf("stream of %s: %w", r.fn.Name, err))
			}
		})
	}
	if h.records != nil {
		wg.Go(func() { h.trim(ctx) })
	}
}

// trim keeps the engine's stream records few until ctx ends.
func (h *Host) trim(ctx context.Context) {
	every := time.NewTicker(trimEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		for _, t := range schema.Tables {
			name, _ := h.cfg.tableName(t)
			if _, err := h.records.Trim(ctx, name, h.passed(t), time.Now()); err != nil && ctx.Err() == nil {
				h.cfg.Log.Warn("trim", "error", err.Error())
			}
		}
	}
}

// passed is the sequence number up to which no reader of the table needs its records.
func (h *Host) passed(t schema.Table) int64 {
	var low int64 = math.MaxInt64
	for _, r := range h.readers {
		if r.rule.Table == t {
			low = min(low, r.passed.Load())
		}
	}
	return low
}
