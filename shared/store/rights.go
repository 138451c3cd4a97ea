package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Decisions keeps what administrators decide about accounts: who has one made for them, which rights it has,
// whether it is open, and what waits for a second administrator. The account keeps the outcome; each decision
// has its entry in the audit in the same transaction.
type Decisions struct {
	accountsTable
	audit *Audit
}

// NewDecisions returns the decisions kept in the table of that name, which is the accounts table, and in the audit.
func NewDecisions(db *dynamodb.Client, name string, audit *Audit) *Decisions {
	return &Decisions{ofAccounts(db, name), audit}
}

// Grant gives an account a right and keeps the entry e of it, in one transaction. It returns
// the account as it is then; one that has the right already stays as it is, without an entry.
//
// Errors: account.ErrNotRegistered, also for an account that takes no rights.
func (s *Decisions) Grant(ctx context.Context, accountID string, right account.Right, e audit.Entry) (account.Account, error) {
	for range raceTries {
		holder, err := s.account(ctx, accountID)
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
		ops, err := s.audit.operationsOn(holder, e.Of(accountID, before, rightsText(holder.Rights)))
		if err != nil {
			return account.Account{}, err
		}
		ops = append(ops, s.posted(holder.ID, right)...)
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

// Become does what d, the decision on it, says towards taking an account from one status to another
// (account.Account.Decide) and keeps the entry e, in one transaction. With a new status its sessions are
// over. One that is closed loses what it does by Leave; registration, acceptances and filings stay.
//
// Errors: account.ErrChanged when the account, or what waits for it, is not what d was made for,
// account.ErrNotRegistered.
func (s *Decisions) Become(ctx context.Context, accountID string, from, to account.Status, d account.Decision, e audit.Entry) error {
	for range raceTries {
		holder, err := s.account(ctx, accountID)
		if err != nil {
			return err
		}
		if holder.StatusAt(e.At) != from {
			return account.ErrChanged
		}
		ops, err := s.decided(holder, to, d, e)
		address := ""
		if err == nil && to == account.Closed && from != account.Prepared && d != account.Proposes {
			address = holder.Email
			var closing []types.TransactWriteItem
			closing, err = (&Leavings{s.accountsTable}).closing(ctx, holder, account.ByOffice, e.At, account.Evidence{})
			ops = append(ops, closing...)
		}
		if err != nil {
			return err
		}
		after := to
		if d == account.Proposes {
			after = from
		}
		told := e.Of(accountID, string(from), string(after))
		entry, err := s.audit.operationsTo(told, address)
		if from == account.Prepared {
			ops = s.dropping(holder)
			entry, err = s.audit.operationsOn(holder, told)
		}
		if err != nil {
			return err
		}
		reasons, err := s.transactAct(ctx, told, append(ops, entry...)...)
		switch {
		case err != nil:
			return fmt.Errorf("make account %s %s: %w", accountID, to, err)
		case reasons == nil:
			return nil
		case d == account.Suspends || d != account.Does && failed(reasons, 0):
			return account.ErrChanged // another proposed, agreed or opened it meanwhile
		}
	}
	return fmt.Errorf("make account %s %s: %w", accountID, to, errRace)
}

// decided are the operations on an account's status and on what waits for a second administrator, in
// that order reversed: the first tells whether it was the decision's to make.
func (s *Decisions) decided(holder account.Account, to account.Status, d account.Decision, e audit.Entry) ([]types.TransactWriteItem, error) {
	var ops []types.TransactWriteItem
	waiting := key(accountPK(holder.ID), proposalSK(string(to)))
	switch d {
	case account.Proposes, account.Suspends:
		put, err := record(accountPK(holder.ID), proposalSK(string(to)), proposalItem{Status: string(to), By: e.Actor, Person: e.Person, At: instant(e.At), Reason: e.Reason})
		if err != nil {
			return nil, err
		}
		put[schema.TTL] = ttl(e.At.Add(account.ProposalLife))
		ops = append(ops, types.TransactWriteItem{Put: &types.Put{
			TableName: &s.name, Item: put, ConditionExpression: aws.String("attribute_not_exists(PK) OR #ttl <= :now"),
			ExpressionAttributeNames: map[string]string{"#ttl": schema.TTL}, ExpressionAttributeValues: item{":now": num(e.At.Unix())},
		}})
	case account.Agrees:
		ops = append(ops, types.TransactWriteItem{Delete: &types.Delete{
			TableName: &s.name, Key: waiting, ConditionExpression: aws.String(otherPerson), ExpressionAttributeValues: item{":me": str(e.Person)},
		}})
	}
	if d == account.Proposes {
		return append(ops, types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: &s.name, Key: key(accountPK(holder.ID), accountSK), ConditionExpression: aws.String("#status = :from"),
			ExpressionAttributeNames: map[string]string{"#status": "status"}, ExpressionAttributeValues: item{":from": str(string(holder.Status))},
		}}), nil
	}
	if to == account.Active { // whatever waits is over
		for _, what := range []account.Status{account.Disabled, account.Closed} {
			ops = append(ops, types.TransactWriteItem{Delete: &types.Delete{TableName: &s.name, Key: key(accountPK(holder.ID), proposalSK(string(what)))}})
		}
	}
	if to != account.Closed {
		ops = append(ops, s.becoming(holder, to, d == account.Suspends, e.At))
	}
	return ops, nil
}

