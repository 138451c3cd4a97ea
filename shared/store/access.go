package store

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// An account's sessions have its epoch. To end all but one, the epoch grows by one and takes the
// one along: a session opened at the same time is either of the old epoch and over, or was opened
// after. No clock and no index takes part.

// SignIn opens a session for an account by a signature over the challenge c, in one transaction,
// which also tells the holder of a device not seen before.
//
// Errors: challenge.ErrUsed; account.ErrNotRegistered when the account is closed.
func (s *Accounts) SignIn(ctx context.Context, c challenge.Challenge, n session.Session) error {
	return s.open(ctx, n, s.use(c, n.AccountID), challenge.ErrUsed)
}

// SignInByPassword is SignIn by a password that matched hash: it must still be the account's, so
// that a changed password opens nothing even while it is being changed.
//
// Errors: account.ErrPassword when it is not; account.ErrNotRegistered.
func (s *Accounts) SignInByPassword(ctx context.Context, hash string, n session.Session) error {
	return s.open(ctx, n, types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &s.name, Key: key(accountPK(n.AccountID), passwordSK),
		ConditionExpression:       aws.String("#hash = :hash"),
		ExpressionAttributeNames:  map[string]string{"#hash": "hash"},
		ExpressionAttributeValues: item{":hash": str(hash)},
	}}, account.ErrPassword)
}

// open opens a session of the account's epoch. refused is what a proof that does not hold means.
func (s *Accounts) open(ctx context.Context, n session.Session, proof types.TransactWriteItem, refused error) error {
	for range raceTries {
		a, known, err := s.visitor(ctx, n)
		if err != nil {
			return fmt.Errorf("sign in to account %s: %w", n.AccountID, err)
		}
		if a.Status != string(account.Active) {
			return account.ErrNotRegistered
		}
		n.Epoch = a.Epoch
		ops := []types.TransactWriteItem{proof,
			{ConditionCheck: &types.ConditionCheck{
				TableName: &s.name, Key: key(accountPK(n.AccountID), accountSK),
				ConditionExpression:       aws.String(activeInEpoch(a.Epoch)),
				ExpressionAttributeNames:  map[string]string{"#status": "status"},
				ExpressionAttributeValues: epochValues(a.Epoch),
			}},
			putSession(s.table, n),
		}
		ops = append(ops, s.acting(n)...)
		if !known {
			e := account.NewEvent(account.EventNewDevice, n.AccountID, n.ID[:16], n.CreatedAt)
			e.By = string(n.By)
			told, err := s.outbox(e, outbox.Until(n.CreatedAt))
			if err != nil {
				return err
			}
			ops = append(ops, s.device(n.AccountID, n), told)
		}
		reasons, err := s.transact(ctx, ops...)
		switch {
		case err != nil:
			return fmt.Errorf("sign in to account %s: %w", n.AccountID, err)
		case reasons == nil:
			return nil
		case failed(reasons, 0):
			return refused
		case !failed(reasons, 1):
			return fmt.Errorf("sign in to account %s: the session's id is taken", n.AccountID)
		}
	}
	return fmt.Errorf("sign in to account %s: %w", n.AccountID, errRace)
}

// visitor reads the account a session is to be opened for, and whether it knows the device.
func (s *Accounts) visitor(ctx context.Context, n session.Session) (a accountItem, known bool, err error) {
	found, err := s.batch(ctx, key(accountPK(n.AccountID), accountSK), key(accountPK(n.AccountID), deviceSK(n.Device)))
	if err != nil {
		return accountItem{}, false, err
	}
	for _, raw := range found {
		if sk, _ := raw[schema.SK].(*types.AttributeValueMemberS); sk.Value != accountSK {
			known = !expired(raw, n.CreatedAt)
		} else if err := attributevalue.UnmarshalMap(raw, &a); err != nil {
			return accountItem{}, false, fmt.Errorf("decode account: %w", err)
		}
	}
	return a, known, nil
}

