package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Attempts counts attempts in windows of fixed length, one item per counter and window: PK
// "ATTEMPTS#<counter>", SK "WINDOW#<start>".
type Attempts struct{ table }

// NewAttempts returns the counters kept in the table of that name, which is the accounts table.
func NewAttempts(db *dynamodb.Client, name string) *Attempts { return &Attempts{table{db, name}} }

// Count counts one attempt at the instant at, before it is known how it ends, so that attempts
// made at once count too. counter is an opaque key. When limit attempts were counted in the
// window already it counts nothing and returns how long the window still lasts; else zero.
func (s *Attempts) Count(ctx context.Context, counter string, limit int, window time.Duration, at time.Time) (wait time.Duration, err error) {
	return s.CountMany(ctx, counter, 1, limit, window, at)
}

// CountMany is Count for n at once, at most limit, of which all are counted or none.
func (s *Attempts) CountMany(ctx context.Context, counter string, n, limit int, window time.Duration, at time.Time) (wait time.Duration, err error) {
	start := at.Truncate(window)
	_, err = s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: attemptsKey(counter, start),
		UpdateExpression:         aws.String("ADD #count :n SET #ttl = :ttl"),
		ConditionExpression:      aws.String("attribute_not_exists(#count) OR #count <= :room"),
		ExpressionAttributeNames: map[string]string{"#count": "count", "#ttl": schema.TTL},
		ExpressionAttributeValues: item{
			":n": num(int64(n)), ":room": num(int64(limit - n)), ":ttl": ttl(start.Add(2 * window)),
		},
	})
	if _, full := errors.AsType[*types.ConditionalCheckFailedException](err); full {
		return start.Add(window).Sub(at), nil
	}
	if err != nil {
		return 0, fmt.Errorf("count attempt: %w", err)
	}
	return 0, nil
}

// Take takes back one attempt that was counted at the instant at: it was none of those that count.
func (s *Attempts) Take(ctx context.Context, counter string, window time.Duration, at time.Time) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: attemptsKey(counter, at.Truncate(window)),
		UpdateExpression:          aws.String("ADD #count :less"),
		ConditionExpression:       aws.String("#count > :none"),
		ExpressionAttributeNames:  map[string]string{"#count": "count"},
		ExpressionAttributeValues: item{":less": num(-1), ":none": num(0)},
	})
	if _, gone := errors.AsType[*types.ConditionalCheckFailedException](err); gone {
		return nil
	}
	if err != nil {
		return fmt.Errorf("take back attempt: %w", err)
	}
	return nil
}

// Forget sets a counter's window at the instant at back to nothing, after a success.
func (s *Attempts) Forget(ctx context.Context, counter string, window time.Duration, at time.Time) error {
	if _, err := s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.name, Key: attemptsKey(counter, at.Truncate(window)),
	}); err != nil {
		return fmt.Errorf("forget attempts: %w", err)
	}
	return nil
}

func attemptsKey(counter string, start time.Time) item {
	return key("ATTEMPTS#"+counter, "WINDOW#"+strconv.FormatInt(start.Unix(), 10))
}
