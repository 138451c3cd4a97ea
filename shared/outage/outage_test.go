package outage_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/outage"
)

// evening is 23:40 of the last day of a term in Astana.
var evening = time.Date(2026, 11, 30, 18, 40, 0, 0, time.UTC)

// play adds one minute for each letter, and nothing for a space: no run, no result.
func play(t *testing.T, r outage.Record, from time.Time, letters string) outage.Record {
	t.Helper()
	for i, letter := range letters {
		if letter == ' ' {
			continue
		}
		var ok bool
		if r, ok = r.Add(from.Add(time.Duration(i)*time.Minute), map[string]outage.Result{"sending": outage.Result(letter)}); !ok {
			t.Fatalf("minute %d of %q is not taken", i, letters)
		}
	}
	return r
}

// clock writes the minute of an instant as people in Astana read it.
func clock(at time.Time) string {
	if at.IsZero() {
		return "…"
	}
	return at.Add(5 * time.Hour).Format("15:04")
}

func TestAdd(t *testing.T) {
	for _, tt := range []struct {
		minutes string   // from 23:40 on
		want    []string // from–to, last failed, how many failed, the latest first
	}{
		{"+++", nil},
		{"+-+", nil},
		{"+-+-+-+", nil},
		{"--", []string{"23:40–… 23:41 2"}},
		{"+--+", []string{"23:41–23:43 23:42 2"}},
		{"+----+++", []string{"23:41–23:45 23:44 4"}},
		{"--+--+", []string{"23:43–23:45 23:44 2", "23:40–23:42 23:41 2"}},
		{"--+-+", []string{"23:40–23:42 23:41 2"}},

		// What nobody saw is neither.
		{"-?-", nil},
		{"- -", nil},
		{"-?--", []string{"23:42–… 23:43 2"}},
		{"- --", []string{"23:42–… 23:43 2"}},
		{"--??", []string{"23:40–… 23:41 2"}},
		{"--??+", []string{"23:40–23:44 23:41 2"}},
		{"--  +", []string{"23:40–23:44 23:41 2"}},
		{"--?-+", []string{"23:40–23:44 23:43 3"}},
		{"--  -+", []string{"23:40–23:45 23:44 3"}},
		{"??", nil},
		{"+  --", []string{"23:43–… 23:44 2"}},

		// Announced maintenance is none, and ends none.
		{"mmm", nil},
		{"-m-", nil},
		{"--mm+", []string{"23:40–23:44 23:41 2"}},
		{"m--+", []string{"23:41–23:43 23:42 2"}},

		{"+++++++++++++++++++--+", []string{"23:59–00:01 00:00 2"}}, // over midnight
	} {
		r := play(t, outage.Record{}, evening, tt.minutes)
		var got []string
		for _, o := range r.Outages {
			got = append(got, clock(o.From)+"–"+clock(o.To)+" "+clock(o.Last)+" "+string(rune('0'+o.Failed)))
			if o.Affects != "file-claim" || !outage.IsID(o.ID) || !o.LearntAt.Equal(o.From.Add(time.Minute)) || o.Over() != !o.To.IsZero() {
				t.Errorf("%q: %+v", tt.minutes, o)
			}
			if found, ok := r.Find(o.ID); !ok || found != o {
				t.Errorf("%q: %s is not found", tt.minutes, o.ID)
			}
		}
		if strings.Join(got, "; ") != strings.Join(tt.want, "; ") {
			t.Errorf("%q: %q, want %q", tt.minutes, got, tt.want)
		}
	}
}

// TestAddOnce: a minute counts once, and none that comes late; probes don't disturb each other.
func TestAddOnce(t *testing.T) {
	r := play(t, outage.Record{}, evening, "--")
	for _, at := range []time.Time{evening, evening.Add(time.Minute), evening.Add(time.Minute + 59*time.Second), evening.Add(-time.Hour)} {
		if again, ok := r.Add(at, map[string]outage.Result{"sending": outage.Up}); ok || again.Outages[0].Over() {
			t.Errorf("%s is taken after %s", at, r.AsOf)
		}
	}
	r, _ = r.Add(evening.Add(2*time.Minute), map[string]outage.Result{"pages": outage.Down, "sending": outage.Down})
	r, _ = r.Add(evening.Add(3*time.Minute), map[string]outage.Result{"pages": outage.Down, "sending": outage.Up})
	if len(r.Outages) != 2 || r.Outages[0].Probe != "pages" || r.Outages[0].Over() || !r.Outages[1].Over() || r.Now["drafts"] != "?" || r.Now["pages"] != "-" {
		t.Errorf("%+v", r)
	}
}

