package wire

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/functions/internal/announce"
	"github.com/courtoffice/courtoffice/shared/notice"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// postOffice counts what everyone gets. A message whose sender is killed has gone out all the same.
type postOffice struct {
	mu     sync.Mutex
	got    map[string]int
	refuse map[string]int // how often an address is still refused
	away   bool
}

func (p *postOffice) Send(ctx context.Context, m notice.Message) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away {
		return "", errors.New("away")
	}
	if p.refuse[m.To] > 0 {
		p.refuse[m.To]--
		return "", fmt.Errorf("%w: no such address", notice.ErrRefused)
	}
	p.got[m.To]++
	return "id", ctx.Err()
}

// crowd makes n accounts like that of a registered person, told apart by their addresses.
func (d *administration) crowd(n int) {
	d.Helper()
	out, err := d.db.GetItem(d.Context(), &dynamodb.GetItemInput{TableName: new(d.name(schema.Accounts)), Key: map[string]types.AttributeValue{
		"PK": &types.AttributeValueMemberS{Value: "ACCOUNT#" + d.user}, "SK": &types.AttributeValueMemberS{Value: "ACCOUNT"},
	}})
	if err != nil {
		d.Fatal(err)
	}
	for i := 0; i < n; i += 25 {
		var puts []types.WriteRequest
		for j := i; j < min(i+25, n); j++ {
			id := fmt.Sprintf("019a8f2c-1b00-7c44-8d2e-%012x", j)
			it := maps.Clone(out.Item)
			for name, value := range map[string]string{
				"PK": "ACCOUNT#" + id, "id": id, "GSI1PK": fmt.Sprintf("ACCOUNTS#%02x", store.ShardOf(id)), "GSI1SK": id,
				"email": fmt.Sprintf("n%d@example.kz", j),
			} {
				it[name] = &types.AttributeValueMemberS{Value: value}
			}
			puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}})
		}
		if _, err := d.db.BatchWriteItem(d.Context(), &dynamodb.BatchWriteItemInput{
			RequestItems: map[string][]types.WriteRequest{d.name(schema.Accounts): puts},
		}); err != nil {
			d.Fatal(err)
		}
	}
}

// announced publishes v2 and returns when, and a worker's parts.
func (d *administration) announced(mail announce.Mail) (time.Time, func() *announce.Service) {
	d.Helper()
	d.at = d.at.Add(time.Hour)
	v := d.publish("v2", d.at, false)
	if err := d.site.Announce(d.Context(), store.Announcement{Kind: store.AnnounceAgreement, Ref: v.ID, StartedAt: v.PublishedAt}); err != nil {
		d.Fatal(err)
	}
	return d.at, func() *announce.Service {
		return &announce.Service{
			Site: announcements{store.NewSite(d.db, d.name(schema.Site))}, Accounts: d.accounts, Announced: announced{store.NewAnnounced(d.db, d.name(schema.Accounts))}, Mail: mail,
			PortalURL: "https://court.example", Rate: 1e6, Lanes: 4, Page: 25, Lease: time.Second,
		}
	}
}

// TestAnnouncementSurvivesKills: three workers at a time, each cancelled after a random moment, until
// everyone was told. Nobody is missed; who gets the message twice was being told by a lane of a
// worker when it was cancelled. `make announcement` does the same with processes.
func TestAnnouncementSurvivesKills(t *testing.T) {
	const people = 500
	d := newAdministration(t)
	d.crowd(people)
	mail := &postOffice{got: map[string]int{}}
	started, worker := d.announced(mail)
	begin := time.Now()
	var mu sync.Mutex
	kills, again := 0, 0
	for len(must(d.site.Announcements(t.Context()))(t)) > 0 {
		if time.Since(begin) > 9*time.Minute {
			t.Fatalf("not finished; %d told", len(mail.got))
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond+rand.N(400*time.Millisecond))
				defer cancel()
				// No deadline the worker could see: it is killed in the middle of what it does.
				did, _ := worker().Run(hidden{ctx}, started.Add(time.Since(begin)))
				mu.Lock()
				defer mu.Unlock()
				again += did.Again
				if ctx.Err() != nil {
					kills++
				}
			})
		}
		wg.Wait()
	}
	twice, more := 0, 0
	for to, n := range mail.got {
		if n == 2 {
			twice++
		} else if n > 2 {
			more++
			t.Logf("%s got %d", to, n)
		}
	}
	took := time.Since(begin)
	t.Logf("%d accounts told in %v, %.0f a second; %d workers killed, %d accounts told twice, %d more often, %d begun again",
		len(mail.got), took.Round(time.Millisecond), float64(people)/took.Seconds(), kills, twice, more, again)
	// The three people of the office besides the crowd have one address.
	if len(mail.got) != people+1 {
		t.Errorf("%d addresses, want %d", len(mail.got), people+1)
	}
	if kills == 0 {
		t.Error("nobody was killed")
	}
	delete(mail.got, "aigul@example.kz")
	if lanes := worker().Lanes; twice+more > kills*lanes {
		t.Errorf("%d accounts told more than once by %d killed workers of %d lanes", twice+more, kills, lanes)
	}
}

