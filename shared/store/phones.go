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

	"github.com/courtoffice/courtoffice/shared/phone"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Phones keeps the codes of signing on a phone, each PK "PHONE#<key>" with up to three items, so that
// no step writes the document again:
//
//	DOCUMENT   what is to be signed
//	STATE      which phone opened it, digits typed, given up
//	SIGNATURE  what came back
//
// They go by themselves when the code is over.
type Phones struct{ table }

// NewPhones returns the codes kept in the table of that name, which is the accounts table.
func NewPhones(db *dynamodb.Client, name string) *Phones { return &Phones{table{db, name}} }

const (
	phoneDocument  = "DOCUMENT"
	phoneState     = "STATE"
	phoneSignature = "SIGNATURE"
)

func phonePK(c phone.Code) string { return "PHONE#" + c.Key }

type phoneItem struct {
	SK        string
	Document  []byte `dynamodbav:"document"`
	Opening   string `dynamodbav:"opening"`
	Matched   bool   `dynamodbav:"matched"`
	Tries     int    `dynamodbav:"tries"`
	GivenUp   bool   `dynamodbav:"givenUp"`
	Signature []byte `dynamodbav:"cms"`
}

// Offer keeps the document of a new code.
func (s *Phones) Offer(ctx context.Context, c phone.Code, document []byte) error {
	it := key(phonePK(c), phoneDocument)
	it["document"], it[schema.TTL] = &types.AttributeValueMemberB{Value: document}, ttl(c.Until)
	if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.name, Item: it}); err != nil { // the key is random

		return fmt.Errorf("offer to a phone: %w", err)
	}
	return nil
}

// State reads all there is of a code.
//
// Errors: phone.ErrOver.
func (s *Phones) State(ctx context.Context, c phone.Code, at time.Time) (phone.State, error) {
	items, err := s.under(ctx, phonePK(c), "")
	if err != nil {
		return phone.State{}, fmt.Errorf("read code: %w", err)
	}
	var out phone.State
	for _, raw := range items {
		var it phoneItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return phone.State{}, fmt.Errorf("decode code: %w", err)
		}
		switch it.SK {
		case phoneDocument:
			out.Document = it.Document
		case phoneState:
			out.Opening, out.Matched, out.Tries, out.GivenUp = it.Opening, it.Matched, it.Tries, it.GivenUp
		case phoneSignature:
			out.Signature = it.Signature
		}
	}
	if out.Document == nil || !at.Before(c.Until) {
		return phone.State{}, phone.ErrOver
	}
	return out, nil
}

// Progress reads what the browser waits for: the state without the document, and the signature once
// the digits were right.
func (s *Phones) Progress(ctx context.Context, c phone.Code, at time.Time) (phone.State, error) {
	var it phoneItem
	if _, err := s.get(ctx, phonePK(c), phoneState, at, &it); err != nil {
		return phone.State{}, fmt.Errorf("read code: %w", err)
	}
	out := phone.State{Opening: it.Opening, Matched: it.Matched, Tries: it.Tries, GivenUp: it.GivenUp}
	if out.Matched && !out.GivenUp {
		var signed phoneItem
		if _, err := s.get(ctx, phonePK(c), phoneSignature, at, &signed); err != nil {
			return phone.State{}, fmt.Errorf("read signature of a phone: %w", err)
		}
		out.Signature = signed.Signature
	}
	return out, nil
}

// Open keeps that the phone with that opening has the code: the first, and no other.
//
// Errors: phone.ErrOver, phone.ErrTaken.
func (s *Phones) Open(ctx context.Context, c phone.Code, opening string) error {
	_, err := s.update(ctx, c, "SET opening = :o", "attribute_not_exists(givenUp) AND (attribute_not_exists(opening) OR opening = :o)", item{":o": str(opening)})
	if refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		if _, over := refused.Item["givenUp"]; over {
			return phone.ErrOver
		}
		return phone.ErrTaken
	}
	return err
}

// Try counts one typing of the digits, before it is known whether they are right, so that those typed
// at once count too. It returns the opening of the phone whose digits they must be.
//
// Errors: phone.ErrOver, also while no phone has opened the code.
func (s *Phones) Try(ctx context.Context, c phone.Code) (opening string, err error) {
	out, err := s.update(ctx, c, "ADD tries :one", "attribute_exists(opening) AND attribute_not_exists(givenUp) AND (attribute_not_exists(tries) OR tries < :most)",
		item{":one": num(1), ":most": num(phone.Tries)})
	if _, refused := errors.AsType[*types.ConditionalCheckFailedException](err); refused {
		return "", phone.ErrOver
	}
	if err != nil {
		return "", err
	}
	var it phoneItem
	err = attributevalue.UnmarshalMap(out.Attributes, &it)
	return it.Opening, err
}

// Match keeps that the digits were right.
//
// Errors: phone.ErrOver.
func (s *Phones) Match(ctx context.Context, c phone.Code) error {
	_, err := s.update(ctx, c, "SET matched = :yes", "attribute_not_exists(givenUp)", item{":yes": &types.AttributeValueMemberBOOL{Value: true}})
	if _, refused := errors.AsType[*types.ConditionalCheckFailedException](err); refused {
		return phone.ErrOver
	}
	return err
}

// GiveUp ends a code for the browser that asked for it.
func (s *Phones) GiveUp(ctx context.Context, c phone.Code) error {
	_, err := s.update(ctx, c, "SET givenUp = :yes", "attribute_not_exists(givenUp) OR givenUp = :yes", item{":yes": &types.AttributeValueMemberBOOL{Value: true}})
	return err
}

func (s *Phones) update(ctx context.Context, c phone.Code, what, condition string, values item) (*dynamodb.UpdateItemOutput, error) {
	values[":ttl"] = ttl(c.Until)
	if what[:3] == "SET" {
		what += ", #ttl = :ttl"
	} else {
		what += " SET #ttl = :ttl"
	}
	out, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(phonePK(c), phoneState),
		UpdateExpression: &what, ConditionExpression: &condition,
		ExpressionAttributeNames: map[string]string{"#ttl": schema.TTL}, ExpressionAttributeValues: values,
		ReturnValues: types.ReturnValueAllNew, ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if err != nil {
		return nil, fmt.Errorf("change code: %w", err)
	}
	return out, nil
}

// Sign keeps the signature that came back, the first; the same once more changes nothing.
//
// Errors: phone.ErrSigned.
func (s *Phones) Sign(ctx context.Context, c phone.Code, cms []byte) error {
	it := key(phonePK(c), phoneSignature)
	it["cms"], it[schema.TTL] = &types.AttributeValueMemberB{Value: cms}, ttl(c.Until)
	_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.name, Item: it,
		ConditionExpression:       aws.String("attribute_not_exists(PK) OR cms = :cms"),
		ExpressionAttributeValues: item{":cms": it["cms"]},
	})
	if _, refused := errors.AsType[*types.ConditionalCheckFailedException](err); refused {
		return phone.ErrSigned
	}
	if err != nil {
		return fmt.Errorf("keep signature of a phone: %w", err)
	}
	return nil
}
