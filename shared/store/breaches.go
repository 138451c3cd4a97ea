package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/breach"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Breaches keeps breach cases in the accounts table (agreement, 8.2 and 8.3). Its items:
//
//	BREACH#<id>   CASE                     the case; GSI1 lists all by their opening
//	BREACH#<id>   CLOSED                   how it was closed
//	BREACH#<id>   EVIDENCE#<pk> <sk>       a copy of an item as it was when the case was opened
//	BREACH#<id>   LINE#<instant>#<sha256>  a line of the log of requests
//	BREACH#<id>   LOG#early, LOG#final     how many lines there were when the log was looked through
//	ACCOUNT#<id>  BREACH#<instant>#<case>  a case on the account
//
// All are put once. None has a time to live, and what an account's closing or an item's own end
// takes away stays in the copy.
type Breaches struct {
	table
	filings table
}

// NewBreaches returns the cases kept in the accounts table, of which some are about filings.
func NewBreaches(db *dynamodb.Client, accounts, filings string) *Breaches {
	return &Breaches{table{db, accounts}, table{db, filings}}
}

const (
	breachSK       = "CASE"
	breachClosedSK = "CLOSED"
	evidenceSK     = "EVIDENCE#"
	lineSK         = "LINE#"
	earlyLogSK     = "LOG#early"
	finalLogSK     = "LOG#final"
	casesIndex     = "BREACHES"
)

func breachPK(id string) string { return schema.Breaches + id }

type caseItem struct {
	ID       string `dynamodbav:"id"`
	Account  string `dynamodbav:"account"`
	Act      string `dynamodbav:"act,omitempty"`
	Origin   string `dynamodbav:"origin"`
	Reason   string `dynamodbav:"reason,omitempty"`
	Withheld string `dynamodbav:"withheld,omitempty"`
	At       string `dynamodbav:"at"`
	Actor    string `dynamodbav:"actor,omitempty"`
	Person   string `dynamodbav:"person,omitempty"`
	Held     int    `dynamodbav:"held"`
	SHA256   string `dynamodbav:"sha256"`
}

type closingItem struct {
	Reason   string `dynamodbav:"reason"`
	Withheld string `dynamodbav:"withheld,omitempty"`
	At       string `dynamodbav:"at"`
	Actor    string `dynamodbav:"actor"`
	Person   string `dynamodbav:"person,omitempty"`
}

// Open holds the evidence of the case c and opens it, with the audit entry e of the administrator who
// does. It returns the case with what is held.
//
// Errors: challenge.ErrUsed.
func (s *Breaches) Open(ctx context.Context, log *Audit, c breach.Case, e audit.Entry) (breach.Case, error) {
	entries, err := log.operations(e)
	if err != nil {
		return breach.Case{}, err
	}
	c, first, err := s.open(ctx, c, e, entries...)
	if err == nil && !first {
		err = fmt.Errorf("open case %s: the id is taken", c.ID)
	}
	return c, err
}

// Object opens the case of an objection (breach.Objection) and has support told. A repeat changes nothing
// and returns the case as it is; first is false then.
func (s *Breaches) Object(ctx context.Context, c breach.Case) (kept breach.Case, first bool, err error) {
	if kept, err = s.Case(ctx, c.ID); !errors.Is(err, breach.ErrNotFound) {
		return kept, false, err
	}
	told := account.NewEvent(account.EventContactObjected, c.Account, c.ID, c.OpenedAt)
	told.Case = c.ID
	op, err := (accountsTable{s.table}).outbox(told, outbox.Until(c.OpenedAt))
	if err != nil {
		return breach.Case{}, false, err
	}
	return s.open(ctx, c, audit.Entry{}, op)
}

// open holds the evidence and puts the case with the operations that belong to it.
func (s *Breaches) open(ctx context.Context, c breach.Case, e audit.Entry, with ...types.TransactWriteItem) (kept breach.Case, first bool, err error) {
	pieces, err := s.hold(ctx, c)
	if err != nil {
		return breach.Case{}, false, fmt.Errorf("hold evidence of %s: %w", c.ID, err)
	}
	c.Held, c.SHA256 = len(pieces), breach.Digest(pieces)
	it, err := record(breachPK(c.ID), breachSK, caseItem{
		c.ID, c.Account, c.Act, string(c.Origin), c.Reason, c.Withheld, instant(c.OpenedAt), c.By.Account, c.By.Person, c.Held, c.SHA256,
	})
	if err != nil {
		return breach.Case{}, false, err
	}
	it[schema.GSI1PK], it[schema.GSI1SK] = str(casesIndex), str(instant(c.OpenedAt)+"#"+c.ID)
	own := key(accountPK(c.Account), schema.Breaches+instant(c.OpenedAt)+"#"+c.ID)
	own["case"] = str(c.ID)
	opened := account.NewEvent(account.EventBreachOpened, c.Account, c.ID, c.OpenedAt)
	opened.Case = c.ID
	op, err := (accountsTable{s.table}).outbox(opened, outbox.Until(c.OpenedAt))
	if err != nil {
		return breach.Case{}, false, err
	}
	reasons, err := s.transactAct(ctx, e, append([]types.TransactWriteItem{s.once(it), s.once(own), op}, with...)...)
	switch {
	case err != nil:
		return breach.Case{}, false, fmt.Errorf("open case %s: %w", c.ID, err)
	case reasons != nil:
		kept, err = s.Case(ctx, c.ID)
		return kept, false, err
	}
	return c, true, nil
}

