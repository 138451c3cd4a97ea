package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// AnnounceAgreement tells every account of a published agreement version.
const AnnounceAgreement = "agreement.published"

// Announcement is something every account is told of, in the site table under PK "ANNOUNCEMENTS",
// SK its id. How far it is, is kept by shard of accounts under PK "ANNOUNCEMENT#<id>", SK
// "SHARD#<two hex digits>"; that an account was told, with the account under "NOTICE#<id>".
type Announcement struct {
	Kind      string
	Ref       string // of what is announced: an agreement version's id
	StartedAt time.Time
}

// ID tells announcements apart.
func (n Announcement) ID() string { return n.Kind + "#" + n.Ref }

const announcementsPK = "ANNOUNCEMENTS"

func announcementPK(id string) string { return "ANNOUNCEMENT#" + id }
func shardSK(shard int) string        { return fmt.Sprintf("SHARD#%02x", shard) }

type announcementItem struct {
	Kind    string `dynamodbav:"kind"`
	Ref     string `dynamodbav:"ref"`
	Started string `dynamodbav:"started"`
	Done    string `dynamodbav:"done,omitempty"`
}

// announce is the operation that begins an announcement within the transaction of what it tells.
func (s *Site) announce(n Announcement) (types.TransactWriteItem, error) {
	it, err := record(announcementsPK, n.ID(), announcementItem{Kind: n.Kind, Ref: n.Ref, Started: instant(n.StartedAt)})
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	}}, err
}

// Announce begins an announcement. A repeat changes nothing.
func (s *Site) Announce(ctx context.Context, n Announcement) error {
	op, err := s.announce(n)
	if err != nil {
		return err
	}
	if _, err := s.transact(ctx, op); err != nil {
		return fmt.Errorf("announce %s: %w", n.ID(), err)
	}
	return nil
}

// Announcements lists those that not every account was told of yet.
func (s *Site) Announcements(ctx context.Context) ([]Announcement, error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("PK = :pk"),
		FilterExpression: aws.String("attribute_not_exists(done)"), ExpressionAttributeValues: item{":pk": str(announcementsPK)},
	})
	if err != nil {
		return nil, fmt.Errorf("list announcements: %w", err)
	}
	var list []Announcement
	for _, raw := range out.Items {
		var it announcementItem
		err := attributevalue.UnmarshalMap(raw, &it)
		n := Announcement{Kind: it.Kind, Ref: it.Ref}
		if err == nil {
			n.StartedAt, err = parseInstant(it.Started)
		}
		if err != nil {
			return nil, fmt.Errorf("decode announcement: %w", err)
		}
		list = append(list, n)
	}
	return list, nil
}

// Finished keeps that every account was told.
func (s *Site) Finished(ctx context.Context, n Announcement, at time.Time) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(announcementsPK, n.ID()), UpdateExpression: aws.String("SET done = :at"),
		ConditionExpression: aws.String("attribute_exists(PK)"), ExpressionAttributeValues: item{":at": str(instant(at))},
	})
	if err != nil {
		return fmt.Errorf("finish announcement %s: %w", n.ID(), err)
	}
	return nil
}

// Shard is how far an announcement is within one shard of accounts.
type Shard struct {
	Number int
	Cursor string    // id of the last account dealt with, or ""
	Done   bool      // all of them
	Lease  string    // who works on it, or ""
	Until  time.Time // how long
}

type shardItem struct {
	Cursor string `dynamodbav:"cursor"`
	Done   bool   `dynamodbav:"done"`
	Lease  string `dynamodbav:"lease"`
	Until  string `dynamodbav:"until"`
}

// Progress returns all shards of an announcement, by number.
func (s *Site) Progress(ctx context.Context, n Announcement) ([]Shard, error) {
	list := make([]Shard, Shards)
	for i := range list {
		list[i].Number = i
	}
	pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.name, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("PK = :pk"),
		ExpressionAttributeValues: item{":pk": str(announcementPK(n.ID()))},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read progress of %s: %w", n.ID(), err)
		}
		for _, raw := range page.Items {
			var number int
			sk, _ := raw[schema.SK].(*types.AttributeValueMemberS)
			if _, err := fmt.Sscanf(sk.Value, "SHARD#%02x", &number); err != nil || number < 0 || number >= Shards {
				return nil, fmt.Errorf("progress of %s: shard %q", n.ID(), sk.Value)
			}
			if list[number], err = decodeShard(number, raw); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

func decodeShard(number int, raw item) (Shard, error) {
	var it shardItem
	err := attributevalue.UnmarshalMap(raw, &it)
	out := Shard{Number: number, Cursor: it.Cursor, Done: it.Done, Lease: it.Lease}
	if err == nil && it.Until != "" {
		out.Until, err = parseInstant(it.Until)
	}
	if err != nil {
		return Shard{}, fmt.Errorf("decode shard %d: %w", number, err)
	}
	return out, nil
}

// ErrLeased: someone else works on the shard, or it is done.
var ErrLeased = errors.New("store: another worker has the lease")

// LeaseShard takes a shard for the worker lease until then, if at the instant at nobody has it.
//
// Errors: ErrLeased.
func (s *Site) LeaseShard(ctx context.Context, n Announcement, number int, lease string, at, until time.Time) (Shard, error) {
	out, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(announcementPK(n.ID()), shardSK(number)),
		UpdateExpression:          aws.String("SET lease = :lease, #until = :until"),
		ConditionExpression:       aws.String("attribute_not_exists(PK) OR (attribute_not_exists(done) AND #until <= :at)"),
		ExpressionAttributeNames:  map[string]string{"#until": "until"},
		ExpressionAttributeValues: item{":lease": str(lease), ":at": str(instant(at)), ":until": str(instant(until))},
		ReturnValues:              types.ReturnValueAllNew,
	})
	if _, taken := errors.AsType[*types.ConditionalCheckFailedException](err); taken {
		return Shard{}, ErrLeased
	}
	if err != nil {
		return Shard{}, fmt.Errorf("lease shard %d of %s: %w", number, n.ID(), err)
	}
	return decodeShard(number, out.Attributes)
}

