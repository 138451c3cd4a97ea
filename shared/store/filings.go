package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Filings keeps filings. Its items:
//
//	FILING#<id>  FILING                    the envelope; GSI1 lists an account's filings by creation
//	FILING#<id>  SECTION#<code>            a part of the form, with its own version: see sections.go
//	FILING#<id>  PART#<code>#<n>           what of a section does not fit one item
//	FILING#<id>  DOCUMENT#<id>             an attachment: see attachments.go
//	FILING#<id>  MANIFEST                  the document out for signature: see manifests.go
//	FILING#<id>  SIGNER#<key>              who may sign it, for what; GSI1 lists what waits for a person
//	FILING#<id>  EXPIRY                    when to look whether the draft goes soon: see expiry.go
//	FILING#<id>  OUTBOX#<type>             a notice to send; its insertion is what the stream gives to notify
//	FILING#<id>  NOTICE#<type>#<n>         one recipient's delivery
//	SEAL#<id>    PINS#<manifest>           the bucket's versions of what a manifest names; with an end, until what was sent is verified
//	FILING#<id>  SIGNATURES                which of several seats have a signature
//	SEAL#<id>    SIGNATURE#<manifest>#<n>  one of several signatures, by the seat it is for
//	SEAL#<id>    SEAL                      the last signature and the receipt: see seal.go
//	SEAL#<id>    VERIFICATION#<instant>    what was found out after it was sent: see verifications.go
//	SEAL#<id>    RULING#<instant>          a judge's ruling as it was signed: see registry.go
//	EVENT#<id>   <instant>#<type>          what happened; GSI1 lists what was sent on a day: see sent.go
//	FILING#<id>  QUEUE                     its place in a court's queue and who has it in hand: see registry.go
//	FILING#<id>  ACT#<id>                  an act of the court's staff that was done
//	TICKET#<no>  FILING                    which filing has the ticket number
//	NUMBER#<court>#<no>  FILING            which filing the court registered under the number
//	COURT#<code> DUE#<date>                a day on which answers of the court are due
//	COMPARISON   EVIDENCE                  how far the comparison with the evidence bucket is
//
// Under SEAL# and EVENT# items are only ever put, each once, and pins once more without their end: no function may
// change or delete there (schema.Filings.Appended). Only envelopes, signers, looks and the events of sending have entries in the
// index, and they are small, so that lists read no forms. What a draft consists of goes by itself after
// filing.DraftMost; what was sealed lies in the bucket by then.
type Filings struct {
	table
	opened days
}

// NewFilings returns the filings kept in the table of that name.
func NewFilings(db *dynamodb.Client, name string) *Filings { return &Filings{table: table{db, name}} }

func filingPK(id string) string { return "FILING#" + id }
func sealPK(id string) string   { return schema.Seals + id }
func eventPK(id string) string  { return schema.Events + id }

const (
	filingSK       = "FILING"
	sectionPrefix  = "SECTION#"
	partPrefix     = "PART#"
	documentPrefix = "DOCUMENT#"
	signerPrefix   = "SIGNER#"
)

// envelopeItem is the FILING item.
type envelopeItem struct {
	ID       string `dynamodbav:"id"`
	Account  string `dynamodbav:"account"`
	Kind     string `dynamodbav:"kind"`
	Form     int    `dynamodbav:"form"`
	Status   string `dynamodbav:"status"`
	Revision int    `dynamodbav:"revision"`
	Attached int    `dynamodbav:"attached"`
	Court    string `dynamodbav:"court,omitempty"`
	Lang     string `dynamodbav:"lang,omitempty"`
	Case     string `dynamodbav:"case,omitempty"`
	About    string `dynamodbav:"about,omitempty"`
	Opposite string `dynamodbav:"opposite,omitempty"`
	Tiyn     int64  `dynamodbav:"tiyn,omitempty"`
	Manifest string `dynamodbav:"manifest,omitempty"`
	SealBy   string `dynamodbav:"sealBy,omitempty"`
	Replaces string `dynamodbav:"replaces,omitempty"`
	Created  string `dynamodbav:"created"`
	Updated  string `dynamodbav:"updated"`
	Asked    string `dynamodbav:"asked,omitempty"` // the manifest that asks others to sign, perhaps not the one that is out
	Signed   int    `dynamodbav:"signed,omitempty"`
	Sent     string `dynamodbav:"sent,omitempty"`
	Ticket   string `dynamodbav:"ticket,omitempty"`
	Rejected []byte `dynamodbav:"rejected,omitempty"` // JSON of filing.Rejection
	Number   string `dynamodbav:"number,omitempty"`
	Judge    string `dynamodbav:"judge,omitempty"`
	JudgeIs  string `dynamodbav:"judgeName,omitempty"`
	Longer   string `dynamodbav:"extension,omitempty"`
	Until    string `dynamodbav:"until,omitempty"`
}

