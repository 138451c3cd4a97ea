package store

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/outbox"
)

// Leavings keeps how an account ends: the refusal its holder signed. What goes with an account goes in the same
// transaction, whosesoever it is (see closing): that nothing of it outlives the account is leaving's rule.
type Leavings struct{ accountsTable }

// NewLeavings returns the refusals kept in the table of that name, which is the accounts table.
func NewLeavings(db *dynamodb.Client, name string) *Leavings { return &Leavings{ofAccounts(db, name)} }

const leavingSK = "LEAVING"

type leavingItem struct {
	At        string `dynamodbav:"at"`
	Lang      string `dynamodbav:"lang"`
	Nonce     string `dynamodbav:"nonce"`
	CMS       []byte `dynamodbav:"cms"`
	Address   string `dynamodbav:"address,omitempty"`
	UserAgent string `dynamodbav:"userAgent,omitempty"`
}

// Leave closes an account by its holder's signed refusal and uses up the challenge c, in one
// transaction (see closing for what goes). What was signed, filed and accepted stays under the
// account's id, and so does the history of addresses, which shows where notices went.
//
// Errors: challenge.ErrUsed, account.ErrNotRegistered when the account is closed already.
func (s *Leavings) Leave(ctx context.Context, l account.Leaving, c challenge.Challenge) error {
	left, err := record(accountPK(l.AccountID), leavingSK, leavingItem{
		At: instant(l.At), Lang: string(l.Lang), Nonce: l.Evidence.Nonce, CMS: l.Evidence.CMS,
		Address: l.Evidence.Address, UserAgent: l.Evidence.UserAgent,
	})
	if err != nil {
		return err
	}
	for range raceTries {
		a, err := s.account(ctx, l.AccountID)
		if err != nil {
			return err
		}
		if a.Status == account.Closed {
			return account.ErrNotRegistered
		}
		e := account.NewEvent(account.EventLeft, a.ID, l.Evidence.Nonce, l.At)
		e.To = a.Email
		told, err := s.outbox(e, outbox.Until(l.At))
		if err != nil {
			return err
		}
		closing, err := s.closing(ctx, a, account.ByHolder, l.At, l.Evidence)
		if err != nil {
			return err
		}
		ops := []types.TransactWriteItem{s.use(c, a.ID), {Put: &types.Put{TableName: &s.name, Item: left}}, told}
		reasons, err := s.transact(ctx, append(ops, closing...)...)
		switch {
		case err != nil:
			return fmt.Errorf("close account %s: %w", a.ID, err)
		case reasons == nil:
			return nil
		case failed(reasons, 0):
			return challenge.ErrUsed
		}
	}
	return fmt.Errorf("close account %s: %w", l.AccountID, errRace)
}

// closing are the operations that close the account a at the instant at, whoever closes it. They
// hold only while its status, its addresses, whom the closing is told to, and its representatives
// are what was read. The sessions are over; the password, the contacts, the rights, codes under way
// and the place among those who are told of announcements go; the representatives end (see dismiss);
// the history says until when each address took notices; the subject may register anew.
func (s *Leavings) closing(ctx context.Context, a account.Account, by account.Side, at time.Time, evidence account.Evidence) ([]types.TransactWriteItem, error) {
	dismissed, sameCount, values, err := (&Representatives{s.accountsTable}).dismiss(ctx, a, by, at, evidence)
	if err != nil {
		return nil, err
	}
	sameNumber, number := sameMobile(a)
	maps.Copy(values, number)
	maps.Copy(values, item{
		":closed": str(string(account.Closed)), ":none": str(""), ":one": num(1),
		":status": str(string(a.Status)), ":email": str(a.Email), ":from": str(instant(a.EmailFrom)),
	})
	contacts := &Contacts{s.accountsTable}
	ops := []types.TransactWriteItem{
		{Update: &types.Update{
			TableName: &s.name, Key: key(accountPK(a.ID), accountSK),
			UpdateExpression: aws.String("SET #status = :closed, email = :none " +
				"REMOVE mobile, mobileFrom, emailFailed, mobileFailed, verified, rights, webhooks, webhookCount, GSI1PK, GSI1SK ADD epoch :one"),
			ConditionExpression: aws.String("#status = :status AND email = :email AND emailFrom = :from AND " +
				sameNumber + " AND " + sameCount),
			ExpressionAttributeNames:  map[string]string{"#status": "status"},
			ExpressionAttributeValues: values,
		}},
		{Update: &types.Update{
			TableName: &s.name, Key: key(subjectPK(a.Key), subjectSK),
			UpdateExpression: aws.String("REMOVE account"), ConditionExpression: aws.String("account = :id"),
			ExpressionAttributeValues: item{":id": str(a.ID)},
		}},
		contacts.ended(a.ID, account.Email, a.EmailFrom, at),
		{Delete: &types.Delete{TableName: &s.name, Key: key(accountPK(a.ID), codeSK(account.Email))}},
		{Delete: &types.Delete{TableName: &s.name, Key: key(accountPK(a.ID), codeSK(account.Mobile))}},
	}
	people := []account.Acting{{}}
	if a.Subject.Kind == account.Legal {
		if people, err = (&Credentials{s.accountsTable}).Acting(ctx, a.ID); err != nil {
			return nil, err
		}
	}
	for _, p := range people {
		ops = append(ops, types.TransactWriteItem{Delete: &types.Delete{TableName: &s.name, Key: key(accountPK(a.ID), passwordSK(p.ID))}})
	}
	if !a.MobileFrom.IsZero() {
		ops = append(ops, contacts.ended(a.ID, account.Mobile, a.MobileFrom, at))
	}
	hooks, err := (&Webhooks{s.accountsTable}).ended(ctx, a)
	if err != nil {
		return nil, err
	}
	return append(append(ops, dismissed...), hooks...), nil
}
