package streams

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/courtoffice/courtoffice/infra/local/runtimeapi"
)

// deliver returns nil when every record of batch was processed or given up, and an error only
// when ctx ended before that.
//
// A batch that fails from its first record on is halved if the rule says so, which does not
// count as a retry; one that got further goes on at the record that failed. What can't be
// halved is retried Rule.Retries times and then given up.
func (p *Poller) deliver(ctx context.Context, shard string, batch []types.Record) error {
	wait := p.Backoff
	for retries := 0; ; {
		var err error
		if batch, err = p.dropOld(ctx, shard, batch); err != nil || len(batch) == 0 {
			return err
		}
		done, cause := p.try(ctx, batch)
		if done == len(batch) {
			return nil
		}
		if ctx.Err() != nil { // a failure while stopping says nothing about the records
			return ctx.Err()
		}
		if done > 0 {
			p.mark(shard, *batch[done-1].Dynamodb.SequenceNumber)
			if batch = batch[done:]; p.Rule.Bisect {
				return p.deliver(ctx, shard, batch)
			}
		}
		switch {
		case errors.Is(cause, runtimeapi.ErrThrottled): // retried until too old, not counted
		case p.Rule.Bisect && len(batch) > 1:
			if err := p.deliver(ctx, shard, batch[:len(batch)/2]); err != nil {
				return err
			}
			p.mark(shard, *batch[len(batch)/2-1].Dynamodb.SequenceNumber)
			return p.deliver(ctx, shard, batch[len(batch)/2:])
		case retries == p.Rule.Retries:
			return p.giveUp(ctx, shard, batch, "RetryAttemptsExhausted", retries+1, cause)
		default:
			retries++
		}
		pause(ctx, wait)
		wait = min(2*wait, 50*p.Backoff)
	}
}

// dropOld gives up the records at the front that are older than the rule allows; those behind
// them are younger.
func (p *Poller) dropOld(ctx context.Context, shard string, batch []types.Record) ([]types.Record, error) {
	if p.Rule.MaxAge == 0 {
		return batch, nil
	}
	limit := time.Now().Add(-p.Rule.MaxAge)
	n := 0
	for n < len(batch) && batch[n].Dynamodb.ApproximateCreationDateTime.Before(limit) {
		n++
	}
	if n == 0 {
		return batch, nil
	}
	return batch[n:], p.giveUp(ctx, shard, batch[:n], "RecordAgeExceeded", 0, nil)
}

// try invokes the function once and returns how many records from the front were processed.
// When that is not all of them, the error tells why.
func (p *Poller) try(ctx context.Context, batch []types.Record) (int, error) {
	payload, err := event(p.stream, batch, p.Shift())
	if err != nil {
		return 0, err
	}
	out, err := p.Function.Invoke(ctx, payload)
	if err != nil {
		return 0, err
	}
	n := processed(out, batch)
	if n < len(batch) {
		err = errors.New("the function reported failed records")
	}
	return n, err
}

// processed reads a function's answer with ReportBatchItemFailures: no answer, null or an empty
// list is success; otherwise everything from the earliest failed record on has failed. An
// identifier that is missing, empty or unknown fails the whole batch, as does an answer that is
// not an object.
func processed(out []byte, batch []types.Record) int {
	if out = bytes.TrimSpace(out); len(out) == 0 || bytes.Equal(out, []byte("null")) || bytes.Equal(out, []byte(`""`)) {
		return len(batch)
	}
	var answer struct {
		Failures []struct {
			ID string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if json.Unmarshal(out, &answer) != nil {
		return 0
	}
	first := len(batch)
	for _, f := range answer.Failures {
		at := 0
		for at < len(batch) && *batch[at].Dynamodb.SequenceNumber != f.ID {
			at++
		}
		if at == len(batch) {
			return 0
		}
		first = min(first, at)
	}
	return first
}