func (it envelopeItem) asks() bool { return it.Asked != "" && it.Asked == it.Manifest }

func (it envelopeItem) envelope() (filing.Envelope, error) {
	h := filing.Envelope{
		ID: it.ID, AccountID: it.Account, Kind: it.Kind, Form: it.Form, Status: filing.Status(it.Status), Revision: it.Revision, Attachments: it.Attached,
		Head:     filing.Head{Court: it.Court, Lang: locale.Lang(it.Lang), About: it.About, Case: it.Case, Opposite: it.Opposite, Tiyn: it.Tiyn},
		Manifest: it.Manifest, Asked: it.asks(), Signed: it.Signed, Replaces: it.Replaces, TicketNo: it.Ticket, Number: it.Number, Judge: it.Judge, JudgeName: it.JudgeIs, Extension: it.Longer,
	}
	var err error
	if it.Rejected != nil {
		err = json.Unmarshal(it.Rejected, &h.Rejected)
	}
	for _, t := range []struct {
		text string
		into *time.Time
	}{{it.Created, &h.CreatedAt}, {it.Updated, &h.UpdatedAt}, {it.Sent, &h.SentAt}, {it.SealBy, &h.SealBy}} {
		if t.text != "" && err == nil {
			*t.into, err = parseInstant(t.text)
		}
	}
	if it.Until != "" && err == nil {
		err = h.Until.UnmarshalText([]byte(it.Until))
	}
	if err != nil {
		return filing.Envelope{}, fmt.Errorf("decode filing %s: %w", it.ID, err)
	}
	return h, nil
}

// Create keeps a new draft with the sections and attachments that f has, each at version 1. A
// repeat finds the draft as it is by now.
//
// Errors: filing.ErrVersion when the id is taken by another kind of filing of this account,
// filing.ErrNotFound when it is taken by someone else.
func (s *Filings) Create(ctx context.Context, f filing.Filing, at time.Time) (filing.Filing, error) {
	f.Status, f.Revision, f.CreatedAt, f.UpdatedAt, f.Attachments = filing.StepOf("create").To, 1, at, at, len(f.Attached)
	f.Opposite = filing.Shortened(f.Opposite)
	it, err := record(filingPK(f.ID), filingSK, envelopeItem{
		ID: f.ID, Account: f.AccountID, Kind: f.Kind, Form: f.Form, Status: string(f.Status), Revision: 1, Attached: f.Attachments,
		Court: f.Court, Lang: string(f.Lang), About: f.About, Case: f.Case, Opposite: f.Opposite, Tiyn: f.Tiyn, Replaces: f.Replaces, Created: instant(at), Updated: instant(at),
	})
	if err != nil {
		return filing.Filing{}, err
	}
	it[schema.GSI1PK], it[schema.GSI1SK] = str(ownerKey(f.AccountID)), str(instant(at)+"#"+f.ID)
	it[schema.TTL] = ttl(filing.ExpiresAt(at, at))
	look := expiryRecord(f.Envelope, filing.FirstLook(filing.ExpiresAt(at, at)))
	ops := append([]types.TransactWriteItem{s.once(it)}, s.puts([]item{look})...)
	for i := range f.Sections {
		f.Sections[i].Version, f.Sections[i].UpdatedAt = 1, at
		items, err := sectionItems(f.Envelope, f.Sections[i])
		if err != nil {
			return filing.Filing{}, err
		}
		ops = append(ops, s.puts(items)...)
	}
	documents, err := attachmentRecords(f, at)
	if err != nil {
		return filing.Filing{}, err
	}
	now := min(len(documents), transactionRoom-len(ops))
	it["attached"] = num(int64(now))
	reasons, err := s.transact(ctx, append(ops, s.puts(documents[:now])...)...)
	if err != nil {
		return filing.Filing{}, fmt.Errorf("create filing %s: %w", f.ID, err)
	}
	if reasons == nil && now == len(documents) {
		return f, nil
	}
	first, err := s.Filing(ctx, f.ID, f.AccountID, at)
	if err == nil && first.Revision == 1 && first.Attachments == now && now < len(documents) {
		if err = s.attachRest(ctx, first.Envelope, documents[now:], at); err == nil {
			first, err = s.Filing(ctx, f.ID, f.AccountID, at)
		}
	}
	if err == nil && (first.Kind != f.Kind || first.Replaces != f.Replaces) {
		err = filing.ErrVersion
	}
	return first, err
}

