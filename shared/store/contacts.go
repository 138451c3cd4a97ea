package store

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const codeSK = "CODE"

func emailSK(from time.Time) string { return "EMAIL#" + instant(from) }

type emailItem struct {
	Email     string `dynamodbav:"email"`
	From      string `dynamodbav:"from"`
	Until     string `dynamodbav:"until,omitempty"`
	Verified  string `dynamodbav:"verified,omitempty"`
	Address   string `dynamodbav:"address,omitempty"` // source IP of the code that was typed
	UserAgent string `dynamodbav:"userAgent,omitempty"`
}

type codeItem struct {
	ID      string `dynamodbav:"id"`
	Email   string `dynamodbav:"email"`
	MAC     string `dynamodbav:"mac"`
	Expires string `dynamodbav:"expires"`
	Tries   int    `dynamodbav:"tries"`
}

// code are the operations that let a code be typed and send it. An earlier one is void.
func (s *Accounts) code(c account.Code) ([]types.TransactWriteItem, error) {
	expires := c.At.Add(account.CodeLife)
	it, err := record(accountPK(c.AccountID), codeSK, codeItem{ID: c.ID, Email: c.Email, MAC: c.MAC, Expires: instant(expires)})
	if err != nil {
		return nil, err
	}
	it[schema.TTL] = ttl(expires)
	send, err := s.outbox(c.Event(), expires)
	return []types.TransactWriteItem{{Put: &types.Put{TableName: &s.name, Item: it}}, send}, err
}

// AskCode lets the code be typed, and no earlier one, and sends it to its address.
func (s *Accounts) AskCode(ctx context.Context, c account.Code) error {
	ops, err := s.code(c)
	if err == nil {
		_, err = s.transact(ctx, ops...)
	}
	if err != nil {
		return fmt.Errorf("ask for a code of %s: %w", c.AccountID, err)
	}
	return nil
}

// TryCode counts one try at the account's code and returns the code if what was typed is right:
// mac makes the MAC of it for the address the code is out for. See Verify.
//
// Errors: account.ErrCodeWrong, account.ErrCodeGone.
func (s *Accounts) TryCode(ctx context.Context, accountID string, mac func(email string) string, at time.Time) (account.Code, error) {
	out, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(accountPK(accountID), codeSK),
		UpdateExpression:          aws.String("ADD tries :one"),
		ConditionExpression:       aws.String("tries < :most AND expires > :at"),
		ExpressionAttributeValues: item{":one": num(1), ":most": num(account.CodeTries), ":at": str(instant(at))},
		ReturnValues:              types.ReturnValueAllNew,
	})
	if _, gone := errors.AsType[*types.ConditionalCheckFailedException](err); gone {
		return account.Code{}, account.ErrCodeGone
	}
	var it codeItem
	if err == nil {
		err = attributevalue.UnmarshalMap(out.Attributes, &it)
	}
	if err != nil {
		return account.Code{}, fmt.Errorf("try the code of %s: %w", accountID, err)
	}
	if subtle.ConstantTimeCompare([]byte(mac(it.Email)), []byte(it.MAC)) != 1 {
		return account.Code{}, account.ErrCodeWrong
	}
	return account.Code{AccountID: accountID, ID: it.ID, Email: it.Email, MAC: it.MAC, At: at}, nil
}

// Verify uses a code up that TryCode returned: its address is the holder's, and takes the notices
// from c.At on. Another one that took them till then stays in the history, and hears of it. All
// in one transaction with the evidence.
//
// Errors: account.ErrCodeGone when the code was used or replaced meanwhile,
// account.ErrNotRegistered.
func (s *Accounts) Verify(ctx context.Context, c account.Code, evidence account.Evidence) error {
	for range raceTries {
		a, err := s.Account(ctx, c.AccountID)
		if err != nil {
			return err
		}
		if a.Status != account.Active {
			return account.ErrNotRegistered
		}
		ops, err := s.verification(a, c, evidence)
		if err != nil {
			return err
		}
		reasons, err := s.transact(ctx, ops...)
		switch {
		case err != nil:
			return fmt.Errorf("verify an address of %s: %w", c.AccountID, err)
		case reasons == nil:
			return nil
		case failed(reasons, 0):
			return account.ErrCodeGone
		}
	}
	return fmt.Errorf("verify an address of %s: %w", c.AccountID, errRace)
}

