package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Passkeys keeps those of a person in an account in one item beside their password: what ends the one ends
// the other, in the same transaction. The index finds it by the handle under which authenticators have it,
// since who signs in says no number. A passkey that is taken away ends the person's sessions with it.
type Passkeys struct{ accountsTable }

// NewPasskeys returns the passkeys kept in the table of that name, which is the accounts table.
func NewPasskeys(db *dynamodb.Client, name string) *Passkeys { return &Passkeys{ofAccounts(db, name)} }

type passkeysItem struct {
	Who      string                 `dynamodbav:"who"`      // account.PasskeyHolder.Key
	Passkeys map[string]passkeyItem `dynamodbav:"passkeys"` // by PasskeyID
}

type passkeyItem struct {
	ID       []byte `dynamodbav:"id"`
	Name     string `dynamodbav:"name"`
	Key      []byte `dynamodbav:"key"`
	Count    uint32 `dynamodbav:"count"`
	Eligible bool   `dynamodbav:"eligible"`
	Backed   bool   `dynamodbav:"backed"`
	Added    string `dynamodbav:"added"`
	Used     string `dynamodbav:"used,omitempty"`
}

func passkeysSK(person string) string { return personSK("PASSKEYS", person) }
func handleKey(handle []byte) string  { return "PASSKEYS#" + hex.EncodeToString(handle) }

// PasskeyID is the name of a passkey in the office: 64 hex digits, by which nobody finds the credential.
func PasskeyID(credential []byte) string {
	sum := sha256.Sum256(credential)
	return hex.EncodeToString(sum[:])
}

func (it passkeyItem) passkey() (account.Passkey, error) {
	p := account.Passkey{ID: it.ID, Name: it.Name, Key: it.Key, Count: it.Count, Eligible: it.Eligible, Backed: it.Backed}
	var err error
	if p.AddedAt, err = parseInstant(it.Added); err == nil && it.Used != "" {
		p.UsedAt, err = parseInstant(it.Used)
	}
	return p, err
}

// passkeysOf decodes an item, the passkeys in the order they were added.
func passkeysOf(raw item) (list []account.Passkey, who string, err error) {
	var it passkeysItem
	if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
		return nil, "", err
	}
	for _, one := range it.Passkeys {
		p, err := one.passkey()
		if err != nil {
			return nil, "", err
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b account.Passkey) int { return a.AddedAt.Compare(b.AddedAt) })
	return list, it.Who, nil
}

// Of returns the passkeys of everyone who acts in an account, by account.Subject.PersonID.
func (s *Passkeys) Of(ctx context.Context, accountID string) (map[string][]account.Passkey, error) {
	found, err := s.under(ctx, accountPK(accountID), passkeysSK(""))
	if err != nil {
		return nil, fmt.Errorf("list passkeys of %s: %w", accountID, err)
	}
	all := map[string][]account.Passkey{}
	for _, raw := range found {
		if all[lastPart(raw)], _, err = passkeysOf(raw); err != nil {
			return nil, fmt.Errorf("decode passkeys of %s: %w", accountID, err)
		}
	}
	return all, nil
}

// Holder returns who has passkeys under a handle, with the account. The certificate is the last they
// showed in it.
//
// Errors: account.ErrNoPasskey.
func (s *Passkeys) Holder(ctx context.Context, handle []byte) (accountID string, h account.PasskeyHolder, err error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index), Limit: aws.Int32(1),
		KeyConditionExpression: aws.String("GSI1PK = :handle"), ExpressionAttributeValues: item{":handle": str(handleKey(handle))},
	})
	if err != nil {
		return "", h, fmt.Errorf("find passkeys: %w", err)
	}
	if len(out.Items) == 0 {
		return "", h, account.ErrNoPasskey
	}
	pk := text(out.Items[0], schema.PK)
	accountID, h.Person.ID = pk[len(accountPK("")):], lastPart(out.Items[0])
	// The index lags: what counts is the item.
	found, err := s.batch(ctx, key(pk, passkeysSK(h.Person.ID)), key(pk, actingSK(h.Person.ID)))
	for _, raw := range found {
		if err != nil {
			break
		}
		if text(raw, schema.SK) == passkeysSK(h.Person.ID) {
			h.Passkeys, h.Key, err = passkeysOf(raw)
			continue
		}
		var who actingItem
		if err = attributevalue.UnmarshalMap(raw, &who); err == nil {
			h.Person, err = who.acting(h.Person.ID)
		}
	}
	if err != nil {
		return "", account.PasskeyHolder{}, fmt.Errorf("read passkeys of %s: %w", accountID, err)
	}
	return accountID, h, nil
}

