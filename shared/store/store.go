// Package store keeps the office's state in DynamoDB. One type an aggregate, methods in the domain's
// language: Accounts, Sessions, Contacts, Filings, Cases, Site. Where one transaction serves two of them,
// its method belongs to the one whose rule it keeps.
//
// What every method guarantees: a write that belongs together is one transaction, a repeat of
// the same write changes nothing and returns what the first returned, and an expired item is
// never returned even while DynamoDB still holds it. Errors are the domain's (filing.ErrNotFound,
// challenge.ErrUsed …); anything else is the AWS SDK's, wrapped with what was being done.
package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// item is a DynamoDB item.
type item = map[string]types.AttributeValue

// table is one table through one client.
type table struct {
	db   *dynamodb.Client
	name string
}

func key(pk, sk string) item {
	return item{schema.PK: str(pk), schema.SK: str(sk)}
}

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func num(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// set is a string set of one.
func set(s string) types.AttributeValue { return &types.AttributeValueMemberSS{Value: []string{s}} }

// instant is how times are kept: RFC 3339 in UTC with exactly three decimals, so that text
// order is time order.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func parseInstant(s string) (time.Time, error) { return time.Parse("2006-01-02T15:04:05.000Z", s) }

// ttl is the time-to-live attribute: epoch seconds, rounded up so that nothing goes early.
func ttl(t time.Time) types.AttributeValue { return num(t.Add(time.Second - 1).Unix()) }

// get reads one item consistently into the value that into points to. It reports false when
// there is none, or it had expired at the instant at.
func (t table) get(ctx context.Context, pk, sk string, at time.Time, into any) (bool, error) {
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, Key: key(pk, sk), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return false, err
	}
	if out.Item == nil || expired(out.Item, at) {
		return false, nil
	}
	return true, attributevalue.UnmarshalMap(out.Item, into)
}

// expired reports whether an item's time to live had passed at the instant at.
func expired(it item, at time.Time) bool {
	n, ok := it[schema.TTL].(*types.AttributeValueMemberN)
	if !ok {
		return false
	}
	sec, err := strconv.ParseInt(n.Value, 10, 64)
	return err == nil && sec <= at.Unix()
}

// record encodes a struct with dynamodbav tags and adds its key.
func record(pk, sk string, v any) (item, error) {
	it, err := attributevalue.MarshalMap(v)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", sk, err)
	}
	it[schema.PK], it[schema.SK] = str(pk), str(sk)
	return it, nil
}

// transact writes all or nothing. When a condition fails it returns the reasons, one per
// operation in order (Code is "None" for those that held), with the items the failed conditions
// met where they asked for them (ReturnValuesOnConditionCheckFailure = ALL_OLD). A transaction
// that met another one on the same item is tried again: the SDK does not, and until the other is
// done the reasons are not the whole truth.
func (t table) transact(ctx context.Context, ops ...types.TransactWriteItem) ([]types.CancellationReason, error) {
	traced(ctx, ops)
	for wait := 10 * time.Millisecond; ; wait *= 2 {
		_, err := t.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: ops})
		cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
		if !ok {
			return nil, err
		}
		conflict, refused := false, false
		for _, r := range cancelled.CancellationReasons {
			conflict = conflict || aws.ToString(r.Code) == "TransactionConflict"
			refused = refused || aws.ToString(r.Code) == "ConditionalCheckFailed"
		}
		switch {
		case conflict && wait < time.Second:
			select {
			case <-time.After(wait/2 + rand.N(wait)):
			case <-ctx.Done():
				return nil, fmt.Errorf("%w while in conflict: %w", ctx.Err(), err)
			}
		case refused && !conflict:
			return cancelled.CancellationReasons, nil
		default:
			return nil, err
		}
	}
}

// raceTries is how often a write is tried whose condition says that another one came first.
// Each loss means that someone else won, and a subject registers once.
const raceTries = 5

var errRace = errors.New("others keep coming first")

// batch reads up to 100 items consistently, in no order; those that don't exist are left out.
func (t table) batch(ctx context.Context, keys ...item) ([]item, error) {
	var found []item
	ask := map[string]types.KeysAndAttributes{t.name: {Keys: keys, ConsistentRead: aws.Bool(true)}}
	for try := 0; len(ask) > 0; try++ {
		if try == 4 {
			return nil, errors.New("the table is too busy to read")
		}
		out, err := t.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: ask})
		if err != nil {
			return nil, err
		}
		found = append(found, out.Responses[t.name]...)
		ask = out.UnprocessedKeys
	}
	return found, nil
}

// under returns all items of pk whose SK begins with prefix, in the order of SK: with "", all.
func (t table) under(ctx context.Context, pk, prefix string) ([]item, error) {
	in := &dynamodb.QueryInput{
		TableName: &t.name, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("PK = :pk"),
		ExpressionAttributeValues: item{":pk": str(pk)},
	}
	if prefix != "" { // DynamoDB refuses an empty value for a key
		in.KeyConditionExpression = aws.String("PK = :pk AND begins_with(SK, :sk)")
		in.ExpressionAttributeValues[":sk"] = str(prefix)
	}
	var found []item
	pages := dynamodb.NewQueryPaginator(t.db, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, page.Items...)
	}
	return found, nil
}

// failed reports whether operation i's condition did not hold.
func failed(reasons []types.CancellationReason, i int) bool {
	return i < len(reasons) && aws.ToString(reasons[i].Code) == "ConditionalCheckFailed"
}