// transactionRoom is how many items a transaction of DynamoDB takes.
const transactionRoom = 100

func attachmentRecords(f filing.Filing, at time.Time) (items []item, err error) {
	for i := range f.Attached {
		f.Attached[i].Version, f.Attached[i].AddedAt = 1, at
		it, err := attachmentRecord(f.Envelope, f.Attached[i])
		if err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	return items, nil
}

// attachRest adds to a draft nobody has touched the documents its first transaction had no room for. A
// repeat of Create after a cut does it too; of two at once one does.
func (s *Filings) attachRest(ctx context.Context, h filing.Envelope, documents []item, at time.Time) error {
	_, err := s.change(ctx, h, change{
		step: "edit", set: ", attached = attached + :n", condition: " AND revision = :first",
		values: item{":n": num(int64(len(documents))), ":first": num(1)},
	}, at, s.puts(documents)...)
	if err != nil {
		return fmt.Errorf("create filing %s: %w", h.ID, err)
	}
	return nil
}

func ownerKey(accountID string) string { return "ACCOUNT#" + accountID }

// once is the operation that puts an item that may not be there yet.
func (t table) once(it item) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &t.name, Item: it, ConditionExpression: aws.String("attribute_not_exists(PK)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// add does one put unless the item is there.
func (t table) add(ctx context.Context, op types.TransactWriteItem) error {
	_, err := t.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.name, Item: op.Put.Item, ConditionExpression: op.Put.ConditionExpression})
	if _, there := errors.AsType[*types.ConditionalCheckFailedException](err); there {
		return nil
	}
	if err != nil {
		return fmt.Errorf("put %s: %w", text(op.Put.Item, schema.SK), err)
	}
	return nil
}

func (t table) puts(items []item) []types.TransactWriteItem {
	var ops []types.TransactWriteItem
	for _, it := range items {
		ops = append(ops, types.TransactWriteItem{Put: &types.Put{TableName: &t.name, Item: it}})
	}
	return ops
}

// Envelope returns where the account's filing stands.
//
// Errors: filing.ErrNotFound, also when it is someone else's: that it exists is private.
func (s *Filings) Envelope(ctx context.Context, id, accountID string, at time.Time) (filing.Envelope, error) {
	var it envelopeItem
	ok, err := s.get(ctx, filingPK(id), filingSK, at, &it)
	if err != nil {
		return filing.Envelope{}, fmt.Errorf("read filing %s: %w", id, err)
	}
	if !ok || it.Account != accountID {
		return filing.Envelope{}, filing.ErrNotFound
	}
	return it.envelope()
}

// Filing returns the account's filing without its events, as it stands at one moment.
//
// Errors: filing.ErrNotFound, also when it is someone else's.
func (s *Filings) Filing(ctx context.Context, id, accountID string, at time.Time) (filing.Filing, error) {
	found, err := s.under(ctx, filingPK(id), "")
	if err != nil {
		return filing.Filing{}, fmt.Errorf("read filing %s: %w", id, err)
	}
	return gather(id, accountID, found, at)
}

