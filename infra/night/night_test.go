package night_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/night"
	"github.com/courtoffice/courtoffice/shared/outbox"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// TestNothingIsShort: what the office and its account have is enough for every night.
func TestNothingIsShort(t *testing.T) {
	if names := short(); names != nil {
		t.Errorf("short, see make night:\n\t%s", strings.Join(names, "\n\t"))
	}
	if n := night.Print(io.Discard); n != 0 {
		t.Errorf("%d printed lines are short", n)
	}
}

// TestActsAreTheOffices: each act is one of a function's routes or queues.
func TestActsAreTheOffices(t *testing.T) {
	for _, a := range night.Acts {
		row, ok := functions.Named(a.Function)
		reads := slices.ContainsFunc(row.Queues, func(q functions.Queue) bool { return q.Queue == a.Queue })
		if !ok || a.Route != "" && !slices.Contains(row.Routes, a.Route) || a.Route == "" && !reads {
			t.Errorf("%s: %s has neither route %q nor queue %q", a.Name, a.Function, a.Route, a.Queue.Name)
		}
		if a.Takes <= 0 || a.Often+a.Whole <= 0 {
			t.Errorf("%s takes %s, %v and %v times", a.Name, a.Takes, a.Often, a.Whole)
		}
	}
	sent, _ := outbox.RowOf("filing.sent")
	for _, q := range sent.Queues {
		if !slices.ContainsFunc(night.Acts, func(a night.Act) bool { return a.Queue == q }) {
			t.Errorf("nobody counts what a seal's message in %s asks for", q.Name)
		}
	}
	for route := range functions.Throttles {
		if !slices.ContainsFunc(functions.All, func(f functions.Function) bool { return slices.Contains(f.Routes, route) }) {
			t.Errorf("a throttle for %s, which nobody serves", route)
		}
	}
}

// short lists what is short in the worst night.
func short() (names []string) {
	for _, n := range night.Nights {
		for _, l := range n.Lines() {
			if name := l.Kind + " " + l.Name + " " + l.Unit; l.Short() && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// TestItIsSeen takes from the office what it needs, one thing at a time: each is said to be short, and
// nothing else.
func TestItIsSeen(t *testing.T) {
	sealing := slices.IndexFunc(functions.All, func(f functions.Function) bool { return f.Name == "file-claim" })
	mailing := slices.IndexFunc(functions.All, func(f functions.Function) bool { return f.Name == "notify" })
	seal := slices.IndexFunc(night.Acts, func(a night.Act) bool { return a.Name == "seal" })
	const route = "POST /api/filings/{id}/seal"
	for _, test := range []struct {
		name string
		take func() (restore func())
		want []string
	}{
		{"reserved concurrency as it was", func() func() { return set(&functions.All[sealing].Reserved, 100) }, []string{"function file-claim, reserved at once"}},
		{"a throttle below the peak", func() func() {
			before := functions.Throttles[route]
			functions.Throttles[route] = functions.Throttle{Rate: 3000, Burst: 3000}
			return func() { functions.Throttles[route] = before }
		}, []string{"route " + route + " requests/s"}},
		{"a new table's throughput", func() func() {
			i := slices.Index(schema.Tables, schema.Filings)
			return set(&schema.Tables[i].Warm.Writes, 0)
		}, []string{"table filings write units/s"}},
		{"a slow reader of receipts", func() func() {
			i := slices.IndexFunc(functions.All[mailing].Queues, func(q functions.Queue) bool { return q.Queue == schema.Receipts })
			return set(&functions.All[mailing].Queues[i].Concurrency, 4)
		}, []string{"queue receipts, read within a day messages/s"}},
		{"the mail that SES grants to begin with", func() func() { return set(&functions.QuotaMail.Request, 14) },
			[]string{"mail receipts, sent within a day messages/s", "quota SES: sending rate messages/s"}},
		{"the account's default concurrency", func() func() { return set(&functions.QuotaConcurrency.Request, 1000) },
			[]string{"quota Lambda: concurrent executions at once"}},
		{"a counter of all seals", func() func() {
			return set(&night.Acts[seal].Uses, append(slices.Clone(night.Acts[seal].Uses), night.Use{Key: night.Key{Table: "filings", Pattern: "COUNTER"}, Units: night.Units{Writes: 2}}))
		}, []string{"key filings COUNTER (everyone) write units/s"}},
		{"a look at the site's table in every seal", func() func() {
			return set(&night.Acts[seal].Uses, append(slices.Clone(night.Acts[seal].Uses), night.Use{Key: night.Key{Table: "site", Index: true, Pattern: "MAINTENANCE"}, Units: night.Units{Reads: 1}}))
		}, []string{"key site index MAINTENANCE (everyone) read units/s"}},
	} {
		restore := test.take()
		if got := short(); !slices.Equal(got, test.want) {
			t.Errorf("%s: short are\n\t%s\nwant\n\t%s", test.name, strings.Join(got, "\n\t"), strings.Join(test.want, "\n\t"))
		}
		restore()
	}
	if got := short(); got != nil {
		t.Errorf("left short: %v", got)
	}
}

func set[T any](at *T, to T) (restore func()) {
	before := *at
	*at = to
	return func() { *at = before }
}
