package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/trace"
)

// An event is put into the outbox of what it happened to, in the transaction by which it happened.
// The stream gives its insertion to relay. Until everyone whose queue its row names has done what
// follows, the item stands in the index under one of OutboxShards keys, by the instant from which
// it is overdue; then it leaves the index.

const outboxPrefix = "OUTBOX#"

// OutboxShards is over how many index keys the events not yet told are spread. A key takes 1,000
// writes a second; in the busiest second of a night 2,800 are sealed and mailed and locked, each put
// and changed four times: see infra/night. It may be raised, never lowered.
const OutboxShards = 64

// entryItem is an event in an outbox. Of a stream image only these attributes are read.
type entryItem struct {
	PK     string
	SK     string
	V      int      `dynamodbav:"v"`
	Type   string   `dynamodbav:"type"`
	Of     string   `dynamodbav:"of"`
	At     string   `dynamodbav:"at"`
	Data   string   `dynamodbav:"data"` // JSON: a renamed field can't change what is stored
	Awaits []string `dynamodbav:"awaits,stringset,omitempty"`
	Try    int      `dynamodbav:"try,omitempty"`
	Trace  string   `dynamodbav:"trace,omitempty"`
}

func (it entryItem) entry() outbox.Entry {
	return outbox.Entry{
		Event: outbox.Event{V: it.V, Type: it.Type, Of: it.Of, At: it.At, Data: json.RawMessage(it.Data), Trace: it.Trace},
		PK:    it.PK, SK: it.SK, Awaits: it.Awaits, Try: it.Try,
	}
}

func outboxShard(pk string) string {
	return shardName(int(shardOf(pk, OutboxShards)))
}

// shardOf is which of n shards what is called name belongs to.
func shardOf(name string, n uint32) uint32 {
	h := fnv.New32a()
	h.Write([]byte(name))
	return h.Sum32() % n
}

func shardName(n int) string { return fmt.Sprintf("%s%x", outboxPrefix, n) }

// outboxItem is the operation that puts e into the outbox of pk, under name. The item goes by
// itself after until, unless that is the zero time.
func (t table) outboxItem(pk, name string, e outbox.Event, until time.Time) (types.TransactWriteItem, error) {
	row, ok := outbox.RowOf(e.Type)
	if !ok {
		return types.TransactWriteItem{}, fmt.Errorf("no row of the outbox has events %s", e.Type)
	}
	at, err := e.Instant()
	if err != nil {
		return types.TransactWriteItem{}, fmt.Errorf("event %s: %w", e.Type, err)
	}
	in := entryItem{V: e.V, Type: e.Type, Of: e.Of, At: e.At, Data: string(e.Data)}
	for _, q := range row.Queues {
		in.Awaits = append(in.Awaits, q.Name)
	}
	it, err := record(pk, outboxPrefix+name, in)
	if err != nil {
		return types.TransactWriteItem{}, err
	}
	if len(in.Awaits) > 0 {
		it[schema.GSI1PK], it[schema.GSI1SK] = str(outboxShard(pk)), str(instant(at.Add(outbox.Patience)))
	}
	if !until.IsZero() {
		it[schema.TTL] = ttl(until)
	}
	return types.TransactWriteItem{Put: &types.Put{TableName: &t.name, Item: it}}, nil
}

// traced has the outbox items among ops say which trace they belong to, whoever made them.
func traced(ctx context.Context, ops []types.TransactWriteItem) {
	root := trace.Of(ctx)
	if root == "" {
		return
	}
	for _, op := range ops {
		if op.Put != nil && strings.HasPrefix(text(op.Put.Item, schema.SK), outboxPrefix) {
			op.Put.Item["trace"] = str(root)
		}
	}
}

// OutboxEntry reads an outbox item as a table or its stream has it. ok is false for other items.
func OutboxEntry(image map[string]types.AttributeValue) (e outbox.Entry, ok bool, err error) {
	sk, _ := image[schema.SK].(*types.AttributeValueMemberS)
	if sk == nil || !strings.HasPrefix(sk.Value, outboxPrefix) {
		return e, false, nil
	}
	var it entryItem
	if err := attributevalue.UnmarshalMap(image, &it); err != nil {
		return e, false, fmt.Errorf("decode %s: %w", sk.Value, err)
	}
	return it.entry(), true, nil
}

// Outbox is the outbox of one table, for those who tell its events.
type Outbox struct{ table }

// NewOutbox returns the outbox of the table of that name.
func NewOutbox(db *dynamodb.Client, name string) *Outbox { return &Outbox{table{db, name}} }

