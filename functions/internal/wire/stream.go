package wire

import (
	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// image turns a stream image into the SDK's attribute values. Outbox items hold strings, numbers
// and sets of strings only; other types are left out.
func image(from map[string]events.DynamoDBAttributeValue) map[string]types.AttributeValue {
	to := make(map[string]types.AttributeValue, len(from))
	for name, v := range from {
		switch v.DataType() {
		case events.DataTypeString:
			to[name] = &types.AttributeValueMemberS{Value: v.String()}
		case events.DataTypeNumber:
			to[name] = &types.AttributeValueMemberN{Value: v.Number()}
		case events.DataTypeStringSet:
			to[name] = &types.AttributeValueMemberSS{Value: v.StringSet()}
		}
	}
	return to
}
