package store

import (
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
	"github.com/courtoffice/courtoffice/shared/challenge"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
	"github.com/courtoffice/courtoffice/shared/webhook"
)

// Webhooks keeps the addresses at which organisations' programs are told, in the accounts table:
//
//	ACCOUNT#<id>  WEBHOOK#<hook>         the address, and how posting to it goes
//	ACCOUNT#<id>  WEBHOOK-SIGNED#<hook>  the act by which a head added it; it stays
//	WEBHOOK#<hook>  DELIVERY#<event>     what became of an event, for webhook.Keep
//
// The account itself counts them, and names those in force: whoever tells an account of something knows by
// that, without another read, where else to.
type Webhooks struct{ accountsTable }

// NewWebhooks returns the addresses kept in the table of that name, which is the accounts table.
func NewWebhooks(db *dynamodb.Client, name string) *Webhooks { return &Webhooks{ofAccounts(db, name)} }

const (
	webhookPrefix  = "WEBHOOK#"
	deliveryPrefix = "DELIVERY#"
)

func webhookSK(id string) string { return webhookPrefix + id }
func webhookPK(id string) string { return "WEBHOOK#" + id }

type webhookItem struct {
	ID       string `dynamodbav:"id"`
	Account  string `dynamodbav:"account"`
	Address  string `dynamodbav:"address"`
	Added    string `dynamodbav:"added"`
	AddedBy  string `dynamodbav:"addedBy"`
	Paused   string `dynamodbav:"paused,omitempty"`
	PausedBy string `dynamodbav:"pausedBy,omitempty"`
	Failures int    `dynamodbav:"failures,omitempty"`
	Since    string `dynamodbav:"since,omitempty"`
	Next     string `dynamodbav:"next,omitempty"`
}

func newWebhookItem(h webhook.Hook) (item, error) {
	return record(accountPK(h.AccountID), webhookSK(h.ID), webhookItem{
		ID: h.ID, Account: h.AccountID, Address: h.Address, Added: instant(h.AddedAt), AddedBy: h.AddedBy, Paused: optional(h.PausedAt),
		PausedBy: string(h.PausedBy), Failures: h.Failures, Since: optional(h.Since), Next: optional(h.NextAt),
	})
}

func (it webhookItem) hook() (webhook.Hook, error) {
	h := webhook.Hook{ID: it.ID, AccountID: it.Account, Address: it.Address, AddedBy: it.AddedBy, PausedBy: webhook.By(it.PausedBy), Failures: it.Failures}
	for _, moment := range []struct {
		text string
		into *time.Time
	}{{it.Added, &h.AddedAt}, {it.Paused, &h.PausedAt}, {it.Since, &h.Since}, {it.Next, &h.NextAt}} {
		if moment.text == "" {
			continue
		}
		var err error
		if *moment.into, err = parseInstant(moment.text); err != nil {
			return webhook.Hook{}, fmt.Errorf("decode webhook %s: %w", it.ID, err)
		}
	}
	return h, nil
}

// Of lists an account's, the oldest first.
func (s *Webhooks) Of(ctx context.Context, accountID string) ([]webhook.Hook, error) {
	found, err := s.under(ctx, accountPK(accountID), webhookPrefix)
	if err != nil {
		return nil, fmt.Errorf("list webhooks of %s: %w", accountID, err)
	}
	list := []webhook.Hook{}
	for _, raw := range found {
		var it webhookItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, fmt.Errorf("decode a webhook of %s: %w", accountID, err)
		}
		h, err := it.hook()
		if err != nil {
			return nil, err
		}
		list = append(list, h)
	}
	slices.SortStableFunc(list, func(a, b webhook.Hook) int { return a.AddedAt.Compare(b.AddedAt) })
	return list, nil
}

// Get returns one of them.
//
// Errors: webhook.ErrNone.
func (s *Webhooks) Get(ctx context.Context, accountID, id string) (webhook.Hook, error) {
	var it webhookItem
	ok, err := s.get(ctx, accountPK(accountID), webhookSK(id), time.Time{}, &it)
	if err != nil {
		return webhook.Hook{}, fmt.Errorf("read webhook %s: %w", id, err)
	}
	if !ok {
		return webhook.Hook{}, webhook.ErrNone
	}
	return it.hook()
}

// signedWebhookItem is the act by which a hook was added.
type signedWebhookItem struct {
	At        string `dynamodbav:"at"`
	CMS       []byte `dynamodbav:"cms"`
	Nonce     string `dynamodbav:"nonce"`
	Address   string `dynamodbav:"address,omitempty"`
	UserAgent string `dynamodbav:"userAgent,omitempty"`
}

