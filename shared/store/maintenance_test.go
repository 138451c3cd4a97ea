package store_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/locale"
	"github.com/courtoffice/courtoffice/shared/maintenance"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/engine"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

func window(t *testing.T, id string, from time.Time, d time.Duration, at time.Time) maintenance.Window {
	t.Helper()
	w, err := maintenance.Propose(id, maintenance.Plan{
		From: from, To: from.Add(d), Affects: []string{"registry"},
		Texts: map[locale.Lang]string{locale.KK: "Жаңарту", locale.RU: "Обновление", locale.EN: "Upgrade"},
	}, actor("admin-1"), []string{"registry"}, nil, at)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func entry(id string, at time.Time) audit.Entry {
	return audit.Entry{ID: id, At: at, Actor: "admin-1", Act: "maintenance.proposed", Target: id, Reason: "upgrade"}
}

func same(a, b maintenance.Window) bool {
	return a.Plan.Same(b.Plan) && a.ID == b.ID && a.Version == b.Version && a.State == b.State && a.Author == b.Author &&
		a.Approver == b.Approver && a.PublishedAt.Equal(b.PublishedAt) && a.WarnedAt.Equal(b.WarnedAt) &&
		a.ChangedAt.Equal(b.ChangedAt) && a.CancelledAt.Equal(b.CancelledAt) && slices.Equal(a.Told, b.Told)
}

func TestMaintenanceWindow(t *testing.T) {
	db, name := engine.ForTest(t)
	ctx := t.Context()
	s := store.NewMaintenance(db, name(schema.Site))
	at := time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC)
	w := window(t, "w1", at.Add(48*time.Hour), time.Hour, at)
	if _, err := s.Window(ctx, "w1"); !errors.Is(err, maintenance.ErrNotFound) {
		t.Errorf("a window that is not: %v", err)
	}
	if err := s.Save(ctx, maintenance.Window{}, w, maintenance.Announced, entry("w1.1", at)); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(ctx, maintenance.Window{}, w, maintenance.Announced, entry("w1.1b", at)); !errors.Is(err, maintenance.ErrVersion) {
		t.Errorf("made twice: %v", err)
	}
	got, err := s.Window(ctx, "w1")
	if err != nil || !same(got, w) {
		t.Fatalf("read %+v, %v, want %+v", got, err, w)
	}

	// Reminded once, however often and at once the clock says so.
	var wg sync.WaitGroup
	var mu sync.Mutex
	told := 0
	for range 8 {
		wg.Go(func() {
			ok, err := s.Remind(ctx, w, maintenance.ReminderDay, at.Add(24*time.Hour))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if ok {
				told++
			}
		})
	}
	wg.Wait()
	if told != 1 {
		t.Errorf("reminded %d times", told)
	}

	// A change from a window read before the reminder is refused; from the one read after it, kept.
	shorter := w.Plan
	shorter.To = shorter.To.Add(-time.Minute)
	change := func(w maintenance.Window) error {
		next, err := w.Change(shorter, actor("admin-1"), []string{"registry"}, nil, at.Add(25*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return s.Save(ctx, w, next, maintenance.Changed, entry("w1.2", at.Add(25*time.Hour)))
	}
	if err := change(w); !errors.Is(err, maintenance.ErrVersion) {
		t.Errorf("change of a window read before: %v", err)
	}
	if w, err = s.Window(ctx, "w1"); err != nil || !slices.Equal(w.Told, []maintenance.Kind{maintenance.ReminderDay}) {
		t.Fatalf("told %v, %v", w.Told, err)
	}
	if err := change(w); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Remind(ctx, w, maintenance.ReminderHour, at.Add(47*time.Hour)); ok || err != nil {
		t.Errorf("reminder of the old version: %v, %v", ok, err)
	}

	out, err := db.Query(ctx, &dynamodb.QueryInput{
		TableName: aws.String(name(schema.Site)), KeyConditionExpression: aws.String("PK = :pk AND begins_with(SK, :sk)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": &types.AttributeValueMemberS{Value: "MAINTENANCE"}, ":sk": &types.AttributeValueMemberS{Value: "OUTBOX#"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, it := range out.Items {
		o, ok, err := store.OutboxEntry(it)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		e, err := maintenance.EventOf(o.Event)
		if err != nil || e.WindowID != "w1" || e.Texts["kk"] != "Жаңарту" || e.Emergency {
			t.Errorf("event %+v, %v", e, err)
		}
		kinds = append(kinds, string(e.Kind))
	}
	slices.Sort(kinds)
	if want := []string{"announced", "changed", "reminder-day"}; !slices.Equal(kinds, want) {
		t.Errorf("outbox %q, want %q", kinds, want)
	}
	trail, err := db.Query(ctx, &dynamodb.QueryInput{
		TableName: aws.String(name(schema.Site)), KeyConditionExpression: aws.String("PK = :pk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: "AUDIT#2026-11"}},
	})
	if err != nil || trail.Count != 2 { // what was refused left nothing
		t.Errorf("%d audit entries, %v, want 2", trail.Count, err)
	}
}

func TestOneOfTwoAdministratorsChanges(t *testing.T) {
	t.Parallel()
	db, name := engine.ForTest(t)
	ctx := t.Context()
	s := store.NewMaintenance(db, name(schema.Site))
	at := time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC)
	w := window(t, "w", at.Add(48*time.Hour), 14*time.Hour, at) // over midnight: waits for approval
	if w.State != maintenance.Proposed {
		t.Fatalf("state %s", w.State)
	}
	for round := range raceTimes {
		w.ID = "w" + strconv.Itoa(round)
		if err := s.Save(ctx, maintenance.Window{}, w, "", entry(w.ID, at)); err != nil {
			t.Fatal(err)
		}
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for i, by := range []string{"admin-2", "admin-3"} {
			wg.Go(func() {
				next, err := w.Approve(actor(by), at.Add(time.Minute))
				if err == nil {
					err = s.Save(ctx, w, next, maintenance.Announced, entry(w.ID+by, at.Add(time.Minute)))
				}
				errs[i] = err
			})
		}
		wg.Wait()
		got, err := s.Window(ctx, w.ID)
		if err != nil {
			t.Fatal(err)
		}
		won := map[bool]string{true: "admin-2", false: "admin-3"}[errs[0] == nil]
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), maintenance.ErrVersion) ||
			got.Approver != actor(won) || got.Version != 2 || got.State != maintenance.Published {
			t.Fatalf("round %d: %v, %+v", round, errs, got)
		}
	}
}

func TestScheduleIsRememberedForUnderAMinute(t *testing.T) {
	db, name := engine.ForTest(t)
	ctx := t.Context()
	s, admin := store.NewMaintenance(db, name(schema.Site)).Patient(), store.NewMaintenance(db, name(schema.Site))
	at := time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC)
	count := func(s *store.Maintenance, at time.Time) int {
		t.Helper()
		windows, err := s.Schedule(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		return len(windows)
	}
	if n := count(s, at); n != 0 {
		t.Fatalf("%d windows of none", n)
	}
	for i, from := range []time.Duration{48 * time.Hour, 72 * time.Hour} {
		w := window(t, "w"+strconv.Itoa(i), at.Add(from), time.Hour, at)
		if err := admin.Save(ctx, maintenance.Window{}, w, maintenance.Announced, entry(w.ID, at)); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		at   time.Time
		want int
	}{
		{"remembered", at.Add(25*time.Second - 1), 0},
		{"clock went back a little", at.Add(-20 * time.Second), 0},
		{"read again within a minute", at.Add(50 * time.Second), 2},
		{"the first has just ended", at.Add(49*time.Hour + 59*time.Minute), 2},
		{"an hour after it", at.Add(50*time.Hour + time.Minute), 1},
		{"clock went back for long", at, 2},
	} {
		if n := count(s, tt.at); n != tt.want {
			t.Errorf("%s: %d windows, want %d", tt.name, n, tt.want)
		}
	}
	if all, err := s.AllWindows(ctx); err != nil || len(all) != 2 {
		t.Errorf("all: %d, %v", len(all), err)
	}
}

// slowTable is a table that answers as long as it is told to, then not at all.
type slowTable struct {
	engine *httputil.ReverseProxy
	hangs  atomic.Bool
	reads  atomic.Int64
	until  chan struct{}
}

func (s *slowTable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.reads.Add(1)
	if s.hangs.Load() {
		select {
		case <-s.until:
		case <-r.Context().Done():
		}
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	s.engine.ServeHTTP(w, r)
}

// TestScheduleDoesNotWait: what is known of the windows serves while they can't be read. Who asks waits
// once, for a moment, and for none of the attempts that follow.
func TestScheduleDoesNotWait(t *testing.T) {
	db, name := engine.ForTest(t)
	target, err := url.Parse(*db.Options().BaseEndpoint)
	if err != nil {
		t.Fatal(err)
	}
	table := &slowTable{engine: httputil.NewSingleHostReverseProxy(target), until: make(chan struct{})}
	server := httptest.NewServer(table)
	defer server.Close()
	defer close(table.until)
	slow := dynamodb.New(db.Options(), func(o *dynamodb.Options) { o.BaseEndpoint = &server.URL })
	at := time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC)
	w := window(t, "w0", at.Add(48*time.Hour), time.Hour, at)
	if err := store.NewMaintenance(db, name(schema.Site)).Save(t.Context(), maintenance.Window{}, w, maintenance.Announced, entry(w.ID, at)); err != nil {
		t.Fatal(err)
	}
	s := store.NewMaintenance(slow, name(schema.Site))
	var windows []maintenance.Window
	for len(windows) == 0 { // on a busy machine a moment may not do
		windows, _ = s.Schedule(t.Context(), at)
	}

	table.hangs.Store(true)
	before, begin := table.reads.Load(), time.Now()
	for i := range 3 {
		windows, err := s.Schedule(t.Context(), at.Add(time.Hour))
		if err == nil || len(windows) != 1 {
			t.Fatalf("look-up %d: %d windows, %v; want the one that was known, and why it may be old", i, len(windows), err)
		}
	}
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("three look-ups waited %s for a table that does not answer", took)
	}
	if n := table.reads.Load() - before; n > 1 {
		t.Errorf("%d reads at once", n)
	}
}

func TestMaintenanceSubscribers(t *testing.T) {
	db, name := engine.ForTest(t)
	ctx := t.Context()
	s := store.NewMaintenance(db, name(schema.Site))
	at := time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC)
	list := func() (out []string) {
		t.Helper()
		if err := s.Subscribers(ctx, func(id string) error { out = append(out, id); return nil }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, id := range []string{"a", "b", "a"} {
		if err := s.Subscribe(ctx, id, true, at); err != nil {
			t.Fatal(err)
		}
	}
	if got := list(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("subscribers %q", got)
	}
	if err := s.Subscribe(ctx, "a", false, at); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{"a": false, "b": true} {
		if got, err := s.Subscribed(ctx, id); got != want || err != nil {
			t.Errorf("%s subscribed: %v, %v", id, got, err)
		}
	}
	e := maintenance.Event{Kind: maintenance.Changed, WindowID: "w", Version: 2}
	for range 2 {
		if err := s.RecordDelivery(ctx, e, "b", "m1", at); err != nil {
			t.Fatal(err)
		}
	}
	later := e
	later.Version = 3
	if done, err := s.Delivered(ctx, e, "b"); !done || err != nil {
		t.Errorf("delivered: %v, %v", done, err)
	}
	if done, err := s.Delivered(ctx, later, "b"); done || err != nil {
		t.Errorf("delivered of another version: %v, %v", done, err)
	}
}
