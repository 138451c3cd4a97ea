package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// A registration that is open has two items more:
//
//	REGISTRATION#<hash of the token>  TOKEN  whose it is, as the certificate has it
//	SUBJECT#<key>                     FORM   the form as far as it was typed
//
// Each token of a subject leads to the one form. SUBJECT counts the registrations: a token made
// before the latest is worth nothing.

const (
	tokenSK = "TOKEN"
	formSK  = "FORM"
)

func openingPK(id string) string { return "REGISTRATION#" + id }

type openingItem struct {
	Subject       string `dynamodbav:"subject"` // account.Opening.Key
	At            string `dynamodbav:"at"`
	Registrations int64  `dynamodbav:"registrations"`
	Kind          string `dynamodbav:"kind"`
	IIN           string `dynamodbav:"iin"`
	BIN           string `dynamodbav:"bin,omitempty"`
	Name          string `dynamodbav:"name"`
	Organisation  string `dynamodbav:"organisation,omitempty"`
	Role          string `dynamodbav:"role,omitempty"`
}

type formItem struct {
	Version int64  `dynamodbav:"version"`
	Form    string `dynamodbav:"form"` // JSON of account.Typed
	Saved   string `dynamodbav:"saved"`
}

func (it formItem) draft() (account.Draft, error) {
	d := account.Draft{Version: it.Version}
	err := json.Unmarshal([]byte(it.Form), &d.Form)
	if err == nil {
		d.SavedAt, err = parseInstant(it.Saved)
	}
	if err != nil {
		return account.Draft{}, fmt.Errorf("decode form: %w", err)
	}
	return d, nil
}

// opening are the operations that open a registration and give up the one the browser had. The
// condition that the subject has no account is for the caller's transaction.
func (s *Registrations) opening(o account.Opening) ([]types.TransactWriteItem, error) {
	it, err := record(openingPK(o.ID), tokenSK, openingItem{
		Subject: o.Key, At: instant(o.At), Registrations: o.Registrations,
		Kind: string(o.Subject.Kind), IIN: o.Subject.IIN.Reveal(), BIN: o.Subject.BIN.Reveal(),
		Name: o.Subject.Name, Organisation: o.Subject.Organisation, Role: string(o.Subject.Role),
	})
	if err != nil {
		return nil, err
	}
	it[schema.TTL] = ttl(o.EndsAt())
	ops := []types.TransactWriteItem{{Put: &types.Put{
		TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	}}}
	if o.Before != "" {
		ops = append(ops, types.TransactWriteItem{Delete: &types.Delete{TableName: &s.name, Key: key(openingPK(o.Before), tokenSK)}})
	}
	return ops, nil
}

// Open opens a registration for a subject that accepted the agreement before, by another signed
// acceptance over the challenge c, which it uses up. The acceptance whose answer was lost opens
// one again for the browser it came from (o.Device), and for no other: a signature that somebody
// saw on its way shows them no form. Accept opens the first one itself.
//
// Errors: challenge.ErrUsed, account.ErrRegistered.
func (s *Registrations) Open(ctx context.Context, o account.Opening, c challenge.Challenge) error {
	proof := s.useOn(c, o.Key, o.Device)
	for range raceTries {
		standing, err := s.subject(ctx, o.Key)
		if err != nil {
			return err
		}
		if standing.Account != "" {
			return account.ErrRegistered
		}
		o.Registrations = standing.Registrations
		put, err := s.opening(o)
		if err != nil {
			return err
		}
		reasons, err := s.transact(ctx, append([]types.TransactWriteItem{proof, s.unregistered(o)}, put...)...)
		switch {
		case err != nil:
			return fmt.Errorf("open registration: %w", err)
		case reasons == nil:
			return nil
		case failed(reasons, 0) && proof.Put != nil && o.Device != "":
			proof = types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
				TableName: &s.name, Key: challengeKey(c),
				ConditionExpression:       aws.String("#by = :by AND device = :device"),
				ExpressionAttributeNames:  map[string]string{"#by": "by"},
				ExpressionAttributeValues: item{":by": str(o.Key), ":device": str(o.Device)},
			}}
		case failed(reasons, 0):
			return challenge.ErrUsed
		case !failed(reasons, 1):
			return errors.New("open registration: the token's hash is taken")
		}
	}
	return fmt.Errorf("open registration: %w", errRace)
}

// unregistered is the condition that o's subject has not registered since it was opened.
func (s *Registrations) unregistered(o account.Opening) types.TransactWriteItem {
	check := &types.ConditionCheck{
		TableName: &s.name, Key: key(subjectPK(o.Key), subjectSK),
		ConditionExpression: aws.String("attribute_not_exists(account) AND attribute_not_exists(registrations)"),
	}
	if o.Registrations > 0 {
		check.ConditionExpression = aws.String("attribute_not_exists(account) AND registrations = :n")
		check.ExpressionAttributeValues = item{":n": num(o.Registrations)}
	}
	return types.TransactWriteItem{ConditionCheck: check}
}

