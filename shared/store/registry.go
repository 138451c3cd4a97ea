package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/base64url"
	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// The queue of a court is in the index, under one of QueueShards keys for each day on which answers are
// due, so that what ends first comes first and no key takes all that comes in on a day. Which days there
// are stands under COURT#<code>. What a judge has is under JUDGE#<account>.

// QueueShards is over how many index keys the filings of one court due on one day are spread. A key takes
// 1,000 writes a second; in the busiest second of a night some 2,800 filings are received, a fifth of them
// perhaps for one court. It may be raised, never lowered.
const QueueShards = 4

const (
	queueSK = "QUEUE"
	actSK   = "ACT#"
	duePref = "DUE#"
)

func queueKey(court string, due calendar.Date, shard uint32) string {
	return fmt.Sprintf("QUEUE#%s#%s#%x", court, due, shard)
}

func queuePlace(q filing.Queued) string { return instant(q.SentAt) + "#" + q.ID }
func judgeKey(accountID string) string  { return "JUDGE#" + accountID }
func courtPK(code string) string        { return "COURT#" + code }
func numberPK(court, number string) string {
	return "NUMBER#" + court + "#" + strings.ToUpper(strings.Join(strings.Fields(number), ""))
}

// days remembers which days of which courts were opened, and when: one write an hour is enough.
type days struct{ sync.Map }

const (
	openedFor = time.Hour
	closedNot = 24 * time.Hour // a day that was opened since then stays
)

// queueItem is the QUEUE item.
type queueItem struct {
	ID        string `dynamodbav:"id"`
	Court     string `dynamodbav:"court"`
	Kind      string `dynamodbav:"kind"`
	Status    string `dynamodbav:"status"`
	Ticket    string `dynamodbav:"ticket"`
	Lang      string `dynamodbav:"lang"`
	Documents int    `dynamodbav:"documents"`
	Replaces  string `dynamodbav:"replaces"`
	Sent      string `dynamodbav:"sent"`
	Due       string `dynamodbav:"due"`
	Number    string `dynamodbav:"number"`
	Judge     string `dynamodbav:"judge"`
	Holder    string `dynamodbav:"holder"`
	Name      string `dynamodbav:"holderName"`
	Until     string `dynamodbav:"until"`
	Handed    string `dynamodbav:"handed"`
	HandedTo  string `dynamodbav:"handedTo"`
	List      string `dynamodbav:"GSI1PK"`
}

func decodeQueued(raw item) (filing.Queued, error) {
	var it queueItem
	err := attributevalue.UnmarshalMap(raw, &it)
	q := filing.Queued{
		ID: it.ID, Court: it.Court, Kind: it.Kind, Status: filing.Status(it.Status), Ticket: it.Ticket, Lang: it.Lang, Documents: it.Documents,
		Replaces: it.Replaces, Number: it.Number, Judge: it.Judge, Lease: filing.Lease{Holder: it.Holder, Name: it.Name},
	}
	if it.HandedTo != "" && (it.HandedTo == it.Holder || judgeKey(it.HandedTo) == it.List) { // they have it still
		q.Handed = it.Handed
	}
	if err == nil {
		q.SentAt, err = parseInstant(it.Sent)
	}
	if err == nil {
		err = q.Due.UnmarshalText([]byte(it.Due))
	}
	if err == nil && it.Until != "" {
		q.Lease.Until, err = parseInstant(it.Until)
	}
	if err != nil {
		return filing.Queued{}, fmt.Errorf("decode the place of %s: %w", it.ID, err)
	}
	return q, nil
}

// queued are the operations that put a filing into its court's queue. Its day is opened before. Who has it in hand keeps it.
func (s *Filings) queued(ctx context.Context, q filing.Queued, at time.Time) ([]types.TransactWriteItem, error) {
	if err := s.open(ctx, q.Court, q.Due, at); err != nil {
		return nil, err
	}
	set := item{
		"id": str(q.ID), "court": str(q.Court), "kind": str(q.Kind), "status": str(string(q.Status)), "ticket": str(q.Ticket), "lang": str(q.Lang),
		"documents": num(int64(q.Documents)), "replaces": str(q.Replaces), "sent": str(instant(q.SentAt)), "due": str(q.Due.String()),
		schema.GSI1PK: str(queueKey(q.Court, q.Due, shardOf(q.ID, QueueShards))), schema.GSI1SK: str(queuePlace(q)),
	}
	return []types.TransactWriteItem{s.sets(q.ID, set)}, nil
}

