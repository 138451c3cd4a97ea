package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/agreement"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/session"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Accounts keeps accounts and what people signed to have them. Its items:
//
//	SUBJECT#<key>  SUBJECT               who may have an account: account, accepted; prepared, the one made for them
//	SUBJECT#<key>  ACCEPTANCE#<version>  the signed acceptance, kept before and after registration
//	SUBJECT#<key>  FORM                  the registration form as far as it was typed: see openings.go
//	ACCOUNT#<id>   ACCOUNT               the account
//	ACCOUNT#<id>   REGISTRATION          the signed registration form
//	ACCOUNT#<id>   PASSWORD              the password's hash; of a legal person PASSWORD#<person>, one for each
//	ACCOUNT#<id>   EMAIL#<from>          an e-mail address and when it took notices
//	ACCOUNT#<id>   CODE                  the code that verifies one, without its digits
//	ACCOUNT#<id>   MOBILE#<from>         a mobile number and when it took text messages
//	ACCOUNT#<id>   CODE#MOBILE           the code that verifies one
//	ACCOUNT#<id>   REPRESENTATIVE#<id>   a trusted representative, with the consents of both sides
//	ACCOUNT#<id>   DEVICE#<device>       a browser the account was signed in from
//	ACCOUNT#<id>   ACTING#<person>       who signed in for the legal person: see acting.go; of a natural person ACTING
//	ACCOUNT#<id>   OUTBOX#<type>#<id>    an event to tell; GSI1 has it until that is done
//	ACCOUNT#<id>   NOTICE#<type>#<id>    its delivery
//	ACCOUNT#<id>   AUDIT#<instant>#<id>  what an administrator did that concerns the account
//	ACCOUNT#<id>   PROPOSAL#<what>       a right, or a status, that waits for a second administrator
//
// The index lists accounts, in shards, so that everyone can be told of something: see Members.
//
// key is account.Subject.Key. SUBJECT exists from the first acceptance and is what makes one
// account of two registrations at once. The set "accepted" of SUBJECT and ACCOUNT grows in the
// transaction that keeps the acceptance; it holds every version accepted, because a coming
// version may be accepted while the one before still binds.
type Accounts struct{ accountsTable }

// NewAccounts returns the accounts kept in the table of that name.
func NewAccounts(db *dynamodb.Client, name string) *Accounts { return &Accounts{ofAccounts(db, name)} }

// accountsTable is the table of accounts as its aggregates share it: who has an account, and how its
// holder is told.
type accountsTable struct{ table }

func ofAccounts(db *dynamodb.Client, name string) accountsTable {
	return accountsTable{table{db, name}}
}

// account reads an account.
//
// Errors: account.ErrNotRegistered.
func (s accountsTable) account(ctx context.Context, id string) (account.Account, error) {
	var it accountItem
	ok, err := s.get(ctx, accountPK(id), accountSK, time.Time{}, &it)
	if err != nil {
		return account.Account{}, fmt.Errorf("read account %s: %w", id, err)
	}
	if !ok {
		return account.Account{}, account.ErrNotRegistered
	}
	return it.account()
}

func accountPK(id string) string  { return "ACCOUNT#" + id }
func subjectPK(key string) string { return "SUBJECT#" + key }

const (
	accountSK      = "ACCOUNT"
	subjectSK      = "SUBJECT"
	registrationSK = "REGISTRATION"
)

func acceptanceSK(version string) string { return "ACCEPTANCE#" + version }

type subjectItem struct {
	Account       string   `dynamodbav:"account"`
	Prepared      string   `dynamodbav:"prepared"`
	Accepted      []string `dynamodbav:"accepted,stringset"`
	Registrations int64    `dynamodbav:"registrations"`
}

type accountItem struct {
	ID           string   `dynamodbav:"id"`
	Subject      string   `dynamodbav:"subject"` // account.Account.Key
	Status       string   `dynamodbav:"status"`
	Kind         string   `dynamodbav:"kind"`
	IIN          string   `dynamodbav:"iin"` // "" in a legal person's that is prepared
	BIN          string   `dynamodbav:"bin,omitempty"`
	Name         string   `dynamodbav:"name"`
	Organisation string   `dynamodbav:"organisation,omitempty"`
	Role         string   `dynamodbav:"role,omitempty"`
	Email        string   `dynamodbav:"email"`
	EmailFrom    string   `dynamodbav:"emailFrom"`
	Verified     string   `dynamodbav:"verified,omitempty"`
	Mobile       string   `dynamodbav:"mobile,omitempty"`
	MobileFrom   string   `dynamodbav:"mobileFrom,omitempty"`
	EmailFailed  string   `dynamodbav:"emailFailed,omitempty"`
	MobileFailed string   `dynamodbav:"mobileFailed,omitempty"`
	Lang         string   `dynamodbav:"lang"`
	Accepted     []string `dynamodbav:"accepted,stringset,omitempty"`
	Latest       string   `dynamodbav:"acceptedVersion"`
	Rights       []string `dynamodbav:"rights,stringset,omitempty"`
	Epoch        int64    `dynamodbav:"epoch,omitempty"`

	People map[string]int64 `dynamodbav:"people,omitempty"`

	Until   string `dynamodbav:"disabledUntil,omitempty"`
	AloneAt string `dynamodbav:"aloneAt,omitempty"`

	Named   int64  `dynamodbav:"representatives,omitempty"`
	Created string `dynamodbav:"created"`
}

