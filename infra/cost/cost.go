// Package cost is what the office costs by list prices: a month in which nobody files, and a million
// filings. `make cost` prints it.
//
// What a filing asks for is counted (night.Acts), what stands there is that of the rows of package
// functions and of the stacks. Prices and the few assumptions are here, each with its unit.
package cost

import (
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/night"
)

// PricedOn is when the prices were known to be these: those of us-east-1, without free tiers, taxes and data
// transfer within AWS. Other regions cost up to a fifth more.
const PricedOn = "2026-11-30"

// Price is a list price.
type Price struct {
	Name string
	Unit string
	USD  float64 // per Unit
}

// Prices.
var (
	LambdaRequests = Price{"Lambda requests", "million", 0.20}
	LambdaTime     = Price{"Lambda on arm64", "GB-second", 0.0000133334}
	APIRequests    = Price{"HTTP API requests", "million", 1.00}
	EdgeRequests   = Price{"CloudFront requests", "million", 1.00}
	EdgeTransfer   = Price{"CloudFront data out", "GB", 0.085}
	WAFRequests    = Price{"WAF requests", "million", 0.60}
	WAFList        = Price{"WAF web ACL", "month", 5.00}
	WAFRule        = Price{"WAF rule", "month", 1.00}
	TableWrites    = Price{"DynamoDB write units", "million", 0.625}
	TableReads     = Price{"DynamoDB read units", "million", 0.125}
	TableStorage   = Price{"DynamoDB storage", "GB-month", 0.25}
	ObjectPuts     = Price{"S3 writes", "million", 5.00}
	ObjectStorage  = Price{"S3 storage", "GB-month", 0.023}
	QueueRequests  = Price{"SQS requests", "million", 0.40}
	Mails          = Price{"SES messages", "million", 100}
	Traces         = Price{"X-Ray traces", "million", 5.00}
	LogBytes       = Price{"CloudWatch Logs taken in", "GB", 0.50}
	Metric         = Price{"CloudWatch metric", "month", 0.30}
	Alarm          = Price{"CloudWatch alarm", "month", 0.10}
	Key            = Price{"KMS key", "month", 1.00}
	Secret         = Price{"Secrets Manager secret", "month", 0.40}
)

// What stands in production whether anybody files or not, as the stacks make it; a test of infra/cdk
// counts it there.
const (
	Keys    = 6
	Secrets = 7 // two of functions, two of the edge and their copies, the probe's
)

// What is assumed, of a filing or a request.
const (
	ProbeTakes    = 4 * time.Second        // a minute's probes, from another continent
	ProbePuts     = 4.0                    // objects that each writes: the record's, and form and statement of its draft
	ProbeKept     = 0.4                    // GB a month: a day's minutes are a few KB, and each version of them is kept
	TickTakes     = 200 * time.Millisecond // a run of a schedule that finds nothing to do
	PagesTake     = time.Second            // a run of publish: it makes every page to find that none has changed
	ColdPage      = 0.6                    // MB that a browser loads which has nothing of the office yet
	Documents     = 5.0                    // MB of documents in a filing
	Kept          = 3.0                    // times its documents are kept: bucket, evidence, copy in the archive
	EvidencePuts  = 12.0                   // objects written to the evidence bucket and its copy
	TableKB       = 40.0                   // of a filing in the tables and their indexes
	LogLine       = 0.9                    // KB that a request leaves in the logs of edge, API and function
	Sampled       = 0.05                   // of what is asked for; besides, the first of each second is traced: of a schedule, every one
	MessageAsks   = 3.0                    // requests to SQS of a message: send, receive, delete
	PollersOfEach = 5.0                    // connections with which Lambda waits at a queue, 20 seconds each time
)

// Line is one row of a bill.
type Line struct {
	Price
	Amount float64 // of Unit
}

// USD is what the row costs.
func (l Line) USD() float64 { return l.Amount * l.Price.USD }

