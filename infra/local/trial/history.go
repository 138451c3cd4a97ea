package trial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"github.com/courtoffice/courtoffice/infra/local/demo"
	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// History measures what a seal costs on an empty office and on one that holds Filings sealed ones,
// by turns, so that what else the machine does weighs on both.
type History struct {
	Filings int
	Seals   int // measured on each
}

// Cost is what History found.
type Cost struct {
	Empty, Full []time.Duration // of seals, ascending
	Filled      time.Duration   // how long the filings took to write
}

// turns is how often either office is measured.
const turns = 4

// Run does it on two fresh offices. o is for the demo that seals; its URL is set here.
//
// Errors: what an office answered, and a median that is more than half again as much on the full
// one: the cost of a seal does not depend on what was filed before.
func (t History) Run(ctx context.Context, empty, full *host.Host, o demo.Options) (Cost, error) {
	var cost Cost
	if _, err := t.seals(ctx, full, o, 1); err != nil { // one to copy
		return cost, err
	}
	begin := time.Now()
	db, table := full.Table(schema.Filings)
	if err := fill(ctx, db, table, t.Filings); err != nil {
		return cost, fmt.Errorf("write %d filings: %w", t.Filings, err)
	}
	cost.Filled = time.Since(begin)
	for range turns {
		for _, office := range []struct {
			h    *host.Host
			into *[]time.Duration
		}{{empty, &cost.Empty}, {full, &cost.Full}} {
			took, err := t.seals(ctx, office.h, o, max(t.Seals/turns, 1))
			if err != nil {
				return cost, err
			}
			*office.into = append(*office.into, took...)
		}
	}
	slices.Sort(cost.Empty)
	slices.Sort(cost.Full)
	if empty, full := middle(cost.Empty), middle(cost.Full); full > empty*3/2 {
		return cost, fmt.Errorf("a seal takes %v on an empty office and %v on one with %d filings", empty, full, t.Filings)
	}
	return cost, nil
}

func (t History) seals(ctx context.Context, h *host.Host, o demo.Options, n int) (took []time.Duration, err error) {
	o.URL, o.Repeat, o.Alone = h.URL, n, true
	o.Figures = func(what string, all []time.Duration) {
		if what == "seal" {
			took = all
		}
	}
	if err := demo.Run(ctx, o); err != nil {
		return nil, err
	}
	if len(took) != n {
		return nil, fmt.Errorf("%d seals measured, want %d", len(took), n)
	}
	return took, nil
}

// copied begins the ids of what fill writes.
const copied = "019a8f2c-1b00-7c44-8d2e-"

// fill copies a sealed filing under n new ids: all its items but the outbox's, which would be told.
func fill(ctx context.Context, db *dynamodb.Client, table string, n int) error {
	like, id, err := sealedFiling(ctx, db, table)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for n := range n {
		group.Go(func() error {
			var puts []types.WriteRequest
			for _, it := range like {
				puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: renamed(it, id, fmt.Sprintf("%s%012x", copied, n))}})
			}
			for batch := range slices.Chunk(puts, 25) {
				if err := writeAll(ctx, db, table, batch); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// sealedFiling returns the items of some filing that was sealed, without its outbox, and its id.
func sealedFiling(ctx context.Context, db *dynamodb.Client, table string) ([]map[string]types.AttributeValue, string, error) {
	id := ""
	pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{
		TableName: &table, FilterExpression: aws.String("attribute_exists(receipt)"), ProjectionExpression: aws.String(schema.PK),
	})
	for id == "" {
		if !pages.HasMorePages() {
			return nil, "", errors.New("no filing was sealed")
		}
		found, err := pages.NextPage(ctx)
		if err != nil {
			return nil, "", err
		}
		for _, it := range found.Items {
			_, id, _ = strings.Cut(text(it, schema.PK), "#")
		}
	}
	var items []map[string]types.AttributeValue
	for _, of := range []string{"FILING#", "SEAL#", "EVENT#"} { // its partitions
		out, err := db.Query(ctx, &dynamodb.QueryInput{
			TableName: &table, KeyConditionExpression: aws.String("PK = :pk"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: of + id}},
		})
		if err != nil {
			return nil, "", err
		}
		items = append(items, out.Items...)
	}
	return slices.DeleteFunc(items, func(it map[string]types.AttributeValue) bool {
		return strings.HasPrefix(it[schema.SK].(*types.AttributeValueMemberS).Value, "OUTBOX#")
	}), id, nil
}

// renamed is an item of filing from as one of filing to, which those who compare the evidence of a day
// do not look for.
func renamed(it map[string]types.AttributeValue, from, to string) map[string]types.AttributeValue {
	it = maps.Clone(it)
	for name, v := range it {
		if s, ok := v.(*types.AttributeValueMemberS); ok && strings.Contains(s.Value, from) {
			it[name] = &types.AttributeValueMemberS{Value: strings.ReplaceAll(s.Value, from, to)}
		}
	}
	if strings.HasPrefix(text(it, schema.GSI1PK), "SENT#") {
		delete(it, schema.GSI1PK)
		delete(it, schema.GSI1SK)
	}
	return it
}

// writeAll puts up to 25 items.
func writeAll(ctx context.Context, db *dynamodb.Client, table string, puts []types.WriteRequest) error {
	left := map[string][]types.WriteRequest{table: puts}
	for len(left) > 0 {
		out, err := db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: left})
		if err != nil {
			return err
		}
		left = out.UnprocessedItems
	}
	return nil
}

func middle(sorted []time.Duration) time.Duration { return sorted[len(sorted)/2] }

// Print writes c as a table.
func (c Cost) Print(out io.Writer, filings int) {
	if len(c.Full) == 0 {
		return
	}
	fmt.Fprintf(out, "%-44s %8s\n", fmt.Sprintf("write %d sealed filings", filings), c.Filled.Round(time.Second))
	for _, row := range []struct {
		what string
		took []time.Duration
	}{{"seal on an empty office", c.Empty}, {fmt.Sprintf("seal with %d filings there", filings), c.Full}} {
		fmt.Fprintf(out, "%-44s p50 %7s  p99 %7s\n", row.what, middle(row.took).Round(100*time.Microsecond), row.took[len(row.took)*99/100].Round(100*time.Microsecond))
	}
}
