// Package streams feeds functions from DynamoDB streams as Lambda's event source mapping does:
// records in order within a shard and at least once, filtered, in batches; a failing batch is
// retried, halved, given up after its retries or its age, and its position sent to a dead-letter
// queue. Start with Poller.Run.
//
// The emulators at hand get these rules wrong, which is why they are here. A batching window,
// tumbling windows and several batches per shard at a time are not: the functions use none.
package streams

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Invoker runs one function. *runtimeapi.Function is one.
type Invoker interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Poller consumes one table's stream for one function. All fields but Log, Woken and Passed must be set.
type Poller struct {
	ARN         string           // of the function, written into dead letters
	Rule        functions.Stream // of its table row
	Table       string           // deployed name
	DB          *dynamodb.Client
	Streams     *dynamodbstreams.Client
	Function    Invoker
	DeadLetters DeadLetters
	Checkpoint  string               // file that keeps the position of each shard
	Woken       <-chan struct{}      // something may have been written; nil for a table nobody tells of
	Gather      time.Duration        // pause after that, so that what is written together is read together
	Every       time.Duration        // pause after an empty read when nothing wakes it
	Passed      *atomic.Int64        // or nil: kept at the sequence number up to which nothing needs delivery
	Backoff     time.Duration        // before the first retry; doubles up to 50 times itself
	Shift       func() time.Duration // added to the times that the function sees
	Log         *slog.Logger         // or nil

	stream string
	marks  *checkpoint
}

// Run consumes the stream until ctx ends, starting where the checkpoint says or at the oldest
// record. It returns ctx's error, or at once an error for a table without a stream and for a
// checkpoint that can't be read. What was delivered but not yet marked is delivered again.
func (p *Poller) Run(ctx context.Context) error {
	table, err := p.DB.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &p.Table})
	if err != nil {
		return fmt.Errorf("stream of %s: %w", p.Table, err)
	}
	if p.stream = aws.ToString(table.Table.LatestStreamArn); p.stream == "" {
		return fmt.Errorf("table %s has no stream", p.Table)
	}
	if p.marks, err = openCheckpoint(p.Checkpoint, p.stream); err != nil {
		return err
	}
	p.tellPassed()
	var wg sync.WaitGroup
	defer wg.Wait()
	started := map[string]bool{}
	ended := make(chan struct{}, 1)
	for {
		shards, err := p.shards(ctx)
		if err != nil && ctx.Err() == nil {
			p.warn("list shards", err)
		}
		for _, s := range p.ready(shards) {
			if id := *s.ShardId; !started[id] {
				started[id] = true
				wg.Go(func() {
					p.shard(ctx, id)
					select {
					case ended <- struct{}{}:
					default:
					}
				})
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ended: // its children may follow
		case <-time.After(20 * p.Every):
		}
	}
}

func (p *Poller) shards(ctx context.Context) ([]types.Shard, error) {
	var all []types.Shard
	in := &dynamodbstreams.DescribeStreamInput{StreamArn: &p.stream}
	for {
		out, err := p.Streams.DescribeStream(ctx, in)
		if err != nil {
			return nil, err
		}
		all = append(all, out.StreamDescription.Shards...)
		if in.ExclusiveStartShardId = out.StreamDescription.LastEvaluatedShardId; in.ExclusiveStartShardId == nil {
			return all, nil
		}
	}
}

// ready lists the shards that may be read: not finished, and the parent finished or gone, so
// that a key's records are seen in order across a split.
func (p *Poller) ready(all []types.Shard) []types.Shard {
	known := map[string]bool{}
	for _, s := range all {
		known[*s.ShardId] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(s types.Shard) bool {
		parent := aws.ToString(s.ParentShardId)
		return p.marks.finished(*s.ShardId) || known[parent] && !p.marks.finished(parent)
	})
}

// shard reads one shard to its end or until ctx ends.
func (p *Poller) shard(ctx context.Context, id string) {
	var iterator *string
	for ctx.Err() == nil {
		if iterator == nil {
			var err error
			if iterator, err = p.iterator(ctx, id); err != nil {
				p.warn("open shard "+id, err)
				pause(ctx, 10*p.Every)
				continue
			}
		}
		out, err := p.Streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: iterator})
		if err != nil {
			if ctx.Err() == nil {
				p.warn("read shard "+id, err)
			}
			iterator = nil // expired, or the engine was restarted
			pause(ctx, 10*p.Every)
			continue
		}
		if err := p.consume(ctx, id, out.Records); err != nil {
			return // ctx ended: what is not marked comes again
		}
		if iterator = out.NextShardIterator; iterator == nil {
			p.mark(id, endOfShard)
			return
		}
		if len(out.Records) == 0 {
			p.wait(ctx)
		}
	}
}

func (p *Poller) iterator(ctx context.Context, id string) (*string, error) {
	in := &dynamodbstreams.GetShardIteratorInput{
		StreamArn: &p.stream, ShardId: &id, ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	}
	if at := p.marks.at(id); at != "" {
		in.ShardIteratorType, in.SequenceNumber = types.ShardIteratorTypeAfterSequenceNumber, &at
	}
	out, err := p.Streams.GetShardIterator(ctx, in)
	if _, trimmed := errors.AsType[*types.TrimmedDataAccessException](err); trimmed {
		in.ShardIteratorType, in.SequenceNumber = types.ShardIteratorTypeTrimHorizon, nil
		out, err = p.Streams.GetShardIterator(ctx, in)
	}
	if err != nil {
		return nil, err
	}
	return out.ShardIterator, nil
}

// consume delivers the records that pass the filter in batches and marks all of them. It fails
// only when ctx ends.
func (p *Poller) consume(ctx context.Context, shard string, records []types.Record) error {
	var batch []types.Record
	for i, r := range records {
		if p.passes(r) {
			batch = append(batch, r)
		}
		if last := i == len(records)-1; len(batch) > 0 && (last || len(batch) == max(p.Rule.BatchSize, 1)) {
			if err := p.deliver(ctx, shard, batch); err != nil {
				return err
			}
			p.mark(shard, *r.Dynamodb.SequenceNumber)
			batch = nil
		} else if last {
			p.mark(shard, *r.Dynamodb.SequenceNumber)
		}
	}
	return nil
}

// passes applies the row's filter as the deployed filter pattern does.
func (p *Poller) passes(r types.Record) bool {
	if len(p.Rule.EventNames) > 0 && !slices.Contains(p.Rule.EventNames, string(r.EventName)) {
		return false
	}
	if p.Rule.SKPrefix == "" {
		return true
	}
	sk, ok := r.Dynamodb.NewImage[schema.SK].(*types.AttributeValueMemberS)
	return ok && strings.HasPrefix(sk.Value, p.Rule.SKPrefix)
}

func (p *Poller) mark(shard, sequence string) {
	if err := p.marks.set(shard, sequence); err != nil {
		p.warn("keep position of "+shard, err)
	}
	p.tellPassed()
}

func (p *Poller) tellPassed() {
	if p.Passed != nil {
		p.Passed.Store(p.marks.lowest())
	}
}

func (p *Poller) warn(doing string, err error) {
	if p.Log != nil {
		p.Log.Warn(doing, "table", p.Table, "error", err)
	}
}

// wait returns when there may be records to read.
func (p *Poller) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(p.Every):
	case <-p.Woken:
		pause(ctx, p.Gather)
	}
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
