package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/base64url"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Cases keeps cases, in the table of filings. Its items:
//
//	CASE#<id>              CASE                   where it stands
//	CASE#<id>              PARTY#<n>              a party
//	CASE#<id>              REPRESENTATIVE#<n>     who acts for parties
//	CASE#<id>              PAPER#<instant>#<id>   a filing that belongs to it
//	CASE#<id>              ACT#<id>               an act that was done: a repeat finds it
//	CASE#<id>              OUTBOX#<type>#<id>     a notice to send
//	DOCKET#<id>            <instant>#<id>         what happened
//	DOCKET#<id>            ONCE#<type>#<of>       what is a proof the first time it happens
//	DOCKET#<id>#READS      <instant>#<id>         who looked for the court
//	CASES#PERSON#<key>     <instant>#<id>         a case that who has that number sees
//	CASES#JUDGE#<account>  <instant>#<id>         one that is assigned to the judge
//	CASES#COURT#<code>     <instant>#<id>         one of the court
//	CASENO#<court>#<no>    CASENO                 the case of that number
//
// Under DOCKET# items are only ever put (schema.Filings.Appended). Of a case only its head
// is in the index, while something is to be done in it by a day: see Agenda. Cases
// are opened and changed by people who read papers, so no partition here takes more than a few writes a
// second, and a court's list may be one partition.
type Cases struct{ table }

// NewCases returns the cases kept in the table of that name.
func NewCases(db *dynamodb.Client, name string) *Cases { return &Cases{table{db, name}} }

func casePK(id string) string   { return "CASE#" + id }
func docketPK(id string) string { return schema.Docket + id }
func readsPK(id string) string  { return schema.Docket + id + "#READS" }

const (
	caseSK     = "CASE"
	numberSK   = "CASENO"
	paperSK    = "PAPER#"
	partySK    = "PARTY#"
	standInSK  = "REPRESENTATIVE#"
	onceSK     = "ONCE#"
	caseAct    = "ACT#"
	MaxReaders = 20 // how many of the latest looks Looks returns
)

// Lists of cases.
const (
	ofPerson = "CASES#PERSON#"
	ofJudge  = "CASES#JUDGE#"
	ofCourt  = "CASES#COURT#"
)

func caseNumberPK(court, number string) string { return "CASENO#" + court + "#" + number }

// part is a part of a case as its item has it.
func part(pk, sk string, v any) (item, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", sk, err)
	}
	return item{schema.PK: str(pk), schema.SK: str(sk), "data": str(string(raw))}, nil
}

func headItem(c docket.Case) (item, error) {
	it, err := part(casePK(c.ID), caseSK, c.Head)
	if err == nil {
		it["revision"] = num(int64(c.Revision))
		agenda(it, c)
	}
	return it, err
}

func eventItem(id string, e docket.Event) (item, error) {
	return part(docketPK(id), instant(e.At)+"#"+e.ID, e)
}

// listed is the entry by which a list of cases has this one.
func listed(list string, h docket.Head) item {
	return item{schema.PK: str(list), schema.SK: str(instant(h.OpenedAt) + "#" + h.ID)}
}

// Open keeps a new case: its parties first, what finds it last. A repeat changes nothing.
//
// Errors: docket.ErrNumber.
func (s *Cases) Open(ctx context.Context, c docket.Case) error {
	parts, err := partItems(c)
	if err != nil {
		return err
	}
	for _, it := range parts {
		if err := s.add(ctx, s.once(it)); err != nil {
			return fmt.Errorf("open case %s: %w", c.ID, err)
		}
	}
	ops, err := s.begun(c)
	if err != nil {
		return err
	}
	reasons, err := s.transact(ctx, ops...)
	switch {
	case err != nil:
		return fmt.Errorf("open case %s: %w", c.ID, err)
	case reasons == nil || failed(reasons, 0):
		return nil
	}
	return docket.ErrNumber
}

// begun are the operations by which a new case is there but for its parties: its head, its number, then what finds it
// and its events.
func (s *Cases) begun(c docket.Case) ([]types.TransactWriteItem, error) {
	head, err := headItem(c)
	if err != nil {
		return nil, err
	}
	number := item{schema.PK: str(caseNumberPK(c.Court, c.Number)), schema.SK: str(numberSK), "case": str(c.ID)}
	ops := []types.TransactWriteItem{s.once(head), s.once(number)}
	for _, list := range lists(c) {
		ops = append(ops, s.once(listed(list, c.Head)))
	}
	for _, e := range c.Events {
		it, err := eventItem(c.ID, e)
		if err != nil {
			return nil, err
		}
		ops = append(ops, s.once(it))
	}
	return ops, nil
}

