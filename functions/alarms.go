package functions

import "time"

// Namespace is that of the metrics functions write; each has the dimension FunctionName.
const Namespace = "CourtOffice"

// Metrics of the function revocation, written at each run.
const (
	MetricListsFailed = "ListsFailed" // addresses that gave no list the office could believe
	MetricListAge     = "ListAge"     // seconds since the oldest full list was made
	MetricListLeft    = "ListLeft"    // seconds until the first full list ends, below zero when it has
)

// Metrics of the function compare-evidence, written at each run.
const (
	MetricEvidenceCompared = "EvidenceCompared" // filings this pass has compared so far
	MetricEvidenceDiffers  = "EvidenceDiffers"  // differences this pass has found so far
	MetricEvidenceAge      = "EvidenceAge"      // seconds since the last pass that was finished, or the first, began
)

// Metrics of the function verify-filing, written every five minutes.
const (
	MetricUnreceivedAge = "UnreceivedAge" // seconds since the oldest filing was sent that is neither received nor rejected
	MetricUnsettledAge  = "UnsettledAge"  // seconds since the oldest filing was sent of which something is left to find out
)

// Side is on which side of its threshold a metric alarms.
type Side string

// Sides.
const (
	Above Side = "above"
	Below Side = "below"
)

// Alarm is a condition on a metric of a function that calls a person. A metric that is not written at
// all is one too.
type Alarm struct {
	Name      string // kebab-case
	Does      string // what it means and what to do, for whoever is called
	Function  string
	Metric    string
	Statistic string // CloudWatch's: Minimum, Maximum, Sum
	Side      Side
	Threshold float64
	Period    time.Duration // one or more whole minutes
	Periods   int           // in a row
}

// Alarms has one row per alarm.
var Alarms = []Alarm{
	{
		Name:      "evidence-differs",
		Does:      "Something that was filed is not kept twice, or not alike: the log of the function compare-evidence says of which filing what is missing where. Look into the dead letters of keep-evidence and lock-documents first; `go run ./infra/rebuild` puts back what the table or the documents bucket has lost.",
		Function:  "compare-evidence",
		Metric:    MetricEvidenceDiffers,
		Statistic: "Maximum",
		Side:      Above,
		Threshold: 0,
		Period:    10 * time.Minute,
		Periods:   1,
	},
	{
		Name:      "evidence-not-compared",
		Does:      "For two days no comparison of the table, the documents and the evidence bucket was finished. Read the function's log.",
		Function:  "compare-evidence",
		Metric:    MetricEvidenceAge,
		Statistic: "Minimum",
		Side:      Above,
		Threshold: (48 * time.Hour).Seconds(),
		Period:    10 * time.Minute,
		Periods:   6,
	},
	{
		Name:      "filings-not-received",
		Does:      "A filing that was sent four hours ago is neither received nor rejected: no clerk sees it. Terms are not touched, its sentAt stands. The function's log says what is missing: revocation lists that ended while OCSP is down, or a signature that does not verify any more. Once mended it goes on within five minutes.",
		Function:  "verify-filing",
		Metric:    MetricUnreceivedAge,
		Statistic: "Minimum",
		Side:      Above,
		Threshold: (4 * time.Hour).Seconds(),
		Period:    10 * time.Minute,
		Periods:   1,
	},
	{
		Name:      "filings-not-settled",
		Does:      "Three days after a filing was sent there is still no word about a certificate from since it signed, or no time stamp. The filing is received; its evidence does not outlive the certificate yet. Look whether OCSP and the time-stamping authority answer.",
		Function:  "verify-filing",
		Metric:    MetricUnsettledAge,
		Statistic: "Minimum",
		Side:      Above,
		Threshold: (72 * time.Hour).Seconds(),
		Period:    10 * time.Minute,
		Periods:   1,
	},
	{
		Name:      "lists-not-fetched",
		Does:      "For an hour no run had good revocation lists from every address of the NCA. People sign in with the lists held until these end and 36 hours longer; seals are never refused for it. Read the function's log: unreachable, or refused and why.",
		Function:  "revocation",
		Metric:    MetricListsFailed,
		Statistic: "Minimum",
		Side:      Above,
		Threshold: 0,
		Period:    10 * time.Minute,
		Periods:   6,
	},
	{
		Name:      "lists-end-soon",
		Does:      "A full revocation list ends within two hours and the next one has not come. From then on answers say \"stale\", and seals are deferred.",
		Function:  "revocation",
		Metric:    MetricListLeft,
		Statistic: "Minimum",
		Side:      Below,
		Threshold: (2 * time.Hour).Seconds(),
		Period:    10 * time.Minute,
		Periods:   1,
	},
}