// Add gives who acts in the session current a passkey under a handle and uses up the challenge c of the
// document that they signed for it with the certificate of by, in one transaction.
//
// Errors: challenge.ErrUsed; session.ErrNone when the session has ended; account.ErrPasskeys,
// account.ErrPasskeyKnown; account.ErrNotRegistered.
func (s *Passkeys) Add(ctx context.Context, c challenge.Challenge, current session.Session, by account.Acting, handle []byte, p account.Passkey) error {
	kept, err := attributevalue.Marshal(passkeyItem{
		ID: p.ID, Name: p.Name, Key: p.Key, Count: p.Count, Eligible: p.Eligible, Backed: p.Backed, Added: instant(p.AddedAt),
	})
	if err != nil {
		return fmt.Errorf("encode a passkey: %w", err)
	}
	e := account.NewEvent(account.EventPasskeyAdded, current.AccountID, c.Nonce, p.AddedAt)
	e.By = string(current.By)
	told, err := s.outbox(e, outbox.Until(p.AddedAt))
	if err != nil {
		return err
	}
	id, person := PasskeyID(p.ID), current.Person.ID
	for range raceTries {
		a, err := s.account(ctx, current.AccountID)
		if err != nil {
			return err
		}
		if a.Status != account.Active || a.EpochOf(person) != current.Epoch {
			return session.ErrNone
		}
		all, err := s.Of(ctx, a.ID)
		if err != nil {
			return err
		}
		own, there := all[person]
		for _, o := range own {
			if PasskeyID(o.ID) == id {
				return account.ErrPasskeyKnown
			}
		}
		if len(own) >= account.MaxPasskeys {
			return account.ErrPasskeys
		}
		put := &types.Update{
			TableName: &s.name, Key: key(accountPK(a.ID), passkeysSK(person)),
			UpdateExpression:          aws.String("SET passkeys.#id = :kept"),
			ConditionExpression:       aws.String("attribute_exists(PK) AND attribute_not_exists(passkeys.#id) AND size(passkeys) < :most"),
			ExpressionAttributeNames:  map[string]string{"#id": id},
			ExpressionAttributeValues: item{":kept": kept, ":most": num(account.MaxPasskeys)},
		}
		if !there {
			put.UpdateExpression = aws.String("SET passkeys = :first, who = :who, GSI1PK = :handle, GSI1SK = :sort")
			put.ConditionExpression, put.ExpressionAttributeNames = aws.String("attribute_not_exists(PK)"), nil
			put.ExpressionAttributeValues = item{
				":first": &types.AttributeValueMemberM{Value: item{id: kept}}, ":handle": str(handleKey(handle)), ":sort": str("PASSKEYS"),
				":who": str(current.Person.Key),
			}
		}
		same := epochOf(a.Epoch, a.People, person)
		ops := []types.TransactWriteItem{
			s.use(c, a.ID),
			{ConditionCheck: &types.ConditionCheck{
				TableName: &s.name, Key: key(accountPK(a.ID), accountSK),
				ConditionExpression: &same.condition, ExpressionAttributeNames: same.names, ExpressionAttributeValues: same.values,
			}},
			{Update: put}, told,
		}
		reasons, err := s.transact(ctx, append(ops, (&Credentials{s.accountsTable}).acting(a.ID, by, p.AddedAt)...)...)
		switch {
		case err != nil:
			return fmt.Errorf("add a passkey to %s: %w", a.ID, err)
		case reasons == nil:
			return nil
		case failed(reasons, 0):
			return challenge.ErrUsed
		}
	}
	return fmt.Errorf("add a passkey to %s: %w", current.AccountID, errRace)
}

