package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/receipt"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// SigningKeys keeps the keys that sign what the office certifies, and what it publishes of them, in the
// site table, in one partition that is only added to:
//
//	KEYS#  ROOT#<number>                a root; its item says when the one before it ended
//	KEYS#  EARLIER#<purpose>#<key id>   a key of before there were roots
//	KEYS#  KEY#<day>#<root>#<purpose>   a key of a day, its private half sealed; forgotten after its time
type SigningKeys struct{ table }

// NewSigningKeys returns the keys kept in the table of that name, which is the site table.
func NewSigningKeys(db *dynamodb.Client, name string) *SigningKeys {
	return &SigningKeys{table{db, name}}
}

// SigningKey is a key as it is kept.
type SigningKey struct {
	Day         string // that it was made for, "2026-11-22"
	Certificate []byte // receipt.Certificate's encoding
	Sealed      []byte // the private half's seed, which only the key service opens
}

// Ring is all that is kept.
type Ring struct {
	Published receipt.Published
	Keys      []SigningKey // whose time has not passed
}

type rootItem struct {
	PublicKey []byte `dynamodbav:"publicKey"`
	From      string `dynamodbav:"from"`
	Ends      string `dynamodbav:"ends,omitempty"` // of the root before
}

type earlierItem struct {
	Purpose   string `dynamodbav:"purpose"`
	PublicKey []byte `dynamodbav:"publicKey"`
	Ends      string `dynamodbav:"ends"`
}

type signingKeyItem struct {
	Day         string `dynamodbav:"day"`
	Certificate []byte `dynamodbav:"certificate"`
	Sealed      []byte `dynamodbav:"sealed"`
}

const (
	rootSK    = "ROOT#"
	earlierSK = "EARLIER#"
	keySK     = "KEY#"
)

// Ring reads what is kept, as of the instant at.
func (s *SigningKeys) Ring(ctx context.Context, at time.Time) (Ring, error) {
	r := Ring{Published: receipt.Published{Version: receipt.PublishedVersion, Roots: []receipt.Root{}, Keys: []receipt.Earlier{}}}
	pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.name, KeyConditionExpression: aws.String("PK = :pk"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: item{":pk": str(schema.Keys)},
	})
	var roots []rootItem
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return Ring{}, fmt.Errorf("read signing keys: %w", err)
		}
		for _, it := range page.Items {
			if expired(it, at) {
				continue
			}
			if err := r.add(it, &roots); err != nil {
				return Ring{}, fmt.Errorf("read signing keys: %w", err)
			}
		}
	}
	for i, kept := range roots { // in the order of their numbers
		from, err := parseInstant(kept.From)
		if err != nil {
			return Ring{}, fmt.Errorf("read signing keys: %w", err)
		}
		root, err := receipt.NewRoot(kept.PublicKey, from)
		if err != nil {
			return Ring{}, fmt.Errorf("read signing keys: %w", err)
		}
		if i > 0 {
			ends, err := parseInstant(kept.Ends)
			if err != nil {
				return Ring{}, fmt.Errorf("read signing keys: %w", err)
			}
			r.Published.Roots[i-1].NotAfter = receipt.Time(ends)
		}
		r.Published.Roots = append(r.Published.Roots, root)
	}
	return r, nil
}

func (r *Ring) add(it item, roots *[]rootItem) error {
	sk, _ := it[schema.SK].(*types.AttributeValueMemberS)
	switch {
	case sk == nil:
		return fmt.Errorf("an item without %s", schema.SK)
	case strings.HasPrefix(sk.Value, rootSK):
		var root rootItem
		err := attributevalue.UnmarshalMap(it, &root)
		*roots = append(*roots, root)
		return err
	case strings.HasPrefix(sk.Value, earlierSK):
		var kept earlierItem
		if err := attributevalue.UnmarshalMap(it, &kept); err != nil {
			return err
		}
		ends, err := parseInstant(kept.Ends)
		key := receipt.NewEarlier(receipt.Purpose(kept.Purpose), kept.PublicKey)
		key.NotAfter = receipt.Time(ends)
		r.Published.Keys = append(r.Published.Keys, key)
		return err
	}
	var kept signingKeyItem
	err := attributevalue.UnmarshalMap(it, &kept)
	r.Keys = append(r.Keys, SigningKey(kept))
	return err
}

// AddRoot adds a root that certifies from an instant on; the one before it certifies before ends. have
// is how many the caller knows of: where another was added meanwhile nothing is, and added is false.
func (s *SigningKeys) AddRoot(ctx context.Context, spki []byte, have int, from, ends time.Time) (added bool, err error) {
	in := rootItem{PublicKey: spki, From: instant(from)}
	if have > 0 {
		in.Ends = instant(ends)
	}
	added, err = s.add(ctx, rootSK+fmt.Sprintf("%08d", have+1), in, time.Time{})
	if err != nil {
		return false, fmt.Errorf("add a root: %w", err)
	}
	return added, nil
}

// AddEarlier adds a key of before there were roots, whose documents name an instant before ends. A repeat
// changes nothing.
func (s *SigningKeys) AddEarlier(ctx context.Context, key receipt.Earlier, ends time.Time) error {
	in := earlierItem{Purpose: string(key.Purpose), PublicKey: key.PublicKey, Ends: instant(ends)}
	if _, err := s.add(ctx, earlierSK+string(key.Purpose)+"#"+key.KeyID, in, time.Time{}); err != nil {
		return fmt.Errorf("add key %s: %w", key.KeyID, err)
	}
	return nil
}

// AddKey adds a key of a day that its root has certified, until forget. Where there is one already for
// that day, root and purpose it stays, and added is false.
func (s *SigningKeys) AddKey(ctx context.Context, k SigningKey, c receipt.Certificate, forget time.Time) (added bool, err error) {
	added, err = s.add(ctx, keySK+strings.Join([]string{k.Day, c.Root, string(c.Purpose)}, "#"), signingKeyItem(k), forget)
	if err != nil {
		return false, fmt.Errorf("add the key of %s: %w", k.Day, err)
	}
	return added, nil
}

// add puts an item that is not there yet.
func (s *SigningKeys) add(ctx context.Context, sk string, v any, forget time.Time) (bool, error) {
	it, err := record(schema.Keys, sk, v)
	if err != nil {
		return false, err
	}
	if !forget.IsZero() {
		it[schema.TTL] = ttl(forget)
	}
	_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)")})
	if _, there := errors.AsType[*types.ConditionalCheckFailedException](err); there {
		return false, nil
	}
	return err == nil, err
}
