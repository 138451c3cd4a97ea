package store

import (
	"cmp"
	"context"
	"encoding/json"
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
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Filings keeps filings. Items of one filing share PK "FILING#<id>":
//
//	FILING                  the filing; GSI1 lists an account's filings by creation
//	EVENT#<instant>#<type>  what happened, only ever added
//	SEAL                    signed manifest, stored versions of the documents, receipt
//	OUTBOX#<type>           a notice to send; its insertion is what the stream gives to notify
//	NOTICE#<type>#<n>       one recipient's delivery
type Filings struct {
	table
	accounts string
}

// NewFilings returns the filings kept in the table of that name. accounts is the name of the
// accounts table, which Seal alone looks at: it may be empty elsewhere.
func NewFilings(db *dynamodb.Client, name, accounts string) *Filings {
	return &Filings{table{db, name}, accounts}
}

func filingPK(id string) string { return "FILING#" + id }

const (
	filingSK = "FILING"
	sealSK   = "SEAL"
)

// filingItem is the FILING item. The claim and the documents are JSON texts: nothing ever queries
// inside them, and a renamed Go field can't change what is stored.
type filingItem struct {
	ID        string `dynamodbav:"id"`
	Account   string `dynamodbav:"account"`
	Kind      string `dynamodbav:"kind"`
	Version   int    `dynamodbav:"version"`
	Status    string `dynamodbav:"status"`
	Claim     string `dynamodbav:"claim"`
	Documents string `dynamodbav:"documents"`
	Manifest  string `dynamodbav:"manifest,omitempty"` // hex SHA-256 of the document out for signature
	Created   string `dynamodbav:"created"`
	Updated   string `dynamodbav:"updated"`
	Sent      string `dynamodbav:"sent,omitempty"`
	Ticket    string `dynamodbav:"ticket,omitempty"`
}

func (it filingItem) filing() (filing.Filing, error) {
	f := filing.Filing{
		ID: it.ID, AccountID: it.Account, Kind: it.Kind, Version: it.Version, Status: filing.Status(it.Status),
		TicketNo: it.Ticket,
	}
	err := errors.Join(json.Unmarshal([]byte(it.Claim), &f.Claim), json.Unmarshal([]byte(it.Documents), &f.Documents))
	for _, t := range []struct {
		text string
		into *time.Time
	}{{it.Created, &f.CreatedAt}, {it.Updated, &f.UpdatedAt}, {it.Sent, &f.SentAt}} {
		if t.text != "" && err == nil {
			*t.into, err = parseInstant(t.text)
		}
	}
	if err != nil {
		return filing.Filing{}, fmt.Errorf("decode filing %s: %w", it.ID, err)
	}
	return f, nil
}

// Create keeps a new draft with version 1. A repeat with the same claim returns the draft as the
// first call left it.
//
// Errors: filing.ErrVersion when the id is taken by this account with another claim or a later
// version, filing.ErrNotFound when it is taken by someone else.
func (s *Filings) Create(ctx context.Context, f filing.Filing, at time.Time) (filing.Filing, error) {
	f.Version, f.Status, f.CreatedAt, f.UpdatedAt = 1, filing.Draft, at, at
	claim, err := json.Marshal(f.Claim)
	if err != nil {
		return filing.Filing{}, fmt.Errorf("encode filing %s: %w", f.ID, err)
	}
	it, err := record(filingPK(f.ID), filingSK, filingItem{
		ID: f.ID, Account: f.AccountID, Kind: f.Kind, Version: 1, Status: string(filing.Draft), Claim: string(claim),
		Documents: "[]", Created: instant(at), Updated: instant(at),
	})
	if err != nil {
		return filing.Filing{}, err
	}
	it[schema.GSI1PK], it[schema.GSI1SK] = str("ACCOUNT#"+f.AccountID), str(instant(at)+"#"+f.ID)
	it[schema.TTL] = ttl(at.Add(filing.DraftLife))
	reasons, err := s.transact(ctx,
		types.TransactWriteItem{Put: &types.Put{
			TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
		}},
		s.event(f.ID, "created", at))
	if err != nil {
		return filing.Filing{}, fmt.Errorf("create filing %s: %w", f.ID, err)
	}
	if reasons == nil {
		f.Documents = []filing.Document{}
		return f, nil
	}
	first, err := s.Filing(ctx, f.ID, f.AccountID, at)
	if err != nil {
		return filing.Filing{}, err
	}
	again, err := json.Marshal(first.Claim)
	if err != nil {
		return filing.Filing{}, fmt.Errorf("encode filing %s: %w", f.ID, err)
	}
	if first.Version != 1 || string(again) != string(claim) {
		return filing.Filing{}, filing.ErrVersion
	}
	return first, nil
}

func (s *Filings) event(id, kind string, at time.Time) types.TransactWriteItem {
	it := key(filingPK(id), "EVENT#"+instant(at)+"#"+kind)
	it["at"], it["type"] = str(instant(at)), str(kind)
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &s.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	}}
}

