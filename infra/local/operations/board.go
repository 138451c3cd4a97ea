// Package operations draws for an office of this machine what CloudWatch's dashboard draws for a deployed
// one, from the same rows: functions.Panels and functions.Alarms. What functions measure is read from
// their logs (package metric), what AWS's services measure the host says. Start with Open.
package operations

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"sync"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/shared/metric"
)

const (
	step  = 5 * time.Second // what one point of a line covers
	steps = 120             // points that are drawn: ten minutes
	kept  = 720             // points that are kept: alarms look back for an hour
	tail  = 8 << 20         // bytes of a log that are read at the start
)

// Board is what was measured in the last hour, by the machine's clock. All methods may be called
// at once.
type Board struct {
	mu     sync.Mutex
	logs   []*log
	series map[functions.Metric]map[int64][]float64 // by the number of the step
	totals map[functions.Metric]float64
}

// log is a file that grows.
type log struct {
	function string
	file     string
	read     int64
}

// Open returns a board of the logs that the functions' processes write, by name of the function.
func Open(files map[string]string) *Board {
	b := &Board{series: map[functions.Metric]map[int64][]float64{}, totals: map[functions.Metric]float64{}}
	for function, file := range files {
		l := &log{function: function, file: file}
		if info, err := os.Stat(file); err == nil {
			l.read = max(0, info.Size()-tail)
		}
		b.logs = append(b.logs, l)
	}
	return b
}

// Set records the value of m at the instant at.
func (b *Board) Set(m functions.Metric, value float64, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(m, value, at)
}

// Total records what m, which only grows, has come to at the instant at: its points are the growth from
// call to call.
func (b *Board) Total(m functions.Metric, total float64, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(m, total-b.totals[m], at)
	b.totals[m] = total
}

func (b *Board) add(m functions.Metric, value float64, at time.Time) {
	points := b.series[m]
	if points == nil {
		points = map[int64][]float64{}
		b.series[m] = points
	}
	n := at.UnixNano() / int64(step)
	points[n] = append(points[n], value)
	for old := range points {
		if old <= n-kept {
			delete(points, old)
		}
	}
}

// Read takes what the logs have grown by. A line that is not finished waits for the next time.
func (b *Board) Read() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.logs {
		grown, err := l.grown()
		if err != nil {
			return err
		}
		for line := range bytes.Lines(grown) {
			b.take(l.function, line)
		}
	}
	return nil
}

func (l *log) grown() ([]byte, error) {
	f, err := os.Open(l.file)
	if os.IsNotExist(err) {
		return nil, nil // it has not run yet
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() < l.read {
		l.read = 0 // it was begun anew
	}
	data, err := io.ReadAll(io.NewSectionReader(f, l.read, 1<<40))
	data = data[:bytes.LastIndexByte(data, '\n')+1]
	l.read += int64(len(data))
	return data, err
}

// take records the measurements of a log line; others are passed over.
func (b *Board) take(function string, line []byte) {
	if !bytes.Contains(line, []byte(`"_aws"`)) {
		return
	}
	var members map[string]json.RawMessage
	var about struct {
		Time time.Time `json:"time"`
		AWS  struct {
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name string }
			}
		} `json:"_aws"`
	}
	if json.Unmarshal(line, &members) != nil || json.Unmarshal(line, &about) != nil {
		return
	}
	for _, d := range about.AWS.CloudWatchMetrics {
		of := functions.Metric{Namespace: d.Namespace, Function: function}
		for _, dimensions := range d.Dimensions {
			for _, name := range dimensions {
				var is string
				json.Unmarshal(members[name], &is)
				switch name {
				case "FunctionName":
				case "Route":
					of.Route = is
				default:
					of.By, of.Is = name, is
				}
			}
		}
		for _, m := range d.Metrics {
			var value float64
			if of.Name = m.Name; d.Namespace == metric.Namespace && json.Unmarshal(members[m.Name], &value) == nil {
				b.add(of, value, about.Time)
			}
		}
	}
}
