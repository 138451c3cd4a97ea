package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/support"
)

// Support keeps requests to support in the accounts table. Its items:
//
//	SUPPORT#<number>      TICKET                        the ticket; GSI1 lists a month's by their arrival
//	SUPPORT#<number>      OUTBOX#<type>                 an event to tell; GSI1 has it until that is done
//	SUPPORT#<number>      NOTICE#<type>#<n>             one recipient's delivery
//	SUPPORT-REQUEST#<id>  REQUEST                       the ticket of the request with that id
//	ACCOUNT#<id>          SUPPORT#<instant>#<number>    a ticket of the account's
//
// All of a ticket goes by itself a year after it arrived, and with it the address for the answer,
// which is in no other item.
type Support struct{ table }

// NewSupport returns the requests kept in the table of that name, which is the accounts table.
func NewSupport(db *dynamodb.Client, name string) *Support { return &Support{table{db, name}} }

const (
	ticketSK  = "TICKET"
	requestSK = "REQUEST"
)

func supportPK(number string) string  { return "SUPPORT#" + number }
func requestPK(id string) string      { return "SUPPORT-REQUEST#" + id }
func supportMonth(t time.Time) string { return "SUPPORT#" + t.UTC().Format("2006-01") }

type ticketItem struct {
	Number    string `dynamodbav:"number"`
	Request   string `dynamodbav:"request"`
	Account   string `dynamodbav:"account,omitempty"`
	ReplyTo   string `dynamodbav:"replyTo,omitempty"`
	Lang      string `dynamodbav:"lang"`
	Topic     string `dynamodbav:"topic"`
	Reference string `dynamodbav:"reference,omitempty"`
	Problem   string `dynamodbav:"problem,omitempty"`
	Page      string `dynamodbav:"page,omitempty"`
	Filing    string `dynamodbav:"filing,omitempty"`
	Portal    string `dynamodbav:"portal,omitempty"`
	NCALayer  string `dynamodbav:"ncalayer,omitempty"`
	Browser   string `dynamodbav:"browser,omitempty"`
	Agreement string `dynamodbav:"agreement,omitempty"`
	State     string `dynamodbav:"state"`
	Happened  string `dynamodbav:"happened,omitempty"`
	Received  string `dynamodbav:"received"`
	Started   string `dynamodbav:"started,omitempty"`
	Answered  string `dynamodbav:"answered,omitempty"`
	Closed    string `dynamodbav:"closed,omitempty"`
	Answer    string `dynamodbav:"answer,omitempty"`
}

func newTicketItem(t support.Ticket) ticketItem {
	return ticketItem{
		Number: t.Number, Request: t.RequestID, Account: t.AccountID, ReplyTo: t.ReplyTo, Lang: string(t.Lang),
		Topic: string(t.Topic), Reference: t.Reference, Problem: t.Problem, Page: t.Page, Filing: t.FilingID,
		Portal: t.Portal, NCALayer: t.NCALayer, Browser: t.Browser, Agreement: t.Agreement, State: string(t.State),
		Happened: optional(t.HappenedAt), Received: instant(t.ReceivedAt), Started: optional(t.StartedAt),
		Answered: optional(t.AnsweredAt), Closed: optional(t.ClosedAt), Answer: t.Answer,
	}
}

func (it ticketItem) ticket() (support.Ticket, error) {
	t := support.Ticket{
		Number: it.Number, RequestID: it.Request, AccountID: it.Account, ReplyTo: it.ReplyTo, Lang: locale.Lang(it.Lang),
		Topic: support.Topic(it.Topic), Reference: it.Reference, Problem: it.Problem, Page: it.Page, FilingID: it.Filing,
		Portal: it.Portal, NCALayer: it.NCALayer, Browser: it.Browser, Agreement: it.Agreement, State: support.State(it.State),
		Answer: it.Answer,
	}
	for _, moment := range []struct {
		text string
		into *time.Time
	}{{it.Happened, &t.HappenedAt}, {it.Received, &t.ReceivedAt}, {it.Started, &t.StartedAt}, {it.Answered, &t.AnsweredAt}, {it.Closed, &t.ClosedAt}} {
		if moment.text == "" {
			continue
		}
		var err error
		if *moment.into, err = parseInstant(moment.text); err != nil {
			return support.Ticket{}, fmt.Errorf("decode ticket %s: %w", it.Number, err)
		}
	}
	return t, nil
}

