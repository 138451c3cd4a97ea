package wire

import (
	"context"
	"encoding/json"
	"math"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/infra/night"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// keys counts what calls ask of each key: meter counts what they ask of the tables. It reads the items
// a call writes, before and after, straight from the engine.
type keys struct {
	db    *dynamodb.Client
	table func(deployed string) string // the logical name

	mu      sync.Mutex
	sum     map[night.Key]night.Units
	refused float64 // write units of calls that failed: the engine does not say what these cost, AWS charges them
}

type attributes = map[string]types.AttributeValue

// take returns what was asked since the last look.
func (k *keys) take() (sum map[night.Key]night.Units, refused float64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	sum, refused = k.sum, k.refused
	k.sum, k.refused = nil, 0
	return sum, refused
}

func (k *keys) add(table, index, key string, u night.Units) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.sum == nil {
		k.sum = map[night.Key]night.Units{}
	}
	at := night.Key{Table: k.table(table), Index: index != "", Pattern: pattern(key)}
	k.sum[at] = k.sum[at].Plus(u, 1)
}

var word = regexp.MustCompile(`^[A-Z-]+$`)

// pattern is a key with "*" for its ids, instants and shards.
func pattern(key string) string {
	parts := strings.Split(key, "#")
	for i, p := range parts {
		if !word.MatchString(p) {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "#")
}

// written is an item that a call writes, or makes sure of.
type written struct {
	table string
	key   map[string]string // PK and SK
	times float64           // 2 within a transaction
}

// wrote reads the items a request is about to write. What it returns is called when that is done, and
// counts it.
func (k *keys) wrote(target string, in map[string]json.RawMessage) (count func(failed bool)) {
	var items []written
	one := func(raw json.RawMessage, times float64) {
		var op struct {
			TableName string
			Key, Item map[string]map[string]any
		}
		if json.Unmarshal(raw, &op) != nil {
			return
		}
		from := op.Key
		if from == nil {
			from = op.Item
		}
		pk, _ := from[schema.PK]["S"].(string)
		sk, _ := from[schema.SK]["S"].(string)
		items = append(items, written{op.TableName, map[string]string{schema.PK: pk, schema.SK: sk}, times})
	}
	whole, _ := json.Marshal(in)
	switch _, op, _ := strings.Cut(target, "."); op {
	case "PutItem", "UpdateItem", "DeleteItem":
		one(whole, 1)
	case "TransactWriteItems":
		var ops []map[string]json.RawMessage
		json.Unmarshal(in["TransactItems"], &ops)
		for _, op := range ops {
			for _, raw := range op {
				one(raw, 2)
			}
		}
	default:
		return func(bool) {}
	}
	before := make([]attributes, len(items))
	for i, it := range items {
		before[i] = k.read(it)
	}
	return func(failed bool) {
		for i, it := range items {
			k.writes(it, before[i], k.read(it), failed)
		}
	}
}

func (k *keys) read(it written) attributes {
	key := attributes{}
	for name, value := range it.key {
		key[name] = &types.AttributeValueMemberS{Value: value}
	}
	out, err := k.db.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: &it.table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil
	}
	return out.Item
}

// writes counts one item's write: the larger of before and after, and what the index takes.
func (k *keys) writes(it written, before, after attributes, failed bool) {
	size := max(units(before), units(after), 1)
	k.add(it.table, "", it.key[schema.PK], night.Units{Writes: it.times * size})
	if failed {
		k.mu.Lock()
		k.refused += it.times * size
		k.mu.Unlock()
		return
	}
	if reflect.DeepEqual(before, after) { // only made sure of
		return
	}
	was, is := entryOf(before), entryOf(after)
	switch {
	case was == is && was != "":
		k.add(it.table, schema.Index, is, night.Units{Writes: units(after)})
	case was != is:
		if was != "" {
			k.add(it.table, schema.Index, was, night.Units{Writes: units(before)})
		}
		if is != "" {
			k.add(it.table, schema.Index, is, night.Units{Writes: units(after)})
		}
	}
}

func entryOf(it attributes) string {
	s, _ := it[schema.GSI1PK].(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

// asked counts a read by what the engine says it consumed.
func (k *keys) asked(target string, in map[string]json.RawMessage, capacity float64) {
	var q struct {
		TableName, IndexName, KeyConditionExpression string
		Key, ExpressionAttributeValues               map[string]map[string]any
		RequestItems                                 map[string]struct{ Keys []map[string]map[string]any }
	}
	whole, _ := json.Marshal(in)
	json.Unmarshal(whole, &q)
	switch _, op, _ := strings.Cut(target, "."); op {
	case "GetItem":
		pk, _ := q.Key[schema.PK]["S"].(string)
		k.add(q.TableName, "", pk, night.Units{Reads: capacity})
	case "Query":
		name := equals.FindStringSubmatch(q.KeyConditionExpression)
		pk, _ := q.ExpressionAttributeValues[name[1]]["S"].(string)
		k.add(q.TableName, q.IndexName, pk, night.Units{Reads: capacity})
	case "BatchGetItem": // the tables' sum is known: each key has its share
		n := 0
		for _, t := range q.RequestItems {
			n += len(t.Keys)
		}
		for table, t := range q.RequestItems {
			for _, key := range t.Keys {
				pk, _ := key[schema.PK]["S"].(string)
				k.add(table, "", pk, night.Units{Reads: capacity / float64(n)})
			}
		}
	}
}

var equals = regexp.MustCompile(`PK = (:\w+)`)

// units is how many KB an item has, begun ones whole.
func units(it attributes) float64 {
	if it == nil {
		return 0
	}
	n := 0
	for name, v := range it {
		n += len(name) + size(v)
	}
	return math.Ceil(float64(n) / 1024)
}

// size is an attribute's, by DynamoDB's rules.
func size(v types.AttributeValue) int {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return len(v.Value)/2 + 1
	case *types.AttributeValueMemberSS:
		return len(strings.Join(v.Value, ""))
	case *types.AttributeValueMemberL:
		n := 3
		for _, e := range v.Value {
			n += 1 + size(e)
		}
		return n
	case *types.AttributeValueMemberM:
		n := 3
		for name, e := range v.Value {
			n += 1 + len(name) + size(e)
		}
		return n
	}
	return 1
}