// MoveShard keeps how far the worker lease is and prolongs its lease; done gives the shard back
// finished. s.Until at the instant at or before gives it back unfinished.
//
// Errors: ErrLeased when another worker has taken the shard meanwhile.
func (s *Site) MoveShard(ctx context.Context, n Announcement, w Shard) error {
	update := "SET #cursor = :cursor, #until = :until"
	values := item{":cursor": str(w.Cursor), ":until": str(instant(w.Until)), ":lease": str(w.Lease)}
	if w.Done {
		update, values[":done"] = update+", done = :done", &types.AttributeValueMemberBOOL{Value: true}
	}
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(announcementPK(n.ID()), shardSK(w.Number)), UpdateExpression: &update,
		ConditionExpression:       aws.String("lease = :lease AND attribute_not_exists(done)"),
		ExpressionAttributeNames:  map[string]string{"#cursor": "cursor", "#until": "until"},
		ExpressionAttributeValues: values,
	})
	if _, lost := errors.AsType[*types.ConditionalCheckFailedException](err); lost {
		return ErrLeased
	}
	if err != nil {
		return fmt.Errorf("move shard %d of %s: %w", w.Number, n.ID(), err)
	}
	return nil
}

// Announced keeps which accounts were told of an announcement, one item an account.
type Announced struct{ accountsTable }

// NewAnnounced returns who was told, as it is kept in the table of that name, which is the accounts table.
func NewAnnounced(db *dynamodb.Client, name string) *Announced {
	return &Announced{ofAccounts(db, name)}
}

func announcedSK(n Announcement) string { return "NOTICE#" + n.ID() }

// Telling keeps that the worker lease is about to tell an account, and returns how often that was
// begun before and how often the mail service has refused the message. ok is false when the
// account was told. Where it was begun and not told, the message may have gone out: only then may
// one go out twice.
//
// Only the holder of the account's shard may call it.
func (s *Announced) Telling(ctx context.Context, accountID string, n Announcement, lease string, at time.Time) (ok bool, begun, refused int, err error) {
	out, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(accountPK(accountID), announcedSK(n)),
		UpdateExpression:          aws.String("SET lease = :lease, #at = :at ADD begun :one"),
		ConditionExpression:       aws.String("attribute_not_exists(messageId)"),
		ExpressionAttributeNames:  map[string]string{"#at": "at"},
		ExpressionAttributeValues: item{":lease": str(lease), ":at": str(instant(at)), ":one": num(1)},
		ReturnValues:              types.ReturnValueAllOld,
	})
	if _, told := errors.AsType[*types.ConditionalCheckFailedException](err); told {
		return false, 0, 0, nil
	}
	if err != nil {
		return false, 0, 0, fmt.Errorf("begin to tell %s: %w", accountID, err)
	}
	var old struct {
		Begun   int `dynamodbav:"begun"`
		Refused int `dynamodbav:"refused"`
	}
	if err := attributevalue.UnmarshalMap(out.Attributes, &old); err != nil {
		return false, 0, 0, fmt.Errorf("decode notice of %s: %w", accountID, err)
	}
	return true, old.Begun, old.Refused, nil
}

// Refused keeps that the mail service refused the message to an account once more. A worker that is
// killed refuses nothing: however often it happens, the account is told in the end.
func (s *Announced) Refused(ctx context.Context, accountID string, n Announcement) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(accountPK(accountID), announcedSK(n)),
		UpdateExpression: aws.String("ADD refused :one"), ExpressionAttributeValues: item{":one": num(1)},
	})
	if err != nil {
		return fmt.Errorf("keep that mail to %s was refused: %w", accountID, err)
	}
	return nil
}

// Told keeps that the account was told, under the mail service's messageID.
func (s *Announced) Told(ctx context.Context, accountID string, n Announcement, messageID string, at time.Time) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(accountPK(accountID), announcedSK(n)),
		UpdateExpression:          aws.String("SET messageId = :id, #at = :at REMOVE lease"),
		ExpressionAttributeNames:  map[string]string{"#at": "at"},
		ExpressionAttributeValues: item{":id": str(messageID), ":at": str(instant(at))},
	})
	if err != nil {
		return fmt.Errorf("keep that %s was told: %w", accountID, err)
	}
	return nil
}