func newAccountItem(a account.Account) accountItem {
	return accountItem{
		ID: a.ID, Subject: a.Key, Status: string(a.Status), Kind: string(a.Subject.Kind),
		IIN: a.Subject.IIN.Reveal(), BIN: a.Subject.BIN.Reveal(), Name: a.Subject.Name,
		Organisation: a.Subject.Organisation, Role: string(a.Subject.Role),
		Email: a.Email, EmailFrom: instant(a.EmailFrom), Mobile: a.Mobile, Lang: string(a.Lang),
		Accepted: a.Accepted, Latest: a.Latest, Named: a.Representatives, Created: instant(a.CreatedAt),
	}
}

func (it accountItem) account() (account.Account, error) {
	a := account.Account{
		ID: it.ID, Key: it.Subject, Status: account.Status(it.Status),
		Subject: account.Subject{
			Kind: account.Kind(it.Kind), Name: it.Name, Organisation: it.Organisation, Role: account.Role(it.Role),
		},
		Email: it.Email, Mobile: it.Mobile, Lang: locale.Lang(it.Lang), Accepted: it.Accepted, Latest: it.Latest,
		Epoch: it.Epoch, People: it.People, Representatives: it.Named,
	}
	slices.Sort(a.Accepted)
	slices.Sort(it.Rights)
	for _, r := range it.Rights {
		a.Rights = append(a.Rights, account.Right(r))
	}
	var err error
	if it.IIN != "" {
		a.Subject.IIN, err = kzid.ParseIINForm(it.IIN)
	}
	if err == nil && it.BIN != "" {
		a.Subject.BIN, err = kzid.ParseBINForm(it.BIN)
	}
	for _, moment := range []struct {
		text string
		into *time.Time
	}{{it.Created, &a.CreatedAt}, {it.EmailFrom, &a.EmailFrom}, {it.Verified, &a.Verified}, {it.MobileFrom, &a.MobileFrom},
		{it.EmailFailed, &a.EmailFailed}, {it.MobileFailed, &a.MobileFailed},
		{it.Until, &a.DisabledUntil}, {it.AloneAt, &a.AloneAt}} {
		if err == nil && moment.text != "" {
			*moment.into, err = parseInstant(moment.text)
		}
	}
	if err != nil {
		return account.Account{}, fmt.Errorf("decode account %s: %w", it.ID, err)
	}
	return a, nil
}

// Account returns the account with that id.
//
// Errors: account.ErrNotRegistered.
func (s *Accounts) Account(ctx context.Context, id string) (account.Account, error) {
	return s.account(ctx, id)
}

// BySubject returns the account of a subject, by account.Subject.Key.
//
// Errors: account.ErrNotRegistered, as *account.PreparedError where one waits for the subject.
func (s *Accounts) BySubject(ctx context.Context, key string) (account.Account, error) {
	standing, err := s.subject(ctx, key)
	if err != nil {
		return account.Account{}, err
	}
	switch {
	case standing.Account != "":
		return s.account(ctx, standing.Account)
	case standing.Prepared != "":
		return account.Account{}, &account.PreparedError{ID: standing.Prepared}
	}
	return account.Account{}, account.ErrNotRegistered
}

func (s accountsTable) subject(ctx context.Context, key string) (subjectItem, error) {
	var it subjectItem
	if _, err := s.get(ctx, subjectPK(key), subjectSK, time.Time{}, &it); err != nil {
		return subjectItem{}, fmt.Errorf("read subject: %w", err)
	}
	return it, nil
}

// ByNumber returns the account of a typed number, also a prepared one, by account.NumberKeys. It takes
// as long for a number nobody registered.
//
// Errors: account.ErrNotRegistered.
func (s *Accounts) ByNumber(ctx context.Context, keys [2]string) (account.Account, error) {
	found, err := s.batch(ctx, key(subjectPK(keys[0]), subjectSK), key(subjectPK(keys[1]), subjectSK))
	if err != nil {
		return account.Account{}, fmt.Errorf("read subjects: %w", err)
	}
	id := "nobody"
	for _, raw := range found {
		var it subjectItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return account.Account{}, fmt.Errorf("decode subject: %w", err)
		}
		if found := cmp.Or(it.Account, it.Prepared); found != "" {
			id = found
		}
	}
	return s.account(ctx, id)
}

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
func (s *Accounts) Accept(ctx context.Context, a account.Acceptance, c challenge.Challenge) (kept account.Acceptance, accountID string, first bool, err error) {
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
			open, err := s.opening(o)
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

// raceTries is how often a write is tried whose condition says that another one came first.
// Each loss means that someone else won, and a subject registers once.
const raceTries = 5

var errRace = errors.New("others keep coming first")

func (s *Accounts) earlier(a account.Acceptance, raw item) (account.Acceptance, error) {
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
func (s *Accounts) Register(ctx context.Context, r account.Registration, c challenge.Challenge, first session.Session) (account.Account, error) {
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

func (s *Accounts) register(ctx context.Context, a account.Account, r account.Registration, c challenge.Challenge, first session.Session) ([]types.CancellationReason, error) {
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

// UsedFor reports whether the challenge c was used up for that account, so that a request
// repeated after a lost answer is known, and returns the hash of the person's password in it.
func (s *Accounts) UsedFor(ctx context.Context, accountID, person string, c challenge.Challenge) (used bool, hash string, err error) {
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

// set is a string set of one.
func set(s string) types.AttributeValue { return &types.AttributeValueMemberSS{Value: []string{s}} }

// outbox is the operation that tells the account's holder of an event. The item goes by itself
// after until.
func (s accountsTable) outbox(e account.Event, until time.Time) (types.TransactWriteItem, error) {
	return s.outboxItem(accountPK(e.AccountID), string(e.Type)+"#"+e.ID, e.Outbox(), until)
}