// Filing returns the account's filing without its events.
//
// Errors: filing.ErrNotFound, also when it is someone else's: that it exists is private.
func (s *Filings) Filing(ctx context.Context, id, accountID string, at time.Time) (filing.Filing, error) {
	var it filingItem
	ok, err := s.get(ctx, filingPK(id), filingSK, at, &it)
	if err != nil {
		return filing.Filing{}, fmt.Errorf("read filing %s: %w", id, err)
	}
	if !ok || it.Account != accountID {
		return filing.Filing{}, filing.ErrNotFound
	}
	return it.filing()
}

// Events returns what happened to a filing, oldest first. The caller has checked whose it is.
func (s *Filings) Events(ctx context.Context, id string) ([]filing.Event, error) {
	var out []filing.Event
	found, err := s.under(ctx, filingPK(id), "EVENT#")
	if err != nil {
		return nil, fmt.Errorf("read events of %s: %w", id, err)
	}
	for _, it := range found {
		var e struct {
			At   string `dynamodbav:"at"`
			Type string `dynamodbav:"type"`
		}
		if err := attributevalue.UnmarshalMap(it, &e); err != nil {
			return nil, fmt.Errorf("decode event of %s: %w", id, err)
		}
		at, err := parseInstant(e.At)
		if err != nil {
			return nil, fmt.Errorf("decode event of %s: %w", id, err)
		}
		out = append(out, filing.Event{At: at, Type: e.Type})
	}
	return out, nil
}

// ByAccount returns an account's filings, newest first, at most 200: the index may be a moment
// behind.
func (s *Filings) ByAccount(ctx context.Context, accountID string, at time.Time) ([]filing.Filing, error) {
	var out []filing.Filing
	pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(50),
		KeyConditionExpression:    aws.String("GSI1PK = :account"),
		ExpressionAttributeValues: item{":account": str("ACCOUNT#" + accountID)},
	})
	for pages.HasMorePages() && len(out) < 200 {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list filings: %w", err)
		}
		for _, raw := range page.Items {
			if expired(raw, at) {
				continue
			}
			var it filingItem
			if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
				return nil, fmt.Errorf("decode filing: %w", err)
			}
			f, err := it.filing()
			if err != nil {
				return nil, err
			}
			out = append(out, f)
		}
	}
	return out, nil
}

// SaveDraft replaces the claim and the documents of a draft that is still at version f.Version,
// and returns it one version later. A manifest that was out for signature becomes void.
//
// Errors: filing.ErrNotFound, filing.ErrVersion (also when it was sent meanwhile).
func (s *Filings) SaveDraft(ctx context.Context, f filing.Filing, at time.Time) (filing.Filing, error) {
	return s.update(ctx, f, filing.Draft, "", at)
}

// AwaitSignature records that a manifest with that hash is out for signature. Only this manifest
// can be sealed.
//
// Errors: filing.ErrNotFound, filing.ErrVersion.
func (s *Filings) AwaitSignature(ctx context.Context, f filing.Filing, manifestSHA256 string, at time.Time) (filing.Filing, error) {
	return s.update(ctx, f, filing.AwaitingSignatures, manifestSHA256, at)
}

