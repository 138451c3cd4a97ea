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
)

// Acceptances keeps what versions of the agreement people accepted, with what they signed: one item a version
// beside the subject, from before they register until after they left.
type Acceptances struct{ accountsTable }

// NewAcceptances returns the acceptances kept in the table of that name, which is the accounts table.
func NewAcceptances(db *dynamodb.Client, name string) *Acceptances {
	return &Acceptances{ofAccounts(db, name)}
}

func acceptanceSK(version string) string { return "ACCEPTANCE#" + version }

type acceptanceItem struct {
	Version   string `dynamodbav:"version"`
	SHA256    string `dynamodbav:"sha256"`
	Lang      string `dynamodbav:"lang"`
	At        string `dynamodbav:"at"`
	Nonce     string `dynamodbav:"nonce"`
	CMS       []byte `dynamodbav:"cms"`
	Address   string `dynamodbav:"address,omitempty"`
	UserAgent string `dynamodbav:"userAgent,omitempty"`
}

// Accept keeps a signed acceptance and lets it count for the subject and, if there is one, for
// its account, in one transaction that also uses up the challenge c. For a subject without an
// account it opens the registration a.Opening, if that has an ID.
//
// It returns the acceptance that counts from now on and the id of the subject's account or "".
// first is false when the subject had accepted the version before: then it is that earlier one,
// whoever signed it and with whichever challenge, and nothing was written.
//
// Errors: challenge.ErrUsed.
func (s *Acceptances) Accept(ctx context.Context, a account.Acceptance, c challenge.Challenge) (kept account.Acceptance, accountID string, first bool, err error) {
	kept = a
	it, err := record(subjectPK(a.Subject), acceptanceSK(a.Version), acceptanceItem{
		Version: a.Version, SHA256: a.SHA256, Lang: string(a.Lang), At: instant(a.At), Nonce: a.Evidence.Nonce,
		CMS: a.Evidence.CMS, Address: a.Evidence.Address, UserAgent: a.Evidence.UserAgent,
	})
	if err != nil {
		return account.Acceptance{}, "", false, err
	}
	for range raceTries {
		standing, err := s.subject(ctx, a.Subject)
		if err != nil {
			return account.Acceptance{}, "", false, err
		}
		// Registration may come between the reading above and the write: then the account
		// would miss this version. The condition sends us round again.
		unchanged, values := "attribute_not_exists(account)", item{":v": set(a.Version)}
		if standing.Account != "" {
			unchanged, values[":id"] = "account = :id", str(standing.Account)
		}
		ops := []types.TransactWriteItem{
			s.useOn(c, a.Subject, a.Opening.Device),
			{Put: &types.Put{
				TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
				ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
			}},
			{Update: &types.Update{
				TableName: &s.name, Key: key(subjectPK(a.Subject), subjectSK),
				UpdateExpression:          aws.String("ADD accepted :v"),
				ConditionExpression:       &unchanged,
				ExpressionAttributeValues: values,
			}},
		}
		if standing.Account != "" {
			ops = append(ops, types.TransactWriteItem{Update: &types.Update{
				TableName: &s.name, Key: key(accountPK(standing.Account), accountSK),
				UpdateExpression:          aws.String("SET acceptedVersion = :latest ADD accepted :v"),
				ConditionExpression:       aws.String("attribute_exists(PK)"),
				ExpressionAttributeValues: item{":v": set(a.Version), ":latest": str(a.Version)},
			}})
		} else if a.Opening.ID != "" {
			o := a.Opening
			o.Registrations = standing.Registrations
			open, err := (&Registrations{s.accountsTable}).opening(o)
			if err != nil {
				return account.Acceptance{}, "", false, err
			}
			ops = append(ops, open...)
		}
		reasons, err := s.transact(ctx, ops...)
		switch {
		case err != nil:
			return account.Acceptance{}, "", false, fmt.Errorf("keep acceptance of %s: %w", a.Version, err)
		case reasons == nil:
			return a, standing.Account, true, nil
		case failed(reasons, 1):
			kept, err := s.earlier(a, reasons[1].Item)
			return kept, standing.Account, false, err
		case failed(reasons, 0):
			return account.Acceptance{}, "", false, challenge.ErrUsed
		}
	}
	return account.Acceptance{}, "", false, fmt.Errorf("keep acceptance of %s: %w", a.Version, errRace)
}

// Of lists what agreement versions a subject accepted, by account.Subject.Key, without
// their evidence.
func (s *Acceptances) Of(ctx context.Context, subject string) ([]account.Acceptance, error) {
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

// SignedOf is Of with the signatures.
func (s *Acceptances) SignedOf(ctx context.Context, subject string) ([]account.Acceptance, error) {
	found, err := s.under(ctx, subjectPK(subject), acceptanceSK(""))
	if err != nil {
		return nil, fmt.Errorf("list acceptances: %w", err)
	}
	var list []account.Acceptance
	for _, raw := range found {
		var it acceptanceItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, fmt.Errorf("decode acceptance: %w", err)
		}
		one, err := s.earlier(account.Acceptance{Subject: subject, Version: it.Version}, raw)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

func (s *Acceptances) earlier(a account.Acceptance, raw item) (account.Acceptance, error) {
	var it acceptanceItem
	err := attributevalue.UnmarshalMap(raw, &it)
	var at time.Time
	if err == nil {
		at, err = parseInstant(it.At)
	}
	if err != nil {
		return account.Acceptance{}, fmt.Errorf("decode acceptance of %s: %w", a.Version, err)
	}
	return account.Acceptance{
		Subject: a.Subject, Version: it.Version, SHA256: it.SHA256, Lang: locale.Lang(it.Lang), At: at,
		Evidence: account.Evidence{CMS: it.CMS, Nonce: it.Nonce, Address: it.Address, UserAgent: it.UserAgent},
	}, nil
}