// Add keeps a hook with the act that a head signed for it, uses up the challenge c, and has the holder told, in
// one transaction.
//
// Errors: challenge.ErrUsed, webhook.ErrTooMany, webhook.ErrExists for an id that is taken, account.ErrNotRegistered.
func (s *Webhooks) Add(ctx context.Context, h webhook.Hook, signed account.Evidence, c challenge.Challenge) error {
	it, err := newWebhookItem(h)
	if err != nil {
		return err
	}
	act, err := record(accountPK(h.AccountID), "WEBHOOK-SIGNED#"+h.ID, signedWebhookItem{
		At: instant(h.AddedAt), CMS: signed.CMS, Nonce: signed.Nonce, Address: signed.Address, UserAgent: signed.UserAgent,
	})
	if err != nil {
		return err
	}
	told, err := s.told(account.EventWebhookAdded, h, h.AddedAt)
	if err != nil {
		return err
	}
	reasons, err := s.transact(ctx, s.use(c, h.AccountID),
		types.TransactWriteItem{Put: &types.Put{TableName: &s.name, Item: act, ConditionExpression: aws.String("attribute_not_exists(PK)")}},
		types.TransactWriteItem{Put: &types.Put{TableName: &s.name, Item: it}},
		s.named(h, "ADD webhooks :hook, webhookCount :one", "#status = :active AND (attribute_not_exists(webhookCount) OR webhookCount < :most)",
			item{":one": num(1), ":active": str(string(account.Active)), ":most": num(webhook.Most)}, true),
		told)
	switch {
	case err != nil:
		return fmt.Errorf("add webhook %s: %w", h.ID, err)
	case failed(reasons, 0):
		return challenge.ErrUsed
	case failed(reasons, 1):
		return webhook.ErrExists
	case failed(reasons, 3):
		return webhook.ErrTooMany
	}
	return nil
}

// Signed returns the act by which a hook was added: CMS in DER.
func (s *Webhooks) Signed(ctx context.Context, accountID, id string) ([]byte, error) {
	var it signedWebhookItem
	if _, err := s.get(ctx, accountPK(accountID), "WEBHOOK-SIGNED#"+id, time.Time{}, &it); err != nil {
		return nil, fmt.Errorf("read the act of webhook %s: %w", id, err)
	}
	return it.CMS, nil
}

// named is the change of the account that goes with one of a hook.
func (s *Webhooks) named(h webhook.Hook, change, condition string, values item, status bool) types.TransactWriteItem {
	values[":hook"] = set(h.ID)
	up := &types.Update{
		TableName: &s.name, Key: key(accountPK(h.AccountID), accountSK), UpdateExpression: &change, ConditionExpression: &condition, ExpressionAttributeValues: values,
	}
	if status {
		up.ExpressionAttributeNames = map[string]string{"#status": "status"}
	}
	return types.TransactWriteItem{Update: up}
}

// told has the holder told of what became of a hook. The host alone is named: a path may be nobody's business.
func (s *Webhooks) told(typ account.EventType, h webhook.Hook, at time.Time) (types.TransactWriteItem, error) {
	e := account.NewEvent(typ, h.AccountID, h.ID+"-"+instant(at), at)
	e.Webhook = h.Host()
	return s.outbox(e, outbox.Until(at))
}

// Remove takes a hook away. One that is gone changes nothing.
func (s *Webhooks) Remove(ctx context.Context, h webhook.Hook) error {
	_, err := s.transact(ctx,
		types.TransactWriteItem{Delete: &types.Delete{
			TableName: &s.name, Key: key(accountPK(h.AccountID), webhookSK(h.ID)), ConditionExpression: aws.String("attribute_exists(PK)"),
		}},
		s.named(h, "ADD webhookCount :less DELETE webhooks :hook", "attribute_exists(PK)", item{":less": num(-1)}, false))
	if err != nil {
		return fmt.Errorf("remove webhook %s: %w", h.ID, err)
	}
	return nil
}

// Set pauses a hook or puts it in force again, as after says. A repeat changes nothing.
//
// Errors: webhook.ErrNone.
func (s *Webhooks) Set(ctx context.Context, after webhook.Hook) error {
	_, err := s.put(ctx, after, nil)
	return err
}

// put writes a hook that exists with what the account says of it, and further operations with it; done is false
// where the office was to pause a hook that is paused.
func (s *Webhooks) put(ctx context.Context, h webhook.Hook, only *string, more ...types.TransactWriteItem) (done bool, err error) {
	it, err := newWebhookItem(h)
	if err != nil {
		return false, err
	}
	condition := "attribute_exists(PK)"
	if only != nil {
		condition += *only
	}
	change := "ADD webhooks :hook"
	if !h.InForce() {
		change = "DELETE webhooks :hook"
	}
	ops := append([]types.TransactWriteItem{
		{Put: &types.Put{TableName: &s.name, Item: it, ConditionExpression: &condition}},
		s.named(h, change, "attribute_exists(PK)", item{}, false),
	}, more...)
	reasons, err := s.transact(ctx, ops...)
	switch {
	case err != nil:
		return false, fmt.Errorf("change webhook %s: %w", h.ID, err)
	case failed(reasons, 0) && only == nil:
		return false, webhook.ErrNone
	}
	return reasons == nil, nil
}

