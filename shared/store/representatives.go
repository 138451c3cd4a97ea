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
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// The account counts the representatives it ever named. Naming one is under the condition that the
// count is still the one their limit was looked at with, so that two at once can't both be the
// last; closing the account too, so that none outlives it.

// Representatives keeps whom accounts named to act and to be told for them, one item each, with the
// consents of both sides. Every step tells whom it concerns in its own transaction.
type Representatives struct{ accountsTable }

// NewRepresentatives returns the representatives kept in the table of that name, which is the accounts table.
func NewRepresentatives(db *dynamodb.Client, name string) *Representatives {
	return &Representatives{ofAccounts(db, name)}
}

func representativeSK(id string) string { return "REPRESENTATIVE#" + id }

type representativeItem struct {
	ID          string           `dynamodbav:"id"`
	AccountID   string           `dynamodbav:"account"`
	Name        string           `dynamodbav:"name"`
	Email       string           `dynamodbav:"email"`
	Lang        string           `dynamodbav:"lang"`
	Scope       string           `dynamodbav:"scope"`
	Filing      string           `dynamodbav:"filing,omitempty"`
	Kinds       []string         `dynamodbav:"kinds,omitempty"`
	Months      int              `dynamodbav:"months"`
	Status      string           `dynamodbav:"status"`
	Invitations int              `dynamodbav:"invitations"`
	Invited     string           `dynamodbav:"invited"`
	Consented   string           `dynamodbav:"consented,omitempty"`
	Until       string           `dynamodbav:"until,omitempty"`
	Ended       string           `dynamodbav:"ended,omitempty"`
	EndedBy     string           `dynamodbav:"endedBy,omitempty"`
	Naming      circumstanceItem `dynamodbav:"naming"`
	Consent     circumstanceItem `dynamodbav:"consent"`
	Ending      circumstanceItem `dynamodbav:"ending"`
}

// circumstanceItem is evidence of an act that is not signed, or whose signature is kept elsewhere:
// the nonce then names it.
type circumstanceItem struct {
	Nonce     string `dynamodbav:"nonce,omitempty"`
	Address   string `dynamodbav:"address,omitempty"`
	UserAgent string `dynamodbav:"userAgent,omitempty"`
}

func circumstances(e account.Evidence) circumstanceItem {
	return circumstanceItem{e.Nonce, e.Address, e.UserAgent}
}

func (it circumstanceItem) evidence() account.Evidence {
	return account.Evidence{Nonce: it.Nonce, Address: it.Address, UserAgent: it.UserAgent}
}

func newRepresentativeItem(r account.Representative) (item, error) {
	text := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return instant(t)
	}
	it, err := record(accountPK(r.AccountID), representativeSK(r.ID), representativeItem{
		ID: r.ID, AccountID: r.AccountID, Name: r.Name, Email: r.Email, Lang: string(r.Lang), Scope: string(r.Scope),
		Filing: r.Filing, Kinds: r.Kinds, Months: r.Months, Status: string(r.Status), Invitations: r.Invitations,
		Invited: instant(r.InvitedAt), Consented: text(r.ConsentedAt), Until: text(r.Until), Ended: text(r.EndedAt), EndedBy: string(r.EndedBy),
		Naming: circumstances(r.Naming), Consent: circumstances(r.Consent), Ending: circumstances(r.Ending),
	})
	if err == nil {
		it[schema.TTL] = ttl(r.KeptUntil())
	}
	return it, err
}

func (it representativeItem) representative() (account.Representative, error) {
	var err error
	r := account.Representative{
		ID: it.ID, AccountID: it.AccountID, Name: it.Name, Email: it.Email, Lang: locale.Lang(it.Lang), Scope: account.Scope(it.Scope),
		Filing: it.Filing, Kinds: it.Kinds, Months: it.Months, Status: account.RepresentativeStatus(it.Status), Invitations: it.Invitations,
		EndedBy: account.Side(it.EndedBy), Naming: it.Naming.evidence(), Consent: it.Consent.evidence(), Ending: it.Ending.evidence(),
	}
	for _, moment := range []struct {
		text string
		into *time.Time
	}{{it.Invited, &r.InvitedAt}, {it.Consented, &r.ConsentedAt}, {it.Until, &r.Until}, {it.Ended, &r.EndedAt}} {
		if err == nil && moment.text != "" {
			*moment.into, err = parseInstant(moment.text)
		}
	}
	if err != nil {
		return account.Representative{}, fmt.Errorf("decode representative %s of %s: %w", it.ID, it.AccountID, err)
	}
	return r, nil
}

