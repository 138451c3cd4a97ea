package streams

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// event is a batch as Lambda hands it to a function. shift is added to the records' times.
func event(stream string, batch []types.Record, shift time.Duration) ([]byte, error) {
	var ev events.DynamoDBEvent
	for _, r := range batch {
		d := r.Dynamodb
		record := events.DynamoDBEventRecord{
			AWSRegion: aws.ToString(r.AwsRegion), EventID: aws.ToString(r.EventID), EventName: string(r.EventName),
			EventSource: "aws:dynamodb", EventVersion: "1.1", EventSourceArn: stream,
			Change: events.DynamoDBStreamRecord{
				SequenceNumber: aws.ToString(d.SequenceNumber), SizeBytes: aws.ToInt64(d.SizeBytes),
				StreamViewType:              string(d.StreamViewType),
				ApproximateCreationDateTime: events.SecondsEpochTime{Time: aws.ToTime(d.ApproximateCreationDateTime).Add(shift).Truncate(time.Second)},
			},
		}
		for _, image := range []struct {
			from map[string]types.AttributeValue
			to   *map[string]events.DynamoDBAttributeValue
		}{{d.Keys, &record.Change.Keys}, {d.NewImage, &record.Change.NewImage}, {d.OldImage, &record.Change.OldImage}} {
			if image.from == nil {
				continue
			}
			m, err := attributes(image.from)
			if err != nil {
				return nil, fmt.Errorf("stream record %s: %w", record.Change.SequenceNumber, err)
			}
			*image.to = m
		}
		if id := r.UserIdentity; id != nil {
			record.UserIdentity = &events.DynamoDBUserIdentity{Type: aws.ToString(id.Type), PrincipalID: aws.ToString(id.PrincipalId)}
		}
		ev.Records = append(ev.Records, record)
	}
	return json.Marshal(ev)
}

func attributes(in map[string]types.AttributeValue) (map[string]events.DynamoDBAttributeValue, error) {
	out := make(map[string]events.DynamoDBAttributeValue, len(in))
	for name, v := range in {
		a, err := attribute(v)
		if err != nil {
			return nil, err
		}
		out[name] = a
	}
	return out, nil
}

func attribute(v types.AttributeValue) (events.DynamoDBAttributeValue, error) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return events.NewStringAttribute(v.Value), nil
	case *types.AttributeValueMemberN:
		return events.NewNumberAttribute(v.Value), nil
	case *types.AttributeValueMemberB:
		return events.NewBinaryAttribute(v.Value), nil
	case *types.AttributeValueMemberBOOL:
		return events.NewBooleanAttribute(v.Value), nil
	case *types.AttributeValueMemberNULL:
		return events.NewNullAttribute(), nil
	case *types.AttributeValueMemberSS:
		return events.NewStringSetAttribute(v.Value), nil
	case *types.AttributeValueMemberNS:
		return events.NewNumberSetAttribute(v.Value), nil
	case *types.AttributeValueMemberBS:
		return events.NewBinarySetAttribute(v.Value), nil
	case *types.AttributeValueMemberM:
		m, err := attributes(v.Value)
		return events.NewMapAttribute(m), err
	case *types.AttributeValueMemberL:
		list := make([]events.DynamoDBAttributeValue, len(v.Value))
		for i, e := range v.Value {
			var err error
			if list[i], err = attribute(e); err != nil {
				return events.DynamoDBAttributeValue{}, err
			}
		}
		return events.NewListAttribute(list), nil
	}
	return events.DynamoDBAttributeValue{}, fmt.Errorf("attribute of unknown type %T", v)
}
