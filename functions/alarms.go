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
