package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/kzid"
	"github.com/courtoffice/courtoffice/shared/locale"
)

// Accounts finds accounts. What belongs to one is kept beside it by the types of this package that have it:
// Acceptances, Registrations, Credentials, Contacts, Representatives, Decisions, Leavings, Announced,
// AccountNotices and Audited. The items of the table, with those of Sessions:
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
//	ACCOUNT#<id>   WEBHOOK#<hook>        an address at which an organisation's program is told: see webhooks.go
//	ACCOUNT#<id>   DEVICE#<device>       a browser the account was signed in from
//	ACCOUNT#<id>   ACTING#<person>       who signed in for the legal person: see credentials.go; of a natural person ACTING
//	ACCOUNT#<id>   RESET                 a reset of a password that waits for its code; of a legal person RESET#<person>
//	ACCOUNT#<id>   LEAVING               the signed refusal that closed the account
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
	accountSK = "ACCOUNT"
	subjectSK = "SUBJECT"
)

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

	Named        int64    `dynamodbav:"representatives,omitempty"`
	Webhooks     []string `dynamodbav:"webhooks,stringset,omitempty"` // in force
	WebhookCount int64    `dynamodbav:"webhookCount,omitempty"`
	Created      string   `dynamodbav:"created"`
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
		Webhooks: it.Webhooks, WebhookCount: it.WebhookCount,
	}
	slices.Sort(a.Accepted)
	slices.Sort(it.Rights)
	slices.Sort(a.Webhooks)
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

// outbox is the operation that tells the account's holder of an event. The item goes by itself
// after until.
func (s accountsTable) outbox(e account.Event, until time.Time) (types.TransactWriteItem, error) {
	return s.outboxItem(accountPK(e.AccountID), string(e.Type)+"#"+e.ID, e.Outbox(), until)
}
