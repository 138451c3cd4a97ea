package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Audit keeps what administrators did: in the site table under PK "AUDIT#<yyyy-mm>", SK
// "<instant>#<id>", and, where it concerns an account, a copy in the accounts table under PK
// "ACCOUNT#<id>", SK "AUDIT#<instant>#<id>". Both are put once, in the transaction of the act;
// nothing here changes or deletes them.
type Audit struct {
	site     table
	accounts string
}

// NewAudit returns the audit kept in the tables of those names.
func NewAudit(db *dynamodb.Client, site, accounts string) *Audit {
	return &Audit{table{db, site}, accounts}
}

type auditItem struct {
	ID      string `dynamodbav:"id"`
	At      string `dynamodbav:"at"`
	Actor   string `dynamodbav:"actor"`
	Person  string `dynamodbav:"person,omitempty"`
	Act     string `dynamodbav:"act"`
	Target  string `dynamodbav:"target"`
	Account string `dynamodbav:"account,omitempty"`
	Reason  string `dynamodbav:"reason,omitempty"`
	Before  string `dynamodbav:"before,omitempty"`
	After   string `dynamodbav:"after,omitempty"`
	CMS     []byte `dynamodbav:"cms,omitempty"`    // in the site table
	SHA256  string `dynamodbav:"sha256,omitempty"` // of it, hex
}

func auditPK(at time.Time) string  { return schema.Audits + at.UTC().Format("2006-01") }
func auditSK(e audit.Entry) string { return instant(e.At) + "#" + e.ID }
func auditOfSK(s string) string    { return "AUDIT#" + s }
func auditOf(accountID string) item {
	return item{":pk": str(accountPK(accountID)), ":sk": str(auditOfSK(""))}
}

// auditPut appends e to the audit in the site table. It belongs into the transaction of the act.
func auditPut(site table, e audit.Entry) (types.TransactWriteItem, error) {
	return appendEntry(site.name, auditPK(e.At), auditSK(e), e)
}

// transactAct is transact for the act of e, which also uses up the challenge that e was signed over, if
// it was.
//
// Errors: challenge.ErrUsed.
func (t table) transactAct(ctx context.Context, e audit.Entry, ops ...types.TransactWriteItem) ([]types.CancellationReason, error) {
	if e.Nonce == "" {
		return t.transact(ctx, ops...)
	}
	n := len(ops)
	reasons, err := t.transact(ctx, append(ops[:n:n], t.use(challenge.Challenge{Nonce: e.Nonce, NotAfter: e.NotAfter}, e.Actor))...)
	if failed(reasons, n) {
		return nil, challenge.ErrUsed
	}
	return reasons, err
}

func appendEntry(table, pk, sk string, e audit.Entry) (types.TransactWriteItem, error) {
	it, err := record(pk, sk, auditItem{
		e.ID, instant(e.At), e.Actor, e.Person, string(e.Act), e.Target, e.Account, e.Reason, e.Before, e.After, e.CMS, e.SHA256,
	})
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &table, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	}}, err
}

// operations append e and, where it concerns an account, its copy and the notice to the holder.
// They belong into the transaction of the act.
func (s *Audit) operations(e audit.Entry) ([]types.TransactWriteItem, error) {
	return s.operationsTo(e, "")
}

// operationsOn is operations for an act on holder. What is done to an account that nobody has
// registered yet is told to nobody: its holder reads it then, and its address is not known to be
// theirs.
func (s *Audit) operationsOn(holder account.Account, e audit.Entry) ([]types.TransactWriteItem, error) {
	if holder.Status == account.Prepared {
		return s.entries(e)
	}
	return s.operations(e)
}

// operationsTo is operations for an act that takes the account's address away: the notice of it
// takes the address along.
func (s *Audit) operationsTo(e audit.Entry, address string) ([]types.TransactWriteItem, error) {
	entries, err := s.entries(e)
	if err != nil || !e.Told() {
		return entries, err
	}
	told := account.NewEvent(account.EventAudit, e.Account, e.ID, e.At)
	told.Act, told.Reason, told.To = string(e.Act), e.Reason, address
	notice, err := ofAccounts(s.site.db, s.accounts).outbox(told, outbox.Until(e.At))
	return append(entries, notice), err
}