// held says which items of an account are copied as evidence. Passwords, codes and what waits to be
// told prove nothing and are not for keeping.
func held(it item) bool {
	sk := text(it, schema.SK)
	return !slices.ContainsFunc([]string{"PASSWORD", "RESET", "CODE", outboxPrefix, schema.Breaches}, func(p string) bool { return strings.HasPrefix(sk, p) })
}

// chunk is how many copies are put at once: a transaction takes 4 MB, an item has at most 400 KB.
const chunk = 8

// hold copies what the tables have on the case's account, and on the filing that it is about, under the
// case, and returns the digests of the copies in the order of their keys. A copy that is there already stays.
func (s *Breaches) hold(ctx context.Context, c breach.Case) ([]string, error) {
	found, err := s.evidence(ctx, c.Account)
	if err != nil {
		return nil, err
	}
	of, err := s.ofFiling(ctx, c)
	if err != nil {
		return nil, err
	}
	found = append(found, of...)
	var pieces []string
	var puts []types.TransactWriteItem
	for _, it := range found {
		sum, err := digest(it)
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, sum)
		copied := key(breachPK(c.ID), evidenceSK+text(it, schema.PK)+" "+text(it, schema.SK))
		copied["kept"], copied["sha256"], copied["at"] = &types.AttributeValueMemberM{Value: it}, str(sum), str(instant(c.OpenedAt))
		puts = append(puts, s.once(copied))
	}
	return pieces, s.putMissing(ctx, puts)
}

// putMissing puts what is not there yet.
func (s *Breaches) putMissing(ctx context.Context, puts []types.TransactWriteItem) error {
	for some := range slices.Chunk(puts, chunk) {
		for len(some) > 0 {
			reasons, err := s.transact(ctx, some...)
			if err != nil {
				return err
			}
			var missing []types.TransactWriteItem
			for i := range reasons {
				if !failed(reasons, i) {
					missing = append(missing, some[i])
				}
			}
			some = missing
		}
	}
	return nil
}

type logItem struct {
	At     string `dynamodbav:"at"`
	Lines  int    `dynamodbav:"lines"`
	SHA256 string `dynamodbav:"sha256"`
	More   bool   `dynamodbav:"more,omitempty"`
}

// HoldLines holds lines of the log under the case c, with what was held of it before, as the log was
// looked through at the instant at: for good from breach.LinesLate after the opening on. more tells that
// there are older ones. A repeat adds what is not there; it returns what is held.
func (s *Breaches) HoldLines(ctx context.Context, c breach.Case, lines []breach.Line, more bool, at time.Time) (breach.Log, error) {
	var puts []types.TransactWriteItem
	for _, l := range lines {
		sum := sha256.Sum256([]byte(l.Text))
		it := key(breachPK(c.ID), lineSK+instant(l.At)+"#"+hex.EncodeToString(sum[:16]))
		it["line"], it["sha256"], it["at"] = str(l.Text), str(hex.EncodeToString(sum[:])), str(instant(at))
		puts = append(puts, s.once(it))
	}
	if err := s.putMissing(ctx, puts); err != nil {
		return breach.Log{}, fmt.Errorf("hold log lines of case %s: %w", c.ID, err)
	}
	kept, err := s.under(ctx, breachPK(c.ID), lineSK)
	if err != nil {
		return breach.Log{}, fmt.Errorf("hold log lines of case %s: %w", c.ID, err)
	}
	var sums []string
	for _, it := range kept {
		sums = append(sums, text(it, "sha256"))
	}
	found := breach.Log{At: at.UTC(), Lines: len(kept), SHA256: breach.Digest(sums), More: more, Final: at.Sub(c.OpenedAt) >= breach.LinesLate}
	sk := earlyLogSK
	if found.Final {
		sk = finalLogSK
	}
	it, err := record(breachPK(c.ID), sk, logItem{instant(found.At), found.Lines, found.SHA256, found.More})
	if err != nil {
		return breach.Log{}, err
	}
	if _, err := s.transact(ctx, s.once(it)); err != nil { // one that is there already stays
		return breach.Log{}, fmt.Errorf("hold log lines of case %s: %w", c.ID, err)
	}
	return found, nil
}