// lists are those that have a case which begins.
func lists(c docket.Case) []string {
	out := []string{ofCourt + c.Court}
	if c.Judge != "" {
		out = append(out, ofJudge+c.Judge)
	}
	for _, key := range c.Keys() {
		out = append(out, ofPerson+key)
	}
	return out
}

// partItems are the parts of a case beside its head and its events.
func partItems(c docket.Case) (items []item, err error) {
	put := func(sk string, v any) {
		it, encodeErr := part(casePK(c.ID), sk, v)
		err = cmp.Or(err, encodeErr)
		items = append(items, it)
	}
	for i, p := range c.Parties {
		put(fmt.Sprintf("%s%03d", partySK, i), p)
	}
	for i, r := range c.Representatives {
		put(fmt.Sprintf("%s%03d", standInSK, i), r)
	}
	for _, p := range c.Papers {
		put(paperSK+instant(p.At)+"#"+p.Filing, p)
	}
	return items, err
}

// Case returns a case with everything that is kept of it. Who may see it is for the caller to ask.
//
// Errors: docket.ErrNotFound.
func (s *Cases) Case(ctx context.Context, id string) (docket.Case, error) {
	c, err := s.standing(ctx, id)
	if err != nil {
		return docket.Case{}, err
	}
	found, err := s.under(ctx, docketPK(id), "")
	if err != nil {
		return docket.Case{}, fmt.Errorf("read docket of %s: %w", id, err)
	}
	for _, it := range found {
		var e docket.Event
		if err := decode(it, &e); err != nil {
			return docket.Case{}, fmt.Errorf("docket of %s: %w", id, err)
		}
		c.Events = append(c.Events, e)
	}
	slices.SortStableFunc(c.Events, func(a, b docket.Event) int { return a.At.Compare(b.At) })
	return c, nil
}

// standing is Case without what happened.
func (s *Cases) standing(ctx context.Context, id string) (c docket.Case, err error) {
	found, err := s.under(ctx, casePK(id), "")
	if err != nil {
		return docket.Case{}, fmt.Errorf("read case %s: %w", id, err)
	}
	for _, it := range found {
		switch sk := text(it, schema.SK); {
		case sk == caseSK:
			err = decode(it, &c.Head)
		case strings.HasPrefix(sk, partySK):
			c.Parties, err = appended(c.Parties, it)
		case strings.HasPrefix(sk, standInSK):
			c.Representatives, err = appended(c.Representatives, it)
		case strings.HasPrefix(sk, paperSK):
			c.Papers, err = appended(c.Papers, it)
		}
		if err != nil {
			return docket.Case{}, fmt.Errorf("case %s: %w", id, err)
		}
	}
	if c.ID == "" {
		return docket.Case{}, docket.ErrNotFound
	}
	return c, nil
}

func appended[T any](list []T, it item) ([]T, error) {
	var v T
	err := decode(it, &v)
	return append(list, v), err
}

func decode(it item, into any) error {
	if err := json.Unmarshal([]byte(text(it, "data")), into); err != nil {
		return fmt.Errorf("decode %s: %w", text(it, schema.SK), err)
	}
	return nil
}

// Once is what is done once in a case.
type Once struct {
	ID     string // of the act
	Digest string // of what was asked and by whom, see docket.Act.Digest; "" for what the office does itself
}

// ByOffice is what the office does by itself because of something: no id that anybody chooses is like it.
func ByOffice(of ...string) Once { return Once{ID: "office#" + strings.Join(of, "#")} }

// Do keeps what an act made of a case: state, events and who finds it from now on, in one transaction. An act
// that was done before changes nothing.
//
// Errors: docket.ErrChanged, when the case is not what the act was done in, or another act has its id;
// docket.ErrNumber.
func (s *Cases) Do(ctx context.Context, before, after docket.Case, act Once) error {
	ops, err := s.changes(before, after, act)
	if err != nil {
		return err
	}
	reasons, err := s.transact(ctx, ops...)
	switch {
	case err != nil:
		return fmt.Errorf("act in case %s: %w", after.ID, err)
	case reasons == nil || failed(reasons, 0) && text(reasons[0].Item, "digest") == act.Digest:
		return nil
	case failed(reasons, 0):
		return docket.ErrChanged
	case !failed(reasons, 1) && after.Number != before.Number:
		return docket.ErrNumber
	}
	return docket.ErrChanged
}

