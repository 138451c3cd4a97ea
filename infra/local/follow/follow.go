// Package follow shows the way of one filing through an office of this machine, as an operator of a deployed one finds
// it with Logs Insights: from the seal through the outbox, relay and the queues to what their readers did, read from
// the functions' logs alone. See "Follow one filing" in infra/RUNBOOK.md.
package follow

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"
)

// Step is one thing that a function did of a trace.
type Step struct {
	At       time.Time `json:"at"`       // when it began
	Function string    `json:"function"` // by name
	What     string    `json:"what"`     // "request", "relay" or "queue"
	Of       string    `json:"of"`       // route of a request, type of an event
	Queue    string    `json:"queue,omitempty"`
	WaitedMS float64   `json:"waitedMs"` // before it: of relay since the event happened, of a reader in its queue
	TookMS   float64   `json:"tookMs"`
	Status   int       `json:"status,omitempty"` // of a request
	Failed   bool      `json:"failed,omitempty"` // it comes again
}

// Way is what Of found.
type Way struct {
	Trace string `json:"trace"`
	Steps []Step `json:"steps"` // in the order they began
}

// ErrUnknown: no line has the ticket, or the trace.
var ErrUnknown = errors.New("follow: no line of the logs has it")

// line is what of a log line counts.
type line struct {
	Time   time.Time `json:"time"`
	Msg    string    `json:"msg"`
	Fn     string    `json:"fn"`
	Route  string    `json:"route"`
	Status int       `json:"status"`
	Took   float64   `json:"dur_ms"`
	Trace  string    `json:"trace"`
	Ticket string    `json:"ticket"`
	Events []struct {
		Type     string  `json:"type"`
		Trace    string  `json:"trace"`
		Queue    string  `json:"queue"`
		WaitedMS float64 `json:"waited_ms"`
		TookMS   float64 `json:"took_ms"`
		Failed   bool    `json:"failed"`
	} `json:"events"`
}

// Ticket is the trace of the request that was answered with the receipt of that ticket, the first of several.
//
// Errors: ErrUnknown.
func Ticket(logs []string, ticket string) (trace string, err error) {
	at := time.Time{}
	err = each(logs, ticket, func(l line) {
		if l.Ticket == ticket && l.Trace != "" && (at.IsZero() || l.Time.Before(at)) {
			trace, at = l.Trace, l.Time
		}
	})
	if err == nil && trace == "" {
		err = ErrUnknown
	}
	return trace, err
}

// Of are the steps of a trace.
//
// Errors: ErrUnknown.
func Of(logs []string, trace string) (Way, error) {
	way := Way{Trace: trace, Steps: []Step{}}
	err := each(logs, trace, func(l line) {
		if l.Trace == trace && l.Msg == "request" {
			way.Steps = append(way.Steps, Step{At: before(l.Time, l.Took), Function: l.Fn, What: "request", Of: l.Route, TookMS: l.Took, Status: l.Status})
		}
		began := before(l.Time, l.Took)
		for _, e := range l.Events {
			s := Step{At: began, Function: l.Fn, What: "relay", Of: e.Type, Queue: e.Queue, WaitedMS: e.WaitedMS, TookMS: e.TookMS, Failed: e.Failed}
			if e.Queue != "" { // one message after the other
				s.What, began = "queue", began.Add(duration(e.TookMS))
			}
			if e.Trace == trace {
				way.Steps = append(way.Steps, s)
			}
		}
	})
	if err == nil && len(way.Steps) == 0 {
		err = ErrUnknown
	}
	slices.SortStableFunc(way.Steps, func(a, b Step) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Function, b.Function)) })
	return way, err
}

func duration(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

func before(end time.Time, ms float64) time.Time { return end.Add(-duration(ms)) }

// each calls f with every line of the files that has a text as a member. A file that is not there has none.
func each(files []string, text string, f func(line)) error {
	for _, name := range files {
		file, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // the function has not logged
		}
		if err != nil {
			return fmt.Errorf("follow: %w", err)
		}
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var l line
			if bytes.Contains(lines.Bytes(), []byte(`:"`+text+`"`)) && json.Unmarshal(lines.Bytes(), &l) == nil {
				f(l)
			}
		}
		err = lines.Err()
		file.Close()
		if err != nil {
			return fmt.Errorf("follow %s: %w", name, err)
		}
	}
	return nil
}