// Of lists everyone the account named whose record is kept at the instant at, in the
// order of their ids.
func (s *Representatives) Of(ctx context.Context, accountID string, at time.Time) ([]account.Representative, error) {
	var list []account.Representative
	found, err := s.under(ctx, accountPK(accountID), representativeSK(""))
	if err != nil {
		return nil, fmt.Errorf("list representatives of %s: %w", accountID, err)
	}
	for _, raw := range found {
		if expired(raw, at) {
			continue
		}
		var it representativeItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, fmt.Errorf("decode a representative of %s: %w", accountID, err)
		}
		r, err := it.representative()
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// Get returns one of them.
//
// Errors: account.ErrNoRepresentative.
func (s *Representatives) Get(ctx context.Context, accountID, id string, at time.Time) (account.Representative, error) {
	var it representativeItem
	ok, err := s.get(ctx, accountPK(accountID), representativeSK(id), at, &it)
	if err != nil {
		return account.Representative{}, fmt.Errorf("read representative %s of %s: %w", id, accountID, err)
	}
	if !ok {
		return account.Representative{}, account.ErrNoRepresentative
	}
	return it.representative()
}

// invitation are the operations that keep a representative just named and send the invitation.
func (s *Representatives) invitation(r account.Representative) ([]types.TransactWriteItem, error) {
	it, err := newRepresentativeItem(r)
	if err != nil {
		return nil, err
	}
	put := types.TransactWriteItem{Put: &types.Put{TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)")}}
	told, err := s.announce(r)
	return append([]types.TransactWriteItem{put}, told...), err
}

// announce are the operations, one or none, that tell of what has just happened to r.
func (s *Representatives) announce(r account.Representative) ([]types.TransactWriteItem, error) {
	e, ok := r.Event()
	if !ok {
		return nil, nil
	}
	at, err := time.Parse(time.RFC3339, e.At)
	if err != nil {
		return nil, fmt.Errorf("instant of %s: %w", e.Type, err)
	}
	told, err := s.outbox(e, outbox.Until(at))
	return []types.TransactWriteItem{told}, err
}

// Name keeps a representative (account.NewRepresentative) and sends the invitation, in one
// transaction. first is false when the account has one of that id already: then it is that one,
// and nothing was written.
//
// Errors: those of account.MayName, account.ErrNotRegistered when the account is not active.
func (s *Representatives) Name(ctx context.Context, r account.Representative) (named account.Representative, first bool, err error) {
	ops, err := s.invitation(r)
	if err != nil {
		return account.Representative{}, false, err
	}
	for range raceTries {
		a, err := s.account(ctx, r.AccountID)
		if err != nil {
			return account.Representative{}, false, err
		}
		if a.Status != account.Active {
			return account.Representative{}, false, account.ErrNotRegistered
		}
		have, err := s.Of(ctx, r.AccountID, r.InvitedAt)
		if err != nil {
			return account.Representative{}, false, err
		}
		for _, other := range have {
			if other.ID == r.ID {
				return other, false, nil
			}
		}
		if err := account.MayName(have, r, r.InvitedAt); err != nil {
			return account.Representative{}, false, err
		}
		condition, values := countIs(a.Representatives)
		values[":active"], values[":one"] = str(string(account.Active)), num(1)
		count := types.TransactWriteItem{Update: &types.Update{
			TableName: &s.name, Key: key(accountPK(r.AccountID), accountSK),
			UpdateExpression:          aws.String("ADD representatives :one"),
			ConditionExpression:       aws.String("#status = :active AND " + condition),
			ExpressionAttributeNames:  map[string]string{"#status": "status"},
			ExpressionAttributeValues: values,
		}}
		reasons, err := s.transact(ctx, append([]types.TransactWriteItem{count}, ops...)...)
		if err != nil {
			return account.Representative{}, false, fmt.Errorf("name a representative of %s: %w", r.AccountID, err)
		}
		if reasons == nil {
			return r, true, nil
		}
	}
	return account.Representative{}, false, fmt.Errorf("name a representative of %s: %w", r.AccountID, errRace)
}

// countIs is the condition that an account has named so many representatives; who named none has
// no count.
func countIs(n int64) (condition string, values item) {
	if n == 0 {
		return "attribute_not_exists(representatives)", item{}
	}
	return "representatives = :named", item{":named": num(n)}
}

// Invite sends an invitation again: account.Representative.Invite.
//
// Errors: account.ErrNoRepresentative, account.ErrRepresentativeOver.
func (s *Representatives) Invite(ctx context.Context, accountID, id string, at time.Time) (account.Representative, error) {
	return s.turn(ctx, accountID, id, at, func(r account.Representative) (account.Representative, error) { return r.Invite(at) })
}

// Agree keeps a representative's consent and tells the holder, in one transaction; one that was
// given stands: account.Representative.Agree.
//
// Errors: account.ErrNoRepresentative, account.ErrRepresentativeOver.
func (s *Representatives) Agree(ctx context.Context, accountID, id string, at time.Time, evidence account.Evidence) (account.Representative, error) {
	return s.turn(ctx, accountID, id, at, func(r account.Representative) (account.Representative, error) { return r.Agree(at, evidence) })
}

// Refuse declines an invitation or withdraws a consent and tells the holder, in one transaction;
// where nothing is left to refuse it writes nothing: account.Representative.Refuse.
//
// Errors: account.ErrNoRepresentative.
func (s *Representatives) Refuse(ctx context.Context, accountID, id string, at time.Time, evidence account.Evidence) (account.Representative, error) {
	return s.turn(ctx, accountID, id, at, func(r account.Representative) (account.Representative, error) { return r.Refuse(at, evidence), nil })
}

// End takes the holder's consent back and tells a representative who had agreed, in
// one transaction; where it is over it writes nothing: account.Representative.End.
//
// Errors: account.ErrNoRepresentative.
func (s *Representatives) End(ctx context.Context, accountID, id string, at time.Time, evidence account.Evidence) (account.Representative, error) {
	return s.turn(ctx, accountID, id, at, func(r account.Representative) (account.Representative, error) {
		return r.End(account.ByHolder, at, evidence), nil
	})
}

// turn takes a representative one step on, unless another step came first: then it looks again.
func (s *Representatives) turn(ctx context.Context, accountID, id string, at time.Time, step func(account.Representative) (account.Representative, error)) (account.Representative, error) {
	for range raceTries {
		before, err := s.Get(ctx, accountID, id, at)
		if err != nil {
			return account.Representative{}, err
		}
		after, err := step(before)
		if err != nil || after.Status == before.Status && after.Invitations == before.Invitations {
			return after, err
		}
		op, err := s.replace(before, after)
		if err != nil {
			return account.Representative{}, err
		}
		told, err := s.announce(after)
		if err != nil {
			return account.Representative{}, err
		}
		reasons, err := s.transact(ctx, append([]types.TransactWriteItem{op}, told...)...)
		if err != nil {
			return account.Representative{}, fmt.Errorf("representative %s of %s to %s: %w", id, accountID, after.Status, err)
		}
		if reasons == nil {
			return after, nil
		}
	}
	return account.Representative{}, fmt.Errorf("representative %s of %s: %w", id, accountID, errRace)
}

// replace is the operation that puts after in the place of before, if that is still how it stands.
func (s *Representatives) replace(before, after account.Representative) (types.TransactWriteItem, error) {
	it, err := newRepresentativeItem(after)
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &s.name, Item: it,
		ConditionExpression:       aws.String("#status = :status AND invitations = :n"),
		ExpressionAttributeNames:  map[string]string{"#status": "status"},
		ExpressionAttributeValues: item{":status": str(string(before.Status)), ":n": num(int64(before.Invitations))},
	}}, err
}

// dismiss are the operations by which an account that is closed loses its representatives: those who
// are invited or have consented end, without their names and addresses, and who had consented
// hears of it. condition is what the account's own update must then ask for too, with values.
func (s *Representatives) dismiss(ctx context.Context, a account.Account, by account.Side, at time.Time, evidence account.Evidence) (ops []types.TransactWriteItem, condition string, values item, err error) {
	have, err := s.Of(ctx, a.ID, at)
	if err != nil {
		return nil, "", nil, err
	}
	for _, before := range have {
		if !before.Live(at) {
			continue
		}
		after := before.End(by, at, evidence)
		told, err := s.announce(after)
		if err != nil {
			return nil, "", nil, err
		}
		after.Name, after.Email = "", ""
		op, err := s.replace(before, after)
		if err != nil {
			return nil, "", nil, err
		}
		ops = append(append(ops, op), told...)
	}
	condition, values = countIs(a.Representatives)
	return ops, condition, values, nil
}