// sets is the operation that sets attributes of a QUEUE item.
func (s *Filings) sets(id string, set item) types.TransactWriteItem {
	names, values := map[string]string{}, item{}
	var expr []string
	for name, v := range set {
		names["#"+name], values[":"+name] = name, v
		expr = append(expr, "#"+name+" = :"+name)
	}
	slices.Sort(expr)
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(filingPK(id), queueSK), UpdateExpression: aws.String("SET " + strings.Join(expr, ", ")),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}

// open keeps that answers of the court are due on that day.
func (s *Filings) open(ctx context.Context, court string, due calendar.Date, at time.Time) error {
	day := court + " " + due.String()
	if last, ok := s.opened.Load(day); ok && at.Sub(last.(time.Time)) < openedFor {
		return nil
	}
	it := key(courtPK(court), duePref+due.String())
	it["opened"] = str(instant(at))
	if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.name, Item: it}); err != nil {
		return fmt.Errorf("open %s of %s: %w", due, court, err)
	}
	s.opened.Store(day, at)
	return nil
}

// close forgets a day on which nothing is left, unless it was opened a short while ago: who opens a day
// may not have put the filing there yet.
func (s *Filings) close(ctx context.Context, court string, due calendar.Date, at time.Time) error {
	_, err := s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.name, Key: key(courtPK(court), duePref+due.String()), ConditionExpression: aws.String("opened <= :before"),
		ExpressionAttributeValues: item{":before": str(instant(at.Add(-closedNot)))},
	})
	if _, since := errors.AsType[*types.ConditionalCheckFailedException](err); since {
		return nil
	}
	return err
}

