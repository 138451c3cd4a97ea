package store

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// An event is put into the outbox of what it happened to, in the transaction by which it happened.
// The stream gives its insertion to notify.

const outboxPrefix = "OUTBOX#"

// outboxItem is the operation that puts e into the outbox of pk. The item goes by itself after until.
func (t table) outboxItem(pk, name string, e any, until time.Time) (types.TransactWriteItem, error) {
	it, err := record(pk, outboxPrefix+name, e)
	if err != nil {
		return types.TransactWriteItem{}, err
	}
	it[schema.TTL] = ttl(until)
	return types.TransactWriteItem{Put: &types.Put{TableName: &t.name, Item: it}}, nil
}

// outboxEvent reads the event of an outbox item from its stream image. ok is false for other
// items, and for those of other things than pk begins with.
func outboxEvent[E any](image item, pk string) (e E, ok bool, err error) {
	of, _ := image[schema.PK].(*types.AttributeValueMemberS)
	name, _ := image[schema.SK].(*types.AttributeValueMemberS)
	if of == nil || name == nil || !strings.HasPrefix(of.Value, pk) || !strings.HasPrefix(name.Value, outboxPrefix) {
		return e, false, nil
	}
	err = attributevalue.UnmarshalMap(image, &e)
	return e, err == nil, err
}
