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

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Sessions keeps signed-in sessions, one item each, PK "SESSION#<id>", SK "SESSION". The index
// lists an account's sessions by creation. An item goes by itself when the session must end at
// the latest; that it ended earlier, by idling, is for the reader to see.
type Sessions struct{ accountsTable }

// NewSessions returns the sessions kept in the table of that name, which is the accounts table.
func NewSessions(db *dynamodb.Client, name string) *Sessions { return &Sessions{ofAccounts(db, name)} }

func sessionPK(id string) string { return "SESSION#" + id }

const sessionSK = "SESSION"

type sessionItem struct {
	Account string `dynamodbav:"account"`
	By      string `dynamodbav:"by"`
	Epoch   int64  `dynamodbav:"epoch"`
	Device  string `dynamodbav:"device"`
	Agent   string `dynamodbav:"agent"`
	Key     string `dynamodbav:"personKey"`
	Person  string `dynamodbav:"person"`
	Name    string `dynamodbav:"personName"`
	Role    string `dynamodbav:"personRole"`
	Number  string `dynamodbav:"personNumber"`
	Created string `dynamodbav:"created"`
	Seen    string `dynamodbav:"seen"`
	Until   string `dynamodbav:"notAfter"`
}

func (it sessionItem) session(id string) (session.Session, error) {
	s := session.Session{
		ID: id, AccountID: it.Account, By: session.Means(it.By), Epoch: it.Epoch, Device: it.Device, Agent: it.Agent,
		Person: session.Person{Key: it.Key, ID: it.Person, Name: it.Name, Role: it.Role, Number: it.Number},
	}
	var createdErr, seenErr error
	s.CreatedAt, createdErr = parseInstant(it.Created)
	s.SeenAt, seenErr = parseInstant(it.Seen)
	var untilErr error
	if it.Until != "" {
		s.NotAfter, untilErr = parseInstant(it.Until)
	}
	if err := errors.Join(createdErr, seenErr, untilErr); err != nil {
		return session.Session{}, fmt.Errorf("decode session: %w", err)
	}
	return s, nil
}

// putSession is the operation that opens a session.
func putSession(t table, s session.Session) types.TransactWriteItem {
	it := key(sessionPK(s.ID), sessionSK)
	it["account"], it["by"] = str(s.AccountID), str(string(s.By))
	it["epoch"], it["device"], it["agent"] = num(s.Epoch), str(s.Device), str(s.Agent)
	if s.Person.Key != "" {
		it["personKey"] = str(s.Person.Key)
	}
	if p := s.Person; p.ID != "" {
		it["person"], it["personName"], it["personRole"], it["personNumber"] = str(p.ID), str(p.Name), str(p.Role), str(p.Number)
	}
	if !s.NotAfter.IsZero() {
		it["notAfter"] = str(instant(s.NotAfter))
	}
	it["created"], it["seen"] = str(instant(s.CreatedAt)), str(instant(s.SeenAt))
	it[schema.GSI1PK], it[schema.GSI1SK] = str(accountPK(s.AccountID)), str("SESSION#"+instant(s.CreatedAt)+"#"+s.ID[:8])
	it[schema.TTL] = ttl(s.CreatedAt.Add(session.Absolute))
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &t.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	}}
}

// Get returns the session with that id (session.ID of the cookie) if it is alive at the instant
// at. It writes nothing: see Touch. Whether its epoch is still the account's, the reader of the
// account sees.
//
// Errors: session.ErrNone.
func (s *Sessions) Get(ctx context.Context, id string, at time.Time) (session.Session, error) {
	var it sessionItem
	ok, err := s.get(ctx, sessionPK(id), sessionSK, at, &it)
	if err != nil {
		return session.Session{}, fmt.Errorf("read session: %w", err)
	}
	if !ok {
		return session.Session{}, session.ErrNone
	}
	out, err := it.session(id)
	if err != nil {
		return session.Session{}, err
	}
	if !out.Alive(at) {
		return session.Session{}, session.ErrNone
	}
	return out, nil
}

// Touch records that an alive session was used at the instant at, at most once in session.Touch,
// and returns it as it is now. A session that was ended meanwhile stays ended.
//
// Errors: session.ErrNone.
func (s *Sessions) Touch(ctx context.Context, n session.Session, at time.Time) (session.Session, error) {
	if at.Sub(n.SeenAt) < session.Touch {
		return n, nil
	}
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(sessionPK(n.ID), sessionSK),
		UpdateExpression:                    aws.String("SET seen = :at"),
		ConditionExpression:                 aws.String("seen < :at"),
		ExpressionAttributeValues:           item{":at": str(instant(at))},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		if len(refused.Item) == 0 {
			return session.Session{}, session.ErrNone
		}
		return s.Get(ctx, n.ID, at) // used later than at by another request
	}
	if err != nil {
		return session.Session{}, fmt.Errorf("touch session: %w", err)
	}
	n.SeenAt = at
	return n, nil
}

// End ends a session. One that has ended already is no error.
func (s *Sessions) End(ctx context.Context, id string) error {
	if _, err := s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.name, Key: key(sessionPK(id), sessionSK),
	}); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// EndOf ends a session of that account.
//
// Errors: session.ErrNone when there is none, or it is another account's.
func (s *Sessions) EndOf(ctx context.Context, accountID, id string) error {
	_, err := s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.name, Key: key(sessionPK(id), sessionSK),
		ConditionExpression:       aws.String("account = :account"),
		ExpressionAttributeValues: item{":account": str(accountID)},
	})
	if _, refused := errors.AsType[*types.ConditionalCheckFailedException](err); refused {
		return session.ErrNone
	}
	if err != nil {
		return fmt.Errorf("end session of %s: %w", accountID, err)
	}
	return nil
}

// Of lists the sessions of a, as it was read, that are alive at the instant at, latest first,
// at most 100. The index they are found by may be a moment behind.
func (s *Sessions) Of(ctx context.Context, a account.Account, at time.Time) ([]session.Session, error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index),
		KeyConditionExpression:    aws.String("GSI1PK = :account AND begins_with(GSI1SK, :session)"),
		ExpressionAttributeValues: item{":account": str(accountPK(a.ID)), ":session": str("SESSION#")},
		ScanIndexForward:          aws.Bool(false), Limit: aws.Int32(100),
	})
	if err != nil {
		return nil, fmt.Errorf("list sessions of %s: %w", a.ID, err)
	}
	var list []session.Session
	for _, raw := range out.Items {
		var it sessionItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, fmt.Errorf("decode session: %w", err)
		}
		pk, _ := raw[schema.PK].(*types.AttributeValueMemberS)
		n, err := it.session(strings.TrimPrefix(pk.Value, "SESSION#"))
		if err != nil {
			return nil, err
		}
		if n.Epoch == a.EpochOf(n.Person.ID) && n.Alive(at) {
			list = append(list, n)
		}
	}
	return list, nil
}
