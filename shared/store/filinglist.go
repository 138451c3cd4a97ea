package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/base64url"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// ByAccount lists an account's filings in the order in which they were created, newest first: of
// those that come after cursor ("" for the first page) at most n that wanted holds for. next is the
// cursor of the next page, "" after the last; a page may be short, or empty, and not be the last.
//
// When a filing was created never changes, so however filings change between two pages, each is
// listed once. The index may be a moment behind: what was created just now may be missing.
//
// Errors: filing.ErrCursor.
func (s *Filings) ByAccount(ctx context.Context, accountID, cursor string, n int, wanted func(filing.Envelope) bool, at time.Time) (list []filing.Envelope, next string, err error) {
	in := &dynamodb.QueryInput{
		TableName: &s.name, IndexName: aws.String(schema.Index), ScanIndexForward: aws.Bool(false),
		KeyConditionExpression:    aws.String("GSI1PK = :account"),
		ExpressionAttributeValues: item{":account": str(ownerKey(accountID))},
	}
	if cursor != "" {
		place, err := base64url.Decode(cursor)
		_, id, ok := strings.Cut(string(place), "#")
		if err != nil || !ok || !filing.IsID(id) {
			return nil, "", filing.ErrCursor
		}
		in.ExclusiveStartKey = key(filingPK(id), filingSK)
		in.ExclusiveStartKey[schema.GSI1PK], in.ExclusiveStartKey[schema.GSI1SK] = str(ownerKey(accountID)), str(string(place))
	}
	if wanted == nil {
		in.Limit = aws.Int32(int32(n))
	} // else up to 1 MB is looked through: a thousand envelopes and more
	out, err := s.db.Query(ctx, in)
	if err != nil {
		return nil, "", fmt.Errorf("list filings: %w", err)
	}
	for i, raw := range out.Items {
		if len(list) == n {
			return list, cursorOf(out.Items[i-1]), nil
		}
		if expired(raw, at) {
			continue
		}
		var it envelopeItem
		if err := attributevalue.UnmarshalMap(raw, &it); err != nil {
			return nil, "", fmt.Errorf("decode filing: %w", err)
		}
		h, err := it.envelope()
		if err != nil {
			return nil, "", err
		}
		if wanted == nil || wanted(h) {
			list = append(list, h)
		}
	}
	if out.LastEvaluatedKey != nil {
		next = cursorOf(out.LastEvaluatedKey)
	}
	return list, next, nil
}

func cursorOf(it item) string {
	return base64url.Encode([]byte(text(it, schema.GSI1SK)))
}

// Cursor is the place in the list of its account's filings after e.
func Cursor(e filing.Envelope) string {
	return cursorOf(item{schema.GSI1SK: str(instant(e.CreatedAt) + "#" + e.ID)})
}

// Events returns what happened to a filing, oldest first, its creation included. The caller has
// checked whose it is.
func (s *Filings) Events(ctx context.Context, h filing.Envelope) ([]filing.Event, error) {
	out := []filing.Event{{At: h.CreatedAt, Type: filing.EventCreated}}
	found, err := s.under(ctx, eventPK(h.ID), "")
	if err != nil {
		return nil, fmt.Errorf("read events of %s: %w", h.ID, err)
	}
	for _, it := range found {
		at, err := parseInstant(text(it, "at"))
		if err != nil {
			return nil, fmt.Errorf("decode event of %s: %w", h.ID, err)
		}
		e := filing.Event{At: at, Type: text(it, "type")}
		if raw, ok := it["acted"].(*types.AttributeValueMemberB); ok {
			e.Acted = new(filing.Acted)
			if err := json.Unmarshal(raw.Value, e.Acted); err != nil {
				return nil, fmt.Errorf("decode event of %s: %w", h.ID, err)
			}
		}
		out = append(out, e)
	}
	kept := func(e filing.Event) bool { return e.Type == filing.EventKept }
	sealed := slices.IndexFunc(out, func(e filing.Event) bool { return e.Type == filing.EventSealed })
	if i := slices.IndexFunc(out, kept); i >= 0 && i < sealed { // of whole seconds, as the bucket says it
		second := out[i]
		copy(out[i:sealed], out[i+1:sealed+1])
		out[sealed] = second
	}
	return out, nil
}