// changes are the operations of Do: first the act, then the head of the case.
func (s *Cases) changes(before, after docket.Case, act Once) ([]types.TransactWriteItem, error) {
	head, err := headItem(after)
	if err != nil {
		return nil, err
	}
	done := item{schema.PK: str(casePK(after.ID)), schema.SK: str(caseAct + act.ID)}
	if act.Digest != "" {
		done["digest"] = str(act.Digest)
	}
	ops := []types.TransactWriteItem{s.once(done), {Put: &types.Put{
		TableName: &s.name, Item: head, ConditionExpression: aws.String("revision = :before"),
		ExpressionAttributeValues: item{":before": num(int64(before.Revision))},
	}}}
	was, err := partItems(before)
	if err != nil {
		return nil, err
	}
	is, err := partItems(after)
	if err != nil {
		return nil, err
	}
	for _, it := range is {
		if i := slices.IndexFunc(was, func(w item) bool { return text(w, schema.SK) == text(it, schema.SK) }); i < 0 || text(was[i], "data") != text(it, "data") {
			ops = append(ops, s.puts([]item{it})...)
		}
	}
	if after.Number != before.Number { // corrected: another case may have the number that was a mistake
		number := item{schema.PK: str(caseNumberPK(after.Court, after.Number)), schema.SK: str(numberSK), "case": str(after.ID)}
		ops = append(ops, s.once(number), types.TransactWriteItem{Delete: &types.Delete{
			TableName: &s.name, Key: key(caseNumberPK(before.Court, before.Number), numberSK), ConditionExpression: aws.String("#case = :id"),
			ExpressionAttributeNames: map[string]string{"#case": "case"}, ExpressionAttributeValues: item{":id": str(after.ID)},
		}})
		if was, is := numberPK(before.Court, before.Number), numberPK(after.Court, after.Number); after.OnPaper() && was != is {
			ops = append(ops, s.once(taken(after)), types.TransactWriteItem{Delete: &types.Delete{
				TableName: &s.name, Key: key(was, filingSK), ConditionExpression: aws.String("#case = :id"),
				ExpressionAttributeNames: map[string]string{"#case": "case"}, ExpressionAttributeValues: item{":id": str(after.ID)},
			}})
		}
	}
	for _, key := range after.Keys() {
		if !slices.Contains(before.Keys(), key) {
			ops = append(ops, s.puts([]item{listed(ofPerson+key, after.Head)})...)
		}
	}
	for _, e := range after.Events[len(before.Events):] {
		it, err := eventItem(after.ID, e)
		if err != nil {
			return nil, err
		}
		ops = append(ops, s.once(it))
		if n, ok := e.Notice(after.ID); ok {
			told, err := s.outboxItem(casePK(after.ID), docket.EventNotice+"#"+e.ID, n.Outbox(), outbox.Until(e.At))
			if err != nil {
				return nil, err
			}
			ops = append(ops, told)
		}
	}
	return ops, nil
}

// Done reports whether the act was done in the case.
//
// Errors: docket.ErrChanged, when another act has its id.
func (s *Cases) Done(ctx context.Context, id string, act Once) (bool, error) {
	var it struct {
		Digest string `dynamodbav:"digest"`
	}
	done, err := s.get(ctx, casePK(id), caseAct+act.ID, time.Time{}, &it)
	if err == nil && done && it.Digest != act.Digest {
		err = docket.ErrChanged
	}
	return done, err
}

// Prove keeps the first of a kind of event: of is what makes it one of its kind. It reports whether this
// was it.
func (s *Cases) Prove(ctx context.Context, id, of string, e docket.Event) (bool, error) {
	it, err := part(docketPK(id), onceSK+e.Type+"#"+of, e)
	if err != nil {
		return false, err
	}
	reasons, err := s.transact(ctx, s.once(it))
	if err != nil {
		return false, fmt.Errorf("prove %s in case %s: %w", e.Type, id, err)
	}
	return reasons == nil, nil
}

// Inform keeps that a party is to be told of something, with the notice to send. A repeat changes nothing.
func (s *Cases) Inform(ctx context.Context, id string, e docket.Event) error {
	it, err := part(docketPK(id), onceSK+e.Type+"#"+e.ID, e)
	if err != nil {
		return err
	}
	n, _ := e.Notice(id)
	told, err := s.outboxItem(casePK(id), docket.EventNotice+"#"+e.ID, n.Outbox(), outbox.Until(e.At))
	if err != nil {
		return err
	}
	if _, err := s.transact(ctx, s.once(it), told); err != nil {
		return fmt.Errorf("inform in case %s: %w", id, err)
	}
	return nil
}

