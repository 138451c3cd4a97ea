package wire

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go/middleware"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// called is what the functions of this run called of AWS: which IAM action on which table or bucket.
var called = struct {
	sync.Mutex
	by map[string]map[functions.Grant]map[string]bool // by function, then first word of the partition's key
}{by: map[string]map[functions.Grant]map[string]bool{}}

// observe is the middleware that keeps what fn calls.
func observe(fn string) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("observe", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			keepCall(fn, in.Parameters)
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
	}
}

func keepCall(fn string, in any) {
	keep := func(action, on, key string) {
		called.Lock()
		defer called.Unlock()
		g := functions.Grant{Action: action, On: on}
		if called.by[fn] == nil {
			called.by[fn] = map[functions.Grant]map[string]bool{}
		}
		if called.by[fn][g] == nil {
			called.by[fn][g] = map[string]bool{}
		}
		called.by[fn][g][key] = true
	}
	one := func(action string, table *string, key attributes) {
		pk, _ := key[schema.PK].(*types.AttributeValueMemberS)
		if pk == nil {
			pk = &types.AttributeValueMemberS{}
		}
		keep("dynamodb:"+action, tableOf(*table), schema.Word(pk.Value))
	}
	object := func(action string, bucket, version *string) {
		if version != nil {
			action += "Version"
		}
		keep("s3:"+action, bucketOf(*bucket), "")
	}
	switch in := in.(type) {
	case *dynamodb.GetItemInput:
		one("GetItem", in.TableName, in.Key)
	case *dynamodb.PutItemInput:
		one("PutItem", in.TableName, in.Item)
	case *dynamodb.UpdateItemInput:
		one("UpdateItem", in.TableName, in.Key)
	case *dynamodb.DeleteItemInput:
		one("DeleteItem", in.TableName, in.Key)
	case *dynamodb.BatchGetItemInput:
		for table, keys := range in.RequestItems {
			for _, key := range keys.Keys {
				one("BatchGetItem", &table, key)
			}
		}
	case *dynamodb.QueryInput:
		_, name, _ := strings.Cut(*in.KeyConditionExpression, "PK = ") // of the table, or of the index
		name, _, _ = strings.Cut(name, " ")
		one("Query", in.TableName, attributes{schema.PK: in.ExpressionAttributeValues[name]})
	case *dynamodb.TransactWriteItemsInput:
		for _, item := range in.TransactItems {
			switch {
			case item.Put != nil:
				one("PutItem", item.Put.TableName, item.Put.Item)
			case item.Update != nil:
				one("UpdateItem", item.Update.TableName, item.Update.Key)
			case item.Delete != nil:
				one("DeleteItem", item.Delete.TableName, item.Delete.Key)
			case item.ConditionCheck != nil:
				one("ConditionCheckItem", item.ConditionCheck.TableName, item.ConditionCheck.Key)
			}
		}
	case *s3.GetObjectInput:
		object("GetObject", in.Bucket, in.VersionId)
	case *s3.HeadObjectInput:
		object("GetObject", in.Bucket, in.VersionId)
	case *s3.PutObjectInput:
		object("PutObject", in.Bucket, nil)
		if in.Tagging != nil {
			object("PutObjectTagging", in.Bucket, nil)
		}
	case *s3.CopyObjectInput:
		object("PutObject", in.Bucket, nil)
	case *s3.CreateMultipartUploadInput:
		object("PutObject", in.Bucket, nil)
	case *s3.UploadPartInput:
		object("PutObject", in.Bucket, nil)
	case *s3.CompleteMultipartUploadInput:
		object("PutObject", in.Bucket, nil)
	case *s3.ListMultipartUploadsInput:
		object("ListBucketMultipartUploads", in.Bucket, nil)
	case *s3.ListPartsInput:
		object("ListMultipartUploadParts", in.Bucket, nil)
	case *s3.ListObjectVersionsInput:
		object("ListBucketVersions", in.Bucket, nil)
	case *s3.ListObjectsV2Input:
		object("ListBucket", in.Bucket, nil)
	case *s3.GetObjectRetentionInput:
		object("GetObjectRetention", in.Bucket, nil)
	case *s3.PutObjectRetentionInput:
		object("PutObjectRetention", in.Bucket, nil)
	case *s3.DeleteObjectTaggingInput:
		object("DeleteObjectVersionTagging", in.Bucket, nil)
	case *sqs.ChangeMessageVisibilityInput:
		keep(functions.HideAction, "", "")
	case *sqs.SendMessageBatchInput:
		keep(functions.SendActions[0], "", "")
	default:
		keep(strings.TrimPrefix(reflect.TypeOf(in).String(), "*"), "", "")
	}
}

// tableOf is the logical name of a table that a test made: "1-accounts".
func tableOf(name string) string {
	for _, t := range schema.Tables {
		if strings.HasSuffix(name, t.Name) {
			return t.Name
		}
	}
	return name
}

func bucketOf(name string) string {
	for _, b := range schema.Buckets {
		if strings.Contains(name, b.Name) {
			return b.Name
		}
	}
	return name
}

