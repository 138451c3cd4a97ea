package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Registrations keeps how an account begins: a registration that is open with the form as far as it was typed
// (see openings.go), and the form that was signed. Register writes into other aggregates what an account
// begins with; the rule of that transaction, one account a subject, is registration's.
type Registrations struct{ accountsTable }

// NewRegistrations returns the registrations kept in the table of that name, which is the accounts table.
func NewRegistrations(db *dynamodb.Client, name string) *Registrations {
	return &Registrations{ofAccounts(db, name)}
}

const registrationSK = "REGISTRATION"

type registrationItem struct {
	At        string `dynamodbav:"at"`
	Nonce     string `dynamodbav:"nonce"`
	CMS       []byte `dynamodbav:"cms"`
	Address   string `dynamodbav:"address,omitempty"`
	UserAgent string `dynamodbav:"userAgent,omitempty"`
}

// Register keeps an account, its password, the signed form and a first session, invites the
// representatives the form names and uses up the challenge c: all in one transaction, or nothing.
//
// One prepared for the subject becomes theirs: its id, its rights and what administrators did to it
// stay. r says that it is known to be prepared.
//
// Errors: account.ErrRegistered when the subject has an account, account.ErrChanged when one was
// prepared or dropped since r was made, agreement.ErrNotAccepted when the subject hasn't accepted
// r.Version, challenge.ErrUsed.
func (s *Registrations) Register(ctx context.Context, r account.Registration, c challenge.Challenge, first session.Session) (account.Account, error) {
	a := r.Account
	for range raceTries {
		standing, err := s.subject(ctx, a.Key)
		if err != nil {
			return account.Account{}, err
		}
		if standing.Account != "" {
			return account.Account{}, account.ErrRegistered
		}
		if standing.Prepared != a.ID && (r.Prepared || standing.Prepared != "") {
			return account.Account{}, account.ErrChanged
		}
		if !slices.Contains(standing.Accepted, r.Version) {
			return account.Account{}, agreement.ErrNotAccepted
		}
		a.Accepted, a.Latest, a.Representatives = standing.Accepted, r.Version, int64(len(r.Named))
		slices.Sort(a.Accepted)
		reasons, err := s.register(ctx, a, r, c, first)
		switch {
		case err != nil:
			return account.Account{}, fmt.Errorf("register account %s: %w", a.ID, err)
		case reasons == nil && r.Prepared:
			return s.account(ctx, a.ID) // with the rights that waited
		case reasons == nil:
			return a, nil
		case failed(reasons, 1):
			continue // registered, or accepted another version, since we looked
		case failed(reasons, 0):
			return account.Account{}, challenge.ErrUsed
		default:
			return account.Account{}, fmt.Errorf("register account %s: the id is taken", a.ID)
		}
	}
	return account.Account{}, fmt.Errorf("register account %s: %w", a.ID, errRace)
}

