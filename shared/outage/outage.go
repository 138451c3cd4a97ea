// Package outage holds the rules of the outage record: what is tried of the office each minute from outside,
// when failures are an outage, and what is kept of both. An administrator announces maintenance (package
// maintenance); nobody announces an outage, and who missed a term by one needs it certified all the same
// (CPC 126).
//
// Read Probes, then Record.Add. A minute is named by the instant it begins at. The package does no I/O and
// asks no clock.
package outage

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
)

// Probe is one thing that people do, tried each minute as they do it.
type Probe struct {
	Name    string        // kebab-case; the record keeps it, so it is never re-used for another thing
	Affects string        // name of the function (functions.All) that people can't use while the probe fails
	Does    string        // what is tried
	Within  time.Duration // what takes longer has failed
}

// Probes in the order they are tried. All of them together fit into a minute.
var Probes = []Probe{
	{"pages", "portal", "the first page of each language and the page of a filing are shown", 6 * time.Second},
	{"notices", "maintenance", "the status page, what is announced and the keys of signatures are readable, and what is announced is not older than ten minutes", 6 * time.Second},
	{"sign-in", "sign-in", "a document is signed with an EDS, the signature verified, the session opened", 12 * time.Second},
	{"drafts", "filings", "in that session a draft is written, its manifest made and signed, the draft changed and read again", 12 * time.Second},
	{"sending", "file-claim", "a signature of a manifest that is void is sent to be sealed, and refused at the last step", 12 * time.Second},
}

// Row returns the probe of that name.
func Row(name string) (Probe, bool) {
	i := slices.IndexFunc(Probes, func(p Probe) bool { return p.Name == name })
	if i < 0 {
		return Probe{}, false
	}
	return Probes[i], true
}

// Result is what a minute showed of a probe.
type Result byte

// Results, as a day writes them. Unknown and Stopped count neither as up nor as down: nothing was seen, or
// only that a window of maintenance does what was announced.
const (
	Up      Result = '+'
	Down    Result = '-'
	Stopped Result = 'm' // refused because of a window of maintenance, which has a certificate of its own
	Unknown Result = '?' // not tried, or not possible to try: who can't sign in tries no draft
)

// Minutes is how many minutes in a row must fail to be an outage: one lost packet is none.
const Minutes = 2

// Kept is for how long a record lists an outage that has ended.
const Kept = 366 * 24 * time.Hour

// Most is how many outages a record lists at most; the oldest go first.
const Most = 1000

// Outage is a time at which one probe failed. Instants are whole minutes, UTC.
type Outage struct {
	ID       string    `json:"id"` // of its probe and its beginning, see IsID
	Probe    string    `json:"probe"`
	Affects  string    `json:"affects"` // Probe.Affects
	From     time.Time `json:"from"`    // the first minute that failed
	To       time.Time `json:"to,omitzero"`
	Last     time.Time `json:"last"`     // the last minute that failed
	Failed   int       `json:"failed"`   // minutes that failed; those of which nothing is known are not among them
	LearntAt time.Time `json:"learntAt"` // the minute that made it an outage
}

// Over reports whether a minute has been good since: the first one is To.
func (o Outage) Over() bool { return !o.To.IsZero() }

// stamp writes a minute in an id.
const stamp = "20060102T1504Z"

func id(probe string, from time.Time) string { return probe + "-" + from.UTC().Format(stamp) }

// IsID reports whether s may be the id of an outage.
func IsID(s string) bool {
	i := strings.LastIndexByte(s, '-')
	if i < 0 {
		return false
	}
	_, known := Row(s[:i])
	at, err := time.Parse(stamp, s[i+1:])
	return known && err == nil && id(s[:i], at) == s
}

// Version is the format's of Record and Day. Members are added, never re-meant.
const Version = 1

// Record is the list of outages, and what the next minute is to be held against.
type Record struct {
	Version int               `json:"recordVersion"`
	AsOf    time.Time         `json:"asOf"`    // the last minute
	Now     map[string]string `json:"now"`     // by name of the probe: its Result in that minute
	Failing map[string]int    `json:"failing"` // by name of the probe: how many minutes in a row have failed up to then
	Outages []Outage          `json:"outages"` // the latest first
}

