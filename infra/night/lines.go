package night

import (
	"maps"
	"math"
	"slices"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// tables compares what the busiest second asks of each table and index with the throughput it has
// from the start (schema.Table.Warm) and with the quota.
func (n Night) tables() []Line {
	type part struct {
		table string
		index bool
	}
	sum := map[part]Units{}
	for k, u := range n.uses() {
		p := part{k.Table, k.Index}
		sum[p] = sum[p].Plus(u, 1)
	}
	var out []Line
	for _, t := range schema.Tables {
		for _, index := range []bool{false, true} {
			u, warm, name := sum[part{t.Name, index}], t.Warm, t.Name
			if index {
				warm, name = t.WarmIndex, t.Name+" index"
			}
			out = append(out,
				Line{Kind: "table", Name: name, Asked: u.Writes, Has: max(float64(warm.Writes), schema.NewWrites), Unit: "write units/s", Advice: "raise Warm in its row"},
				Line{Kind: "table", Name: name, Asked: u.Reads, Has: max(float64(warm.Reads), schema.NewReads), Unit: "read units/s", Advice: "raise Warm in its row"})
		}
	}
	return out
}

// concurrency is how many environments of each function work at once in the busiest second: rate times
// duration (Little), with headroom, and not less than what Lambda wants for that many requests.
func (n Night) concurrency() map[string]float64 {
	busy, requests := map[string]float64{}, map[string]float64{}
	for _, a := range Acts {
		if a.Route == "" {
			continue // a queue's reader has what its row says
		}
		busy[a.Function] += n.perSecond(a) * a.Takes.Seconds() * Headroom
		requests[a.Function] += n.perSecond(a)
	}
	for fn := range busy {
		busy[fn] = math.Ceil(max(busy[fn], requests[fn]/RequestsPerEnvironment))
	}
	return busy
}

// processes is how many environments some functions have.
func (n Night) processes(of []string) (sum float64) {
	all := n.concurrency()
	for _, fn := range of {
		sum += all[fn]
	}
	return sum
}

func (n Night) functions() []Line {
	var out []Line
	need := n.concurrency()
	for _, fn := range slices.Sorted(maps.Keys(need)) {
		row, _ := functions.Named(fn)
		if row.Reserved > 0 {
			out = append(out, Line{Kind: "function", Name: fn + ", reserved", Asked: need[fn], Has: float64(row.Reserved), Unit: "at once", Advice: "raise Reserved in its row"})
		}
		out = append(out, Line{Kind: "function", Name: fn + ", started while the rate climbs", Asked: need[fn] * 0.9, Has: NewEnvironments * n.Climb.Seconds(), Unit: "environments", Advice: "have some ready before: provisioned concurrency"})
	}
	return out
}

// routes compares each route with its throttle. API Gateway counts each route for itself.
func (n Night) routes() []Line {
	rate := map[string]float64{}
	for _, a := range Acts {
		if a.Route != "" {
			rate[a.Route] += n.perSecond(a)
		}
	}
	var out []Line
	for _, route := range slices.Sorted(maps.Keys(rate)) {
		out = append(out, Line{Kind: "route", Name: route, Asked: rate[route], Has: float64(functions.ThrottleOf(route).Rate), Unit: "requests/s", Advice: "raise its throttle"})
	}
	return out
}

// machinery compares what follows a seal with what its readers do. They may lag behind the peak, and
// must have caught up in ToldWithin.
func (n Night) machinery() []Line {
	var out []Line
	for _, a := range Acts {
		if a.Route != "" {
			continue
		}
		asked := float64(n.Filings) * n.often(a) / ToldWithin.Seconds()
		if has, ok := a.most(); ok {
			out = append(out, Line{Kind: "queue", Name: a.Queue.Name + ", read within a day", Asked: asked, Has: has, Unit: "messages/s", Advice: "raise Concurrency in the row of " + a.Function})
		}
		if a.Mails > 0 {
			out = append(out, Line{Kind: "mail", Name: "receipts, sent within a day", Asked: asked * a.Mails, Has: functions.QuotaMail.Request, Unit: "messages/s", Advice: "request more of SES"})
		}
	}
	return out
}

// edge is what browsers ask of CloudFront.
func (n Night) edge() []Line {
	return []Line{{Kind: "edge", Name: "pages and assets", Asked: n.Peak() * (Cold*ColdBrowser + (1-Cold)*WarmBrowser), Has: EdgeRequests, Unit: "requests/s", Advice: "request more of CloudFront"}}
}

// quotas are what to request of AWS.
func (n Night) quotas() []Line {
	reserved, pool, requests, uploads, mails := 0.0, 0.0, 0.0, 0.0, 0.0
	need := n.concurrency()
	for _, f := range functions.All {
		readers := 0
		for _, q := range f.Queues {
			readers += q.Concurrency
		}
		if f.Reserved > 0 {
			reserved += float64(f.Reserved)
		} else {
			pool += need[f.Name] + float64(readers)
		}
	}
	for _, l := range n.tables() {
		if l.Unit == "write units/s" {
			pool += math.Ceil(l.Asked / ShardRecords) // one batch of relay for each shard
		}
	}
	for _, a := range Acts {
		if a.Route != "" {
			requests += n.perSecond(a)
			uploads += n.perSecond(a) * a.Puts // the machinery's come at its own pace
		} else if a.Mails > 0 {
			mails += float64(n.Filings) * n.often(a) * a.Mails / ToldWithin.Seconds()
		}
	}
	var writes, reads float64
	for _, l := range n.tables() {
		if l.Unit == "write units/s" {
			writes = max(writes, l.Asked)
		} else {
			reads = max(reads, l.Asked)
		}
	}
	var out []Line
	for _, q := range []struct {
		*functions.Quota
		asked float64
	}{
		{&functions.QuotaConcurrency, reserved + pool}, {&functions.QuotaRequests, requests}, {&functions.QuotaWrites, writes},
		{&functions.QuotaReads, reads}, {&functions.QuotaMail, mails}, {&functions.QuotaUploads, uploads},
	} {
		l := Line{Kind: "quota", Name: q.Name, Asked: q.asked, Has: q.Request, Unit: q.Unit, Advice: "raise Request of the quota"}
		if q.asked > q.Default {
			l.Ask = q.Request
		}
		out = append(out, l)
	}
	return out
}
