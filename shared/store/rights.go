package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
)

// Grant gives an account a right and keeps the entry e of it in a, in one transaction. It returns
// the account as it is then; one that has the right already stays as it is, without an entry.
//
// Errors: account.ErrNotRegistered, also for an account that takes no rights.
func (s *Accounts) Grant(ctx context.Context, a *Audit, accountID string, right account.Right, e audit.Entry) (account.Account, error) {
	for range raceTries {
		holder, err := s.Account(ctx, accountID)
		if err != nil {
			return account.Account{}, err
		}
		if !account.TakesRights(holder.Status) {
			return account.Account{}, account.ErrNotRegistered
		}
		if !account.MayHold(holder.Subject.Kind) {
			return account.Account{}, account.ErrNotPerson
		}
		if holder.Has(right) {
			return holder, nil
		}
		before := rightsText(holder.Rights)
		holder.Rights = append(slices.Clone(holder.Rights), right)
		slices.Sort(holder.Rights)
		ops, err := a.operationsOn(holder, e.Of(accountID, before, rightsText(holder.Rights)))
		if err != nil {
			return account.Account{}, err
		}
		reasons, err := s.transactAct(ctx, e, append(ops, types.TransactWriteItem{Update: &types.Update{
			TableName: &s.name, Key: key(accountPK(accountID), accountSK),
			UpdateExpression:         aws.String("ADD rights :right"),
			ConditionExpression:      aws.String("#status = :status AND NOT contains(rights, :one)"),
			ExpressionAttributeNames: map[string]string{"#status": "status"},
			ExpressionAttributeValues: item{
				":status": str(string(holder.Status)), ":right": set(string(right)), ":one": str(string(right)),
			},
		}})...)
		if err != nil {
			return account.Account{}, fmt.Errorf("grant %s to %s: %w", right, accountID, err)
		}
		if reasons == nil {
			return holder, nil
		}
	}
	return account.Account{}, fmt.Errorf("grant %s to %s: %w", right, accountID, errRace)
}

// Become takes an account from one status to another (account.MayBecome) and keeps the entry e,
// in one transaction. Its sessions are over with it. One that is closed loses what it does by
// Leave; registration, acceptances and filings stay.
//
// Errors: account.ErrChanged when the status is not from, account.ErrNotRegistered.
func (s *Accounts) Become(ctx context.Context, a *Audit, accountID string, from, to account.Status, e audit.Entry) error {
	e = e.Of(accountID, string(from), string(to))
	for range raceTries {
		holder, err := s.Account(ctx, accountID)
		if err != nil {
			return err
		}
		if holder.Status != from {
			return account.ErrChanged
		}
		ops, address := s.becoming(accountID, from, to), ""
		if to == account.Closed && from != account.Prepared {
			address = holder.Email
			if ops, err = s.closing(ctx, holder, account.ByOffice, e.At, account.Evidence{}); err != nil {
				return err
			}
		}
		entry, err := a.operationsTo(e, address)
		if from == account.Prepared {
			ops = s.dropping(holder)
			entry, err = a.operationsOn(holder, e)
		}
		if err != nil {
			return err
		}
		reasons, err := s.transactAct(ctx, e, append(ops, entry...)...)
		if err != nil {
			return fmt.Errorf("make account %s %s: %w", accountID, to, err)
		}
		if reasons == nil {
			return nil
		}
	}
	return fmt.Errorf("make account %s %s: %w", accountID, to, errRace)
}

func (s *Accounts) becoming(accountID string, from, to account.Status) []types.TransactWriteItem {
	return []types.TransactWriteItem{{Update: &types.Update{
		TableName: &s.name, Key: key(accountPK(accountID), accountSK),
		UpdateExpression:          aws.String("SET #status = :to ADD epoch :one"),
		ConditionExpression:       aws.String("#status = :from"),
		ExpressionAttributeNames:  map[string]string{"#status": "status"},
		ExpressionAttributeValues: item{":from": str(string(from)), ":to": str(string(to)), ":one": num(1)},
	}}}
}