// TestKept: what ended over a year ago is not listed, what lasts is; the record does not grow without end.
func TestKept(t *testing.T) {
	r := play(t, outage.Record{}, evening, "--+")
	r = play(t, r, evening.Add(outage.Kept+2*time.Minute), "+")
	if len(r.Outages) != 1 {
		t.Errorf("a year later: %d outages", len(r.Outages))
	}
	if r = play(t, r, evening.Add(outage.Kept+3*time.Minute), "+"); len(r.Outages) != 0 {
		t.Errorf("a minute later: %d outages", len(r.Outages))
	}
	r = play(t, outage.Record{}, evening, "--")
	if r = play(t, r, evening.Add(2*outage.Kept), "?"); len(r.Outages) != 1 || r.Outages[0].Over() {
		t.Errorf("one that lasts: %+v", r.Outages)
	}
	r = play(t, outage.Record{}, evening, strings.Repeat("--+", outage.Most+1))
	if len(r.Outages) != outage.Most || !r.Outages[0].From.After(r.Outages[1].From) {
		t.Errorf("%d outages are listed", len(r.Outages))
	}
}

func TestIsID(t *testing.T) {
	for s, want := range map[string]bool{
		"sending-20261130T1840Z": true, "sign-in-20261130T1840Z": true,
		"": false, "-": false, "sending": false, "sending-": false, "other-20261130T1840Z": false, "sending-20261131T1840Z": false,
		"sending-20261130T1840": false, "sending-20261130T1840Z/": false, "Sending-20261130T1840Z": false, "0193f0c0-0000-7000-8000-000000000001": false,
	} {
		if outage.IsID(s) != want {
			t.Errorf("%q: want %t", s, want)
		}
	}
}

func TestParse(t *testing.T) {
	r := play(t, outage.Record{}, evening, "+--?--+")
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	back, err := outage.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := play(t, r, evening.Add(time.Hour), "--"), play(t, back, evening.Add(time.Hour), "--"); len(a.Outages) != 2 || a.Outages[0] != b.Outages[0] || a.Outages[1] != b.Outages[1] {
		t.Errorf("%+v, read back %+v", a.Outages, b.Outages)
	}
	for _, wrong := range []string{"", "<html>", "{}", `{"recordVersion":2}`, `{"recordVersion":1,"asOf":"noon"}`} {
		if _, err := outage.Parse([]byte(wrong)); !errors.Is(err, outage.ErrRecord) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestDay(t *testing.T) {
	midnight := calendar.Date{Year: 2026, Month: 11, Day: 30}.Start()
	var d outage.Day
	ok := false
	for _, tt := range []struct {
		at   time.Time
		of   outage.Result
		ok   bool
		want string // of "sending"
	}{
		{midnight.Add(2 * time.Minute), '+', true, "??+"},
		{midnight.Add(2 * time.Minute), '-', false, "??+"},
		{midnight.Add(time.Minute), '-', false, "??+"},
		{midnight.Add(3*time.Minute + 40*time.Second), '-', true, "??+-"},
		{midnight.Add(6 * time.Minute), 'm', true, "??+-??m"},
		{midnight.Add(24 * time.Hour), '+', false, "??+-??m"},
		{midnight.Add(-time.Minute), '+', false, "??+-??m"},
		{midnight.Add(24*time.Hour - time.Minute), '+', true, "??+-??m" + strings.Repeat("?", 24*60-8) + "+"},
	} {
		if d, ok = d.Add(tt.at, map[string]outage.Result{"sending": tt.of}); ok != tt.ok || d.Minutes["sending"] != tt.want || len(d.Minutes["pages"]) != len(tt.want) {
			t.Errorf("%s %c: %t, %q, want %t, %q", tt.at, tt.of, ok, d.Minutes["sending"], tt.ok, tt.want)
		}
	}
	if d.Day.String() != "2026-11-30" {
		t.Errorf("the day is %s", d.Day)
	}
}

// TestProbes: they fit into a minute with the record's writing, and their names into ids and addresses.
func TestProbes(t *testing.T) {
	var all time.Duration
	for _, p := range outage.Probes {
		all += p.Within
		if row, ok := outage.Row(p.Name); !ok || row != p || strings.Trim(p.Name, "abcdefghijklmnopqrstuvwxyz-") != "" || p.Affects == "" || p.Does == "" {
			t.Errorf("%+v", p)
		}
	}
	if all > 50*time.Second {
		t.Errorf("all take %s", all)
	}
}