// Opening returns the registration with that id (session.ID of its token), how its subject stands
// and what is kept of the form. Whether it is still open is for account.Opening.Step.
//
// Errors: account.ErrNotOpen when there is none.
func (s *Registrations) Opening(ctx context.Context, id string, at time.Time) (account.Opening, account.Standing, account.Draft, error) {
	var it openingItem
	ok, err := s.get(ctx, openingPK(id), tokenSK, at, &it)
	if err == nil && !ok {
		return account.Opening{}, account.Standing{}, account.Draft{}, account.ErrNotOpen
	}
	o := account.Opening{
		ID: id, Key: it.Subject, Registrations: it.Registrations,
		Subject: account.Subject{Kind: account.Kind(it.Kind), Name: it.Name, Organisation: it.Organisation, Role: account.Role(it.Role)},
	}
	if err == nil {
		o.At, err = parseInstant(it.At)
	}
	if err == nil {
		o.Subject.IIN, err = kzid.ParseIINForm(it.IIN)
	}
	if err == nil && it.BIN != "" {
		o.Subject.BIN, err = kzid.ParseBINForm(it.BIN)
	}
	if err != nil {
		return account.Opening{}, account.Standing{}, account.Draft{}, fmt.Errorf("read registration: %w", err)
	}
	standing, draft, err := s.unfinished(ctx, o.Key, at)
	return o, standing, draft, err
}

// unfinished reads how a subject stands and its draft; the zero draft where there is none.
func (s *Registrations) unfinished(ctx context.Context, subject string, at time.Time) (account.Standing, account.Draft, error) {
	found, err := s.batch(ctx, key(subjectPK(subject), subjectSK), key(subjectPK(subject), formSK))
	if err != nil {
		return account.Standing{}, account.Draft{}, fmt.Errorf("read unfinished registration: %w", err)
	}
	var standing account.Standing
	var draft account.Draft
	for _, raw := range found {
		if _, ok := raw["form"]; !ok {
			var it subjectItem
			if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
				return account.Standing{}, account.Draft{}, fmt.Errorf("decode subject: %w", err)
			}
			standing = account.Standing{Account: it.Account, Accepted: it.Accepted, Registrations: it.Registrations}
			continue
		}
		if expired(raw, at) {
			continue
		}
		var it formItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return account.Standing{}, account.Draft{}, fmt.Errorf("decode form: %w", err)
		}
		if draft, err = it.draft(); err != nil {
			return account.Standing{}, account.Draft{}, err
		}
	}
	return standing, draft, nil
}

// SaveForm keeps what was typed at the instant at over the draft of that version, 0 where there
// is none, for as long as the registration is open. The same again, because an answer was lost,
// is the draft kept then.
//
// Errors: account.ErrVersion when another window saved meanwhile, account.ErrNotOpen.
func (s *Registrations) SaveForm(ctx context.Context, o account.Opening, version int64, form account.Typed, at time.Time) (account.Draft, error) {
	text, err := json.Marshal(form)
	if err != nil {
		return account.Draft{}, fmt.Errorf("encode form: %w", err)
	}
	put, err := record(subjectPK(o.Key), formSK, formItem{Version: version + 1, Form: string(text), Saved: instant(at)})
	if err != nil {
		return account.Draft{}, err
	}
	put[schema.TTL] = ttl(at.Add(account.DraftLife))
	unchanged := &types.Put{
		TableName: &s.name, Item: put,
		ConditionExpression:                 aws.String("version = :version"),
		ExpressionAttributeValues:           item{":version": num(version)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if version == 0 { // DynamoDB may hold an expired one for days
		unchanged.ConditionExpression = aws.String("attribute_not_exists(PK) OR #ttl <= :now")
		unchanged.ExpressionAttributeNames = map[string]string{"#ttl": schema.TTL}
		unchanged.ExpressionAttributeValues = item{":now": num(at.Unix())}
	}
	reasons, err := s.transact(ctx, types.TransactWriteItem{Put: unchanged}, s.unregistered(o), types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &s.name, Key: key(openingPK(o.ID), tokenSK), ConditionExpression: aws.String("attribute_exists(PK)"),
	}})
	switch {
	case err != nil:
		return account.Draft{}, fmt.Errorf("save form: %w", err)
	case reasons == nil:
		return account.Draft{Version: version + 1, Form: form, SavedAt: at}, nil
	case failed(reasons, 1) || failed(reasons, 2):
		return account.Draft{}, account.ErrNotOpen
	}
	var it formItem
	if err := attributevalue.UnmarshalMap(reasons[0].Item, &it); err != nil {
		return account.Draft{}, fmt.Errorf("decode form: %w", err)
	}
	if it.Version == version+1 && it.Form == string(text) {
		return it.draft()
	}
	return account.Draft{}, account.ErrVersion
}

// ForgetForm gives a registration up: its token and what was typed go. A registration that was
// finished or given up before is no error, and nothing of what came after it is touched.
func (s *Registrations) ForgetForm(ctx context.Context, o account.Opening) error {
	token := types.TransactWriteItem{Delete: &types.Delete{TableName: &s.name, Key: key(openingPK(o.ID), tokenSK)}}
	reasons, err := s.transact(ctx, token, s.unregistered(o), types.TransactWriteItem{
		Delete: &types.Delete{TableName: &s.name, Key: key(subjectPK(o.Key), formSK)},
	})
	if err == nil && reasons != nil {
		_, err = s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.name, Key: token.Delete.Key})
	}
	if err != nil {
		return fmt.Errorf("forget form: %w", err)
	}
	return nil
}