type webhookDeliveryItem struct {
	ID     string `dynamodbav:"id"`
	Type   string `dynamodbav:"type"`
	At     string `dynamodbav:"at"`
	State  string `dynamodbav:"state"`
	Tries  int    `dynamodbav:"tries"`
	LastAt string `dynamodbav:"lastAt"`
	Last   string `dynamodbav:"last"`
	Status int    `dynamodbav:"status,omitempty"`
}

func (it webhookDeliveryItem) delivery() (webhook.Delivery, error) {
	at, err := parseInstant(it.LastAt)
	if err != nil {
		return webhook.Delivery{}, fmt.Errorf("decode delivery %s: %w", it.ID, err)
	}
	return webhook.Delivery{ID: it.ID, Type: it.Type, At: it.At, State: webhook.State(it.State), Tries: it.Tries, LastAt: at, Last: webhook.Outcome(it.Last), Status: it.Status}, nil
}

// Delivery returns what became of an event at a hook so far; ok is false before the first try.
func (s *Webhooks) Delivery(ctx context.Context, hook, event string, at time.Time) (d webhook.Delivery, ok bool, err error) {
	var it webhookDeliveryItem
	if ok, err = s.get(ctx, webhookPK(hook), deliveryPrefix+event, at, &it); err != nil || !ok {
		if err != nil {
			err = fmt.Errorf("read delivery %s: %w", event, err)
		}
		return d, false, err
	}
	d, err = it.delivery()
	return d, true, err
}

// Deliveries lists the last n of a hook, those of the latest events first.
func (s *Webhooks) Deliveries(ctx context.Context, hook string, n int32, at time.Time) ([]webhook.Delivery, error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, KeyConditionExpression: aws.String("PK = :pk AND begins_with(SK, :prefix)"), ScanIndexForward: aws.Bool(false), Limit: &n,
		ExpressionAttributeValues: item{":pk": str(webhookPK(hook)), ":prefix": str(deliveryPrefix)},
	})
	if err != nil {
		return nil, fmt.Errorf("list deliveries of %s: %w", hook, err)
	}
	list := []webhook.Delivery{}
	for _, raw := range out.Items {
		var it webhookDeliveryItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, fmt.Errorf("decode a delivery of %s: %w", hook, err)
		}
		d, err := it.delivery()
		if err != nil {
			return nil, err
		}
		if !expired(raw, at) {
			list = append(list, d)
		}
	}
	return list, nil
}

// Tried keeps what became of a try: the delivery, and the hook where it is not as before. dead has the office
// pause the hook and tell its holder, once.
func (s *Webhooks) Tried(ctx context.Context, before, after webhook.Hook, d webhook.Delivery, dead bool) error {
	it, err := record(webhookPK(after.ID), deliveryPrefix+d.ID, webhookDeliveryItem{
		ID: d.ID, Type: d.Type, At: d.At, State: string(d.State), Tries: d.Tries, LastAt: instant(d.LastAt), Last: string(d.Last), Status: d.Status,
	})
	if err != nil {
		return err
	}
	it[schema.TTL] = ttl(d.LastAt.Add(webhook.Keep))
	if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.name, Item: it}); err != nil {
		return fmt.Errorf("keep delivery %s: %w", d.ID, err)
	}
	if dead {
		told, err := s.told(account.EventWebhookPaused, after, after.PausedAt)
		if err != nil {
			return err
		}
		_, err = s.put(ctx, after, aws.String(" AND attribute_not_exists(paused)"), told)
		return err
	}
	if before == after {
		return nil
	}
	// Two at once on a hook: the later writes. One that was removed or paused meanwhile stays so.
	change, values := "REMOVE failures, #since, #next", item(nil)
	if after.Failures > 0 {
		change = "SET failures = :failures, #since = :since, #next = :next"
		values = item{":failures": num(int64(after.Failures)), ":since": str(instant(after.Since)), ":next": str(instant(after.NextAt))}
	}
	_, err = s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(accountPK(after.AccountID), webhookSK(after.ID)), UpdateExpression: &change, ExpressionAttributeValues: values,
		ExpressionAttributeNames: map[string]string{"#since": "since", "#next": "next"}, ConditionExpression: aws.String("attribute_exists(PK) AND attribute_not_exists(paused)"),
	})
	if _, gone := errors.AsType[*types.ConditionalCheckFailedException](err); gone {
		return nil
	}
	if err != nil {
		return fmt.Errorf("keep how webhook %s goes: %w", after.ID, err)
	}
	return nil
}

// ended are the operations that take the hooks of an account away that closes.
func (s *Webhooks) ended(ctx context.Context, a account.Account) ([]types.TransactWriteItem, error) {
	if a.WebhookCount == 0 {
		return nil, nil
	}
	list, err := s.Of(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	var ops []types.TransactWriteItem
	for _, h := range list {
		ops = append(ops, types.TransactWriteItem{Delete: &types.Delete{TableName: &s.name, Key: key(accountPK(a.ID), webhookSK(h.ID))}})
	}
	return ops, nil
}