// evidence are the items of an account that a case holds, in the order of their keys: the account, its
// signed acts, addresses, devices, audit and deliveries, its sessions and requests to support.
func (s *Breaches) evidence(ctx context.Context, accountID string) ([]item, error) {
	all, err := s.under(ctx, accountPK(accountID), "")
	if err != nil {
		return nil, err
	}
	var list, linked []item
	for _, it := range all {
		if !held(it) {
			continue
		}
		list = append(list, it)
		switch sk := text(it, schema.SK); {
		case sk == accountSK:
			accepted, err := s.under(ctx, subjectPK(text(it, "subject")), acceptanceSK(""))
			if err != nil {
				return nil, err
			}
			list = append(list, accepted...)
		case strings.HasPrefix(sk, "SUPPORT#"):
			linked = append(linked, key(supportPK(text(it, "number")), ticketSK))
		}
	}
	pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index),
		KeyConditionExpression:    aws.String("GSI1PK = :account AND begins_with(GSI1SK, :session)"),
		ExpressionAttributeValues: item{":account": str(accountPK(accountID)), ":session": str("SESSION#")},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		list = append(list, page.Items...)
	}
	for some := range slices.Chunk(linked, 100) {
		found, err := s.batch(ctx, some...)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	slices.SortFunc(list, func(a, b item) int {
		return strings.Compare(text(a, schema.PK)+" "+text(a, schema.SK), text(b, schema.PK)+" "+text(b, schema.SK))
	})
	return list, nil
}

// ofFiling are the items of the filing that a case is about, in the order of their keys: those of a draft
// would go by themselves. A filing of another account is not the case's.
func (s *Breaches) ofFiling(ctx context.Context, c breach.Case) ([]item, error) {
	if !filing.IsID(c.Act) {
		return nil, nil
	}
	var list []item
	for _, pk := range []string{eventPK(c.Act), filingPK(c.Act), sealPK(c.Act)} {
		found, err := s.filings.under(ctx, pk, "")
		if err != nil {
			return nil, err
		}
		list = append(list, slices.DeleteFunc(found, func(it item) bool { return !held(it) })...)
	}
	if !slices.ContainsFunc(list, func(it item) bool { return text(it, schema.SK) == filingSK && text(it, "account") == c.Account }) {
		return nil, nil
	}
	return list, nil
}