// decodeTickets leaves out what had expired at the instant at.
func decodeTickets(items []item, at time.Time) ([]support.Ticket, error) {
	list := make([]support.Ticket, 0, len(items))
	for _, raw := range items {
		if expired(raw, at) {
			continue
		}
		var it ticketItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, fmt.Errorf("decode ticket: %w", err)
		}
		t, err := it.ticket()
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// Open keeps a ticket, lists it with its account and has support and the holder told, in one
// transaction. A repeat of the same request changes nothing and returns the first one's ticket as
// it is now; first is false then.
func (s *Support) Open(ctx context.Context, t support.Ticket) (kept support.Ticket, first bool, err error) {
	it, err := record(supportPK(t.Number), ticketSK, newTicketItem(t))
	if err != nil {
		return support.Ticket{}, false, err
	}
	it[schema.GSI1PK], it[schema.GSI1SK] = str(supportMonth(t.ReceivedAt)), str(instant(t.ReceivedAt)+"#"+t.Number)
	request := key(requestPK(t.RequestID), requestSK)
	request["number"] = str(t.Number)
	items := []item{request, it}
	if t.AccountID != "" {
		own := key(accountPK(t.AccountID), "SUPPORT#"+instant(t.ReceivedAt)+"#"+t.Number)
		own["number"] = str(t.Number)
		items = append(items, own)
	}
	var ops []types.TransactWriteItem
	for _, it := range items {
		it[schema.TTL] = ttl(t.Until())
		ops = append(ops, types.TransactWriteItem{Put: &types.Put{
			TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
		}})
	}
	told, err := s.outbox(support.NewEvent(support.EventRequested, t.Number, t.ReceivedAt), t.ReceivedAt)
	if err != nil {
		return support.Ticket{}, false, err
	}
	reasons, err := s.transact(ctx, append(ops, told)...)
	switch {
	case err != nil:
		return support.Ticket{}, false, fmt.Errorf("open ticket %s: %w", t.Number, err)
	case reasons == nil:
		return t, true, nil
	case failed(reasons, 0):
		kept, err := s.OfRequest(ctx, t.RequestID, t.ReceivedAt)
		return kept, false, err
	}
	return support.Ticket{}, false, fmt.Errorf("open ticket %s: the number is taken", t.Number)
}

// OfRequest returns the ticket of the request with that id.
//
// Errors: support.ErrNotFound.
func (s *Support) OfRequest(ctx context.Context, id string, at time.Time) (support.Ticket, error) {
	var it struct {
		Number string `dynamodbav:"number"`
	}
	ok, err := s.get(ctx, requestPK(id), requestSK, at, &it)
	if err != nil {
		return support.Ticket{}, fmt.Errorf("read request %s: %w", id, err)
	}
	if !ok {
		return support.Ticket{}, support.ErrNotFound
	}
	return s.Ticket(ctx, it.Number, at)
}

// Ticket returns the ticket of that number.
//
// Errors: support.ErrNotFound.
func (s *Support) Ticket(ctx context.Context, number string, at time.Time) (support.Ticket, error) {
	var it ticketItem
	ok, err := s.get(ctx, supportPK(number), ticketSK, at, &it)
	if err != nil {
		return support.Ticket{}, fmt.Errorf("read ticket %s: %w", number, err)
	}
	if !ok {
		return support.Ticket{}, support.ErrNotFound
	}
	return it.ticket()
}

// MaxTickets is how many tickets a list has at most.
const MaxTickets = 100

// Of lists the tickets of an account, latest first, at most MaxTickets.
func (s *Support) Of(ctx context.Context, accountID string, at time.Time) ([]support.Ticket, error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, ScanIndexForward: aws.Bool(false), Limit: aws.Int32(MaxTickets), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("PK = :pk AND begins_with(SK, :sk)"),
		ExpressionAttributeValues: item{":pk": str(accountPK(accountID)), ":sk": str("SUPPORT#")},
	})
	if err != nil {
		return nil, fmt.Errorf("list tickets of %s: %w", accountID, err)
	}
	var keys []item
	place := map[string]int{} // in the list, by number
	for _, raw := range out.Items {
		var it struct {
			Number string `dynamodbav:"number"`
		}
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, fmt.Errorf("decode ticket of %s: %w", accountID, err)
		}
		if !expired(raw, at) {
			place[it.Number] = len(keys)
			keys = append(keys, key(supportPK(it.Number), ticketSK))
		}
	}
	if len(keys) == 0 {
		return []support.Ticket{}, nil
	}
	found, err := s.batch(ctx, keys...)
	if err != nil {
		return nil, fmt.Errorf("list tickets of %s: %w", accountID, err)
	}
	list, err := decodeTickets(found, at)
	if err != nil {
		return nil, err
	}
	sorted := make([]support.Ticket, len(keys))
	for _, t := range list {
		sorted[place[t.Number]] = t
	}
	// DynamoDB may have let a ticket go before its place in the list.
	return slices.DeleteFunc(sorted, func(t support.Ticket) bool { return t.Number == "" }), nil
}