func (s *Registrations) register(ctx context.Context, a account.Account, r account.Registration, c challenge.Challenge, first session.Session) ([]types.CancellationReason, error) {
	at, prepared := instant(a.CreatedAt), "attribute_not_exists(prepared)"
	if r.Prepared {
		prepared = "prepared = :id"
	}
	ops := []types.TransactWriteItem{
		s.use(c, a.ID),
		{Update: &types.Update{
			TableName: &s.name, Key: key(subjectPK(a.Key), subjectSK),
			UpdateExpression:          aws.String("SET account = :id REMOVE prepared ADD registrations :one"),
			ConditionExpression:       aws.String("attribute_not_exists(account) AND contains(accepted, :v) AND size(accepted) = :n AND " + prepared),
			ExpressionAttributeValues: item{":id": str(a.ID), ":v": str(r.Version), ":n": num(int64(len(a.Accepted))), ":one": num(1)},
		}},
		{Delete: &types.Delete{TableName: &s.name, Key: key(subjectPK(a.Key), formSK)}},
	}
	for _, part := range []struct {
		sk    string
		value any
	}{
		{accountSK, newAccountItem(a)},
		{passwordSK(first.Person.ID), passwordItem{Hash: r.PasswordHash, Set: at}},
		{registrationSK, registrationItem{
			At: at, Nonce: r.Evidence.Nonce, CMS: r.Evidence.CMS, Address: r.Evidence.Address, UserAgent: r.Evidence.UserAgent,
		}},
		{addressSK(account.Email, a.EmailFrom), addressItem{Email: a.Email, From: instant(a.EmailFrom)}},
	} {
		it, err := record(accountPK(a.ID), part.sk, part.value)
		if err != nil {
			return nil, err
		}
		if part.sk == accountSK {
			it[schema.GSI1PK], it[schema.GSI1SK] = str(shardKey(ShardOf(a.ID))), str(a.ID)
			if r.Prepared {
				ops = append(ops, s.completion(it))
				continue
			}
		}
		ops = append(ops, types.TransactWriteItem{Put: &types.Put{
			TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
		}})
	}
	for _, c := range r.Codes {
		ask, err := (&Contacts{s.accountsTable}).code(c)
		if err != nil {
			return nil, err
		}
		ops = append(ops, ask...)
	}
	ops = append(ops, (&Sessions{s.accountsTable}).device(a.ID, first), putSession(s.table, first)) // the first device is no news
	ops = append(ops, (&Credentials{s.accountsTable}).acting(a.ID, actingIn(first), first.CreatedAt)...)
	for _, named := range r.Named {
		invite, err := (&Representatives{s.accountsTable}).invitation(named)
		if err != nil {
			return nil, err
		}
		ops = append(ops, invite...)
	}
	if r.Opening != "" {
		ops = append(ops, types.TransactWriteItem{Delete: &types.Delete{TableName: &s.name, Key: key(openingPK(r.Opening), tokenSK)}})
	}
	return s.transact(ctx, ops...)
}

// completion is the operation that makes a prepared account the one that registers: what
// registration says takes the place of what was there, and the rights given meanwhile stay.
func (s *Registrations) completion(it item) types.TransactWriteItem {
	names, values := map[string]string{"#status": "status"}, item{":prepared": str(string(account.Prepared))}
	expression := ""
	for n, name := range slices.Sorted(maps.Keys(it)) {
		if name == schema.PK || name == schema.SK {
			continue
		}
		i := strconv.Itoa(n)
		names["#n"+i], values[":v"+i] = name, it[name]
		expression += ", #n" + i + " = :v" + i
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: item{schema.PK: it[schema.PK], schema.SK: it[schema.SK]},
		UpdateExpression: aws.String("SET " + expression[2:]), ConditionExpression: aws.String("#status = :prepared"),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}

// UsedFor reports whether the challenge c was used up for that account, so that a request
// repeated after a lost answer is known, and returns the hash of the person's password in it.
func (s *Registrations) UsedFor(ctx context.Context, accountID, person string, c challenge.Challenge) (used bool, hash string, err error) {
	found, err := s.batch(ctx, challengeKey(c), key(accountPK(accountID), passwordSK(person)))
	if err != nil {
		return false, "", fmt.Errorf("read use of a challenge: %w", err)
	}
	var it challengeItem
	var password passwordItem
	for _, raw := range found {
		if err := errors.Join(attributevalue.UnmarshalMap(raw, &it), attributevalue.UnmarshalMap(raw, &password)); err != nil {
			return false, "", fmt.Errorf("decode use of a challenge: %w", err)
		}
	}
	return it.By == accountID, password.Hash, nil
}

// Signed returns the signed registration form of an account.
//
// Errors: account.ErrNotRegistered.
func (s *Registrations) Signed(ctx context.Context, accountID string) (account.Signed, error) {
	var it registrationItem
	ok, err := s.get(ctx, accountPK(accountID), registrationSK, time.Time{}, &it)
	if err != nil {
		return account.Signed{}, fmt.Errorf("read registration of %s: %w", accountID, err)
	}
	if !ok {
		return account.Signed{}, account.ErrNotRegistered
	}
	at, err := parseInstant(it.At)
	if err != nil {
		return account.Signed{}, fmt.Errorf("decode registration of %s: %w", accountID, err)
	}
	return account.Signed{At: at, CMS: it.CMS}, nil
}