// Done keeps that the reader of a queue has done what follows from e. The last one's takes the
// entry out of the index. A repeat changes nothing, nor does an entry that is gone.
func (s *Outbox) Done(ctx context.Context, e outbox.Entry, queue string) error {
	row, _ := outbox.RowOf(e.Type)
	in := &dynamodb.UpdateItemInput{TableName: &s.name, Key: key(e.PK, e.SK)}
	if len(row.Queues) == 1 {
		in.UpdateExpression = aws.String("REMOVE awaits, GSI1PK, GSI1SK")
		in.ConditionExpression = aws.String("attribute_exists(GSI1PK)")
		return s.leave(ctx, e, in)
	}
	in.UpdateExpression = aws.String("DELETE awaits :one")
	in.ConditionExpression = aws.String("contains(awaits, :queue)")
	one := &types.AttributeValueMemberSS{Value: []string{queue}}
	in.ExpressionAttributeValues = item{":one": one, ":queue": str(queue)}
	if err := s.leave(ctx, e, in); err != nil {
		return err
	}
	return s.leave(ctx, e, &dynamodb.UpdateItemInput{ // DynamoDB drops a set that is empty
		TableName: &s.name, Key: key(e.PK, e.SK), UpdateExpression: aws.String("REMOVE GSI1PK, GSI1SK"),
		ConditionExpression: aws.String("attribute_exists(GSI1PK) AND attribute_not_exists(awaits)"),
	})
}

// leave does the update unless its condition fails.
func (s *Outbox) leave(ctx context.Context, e outbox.Entry, in *dynamodb.UpdateItemInput) error {
	_, err := s.db.UpdateItem(ctx, in)
	if _, failed := errors.AsType[*types.ConditionalCheckFailedException](err); failed {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s of %s is done: %w", e.Type, e.Of, err)
	}
	return nil
}

// Oldest returns when the oldest event happened that someone is still to be told of; ok is false when
// there is none. What awaits nothing but its verification is told: word about a certificate from since
// it signed takes hours. Nor does what was told and bounced count: see Again. One that was postponed (see Postpone) is seen once no fresher one is left in
// its shard.
func (s *Outbox) Oldest(ctx context.Context) (at time.Time, ok bool, err error) {
	for shard := range OutboxShards {
		happened, is, err := s.oldestOf(ctx, shard)
		if err != nil {
			return at, false, fmt.Errorf("oldest of what is untold: %w", err)
		}
		if is && (!ok || happened.Before(at)) {
			at, ok = happened, true
		}
	}
	return at, ok, nil
}

func (s *Outbox) oldestOf(ctx context.Context, shard int) (at time.Time, ok bool, err error) {
	pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index),
		KeyConditionExpression:    aws.String("GSI1PK = :shard"),
		ExpressionAttributeValues: item{":shard": str(shardName(shard))},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return at, false, err
		}
		for _, it := range page.Items {
			e, is, err := OutboxEntry(it)
			if err != nil {
				return at, false, err
			}
			if is && !e.Told() && e.Try == 0 {
				at, err = e.Instant()
				return at, err == nil, err
			}
		}
	}
	return at, false, nil
}

// Overdue calls f with each event that someone should have been told of before the instant at and
// was not, oldest first within a shard, until f fails.
func (s *Outbox) Overdue(ctx context.Context, at time.Time, f func(outbox.Entry) error) error {
	for shard := range OutboxShards {
		pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
			TableName: &s.name, IndexName: aws.String(schema.Index),
			KeyConditionExpression:    aws.String("GSI1PK = :shard AND GSI1SK <= :at"),
			ExpressionAttributeValues: item{":shard": str(shardName(shard)), ":at": str(instant(at))},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return fmt.Errorf("list what is untold: %w", err)
			}
			for _, it := range page.Items {
				e, ok, err := OutboxEntry(it)
				if err != nil {
					return err
				}
				if ok && !expired(it, at) {
					if err := f(e); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// Postpone keeps that e was sent again and is not overdue before next, unless it was done meanwhile.
func (s *Outbox) Postpone(ctx context.Context, e outbox.Entry, next time.Time) error {
	return s.leave(ctx, e, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(e.PK, e.SK), UpdateExpression: aws.String("SET GSI1SK = :next"),
		ConditionExpression:       aws.String("attribute_exists(GSI1PK)"),
		ExpressionAttributeValues: item{":next": str(instant(next))},
	})
}
