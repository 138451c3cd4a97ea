package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// A session has the epoch of its account and person (account.Account.EpochOf). To end all but one, the
// account's grows by one, or that of one person in it, and takes the one along: a session opened at the
// same time is either of the old epoch and over, or was opened after. No clock and no index takes part.

// SignIn opens a session for an account by a signature over the challenge c, in one transaction,
// which also tells the holder of a device not seen before.
//
// Errors: challenge.ErrUsed; account.ErrNotRegistered when the account is closed.
func (s *Sessions) SignIn(ctx context.Context, c challenge.Challenge, n session.Session) error {
	return s.open(ctx, n, proof{s.use(c, n.AccountID), challenge.ErrUsed})
}

// SignInByPassword is SignIn by a password that matched hash: it must still be that of the session's
// person, so that a changed password opens nothing even while it is being changed.
//
// Errors: account.ErrPassword when it is not; account.ErrNotRegistered.
func (s *Sessions) SignInByPassword(ctx context.Context, hash string, n session.Session) error {
	return s.open(ctx, n, proof{types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &s.name, Key: key(accountPK(n.AccountID), passwordSK(n.Person.ID)),
		ConditionExpression:       aws.String("#hash = :hash"),
		ExpressionAttributeNames:  map[string]string{"#hash": "hash"},
		ExpressionAttributeValues: item{":hash": str(hash)},
	}}, account.ErrPassword})
}

// proof is an operation that sessions open or end by, and what it means when it does not hold.
type proof struct {
	op      types.TransactWriteItem
	refused error
}

// open opens a session of the account's epoch.
func (s *Sessions) open(ctx context.Context, n session.Session, proofs ...proof) error {
	for range raceTries {
		a, person, known, err := s.visitor(ctx, n)
		if err != nil {
			return fmt.Errorf("sign in to account %s: %w", n.AccountID, err)
		}
		if a.Status == string(account.Disabled) && a.Until != "" && a.Until <= instant(n.CreatedAt) {
			holder, err := a.account()
			if err == nil {
				err = s.reopen(ctx, holder)
			}
			if err != nil {
				return fmt.Errorf("open account %s again: %w", n.AccountID, err)
			}
			continue
		}
		if a.Status != string(account.Active) {
			return account.ErrNotRegistered
		}
		epoch := epochOf(a.Epoch, a.People, n.Person.ID)
		n.Epoch = epoch.account + epoch.person
		var ops []types.TransactWriteItem
		for _, p := range proofs {
			ops = append(ops, p.op)
		}
		ops = append(ops,
			types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
				TableName: &s.name, Key: key(accountPK(n.AccountID), accountSK),
				ConditionExpression: aws.String(epoch.condition), ExpressionAttributeNames: epoch.names, ExpressionAttributeValues: epoch.values,
			}},
			putSession(s.table, n),
		)
		ops = append(ops, (&Credentials{s.accountsTable}).actingAgain(n, person)...)
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
		}
		for i, p := range proofs {
			if failed(reasons, i) {
				return p.refused
			}
		}
		if !failed(reasons, len(proofs)) {
			return fmt.Errorf("sign in to account %s: the session's id is taken", n.AccountID)
		}
	}
	return fmt.Errorf("sign in to account %s: %w", n.AccountID, errRace)
}

// visitor reads the account a session is to be opened for, what is known of the person who opens it,
// and whether the account knows the device.
func (s *Sessions) visitor(ctx context.Context, n session.Session) (a accountItem, person actingItem, known bool, err error) {
	pk := accountPK(n.AccountID)
	found, err := s.batch(ctx, key(pk, accountSK), key(pk, deviceSK(n.Device)), key(pk, actingSK(n.Person.ID)))
	if err != nil {
		return accountItem{}, actingItem{}, false, err
	}
	for _, raw := range found {
		var err error
		switch sk, _ := raw[schema.SK].(*types.AttributeValueMemberS); sk.Value {
		case accountSK:
			err = attributevalue.UnmarshalMap(raw, &a)
		case actingSK(n.Person.ID):
			err = attributevalue.UnmarshalMap(raw, &person)
		default:
			known = !expired(raw, n.CreatedAt)
		}
		if err != nil {
			return accountItem{}, actingItem{}, false, fmt.Errorf("decode account: %w", err)
		}
	}
	return a, person, known, nil
}

func deviceSK(device string) string { return "DEVICE#" + device }

// device remembers the device of a session.
func (s *Sessions) device(accountID string, n session.Session) types.TransactWriteItem {
	it := key(accountPK(accountID), deviceSK(n.Device))
	it["at"], it[schema.TTL] = str(instant(n.CreatedAt)), ttl(n.CreatedAt.Add(session.DeviceLife))
	return types.TransactWriteItem{Put: &types.Put{TableName: &s.name, Item: it}}
}

