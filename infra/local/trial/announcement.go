// Package trial tries the local office the hard way: it kills functions at work, fills its tables,
// and counts what came of it. Start with Announcement or History.
package trial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/demo"
	"github.com/courtoffice/courtoffice/infra/local/host"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Announcement publishes a version of the agreement to Accounts people and kills the function
// announce, by SIGKILL, after random moments (exponential, Every on average) until everyone was
// told.
type Announcement struct {
	Accounts int
	Every    time.Duration // 0 kills nothing
	Lanes    int           // accounts a worker tells at once, so that a kill may repeat as many messages
}

// Result is what came of it.
type Result struct {
	Told   int // accounts that got the message
	Kills  int // processes killed while they worked
	Twice  int // accounts that got it twice
	More   int // accounts that got it more often
	Worst  int // messages repeated for one kill, at most
	Took   time.Duration
	CPU    time.Duration   // processor time of the function
	Before []time.Duration // from the first copy of a repeated message to the kill it is owed to, ascending
}

// lease is longer than a worker's lease of its accounts: the office's clock is moved by it after a
// kill, in place of waiting.
const lease = 61 * time.Second

// explained is how long before a kill the first copy of a repeated message may have gone out:
// between that and the kill its sender was still to keep that it was sent.
const explained = 5 * time.Second

// settle is how long a message that was sent may take to the inbox.
const settle = 100 * time.Millisecond

// Run does it on h, an office without accounts that nobody else uses and whose functions are fed by
// no stream (see Unfed), so that no other mail comes.
//
// Errors: what the office answered, and every way in which the outcome is not what package
// announce promises: someone was not told, was told again without a kill that explains it, or a
// kill repeated more than Lanes messages.
func (t Announcement) Run(ctx context.Context, h *host.Host, o demo.Options) (Result, error) {
	const version = "v2"
	if err := demo.Publish(ctx, o, version, func(id string) error { return crowd(ctx, h, id, t.Accounts) }); err != nil {
		return Result{}, fmt.Errorf("publish %s: %w", version, err)
	}
	db, name := h.Table(schema.Site)
	site := store.NewSite(db, name)
	begin, seen := time.Now(), len(h.Messages())
	var kills []kill
	for shift := lease; ; shift += lease {
		h.Shift(shift)
		finished, err := wait(ctx, site, t.Every)
		if err != nil {
			return Result{}, err
		}
		if finished {
			break
		}
		if h.Kill("announce") > 0 {
			k := kill{at: h.Now()}
			time.Sleep(settle)
			k.until = h.Now()
			kills = append(kills, k)
		}
	}
	took := time.Since(begin)
	h.Kill("announce") // so that its processor time is known
	result, err := judge(h.Messages()[seen:], t.Accounts, t.Lanes, kills)
	result.Took = took
	for _, f := range h.Health().Functions {
		if f.Name == "announce" {
			result.CPU = time.Duration(f.CPU * float64(time.Second))
		}
	}
	return result, err
}

// Unfed returns the functions as they are deployed, without their streams and queues.
func Unfed() []functions.Function {
	rows := slices.Clone(functions.All)
	for i := range rows {
		rows[i].Streams, rows[i].Queues = nil, nil
	}
	return rows
}

// wait returns when every announcement is finished or a random moment has passed, every on average.
func wait(ctx context.Context, site *store.Site, every time.Duration) (finished bool, err error) {
	if every == 0 {
		every = time.Hour
	}
	moment := time.After(time.Duration(rand.ExpFloat64() * float64(every)))
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-moment:
			return false, nil
		case <-look.C:
			left, err := site.Announcements(ctx)
			if err != nil || len(left) == 0 {
				return err == nil, err
			}
		}
	}
}

// address is that of the nth of the crowd.
func address(n int) string { return fmt.Sprintf("n%d@example.kz", n) }

// crowd makes n accounts like that one, told apart by their addresses.
func crowd(ctx context.Context, h *host.Host, like string, n int) error {
	db, table := h.Table(schema.Accounts)
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	out, err := db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &table, Key: map[string]types.AttributeValue{schema.PK: text("ACCOUNT#" + like), schema.SK: text("ACCOUNT")},
	})
	if err == nil && out.Item == nil {
		err = errors.New("there is none")
	}
	if err != nil {
		return fmt.Errorf("read account %s: %w", like, err)
	}
	var puts []types.WriteRequest
	for i := range n {
		id := fmt.Sprintf("019a8f2c-1b00-7c44-8d2e-%012x", i)
		it := maps.Clone(out.Item)
		it[schema.PK], it["id"], it["email"] = text("ACCOUNT#"+id), text(id), text(address(i))
		it[schema.GSI1PK], it[schema.GSI1SK] = text(fmt.Sprintf("ACCOUNTS#%02x", store.ShardOf(id))), text(id)
		puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}})
	}
	for batch := range slices.Chunk(puts, 25) {
		if err := writeAll(ctx, db, table, batch); err != nil {
			return fmt.Errorf("make accounts: %w", err)
		}
	}
	return nil
}

// Print writes r as a table.
func (r Result) Print(out io.Writer) {
	row := func(what, format string, args ...any) {
		fmt.Fprintf(out, "%-44s "+format+"\n", append([]any{what}, args...)...)
	}
	row("accounts told", "%8d", r.Told)
	row("function processes killed at work", "%8d", r.Kills)
	row("told twice", "%8d", r.Twice)
	row("told more often", "%8d", r.More)
	if r.Kills > 0 {
		row("messages repeated for one kill, mean", "%8.2f", float64(r.Twice+r.More)/float64(r.Kills))
		row("messages repeated for one kill, at most", "%8d", r.Worst)
	}
	if n := len(r.Before); n > 0 {
		row("first copy to kill, median and longest", "%8s %s", r.Before[n/2].Round(100*time.Microsecond), r.Before[n-1].Round(100*time.Microsecond))
	}
	row("took", "%8s", r.Took.Round(10*time.Millisecond))
	row("accounts a second", "%8.0f", float64(r.Told)/r.Took.Seconds())
	row("processor time of the function, an account", "%8s", (r.CPU / time.Duration(max(1, r.Told))).Round(time.Microsecond))
}