// gather makes a filing of its items.
func gather(id, accountID string, found []item, at time.Time) (f filing.Filing, err error) {
	var sections []sectionItem
	parts := map[string][]byte{}
	for _, raw := range found {
		if err != nil {
			return filing.Filing{}, fmt.Errorf("decode filing %s: %w", id, err)
		}
		if expired(raw, at) {
			continue
		}
		switch sk := text(raw, schema.SK); {
		case sk == filingSK:
			var it envelopeItem
			if err = attributevalue.UnmarshalMap(raw, &it); err == nil {
				f.Envelope, err = it.envelope()
			}
		case strings.HasPrefix(sk, sectionPrefix):
			var it sectionItem
			err = attributevalue.UnmarshalMap(raw, &it)
			sections = append(sections, it)
		case strings.HasPrefix(sk, partPrefix):
			if b, ok := raw["data"].(*types.AttributeValueMemberB); ok {
				parts[sk] = b.Value
			}
		case strings.HasPrefix(sk, documentPrefix):
			var it attachmentItem
			if err = attributevalue.UnmarshalMap(raw, &it); err == nil {
				var a filing.Attachment
				a, err = it.attachment()
				f.Attached = append(f.Attached, a)
			}
		}
	}
	for _, it := range sections {
		var one filing.Section
		if err == nil {
			one, err = it.section(parts)
		}
		f.Sections = append(f.Sections, one)
	}
	if err != nil {
		return filing.Filing{}, fmt.Errorf("decode filing %s: %w", id, err)
	}
	if f.ID == "" || f.AccountID != accountID {
		return filing.Filing{}, filing.ErrNotFound
	}
	slices.SortFunc(f.Attached, func(a, b filing.Attachment) int { return cmp.Or(a.AddedAt.Compare(b.AddedAt), cmp.Compare(a.ID, b.ID)) })
	return f, nil
}