func (s *Accounts) verification(a account.Account, c account.Code, evidence account.Evidence) ([]types.TransactWriteItem, error) {
	another, from := a.Email != c.Email, a.EmailFrom
	if another {
		from = c.At
		if next := a.EmailFrom.Add(time.Millisecond); from.Before(next) {
			from = next // the history has one address an instant, whatever the clocks say
		}
	}
	now, err := record(accountPK(a.ID), emailSK(from), emailItem{
		Email: c.Email, From: instant(from), Verified: instant(c.At), Address: evidence.Address, UserAgent: evidence.UserAgent,
	})
	if err != nil {
		return nil, err
	}
	ops := []types.TransactWriteItem{
		{Delete: &types.Delete{
			TableName: &s.name, Key: key(accountPK(a.ID), codeSK),
			ConditionExpression:       aws.String("id = :id"),
			ExpressionAttributeValues: item{":id": str(c.ID)},
		}},
		{Update: &types.Update{
			TableName: &s.name, Key: key(accountPK(a.ID), accountSK),
			UpdateExpression:         aws.String("SET email = :email, emailFrom = :from, verified = :at"),
			ConditionExpression:      aws.String("email = :before AND #status = :active"),
			ExpressionAttributeNames: map[string]string{"#status": "status"},
			ExpressionAttributeValues: item{
				":email": str(c.Email), ":from": str(instant(from)), ":at": str(instant(c.At)), ":before": str(a.Email),
				":active": str(string(account.Active)),
			},
		}},
		{Put: &types.Put{TableName: &s.name, Item: now}},
	}
	told := []account.Event{account.NewEvent(account.EventContactVerified, a.ID, c.ID, c.At)}
	told[0].To = c.Email
	if another {
		ops = append(ops, types.TransactWriteItem{Update: &types.Update{
			TableName: &s.name, Key: key(accountPK(a.ID), emailSK(a.EmailFrom)),
			UpdateExpression:          aws.String("SET #until = :at"),
			ExpressionAttributeNames:  map[string]string{"#until": "until"},
			ExpressionAttributeValues: item{":at": str(instant(from))},
		}})
		replaced := account.NewEvent(account.EventContactReplaced, a.ID, c.ID, c.At)
		replaced.To = a.Email
		told = append(told, replaced)
	}
	for _, e := range told {
		op, err := s.outbox(e, c.At.Add(outboxLife))
		if err != nil {
			return nil, err
		}
		ops = append(ops, op)
	}
	return ops, nil
}

// Addresses lists the account's e-mail addresses of all times, the earliest first.
func (s *Accounts) Addresses(ctx context.Context, accountID string) ([]account.Address, error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("PK = :pk AND begins_with(SK, :sk)"),
		ExpressionAttributeValues: item{":pk": str(accountPK(accountID)), ":sk": str("EMAIL#")},
	})
	if err != nil {
		return nil, fmt.Errorf("list addresses of %s: %w", accountID, err)
	}
	var list []account.Address
	for _, raw := range out.Items {
		var it emailItem
		err := attributevalue.UnmarshalMap(raw, &it)
		one := account.Address{Email: it.Email}
		for _, moment := range []struct {
			text string
			into *time.Time
		}{{it.From, &one.From}, {it.Until, &one.Until}, {it.Verified, &one.VerifiedAt}} {
			if err == nil && moment.text != "" {
				*moment.into, err = parseInstant(moment.text)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("decode address of %s: %w", accountID, err)
		}
		list = append(list, one)
	}
	return list, nil
}