// hidden is a context whose end nobody is told beforehand.
type hidden struct{ context.Context }

func (hidden) Deadline() (time.Time, bool) { return time.Time{}, false }

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// TestAnnouncementToEach: who is told and who is not, and a refused address that holds nobody up.
func TestAnnouncementToEach(t *testing.T) {
	d := newAdministration(t)
	d.crowd(300)
	mail := &postOffice{got: map[string]int{}, refuse: map[string]int{"n7@example.kz": 2, "n8@example.kz": 100}}
	started, worker := d.announced(mail)
	shard := fmt.Sprintf("019a8f2c-1b00-7c44-8d2e-%012x", 9)
	d.want(d.do("POST /api/admin/accounts/{id}/status  id="+shard, object{"from": "active", "to": "disabled", "reason": reason}, d.want(d.signIn("erlan"), 200, "").cookie), 200, "")
	for n := range 8 {
		if _, err := worker().Run(t.Context(), started.Add(time.Duration(n)*time.Minute)); (err != nil) != (n < 5) {
			t.Errorf("run %d: %v", n, err)
		}
	}
	if left := must(d.site.Announcements(t.Context()))(t); len(left) != 0 {
		t.Errorf("not finished: %v", left)
	}
	if mail.got["n7@example.kz"] != 1 || mail.got["n8@example.kz"] != 0 || mail.got["n9@example.kz"] != 0 || len(mail.got) != 300-2+1 {
		t.Errorf("%d addresses; n7 %d, n8 %d, n9 %d", len(mail.got), mail.got["n7@example.kz"], mail.got["n8@example.kz"], mail.got["n9@example.kz"])
	}
	for to, n := range mail.got {
		if n != 1 && to != "aigul@example.kz" {
			t.Errorf("%s got %d", to, n)
		}
	}
	if did, err := worker().Run(t.Context(), started.Add(time.Hour)); err != nil || did != (announce.Report{}) {
		t.Errorf("a run with nothing to do did %+v, %v", did, err)
	}
}

// TestAnnouncementOutlastsTrouble: neither a mail service that is away for long nor workers that are
// killed again and again at one account make anyone count as told.
func TestAnnouncementOutlastsTrouble(t *testing.T) {
	d := newAdministration(t)
	d.crowd(20)
	mail := &postOffice{got: map[string]int{}, away: true}
	started, worker := d.announced(mail)
	for n := range 20 {
		if _, err := worker().Run(t.Context(), started.Add(time.Duration(n)*time.Minute)); err == nil {
			t.Fatalf("run %d: no error", n)
		}
	}
	mail.away = false
	n := announce.Announcement{ID: store.AnnounceAgreement + "#v2", Version: "v2", StartedAt: started}
	for range 20 {
		if _, _, _, err := worker().Announced.Telling(t.Context(), "019a8f2c-1b00-7c44-8d2e-000000000003", n, "killed", started); err != nil {
			t.Fatal(err)
		}
	}
	if did, err := worker().Run(t.Context(), started.Add(time.Hour)); err != nil || did.Failed != 0 || len(mail.got) != 21 {
		t.Errorf("%+v, %v; %d addresses told, want 21", did, err, len(mail.got))
	}
	if left := must(d.site.Announcements(t.Context()))(t); len(left) != 0 {
		t.Errorf("not finished: %v", left)
	}
}