func deviceSK(device string) string { return "DEVICE#" + device }

// device remembers the device of a session.
func (s *Accounts) device(accountID string, n session.Session) types.TransactWriteItem {
	it := key(accountPK(accountID), deviceSK(n.Device))
	it["at"], it[schema.TTL] = str(instant(n.CreatedAt)), ttl(n.CreatedAt.Add(session.DeviceLife))
	return types.TransactWriteItem{Put: &types.Put{TableName: &s.name, Item: it}}
}

// activeInEpoch is the condition that an account is open and its sessions are of that epoch. An
// account that never ended its sessions has no epoch, which is 0.
func activeInEpoch(epoch int64) string {
	if epoch == 0 {
		return "#status = :active AND attribute_not_exists(epoch)"
	}
	return "#status = :active AND epoch = :epoch"
}

func epochValues(epoch int64) item {
	values := item{":active": str(string(account.Active))}
	if epoch != 0 {
		values[":epoch"] = num(epoch)
	}
	return values
}

// EndOthers ends all sessions of an account except the one with the id keep.
//
// Errors: session.ErrNone when that one has ended.
func (s *Accounts) EndOthers(ctx context.Context, accountID, keep string) error {
	return s.renew(ctx, accountID, keep, nil, nil)
}

// ChangePassword gives an account whose password's hash is p.From the hash p.To and ends its
// other sessions, in one transaction.
//
// Errors: account.ErrPassword when the password was changed meanwhile, session.ErrNone when the
// session p.Keep has ended, account.ErrNotRegistered.
func (s *Accounts) ChangePassword(ctx context.Context, p account.PasswordChange) error {
	told, err := s.outbox(p.Event(), outbox.Until(p.At))
	if err != nil {
		return err
	}
	return s.renew(ctx, p.AccountID, p.Keep, account.ErrPassword, []types.TransactWriteItem{{Update: &types.Update{
		TableName: &s.name, Key: key(accountPK(p.AccountID), passwordSK),
		UpdateExpression:          aws.String("SET #hash = :to, #set = :at"),
		ConditionExpression:       aws.String("#hash = :from"),
		ExpressionAttributeNames:  map[string]string{"#hash": "hash", "#set": "set"},
		ExpressionAttributeValues: item{":from": str(p.From), ":to": str(p.To), ":at": str(instant(p.At))},
	}}, told})
}

// ResetPassword gives an account the password hash p.To by a signature over the challenge c and
// ends all its sessions, in one transaction.
//
// Errors: challenge.ErrUsed, account.ErrNotRegistered.
func (s *Accounts) ResetPassword(ctx context.Context, p account.PasswordChange, c challenge.Challenge) error {
	told, err := s.outbox(p.Event(), outbox.Until(p.At))
	if err != nil {
		return err
	}
	put, err := record(accountPK(p.AccountID), passwordSK, passwordItem{Hash: p.To, Set: instant(p.At)})
	if err != nil {
		return err
	}
	return s.renew(ctx, p.AccountID, "", challenge.ErrUsed, []types.TransactWriteItem{
		s.use(c, p.AccountID), {Put: &types.Put{TableName: &s.name, Item: put}}, told,
	})
}

