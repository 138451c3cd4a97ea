package store_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/shared/account"
)

// faulty answers an operation with prepared bodies before it lets it through. The engine never
// has two transactions in each other's way, so what DynamoDB says then is played here.
type faulty struct {
	operation string
	status    int
	bodies    []string
	asked     int
}

func (f *faulty) Do(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+f.operation) {
		f.asked++
		if len(f.bodies) > 0 {
			body := f.bodies[0]
			f.bodies = f.bodies[1:]
			return &http.Response{
				StatusCode: f.status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
				Body: io.NopCloser(strings.NewReader(body)), Request: r,
			}, nil
		}
	}
	return http.DefaultClient.Do(r)
}

func (p *people) through(f *faulty) {
	p.with(dynamodb.New(p.db.Options(), func(o *dynamodb.Options) { o.HTTPClient = f }))
}

func TestTransactionConflictIsTriedAgain(t *testing.T) {
	const conflict = `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"cancelled","CancellationReasons":[` +
		`{"Code":"TransactionConflict","Message":"in conflict"},{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"failed"}]}`
	p := newPeople(t)
	f := &faulty{operation: "TransactWriteItems", status: 400, bodies: []string{conflict, conflict}}
	p.through(f)
	p.accept(aigul(t), "v1")
	if f.asked != 3 {
		t.Errorf("%d transactions, want the third to be the one", f.asked)
	}
	p.check()
}

func TestUnprocessedKeysAreAskedForAgain(t *testing.T) {
	p := newPeople(t)
	s := aigul(t)
	p.accept(s, "v1")
	p.register(s, "one")
	keys := account.NumberKeys(indexKey, s.IIN.Reveal())
	f := &faulty{operation: "BatchGetItem", status: 200, bodies: []string{
		`{"Responses":{"` + p.table + `":[]},"UnprocessedKeys":{"` + p.table + `":{"ConsistentRead":true,"Keys":[` +
			`{"PK":{"S":"SUBJECT#` + keys[0] + `"},"SK":{"S":"SUBJECT"}}]}}}`,
	}}
	p.through(f)
	a, err := p.accounts.ByNumber(t.Context(), keys)
	if err != nil || a.ID != "one" || f.asked != 2 {
		t.Errorf("ByNumber = %v, %v after %d requests", a, err, f.asked)
	}
}
