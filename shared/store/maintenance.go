package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Maintenance keeps the windows of maintenance, in the site table:
//
//	MAINTENANCE              WINDOW#<id>                       a window; the index lists them by their end
//	MAINTENANCE              OUTBOX#<type>#<id>#<version>      a notice to send
//	MAINTENANCE#SUBSCRIBERS  ACCOUNT#<id>                      an account that wants the notices by mail
//	MAINTENANCE#NOTICES#<id> <version>#<kind>#<account>        one delivery
type Maintenance struct {
	table
	schedule, published memory
}

// NewMaintenance returns the windows kept in the table of that name, which is the site table. Keep
// one for the life of the process: it remembers what it read.
func NewMaintenance(db *dynamodb.Client, name string) *Maintenance {
	s := &Maintenance{table: table{db, name}}
	since := func(past time.Duration) func(context.Context, time.Time) ([]maintenance.Window, error) {
		return func(ctx context.Context, at time.Time) ([]maintenance.Window, error) {
			return s.Windows(ctx, at.Add(-past))
		}
	}
	s.schedule = memory{patience: writePatience, list: since(windowsPast)}
	s.published = memory{patience: pagePatience, list: since(ShownFor)}
	return s
}

const (
	maintenancePK = "MAINTENANCE"
	subscribersPK = "MAINTENANCE#SUBSCRIBERS"
	noticeLife    = 90 * 24 * time.Hour
)

// ShownFor is how long a window that is over stays in lists and feeds.
const ShownFor = 90 * 24 * time.Hour

func windowSK(id string) string { return "WINDOW#" + id }

type windowItem struct {
	ID        string            `dynamodbav:"id"`
	Version   int               `dynamodbav:"version"`
	From      string            `dynamodbav:"from"`
	To        string            `dynamodbav:"to"`
	Affects   []string          `dynamodbav:"affects"`
	Texts     map[string]string `dynamodbav:"texts"`
	Emergency bool              `dynamodbav:"emergency"`
	State     string            `dynamodbav:"state"`
	Author    storedActor       `dynamodbav:"author"`
	Approver  storedActor       `dynamodbav:"approver"`
	Published string            `dynamodbav:"published,omitempty"`
	Warned    string            `dynamodbav:"warned,omitempty"`
	Changed   string            `dynamodbav:"changed"`
	Cancelled string            `dynamodbav:"cancelled,omitempty"`
	Told      []string          `dynamodbav:"told"`
}

type storedActor struct {
	Account string `dynamodbav:"account"`
	Person  string `dynamodbav:"person"`
}

// optional is instant with "" for the zero time.
func optional(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return instant(t)
}

func encodeWindow(w maintenance.Window) (item, error) {
	in := windowItem{
		ID: w.ID, Version: w.Version, From: instant(w.From), To: instant(w.To), Affects: w.Affects,
		Texts: map[string]string{}, Emergency: w.Emergency, State: string(w.State), Author: storedActor(w.Author), Approver: storedActor(w.Approver),
		Published: optional(w.PublishedAt), Warned: optional(w.WarnedAt), Changed: instant(w.ChangedAt),
		Cancelled: optional(w.CancelledAt), Told: told(w),
	}
	if in.Affects == nil {
		in.Affects = []string{}
	}
	for lang, text := range w.Texts {
		in.Texts[string(lang)] = text
	}
	it, err := record(maintenancePK, windowSK(w.ID), in)
	if err != nil {
		return nil, err
	}
	it[schema.GSI1PK], it[schema.GSI1SK] = str(maintenancePK), str(instant(w.End())+"#"+w.ID)
	return it, nil
}

func told(w maintenance.Window) []string {
	out := []string{}
	for _, k := range w.Told {
		out = append(out, string(k))
	}
	return out
}