// Remove takes a passkey away, by its PasskeyID, and ends the sessions of its person but keep, in one
// transaction that also tells of it: e is the event.
//
// Errors: account.ErrNoPasskey, account.ErrNotRegistered; session.ErrNone when keep has ended.
func (s *Passkeys) Remove(ctx context.Context, accountID, person, id, keep string, e account.Event, at time.Time) error {
	return s.remove(ctx, accountID, scope{person: person, keep: keep}, id, e, at)
}

// RemoveCopied is Remove, with all sessions of the person, for a signature over the challenge c that does not
// count. It uses the challenge up, so that a request that comes twice takes nothing away.
//
// Errors: challenge.ErrUsed, account.ErrNoPasskey, account.ErrNotRegistered.
func (s *Passkeys) RemoveCopied(ctx context.Context, c challenge.Challenge, accountID, person, id string, e account.Event, at time.Time) error {
	return s.remove(ctx, accountID, scope{person: person}, id, e, at, proof{s.use(c, accountID), challenge.ErrUsed})
}

func (s *Passkeys) remove(ctx context.Context, accountID string, whose scope, id string, e account.Event, at time.Time, proofs ...proof) error {
	told, err := s.outbox(e, outbox.Until(at))
	if err != nil {
		return err
	}
	proofs = append(proofs, proof{types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(accountPK(accountID), passkeysSK(whose.person)),
		UpdateExpression:         aws.String("REMOVE passkeys.#id"),
		ConditionExpression:      aws.String("attribute_exists(passkeys.#id)"),
		ExpressionAttributeNames: map[string]string{"#id": id},
	}}, account.ErrNoPasskey})
	return (&Sessions{s.accountsTable}).renew(ctx, accountID, whose, proofs, told)
}

// withoutPasskeys is the operation that takes all passkeys of a person in an account away.
func (s accountsTable) withoutPasskeys(accountID, person string) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{TableName: &s.name, Key: key(accountPK(accountID), passkeysSK(person))}}
}

// SignInByPasskey is SignIn by a signature of the passkey was over the challenge c, which counts it as
// count. Of two signatures that count alike one opens a session.
//
// Errors: challenge.ErrUsed; account.ErrNoPasskey when it was used or taken away since it was read;
// account.ErrNotRegistered.
func (s *Sessions) SignInByPasskey(ctx context.Context, c challenge.Challenge, was account.Passkey, count uint32, backed bool, n session.Session) error {
	return s.open(ctx, n,
		proof{s.use(c, n.AccountID), challenge.ErrUsed},
		proof{types.TransactWriteItem{Update: &types.Update{
			TableName: &s.name, Key: key(accountPK(n.AccountID), passkeysSK(n.Person.ID)),
			UpdateExpression:         aws.String("SET passkeys.#id.#count = :count, passkeys.#id.backed = :backed, passkeys.#id.used = :at"),
			ConditionExpression:      aws.String("passkeys.#id.#key = :key AND passkeys.#id.#count = :was"),
			ExpressionAttributeNames: map[string]string{"#id": PasskeyID(was.ID), "#count": "count", "#key": "key"},
			ExpressionAttributeValues: item{
				":key": &types.AttributeValueMemberB{Value: was.Key}, ":was": num(int64(was.Count)), ":count": num(int64(count)),
				":backed": &types.AttributeValueMemberBOOL{Value: backed}, ":at": str(instant(n.CreatedAt)),
			},
		}}, account.ErrNoPasskey})
}