// TestAnnouncementUnits: what telling an account costs, by which package announce computes what ten
// million cost.
func TestAnnouncementUnits(t *testing.T) {
	d := newAdministration(t)
	const people = 300
	d.crowd(people)
	mail := &postOffice{got: map[string]int{}}
	d.db = engine.Dynamo(os.Getenv("AWS_ENDPOINT_URL_DYNAMODB")) // the one that is counted
	d.accounts = store.NewAccounts(d.db, d.name(schema.Accounts))
	started, worker := d.announced(mail)
	d.meter.take()
	svc := worker()
	svc.Lease = time.Minute // renewed by nobody, however slow the machine
	did, err := svc.Run(t.Context(), started)
	if err != nil || did.Sent != people+3 {
		t.Fatalf("%+v, %v", did, err)
	}
	got := d.meter.take()
	t.Logf("%d accounts: %+v", did.Sent, got)
	// Two for each account; for each shard its lease and its end; the end of it all.
	if want := float64(2*did.Sent + 2*store.Shards + 1); got.Writes != want {
		t.Errorf("%v write units, want %v", got.Writes, want)
	}
}

// TestTenMillionAccounts holds the table in package announce's documentation.
func TestTenMillionAccounts(t *testing.T) {
	const (
		accounts  = 10_000_000
		page      = 25
		perWrite  = 0.625 / 1e6    // US dollars, on demand
		perSecond = 0.0000133334   // of 1 GB on arm64
		perMail   = 100.0 / 1e6    // SES
		notice    = 72 * time.Hour // clause 1.4
	)
	writes := float64(2*accounts + accounts/page + 2*store.Shards + 1)
	if writes != 20_400_513 || math.Round(100*writes*perWrite) != 1275 || math.Round(accounts*perMail) != 1000 {
		t.Errorf("%v write units, %.2f dollars; mail %.2f", writes, writes*perWrite, accounts*perMail)
	}
	row, _ := functions.Named("announce")
	for _, tt := range []struct {
		rate    float64
		takes   time.Duration
		dollars float64 // of Lambda
	}{
		{50, 55*time.Hour + 33*time.Minute + 20*time.Second, 2.67},
		{200, 13*time.Hour + 53*time.Minute + 20*time.Second, 0.67},
		{500, 5*time.Hour + 33*time.Minute + 20*time.Second, 0.27},
	} {
		takes := time.Duration(accounts / tt.rate * float64(time.Second))
		dollars := takes.Seconds() * float64(row.Memory) / 1024 * perSecond
		if takes != tt.takes || math.Round(100*dollars) != math.Round(100*tt.dollars) || takes > notice {
			t.Errorf("%v a second: %v, %.2f dollars", tt.rate, takes, dollars)
		}
	}
	if least := accounts / notice.Seconds(); least > 39 || least < 38 {
		t.Errorf("within the notice period from %v a second on", least)
	}
}

func TestLanes(t *testing.T) {
	for rate, want := range map[float64]int{0.5: 1, 10: 1, 39: 4, 50: 5, 200: 20, 500: 50, 1000: 100, 1e6: 100} {
		if got := announce.Lanes(rate); got != want {
			t.Errorf("%v a second: %d lanes, want %d", rate, got, want)
		}
	}
}

// TestAnnouncementPace: no more than the rate, and a worker whose time is up gives its shards back.
func TestAnnouncementPace(t *testing.T) {
	d := newAdministration(t)
	d.crowd(200)
	mail := &postOffice{got: map[string]int{}}
	started, worker := d.announced(mail)
	svc := worker()
	svc.Rate = 50
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second) // one second of work, the rest is grace
	defer cancel()
	did, err := svc.Run(ctx, started)
	if err != nil || did.Sent < 20 || did.Sent > 60 {
		t.Errorf("sent %d in a second at 50 a second, %v", did.Sent, err)
	}
	if did, err := worker().Run(t.Context(), started.Add(5*time.Second)); err != nil || did.Again != 0 {
		t.Errorf("the next worker: %+v, %v", did, err)
	}
	if len(mail.got) != 201 || len(must(d.site.Announcements(t.Context()))(t)) != 0 {
		t.Errorf("%d addresses told", len(mail.got))
	}
}