func decodeWindow(raw item) (maintenance.Window, error) {
	var it windowItem
	err := attributevalue.UnmarshalMap(raw, &it)
	w := maintenance.Window{
		ID: it.ID, Version: it.Version, State: maintenance.State(it.State), Author: audit.Actor(it.Author), Approver: audit.Actor(it.Approver),
		Plan: maintenance.Plan{Affects: it.Affects, Emergency: it.Emergency, Texts: map[locale.Lang]string{}},
	}
	for lang, text := range it.Texts {
		w.Texts[locale.Lang(lang)] = text
	}
	for _, k := range it.Told {
		w.Told = append(w.Told, maintenance.Kind(k))
	}
	for _, t := range []struct {
		text string
		into *time.Time
	}{
		{it.From, &w.From}, {it.To, &w.To}, {it.Published, &w.PublishedAt}, {it.Warned, &w.WarnedAt},
		{it.Changed, &w.ChangedAt}, {it.Cancelled, &w.CancelledAt},
	} {
		if t.text != "" && err == nil {
			*t.into, err = parseInstant(t.text)
		}
	}
	if err != nil {
		return maintenance.Window{}, fmt.Errorf("decode maintenance window %s: %w", it.ID, err)
	}
	return w, nil
}

// Windows returns the windows that end, or ended, after the instant since, by their end. What was
// written in the last second may be missing.
func (s *Maintenance) Windows(ctx context.Context, since time.Time) ([]maintenance.Window, error) {
	return s.list(ctx, &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index),
		KeyConditionExpression:    aws.String("GSI1PK = :pk AND GSI1SK > :since"),
		ExpressionAttributeValues: item{":pk": str(maintenancePK), ":since": str(instant(since))},
	})
}

// AllWindows returns every window there ever was, in no order, with all that is written.
func (s *Maintenance) AllWindows(ctx context.Context) ([]maintenance.Window, error) {
	return s.list(ctx, &dynamodb.QueryInput{
		TableName: &s.name, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("PK = :pk AND begins_with(SK, :window)"),
		ExpressionAttributeValues: item{":pk": str(maintenancePK), ":window": str(windowSK(""))},
	})
}

func (s *Maintenance) list(ctx context.Context, q *dynamodb.QueryInput) ([]maintenance.Window, error) {
	out := []maintenance.Window{}
	for pages := dynamodb.NewQueryPaginator(s.db, q); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read maintenance windows: %w", err)
		}
		for _, raw := range page.Items {
			w, err := decodeWindow(raw)
			if err != nil {
				return nil, err
			}
			out = append(out, w)
		}
	}
	return out, nil
}

// Window returns the window with that id.
//
// Errors: maintenance.ErrNotFound.
func (s *Maintenance) Window(ctx context.Context, id string) (maintenance.Window, error) {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.name, Key: key(maintenancePK, windowSK(id)), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return maintenance.Window{}, fmt.Errorf("read maintenance window %s: %w", id, err)
	}
	if out.Item == nil {
		return maintenance.Window{}, maintenance.ErrNotFound
	}
	return decodeWindow(out.Item)
}

// Save keeps the outcome of an act on a window, what people are to be told of it (kind, "" for
// nothing) and the audit entry, in one transaction. before is the window the act began with, the
// zero value for a new one.
//
// Errors: maintenance.ErrVersion when the stored window is not before.
func (s *Maintenance) Save(ctx context.Context, before, w maintenance.Window, kind maintenance.Kind, e audit.Entry) error {
	it, err := encodeWindow(w)
	if err != nil {
		return err
	}
	put := &types.Put{TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)")}
	if before.Version > 0 {
		same, err := attributevalue.Marshal(told(before))
		if err != nil {
			return err
		}
		// A reminder given meanwhile must not be forgotten, or it would be given twice.
		put.ConditionExpression = aws.String("version = :version AND told = :told")
		put.ExpressionAttributeValues = item{":version": num(int64(before.Version)), ":told": same}
	}
	entry, err := NewAudit(s.db, s.name, "").operations(e) // of a window, which is nobody's account
	if err != nil {
		return err
	}
	ops := append([]types.TransactWriteItem{{Put: put}}, entry...)
	if kind != "" {
		op, err := s.tell(w, kind, e.At)
		if err != nil {
			return err
		}
		ops = append(ops, op)
	}
	reasons, err := s.transactAct(ctx, e, ops...)
	if err != nil {
		return fmt.Errorf("save maintenance window %s: %w", w.ID, err)
	}
	if reasons != nil {
		return maintenance.ErrVersion
	}
	s.published.forget()
	return nil
}