// Look keeps that somebody looked into the case for the court. random is 8 bytes from crypto/rand.
func (s *Cases) Look(ctx context.Context, id string, e docket.Event, random [8]byte) error {
	e.ID = hex.EncodeToString(random[:])
	it, err := part(readsPK(id), instant(e.At)+"#"+e.ID, e)
	if err != nil {
		return err
	}
	return s.add(ctx, s.once(it))
}

// Looks returns the latest looks of the court, latest first, at most MaxReaders.
func (s *Cases) Looks(ctx context.Context, id string) (list []docket.Event, err error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(MaxReaders),
		KeyConditionExpression: aws.String("PK = :pk"), ExpressionAttributeValues: item{":pk": str(readsPK(id))},
	})
	if err != nil {
		return nil, fmt.Errorf("read looks into %s: %w", id, err)
	}
	for _, it := range out.Items {
		if list, err = appended(list, it); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// EveryLook returns all looks of the court, oldest first.
func (s *Cases) EveryLook(ctx context.Context, id string) (list []docket.Event, err error) {
	found, err := s.under(ctx, readsPK(id), "")
	if err != nil {
		return nil, fmt.Errorf("read looks into %s: %w", id, err)
	}
	for _, it := range found {
		if list, err = appended(list, it); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// ByNumber returns the id of the court's case of that number.
//
// Errors: docket.ErrNotFound.
func (s *Cases) ByNumber(ctx context.Context, court, number string) (string, error) {
	var it struct {
		Case string `dynamodbav:"case"`
	}
	ok, err := s.get(ctx, caseNumberPK(court, number), numberSK, time.Time{}, &it)
	if err != nil {
		return "", fmt.Errorf("find case by number: %w", err)
	}
	if !ok {
		return "", docket.ErrNotFound
	}
	return it.Case, nil
}

// Seen returns the id of the court's case of that number if v sees it at the instant at.
//
// Errors: docket.ErrNotFound, of a case that is not there and of one that v may not know of.
func (s *Cases) Seen(ctx context.Context, court, number string, v docket.Viewer, at time.Time) (string, error) {
	id, err := s.ByNumber(ctx, court, number)
	if err != nil {
		return "", err
	}
	c, err := s.standing(ctx, id)
	if err != nil {
		return "", err
	}
	if _, ok := c.Sees(v, at); !ok {
		return "", docket.ErrNotFound
	}
	return id, nil
}

// OfPerson, OfJudge and OfCourt list cases, the one opened last first: at most n that come after cursor, ""
// for the first page. next is the cursor of the next page, "" after the last. Events are left out.
//
// Errors: docket.ErrCursor.
func (s *Cases) OfPerson(ctx context.Context, key, cursor string, n int) ([]docket.Case, string, error) {
	return s.list(ctx, ofPerson+key, cursor, n)
}

// OfJudge lists the cases that are assigned to the judge of that account: see OfPerson.
func (s *Cases) OfJudge(ctx context.Context, account, cursor string, n int) ([]docket.Case, string, error) {
	return s.list(ctx, ofJudge+account, cursor, n)
}

// OfCourt lists the cases of a court: see OfPerson.
func (s *Cases) OfCourt(ctx context.Context, court, cursor string, n int) ([]docket.Case, string, error) {
	return s.list(ctx, ofCourt+court, cursor, n)
}

func (s *Cases) list(ctx context.Context, list, cursor string, n int) (cases []docket.Case, next string, err error) {
	in := &dynamodb.QueryInput{
		TableName: &s.name, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(int32(n)),
		KeyConditionExpression: aws.String("PK = :pk"), ExpressionAttributeValues: item{":pk": str(list)},
	}
	if cursor != "" {
		place, err := base64url.Decode(cursor)
		if err != nil || !strings.Contains(string(place), "#") {
			return nil, "", docket.ErrCursor
		}
		in.ExclusiveStartKey = key(list, string(place))
	}
	out, err := s.db.Query(ctx, in)
	if err != nil {
		return nil, "", fmt.Errorf("list cases: %w", err)
	}
	for _, it := range out.Items {
		_, id, _ := strings.Cut(text(it, schema.SK), "#")
		c, err := s.standing(ctx, id)
		if err != nil {
			return nil, "", err
		}
		cases = append(cases, c)
	}
	if out.LastEvaluatedKey != nil {
		next = base64url.Encode([]byte(text(out.LastEvaluatedKey, schema.SK)))
	}
	return cases, next, nil
}
