package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Who acts for a legal person is kept beside its account, one item a person, under
// account.Subject.PersonID. The list stays when the account is closed: it belongs to the record
// of what was done in it.

type actingItem struct {
	Name   string `dynamodbav:"name"`
	Role   string `dynamodbav:"role"`
	Number string `dynamodbav:"number"` // masked
	First  string `dynamodbav:"first"`
	Last   string `dynamodbav:"last"`
}

const actingPrefix = "ACTING#"

// acting is the operation that keeps who opened a session for a legal person; none for others.
func (s *Accounts) acting(n session.Session) []types.TransactWriteItem {
	p := n.Person
	if p.ID == "" {
		return nil
	}
	return []types.TransactWriteItem{{Update: &types.Update{
		TableName: &s.name, Key: key(accountPK(n.AccountID), actingPrefix+p.ID),
		UpdateExpression: aws.String("SET #name = :name, #role = :role, #number = :number, #last = :at, #first = if_not_exists(#first, :at)"),
		ExpressionAttributeNames: map[string]string{
			"#name": "name", "#role": "role", "#number": "number", "#last": "last", "#first": "first",
		},
		ExpressionAttributeValues: item{
			":name": str(p.Name), ":role": str(p.Role), ":number": str(p.Number), ":at": str(instant(n.CreatedAt)),
		},
	}}}
}

// Acting lists who signed in for a legal person with their certificates, the latest first. Name
// and role are those of the last time.
func (s *Accounts) Acting(ctx context.Context, accountID string) ([]account.Acting, error) {
	var list []account.Acting
	found, err := s.under(ctx, accountPK(accountID), actingPrefix)
	if err != nil {
		return nil, fmt.Errorf("list who acts for %s: %w", accountID, err)
	}
	for _, raw := range found {
		var it actingItem
		err := attributevalue.UnmarshalMap(raw, &it)
		sk, _ := raw[schema.SK].(*types.AttributeValueMemberS)
		one := account.Acting{Name: it.Name, Role: account.Role(it.Role), Number: it.Number}
		var firstErr, lastErr error
		one.FirstAt, firstErr = parseInstant(it.First)
		one.LastAt, lastErr = parseInstant(it.Last)
		if err := errors.Join(err, firstErr, lastErr); err != nil {
			return nil, fmt.Errorf("decode who acts for %s: %w", accountID, err)
		}
		one.ID = strings.TrimPrefix(sk.Value, actingPrefix)
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b account.Acting) int { return b.LastAt.Compare(a.LastAt) })
	return list, nil
}
