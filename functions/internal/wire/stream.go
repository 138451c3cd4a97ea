package wire

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// stream handles the records of a batch in order and reports the first that failed, so that
// everything from there on comes again. It writes one log line a batch.
func (a *App) stream(handle func(context.Context, events.DynamoDBEventRecord) error) func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, batch events.DynamoDBEvent) (res events.DynamoDBEventResponse, _ error) {
		begin, done := time.Now(), 0
		var failure error
		for _, record := range batch.Records {
			if failure = handle(ctx, record); failure != nil {
				res.BatchItemFailures = []events.DynamoDBBatchItemFailure{{ItemIdentifier: record.Change.SequenceNumber}}
				break
			}
			done++
		}
		attrs := []slog.Attr{
			slog.String("fn", a.fn.Name), slog.Int("records", len(batch.Records)), slog.Int("done", done),
			slog.Float64("dur_ms", float64(time.Since(begin).Microseconds())/1000),
		}
		level := slog.LevelInfo
		if failure != nil {
			level, attrs = slog.LevelError, append(attrs, slog.String("error", failure.Error()))
		}
		a.log.LogAttrs(ctx, level, "batch", attrs...)
		return res, nil
	}
}

// image turns a stream image into the SDK's attribute values. Outbox items hold strings and
// numbers only; other types are left out.
func image(from map[string]events.DynamoDBAttributeValue) map[string]types.AttributeValue {
	to := make(map[string]types.AttributeValue, len(from))
	for name, v := range from {
		switch v.DataType() {
		case events.DataTypeString:
			to[name] = &types.AttributeValueMemberS{Value: v.String()}
		case events.DataTypeNumber:
			to[name] = &types.AttributeValueMemberN{Value: v.Number()}
		}
	}
	return to
}
