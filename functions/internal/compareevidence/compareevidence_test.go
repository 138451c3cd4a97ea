package compareevidence_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	diff "github.com/google/go-cmp/cmp"

	"github.com/courtoffice/courtoffice/functions/internal/compareevidence"
	"github.com/courtoffice/courtoffice/functions/internal/keepevidence"
	"github.com/courtoffice/courtoffice/shared/documents"
	"github.com/courtoffice/courtoffice/shared/evidence"
	"github.com/courtoffice/courtoffice/shared/evidence/evidencetest"
	"github.com/courtoffice/courtoffice/shared/filing"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// kept seals n filings, a day after each other, the last at SentAt, and keeps their evidence.
func kept(t *testing.T, o *evidencetest.Office, n int) (list []filing.Envelope) {
	t.Helper()
	for i := range n {
		e := o.SealAt(t, evidencetest.SentAt.AddDate(0, 0, i+1-n), evidencetest.ID(i), "individual-gost")
		if err := (&keepevidence.Service{Filings: o.Filings, Documents: o.Documents, Evidence: o.Evidence}).Sealed(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

// run makes a whole pass that begins at the instant at.
func run(t *testing.T, o *evidencetest.Office, at time.Time) (store.Comparison, []compareevidence.Difference) {
	t.Helper()
	found := []compareevidence.Difference{}
	s := &compareevidence.Service{Filings: o.Filings, Documents: o.Documents, Evidence: o.Evidence, Lull: 2, Report: func(d compareevidence.Difference) { found = append(found, d) }}
	c, err := s.Run(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(found, func(a, b compareevidence.Difference) int {
		return cmp.Or(cmp.Compare(a.Filing, b.Filing), cmp.Compare(a.What, b.What))
	})
	return c, found
}

var nextDay = evidencetest.SentAt.Add(24 * time.Hour)

// remove deletes every version of an object, as somebody does who may bypass a lock.
func remove(t *testing.T, o *evidencetest.Office, bucket schema.Bucket, key string) {
	t.Helper()
	name := o.Bucket(bucket)
	out, err := o.S3.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &name, Prefix: &key})
	if err != nil || len(out.Versions) == 0 {
		t.Fatalf("versions of %s: %v", key, err)
	}
	for _, v := range out.Versions {
		if _, err := o.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &name, Key: v.Key, VersionId: v.VersionId, BypassGovernanceRetention: aws.Bool(true)}); err != nil {
			t.Fatal(err)
		}
	}
}

func key(pk, sk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: pk}, "SK": &types.AttributeValueMemberS{Value: sk}}
}

func TestNothingDiffers(t *testing.T) {
	o := evidencetest.New(t)
	kept(t, o, 3)
	o.SealAt(t, nextDay.Add(-time.Minute), evidencetest.ID(9), "individual-gost") // just now: its evidence may take a while
	c, found := run(t, o, nextDay)
	if !c.Done || c.Compared != 4 || c.Differs != 0 || !c.Passed.Equal(nextDay) || len(found) != 0 {
		t.Errorf("%+v: %v", c, found)
	}
	// The pass is done for the day.
	if again, _ := run(t, o, nextDay.Add(time.Hour)); again != c {
		t.Errorf("again on that day: %+v", again)
	}
	if next, _ := run(t, o, nextDay.Add(24*time.Hour)); !next.Done || next.Began.Equal(c.Began) || next.Differs != 1 {
		t.Errorf("the next day, with a filing that was never kept: %+v", next)
	}
}