// dueDays lists the days on which answers of a court may be due, earliest first.
func (s *Filings) dueDays(ctx context.Context, court string) ([]calendar.Date, error) {
	found, err := s.under(ctx, courtPK(court), duePref)
	if err != nil {
		return nil, fmt.Errorf("list the days of %s: %w", court, err)
	}
	out := make([]calendar.Date, len(found))
	for i, it := range found {
		if err := out[i].UnmarshalText([]byte(strings.TrimPrefix(text(it, schema.SK), duePref))); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// MostCounted is how far a day's filings are counted.
const MostCounted = 1000

// DueDay says how many filings of a court are due on a day, MostCounted for as many and more.
type DueDay struct {
	Day   calendar.Date
	Count int
}

// DueDays counts the court's queue by the day on which an answer is due, earliest first. The index may be a
// moment behind.
func (s *Filings) DueDays(ctx context.Context, court string, at time.Time) ([]DueDay, error) {
	list, err := s.dueDays(ctx, court)
	if err != nil {
		return nil, err
	}
	counts := make([]DueDay, len(list))
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, day := range list {
		group.Go(func() error {
			counts[i].Day = day
			for shard := range uint32(QueueShards) {
				out, err := s.db.Query(inner, &dynamodb.QueryInput{
					TableName: &s.name, IndexName: aws.String(schema.Index), Select: types.SelectCount, Limit: aws.Int32(MostCounted),
					KeyConditionExpression: aws.String("GSI1PK = :day"), ExpressionAttributeValues: item{":day": str(queueKey(court, day, shard))},
				})
				if err != nil {
					return fmt.Errorf("count the queue of %s: %w", court, err)
				}
				counts[i].Count = min(MostCounted, counts[i].Count+int(out.Count))
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	out := []DueDay{}
	for _, c := range counts {
		if c.Count > 0 {
			out = append(out, c)
		} else if err := s.close(ctx, court, c.Day, at); err != nil {
			return nil, fmt.Errorf("close %s of %s: %w", c.Day, court, err)
		}
	}
	return out, nil
}

// Queue lists what waits at a court, what ends first first and among those what was sent first: at most n
// after cursor, "" for the first. next is "" at the end. The index may be a moment behind.
//
// Errors: filing.ErrCursor.
func (s *Filings) Queue(ctx context.Context, court, cursor string, n int) (list []filing.Queued, next string, err error) {
	from, after := calendar.Date{}, ""
	if cursor != "" {
		raw, err := base64url.Decode(cursor)
		day, place, ok := strings.Cut(string(raw), " ")
		if err != nil || !ok || from.UnmarshalText([]byte(day)) != nil {
			return nil, "", filing.ErrCursor
		}
		after = place
	}
	open, err := s.dueDays(ctx, court)
	if err != nil {
		return nil, "", err
	}
	for _, day := range open {
		if day.Before(from) {
			continue
		}
		if day != from {
			after = ""
		}
		found, err := s.queueOn(ctx, court, day, after, n+1-len(list))
		if err != nil {
			return nil, "", err
		}
		list = append(list, found...)
		if len(list) > n {
			last := list[n-1]
			return list[:n], base64url.Encode([]byte(last.Due.String() + " " + queuePlace(last))), nil
		}
	}
	return list, "", nil
}

// queueOn lists what is due on a day in the order of sending, at most n after a place.
func (s *Filings) queueOn(ctx context.Context, court string, day calendar.Date, after string, n int) ([]filing.Queued, error) {
	parts := make([][]filing.Queued, QueueShards)
	group, ctx := errgroup.WithContext(ctx)
	for shard := range uint32(QueueShards) {
		group.Go(func() (err error) {
			parts[shard], err = s.indexed(ctx, queueKey(court, day, shard), after, n)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("list the queue of %s: %w", court, err)
	}
	list := slices.Concat(parts...)
	slices.SortFunc(list, func(a, b filing.Queued) int { return strings.Compare(queuePlace(a), queuePlace(b)) })
	return list[:min(n, len(list))], nil
}

func (s *Filings) indexed(ctx context.Context, indexKey, after string, n int) ([]filing.Queued, error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index), Limit: aws.Int32(int32(n)),
		KeyConditionExpression: aws.String("GSI1PK = :key AND GSI1SK > :after"), ExpressionAttributeValues: item{":key": str(indexKey), ":after": str(after + "#")},
	})
	if err != nil {
		return nil, err
	}
	var list []filing.Queued
	for _, raw := range out.Items {
		q, err := decodeQueued(raw)
		if err != nil {
			return nil, err
		}
		list = append(list, q)
	}
	return list, nil
}

// MostBeforeJudge is how many filings a judge's list shows.
const MostBeforeJudge = 200

// BeforeJudge lists what a judge has before them, what ends first first.
func (s *Filings) BeforeJudge(ctx context.Context, accountID string) ([]filing.Queued, error) {
	list, err := s.indexed(ctx, judgeKey(accountID), "", MostBeforeJudge)
	if err != nil {
		return nil, fmt.Errorf("list what is before %s: %w", accountID, err)
	}
	return list, nil
}

// Place returns the place of a filing in its court's queue, also when it has left it.
//
// Errors: filing.ErrNotFound before it was received.
func (s *Filings) Place(ctx context.Context, id string) (filing.Queued, error) {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.name, Key: key(filingPK(id), queueSK), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return filing.Queued{}, fmt.Errorf("read the place of %s: %w", id, err)
	}
	if out.Item == nil {
		return filing.Queued{}, filing.ErrNotFound
	}
	return decodeQueued(out.Item)
}

// ByTicket returns the id of the court's filing with that ticket number, ByNumber of the one that the court
// registered under a number.
//
// Errors: filing.ErrNotFound.
func (s *Filings) ByTicket(ctx context.Context, court, ticket string) (id string, err error) {
	return s.pointed(ctx, court, ticketPK(ticket))
}

// ByNumber: see ByTicket.
func (s *Filings) ByNumber(ctx context.Context, court, number string) (id string, err error) {
	return s.pointed(ctx, court, numberPK(court, number))
}

func (s *Filings) pointed(ctx context.Context, court, pk string) (string, error) {
	var it pointerItem
	ok, err := s.get(ctx, pk, filingSK, time.Time{}, &it)
	if err != nil {
		return "", fmt.Errorf("look up %s: %w", pk, err)
	}
	if !ok || it.Court != court {
		return "", filing.ErrNotFound
	}
	return it.ID, nil
}

// Take gives a clerk the filing in hand for filing.LeaseLife, or longer if they have it, and returns its
// place. Of two at once one has it.
//
// Errors: filing.ErrLeased with the place, whose lease says who has it; filing.ErrNotFound at another
// court.
func (s *Filings) Take(ctx context.Context, id, court string, l filing.Lease, at time.Time) (filing.Queued, error) {
	out, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(filingPK(id), queueSK), ReturnValues: types.ReturnValueAllNew,
		UpdateExpression:    aws.String("SET holder = :me, holderName = :name, #until = :until"),
		ConditionExpression: aws.String("court = :court AND (attribute_not_exists(holder) OR holder = :me OR #until <= :at)"),
		ExpressionAttributeValues: item{
			":me": str(l.Holder), ":name": str(l.Name), ":until": str(instant(l.Until)), ":at": str(instant(at)), ":court": str(court),
		},
		ExpressionAttributeNames:            map[string]string{"#until": "until"},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if no, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		if text(no.Item, "court") != court {
			return filing.Queued{}, filing.ErrNotFound
		}
		q, err := decodeQueued(no.Item)
		if err != nil {
			return filing.Queued{}, err
		}
		return q, filing.ErrLeased
	}
	if err != nil {
		return filing.Queued{}, fmt.Errorf("take %s: %w", id, err)
	}
	return decodeQueued(out.Attributes)
}

// PutBack ends the clerk's lease. Where they have none nothing changes.
func (s *Filings) PutBack(ctx context.Context, id, holder string) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(filingPK(id), queueSK), UpdateExpression: aws.String("REMOVE holder, holderName, #until"),
		ConditionExpression: aws.String("holder = :me"), ExpressionAttributeValues: item{":me": str(holder)},
		ExpressionAttributeNames: map[string]string{"#until": "until"},
	})
	if _, not := errors.AsType[*types.ConditionalCheckFailedException](err); not {
		return nil
	}
	if err != nil {
		return fmt.Errorf("put %s back: %w", id, err)
	}
	return nil
}