// digest is the SHA-256 in hex of an item as JSON with its members in order.
func digest(it item) (string, error) {
	var v map[string]any
	if err := attributevalue.UnmarshalMap(it, &v); err != nil {
		return "", fmt.Errorf("decode %s: %w", text(it, schema.SK), err)
	}
	for _, member := range v {
		if set, ok := member.([]string); ok {
			slices.Sort(set) // a set has no order
		}
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %s: %w", text(it, schema.SK), err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}

// Close keeps how the case c was closed, as breach.Case.Close made it, with the audit entry e of who did.
//
// Errors: breach.ErrClosed, challenge.ErrUsed.
func (s *Breaches) Close(ctx context.Context, log *Audit, c breach.Case, e audit.Entry) error {
	how := c.Closing
	it, err := record(breachPK(c.ID), breachClosedSK, closingItem{how.Reason, how.Withheld, instant(how.At), how.By.Account, how.By.Person})
	if err != nil {
		return err
	}
	entries, err := log.operations(e)
	if err != nil {
		return err
	}
	reasons, err := s.transactAct(ctx, e, append([]types.TransactWriteItem{s.once(it)}, entries...)...)
	switch {
	case err != nil:
		return fmt.Errorf("close case %s: %w", c.ID, err)
	case failed(reasons, 0):
		return breach.ErrClosed
	case reasons != nil:
		return fmt.Errorf("close case %s: the audit entry's id is taken", c.ID)
	}
	return nil
}

// Case returns one.
//
// Errors: breach.ErrNotFound.
func (s *Breaches) Case(ctx context.Context, id string) (breach.Case, error) {
	list, err := s.cases(ctx, id)
	if err != nil {
		return breach.Case{}, fmt.Errorf("read case %s: %w", id, err)
	}
	if len(list) == 0 {
		return breach.Case{}, breach.ErrNotFound
	}
	return list[0], nil
}

// MaxCases is how many cases a list has at most.
const MaxCases = 50

// List lists cases, latest first, at most MaxCases. after is the position the list before this one ended
// with, "" for the first; next is "" at the end. The index may be a moment behind.
func (s *Breaches) List(ctx context.Context, after string) (list []breach.Case, next string, err error) {
	in := &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(MaxCases),
		KeyConditionExpression:    aws.String("GSI1PK = :all"),
		ExpressionAttributeValues: item{":all": str(casesIndex)},
	}
	if after != "" {
		_, id, _ := strings.Cut(after, "#")
		in.ExclusiveStartKey = key(breachPK(id), breachSK)
		in.ExclusiveStartKey[schema.GSI1PK], in.ExclusiveStartKey[schema.GSI1SK] = str(casesIndex), str(after)
	}
	out, err := s.db.Query(ctx, in)
	if err != nil {
		return nil, "", fmt.Errorf("list cases: %w", err)
	}
	var ids []string
	for _, it := range out.Items {
		ids = append(ids, text(it, "id"))
	}
	if list, err = s.cases(ctx, ids...); err != nil {
		return nil, "", fmt.Errorf("list cases: %w", err)
	}
	return list, text(out.LastEvaluatedKey, schema.GSI1SK), nil
}

// Of lists the cases on an account, latest first, at most MaxCases.
func (s *Breaches) Of(ctx context.Context, accountID string) ([]breach.Case, error) {
	found, err := s.under(ctx, accountPK(accountID), schema.Breaches)
	if err != nil {
		return nil, fmt.Errorf("list cases of %s: %w", accountID, err)
	}
	var ids []string
	for _, it := range found[max(0, len(found)-MaxCases):] {
		ids = append(ids, text(it, "case"))
	}
	list, err := s.cases(ctx, ids...)
	if err != nil {
		return nil, fmt.Errorf("list cases of %s: %w", accountID, err)
	}
	return list, nil
}

// cases reads the cases with those ids, at most MaxCases, latest first.
func (s *Breaches) cases(ctx context.Context, ids ...string) ([]breach.Case, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var keys, found []item
	for _, id := range ids {
		keys = append(keys, key(breachPK(id), breachSK), key(breachPK(id), breachClosedSK), key(breachPK(id), earlyLogSK), key(breachPK(id), finalLogSK))
	}
	for some := range slices.Chunk(keys, 100) {
		part, err := s.batch(ctx, some...)
		if err != nil {
			return nil, err
		}
		found = append(found, part...)
	}
	logs, err := logsOf(found)
	if err != nil {
		return nil, err
	}
	closings := map[string]breach.Closing{} // by partition
	for _, raw := range found {
		if text(raw, schema.SK) != breachClosedSK {
			continue
		}
		var it closingItem
		err := attributevalue.UnmarshalMap(raw, &it)
		var at time.Time
		if err == nil {
			at, err = parseInstant(it.At)
		}
		if err != nil {
			return nil, fmt.Errorf("decode how a case was closed: %w", err)
		}
		closings[text(raw, schema.PK)] = breach.Closing{At: at, Reason: it.Reason, Withheld: it.Withheld, By: audit.Actor{Account: it.Actor, Person: it.Person}}
	}
	var list []breach.Case
	for _, raw := range found {
		if text(raw, schema.SK) != breachSK {
			continue
		}
		var it caseItem
		err := attributevalue.UnmarshalMap(raw, &it)
		var at time.Time
		if err == nil {
			at, err = parseInstant(it.At)
		}
		if err != nil {
			return nil, fmt.Errorf("decode case: %w", err)
		}
		list = append(list, breach.Case{
			ID: it.ID, Account: it.Account, Act: it.Act, Origin: breach.Origin(it.Origin), Reason: it.Reason, Withheld: it.Withheld,
			OpenedAt: at, By: audit.Actor{Account: it.Actor, Person: it.Person}, Held: it.Held, SHA256: it.SHA256,
			Log: logs[text(raw, schema.PK)], Closing: closings[text(raw, schema.PK)],
		})
	}
	slices.SortFunc(list, func(a, b breach.Case) int { return b.OpenedAt.Compare(a.OpenedAt) })
	return list, nil
}

// logsOf reads what was held of the log last, by partition.
func logsOf(found []item) (map[string]breach.Log, error) {
	logs := map[string]breach.Log{}
	for _, raw := range found {
		sk, pk := text(raw, schema.SK), text(raw, schema.PK)
		if sk != earlyLogSK && sk != finalLogSK || logs[pk].Final {
			continue
		}
		var it logItem
		err := attributevalue.UnmarshalMap(raw, &it)
		var at time.Time
		if err == nil {
			at, err = parseInstant(it.At)
		}
		if err != nil {
			return nil, fmt.Errorf("decode the log of a case: %w", err)
		}
		logs[pk] = breach.Log{At: at, Lines: it.Lines, SHA256: it.SHA256, More: it.More, Final: sk == finalLogSK}
	}
	return logs, nil
}
