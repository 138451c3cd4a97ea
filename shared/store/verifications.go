package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

const verificationPrefix = "VERIFICATION#"

type verificationItem struct {
	Verification []byte `dynamodbav:"verification"` // JSON
}

// Verify keeps what was found out about a filing that was sent, with the step that it leads to: state,
// evidence, event and what is to be told of it, in one transaction. It does nothing and returns false
// where the filing is not, or not any more, in a status from which the step is taken, or where what is to be
// settled is known already: another has done it.
func (s *Filings) Verify(ctx context.Context, e filing.Envelope, v filing.Verification) (bool, error) {
	kept, err := verificationRecord(e.ID, v)
	if err != nil {
		return false, err
	}
	event := v.Event(e)
	name := event.Type
	if v.Step == "settle" { // once for all that is known now, and again when more is
		name += "#" + v.Learned()
	}
	told, err := s.outboxItem(filingPK(e.ID), name, event.Outbox(), time.Time{})
	if err != nil {
		return false, err
	}
	told.Put.ConditionExpression = aws.String("attribute_not_exists(PK)")
	last, err := s.lasting(ctx, e)
	if err != nil {
		return false, err
	}
	ops := append([]types.TransactWriteItem{told, s.once(kept), s.event(e.ID, v.Timeline(), "", v.At)}, last...)
	if v.Step != "settle" {
		step, err := s.steps(e.ID, v)
		if err != nil {
			return false, err
		}
		ops = append(ops, step)
	}
	if v.Step == "receive" || v.Step == "doubt" {
		queued, err := s.queued(ctx, filing.QueuedOf(e, filing.StepOf(v.Step).To), v.At)
		if err != nil {
			return false, err
		}
		ops = append(ops, queued...)
	}
	reasons, err := s.transact(ctx, ops...)
	if err != nil {
		return false, fmt.Errorf("verify filing %s: %w", e.ID, err)
	}
	return reasons == nil, nil
}

// steps is the operation by which the envelope takes the step of a verification.
func (s *Filings) steps(id string, v filing.Verification) (types.TransactWriteItem, error) {
	cond, values := may(v.Step)
	values[":to"], values[":at"], values[":one"] = str(string(filing.StepOf(v.Step).To)), str(instant(v.At)), num(1)
	set := "SET #status = :to, updated = :at"
	if len(v.Rejected) > 0 {
		raw, err := json.Marshal(v.Rejected)
		if err != nil {
			return types.TransactWriteItem{}, fmt.Errorf("encode rejection of %s: %w", id, err)
		}
		set += ", rejected = :rejected"
		values[":rejected"] = &types.AttributeValueMemberB{Value: raw}
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(filingPK(id), filingSK), UpdateExpression: aws.String(set + " ADD revision :one"), ConditionExpression: &cond,
		ExpressionAttributeNames: map[string]string{"#status": "status"}, ExpressionAttributeValues: values,
	}}, nil
}

func verificationRecord(id string, v filing.Verification) (item, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode verification of %s: %w", id, err)
	}
	return record(sealPK(id), verificationPrefix+instant(v.At), verificationItem{raw})
}

func verification(it item) (v filing.Verification, err error) {
	raw, _ := it["verification"].(*types.AttributeValueMemberB)
	if raw == nil {
		return v, fmt.Errorf("%s is empty", text(it, schema.SK))
	}
	return v, json.Unmarshal(raw.Value, &v)
}