// tell is the operation that puts an event into the outbox.
func (s *Maintenance) tell(w maintenance.Window, kind maintenance.Kind, at time.Time) (types.TransactWriteItem, error) {
	e := w.Event(kind, at)
	op, err := s.outboxItem(maintenancePK, fmt.Sprintf("%s#%s#%d", e.Type, w.ID, w.Version), e.Outbox(), outbox.Until(at))
	if err == nil {
		op.Put.ConditionExpression = aws.String("attribute_not_exists(PK)")
	}
	return op, err
}

// Remind records that people were told of w by the clock and puts the event into the outbox, in
// one transaction. It reports false, and does nothing, when that was done before or the window has
// changed.
func (s *Maintenance) Remind(ctx context.Context, w maintenance.Window, kind maintenance.Kind, at time.Time) (bool, error) {
	event, err := s.tell(w, kind, at)
	if err != nil {
		return false, err
	}
	one, err := attributevalue.Marshal([]string{string(kind)})
	if err != nil {
		return false, err
	}
	reasons, err := s.transact(ctx, types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(maintenancePK, windowSK(w.ID)),
		UpdateExpression:    aws.String("SET told = list_append(told, :one)"),
		ConditionExpression: aws.String("version = :version AND NOT contains(told, :kind)"),
		ExpressionAttributeValues: item{
			":one": one, ":kind": str(string(kind)), ":version": num(int64(w.Version)),
		},
	}}, event)
	if err != nil {
		return false, fmt.Errorf("remind of maintenance window %s: %w", w.ID, err)
	}
	return reasons == nil, nil
}

// Subscribe has the account told of maintenance by mail, or no longer.
func (s *Maintenance) Subscribe(ctx context.Context, accountID string, on bool, at time.Time) error {
	k := key(subscribersPK, accountPK(accountID))
	var err error
	if on {
		k["account"], k["since"] = str(accountID), str(instant(at))
		_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.name, Item: k})
	} else {
		_, err = s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.name, Key: k})
	}
	if err != nil {
		return fmt.Errorf("subscription of account %s: %w", accountID, err)
	}
	return nil
}

// Subscribed reports whether the account is told of maintenance by mail.
func (s *Maintenance) Subscribed(ctx context.Context, accountID string) (bool, error) {
	var it struct{}
	ok, err := s.get(ctx, subscribersPK, accountPK(accountID), time.Time{}, &it)
	if err != nil {
		return false, fmt.Errorf("subscription of account %s: %w", accountID, err)
	}
	return ok, nil
}

// Subscribers calls f with the id of each account that is told by mail, and stops at its first
// error.
func (s *Maintenance) Subscribers(ctx context.Context, f func(accountID string) error) error {
	pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.name, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("PK = :pk"),
		ExpressionAttributeValues: item{":pk": str(subscribersPK)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("read subscribers: %w", err)
		}
		for _, raw := range page.Items {
			var it struct {
				Account string `dynamodbav:"account"`
			}
			if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
				return fmt.Errorf("decode subscriber: %w", err)
			}
			if err := f(it.Account); err != nil {
				return err
			}
		}
	}
	return nil
}

func deliveryKey(e maintenance.Event, accountID string) item {
	return key("MAINTENANCE#NOTICES#"+e.WindowID, fmt.Sprintf("%d#%s#%s", e.Version, e.Kind, accountID))
}

// Delivered reports whether the account was sent the notice of e.
func (s *Maintenance) Delivered(ctx context.Context, e maintenance.Event, accountID string) (bool, error) {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.name, Key: deliveryKey(e, accountID), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return false, fmt.Errorf("read delivery: %w", err)
	}
	return out.Item != nil, nil
}

// RecordDelivery records that the notice of e went to the account, or that it failed for good,
// where messageID is "". A repeat changes nothing.
func (s *Maintenance) RecordDelivery(ctx context.Context, e maintenance.Event, accountID, messageID string, at time.Time) error {
	it := deliveryKey(e, accountID)
	it["message"], it["at"], it[schema.TTL] = str(messageID), str(instant(at)), ttl(at.Add(noticeLife))
	_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	})
	if _, exists := errors.AsType[*types.ConditionalCheckFailedException](err); exists {
		return nil
	}
	if err != nil {
		return fmt.Errorf("record delivery: %w", err)
	}
	return nil
}