// epoch is where an account's sessions stand: for all of them, and for those of one person.
type epoch struct {
	account, person int64
	condition       string // that the account is open and nothing was ended since
	names           map[string]string
	values          item
}

// epochOf is the epoch of a person in an account, "" for a natural person's own. What was never ended
// has no attribute, which is 0.
func epochOf(account int64, people map[string]int64, person string) epoch {
	e := epoch{
		account: account, person: people[person], condition: "#status = :active AND attribute_not_exists(epoch)",
		names: map[string]string{"#status": "status"}, values: item{":active": str(active)},
	}
	if account != 0 {
		e.condition, e.values[":epoch"] = "#status = :active AND epoch = :epoch", num(account)
	}
	switch {
	case person == "":
		return e
	case e.person == 0:
		e.condition += " AND attribute_not_exists(people.#person)"
	default:
		e.condition += " AND people.#person = :person"
		e.values[":person"] = num(e.person)
	}
	e.names["#person"] = person
	return e
}

const active = string(account.Active)

// EndOthers ends the sessions of keep's account except keep itself: all of them, or only those of the
// same person.
//
// Errors: session.ErrNone when keep has ended.
func (s *Sessions) EndOthers(ctx context.Context, keep session.Session, everyone bool) error {
	return s.renew(ctx, keep.AccountID, scope{keep.Person.ID, everyone, keep.ID}, nil)
}

// scope is whose sessions end: those of a person ("" in a natural person's account), or everyone's.
// The session with the id keep, which is that person's, does not.
type scope struct {
	person   string
	everyone bool
	keep     string
}

// renew begins the next epoch of the account or of a person in it and takes the session that is kept
// along, in the transaction of proofs and acts.
func (s *Sessions) renew(ctx context.Context, accountID string, whose scope, proofs []proof, acts ...types.TransactWriteItem) error {
	before := len(proofs) + len(acts)
	for range raceTries {
		a, err := s.account(ctx, accountID)
		if err != nil {
			return err
		}
		if a.Status != account.Active {
			return account.ErrNotRegistered
		}
		now := a.EpochOf(whose.person)
		var ops []types.TransactWriteItem
		for _, p := range proofs {
			ops = append(ops, p.op)
		}
		ops = append(append(ops, acts...), types.TransactWriteItem{Update: s.nextEpoch(a, whose)})
		if whose.keep != "" {
			ops = append(ops, types.TransactWriteItem{Update: &types.Update{
				TableName: &s.name, Key: key(sessionPK(whose.keep), sessionSK),
				UpdateExpression:          aws.String("SET epoch = :next"),
				ConditionExpression:       aws.String("account = :account AND epoch = :epoch"),
				ExpressionAttributeValues: item{":next": num(now + 1), ":account": str(accountID), ":epoch": num(now)},
			}})
		}
		reasons, err := s.transact(ctx, ops...)
		switch {
		case err != nil:
			return fmt.Errorf("end sessions of %s: %w", accountID, err)
		case reasons == nil:
			return nil
		}
		for i, p := range proofs {
			if failed(reasons, i) {
				return p.refused
			}
		}
		switch {
		case failed(reasons, before):
			continue // another one ended them since we looked
		case failed(reasons, before+1):
			return session.ErrNone
		}
	}
	return fmt.Errorf("end sessions of %s: %w", accountID, errRace)
}

// nextEpoch is the update by which the epoch of an account, or of a person in it, grows by one.
func (s *Sessions) nextEpoch(a account.Account, whose scope) *types.Update {
	e := epochOf(a.Epoch, a.People, whose.person)
	var change string
	switch {
	case whose.everyone || whose.person == "":
		change, e.values[":next"] = "SET epoch = :next", num(a.Epoch+1)
	case len(a.People) == 0: // the map is not there yet
		change = "SET people = :people"
		e.condition += " AND attribute_not_exists(people)"
		e.values[":people"] = &types.AttributeValueMemberM{Value: item{whose.person: num(1)}}
	default:
		change, e.values[":next"] = "SET people.#person = :next", num(e.person+1)
	}
	return &types.Update{
		TableName: &s.name, Key: key(accountPK(a.ID), accountSK), UpdateExpression: &change, ConditionExpression: &e.condition,
		ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values,
	}
}

// reopen writes down that the access of a, which one administrator stopped, is open again. Who comes
// second finds it so.
func (s *Sessions) reopen(ctx context.Context, a account.Account) error {
	_, err := s.transact(ctx, types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(accountPK(a.ID), accountSK),
		UpdateExpression:         aws.String("SET #status = :active REMOVE disabledUntil"),
		ConditionExpression:      aws.String("#status = :disabled AND disabledUntil = :until"),
		ExpressionAttributeNames: map[string]string{"#status": "status"},
		ExpressionAttributeValues: item{
			":active": str(active), ":disabled": str(string(account.Disabled)), ":until": str(instant(a.DisabledUntil)),
		},
	}})
	return err
}