// Proposal is a right that waits for a second administrator.
type Proposal struct {
	Right  account.Right
	By     audit.Actor // the administrator who proposed it
	At     time.Time
	Reason string
}

type proposalItem struct {
	Right  string `dynamodbav:"right"`
	By     string `dynamodbav:"by"`
	Person string `dynamodbav:"person,omitempty"`
	At     string `dynamodbav:"at"`
	Reason string `dynamodbav:"reason"`
}

// otherPerson is the condition that a proposal was made by a person who is certainly not :me, which
// must not be empty (audit.Actor.Other).
const otherPerson = "attribute_exists(person) AND person <> :me"

func proposalSK(r account.Right) string { return "PROPOSAL#" + string(r) }

// Propose keeps that the actor of e would give an account a right, and e itself, in one
// transaction.
//
// Errors: account.ErrChanged when the account has the right, takes none, or it was proposed already;
// account.ErrNotRegistered.
func (s *Accounts) Propose(ctx context.Context, a *Audit, accountID string, right account.Right, e audit.Entry) error {
	holder, err := s.Account(ctx, accountID)
	if err != nil {
		return err
	}
	if !account.TakesRights(holder.Status) {
		return account.ErrChanged
	}
	if !account.MayHold(holder.Subject.Kind) {
		return account.ErrNotPerson
	}
	put, err := record(accountPK(accountID), proposalSK(right), proposalItem{string(right), e.Actor, e.Person, instant(e.At), e.Reason})
	if err != nil {
		return err
	}
	entry, err := a.operationsOn(holder, e.Of(accountID, "", string(right)))
	if err != nil {
		return err
	}
	reasons, err := s.transactAct(ctx, e, append(entry,
		types.TransactWriteItem{Put: &types.Put{TableName: &s.name, Item: put, ConditionExpression: aws.String("attribute_not_exists(PK)")}},
		types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: &s.name, Key: key(accountPK(accountID), accountSK),
			ConditionExpression:       aws.String("#status = :status AND NOT contains(rights, :right)"),
			ExpressionAttributeNames:  map[string]string{"#status": "status"},
			ExpressionAttributeValues: item{":status": str(string(holder.Status)), ":right": str(string(right))},
		}})...)
	switch {
	case err != nil:
		return fmt.Errorf("propose %s for %s: %w", right, accountID, err)
	case reasons != nil:
		return account.ErrChanged
	}
	return nil
}

// Proposals lists what waits for approval for an account.
func (s *Accounts) Proposals(ctx context.Context, accountID string) ([]Proposal, error) {
	var list []Proposal
	for _, right := range account.Rights {
		var it proposalItem
		ok, err := s.get(ctx, accountPK(accountID), proposalSK(right), time.Time{}, &it)
		if err != nil {
			return nil, fmt.Errorf("read proposals for %s: %w", accountID, err)
		}
		if !ok {
			continue
		}
		at, err := parseInstant(it.At)
		if err != nil {
			return nil, fmt.Errorf("decode proposal for %s: %w", accountID, err)
		}
		list = append(list, Proposal{right, audit.Actor{Account: it.By, Person: it.Person}, at, it.Reason})
	}
	return list, nil
}

