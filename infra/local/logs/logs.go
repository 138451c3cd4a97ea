// Package logs plays CloudWatch Logs Insights for an office of this machine: it answers the queries of
// package requestlog from the files that the functions' processes log into.
package logs

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/shared/requestlog"
)

// Logs answers StartQuery and GetQueryResults of CloudWatch Logs (JSON 1.1).
type Logs struct {
	file func(group string) string // where a log group is

	mu      sync.Mutex
	queries map[string]*query
}

// query is one that was started. It is looked at twice, as one that takes its time.
type query struct {
	results [][]field
	asked   bool
}

type field struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// New returns the logs whose groups are the files that file names.
func New(file func(group string) string) *Logs {
	return &Logs{file: file, queries: map[string]*query{}}
}

type request struct {
	LogGroupNames []string `json:"logGroupNames"`
	QueryString   string   `json:"queryString"`
	StartTime     int64    `json:"startTime"` // epoch seconds, as EndTime, which is included
	EndTime       int64    `json:"endTime"`
	Limit         int      `json:"limit"`
	QueryID       string   `json:"queryId"`
}

// term is one value that a query looks for.
var term = regexp.MustCompile(`@message like /:"([A-Za-z0-9_=-]+)"/`)

func (l *Logs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in request
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&in); err != nil {
		refuse(w, "InvalidParameterException", err.Error())
		return
	}
	switch _, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); action {
	case "StartQuery":
		l.start(w, in)
	case "GetQueryResults":
		l.results(w, in)
	default:
		refuse(w, "InvalidParameterException", "the local host plays no "+action)
	}
}

func (l *Logs) start(w http.ResponseWriter, in request) {
	var values []string
	for _, m := range term.FindAllStringSubmatch(in.QueryString, -1) {
		values = append(values, m[1])
	}
	if len(values) == 0 || in.QueryString != requestlog.Query(values, in.Limit) {
		refuse(w, "MalformedQueryException", "the local host knows requestlog.Query alone, not "+in.QueryString)
		return
	}
	q := &query{results: [][]field{}}
	for _, group := range in.LogGroupNames {
		found, err := search(l.file(group), values, in.StartTime, in.EndTime)
		if err != nil {
			refuse(w, "ResourceNotFoundException", err.Error())
			return
		}
		q.results = append(q.results, found...)
	}
	slices.SortStableFunc(q.results, func(a, b []field) int { return strings.Compare(b[0].Value, a[0].Value) })
	q.results = q.results[:min(len(q.results), in.Limit)]
	id := rand.Text()
	l.mu.Lock()
	l.queries[id] = q
	l.mu.Unlock()
	answer(w, http.StatusOK, map[string]any{"queryId": id})
}

func (l *Logs) results(w http.ResponseWriter, in request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	q := l.queries[in.QueryID]
	switch {
	case q == nil:
		refuse(w, "ResourceNotFoundException", "no query "+in.QueryID)
	case !q.asked:
		q.asked = true
		answer(w, http.StatusOK, map[string]any{"status": "Running", "results": [][]field{}})
	default:
		delete(l.queries, in.QueryID)
		answer(w, http.StatusOK, map[string]any{"status": "Complete", "results": q.results})
	}
}

// search returns the lines of a file in the order they were written.
func search(file string, values []string, from, to int64) ([][]field, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // the function has not logged
	}
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	defer f.Close()
	var found [][]field
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if !slices.ContainsFunc(values, func(v string) bool { return bytes.Contains(lines.Bytes(), []byte(`:"`+v+`"`)) }) {
			continue
		}
		var line struct {
			Time time.Time `json:"time"`
		}
		if json.Unmarshal(lines.Bytes(), &line) != nil || line.Time.Unix() < from || line.Time.Unix() > to {
			continue
		}
		found = append(found, []field{{"@timestamp", line.Time.UTC().Format("2006-01-02 15:04:05.000")}, {"@message", lines.Text()}})
	}
	return found, lines.Err()
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, code, message string) {
	answer(w, http.StatusBadRequest, map[string]string{"__type": code, "message": message})
}