// reads are the actions that open the items of a table to whoever has one of them: they are judged as one.
var reads = []string{"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}

type idle struct {
	fn, action string // "read" for reads
	table      schema.Table
	why        string
}

// uncalled are grants that no test of this package uses, each with what does.
var uncalled = []idle{
	{"account", "dynamodb:PutItem", schema.Filings, "an event, when leaving takes back a manifest that somebody signed"},
	{"admin", "read", schema.Filings, "what is held as evidence of a breach"},
	{"evidence-file", "dynamodb:UpdateItem", schema.Accounts, "a session used here does not idle, by the minute"},
	{"evidence-file", "read", schema.Site, "the agreement in force, for who has not accepted it"},
	{"facts", "read", schema.Filings, "a receipt that is known: facts' own tests"},
	{"relay", "dynamodb:UpdateItem", schema.Filings, "an event that was sent again is not overdue for a day"},
	{"relay", "dynamodb:UpdateItem", schema.Site, "likewise"},
}

// untouched are partitions that no test of this package comes to, each with what does.
var untouched = []struct {
	fn    string
	table schema.Table
	words string
	why   string
}{
	{"admin", schema.Filings, "EVENT# FILING# SEAL#", "what is held as evidence of a breach"},
	{"evidence-file", schema.Site, "AGREEMENT", "the agreement in force, for who has not accepted it"},
	{"facts", schema.Filings, "EVENT# FILING# SEAL# TICKET#", "a receipt that is known: facts' own tests"},
	{"relay", schema.Accounts, "ACCOUNT#", "an event that was sent again is not overdue for a day"},
	{"relay", schema.Filings, "CASE# FILING#", "likewise"},
	{"relay", schema.Site, "MAINTENANCE", "likewise"},
	{"notify", schema.Filings, "DOCKET#", "what became of a message about a case"},
}

// judgePartitions says which partitions a call of this run came to that its row has not, and which nothing came to.
func judgePartitions(f functions.Function, g functions.TableGrant) (wrong []string) {
	came := map[string]bool{}
	for call, words := range called.by[f.Name] {
		if call.On == g.Table.Name && strings.HasPrefix(call.Action, "dynamodb:") {
			for word := range words {
				came[word] = true
			}
		}
	}
	granted := f.Partitions(g)
	for word := range came {
		if !slices.Contains(granted, word) {
			wrong = append(wrong, fmt.Sprintf("%s comes to %s of %s, which its row of functions/grants.go has not", f.Name, word, g.Table.Name))
		}
	}
	var excused []string
	for _, u := range untouched {
		if u.fn == f.Name && u.table == g.Table {
			excused = append(excused, strings.Fields(u.words)...)
		}
	}
	for _, word := range granted {
		switch excused := slices.Contains(excused, word); {
		case !came[word] && !excused:
			wrong = append(wrong, fmt.Sprintf("%s may come to %s of %s and never did", f.Name, word, g.Table.Name))
		case came[word] && excused:
			wrong = append(wrong, fmt.Sprintf("%s does come to %s of %s: it is no exception", f.Name, word, g.Table.Name))
		}
	}
	return wrong
}

// judgeCalls says which calls of tables in this run no row grants, which grants nothing used, and which
// exceptions are none.
func judgeCalls() (wrong []string) {
	called.Lock()
	defer called.Unlock()
	excused := map[int]bool{}
	for _, f := range functions.All {
		for _, g := range f.Tables {
			granted := f.TableActions(g)
			used := func(action string) bool {
				return len(called.by[f.Name][functions.Grant{Action: action, On: g.Table.Name}]) > 0
			}
			names := slices.DeleteFunc(slices.Clone(granted), func(a string) bool { return slices.Contains(reads, a) })
			if len(names) < len(granted) {
				names = append(names, "read")
			}
			for _, name := range names {
				i := slices.IndexFunc(uncalled, func(e idle) bool {
					return e.fn == f.Name && e.action == name && e.table == g.Table
				})
				did := used(name) || name == "read" && slices.ContainsFunc(reads, used)
				switch {
				case did && i >= 0:
					wrong = append(wrong, fmt.Sprintf("%s does call %s of %s: it is no exception", f.Name, name, g.Table.Name))
				case !did && i < 0:
					wrong = append(wrong, fmt.Sprintf("%s may call %s of %s and never did", f.Name, name, g.Table.Name))
				case i >= 0:
					excused[i] = true
				}
			}
			wrong = append(wrong, judgePartitions(f, g)...)
			for call := range called.by[f.Name] {
				if call.On == g.Table.Name && strings.HasPrefix(call.Action, "dynamodb:") && !slices.Contains(granted, call.Action) {
					wrong = append(wrong, fmt.Sprintf("%s calls %s of %s, which its row does not grant", f.Name, call.Action, g.Table.Name))
				}
			}
		}
	}
	for i, e := range uncalled {
		if !excused[i] && !slices.ContainsFunc(wrong, func(w string) bool { return strings.HasPrefix(w, e.fn+" does call "+e.action) }) {
			wrong = append(wrong, fmt.Sprintf("%s is not granted %s of %s: it is no exception", e.fn, e.action, e.table.Name))
		}
	}
	slices.Sort(wrong)
	return wrong
}