func TestDifferences(t *testing.T) {
	o := evidencetest.New(t)
	list := kept(t, o, 6)
	record := o.Record(t, list[0].ID)
	form, receipt := record.Files[0].SHA256, record.Receipt
	remove(t, o, schema.Documents, documents.Key(list[0].ID, form))
	remove(t, o, schema.Evidence, evidence.ContentKey(list[0].ID, receipt))
	remove(t, o, schema.Evidence, evidence.RecordKey(list[1].ID, evidence.NameSealed))
	table := o.Table
	for _, del := range []struct{ pk, sk string }{{"FILING#" + list[2].ID, "FILING"}} { // the event of sending is left
		if _, err := o.DB.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: key(del.pk, del.sk)}); err != nil {
			t.Fatal(err)
		}
	}
	lost(t, o, list[3].ID) // and here nothing
	if _, err := o.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &table, Key: key("FILING#"+list[4].ID, "FILING"), UpdateExpression: aws.String("SET sent = :at"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":at": &types.AttributeValueMemberS{Value: "2026-11-01T00:00:00.000Z"}},
	}); err != nil {
		t.Fatal(err)
	}
	c, found := run(t, o, nextDay)
	want := []compareevidence.Difference{
		{Filing: list[0].ID, What: compareevidence.NoDocument, Key: documents.Key(list[0].ID, form)},
		{Filing: list[0].ID, What: compareevidence.NoContent, Key: evidence.ContentKey(list[0].ID, receipt)},
		{Filing: list[1].ID, What: compareevidence.NoRecord, Key: evidence.RecordKey(list[1].ID, evidence.NameSealed)},
		{Filing: list[2].ID, What: compareevidence.NoFiling},                                           // by its event
		{Filing: list[2].ID, What: compareevidence.NoFiling, Key: evidence.Records + list[2].ID + "/"}, // by its record
		{Filing: list[3].ID, What: compareevidence.NoFiling, Key: evidence.Records + list[3].ID + "/"},
		{Filing: list[4].ID, What: compareevidence.Otherwise, Key: evidence.RecordKey(list[4].ID, evidence.NameSealed)},
	}
	if d := diff.Diff(want, found); d != "" || c.Differs != len(want) {
		t.Errorf("%+v (-want +got):\n%s", c, d)
	}
}

// lost deletes every item of a filing.
func lost(t *testing.T, o *evidencetest.Office, id string) {
	t.Helper()
	out, err := o.DB.Scan(t.Context(), &dynamodb.ScanInput{TableName: &o.Table})
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range out.Items {
		pk := it["PK"].(*types.AttributeValueMemberS).Value
		if !strings.HasSuffix(pk, id) {
			continue
		}
		if _, err := o.DB.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &o.Table, Key: key(pk, it["SK"].(*types.AttributeValueMemberS).Value)}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestGoesOn: a run is ended at any call of DynamoDB; the next goes on where it stopped, and in the end
// every filing was compared.
func TestGoesOn(t *testing.T) {
	o := evidencetest.New(t)
	kept(t, o, 5)
	errCut := errors.New("cut")
	runs, calls := 0, 0
	cut := store.NewFilings(dynamodb.New(o.DB.Options(), func(opts *dynamodb.Options) {
		opts.APIOptions = append(opts.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("cut", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				if calls++; calls > 40 {
					return middleware.InitializeOutput{}, middleware.Metadata{}, errCut
				}
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
		})
	}), o.Table)
	s := &compareevidence.Service{Filings: cut, Documents: o.Documents, Evidence: o.Evidence, Lull: 2, Report: func(d compareevidence.Difference) { t.Errorf("%+v", d) }}
	for {
		runs, calls = runs+1, 0
		c, err := s.Run(t.Context(), nextDay.Add(time.Duration(runs)*time.Minute))
		if err == nil {
			if runs < 3 || !c.Done || c.Compared != 5 || !c.Began.Equal(nextDay.Add(time.Minute)) {
				t.Errorf("after %d runs: %+v", runs, c)
			}
			return
		}
		if !errors.Is(err, errCut) || runs > 500 {
			t.Fatalf("run %d: %v", runs, err)
		}
	}
}

// TestEndsInTime: a run that has no time left leaves all for the next.
func TestEndsInTime(t *testing.T) {
	o := evidencetest.New(t)
	kept(t, o, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	s := &compareevidence.Service{Filings: o.Filings, Documents: o.Documents, Evidence: o.Evidence}
	if c, err := s.Run(ctx, nextDay); err != nil || c.Done || c.Compared != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}