// becoming is the update of an account that is stopped or opened. What one administrator stops alone
// ends by itself, and is remembered.
func (s *Decisions) becoming(holder account.Account, to account.Status, alone bool, at time.Time) types.TransactWriteItem {
	update := "SET #status = :to REMOVE disabledUntil ADD epoch :one"
	values := item{":from": str(string(holder.Status)), ":to": str(string(to)), ":one": num(1)}
	condition := "#status = :from"
	if alone {
		update = "SET #status = :to, disabledUntil = :until, aloneAt = :at ADD epoch :one"
		values[":until"], values[":at"] = str(instant(at.Add(account.AloneFor))), str(instant(at))
		condition += " AND (attribute_not_exists(aloneAt) OR aloneAt <= :last)"
		values[":last"] = str(instant(at.Add(-account.AloneOnce)))
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(accountPK(holder.ID), accountSK), UpdateExpression: &update, ConditionExpression: &condition,
		ExpressionAttributeNames: map[string]string{"#status": "status"}, ExpressionAttributeValues: values,
	}}
}

// Proposal is a right, or a status, that waits for a second administrator.
type Proposal struct {
	Right  account.Right
	Status account.Status
	By     audit.Actor // the administrator who proposed it
	At     time.Time
	Reason string
}

type proposalItem struct {
	Right  string `dynamodbav:"right,omitempty"`
	Status string `dynamodbav:"status,omitempty"`
	By     string `dynamodbav:"by"`
	Person string `dynamodbav:"person,omitempty"`
	At     string `dynamodbav:"at"`
	Reason string `dynamodbav:"reason"`
}

// otherPerson is the condition that a proposal was made by a person who is certainly not :me, which
// must not be empty (audit.Actor.Other).
const otherPerson = "attribute_exists(person) AND person <> :me"

func proposalSK(what string) string { return "PROPOSAL#" + what }

// Propose keeps that the actor of e would give an account a right, and e itself, in one
// transaction.
//
// Errors: account.ErrChanged when the account has the right, takes none, or it was proposed already;
// account.ErrNotRegistered.
func (s *Decisions) Propose(ctx context.Context, accountID string, right account.Right, e audit.Entry) error {
	holder, err := s.account(ctx, accountID)
	if err != nil {
		return err
	}
	if !account.TakesRights(holder.Status) {
		return account.ErrChanged
	}
	if !account.MayHold(holder.Subject.Kind) {
		return account.ErrNotPerson
	}
	put, err := record(accountPK(accountID), proposalSK(string(right)), proposalItem{Right: string(right), By: e.Actor, Person: e.Person, At: instant(e.At), Reason: e.Reason})
	if err != nil {
		return err
	}
	entry, err := s.audit.operationsOn(holder, e.Of(accountID, "", string(right)))
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

// Proposals lists what waits for approval for an account at the instant at.
func (s *Decisions) Proposals(ctx context.Context, accountID string, at time.Time) ([]Proposal, error) {
	found, err := s.under(ctx, accountPK(accountID), proposalSK(""))
	if err != nil {
		return nil, fmt.Errorf("read proposals for %s: %w", accountID, err)
	}
	var list []Proposal
	for _, raw := range found {
		if expired(raw, at) {
			continue
		}
		var it proposalItem
		err := attributevalue.UnmarshalMap(raw, &it)
		var made time.Time
		if err == nil {
			made, err = parseInstant(it.At)
		}
		if err != nil {
			return nil, fmt.Errorf("decode proposal for %s: %w", accountID, err)
		}
		list = append(list, Proposal{account.Right(it.Right), account.Status(it.Status), audit.Actor{Account: it.By, Person: it.Person}, made, it.Reason})
	}
	return list, nil
}

// Approve gives an account the right that another administrator than the actor of e proposed,
// takes the proposal away and keeps e, in one transaction. Of two who approve at once, one does.
//
// Errors: account.ErrNoProposal, account.ErrSecondPerson, account.ErrChanged when the account
// takes no rights any more.
func (s *Decisions) Approve(ctx context.Context, accountID string, right account.Right, e audit.Entry) (account.Account, error) {
	if e.Person == "" {
		return account.Account{}, account.ErrSecondPerson
	}
	for range raceTries {
		holder, err := s.account(ctx, accountID)
		if err != nil {
			return account.Account{}, err
		}
		before := rightsText(holder.Rights)
		if !holder.Has(right) {
			holder.Rights = append(slices.Clone(holder.Rights), right)
			slices.Sort(holder.Rights)
		}
		entry, err := s.audit.operationsOn(holder, e.Of(accountID, before, rightsText(holder.Rights)))
		if err != nil {
			return account.Account{}, err
		}
		reasons, err := s.transactAct(ctx, e, append([]types.TransactWriteItem{
			{Delete: &types.Delete{
				TableName: &s.name, Key: key(accountPK(accountID), proposalSK(string(right))),
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
		}, append(entry, s.posted(accountID, right)...)...)...)
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
func (s *Decisions) Withdraw(ctx context.Context, accountID string, right account.Right, e audit.Entry) (account.Account, error) {
	for range raceTries {
		holder, err := s.account(ctx, accountID)
		if err != nil {
			return account.Account{}, err
		}
		before, had := rightsText(holder.Rights), holder.Has(right)
		holder.Rights = slices.DeleteFunc(slices.Clone(holder.Rights), func(r account.Right) bool { return r == right })
		proposal := &types.Delete{TableName: &s.name, Key: key(accountPK(accountID), proposalSK(string(right)))}
		if !had {
			proposal.ConditionExpression = aws.String("attribute_exists(PK)")
		}
		entry, err := s.audit.operationsOn(holder, e.Of(accountID, before, rightsText(holder.Rights)))
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

// posted are the operations by which Staff finds who has a post: none for other rights. Nothing takes the
// item away; the account says whether its holder has the post still.
func (s *Decisions) posted(accountID string, right account.Right) []types.TransactWriteItem {
	if _, _, ok := right.Post(); !ok {
		return nil
	}
	return []types.TransactWriteItem{{Put: &types.Put{TableName: &s.name, Item: key(postPK(right), accountID)}}}
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