// entries append e and, where it concerns an account, its copy.
func (s *Audit) entries(e audit.Entry) ([]types.TransactWriteItem, error) {
	entry, err := auditPut(s.site, e)
	if err != nil || e.Account == "" {
		return []types.TransactWriteItem{entry}, err
	}
	e.CMS = nil // the certificate in it names the administrator
	own, err := appendEntry(s.accounts, accountPK(e.Account), auditOfSK(auditSK(e)), e)
	return []types.TransactWriteItem{entry, own}, err
}

// Append keeps an entry of an act that writes nothing else, such as reading.
func (s *Audit) Append(ctx context.Context, e audit.Entry) error {
	ops, err := s.operations(e)
	if err != nil {
		return err
	}
	if reasons, err := s.site.transact(ctx, ops...); err != nil {
		return fmt.Errorf("keep audit entry %s: %w", e.ID, err)
	} else if reasons != nil {
		return fmt.Errorf("keep audit entry %s: the id is taken", e.ID)
	}
	return nil
}

// MaxAudit is how many entries a list returns at most.
const MaxAudit = 100

// Month lists the entries of the month (UTC) the instant at falls in, latest first. after is the
// position the list before this one ended with, "" for the first; next is "" at the end.
func (s *Audit) Month(ctx context.Context, at time.Time, after string) (list []audit.Entry, next string, err error) {
	in := &dynamodb.QueryInput{
		TableName: &s.site.name, ScanIndexForward: aws.Bool(false), Limit: aws.Int32(MaxAudit), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("PK = :pk"),
		ExpressionAttributeValues: item{":pk": str(auditPK(at))},
	}
	if after != "" {
		in.ExclusiveStartKey = key(auditPK(at), after)
	}
	out, err := s.site.db.Query(ctx, in)
	if err != nil {
		return nil, "", fmt.Errorf("list audit entries: %w", err)
	}
	if sk, ok := out.LastEvaluatedKey[schema.SK].(*types.AttributeValueMemberS); ok {
		next = sk.Value
	}
	list, err = decodeEntries(out.Items)
	return list, next, err
}

// Audited reads the copies of what concerns an account, for who may not append to the audit.
type Audited struct{ accountsTable }

// NewAudited returns the copies kept in the table of that name, which is the accounts table.
func NewAudited(db *dynamodb.Client, name string) *Audited { return &Audited{ofAccounts(db, name)} }

// Of lists what administrators did that concerns an account, latest first, at most MaxAudit.
func (s *Audited) Of(ctx context.Context, accountID string) ([]audit.Entry, error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, ScanIndexForward: aws.Bool(false), Limit: aws.Int32(MaxAudit), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("PK = :pk AND begins_with(SK, :sk)"),
		ExpressionAttributeValues: auditOf(accountID),
	})
	if err != nil {
		return nil, fmt.Errorf("list audit entries of %s: %w", accountID, err)
	}
	return decodeEntries(out.Items)
}

func decodeEntries(items []item) ([]audit.Entry, error) {
	list := make([]audit.Entry, 0, len(items))
	for _, raw := range items {
		var it auditItem
		err := attributevalue.UnmarshalMap(raw, &it)
		e := audit.Entry{
			ID: it.ID, Actor: it.Actor, Person: it.Person, Act: audit.Act(it.Act), Target: it.Target, Account: it.Account,
			Reason: it.Reason, Before: it.Before, After: it.After, Signed: audit.Signed{CMS: it.CMS, SHA256: it.SHA256},
		}
		if err == nil {
			e.At, err = parseInstant(it.At)
		}
		if err != nil {
			return nil, fmt.Errorf("decode audit entry %s: %w", it.ID, err)
		}
		list = append(list, e)
	}
	return list, nil
}

// rightsText is a set of rights as an entry has it.
func rightsText(rights []account.Right) string {
	words := make([]string, len(rights))
	for i, r := range rights {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}
