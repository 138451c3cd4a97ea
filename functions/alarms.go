package functions

import (
	"time"

	"github.com/courtoffice/courtoffice/shared/metric"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// Metric names a CloudWatch metric by what it is about. Of its dimensions only those that are set count.
type Metric struct {
	Namespace string // metric.Namespace for what functions write, AWS's for the rest
	Name      string
	Function  string       // by its name in All
	Route     string       // of All
	Queue     schema.Queue // AWS/SQS
	Table     schema.Table // AWS/DynamoDB
	Index     bool         // of Table
	By, Is    string       // another dimension
}

// AWS's namespaces that are watched.
const (
	OnLambda   = "AWS/Lambda"
	OnSQS      = "AWS/SQS"
	OnDynamoDB = "AWS/DynamoDB"
	OnGateway  = "AWS/ApiGateway"
	OnSES      = "AWS/SES"
	OnSMS      = "AWS/SMSVoice"
)

// AWS's metrics that are watched and that the local host measures too.
const (
	LambdaErrors    = "Errors"
	LambdaThrottles = "Throttles"
	QueueAge        = "ApproximateAgeOfOldestMessage"
	QueueVisible    = "ApproximateNumberOfMessagesVisible"
	GatewayFailures = "5xx"
)

// GatewayThrottled counts requests that the gateway refused with 429, by Route: the office's stage makes
// it of the gateway's access log, because no function sees such a request.
const GatewayThrottled = "GatewayThrottled"

// Side is on which side of its threshold a metric alarms.
type Side string

// Sides.
const (
	Above Side = "above"
	Below Side = "below"
)

// Alarm is a condition on a metric that calls a person.
type Alarm struct {
	Name      string // kebab-case
	Does      string // what it means
	Section   string // of infra/RUNBOOK.md: what to do
	On        Metric
	Statistic string // CloudWatch's: Minimum, Maximum, Sum, Average, p99
	Side      Side
	Threshold float64
	Period    time.Duration // one or more whole minutes
	Periods   int           // in a row
	Silence   bool          // it is an alarm too when nothing is written: whoever should write is not running
}

const sealRoute = "POST /api/filings/{id}/seal"

// smsBudget is what text messages may cost a month before a person is told, in US dollars.
const smsBudget = 500

// Alarms returns one row per alarm: those of one kind for each function, queue and table follow what All
// and schema have.
func Alarms() []Alarm {
	alarms := []Alarm{
		{
			Name: "receipts-fail", Does: "Signed filings got no receipt, by a fault of ours. Browsers keep the signature and try again.",
			Section:   "A seal fails or is slow",
			On:        Metric{Namespace: metric.Namespace, Name: metric.Failures, Function: "file-claim"},
			Statistic: "Sum", Side: Above, Threshold: 5, Period: time.Minute, Periods: 1,
		},
		{
			Name: "seals-unanswered", Does: "The gateway answered seals with 5xx: the function is throttled, crashed or too slow.",
			Section:   "A seal fails or is slow",
			On:        Metric{Namespace: OnGateway, Name: GatewayFailures, Route: sealRoute},
			Statistic: "Sum", Side: Above, Threshold: 5, Period: time.Minute, Periods: 1,
		},
		{
			Name: "seals-throttled", Does: "The gateway refused seals with 429: the night is above the modelled peak, or a flood.",
			Section:   "Deadline night",
			On:        Metric{Namespace: metric.Namespace, Name: GatewayThrottled, Route: sealRoute},
			Statistic: "Sum", Side: Above, Threshold: 0, Period: time.Minute, Periods: 1,
		},
		{
			Name: "seals-slow", Does: "One seal in a hundred takes over three seconds.",
			Section:   "A seal fails or is slow",
			On:        Metric{Namespace: metric.Namespace, Name: metric.Latency, Function: "file-claim", Route: sealRoute},
			Statistic: "p99", Side: Above, Threshold: 3000, Period: time.Minute, Periods: 3,
		},
		{
			Name: "untold", Does: "Someone is to be told of an event that is over two hours old, or relay's sweep does not run.",
			Section:   "Nobody is told",
			On:        Metric{Namespace: metric.Namespace, Name: metric.UntoldAge, Function: "relay"},
			Statistic: "Maximum", Side: Above, Threshold: (2 * time.Hour).Seconds(), Period: 15 * time.Minute, Periods: 1, Silence: true,
		},
		{
			Name: "evidence-differs", Does: "Something that was filed is not kept twice, or not alike.",
			Section:   "The evidence differs",
			On:        Metric{Namespace: metric.Namespace, Name: metric.EvidenceDiffers, Function: "compare-evidence"},
			Statistic: "Maximum", Side: Above, Threshold: 0, Period: 10 * time.Minute, Periods: 1,
		},
		{
			Name: "evidence-not-compared", Does: "For two days no comparison of the table, the documents and the evidence bucket was finished.",
			Section:   "The evidence differs",
			On:        Metric{Namespace: metric.Namespace, Name: metric.EvidenceAge, Function: "compare-evidence"},
			Statistic: "Minimum", Side: Above, Threshold: (48 * time.Hour).Seconds(), Period: 10 * time.Minute, Periods: 6,
		},
		{
			Name: "filings-not-received", Does: "A filing that was sent four hours ago is neither received nor rejected: no clerk sees it.",
			Section:   "A filing waits for its verification",
			On:        Metric{Namespace: metric.Namespace, Name: metric.UnreceivedAge, Function: "verify-filing"},
			Statistic: "Minimum", Side: Above, Threshold: (4 * time.Hour).Seconds(), Period: 10 * time.Minute, Periods: 1,
		},
		{
			Name: "filings-not-settled", Does: "Three days after a filing was sent there is still no word about a certificate from since it signed, or no time stamp.",
			Section:   "A filing waits for its verification",
			On:        Metric{Namespace: metric.Namespace, Name: metric.UnsettledAge, Function: "verify-filing"},
			Statistic: "Minimum", Side: Above, Threshold: (72 * time.Hour).Seconds(), Period: 10 * time.Minute, Periods: 1,
		},
		{
			Name: "lists-not-fetched", Does: "For an hour no run had good revocation lists from every address of the NCA.",
			Section:   "The NCA is down",
			On:        Metric{Namespace: metric.Namespace, Name: metric.ListsFailed, Function: "revocation"},
			Statistic: "Minimum", Side: Above, Threshold: 0, Period: 10 * time.Minute, Periods: 6, Silence: true,
		},
		{
			Name: "lists-old", Does: "The oldest full revocation list was made over 26 hours ago; the NCA makes one each day.",
			Section:   "The NCA is down",
			On:        Metric{Namespace: metric.Namespace, Name: metric.ListAge, Function: "revocation"},
			Statistic: "Maximum", Side: Above, Threshold: (26 * time.Hour).Seconds(), Period: 10 * time.Minute, Periods: 1,
		},
		{
			Name: "lists-end-soon", Does: "A full revocation list ends within two hours and the next one has not come. From then on answers say \"stale\", and seals are deferred.",
			Section:   "The NCA is down",
			On:        Metric{Namespace: metric.Namespace, Name: metric.ListLeft, Function: "revocation"},
			Statistic: "Minimum", Side: Below, Threshold: (2 * time.Hour).Seconds(), Period: 10 * time.Minute, Periods: 1, Silence: true,
		},
		{
			Name: "keys-old", Does: "The newest key that signs receipts, or certificates of interruptions, is of yesterday: since six hours ago there should be another. Receipts go on with it for its overlap.",
			Section:   "Keys are not made",
			On:        Metric{Namespace: metric.Namespace, Name: metric.KeyAge, Function: "issue-keys"},
			Statistic: "Maximum", Side: Above, Threshold: (30 * time.Hour).Seconds(), Period: time.Hour, Periods: 1,
		},
		{
			Name: "keys-end-soon", Does: "The newest key that signs receipts, or certificates of interruptions, ends within a day, or issue-keys does not run. When it has ended nothing can be sealed.",
			Section:   "Keys are not made",
			On:        Metric{Namespace: metric.Namespace, Name: metric.KeyLeft, Function: "issue-keys"},
			Statistic: "Minimum", Side: Below, Threshold: (24 * time.Hour).Seconds(), Period: time.Hour, Periods: 1, Silence: true,
		},
		{
			Name: "pages-old", Does: "For ten minutes the public pages could not be written, or publish does not run: they may speak of a window, an agreement or a day that has changed.",
			Section:   "Pages are old",
			On:        Metric{Namespace: metric.Namespace, Name: metric.PagesRight, Function: "publish"},
			Statistic: "Sum", Side: Below, Threshold: 1, Period: 5 * time.Minute, Periods: 2, Silence: true,
		},
		{
			Name: "mail-bounces", Does: "Over 3 in a hundred messages bounce; SES reviews a sender at 5.",
			Section:   "Mail bounces",
			On:        Metric{Namespace: OnSES, Name: "Reputation.BounceRate"},
			Statistic: "Maximum", Side: Above, Threshold: 0.03, Period: 15 * time.Minute, Periods: 1,
		},
		{
			Name: "mail-complaints", Does: "Over 5 in ten thousand recipients call the office's mail spam; SES reviews a sender at 10.",
			Section:   "Mail bounces",
			On:        Metric{Namespace: OnSES, Name: "Reputation.ComplaintRate"},
			Statistic: "Maximum", Side: Above, Threshold: 0.0005, Period: 15 * time.Minute, Periods: 1,
		},
		{
			Name: "sms-spend", Does: "Text messages have cost more than is usual in a month. AWS stops at the account's own limit, and codes then go by mail alone.",
			Section:   "Text messages cost too much",
			On:        Metric{Namespace: OnSMS, Name: "TextMessageMonthlySpend"},
			Statistic: "Maximum", Side: Above, Threshold: smsBudget, Period: time.Hour, Periods: 1,
		},
	}
	for _, f := range All {
		alarms = append(alarms, Alarm{
			Name: "errors-" + f.Name, Does: "The function ended without an answer: a crash, a timeout, no memory.",
			Section: "A function fails", On: Metric{Namespace: OnLambda, Name: LambdaErrors, Function: f.Name},
			Statistic: "Sum", Side: Above, Threshold: 0, Period: 5 * time.Minute, Periods: 2,
		}, Alarm{
			Name: "throttled-" + f.Name, Does: "Lambda refused to run the function: no concurrency is left.",
			Section: "Deadline night", On: Metric{Namespace: OnLambda, Name: LambdaThrottles, Function: f.Name},
			Statistic: "Sum", Side: Above, Threshold: 0, Period: time.Minute, Periods: 2,
		})
	}
	for _, q := range schema.Queues {
		if _, _, read := Reader(q); read {
			alarms = append(alarms, Alarm{
				Name: "late-" + q.Name, Does: "The oldest message of the queue has waited for " + patience(q).String() + ".",
				Section: "Nobody is told", On: Metric{Namespace: OnSQS, Name: QueueAge, Queue: q},
				Statistic: "Maximum", Side: Above, Threshold: patience(q).Seconds(), Period: 5 * time.Minute, Periods: 2,
			})
			continue
		}
		alarms = append(alarms, Alarm{
			Name: "given-up-" + q.Name, Does: "Something was tried as often as its row allows and given up.",
			Section: "Dead letters", On: Metric{Namespace: OnSQS, Name: QueueVisible, Queue: q},
			Statistic: "Maximum", Side: Above, Threshold: 0, Period: 5 * time.Minute, Periods: 1,
		})
	}
	for _, t := range schema.Tables {
		for _, index := range []bool{false, true} {
			name := t.Name
			if index {
				name += "-index"
			}
			for _, way := range []struct{ name, metric string }{{"reads", "ReadThrottleEvents"}, {"writes", "WriteThrottleEvents"}} {
				alarms = append(alarms, Alarm{
					Name: "throttled-" + way.name + "-" + name, Does: "DynamoDB refused " + way.name + ": a key too hot, or the table still growing.",
					Section: "A table throttles", On: Metric{Namespace: OnDynamoDB, Name: way.metric, Table: t, Index: index},
					Statistic: "Sum", Side: Above, Threshold: 0, Period: time.Minute, Periods: 2,
				})
			}
		}
	}
	return alarms
}

// ProbeAlarms returns the rows of what is watched where the probe runs: they call when the office's region
// can't.
func ProbeAlarms() []Alarm {
	return []Alarm{
		{
			Name: "probe-fails", Does: "For two minutes something of the office failed when it was tried from outside: it is in the outage record.",
			Section:   "The office fails from outside",
			On:        Metric{Namespace: metric.Namespace, Name: metric.ProbesDown, Function: "probe"},
			Statistic: "Maximum", Side: Above, Threshold: 0, Period: time.Minute, Periods: 2,
		},
		{
			Name: "probe-blind", Does: "For ten minutes something could not be tried from outside, or no probe came: what fails now is not recorded.",
			Section:   "The probe is blind",
			On:        Metric{Namespace: metric.Namespace, Name: metric.ProbesBlind, Function: "probe"},
			Statistic: "Minimum", Side: Above, Threshold: 0, Period: time.Minute, Periods: 10, Silence: true,
		},
		{
			Name: "errors-probe", Does: "The probe ended without an answer, or could not write the record.",
			Section: "The probe is blind", On: Metric{Namespace: OnLambda, Name: LambdaErrors, Function: "probe"},
			Statistic: "Sum", Side: Above, Threshold: 0, Period: 5 * time.Minute, Periods: 2,
		},
	}
}

// patience is how old a message of q may grow before someone looks. Receipts and news of a night take
// hours at the pace of the mail service.
func patience(q schema.Queue) time.Duration {
	switch q {
	case schema.Notices, schema.Pages:
		return 15 * time.Minute
	case schema.Receipts, schema.News:
		return 12 * time.Hour
	case schema.Webhooks: // what a receiver does not take is tried for a day
		return 26 * time.Hour
	}
	return 6 * time.Hour
}

// Panel is a graph of the dashboard that no alarm hangs on.
type Panel struct {
	Title     string
	Statistic string
	Of        []Metric
}

// Panels are what an operator wants to see at 23:50, before the alarms' own graphs.
func Panels() []Panel {
	seals := func(outcome string) Metric {
		return Metric{Namespace: metric.Namespace, Name: metric.Seals, Function: "file-claim", By: "Outcome", Is: outcome}
	}
	own := func(name, function string) Metric {
		return Metric{Namespace: metric.Namespace, Name: name, Function: function}
	}
	verify := func(algorithm string) Metric {
		return Metric{Namespace: metric.Namespace, Name: metric.VerifyTime, Function: "file-claim", By: "Algorithm", Is: algorithm}
	}
	return []Panel{
		{"What became of signatures", "Sum", []Metric{seals("sealed"), seals("kept"), seals("again"), seals("late")}},
		{"Refused, throttled, failed, cold", "Sum", []Metric{
			own(metric.Refused, "file-claim"), own(metric.Throttled, "file-claim"), own(metric.Failures, "file-claim"), own(metric.ColdStart, "file-claim"),
		}},
		{"Verification of a signature, p99", "p99", []Metric{verify("gost2015-512"), verify("gost2004"), verify("rsa-sha256")}},
		{"Untold for an hour and sent again", "Sum", []Metric{own(metric.Swept, "relay")}},
	}
}