// Act does what a clerk or a judge decided on the filing e: state, place, event and what is to be told of
// it, in one transaction, on condition of the court, of a status from which the step is taken and, for a
// clerk, of the lease, for a judge, that the filing is theirs. A repeat of an act changes nothing.
//
// Errors: filing.ErrNotFound, filing.ErrElsewhere, filing.ErrNoLease, filing.ErrNumber, challenge.ErrUsed.
func (s *Filings) Act(ctx context.Context, e filing.Envelope, a filing.CourtAct) error {
	if a.Extension != "" {
		longer := e
		longer.Extension = a.Extension
		if err := s.open(ctx, a.Court, filing.QueuedOf(longer, e.Status).Due, a.At); err != nil {
			return err
		}
	}
	done := key(filingPK(a.Filing), actSK+a.ID)
	done["digest"] = str(a.Digest())
	state, err := s.acts(a)
	if err != nil {
		return err
	}
	event, err := s.acted(a)
	if err != nil {
		return err
	}
	of := a.Event(e)
	told, err := s.outboxItem(filingPK(a.Filing), of.Name(), of.Outbox(), time.Time{})
	if err != nil {
		return err
	}
	told.Put.ConditionExpression = aws.String("attribute_not_exists(PK)")
	ops := []types.TransactWriteItem{s.once(done), state, s.moves(e, a), event, told}
	if a.Ruling != nil {
		ruled, err := s.ruled(a)
		if err != nil {
			return err
		}
		ops = append(ops, ruled, s.use(challenge.Challenge{Nonce: a.Nonce, NotAfter: a.NotAfter}, a.Actor))
	}
	if was := numberPK(a.Court, e.Number); a.Number != "" && numberPK(a.Court, a.Number) != was {
		number := key(numberPK(a.Court, a.Number), filingSK)
		number["id"], number["court"] = str(a.Filing), str(a.Court)
		ops = append(ops, s.once(number))
		if a.Step == filing.CorrectStep { // another filing may have the number that was a mistake
			ops = append(ops, types.TransactWriteItem{Delete: &types.Delete{
				TableName: &s.name, Key: key(was, filingSK), ConditionExpression: aws.String("id = :id"), ExpressionAttributeValues: item{":id": str(a.Filing)},
			}})
		}
	}
	reasons, err := s.transact(ctx, ops...)
	switch {
	case err != nil:
		return fmt.Errorf("%s filing %s: %w", a.Step, a.Filing, err)
	case reasons == nil, failed(reasons, 0) && text(reasons[0].Item, "digest") == a.Digest():
		return nil
	case failed(reasons, 0):
		return filing.ErrElsewhere
	case failed(reasons, 1) && text(reasons[1].Item, "court") != a.Court:
		return filing.ErrNotFound
	case failed(reasons, 1):
		return filing.ErrElsewhere
	case failed(reasons, 2):
		return filing.ErrNoLease
	case a.Ruling != nil && failed(reasons, 6):
		return challenge.ErrUsed
	case a.Number != "" && failed(reasons, 5):
		return filing.ErrNumber
	}
	return filing.ErrElsewhere
}

