package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/filing"
)

// Hand gives a filing to another clerk, or to another judge, in one transaction with the event that tells of
// it, on condition that whoever has it is the one it is taken from. A repeat changes nothing.
//
// Errors: filing.ErrElsewhere where it stands elsewhere or another has it by now.
func (s *Filings) Hand(ctx context.Context, h filing.Handover) error {
	done := key(filingPK(h.Filing), actSK+h.ID)
	done["digest"] = str(h.Digest())
	raw, err := json.Marshal(h.Acted())
	if err != nil {
		return fmt.Errorf("encode handover of %s: %w", h.Filing, err)
	}
	event := s.event(h.Filing, h.Timeline(), "", h.At)
	event.Put.Item["acted"] = &types.AttributeValueMemberB{Value: raw}
	event.Put.Item["actor"], event.Put.Item["person"] = str(h.Actor), str(h.Person)
	event.Put.Item["from"], event.Put.Item["to"], event.Put.Item["reason"] = str(h.From), str(h.To), str(h.Reason)
	ops := []types.TransactWriteItem{s.once(done), event}
	if h.Judge {
		ops = append(ops, s.toJudge(h)...)
	} else {
		ops = append(ops, s.toClerk(h))
	}
	reasons, err := s.transact(ctx, ops...)
	switch {
	case err != nil:
		return fmt.Errorf("hand filing %s over: %w", h.Filing, err)
	case reasons == nil, failed(reasons, 0) && text(reasons[0].Item, "digest") == h.Digest():
		return nil
	}
	return filing.ErrElsewhere
}

func (s *Filings) toClerk(h filing.Handover) types.TransactWriteItem {
	held := "(attribute_not_exists(holder) OR #until <= :at)"
	values := item{
		":to": str(h.To), ":name": str(h.Name), ":until": str(instant(filing.HandedUntil(h.At))), ":at": str(instant(h.At)), ":reason": str(h.Reason),
		":court": str(h.Court), ":received": str(string(filing.Received)), ":registered": str(string(filing.Registered)),
	}
	if h.From != "" {
		held = "holder = :from AND #until > :at"
		values[":from"] = str(h.From)
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &s.name, Key: key(filingPK(h.Filing), queueSK),
		UpdateExpression:         aws.String("SET holder = :to, holderName = :name, #until = :until, handed = :reason, handedTo = :to"),
		ConditionExpression:      aws.String("court = :court AND #status IN (:received, :registered) AND " + held),
		ExpressionAttributeNames: map[string]string{"#until": "until", "#status": "status"}, ExpressionAttributeValues: values,
	}}
}

func (s *Filings) toJudge(h filing.Handover) []types.TransactWriteItem {
	return []types.TransactWriteItem{
		{Update: &types.Update{
			TableName: &s.name, Key: key(filingPK(h.Filing), filingSK), UpdateExpression: aws.String("SET judge = :to, judgeName = :name, updated = :at ADD revision :one"),
			ConditionExpression:      aws.String("court = :court AND #status = :review AND judge = :from"),
			ExpressionAttributeNames: map[string]string{"#status": "status"},
			ExpressionAttributeValues: item{
				":to": str(h.To), ":name": str(h.Name), ":at": str(instant(h.At)), ":one": num(1), ":court": str(h.Court), ":review": str(string(filing.UnderReview)), ":from": str(h.From),
			},
		}},
		{Update: &types.Update{
			TableName: &s.name, Key: key(filingPK(h.Filing), queueSK), UpdateExpression: aws.String("SET judge = :name, GSI1PK = :judge, handed = :reason, handedTo = :to"),
			ConditionExpression:       aws.String("GSI1PK = :from"),
			ExpressionAttributeValues: item{":name": str(h.Name), ":judge": str(judgeKey(h.To)), ":to": str(h.To), ":from": str(judgeKey(h.From)), ":reason": str(h.Reason)},
		}},
	}
}