// text is a text attribute, "" where there is none.
func text(it item, name string) string {
	s, _ := it[name].(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

// change is what a filing's owner changes in its head.
type change struct {
	step      string // of filing.Steps
	set       string // beside status, revision and instants: ", a = :a"
	condition string // beside owner and status: " AND b = :b"
	values    item
	manifest  string // that is out from then on, or ""
}

// change makes a change with further operations, all or nothing: the head moves on, a manifest that
// was out becomes void where the step ends in a draft or another is put out. That somebody had signed it
// is an event, and whom it asked are told. The
// reasons of a refusal are in the order of the head and ops.
func (s *Filings) change(ctx context.Context, h filing.Envelope, c change, at time.Time, ops ...types.TransactWriteItem) ([]types.CancellationReason, error) {
	for range raceTries {
		all := append([]types.TransactWriteItem{s.headChange(h, c, at)}, ops...)
		if h.Signed > 0 {
			all = append(all, s.event(h.ID, filing.EventVoided, fmt.Sprint(h.Revision), at))
		}
		if h.Asked && h.Manifest != c.manifest {
			told, err := s.tellAsked(h.Unasked(at), at)
			if err != nil {
				return nil, err
			}
			all = append(all, told)
		}
		reasons, err := s.transact(ctx, all...)
		if err != nil || !failed(reasons, 0) {
			return reasons, err
		}
		var it envelopeItem
		if err := attributevalue.UnmarshalMap(reasons[0].Item, &it); err != nil {
			return nil, err
		}
		if it.Signed == h.Signed && it.asks() == h.Asked && (!h.Asked || it.Manifest == h.Manifest) {
			return reasons, nil
		}
		// Somebody signed, another edit voided it, or it was put out, meanwhile.
		h.Signed, h.Revision, h.Asked, h.Manifest = it.Signed, it.Revision, it.asks(), it.Manifest
	}
	return nil, errRace
}

func (s *Filings) headChange(h filing.Envelope, c change, at time.Time) types.TransactWriteItem {
	to := filing.StepOf(c.step).To
	expr := "SET #status = :to, updated = :at, #ttl = :ttl" + c.set
	if to == filing.Draft {
		expr += " REMOVE manifest, sealBy, asked, signed"
	} else {
		expr += " REMOVE signed"
	}
	cond, values := may(c.step)
	if h.Signed > 0 {
		cond += " AND signed = :signed"
		values[":signed"] = num(int64(h.Signed))
	} else {
		cond += " AND attribute_not_exists(signed)"
	}
	if h.Asked {
		cond += " AND asked = :asked AND manifest = :asked"
		values[":asked"] = str(h.Manifest)
	} else {
		cond += " AND (attribute_not_exists(asked) OR attribute_not_exists(manifest) OR asked <> manifest)"
	}
	maps.Copy(values, c.values)
	maps.Copy(values, item{
		":to": str(string(to)), ":at": str(instant(at)), ":one": num(1), ":account": str(h.AccountID), ":ttl": ttl(filing.ExpiresAt(h.CreatedAt, at)),
	})
	names := map[string]string{"#status": "status", "#ttl": schema.TTL}
	if strings.Contains(c.set, caseName) {
		names[caseName] = "case"
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(filingPK(h.ID), filingSK), UpdateExpression: aws.String(expr + " ADD revision :one"),
		ConditionExpression:                 aws.String("account = :account AND " + cond + c.condition),
		ExpressionAttributeNames:            names,
		ExpressionAttributeValues:           values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// event is the operation that adds an event. which tells those of one type and instant apart.
func (s *Filings) event(id, kind, which string, at time.Time) types.TransactWriteItem {
	sk := instant(at) + "#" + kind
	if which != "" {
		sk += "#" + which
	}
	it := key(eventPK(id), sk)
	it["at"], it["type"] = str(instant(at)), str(kind)
	if kind == filing.EventSealed {
		it[schema.GSI1PK], it[schema.GSI1SK] = str(sentKey(dayOf(at), shardOf(id, SentShards))), str(instant(at)+"#"+id)
	}
	return s.once(it)
}

// may is the condition that a step may be taken, and its values.
func may(step string) (condition string, values item) {
	values = item{}
	var names []string
	for i, from := range filing.StepOf(step).From {
		name := fmt.Sprintf(":from%d", i)
		names, values[name] = append(names, name), str(string(from))
	}
	return "#status IN (" + strings.Join(names, ", ") + ")", values
}

// refused says why the head's condition did not hold.
func refused(reason types.CancellationReason, accountID string) error {
	if text(reason.Item, "account") != accountID {
		return filing.ErrNotFound
	}
	return filing.ErrVersion
}

// Void takes back a manifest that is out for signature. A filing that has none is left as it is.
//
// Errors: filing.ErrNotFound, filing.ErrVersion when it was sent meanwhile.
func (s *Filings) Void(ctx context.Context, h filing.Envelope, at time.Time) error {
	reasons, err := s.change(ctx, h, change{step: "void"}, at)
	if err != nil {
		return fmt.Errorf("void the manifest of %s: %w", h.ID, err)
	}
	if reasons != nil && text(reasons[0].Item, "status") != string(filing.Draft) {
		return refused(reasons[0], h.AccountID)
	}
	return nil
}

// unaskedBy has those told whom the manifest asks that goes with a draft, of which found are the items.
func (s *Filings) unaskedBy(found []item, at time.Time) ([]types.TransactWriteItem, error) {
	for _, raw := range found {
		var it envelopeItem
		if text(raw, schema.SK) != filingSK {
			continue
		}
		err := attributevalue.UnmarshalMap(raw, &it)
		if err != nil || !it.asks() {
			return nil, err
		}
		e, err := it.envelope()
		if err != nil {
			return nil, err
		}
		told, err := s.tellAsked(e.Unasked(at), at)
		return []types.TransactWriteItem{told}, err
	}
	return nil, nil
}

// Delete removes a draft. What is not removed with its head goes by itself: nothing reads it.
//
// Errors: filing.ErrNotFound, filing.ErrVersion when it was sent.
func (s *Filings) Delete(ctx context.Context, id, accountID string, at time.Time) error {
	found, err := s.under(ctx, filingPK(id), "")
	if err != nil {
		return fmt.Errorf("read filing %s: %w", id, err)
	}
	cond, values := may("delete")
	values[":account"] = str(accountID)
	ops := []types.TransactWriteItem{{Delete: &types.Delete{
		TableName: &s.name, Key: key(filingPK(id), filingSK), ConditionExpression: aws.String("account = :account AND " + cond),
		ExpressionAttributeNames: map[string]string{"#status": "status"}, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}}
	unasked, err := s.unaskedBy(found, at)
	if err != nil {
		return err
	}
	reasons, err := s.transact(ctx, append(ops, unasked...)...)
	if err != nil {
		return fmt.Errorf("delete filing %s: %w", id, err)
	}
	if reasons != nil {
		return refused(reasons[0], accountID)
	}
	for _, it := range found {
		sk := text(it, schema.SK)
		if sk == filingSK || unasked != nil && (strings.HasPrefix(sk, askedPrefix) || strings.HasPrefix(sk, "NOTICE#")) { // these go by themselves, once those are told
			continue
		}
		if _, err := s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.name, Key: key(filingPK(id), text(it, schema.SK))}); err != nil {
			return fmt.Errorf("delete filing %s: %w", id, err)
		}
	}
	return nil
}