func (s *Filings) update(ctx context.Context, f filing.Filing, to filing.Status, manifest string, at time.Time) (filing.Filing, error) {
	claim, err := json.Marshal(f.Claim)
	if err != nil {
		return filing.Filing{}, fmt.Errorf("encode filing %s: %w", f.ID, err)
	}
	documents, err := json.Marshal(slices.Concat([]filing.Document{}, f.Documents))
	if err != nil {
		return filing.Filing{}, fmt.Errorf("encode filing %s: %w", f.ID, err)
	}
	set := "SET claim = :claim, documents = :documents, version = :next, #status = :to, updated = :at, #ttl = :ttl"
	values := item{
		":claim": str(string(claim)), ":documents": str(string(documents)), ":next": num(int64(f.Version) + 1), ":to": str(string(to)),
		":at": str(instant(at)), ":ttl": ttl(at.Add(filing.DraftLife)),
		":account": str(f.AccountID), ":version": num(int64(f.Version)),
		":draft": str(string(filing.Draft)), ":awaiting": str(string(filing.AwaitingSignatures)),
	}
	if manifest != "" {
		set += ", manifest = :manifest"
		values[":manifest"] = str(manifest)
	} else {
		set += " REMOVE manifest"
	}
	_, err = s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(filingPK(f.ID), filingSK), UpdateExpression: &set,
		ConditionExpression:      aws.String("account = :account AND version = :version AND #status IN (:draft, :awaiting)"),
		ExpressionAttributeNames: map[string]string{"#status": "status", "#ttl": schema.TTL}, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		if owner, ok := refused.Item["account"].(*types.AttributeValueMemberS); !ok || owner.Value != f.AccountID {
			return filing.Filing{}, filing.ErrNotFound
		}
		return filing.Filing{}, filing.ErrVersion
	}
	if err != nil {
		return filing.Filing{}, fmt.Errorf("save filing %s: %w", f.ID, err)
	}
	f.Version, f.Status, f.UpdatedAt = f.Version+1, to, at
	return f, nil
}

type sealItem struct {
	Manifest  string            `dynamodbav:"manifest"`
	Subject   string            `dynamodbav:"subject"`
	Signature []byte            `dynamodbav:"signature"`
	Stored    map[string]string `dynamodbav:"stored"`
	Receipt   []byte            `dynamodbav:"receipt"`
}

// Seal makes a filing sent: state, event, receipt and the notice to be sent, in one transaction
// under every condition that matters, so that a seal needs no read before it.
//
// It returns the receipt the filing has from now on. first is false when the same manifest by
// the same signer was sealed before: then it is that first receipt.
//
// Errors: filing.ErrNotFound, filing.ErrManifestVoid, filing.ErrSealed, filing.ErrWrongSigner,
// agreement.ErrNotAccepted, account.ErrNotRegistered when the account is not active.
func (s *Filings) Seal(ctx context.Context, seal filing.Seal) (receipt []byte, first bool, err error) {
	id, event := seal.Manifest.ID, seal.Event()
	sealed, err := record(filingPK(id), sealSK, sealItem{
		Manifest: seal.ManifestSHA256, Subject: seal.Subject, Signature: seal.CMS, Stored: seal.Stored, Receipt: seal.Receipt,
	})
	if err != nil {
		return nil, false, err
	}
	outbox, err := record(filingPK(id), "OUTBOX#"+event.Type, event)
	if err != nil {
		return nil, false, err
	}
	old := types.ReturnValuesOnConditionCheckFailureAllOld
	reasons, err := s.transact(ctx,
		types.TransactWriteItem{Put: &types.Put{
			TableName: &s.name, Item: sealed, ConditionExpression: aws.String("attribute_not_exists(PK)"),
			ReturnValuesOnConditionCheckFailure: old,
		}},
		types.TransactWriteItem{Update: &types.Update{
			TableName: &s.name, Key: key(filingPK(id), filingSK),
			UpdateExpression:         aws.String("SET #status = :sent, sent = :at, updated = :at, ticket = :ticket, version = version + :one REMOVE #ttl"),
			ConditionExpression:      aws.String("account = :account AND manifest = :manifest AND #status = :awaiting"),
			ExpressionAttributeNames: map[string]string{"#status": "status", "#ttl": schema.TTL},
			ExpressionAttributeValues: item{
				":sent": str(string(filing.Sent)), ":at": str(instant(seal.SentAt)), ":ticket": str(seal.TicketNo), ":one": num(1),
				":account": str(seal.Manifest.Account), ":manifest": str(seal.ManifestSHA256), ":awaiting": str(string(filing.AwaitingSignatures)),
			},
			ReturnValuesOnConditionCheckFailure: old,
		}},
		accountCheck(s.accounts, seal.Manifest.Account, seal.Subject, seal.Manifest.Agreement),
		s.event(id, "sent", seal.SentAt),
		types.TransactWriteItem{Put: &types.Put{
			TableName: &s.name, Item: outbox, ConditionExpression: aws.String("attribute_not_exists(PK)"),
		}})
	if err != nil {
		return nil, false, fmt.Errorf("seal filing %s: %w", id, err)
	}
	if reasons == nil {
		return seal.Receipt, true, nil
	}
	if failed(reasons, 0) {
		var before sealItem
		if err := attributevalue.UnmarshalMap(reasons[0].Item, &before); err != nil {
			return nil, false, fmt.Errorf("decode seal of %s: %w", id, err)
		}
		switch {
		case before.Subject != seal.Subject:
			return nil, false, filing.ErrWrongSigner
		case before.Manifest != seal.ManifestSHA256:
			return nil, false, filing.ErrSealed
		}
		return before.Receipt, false, nil
	}
	if failed(reasons, 2) {
		return nil, false, standing(reasons[2].Item, seal.Subject)
	}
	if failed(reasons, 1) && len(reasons[1].Item) > 0 {
		return nil, false, filing.ErrManifestVoid
	}
	return nil, false, filing.ErrNotFound
}

