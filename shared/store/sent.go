package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// SentShards is over how many index keys the filings sent on one day are spread: a key takes 1,000
// writes a second, and a national deadline has some 830 seals.
const SentShards = 16

// dayOf is the day of an instant in UTC, as the index has it.
func dayOf(at time.Time) string { return at.UTC().Format(time.DateOnly) }

func sentKey(day string, shard uint32) string { return fmt.Sprintf("SENT#%s#%x", day, shard) }

// SentOn returns ids of filings that were sent on the UTC day of at, those of one of SentShards, in the
// order they were sent: at most n after the place after. last is the place of the last of them. No ids
// are left after none. The index may be a moment behind.
func (s *Filings) SentOn(ctx context.Context, at time.Time, shard int, after string, n int) (ids []string, last string, err error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index), Limit: aws.Int32(int32(n)),
		KeyConditionExpression:    aws.String("GSI1PK = :day AND GSI1SK > :after"),
		ExpressionAttributeValues: item{":day": str(sentKey(dayOf(at), uint32(shard))), ":after": str(after + "#")}, // no instant has a "#"
	})
	if err != nil {
		return nil, "", fmt.Errorf("list what was sent on %s: %w", dayOf(at), err)
	}
	for _, it := range out.Items {
		last = text(it, schema.GSI1SK)
		_, id, _ := strings.Cut(last, "#")
		ids = append(ids, id)
	}
	return ids, last, nil
}

// Statuses returns where filings stand, by id, at most 100. One that is not there, or is a draft, is
// left out.
func (s *Filings) Statuses(ctx context.Context, ids []string) (map[string]filing.Status, error) {
	var keys []item
	for _, id := range ids {
		keys = append(keys, key(filingPK(id), filingSK))
	}
	found, err := s.batch(ctx, keys...)
	if err != nil {
		return nil, fmt.Errorf("read filings: %w", err)
	}
	out := map[string]filing.Status{}
	for _, it := range found {
		if text(it, "sent") != "" {
			out[text(it, "id")] = filing.Status(text(it, "status"))
		}
	}
	return out, nil
}

// Comparison is how far the comparison of the table with the evidence is. It goes through the days from
// Began backwards, then through the records.
type Comparison struct {
	Began    time.Time `dynamodbav:"began"` // this pass
	Day      time.Time `dynamodbav:"day"`   // that is being compared
	Shard    int       `dynamodbav:"shard"`
	After    string    `dynamodbav:"after"`   // place in the shard, or in the records
	Lull     int       `dynamodbav:"lull"`    // days in a row on which nothing was sent
	Records  bool      `dynamodbav:"records"` // the days are done
	Compared int       `dynamodbav:"compared"`
	Differs  int       `dynamodbav:"differs"`
	Done     bool      `dynamodbav:"done"`
	Passed   time.Time `dynamodbav:"passed"` // when the last whole pass began; zero before the first
}

const (
	comparisonPK = "COMPARISON"
	comparisonSK = "EVIDENCE"
)

// Comparison returns how far the comparison is; the zero value before the first.
func (s *Filings) Comparison(ctx context.Context) (Comparison, error) {
	var c Comparison
	if _, err := s.get(ctx, comparisonPK, comparisonSK, time.Time{}, &c); err != nil {
		return Comparison{}, fmt.Errorf("read comparison: %w", err)
	}
	return c, nil
}

// KeepComparison keeps how far the comparison is. It has one writer.
func (s *Filings) KeepComparison(ctx context.Context, c Comparison) error {
	value, err := attributevalue.MarshalMap(c)
	if err != nil {
		return fmt.Errorf("encode comparison: %w", err)
	}
	var set []string
	names, values := map[string]string{}, item{}
	for name, v := range value {
		set = append(set, "#"+name+" = :"+name)
		names["#"+name], values[":"+name] = name, v
	}
	_, err = s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key(comparisonPK, comparisonSK), UpdateExpression: aws.String("SET " + strings.Join(set, ", ")),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	})
	if err != nil {
		return fmt.Errorf("keep comparison: %w", err)
	}
	return nil
}