// renew begins the account's next epoch and takes the session keep (or "" for none) along, in
// the transaction of acts. refused is what a failed condition of the first of acts means.
func (s *Accounts) renew(ctx context.Context, accountID, keep string, refused error, acts []types.TransactWriteItem) error {
	for range raceTries {
		a, err := s.Account(ctx, accountID)
		if err != nil {
			return err
		}
		if a.Status != account.Active {
			return account.ErrNotRegistered
		}
		values := epochValues(a.Epoch)
		values[":next"] = num(a.Epoch + 1)
		ops := append(acts[:len(acts):len(acts)], types.TransactWriteItem{Update: &types.Update{
			TableName: &s.name, Key: key(accountPK(accountID), accountSK),
			UpdateExpression:         aws.String("SET epoch = :next"),
			ConditionExpression:      aws.String(activeInEpoch(a.Epoch)),
			ExpressionAttributeNames: map[string]string{"#status": "status"}, ExpressionAttributeValues: values,
		}})
		if keep != "" {
			ops = append(ops, types.TransactWriteItem{Update: &types.Update{
				TableName: &s.name, Key: key(sessionPK(keep), sessionSK),
				UpdateExpression:          aws.String("SET epoch = :next"),
				ConditionExpression:       aws.String("account = :account AND epoch = :epoch"),
				ExpressionAttributeValues: item{":next": num(a.Epoch + 1), ":account": str(accountID), ":epoch": num(a.Epoch)},
			}})
		}
		reasons, err := s.transact(ctx, ops...)
		switch {
		case err != nil:
			return fmt.Errorf("end sessions of %s: %w", accountID, err)
		case reasons == nil:
			return nil
		case len(acts) > 0 && failed(reasons, 0):
			return refused
		case failed(reasons, len(acts)):
			continue // another one ended them since we looked
		case failed(reasons, len(acts)+1):
			return session.ErrNone
		}
	}
	return fmt.Errorf("end sessions of %s: %w", accountID, errRace)
}

// Password returns the hash of the account's password, "" when there is none.
func (s *Accounts) Password(ctx context.Context, accountID string) (string, error) {
	var it passwordItem
	if _, err := s.get(ctx, accountPK(accountID), passwordSK, time.Time{}, &it); err != nil {
		return "", fmt.Errorf("read password of %s: %w", accountID, err)
	}
	return it.Hash, nil
}

// Acceptances lists what agreement versions a subject accepted, by account.Subject.Key, without
// their evidence.
func (s *Accounts) Acceptances(ctx context.Context, subject string) ([]account.Acceptance, error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("PK = :pk AND begins_with(SK, :sk)"),
		ProjectionExpression:      aws.String("version, sha256, lang, #at"),
		ExpressionAttributeNames:  map[string]string{"#at": "at"},
		ExpressionAttributeValues: item{":pk": str(subjectPK(subject)), ":sk": str(acceptanceSK(""))},
	})
	if err != nil {
		return nil, fmt.Errorf("list acceptances: %w", err)
	}
	var list []account.Acceptance
	for _, raw := range out.Items {
		var it acceptanceItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, fmt.Errorf("decode acceptance: %w", err)
		}
		at, err := parseInstant(it.At)
		if err != nil {
			return nil, fmt.Errorf("decode acceptance: %w", err)
		}
		list = append(list, account.Acceptance{
			Subject: subject, Version: it.Version, SHA256: it.SHA256, Lang: locale.Lang(it.Lang), At: at,
		})
	}
	return list, nil
}

// outbox is the operation that tells the account's holder of an event. The item goes by itself
// after until.
func (s *Accounts) outbox(e account.Event, until time.Time) (types.TransactWriteItem, error) {
	return s.outboxItem(accountPK(e.AccountID), string(e.Type)+"#"+e.ID, e.Outbox(), until)
}

func accountNoticeSK(e account.Event) string { return "NOTICE#" + string(e.Type) + "#" + e.ID }

// Delivered reports whether the holder has the notice of an event already.
func (s *Accounts) Delivered(ctx context.Context, e account.Event) (bool, error) {
	var it struct{}
	ok, err := s.get(ctx, accountPK(e.AccountID), accountNoticeSK(e), time.Time{}, &it)
	if err != nil {
		return false, fmt.Errorf("read notice of %s: %w", e.AccountID, err)
	}
	return ok, nil
}

// RecordDelivery keeps that the notice of an event was handed to the mail service under
// messageID, or that it failed for good, where that is "".
func (s *Accounts) RecordDelivery(ctx context.Context, e account.Event, messageID string, at time.Time) error {
	it, err := delivery(accountPK(e.AccountID), accountNoticeSK(e), messageID, at)
	if err != nil {
		return err
	}
	return s.keepDelivery(ctx, it)
}
