package night

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// share is which part of the night's uses of a pattern meets in its busiest key.
type share struct {
	Key
	who  string // shares a key: shown
	part func(Night) float64
}

// one is a key that belongs to one filing or one person: it sees their acts alone.
func one(n Night) float64 { return 1 / n.Peak() }

// busiest is a key of the account that files most.
func busiest(n Night) float64 { return max(n.Busiest, one(n)) }

// shards is a key of several that a hash chooses among. The fullest of a few has somewhat more than
// its part.
func shards(count float64) func(Night) float64 {
	return func(Night) float64 { return 1.25 / count }
}

// queued is a key of the busiest court's queue on a day.
func queued(n Night) float64 { return BusiestCourt * shards(QueueShards)(n) }

// traced is a key of the busiest court's words: of the thirteen that a claim between two companies leaves,
// both names may have the one that stands for the kind of company.
func traced(Night) float64 { return BusiestCourt * 2 / 13 }

// opened is the day of a court that every process of verify-filing opens once an hour.
func opened(n Night) float64 {
	return n.processes([]string{"verify-filing"}) / time.Hour.Seconds() / n.Peak()
}

// shares has every pattern that an act of the night uses. A pattern without a row is everyone's: one
// key for all.
var shares = []share{
	{Key{"filings", false, "FILING#*"}, "one filing", one},
	{Key{"filings", false, "SEAL#*"}, "one filing", one},
	{Key{"filings", false, "EVENT#*"}, "one filing", one},
	{Key{"filings", false, "VERDICT#*"}, "one content", one},
	{Key{"filings", false, "TICKET#*"}, "one filing", one},
	{Key{"filings", true, "EXPIRY#*"}, "drafts to be looked at, by hash", shards(ExpiryShards)},
	{Key{"filings", true, "ACCOUNT#*"}, "an account's filings", busiest},
	{Key{"filings", true, "SIGNER#*"}, "a person's signatures awaited", busiest},
	{Key{"filings", true, "SENT#*#*"}, "what is sent on a day, by hash", shards(SentShards)},
	{Key{"filings", true, "OUTBOX#*"}, "events not yet told, by hash", shards(OutboxShards)},
	{Key{"filings", true, "QUEUE#*#*#*"}, "a fifth of all for one court, by hash", queued},
	{Key{"filings", false, "TRACE#*#*"}, "a fifth of all for one court, companies", traced},
	{Key{"filings", false, "COURT#*"}, "one court, remembered", opened},
	{Key{"filings", false, "TICKET#*"}, "one filing", one},
	{Key{"accounts", false, "ACCOUNT#*"}, "an account", busiest},
	{Key{"accounts", false, "SUBJECT#*"}, "an account", busiest},
	{Key{"accounts", false, "SESSION#*"}, "a session", busiest},
	{Key{"accounts", false, "CHALLENGE#*"}, "one sign-in", one},
	{Key{"accounts", true, "ACCOUNT#*"}, "an account's sessions", busiest},
	{Key{"filings", false, "ATTEMPTS#*#*"}, "an account's quota", busiest},
	{Key{"accounts", true, "OUTBOX#*"}, "events not yet told, by hash", shards(OutboxShards)},
}

// of returns who shares a key and which part of its uses meets in one.
func (k Key) of(n Night) (string, float64) {
	i := slices.IndexFunc(shares, func(s share) bool { return s.Key == k })
	if i < 0 {
		return "everyone", 1
	}
	return shares[i].who, shares[i].part(n)
}

// uses sums what the busiest second asks of every pattern.
func (n Night) uses() map[Key]Units {
	sum := map[Key]Units{}
	for _, a := range Acts {
		for _, u := range a.Uses {
			sum[u.Key] = sum[u.Key].Plus(u.Units, n.perSecond(a))
		}
	}
	for _, l := range Looks {
		sum[l.Key] = sum[l.Key].Plus(Units{Reads: l.Reads}, n.processes(l.Functions)/l.Every.Seconds())
	}
	return sum
}

// keys compares the busiest key of every pattern with half of what a partition gives.
func (n Night) keys() []Line {
	sum := n.uses()
	var out []Line
	for _, k := range slices.SortedFunc(maps.Keys(sum), compareKeys) {
		who, part := k.of(n)
		name := k.Table + " " + k.Pattern + " (" + who + ")"
		if k.Index {
			name = k.Table + " index " + k.Pattern + " (" + who + ")"
		}
		for _, d := range []struct {
			unit  string
			asked float64
			gives float64
		}{{"write units/s", sum[k].Writes * part, PartitionWrites}, {"read units/s", sum[k].Reads * part, PartitionReads}} {
			if d.asked > 0 {
				out = append(out, Line{Kind: "key", Name: name, Asked: d.asked, Has: d.gives / 2, Unit: d.unit, Advice: "spread the key, or remember what was read"})
			}
		}
	}
	return out
}

func compareKeys(a, b Key) int {
	if c := strings.Compare(a.Table, b.Table); c != 0 {
		return c
	}
	if a.Index != b.Index {
		if b.Index {
			return -1
		}
		return 1
	}
	return strings.Compare(a.Pattern, b.Pattern)
}