// ErrRecord means that data is no record, or that of a later version.
var ErrRecord = errors.New("outage: not a record")

// Parse reads a record.
//
// Errors: ErrRecord.
func Parse(data []byte) (r Record, err error) {
	if err := json.Unmarshal(data, &r); err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	if r.Version != Version {
		return Record{}, fmt.Errorf("%w: version %d", ErrRecord, r.Version)
	}
	return r, nil
}

// Find returns the outage of that id.
func (r Record) Find(id string) (Outage, bool) {
	i := slices.IndexFunc(r.Outages, func(o Outage) bool { return o.ID == id })
	if i < 0 {
		return Outage{}, false
	}
	return r.Outages[i], true
}

// Add returns the record after a minute: the one that begins at the instant at, with what it showed of each
// probe by name. ok is false, and nothing changes, for a minute that is not after the last one.
//
// An outage begins with the first of Minutes failed minutes in a row and ends with the first good minute. A
// minute that is missing, Unknown or Stopped breaks a row, and neither ends an outage nor adds to it.
func (r Record) Add(at time.Time, results map[string]Result) (out Record, ok bool) {
	at = at.UTC().Truncate(time.Minute)
	if !at.After(r.AsOf) {
		return r, false
	}
	out = Record{Version: Version, AsOf: at, Now: map[string]string{}, Failing: map[string]int{}, Outages: append([]Outage{}, r.Outages...)}
	next := r.AsOf.Add(time.Minute).Equal(at)
	for _, p := range Probes {
		now, known := results[p.Name]
		if !known {
			now = Unknown
		}
		if now == Down {
			out.Failing[p.Name] = 1
			if next {
				out.Failing[p.Name] += r.Failing[p.Name]
			}
		}
		open := slices.IndexFunc(out.Outages, func(o Outage) bool { return o.Probe == p.Name && !o.Over() })
		switch {
		case open >= 0 && now == Up:
			out.Outages[open].To = at
		case open >= 0 && now == Down:
			out.Outages[open].Last = at
			out.Outages[open].Failed++
		case out.Failing[p.Name] >= Minutes:
			from := at.Add(-(Minutes - 1) * time.Minute)
			out.Outages = append(out.Outages, Outage{
				ID: id(p.Name, from), Probe: p.Name, Affects: p.Affects, From: from, Last: at, Failed: Minutes, LearntAt: at,
			})
		}
		out.Now[p.Name] = string(now)
	}
	out.Outages = slices.DeleteFunc(out.Outages, func(o Outage) bool { return o.Over() && o.To.Before(at.Add(-Kept)) })
	slices.SortStableFunc(out.Outages, func(a, b Outage) int { return b.From.Compare(a.From) })
	if len(out.Outages) > Most {
		out.Outages = out.Outages[:Most]
	}
	return out, true
}

// Day is what every minute of one day showed.
type Day struct {
	Version int               `json:"dayVersion"`
	Day     calendar.Date     `json:"day"`     // of Astana, from midnight to midnight
	Minutes map[string]string `json:"minutes"` // by name of the probe: one Result each, from the day's first minute to the last one there is
}

// Add returns the day after a minute of it, as Record.Add takes it; what lies between was Unknown. ok is
// false, and nothing changes, for a minute of another day or one that is there.
func (d Day) Add(at time.Time, results map[string]Result) (out Day, ok bool) {
	day := calendar.DateOf(at)
	if d.Version == 0 {
		d = Day{Version: Version, Day: day}
	}
	n := int(at.Sub(day.Start()) / time.Minute)
	for _, p := range Probes {
		if d.Day != day || len(d.Minutes[p.Name]) > n {
			return d, false
		}
	}
	out = Day{Version: Version, Day: day, Minutes: map[string]string{}}
	for name, minutes := range d.Minutes {
		out.Minutes[name] = minutes // of a probe that is none any more
	}
	for _, p := range Probes {
		now, known := results[p.Name]
		if !known {
			now = Unknown
		}
		minutes := d.Minutes[p.Name]
		out.Minutes[p.Name] = minutes + strings.Repeat(string(Unknown), n-len(minutes)) + string(now)
	}
	return out, true
}
