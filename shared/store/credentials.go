package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Credentials keeps who acts in an account, with the certificate they showed last, and their passwords, beside
// the account: for a legal person one item a person, under account.Subject.PersonID; for a natural one a
// single item, which has the certificate alone. It stays when the account is closed: it belongs to the
// record of what was done in it. A password is an item of its own under the same name; one that changes
// ends sessions, in the same transaction.
type Credentials struct{ accountsTable }

// NewCredentials returns the credentials kept in the table of that name, which is the accounts table.
func NewCredentials(db *dynamodb.Client, name string) *Credentials {
	return &Credentials{ofAccounts(db, name)}
}

type actingItem struct {
	Name   string `dynamodbav:"name"`
	Role   string `dynamodbav:"role"`
	Number string `dynamodbav:"number"` // masked
	First  string `dynamodbav:"first"`
	Last   string `dynamodbav:"last"`

	Certificate []byte `dynamodbav:"certificate"` // DER, the one last used here
	NotAfter    string `dynamodbav:"notAfter"`
}

type passwordItem struct {
	Hash string `dynamodbav:"hash"`
	Set  string `dynamodbav:"set"`
}

const actingPrefix = "ACTING#"

func actingSK(person string) string   { return personSK("ACTING", person) }
func passwordSK(person string) string { return personSK("PASSWORD", person) }

func personSK(kind, person string) string {
	if person == "" {
		return kind
	}
	return kind + "#" + person
}

// actingIn is who opens a session.
func actingIn(n session.Session) account.Acting {
	p := n.Person
	return account.Acting{
		ID: p.ID, Name: p.Name, Role: account.Role(p.Role), Number: p.Number, Certificate: n.Certificate, NotAfter: n.NotAfter,
	}
}

// acting is the operation that keeps who acts in an account at the instant at, and with which
// certificate, if they showed one. Of a natural person there is nothing else to keep.
func (s *Credentials) acting(accountID string, p account.Acting, at time.Time) []types.TransactWriteItem {
	if p.ID == "" && p.Certificate == nil {
		return nil
	}
	update := []string{"#last = :at", "#first = if_not_exists(#first, :at)"}
	names := map[string]string{"#last": "last", "#first": "first"}
	values := item{":at": str(instant(at))}
	if p.ID != "" {
		update = append(update, "#name = :name", "#role = :role", "#number = :number")
		names["#name"], names["#role"], names["#number"] = "name", "role", "number"
		values[":name"], values[":role"], values[":number"] = str(p.Name), str(string(p.Role)), str(p.Number)
	}
	if p.Certificate != nil {
		update = append(update, "certificate = :certificate", "notAfter = :notAfter")
		values[":certificate"] = &types.AttributeValueMemberB{Value: p.Certificate}
		values[":notAfter"] = str(instant(p.NotAfter))
	}
	return []types.TransactWriteItem{{Update: &types.Update{
		TableName: &s.name, Key: key(accountPK(accountID), actingSK(p.ID)), UpdateExpression: aws.String("SET " + strings.Join(update, ", ")),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}}
}

// actingAgain is acting for who signs in, of whom known is what is kept. Of a natural person that is
// written only when the certificate is another one.
func (s *Credentials) actingAgain(n session.Session, known actingItem) []types.TransactWriteItem {
	if n.Person.ID == "" && bytes.Equal(known.Certificate, n.Certificate) {
		return nil
	}
	return s.acting(n.AccountID, actingIn(n), n.CreatedAt)
}

func (it actingItem) acting(id string) (account.Acting, error) {
	p := account.Acting{ID: id, Name: it.Name, Role: account.Role(it.Role), Number: it.Number, Certificate: it.Certificate}
	var errs []error
	for _, moment := range []struct {
		text string
		into *time.Time
	}{{it.First, &p.FirstAt}, {it.Last, &p.LastAt}, {it.NotAfter, &p.NotAfter}} {
		if moment.text != "" {
			var err error
			*moment.into, err = parseInstant(moment.text)
			errs = append(errs, err)
		}
	}
	return p, errors.Join(errs...)
}

// Acting lists who signed in for a legal person with their certificates, the latest first. Name
// and role are those of the last time.
func (s *Credentials) Acting(ctx context.Context, accountID string) ([]account.Acting, error) {
	found, err := s.under(ctx, accountPK(accountID), actingPrefix)
	var passwords []item
	if err == nil && len(found) > 0 {
		passwords, err = s.under(ctx, accountPK(accountID), passwordSK("")+"#")
	}
	if err != nil {
		return nil, fmt.Errorf("list who acts for %s: %w", accountID, err)
	}
	since := map[string]time.Time{}
	for _, raw := range passwords {
		var it passwordItem
		err := attributevalue.UnmarshalMap(raw, &it)
		if err == nil {
			since[lastPart(raw)], err = parseInstant(it.Set)
		}
		if err != nil {
			return nil, fmt.Errorf("decode passwords of %s: %w", accountID, err)
		}
	}
	var list []account.Acting
	for _, raw := range found {
		var it actingItem
		err := attributevalue.UnmarshalMap(raw, &it)
		var one account.Acting
		if err == nil {
			one, err = it.acting(lastPart(raw))
		}
		if err != nil {
			return nil, fmt.Errorf("decode who acts for %s: %w", accountID, err)
		}
		one.PasswordAt = since[one.ID]
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b account.Acting) int { return b.LastAt.Compare(a.LastAt) })
	return list, nil
}