const month = 30 * 24 * time.Hour

// Idle is a month in which nobody files.
func Idle() []Line {
	var runs, gbs, queues float64
	for _, f := range functions.All {
		for _, s := range f.Schedules {
			n := month.Minutes() / s.Every.Minutes()
			runs += n
			takes := TickTakes
			if f.Name == "publish" {
				takes = PagesTake
			}
			gbs += n * takes.Seconds() * float64(f.Memory) / 1024
		}
		queues += float64(len(f.Queues))
	}
	var probes float64
	for _, f := range functions.Outside {
		for _, s := range f.Schedules {
			n := month.Minutes() / s.Every.Minutes()
			probes += n
			gbs += n * ProbeTakes.Seconds() * float64(f.Memory) / 1024
		}
	}
	runs += probes
	rules := float64(len(functions.ManagedRules) + len(functions.Rates))
	return []Line{
		{Key, Keys}, {Secret, Secrets}, {WAFList, 1}, {WAFRule, rules},
		{Alarm, float64(Alarms())},
		{LambdaRequests, runs / 1e6}, {LambdaTime, gbs}, {Traces, (runs - probes) / 1e6},
		{ObjectPuts, probes * ProbePuts / 1e6}, {ObjectStorage, ProbeKept},
		{QueueRequests, queues * PollersOfEach * month.Seconds() / 20 / 1e6},
	}
}

// Alarms is how many there are: those of the rows, the probe's too, two of each canary, one of the keys.
func Alarms() int {
	n := len(functions.Alarms()) + len(functions.ProbeAlarms()) + 1
	for _, f := range functions.All {
		if f.Canary {
			n += 2
		}
	}
	return n
}

// Million is what a million filings cost, each written, signed and followed once, beside a month's
// keeping.
func Million() []Line {
	const filings = 1.0 // million
	var asked, events, gbs, mails, puts float64
	var units night.Units
	for _, a := range night.Acts {
		times := a.Often + a.Whole
		f, _ := functions.Named(a.Function)
		if a.Route != "" {
			asked += times
		} else {
			events += times
		}
		gbs += times * a.Takes.Seconds() * float64(f.Memory) / 1024
		mails += times * a.Mails
		puts += times * a.Puts
		for _, u := range a.Uses {
			units = units.Plus(u.Units, times)
		}
	}
	assets := night.Cold*night.ColdBrowser + (1-night.Cold)*night.WarmBrowser
	const thousandGB = 1e6 / 1e3 // GB of a MB in each of a million
	return []Line{
		{Mails, filings * mails},
		{TableWrites, filings * units.Writes}, {TableReads, filings * units.Reads},
		{EdgeRequests, filings * (asked + assets)}, {WAFRequests, filings * (asked + assets)}, {EdgeTransfer, night.Cold * ColdPage * thousandGB},
		{APIRequests, filings * asked},
		{LambdaRequests, filings * (asked + events)}, {LambdaTime, gbs * 1e6},
		{QueueRequests, filings * events * MessageAsks},
		{ObjectPuts, filings * (puts + EvidencePuts)},
		{Traces, filings * (asked + events) * Sampled},
		{LogBytes, asked * LogLine},
	}
}

// Keeping is a month's keeping of a million filings.
func Keeping() []Line {
	return []Line{{ObjectStorage, Documents * Kept * 1e3}, {TableStorage, TableKB}}
}

// Routes is a month's measuring by route, when each is asked in every hour.
func Routes() []Line {
	const metricsOfEach = 5 // count, 4xx, 5xx, latency, integration latency
	var routes float64
	for _, f := range functions.All {
		routes += float64(len(f.Routes))
	}
	return []Line{{Metric, routes * metricsOfEach}}
}

// Total is the sum of a bill.
func Total(lines []Line) (usd float64) {
	for _, l := range lines {
		usd += l.USD()
	}
	return usd
}
