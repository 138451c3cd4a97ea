package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Prepare keeps an account that an administrator made for someone (account.Prepared), the entry e of
// it and the invitation, in one transaction. The subject names it apart from an account, under
// "prepared": whoever looks a subject up finds nobody registered. It is not among the Members.
//
// One that stands prepared with the same address and language is the answer to a repeat: then first
// is false and nothing was written.
//
// Errors: account.ErrRegistered when the subject has an account, or one prepared otherwise.
func (s *Decisions) Prepare(ctx context.Context, made account.Account, e audit.Entry) (kept account.Account, first bool, err error) {
	it, err := record(accountPK(made.ID), accountSK, newAccountItem(made))
	if err != nil {
		return account.Account{}, false, err
	}
	entries, err := s.audit.operationsOn(made, e.Of(made.ID, "", string(account.Prepared)))
	if err != nil {
		return account.Account{}, false, err
	}
	invited := account.NewEvent(account.EventInvited, made.ID, e.ID, e.At)
	invited.To = made.Email
	invitation, err := s.outbox(invited, outbox.Until(e.At))
	if err != nil {
		return account.Account{}, false, err
	}
	reasons, err := s.transact(ctx, append(entries, invitation,
		types.TransactWriteItem{Put: &types.Put{
			TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
		}},
		types.TransactWriteItem{Update: &types.Update{
			TableName: &s.name, Key: key(subjectPK(made.Key), subjectSK),
			UpdateExpression:          aws.String("SET prepared = :id"),
			ConditionExpression:       aws.String("attribute_not_exists(account) AND attribute_not_exists(prepared)"),
			ExpressionAttributeValues: item{":id": str(made.ID)},
		}})...)
	if err != nil {
		return account.Account{}, false, fmt.Errorf("prepare account %s: %w", made.ID, err)
	}
	if reasons == nil {
		return made, true, nil
	}
	standing, err := s.subject(ctx, made.Key)
	if err != nil {
		return account.Account{}, false, err
	}
	if standing.Account != "" || standing.Prepared == "" {
		return account.Account{}, false, account.ErrRegistered
	}
	kept, err = s.account(ctx, standing.Prepared)
	if err != nil {
		return account.Account{}, false, err
	}
	if kept.Status != account.Prepared || kept.Email != made.Email || kept.Lang != made.Lang {
		return account.Account{}, false, account.ErrRegistered
	}
	return kept, false, nil
}

// dropping are the operations that close an account nobody registered: its address and its rights
// go, and its subject may be prepared for or register anew.
func (s *Decisions) dropping(a account.Account) []types.TransactWriteItem {
	return []types.TransactWriteItem{
		{Update: &types.Update{
			TableName: &s.name, Key: key(accountPK(a.ID), accountSK),
			UpdateExpression:         aws.String("SET #status = :closed, email = :none REMOVE rights"),
			ConditionExpression:      aws.String("#status = :prepared"),
			ExpressionAttributeNames: map[string]string{"#status": "status"},
			ExpressionAttributeValues: item{
				":closed": str(string(account.Closed)), ":none": str(""), ":prepared": str(string(account.Prepared)),
			},
		}},
		{Update: &types.Update{
			TableName: &s.name, Key: key(subjectPK(a.Key), subjectSK),
			UpdateExpression: aws.String("REMOVE prepared"), ConditionExpression: aws.String("prepared = :id"),
			ExpressionAttributeValues: item{":id": str(a.ID)},
		}},
	}
}