// Approve gives an account the right that another administrator than the actor of e proposed,
// takes the proposal away and keeps e, in one transaction. Of two who approve at once, one does.
//
// Errors: account.ErrNoProposal, account.ErrSecondPerson, account.ErrChanged when the account
// takes no rights any more.
func (s *Accounts) Approve(ctx context.Context, a *Audit, accountID string, right account.Right, e audit.Entry) (account.Account, error) {
	if e.Person == "" {
		return account.Account{}, account.ErrSecondPerson
	}
	for range raceTries {
		holder, err := s.Account(ctx, accountID)
		if err != nil {
			return account.Account{}, err
		}
		before := rightsText(holder.Rights)
		if !holder.Has(right) {
			holder.Rights = append(slices.Clone(holder.Rights), right)
			slices.Sort(holder.Rights)
		}
		entry, err := a.operationsOn(holder, e.Of(accountID, before, rightsText(holder.Rights)))
		if err != nil {
			return account.Account{}, err
		}
		reasons, err := s.transactAct(ctx, e, append([]types.TransactWriteItem{
			{Delete: &types.Delete{
				TableName: &s.name, Key: key(accountPK(accountID), proposalSK(right)),
				ConditionExpression:                 aws.String(otherPerson),
				ExpressionAttributeValues:           item{":me": str(e.Person)},
				ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
			}},
			{Update: &types.Update{
				TableName: &s.name, Key: key(accountPK(accountID), accountSK),
				UpdateExpression: aws.String("ADD rights :set"), ConditionExpression: sameRights(before),
				ExpressionAttributeNames:            map[string]string{"#status": "status"},
				ExpressionAttributeValues:           rightsValues(before, item{":status": str(string(holder.Status)), ":set": set(string(right))}),
				ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
			}},
		}, entry...)...)
		switch {
		case err != nil:
			return account.Account{}, fmt.Errorf("approve %s for %s: %w", right, accountID, err)
		case reasons == nil:
			return holder, nil
		case failed(reasons, 0) && len(reasons[0].Item) > 0:
			return account.Account{}, account.ErrSecondPerson
		case failed(reasons, 0):
			return account.Account{}, account.ErrNoProposal
		}
		if met, ok := reasons[1].Item["status"].(*types.AttributeValueMemberS); failed(reasons, 1) && ok && !account.TakesRights(account.Status(met.Value)) {
			return account.Account{}, account.ErrChanged
		}
	}
	return account.Account{}, fmt.Errorf("approve %s for %s: %w", right, accountID, errRace)
}

// Withdraw takes a right from an account, and a proposal of it, and keeps e, in one transaction.
//
// Errors: account.ErrChanged when the account has not the right and nobody proposed it.
func (s *Accounts) Withdraw(ctx context.Context, a *Audit, accountID string, right account.Right, e audit.Entry) (account.Account, error) {
	for range raceTries {
		holder, err := s.Account(ctx, accountID)
		if err != nil {
			return account.Account{}, err
		}
		before, had := rightsText(holder.Rights), holder.Has(right)
		holder.Rights = slices.DeleteFunc(slices.Clone(holder.Rights), func(r account.Right) bool { return r == right })
		proposal := &types.Delete{TableName: &s.name, Key: key(accountPK(accountID), proposalSK(right))}
		if !had {
			proposal.ConditionExpression = aws.String("attribute_exists(PK)")
		}
		entry, err := a.operationsOn(holder, e.Of(accountID, before, rightsText(holder.Rights)))
		if err != nil {
			return account.Account{}, err
		}
		reasons, err := s.transactAct(ctx, e, append([]types.TransactWriteItem{
			{Delete: proposal},
			{Update: &types.Update{
				TableName: &s.name, Key: key(accountPK(accountID), accountSK),
				UpdateExpression: aws.String("DELETE rights :set"), ConditionExpression: sameRights(before),
				ExpressionAttributeNames:  map[string]string{"#status": "status"},
				ExpressionAttributeValues: rightsValues(before, item{":status": str(string(holder.Status)), ":set": set(string(right))}),
			}},
		}, entry...)...)
		switch {
		case err != nil:
			return account.Account{}, fmt.Errorf("withdraw %s from %s: %w", right, accountID, err)
		case reasons == nil:
			return holder, nil
		case failed(reasons, 0), !account.TakesRights(holder.Status):
			return account.Account{}, account.ErrChanged
		}
	}
	return account.Account{}, fmt.Errorf("withdraw %s from %s: %w", right, accountID, errRace)
}

// sameRights is the condition that an account has the status :status and exactly the rights of that
// text. An empty set does not exist.
func sameRights(text string) *string {
	if text == "" {
		return aws.String("#status = :status AND attribute_not_exists(rights)")
	}
	return aws.String("#status = :status AND rights = :before")
}

func rightsValues(text string, more item) item {
	if text != "" {
		more[":before"] = &types.AttributeValueMemberSS{Value: strings.Fields(text)}
	}
	return more
}