// Did reports whether an act of that id was done on a filing.
func (s *Filings) Did(ctx context.Context, id, act string) (bool, error) {
	var it struct{}
	return s.get(ctx, filingPK(id), actSK+act, time.Time{}, &it)
}

// acts is the operation by which the envelope takes the step.
func (s *Filings) acts(a filing.CourtAct) (types.TransactWriteItem, error) {
	cond, values := may(a.Step)
	cond += " AND court = :court"
	values[":court"], values[":at"], values[":one"] = str(a.Court), str(instant(a.At)), num(1)
	set := "SET updated = :at"
	if to := filing.StepOf(a.Step).To; to != "" {
		set += ", #status = :to"
		values[":to"] = str(string(to))
	}
	if a.By == filing.ByJudge {
		cond += " AND judge = :actor"
		values[":actor"] = str(a.Actor)
	}
	names := map[string]string{"#status": "status"}
	if a.Number != "" {
		set += ", #number = :number, judge = :judge, judgeName = :judgeName"
		values[":number"], values[":judge"], values[":judgeName"] = str(a.Number), str(a.Judge), str(a.JudgeName)
		if a.Extension != "" {
			set += ", extension = :extension"
			values[":extension"] = str(a.Extension)
		}
		names["#number"] = "number"
	}
	if len(a.Rejected) > 0 {
		raw, err := json.Marshal(a.Rejected)
		if err != nil {
			return types.TransactWriteItem{}, fmt.Errorf("encode rejection of %s: %w", a.Filing, err)
		}
		set += ", rejected = :rejected"
		values[":rejected"] = &types.AttributeValueMemberB{Value: raw}
	}
	if a.On != (calendar.Date{}) {
		set += ", #until = :until"
		names["#until"], values[":until"] = "until", str(a.On.String())
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(filingPK(a.Filing), filingSK), UpdateExpression: aws.String(set + " ADD revision :one"), ConditionExpression: &cond,
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, nil
}

// moves is the operation by which the filing changes its place: a clerk keeps what is registered in hand,
// and gives away what goes to the judge, who has it as long as there is something to do about it.
func (s *Filings) moves(e filing.Envelope, a filing.CourtAct) types.TransactWriteItem {
	to := filing.StepOf(a.Step).To
	if filing.StepOf(a.Step).Court.Stays {
		to = e.Status
	}
	names, values := map[string]string{"#status": "status"}, item{":to": str(string(to))}
	set, remove := "SET #status = :to", ""
	due, _, moved := a.Due()
	switch {
	case filing.StepOf(a.Step).Court.Stays && a.Number == "" && !moved:
	case a.Number != "":
		set += ", #number = :number, judge = :judge"
		values[":number"], values[":judge"] = str(a.Number), str(a.JudgeName)
		names["#number"] = "number"
		if a.Step == filing.CorrectStep && to != filing.Registered {
			set += ", GSI1PK = :before"
			values[":before"] = str(judgeKey(a.Judge))
		}
		if e.Extension = a.Extension; a.Extension != "" {
			q := filing.QueuedOf(e, to)
			set += ", due = :due, GSI1PK = :day"
			values[":due"], values[":day"] = str(q.Due.String()), str(queueKey(q.Court, q.Due, shardOf(q.ID, QueueShards)))
		}
	case to.Waits(e.Matter()):
		set += ", GSI1PK = :judge, GSI1SK = :place, due = :due"
		if !moved {
			due = filing.QueuedOf(e, to).Due
		}
		values[":judge"], values[":place"], values[":due"] = str(judgeKey(e.Judge)), str(due.String()+"#"+e.ID), str(due.String())
		remove = " REMOVE holder, holderName, #until"
		names["#until"] = "until"
	default:
		remove = " REMOVE holder, holderName, #until, GSI1PK, GSI1SK"
		names["#until"] = "until"
	}
	op := &types.Update{
		TableName: &s.name, Key: key(filingPK(a.Filing), queueSK), UpdateExpression: aws.String(set + remove),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}
	if a.By == filing.ByClerk {
		names["#until"] = "until"
		op.ConditionExpression = aws.String("holder = :me AND #until > :now")
		values[":me"], values[":now"] = str(a.Actor), str(instant(a.At))
	}
	return types.TransactWriteItem{Update: op}
}

const rulingPrefix = "RULING#"

type rulingItem struct {
	Ruling    []byte            `dynamodbav:"ruling"` // JSON
	CMS       []byte            `dynamodbav:"cms"`
	Signature string            `dynamodbav:"signature"` // SHA-256 of it, hex
	At        string            `dynamodbav:"at"`
	Pins      map[string]string `dynamodbav:"pins"`
}

// ruled is the operation that keeps a ruling as it was signed.
func (s *Filings) ruled(a filing.CourtAct) (types.TransactWriteItem, error) {
	raw, err := json.Marshal(a.Ruling)
	if err != nil {
		return types.TransactWriteItem{}, fmt.Errorf("encode ruling on %s: %w", a.Filing, err)
	}
	it, err := record(sealPK(a.Filing), rulingPrefix+instant(a.At), rulingItem{raw, a.CMS, filing.Sum(a.CMS), instant(a.At), a.Pins})
	return s.once(it), err
}

// Rulings returns the rulings on a filing, oldest first. The caller has checked whose it is.
func (s *Filings) Rulings(ctx context.Context, id string) ([]filing.SignedRuling, error) {
	found, err := s.under(ctx, sealPK(id), rulingPrefix)
	if err != nil {
		return nil, fmt.Errorf("read rulings on %s: %w", id, err)
	}
	var list []filing.SignedRuling
	for _, raw := range found {
		var it rulingItem
		err := attributevalue.UnmarshalMap(raw, &it)
		r := filing.SignedRuling{Pins: it.Pins, Signature: filing.File{SHA256: it.Signature, Size: int64(len(it.CMS))}}
		if err == nil {
			err = json.Unmarshal(it.Ruling, &r.Ruling)
		}
		if err == nil {
			r.At, err = parseInstant(it.At)
		}
		if err != nil {
			return nil, fmt.Errorf("decode ruling on %s: %w", id, err)
		}
		list = append(list, r)
	}
	return list, nil
}

// acted is the operation that adds the event of an act, with who did it: that is not the filer's to see.
func (s *Filings) acted(a filing.CourtAct) (types.TransactWriteItem, error) {
	raw, err := json.Marshal(a.Acted())
	if err != nil {
		return types.TransactWriteItem{}, fmt.Errorf("encode act on %s: %w", a.Filing, err)
	}
	op := s.event(a.Filing, a.Timeline(), "", a.At)
	op.Put.Item["acted"] = &types.AttributeValueMemberB{Value: raw}
	op.Put.Item["actor"], op.Put.Item["person"] = str(a.Actor), str(a.Person)
	return op, nil
}
