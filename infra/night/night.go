// Package night is the arithmetic of a deadline night: how much 500,000 filings in ten minutes ask of
// each table, key, function, route, queue and quota of the office, and whether it is there.
//
// What an act costs is counted (acts.go, held by TestNight of functions/internal/wire on a real engine),
// what the office has stands in the rows of packages functions and schema, what AWS gives in limits.go.
// What is assumed about people stands in Nights and in Act.Often and Act.Whole. The package computes;
// it measures nothing.
package night

import (
	"time"

	"github.com/courtoffice/courtoffice/functions"
)

// Night is how many file in what time.
type Night struct {
	Name    string
	Filings int           // sealed
	Within  time.Duration // of the clock
	Burst   float64       // the busiest second has so many times the mean
	Climb   time.Duration // in which the rate goes from a tenth of the peak to the peak
	Whole   float64       // share of the filers who also write their filing within the night; the others come to sign
	Busiest float64       // share of one account in all filings: a bulk filer
}

// Nights are what the office must stand. Terms end at 24:00 (Civil Procedure Code, article 123), so
// the hour before it and the ten minutes before it differ in who is late: in the last minutes most
// only sign.
var Nights = []Night{
	{Name: "500,000 in 10 minutes", Filings: 500_000, Within: 10 * time.Minute, Burst: 2, Climb: time.Minute, Whole: 0.1, Busiest: 0.01},
	{Name: "5,000,000 in an hour", Filings: 5_000_000, Within: time.Hour, Burst: 2, Climb: 5 * time.Minute, Whole: 0.2, Busiest: 0.005},
}

// Rate is the mean of seals a second.
func (n Night) Rate() float64 { return float64(n.Filings) / n.Within.Seconds() }

// Peak is the seals of the busiest second.
func (n Night) Peak() float64 { return n.Rate() * n.Burst }

// Units are DynamoDB's: a write unit is 1 KB written, twice within a transaction; a read unit is 4 KB
// read consistently, 8 KB otherwise.
type Units struct{ Reads, Writes float64 }

// Plus is u and times v.
func (u Units) Plus(v Units, times float64) Units {
	return Units{u.Reads + v.Reads*times, u.Writes + v.Writes*times}
}

// Key is a partition key, "*" for what differs: "FILING#*".
type Key struct {
	Table   string
	Index   bool // of the index, not of the table
	Pattern string
}

// Line is one thing a night asks for, beside what there is of it.
type Line struct {
	Kind   string // "table", "key", "function", "route", "queue", "mail", "edge", "quota"
	Name   string
	Asked  float64
	Has    float64
	Unit   string
	Ask    float64 // quotas: what to request of AWS; 0 when the default does
	Advice string  // what to do when it is short
}

// Short reports whether there is too little.
func (l Line) Short() bool { return l.Asked > l.Has }

// Lines are everything the night asks for.
func (n Night) Lines() []Line {
	var out []Line
	for _, part := range []func() []Line{n.tables, n.keys, n.functions, n.routes, n.machinery, n.edge, n.quotas} {
		out = append(out, part()...)
	}
	return out
}

// often is how many times an act happens for each filing that is sealed.
func (n Night) often(a Act) float64 { return a.Often + n.Whole*a.Whole }

// perSecond is how often an act happens in the busiest second. What an event causes happens no more often
// than its queue's reader does it: the rest waits in the queue.
func (n Night) perSecond(a Act) float64 {
	rate := n.Peak() * n.often(a)
	if most, ok := a.most(); ok {
		rate = min(rate, most)
	}
	return rate
}

// most is how often a queue's reader does an act in a second, all its environments at work on it.
func (a Act) most() (float64, bool) {
	row, _ := functions.Named(a.Function)
	for _, q := range row.Queues {
		if q.Queue == a.Queue && a.Route == "" {
			return float64(q.Concurrency) / a.Takes.Seconds(), true
		}
	}
	return 0, false
}
