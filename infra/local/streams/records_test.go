package streams_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"github.com/courtoffice/courtoffice/infra/local/streams"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// onFile puts the office on an engine that keeps a file, and opens its stream records. Called again
// it is a restart of the engine.
func (o *office) onFile(path string) (*streams.Records, *engine.Process) {
	o.t.Helper()
	p, err := engine.StartDynamo(o.t.Context(), path)
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(p.Stop)
	o.db, o.table = engine.Dynamo(p.URL), "filings"
	if err := engine.CreateTables(o.t.Context(), o.db, func(t schema.Table) string { return t.Name }); err != nil {
		o.t.Fatal(err)
	}
	o.poller.DB, o.poller.Table = o.db, o.table
	o.poller.Streams = dynamodbstreams.New(dynamodbstreams.Options{
		Region: engine.Region, BaseEndpoint: &p.URL, Credentials: o.db.Options().Credentials,
	})
	r, err := streams.OpenRecords(o.t.Context(), path)
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { r.Close() })
	return r, p
}

func trim(t *testing.T, r *streams.Records, passed int64, at time.Time) int64 {
	t.Helper()
	n, err := r.Trim(t.Context(), "filings", passed, at)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTrimmedStreamGoesOn: what was passed is gone, what was not is read, numbers are not given
// twice, and nothing of that changes when the engine starts again.
func TestTrimmedStreamGoesOn(t *testing.T) {
	o, path := setup(t, nil), filepath.Join(t.TempDir(), "tables.db")
	r, engine := o.onFile(path)
	o.outbox("abc")
	o.expect("abc")
	if n := trim(t, r, math.MaxInt64, time.Now()); n != 2 {
		t.Errorf("%d records trimmed, want all but the newest: 2", n)
	}
	o.outbox("de")
	o.expect("abc", "de")
	if n := trim(t, r, 4, time.Now()); n != 2 { // c and d: e was not passed
		t.Errorf("%d records trimmed, want 2", n)
	}
	r.Close()
	engine.Stop()
	r, _ = o.onFile(path)
	o.outbox("fg")
	o.expect("abc", "de", "fg")
	if n := trim(t, r, 0, time.Now().Add(23*time.Hour)); n != 0 {
		t.Errorf("%d records of 23 hours trimmed", n)
	}
	if n := trim(t, r, 0, time.Now().Add(25*time.Hour)); n != 2 { // e and f
		t.Errorf("%d records of 25 hours trimmed, want 2", n)
	}
	o.outbox("h")
	o.expect("abc", "de", "fg", "h")
}

// TestTrimBesideWriters: the engine's writes wait for the lock and do not fail.
func TestTrimBesideWriters(t *testing.T) {
	o := setup(t, nil)
	r, _ := o.onFile(filepath.Join(t.TempDir(), "tables.db"))
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 150 {
				if _, err := o.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &o.table, Item: map[string]types.AttributeValue{
					"PK": s(fmt.Sprintf("FILING#%d", w)), "SK": s(fmt.Sprintf("EVENT#%d", i)),
				}}, func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	var trimmed int64
	for busy := true; busy; {
		select {
		case <-done:
			busy = false
		default:
		}
		trimmed += trim(t, r, math.MaxInt64, time.Now())
	}
	if trimmed != 4*150-1 {
		t.Errorf("%d records trimmed, want %d", trimmed, 4*150-1)
	}
}

// TestHistoryCostsNothing: a write and a read take as long after 100,000 records as after none.
// Without the index they take some 30 times as long.
func TestHistoryCostsNothing(t *testing.T) {
	o, path := setup(t, nil), filepath.Join(t.TempDir(), "tables.db")
	o.onFile(path)
	o.outbox("a")
	o.expect("a")
	took := func(begin int) time.Duration {
		var all []time.Duration
		for i := range 50 {
			at := time.Now()
			o.put(fmt.Sprintf("OUTBOX#%d", begin+i))
			all = append(all, time.Since(at))
		}
		at, before := time.Now(), len(o.seen())
		o.run(func() bool { return len(o.seen()) >= before+5 })
		slices.Sort(all)
		return all[len(all)/2] + time.Since(at)/50
	}
	first := took(1000)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
		INSERT INTO _stream_records (table_name, event_name, keys_json, new_image, sequence_number, shard_id, created_at)
		SELECT table_name, 'MODIFY', keys_json, new_image, CAST(CAST(sequence_number AS INTEGER) + i AS TEXT), shard_id, created_at
		FROM n, (SELECT * FROM _stream_records ORDER BY id DESC LIMIT 1)`); err != nil {
		t.Fatal(err)
	}
	o.skip(100_000)
	if last := took(2000); last > 5*first {
		t.Errorf("%v with no history, %v after 100,000 records", first, last)
	} else {
		t.Logf("%v with no history, %v after 100,000 records", first, last)
	}
}

// skip moves the position of the only shard n records on.
func (o *office) skip(n int64) {
	o.t.Helper()
	var c struct {
		Stream string            `json:"stream"`
		Shards map[string]string `json:"shards"`
	}
	b, err := os.ReadFile(o.poller.Checkpoint)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	for shard, at := range c.Shards {
		if last, e := strconv.ParseInt(at, 10, 64); e == nil {
			c.Shards[shard] = fmt.Sprintf("%0*d", len(at), last+n)
		}
	}
	if err == nil {
		b, err = json.Marshal(c)
	}
	if err == nil {
		err = os.WriteFile(o.poller.Checkpoint, b, 0o644)
	}
	if err != nil || len(c.Shards) != 1 {
		o.t.Fatalf("positions %v: %v", c.Shards, err)
	}
}
