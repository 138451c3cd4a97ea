package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/shared/base64url"
	"github.com/courtoffice/courtoffice/shared/docket"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Traces keeps by which parties the filings and cases of a court are found, in the table of filings. Its items:
//
//	TRACE#<court>#<token>  <instant>#<id>#<place>  a party, with the words of its name
//
// A token is a look-up key of a number, or of the first letters of a word. The names of the parties of one
// court begin in some hundreds of ways, so the partitions of a night's filings are as many for each court;
// nothing of this is in the index.
type Traces struct{ table }

// NewTraces returns the traces kept in the table of that name.
func NewTraces(db *dynamodb.Client, name string) *Traces { return &Traces{table{db, name}} }

func tracePK(court, token string) string { return "TRACE#" + court + "#" + token }

// Keep keeps traces of what is at a court. A repeat changes nothing.
func (s *Traces) Keep(ctx context.Context, court string, list []docket.Trace) error {
	found := map[string]item{} // two words of a name may begin alike
	for _, t := range list {
		for _, token := range t.Tokens {
			it := key(tracePK(court, token), instant(t.At)+"#"+t.Of+"#"+t.Place)
			it["words"] = str(strings.Join(t.Words, " "))
			found[token+"#"+t.Of+"#"+t.Place] = it
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for _, it := range found {
		g.Go(func() error {
			if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.name, Item: it}); err != nil {
				return fmt.Errorf("keep traces at %s: %w", court, err)
			}
			return nil
		})
	}
	return g.Wait()
}

// MostTraces is how many traces one search compares at most.
const MostTraces = 1000

// Find returns the ids of what is at a court and what is sought, the latest first: at most n that come after
// cursor, "" for the first. next is "" at the end; a page may be short, or empty, and not be the last.
//
// Errors: filing.ErrCursor.
func (s *Traces) Find(ctx context.Context, court string, sought docket.Sought, cursor string, n int) (ids []string, next string, err error) {
	before := ""
	if cursor != "" {
		raw, err := base64url.Decode(cursor)
		if err != nil || !strings.Contains(string(raw), "#") {
			return nil, "", filing.ErrCursor
		}
		before = string(raw)
	}
	var places []string
	next = "~" // behind every place
	for _, token := range sought.Tokens {
		found, last, err := s.traced(ctx, tracePK(court, token), sought, before, n)
		if err != nil {
			return nil, "", fmt.Errorf("find at %s: %w", court, err)
		}
		places = append(places, found...)
		if last != "" && (next == "~" || last > next) { // what another token has before it is not left out
			next = last
		}
	}
	slices.Sort(places)
	slices.Reverse(places)
	for _, place := range slices.Compact(places) {
		if next != "~" && place < next {
			break
		}
		if len(ids) == n {
			return ids, base64url.Encode([]byte(lastOf(places, ids[n-1]))), nil
		}
		ids = append(ids, place[strings.Index(place, "#")+1:])
	}
	if next == "~" {
		return ids, "", nil
	}
	return ids, base64url.Encode([]byte(next)), nil
}

func lastOf(places []string, id string) string {
	return places[slices.IndexFunc(places, func(p string) bool { return strings.HasSuffix(p, "#"+id) })]
}

// traced lists the places "<instant>#<id>" of what is sought under one token before a place, more than n
// of them where there are. last is the place down to which it looked, "" where there is no more.
func (s *Traces) traced(ctx context.Context, pk string, sought docket.Sought, before string, n int) (places []string, last string, err error) {
	in := &dynamodb.QueryInput{
		TableName: &s.name, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(200),
		KeyConditionExpression: aws.String("PK = :pk"), ExpressionAttributeValues: item{":pk": str(pk)},
	}
	if before != "" {
		in.KeyConditionExpression = aws.String("PK = :pk AND SK < :before")
		in.ExpressionAttributeValues[":before"] = str(before)
	}
	for looked := 0; ; {
		out, err := s.db.Query(ctx, in)
		if err != nil {
			return nil, "", err
		}
		for _, it := range out.Items {
			sk := text(it, schema.SK)
			place := sk[:strings.LastIndex(sk, "#")]
			if sought.Finds(docket.Trace{Words: strings.Fields(text(it, "words"))}) && !slices.Contains(places, place) {
				places = append(places, place)
			}
			last = place
		}
		if out.LastEvaluatedKey == nil {
			return places, "", nil
		}
		if looked += len(out.Items); looked >= MostTraces || len(places) > n {
			if !slices.Contains(places, last) {
				last += "$" // behind "#": what else it has is looked at the next time
			}
			return places, last, nil
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}