// lastPart is what stands behind the # of an item's SK.
func lastPart(it item) string {
	sk, _ := it[schema.SK].(*types.AttributeValueMemberS)
	_, part, _ := strings.Cut(sk.Value, "#")
	return part
}

// ActsFor reports whether the natural person acts for an organisation, by the account.Subject.Key of that: whether the
// office has seen a certificate by which they do. Of an organisation without an account it can't tell.
func (s *Credentials) ActsFor(ctx context.Context, organisation string, person account.Subject, indexKey []byte) (bool, error) {
	of, err := s.subject(ctx, organisation)
	if err != nil || of.Account == "" {
		return false, err
	}
	person.Kind = account.Legal // as which the account knows them
	var it actingItem
	found, err := s.get(ctx, accountPK(of.Account), actingSK(person.PersonID(indexKey, of.Account)), time.Time{}, &it)
	if err != nil {
		return false, fmt.Errorf("read who acts for %s: %w", of.Account, err)
	}
	return found, nil
}

// Credential returns the password of who acts in an account, by account.Subject.PersonID, and who that
// is as their last certificate here had them. Of an account or a person that is none it is empty, and
// takes as long.
func (s *Credentials) Credential(ctx context.Context, accountID, person string) (account.Credential, error) {
	found, err := s.batch(ctx, key(accountPK(accountID), passwordSK(person)), key(accountPK(accountID), actingSK(person)))
	if err != nil {
		return account.Credential{}, fmt.Errorf("read password of %s: %w", accountID, err)
	}
	var password passwordItem
	var who actingItem
	for _, raw := range found {
		into := any(&who)
		if _, ok := raw["hash"]; ok {
			into = &password
		}
		if err := attributevalue.UnmarshalMap(raw, into); err != nil {
			return account.Credential{}, fmt.Errorf("decode password of %s: %w", accountID, err)
		}
	}
	c := account.Credential{Hash: password.Hash}
	if c.Person, err = who.acting(person); err == nil && password.Set != "" {
		c.Person.PasswordAt, err = parseInstant(password.Set)
	}
	if err != nil {
		return account.Credential{}, fmt.Errorf("decode password of %s: %w", accountID, err)
	}
	return c, nil
}

// EndActing takes the access of who acts in an account away: their password and all their sessions,
// in one transaction. Where they have neither, nothing changes for anyone. A new certificate, or the
// same where it still counts, opens a session as before: the right to act is the certificate's to say.
//
// Errors: account.ErrNotRegistered when the account is not active.
func (s *Credentials) EndActing(ctx context.Context, accountID, person string) error {
	return (&Sessions{s.accountsTable}).renew(ctx, accountID, scope{person: person}, nil, []types.TransactWriteItem{{Delete: &types.Delete{
		TableName: &s.name, Key: key(accountPK(accountID), passwordSK(person)),
	}}})
}

// ChangePassword gives a person whose password's hash is p.From the hash p.To and ends their other
// sessions, in one transaction.
//
// Errors: account.ErrPassword when the password was changed meanwhile, session.ErrNone when the
// session p.Keep has ended, account.ErrNotRegistered.
func (s *Credentials) ChangePassword(ctx context.Context, p account.PasswordChange) error {
	told, err := s.outbox(p.Event(), outbox.Until(p.At))
	if err != nil {
		return err
	}
	return (&Sessions{s.accountsTable}).renew(ctx, p.AccountID, scope{person: p.Person.ID, keep: p.Keep}, account.ErrPassword, []types.TransactWriteItem{{Update: &types.Update{
		TableName: &s.name, Key: key(accountPK(p.AccountID), passwordSK(p.Person.ID)),
		UpdateExpression:          aws.String("SET #hash = :to, #set = :at"),
		ConditionExpression:       aws.String("#hash = :from"),
		ExpressionAttributeNames:  map[string]string{"#hash": "hash", "#set": "set"},
		ExpressionAttributeValues: item{":from": str(p.From), ":to": str(p.To), ":at": str(instant(p.At))},
	}}, told})
}
