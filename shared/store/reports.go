package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/delivery"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/outbox"
)

// What a service reports of a message is kept in the record of its delivery, under the name of the
// outcome: the earliest of a kind, whatever order reports come in. to is the recipient's look-up key
// (indexkey.Recipient): no address is kept.

// reported keeps r in the record at pk, sk, and returns when the message was sent by that. known is false where the
// record is not of r's message: it is another's, or was not written yet.
func (t table) reported(ctx context.Context, pk, sk string, r delivery.Report, to string) (sent time.Time, known bool, err error) {
	detail := item{"at": str(instant(r.At)), "to": str(to)}
	for name, value := range map[string]string{"code": r.Code, "diagnostic": r.Diagnostic} {
		if value != "" {
			detail[name] = str(value)
		}
	}
	set := "SET #outcome = :detail"
	if r.Verdict().Again > 0 {
		set += ", again = :yes"
	}
	values := item{":id": str(r.Message), ":detail": &types.AttributeValueMemberM{Value: detail}, ":at": str(instant(r.At))}
	if r.Verdict().Again > 0 {
		values[":yes"] = &types.AttributeValueMemberBOOL{Value: true}
	}
	out, err := t.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &t.name, Key: key(pk, sk), UpdateExpression: &set, ReturnValues: types.ReturnValueAllNew,
		ConditionExpression:       aws.String("messageId = :id AND (attribute_not_exists(#outcome) OR #outcome.#at > :at)"),
		ExpressionAttributeNames:  map[string]string{"#outcome": string(r.Outcome), "#at": "at"},
		ExpressionAttributeValues: values, ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var it item
	if failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		if it = failed.Item; text(it, "messageId") != r.Message {
			return time.Time{}, false, nil
		}
	} else if err != nil {
		return time.Time{}, false, fmt.Errorf("keep report of %s: %w", pk, err)
	} else {
		it = out.Attributes
	}
	if sent, err = parseInstant(text(it, "at")); err != nil {
		return time.Time{}, true, fmt.Errorf("record of %s: %w", pk, err)
	}
	return sent, true, nil
}

// Reported keeps what became of a filing's notice to the recipient in r.Of, and what of it the filer is to
// see in the timeline.
func (s *Filings) Reported(ctx context.Context, e filing.SentEvent, r delivery.Report, to string) (known bool, err error) {
	sk := noticeSK(e, r.Of.Recipient)
	if r.Channel == delivery.Text {
		sk = filingTextSK(e)
	}
	sent, known, err := s.reported(ctx, filingPK(e.FilingID), sk, r, to)
	if err != nil || !known {
		return known, err
	}
	arrived, lost := filing.ArrivedHolder, filing.LostHolder
	switch {
	case r.Channel == delivery.Text:
		arrived, lost = filing.ArrivedHolderByText, filing.LostHolderByText
	case strings.HasPrefix(r.Of.Recipient, filing.FormerRecipient):
		arrived, lost = filing.ArrivedFormer, filing.LostFormer
	case r.Of.Recipient != "":
		arrived, lost = filing.ArrivedRepresentative, filing.LostRepresentative
	}
	at := r.At
	if !at.After(sent) { // whatever the service's clock says
		at = sent.Add(time.Millisecond)
	}
	event := s.event(e.FilingID, arrived, sk, at)
	switch v := r.Verdict(); {
	case v.Failed:
		event = s.event(e.FilingID, lost, sk, at)
	case !v.Delivered:
		return true, nil
	}
	event.Put.Item["to"] = str(to)
	if r.Code != "" {
		event.Put.Item["code"] = str(r.Code)
	}
	if r.Diagnostic != "" {
		event.Put.Item["diagnostic"] = str(r.Diagnostic)
	}
	if _, err := s.transact(ctx, event); err != nil {
		return true, fmt.Errorf("keep report of %s: %w", e.FilingID, err)
	}
	return true, nil
}

// ReportedWarning keeps what became of the notice that a draft goes.
func (s *Filings) ReportedWarning(ctx context.Context, e filing.ExpiringEvent, r delivery.Report, to string) (known bool, err error) {
	_, known, err = s.reported(ctx, filingPK(e.FilingID), "NOTICE#"+expiringName(e), r, to)
	return known, err
}

// Again has the event of r told again after what its verdict says, by the queue its message came by. A repeat
// changes nothing until that was done, nor does an entry that is gone. What others await of it stays as it is.
func (s *Outbox) Again(ctx context.Context, r delivery.Report, at time.Time) error {
	return s.leave(ctx, outbox.Entry{Event: outbox.Event{Type: r.Of.Type, Of: r.Of.PK}}, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(r.Of.PK, r.Of.SK),
		UpdateExpression:    aws.String("SET try = :next, GSI1PK = :shard, GSI1SK = :due ADD awaits :queue"),
		ConditionExpression: aws.String("attribute_exists(PK) AND (attribute_not_exists(try) OR try <= :next)"),
		ExpressionAttributeValues: item{
			":next": num(int64(r.Of.Try + 1)), ":shard": str(outboxShard(r.Of.PK)), ":due": str(instant(at.Add(r.Verdict().Again))),
			":queue": &types.AttributeValueMemberSS{Value: []string{r.Of.Queue}},
		},
	})
}

// Entry returns what is in the outbox at pk, sk. ok is false for what is not there, or not any more.
func (s *Outbox) Entry(ctx context.Context, pk, sk string) (e outbox.Entry, ok bool, err error) {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.name, Key: key(pk, sk), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return e, false, fmt.Errorf("read outbox of %s: %w", pk, err)
	}
	return OutboxEntry(out.Item)
}