// Month lists the tickets that arrived in the month (UTC) the instant month falls in, latest
// first. after is the position the list before this one ended with, "" for the first; next is ""
// at the end. The index may be a moment behind.
func (s *Support) Month(ctx context.Context, month time.Time, after string, at time.Time) (list []support.Ticket, next string, err error) {
	in := &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(MaxTickets),
		KeyConditionExpression:    aws.String("GSI1PK = :month"),
		ExpressionAttributeValues: item{":month": str(supportMonth(month))},
	}
	if after != "" {
		_, number, _ := strings.Cut(after, "#")
		in.ExclusiveStartKey = key(supportPK(number), ticketSK)
		in.ExclusiveStartKey[schema.GSI1PK], in.ExclusiveStartKey[schema.GSI1SK] = str(supportMonth(month)), str(after)
	}
	out, err := s.db.Query(ctx, in)
	if err != nil {
		return nil, "", fmt.Errorf("list tickets: %w", err)
	}
	if sk, ok := out.LastEvaluatedKey[schema.GSI1SK].(*types.AttributeValueMemberS); ok {
		next = sk.Value
	}
	list, err = decodeTickets(out.Items, at)
	return list, next, err
}

// Become keeps the ticket t as support.Ticket.Become made it from one in the state from, and the
// audit entry of who did that, in one transaction. An answer is told from the outbox.
//
// Errors: support.ErrState when the ticket is no longer in that state.
func (s *Support) Become(ctx context.Context, log *Audit, t support.Ticket, from support.State, e audit.Entry) error {
	set, names := "SET #state = :to", map[string]string{"#state": "state"}
	values := item{":from": str(string(from)), ":to": str(string(t.State))}
	for _, part := range []struct{ name, value string }{
		{"started", optional(t.StartedAt)}, {"answered", optional(t.AnsweredAt)}, {"closed", optional(t.ClosedAt)}, {"answer", t.Answer},
	} {
		if part.value != "" {
			set += ", #" + part.name + " = :" + part.name
			names["#"+part.name], values[":"+part.name] = part.name, str(part.value)
		}
	}
	ops := []types.TransactWriteItem{{Update: &types.Update{
		TableName: &s.name, Key: key(supportPK(t.Number), ticketSK), UpdateExpression: &set,
		ConditionExpression:      aws.String("#state = :from"),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}}
	entries, err := log.operations(e)
	if err != nil {
		return err
	}
	ops = append(ops, entries...)
	if t.State == support.Answered {
		told, err := s.outbox(support.NewEvent(support.EventAnswered, t.Number, t.AnsweredAt), t.AnsweredAt)
		if err != nil {
			return err
		}
		ops = append(ops, told)
	}
	reasons, err := s.transact(ctx, ops...)
	switch {
	case err != nil:
		return fmt.Errorf("ticket %s to %s: %w", t.Number, t.State, err)
	case failed(reasons, 0):
		return support.ErrState
	case reasons != nil:
		return fmt.Errorf("ticket %s to %s: the audit entry's id is taken", t.Number, t.State)
	}
	return nil
}

// outbox is the operation that has someone told of an event at the instant at.
func (s *Support) outbox(e support.Event, at time.Time) (types.TransactWriteItem, error) {
	return s.outboxItem(supportPK(e.Ticket), string(e.Type), e.Outbox(), outbox.Until(at))
}

func supportNotice(e support.Event, n int) item {
	return key(supportPK(e.Ticket), fmt.Sprintf("NOTICE#%s#%d", e.Type, n))
}

// Delivered reports whether recipient n has the notice of an event already.
func (s *Support) Delivered(ctx context.Context, e support.Event, n int) (bool, error) {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.name, Key: supportNotice(e, n), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return false, fmt.Errorf("read notice of ticket %s: %w", e.Ticket, err)
	}
	return out.Item != nil, nil
}

// RecordDelivery keeps, as long as the ticket, that the notice for recipient n was handed to the
// mail service under messageID, or that it failed for good, where that is "". A repeat changes nothing.
func (s *Support) RecordDelivery(ctx context.Context, e support.Event, n int, messageID string, at, until time.Time) error {
	it := supportNotice(e, n)
	it["messageId"], it["at"], it[schema.TTL] = str(messageID), str(instant(at)), ttl(until)
	_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	})
	if _, exists := errors.AsType[*types.ConditionalCheckFailedException](err); exists {
		return nil
	}
	if err != nil {
		return fmt.Errorf("record notice of ticket %s: %w", e.Ticket, err)
	}
	return nil
}
