// Package requestlog finds lines of the office's log of requests in Amazon CloudWatch Logs, by a query
// of CloudWatch Logs Insights over the log groups of all functions that take requests.
package requestlog

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/courtoffice/courtoffice/shared/awsjson"
	"github.com/courtoffice/courtoffice/shared/breach"
)

// Log is the log groups of the office through one client.
type Log struct {
	Page int           // lines a query gives at most, up to 10,000; New sets 5,000
	Wait time.Duration // between two looks at a query; New sets a second

	client awsjson.Client
	groups []string
}

// New returns the log that is in those groups, at most 50. Of client only region, endpoint and credentials count.
func New(client awsjson.Client, groups []string) *Log {
	client.Service, client.Target, client.Patience, client.Most = "logs", "Logs_20140328", 20*time.Second, 16<<20
	return &Log{Page: 5000, Wait: time.Second, client: client, groups: groups}
}

// value is what may stand in a query: ids and references of the office.
var value = regexp.MustCompile(`^[A-Za-z0-9_=-]+$`)

// Query is the Insights query for the latest lines in which one of values stands as a member of the JSON,
// at most limit. It compares text: whether Insights discovered a member is no matter.
func Query(values []string, limit int) string {
	var terms []string
	for _, v := range values {
		terms = append(terms, `@message like /:"`+v+`"/`)
	}
	return fmt.Sprintf("fields @timestamp, @message | filter %s | sort @timestamp desc | limit %d", strings.Join(terms, " or "), limit)
}

// Find returns the latest lines written between from and to, seconds included, of which a member is one
// of values, latest first and at most limit. more tells that there are others.
func (l *Log) Find(ctx context.Context, from, to time.Time, values []string, limit int) (lines []breach.Line, more bool, err error) {
	for _, v := range values {
		if !value.MatchString(v) {
			return nil, false, fmt.Errorf("find log lines: %q is no id", v)
		}
	}
	seen := map[breach.Line]bool{}
	for {
		page, err := l.query(ctx, from, to, values)
		if err != nil {
			return nil, false, fmt.Errorf("find log lines: %w", err)
		}
		for _, line := range page {
			switch {
			case len(line.Text) > breach.MaxLine:
				more = true
			case seen[line] || !line.Names(values):
			case len(lines) == limit:
				return lines, true, nil
			default:
				seen[line], lines = true, append(lines, line)
			}
		}
		if len(page) < l.Page {
			return lines, more, nil
		}
		oldest := page[len(page)-1].At.Truncate(time.Second)
		if !oldest.Before(to.Truncate(time.Second)) {
			return lines, true, nil // a second with more lines than a query gives
		}
		to = oldest
	}
}

// query runs one query to its end.
func (l *Log) query(ctx context.Context, from, to time.Time, values []string) ([]breach.Line, error) {
	var started struct {
		QueryID string `json:"queryId"`
	}
	err := l.client.Call(ctx, "StartQuery", map[string]any{
		"logGroupNames": l.groups, "queryString": Query(values, l.Page), "limit": l.Page, "startTime": from.Unix(), "endTime": to.Unix(),
	}, &started)
	if err != nil {
		return nil, err
	}
	for {
		var out struct {
			Status  string    `json:"status"`
			Results [][]field `json:"results"`
		}
		if err := l.client.Call(ctx, "GetQueryResults", map[string]any{"queryId": started.QueryID}, &out); err != nil {
			return nil, err
		}
		switch out.Status {
		case "Complete":
			return linesOf(out.Results)
		case "Scheduled", "Running":
		default:
			return nil, fmt.Errorf("query %s: %s", started.QueryID, out.Status)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(l.Wait):
		}
	}
}

// field is one column of a line that a query found.
type field struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// stamp is how Insights writes @timestamp, in UTC.
const stamp = "2006-01-02 15:04:05.000"

func linesOf(results [][]field) ([]breach.Line, error) {
	var lines []breach.Line
	for _, fields := range results {
		var line breach.Line
		for _, f := range fields {
			switch f.Field {
			case "@timestamp":
				at, err := time.Parse(stamp, f.Value)
				if err != nil {
					return nil, fmt.Errorf("time of a log line: %w", err)
				}
				line.At = at
			case "@message":
				line.Text = strings.TrimSpace(f.Value)
			}
		}
		if line.At.IsZero() {
			return nil, errors.New("a log line has no time")
		}
		lines = append(lines, line)
	}
	return lines, nil
}