// standing says why an account may not seal.
func standing(raw item, subject string) error {
	var it accountItem
	if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
		return fmt.Errorf("decode account: %w", err)
	}
	switch {
	case it.Subject != subject:
		return filing.ErrWrongSigner
	case it.Status != string(account.Active):
		return account.ErrNotRegistered
	}
	return agreement.ErrNotAccepted
}

// Receipt returns the receipt of the account's filing.
//
// Errors: filing.ErrNotFound, also before it is sent.
func (s *Filings) Receipt(ctx context.Context, id, accountID string, at time.Time) ([]byte, error) {
	if _, err := s.Filing(ctx, id, accountID, at); err != nil {
		return nil, err
	}
	var it sealItem
	ok, err := s.get(ctx, filingPK(id), sealSK, at, &it)
	if err != nil {
		return nil, fmt.Errorf("read receipt of %s: %w", id, err)
	}
	if !ok {
		return nil, filing.ErrNotFound
	}
	return it.Receipt, nil
}

// Stored returns the bucket's version of each document of a sealed filing, by SHA-256 in hex.
//
// Errors: filing.ErrNotFound before the seal.
func (s *Filings) Stored(ctx context.Context, id string) (map[string]string, error) {
	var it sealItem
	ok, err := s.get(ctx, filingPK(id), sealSK, time.Time{}, &it)
	if err != nil {
		return nil, fmt.Errorf("read seal of %s: %w", id, err)
	}
	if !ok {
		return nil, filing.ErrNotFound
	}
	return it.Stored, nil
}

// Delivered reports whether a recipient of an event has its notice already: "" is the account's
// holder, others go by their ids, so that it does not matter who else is told.
func (s *Filings) Delivered(ctx context.Context, e filing.SentEvent, recipient string) (bool, error) {
	var it struct{}
	ok, err := s.get(ctx, filingPK(e.FilingID), noticeSK(e, recipient), time.Time{}, &it)
	if err != nil {
		return false, fmt.Errorf("read notice of %s: %w", e.FilingID, err)
	}
	return ok, nil
}

// RecordDelivery keeps that the recipient's notice was handed to the mail service under
// messageID. It holds no address.
func (s *Filings) RecordDelivery(ctx context.Context, e filing.SentEvent, recipient, messageID string, at time.Time) error {
	it := key(filingPK(e.FilingID), noticeSK(e, recipient))
	it["messageId"], it["at"] = str(messageID), str(instant(at))
	told := filing.ToldHolder
	if recipient != "" {
		told = filing.ToldRepresentative
	}
	return s.told(ctx, e, it, told, at)
}

// told keeps a delivery and the event by which the filer sees it, in one transaction.
func (s *Filings) told(ctx context.Context, e filing.SentEvent, delivery item, how string, at time.Time) error {
	done := s.event(e.FilingID, how, at)
	done.Put.ConditionExpression = nil // two deliveries in one millisecond are one event
	if _, err := s.transact(ctx, types.TransactWriteItem{Put: &types.Put{TableName: &s.name, Item: delivery}}, done); err != nil {
		return fmt.Errorf("record notice of %s: %w", e.FilingID, err)
	}
	return nil
}

func noticeSK(e filing.SentEvent, recipient string) string {
	return "NOTICE#" + e.Type + "#" + cmp.Or(recipient, "holder")
}

// OutboxEvent reads the event of an OUTBOX item's stream image. ok is false for other items.
func OutboxEvent(image map[string]types.AttributeValue) (e filing.SentEvent, ok bool, err error) {
	return outboxEvent[filing.SentEvent](image, filingPK(""))
}
