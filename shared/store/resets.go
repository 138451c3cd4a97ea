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
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// A reset of a password that waits for its code is an item RESET beside the account, of a legal person
// RESET#<person>: one at a time, without the code's digits. It goes with its code.
func resetSK(person string) string { return personSK("RESET", person) }

type resetItem struct {
	ID      string `dynamodbav:"id"`
	Hash    string `dynamodbav:"hash"`
	Email   string `dynamodbav:"email"`
	MAC     string `dynamodbav:"mac"`
	Expires string `dynamodbav:"expires"`
	Tries   int    `dynamodbav:"tries"`
	By      string `dynamodbav:"by"`

	Name        string `dynamodbav:"name"`
	Role        string `dynamodbav:"role"`
	Number      string `dynamodbav:"number"` // masked
	Certificate []byte `dynamodbav:"certificate"`
	NotAfter    string `dynamodbav:"notAfter"`
}

// AskReset keeps a reset that was signed over the challenge c, sends its code and uses the challenge up,
// in one transaction. An earlier one of the same person is void. Nothing else changes.
//
// Errors: challenge.ErrUsed.
func (s *Credentials) AskReset(ctx context.Context, r account.Reset, c challenge.Challenge) error {
	p := r.Change
	it, err := record(accountPK(p.AccountID), resetSK(p.Person.ID), resetItem{
		ID: p.ID, Hash: p.To, Email: r.To, MAC: r.MAC, Expires: instant(r.Expires()), By: p.By,
		Name: p.Person.Name, Role: string(p.Person.Role), Number: p.Person.Number, Certificate: p.Person.Certificate, NotAfter: optional(p.Person.NotAfter),
	})
	if err != nil {
		return err
	}
	it[schema.TTL] = ttl(r.Expires())
	send, err := s.outbox(r.Event(), r.Expires())
	if err != nil {
		return err
	}
	reasons, err := s.transact(ctx, s.use(c, p.AccountID), types.TransactWriteItem{Put: &types.Put{TableName: &s.name, Item: it}}, send)
	switch {
	case err != nil:
		return fmt.Errorf("ask to reset a password of %s: %w", p.AccountID, err)
	case reasons != nil:
		return challenge.ErrUsed
	}
	return nil
}

// TryReset counts one try at the code of the reset with that id and returns the change, for ResetPassword
// at the instant at, if what was typed is right: mac makes the MAC of it for the address the code went to.
//
// Errors: account.ErrCodeWrong, account.ErrCodeGone.
func (s *Credentials) TryReset(ctx context.Context, accountID, person, id string, mac func(to string) string, at time.Time) (account.PasswordChange, error) {
	out, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(accountPK(accountID), resetSK(person)),
		UpdateExpression:          aws.String("ADD tries :one"),
		ConditionExpression:       aws.String("id = :id AND tries < :most AND expires > :at"),
		ExpressionAttributeValues: item{":one": num(1), ":id": str(id), ":most": num(account.CodeTries), ":at": str(instant(at))},
		ReturnValues:              types.ReturnValueAllNew,
	})
	if _, gone := errors.AsType[*types.ConditionalCheckFailedException](err); gone {
		return account.PasswordChange{}, account.ErrCodeGone
	}
	var it resetItem
	if err == nil {
		err = attributevalue.UnmarshalMap(out.Attributes, &it)
	}
	p := account.PasswordChange{
		AccountID: accountID, ID: it.ID, To: it.Hash, By: it.By, At: at,
		Person: account.Acting{ID: person, Name: it.Name, Role: account.Role(it.Role), Number: it.Number, Certificate: it.Certificate},
	}
	if err == nil && it.NotAfter != "" {
		p.Person.NotAfter, err = parseInstant(it.NotAfter)
	}
	if err != nil {
		return account.PasswordChange{}, fmt.Errorf("try the code of a reset of %s: %w", accountID, err)
	}
	if subtle.ConstantTimeCompare([]byte(mac(it.Email)), []byte(it.MAC)) != 1 {
		return account.PasswordChange{}, account.ErrCodeWrong
	}
	return p, nil
}

// ResetPassword gives a person the password hash p.To of a reset that TryReset returned, ends all their
// sessions and uses the reset up, in one transaction.
//
// Errors: account.ErrCodeGone when it was used or replaced meanwhile, account.ErrNotRegistered.
func (s *Credentials) ResetPassword(ctx context.Context, p account.PasswordChange) error {
	told, err := s.outbox(p.Event(), outbox.Until(p.At))
	if err != nil {
		return err
	}
	put, err := record(accountPK(p.AccountID), passwordSK(p.Person.ID), passwordItem{Hash: p.To, Set: instant(p.At)})
	if err != nil {
		return err
	}
	used := types.TransactWriteItem{Delete: &types.Delete{
		TableName: &s.name, Key: key(accountPK(p.AccountID), resetSK(p.Person.ID)),
		ConditionExpression:       aws.String("id = :id"),
		ExpressionAttributeValues: item{":id": str(p.ID)},
	}}
	ops := append([]types.TransactWriteItem{{Put: &types.Put{TableName: &s.name, Item: put}}, told}, s.acting(p.AccountID, p.Person, p.At)...)
	return (&Sessions{s.accountsTable}).renew(ctx, p.AccountID, scope{person: p.Person.ID}, []proof{{used, account.ErrCodeGone}}, ops...)
}
