package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Staff finds who has a post at a court, by one item a post and account that a granted right leaves, and has
// them told of what is due there.
type Staff struct{ accountsTable }

// NewStaff returns the staff kept in the table of that name, which is the accounts table.
func NewStaff(db *dynamodb.Client, name string) *Staff { return &Staff{ofAccounts(db, name)} }

func postPK(right account.Right) string { return "POST#" + string(right) }

// Of returns the active accounts that have a right to a post, by name.
func (s *Staff) Of(ctx context.Context, right account.Right) ([]account.Account, error) {
	found, err := s.under(ctx, postPK(right), "")
	if err != nil {
		return nil, fmt.Errorf("list who has %s: %w", right, err)
	}
	var list []account.Account
	for _, it := range found {
		a, err := s.account(ctx, text(it, schema.SK))
		switch {
		case errors.Is(err, account.ErrNotRegistered):
			continue
		case err != nil:
			return nil, err
		case a.Status == account.Active && a.Has(right):
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b account.Account) int { return strings.Compare(a.Subject.Name, b.Subject.Name) })
	return list, nil
}

// TellMorning has somebody told of what is due at their court. Of one day and court only the first is told.
func (s *Staff) TellMorning(ctx context.Context, e docket.MorningEvent, at time.Time) error {
	op, err := s.outboxItem(accountPK(e.Account), docket.EventMorning+"#"+e.ID(), e.Outbox(), outbox.Until(at))
	if err != nil {
		return err
	}
	_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.name, Item: op.Put.Item, ConditionExpression: aws.String("attribute_not_exists(PK)")})
	if _, told := errors.AsType[*types.ConditionalCheckFailedException](err); told {
		return nil
	}
	if err != nil {
		return fmt.Errorf("tell account %s of the morning: %w", e.Account, err)
	}
	return nil
}
